// Lifting a block for a while: an inner one by an officer of the provider (PDL 4:5), an outer one only by the provider
// that has it, asked by the one in need (SVOD 3:5).
#include <algorithm>

#include "engine/law/blocks.h"
#include "engine/law/gate.h"

namespace liggare::law {
namespace {

using schema::BlockType;
using schema::Body;
using schema::ItemClass;
using schema::LiftReason;
using schema::Purpose;
using schema::Right;
using schema::TextSlot;

// The two steps of PDL 4:5 p. 2 belong to one emergency (our reading; the statute gives no hours).
constexpr Micros REVEAL_HOLDS = 24 * HOUR;

// Items named in a lift are in this journal and under this block.
bool areCovered(const PatientState& patient, const Block& block, capnp::List<schema::Id>::Reader ids) {
  for (auto id : ids) {
    const Item* item = findItem(patient, thingId(id));
    if (!item || item->destroyed || !blockCovers(block, *item)) return false;
  }
  return true;
}

// --- the inner block, lifted for a while (PDL 4:5) -------------------------------------------------------------------

// PDL 4:5 p. 1: a consent to lift this block (C7), in force now and until the lift ends.
const Consent* liftConsent(const Context& ctx, schema::LiftBlock::Reader asked) {
  if (diedBefore(*ctx.patient, ctx.recordedAt)) return nullptr;
  for (const Consent& consent : ctx.patient->consents) {
    ThingId named = thingId(asked.getConsentId());
    bool theOne = named.isZero() || consent.id == named;
    bool covers = consent.block == thingId(asked.getBlockId());
    bool lasts = consent.valid.to == 0 || asked.getUntil() <= consent.valid.to;
    if (consent.kind != schema::ConsentKind::C7 || consent.provider != ctx.providerKey() || consent.annulled) continue;
    bool holds = consent.givenAt <= ctx.recordedAt && consent.valid.covers(ctx.recordedAt);  // never: given before
    if (theOne && covers && holds && lasts) return &consent;
  }
  return nullptr;
}

// PDL 4:5 p. 2: consent cannot be had and the care cannot do without. Never for coordination (§00.9).
bool isEmergency(const Context& ctx, bool danger, bool canConsent) {
  return ctx.command.getPurpose() == Purpose::CARE && danger && !canConsent;
}
// Who has this block was among what was shown: a block registered since then has not been.
bool wasRevealed(const Context& ctx, const Block& block) {
  auto& shown = ctx.patient->sourcesRevealed;
  return std::any_of(shown.begin(), shown.end(), [&](const SourcesRevealed& r) {
    const bool fresh = r.at <= ctx.recordedAt && ctx.recordedAt - r.at < REVEAL_HOLDS;  // never: shown before this
    return r.provider == ctx.providerKey() && fresh && block.valid.from <= r.at;
  });
}

// PDL 4:1 in an emergency: a part in the care, or why in one's own words; else one is not told that anything is blocked
// (§00.36).
Verdict emergencyIsCare(const Context& ctx, capnp::Text::Reader why) {
  const bool takesPart = takesPartInCare(*ctx.patient, *ctx.commission, ctx.recordedAt);
  return takesPart || why.size() > 0 ? ok() : refuse(RefusalCode::INNER_SECRECY);
}

// PDL 4:5: the patient's consent to it, or an emergency in which it was seen who has blocked; and until when.
Verdict groundForLift(const Context& ctx, schema::LiftBlock::Reader asked, const Block& block) {
  if (asked.getUntil() <= ctx.recordedAt) return refuse(RefusalCode::INNER_BLOCK, {"until"});
  if (asked.getReason() == LiftReason::PATIENTS_CONSENT)
    return liftConsent(ctx, asked) ? ok() : refuse(RefusalCode::INNER_BLOCK, {"C7"});
  bool emergency = isEmergency(ctx, asked.getDanger(), asked.getCanConsent());
  if (!emergency) return refuse(RefusalCode::INNER_BLOCK, {"PDL 4:5 p. 2"});
  if (!wasRevealed(ctx, block)) return refuse(RefusalCode::INNER_BLOCK, {"revealBlockSources"});
  // Only what is presumed to matter: it is said what that is.
  return asked.getItems().size() > 0 ? ok() : refuse(RefusalCode::INNER_BLOCK, {"items"});
}

void draftLift(Context& ctx, schema::LiftBlock::Reader asked, const Block& block) {
  auto event = ctx.draft(Body::BLOCK_TEMPORARILY_LIFTED, ItemClass::BLOCK);
  bool emergency = asked.getReason() == LiftReason::EMERGENCY;
  event.getCommon().setGround(emergency ? schema::Ground::LIFT_EMERGENCY : schema::Ground::LIFT_CONSENT);
  ctx.about(event, thingId(asked.getLiftId()));
  if (!block.unit.isZero()) set(event.getCommon().initInfoUnit(), block.unit);
  auto body = ctx.patientBody(event).initBlockTemporarilyLifted();
  set(body.initLift(), thingId(asked.getLiftId()));
  set(body.initBlock(), block.id);
  body.setReason(asked.getReason());
  SubjectKey unit = keyOf(asked.getForUnit()), staff = keyOf(asked.getForStaff());
  if (unit.isZero() && staff.isZero()) unit = ctx.unitKey();
  if (!unit.isZero()) set(body.initForUnit(), unit);
  if (!staff.isZero()) set(body.initForStaff(), staff);
  body.setUntil(asked.getUntil());
  if (!emergency) set(body.initConsent(), liftConsent(ctx, asked)->id);
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  ctx.text(event, TextSlot::REASON, asked.getReasonText());
}

}  // namespace

// PDL 4:5: by an authorised officer, for a unit or a person, until a given time. Only inner blocks: an outer one is
// lifted by the provider that has it, and by no emergency elsewhere (F5).
Verdict liftBlock(Context& ctx) {
  auto asked = ctx.command.getLiftBlock();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getLiftId())));
  LIGGARE_RULE(needsRight(ctx, Right::LIFT));
  const Block* block = findBlock(*ctx.patient, thingId(asked.getBlockId()));
  bool forKnown = (isAbsent(asked.getForUnit()) || ctx.provider->units.count(keyOf(asked.getForUnit())) > 0) &&
                  (isAbsent(asked.getForStaff()) || isKnown(asked.getForStaff()));
  bool known = block && mayKnowOf(ctx, *block) && forKnown && areCovered(*ctx.patient, *block, asked.getItems());
  if (!known) return refuse(RefusalCode::UNKNOWN_THING);
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  if (asked.getReason() == LiftReason::EMERGENCY) LIGGARE_RULE(emergencyIsCare(ctx, asked.getReasonText()));
  if (block->type == BlockType::OUTER) return refuse(RefusalCode::OUTER_BLOCK);
  if (block->provider != ctx.providerKey()) return refuse(RefusalCode::BLOCK_OWNER);  // never: an inner one is unknown
  if (block->ended) return alreadySo(block->endedBy);
  LIGGARE_RULE(groundForLift(ctx, asked, *block));
  draftLift(ctx, asked, *block);
  openReview(ctx, "T13", thingId(asked.getLiftId()));
  if (asked.getReason() == LiftReason::EMERGENCY) openReview(ctx, "T12", thingId(asked.getLiftId()));
  return ok();
}

