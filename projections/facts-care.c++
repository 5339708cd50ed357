// Identity, case and what is written in the journal itself, told in Swedish.
#include "engine/base/identifiers.h"
#include "projections/opened.h"
#include "projections/swedish.h"
#include "projections/telling.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;
using schema::TextSlot;

std::string numbered(schema::Identifier::Reader identifier) {
  auto read = parsePersonIdentifier(stringOf(identifier.getValue()));
  return read ? formatIdentifier(*read) : stringOf(identifier.getValue());
}

std::string regionCalled(const std::string& code) {
  auto name = regionName(code);
  return name ? std::string(*name) : code;
}

void tellCapacity(Telling& telling, schema::CapacityAssessed::Reader body) {
  telling.fact("Bedömning", sv(body.getKind()));
  telling.fact("Gäller", instantPeriod(body.getFrom(), body.getTo()));
  telling.fact("Inställning utredd", body.getAttitudeClarified() ? "ja" : "nej");
  if (body.getObjectionAssumed()) telling.fact("Antas motsätta sig", "ja");
}

void tellEvidence(Telling& telling, schema::EligibilityEvidenceRecorded::Reader body) {
  telling.fact("Underlag", sv(body.getKind()) + ", utfärdat av " + sv(body.getIssuerRole()) +
                               (body.getIssuedAt() ? " " + formatDay(body.getIssuedAt()) : ""));
  telling.fact("Gäller", dayPeriod(body.getValidFrom(), body.getValidTo()));
  std::vector<std::string> degrees;
  for (auto degree : body.getDegrees())
    degrees.push_back(std::to_string(degree.getPercent()) + " % " + dayPeriod(degree.getFrom(), degree.getTo()));
  telling.fact("Nedsatt arbetsförmåga", joinedBy(degrees, "; "));
  telling.fact("Diagnoskoder", listed(body.getDiagnoses()));
  telling.fact("Referens", stringOf(body.getExternalRef()));
}

void tellNeed(Telling& telling, schema::NeedAssessed::Reader body) {
  telling.fact("Bedömning", sv(body.getOutcome()));
  telling.fact("Grund i lag", sv(body.getBasis()));
  if (body.getWithPhysician()) telling.fact("I samråd med", "läkare");
  if (body.getDeferUntil()) telling.fact("Ny bedömning", formatDay(body.getDeferUntil()));
}

void tellOffer(Telling& telling, schema::OfferMade::Reader body) {
  telling.fact("Regionens ansvar", sv(body.getBasis()));
  SubjectKey region = keyOf(body.getRegion());
  if (!region.isZero()) telling.fact("Ansvarig region", telling.directory.region(region));
  std::string version = stringOf(body.getInfoTextVersion());
  telling.fact("Information",
               joinedBy({stringOf(body.getInfoTextId()), version.empty() ? "" : "version " + version}, ", "));
}

std::string mode(schema::ContactMode mode, uint16_t minutes) {
  return joinedBy({sv(mode), minutes ? quantity(minutes, "minut", "minuter") : ""}, ", ");
}

void tellIntervention(Telling& telling, schema::InterventionRecorded::Reader body) {
  telling.fact("Insats", sv(body.getKind()));
  telling.fact("Form", mode(body.getMode(), body.getDurationMinutes()));
  if (body.getMode() != schema::ContactMode::NO_CONTACT)
    telling.fact("Patientkontakt", body.getWithPatientContact() ? "ja" : "nej");
  telling.fact("KVÅ", listed(body.getKva()));
  telling.fact("Funktion", stringOf(body.getFunction()));
  telling.consultation(body.getConsultation());
}

void tellPlan(Telling& telling, schema::Plan::Reader body) {
  uint16_t number = 0;
  for (auto& goal : telling.useAll(TextSlot::GOAL)) telling.fact("Mål " + std::to_string(++number), goal);
  number = 0;
  for (auto& step : telling.useAll(TextSlot::STEP)) telling.fact("Steg " + std::to_string(++number), step);
  if (body.getFollowUpDay()) telling.fact("Uppföljning", formatDay(body.getFollowUpDay()));
  telling.fact("KVÅ", listed(body.getKva()));
  telling.consultation(body.getConsultation());
}

void tellWritten(Telling& telling, schema::NoteRecorded::Reader body) {
  if (body.getTemplate() != schema::NoteTemplate::FREE) telling.fact("Slag", sv(body.getTemplate()));
  telling.fact("Deltagare", enumerated(telling.useAll(TextSlot::PARTICIPANT)));
  std::string language = stringOf(body.getLanguage());
  if (!language.empty() && language != "sv") telling.fact("Språk", language);
  auto consultation = body.getConsultation();
  if (consultation.getDone() || consultation.getHasReason()) telling.consultation(consultation);
}

void tellInformation(Telling& telling, schema::InformationGiven::Reader body) {
  telling.fact("Om", stringOf(body.getWhat()));
  std::vector<std::string> to;
  if (body.getToPatient()) to.push_back("patienten");
  if (body.getToGuardian()) to.push_back("vårdnadshavare");
  telling.fact("Till", enumerated(to));
}

