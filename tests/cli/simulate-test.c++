#include "cli/simulate.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/base/identifiers.h"
#include "engine/hash/sha256.h"
#include "tests/cli/spoken-line.h"

namespace liggare::test {
namespace {

SimulateOptions small(uint64_t seed) {
  return {.profile = "day", .region = "14", .patients = 60, .days = 4, .seed = seed};
}

std::string digestOf(const SimulateOptions& options) {
  Sha256 hash;
  simulate(options, [&](std::string_view line) { hash.add(asBytes(line)).addByte('\n'); });
  return toHex(hash.finish().bytes);
}

// For ever: when this fails the change belongs in a new profile.
TEST(Simulate, GivesTheSameBytesForTheSameSeed) {
  EXPECT_EQ(digestOf(small(1)), "74fea6310359f81ad5b090799f9d918e8c02d3d2c15a10a87c2ab686d33c536d");
  EXPECT_EQ(digestOf({.profile = "day", .region = "25", .patients = 500, .days = 1, .seed = 42}),
            "8776ad430fb29955d5159250e5a2edbc8b87c82273c259d6b2c233508cb2043c");
}

TEST(Simulate, GivesOtherBytesForAnotherSeed) {
  std::set<std::string> digests;
  for (uint64_t seed = 1; seed <= 5; ++seed) digests.insert(digestOf(small(seed)));
  EXPECT_EQ(digests.size(), 5u);
}

TEST(Simulate, EveryLineIsACommandInTimeOrderAndIdsAreNeverUsedTwice) {
  Micros last = 0;
  std::set<CommandId> ids;
  simulate(small(3), [&](std::string_view line) {
    const auto heard = spoken(line);
    ASSERT_TRUE(heard.isCommand) << heard.fault << "\n" << line;
    EXPECT_GE(heard.at, last);
    last = heard.at;
    EXPECT_TRUE(ids.insert(heard.id).second);
    EXPECT_EQ(uuid7Time(heard.id.bytes).value_or(0) / 1000, heard.at / 1000);
  });
}

TEST(Simulate, HasAboutTenAccessesToOneOther) {
  for (const uint64_t seed : {1, 2, 3}) {
    uint64_t accesses = 0, others = 0;
    simulate(small(seed), [&](std::string_view line) { ++(isAccess(spoken(line).command) ? accesses : others); });
    EXPECT_GE(accesses, 8 * others) << "seed " << seed;
    EXPECT_LE(accesses, 12 * others) << "seed " << seed;
  }
}

// Serials 980-999 are given to nobody; and each number is one that the door takes.
TEST(Simulate, GivesOnlyNumbersThatNobodyHas) {
  std::set<std::string> numbers;
  simulate({.profile = "day", .region = "01", .patients = 2000, .days = 1, .seed = 9}, [&](std::string_view line) {
    const size_t at = line.find("\"registerPatient\":{\"identifiers\":[\"");
    if (at == line.npos) return;
    const std::string number(line.substr(at + 35, 12));
    EXPECT_TRUE(parsePersonIdentifier(number)) << number;
    EXPECT_GE(number.substr(8, 3), "980");
    EXPECT_TRUE(numbers.insert(number).second);
  });
  EXPECT_EQ(numbers.size(), 2000u);
}

TEST(Simulate, IsLawfulSaveForAFewInAHundred) {
  const auto options = small(5);
  LawWorld world(7);
  uint64_t lines = 0, refused = 0;
  std::map<std::string, uint64_t> wrong;
  simulate(options, [&](std::string_view line) {
    const auto heard = spoken(line);
    const auto answer = world.submit(line, heard.at);
    ++lines;
    const std::string outcome = outcomeOf(answer);
    EXPECT_EQ(answer.replayProblem, "") << line;
    if (outcome == "accepted") return;
    ++refused;
    ++wrong[heard.command + " " + outcome];
  });
  std::string all;
  for (const auto& [what, count] : wrong) all += std::to_string(count) + " " + what + "\n";
  EXPECT_LE(refused * 20, lines) << all;
  EXPECT_GE(refused * 100, lines) << "a region where nobody does wrong\n" << all;
}

TEST(Simulate, SaysWhatItCannotDo) {
  EXPECT_EQ(whyNotSimulate({}), "");
  EXPECT_NE(whyNotSimulate({.profile = "natt"}), "");
  EXPECT_NE(whyNotSimulate({.region = "02"}), "");
  EXPECT_NE(whyNotSimulate({.patients = 0}), "");
  EXPECT_NE(whyNotSimulate({.days = 0}), "");
}

}  // namespace
}  // namespace liggare::test
