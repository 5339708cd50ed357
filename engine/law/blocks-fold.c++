// Folding of blocks: what the gate asks about later.
#include <algorithm>

#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

SubjectKey providerOf(const EventView& event) {
  return event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};  // never: all have one
}

void keepInformed(PatientState& state, const EventView& event) {
  SubjectKey provider = providerOf(event);
  auto& informed = state.svodInformed;
  if (std::find(informed.begin(), informed.end(), provider) == informed.end()) informed.push_back(provider);
}

void keepBlock(PatientState& state, const EventView& event, schema::BlockRegistered::Reader said) {
  Block block;
  block.id = thingId(said.getBlock());
  block.position = event.position;
  block.type = said.getType();
  block.provider = subjectKey(said.getInfoProvider());
  if (said.hasInfoUnit()) block.unit = subjectKey(said.getInfoUnit());
  block.process = said.getInfoProcess().cStr();
  block.information = {said.getInfoFrom(), said.getInfoTo()};
  for (auto open : said.getExcludedClasses()) block.excluded.push_back(open);
  block.valid = {event.recordedAt, 0};  // at once (PDL 4:4, SVOD 2:3: "genast")
  state.blocks.push_back(std::move(block));
}

Block* blockOf(PatientState& state, const ThingId& id) {
  for (Block& block : state.blocks)
    if (block.id == id) return &block;
  return nullptr;
}

void endBlock(PatientState& state, const EventView& event, schema::BlockEnded::Reader said) {
  Block* block = blockOf(state, thingId(said.getBlock()));
  if (!block) return;  // never: only of a block that is there
  block->ended = true;
  block->endedBy = event.position;
  block->valid.to = said.getEffectiveAt();
}

std::vector<ThingId> itemsOf(capnp::List<schema::Id>::Reader ids) {
  std::vector<ThingId> items;
  for (auto id : ids) items.push_back(thingId(id));
  return items;
}

void keepLift(PatientState& state, const EventView& event, schema::BlockTemporarilyLifted::Reader said) {
  Block* block = blockOf(state, thingId(said.getBlock()));
  if (!block) return;  // never: only of a block that is there
  Lift lift;
  lift.id = thingId(said.getLift());
  lift.reason = said.getReason();
  if (said.hasForUnit()) lift.forUnit = subjectKey(said.getForUnit());
  if (said.hasForStaff()) lift.forStaff = subjectKey(said.getForStaff());
  lift.valid = {event.recordedAt, said.getUntil()};
  lift.items = itemsOf(said.getItems());
  lift.position = event.position;
  block->lifts.push_back(std::move(lift));
}

void endLift(PatientState& state, const EventView& event, schema::LiftCancelled::Reader said) {
  Block* block = blockOf(state, thingId(said.getBlock()));
  if (!block) return;  // never: only of a block that is there
  for (Lift& lift : block->lifts) {
    if (lift.id != thingId(said.getLift())) continue;
    lift.valid.to = said.getEffectiveAt();
    lift.endedBy = event.position;
  }
}

// PDL 4:5 p. 1: what the patient no longer consents to is closed at once. The consent's own end is folded already.
void endLiftsOf(PatientState& state, const EventView& event, const ThingId& id) {
  for (const Consent& consent : state.consents) {
    if (consent.id != id || consent.kind != schema::ConsentKind::C7) continue;
    Block* block = blockOf(state, consent.block);
    if (!block) continue;
    for (Lift& lift : block->lifts) {
      const bool rests = lift.reason == schema::LiftReason::PATIENTS_CONSENT && lift.position > consent.position;
      if (!rests || !lift.valid.covers(event.recordedAt)) continue;
      lift.valid.to = event.recordedAt;
      lift.endedBy = event.position;
    }
  }
}

void keepRequest(PatientState& state, const EventView& event, schema::OuterLiftRequested::Reader said) {
  OuterRequest request;
  request.id = thingId(said.getRequest());
  request.asker = providerOf(event);
  request.owner = subjectKey(said.getOwner());
  state.outerRequests.push_back(request);
}

