// Blocks: the patient says no to other units (inner, PDL 4:4) or to other providers (outer, SVOD 2:3). A block bites
// at the next decision; nobody approves it. The few ways round it are in lifts.c++.
#include <algorithm>

#include "engine/law/blocks.h"

namespace liggare::law {
namespace {

using schema::BlockType;
using schema::Body;
using schema::GivenBy;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;

// --- look-ups --------------------------------------------------------------------------------------------------------

bool isGuardianActing(const Context& ctx, GivenBy requestedBy) {
  return ctx.caller.isGuardian() || requestedBy == GivenBy::GUARDIAN;
}

// --- SVOD 2:2 --------------------------------------------------------------------------------------------------------

// SVOD 2:2: told before anything is made available; from now on it is, unless the patient objects (§00.11).
Verdict informSvod(Context& ctx) {
  if (!ctx.commission) return refuse(RefusalCode::NOT_AUTHORISED);  // never: mayAct lets only staff so far
  if (!ctx.hasRight(Right::REGISTER)) LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getInformSvod();
  if (asked.getTextVersion().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::PATIENT_INFORMED_SVOD, ItemClass::INFORMATION);
  ctx.patientBody(event).initPatientInformedSvod().setTextVersion(asked.getTextVersion());
  return ok();
}

// --- register, revoke, annul -----------------------------------------------------------------------------------------

// In an e-service the patient names no provider: a block is at the provider of the unit named; an outer one is clear
// without it when a single provider has data about the patient.
const ProviderState* providerForPatient(const Context& ctx, schema::RegisterBlock::Reader asked) {
  const SubjectKey unit = keyOf(asked.getInfoUnit());
  const bool named = asked.getType() == BlockType::INNER || !isAbsent(asked.getInfoUnit());
  return onlyProvider(ctx, named ? &unit : nullptr);
}

// Who may be told that the same block stands already: the patient, the unit that has it, and those with a part in the
// care. For all others it does not exist (§00.36), and what they write down is looked at afterwards.
bool mayBeToldOfSame(const Context& ctx, const Block& wanted) {
  if (!ctx.commission) return true;
  if (!wanted.unit.isZero() && wanted.unit == ctx.unitKey()) return true;
  return takesPartInCare(*ctx.patient, *ctx.commission, ctx.recordedAt);
}

// The same block already stands: what is asked for holds.
const Block* sameBlock(const Context& ctx, const Block& wanted) {
  for (const Block& block : ctx.patient->blocks) {
    bool same = block.type == wanted.type && block.provider == wanted.provider && block.unit == wanted.unit &&
                block.process == wanted.process && block.information.from == wanted.information.from &&
                block.information.to == wanted.information.to && block.excluded == wanted.excluded;
    if (same && block.valid.covers(ctx.recordedAt)) return &block;
  }
  return nullptr;
}

void draftBlock(Context& ctx, schema::RegisterBlock::Reader asked, const Block& block) {
  auto event = ctx.draft(Body::BLOCK_REGISTERED, ItemClass::BLOCK);
  ctx.about(event, block.id);
  if (!block.unit.isZero()) set(event.getCommon().initInfoUnit(), block.unit);
  if (!block.process.empty()) event.getCommon().setInfoProcess(block.process);
  auto body = ctx.patientBody(event).initBlockRegistered();
  set(body.initBlock(), block.id);
  body.setType(block.type);
  set(body.initInfoProvider(), block.provider);
  if (!block.unit.isZero()) set(body.initInfoUnit(), block.unit);
  if (!block.process.empty()) body.setInfoProcess(block.process);
  body.setInfoFrom(block.information.from);
  body.setInfoTo(block.information.to);
  body.setRequestDate(asked.getRequestDate() != 0 ? asked.getRequestDate() : ctx.recordedAt);
  body.setRequestedBy(asked.getRequestedBy());
  if (asked.getExcludedClasses().size() > 0) body.setExcludedClasses(asked.getExcludedClasses());
  ctx.text(event, TextSlot::REASON, asked.getReason());
}

// PDL 4:4, SVOD 2:3: at once, by any staff, on the patient's word. A guardian may not block (second paragraphs).
Verdict registerBlock(Context& ctx) {
  auto asked = ctx.command.getRegisterBlock();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getBlockId())));
  if (!ctx.provider && ctx.caller.isPatient()) ctx.provider = providerForPatient(ctx, asked);
  bool guardian = isGuardianActing(ctx, asked.getRequestedBy());
  if (guardian && !ctx.provider) return refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  if (!ctx.provider) return refuse(RefusalCode::UNKNOWN_THING);
  Block block;
  block.id = thingId(asked.getBlockId());
  block.type = asked.getType();
  block.provider = ctx.provider->key;
  block.information = {asked.getInfoFrom(), asked.getInfoTo()};
  for (auto open : asked.getExcludedClasses()) block.excluded.push_back(open);
  if (block.type == BlockType::INNER) {
    block.process = asked.getInfoProcess().cStr();
    if (!isAbsent(asked.getInfoUnit()))
      block.unit = keyOf(asked.getInfoUnit());
    else if (block.process.empty())
      block.unit = ctx.unitKey();  // no unit said: the one where the patient says it
    bool known = block.unit.isZero() ? isAbsent(asked.getInfoUnit()) : ctx.provider->units.count(block.unit) > 0;
    if (!known) return refuse(RefusalCode::UNKNOWN_THING);
  }
  if (guardian || asked.getRequestedBy() != GivenBy::PATIENT) return refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  if (asked.getRequestDate() > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  const bool told = mayBeToldOfSame(ctx, block);
  const Block* same = sameBlock(ctx, block);
  if (same && told) return alreadySo(same->position);
  draftBlock(ctx, asked, block);
  if (!told) openReview(ctx, "T08", block.id);
  return ok();
}

