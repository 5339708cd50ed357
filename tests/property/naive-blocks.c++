// Blocks at the patient's word, and what opens them again (PDL 4:4-5, SVOD 2:3, 3:5).
#include "tests/property/naive-meant.h"

namespace liggare::naive {
namespace {

using schema::BlockType;
using schema::GivenBy;
using schema::Purpose;
using schema::Right;

bool isStaff(const Speaker& who) { return who.kind == Speaker::Kind::STAFF; }

// §3.5, table: an inner block is known within its provider; an outer one to care providers who may be told that
// something is blocked (SVOD 2:5). To everybody else it does not exist.
bool isKnownTo(const Facts& facts, const Speaker& who, const Fact& block, Micros at) {
  if (!isStaff(who) || block.provider == who.provider) return true;
  const bool isTold = !isSocialCare(facts, who.provider) && isConnected(facts, who.provider) &&
                      takesPartInCare(facts, who, block.patient, at);
  return block.kind == int64_t(BlockType::OUTER) && isTold;
}

// The block of that id in the patient's journal, when there is one for the one who asks.
const Fact* blockFor(const Facts& facts, const Speaker& who, Id id, schema::Command::Reader command, Micros at) {
  const Fact* block = find(facts, What::BLOCK, id);
  const bool isHere = block != nullptr && block->patient == known(command.getPatient());
  return isHere && isKnownTo(facts, who, *block, at) ? block : nullptr;
}

// --- register, revoke, annul ----------------------------------------------------------------------------------------

bool isBlockedAlready(const Facts& facts, const Speaker& who, Id provider, schema::Command::Reader command) {
  const auto asked = command.getRegisterBlock();
  std::vector<Id> open;
  for (auto one : asked.getExcludedClasses()) open.push_back(Id(one));
  for (const Fact& fact : facts) {
    const bool isSame = fact.what == What::BLOCK && fact.patient == known(command.getPatient()) &&
                        fact.provider == provider && fact.kind == int64_t(asked.getType()) &&
                        fact.unit == blockedUnit(who, asked) && fact.process == asked.getInfoProcess().cStr() &&
                        fact.from == asked.getInfoFrom() && fact.to == asked.getInfoTo() && fact.list == open;
    if (isSame && isBlockInForce(facts, fact.thing)) return true;
  }
  return false;
}

// At once, on the patient's word to any staff; a guardian may not.
Answer registerBlock(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRegisterBlock();
  const Id patient = known(command.getPatient());
  const Id provider = providerOfBlock(facts, who, command);
  const bool isForPatient = asked.getRequestedBy() == GivenBy::PATIENT && who.kind != Speaker::Kind::GUARDIAN;
  Objections no;
  if (isIdTaken(facts, patient, idOf(asked.getBlockId()))) return refused(RefusalCode::COMMAND_REPEATED);
  const bool isNowhere = provider == 0 && asked.getRequestedBy() == GivenBy::GUARDIAN;
  if (isNowhere || who.kind == Speaker::Kind::GUARDIAN) return refused(RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  no.when(provider == 0, RefusalCode::UNKNOWN_THING);
  const bool namesUnit = asked.getType() == BlockType::INNER && isNamed(asked.getInfoUnit());
  no.when(namesUnit && !isUnitOf(facts, known(asked.getInfoUnit()), provider), RefusalCode::UNKNOWN_THING);
  no.when(!isForPatient, RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  no.when(asked.getRequestDate() > at, RefusalCode::IN_THE_FUTURE);
  if (no) return refused(no.first());
  // That it stands already is told to the patient, the blocked unit and who takes part; others cannot probe (§00.36).
  const bool isTold = !isStaff(who) || (blockedUnit(who, asked) != 0 && blockedUnit(who, asked) == who.unit) ||
                      takesPartInCare(facts, who, patient, at);
  return isTold && isBlockedAlready(facts, who, provider, command) ? unchanged() : accepted();
}

// SVOD 2:3 st. 3: who has it ends it, when the patient asks; a guardian only for a child who cannot decide, another
// representative only with document and decision. Not on the word of who cannot decide, nor for the dead (case 96).
Answer revoke(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRevokeBlock();
  const Id patient = known(command.getPatient());
  const Fact* block = blockFor(facts, who, idOf(asked.getBlockId()), command, at);
  const bool isHere = block != nullptr;
  GivenBy by = asked.getRequestedBy();
  if (who.kind == Speaker::Kind::GUARDIAN)
    by = isGuardianOf(facts, who.person, patient, at) ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE;
  const bool isChild = isChildUnableToDecide(facts, patient, at);
  const bool isGone = hasDiedBefore(facts, patient, at);
  const bool isTheirs = (by == GivenBy::PATIENT && !isChild && !isDurablyUnable(facts, patient, at)) ||
                        (by == GivenBy::GUARDIAN && isChild && isGuardianOf(facts, ANYBODY, patient, at)) ||
                        (by == GivenBy::REPRESENTATIVE && isLegalRepresentativeOf(facts, ANYBODY, patient, at));
  Objections no;
  no.when(isStaff(who) && !who.may(Right::LIFT), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  no.when(isHere && isStaff(who) && block->provider != who.provider, RefusalCode::BLOCK_OWNER);
  no.when(!isTheirs || isGone, RefusalCode::GUARDIAN_MAY_NOT_BLOCK);
  if (no) return refused(no.first());
  return isBlockInForce(facts, block->thing) ? accepted() : unchanged();
}

Answer annul(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const Fact* block = blockFor(facts, who, idOf(command.getAnnulBlock().getBlockId()), command, at);
  const bool isHere = block != nullptr;
  Objections no;
  no.when(!isStaff(who) || !who.may(Right::ANNUL), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  no.when(isHere && block->provider != who.provider, RefusalCode::BLOCK_OWNER);
  if (no) return refused(no.first());
  return isBlockInForce(facts, block->thing) ? accepted() : unchanged();
}

// --- lifts inside the provider --------------------------------------------------------------------------------------

// PDL 4:5 p. 1: a C7 about this block, the one named or any, that lasts as long as the lift. Consents end with death.
bool hasConsentToLift(const Facts& facts, const Speaker& who, Id patient, Id block, schema::LiftBlock::Reader asked,
                      Micros at) {
  const Id named = idOf(asked.getConsentId());
  if (hasDiedBefore(facts, patient, at)) return false;
  bool isThere = false;
  for (const Fact& fact : facts) {
    const bool isC7 = fact.what == What::CONSENT && fact.kind == int64_t(schema::ConsentKind::C7);
    const bool isThis = isC7 && fact.about == block && fact.provider == who.provider && fact.patient == patient;
    const bool isLongEnough = fact.to == 0 || asked.getUntil() <= fact.to;
    const bool isMeant = isThis && isLongEnough && (named == 0 || fact.thing == named);
    if (isMeant && isConsentInForce(facts, fact, at)) isThere = true;
  }
  return isThere;
}

// PDL 4:5 p. 2: two steps of one emergency; the blocking units, with this block, were shown to the provider within a
// day. Then only what is presumed to matter: items are named.
bool isEmergencyDue(const Facts& facts, const Speaker& who, const Fact& block, schema::LiftBlock::Reader asked,
                    Micros at) {
  bool isRevealed = false;
  for (const Fact& fact : facts) {
    const bool isThis = fact.what == What::REVEALED && fact.patient == block.patient;
    const bool isOurs = isThis && fact.provider == who.provider && block.at <= fact.at;
    if (isOurs && at - fact.at < 24 * HOUR) isRevealed = true;
  }
  const bool isAlone = asked.getDanger() && !asked.getCanConsent();
  return isRevealed && asked.getItems().size() > 0 && who.purpose == Purpose::CARE && isAlone;
}

// Items that a lift names stand in the journal and under the block.
bool areUnder(const Facts& facts, const Fact& block, capnp::List<schema::Id>::Reader items) {
  for (auto id : items) {
    const Fact* item = find(facts, What::ITEM, idOf(id));
    if (item == nullptr || !covers(block, *item)) return false;
  }
  return true;
}

Answer lift(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getLiftBlock();
  const Id patient = known(command.getPatient());
  const Fact* block = blockFor(facts, who, idOf(asked.getBlockId()), command, at);
  const bool isHere = block != nullptr;
  Objections no;
  no.when(isIdTaken(facts, patient, idOf(asked.getLiftId())), RefusalCode::COMMAND_REPEATED);
  no.when(!isStaff(who) || !who.may(Right::LIFT), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getForUnit()) && !isUnitOf(facts, known(asked.getForUnit()), who.provider),
          RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getForStaff()) && known(asked.getForStaff()) == 0, RefusalCode::UNKNOWN_THING);
  no.when(isHere && !areUnder(facts, *block, asked.getItems()), RefusalCode::UNKNOWN_THING);
  no.when(who.asPatient == patient, RefusalCode::INNER_SECRECY);
  const bool isEmergency = asked.getReason() == schema::LiftReason::EMERGENCY;
  const bool hasGround = takesPartInCare(facts, who, patient, at) || asked.getReasonText().size() > 0;
  no.when(isEmergency && !hasGround, RefusalCode::INNER_SECRECY);
  if (no) return refused(no.first());
  if (block->kind == int64_t(BlockType::OUTER)) return refused(RefusalCode::OUTER_BLOCK);
  if (block->provider != who.provider) return refused(RefusalCode::BLOCK_OWNER);
  if (!isBlockInForce(facts, block->thing)) return unchanged();
  const bool isDue = asked.getReason() == schema::LiftReason::PATIENTS_CONSENT
                         ? hasConsentToLift(facts, who, patient, block->thing, asked, at)
                         : isEmergencyDue(facts, who, *block, asked, at);
  no.when(!isDue || asked.getUntil() <= at, RefusalCode::INNER_BLOCK);
  return no ? refused(no.first()) : accepted();
}

Answer cancel(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const Fact* lifted = find(facts, What::LIFT, idOf(command.getCancelLift().getLiftId()));
  const Fact* block = lifted == nullptr ? nullptr : blockFor(facts, who, lifted->about, command, at);
  const bool isHere = block != nullptr;
  Objections no;
  no.when(!isStaff(who) || !who.may(Right::LIFT), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  no.when(isHere && block->provider != who.provider, RefusalCode::BLOCK_OWNER);
  if (no) return refused(no.first());
  return isLiftInForce(facts, *lifted, at) ? accepted() : unchanged();
}

// Who takes part, or says why in words, is shown which units have blocked; others never learn that any has (§00.36).
Answer reveal(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRevealBlockSources();
  const Id patient = known(command.getPatient());
  Objections no;
  no.when(!isStaff(who) || !who.may(Right::LIFT), RefusalCode::NOT_AUTHORISED);
  const bool isDue = who.purpose == Purpose::CARE && asked.getDanger() && !asked.getCanConsent();
  const bool hasGround = isStaff(who) && (takesPartInCare(facts, who, patient, at) || asked.getReason().size() > 0);
  no.when(who.asPatient == patient || !hasGround, RefusalCode::INNER_SECRECY);
  no.when(!isDue, RefusalCode::INNER_BLOCK);
  return no ? refused(no.first()) : accepted();
}

// --- another provider's block ---------------------------------------------------------------------------------------

// SVOD 3:5 st. 2: in danger, when the patient cannot ask; to the provider that has blocked. Who is not in that position
// is told so, and never learns whether there is a block (§00.36).
Answer request(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getRequestOuterLift();
  const Id patient = known(command.getPatient()), owner = known(asked.getOwner());
  bool isBlocking = false;
  for (const Fact& fact : facts) {
    const bool isTheirs = fact.what == What::ITEM && fact.patient == patient && fact.provider == owner;
    const bool isThere = isTheirs && isMadeAvailable(facts, fact, at);
    if (isThere && isOuterBlocked(facts, fact, who.provider, at)) isBlocking = true;
  }
  Objections no;
  no.when(isIdTaken(facts, patient, idOf(asked.getRequestId())), RefusalCode::COMMAND_REPEATED);
  no.when(!isStaff(who) || !who.may(Right::READ), RefusalCode::NOT_AUTHORISED);
  no.when(owner == 0 || owner == who.provider, RefusalCode::UNKNOWN_THING);
  no.when(who.asPatient == patient, RefusalCode::INNER_SECRECY);
  const bool isDue =
      who.purpose == Purpose::CARE && asked.getDanger() && !asked.getCanAsk() && !isSocialCare(facts, who.provider);
  no.when(!isDue && !takesPartInCare(facts, who, patient, at), RefusalCode::INNER_SECRECY);
  no.when(!isConnected(facts, who.provider), RefusalCode::SVOD_NOT_CONNECTED);
  no.when(!isDue, RefusalCode::NAMES_NOT_DUE);
  if (no) return refused(no.first());
  return isBlocking ? accepted() : refused(RefusalCode::UNKNOWN_THING);
}

Answer answerRequest(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const bool grants = command.isGrantOuterLift();
  const auto asked = grants ? command.getGrantOuterLift() : command.getRefuseOuterLift();
  const Fact* request = find(facts, What::OUTER_REQUEST, idOf(asked.getRequestId()));
  const bool isOfPatient = request != nullptr && request->patient == known(command.getPatient());
  const bool isHere = isOfPatient && (request->target == who.provider || request->provider == who.provider);
  Objections no;
  const Id patient = known(command.getPatient());
  no.when(grants && isIdTaken(facts, patient, idOf(asked.getLiftId())), RefusalCode::COMMAND_REPEATED);
  no.when(!isStaff(who) || !who.may(Right::LIFT), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  no.when(isHere && request->target != who.provider, RefusalCode::BLOCK_OWNER);
  no.when(who.asPatient == known(command.getPatient()), RefusalCode::INNER_SECRECY);
  if (no) return refused(no.first());
  if (grants) {
    const Fact* block = find(facts, What::BLOCK, blockGranted(facts, *request, asked));
    no.when(block == nullptr || !areUnder(facts, *block, asked.getItems()), RefusalCode::UNKNOWN_THING);
    no.when(asked.getUntil() <= at, RefusalCode::OUTER_BLOCK);
  }
  if (no) return refused(no.first());
  for (const Fact& fact : facts)
    if (fact.what == What::OUTER_ANSWER && fact.about == request->thing)
      return fact.yes == grants ? unchanged() : refused(RefusalCode::CASE_STATE);
  return accepted();
}

}  // namespace

Id blockedUnit(const Speaker& who, schema::RegisterBlock::Reader asked) {
  if (asked.getType() == BlockType::OUTER) return 0;
  if (isNamed(asked.getInfoUnit())) return known(asked.getInfoUnit());
  return asked.getInfoProcess().size() == 0 ? who.unit : 0;
}

Id blockGranted(const Facts& facts, const Fact& request, schema::AnswerOuterLift::Reader asked) {
  for (const Fact& fact : facts) {
    const bool isOuter = fact.what == What::BLOCK && fact.kind == int64_t(BlockType::OUTER);
    const bool isTheirs = isOuter && fact.patient == request.patient && fact.provider == request.target;
    if (!isTheirs || !isBlockInForce(facts, fact.thing)) continue;
    if (idOf(asked.getBlockId()) == 0 || idOf(asked.getBlockId()) == fact.thing) return fact.thing;
  }
  return 0;
}

Answer answerBlock(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  switch (command.which()) {
    case schema::Command::REGISTER_BLOCK: return registerBlock(facts, who, command, at);
    case schema::Command::REVOKE_BLOCK: return revoke(facts, who, command, at);
    default: return annul(facts, who, command, at);
  }
}

Answer answerLift(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  switch (command.which()) {
    case schema::Command::LIFT_BLOCK: return lift(facts, who, command, at);
    case schema::Command::CANCEL_LIFT: return cancel(facts, who, command, at);
    case schema::Command::REVEAL_BLOCK_SOURCES: return reveal(facts, who, command, at);
    case schema::Command::REQUEST_OUTER_LIFT: return request(facts, who, command, at);
    default: return answerRequest(facts, who, command, at);
  }
}

// --- every predicted kind -------------------------------------------------------------------------------------------

bool isPredicted(schema::Command::Reader command) {
  switch (command.which()) {
    case schema::Command::GIVE_CONSENT:
    case schema::Command::REFUSE_CONSENT:
    case schema::Command::WITHDRAW_CONSENT:
    case schema::Command::ANNUL_CONSENT:
    case schema::Command::INFORM_SVOD:
    case schema::Command::REGISTER_BLOCK:
    case schema::Command::REVOKE_BLOCK:
    case schema::Command::ANNUL_BLOCK:
    case schema::Command::LIFT_BLOCK:
    case schema::Command::CANCEL_LIFT:
    case schema::Command::REVEAL_BLOCK_SOURCES:
    case schema::Command::REQUEST_OUTER_LIFT:
    case schema::Command::GRANT_OUTER_LIFT:
    case schema::Command::REFUSE_OUTER_LIFT:
    case schema::Command::READ_JOURNAL:
    case schema::Command::READ_SHARED:
    case schema::Command::SEARCH: return true;
    default: return false;
  }
}

Answer answer(const Facts& facts, schema::Command::Reader command, Micros at) {
  const Admitted admitted = whoSpeaks(facts, command, at);
  if (admitted.code != RefusalCode::NONE) return refused(admitted.code);
  const Speaker& who = admitted.speaker;
  using State = schema::Ref::State;
  const State patient = command.getPatient().getState();
  if (patient == State::INVALID) return refused(RefusalCode::IDENTIFIER_INVALID);
  if (patient == State::UNKNOWN) return refused(RefusalCode::UNKNOWN_THING);
  if (command.isSearch()) return answerSearch(facts, who, command, at);
  if (patient == State::ABSENT) return refused(RefusalCode::UNKNOWN_THING);
  switch (command.which()) {
    case schema::Command::READ_JOURNAL: return answerRead(facts, who, command, at);
    case schema::Command::READ_SHARED: return answerShared(facts, who, command, at);
    case schema::Command::GIVE_CONSENT:
    case schema::Command::REFUSE_CONSENT:
    case schema::Command::WITHDRAW_CONSENT:
    case schema::Command::ANNUL_CONSENT:
    case schema::Command::INFORM_SVOD: return answerConsent(facts, who, command, at);
    case schema::Command::REGISTER_BLOCK:
    case schema::Command::REVOKE_BLOCK:
    case schema::Command::ANNUL_BLOCK: return answerBlock(facts, who, command, at);
    default: return answerLift(facts, who, command, at);
  }
}

}  // namespace liggare::naive
