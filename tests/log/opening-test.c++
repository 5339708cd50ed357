// Opening after everything that can happen to files: only what contains every promise is opened, and nothing else is
// touched.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include <map>

#include "engine/log/checkpoint-shelf.h"
#include "engine/log/verify.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using Opening = std::variant<OpenedLog, OpenRefused>;

struct OpeningTest : testing::Test {
  Scratch scratch, copies;
  ClearLines lines;
  LogKit kit{21};
  TestSigner signer;
  LogPlace place{scratch.path(), "liggare.test/log", {signer.verifierKey()}};

  void SetUp() override { createLog(scratch.path()); }

  std::unique_ptr<Log> open(Access access = Access::WRITE) {
    auto opened = openLog(place, lines, access);
    if (auto* refused = std::get_if<OpenRefused>(&opened)) KJ_FAIL_REQUIRE("refused", refused->finding.what);
    return std::move(std::get<OpenedLog>(opened).log);
  }
  Opening tryOpen(std::vector<Evidence> offered = {}, Access access = Access::WRITE) {
    return openLog(place, lines, access, offered);
  }
  // The store's live write-ahead log.
  std::string walFile() {
    std::string out;
    for (const auto& f : fs::directory_iterator(logPath(scratch.path()))) {
      if (f.path().extension() == ".log" && f.path().string() > out) out = f.path();
    }
    return out;
  }
  std::map<std::string, std::string> content() {
    std::map<std::string, std::string> out;
    for (const auto& f : fs::recursive_directory_iterator(scratch.path())) {
      if (f.is_regular_file()) out[f.path()] = Scratch::read(f.path());
    }
    return out;
  }
  void sign(const Head& head) {
    CheckpointShelf(checkpointsPath(scratch.path())).add(signCheckpoint({place.origin, head, {}}, signer));
  }
};

TEST_F(OpeningTest, AnEmptyLogOpensAndGrowsAndOpensAgain) {
  Head head;
  {
    auto log = open();
    EXPECT_EQ(log->durable(), emptyHead());
    kit.fill(*log, 700);
    head = log->durable();
  }
  for (Access access : {Access::READ, Access::WRITE, Access::READ}) EXPECT_EQ(open(access)->durable(), head);
  auto log = open();
  kit.fill(*log, 900);
  EXPECT_EQ(log->durable().size, 900u);
}

TEST_F(OpeningTest, WhereThereIsNoLogThereIsAFaultAndWhereThereIsOneNoSecondIsMade) {
  Scratch other;
  EXPECT_THROW(openLog({other.path(), "", {}}, lines, Access::READ), kj::Exception);
  EXPECT_THROW(createLog(scratch.path()), kj::Exception);
}

TEST_F(OpeningTest, TwoWritersAreNotLetIn) {
  auto log = open();
  for (Access access : {Access::WRITE, Access::READ}) {
    auto fault = kj::runCatchingExceptions([&] { tryOpen({}, access); });
    KJ_IF_MAYBE (f, fault)
      EXPECT_TRUE(isInUse(*f));
    else
      ADD_FAILURE() << "opened twice";
  }
}

TEST_F(OpeningTest, ATornTailAboveTheHeadFileIsDroppedAndTheRestServed) {
  Head promised, end;
  {
    auto log = open();
    kit.fill(*log, 100);
    promised = log->durable();
    end = log->append(kit.commit(100, 20), Sync::YES);
  }
  HeadFile(headPath(scratch.path())).write(promised);
  size_t size = fs::file_size(walFile());
  Scratch::cut(walFile(), size - 100);
  auto log = open();
  EXPECT_EQ(log->durable(), promised);
  kit.fill(*log, 200);
  log.reset();
  EXPECT_EQ(open()->durable().size, 200u);
}

