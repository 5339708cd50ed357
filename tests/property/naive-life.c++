// What happens in a scene besides what is predicted: care begins and ends, people age, providers decide. Whether the
// law lets it happen is not asked here; what it let happen is in the list.
#include "tests/property/naive-scene.h"

namespace liggare::naive {
namespace {

using schema::CapacityKind;
using schema::Right;

}  // namespace

// Mostly little time, now and then much: relations and consents end, children come of age, the regulation changes.
void Scene::pass() {
  const uint64_t kind = random.below(100);
  const Micros length = kind < 70 ? MINUTE : kind < 92 ? HOUR : kind < 99 ? DAY : 8 * DAY;
  now += 1 + static_cast<Micros>(random.below(3 * length));
}

bool Scene::has(What what, Id patient) const {
  for (const Fact& fact : facts)
    if (fact.what == what && fact.patient == patient) return true;
  return false;
}

Id Scene::some(What what, Id patient) {
  if (often(3)) return fresh();
  std::vector<Id> all;
  for (const Fact& fact : facts)
    if (fact.what == what && (patient == 0 || fact.patient == patient)) all.push_back(fact.thing);
  if (all.empty()) return fresh();
  return often(50) ? all.back() : oneOf(all);
}

Draft Scene::drawLife() {
  const uint64_t kind = random.below(100);
  if (kind < 22) return drawRelation();
  if (kind < 27) return drawRelationEnd();
  if (kind < 49) return drawNote();
  if (kind < 52) return drawEvidence();
  if (kind < 54) return drawAvailability(oneOf(patients));
  if (kind < 60) return drawNeed();
  if (kind < 63) return drawOffer();
  if (kind < 66) return drawAcceptance();
  if (kind < 69) return drawClosing();
  if (kind < 74) return drawContact();
  if (kind < 84) return drawCapacity();
  if (kind < 85) return drawDeath();
  if (kind < 91) return drawGuardian();
  if (kind < 94) return drawConnection();
  return drawGovernance();
}

// Somebody who may: likelier one who takes part already.
Draft Scene::byWhoMay(Id patient, Right right) {
  Draft draft = asStaff(someStaff().commission);
  for (int attempt = 0; attempt < 6; ++attempt) {
    const Speaker who = whoSpeaks(facts, draft.command.asReader(), now).speaker;
    const bool isForCare = right == Right::WRITE || right == Right::READ;
    const bool isPart = !isForCare || takesPartInCare(facts, who, patient, now);
    if (who.may(right) && isPart) break;
    draft = asStaff(someStaff().commission);
  }
  fillPatient(draft.command, patient);
  return draft;
}

Draft Scene::drawRelation() {
  Draft draft = byWhoMay(oneOf(patients), Right::REGISTER);
  const Staff& by = *staffOf(draft.command.getActor().getStaff().getCommission().getKey().getLo());
  auto relation = draft.command.initRegisterRelation();
  setId(relation.initRelationId(), fresh());
  if (often(30)) name(relation.initUnit(), oneOf(providerOf(by.provider).units));
  if (often(20)) name(relation.initStaff(), someStaff().person);
  if (often(10)) relation.setValidFrom(now + static_cast<Micros>(random.below(2 * DAY)) - DAY);
  if (often(40)) relation.setValidTo(now + static_cast<Micros>(1 + random.below(20 * DAY)));
  return draft;
}

Draft Scene::drawRelationEnd() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::REGISTER);
  setId(draft.command.initEndRelation().initRelationId(), some(What::RELATION, patient));
  return draft;
}

Draft Scene::drawNote() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::WRITE);
  auto note = draft.command.initRecordNote();
  setId(note.initNoteId(), fresh());
  note.setText("x");
  if (often(15)) note.setTemplate(schema::NoteTemplate::FMU);
  if (often(15)) note.setProcess(often(70) ? "rehab" : "smarta");
  return draft;
}

Draft Scene::drawEvidence() {
  Draft draft = byWhoMay(oneOf(patients), Right::WRITE);
  auto evidence = draft.command.initRecordEvidence();
  setId(evidence.initEvidenceId(), fresh());
  evidence.setIssuerRole(schema::IssuerRole::PHYSICIAN);
  if (often(20)) evidence.setValidFrom(swedishDay(now) - static_cast<Days>(random.below(5)));
  if (often(60)) evidence.setValidTo(swedishDay(now) + static_cast<Days>(random.below(12)));
  return draft;
}

// SVOD 2:6: shared without the patient's being informed; and taken back.
Draft Scene::drawAvailability(Id patient) {
  Draft draft = byWhoMay(patient, Right::WRITE);
  if (has(What::AVAILABLE, patient) && often(25)) {
    setId(draft.command.initWithdrawAvailability().initAvailabilityId(), some(What::AVAILABLE, patient));
    return draft;
  }
  auto made = draft.command.initMakeAvailable();
  setId(made.initAvailabilityId(), fresh());
  setId(made.initCapacityId(), some(What::CAPACITY, patient));
  return draft;
}

