// Folding of patientens rättigheter: what was asked for, what was answered, what the patient said no to.
#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

SubjectKey providerOf(const EventView& event) {
  return event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};  // never: it has one
}

// Nothing of this is signed.
void add(PatientState& state, Item row) {
  row.sign = schema::SignState::WAIVED;
  state.items.push_back(std::move(row));
}

CopyRequest* requestOf(PatientState& state, schema::Id::Reader id) {
  for (CopyRequest& request : state.copyRequests)
    if (request.id == thingId(id)) return &request;
  return nullptr;
}

void keepRequest(PatientState& state, const EventView& event, schema::CopyRequested::Reader said) {
  CopyRequest request;
  request.id = thingId(said.getRequest());
  request.provider = providerOf(event);
  request.requestedBy = said.getRequestedBy();
  request.scope = said.getScope();
  request.position = event.position;
  state.copyRequests.push_back(request);
}

void keepProvided(PatientState& state, const EventView& event, schema::CopyProvided::Reader said) {
  if (CopyRequest* request = requestOf(state, said.getRequest())) request->providedBy = event.position;
  Disclosure disclosure;
  disclosure.id = thingId(said.getDisclosure());
  disclosure.provider = providerOf(event);
  disclosure.recipient = schema::PartnerType::OTHER;
  for (auto id : said.getItems()) disclosure.items.push_back(thingId(id));
  disclosure.position = event.position;
  state.disclosures.push_back(std::move(disclosure));
}

void keepObjection(PatientState& state, const EventView& event, schema::QualityRegisterObjected::Reader said) {
  if (!said.getWithdrawn()) {
    state.qualityObjections.push_back({thingId(said.getObjection()), providerOf(event), said.getRegister().cStr(),
                                       event.recordedAt, event.position, 0});
    return add(state, itemRow(event));
  }
  for (QualityObjection& objection : state.qualityObjections)
    if (objection.id == thingId(said.getObjection())) objection.withdrawnBy = event.position;
  add(state, itemRowAbout(event, thingId(said.getObjection())));
}

void keepComplaint(PatientState& state, const EventView& event, schema::ComplaintReceived::Reader said) {
  Complaint complaint;
  complaint.id = thingId(said.getComplaint());
  complaint.provider = providerOf(event);
  for (auto access : said.getDisputedAccesses()) complaint.disputed.push_back(thingId(access));
  complaint.position = event.position;
  state.complaints.push_back(std::move(complaint));
}

void markAnswered(PatientState& state, const EventView& event, schema::ComplaintAnswered::Reader said) {
  for (Complaint& complaint : state.complaints)
    if (complaint.id == thingId(said.getComplaint())) complaint.answeredBy = event.position;
}

void keepAvailability(PatientState& state, const EventView& event, schema::MadeAvailable::Reader said) {
  state.availabilities.push_back({thingId(said.getAvailability()),
                                  thingId(said.getCapacity()),
                                  providerOf(event),
                                  {event.recordedAt, 0},
                                  event.position,
                                  0});
}

void endAvailability(PatientState& state, const EventView& event, schema::AvailabilityWithdrawn::Reader said) {
  for (Availability& availability : state.availabilities) {
    if (availability.id != thingId(said.getAvailability())) continue;
    availability.valid.to = said.getEffectiveAt();
    availability.endedBy = event.position;
  }
}

// The thing asked for stays whole; the row says that it was asked.
void addErasure(PatientState& state, const EventView& event, schema::ErasureRequested::Reader said) {
  Item row = itemRow(event);
  row.id = ThingId::from(event.id);
  if (said.hasTarget()) row.target = thingId(said.getTarget());
  add(state, std::move(row));
}

}  // namespace

void evolveRights(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::COPY_REQUESTED: keepRequest(state, event, body.getCopyRequested()); return add(state, itemRow(event));
    case Body::COPY_PROVIDED: keepProvided(state, event, body.getCopyProvided()); return add(state, itemRow(event));
    case Body::COPY_REFUSED: {
      auto request = body.getCopyRefused().getRequest();
      if (CopyRequest* found = requestOf(state, request)) found->refusedBy = event.position;
      return add(state, itemRowAbout(event, thingId(request)));
    }
    case Body::REFERRED_TO_IVO: {
      auto request = body.getReferredToIvo().getRequest();
      if (CopyRequest* found = requestOf(state, request)) found->referredBy = event.position;
      return add(state, itemRowAbout(event, thingId(request)));
    }
    case Body::CARE_CERTIFICATE_ISSUED: state.items.push_back(itemRow(event)); return;  // signed as a note is
    case Body::PATIENT_INFORMED_PDL:
      state.pdlInformed.push_back({itemRow(event).id, providerOf(event),
                                   body.getPatientInformedPdl().getTextVersion().cStr(), event.position});
      return add(state, itemRow(event));
    case Body::QUALITY_REGISTER_OBJECTED: return keepObjection(state, event, body.getQualityRegisterObjected());
    case Body::VARDSKADA_INFORMATION_GIVEN: return add(state, itemRow(event));
    case Body::COMPLAINT_RECEIVED:
      keepComplaint(state, event, body.getComplaintReceived());
      return add(state, itemRow(event));
    case Body::COMPLAINT_ANSWERED:
      markAnswered(state, event, body.getComplaintAnswered());
      return add(state, itemRowAbout(event, thingId(body.getComplaintAnswered().getComplaint())));
    case Body::MADE_AVAILABLE:
      keepAvailability(state, event, body.getMadeAvailable());
      return add(state, itemRow(event));
    case Body::AVAILABILITY_WITHDRAWN:
      endAvailability(state, event, body.getAvailabilityWithdrawn());
      return add(state, itemRowAbout(event, thingId(body.getAvailabilityWithdrawn().getAvailability())));
    case Body::ERASURE_REQUESTED: return addErasure(state, event, body.getErasureRequested());
    default: return;
  }
}

}  // namespace liggare::law
