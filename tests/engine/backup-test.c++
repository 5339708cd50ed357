// A backup is a prefix that holds everything answered before it began; and nothing that is not it goes live.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "engine/journal-files.h"
#include "engine/log/checkpoint-shelf.h"
#include "tests/engine/backup-world.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::BackupWorld;
using Kind = RestoreFault::Kind;

RestoreFault faultOf(const std::variant<Restored, RestoreFault>& answer) {
  auto* fault = std::get_if<RestoreFault>(&answer);
  return fault ? *fault : RestoreFault{Kind::NOT_A_BACKUP, "it was restored", 0, 0};
}

VerifyReport verified(Journal& journal, const std::string& directory) {
  return journal.verify({Depth::FULL, LinesOpen::AT_HAND, {directory, journal.origin(), {}}}, {});
}

// A world with a backup of ten commands, and two more in the journal after it.
struct CopiedWorld : BackupWorld {
  BackupManifest manifest;
  std::vector<Outcome> before, after;
  std::string older, newer;  // checkpoints
  CopiedWorld() {
    open();
    before = work(10);
    older = journal().checkpoint();
    manifest = backup();
    after = work(2);
    newer = journal().checkpoint();
    close();
  }
};

TEST(Backup, IsRestoredToTheSameLogThatGoesOn) {
  CopiedWorld world;
  auto answer = world.restore();
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
  auto& restored = std::get<Restored>(answer);
  EXPECT_EQ(restored.head, world.manifest.head);
  EXPECT_EQ(restored.head.size, world.before.back().receipt.position + 1);
  EXPECT_FALSE(restored.isCut);
  EXPECT_EQ(restored.withoutKeys, "");
  EXPECT_GT(restored.report.lines, 0u);
  JournalFault fault{};
  auto journal = world.openFresh(JournalOptions::Access::WRITE, fault);
  ASSERT_TRUE(journal) << fault.why;
  EXPECT_EQ(journal->head(), world.manifest.head.size) << "nothing was dropped, and no tail damage noted";
  auto line = world.registerProvider("SE2321000131-A9999", "14");
  EXPECT_EQ(journal->submitAndWait({"demo:test", 1, line, {}}).kind, Outcome::Kind::ACCEPTED);
  EXPECT_TRUE(verified(*journal, world.fresh).whole());
}

TEST(Backup, HoldsNoKeysAndNothingDerived) {
  CopiedWorld world;
  EXPECT_FALSE(fs::exists(world.copy + "/index"));
  EXPECT_FALSE(fs::exists(world.copy + "/views"));
  std::string keys = Scratch::read(world.keyFile);
  for (auto& file : world.manifest.files)
    EXPECT_EQ(Scratch::read(world.copy + "/" + file.path).find(keys), std::string::npos) << file.path;
  for (auto& entry : fs::recursive_directory_iterator(world.copy))
    EXPECT_TRUE(!entry.is_regular_file() || fs::hard_link_count(entry.path()) == 1) << entry.path();
  EXPECT_EQ(world.leftovers(), 0u);
}