// The lift ends before its time: what it opened is closed at the next decision.
Verdict cancelLift(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::LIFT));
  ThingId id = thingId(ctx.command.getCancelLift().getLiftId());
  for (const Block& block : ctx.patient->blocks) {
    for (const Lift& lift : block.lifts) {
      if (lift.id != id) continue;
      if (!mayKnowOf(ctx, block)) return refuse(RefusalCode::UNKNOWN_THING);
      if (block.provider != ctx.providerKey()) return refuse(RefusalCode::BLOCK_OWNER);
      if (!lift.valid.covers(ctx.recordedAt)) return alreadySo(lift.endedBy != 0 ? lift.endedBy : lift.position);
      auto event = ctx.draft(Body::LIFT_CANCELLED, ItemClass::BLOCK);
      ctx.about(event, lift.id);
      if (!block.unit.isZero()) set(event.getCommon().initInfoUnit(), block.unit);
      auto body = ctx.patientBody(event).initLiftCancelled();
      set(body.initLift(), lift.id);
      set(body.initBlock(), block.id);
      body.setEffectiveAt(ctx.recordedAt);
      return ok();
    }
  }
  return refuse(RefusalCode::UNKNOWN_THING);
}

namespace {

// Which units have blocked: those the blocks name; of a process block, the units whose items it covers.
std::vector<SubjectKey> blockingUnits(const Context& ctx) {
  std::vector<SubjectKey> units;
  auto add = [&](const SubjectKey& unit) {
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
  };
  for (const Block& block : ctx.patient->blocks) {
    if (block.type != BlockType::INNER || block.provider != ctx.providerKey()) continue;
    if (!block.valid.covers(ctx.recordedAt) || block.unit == ctx.unitKey()) continue;
    if (!block.unit.isZero()) add(block.unit);
    for (const Item& item : ctx.patient->items)
      if (block.unit.isZero() && blockCovers(block, item)) add(item.unit);
  }
  return units;
}

}  // namespace

