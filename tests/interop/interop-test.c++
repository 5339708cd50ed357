// What the log publishes is read by programs that share no code with it: Go's sumdb/note and sumdb/tlog, and Python
// written from the specifications. They agree with the log and with each other, and refuse every flipped bit.
//
//   LIGGARE_SEED   repeats a run
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/base/seed.h"
#include "tests/interop/verifiers.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::expectAccepted;
using test::expectRefused;
using test::Published;
using test::runLiggare;

TEST(Interop, GoAndPythonAgreeWithTheLogOnRandomCases) {
  const uint64_t seed = testSeed(20261122);
  LIGGARE_TRACE_SEED(seed, 0);
  test::expectAgreement(seed, 600, 500);
}

TEST(Interop, AnEarlierCheckpointIsStillServedByTheTree) {
  const uint64_t seed = testSeed(3);
  LIGGARE_TRACE_SEED(seed, 0);
  Published log(seed);
  SeededRandom random(seed + 1);
  uint64_t size = 0;
  log.growTo(0);
  std::vector<std::string> notes{log.sign()};
  for (uint64_t step : {1, 2, 252, 1, 1, 255}) {  // 256 and 512 are whole tiles
    log.growTo(size += step);
    notes.push_back(log.sign());
  }
  log.growTo(size + 1 + random.below(700));
  for (const std::string& note : notes) {
    log.place.write("tree/checkpoint", note);
    expectAccepted({"tree", log.out(), log.key.text()}, " entries");
  }
}

// The program itself, on the example day.
struct InteropProgram : testing::Test {
  Scratch place;
  std::string journal = place.path() + "/J", tree = place.path() + "/tree", key;
  uint64_t size = 0;

  void SetUp() override {
    ASSERT_EQ(runLiggare({"init", journal, "--demo", "--origin", "liggare.test/interop"}).code, 0);
    ASSERT_EQ(runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson", "--quiet"}).code, 0);
    auto ran = runLiggare({"export-tiles", journal, tree});
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto words = test::linesOf(Scratch::read(journal + "/LIGGARE"));
    key = words.at(2);
    size = std::stoull(test::linesOf(Scratch::read(tree + "/checkpoint")).at(1));
    ASSERT_GT(size, 256u);
  }
  std::string prove(const std::string& name, std::vector<std::string> words) {
    std::string file = place.path() + "/" + name;
    words.insert(words.begin(), {"prove", journal});
    words.insert(words.end(), {"--out", file});
    auto ran = runLiggare(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return file;
  }
};

TEST_F(InteropProgram, ItsTreeAndItsProofsAreReadByOthers) {
  const uint64_t seed = testSeed(4);
  LIGGARE_TRACE_SEED(seed, 0);
  SeededRandom random(seed);
  expectAccepted({"tree", tree, key}, std::to_string(size) + " entries");
  for (uint64_t position : {uint64_t(0), size - 1, random.below(size), random.below(size)}) {
    auto file = prove("p", {std::to_string(position)});
    expectAccepted({"proof", file, key}, "entry " + std::to_string(position) + " in " + std::to_string(size));
    EXPECT_EQ(runLiggare({"verify-proof", file, "--key", key}).code, 0);
  }
  for (uint64_t older : {uint64_t(0), uint64_t(1), size, random.below(size)}) {
    auto file = prove("c", {"--from", std::to_string(older)});
    expectAccepted({"proof", file, key}, std::to_string(older) + " begins " + std::to_string(size));
    EXPECT_EQ(runLiggare({"verify-proof", file, "--key", key}).code, 0);
  }
}

TEST_F(InteropProgram, OneFlippedBitAnywhereIsRefusedByAll) {
  const uint64_t seed = testSeed(5);
  SeededRandom random(seed);
  std::string inclusion = prove("i", {std::to_string(size / 2)});
  std::string growth = prove("c", {"--from", std::to_string(size / 3)});
  std::vector<std::string> published = {tree + "/checkpoint"};
  for (const auto& entry : fs::recursive_directory_iterator(tree + "/tile"))
    if (entry.is_regular_file()) published.push_back(entry.path().string());
  ASSERT_GE(published.size(), 5u);  // whole and partial tiles and bundles
  auto flipOne = [&](const std::string& file, const std::function<void()>& check) {
    std::string good = Scratch::read(file);
    size_t at = random.below(good.size());
    char mask = char(1 << random.below(8));
    SCOPED_TRACE("LIGGARE_SEED=" + std::to_string(seed) + " " + file + " byte " + std::to_string(at));
    Scratch::flip(file, at, mask);
    check();
    Scratch::flip(file, at, mask);
    ASSERT_EQ(Scratch::read(file), good);
  };
  for (int round = 0; round < 4; ++round) {
    for (const std::string& file : published) {
      flipOne(file, [&] {
        expectRefused({"tree", tree, key});
        auto ours = runLiggare({"export-tiles", journal, tree});
        EXPECT_EQ(ours.code, 5) << ours.out;
        EXPECT_NE(ours.err.find(file), std::string::npos) << ours.err;
      });
    }
    for (const std::string& file : {inclusion, growth, inclusion, growth}) {
      flipOne(file, [&] {
        expectRefused({"proof", file, key});
        EXPECT_EQ(runLiggare({"verify-proof", file, "--key", key}).code, 5);
      });
    }
  }
  // The control of the controls: what was put back is accepted.
  expectAccepted({"tree", tree, key}, " entries");
  EXPECT_EQ(runLiggare({"export-tiles", journal, tree}).code, 0);
  expectAccepted({"proof", inclusion, key}, "entry");
  expectAccepted({"proof", growth, key}, "begins");
}

TEST_F(InteropProgram, AnotherLogsKeyOpensNothing) {
  TestSigner other("liggare.test/interop", 9);
  auto file = prove("p", {"0"});
  expectRefused({"tree", tree, other.verifierKey().text()});
  expectRefused({"proof", file, other.verifierKey().text()});
  EXPECT_EQ(runLiggare({"verify-proof", file, "--key", other.verifierKey().text()}).code, 5);
}

}  // namespace
}  // namespace liggare
