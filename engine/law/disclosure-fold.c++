// Folding of what left and what authorities asked for.
#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

SubjectKey providerOf(const EventView& event) {
  return event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};
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

}  // namespace

void evolveDisclosure(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::EXTERNAL_CONTACT_RECORDED:
    case Body::DISCLOSURE_RECORDED: state.items.push_back(itemRow(event)); break;
    case Body::REHAB_NEED_SUSPECTED:
      keepSuspicion(state, event, body.getRehabNeedSuspected());
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_INFORMED:
      markInformed(state, body.getFkInformed());
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_REQUEST_RECEIVED:
      keepRequest(state, event, body.getFkRequestReceived());
      state.items.push_back(itemRow(event));
      break;
    case Body::FK_REQUEST_ANSWERED:
      markAnswered(state, event, body.getFkRequestAnswered());
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
