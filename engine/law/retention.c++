// How long things are kept and who may end it: retention, legal holds, custody, disposal (PDL 3:17-18, 9 kap.; HSLF-
// FS 2016:40 4:9). Nothing is disposed of by a clock alone. The clocks are in retention-clock.c++.
#include "engine/law/retention.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::RetentionClass;
using schema::Right;
using schema::TextSlot;
using Which = schema::Command::Which;

Verdict needsArchive(const Context& ctx) { return needsRight(ctx, Right::ARCHIVE); }
Verdict needsArchiveOrGovern(const Context& ctx) {
  return ctx.hasRight(Right::GOVERN) ? ok() : needsRight(ctx, Right::ARCHIVE);
}

// In the patient's part when it is a patient's, else in the common one.
schema::Body::Builder bodyFor(Context& ctx, schema::Event::Builder event) {
  return ctx.patient ? ctx.patientBody(event) : ctx.body(event);
}

template <typename Thing>
const Thing* findOf(const Context& ctx, const std::vector<Thing>& all, const ThingId& id) {
  auto found = std::find_if(all.begin(), all.end(), [&](const Thing& thing) { return thing.id == id; });
  return found == all.end() || !isOfAsked(ctx, found->patient) ? nullptr : &*found;
}

// The items named are in this provider's journal of the patient named, and not gone already.
Verdict itemsAreHere(const Context& ctx, const std::vector<ThingId>& items) {
  for (const ThingId& id : items)
    if (!journalItem(ctx, id)) return refuse(RefusalCode::UNKNOWN_THING, {"item=" + text(id)});
  for (const ThingId& id : items)
    if (journalItem(ctx, id)->destroyed) return refuse(RefusalCode::DESTROYED_THING, {"item=" + text(id)});
  return ok();
}

// --- how long -------------------------------------------------------------------------------------------------------

// PDL 3:17, 9:4; HSLF-FS 2016:40 4:9; §00.31: longer than asked for, never shorter. What judges past access is kept as
// long as the log, and what authorised it a year more.
Verdict setRetentionPolicy(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::GOVERN));
  auto r = ctx.command.getSetRetentionPolicy();
  const ThingId id = thingId(r.getPolicyId());
  const Micros from = orNow(ctx, r.getValidFrom());
  const RetentionRule* latest = nullptr;
  for (const RetentionRule& rule : ctx.provider->retention) {
    if (rule.id == id) return alreadySo(rule.position);
    if (rule.what == r.getWhat()) latest = &rule;
  }
  const uint16_t least = leastYears(*ctx.provider, r.getWhat(), from);
  if (r.getYears() < least) return refuse(RefusalCode::DISPOSAL_UNDECIDED, {"yearsMin=" + std::to_string(least)});
  const bool isLog = r.getWhat() == RetentionClass::ACCESS_LOG;
  const bool stands = latest && latest->years == r.getYears() && latest->from <= from;
  if (stands && (!isLog || latest->position > ctx.provider->policyBy)) return alreadySo(latest->position);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftGovernance(ctx, Body::RETENTION_POLICY_SET);
  ctx.about(event, id);
  auto body = ctx.body(event).initRetentionPolicySet();
  set(body.initPolicy(), id);
  body.setWhat(r.getWhat());
  body.setYears(r.getYears());
  if (r.getReference().size() > 0) body.setReference(r.getReference());
  body.setValidFrom(from);
  return ok();
}

// --- legal holds ----------------------------------------------------------------------------------------------------

