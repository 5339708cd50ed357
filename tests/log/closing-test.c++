// Closings against a forger who has the library and the operator's keys: everything they state is counted again.
#include "engine/log/closing.h"

#include <gtest/gtest.h>

#include "engine/log/verify.h"
#include "tests/base/seed.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

struct ClosingTest : testing::Test {
  const uint64_t seed = testSeed(20261128);
  ClearLines lines;
  LogKit kit{seed};
  Log log{memoryStore(), lines, emptyHead()};
  Position previous = 0;

  void SetUp() override { kit.fill(log, 300); }

  Hash rootAt(uint64_t size) {
    BookCount count;
    EXPECT_FALSE(countBooks(log, size, count));
    return count.trie().root();
  }
  // Appends a closing and answers where it stands.
  Position state(const ClosingFact& fact) {
    Position at = log.appended().size;
    CommitBuilder commit(at, 1);
    kit.addFact(commit, fact);
    log.append(std::move(commit), Sync::YES);
    return at;
  }
  Position close() {
    uint64_t size = log.durableSize();
    return previous = state({rootAt(size), size, previous});
  }
  VerifyReport verify() { return verifyLog(log, {Depth::FULL, LinesOpen::AT_HAND, {}}); }
  void expectFound(Damage kind, Position position, const std::string& what) {
    auto report = verify();
    ASSERT_FALSE(report.whole());
    EXPECT_EQ(report.first()->kind, kind) << name(report.first()->kind);
    EXPECT_EQ(report.first()->position, position);
    EXPECT_EQ(report.first()->what, what);
  }
  void appendLines(std::vector<Line> bookLines) {
    CommitBuilder commit(log.appended().size, 1);
    commit.add(kit.fields(), bookLines);
    log.append(std::move(commit), Sync::YES);
  }
};

TEST_F(ClosingTest, AChainOfTrueClosingsIsRecomputedAndFoundRight) {
  LIGGARE_TRACE_SEED(seed, 0);
  for (uint64_t size : {400, 401, 900}) {
    close();
    kit.fill(log, size);
  }
  close();
  auto report = verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.closings, 4u);
  EXPECT_EQ(report.closingsRecomputed, 4u);
  EXPECT_EQ(report.closedSize, 900u);
  EXPECT_EQ(report.books, 12u);
  EXPECT_EQ(closingsBelow(log, log.durableSize()).size(), 4u);
  EXPECT_EQ(closingsBelow(log, 301).size(), 1u);
}

// It may cover less than what was there when it was written: others append meanwhile.
TEST_F(ClosingTest, AClosingMayStandLaterThanWhatItCovers) {
  Hash root = rootAt(250);
  state({root, 250, 0});
  EXPECT_TRUE(verify().whole());
}

TEST_F(ClosingTest, AnotherRootIsFound) {
  Hash root = rootAt(300);
  root.bytes[31] ^= 1;
  state({root, 300, 0});
  kit.fill(log, 320);
  expectFound(Damage::CLOSING, 300, "a closing has another root than the books' lines give");
}

TEST_F(ClosingTest, TheRootOfAnotherSizeIsFound) {
  state({rootAt(299), 300, 0});
  expectFound(Damage::CLOSING, 300, "a closing has another root than the books' lines give");
}

TEST_F(ClosingTest, ASecondChainIsFound) {
  close();
  kit.fill(log, 350);
  Position second = state({rootAt(350), 350, 0});
  expectFound(Damage::CLOSING, second, "a closing does not name the one before it");
}

TEST_F(ClosingTest, AClosingThatGoesBackIsFound) {
  Position first = close();
  Position second = state({rootAt(200), 200, first});
  expectFound(Damage::CLOSING, second, "a closing does not cover the one before it");
}

TEST_F(ClosingTest, AClosingOfWhatIsYetToComeIsFound) {
  state({rootAt(300), 301, 0});
  expectFound(Damage::CLOSING, 300, "a closing covers more than there was before it");
}

TEST_F(ClosingTest, ANumberGivenTwiceIsFoundAndNoClosingCountsOnIt) {
  close();
  auto twice = kit.lines(1);
  appendLines(twice);
  kit.random.fill(twice[0].salt);
  appendLines(twice);
  expectFound(Damage::LINES, 302, "a number in a book is given twice");
  BookCount count;
  auto finding = countBooks(log, log.durableSize(), count);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->position, 302u);
}

TEST_F(ClosingTest, ABookLineLeftOutWhoseNumberIsMissedIsFound) {
  close();
  auto all = kit.lines(3);
  auto left = all;
  left.erase(left.begin() + 1);
  appendLines(left);
  kit.fill(log, 330);
  auto report = verify();
  ASSERT_FALSE(report.whole());
  EXPECT_EQ(report.first()->kind, Damage::LINES);
  EXPECT_EQ(report.first()->what, "a book skips a number");
  EXPECT_GT(report.first()->position, 301u);  // the first entry after the gap is where it shows
}

// The forger takes the line away from the entry after it was closed, and makes tree and commit anew: the closing tells.
TEST_F(ClosingTest, ALineThatWasCountedAndIsGoneMakesTheClosingFalse) {
  close();
  Log forged(memoryStore(), lines, emptyHead());
  std::map<BookId, Number> given;
  Position victim = 120;
  for (Position p = 0; p < log.durableSize(); ++p) {
    auto fields = log.fields(p);
    std::vector<Line> kept;
    auto stored = log.lines(p);
    for (size_t i = 0; i < stored.size(); ++i)
      if (p != victim || i > 0) kept.push_back(*stored[i].line);
    for (auto& line : kept) line.number = ++given[line.book];
    CommitBuilder commit(p, 1);
    commit.add(fields, kept);
    forged.append(std::move(commit), Sync::YES);
  }
  auto report = verifyLog(forged, {Depth::FULL, LinesOpen::AT_HAND, {}});
  std::vector<Finding> closings;
  for (auto& finding : report.findings)
    if (finding.kind == Damage::CLOSING) closings.push_back(finding);
  ASSERT_EQ(closings.size(), 1u);
  EXPECT_EQ(closings[0].position, 300u);
}

TEST_F(ClosingTest, AfterADisposalAClosingIsNeitherCountedNorCalledFalse) {
  close();
  kit.fill(log, 400);
  close();
  Position disposed = 350;
  log.disposeLines({&disposed, 1}, [](const Line&) { return true; });
  auto report = verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.closings, 2u);
  EXPECT_EQ(report.closingsRecomputed, 1u);
  BookCount count;
  auto finding = countBooks(log, log.durableSize(), count);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->position, 350u);
}

TEST_F(ClosingTest, WithoutTheLinesKeyTheChainIsStillChecked) {
  Position first = close();
  state({rootAt(300), 300, first});
  auto report = verifyLog(log, {Depth::FULL, LinesOpen::ABSENT, {}});
  EXPECT_EQ(report.closingsRecomputed, 0u);
  ASSERT_FALSE(report.whole());
  EXPECT_EQ(report.first()->position, 301u);
}

// As many closings as entries: time by what changed, not by all books each time.
TEST_F(ClosingTest, AClosingInEveryEntryIsGoneThrough) {
  CommitBuilder commit(300, 1);
  for (int i = 0; i < 256; ++i) kit.addFact(commit, ClosingFact{{}, 300 + uint64_t(i), 299 + uint64_t(i)});
  log.append(std::move(commit), Sync::YES);
  auto report = verify();
  EXPECT_EQ(report.closings, 256u);
  EXPECT_GE(report.findingCount, 256u);
}

}  // namespace
}  // namespace liggare
