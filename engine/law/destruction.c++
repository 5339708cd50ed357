// Förstöring efter IVO:s beslut (PDL 8:4): order, dependents, approval, execution, notification, confirmation; each
// its own act, two persons. The register stands in the stream ds, never in the journal. From execution on:
// destruction-done.c++; folding: destruction-fold.c++.
#include <algorithm>

#include "engine/law/destruction.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;
using Which = schema::Command::Which;

const DestructionOrder* findOrder(const Context& ctx, const ThingId& id) {
  for (const DestructionOrder& order : ctx.view.archive(ctx.providerKey())->orders)
    if (order.id == id && isOfAsked(ctx, order.patient)) return &order;
  return nullptr;
}

// --- what belongs to what is to go --------------------------------------------------------------------------------

// That somebody signed says nothing of its own: it goes with what was signed.
bool isSignature(const Item& item) {
  const auto kind = static_cast<Body::Which>(item.kind);
  return kind == Body::NOTE_SIGNED || kind == Body::NOTE_COUNTERSIGNED || kind == Body::SIGNATURE_WAIVED;
}

const DestructionDependent* dependentOf(const DestructionOrder& order, const ThingId& item) {
  for (const DestructionDependent& dependent : order.dependents)
    if (dependent.item == item) return &dependent;
  return nullptr;
}

// §00.22: corrections, dissents and whatever else points at what is to go, each once, and what points at those.
std::vector<ThingId> dependentsInJournal(const Context& ctx, const std::vector<ThingId>& items) {
  std::vector<ThingId> found;
  for (const ThingId& id : documentOf(*ctx.patient, ctx.providerKey(), items))
    if (!holds(items, id) && !isSignature(*findItem(*ctx.patient, id))) found.push_back(id);
  return found;
}

// --- the application and the decision ------------------------------------------------------------------------------

// Case 66, §00.22: the patient, or anyone mentioned, may apply: to IVO. That it was asked for is put on record.
Verdict requestDestruction(Context& ctx) {
  for (auto asked : ctx.command.getRequestDestruction().getItems()) {
    const Item* item = findItem(*ctx.patient, thingId(asked));
    const bool here = item && (!ctx.provider || item->provider == ctx.providerKey());
    if (!here) return refuse(RefusalCode::UNKNOWN_THING);
  }
  return refuse(RefusalCode::DESTRUCTION_UNDECIDED);
}

// A decision that is there, names what it is about, and has been made.
Verdict isDecidedByIvo(const Context& ctx, schema::OrderDestruction::Reader r) {
  const bool stated = r.getIvoReference().size() > 0 && r.getItems().size() > 0 && r.getDecidedOn() != 0;
  const bool made = r.getDecidedOn() <= swedishDay(ctx.recordedAt);
  return stated && made ? ok() : refuse(RefusalCode::DESTRUCTION_UNDECIDED);
}

// PDL 8:4: what the decision names stands in this journal and has not gone already.
Verdict areHere(const Context& ctx, const std::vector<ThingId>& items) {
  for (const ThingId& id : items)
    if (!journalItem(ctx, id)) return refuse(RefusalCode::UNKNOWN_THING, {"item=" + text(id)});
  for (const ThingId& id : items)
    if (journalItem(ctx, id)->destroyed) return refuse(RefusalCode::DESTROYED_THING, {"item=" + text(id)});
  return ok();
}

void fillOrder(schema::DestructionOrdered::Builder body, schema::OrderDestruction::Reader r) {
  body.setOrder(r.getOrderId());
  body.setIvoReference(r.getIvoReference());
  body.setDecidedOn(r.getDecidedOn());
  body.setApplicant(r.getApplicant());
  body.setItems(r.getItems());
  auto dependents = body.initDependents(r.getDependents().size());
  for (unsigned i = 0; i < dependents.size(); ++i) {
    dependents[i].setItem(r.getDependents()[i].getItem());
    dependents[i].setOf(r.getDependents()[i].getOf());
  }
  set(body.initExecutor(), keyOf(r.getExecutor()));
}

// PDL 8:4, case 64: IVO's decision with its exact items, all that belongs to them, and who is to carry it out.
Verdict orderDestruction(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::ARCHIVE));
  auto r = ctx.command.getOrderDestruction();
  const ThingId id = thingId(r.getOrderId());
  if (const DestructionOrder* same = findOrder(ctx, id)) return alreadySo(same->position);
  for (const DestructionOrder& other : ctx.view.archive(ctx.providerKey())->orders)
    if (other.id == id) return refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(id)});
  const auto items = thingIds(r.getItems());
  std::vector<ThingId> listed;
  for (auto dependent : r.getDependents()) listed.push_back(thingId(dependent.getItem()));
  LIGGARE_RULE(areHere(ctx, items));
  LIGGARE_RULE(areHere(ctx, listed));
  for (auto dependent : r.getDependents()) {
    const ThingId of = thingId(dependent.getOf());
    if (!holds(items, of) && !holds(listed, of)) return refuse(RefusalCode::UNKNOWN_THING, {"of=" + text(of)});
  }
  LIGGARE_RULE(namedOrAbsent(r.getExecutor()));
  if (!isKnown(r.getExecutor())) return refuse(RefusalCode::UNKNOWN_THING, {"executor"});
  LIGGARE_RULE(isDecidedByIvo(ctx, r));
  for (const ThingId& dependent : dependentsInJournal(ctx, items))
    if (!holds(listed, dependent)) return refuse(RefusalCode::DESTRUCTION_UNDECIDED, {"dependent=" + text(dependent)});
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = draftDestruction(ctx, Body::DESTRUCTION_ORDERED, id);
  fillOrder(ctx.patientBody(event).initDestructionOrdered(), r);
  ctx.text(event, TextSlot::NAME, r.getApplicantName());
  return ok();
}