TEST_F(OpeningTest, ATailCutBelowTheHeadFileIsRefusedUntouchedAndNamed) {
  {
    auto log = open();
    kit.fill(*log, 100);
    log->append(kit.commit(100, 20), Sync::YES);
    HeadFile(headPath(scratch.path())).write(log->durable());
  }
  Scratch::cut(walFile(), fs::file_size(walFile()) - 100);
  auto before = content();
  auto opened = tryOpen();
  auto* refused = std::get_if<OpenRefused>(&opened);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->finding.kind, Damage::MISSING);
  EXPECT_EQ(refused->lostFrom, 100u);
  EXPECT_EQ(refused->lostTo, 120u);
  EXPECT_EQ(refused->evidence, "head file");
  auto after = content();
  after.erase(scratch.path() + "/lock");
  before.erase(scratch.path() + "/lock");
  EXPECT_EQ(after, before);
}

TEST_F(OpeningTest, ACheckpointIsEvidenceWhereTheHeadFileIsOlder) {
  Head old;
  {
    auto log = open();
    kit.fill(*log, 50);
    old = log->durable();
    sign(log->append(kit.commit(50, 10), Sync::YES));
  }
  Scratch::cut(walFile(), fs::file_size(walFile()) - 10);
  auto opened = tryOpen();
  auto* refused = std::get_if<OpenRefused>(&opened);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->evidence, "checkpoint");
  EXPECT_EQ(refused->lostTo, 60u);
}

TEST_F(OpeningTest, AReceiptThatIsOfferedIsEvidence) {
  Head mine;
  {
    auto log = open();
    kit.fill(*log, 50);
    mine = log->durable();
  }
  EXPECT_TRUE(std::holds_alternative<OpenedLog>(tryOpen({{mine, "receipt"}})));
  Head more{51, mine.root}, other{50, emptyRoot()};
  auto missing = tryOpen({{more, "receipt"}}), forked = tryOpen({{other, "receipt"}});
  ASSERT_TRUE(std::holds_alternative<OpenRefused>(missing));
  EXPECT_EQ(std::get<OpenRefused>(missing).evidence, "receipt");
  ASSERT_TRUE(std::holds_alternative<OpenRefused>(forked));
  EXPECT_EQ(std::get<OpenRefused>(forked).finding.kind, Damage::ROOT);
}

// Bytes all over an acknowledged write-ahead log: a flip must never make the log shorter without a word. Only the very
// last commit may fall without evidence, and here the head file stands for it.
TEST_F(OpeningTest, NoFlippedByteOfTheWriteAheadLogShortensTheLogInSilence) {
  Head head;
  {
    auto log = open();
    kit.fill(*log, 40);
    head = log->durable();
    HeadFile(headPath(scratch.path())).write(head);
  }
  std::string wal = walFile();
  size_t size = fs::file_size(wal), refusals = 0;
  for (size_t at = 0; at < size; at += 41) {
    Scratch::flip(wal, at);
    auto opened = tryOpen({}, Access::READ);
    if (auto* refused = std::get_if<OpenRefused>(&opened)) {
      ++refusals;
      EXPECT_EQ(refused->lostTo, 40u);
    } else {
      EXPECT_EQ(std::get<OpenedLog>(opened).log->durable(), head) << at;
    }
    Scratch::flip(wal, at);
  }
  EXPECT_GT(refusals, size / 41 * 9 / 10);
}

// A damage in the middle, with nothing outside the store to tell of it: a later record says what was durable before it.
TEST_F(OpeningTest, ALaterRecordPastTheDamageIsEvidence) {
  size_t middle = 0;
  {
    auto log = open();
    log->append(kit.commit(0, 30), Sync::YES);
    middle = fs::file_size(walFile()) - 50;
    for (int i = 0; i < 3; ++i) log->append(kit.commit(log->appended().size, 30), Sync::YES);
  }
  Scratch::flip(walFile(), middle);  // within the first commit, all of which were acknowledged
  auto opened = tryOpen();
  auto* refused = std::get_if<OpenRefused>(&opened);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->evidence, "the write-ahead log");
  EXPECT_EQ(refused->lostFrom, 0u);
  EXPECT_EQ(refused->lostTo, 90u);
}