void draftEnded(Context& ctx, const Block& block, schema::EndBlock::Reader asked, Body::Which kind) {
  auto event = ctx.draft(kind, ItemClass::BLOCK);
  ctx.about(event, block.id);
  if (!block.unit.isZero()) set(event.getCommon().initInfoUnit(), block.unit);
  auto body = ctx.patientBody(event);
  auto ended = kind == Body::BLOCK_ANNULLED ? body.initBlockAnnulled() : body.initBlockRevoked();
  set(ended.initBlock(), block.id);
  ended.setEffectiveAt(ctx.recordedAt);
  ctx.text(event, TextSlot::REASON, asked.getReason());
}

// SVOD 2:3 st. 3: by the provider that has the block, when the patient asks. Annulled: it was wrongly registered.
Verdict endBlock(Context& ctx, schema::EndBlock::Reader asked, Body::Which kind) {
  bool individual = !ctx.commission && kind == Body::BLOCK_REVOKED;  // never: annulling is for staff
  if (!individual) LIGGARE_RULE(needsRight(ctx, kind == Body::BLOCK_ANNULLED ? Right::ANNUL : Right::LIFT));
  const Block* block = findBlock(*ctx.patient, thingId(asked.getBlockId()));
  if (!block || !mayKnowOf(ctx, *block)) return refuse(RefusalCode::UNKNOWN_THING);
  if (individual) ctx.provider = ctx.view.provider(block->provider);
  if (kind == Body::BLOCK_REVOKED) LIGGARE_RULE(mayOpenFor(ctx, asked.getRequestedBy()));
  if (block->provider != ctx.providerKey()) return refuse(RefusalCode::BLOCK_OWNER);
  if (block->ended) return alreadySo(block->endedBy);
  draftEnded(ctx, *block, asked, kind);
  return ok();
}

}  // namespace

bool isGuardian(const PatientState& patient, const SubjectKey& person, Micros t) {
  auto& all = patient.guardians;
  return std::any_of(all.begin(), all.end(),
                     [&](const Guardian& g) { return g.person == person && g.isGuardian && g.valid.covers(t); });
}

bool isRepresented(const PatientState& patient, GivenBy as, Micros t) {
  return std::any_of(patient.guardians.begin(), patient.guardians.end(), [&](const Guardian& g) {
    if (!g.valid.covers(t)) return false;
    return as == GivenBy::GUARDIAN ? g.isGuardian : !g.isGuardian && g.hasAuthorityDocument && g.hasLegalDecision;
  });
}

