// What an accepted command leaves in the list. Consents, blocks and lifts by the command alone: what the engine made of
// it is what is to be doubted.
#include <algorithm>

#include "tests/property/naive-law.h"
#include "tests/property/naive-meant.h"

namespace liggare::naive {
namespace {

using Which = schema::Command::Which;
using Kind = schema::Body::Which;

Fact fact(What what, Micros at) {
  Fact made;
  made.what = what;
  made.at = at;
  return made;
}

void rememberConsent(Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getGiveConsent();
  Fact made = fact(What::CONSENT, at);
  made.patient = known(command.getPatient());
  made.thing = idOf(asked.getConsentId());
  made.provider = providerOfConsent(facts, who, command);
  made.kind = int64_t(asked.getKind());
  made.given = givenAt(command, at);
  made.from = asked.getValidFrom() != 0 ? asked.getValidFrom() : made.given;
  made.to = asked.getValidTo();
  made.unit = known(asked.getScopeUnit());
  made.person = known(asked.getScopeStaff());
  made.about = asked.getKind() == schema::ConsentKind::C7 ? idOf(asked.getBlockId()) : 0;
  made.words = scopeOf(asked);
  facts.push_back(made);
}

void rememberBlock(Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRegisterBlock();
  Fact made = fact(What::BLOCK, at);
  made.patient = known(command.getPatient());
  made.thing = idOf(asked.getBlockId());
  made.kind = int64_t(asked.getType());
  made.provider = providerOfBlock(facts, who, command);
  made.unit = blockedUnit(who, asked);
  made.process = asked.getInfoProcess().cStr();
  made.from = asked.getInfoFrom();
  made.to = asked.getInfoTo();
  for (auto open : asked.getExcludedClasses()) made.list.push_back(Id(open));
  facts.push_back(made);
}

void rememberEnd(Facts& facts, What what, Id about, Micros from, Micros at) {
  Fact made = fact(what, at);
  made.about = about;
  made.from = from;
  facts.push_back(made);
}

void rememberLift(Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getLiftBlock();
  Fact made = fact(What::LIFT, at);
  made.patient = known(command.getPatient());
  made.thing = idOf(asked.getLiftId());
  made.about = idOf(asked.getBlockId());
  made.kind = int64_t(asked.getReason());
  made.unit = known(asked.getForUnit());
  made.person = known(asked.getForStaff());
  if (made.unit == 0 && made.person == 0) made.unit = who.unit;
  made.from = at;
  made.to = asked.getUntil();
  for (auto item : asked.getItems()) made.list.push_back(idOf(item));
  facts.push_back(made);
}

void rememberOuterAnswer(Facts& facts, schema::Command::Reader command, Micros at) {
  const bool granted = command.isGrantOuterLift();
  const auto asked = granted ? command.getGrantOuterLift() : command.getRefuseOuterLift();
  Fact answer = fact(What::OUTER_ANSWER, at);
  answer.about = idOf(asked.getRequestId());
  answer.yes = granted;
  facts.push_back(answer);
  if (!granted) return;
  const Fact request = *find(facts, What::OUTER_REQUEST, answer.about);
  Fact lift = fact(What::LIFT, at);
  lift.patient = request.patient;
  lift.thing = idOf(asked.getLiftId());
  lift.about = blockGranted(facts, request, asked);
  lift.target = request.provider;
  lift.from = at;
  lift.to = asked.getUntil();
  for (auto item : asked.getItems()) lift.list.push_back(idOf(item));
  facts.push_back(lift);
}

void rememberRequest(Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRequestOuterLift();
  Fact made = fact(What::OUTER_REQUEST, at);
  made.patient = known(command.getPatient());
  made.thing = idOf(asked.getRequestId());
  made.provider = who.provider;
  made.target = known(asked.getOwner());
  facts.push_back(made);
}

// A no takes back the yeses of its kind that were said before it, where a yes has no more to say than its kind.
void rememberNo(Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto kind = command.getRefuseConsent().getKind();
  if (kind == schema::ConsentKind::C3 || kind == schema::ConsentKind::C7) return;
  const Micros said = occurredAt(command, at);
  const Id provider = providerOfRefusal(facts, who, command);
  const Facts before = facts;
  for (const Fact& yes : before) {
    const bool isOfKind = yes.what == What::CONSENT && yes.patient == known(command.getPatient()) &&
                          yes.provider == provider && yes.kind == int64_t(kind);
    if (!isOfKind || yes.given > said || (yes.to != 0 && yes.to <= said)) continue;
    const bool isEnded = std::any_of(before.begin(), before.end(), [&](const Fact& end) {
      return (end.what == What::WITHDRAWAL || end.what == What::ANNULMENT) && end.about == yes.thing;
    });
    if (!isEnded) rememberEnd(facts, What::WITHDRAWAL, yes.thing, said, at);
  }
}

void rememberOfPatient(Facts& facts, What what, const Speaker& who, schema::Command::Reader command, Micros at) {
  Fact made = fact(what, at);
  made.patient = known(command.getPatient());
  made.provider = who.provider;
  facts.push_back(made);
}

}  // namespace

void remember(Facts& facts, schema::Command::Reader command, Micros at) {
  const Speaker who = whoSpeaks(facts, command, at).speaker;
  switch (command.which()) {
    case Which::GIVE_CONSENT: return rememberConsent(facts, who, command, at);
    case Which::WITHDRAW_CONSENT: {
      const auto asked = command.getWithdrawConsent();
      return rememberEnd(facts, What::WITHDRAWAL, idOf(asked.getConsentId()), effectiveAt(command, asked, at), at);
    }
    case Which::REFUSE_CONSENT: return rememberNo(facts, who, command, at);
    case Which::ANNUL_CONSENT:
      return rememberEnd(facts, What::ANNULMENT, idOf(command.getAnnulConsent().getConsentId()), at, at);
    case Which::INFORM_SVOD: return rememberOfPatient(facts, What::INFORMED, who, command, at);
    case Which::REGISTER_BLOCK: return rememberBlock(facts, who, command, at);
    case Which::REVOKE_BLOCK:
      return rememberEnd(facts, What::BLOCK_END, idOf(command.getRevokeBlock().getBlockId()), at, at);
    case Which::ANNUL_BLOCK:
      return rememberEnd(facts, What::BLOCK_END, idOf(command.getAnnulBlock().getBlockId()), at, at);
    case Which::LIFT_BLOCK: return rememberLift(facts, who, command, at);
    case Which::CANCEL_LIFT:
      return rememberEnd(facts, What::LIFT_END, idOf(command.getCancelLift().getLiftId()), at, at);
    case Which::REVEAL_BLOCK_SOURCES: return rememberOfPatient(facts, What::REVEALED, who, command, at);
    case Which::REQUEST_OUTER_LIFT: return rememberRequest(facts, who, command, at);
    case Which::GRANT_OUTER_LIFT:
    case Which::REFUSE_OUTER_LIFT: return rememberOuterAnswer(facts, command, at);
    default: return;
  }
}

// --- what surrounds them: as the events tell ------------------------------------------------------------------------

namespace {

void rememberGovernance(Facts& facts, schema::Event::Reader event, Micros at) {
  const auto body = event.getCommon().getBody();
  Fact made = fact(What::PROVIDER, at);
  made.provider = idOf(event.getCommon().getProvider());
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED:
      made.provider = idOf(body.getProviderRegistered().getProvider());
      made.kind = int64_t(body.getProviderRegistered().getKind());
      break;
    case Kind::UNIT_REGISTERED:
      made.what = What::UNIT;
      made.unit = idOf(body.getUnitRegistered().getUnit());
      made.yes = body.getUnitRegistered().getFmu();
      break;
    case Kind::COMMISSION_SYNCED: {
      const auto synced = body.getCommissionSynced();
      made.what = What::COMMISSION;
      made.thing = idOf(synced.getCommission());
      made.person = idOf(synced.getPerson());
      made.unit = idOf(synced.getUnit());
      made.process = synced.getProcess().cStr();
      made.from = synced.getValidFrom();
      made.to = synced.getValidTo();
      made.patient = idOf(synced.getPatientKey());
      for (auto purpose : synced.getPurposes()) made.purposes.push_back(purpose);
      for (auto right : synced.getRights()) made.rights.push_back(right);
      break;
    }
    case Kind::COMMISSION_ENDED:
      made.what = What::COMMISSION_END;
      made.about = idOf(body.getCommissionEnded().getCommission());
      made.from = body.getCommissionEnded().getEffectiveAt();
      break;
    case Kind::NEEDS_RISK_ANALYSIS_ADOPTED:
      made.what = What::ANALYSIS;
      made.thing = idOf(body.getNeedsRiskAnalysisAdopted().getAnalysis());
      made.to = body.getNeedsRiskAnalysisAdopted().getReviewBy();
      break;
    case Kind::AUTHORISATION_GRANTED:
      made.what = What::AUTHORISATION;
      made.thing = idOf(body.getAuthorisationGranted().getAuthorisation());
      made.about = idOf(body.getAuthorisationGranted().getCommission());
      made.target = idOf(body.getAuthorisationGranted().getAnalysis());
      made.from = body.getAuthorisationGranted().getValidFrom();
      made.to = body.getAuthorisationGranted().getValidTo();
      break;
    case Kind::AUTHORISATION_REVOKED:
      made.what = What::REVOCATION;
      made.about = idOf(body.getAuthorisationRevoked().getAuthorisation());
      made.from = body.getAuthorisationRevoked().getEffectiveAt();
      break;
    case Kind::PROVIDER_POLICY_SET:
      made.what = What::POLICY;
      made.yes = body.getProviderPolicySet().getExpiredAnalysisStops();
      made.kind = body.getProviderPolicySet().getLateHours();
      break;
    case Kind::SVOD_CONNECTION_SET:
      made.what = What::CONNECTION;
      made.yes = body.getSvodConnectionSet().getConnected();
      break;
    default: return;
  }
  facts.push_back(made);
}

// Whether something was put in the list for the person itself, and not for the journal.
bool rememberPerson(Facts& facts, Fact made, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED:
      made.what = What::PATIENT;
      made.kind = body.getPatientRegistered().getBirthDay();
      made.yes = body.getPatientRegistered().getHasBirthDay();
      break;
    case Kind::PATIENT_DIED:
      made.what = What::DEATH;
      made.kind = body.getPatientDied().getDay();
      break;
    case Kind::CAPACITY_ASSESSED:
      made.what = What::CAPACITY;
      made.thing = idOf(body.getCapacityAssessed().getAssessment());
      made.kind = int64_t(body.getCapacityAssessed().getKind());
      made.from = body.getCapacityAssessed().getFrom();
      made.to = body.getCapacityAssessed().getTo();
      made.yes = body.getCapacityAssessed().getAttitudeClarified();
      made.no = body.getCapacityAssessed().getObjectionAssumed();
      break;
    case Kind::GUARDIAN_RECORDED: {
      const auto recorded = body.getGuardianRecorded();
      made.what = What::GUARDIAN;
      made.person = idOf(recorded.getGuardian());
      made.yes = recorded.getIsGuardian();
      made.no = recorded.getAuthorityDocument().size() > 0 && recorded.getLegalDecision().size() > 0;
      made.from = recorded.getFrom();
      made.to = recorded.getTo();
      break;
    }
    case Kind::CARE_RELATION_REGISTERED:
      made.what = What::RELATION;
      made.thing = idOf(body.getCareRelationRegistered().getRelation());
      made.unit = idOf(body.getCareRelationRegistered().getUnit());
      made.person = idOf(body.getCareRelationRegistered().getStaff());
      made.from = body.getCareRelationRegistered().getFrom();
      made.to = body.getCareRelationRegistered().getTo();
      break;
    case Kind::CARE_RELATION_ENDED:
      made.what = What::RELATION_END;
      made.about = idOf(body.getCareRelationEnded().getRelation());
      made.from = body.getCareRelationEnded().getEffectiveAt();
      break;
    case Kind::RESIDENCE_CHANGED: break;
    default: return false;
  }
  if (made.what != What::PROVIDER) facts.push_back(made);
  return true;
}

