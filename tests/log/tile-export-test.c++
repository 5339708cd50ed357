// The tree as files: what a size calls for is there and no more, it is written once, and nobody's file is overwritten.
#include <gtest/gtest.h>

#include <kj/exception.h>

#include <filesystem>
#include <map>

#include "engine/log/tile-export.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

struct TileExport : testing::Test {
  Scratch place;
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  LogKit kit{17};
  TestSigner signer;
  VerifierKey key = signer.verifierKey();
  const std::string out = place.path() + "/out";

  std::string sign() { return signCheckpoint({key.name, log.durable(), {}}, signer); }
  std::variant<ExportReport, ExportRefused> answerAt(const std::string& note, ExportScope scope = ExportScope::ALL) {
    return exportTiles(log, note, key, out, scope);
  }
  ExportReport exported(ExportScope scope = ExportScope::ALL) {
    auto answer = answerAt(sign(), scope);
    if (auto* refused = std::get_if<ExportRefused>(&answer)) {
      ADD_FAILURE() << refused->path << " " << refused->why;
      return {};
    }
    return std::get<ExportReport>(answer);
  }
  std::string refusedPath(ExportScope scope = ExportScope::ALL) {
    auto answer = answerAt(sign(), scope);
    auto* refused = std::get_if<ExportRefused>(&answer);
    return refused ? refused->path : "nothing was refused";
  }
  // Every file below `out` but the lock, by its path there.
  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
      std::string path = fs::relative(entry.path(), out).string();
      if (entry.is_regular_file() && path != ".making/lock") all[path] = Scratch::read(entry.path().string());
    }
    return all;
  }
  static std::string text(const Buffer& bytes) { return std::string(bytes.begin(), bytes.end()); }
};

TEST_F(TileExport, HasTheFilesThatTheSizeCallsForAndNoOther) {
  kit.fill(log, 700);
  EXPECT_EQ(exported().written, 8u);  // checkpoint, three tiles and bundles of level 0, one tile of level 1
  auto all = files();
  ASSERT_EQ(all.size(), 8u);
  EXPECT_EQ(all.at("checkpoint"), sign());
  for (std::string name : {"000", "001", "002.p/188"}) {
    EXPECT_TRUE(all.contains("tile/0/" + name)) << name;
    EXPECT_TRUE(all.contains("tile/entries/" + name)) << name;
  }
  EXPECT_EQ(all.at("tile/0/001").size(), TILE_BYTES);
  EXPECT_EQ(all.at("tile/1/000.p/2").size(), 64u);
  EXPECT_EQ(all.at("tile/0/002.p/188"), text(log.tile({0, 2, 188})));
  EXPECT_EQ(all.at("tile/entries/002.p/188"), text(log.entryBundle(2, 188)));
}