void tellRelation(Telling& telling, schema::CareRelationRegistered::Reader body) {
  telling.fact("Relation", sv(body.getKind()));
  telling.fact("Med", joinedBy({telling.staffName(body.getStaff()), telling.unitName(body.getUnit())}, ", "));
  telling.fact("Gäller", instantPeriod(body.getFrom(), body.getTo()));
}

}  // namespace

void tellIdentity(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED: {
      std::vector<std::string> numbers;
      for (auto identifier : body.getPatientRegistered().getIdentifiers()) numbers.push_back(numbered(identifier));
      telling.fact("Beteckning", enumerated(numbers));
      return telling.fact("Identitet", sv(body.getPatientRegistered().getAssurance()));
    }
    case Kind::PATIENT_IDENTIFIER_ADDED:
      telling.fact("Beteckning", numbered(body.getPatientIdentifierAdded().getIdentifier()));
      telling.fact("Källa", stringOf(body.getPatientIdentifierAdded().getSource()));
      return telling.fact("Identitet", sv(body.getPatientIdentifierAdded().getAssurance()));
    case Kind::PROTECTION_MARKED:
      telling.fact("Skydd", sv(body.getProtectionMarked().getKind()));
      return telling.fact("Gäller",
                          instantPeriod(body.getProtectionMarked().getFrom(), body.getProtectionMarked().getTo()));
    case Kind::PROTECTION_LIFTED: return telling.fact("Skydd", sv(body.getProtectionLifted().getKind()));
    case Kind::RESIDENCE_CHANGED:
      telling.fact("Region", regionCalled(stringOf(body.getResidenceChanged().getCode())));
      telling.fact("Grund", sv(body.getResidenceChanged().getBasis()));
      return telling.fact("Från", formatDay(swedishDay(body.getResidenceChanged().getEffective())));
    case Kind::PATIENT_DIED: return telling.fact("Dag", formatDay(body.getPatientDied().getDay()));
    case Kind::CAPACITY_ASSESSED: return tellCapacity(telling, body.getCapacityAssessed());
    case Kind::GUARDIAN_RECORDED:
      telling.fact("Företräds av", body.getGuardianRecorded().getIsGuardian() ? "vårdnadshavare" : "annan företrädare");
      return telling.fact("Gäller",
                          instantPeriod(body.getGuardianRecorded().getFrom(), body.getGuardianRecorded().getTo()));
    case Kind::CARE_RELATION_REGISTERED: return tellRelation(telling, body.getCareRelationRegistered());
    case Kind::CARE_RELATION_ENDED:
      return telling.fact("Från", formatSwedish(body.getCareRelationEnded().getEffectiveAt()));
    default: return;
  }
}

void tellCase(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::ELIGIBILITY_EVIDENCE_RECORDED: return tellEvidence(telling, body.getEligibilityEvidenceRecorded());
    case Kind::REQUEST_RECEIVED:
      return telling.fact("Från", body.getRequestReceived().getFromPatient() ? "patienten" : "annan än patienten");
    case Kind::NEED_ASSESSED: return tellNeed(telling, body.getNeedAssessed());
    case Kind::OFFER_MADE: return tellOffer(telling, body.getOfferMade());
    case Kind::CASE_CLOSED: return telling.fact("Skäl", sv(body.getCaseClosed().getReason()));
    case Kind::CONTACT_PERSON_ASSIGNED: {
      auto assigned = body.getContactPersonAssigned();
      telling.fact("Kontaktperson", telling.staffName(assigned.getStaff()));
      return telling.fact("Vid", telling.unitName(assigned.getUnit()));
    }
    case Kind::CONTACT_PERSON_ENDED:
      return telling.fact("Från", formatSwedish(body.getContactPersonEnded().getEffectiveAt()));
    default: return;  // accepted, declined, opened, paused, resumed: the heading says it all
  }
}

void tellNote(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::NOTE_RECORDED: return tellWritten(telling, body.getNoteRecorded());
    case Kind::PATIENT_DISSENT_NOTED: {
      auto dissent = body.getPatientDissentNoted();
      return telling.fact(
          "Framfört",
          joinedBy({dissent.getStatedAt() ? formatSwedish(dissent.getStatedAt()) : "", sv(dissent.getVia())}, ", "));
    }
    case Kind::INTERVENTION_RECORDED: return tellIntervention(telling, body.getInterventionRecorded());
    case Kind::PLAN_ESTABLISHED: return tellPlan(telling, body.getPlanEstablished());
    case Kind::PLAN_REVISED: return tellPlan(telling, body.getPlanRevised());
    case Kind::PLAN_FOLLOWED_UP: return tellPlan(telling, body.getPlanFollowedUp());
    case Kind::INFORMATION_GIVEN: return tellInformation(telling, body.getInformationGiven());
    default: return;
  }
}

}  // namespace liggare
