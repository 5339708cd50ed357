// The law decided twice: by engine/law, and by a second reading that scans a list (naive-facts.h). Random commands in
// random small worlds; each answer of the gate and of the consents is compared, item by item.
//
//   LIGGARE_DRAWS   how many commands of predicted kinds to compare
//   LIGGARE_SEED    the first world's seed: a failure prints its own, and this repeats it
#include <gtest/gtest.h>
#include <kj/string-tree.h>

#include <cstdio>
#include <map>

#include "engine/law/refusals.h"
#include "tests/base/seed.h"
#include "tests/property/naive-scene.h"

namespace liggare::naive {
namespace {

constexpr uint64_t USUAL_DRAWS = 20'000;
constexpr uint64_t COMMANDS_OF_A_SCENE = 260;
constexpr size_t HISTORY_TOLD = 12;
constexpr uint64_t DRAWS_TO_WEIGH = 10'000;  // fewer say nothing about shares

constexpr Ground GROUNDS[] = {
    Ground::CARE,           Ground::WORK_ADMIN,  Ground::WORK_QUALITY, Ground::WORK_NEED_ASSESSMENT,
    Ground::WORK_OTHER,     Ground::SELF,        Ground::SVOD31,       Ground::SVOD33,
    Ground::SVOD35,         Ground::SVOD36,      Ground::SVOD_FLAGS,   Ground::LIFT_CONSENT,
    Ground::LIFT_EMERGENCY, Ground::SUPERVISION, Ground::LOG_REVIEW};
// The refusals that the predicted kinds can be answered with.
constexpr RefusalCode CODES[] = {
    RefusalCode::COMMAND_REPEATED,      RefusalCode::NOT_AUTHORISED,     RefusalCode::STRONG_LOGIN_MISSING,
    RefusalCode::RISK_ANALYSIS_MISSING, RefusalCode::UNKNOWN_THING,      RefusalCode::INNER_SECRECY,
    RefusalCode::FMU_OTHER_UNIT,        RefusalCode::INNER_BLOCK,        RefusalCode::SVOD_PURPOSE,
    RefusalCode::SVOD_NOT_CONNECTED,    RefusalCode::SVOD_NOT_INFORMED,  RefusalCode::OUTER_BLOCK,
    RefusalCode::SVOD_RELATION,         RefusalCode::SVOD_CONSENT,       RefusalCode::SVOD_RELEVANCE,
    RefusalCode::NAMES_NOT_DUE,         RefusalCode::EMERGENCY_NOT_DUE,  RefusalCode::GUARDIAN_MAY_NOT_BLOCK,
    RefusalCode::BLOCK_OWNER,           RefusalCode::FORBIDDEN_SEARCH,   RefusalCode::CASE_STATE,
    RefusalCode::IDENTIFIER_INVALID,    RefusalCode::CONSENT_C1_MISSING, RefusalCode::CONSENT_C2_MISSING,
    RefusalCode::CONSENT_C3_MISSING,    RefusalCode::CONSENT_UNSPECIFIC, RefusalCode::CONSENT_TIME,
    RefusalCode::INFORMATION_MISSING,   RefusalCode::IN_THE_FUTURE,      RefusalCode::LATE_WITHOUT_REASON};

uint64_t drawsAskedFor() {
  const char* given = std::getenv("LIGGARE_DRAWS");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : USUAL_DRAWS;
}

std::string nameOf(RefusalCode code) { return code == RefusalCode::NONE ? "-" : std::string(law::refusalName(code)); }

std::string describe(const Answer& answer) {
  const char* const KINDS[] = {"accepted", "unchanged", "refused"};
  std::string text = KINDS[int(answer.kind)];
  text += " " + nameOf(answer.code) + " ground=" + kj::str(answer.ground).cStr();
  text += answer.hasBlocked ? " blocked" : "";
  text += answer.hasUnblocked ? " unblocked" : "";
  for (const Id provider : answer.providers) text += " provider " + std::to_string(provider);
  for (const auto& [position, seen] : answer.items)
    text += "\n      " + std::to_string(position) + " " + nameOf(seen.code) + " " + kj::str(seen.ground).cStr();
  return text;
}

// How often each ground and each refusal was answered: a command counts once for each that its answer holds.
class Histogram {
 public:
  void count(schema::Command::Reader command, const Answer& answer) {
    ++draws;
    const std::string what = answer.kind == Answer::Kind::REFUSED    ? nameOf(answer.code)
                             : answer.kind == Answer::Kind::ACCEPTED ? "accepted"
                                                                     : "unchanged";
    ++kinds[kindOf(command)][what];
    std::set<Ground> inAnswer;
    std::set<RefusalCode> codesInAnswer{answer.code};
    for (const auto& [position, seen] : answer.items) {
      inAnswer.insert(seen.ground);
      codesInAnswer.insert(seen.code);
    }
    if (answer.kind == Answer::Kind::ACCEPTED) inAnswer.insert(answer.ground);
    for (const Ground ground : inAnswer) ++grounds[ground];
    for (const RefusalCode code : codesInAnswer) ++codes[code];
    unchangedOnes += answer.kind == Answer::Kind::UNCHANGED;
    acceptedOnes += answer.kind == Answer::Kind::ACCEPTED;
  }
  double share(Ground ground) const { return part(grounds, ground); }
  double share(RefusalCode code) const { return part(codes, code); }
  void print() const {
    std::printf("%llu draws: %.1f %% accepted, %.1f %% unchanged\n", static_cast<unsigned long long>(draws),
                100.0 * double(acceptedOnes) / double(draws), 100.0 * double(unchangedOnes) / double(draws));
    for (const auto& [ground, _] : grounds)
      if (ground != Ground::NONE) std::printf("  %-22s %6.2f %%\n", kj::str(ground).cStr(), share(ground));
    for (const auto& [code, _] : codes)
      if (code != RefusalCode::NONE) std::printf("  %-22s %6.2f %%\n", nameOf(code).c_str(), share(code));
    for (const auto& [kind, answers] : kinds) {
      std::printf("  %s:", kind.c_str());
      for (const auto& [what, count] : answers)
        std::printf(" %s %llu", what.c_str(), static_cast<unsigned long long>(count));
      std::printf("\n");
    }
  }

