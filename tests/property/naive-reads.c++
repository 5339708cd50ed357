// PDL 4 kap.: what staff see in their own provider's journal, what patients see in theirs, and searching.
#include "tests/property/naive-law.h"

namespace liggare::naive {
namespace {

using schema::Purpose;
using schema::Right;

// Supervision and log review are no care: neither blocks nor the limits around a unit concern them (PDL 4:3-4).
bool isDuty(Ground ground) { return ground == Ground::LOG_REVIEW || ground == Ground::SUPERVISION; }

bool isOwnUnit(const Speaker& who, const Fact& item) { return item.unit == who.unit; }
bool isOwnProcess(const Speaker& who, const std::string& process) { return !process.empty() && process == who.process; }

// PDL 4:4: the block's own unit or process goes on seeing what is theirs. Around a process only the process is inside.
bool isInside(const Fact& block, const Fact& item, const Speaker& who) {
  if (!block.process.empty()) return isOwnProcess(who, block.process);
  return block.unit == who.unit || isOwnProcess(who, item.process);
}

// PDL 4:5: lifted for the reader's unit or for the reader, for the item. An emergency opens nothing for coordination.
bool opens(const Fact& lift, const Fact& item, const Speaker& who) {
  const bool isEmergency = lift.kind == int64_t(schema::LiftReason::EMERGENCY);
  if (lift.target != 0 || (isEmergency && who.purpose != Purpose::CARE)) return false;
  if (lift.unit != 0 && lift.unit != who.unit) return false;
  if (lift.person != 0 && lift.person != who.person) return false;
  if (lift.list.empty()) return true;
  for (const Id one : lift.list)
    if (one == item.thing) return true;
  return false;
}

// How a block that stops the reader is open to them: by the first lift that opens it, or not (none).
Ground openness(const Facts& facts, const Fact& block, const Fact& item, const Speaker& who, Micros t) {
  for (const Fact& lift : facts) {
    if (lift.about != block.thing || !isLiftInForce(facts, lift, t) || !opens(lift, item, who)) continue;
    const bool isEmergency = lift.kind == int64_t(schema::LiftReason::EMERGENCY);
    return isEmergency ? Ground::LIFT_EMERGENCY : Ground::LIFT_CONSENT;
  }
  return Ground::NONE;
}

// Every inner block that covers the item must be open: the strictest wins. The ground is the weightiest that was
// needed.
Seen throughBlocks(const Facts& facts, const Speaker& who, const Fact& item, Seen otherwise, Micros t) {
  Seen seen = otherwise;
  for (const Fact& block : facts) {
    const bool isInner = block.what == What::BLOCK && block.kind == int64_t(schema::BlockType::INNER);
    if (!isInner || !isBlockInForce(facts, block.thing) || !covers(block, item)) continue;
    if (isInside(block, item, who)) continue;
    const Ground open = openness(facts, block, item, who, t);
    if (open == Ground::NONE) return hidden(RefusalCode::INNER_BLOCK);
    if (seen.ground != Ground::LIFT_EMERGENCY) seen = shown(open);
  }
  return seen;
}

// What is noted about an inner block tells who blocked: the own unit or process, and those who may lift (§3.5, table).
Seen noteOfBlock(const Facts& facts, const Speaker& who, const Fact& item, Seen otherwise) {
  const Fact* block = find(facts, What::BLOCK, item.target);
  const bool isOpen = block->unit == who.unit || isOwnProcess(who, block->process) || who.may(Right::LIFT);
  const bool stands = isBlockInForce(facts, block->thing);
  return isOpen || !stands ? otherwise : hidden(RefusalCode::INNER_BLOCK);
}

bool isNoteOfInnerBlock(const Facts& facts, const Fact& item) {
  const Fact* block = find(facts, What::BLOCK, item.target);
  return block != nullptr && block->kind == int64_t(schema::BlockType::INNER);
}

// PDL 4:2 st. 2: an investigation is reached where it was made and, made within a process, in that process.
bool isWhereMade(const Speaker& who, const Fact& item) {
  return isOwnUnit(who, item) && (item.process.empty() || isOwnProcess(who, item.process));
}

Seen seeOwn(const Facts& facts, const Speaker& who, const Fact& item, const Claim& claim, Micros t) {
  const Seen ground = innerSecrecy(facts, who, item.patient, claim, t);
  if (!ground.isShown() || isDuty(ground.ground)) return ground;
  const bool isElsewhere = !isOwnUnit(who, item) && !isOwnProcess(who, item.process);
  Objections no;
  no.when(isAfterRegulation(t) && isElsewhere && !claim.hasText, RefusalCode::INNER_SECRECY);
  no.when(ground.ground == Ground::WORK_NEED_ASSESSMENT && !isOwnUnit(who, item), RefusalCode::INNER_SECRECY);
  no.when(isFmu(facts, item) && !isWhereMade(who, item), RefusalCode::FMU_OTHER_UNIT);
  if (no) return hidden(no.first());
  if (isNoteOfInnerBlock(facts, item)) return noteOfBlock(facts, who, item, ground);
  return throughBlocks(facts, who, item, ground, t);
}

bool isSharedUninformed(const Facts& facts, Id patient, Id provider, Micros t) {
  return !isInformed(facts, patient, provider) && mayMakeAvailable(facts, patient, provider, t);
}

// The items a read is about: those asked for, or all; as the journal was at asOf. The patient's own e-service has not
// what is shared by SVOD 2:6 alone (4:2 st. 2).
struct Chosen {
  std::vector<const Fact*> items;
  bool isAnyMissing = false;
};
Chosen choose(const Facts& facts, const Speaker& who, Id patient, schema::ReadJournal::Reader asked, Micros t) {
  auto isThere = [&](const Fact& fact) {
    const bool isInBook = fact.what == What::ITEM && fact.patient == patient;
    const bool isOwn = who.kind == Speaker::Kind::PATIENT ? !isSharedUninformed(facts, patient, fact.provider, t)
                                                          : fact.provider == who.provider;
    return isInBook && isOwn && (asked.getAsOf() == 0 || fact.at <= asked.getAsOf());
  };
  Chosen chosen;
  for (const Fact& fact : facts)
    if (isThere(fact) && asked.getItems().size() == 0) chosen.items.push_back(&fact);
  for (auto wanted : asked.getItems()) {
    const Fact* found = find(facts, What::ITEM, idOf(wanted));
    if (found != nullptr && isThere(*found))
      chosen.items.push_back(found);
    else
      chosen.isAnyMissing = true;
  }
  return chosen;
}

// What the rows say together.
Answer together(Answer answer, Seen withoutRows) {
  if (answer.items.empty() && !withoutRows.isShown()) return refused(withoutRows.code);
  if (answer.items.empty()) answer.ground = withoutRows.ground;
  answer.code = wholeOf(answer.items);
  if (answer.code != RefusalCode::NONE) answer.kind = Answer::Kind::REFUSED;
  for (const auto& [position, seen] : answer.items) {
    if (seen.isShown()) answer.hasUnblocked = true;
    if (seen.code == RefusalCode::INNER_BLOCK) answer.hasBlocked = true;
  }
  return answer;
}

}  // namespace

// PDL 4:1. Never one's own journal. A duty needs its right and a text; without a part in the care a reason of the list
// and a text, which make no right (§00.19).
Seen innerSecrecy(const Facts& facts, const Speaker& who, Id patient, const Claim& claim, Micros t) {
  if (who.kind == Speaker::Kind::PATIENT) return shown(Ground::SELF);
  if (who.asPatient == patient) return hidden(RefusalCode::INNER_SECRECY);
  const bool isCare = isCarePurpose(who.purpose);
  const bool isReview = claim.ground == Ground::LOG_REVIEW && who.may(Right::REVIEW) && !isCare;
  const bool isSupervision =
      claim.ground == Ground::SUPERVISION && (who.may(Right::RECORDS_OFFICE) || who.may(Right::REVIEW)) && !isCare;
  if (claim.hasText && (isReview || isSupervision)) return shown(claim.ground);
  if (isCarePurpose(who.purpose) && takesPartInCare(facts, who, patient, t)) return shown(Ground::CARE);
  if (!claim.hasText) return hidden(RefusalCode::INNER_SECRECY);
  switch (claim.ground) {
    case Ground::CARE: {
      return isCare && !isDead(facts, patient, t) ? shown(Ground::CARE) : hidden(RefusalCode::INNER_SECRECY);
    }
    case Ground::WORK_ADMIN:
    case Ground::WORK_QUALITY:
    case Ground::WORK_NEED_ASSESSMENT:
    case Ground::WORK_OTHER: return shown(claim.ground);
    default: return hidden(RefusalCode::INNER_SECRECY);
  }
}

namespace {

// PDL 3:1: whom only others have is as unknown here as a stranger. One's own journal has its own answer.
bool isUnknownHere(const Facts& facts, const Speaker& who, Id patient) {
  return who.kind == Speaker::Kind::STAFF && who.asPatient != patient && !isPatientOf(facts, patient, who.provider);
}

}  // namespace

RefusalCode wholeOf(const std::map<Position, Seen>& rows) {
  Objections no;
  for (const auto& [position, seen] : rows) {
    if (seen.isShown()) return RefusalCode::NONE;
    no.when(true, seen.code);
  }
  return no.first();
}

Answer answerRead(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getReadJournal();
  const Id patient = known(command.getPatient());
  const Claim claim(asked.getClaim());
  Objections no;
  no.when(who.kind == Speaker::Kind::GUARDIAN, RefusalCode::NOT_AUTHORISED);
  no.when(who.kind == Speaker::Kind::STAFF && !who.may(Right::READ), RefusalCode::NOT_AUTHORISED);
  const Chosen chosen = choose(facts, who, patient, asked, at);
  no.when(chosen.isAnyMissing || isUnknownHere(facts, who, patient), RefusalCode::UNKNOWN_THING);
  if (no) return refused(no.first());
  Answer answer;
  for (const Fact* item : chosen.items) {
    const bool isSelf = who.kind == Speaker::Kind::PATIENT;
    answer.items[item->position] = isSelf ? shown(Ground::SELF) : seeOwn(facts, who, *item, claim, at);
  }
  return together(answer, innerSecrecy(facts, who, patient, claim, at));
}

// PDL 2:8, and by identifier a read of whether there is a journal.
Answer answerSearch(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getSearch();
  const bool byIdentifier = asked.getTerm() == schema::Search::SearchTerm::IDENTIFIER;
  const Id patient = known(command.getPatient());
  Objections no;
  no.when(who.kind != Speaker::Kind::STAFF || !who.may(Right::READ), RefusalCode::NOT_AUTHORISED);
  const bool isUnknown = patient == 0 || isUnknownHere(facts, who, patient);
  no.when(byIdentifier && isUnknown, RefusalCode::UNKNOWN_THING);
  no.when(!byIdentifier, RefusalCode::FORBIDDEN_SEARCH);
  if (no) return refused(no.first());
  Answer answer;
  answer.items[0] = innerSecrecy(facts, who, patient, Claim(asked.getClaim()), at);
  if (!answer.items[0].isShown()) {
    answer.kind = Answer::Kind::REFUSED;
    answer.code = answer.items[0].code;
  }
  return answer;
}

}  // namespace liggare::naive
