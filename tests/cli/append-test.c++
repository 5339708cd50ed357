// `liggare append`: answers in the order of the lines, whatever the lines hold.
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/support/program.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

using test::linesOf;
using test::runLiggare;
using test::TemporaryDirectory;

constexpr Micros NOW = 1'793'600'000'000'000;  // 2026-11-02

struct Append : testing::Test {
  TemporaryDirectory place;
  std::string journal = place.path() + "/J";
  SeededRandom random{7};
  Micros now = NOW;

  void SetUp() override { ASSERT_EQ(runLiggare({"init", journal, "--demo"}).code, 0); }
  std::string command(const std::string& members) {
    now += SECOND;
    return "{\"id\":\"" + uuidText(drawUuid7(now, random)) + "\",\"at\":\"" + formatUtc(now) + "\"," + members + "}";
  }
  std::string provider(const std::string& hsaId = "SE2321000131-A000") {
    return command("\"actor\":{\"operator\":null},\"registerProvider\":{\"provider\":\"" + hsaId +
                   "\",\"name\":\"Region\",\"kind\":\"public\",\"region\":\"14\",\"orgNumber\":\"232100-0131\"}");
  }
  std::string refusedNote() {
    return command("\"actor\":{\"operator\":null},\"patient\":\"199006022397\",\"recordNote\":{\"text\":\"Samtal.\"}");
  }
  test::Ran append(const std::string& lines) { return runLiggare({"append", journal}, lines); }
};

std::string start(uint64_t line, const std::string& outcome) {
  return "{\"line\":" + std::to_string(line) + ",\"outcome\":\"" + outcome + "\"";
}

TEST_F(Append, AnswersInTheOrderOfTheLines) {
  std::string input;
  for (int i = 0; i < 50; ++i)
    input += i % 3 == 1   ? "{\n"
             : i % 3 == 2 ? refusedNote() + "\n"
                          : provider("SE2321000131-A" + std::to_string(100 + i)) + "\n";
  auto ran = append(input);
  EXPECT_EQ(ran.code, 1);  // some lines were no commands
  auto lines = linesOf(ran.out);
  ASSERT_EQ(lines.size(), 50u);
  for (size_t i = 0; i < lines.size(); ++i)
    EXPECT_TRUE(lines[i].starts_with(start(i + 1, i % 3 == 1   ? "invalid"
                                                  : i % 3 == 2 ? "refused"
                                                               : "accepted")))
        << lines[i];
}
TEST_F(Append, AnAcceptedCommandCarriesItsReceipt) {
  auto ran = append(provider());
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(
      ran.out.starts_with(start(1, "accepted") + ",\"position\":2,\"events\":[\"providerRegistered\"],\"leaf\":\""))
      << ran.out;
  for (auto* member : {"\"eventId\":", "\"recordedAt\":\"2026-", "\"version\":1"})
    EXPECT_NE(ran.out.find(member), std::string::npos) << member;
}
TEST_F(Append, ASingleRefusedCommandEndsInFourAndSaysItsLaw) {
  auto ran = append(refusedNote());
  EXPECT_EQ(ran.code, 4);
  for (auto* member : {"\"code\":\"R-", "\"text\":\"", "\"law\":\"", "\"binding\":\"", "\"position\":"})
    EXPECT_NE(ran.out.find(member), std::string::npos) << member << ran.out;
  EXPECT_EQ(append(refusedNote() + "\n" + refusedNote() + "\n").code, 0);  // in a stream a refusal is a result
}
TEST_F(Append, ARepeatedCommandIsToldAsOne) {
  auto line = provider();
  append(line);
  auto again = append(line);
  EXPECT_EQ(again.code, 0);
  EXPECT_TRUE(again.out.starts_with(start(1, "duplicate") + ",\"first\":\"accepted\",\"position\":2")) << again.out;
}
TEST_F(Append, AVersionThatDoesNotHoldEndsInEight) {
  auto line = provider();
  line.insert(line.size() - 1, ",\"expectedVersion\":9");
  auto ran = append(line);
  EXPECT_EQ(ran.code, 8) << ran.out;
  EXPECT_NE(ran.out.find("\"expected\":9"), std::string::npos) << ran.out;
}
TEST_F(Append, QuietTellsOnlyWhatWentWrongAndASummary) {
  auto ran = runLiggare({"append", journal, "--quiet"}, provider() + "\n" + refusedNote() + "\n");
  EXPECT_EQ(linesOf(ran.out).size(), 1u) << ran.out;
  EXPECT_EQ(ran.err, "2 kommandon: 1 godtaget, 1 nekat\n");
}
TEST_F(Append, BlankLinesAreCountedAndALastLineNeedsNoLineFeed) {
  auto ran = append("\n  \r\n" + provider());
  EXPECT_TRUE(ran.out.starts_with(start(3, "accepted"))) << ran.out;
}
TEST_F(Append, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(runLiggare({"append", journal, place.path() + "/none"}).code, 3);
}