void answerRequest(PatientState& state, const EventView& event, schema::OuterLiftAnswered::Reader said,
                   OuterRequest::State answer) {
  for (OuterRequest& request : state.outerRequests) {
    if (request.id != thingId(said.getRequest())) continue;
    request.state = answer;
    request.answeredBy = event.position;
  }
  Block* block = said.hasBlock() ? blockOf(state, thingId(said.getBlock())) : nullptr;
  if (answer != OuterRequest::State::GRANTED || !block) return;  // never: a grant names a block
  Lift lift;
  lift.id = thingId(said.getLift());
  lift.reason = schema::LiftReason::EMERGENCY;
  lift.forProvider = subjectKey(said.getForProvider());
  lift.valid = {event.recordedAt, said.getUntil()};
  lift.items = itemsOf(said.getItems());
  lift.position = event.position;
  block->lifts.push_back(std::move(lift));
}

void keepRevealed(PatientState& state, const EventView& event) {
  SubjectKey unit = event.common.hasUnit() ? subjectKey(event.common.getUnit()) : SubjectKey{};  // never: staff has one
  state.sourcesRevealed.push_back({providerOf(event), unit, event.recordedAt});
}

}  // namespace

void evolveNames(PatientState& state, const EventView& event) {
  state.namesRevealed.push_back({providerOf(event), event.common.getGround(), event.recordedAt, event.position});
}

void evolveBlocks(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::PATIENT_INFORMED_SVOD:
      keepInformed(state, event);
      state.items.push_back(itemRow(event));
      break;
    case Body::BLOCK_REGISTERED:
      keepBlock(state, event, body.getBlockRegistered());
      state.items.push_back(itemRow(event));
      break;
    case Body::BLOCK_REVOKED:
      endBlock(state, event, body.getBlockRevoked());
      state.items.push_back(itemRowAbout(event, thingId(body.getBlockRevoked().getBlock())));
      break;
    case Body::BLOCK_ANNULLED:
      endBlock(state, event, body.getBlockAnnulled());
      state.items.push_back(itemRowAbout(event, thingId(body.getBlockAnnulled().getBlock())));
      break;
    case Body::BLOCK_TEMPORARILY_LIFTED:
      keepLift(state, event, body.getBlockTemporarilyLifted());
      state.items.push_back(itemRow(event));
      state.items.back().target = thingId(body.getBlockTemporarilyLifted().getBlock());
      break;
    case Body::LIFT_CANCELLED:
      endLift(state, event, body.getLiftCancelled());
      state.items.push_back(itemRowAbout(event, thingId(body.getLiftCancelled().getBlock())));
      break;
    case Body::CONSENT_WITHDRAWN: endLiftsOf(state, event, thingId(body.getConsentWithdrawn().getConsent())); break;
    case Body::CONSENT_ANNULLED: endLiftsOf(state, event, thingId(body.getConsentAnnulled().getConsent())); break;
    case Body::INNER_BLOCK_SOURCES_REVEALED: keepRevealed(state, event); break;  // in the log, not in the journal
    case Body::OUTER_LIFT_REQUESTED:
      keepRequest(state, event, body.getOuterLiftRequested());
      state.items.push_back(itemRow(event));
      break;
    case Body::OUTER_LIFT_GRANTED:
      answerRequest(state, event, body.getOuterLiftGranted(), OuterRequest::State::GRANTED);
      state.items.push_back(itemRowAbout(event, thingId(body.getOuterLiftGranted().getRequest())));
      break;
    case Body::OUTER_LIFT_REFUSED:
      answerRequest(state, event, body.getOuterLiftRefused(), OuterRequest::State::REFUSED);
      state.items.push_back(itemRowAbout(event, thingId(body.getOuterLiftRefused().getRequest())));
      break;
    default: break;
  }
}

}  // namespace liggare::law