TEST(Backup, HoldsEverythingAnsweredBeforeItWhileOthersGoOnWriting) {
  BackupWorld world;
  world.open();
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> answered{0};  // positions below this had been answered
  std::vector<Outcome> outcomes;
  std::thread writer([&] {
    while (!stop) {
      auto outcome = world.work(1).front();
      answered = outcome.receipt.position + outcome.receipt.events;
      outcomes.push_back(std::move(outcome));
    }
  });
  struct Made {
    std::string path;
    BackupManifest manifest;
    uint64_t answeredBefore = 0;
  };
  std::vector<Made> made;
  bool heldUp = false;
  for (int i = 0; i < 3; ++i) {
    uint64_t seen = answered;
    while (answered < seen + 20) std::this_thread::yield();
    Made one{world.copy + std::to_string(i), {}, answered};
    one.manifest = world.backupTo(one.path, [&](uint64_t, uint64_t) {
      for (size_t patience = 0; answered <= one.answeredBefore && patience < 10'000'000; ++patience)
        std::this_thread::yield();
      heldUp = heldUp || answered <= one.answeredBefore;
    });
    made.push_back(std::move(one));
  }
  stop = true;
  writer.join();
  EXPECT_FALSE(heldUp) << "nobody was answered while the backup was made";
  for (auto& each : made) {
    EXPECT_GE(each.manifest.head.size, each.answeredBefore);
    EXPECT_EQ(world.journal().rootAt(each.manifest.head.size), each.manifest.head.root) << "not a prefix";
  }
  for (auto& each : made) {
    auto options = world.restoring();
    options.backup = each.path;
    options.evidence = {{"receipts", {}, {}, {}, {}}};
    for (auto& outcome : outcomes)
      if (outcome.receipt.position < each.answeredBefore)
        options.evidence[0].receipts.push_back({outcome.receipt.position, outcome.receipt.leaf});
    auto answer = restoreJournal(options, {}, {});
    ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
    EXPECT_EQ(std::get<Restored>(answer).evidenceHeld, options.evidence[0].receipts.size());
    fs::remove_all(world.fresh);
  }
}

TEST(Backup, IsNotMadeOverSomethingOrInsideTheJournalOrTwice) {
  BackupWorld world;
  world.open();
  world.work(1);
  world.backup();
  auto kindOf = [&](const std::string& path) {
    auto made = world.journal().backup(path, {});
    auto* fault = std::get_if<JournalFault>(&made);
    return fault ? std::optional(fault->kind) : std::nullopt;
  };
  EXPECT_EQ(kindOf(world.copy), JournalFault::Kind::EXISTS);
  EXPECT_EQ(kindOf(world.where() + "/copy"), JournalFault::Kind::UNAVAILABLE);
  EXPECT_EQ(kindOf(world.where()), JournalFault::Kind::EXISTS);
  EXPECT_EQ(world.leftovers(), 0u);
  EXPECT_EQ(world.submit(world.registerProvider("SE2321000131-A9998", "14")).kind, Outcome::Kind::ACCEPTED);
}

TEST(Backup, OfAJournalWhoseLogWasDamagedIsNotMade) {
  BackupWorld world;
  world.open();
  world.work(30);
  world.reopen();  // what was in the write-ahead log is in a table now, and has been read
  size_t flipped = 0;
  for (auto& entry : fs::directory_iterator(world.where() + "/log"))
    if (entry.path().extension() == ".sst" && ++flipped) Scratch::flip(entry.path(), entry.file_size() / 2);
  ASSERT_GT(flipped, 0u);
  auto made = world.journal().backup(world.copy, {});
  ASSERT_TRUE(std::holds_alternative<JournalFault>(made));
  EXPECT_EQ(std::get<JournalFault>(made).kind, JournalFault::Kind::DAMAGED);
  EXPECT_FALSE(fs::exists(world.copy));
  EXPECT_EQ(world.leftovers(), 0u);
}

TEST(Backup, IsNotOpenedForWriting) {
  CopiedWorld world;
  JournalOptions options;
  options.directory = world.copy;
  options.keyFile = world.keyFile;
  JournalFault fault{};
  EXPECT_FALSE(Journal::open(options, fault));
  EXPECT_EQ(fault.kind, JournalFault::Kind::UNAVAILABLE);
  options.access = JournalOptions::Access::READ;
  auto journal = Journal::open(options, fault);
  ASSERT_TRUE(journal) << fault.why;
  EXPECT_TRUE(verified(*journal, world.copy).whole());
  journal.reset();
  EXPECT_TRUE(std::holds_alternative<Restored>(world.restore())) << "a reader's lock is no damage";
}

// --- damaged backups -------------------------------------------------------------------------------------------------

