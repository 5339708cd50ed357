// Verify finds every change that a competent editor can make through the store's own library, names where, and never
// cries wolf. The editor here rewrites rows with valid checksums.
#include <gtest/gtest.h>

#include "engine/log/checkpoint-shelf.h"
#include "engine/log/verify.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

struct VerifyTest : testing::Test {
  ClearLines lines;
  LogKit kit{31};
  Log log{memoryStore(), lines, emptyHead()};

  void SetUp() override { kit.fill(log, 800); }

  VerifyReport verify(Depth depth = Depth::FULL) { return verifyLog(log, {depth, LinesOpen::AT_HAND, {}}); }

  // Rewrites one row of the commit that holds `position`.
  void edit(Position position, RowKind kind, uint16_t sub, const std::function<void(Buffer&)>& change) {
    Buffer key = encodeRowKey({log.commitAt(position)->header().last(), kind, sub});
    auto value = log.storage().get(key);
    ASSERT_TRUE(value);
    change(*value);
    Batch batch;
    batch.put(key, *value);
    log.storage().write(batch, Sync::NO);
  }
  void erase(Position position, RowKind kind, uint16_t sub = 0) {
    Batch batch;
    batch.erase(encodeRowKey({log.commitAt(position)->header().last(), kind, sub}));
    log.storage().write(batch, Sync::NO);
  }
  // A fresh log over the same rows would not open; verify must say so from this one.
  void expectFound(Damage kind, Position from, Position to) {
    auto report = verify();
    ASSERT_FALSE(report.whole());
    EXPECT_EQ(report.first()->kind, kind) << name(report.first()->kind) << ": " << report.first()->what;
    EXPECT_GE(report.first()->position, from);
    EXPECT_LT(report.first()->position, to);
  }
  std::pair<Position, Position> commitOf(Position p) {
    auto commit = log.commitAt(p);
    return {commit->header().first, commit->header().sizeAfter()};
  }
};

TEST_F(VerifyTest, FindsNothingInAnUntouchedLog) {
  for (Depth depth : {Depth::TREE, Depth::FULL}) {
    uint64_t calls = 0;
    auto report = verifyLog(log, {depth, LinesOpen::AT_HAND, {}}, [&](Position, uint64_t of) {
      EXPECT_EQ(of, 800u);
      ++calls;
    });
    EXPECT_TRUE(report.whole()) << report.first()->what;
    EXPECT_EQ(report.entries, 800u);
    EXPECT_EQ(report.tiles, 3u);
    EXPECT_GE(calls, 1u);
  }
  auto full = verify();
  EXPECT_GT(full.lines, 800u);
  EXPECT_GT(full.sealed, 400u);
}

TEST_F(VerifyTest, FindsEveryKindOfEditedRow) {
  auto [first, end] = commitOf(300);
  struct Case {
    RowKind kind;
    uint16_t sub;
    Damage damage;
  };
  for (Case c : {Case{RowKind::HEADER, 0, Damage::ROOT},
                 {RowKind::ENTRIES, 0, Damage::ROOT},
                 {RowKind::LINES, 0, Damage::LINES}}) {
    size_t at = c.kind == RowKind::HEADER ? 20 : 100;
    edit(300, c.kind, c.sub, [&](Buffer& value) { value.at(at) ^= 1; });
    SCOPED_TRACE(int(c.kind));
    expectFound(c.damage, first, end);
    edit(300, c.kind, c.sub, [&](Buffer& value) { value.at(at) ^= 1; });
  }
  EXPECT_TRUE(verify().whole());
}

TEST_F(VerifyTest, FindsAnEditedSealedHalfAtItsPosition) {
  Position position = 300;
  while (!log.sealed(position)) ++position;
  auto header = log.commitAt(position)->header();
  size_t index = position - header.first;
  edit(position, RowKind::SEALED, uint16_t(index / 16), [&](Buffer& value) {
    auto halves = splitSealed(value);
    Bytes half = (*halves)[index % 16];
    const_cast<uint8_t&>(half.back()) ^= 1;
  });
  expectFound(Damage::SEALED, position, position + 1);
}

TEST_F(VerifyTest, FindsMissingRows) {
  auto [first, end] = commitOf(300);
  for (auto [kind, damage] : {std::pair{RowKind::HEADER, Damage::HEADER},
                              {RowKind::ENTRIES, Damage::ENTRY},
                              {RowKind::LINES, Damage::LINES},
                              {RowKind::SEALED, Damage::SEALED}}) {
    Buffer key = encodeRowKey({end - 1, kind, 0});
    Buffer kept = *log.storage().get(key);
    erase(300, kind);
    SCOPED_TRACE(int(kind));
    expectFound(damage, first, end);
    Batch batch;
    batch.put(key, kept);
    log.storage().write(batch, Sync::NO);
  }
  EXPECT_TRUE(verify().whole());
}

TEST_F(VerifyTest, FindsAMissingCommitAndAForeignRow) {
  auto [first, end] = commitOf(300);
  Batch batch;
  batch.put(encodeRowKey({end - 1, RowKind(77), 0}), Buffer{1});
  log.storage().write(batch, Sync::NO);
  expectFound(Damage::FOREIGN_ROW, first, end);
  for (auto cursor = log.storage().cursor({seekKey(end - 1), seekKey(end)}); cursor->seekFirst(), cursor->valid();) {
    Batch one;
    one.erase(cursor->key());
    log.storage().write(one, Sync::NO);
  }
  expectFound(Damage::MISSING, first, end);
}

