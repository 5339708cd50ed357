// Folding of what left and what authorities asked for.
#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

SubjectKey providerOf(const EventView& event) {
  return event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};  // never: somebody told it
}

void keepSuspicion(PatientState& state, const EventView& event, schema::RehabNeedSuspected::Reader said) {
  Suspicion suspicion;
  suspicion.id = thingId(said.getSuspicion());
  if (event.common.hasCaseId()) suspicion.caseId = thingId(event.common.getCaseId());
  suspicion.provider = providerOf(event);
  state.suspicions.push_back(suspicion);
}

// The duty of 4 § is done: for the suspicion named.
void markInformed(PatientState& state, schema::FkInformed::Reader said) {
  if (!said.hasSuspicion()) return;
  for (Suspicion& suspicion : state.suspicions)
    if (suspicion.id == thingId(said.getSuspicion())) suspicion.informed = true;
}

// The patient says no to FK being told: the duty is handled too (4 § speaks of consent).
void markRefused(PatientState& state, const EventView& event) {
  for (Suspicion& suspicion : state.suspicions)
    if (suspicion.provider == providerOf(event) && !suspicion.informed) suspicion.refused = true;
}

void keepRequest(PatientState& state, const EventView& event, schema::FkRequestReceived::Reader said) {
  FkRequest request;
  request.id = thingId(said.getRequest());
  request.provider = providerOf(event);
  request.requester = said.getRequester();
  for (auto category : said.getAsked()) request.asked.push_back(category);
  state.fkRequests.push_back(std::move(request));
}

void markAnswered(PatientState& state, const EventView& event, schema::FkRequestAnswered::Reader said) {
  for (FkRequest& request : state.fkRequests) {
    if (request.id != thingId(said.getRequest())) continue;
    request.answered = true;
    request.answeredBy = event.position;
  }
}

// PDL 3:11: those who got something, so that they can be told when it is destroyed.
void keepDisclosure(PatientState& state, const EventView& event, schema::PartnerType recipient, std::string orgId,
                    capnp::List<schema::Id>::Reader items) {
  Disclosure disclosure;
  disclosure.id = event.common.hasThing() ? thingId(event.common.getThing()) : ThingId::from(event.id);  // never: drawn
  disclosure.provider = providerOf(event);
  disclosure.recipient = recipient;
  disclosure.orgId = std::move(orgId);
  for (auto id : items) disclosure.items.push_back(thingId(id));
  disclosure.position = event.position;
  state.disclosures.push_back(std::move(disclosure));
}

void keepContact(PatientState& state, const EventView& event, schema::ExternalContactRecorded::Reader said) {
  if (said.getDisclosed().size() > 0) keepDisclosure(state, event, said.getPartner(), said.getOrgId().cStr(), {});
}

// Who an authority on demand is to those who are told (fk.c++): FK by name, the others as others.
void keepAnswer(PatientState& state, const EventView& event, schema::FkRequestAnswered::Reader said) {
  for (const FkRequest& request : state.fkRequests) {
    if (request.id != thingId(said.getRequest())) continue;
    bool fk = request.requester == schema::Requester::FK;
    keepDisclosure(state, event, fk ? schema::PartnerType::FK : schema::PartnerType::OTHER, {}, {});
  }
}

}  // namespace

void evolveDisclosure(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::EXTERNAL_CONTACT_RECORDED:
      keepContact(state, event, body.getExternalContactRecorded());
      state.items.push_back(itemRow(event));
      break;
    case Body::DISCLOSURE_RECORDED: {
      auto said = body.getDisclosureRecorded();
      keepDisclosure(state, event, said.getRecipient(), said.getOrgId().cStr(), said.getItems());
      state.items.push_back(itemRow(event));
      break;
    }
    case Body::REHAB_NEED_SUSPECTED:
      keepSuspicion(state, event, body.getRehabNeedSuspected());
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_INFORMED:
      if (body.getFkInformed().getSentAt() <= event.recordedAt) {  // what is only planned has told nobody
        markInformed(state, body.getFkInformed());
        keepDisclosure(state, event, schema::PartnerType::FK, {}, {});
      }
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_REQUEST_RECEIVED:
      keepRequest(state, event, body.getFkRequestReceived());
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_REQUEST_ANSWERED:
      markAnswered(state, event, body.getFkRequestAnswered());
      keepAnswer(state, event, body.getFkRequestAnswered());
      state.items.push_back(itemRowAbout(event, thingId(body.getFkRequestAnswered().getRequest())));
      break;
    case Body::FK_REQUEST_REFUSED:
      markAnswered(state, event, body.getFkRequestRefused());
      state.items.push_back(itemRowAbout(event, thingId(body.getFkRequestRefused().getRequest())));
      break;
    case Body::CONSENT_REFUSED:
      if (body.getConsentRefused().getKind() == schema::ConsentKind::C2) markRefused(state, event);
      break;
    default: break;
  }
}

}  // namespace liggare::law
