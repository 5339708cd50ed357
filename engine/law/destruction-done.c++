// IVO's decision carried out (PDL 8:4): items gone, the recipients of PDL 3:11 told, IVO and the applicant answered.
#include <algorithm>

#include "engine/law/destruction.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::TextSlot;

// Approved as it stands, by another than the one named to do it, who is the one doing it.
Verdict isApproved(const Context& ctx, const DestructionOrder& order) {
  const SubjectKey& person = ctx.commission->person;
  if (!order.approvedAt || person != order.executor || person == order.approvedBy)  // never: executors never approve
    return refuse(RefusalCode::DESTRUCTION_UNDECIDED);
  const auto open = undecidedDependent(ctx, order);
  return open ? refuse(RefusalCode::DESTRUCTION_UNDECIDED, {"dependent=" + text(*open)}) : ok();
}

}  // namespace

// Cases 64-67. Keys and copies go by what this event says; to readers the items are gone now.
Verdict executeDestruction(Context& ctx) {
  auto r = ctx.command.getExecuteDestruction();
  auto found = destructionOrder(ctx, r.getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  if (order.executedAt) return alreadySo(order.executedAt);
  LIGGARE_RULE(isApproved(ctx, order));
  for (const LegalHold& hold : ctx.provider->holds)
    if (stopsOrder(ctx, order, hold) && !holdReviewedBy(order, hold.id))
      return refuse(RefusalCode::LEGAL_HOLD, {"hold=" + text(hold.id)});
  for (auto copy : r.getCopies())
    if (copy.getAt() > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::DESTRUCTION_EXECUTED, order.id);
  auto body = ctx.patientBody(event).initDestructionExecuted();
  set(body.initOrder(), order.id);
  body.setIvoReference(order.ivoReference);
  const auto items = itemsToGo(ctx, order);
  setIds(body.initItems(static_cast<unsigned>(items.size())), items);
  auto copies = body.initCopies(r.getCopies().size());
  for (unsigned i = 0; i < copies.size(); ++i) {
    copies[i].setPlace(r.getCopies()[i].getPlace());
    copies[i].setAt(r.getCopies()[i].getAt());
  }
  auto persons = body.initExecutedBy(2);
  set(persons[0], ctx.commission->person);
  set(persons[1], order.approvedBy);
  return ok();
}

// §3.8, PDL 3:11: whoever got what is destroyed is told. A disclosure that names none of it concerns something else.
Verdict notifyRecipients(Context& ctx) {
  auto r = ctx.command.getNotifyRecipients();
  auto found = destructionOrder(ctx, r.getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  std::vector<ThingId> told;
  auto& all = ctx.patient->disclosures;
  for (auto recipient : r.getRecipients()) {
    const ThingId id = thingId(recipient.getDisclosureId());
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const Disclosure& d) { return d.id == id && d.provider == ctx.providerKey(); });
    if (!known) return refuse(RefusalCode::UNKNOWN_THING, {"disclosure=" + text(id)});
    told.push_back(id);
  }
  if (order.notifiedAt) return alreadySo(order.notifiedAt);
  if (!order.executedAt) return refuse(RefusalCode::CASE_STATE);
  const auto gone = itemsToGo(ctx, order);
  for (const Disclosure& disclosure : all) {
    const bool ours = disclosure.provider == ctx.providerKey() && !holds(told, disclosure.id);
    const bool concerned = std::any_of(disclosure.items.begin(), disclosure.items.end(),
                                       [&](const ThingId& id) { return holds(gone, id); });
    if (ours && concerned) return refuse(RefusalCode::DESTRUCTION_UNDECIDED, {"disclosure=" + text(disclosure.id)});
  }
  for (auto recipient : r.getRecipients())
    if (recipient.getAt() > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::RECIPIENTS_NOTIFIED, order.id);
  auto body = ctx.patientBody(event).initRecipientsNotified();
  set(body.initOrder(), order.id);
  auto list = body.initRecipients(r.getRecipients().size());
  for (unsigned i = 0; i < list.size(); ++i) {
    auto recipient = r.getRecipients()[i];
    list[i].setRecipient(recipient.getRecipient());
    if (recipient.getOrgId().size() > 0) list[i].setOrgId(recipient.getOrgId());
    list[i].setDisclosure(recipient.getDisclosureId());
    list[i].setAt(orNow(ctx, recipient.getAt()));
    ctx.text(event, TextSlot::RECIPIENT, recipient.getName(), static_cast<uint16_t>(i));
  }
  return ok();
}

// §3.8, design §7: executed is not confirmed. Told to IVO and to who applied; where keys lie in a file somebody answers
// for that no other copy of it is left.
Verdict confirmDestruction(Context& ctx) {
  auto r = ctx.command.getConfirmDestruction();
  auto found = destructionOrder(ctx, r.getOrderId());
  LIGGARE_RULE(found.verdict);
  const DestructionOrder& order = *found.order;
  if (order.confirmedAt) return alreadySo(order.confirmedAt);
  if (!order.executedAt || !order.notifiedAt) return refuse(RefusalCode::CASE_STATE);
  const bool keysInFile = r.getKeyHolder() == schema::KeyHolderKind::FILE;
  const bool stated = !keysInFile || (r.getNoOtherCopy() && r.getStatementBy().size() > 0);
  if (!r.getToIvoAt() || !r.getToApplicantAt() || !stated) return refuse(RefusalCode::DESTRUCTION_UNDECIDED);
  if (std::max(r.getToIvoAt(), r.getToApplicantAt()) > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftDestruction(ctx, Body::DESTRUCTION_CONFIRMED, order.id);
  auto body = ctx.patientBody(event).initDestructionConfirmed();
  set(body.initOrder(), order.id);
  body.setToIvoAt(r.getToIvoAt());
  body.setToApplicantAt(r.getToApplicantAt());
  body.setKeyHolder(r.getKeyHolder());
  if (r.getStatementBy().size() > 0) body.setStatementBy(r.getStatementBy());
  return ok();
}

}  // namespace liggare::law