struct Hostile {
  const char* what;
  std::string line;  // whole, or members after id and at
  std::string path;
  std::string reason;  // a part of it
};

TEST_F(Append, HostileLinesAreAnsweredWithPathAndReasonAndTheOthersProceed) {
  const std::string op = "\"actor\":{\"operator\":null},";
  const std::vector<Hostile> table = {
      {"not JSON", "{\"id\":", "", "inte JSON"},
      {"not an object", "[1,2]", "", ""},
      {"not UTF-8", "{\"id\":\"\xff\xfe\"}", "", "UTF-8"},
      {"a NUL", std::string("{\"id\"\0:1}", 9), "", "inte JSON"},
      {"over 64 KiB", "{\"id\":\"" + std::string(70'000, 'x') + "\"}", "", "64 KiB"},
      {"over the block", "{\"id\":\"" + std::string(3'000'000, 'x') + "\"}", "", "64 KiB"},
      {"unknown field", command(op + "\"registerProvider\":{\"nme\":\"Region\"}"), "registerProvider.nme",
       "finns inte"},
      {"unknown kind", command(op + "\"inventProvider\":{}"), "inventProvider", "finns inte"},
      {"wrong type", command(op + "\"registerProvider\":{\"name\":5}"), "registerProvider.name", "text"},
      {"an unknown name", command(op + "\"registerProvider\":{\"kind\":\"publik\"}"), "registerProvider.kind", ""},
      {"two kinds", command(op + "\"informSvod\":{},\"recordDeath\":{}"), "", "en åtgärd"},
      {"a day that does not exist",
       command(op + "\"patient\":\"199006022397\",\"recordDeath\":{\"day\":\"2026-02-30\"}"), "recordDeath.day", ""},
      {"an instant without offset", command(op + "\"occurredAt\":\"2026-11-02T08:00:00\",\"recordDeath\":{}"),
       "occurredAt", ""},
      {"an id that is none", "{\"id\":\"7\",\"actor\":{\"operator\":null},\"informSvod\":{}}", "id", ""},
  };
  std::string input;
  for (auto& row : table) input += row.line + "\n";
  input += provider() + "\n";
  auto ran = append(input);
  EXPECT_EQ(ran.code, 1);
  auto lines = linesOf(ran.out);
  ASSERT_EQ(lines.size(), table.size() + 1);
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_TRUE(lines[i].starts_with(start(i + 1, "invalid"))) << table[i].what << ": " << lines[i];
    EXPECT_NE(lines[i].find("\"path\":\"" + table[i].path + (table[i].path.empty() ? "" : "\"")), std::string::npos)
        << table[i].what << ": " << lines[i];
    EXPECT_NE(lines[i].find("\"reason\":\""), std::string::npos) << lines[i];
    EXPECT_NE(lines[i].find(table[i].reason), std::string::npos) << table[i].what << ": " << lines[i];
  }
  EXPECT_TRUE(lines.back().starts_with(start(table.size() + 1, "accepted"))) << lines.back();
}

}  // namespace
}  // namespace liggare
