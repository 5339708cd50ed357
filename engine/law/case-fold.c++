// What events about need, offer and case leave behind. The history of a case is ordered by effective instant, so that a
// state recorded late takes its own place; a closing cuts off what would have come after it.
#include <algorithm>

#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

SubjectKey keyIf(bool there, schema::Id::Reader id) { return there ? subjectKey(id) : SubjectKey{}; }  // never: is set
SubjectKey providerOf(const EventView& e) { return keyIf(e.common.hasProvider(), e.common.getProvider()); }
SubjectKey unitOf(const EventView& e) { return keyIf(e.common.hasInfoUnit(), e.common.getInfoUnit()); }
ThingId caseIdOf(const EventView& e) { return e.common.hasCaseId() ? thingId(e.common.getCaseId()) : ThingId{}; }

Case* caseOf(PatientState& state, const ThingId& id) {
  for (Case& c : state.cases)
    if (c.id == id) return &c;
  return nullptr;
}

void step(Case* of, Micros at, CaseState to) {
  if (!of) return;
  auto& history = of->history;
  auto later = std::upper_bound(history.begin(), history.end(), at, [](Micros t, auto& row) { return t < row.first; });
  if (to == CaseState::CLOSED) later = history.erase(later, history.end());
  history.insert(later, {at, to});
}

// Nothing to sign: a step, an answer, an assignment.
void addSettled(PatientState& state, Item item) {
  item.sign = schema::SignState::WAIVED;
  state.items.push_back(std::move(item));
}

void applyEvidence(PatientState& state, schema::EligibilityEvidenceRecorded::Reader body, const EventView& event) {
  Evidence evidence;
  evidence.id = thingId(body.getEvidence());
  evidence.position = event.position;
  evidence.provider = providerOf(event);
  evidence.kind = body.getKind();
  evidence.issuer = body.getIssuerRole();
  evidence.valid = {body.getValidFrom(), body.getValidTo()};
  state.evidence.push_back(evidence);
  addSettled(state, itemRow(event));
}

// The first need opens the case's history. No need, or a wait, before any offer returns it to none (§00.43).
void applyAssessed(PatientState& state, schema::NeedAssessed::Reader body, const EventView& event) {
  Assessment assessment;
  assessment.id = thingId(body.getAssessment());
  assessment.caseId = caseIdOf(event);
  assessment.position = event.position;
  assessment.provider = providerOf(event);
  assessment.outcome = body.getOutcome();
  assessment.basis = body.getBasis();
  assessment.occurredAt = event.common.getOccurredAt();
  state.assessments.push_back(assessment);
  state.items.push_back(itemRow(event));
  if (assessment.caseId.isZero()) return;

  Case* of = caseOf(state, assessment.caseId);
  const bool isNeed = assessment.outcome == schema::AssessmentOutcome::NEED;
  if (!of && isNeed) {
    Case fresh;
    fresh.id = assessment.caseId;
    fresh.provider = assessment.provider;
    fresh.unit = unitOf(event);
    state.cases.push_back(std::move(fresh));
    of = &state.cases.back();
  }
  if (!of) return;
  const CaseState now = of->now();
  if (isNeed) of->basis = assessment.basis;
  if (isNeed && now == CaseState::NONE) step(of, assessment.occurredAt, CaseState::ASSESSED);
  if (!isNeed && now == CaseState::ASSESSED) step(of, assessment.occurredAt, CaseState::NONE);
}

void applyOffer(PatientState& state, schema::OfferMade::Reader body, const EventView& event) {
  Offer offer;
  offer.id = thingId(body.getOffer());
  offer.caseId = caseIdOf(event);
  offer.assessment = thingId(body.getAssessment());
  offer.position = event.position;
  offer.madeAt = event.common.getOccurredAt();
  state.offers.push_back(offer);
  state.items.push_back(itemRow(event));
  state.items.back().sign = schema::SignState::WAIVED;
  Case* of = caseOf(state, offer.caseId);
  if (!of) return;
  of->region = subjectKey(body.getRegion());
  if (body.hasAgreementOrContract()) of->contract = thingId(body.getAgreementOrContract());
  of->withoutPermit = body.getWithoutPermit();
  step(of, offer.madeAt, CaseState::OFFERED);
}

