#include "engine/vault/vault.h"

#include <gtest/gtest.h>
#include <kj/debug.h>

#include <thread>

#include "engine/vault/line-sealer.h"
#include "engine/vault/memory-key-holder.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

const std::string ORIGIN = "liggare.example/region";

BookId stream(uint32_t n) {
  BookId id;
  putBe32(id.bytes.data(), n * 0x9e3779b9u);
  putBe32(id.bytes.data() + 12, n);
  return id;
}
SubjectKey provider(uint8_t n) {
  SubjectKey key;
  key.bytes[15] = n;
  return key;
}

// A store that passes everything on, and fails the writes it is told to: nothing of them is kept.
class FailingStore : public Store {
 public:
  explicit FailingStore(Store& store) : under(store) {}
  std::optional<Buffer> get(Bytes key) override { return under.get(key); }
  void write(Batch& batch, Sync sync) override {
    ++writes;
    if (sync == Sync::YES) ++synced;
    KJ_REQUIRE(failures == 0 || failures-- == 0, "the disk says no");
    under.write(batch, sync);
  }
  void syncWal() override { under.syncWal(); }
  void flush() override { under.flush(); }
  void compact(Bytes from, Bytes to) override { under.compact(from, to); }
  std::unique_ptr<Cursor> cursor(Bounds bounds) override { return under.cursor(std::move(bounds)); }
  void ingest(const SortedRows& rows) override { under.ingest(rows); }
  void verifyChecksums() override { under.verifyChecksums(); }
  StoreCounters counters() const override { return under.counters(); }

  Store& under;
  std::atomic<int> writes{0}, synced{0};
  int failures = 0;
};

struct World {
  SeededRandom random{41};
  MemoryKeyHolder holder{ORIGIN, random};
  std::unique_ptr<Store> memory = memoryStore();
  FailingStore store{*memory};
  Vault open() { return Vault(store, holder, random, 64); }
};

TEST(Vault, GivesAStreamTheSameLeavesForEver) {
  World world;
  auto vault = world.open();
  const StreamOwner streams[] = {{stream(1), provider(1)}, {stream(2), OPERATOR}};
  vault.ensureStreams(streams);
  const auto leaf = vault.leaf(stream(1), 17);
  ASSERT_TRUE(bool(leaf));
  EXPECT_FALSE(leaf.key == vault.leaf(stream(2), 17).key);
  vault.ensureStreams(streams);
  EXPECT_TRUE(vault.leaf(stream(1), 17).key == leaf.key);
  auto again = world.open();
  EXPECT_TRUE(again.leaf(stream(1), 17).key == leaf.key);
  EXPECT_TRUE(again.secret(stream(1)).key.leaf(17) == leaf.key);
  EXPECT_EQ(again.version(), 1u);
}

TEST(Vault, MakesAllThatIsMissingInOneSyncedBatch) {
  World world;
  auto vault = world.open();
  std::vector<StreamOwner> many;
  for (uint32_t n = 0; n < 100; ++n) many.push_back({stream(n), provider(uint8_t(n % 3))});
  many.push_back(many.front());  // asked for twice
  vault.ensureStreams(many);
  EXPECT_EQ(world.store.writes, 1);
  EXPECT_EQ(world.store.synced, 1);
  vault.ensureStreams(many);
  EXPECT_EQ(world.store.writes, 1) << "nothing missing, nothing written";
  EXPECT_EQ(vault.version(), 1u);
}

TEST(Vault, PromisesNothingWhenTheDiskSaysNo) {
  World world;
  auto vault = world.open();
  const StreamOwner one[] = {{stream(1), OPERATOR}};
  world.store.failures = 1;
  EXPECT_THROW(vault.ensureStreams(one), kj::Exception);
  EXPECT_EQ(vault.version(), 0u);
  EXPECT_EQ(vault.leaf(stream(1), 1).fault, KeyFault::NO_STREAM);
  vault.ensureStreams(one);
  EXPECT_TRUE(bool(vault.leaf(stream(1), 1)));
  EXPECT_EQ(vault.version(), 1u);
}

TEST(Vault, NeverChangesAStreamsOwner) {
  World world;
  auto vault = world.open();
  const StreamOwner mine[] = {{stream(1), provider(1)}}, theirs[] = {{stream(1), provider(2)}};
  vault.ensureStreams(mine);
  EXPECT_THROW(vault.ensureStreams(theirs), kj::Exception);
  EXPECT_THROW(world.open().ensureStreams(theirs), kj::Exception) << "from disk too";
}