// PDL 4:5 p. 2, first step: the units are shown, and nothing of what they have; to who has a part in the care or says
// why.
Verdict revealBlockSources(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::LIFT));
  auto asked = ctx.command.getRevealBlockSources();
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  LIGGARE_RULE(emergencyIsCare(ctx, asked.getReason()));
  bool emergency = isEmergency(ctx, asked.getDanger(), asked.getCanConsent());
  if (!emergency) return refuse(RefusalCode::INNER_BLOCK, {"PDL 4:5 p. 2"});
  auto event = ctx.draft(Body::INNER_BLOCK_SOURCES_REVEALED, ItemClass::BLOCK);
  event.getCommon().setGround(schema::Ground::LIFT_EMERGENCY);
  auto body = ctx.patientBody(event).initInnerBlockSourcesRevealed();
  auto found = blockingUnits(ctx);
  auto units = body.initUnits(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < units.size(); ++i) set(units[i], found[i]);
  body.setDanger(asked.getDanger());
  body.setCanConsent(asked.getCanConsent());
  ctx.text(event, TextSlot::REASON, asked.getReason());
  openReview(ctx, "T12", thingId(ctx.command.getId()));
  return ok();
}

namespace {

// --- the outer block, lifted by its owner (SVOD 3:5) -----------------------------------------------------------------

}  // namespace

// SVOD 3:5: danger to life or serious risk, and the patient cannot ask. Only the provider that has the block can lift
// it, so the other asks it to.
Verdict requestOuterLift(Context& ctx) {
  auto asked = ctx.command.getRequestOuterLift();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getRequestId())));
  LIGGARE_RULE(needsRight(ctx, Right::READ));
  const SubjectKey owner = keyOf(asked.getOwner());
  if (!isKnown(asked.getOwner()) || owner == ctx.providerKey()) return refuse(RefusalCode::UNKNOWN_THING);
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  const bool isCare = ctx.provider->kind != schema::ProviderKind::SOCIAL;
  const bool due = isCare && isEmergency(ctx, asked.getDanger(), asked.getCanAsk());
  if (!due && !takesPartInCare(*ctx.patient, *ctx.commission, ctx.recordedAt))
    return refuse(RefusalCode::INNER_SECRECY);
  if (!isConnected(*ctx.provider, ctx.recordedAt)) return refuse(RefusalCode::SVOD_NOT_CONNECTED);
  if (!due) return refuse(RefusalCode::NAMES_NOT_DUE);
  // Only now: who has blocked is not told to whoever asks (SVOD 3:5).
  auto& items = ctx.patient->items;
  const bool has = std::any_of(items.begin(), items.end(), [&](const Item& item) {
    return item.provider == owner && isMadeAvailable(ctx.view, *ctx.patient, item, ctx.recordedAt) &&
           isOuterBlocked(*ctx.patient, item, ctx.providerKey(), ctx.recordedAt);
  });
  if (!has) return refuse(RefusalCode::UNKNOWN_THING);
  auto event = ctx.draft(Body::OUTER_LIFT_REQUESTED, ItemClass::BLOCK);
  event.getCommon().setGround(schema::Ground::SVOD35);
  ctx.about(event, thingId(asked.getRequestId()));
  auto body = ctx.patientBody(event).initOuterLiftRequested();
  set(body.initRequest(), thingId(asked.getRequestId()));
  set(body.initOwner(), owner);
  body.setDanger(asked.getDanger());
  body.setCanAsk(asked.getCanAsk());
  ctx.text(event, TextSlot::REASON, asked.getReason());
  openReview(ctx, "T12", thingId(asked.getRequestId()));
  return ok();
}

