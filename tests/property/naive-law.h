// The answers of the second reading. See naive-facts.h.
#pragma once

#include <map>
#include <set>

#include "tests/property/naive-facts.h"

namespace liggare::naive {

using schema::Ground;
using schema::RefusalCode;

// Shown with a ground, or not with a code.
struct Seen {
  RefusalCode code = RefusalCode::NONE;
  Ground ground = Ground::NONE;
  bool isShown() const { return code == RefusalCode::NONE; }
  bool operator==(const Seen&) const = default;
};
inline Seen hidden(RefusalCode code) { return {code, Ground::NONE}; }
inline Seen shown(Ground ground) { return {RefusalCode::NONE, ground}; }

struct Answer {
  enum class Kind { ACCEPTED, UNCHANGED, REFUSED } kind = Kind::ACCEPTED;
  RefusalCode code = RefusalCode::NONE;
  // Of a read:
  std::map<Position, Seen> items;  // position 0: a patient found by search
  Ground ground = Ground::NONE;    // of the read as a whole, when it is accepted without items
  bool hasBlocked = false, hasUnblocked = false;
  std::set<Id> providers;
  bool operator==(const Answer&) const = default;
};
inline Answer refused(RefusalCode code) {
  Answer answer;
  answer.kind = Answer::Kind::REFUSED;
  answer.code = code;
  return answer;
}
inline Answer accepted() { return {}; }
inline Answer unchanged() {
  Answer answer;
  answer.kind = Answer::Kind::UNCHANGED;
  return answer;
}

// All objections that apply; the one that is told is the first in the order of the refusals (domain §00.36).
class Objections {
 public:
  void when(bool applies, RefusalCode code) {
    if (applies) codes.insert(code);
  }
  explicit operator bool() const { return !codes.empty(); }
  RefusalCode first() const { return codes.empty() ? RefusalCode::NONE : *codes.begin(); }

 private:
  std::set<RefusalCode> codes;
};

// Who speaks, as the list tells.
struct Speaker {
  enum class Kind { STAFF, PATIENT, GUARDIAN } kind = Kind::STAFF;
  Id person = 0, provider = 0, unit = 0;
  Id asPatient = 0;  // the same human being
  std::string process;
  std::set<schema::Right> rights;
  schema::Purpose purpose{};
  bool may(schema::Right right) const { return rights.count(right) > 0; }
};
struct Admitted {
  Speaker speaker;
  RefusalCode code = RefusalCode::NONE;  // R-AUTH, R-MFA, R-BEHOVSRISK
};
Admitted whoSpeaks(const Facts& facts, schema::Command::Reader command, Micros at);

// --- what the list says about a patient (naive-people.c++) ----------------------------------------------------------
constexpr Micros REGULATION_2025_57 = 1'769'900'400 * SECOND;  // 2026-02-01 00:00 in Sweden
inline bool isAfterRegulation(Micros at) { return at >= REGULATION_2025_57; }

bool isDead(const Facts& facts, Id patient, Micros t);
bool hasDiedBefore(const Facts& facts, Id patient, Micros t);  // on an earlier day: the last day counts as lived
bool isChildUnableToDecide(const Facts& facts, Id patient, Micros t);
bool isDurablyUnable(const Facts& facts, Id patient, Micros t);
bool isCapacityGroundForReading(const Facts& facts, Id patient, Micros t);  // SVOD 3:3
constexpr Id ANYBODY = ~Id(0);                                              // nobody in particular was named
bool isGuardianOf(const Facts& facts, Id person, Id patient, Micros t);
bool isLegalRepresentativeOf(const Facts& facts, Id person, Id patient, Micros t);
bool takesPartInCare(const Facts& facts, const Speaker& who, Id patient, Micros t);
enum class When { NOW, NOW_OR_FORMERLY };
bool hasRelation(const Facts& facts, const Speaker& who, Id patient, Micros t, When when);
bool isConnected(const Facts& facts, Id provider);
bool isInformed(const Facts& facts, Id patient, Id provider);
bool mayMakeAvailable(const Facts& facts, Id patient, Id provider, Micros t);  // SVOD 2:2, 2:6
bool isMadeAvailable(const Facts& facts, const Fact& item, Micros t);          // SVOD 2:1-2:6
bool isAvailableApartFromFmu(const Facts& facts, const Fact& item, Micros t);
bool isCarePurpose(schema::Purpose purpose);
bool isOuterBlocked(const Facts& facts, const Fact& item, Id readingProvider, Micros t);
bool isSocialCare(const Facts& facts, Id provider);
bool isUnitOf(const Facts& facts, Id unit, Id provider);
bool isFmu(const Facts& facts, const Fact& item);  // by its class, or because the unit does nothing else
bool hadCase(const Facts& facts, Id patient, Id unit);
bool hasJournal(const Facts& facts, Id patient, Id provider);
bool isPatientOf(const Facts& facts, Id patient, Id provider);  // an entry, a relation or a case
bool isIdTaken(const Facts& facts, Id patient, Id thing);
Micros hoursBeforeLate(const Facts& facts, Id provider);
const Fact* find(const Facts& facts, What what, Id thing);

// --- consents, blocks and lifts as they stand -----------------------------------------------------------------------
bool isConsentInForce(const Facts& facts, const Fact& consent, Micros t);
bool isBlockInForce(const Facts& facts, Id block);
bool isLiftInForce(const Facts& facts, const Fact& lift, Micros t);
bool covers(const Fact& block, const Fact& item);

// --- the answers ----------------------------------------------------------------------------------------------------
// The whole: what engine/law should say. Only for the kinds that isPredicted.
bool isPredicted(schema::Command::Reader command);
Answer answer(const Facts& facts, schema::Command::Reader command, Micros at);

Answer answerRead(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);
Answer answerShared(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);
Answer answerSearch(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);
Answer answerConsent(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);
Answer answerBlock(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);
Answer answerLift(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at);

// What the reader states.
struct Claim {
  explicit Claim(schema::GroundClaim::Reader claim)
      : ground(claim.getGround()),
        hasText(claim.getActiveDecision().size() > 0),
        danger(claim.getDanger()),
        canConsent(claim.getCanConsent()),
        relevant(claim.getRelevant()) {}
  Ground ground;
  bool hasText, danger, canConsent, relevant;
};
// PDL 4:1, for the patient as a whole.
Seen innerSecrecy(const Facts& facts, const Speaker& who, Id patient, const Claim& claim, Micros t);
// The first in order of what the rows were refused for; none when one is shown.
RefusalCode wholeOf(const std::map<Position, Seen>& rows);

}  // namespace liggare::naive
