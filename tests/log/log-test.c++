// The log over a store in memory: what is appended comes back, is proved, and is cut off again.
#include <gtest/gtest.h>

#include <kj/exception.h>

#include <thread>

#include "engine/log/chain.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

struct LogTest : testing::Test {
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  LogKit kit{11};

  std::vector<Hash> leaves() {
    std::vector<Hash> out;
    for (Position p = 0; p < log.durableSize(); ++p) out.push_back(leafHash(log.entry(p)));
    return out;
  }
};

TEST_F(LogTest, GivesBackEntriesLinesAndSealedHalves) {
  std::vector<std::vector<Line>> bookLines;
  std::vector<SealedHalf> halves;
  CommitBuilder commit(0, 5);
  for (int i = 0; i < 40; ++i) {
    bookLines.push_back(kit.lines(1 + size_t(i) % 4));
    halves.push_back(kit.half(1 + size_t(i) % 3, 60));
    Hash leaf = commit.add(kit.fields(), bookLines.back(), halves.back());
    EXPECT_EQ(leaf, commit.leafHashes()[size_t(i)]);
  }
  Head head = log.append(std::move(commit), Sync::YES);
  EXPECT_EQ(head, log.durable());
  for (Position p = 0; p < 40; ++p) {
    EntryFields fields = log.fields(p);
    EXPECT_EQ(fields.position, p);
    EXPECT_EQ(fields.lineCount, bookLines[p].size());
    EXPECT_EQ(fields.linesRoot, linesRoot(bookLines[p]));
    EXPECT_EQ(fields.sealedDigest, sealedDigest(halves[p]));
    EXPECT_EQ(log.sealed(p), halves[p]);
    auto stored = log.lines(p);
    ASSERT_EQ(stored.size(), bookLines[p].size());
    for (size_t i = 0; i < stored.size(); ++i) EXPECT_EQ(stored[i].line, bookLines[p][i]);
    EXPECT_EQ(log.leafAt(p), leafHash(log.entry(p)));
  }
  EXPECT_EQ(log.commitAt(39)->header().vaultVersion, 5u);
  EXPECT_EQ(log.sealed(*log.commitAt(0)).size(), 40u);
  EXPECT_EQ(log.lines(*log.commitAt(0)).size(), 40u);
}

TEST_F(LogTest, NobodyReadsPastTheDurableHead) {
  kit.fill(log, 10, Sync::NO);
  EXPECT_EQ(log.appended().size, 10u);
  EXPECT_EQ(log.durable().size, 0u);
  EXPECT_THROW(log.entry(0), kj::Exception);
  EXPECT_THROW(log.hashAt(0, 0), kj::Exception);
  EXPECT_THROW(log.rootAt(10), kj::Exception);
  Head head = log.sync();
  EXPECT_EQ(head, log.appended());
  EXPECT_EQ(log.durable(), head);
  EXPECT_EQ(log.rootAt(10), head.root);
  EXPECT_THROW(log.entry(10), kj::Exception);
}

TEST_F(LogTest, ACommitThatDoesNotFollowIsRefusedAndHarmless) {
  kit.fill(log, 5);
  EXPECT_THROW(log.append(kit.commit(4, 1), Sync::YES), kj::Exception);
  EXPECT_THROW(log.append(CommitBuilder(5), Sync::YES), kj::Exception);
  log.append(kit.commit(5, 1), Sync::YES);
  EXPECT_EQ(log.durable().size, 6u);
}

TEST_F(LogTest, RootsProofsAndTilesAreThoseOfTheLeaves) {
  kit.fill(log, 1500);
  auto d = leaves();
  EXPECT_EQ(log.durable().root, rootOf(d));
  for (uint64_t size : {1, 2, 255, 256, 257, 511, 512, 700, 1024, 1499, 1500}) {
    Hash root = rootOf(std::span(d).first(size));
    EXPECT_EQ(log.rootAt(size), root) << size;
    EXPECT_TRUE(verifyConsistency(size, root, 1500, log.durable().root, log.consistency(size, 1500))) << size;
    for (Position p : {Position(0), Position(size / 2), Position(size - 1)}) {
      EXPECT_TRUE(verifyInclusion(d[p], p, size, log.inclusion(p, size), root)) << p << " in " << size;
    }
    for (const TileId& tile : newTiles(0, size)) {
      auto hashes = decodeHashes(log.tile(tile));
      ASSERT_TRUE(hashes);
      for (unsigned i = 0; i < tile.width; ++i) {
        uint64_t span = uint64_t(1) << (8 * tile.level), from = (tile.index * 256 + i) * span;
        EXPECT_EQ((*hashes)[i], rootOf(std::span(d).subspan(from, span)));
      }
    }
  }
  Buffer bundle = log.entryBundle(5, 256 < 1500 - 5 * 256 ? 256 : 1500 - 5 * 256);
  auto entries = splitEntries(bundle);
  ASSERT_TRUE(entries);
  EXPECT_EQ(leafHash((*entries)[0]), d[1280]);
}

