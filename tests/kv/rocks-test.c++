// What only a store on disk has: opening, locks, durability, counters.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include <filesystem>

#include "engine/kv/store.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

Buffer b(std::string_view text) { return Buffer(text.begin(), text.end()); }

void put(Store& store, std::string_view key, std::string_view value, Sync sync = Sync::NO) {
  Batch batch;
  batch.put(b(key), b(value));
  store.write(batch, sync);
}

TEST(RocksStore, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  Scratch scratch;
  for (RocksProfile profile : {RocksProfile::LOG, RocksProfile::VAULT, RocksProfile::INDEX, RocksProfile::VIEWS}) {
    std::string path = scratch.path() + "/" + std::to_string(int(profile));
    put(*openRocks(path, profile, Mode::CREATE), "a", "1");
    EXPECT_EQ(openRocks(path, profile, Mode::READ_ONLY)->get(b("a")), b("1"));
    EXPECT_EQ(openRocks(path, profile, Mode::READ_WRITE)->get(b("a")), b("1"));
    EXPECT_EQ(openRocks(path, profile, Mode::OPEN_OR_CREATE)->get(b("a")), b("1"));
  }
}

TEST(RocksStore, CreatesOnlyWhereNothingIsAndOpensOnlyWhatIsThere) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  EXPECT_THROW(openRocks(path, RocksProfile::LOG, Mode::READ_WRITE), kj::Exception);
  EXPECT_THROW(openRocks(path, RocksProfile::LOG, Mode::READ_ONLY), kj::Exception);
  EXPECT_FALSE(fs::exists(path));
  openRocks(path, RocksProfile::LOG, Mode::OPEN_OR_CREATE);
  EXPECT_FALSE(fs::exists(path + ".new"));
  EXPECT_THROW(openRocks(path, RocksProfile::LOG, Mode::CREATE), kj::Exception);
}

TEST(RocksStore, ACreationThatWasCutShortIsBegunAgain) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  fs::create_directories(path + ".new/rubbish");
  openRocks(path, RocksProfile::LOG, Mode::CREATE);
  EXPECT_TRUE(fs::exists(path + "/CURRENT"));
}

TEST(RocksStore, SaysWhenSomebodyElseHasIt) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  auto store = openRocks(path, RocksProfile::LOG, Mode::CREATE);
  auto fault = kj::runCatchingExceptions([&] { openRocks(path, RocksProfile::LOG, Mode::READ_WRITE); });
  KJ_IF_MAYBE (f, fault) {
    EXPECT_TRUE(isInUse(*f)) << f->getDescription().cStr();
  } else {
    ADD_FAILURE() << "opened twice";
  }
}

TEST(RocksStore, DirectoryLocksShareReadersAndKeepWritersAlone) {
  Scratch scratch;
  auto locks = [&](LockKind kind) {
    auto fault = kj::runCatchingExceptions([&] { DirLock lock(scratch.path(), kind); });
    KJ_IF_MAYBE (f, fault) EXPECT_TRUE(isInUse(*f));
    return fault == nullptr;
  };
  {
    DirLock reader(scratch.path(), LockKind::SHARED);
    EXPECT_TRUE(locks(LockKind::SHARED));
    EXPECT_FALSE(locks(LockKind::EXCLUSIVE));
  }
  DirLock writer(scratch.path(), LockKind::EXCLUSIVE);
  EXPECT_FALSE(locks(LockKind::SHARED));
  EXPECT_FALSE(locks(LockKind::EXCLUSIVE));
}

TEST(RocksStore, ReadingTouchesNothingInTheDirectory) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  put(*openRocks(path, RocksProfile::LOG, Mode::CREATE), "a", "1");
  auto listing = [&] {
    std::map<std::string, std::pair<uintmax_t, fs::file_time_type>> out;
    for (const auto& f : fs::directory_iterator(path)) out[f.path()] = {f.file_size(), f.last_write_time()};
    return out;
  };
  auto before = listing();
  {
    auto store = openRocks(path, RocksProfile::LOG, Mode::READ_ONLY);
    EXPECT_TRUE(store->get(b("a")));
    EXPECT_THROW(put(*store, "b", "2"), kj::Exception);
  }
  EXPECT_EQ(listing(), before);
}

TEST(RocksStore, CountsOneLogSyncForEachSyncedBatch) {
  Scratch scratch;
  auto store = openRocks(scratch.path() + "/s", RocksProfile::LOG, Mode::CREATE);
  StoreCounters before = store->counters();
  for (int i = 0; i < 20; ++i) put(*store, std::to_string(i), std::string(100, 'x'), Sync::YES);
  StoreCounters after = store->counters();
  EXPECT_EQ(after.walSyncs - before.walSyncs, 20u);
  EXPECT_EQ(after.batches - before.batches, 20u);
  EXPECT_GT(after.walBytes - before.walBytes, 20 * 100u);
  EXPECT_LT(after.walBytes - before.walBytes, 20 * 150u);
  for (int i = 0; i < 20; ++i) put(*store, std::to_string(i), "y", Sync::NO);
  EXPECT_EQ(store->counters().walSyncs, after.walSyncs);
  store->syncWal();
  EXPECT_EQ(store->counters().walSyncs, after.walSyncs + 1);
}

// What overwriting, flushing and compacting must achieve for destruction: the old value is in no file.
TEST(RocksStore, ACompactedKeyLeavesItsOldValueInNoFile) {
  Scratch scratch;
  std::string path = scratch.path() + "/s", canary = "canary-3f9a17c2e8", other = "other-value-that-stays";
  auto store = openRocks(path, RocksProfile::LOG, Mode::CREATE);
  put(*store, "a", other);
  put(*store, "k", canary);
  put(*store, "z", other);
  store->flush();
  put(*store, "k", "replaced", Sync::YES);
  store->flush();
  Buffer from = b("k"), to = b("k");
  to.push_back(0);
  store->compact(from, to);
  EXPECT_EQ(store->get(b("k")), b("replaced"));
  EXPECT_EQ(scratch.filesHolding(canary), 0u);
  EXPECT_GE(scratch.filesHolding(other), 1u);
}

TEST(RocksStore, LeftoversOfACutIngestionAreRemoved) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  openRocks(path, RocksProfile::INDEX, Mode::CREATE);
  scratch.write("s/ingest-0", "half a table");
  openRocks(path, RocksProfile::INDEX, Mode::READ_WRITE);
  EXPECT_FALSE(fs::exists(path + "/ingest-0"));
}

TEST(RocksStore, ADamagedTableIsAFaultAndNotAnEnd) {
  Scratch scratch;
  std::string path = scratch.path() + "/s";
  {
    auto store = openRocks(path, RocksProfile::LOG, Mode::CREATE);
    for (int i = 0; i < 50; ++i) put(*store, std::to_string(1000 + i), std::string(2000, 'x'));
    store->flush();
  }
  for (const auto& f : fs::directory_iterator(path)) {
    if (f.path().extension() == ".sst") scratch.flip(f.path().string(), 40'000);
  }
  auto store = openRocks(path, RocksProfile::LOG, Mode::READ_ONLY);
  auto cursor = store->cursor();
  EXPECT_THROW(
      {
        for (cursor->seekFirst(); cursor->valid(); cursor->next()) {
        }
      },
      kj::Exception);
  EXPECT_THROW(store->verifyChecksums(), kj::Exception);
}

}  // namespace
}  // namespace liggare