void rememberNeed(Facts& facts, Fact made, schema::Common::Reader common, schema::NeedAssessed::Reader assessed) {
  const Id ofCase = idOf(common.getCaseId());
  if (ofCase == 0 || assessed.getOutcome() != schema::AssessmentOutcome::NEED) return;
  made.from = common.getOccurredAt();
  if (find(facts, What::CASE, ofCase) == nullptr) {
    made.what = What::CASE;
    made.thing = ofCase;
    made.unit = idOf(common.getUnit());
    facts.push_back(made);
  }
  made.what = What::NEED;
  made.thing = 0;
  made.about = ofCase;
  made.kind = int64_t(assessed.getBasis());
  facts.push_back(made);
}

// Cases and contact persons, which give a part in the care; certificates; and what is shared without information.
void rememberCase(Facts& facts, Fact made, schema::Common::Reader common, schema::Body::Reader body) {
  const Id ofCase = idOf(common.getCaseId());
  switch (body.which()) {
    case Kind::NEED_ASSESSED: return rememberNeed(facts, made, common, body.getNeedAssessed());
    case Kind::ELIGIBILITY_EVIDENCE_RECORDED:
      made.what = What::EVIDENCE;
      made.from = body.getEligibilityEvidenceRecorded().getValidFrom();
      made.to = body.getEligibilityEvidenceRecorded().getValidTo();
      break;
    case Kind::MADE_AVAILABLE:
      made.what = What::AVAILABLE;
      made.thing = idOf(body.getMadeAvailable().getAvailability());
      made.about = idOf(body.getMadeAvailable().getCapacity());
      break;
    case Kind::AVAILABILITY_WITHDRAWN:
      made.what = What::AVAILABLE_END;
      made.about = idOf(body.getAvailabilityWithdrawn().getAvailability());
      made.from = body.getAvailabilityWithdrawn().getEffectiveAt();
      break;
    case Kind::CASE_CLOSED:
      made.what = What::CASE_END;
      made.about = ofCase;
      made.from = common.getOccurredAt();
      break;
    case Kind::CONTACT_PERSON_ASSIGNED:
      made.what = What::CONTACT;
      made.about = ofCase;
      made.thing = idOf(body.getContactPersonAssigned().getAssignment());
      made.person = idOf(body.getContactPersonAssigned().getStaff());
      made.unit = idOf(body.getContactPersonAssigned().getUnit());
      made.from = common.getOccurredAt();
      break;
    case Kind::CONTACT_PERSON_ENDED:
      made.what = What::CONTACT_END;
      made.about = idOf(body.getContactPersonEnded().getAssignment());
      made.from = body.getContactPersonEnded().getEffectiveAt();
      break;
    default: return;
  }
  facts.push_back(made);
}

