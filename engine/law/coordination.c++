#include "engine/law/coordination.h"

#include <algorithm>

namespace liggare::law {

Verdict mayJournal(const Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  return careParticipation(ctx);
}

Verdict idIsNew(const Context& ctx, const ThingId& id) {
  bool taken = findItem(*ctx.patient, id) != nullptr;
  for (const Block& block : ctx.patient->blocks)  // a granted lift is no item of its own
    for (const Lift& lift : block.lifts) taken = taken || lift.id == id;
  for (const Relation& relation : ctx.patient->relations) taken = taken || relation.id == id;  // nor is a relation
  return taken ? refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(id)}) : ok();
}

Verdict statedTimeIsRight(const Context& ctx, Micros stated) {
  if (stated > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  if (ctx.command.getLateReason().size() > 0) return ok();
  const int64_t hours = ctx.provider ? ctx.provider->policy.lateHours : ProviderPolicy{}.lateHours;  // never: has one
  return ctx.recordedAt - stated > hours * HOUR ? refuse(RefusalCode::LATE_WITHOUT_REASON) : ok();
}

Position positionOf(const PatientState& patient, schema::Body::Which kind, const ThingId& target) {
  for (auto item = patient.items.rbegin(); item != patient.items.rend(); ++item)
    if (item->kind == static_cast<uint16_t>(kind) && item->target == target) return item->position;
  return 0;
}

bool isConsulted(schema::ConsultationIn::Reader consultation) {
  return consultation.getDone() || consultation.getReasonIfNot().size() > 0;
}

void fillConsultation(schema::Consultation::Builder to, schema::ConsultationIn::Reader from) {
  to.setDone(from.getDone());
  to.setHow(from.getHow());
  to.setHasReason(from.getReasonIfNot().size() > 0);
}

NamedCase namedCase(const Context& ctx) {
  const ThingId id = thingId(ctx.command.getCaseId());
  if (id.isZero()) return {};
  const Case* found = findCase(*ctx.patient, id);
  // PDL 3:1: one journal per patient and provider; another provider's case is not in this one.
  if (found && found->provider != ctx.providerKey()) found = nullptr;
  return {found, found == nullptr};
}

// Several assessments of one case: the latest that had occurred by then, and of two at once the one recorded later.
schema::CaseBasis basisAt(const PatientState& patient, const Case& of, Micros t) {
  const Assessment* found = nullptr;
  for (const Assessment& a : patient.assessments) {
    if (a.caseId != of.id || a.outcome != schema::AssessmentOutcome::NEED || a.occurredAt > t) continue;
    if (!found || found->occurredAt <= a.occurredAt) found = &a;
  }
  return found ? found->basis : of.basis;
}

void draftCaseStep(Context& ctx, schema::Body::Which kind, const Case& of, const ThingId& consent, Micros at) {
  using schema::Body;
  auto event = ctx.draft(kind, schema::ItemClass::CASE_STEP);
  auto common = event.getCommon();
  common.setOccurredAt(at);
  if (!of.unit.isZero()) set(common.initInfoUnit(), of.unit);  // also at home; never: without a unit
  ctx.about(event, of.id, of.id);
  auto body = ctx.patientBody(event);
  auto step = kind == Body::CASE_OPENED   ? body.initCaseOpened()
              : kind == Body::CASE_PAUSED ? body.initCasePaused()
                                          : body.initCaseResumed();
  if (!consent.isZero()) set(step.initConsent(), consent);  // never: it rests on one
  if (kind != Body::CASE_OPENED) return;
  // Reopening is a new case that knows the one before it: the patient's latest closed at this provider.
  for (auto c = ctx.patient->cases.rbegin(); c != ctx.patient->cases.rend(); ++c) {
    const bool wasOpened =
        std::any_of(c->history.begin(), c->history.end(), [](auto& past) { return past.second == CaseState::ACTIVE; });
    if (c->id == of.id || c->provider != of.provider || c->now() != CaseState::CLOSED || !wasOpened) continue;
    set(step.initPredecessor(), c->id);
    return;
  }
}

}  // namespace liggare::law