TEST(RestoreDamaged, EveryFileThatWasFlippedCutOrTakenAwayIsNamed) {
  CopiedWorld world;
  std::string aside = world.copy + "-aside";
  fs::copy(world.copy, aside, fs::copy_options::recursive);
  auto expectNamed = [&](const std::string& path, const char* how) {
    auto fault = faultOf(world.restore());
    EXPECT_EQ(fault.kind, Kind::DAMAGED) << how << " " << path << ": " << fault.why;
    EXPECT_NE(fault.why.find(path), std::string::npos) << how << " " << path << ": " << fault.why;
    EXPECT_FALSE(fs::exists(world.fresh)) << how << " " << path;
    fs::remove_all(world.copy);
    fs::copy(aside, world.copy, fs::copy_options::recursive);
  };
  for (auto& file : world.manifest.files) {
    std::string path = world.copy + "/" + file.path;
    for (size_t at : {uint64_t(0), file.bytes / 2, file.bytes - 1}) {
      if (file.bytes == 0) break;
      Scratch::flip(path, at);
      expectNamed(file.path, "flipped");
    }
    if (file.bytes > 0) {
      fs::resize_file(path, file.bytes - 1);
      expectNamed(file.path, "cut");
    }
    std::ofstream(path, std::ios::binary | std::ios::app) << 'x';
    expectNamed(file.path, "longer");
    fs::remove(path);
    expectNamed(file.path, "missing");
    fs::rename(path, path + ".moved");
    fs::create_symlink(path + ".moved", path);
    expectNamed(file.path, "a link");
  }
  std::ofstream(world.copy + "/log/000000.sst") << "x";
  expectNamed("log/000000.sst", "added");
  EXPECT_EQ(world.leftovers(), 0u);
  EXPECT_TRUE(std::holds_alternative<Restored>(world.restore()));
}

TEST(RestoreDamaged, EveryByteOfTheManifestIsSigned) {
  CopiedWorld world;
  std::string path = world.copy + "/BACKUP.json", whole = Scratch::read(path);
  auto verifier = parseVerifierKey([&] {
    JournalFault fault{};
    return readJournalFile(world.copy, fault)->verifierKey;
  }());
  ASSERT_TRUE(verifier);
  auto parsed = parseManifest(whole, *verifier);
  ASSERT_TRUE(std::holds_alternative<BackupManifest>(parsed));
  EXPECT_EQ(std::get<BackupManifest>(parsed), world.manifest);
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_TRUE(std::holds_alternative<ManifestFault>(parseManifest(flipped, *verifier))) << at;
    EXPECT_TRUE(std::holds_alternative<ManifestFault>(parseManifest(whole.substr(0, at), *verifier))) << at;
  }
  std::ofstream(path, std::ios::trunc) << whole.substr(0, whole.size() / 2);
  auto fault = faultOf(world.restore());
  EXPECT_EQ(fault.kind, Kind::DAMAGED);
  EXPECT_NE(fault.why.find("BACKUP.json"), std::string::npos) << fault.why;
  fs::remove(path);
  EXPECT_EQ(faultOf(world.restore()).kind, Kind::NOT_A_BACKUP);
  std::ofstream(path) << "{\"format\":1" << whole.substr(whole.find(','));
  EXPECT_EQ(faultOf(world.restore()).kind, Kind::NEWER_FORMAT);
}

TEST(RestoreDamaged, TheManifestOfAnotherBackupIsRefused) {
  CopiedWorld world, other;
  fs::copy_file(other.copy + "/BACKUP.json", world.copy + "/BACKUP.json", fs::copy_options::overwrite_existing);
  auto fault = faultOf(world.restore());
  EXPECT_EQ(fault.kind, Kind::DAMAGED);
  EXPECT_NE(fault.why.find("BACKUP.json"), std::string::npos) << fault.why;
}

TEST(RestoreDamaged, APathInAManifestLeadsNowhereElse) {
  for (auto* path : {"LIGGARE", "head", "log/000012.sst", "vault/CURRENT", "checkpoints/00000000000000000002.notes"})
    EXPECT_TRUE(isBackupPath(path)) << path;
  for (auto* path : {"", "log", "log/", "log/..", "log/../head", "/etc/passwd", "../x", "log/a/b", "index/000012.sst",
                     "log/.hidden", "BACKUP.json", "log/å", "views/CURRENT", "keys"})
    EXPECT_FALSE(isBackupPath(path)) << path;
}

