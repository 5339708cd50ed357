// explain and access-as from outside: what a reviewer sees, and that to ask is itself recorded.
#include <gtest/gtest.h>

#include "tests/support/program.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

using test::linesOf;
using test::runLiggare;

const std::vector<std::string> REVIEWER = {"--as",     "SE2321000131-U007", "--purpose", "logReview",
                                           "--ground", "logReview",         "--reason",  "Stickprov"};

struct Explain : testing::Test {
  test::TemporaryDirectory place;
  std::string journal = place.path() + "/J";
  void SetUp() override {
    ASSERT_EQ(runLiggare({"init", journal, "--demo"}).code, 0);
    auto ran = runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson"});
    answers = linesOf(ran.out);
    ASSERT_GT(answers.size(), 200u);
  }
  std::vector<std::string> answers;
  static test::Ran asReviewer(std::vector<std::string> words) {
    words.insert(words.end(), REVIEWER.begin(), REVIEWER.end());
    return runLiggare(words);
  }
  // The position in the first answer that holds `words`.
  std::string positionOf(const std::string& words) {
    for (auto& line : answers) {
      if (line.find(words) == line.npos) continue;
      auto at = line.find("\"position\":");
      if (at == line.npos) continue;
      return line.substr(at + 11, line.find_first_not_of("0123456789", at + 11) - at - 11);
    }
    ADD_FAILURE() << "no answer says " << words;
    return "0";
  }
};

TEST_F(Explain, ARefusalIsToldWithItsParagraphAndTheSameAnswerAgain) {
  auto ran = asReviewer({"explain", journal, positionOf("R-C1")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (std::string words : {"nekat R-C1", "2019:1297 3 §", "samma svar", "kommando", "regelverk", "vilar på"})
    EXPECT_NE(ran.out.find(words), std::string::npos) << words << "\n" << ran.out;
}
TEST_F(Explain, ItTellsNoNameAndNoNumber) {
  auto ran = asReviewer({"explain", journal, positionOf("R-C1")});
  EXPECT_EQ(ran.out.find("199006022397"), std::string::npos);
  EXPECT_EQ(ran.out.find("Testfors"), std::string::npos);
}
TEST_F(Explain, ToExplainIsARecordedRead) {
  auto before = asReviewer({"explain", journal, positionOf("R-C1"), "--json"});
  auto heads = [&] { return linesOf(runLiggare({"tail", journal, "-n", "1", "--json"}).out).front(); };
  auto head = heads();
  asReviewer({"explain", journal, positionOf("R-C1")});
  EXPECT_NE(heads(), head);
  EXPECT_EQ(runLiggare({"explain", journal, "5"}).code, 2) << "nobody asked";
  EXPECT_EQ(runLiggare({"explain", journal, "5", "--as", "SE2321000131-U002", "--purpose", "care"}).code, 4);
}
TEST_F(Explain, TheWholeJournalIsAnsweredTheSameAgain) {
  auto ran = asReviewer({"explain", journal, "--all", "--with-rules", "1", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("\"differing\":0"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("\"otherRules\":1"), std::string::npos) << ran.out;
}
TEST_F(Explain, TheOtherRuleSetIsAnsweredBesideTheOneInForce) {
  auto ran = asReviewer({"explain", journal, positionOf("R-C1"), "--with-rules", "1"});
  EXPECT_NE(ran.out.find("regler 1"), std::string::npos) << ran.out;
  EXPECT_EQ(asReviewer({"explain", journal, "5", "--with-rules", "9"}).code, 2);
}
TEST_F(Explain, WordsThatAreNoPositionAreUsage) {
  EXPECT_EQ(asReviewer({"explain", journal}).code, 2);
  EXPECT_EQ(asReviewer({"explain", journal, "x7"}).code, 2);
  EXPECT_EQ(asReviewer({"explain", journal, "5", "--all"}).code, 2);
  EXPECT_EQ(asReviewer({"explain", journal, "999999"}).code, 3);
  EXPECT_EQ(asReviewer({"explain", journal, "0"}).code, 3) << "genesis is the engine's own";
}

TEST_F(Explain, AccessAsTellsEachItemWithItsReason) {
  auto ran = asReviewer({"access-as", journal, "--user", "SE2321000131-U002", "--patient", "199006022397", "--at",
                         "2026-11-02T16:00:00+01:00", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  auto lines = linesOf(ran.out);
  ASSERT_GT(lines.size(), 3u) << ran.out;
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_NE(lines[i].find("\"visible\":"), std::string::npos) << lines[i];
    bool visible = lines[i].find("\"visible\":true") != std::string::npos;
    EXPECT_NE(lines[i].find(visible ? "\"ground\":" : "\"code\":"), std::string::npos) << lines[i];
  }
}
TEST_F(Explain, AccessAsBeforeTheCommissionIsNothing) {
  auto ran = asReviewer(
      {"access-as", journal, "--user", "SE2321000131-U002", "--patient", "199006022397", "--at", "2020-01-01"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("Ingenting"), std::string::npos) << ran.out;
}
TEST_F(Explain, AccessAsNeedsTheRightToReview) {
  auto ran = runLiggare({"access-as", journal, "--user", "SE2321000131-U003", "--patient", "199006022397", "--at",
                         "2026-11-02", "--as", "SE2321000131-U002", "--purpose", "care"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(ran.out, "");
}

}  // namespace
}  // namespace liggare