TEST_F(TileExport, OfAnEmptyLogIsOnlyItsCheckpoint) {
  EXPECT_EQ(exported().written, 1u);
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(TileExport, OfTheSameSizeWritesNothingAgain) {
  kit.fill(log, 300);
  exported();
  auto before = files();
  ExportReport again = exported();
  EXPECT_EQ(again.written, 0u);
  EXPECT_EQ(again.left, before.size());
  EXPECT_EQ(files(), before);
}

TEST_F(TileExport, GrowingLeavesEveryEarlierFileAsItWas) {
  std::map<std::string, std::string> before;
  for (uint64_t size : {1, 255, 256, 257, 600}) {
    kit.fill(log, size);
    exported(size % 2 == 0 ? ExportScope::ALL : ExportScope::NEWEST);
    auto now = files();
    for (const auto& [path, content] : before) {
      if (path == "checkpoint") continue;
      EXPECT_EQ(now.at(path), content) << path;
    }
    before = std::move(now);
  }
  EXPECT_TRUE(before.contains("tile/0/000.p/1"));  // for whoever holds that checkpoint
  EXPECT_TRUE(before.contains("tile/1/000.p/2"));
}

TEST_F(TileExport, GoesOnWhereACrashedOneEnded) {
  kit.fill(log, 600);
  exported();
  auto whole = files();
  fs::remove(out + "/checkpoint");
  fs::remove(out + "/tile/0/001");
  fs::remove_all(out + "/tile/entries");
  std::ofstream(out + "/.making/0") << "half a tile";
  ExportReport report = exported();
  EXPECT_EQ(report.written, 5u);  // three bundles, a tile, the checkpoint
  fs::remove(out + "/.making/0");
  EXPECT_EQ(files(), whole);
}

TEST_F(TileExport, RefusesAFileThatIsAnotherThanTheLogsAndNamesIt) {
  kit.fill(log, 600);
  exported();
  for (const auto& [path, content] : files()) {
    Scratch::flip(out + "/" + path, content.size() / 2);
    EXPECT_EQ(refusedPath(), path);
    Scratch::flip(out + "/" + path, content.size() / 2);
    if (path == "checkpoint") continue;
    Scratch::cut(out + "/" + path, content.size() - 1);
    EXPECT_EQ(refusedPath(), path);
    fs::remove(out + "/" + path);
    fs::create_directory(out + "/" + path);
    EXPECT_EQ(refusedPath(), path);
    fs::remove(out + "/" + path);
    exported();
  }
}

TEST_F(TileExport, WhatTheEarlierCheckpointCoversIsTrustedOnlyWhenAsked) {
  kit.fill(log, 600);
  exported();
  Scratch::flip(out + "/tile/0/000", 5);
  kit.fill(log, 700);
  EXPECT_EQ(refusedPath(ExportScope::NEWEST), "nothing was refused");
  EXPECT_EQ(refusedPath(ExportScope::ALL), "tile/0/000");
}

TEST_F(TileExport, RefusesALogThatWasRolledBackOrBecameAnother) {
  kit.fill(log, 400);
  std::string small = sign();
  kit.fill(log, 500);
  exported();
  auto back = answerAt(small);
  ASSERT_TRUE(std::holds_alternative<ExportRefused>(back));
  EXPECT_EQ(std::get<ExportRefused>(back).path, "checkpoint");
  Log other{memoryStore(), lines, emptyHead()};
  LogKit{18}.fill(other, 800);
  auto answer = exportTiles(other, signCheckpoint({key.name, other.durable(), {}}, signer), key, out, ExportScope::ALL);
  ASSERT_TRUE(std::holds_alternative<ExportRefused>(answer));
  EXPECT_EQ(std::get<ExportRefused>(answer).path, "checkpoint");
  EXPECT_EQ(exported().written, 0u);
}

TEST_F(TileExport, LeavesACheckpointThatAWitnessHasSigned) {
  kit.fill(log, 10);
  exported();
  TestSigner witness("witness.test/w", 4);
  auto note = *parseNote(sign());
  note.signatures.push_back(parseNote(signNote(note.text, witness))->signatures[0]);
  place.write("out/checkpoint", formatNote(note));
  exported();
  EXPECT_EQ(files().at("checkpoint"), formatNote(note));
}

TEST_F(TileExport, IsAloneInItsDirectory) {
  kit.fill(log, 10);
  exported();
  DirLock held(out + "/.making", LockKind::EXCLUSIVE);
  bool inUse = false;
  KJ_IF_MAYBE (e, kj::runCatchingExceptions([&] { answerAt(sign()); })) inUse = isInUse(*e);
  EXPECT_TRUE(inUse);
}

TEST_F(TileExport, TakesNoCheckpointOfAnotherLog) {
  kit.fill(log, 10);
  Head wrong{10, emptyRoot()}, ahead{11, log.durable().root};
  EXPECT_THROW(answerAt(signCheckpoint({key.name, wrong, {}}, signer)), kj::Exception);
  EXPECT_THROW(answerAt(signCheckpoint({key.name, ahead, {}}, signer)), kj::Exception);
  TestSigner other(key.name, 9);
  EXPECT_THROW(answerAt(signCheckpoint({key.name, log.durable(), {}}, other)), kj::Exception);
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace liggare
