// What the steps of a destruction leave behind: in the register the order and how far it has come, in the patient's
// state that an item is gone.
#include "engine/law/destruction.h"

namespace liggare::law {
namespace {

using Kind = schema::Body::Which;

SubjectKey patientOf(const EventView& event) {
  return event.patients.empty() ? SubjectKey{} : subjectKey(event.patients.front().getPatient());  // never: has patient
}
SubjectKey personOf(const EventView& event) {
  return event.actor.isStaff() ? subjectKey(event.actor.getStaff().getPerson()) : SubjectKey{};  // never: staff do it
}

DestructionOrder* orderIn(ArchiveState& state, schema::Id::Reader id) {
  for (DestructionOrder& order : state.orders)  // never: it was found when decided
    if (order.id == thingId(id)) return &order;
  return nullptr;
}

void applyOrder(ArchiveState& state, schema::DestructionOrdered::Reader body, const EventView& event) {
  DestructionOrder order;
  order.id = thingId(body.getOrder());
  order.patient = patientOf(event);
  order.ivoReference = body.getIvoReference().cStr();
  order.items = thingIds(body.getItems());
  for (auto dependent : body.getDependents())
    order.dependents.push_back({thingId(dependent.getItem()), thingId(dependent.getOf()), std::nullopt});
  order.orderedBy = personOf(event);
  order.executor = subjectKey(body.getExecutor());
  order.position = event.position;
  state.orders.push_back(std::move(order));
}

// One that came after the order joins it here; what was approved before it was known is approved no more.
void applyDependent(ArchiveState& state, schema::DependentDecided::Reader body, const EventView& event) {
  DestructionOrder* order = orderIn(state, body.getOrder());
  if (!order) return;  // never: it was found when decided
  const ThingId item = thingId(body.getItem());
  auto& all = order->dependents;
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& dependent) { return dependent.item == item; });
  if (found == all.end()) found = all.insert(all.end(), {item, {}, std::nullopt});
  found->destroy = {body.getDestroy(), event.position};
  order->approvedBy = {};
  order->approvedAt = 0;
}

// What has been carried out cannot be opened again, and folded anew its row is not there: then only that it is gone is
// known, by the id that the decision names. So nobody writes about it, and the id is not used again.
void markGone(PatientState& state, capnp::List<schema::Id>::Reader items, const EventView& event) {
  const auto gone = thingIds(items);
  for (Item& item : state.items)
    if (holds(gone, item.id)) item.destroyed = true;
  for (const ThingId& id : gone) {
    if (findItem(state, id)) continue;
    Item trace;
    trace.id = id;
    trace.provider = subjectKey(event.common.getProvider());
    trace.destroyed = true;
    state.items.push_back(std::move(trace));
  }
}

}  // namespace

void evolveDestruction(ArchiveState& state, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::DESTRUCTION_ORDERED: return applyOrder(state, body.getDestructionOrdered(), event);
    case Kind::DEPENDENT_DECIDED: return applyDependent(state, body.getDependentDecided(), event);
    case Kind::DESTRUCTION_APPROVED:
      if (auto* order = orderIn(state, body.getDestructionApproved().getOrder())) {  // never: found when decided
        order->approvedBy = personOf(event);
        order->approvedAt = event.position;
      }
      return;
    case Kind::HOLD_REVIEWED:
      if (auto* order = orderIn(state, body.getHoldReviewed().getOrder()))  // never: found when decided
        order->holdsReviewed.push_back({thingId(body.getHoldReviewed().getHold()), event.position});
      return;
    case Kind::DESTRUCTION_EXECUTED:
      if (auto* order = orderIn(state, body.getDestructionExecuted().getOrder()))  // never: found when decided
        order->executedAt = event.position;
      return;
    case Kind::RECIPIENTS_NOTIFIED:
      if (auto* order = orderIn(state, body.getRecipientsNotified().getOrder()))  // never: found when decided
        order->notifiedAt = event.position;
      return;
    case Kind::DESTRUCTION_CONFIRMED:
      if (auto* order = orderIn(state, body.getDestructionConfirmed().getOrder()))  // never: found when decided
        order->confirmedAt = event.position;
      return;
    default: return;
  }
}

void evolveDestruction(PatientState& state, const EventView& event, schema::Body::Reader body) {
  if (body.isDestructionExecuted()) markGone(state, body.getDestructionExecuted().getItems(), event);
  if (body.isDisposalExecuted()) markGone(state, body.getDisposalExecuted().getItems(), event);
}

}  // namespace liggare::law