Draft Scene::drawNeed() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::WRITE);
  auto need = draft.command.initAssessNeed();
  setId(need.initAssessmentId(), fresh());
  setId(need.initNewCaseId(), fresh());
  if (often(40)) need.setBasis(schema::CaseBasis::PREVENTIVE);
  if (often(20)) draft.command.setOccurredAt(now - static_cast<Micros>(random.below(20 * HOUR)));
  if (has(What::CASE, patient) && often(40))
    setId(draft.command.initCaseId(), some(What::CASE, patient));
  else if (often(10))
    need.setOutcome(schema::AssessmentOutcome::NO_NEED);
  return draft;
}

Draft Scene::drawOffer() {
  Draft draft = byWhoMay(oneOf(patients), Right::WRITE);
  auto offer = draft.command.initMakeOffer();
  setId(offer.initOfferId(), fresh());
  return draft;
}

Draft Scene::drawAcceptance() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::WRITE);
  Id offer = fresh();
  for (const Fact& fact : facts)
    if (fact.what == What::ITEM && fact.patient == patient && fact.kind == int64_t(schema::ItemClass::OFFER))
      offer = fact.thing;
  setId(draft.command.initAcceptOffer().initOfferId(), offer);
  return draft;
}

Draft Scene::drawClosing() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::WRITE);
  setId(draft.command.initCaseId(), some(What::CASE, patient));
  draft.command.initCloseCase();
  return draft;
}

Draft Scene::drawContact() {
  const Id patient = oneOf(patients);
  Draft draft = byWhoMay(patient, Right::WRITE);
  if (often(25)) {
    setId(draft.command.initEndContactPerson().initAssignmentId(), some(What::CONTACT, patient));
    return draft;
  }
  auto contact = draft.command.initAssignContactPerson();
  setId(contact.initAssignmentId(), fresh());
  name(contact.initStaff(), someStaff().person);
  setId(draft.command.initCaseId(), some(What::CASE, patient));
  return draft;
}

Draft Scene::drawCapacity() {
  Draft draft = byWhoMay(oneOf(patients), Right::WRITE);
  auto assessed = draft.command.initAssessCapacity();
  setId(assessed.initAssessmentId(), fresh());
  const uint64_t kind = random.below(10);
  assessed.setKind(kind < 6   ? CapacityKind::DURABLY_UNABLE
                   : kind < 7 ? CapacityKind::CHILD_MATURE
                   : kind < 8 ? CapacityKind::CHILD_CANNOT_DECIDE
                              : CapacityKind::ABLE);
  if (often(80)) assessed.setAttitude("x");
  assessed.setObjectionAssumed(often(15));
  if (often(25)) assessed.setValidTo(now + static_cast<Micros>(1 + random.below(5 * DAY)));
  return draft;
}

// Durably unable, and asked as far as possible: the beginning of SVOD 3:3.
Draft Scene::drawUnable(Id patient) {
  Draft draft = byPhysician(patient, 0);
  auto assessed = draft.command.initAssessCapacity();
  setId(assessed.initAssessmentId(), fresh());
  assessed.setKind(often(75) ? CapacityKind::DURABLY_UNABLE : CapacityKind::ABLE);
  assessed.setAttitude("x");
  return draft;
}

Draft Scene::drawDeath() {
  Draft draft = byWhoMay(oneOf(patients), Right::REGISTER);
  draft.command.initRecordDeath().setDay(swedishDay(now) - static_cast<Days>(random.below(3)));
  return draft;
}

Draft Scene::drawGuardian() {
  Draft draft = asStaff(staff[1 + random.below(staff.size() - 1)].commission);
  fillPatient(draft.command, oneOf(patients));
  auto guardian = draft.command.initRecordGuardian();
  name(guardian.initGuardian(), oneOf(patients));
  guardian.setIsGuardian(often(70));
  if (often(80)) guardian.setAuthorityDocument("x");
  if (often(80)) guardian.setLegalDecision("x");
  if (often(20)) guardian.setValidTo(now + static_cast<Micros>(1 + random.below(20 * DAY)));
  return draft;
}

Draft Scene::drawConnection() {
  const Provider& provider = oneOf(providers);
  Draft draft = asStaff(provider.chief);
  draft.command.initSetSvodConnection().setConnected(!isConnected(facts, provider.key) || often(30));
  return draft;
}

// What the provider decides about its own: authorisations taken back and given again, analyses anew, commissions ended.
Draft Scene::drawGovernance() {
  const Provider& provider = oneOf(providers);
  Draft draft = asStaff(provider.chief);
  const Staff& one = someStaff();
  const uint64_t kind = random.below(10);
  if (kind < 2) {
    name(draft.command.initRevokeAuthorisation().initCommission(), one.commission);
  } else if (kind < 3) {
    name(draft.command.initEndCommission().initCommission(), one.commission);
    draft.command.getEndCommission().setEffectiveAt(now + static_cast<Micros>(random.below(20 * DAY)));
  } else if (kind < 4) {
    auto analysis = draft.command.initAdoptRiskAnalysis();
    setId(analysis.initAnalysisId(), fresh());
    name(analysis.initProvider(), provider.key);
  } else {
    auto grant = draft.command.initGrantAuthorisation();
    setId(grant.initAuthorisationId(), fresh());
    name(grant.initCommission(), one.commission);
    name(grant.initProvider(), provider.key);
  }
  return draft;
}

}  // namespace liggare::naive
