// backup, restore and doctor as an operator meets them: exit codes, one line for a fault, and what is told.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/cli/program.h"
#include "tests/log/scratch.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::DemoJournal;
using test::runLiggare;
using test::TemporaryDirectory;

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

// A closed journal of a synthetic day; and what a process that was killed leaves: its last commit is in the write-ahead
// log only, and head file and checkpoints do not know of it yet.
struct Doctor : testing::Test {
  TemporaryDirectory place;
  std::string journal = place.path() + "/J", killed = place.path() + "/K";
  Position before = 0;  // size without the last commit
  std::string last;     // the command in it
  void SetUp() override {
    DemoJournal demo(journal);
    auto lines = test::simulatedLines(7, 2);
    demo.open();
    demo.feed(lines, 0, lines.size() - 1);
    demo.open();
    DemoJournal left(killed, demo);
    fs::remove_all(killed + "/log");
    before = demo.journal().head();
    last = lines.back();
    demo.submit(last);
    fs::copy(journal + "/log", killed + "/log", fs::copy_options::recursive);
    demo.close();
  }
  static std::map<std::string, std::string> everyFile(const std::string& directory) {
    std::map<std::string, std::string> files;
    for (auto& entry : fs::recursive_directory_iterator(directory))
      if (entry.is_regular_file() && entry.path().filename() != "lock")
        files[entry.path()] = Scratch::read(entry.path());
    return files;
  }
  // Asks in both forms; nothing may be touched by it.
  struct Told {
    int code = -1;
    std::string text, json;
  };
  static Told ask(const std::string& directory) {
    auto before = everyFile(directory);
    auto text = runLiggare({"doctor", directory});
    auto json = runLiggare({"doctor", directory, "--json"});
    EXPECT_EQ(text.code, json.code);
    EXPECT_EQ(test::linesOf(json.out).size(), 1u) << json.out;
    EXPECT_EQ(everyFile(directory), before) << "something was touched";
    EXPECT_TRUE(says(text.out, "NÄSTA STEG")) << text.out << text.err;
    return {text.code, text.out, json.out};
  }
  // The write-ahead log of a killed journal, which holds its newest commits.
  static std::string newestLogFile(const std::string& directory) {
    std::string newest;
    for (auto& entry : fs::directory_iterator(directory + "/log"))
      if (entry.path().extension() == ".log" && entry.file_size() > 0) newest = std::max(newest, entry.path().string());
    return newest;
  }
};

TEST_F(Doctor, ACleanJournalCanBeOpened) {
  auto told = ask(journal);
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_TRUE(says(told.json, "\"opening\":\"whole\"")) << told.json;
  EXPECT_TRUE(says(told.json, "\"commitsAbove\":0")) << told.json;
  EXPECT_FALSE(says(told.json, "\"hold\":\"broken\"")) << told.json;
  EXPECT_EQ(ask(killed).code, 0) << "a killed process leaves a whole journal";
}

TEST_F(Doctor, ATornTailIsCountedAndOpeningDropsIt) {
  std::string wal = newestLogFile(killed);
  ASSERT_NE(wal, "");
  fs::resize_file(wal, fs::file_size(wal) - 3);
  auto told = ask(killed);
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_TRUE(says(told.json, "\"opening\":\"dropsTail\"")) << told.json;
  EXPECT_TRUE(says(told.json, "\"commitsAbove\":1")) << told.json;
  EXPECT_TRUE(says(told.json, "\"size\":" + std::to_string(before) + ",")) << told.json;
  // Whoever was not answered asks again. Until the position is taken, the store may keep the torn file as it lies.
  auto again = runLiggare({"append", killed, "--quiet"}, last + "\n");
  EXPECT_EQ(again.code, 0) << again.err;
  auto after = ask(killed);
  EXPECT_EQ(after.code, 0) << after.text;
  EXPECT_TRUE(says(after.json, "\"opening\":\"whole\"")) << after.text;
}

TEST_F(Doctor, WhatWasPromisedAndIsGoneIsARangeAndANextStep) {
  for (auto& entry : fs::directory_iterator(journal + "/log"))
    if (entry.path().extension() == ".sst") Scratch::flip(entry.path(), entry.file_size() / 2);
  auto told = ask(journal);
  EXPECT_EQ(told.code, 5) << told.text;
  EXPECT_TRUE(says(told.json, "\"opening\":\"refuses\"")) << told.json;
  EXPECT_TRUE(says(told.text, "har lovats av")) << told.text;
  EXPECT_TRUE(says(told.text, "liggare restore")) << told.text;
}

TEST_F(Doctor, AHeadFileThatIsGoneIsRefusedAndTheChainStillToldOf) {
  fs::remove(journal + "/head");
  auto told = ask(journal);
  EXPECT_EQ(told.code, 5) << told.text;
  EXPECT_TRUE(says(told.text, "head saknas")) << told.text;
  EXPECT_FALSE(says(told.json, "\"size\":0,")) << told.json;
}

