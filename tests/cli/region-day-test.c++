// The example day, the whole way through the door and the law, against tests/golden/region-day.txt: number, command,
// outcome.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/cli/spoken-line.h"
#include "tests/support/paths.h"

namespace liggare::test {
namespace {

const std::string EXAMPLE = "/examples/region-day.ndjson", GOLDEN = "/tests/golden/region-day.txt";

std::vector<std::string> linesOf(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// One day, run once for all tests of this file.
struct Day {
  std::vector<std::string> lines = linesOf(sourceDir() + EXAMPLE);
  LawWorld world{2};
  std::vector<SpokenLine> heard;
  std::vector<LawAnswer> answers;

  Day() {
    for (const auto& line : lines) {
      heard.push_back(spoken(line));
      answers.push_back(world.submit(line, heard.back().isCommand ? heard.back().at
                                           : heard.size() < 2     ? 0
                                                                  : heard[heard.size() - 2].at));
    }
  }
};
const Day& day() {
  static const Day THE_DAY;
  return THE_DAY;
}

bool isRefused(const LawAnswer& answer) {
  return answer.kind == LawAnswer::Kind::DECIDED && answer.decision == law::Decision::Kind::REFUSED;
}

TEST(RegionDay, EveryLineIsACommandInTimeOrderWithAnIdOfItsTime) {
  ASSERT_GE(day().lines.size(), 200u);
  Micros last = 0;
  for (size_t i = 0; i < day().lines.size(); ++i) {
    const auto& heard = day().heard[i];
    ASSERT_TRUE(heard.isCommand) << "line " << i + 1 << ": " << heard.fault;
    EXPECT_GE(heard.at, last) << "line " << i + 1;
    last = heard.at;
    const auto drawnAt = uuid7Time(heard.id.bytes);
    ASSERT_TRUE(drawnAt) << "line " << i + 1;
    EXPECT_LE(*drawnAt, heard.at + 5 * MINUTE) << "line " << i + 1;
    EXPECT_GE(*drawnAt, heard.at - 30 * DAY) << "line " << i + 1;
  }
}

TEST(RegionDay, SaysNoAtLeastThirtyTimesInTwentyWays) {
  std::set<law::RefusalCode> codes;
  size_t refused = 0;
  for (const auto& answer : day().answers) {
    if (!isRefused(answer)) continue;
    ++refused;
    codes.insert(answer.code);
  }
  EXPECT_GE(refused, 30u);
  EXPECT_GE(codes.size(), 20u);
}

TEST(RegionDay, IsDecidedTheSameFromWhatTheLogKeeps) {
  for (size_t i = 0; i < day().answers.size(); ++i) EXPECT_EQ(day().answers[i].replayProblem, "") << "line " << i + 1;
}

TEST(RegionDay, RecordsTheUnlawfulActsThatOccurred) {
  std::map<law::RefusalCode, size_t> violations;
  for (const auto& event : day().world.events())
    for (const auto code : event.view.common.getViolations()) ++violations[code];
  EXPECT_GE(violations[law::RefusalCode::CONSENT_C1_MISSING], 1u);
  EXPECT_GE(violations[law::RefusalCode::CONSENT_C3_MISSING], 1u);
}

TEST(RegionDay, AnswersAsTheGoldenSays) {
  std::ostringstream now;
  for (size_t i = 0; i < day().lines.size(); ++i) {
    now << i + 1 << ' ' << (day().heard[i].isCommand ? day().heard[i].command : "?") << ' '
        << outcomeOf(day().answers[i]) << '\n';
  }
  const std::string path = sourceDir() + GOLDEN;
  if (updatesGoldens()) {
    std::ofstream(path) << now.str();
    return;
  }
  const auto wanted = linesOf(path);
  std::istringstream stream(now.str());
  std::string line;
  size_t i = 0;
  for (; std::getline(stream, line); ++i) EXPECT_EQ(line, i < wanted.size() ? wanted[i] : "");
  EXPECT_EQ(i, wanted.size());
}

}  // namespace
}  // namespace liggare::test