// --- where to -----------------------------------------------------------------------------------------------------

TEST(Restore, NeverGoesOverAnything) {
  CopiedWorld world;
  fs::create_directory(world.fresh);
  std::ofstream(world.fresh + "/mine") << "x";
  EXPECT_EQ(faultOf(world.restore()).kind, Kind::EXISTS);
  EXPECT_EQ(Scratch::read(world.fresh + "/mine"), "x");
  fs::remove(world.fresh + "/mine");
  EXPECT_TRUE(std::holds_alternative<Restored>(world.restore())) << "an empty directory is nothing";
  auto options = world.restoring();
  options.directory = world.where();
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::EXISTS);
  options.directory = world.copy + "/J";
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::EXISTS);
}

TEST(Restore, WithoutKeysVerifiesWhatNeedsNone) {
  CopiedWorld world;
  auto options = world.restoring();
  options.keyFile.clear();  // fresh.keys does not exist
  auto answer = restoreJournal(options, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
  EXPECT_NE(std::get<Restored>(answer).withoutKeys, "");
  EXPECT_EQ(std::get<Restored>(answer).report.lines, 0u);
  EXPECT_GT(std::get<Restored>(answer).report.sealed, 0u);
  CopiedWorld other;
  options = world.restoring();
  options.directory += "2";
  options.keyFile = other.keyFile;
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::NO_KEY_HOLDER);
  options.keyFile = world.where() + ".nowhere";
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::NO_KEY_HOLDER);
}

// --- rolled back --------------------------------------------------------------------------------------------------

TEST(RestoreRolledBack, ACheckpointThatKnowsMoreRefusesAndNamesTheRange) {
  CopiedWorld world;
  auto options = world.restoring();
  options.evidence = {{"kontrollpunkten", world.newer, {}, {}, {}}};
  auto fault = faultOf(restoreJournal(options, {}, {}));
  EXPECT_EQ(fault.kind, Kind::ROLLED_BACK) << fault.why;
  EXPECT_EQ(fault.lostFrom, world.manifest.head.size);
  EXPECT_EQ(fault.lostTo, world.after.back().receipt.position + 1);
  EXPECT_NE(fault.why.find(std::to_string(fault.lostFrom) + "–" + std::to_string(fault.lostTo - 1)), std::string::npos)
      << fault.why;
  EXPECT_FALSE(fs::exists(world.fresh));
  EXPECT_EQ(world.leftovers(), 0u);
  options.evidence = {{"kontrollpunkten", world.older, {}, {}, {}}};
  EXPECT_TRUE(std::holds_alternative<Restored>(restoreJournal(options, {}, {})));
}

TEST(RestoreRolledBack, AReceiptRefusesWhereItsEntryIsMissingOrAnother) {
  CopiedWorld world;
  auto options = world.restoring();
  auto& late = world.after.front().receipt;
  auto& early = world.before.front().receipt;
  options.evidence = {{"kvittot", {}, {}, {}, {{early.position, early.leaf}, {late.position, late.leaf}}}};
  auto fault = faultOf(restoreJournal(options, {}, {}));
  EXPECT_EQ(fault.kind, Kind::ROLLED_BACK);
  EXPECT_EQ(fault.lostFrom, late.position);
  EXPECT_EQ(fault.lostTo, late.position + 1);
  options.evidence = {{"kvittot", {}, {}, {}, {{early.position, late.leaf}}}};
  fault = faultOf(restoreJournal(options, {}, {}));
  EXPECT_EQ(fault.kind, Kind::ROLLED_BACK);
  EXPECT_EQ(fault.lostFrom, early.position);
  options.evidence = {{"kvittot", {}, {}, {}, {{early.position, early.leaf}}}};
  EXPECT_TRUE(std::holds_alternative<Restored>(restoreJournal(options, {}, {})));
}