TEST_F(Doctor, WithoutItsKeysEverythingElseIsStillLookedAt) {
  fs::rename(journal + ".keys", journal + ".elsewhere");
  auto told = ask(journal);
  EXPECT_EQ(told.code, 6) << told.text;
  EXPECT_TRUE(says(told.json, "\"opening\":\"whole\"")) << told.json;
  EXPECT_TRUE(says(told.text, "nyckelfilen")) << told.text;
  EXPECT_EQ(runLiggare({"doctor", journal, "--keys", journal + ".elsewhere"}).code, 0);
  fs::permissions(journal + ".elsewhere", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(runLiggare({"doctor", journal, "--keys", journal + ".elsewhere"}).code, 6);
}

TEST_F(Doctor, AVaultThatIsOlderThanTheLogIsFound) {
  fs::remove_all(journal + "/vault");
  TemporaryDirectory other;
  DemoJournal young(other.path() + "/Y");
  fs::copy(young.where() + "/vault", journal + "/vault", fs::copy_options::recursive);
  auto told = ask(journal);
  EXPECT_EQ(told.code, 5) << told.text;
  EXPECT_TRUE(says(told.text, "äldre än loggen")) << told.text;
}

TEST_F(Doctor, WhatIsDerivedIsNoFault) {
  fs::remove_all(journal + "/index");
  auto told = ask(journal);
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_TRUE(says(told.text, "görs ur loggen vid öppning")) << told.text;
}

TEST_F(Doctor, AJournalInUseIsSaidToBe) {
  JournalOptions options;
  options.directory = journal;
  JournalFault fault{};
  auto held = Journal::open(options, fault);
  ASSERT_TRUE(held) << fault.why;
  auto ran = runLiggare({"doctor", journal});
  EXPECT_EQ(ran.code, 69) << ran.out;
  EXPECT_TRUE(says(ran.out, "en annan process har journalen")) << ran.out;
}

// --- backup and restore ----------------------------------------------------------------------------------------------

struct Restoring : Doctor {
  std::string copy = place.path() + "/kopia", fresh = place.path() + "/ny", note = place.path() + "/kontrollpunkt";
  void SetUp() override {
    Doctor::SetUp();
    ASSERT_EQ(runLiggare({"backup", journal, copy}).code, 0);
  }
  test::Ran restore(std::vector<std::string> more) {
    std::vector<std::string> words{"restore", copy, fresh, "--keys", journal + ".keys"};
    words.insert(words.end(), more.begin(), more.end());
    return runLiggare(words);
  }
  void expectRefused(const test::Ran& ran, int code, const std::string& words) {
    EXPECT_EQ(ran.code, code) << ran.out << ran.err;
    EXPECT_EQ(test::linesOf(ran.err).size(), 1u) << ran.err;
    EXPECT_TRUE(says(ran.err, words)) << ran.err;
    EXPECT_FALSE(fs::exists(fresh));
  }
};

TEST_F(Restoring, GivesBackAJournalThatVerifiesAndGoesOn) {
  auto ran = restore({"--json", "--evidence", journal});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(says(ran.out, "\"cut\":false")) << ran.out;
  EXPECT_TRUE(says(ran.out, "\"evidence\":2")) << ran.out;
  EXPECT_EQ(runLiggare({"verify", fresh, "--full", "--open", "--keys", journal + ".keys"}).code, 0);
  EXPECT_EQ(runLiggare({"checkpoint", fresh, "--keys", journal + ".keys"}).out,
            runLiggare({"checkpoint", journal}).out);
  EXPECT_EQ(ask(journal).code, 0);
  EXPECT_EQ(runLiggare({"doctor", fresh, "--keys", journal + ".keys"}).code, 0);
}

TEST_F(Restoring, ABackupIsMadeOnce) {
  auto ran = runLiggare({"backup", journal, copy});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(test::linesOf(ran.err).size(), 1u) << ran.err;
  EXPECT_EQ(runLiggare({"append", copy, "--keys", journal + ".keys"}, "").code, 69) << "a backup is not a journal";
}

TEST_F(Restoring, RefusesWhatIsDamagedTooOldOrNoBackup) {
  expectRefused(restore({"--evidence", place.path() + "/nowhere"}), 2, "nowhere");
  std::ofstream(note) << "not a note\n";
  expectRefused(restore({"--evidence", note}), 2, "POSITION:LÖVHASH");
  expectRefused(restore({"--at", "i går"}), 2, "--at");
  expectRefused(restore({"--evidence", "99999:" + std::string(64, 'a')}), 5, "99999");
  expectRefused(restore({"--evidence", "3:" + std::string(64, 'a')}), 5, "position 3");
  Scratch::flip(copy + "/head", 20);
  expectRefused(restore({}), 5, "head har andra byte");
  fs::remove(copy + "/BACKUP.json");
  expectRefused(restore({}), 3, "BACKUP.json");
}

TEST_F(Restoring, WithoutKeysIsDoneAndSaysWhatWasNotChecked) {
  auto ran = runLiggare({"restore", copy, fresh});
  EXPECT_EQ(ran.code, 6) << ran.err;
  EXPECT_TRUE(says(ran.out, "bokraderna inte")) << ran.out;
  EXPECT_TRUE(fs::exists(fresh + "/LIGGARE"));
}

TEST_F(Restoring, ACutCopyIsReadAndSaidToBeOne) {
  auto ran = restore({"--at", "20"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(says(ran.out, "Avklippt")) << ran.out;
  EXPECT_EQ(runLiggare({"verify", fresh, "--full", "--keys", journal + ".keys"}).code, 0);
  EXPECT_EQ(runLiggare({"tail", fresh, "--keys", journal + ".keys", "--json"}).code, 0);
  EXPECT_EQ(runLiggare({"append", fresh, "--keys", journal + ".keys"}, "").code, 69);
  auto told = runLiggare({"doctor", fresh, "--keys", journal + ".keys"});
  EXPECT_EQ(told.code, 0) << told.out;
  EXPECT_TRUE(says(told.out, "avklippt vid storlek")) << told.out;
}

}  // namespace
}  // namespace liggare