 private:
  uint64_t draws = 0, unchangedOnes = 0, acceptedOnes = 0;
  std::map<std::string, std::map<std::string, uint64_t>> kinds;
  std::map<Ground, uint64_t> grounds;
  std::map<RefusalCode, uint64_t> codes;
  template <typename Key>
  double part(const std::map<Key, uint64_t>& all, Key key) const {
    const auto found = all.find(key);
    return draws == 0 || found == all.end() ? 0 : 100.0 * double(found->second) / double(draws);
  }
};

// What was read differently, each sort of difference once, with how often and an example to repeat it by.
class Differences {
 public:
  void add(const Scene& scene, uint64_t seed, const Decided& decided, const Answer& theirs, const Answer& mine) {
    const std::string sort = kindOf(decided.command()) + ": " + sortOf(theirs, mine);
    auto& [count, example] = sorts[sort];
    if (count++ > 0) return;
    example = "LIGGARE_SEED=" + std::to_string(seed) + " at " + formatUtc(decided.at) + ", after\n" +
              scene.told(known(decided.command().getPatient()), HISTORY_TOLD) + "  " +
              kj::str(decided.command()).cStr() + "\n  engine/law: " + describe(theirs) +
              "\n  the list:   " + describe(mine);
  }
  std::string told() const {
    std::string text;
    for (const auto& [sort, found] : sorts)
      text += std::to_string(found.first) + " x " + sort + "\n  first " + found.second + "\n\n";
    return text;
  }

 private:
  static std::string sortOf(const Answer& theirs, const Answer& mine) {
    const char* const KINDS[] = {"accepted ", "unchanged ", "refused "};
    if (theirs.kind != mine.kind || theirs.code != mine.code)
      return KINDS[int(theirs.kind)] + nameOf(theirs.code) + " / " + KINDS[int(mine.kind)] + nameOf(mine.code);
    for (const auto& [position, seen] : theirs.items) {
      const auto found = mine.items.find(position);
      if (found == mine.items.end()) return "another item";
      if (found->second == seen) continue;
      return std::string("item ") + nameOf(seen.code) + " " + kj::str(seen.ground).cStr() + " / " +
             nameOf(found->second.code) + " " + kj::str(found->second.ground).cStr();
    }
    if (theirs.items.size() != mine.items.size()) return "an item less";
    if (theirs.ground != mine.ground) return "another ground";
    return theirs.providers != mine.providers ? "other providers" : "other flags";
  }
  std::map<std::string, std::pair<uint64_t, std::string>> sorts;
};

// One world's history: every answer compared, and all of it decided again from the start.
uint64_t compareScene(uint64_t seed, uint64_t left, Histogram& histogram, Differences& differences) {
  Scene scene(seed);
  uint64_t compared = 0;
  for (uint64_t i = 0; i < COMMANDS_OF_A_SCENE && compared < left; ++i) {
    Draft draft = scene.draw();
    const auto command = draft.command.asReader();
    const bool isCompared = isPredicted(command);
    const Answer mine = isCompared ? scene.expected(command) : Answer();
    const Decided& decided = scene.submit(std::move(draft));
    if (!isCompared) continue;
    const Answer theirs = told(decided.decision, decided.command());
    if (theirs != mine) differences.add(scene, seed, decided, theirs, mine);
    histogram.count(decided.command(), theirs);
    ++compared;
  }
  EXPECT_EQ(scene.decidedAgain(), "") << "LIGGARE_SEED=" << seed;
  return compared;
}

}  // namespace

TEST(Property, TheGateAndTheConsentsAreReadTheSameTwice) {
  const uint64_t draws = drawsAskedFor(), first = testSeed(1);
  std::printf("first seed %llu\n", static_cast<unsigned long long>(first));
  Histogram histogram;
  Differences differences;
  uint64_t seed = first;
  for (uint64_t done = 0; done < draws && !HasFailure(); ++seed)
    done += compareScene(seed, draws - done, histogram, differences);
  histogram.print();
  EXPECT_EQ(differences.told(), "");
  if (draws < DRAWS_TO_WEIGH) return;
  for (const Ground ground : GROUNDS)
    EXPECT_GE(histogram.share(ground), 1.0) << "too seldom: " << kj::str(ground).cStr();
  for (const RefusalCode code : CODES) EXPECT_GE(histogram.share(code), 0.1) << "too seldom: " << nameOf(code);
}

}  // namespace liggare::naive