// Case 67: something is needed longer (a claim, an inquiry). With a patient named it is that patient's things, all of
// the class or the items listed; without one it is everybody's.
Verdict setLegalHold(Context& ctx) {
  LIGGARE_RULE(needsArchiveOrGovern(ctx));
  auto r = ctx.command.getSetLegalHold();
  const ThingId id = thingId(r.getHoldId());
  for (const LegalHold& hold : ctx.provider->holds)
    if (hold.id == id) return alreadySo(hold.position);
  const auto items = thingIds(r.getItems());
  LIGGARE_RULE(itemsAreHere(ctx, items));
  if (r.getReference().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING, {"reference"});
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftGovernance(ctx, Body::LEGAL_HOLD_SET);
  ctx.about(event, id);
  auto body = bodyFor(ctx, event).initLegalHoldSet();
  set(body.initHold(), id);
  body.setWhat(r.getWhat());
  if (!items.empty()) setIds(body.initItems(static_cast<unsigned>(items.size())), items);
  body.setFrom(r.getFrom());
  body.setTo(r.getTo());
  body.setReference(r.getReference());
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// PDL 3:17: a hold ends, once.
Verdict releaseLegalHold(Context& ctx) {
  LIGGARE_RULE(needsArchiveOrGovern(ctx));
  auto r = ctx.command.getReleaseLegalHold();
  const LegalHold* hold = findOf(ctx, ctx.provider->holds, thingId(r.getHoldId()));
  if (!hold) return refuse(RefusalCode::UNKNOWN_THING);
  if (hold->releasedBy) return alreadySo(hold->releasedBy);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftGovernance(ctx, Body::LEGAL_HOLD_RELEASED);
  ctx.about(event, hold->id);
  auto body = bodyFor(ctx, event).initLegalHoldReleased();
  set(body.initHold(), hold->id);
  body.setEffectiveAt(ctx.recordedAt);
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// --- custody --------------------------------------------------------------------------------------------------------

// PDL 9:1: IVO decides that journals are taken into custody; here it is registered. Of one patient's journal, or all.
Verdict orderCustody(Context& ctx) {
  LIGGARE_RULE(needsArchive(ctx));
  auto r = ctx.command.getOrderCustody();
  const ThingId id = thingId(r.getCustodyId());
  for (const Custody& custody : ctx.view.archive(ctx.providerKey())->custodies)
    if (custody.id == id) return alreadySo(custody.position);
  const bool decided = r.getIvoReference().size() > 0 && r.getDecidedOn() != 0;
  if (!decided || r.getDecidedOn() > swedishDay(ctx.recordedAt)) return refuse(RefusalCode::DESTRUCTION_UNDECIDED);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::CUSTODY_ORDERED, ItemClass::DESTRUCTION);
  ctx.about(event, id);
  auto body = bodyFor(ctx, event).initCustodyOrdered();
  set(body.initCustody(), id);
  body.setIvoReference(r.getIvoReference());
  body.setDecidedOn(r.getDecidedOn());
  if (r.getArchive().size() > 0) body.setArchive(r.getArchive());
  if (r.getArchiveOrgId().size() > 0) body.setArchiveOrgId(r.getArchiveOrgId());
  body.setWhole(!ctx.patient);
  return ok();
}

// PDL 9:4: the ten years begin when the journals arrive. Late completion of what is left here stands open (PDL 3:9).
Verdict transferCustody(Context& ctx) {
  LIGGARE_RULE(needsArchive(ctx));
  auto r = ctx.command.getTransferCustody();
  const Custody* custody = findOf(ctx, ctx.view.archive(ctx.providerKey())->custodies, thingId(r.getCustodyId()));
  if (!custody) return refuse(RefusalCode::UNKNOWN_THING);
  if (custody->transferredBy) return alreadySo(custody->transferredBy);
  const Micros at = orNow(ctx, r.getAt());
  if (at > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(secondPerson(ctx));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::CUSTODY_TRANSFERRED, ItemClass::DESTRUCTION);
  ctx.about(event, custody->id);
  auto body = bodyFor(ctx, event).initCustodyTransferred();
  set(body.initCustody(), custody->id);
  if (r.getReceivedBy().size() > 0) body.setReceivedBy(r.getReceivedBy());
  body.setAt(at);
  body.setJournals(r.getJournals());
  return ok();
}

// --- disposal -------------------------------------------------------------------------------------------------------

// PDL 3:17, 3:18: until that day it is kept.
Verdict tooEarly(Days keptThrough) {
  return refuse(RefusalCode::DISPOSAL_UNDECIDED, {"keptThrough=" + formatDay(keptThrough)});
}

// PDL 9:4: of a journal in custody the archive counts from its arrival; of one that has not arrived nothing is counted.
Verdict custodyIsOver(const Context& ctx, RetentionClass what) {
  const Custody* arrived = nullptr;
  for (const Custody& custody : ctx.view.archive(ctx.providerKey())->custodies) {
    const bool ours = custody.patient.isZero() || isOfAsked(ctx, custody.patient);
    if (ours && custody.transferredBy && (!arrived || arrived->arrivedAt < custody.arrivedAt)) arrived = &custody;
  }
  if (!arrived) return what == RetentionClass::CUSTODY ? refuse(RefusalCode::DISPOSAL_UNDECIDED) : ok();
  const uint16_t years = yearsKept(*ctx.provider, RetentionClass::CUSTODY, ctx.recordedAt);
  const Days through = yearsAfter(swedishDay(arrived->arrivedAt), years);
  return swedishDay(ctx.recordedAt) > through ? ok() : tooEarly(through);
}

// PDL 3:17: the time has run out for each item of the document, entries about it counted.
Verdict journalIsOver(const Context& ctx, const Doomed& doomed) {
  const uint16_t years = yearsKept(*ctx.provider, RetentionClass::JOURNAL, ctx.recordedAt);
  Days through = 0;
  for (const ThingId& id : doomed.items)
    through = std::max(through, keptThrough(*ctx.patient, *findItem(*ctx.patient, id), years));
  if (swedishDay(ctx.recordedAt) <= through) return tooEarly(through);
  return custodyIsOver(ctx, doomed.what);
}

// HSLF-FS 2016:40 4:9 (case 70): everything before a day, and the newest of that is old enough.
Verdict logIsOver(const Context& ctx, const Doomed& doomed) {
  if (doomed.before == 0) return refuse(RefusalCode::DISPOSAL_UNDECIDED, {"before"});
  const uint16_t years = yearsKept(*ctx.provider, doomed.what, ctx.recordedAt);
  const Days through = yearsAfter(doomed.before - 1, years);
  return swedishDay(ctx.recordedAt) > through ? ok() : tooEarly(through);
}

bool isJournal(RetentionClass what) { return what == RetentionClass::JOURNAL || what == RetentionClass::CUSTODY; }

// What stands in the way: for a public provider that nobody has decided (PDL 3:18, case 68), the clock, then a hold.
Verdict mayGo(const Context& ctx, const Doomed& doomed, bool isDecided) {
  if (!isDecided && ctx.provider->kind != schema::ProviderKind::PRIVATE)
    return refuse(RefusalCode::DISPOSAL_UNDECIDED, {"reference"});
  LIGGARE_RULE(isJournal(doomed.what) ? journalIsOver(ctx, doomed) : logIsOver(ctx, doomed));
  const LegalHold* hold = holdOver(ctx, doomed);
  return hold ? refuse(RefusalCode::LEGAL_HOLD, {"hold=" + text(hold->id)}) : ok();
}

Doomed doomedBy(const Context& ctx, RetentionClass what, const std::vector<ThingId>& items, Days before) {
  if (!isJournal(what)) return {what, {}, before};
  return {what, documentOf(*ctx.patient, ctx.providerKey(), items), 0};
}

// PDL 3:17-18, HSLF-FS 2016:40 4:9; cases 68, 70. A public provider decides with a gallringsbeslut (§00.31).
Verdict decideDisposal(Context& ctx) {
  LIGGARE_RULE(needsArchive(ctx));
  auto r = ctx.command.getDecideDisposal();
  const ThingId id = thingId(r.getDisposalId());
  for (const Disposal& disposal : ctx.view.archive(ctx.providerKey())->disposals)
    if (disposal.id == id) return alreadySo(disposal.position);
  const auto items = thingIds(r.getItems());
  if (isJournal(r.getWhat()) != (ctx.patient != nullptr)) return refuse(RefusalCode::UNKNOWN_THING);
  if (!isJournal(r.getWhat()) && !items.empty()) return refuse(RefusalCode::UNKNOWN_THING);  // a log goes by its days
  LIGGARE_RULE(itemsAreHere(ctx, items));
  const Doomed doomed = doomedBy(ctx, r.getWhat(), items, r.getBefore());
  if (isJournal(doomed.what) && doomed.items.empty()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayGo(ctx, doomed, r.getReference().size() > 0));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::DISPOSAL_DECIDED, ItemClass::DESTRUCTION);
  ctx.about(event, id);
  auto body = bodyFor(ctx, event).initDisposalDecided();
  set(body.initDisposal(), id);
  body.setWhat(r.getWhat());
  if (r.getReference().size() > 0) body.setReference(r.getReference());
  body.setBefore(doomed.before);
  if (!items.empty()) setIds(body.initItems(static_cast<unsigned>(items.size())), items);
  return ok();
}

