// The program from outside: its help, its exit codes, and that every fault is one clear line.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/journal.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::linesOf;
using test::runLiggare;
using test::TemporaryDirectory;

const std::vector<std::string> VERBS = {
    "init",       "append",       "journal",      "shared",   "access-log", "search",        "verify",
    "checkpoint", "tail",         "rebuild",      "simulate", "demo",       "explain",       "access-as",
    "prove",      "verify-proof", "export-tiles", "close",    "bundle",     "verify-bundle", "backup",
    "restore",    "doctor",       "destroy",      "keys",     "witness",    "verify-receipt", "attest"};

struct Commandline : testing::Test {
  TemporaryDirectory place;
  std::string journal = place.path() + "/J";
  void SetUp() override { ASSERT_EQ(runLiggare({"init", journal, "--demo"}).code, 0); }
  // Exactly one line on standard error, nothing on standard output, and no exception's file name.
  static void expectOneLine(const test::Ran& ran) {
    EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
    EXPECT_TRUE(ran.err.starts_with("liggare: ")) << ran.err;
    EXPECT_EQ(ran.err.find(".c++"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
};

TEST(CommandlineHelp, EveryVerbHasAnExampleAndJson) {
  for (auto& verb : VERBS) {
    auto ran = runLiggare({verb, "--help"});
    EXPECT_EQ(ran.code, 0) << verb;
    EXPECT_NE(ran.out.find("Exempel:"), std::string::npos) << verb;
    EXPECT_NE(ran.out.find("liggare " + verb), std::string::npos) << verb;
    if (verb != "demo") {
      EXPECT_NE(ran.out.find("--json"), std::string::npos) << verb;
    }
  }
}
TEST(CommandlineHelp, AMistypedVerbIsAnsweredWithTheNearest) {
  auto ran = runLiggare({"apend"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("liggare append"), std::string::npos) << ran.err;
}
TEST(CommandlineHelp, WordsThatNobodyKnowsAreUsage) {
  EXPECT_EQ(runLiggare({}).code, 2);
  EXPECT_EQ(runLiggare({"verify"}).code, 2);
  EXPECT_EQ(runLiggare({"verify", "x", "--deep"}).code, 2);
  EXPECT_EQ(runLiggare({"--version"}).code, 0);
}

TEST(CommandlineFaults, ADirectoryThatIsNoJournalIsNotFound) {
  TemporaryDirectory place;
  for (std::string verb : {"append", "verify", "checkpoint", "tail", "rebuild", "doctor", "destroy", "keys"}) {
    auto ran = runLiggare({verb, place.path()});
    EXPECT_EQ(ran.code, 3) << verb;
    Commandline::expectOneLine(ran);
  }
}
TEST_F(Commandline, InitMakesAJournalOnce) {
  auto again = runLiggare({"init", journal, "--demo"});
  EXPECT_EQ(again.code, 1);
  expectOneLine(again);
  EXPECT_EQ(runLiggare({"verify", journal, "--full"}).code, 0);
}
TEST_F(Commandline, AJournalInUseIsUnavailable) {
  JournalOptions options;
  options.directory = journal;
  JournalFault fault{};
  auto held = Journal::open(options, fault);
  ASSERT_TRUE(held) << fault.why;
  for (std::string verb : {"append", "verify", "tail"}) {
    auto ran = runLiggare({verb, journal});
    EXPECT_EQ(ran.code, 69) << verb;
    expectOneLine(ran);
  }
}
TEST_F(Commandline, ANewerFormatIsNotGuessedAt) {
  std::fstream file(journal + "/LIGGARE", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(std::string("liggare-journal ").size());
  file.put('7');
  file.close();
  auto ran = runLiggare({"append", journal});
  EXPECT_EQ(ran.code, 6);
  expectOneLine(ran);
}
TEST_F(Commandline, WithoutItsKeysAJournalIsNotOpenedAndCannotBeVerifiedWhole) {
  fs::rename(journal + ".keys", journal + ".elsewhere");
  auto ran = runLiggare({"append", journal});
  EXPECT_EQ(ran.code, 6);
  expectOneLine(ran);
  auto verified = runLiggare({"verify", journal, "--full"});
  EXPECT_EQ(verified.code, 6);
  EXPECT_NE(verified.out.find("nyckel"), std::string::npos) << verified.out;
  EXPECT_EQ(runLiggare({"verify", journal, "--full", "--keys", journal + ".elsewhere"}).code, 0);
}
TEST_F(Commandline, AChangedByteEndsInAnIntegrityViolation) {
  std::fstream file(journal + "/head", std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(0, std::ios::end);
  auto size = static_cast<size_t>(file.tellg());
  file.seekp(0);
  file.write(std::string(size, '\x5a').data(), static_cast<std::streamsize>(size));
  file.close();
  EXPECT_EQ(runLiggare({"verify", journal}).code, 5);
}
TEST_F(Commandline, ACheckpointIsTheSameUntilTheLogGrows) {
  auto first = runLiggare({"checkpoint", journal});
  EXPECT_EQ(first.code, 0);
  EXPECT_EQ(linesOf(first.out).size(), 5u) << first.out;  // origin, size, root, blank, one signature
  EXPECT_EQ(runLiggare({"checkpoint", journal}).out, first.out);
}
TEST_F(Commandline, TailShowsEntriesAndTheEnginesOwnWords) {
  auto ran = runLiggare({"tail", journal, "--json"});
  EXPECT_EQ(ran.code, 0);
  auto lines = linesOf(ran.out);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("\"engine\":\"genesis\""), std::string::npos) << lines[0];
}
TEST_F(Commandline, ReadingNeedsSomebodyWhoReads) {
  auto ran = runLiggare({"journal", journal, "--patient", "199006022397"});
  EXPECT_EQ(ran.code, 2);
  expectOneLine(ran);
}
TEST_F(Commandline, ARefusedReadShowsItsParagraphAndNothingElse) {
  auto ran =
      runLiggare({"journal", journal, "--patient", "199006022397", "--as", "SE2321000131-U002", "--purpose", "care"});
  EXPECT_EQ(ran.code, 4);
  expectOneLine(ran);
  EXPECT_NE(ran.err.find("R-"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("199006022397"), std::string::npos);
}
TEST_F(Commandline, WhatIsDerivedIsRebuiltTheSame) {
  EXPECT_EQ(runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson", "--quiet"}).code, 0);
  auto views = runLiggare({"rebuild", journal, "--json"});
  EXPECT_EQ(views.code, 0) << views.out << views.err;
  EXPECT_EQ(linesOf(views.out).size(), 3u);
  EXPECT_EQ(views.out.find("\"same\":false"), std::string::npos) << views.out;
  EXPECT_EQ(runLiggare({"rebuild", journal, "index"}).code, 0);
  EXPECT_EQ(runLiggare({"verify", journal, "--open"}).code, 0);
}
TEST(CommandlineDemo, ShowsTheMainJobAndLeavesNothingBehind) {
  auto ran = runLiggare({"demo"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (std::string words : {"1. Dagen", "2. En patients journal", "3. Samma patient hos en annan vårdgivare",
                            "nekas  R-", "4. Loggutdraget", "5. Tre nekanden", "6. Prövningen", "oförändrad"})
    EXPECT_NE(ran.out.find(words), std::string::npos) << words;
}

}  // namespace
}  // namespace liggare