void applyAnswer(PatientState& state, schema::OfferAnswered::Reader body, const EventView& event, Offer::State answer) {
  const ThingId id = thingId(body.getOffer());
  addSettled(state, itemRowAbout(event, id));
  for (Offer& offer : state.offers) {
    if (offer.id != id) continue;
    offer.state = answer;
    offer.answeredAt = event.common.getOccurredAt();
    offer.answeredBy = event.position;
    if (answer != Offer::State::DECLINED) return;
    for (Assessment& assessment : state.assessments)
      if (assessment.caseId == offer.caseId) assessment.spent = true;
    Case* of = caseOf(state, offer.caseId);
    step(of, offer.answeredAt, CaseState::CLOSED);
    if (of) of->closedBy = event.position;
    return;
  }
}

void applyStep(PatientState& state, schema::CaseStep::Reader body, const EventView& event, CaseState to) {
  Case* of = caseOf(state, caseIdOf(event));
  if (of && body.hasPredecessor()) of->predecessor = thingId(body.getPredecessor());
  step(of, event.common.getOccurredAt(), to);
  addSettled(state, itemRowAbout(event, caseIdOf(event)));
}

// A closed case gives no contact person, and so no part in the care (§00.41).
void applyClosed(PatientState& state, const EventView& event) {
  const ThingId id = caseIdOf(event);
  const Micros at = event.common.getOccurredAt();
  Case* of = caseOf(state, id);
  step(of, at, CaseState::CLOSED);
  if (of) of->closedBy = event.position;
  for (ContactPerson& contact : state.contacts) {
    if (contact.caseId != id || contact.endedBy) continue;
    contact.valid.to = at;
    contact.endedBy = event.position;
  }
  state.items.push_back(itemRowAbout(event, id));
}

void applyAssigned(PatientState& state, schema::ContactPersonAssigned::Reader body, const EventView& event) {
  ContactPerson contact;
  contact.id = thingId(body.getAssignment());
  contact.caseId = caseIdOf(event);
  contact.staff = subjectKey(body.getStaff());
  contact.unit = subjectKey(body.getUnit());
  contact.provider = providerOf(event);
  contact.primary = body.getPrimary();
  contact.responsibleForInformation = body.getResponsibleForInformation();
  contact.valid = {event.common.getOccurredAt(), 0};
  contact.position = event.position;
  state.contacts.push_back(contact);
  addSettled(state, itemRow(event));
}

void applyUnassigned(PatientState& state, schema::ContactPersonEnded::Reader body, const EventView& event) {
  const ThingId id = thingId(body.getAssignment());
  for (ContactPerson& contact : state.contacts) {
    if (contact.id != id) continue;
    contact.valid.to = body.getEffectiveAt();
    contact.endedBy = event.position;
  }
  addSettled(state, itemRowAbout(event, id));
}

}  // namespace

void evolveCase(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::ELIGIBILITY_EVIDENCE_RECORDED: return applyEvidence(state, body.getEligibilityEvidenceRecorded(), event);
    case Body::REQUEST_RECEIVED: return addSettled(state, itemRow(event));
    case Body::NEED_ASSESSED: return applyAssessed(state, body.getNeedAssessed(), event);
    case Body::OFFER_MADE: return applyOffer(state, body.getOfferMade(), event);
    case Body::OFFER_ACCEPTED: return applyAnswer(state, body.getOfferAccepted(), event, Offer::State::ACCEPTED);
    case Body::OFFER_DECLINED: return applyAnswer(state, body.getOfferDeclined(), event, Offer::State::DECLINED);
    case Body::CASE_OPENED: return applyStep(state, body.getCaseOpened(), event, CaseState::ACTIVE);
    case Body::CASE_PAUSED: return applyStep(state, body.getCasePaused(), event, CaseState::PAUSED);
    case Body::CASE_RESUMED: return applyStep(state, body.getCaseResumed(), event, CaseState::ACTIVE);
    case Body::CASE_CLOSED: return applyClosed(state, event);
    case Body::CONTACT_PERSON_ASSIGNED: return applyAssigned(state, body.getContactPersonAssigned(), event);
    case Body::CONTACT_PERSON_ENDED: return applyUnassigned(state, body.getContactPersonEnded(), event);
    default: return;
  }
}

}  // namespace liggare::law