TEST(Vault, SaysWhyThereIsNoKey) {
  World world;
  auto vault = world.open();
  const StreamOwner streams[] = {{stream(1), provider(1)}, {stream(2), provider(2)}};
  vault.ensureStreams(streams);
  EXPECT_EQ(vault.leaf(stream(9), 1).fault, KeyFault::NO_STREAM);

  Buffer key{'S'};
  append(key, stream(2));
  Buffer record = *world.memory->get(key);
  auto put = [&](const Buffer& value) {
    Batch batch;
    batch.put(Bytes(key), Bytes(value));
    world.memory->write(batch, Sync::YES);
    vault.drop(stream(2));
  };
  for (size_t i = 0; i < record.size(); ++i) {
    auto bad = record;
    bad[i] ^= 1;
    put(bad);
    EXPECT_FALSE(bool(vault.leaf(stream(2), 1))) << i;
  }
  auto cut = record;
  cut.resize(20);
  put(cut);
  EXPECT_EQ(vault.leaf(stream(2), 1).fault, KeyFault::DAMAGED);
  put(record);
  EXPECT_TRUE(bool(vault.leaf(stream(2), 1)));

  world.holder.beginEpoch(provider(1));
  world.holder.destroyEpoch(provider(1), 1);
  EXPECT_TRUE(bool(vault.leaf(stream(1), 1))) << "still cached: destruction must drop the stream";
  vault.drop(stream(1));
  EXPECT_EQ(vault.leaf(stream(1), 1).fault, KeyFault::EPOCH_GONE);
}

// A record cannot be moved to another stream, whoever owns both.
TEST(Vault, BindsARecordToItsStream) {
  World world;
  auto vault = world.open();
  const StreamOwner streams[] = {{stream(1), provider(1)}, {stream(2), provider(1)}};
  vault.ensureStreams(streams);
  Buffer from{'S'}, to{'S'};
  append(from, stream(1));
  append(to, stream(2));
  Batch batch;
  batch.put(Bytes(to), Bytes(*world.memory->get(from)));
  world.memory->write(batch, Sync::YES);
  vault.drop(stream(2));
  EXPECT_EQ(vault.leaf(stream(2), 1).fault, KeyFault::DAMAGED);
}

TEST(Vault, LeavesOutWhatWasPunctured) {
  World world;
  auto vault = world.open();
  const StreamOwner streams[] = {{stream(1), provider(1)}};
  vault.ensureStreams(streams);
  const Key four = vault.leaf(stream(1), 4).key;
  const Number gone[] = {5};
  const auto cover = vault.secret(stream(1)).key.puncture(gone);
  const auto wrapped = world.holder.wrap(provider(1), stream(1), cover.serialise());
  Buffer key{'S'}, record{1};
  append(key, stream(1));
  append(record, provider(1));
  appendBe32(record, wrapped.epoch);
  append(record, wrapped.bytes);
  Batch batch;
  batch.put(Bytes(key), Bytes(record));
  world.memory->write(batch, Sync::YES);
  vault.drop(stream(1));
  EXPECT_EQ(vault.leaf(stream(1), 5).fault, KeyFault::PUNCTURED);
  EXPECT_TRUE(vault.leaf(stream(1), 4).key == four);
}

TEST(Vault, RefusesTheVaultOfAnotherJournal) {
  World world;
  const StreamOwner streams[] = {{stream(1), OPERATOR}};
  world.open().ensureStreams(streams);
  MemoryKeyHolder stranger("liggare.example/annan", world.random);
  EXPECT_THROW(Vault(world.store, stranger, world.random), kj::Exception);
  // Same name, other keys: it opens, and opens nothing.
  MemoryKeyHolder twin(ORIGIN, world.random);
  Vault vault(world.store, twin, world.random);
  EXPECT_EQ(vault.leaf(stream(1), 1).fault, KeyFault::DAMAGED);
}

TEST(Vault, FindsEveryStreamThoughItRemembersFew) {
  World world;
  auto vault = world.open();  // caches 64
  std::vector<StreamOwner> many;
  for (uint32_t n = 0; n < 500; ++n) many.push_back({stream(n), OPERATOR});
  vault.ensureStreams(many);
  auto fresh = world.open();
  for (const auto& s : many) ASSERT_TRUE(vault.leaf(s.stream, 3).key == fresh.leaf(s.stream, 3).key);
}