Id blockOf(schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::BLOCK_REGISTERED: return idOf(body.getBlockRegistered().getBlock());
    case Kind::BLOCK_REVOKED: return idOf(body.getBlockRevoked().getBlock());
    case Kind::BLOCK_ANNULLED: return idOf(body.getBlockAnnulled().getBlock());
    case Kind::BLOCK_TEMPORARILY_LIFTED: return idOf(body.getBlockTemporarilyLifted().getBlock());
    case Kind::LIFT_CANCELLED: return idOf(body.getLiftCancelled().getBlock());
    default: return 0;
  }
}

}  // namespace

void remember(Facts& facts, schema::Event::Reader event, Position position, Id eventId, Micros at) {
  const auto common = event.getCommon();
  if (common.getBody().isProviderNamesRevealed()) {
    Fact shown = fact(What::NAMES, at);
    shown.patient = idOf(event.getPatients()[0].getPatient());
    shown.provider = idOf(common.getProvider());
    shown.kind = int64_t(common.getGround());
    facts.push_back(shown);
    return;
  }
  if (event.getPatients().size() == 0 || !event.getPatients()[0].isBody()) {
    if (event.getPatients().size() == 0) rememberGovernance(facts, event, at);
    return;
  }
  const auto part = event.getPatients()[0];
  const auto body = part.getBody();
  Fact made = fact(What::PROVIDER, at);
  made.patient = idOf(part.getPatient());
  made.provider = idOf(common.getProvider());
  if (rememberPerson(facts, made, body)) return;
  rememberCase(facts, made, common, body);
  if (body.isInnerBlockSourcesRevealed()) return;  // for the log and the review (domain §8.3), not the journal
  made.what = What::ITEM;
  made.thing = idOf(common.getThing());
  made.target = blockOf(body);
  made.no = body.isPatientInformedSvod();
  // About a case, which is no item; so a lift, which may be another provider's.
  const bool isStep = body.isCaseOpened() || body.isCasePaused() || body.isCaseResumed() || body.isCaseClosed();
  const bool isAboutElse = isStep || body.isLiftCancelled();
  if (made.thing == 0 || isAboutElse || find(facts, What::ITEM, made.thing) != nullptr) made.thing = eventId;
  made.position = position;
  made.kind = int64_t(common.getItemClass());
  made.provider = idOf(common.getInfoProvider());
  made.unit = idOf(common.getInfoUnit());
  made.process = common.getInfoProcess().cStr();
  facts.push_back(made);
}

}  // namespace liggare::naive