TEST_F(OpeningTest, RowsAboveAHoleAreDroppedWhenNobodyWasPromisedThem) {
  Head end;
  {
    auto log = open();
    kit.fill(*log, 60);
    end = log->durable();
    // What power loss can leave: a later commit of an unsynced group without the one before it.
    Batch batch;
    CommitHeader header{COMMIT_FORMAT, 80, 5, emptyRoot(), end, 0};
    batch.put(encodeRowKey({84, RowKind::HEADER, 0}), encodeCommitHeader(header));
    log->storage().write(batch, Sync::YES);
  }
  auto opened = tryOpen();
  ASSERT_TRUE(std::holds_alternative<OpenedLog>(opened));
  auto& log = std::get<OpenedLog>(opened);
  EXPECT_TRUE(log.hasTailDamage());
  EXPECT_EQ(log.log->durable(), end);
  EXPECT_FALSE(log.log->storage().cursor({seekKey(end.size), {}})->valid());
  kit.fill(*log.log, 100);
  EXPECT_EQ(log.log->durable().size, 100u);
}

TEST_F(OpeningTest, WhatTheHeadFileNotedIsEvidenceAndItsTearingDoesNoHarm) {
  std::string file = headPath(scratch.path());
  Head written, noted;
  {
    auto log = open();
    HeadFile head(file);
    kit.fill(*log, 10);
    head.write(written = log->durable());
    kit.fill(*log, 20);
    head.note(noted = log->durable());
    EXPECT_EQ(head.newest(), written) << "of what is on the disk";
    EXPECT_THROW(head.note({1, written.root}), kj::Exception);
  }
  EXPECT_EQ(HeadFile::read(file).newest, noted);
  EXPECT_EQ(HeadFile(file).newest(), noted) << "what was noted is not gone back on";
  Scratch::flip(file, 8192 + 20);
  EXPECT_EQ(HeadFile::read(file).newest, written);
  EXPECT_EQ(HeadFile::read(file).damagedSlots, 1u);
  EXPECT_TRUE(std::holds_alternative<OpenedLog>(tryOpen()));
}

TEST_F(OpeningTest, TheHeadFileSurvivesATornSlotAndItsLossIsRefused) {
  std::string file = headPath(scratch.path());
  Head first, second;
  {
    auto log = open();
    HeadFile head(file);
    kit.fill(*log, 10);
    head.write(first = log->durable());
    kit.fill(*log, 20);
    head.write(second = log->durable());
    EXPECT_THROW(head.write(first), kj::Exception);
  }
  EXPECT_EQ(HeadFile::read(file).newest, second);
  size_t newer = 0;  // which slot holds the newer one
  for (size_t at : {size_t(0), size_t(4096)}) {
    Scratch::flip(file, at + 20);
    if (HeadFile::read(file).newest == first) newer = at;
    EXPECT_EQ(HeadFile::read(file).damagedSlots, 1u);
    Scratch::flip(file, at + 20);
  }
  Scratch::flip(file, newer + 63);
  EXPECT_EQ(HeadFile::read(file).newest, first);
  EXPECT_TRUE(std::holds_alternative<OpenedLog>(tryOpen({}, Access::READ)));
  Scratch::flip(file, 8192 + 5);
  Scratch::flip(file, 4096 - newer);
  auto both = tryOpen();
  ASSERT_TRUE(std::holds_alternative<OpenRefused>(both));
  EXPECT_EQ(std::get<OpenRefused>(both).finding.kind, Damage::HEAD_FILE);
  fs::remove(file);
  EXPECT_TRUE(std::holds_alternative<OpenRefused>(tryOpen()));
}

TEST_F(OpeningTest, AStoreWithoutItsFilesIsRefused) {
  {
    auto log = open();
    kit.fill(*log, 30);
    HeadFile(headPath(scratch.path())).write(log->durable());
  }
  for (const char* file : {"/CURRENT", ""}) {
    std::string backup = copies.path() + "/copy";
    scratch.copyTo(backup);
    fs::remove_all(logPath(scratch.path()) + file);
    auto opened = tryOpen();
    ASSERT_TRUE(std::holds_alternative<OpenRefused>(opened)) << file;
    EXPECT_EQ(std::get<OpenRefused>(opened).lostTo, 30u);
    fs::remove_all(scratch.path());
    fs::copy(backup, scratch.path(), fs::copy_options::recursive);
  }
  EXPECT_EQ(open()->durable().size, 30u);
}