TEST(Vault, ACrashBetweenItsSyncAndTheCommitIsHarmless) {
  test::TemporaryDirectory directory;
  SeededRandom random(43);
  MemoryKeyHolder holder(ORIGIN, random);
  const std::string path = directory.path() + "/vault";
  const StreamOwner streams[] = {{stream(1), provider(1)}};
  Key first;
  {
    auto store = openRocks(path, RocksProfile::VAULT, Mode::CREATE);
    Vault vault(*store, holder, random);
    vault.ensureStreams(streams);
    first = vault.leaf(stream(1), 1).key;
    // Here the process dies: no commit was written, so nothing was sealed under this leaf.
  }
  auto store = openRocks(path, RocksProfile::VAULT, Mode::READ_WRITE);
  Vault vault(*store, holder, random);
  EXPECT_EQ(vault.version(), 1u);
  vault.ensureStreams(streams);  // the command is tried again
  EXPECT_EQ(vault.version(), 1u) << "nothing was drawn a second time";
  EXPECT_TRUE(vault.leaf(stream(1), 1).key == first);
  EXPECT_EQ(store->counters().walSyncs, 0u);
}

TEST(Vault, CanBeReadFromAStoreThatMayNotBeWritten) {
  test::TemporaryDirectory directory;
  SeededRandom random(47);
  MemoryKeyHolder holder(ORIGIN, random);
  const std::string path = directory.path() + "/vault";
  const StreamOwner streams[] = {{stream(1), provider(1)}};
  {
    auto store = openRocks(path, RocksProfile::VAULT, Mode::CREATE);
    Vault(*store, holder, random).ensureStreams(streams);
  }
  auto store = openRocks(path, RocksProfile::VAULT, Mode::READ_ONLY);
  Vault vault(*store, holder, random);
  EXPECT_TRUE(bool(vault.leaf(stream(1), 1)));
}

// Submitters ensure overlapping streams while a sealer and readers walk them: one secret each, whatever the order.
TEST(Vault, ServesSubmittersSealerAndReadersAtOnce) {
  auto memory = memoryStore();
  FailingStore store(*memory);
  MemoryKeyHolder holder(ORIGIN, systemRandom());
  Vault vault(store, holder, systemRandom(), 32);
  constexpr uint32_t STREAMS = 200;
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<Key> leaves;
      for (uint32_t i = 0; i < STREAMS; ++i) {
        const uint32_t n = (i * 7 + t * 50) % STREAMS;
        const StreamOwner mine[] = {{stream(n), provider(uint8_t(n % 4))},
                                    {stream((n + 1) % STREAMS), provider(uint8_t((n + 1) % STREAMS % 4))}};
        vault.ensureStreams(mine);
        const auto leaf = vault.leaf(stream(n), i + 1);
        if (!leaf || !(leaf.key == vault.leaf(stream(n), i + 1).key)) ++failures;
        if (i % 10 == 0) vault.drop(stream(n));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(store.writes, int(vault.version()));
  EXPECT_LE(store.writes, int(STREAMS));
  Vault fresh(store, holder, systemRandom());
  for (uint32_t n = 0; n < STREAMS; ++n) ASSERT_TRUE(fresh.leaf(stream(n), 9).key == vault.leaf(stream(n), 9).key) << n;
}

TEST(LineSealer, OpensOnlyAtTheCommitItWasSealedFor) {
  World world;
  HolderLineSealer sealer(world.holder, world.random);
  const Buffer lines{1, 2, 3};
  auto sealed = sealer.seal(99, lines);
  EXPECT_EQ(sealer.open(99, sealed), lines);
  EXPECT_FALSE(sealer.open(98, sealed));
  EXPECT_NE(sealer.seal(99, lines), sealed) << "a rewritten value repeats no key";
  for (size_t i = 0; i < sealed.size(); ++i) {
    auto bad = sealed;
    bad[i] ^= 1;
    EXPECT_FALSE(sealer.open(99, bad)) << i;
  }
  EXPECT_FALSE(sealer.open(99, {}));
  EXPECT_FALSE(ClearLines().open(99, sealed)) << "sealed lines are not taken for clear ones";
  EXPECT_FALSE(sealer.open(99, ClearLines().seal(99, lines)));
}

TEST(LineSealer, AnAuditorOpensWithOneEpochsKeyAlone) {
  World world;
  HolderLineSealer sealer(world.holder, world.random);
  const Buffer lines{1, 2, 3};
  const auto sealed = sealer.seal(7, lines);
  const LinesKey key = world.holder.currentLinesKey();
  EXPECT_EQ(openLines(key, ORIGIN, 7, sealed), lines);
  EXPECT_FALSE(openLines(key, "liggare.example/annan", 7, sealed));
  EXPECT_FALSE(openLines({key.epoch + 1, key.key}, ORIGIN, 7, sealed));
  MemoryKeyHolder twin(ORIGIN, world.random);
  EXPECT_FALSE(openLines(twin.currentLinesKey(), ORIGIN, 7, sealed));
}

}  // namespace
}  // namespace liggare