TEST_F(LogTest, EveryPrefixHasAConsistencyProof) {
  kit.fill(log, 600);
  auto d = leaves();
  Frontier frontier;
  for (uint64_t size = 0; size <= 600; ++size) {
    ASSERT_TRUE(verifyConsistency(size, frontier.root(), 600, log.durable().root, log.consistency(size, 600))) << size;
    if (size < 600) frontier.append(d[size]);
  }
}

TEST_F(LogTest, TheTreeOpenedFromTheStoreIsTheTreeThatWasWritten) {
  for (uint64_t size : {1, 255, 256, 257, 513, 900}) {
    kit.fill(log, size);
    Chain chain(newestFrontier(log.storage(), size));
    EXPECT_LE(chain.head().size, size);
    CommitScan scan(log.storage(), chain.head().size);
    while (auto rows = scan.next()) {
      auto step = chain.follow(*rows);
      ASSERT_TRUE(std::holds_alternative<Chain::Links>(step)) << std::get<Finding>(step).what;
    }
    EXPECT_EQ(chain.head(), log.durable());
  }
}

TEST_F(LogTest, ASuffixAboveTheDurableHeadCanBeDropped) {
  kit.fill(log, 300);
  Head durable = log.durable();
  kit.fill(log, 900, Sync::NO);
  Position middle = 0;  // a commit's end above the durable head
  EXPECT_THROW(log.truncateAbove(299), kj::Exception);
  Log fresh(memoryStore(), lines, emptyHead());
  LogKit again(12);
  again.fill(fresh, 300);
  Head kept = fresh.durable();
  middle = fresh.append(again.commit(300, 100), Sync::NO).size;
  fresh.append(again.commit(400, 200), Sync::NO);
  fresh.truncateAbove(middle);
  EXPECT_EQ(fresh.appended().size, 400u);
  fresh.truncateAbove(300);
  EXPECT_EQ(fresh.appended(), kept);
  again.fill(fresh, 700);
  std::vector<Hash> d;
  for (Position p = 0; p < 700; ++p) d.push_back(leafHash(fresh.entry(p)));
  EXPECT_EQ(fresh.durable().root, rootOf(d));
  EXPECT_EQ(log.durable(), durable);
}

TEST_F(LogTest, ACutThatIsNotACommitsEndIsRefused) {
  log.append(kit.commit(0, 10), Sync::NO);
  EXPECT_THROW(log.truncateAbove(5), kj::Exception);
}

TEST_F(LogTest, RemovedCiphertextLeavesDigestsThatStillProve) {
  kit.fill(log, 300);
  std::vector<Position> gone{3, 4, 100, 299};
  std::vector<std::optional<SealedHalf>> before;
  for (Position p = 0; p < 300; ++p) before.push_back(log.sealed(p));
  log.removeCiphertext(gone);
  for (Position p = 0; p < 300; ++p) {
    auto now = log.sealed(p);
    bool removed = std::find(gone.begin(), gone.end(), p) != gone.end() && before[p];
    if (!removed) {
      EXPECT_EQ(now, before[p]) << p;
      continue;
    }
    for (const SealedPart& part : now->parts) EXPECT_FALSE(part.ciphertext);
    EXPECT_EQ(now->header, before[p]->header);
    EXPECT_EQ(sealedDigest(*now), log.fields(p).sealedDigest);
  }
}