// --- before it is done ----------------------------------------------------------------------------------------------

// §00.22: what belongs to it is decided piece by piece. One that has come since the order may be decided too, also when
// the rest was approved: the approval then falls, for it was not of this.
Verdict decideDependent(Context& ctx) {
  auto r = ctx.command.getDecideDependent();
  auto found = destructionOrder(ctx, r.getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  const ThingId item = thingId(r.getItem());
  const DestructionDependent* listed = dependentOf(order, item);
  if (!listed && !holds(dependentsInJournal(ctx, order.items), item)) return refuse(RefusalCode::UNKNOWN_THING);
  const bool decided = listed && listed->destroy;
  if (decided && listed->destroy->first == r.getDestroy()) return alreadySo(listed->destroy->second);
  if (order.executedAt || (order.approvedAt && decided)) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::DEPENDENT_DECIDED, order.id);
  auto body = ctx.patientBody(event).initDependentDecided();
  set(body.initOrder(), order.id);
  set(body.initItem(), item);
  body.setDestroy(r.getDestroy());
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// §3.8: two persons. Neither who registered the order nor who is to carry it out says yes to it.
Verdict approveDestruction(Context& ctx) {
  auto found = destructionOrder(ctx, ctx.command.getApproveDestruction().getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  if (order.approvedAt) return alreadySo(order.approvedAt);
  if (const auto open = undecidedDependent(ctx, order))
    return refuse(RefusalCode::CASE_STATE, {"dependent=" + text(*open)});
  const SubjectKey& person = ctx.commission->person;
  if (person == order.orderedBy || person == order.executor) return refuse(RefusalCode::DESTRUCTION_UNDECIDED);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::DESTRUCTION_APPROVED, order.id);
  set(ctx.patientBody(event).initDestructionApproved().initOrder(), order.id);
  return ok();
}

// Case 67: a hold never overrides IVO, but somebody has looked at why it is there.
Verdict reviewHold(Context& ctx) {
  auto r = ctx.command.getReviewHold();
  auto found = destructionOrder(ctx, r.getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  const ThingId id = thingId(r.getHoldId());
  if (const Position earlier = holdReviewedBy(order, id)) return alreadySo(earlier);
  auto& all = ctx.provider->holds;
  auto hold = std::find_if(all.begin(), all.end(), [&](const LegalHold& h) { return h.id == id; });
  if (hold == all.end() || !stopsOrder(ctx, order, *hold)) return refuse(RefusalCode::UNKNOWN_THING);
  if (order.executedAt) return refuse(RefusalCode::CASE_STATE);
  if (r.getNote().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING, {"note"});
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::HOLD_REVIEWED, order.id);
  auto body = ctx.body(event).initHoldReviewed();
  set(body.initHold(), id);
  set(body.initOrder(), order.id);
  set(body.initBy(), ctx.commission->person);
  ctx.text(event, TextSlot::REASON, r.getNote());
  return ok();
}

}  // namespace

// PDL 8:4: a step of a destruction is taken by the archive, on a decision that is registered.
FoundOrder destructionOrder(const Context& ctx, schema::Id::Reader id) {
  Verdict right = needsRight(ctx, Right::ARCHIVE);
  if (right.stops()) return {nullptr, std::move(right)};
  const DestructionOrder* order = findOrder(ctx, thingId(id));
  return {order, order ? ok() : refuse(RefusalCode::UNKNOWN_THING)};
}

schema::Event::Builder draftDestruction(Context& ctx, Body::Which kind, const ThingId& order) {
  auto event = ctx.draft(kind, ItemClass::DESTRUCTION);
  ctx.about(event, order);
  return event;
}

std::optional<ThingId> undecidedDependent(const Context& ctx, const DestructionOrder& order) {
  for (const DestructionDependent& dependent : order.dependents)
    if (!dependent.destroy) return dependent.item;
  for (const ThingId& id : dependentsInJournal(ctx, order.items))
    if (!dependentOf(order, id)) return id;
  return std::nullopt;
}

std::vector<ThingId> itemsToGo(const Context& ctx, const DestructionOrder& order) {
  std::vector<ThingId> all = order.items;
  for (const DestructionDependent& dependent : order.dependents)
    if (dependent.destroy && dependent.destroy->first) all.push_back(dependent.item);
  std::vector<ThingId> signatures;
  for (const Item& item : ctx.patient->items)
    if (isSignature(item) && item.target && holds(all, *item.target)) signatures.push_back(item.id);  // never: has one
  all.insert(all.end(), signatures.begin(), signatures.end());
  return all;
}

bool stopsOrder(const Context& ctx, const DestructionOrder& order, const LegalHold& hold) {
  return keeps(ctx, hold, {schema::RetentionClass::JOURNAL, itemsToGo(ctx, order), 0});
}

Position holdReviewedBy(const DestructionOrder& order, const ThingId& hold) {
  for (const auto& [id, position] : order.holdsReviewed)
    if (id == hold) return position;
  return 0;
}

Verdict decideDestruction(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::REQUEST_DESTRUCTION: return requestDestruction(ctx);
    case Which::ORDER_DESTRUCTION: return orderDestruction(ctx);
    case Which::DECIDE_DEPENDENT: return decideDependent(ctx);
    case Which::APPROVE_DESTRUCTION: return approveDestruction(ctx);
    case Which::REVIEW_HOLD: return reviewHold(ctx);
    case Which::EXECUTE_DESTRUCTION: return executeDestruction(ctx);
    case Which::NOTIFY_RECIPIENTS: return notifyRecipients(ctx);
    default: return confirmDestruction(ctx);  // the chapter's last
  }
}

}  // namespace liggare::law