TEST_F(OpeningTest, AnOlderCopyOfTheStoreIsARollbackAndRefused) {
  std::string backup = copies.path() + "/copy";
  {
    auto log = open();
    kit.fill(*log, 30);
  }
  fs::copy(logPath(scratch.path()), backup, fs::copy_options::recursive);
  {
    auto log = open();
    kit.fill(*log, 60);
    HeadFile(headPath(scratch.path())).write(log->durable());
  }
  fs::remove_all(logPath(scratch.path()));
  fs::copy(backup, logPath(scratch.path()), fs::copy_options::recursive);
  auto opened = tryOpen();
  ASSERT_TRUE(std::holds_alternative<OpenRefused>(opened));
  EXPECT_EQ(std::get<OpenRefused>(opened).lostFrom, 30u);
  EXPECT_EQ(std::get<OpenRefused>(opened).lostTo, 60u);
}

// Flips in every other file: refused, reported by verify, or the same content.
TEST_F(OpeningTest, NoFlippedByteOfTheOtherFilesChangesWhatIsRead) {
  Head head;
  {
    auto log = open();
    kit.fill(*log, 300);
    log->storage().flush();
    head = log->durable();
    HeadFile(headPath(scratch.path())).write(head);
    sign(head);
  }
  open().reset();
  size_t refused = 0, reported = 0, same = 0;
  for (const auto& f : fs::directory_iterator(logPath(scratch.path()))) {
    std::string file = f.path(), name = f.path().filename();
    bool matters =
        name.ends_with(".sst") || name.starts_with("MANIFEST") || name == "CURRENT" || name.ends_with(".log");
    if (!matters) continue;
    size_t size = f.file_size(), step = std::max<size_t>(1, size / 40);
    for (size_t at = step / 2; at < size; at += step) {
      Scratch::flip(file, at);
      auto opened = tryOpen({}, Access::READ);
      if (std::holds_alternative<OpenRefused>(opened)) {
        ++refused;
      } else {
        Log& log = *std::get<OpenedLog>(opened).log;
        VerifyReport report = verifyLog(log, {Depth::FULL, LinesOpen::AT_HAND, place});
        if (!report.whole())
          ++reported;
        else
          ++same;
        if (report.whole()) {
          EXPECT_EQ(report.head, head) << file << " at " << at;
        }
      }
      opened = OpenRefused{};  // closes before the file is put back
      Scratch::flip(file, at);
    }
  }
  EXPECT_GT(refused + reported, 40u);
  EXPECT_LT(same, 20u);
  EXPECT_EQ(open()->durable(), head);
}

TEST_F(OpeningTest, CheckpointsComeBackInOrderAndACutFrameHarmsNothing) {
  std::string directory = checkpointsPath(scratch.path());
  std::vector<Head> heads;
  {
    auto log = open();
    CheckpointShelf shelf(directory);
    for (uint64_t size : {5, 10, 15}) {
      kit.fill(*log, size);
      heads.push_back(log->durable());
      shelf.add(signCheckpoint({place.origin, heads.back(), {}}, signer));
    }
  }
  auto seen = [&] {
    std::vector<Head> out;
    CheckpointShelf(directory).each([&](const CheckpointShelf::Kept& kept) { out.push_back(kept.checkpoint->head); });
    return out;
  };
  EXPECT_EQ(seen(), heads);
  EXPECT_EQ(CheckpointShelf(directory).newest().kept->checkpoint->head, heads.back());
  std::string file;
  for (const auto& f : fs::directory_iterator(directory)) file = f.path();
  Scratch::cut(file, fs::file_size(file) - 3);
  heads.pop_back();
  EXPECT_EQ(seen(), heads);
  auto log = open();
  sign(log->durable());
  heads.push_back(log->durable());
  EXPECT_EQ(seen(), heads);
}

}  // namespace
}  // namespace liggare