TEST_F(LogTest, DisposedLinesLeaveDigestsThatStillGiveTheRoot) {
  kit.fill(log, 50);
  Line target = *log.lines(20)[0].line;
  std::vector<Position> positions{20};
  log.disposeLines(positions, [&](const Line& line) { return line == target; });
  auto now = log.lines(20);
  EXPECT_FALSE(now[0].line);
  EXPECT_EQ(linesRoot(now), log.fields(20).linesRoot);
  for (size_t i = 1; i < now.size(); ++i) EXPECT_TRUE(now[i].line);
}

TEST_F(LogTest, ACommitMadeElsewhereGivesTheSameRoot) {
  kit.fill(log, 200);
  Log replica(memoryStore(), lines, emptyHead());
  for (Position p = 0; p < 200;) {
    auto commit = log.commitAt(p);
    CommitBuilder copy(p, commit->header().vaultVersion);
    auto bookLines = log.lines(*commit);
    auto halves = log.sealed(*commit);
    for (size_t i = 0; i < bookLines.size(); ++i, ++p) {
      copy.addStored(commit->entry(p), bookLines[i], halves[i] ? encodeSealedHalf(*halves[i]) : Buffer());
    }
    EXPECT_EQ(replica.append(std::move(copy), Sync::YES).root, commit->header().root);
  }
  EXPECT_EQ(replica.durable(), log.durable());
}

TEST(CommitBuilder, TakesAWholeCommandOrNone) {
  LogKit kit(1);
  CommitBuilder commit(0);
  EXPECT_TRUE(commit.hasRoom(256, 5 << 20));
  EXPECT_FALSE(commit.hasRoom(257, 1));
  for (int i = 0; i < 250; ++i) commit.add(kit.fields(), kit.lines(1));
  EXPECT_TRUE(commit.hasRoom(6, 1000));
  EXPECT_FALSE(commit.hasRoom(7, 1000));
  EXPECT_FALSE(commit.hasRoom(1, COMMIT_BYTES_MAX));
  for (int i = 0; i < 6; ++i) commit.add(kit.fields(), kit.lines(1));
  EXPECT_THROW(commit.add(kit.fields(), kit.lines(1)), kj::Exception);
  EXPECT_THROW(CommitBuilder(0).add(kit.fields(), {}), kj::Exception);
}

TEST(CommitRows, HeadersAndKeysComeBackAndBrokenOnesDoNot) {
  CommitHeader header{0, 10, 3, leafHash({}), {7, emptyRoot()}, 9};
  Buffer bytes = encodeCommitHeader(header);
  EXPECT_EQ(decodeCommitHeader(bytes), header);
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decodeCommitHeader(Bytes(bytes).first(n)));
  header.count = 0;
  EXPECT_FALSE(decodeCommitHeader(encodeCommitHeader(header)));
  header.count = 257;
  EXPECT_FALSE(decodeCommitHeader(encodeCommitHeader(header)));
  RowKey key{1234567, RowKind::SEALED, 300};
  EXPECT_EQ(decodeRowKey(encodeRowKey(key)), key);
  EXPECT_LT(encodeRowKey({5, RowKind::FRONTIER, 9}), encodeRowKey({6, RowKind::HEADER, 0}));
}

// Readers below the durable head see a consistent tree while the writer goes on.
TEST_F(LogTest, ReadersAndSyncerRunBesideTheWriter) {
  kit.fill(log, 100);
  std::atomic<bool> done{false};
  std::atomic<uint64_t> checked{0};
  std::thread syncer([&] {
    while (!done) log.sync();
    log.sync();
  });
  std::vector<std::thread> readers;
  for (uint64_t seed : {1, 2}) {
    readers.emplace_back([&, seed] {
      SeededRandom random(seed);
      do {
        Head head = log.durable();
        Position p = random.below(head.size);
        EXPECT_TRUE(verifyInclusion(leafHash(log.entry(p)), p, head.size, log.inclusion(p, head.size), head.root));
        uint64_t older = random.below(head.size + 1);
        EXPECT_TRUE(
            verifyConsistency(older, log.rootAt(older), head.size, head.root, log.consistency(older, head.size)));
        ++checked;
      } while (!done);
    });
  }
  kit.fill(log, 6000, Sync::NO);
  while (checked < 20) std::this_thread::yield();
  done = true;
  syncer.join();
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(log.durable(), log.appended());
}

}  // namespace
}  // namespace liggare
