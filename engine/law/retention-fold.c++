// What decisions on keeping leave behind: rules and holds at the provider, custody and disposal in the archive.
#include "engine/law/retention.h"

namespace liggare::law {
namespace {

using Kind = schema::Body::Which;

SubjectKey patientOf(const EventView& event) {
  return event.patients.empty() ? SubjectKey{} : subjectKey(event.patients.front().getPatient());
}
SubjectKey personOf(const EventView& event) {
  return event.actor.isStaff() ? subjectKey(event.actor.getStaff().getPerson()) : SubjectKey{};  // never: staff do it
}

void applyHold(ProviderState& state, schema::LegalHoldSet::Reader body, const EventView& event) {
  LegalHold hold;
  hold.id = thingId(body.getHold());
  hold.what = body.getWhat();
  hold.patient = patientOf(event);
  hold.items = thingIds(body.getItems());
  hold.span = {body.getFrom(), body.getTo()};
  hold.position = event.position;
  state.holds.push_back(std::move(hold));
}

void applyRelease(ProviderState& state, const ThingId& id, const EventView& event) {
  for (LegalHold& hold : state.holds)
    if (hold.id == id) hold.releasedBy = event.position;
}

void applyTransfer(ArchiveState& state, schema::CustodyTransferred::Reader body, const EventView& event) {
  for (Custody& custody : state.custodies) {
    if (custody.id != thingId(body.getCustody())) continue;
    custody.transferredBy = event.position;
    custody.arrivedAt = body.getAt();
  }
}

void applyDecision(ArchiveState& state, schema::DisposalDecided::Reader body, const EventView& event) {
  Disposal disposal;
  disposal.id = thingId(body.getDisposal());
  disposal.what = body.getWhat();
  disposal.patient = patientOf(event);
  disposal.reference = body.getReference().cStr();
  disposal.before = body.getBefore();
  disposal.items = thingIds(body.getItems());
  disposal.decidedBy = personOf(event);
  disposal.position = event.position;
  state.disposals.push_back(std::move(disposal));
}

void applyDisposed(ArchiveState& state, const ThingId& id, const EventView& event) {
  for (Disposal& disposal : state.disposals)
    if (disposal.id == id) disposal.executedBy = event.position;
}

}  // namespace

void evolveRetention(ProviderState& state, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::RETENTION_POLICY_SET: {
      auto rule = body.getRetentionPolicySet();
      state.retention.push_back(
          {thingId(rule.getPolicy()), rule.getWhat(), rule.getYears(), rule.getValidFrom(), event.position});
      return;
    }
    case Kind::LEGAL_HOLD_SET: return applyHold(state, body.getLegalHoldSet(), event);
    case Kind::LEGAL_HOLD_RELEASED: return applyRelease(state, thingId(body.getLegalHoldReleased().getHold()), event);
    default: return;
  }
}

void evolveRetention(ArchiveState& state, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::CUSTODY_ORDERED: {
      auto ordered = body.getCustodyOrdered();
      state.custodies.push_back({thingId(ordered.getCustody()), patientOf(event), event.position, 0, 0});
      return;
    }
    case Kind::CUSTODY_TRANSFERRED: return applyTransfer(state, body.getCustodyTransferred(), event);
    case Kind::DISPOSAL_DECIDED: return applyDecision(state, body.getDisposalDecided(), event);
    case Kind::DISPOSAL_EXECUTED: return applyDisposed(state, thingId(body.getDisposalExecuted().getDisposal()), event);
    default: return;
  }
}

}  // namespace liggare::law