TEST_F(VerifyTest, FindsAnEditedTileInBothDepths) {
  Batch batch;  // the row of the first tile lies in the commit that holds leaf 255
  Buffer key = encodeRowKey({log.commitAt(255)->header().last(), RowKind::TILE, 0});
  Buffer value = *log.storage().get(key);
  value[32 * 40] ^= 1;
  batch.put(key, value);
  log.storage().write(batch, Sync::NO);
  for (Depth depth : {Depth::TREE, Depth::FULL}) {
    auto report = verify(depth);
    ASSERT_FALSE(report.whole());
    EXPECT_LT(report.first()->position, 256u);
  }
}

// Who rewrites everything after an edit, tree and all, makes a log that agrees with itself: only evidence from outside
// tells.
TEST_F(VerifyTest, ARecomputedLogIsFoundByAnyOldCheckpoint) {
  Scratch scratch;
  TestSigner signer;
  VerifyOptions options{Depth::FULL, LinesOpen::AT_HAND, {scratch.path(), "liggare.test/log", {signer.verifierKey()}}};
  HeadFile::create(headPath(scratch.path()), log.durable());
  CheckpointShelf shelf(checkpointsPath(scratch.path()));
  for (uint64_t size : {0, 1, 256, 500, 800})
    shelf.add(signCheckpoint({"liggare.test/log", log.headAt(size), {}}, signer));
  auto honest = verifyLog(log, options);
  EXPECT_TRUE(honest.whole()) << honest.first()->what;
  EXPECT_EQ(honest.checkpoints, 5u);

  LogKit forger(32);
  Log forged(memoryStore(), lines, emptyHead());
  for (Position p = 0; p < 800;) {  // the same commits up to 300, others after
    auto commit = log.commitAt(p);
    if (commit->header().first >= 300) {
      forger.fill(forged, 800);
      break;
    }
    CommitBuilder copy(p, 1);
    auto bookLines = log.lines(*commit);
    auto halves = log.sealed(*commit);
    for (size_t i = 0; i < halves.size(); ++i, ++p) {
      copy.addStored(commit->entry(p), bookLines[i], halves[i] ? encodeSealedHalf(*halves[i]) : Buffer());
    }
    forged.append(std::move(copy), Sync::YES);
  }
  EXPECT_TRUE(verifyLog(forged, {Depth::TREE, LinesOpen::AT_HAND, {}}).whole());
  options.depth = Depth::TREE;  // what the forger forgot (clock, numbers of books) is not what this is about
  auto report = verifyLog(forged, options);
  ASSERT_FALSE(report.whole());
  EXPECT_EQ(report.first()->kind, Damage::CHECKPOINT);
  EXPECT_EQ(report.first()->position, 499u);
  uint64_t checkpointsWrong = 0;
  for (const Finding& f : report.findings) checkpointsWrong += f.kind == Damage::CHECKPOINT;
  EXPECT_EQ(checkpointsWrong, 2u);
}

TEST_F(VerifyTest, ACheckpointByAnotherKeyIsDamage) {
  Scratch scratch;
  TestSigner signer, forger("liggare.test/log", 9);
  HeadFile::create(headPath(scratch.path()), log.durable());
  CheckpointShelf(checkpointsPath(scratch.path()))
      .add(signCheckpoint({"liggare.test/log", log.headAt(400), {}}, forger));
  auto report =
      verifyLog(log, {Depth::TREE, LinesOpen::AT_HAND, {scratch.path(), "liggare.test/log", {signer.verifierKey()}}});
  ASSERT_FALSE(report.whole());
  EXPECT_EQ(report.first()->kind, Damage::CHECKPOINT);
}

TEST_F(VerifyTest, RemovedCiphertextIsDamageUntilTheLogSaysItWasDestroyed) {
  Position position = 300;
  while (!log.sealed(position)) ++position;
  log.removeCiphertext({&position, 1});
  expectFound(Damage::CIPHERTEXT, position, position + 1);
  CommitBuilder commit(800, 1);
  kit.addFact(commit, DestroyedFact{{position}, 799});
  log.append(std::move(commit), Sync::YES);
  auto report = verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.ciphertextsRemoved, 1u);
}

TEST_F(VerifyTest, DisposedLinesAreNoDamage) {
  Position position = 300;
  log.disposeLines({&position, 1}, [](const Line&) { return true; });
  auto report = verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_GE(report.linesDisposed, 1u);
}

TEST_F(VerifyTest, ABookThatSkipsANumberIsDamage) {
  auto skipping = kit.lines(1);
  skipping[0].number += 1;
  CommitBuilder commit(800, 1);
  commit.add(kit.fields(), skipping);
  log.append(std::move(commit), Sync::YES);
  expectFound(Damage::LINES, 800, 801);
}

TEST_F(VerifyTest, TimeThatGoesBackIsDamage) {
  CommitBuilder commit(800, 1);
  EntryFields fields = kit.fields();
  fields.recordedAt = 5;
  commit.add(fields, kit.lines(1));
  log.append(std::move(commit), Sync::YES);
  expectFound(Damage::ENTRY, 800, 801);
}

}  // namespace
}  // namespace liggare