// §00.40, §3.8: two persons. The one who says yes is neither who disposes nor who decided.
Verdict anotherAgrees(Context& ctx, const Disposal& disposal) {
  LIGGARE_RULE(secondPerson(ctx));
  return ctx.approval->by == disposal.decidedBy ? refuse(RefusalCode::SECOND_PERSON_MISSING) : ok();
}

// What was decided, judged again now: an entry since then has started the clock anew.
Verdict dispose(Context& ctx) {
  LIGGARE_RULE(needsArchive(ctx));
  const ThingId id = thingId(ctx.command.getDispose().getDisposalId());
  if (id.isZero()) return refuse(RefusalCode::DISPOSAL_UNDECIDED);
  const Disposal* disposal = findOf(ctx, ctx.view.archive(ctx.providerKey())->disposals, id);
  if (!disposal) return refuse(RefusalCode::UNKNOWN_THING);
  if (disposal->executedBy) return alreadySo(disposal->executedBy);
  const Doomed doomed = doomedBy(ctx, disposal->what, disposal->items, disposal->before);
  LIGGARE_RULE(mayGo(ctx, doomed, !disposal->reference.empty()));
  LIGGARE_RULE(anotherAgrees(ctx, *disposal));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::DISPOSAL_EXECUTED, ItemClass::DESTRUCTION);
  ctx.about(event, id);
  auto body = bodyFor(ctx, event).initDisposalExecuted();
  set(body.initDisposal(), id);
  body.setWhat(disposal->what);
  body.setBefore(disposal->before);
  if (!doomed.items.empty()) setIds(body.initItems(static_cast<unsigned>(doomed.items.size())), doomed.items);
  auto persons = body.initExecutedBy(2);
  set(persons[0], ctx.commission->person);
  set(persons[1], ctx.approval->by);
  return ok();
}

}  // namespace

Verdict decideRetention(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::SET_RETENTION_POLICY: return setRetentionPolicy(ctx);
    case Which::SET_LEGAL_HOLD: return setLegalHold(ctx);
    case Which::RELEASE_LEGAL_HOLD: return releaseLegalHold(ctx);
    case Which::ORDER_CUSTODY: return orderCustody(ctx);
    case Which::TRANSFER_CUSTODY: return transferCustody(ctx);
    case Which::DECIDE_DISPOSAL: return decideDisposal(ctx);
    default: return dispose(ctx);  // the chapter's last
  }
}

}  // namespace liggare::law