namespace {

// The block a grant opens: the one named, or the provider's only outer one in force.
const Block* blockToLift(const Context& ctx, schema::AnswerOuterLift::Reader asked) {
  ThingId id = thingId(asked.getBlockId());
  for (const Block& block : ctx.patient->blocks) {
    bool ours = block.type == BlockType::OUTER && block.provider == ctx.providerKey();
    if (ours && block.valid.covers(ctx.recordedAt) && (id.isZero() || block.id == id)) return &block;
  }
  return nullptr;
}

}  // namespace

// SVOD 3:5 st. 2: the provider that has the block judges under its own responsibility. After a grant the data are
// unblocked for the one who asked and still need 3:1 or 3:6 at the read (§00.10).
Verdict answerOuterLift(Context& ctx, schema::AnswerOuterLift::Reader asked, OuterRequest::State answer) {
  if (answer == OuterRequest::State::GRANTED) LIGGARE_RULE(idIsNew(ctx, thingId(asked.getLiftId())));
  LIGGARE_RULE(needsRight(ctx, Right::LIFT));
  auto& requests = ctx.patient->outerRequests;
  auto isIt = [&](const OuterRequest& r) { return r.id == thingId(asked.getRequestId()); };
  auto request = std::find_if(requests.begin(), requests.end(), isIt);
  const bool isParty =
      request != requests.end() && (request->owner == ctx.providerKey() || request->asker == ctx.providerKey());
  if (!isParty) return refuse(RefusalCode::UNKNOWN_THING);
  bool grant = answer == OuterRequest::State::GRANTED;
  const Block* block = blockToLift(ctx, asked);
  bool ours = request->owner == ctx.providerKey();
  bool known = block && areCovered(*ctx.patient, *block, asked.getItems());
  if (ours && grant && !known) return refuse(RefusalCode::UNKNOWN_THING);
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  if (ours && grant && asked.getUntil() <= ctx.recordedAt) return refuse(RefusalCode::OUTER_BLOCK, {"until"});
  if (!ours) return refuse(RefusalCode::BLOCK_OWNER);
  if (request->state == answer) return alreadySo(request->answeredBy);
  if (request->state != OuterRequest::State::OPEN) return refuse(RefusalCode::CASE_STATE);
  auto event = ctx.draft(grant ? Body::OUTER_LIFT_GRANTED : Body::OUTER_LIFT_REFUSED, ItemClass::BLOCK);
  ctx.about(event, request->id);
  auto body = ctx.patientBody(event);
  auto answered = grant ? body.initOuterLiftGranted() : body.initOuterLiftRefused();
  set(answered.initRequest(), request->id);
  set(answered.initForProvider(), request->asker);
  if (grant) {
    set(answered.initBlock(), block->id);
    set(answered.initLift(), thingId(asked.getLiftId()));
    answered.setUntil(asked.getUntil());
    if (asked.getItems().size() > 0) answered.setItems(asked.getItems());
  }
  ctx.text(event, TextSlot::REASON, asked.getReason());
  if (grant) openReview(ctx, "T13", thingId(asked.getLiftId()));
  return ok();
}

}  // namespace liggare::law