TEST(RestoreRolledBack, TheHeadFileOfTheDamagedDirectoryIsEvidenceToo) {
  CopiedWorld world;
  auto options = world.restoring();
  options.evidence = {{"den skadade", {}, HeadFile::read(headPath(world.where())).newest, {}, {}}};
  ASSERT_TRUE(options.evidence[0].head);
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::ROLLED_BACK);
}

TEST(RestoreRolledBack, WhatAnotherLogSignedIsNoEvidence) {
  CopiedWorld world, other;
  auto options = world.restoring();
  options.evidence = {{"den andres", other.newer, {}, {}, {}}};
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::BAD_EVIDENCE);
  EXPECT_FALSE(fs::exists(world.fresh));
}

// --- a cut -----------------------------------------------------------------------------------------------------------

TEST(RestoreCut, EndsAtTheCommitAtOrBelowAndIsReadButNotContinued) {
  CopiedWorld world;
  auto options = world.restoring();
  Position asked = world.before[4].receipt.position;
  options.cut = CutAt{asked, {}};
  auto answer = restoreJournal(options, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
  auto& restored = std::get<Restored>(answer);
  EXPECT_TRUE(restored.isCut);
  EXPECT_EQ(restored.head.size, asked + 1);
  JournalFault fault{};
  EXPECT_FALSE(world.openFresh(JournalOptions::Access::WRITE, fault)) << "two logs of one name";
  EXPECT_EQ(fault.kind, JournalFault::Kind::UNAVAILABLE);
  auto journal = world.openFresh(JournalOptions::Access::READ, fault);
  ASSERT_TRUE(journal) << fault.why;
  EXPECT_EQ(journal->head(), asked + 1);
  EXPECT_TRUE(verified(*journal, world.fresh).whole());
  EXPECT_EQ(world.open().rootAt(asked + 1), restored.head.root) << "a prefix of the journal";
}

TEST(RestoreCut, ByTimeHoldsNothingThatWasRecordedAfterIt) {
  CopiedWorld world;
  auto options = world.restoring();
  Micros between = world.before[4].receipt.recordedAt;
  for (Micros at : {between, between + SECOND / 2}) {
    options.cut = CutAt{{}, at};
    auto answer = restoreJournal(options, {}, {});
    ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
    EXPECT_EQ(std::get<Restored>(answer).head.size, world.before[4].receipt.position + 1);
    EXPECT_EQ(std::get<Restored>(answer).lastRecordedAt, between);
    fs::remove_all(world.fresh);
  }
  options.cut = CutAt{{}, between - 1};
  auto answer = restoreJournal(options, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer));
  EXPECT_EQ(std::get<Restored>(answer).head.size, world.before[3].receipt.position + 1);
}

TEST(RestoreCut, InTheMiddleOfACommitGoesBelowIt) {
  CopiedWorld world;  // entries 0 and 1 are one commit
  auto options = world.restoring();
  options.cut = CutAt{Position{0}, {}};
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::BAD_CUT);
  EXPECT_FALSE(fs::exists(world.fresh));
  options.cut = CutAt{Position{1}, {}};
  auto answer = restoreJournal(options, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
  EXPECT_EQ(std::get<Restored>(answer).head.size, 2u);
}

TEST(RestoreCut, AboveTheEndIsNoCutAndEvidenceIsWeighedFirst) {
  CopiedWorld world;
  auto options = world.restoring();
  options.cut = CutAt{Position{UINT64_MAX}, {}};
  auto answer = restoreJournal(options, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << faultOf(answer).why;
  EXPECT_FALSE(std::get<Restored>(answer).isCut);
  JournalFault fault{};
  EXPECT_TRUE(world.openFresh(JournalOptions::Access::WRITE, fault)) << fault.why;
  fs::remove_all(world.fresh);
  options.cut = CutAt{Position{3}, {}};
  options.evidence = {{"kontrollpunkten", world.newer, {}, {}, {}}};
  EXPECT_EQ(faultOf(restoreJournal(options, {}, {})).kind, Kind::ROLLED_BACK);
}

}  // namespace
}  // namespace liggare
