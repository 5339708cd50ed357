// Evidence, wishes, and the need that care assesses (2019:1297 1 and 3 §§). Nobody can demand it.
#include <algorithm>

#include "engine/law/case.h"

namespace liggare::law {
namespace {

using schema::AssessmentOutcome;
using schema::Body;
using schema::CaseBasis;
using schema::ItemClass;
using schema::TextSlot;

bool isDegree(uint8_t percent) { return percent == 25 || percent == 50 || percent == 75 || percent == 100; }

// 1 §: certified by a physician, on paper, in a letter to social services or orally at a meeting (case 6). Which
// benefit the patient lives on is never asked (case 5).
Verdict evidenceHolds(schema::RecordEvidence::Reader r, const DayPeriod& valid) {
  if (r.getIssuerRole() != schema::IssuerRole::PHYSICIAN) return refuse(RefusalCode::NOT_SICK_LISTED, {"issuerRole"});
  if (valid.to != 0 && valid.to < valid.from) return refuse(RefusalCode::NOT_SICK_LISTED, {"validTo"});
  for (auto degree : r.getDegrees())
    if (!isDegree(degree.getPercent())) return refuse(RefusalCode::NOT_SICK_LISTED, {"degrees.percent"});
  return ok();
}

// A need under the law presumes a certificate (1 §); a preventive one a decision of the region (cases 2-4). To find no
// need, or to wait, presumes nothing (§00.18).
Verdict needMayBeFound(const Context& ctx, schema::AssessNeed::Reader r) {
  if (r.getOutcome() != AssessmentOutcome::NEED) return ok();
  if (r.getBasis() == CaseBasis::PREVENTIVE)
    return preventivePolicyAt(ctx, ctx.occurredAt()) ? ok() : refuse(RefusalCode::PREVENTIVE_NOT_DECIDED);
  return evidenceAt(ctx, ctx.occurredAt()) ? ok() : refuse(RefusalCode::NOT_SICK_LISTED);
}

// Who took part in assessing: staff that somebody has a commission for.
Verdict participantsAreKnown(schema::AssessNeed::Reader r) {
  for (auto who : r.getParticipants()) {
    LIGGARE_RULE(named(who));
    if (!isKnown(who)) return refuse(RefusalCode::UNKNOWN_THING);
  }
  return ok();
}

}  // namespace

const Evidence* evidenceAt(const Context& ctx, Micros t) {
  if (diedBefore(*ctx.patient, t)) return nullptr;  // 1 §: nobody goes back to work from there
  auto& all = ctx.patient->evidence;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Evidence& e) {
    return e.provider == ctx.providerKey() && e.valid.covers(swedishDay(t));
  });
  return found == all.rend() ? nullptr : &*found;
}

const RegionPolicy* preventivePolicyAt(const Context& ctx, Micros t) {
  if (diedBefore(*ctx.patient, t)) return nullptr;
  const RegionPolicy* policy = regionPolicyAt(ctx, ctx.provider->region, t);
  return policy && policy->preventiveAllowed ? policy : nullptr;
}

Verdict recordEvidence(Context& ctx) {
  auto r = ctx.command.getRecordEvidence();
  const ThingId id = thingId(r.getEvidenceId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(mayJournal(ctx));
  const Days issued = r.getIssuedAt() ? r.getIssuedAt() : swedishDay(ctx.occurredAt());
  const DayPeriod valid{r.getValidFrom() ? r.getValidFrom() : issued, r.getValidTo()};
  LIGGARE_RULE(evidenceHolds(r, valid));
  LIGGARE_RULE(timeIsRight(ctx));

  auto event = ctx.draft(Body::ELIGIBILITY_EVIDENCE_RECORDED, ItemClass::ELIGIBILITY);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initEligibilityEvidenceRecorded();
  set(body.initEvidence(), id);
  body.setKind(r.getKind());
  body.setIssuerRole(r.getIssuerRole());
  body.setIssuedAt(issued);
  body.setValidFrom(valid.from);
  body.setValidTo(valid.to);
  if (auto degrees = r.getDegrees(); degrees.size() > 0) {
    auto list = body.initDegrees(degrees.size());
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setPercent(degrees[i].getPercent());
      list[i].setFrom(degrees[i].getFrom());
      list[i].setTo(degrees[i].getTo());
    }
  }
  if (r.getDiagnoses().size() > 0) body.setDiagnoses(r.getDiagnoses());
  if (r.getExternalRef().size() > 0) body.setExternalRef(r.getExternalRef());
  body.setCrossBorderUnclear(r.getCrossBorderUnclear());  // a flag and nothing more (§00.51 L10)
  return ok();
}

// PDL 3:6: the wish stays in the journal, whatever care then assesses (case 7). It opens nothing.
Verdict receiveRequest(Context& ctx) {
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(timeIsRight(ctx));
  auto r = ctx.command.getReceiveRequest();
  auto event = ctx.draft(Body::REQUEST_RECEIVED, ItemClass::ASSESSMENT);
  ctx.patientBody(event).initRequestReceived().setFromPatient(r.getFromPatient());
  ctx.text(event, TextSlot::STATEMENT, r.getStatement());
  return ok();
}

// A need without a named case starts a new one; with it, the need is assessed anew in that case.
Verdict assessNeed(Context& ctx) {
  auto r = ctx.command.getAssessNeed();
  const ThingId id = thingId(r.getAssessmentId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  LIGGARE_RULE(participantsAreKnown(r));
  const bool isNeed = r.getOutcome() == AssessmentOutcome::NEED;
  const ThingId newCase = isNeed && !named.found ? thingId(r.getNewCaseId()) : ThingId{};
  if (!newCase.isZero() && findCase(*ctx.patient, newCase))
    return refuse(RefusalCode::COMMAND_REPEATED, {"case=" + text(newCase)});
  LIGGARE_RULE(mayJournal(ctx));
  if (named.found && named.found->now() == CaseState::CLOSED) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(needMayBeFound(ctx, r));
  LIGGARE_RULE(timeIsRight(ctx));

  auto event = ctx.draft(Body::NEED_ASSESSED, ItemClass::ASSESSMENT);
  ctx.about(event, id, named.found ? named.found->id : newCase);
  auto body = ctx.patientBody(event).initNeedAssessed();
  set(body.initAssessment(), id);
  body.setOutcome(r.getOutcome());
  body.setBasis(r.getBasis());
  const Evidence* evidence = evidenceAt(ctx, ctx.occurredAt());
  if (evidence && r.getBasis() == CaseBasis::STATUTORY) set(body.initEvidence(), evidence->id);
  const RegionPolicy* policy = preventivePolicyAt(ctx, ctx.occurredAt());
  if (policy && r.getBasis() == CaseBasis::PREVENTIVE) set(body.initPolicy(), policy->id);
  body.setWithPhysician(r.getWithPhysician());
  body.setDeferUntil(r.getDeferUntil());
  body.setGoal(r.getGoal());
  if (auto who = r.getParticipants(); who.size() > 0) {
    auto list = body.initParticipants(who.size());
    for (unsigned i = 0; i < list.size(); ++i) set(list[i], keyOf(who[i]));
  }
  ctx.text(event, TextSlot::GROUND, r.getGround());
  return ok();
}

}  // namespace liggare::law