// §00.30: a guardian may not lift a mature child's block, nor an adult's; other representatives need their papers.
Verdict mayAskFor(const Context& ctx, GivenBy requestedBy) {
  auto actor = ctx.caller;
  if (actor.isGuardian()) {
    requestedBy = GivenBy::REPRESENTATIVE;
    for (const Guardian& g : ctx.patient->guardians)
      if (g.person == subjectKey(actor.getGuardian().getKey()) && g.isGuardian && g.valid.covers(ctx.recordedAt))
        requestedBy = GivenBy::GUARDIAN;
  }
  if (requestedBy == GivenBy::GUARDIAN) {
    const bool young = isChildWhoCannotDecide(ctx.rules, *ctx.patient, ctx.recordedAt);
    const bool represented = isRepresented(*ctx.patient, requestedBy, ctx.recordedAt);
    return young && represented ? ok() : refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  }
  const bool represented = isRepresented(*ctx.patient, GivenBy::REPRESENTATIVE, ctx.recordedAt);
  const bool unproven = requestedBy == GivenBy::REPRESENTATIVE && !represented;
  return unproven ? refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK) : ok();
}

// Case 96: blocks outlive the patient. Who cannot decide cannot open either (§00.12).
Verdict mayOpenFor(const Context& ctx, GivenBy requestedBy) {
  const PatientState& patient = *ctx.patient;
  const Micros now = ctx.recordedAt;
  if (diedBefore(patient, now)) return refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  LIGGARE_RULE(mayAskFor(ctx, requestedBy));
  if (isGuardianActing(ctx, requestedBy) || requestedBy != GivenBy::PATIENT) return ok();
  const Capacity* capacity = capacityAt(patient, now);
  const bool unable = capacity && capacity->kind == schema::CapacityKind::DURABLY_UNABLE;
  const bool child = isChildWhoCannotDecide(ctx.rules, patient, now);
  return unable || child ? refuse(RefusalCode::GUARDIAN_MAY_NOT_BLOCK) : ok();
}

const ProviderState* onlyProvider(const Context& ctx, const SubjectKey* atUnit) {
  const ProviderState* found = nullptr;
  for (const Item& item : ctx.patient->items) {
    const ProviderState* owner = ctx.view.provider(item.provider);
    if (!owner || owner == found) continue;  // never: a journal is some provider's
    if (atUnit && owner->units.count(*atUnit) == 0) continue;
    if (found) return nullptr;
    found = owner;
  }
  return found;
}

const Block* findBlock(const PatientState& patient, const ThingId& id) {
  for (const Block& block : patient.blocks)
    if (block.id == id) return &block;
  return nullptr;
}

// An inner block is known within its provider, an outer one to those who may be told that something is blocked (SVOD
// 2:5). To all others it does not exist.
bool mayKnowOf(const Context& ctx, const Block& block) {
  if (!ctx.commission || block.provider == ctx.providerKey()) return true;
  const bool told = ctx.provider->kind != schema::ProviderKind::SOCIAL && isConnected(*ctx.provider, ctx.recordedAt);
  return block.type == BlockType::OUTER && told && takesPartInCare(*ctx.patient, *ctx.commission, ctx.recordedAt);
}

Verdict decideBlocks(Context& ctx) {
  using Which = schema::Command::Which;
  using Answer = OuterRequest::State;
  auto command = ctx.command;
  switch (command.which()) {
    case Which::INFORM_SVOD: return informSvod(ctx);
    case Which::REGISTER_BLOCK: return registerBlock(ctx);
    case Which::REVOKE_BLOCK: return endBlock(ctx, command.getRevokeBlock(), Body::BLOCK_REVOKED);
    case Which::ANNUL_BLOCK: return endBlock(ctx, command.getAnnulBlock(), Body::BLOCK_ANNULLED);
    case Which::LIFT_BLOCK: return liftBlock(ctx);
    case Which::CANCEL_LIFT: return cancelLift(ctx);
    case Which::REVEAL_BLOCK_SOURCES: return revealBlockSources(ctx);
    case Which::REQUEST_OUTER_LIFT: return requestOuterLift(ctx);
    case Which::GRANT_OUTER_LIFT: return answerOuterLift(ctx, command.getGrantOuterLift(), Answer::GRANTED);
    case Which::REFUSE_OUTER_LIFT: return answerOuterLift(ctx, command.getRefuseOuterLift(), Answer::REFUSED);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: each kind has its row
  }
}

}  // namespace liggare::law
