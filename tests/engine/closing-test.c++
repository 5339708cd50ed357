// Closings through the front door: an entry like any other, made beside those who append.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/log/closing.h"
#include "engine/replay.h"
#include "tests/engine/small-world.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

using test::DemoJournal;
using test::SmallWorld;

VerifyReport verified(Journal& journal) { return journal.verify({Depth::FULL, LinesOpen::AT_HAND, {}}, {}); }

ClosingFact factAt(Journal& journal, Position position) {
  auto event = journal.read(position);
  auto* fact = event ? std::get_if<ClosingFact>(&event->entry.engine) : nullptr;
  EXPECT_TRUE(fact) << "no closing at " << position;
  return fact ? *fact : ClosingFact{};
}

TEST(JournalClosing, IsAnEntryThatCoversWhatWasThere) {
  SmallWorld world;
  auto& journal = world.open();
  world.submit(world.registerProvider("SE2321000131-A000", "14"));
  auto made = journal.close();
  ASSERT_EQ(made.outcome.kind, Outcome::Kind::ACCEPTED);
  EXPECT_EQ(made.position, 3u);
  EXPECT_EQ(made.fact.coveredSize, 3u);
  EXPECT_EQ(made.fact.previousClosing, 0u);
  EXPECT_GT(made.books, 2u);
  EXPECT_EQ(journal.head(), 4u);
  EXPECT_EQ(factAt(journal, 3), made.fact);
  auto event = journal.read(3);
  EXPECT_EQ(event->entry.recordedAt, journal.lastRecordedAt());
  ASSERT_EQ(event->lines.size(), 1u);
  EXPECT_EQ(event->lines[0].book, streamId(StreamKind::SY, {}));
  EXPECT_EQ(event->lines[0].number, 2u);  // genesis is the first
  auto report = verified(journal);
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.closingsRecomputed, 1u);
}

TEST(JournalClosing, NamesTheOneBeforeItAlsoAfterReopening) {
  SmallWorld world;
  world.open();
  auto first = world.journal().close();
  world.submit(world.registerProvider("SE2321000131-A000", "14"));
  auto& journal = world.reopen();
  auto second = journal.close();
  ASSERT_EQ(second.outcome.kind, Outcome::Kind::ACCEPTED);
  EXPECT_EQ(second.fact.previousClosing, first.position);
  EXPECT_GT(second.fact.coveredSize, first.position);
  EXPECT_NE(second.fact.root, first.fact.root);
  EXPECT_TRUE(verified(world.reopen()).whole());
}

TEST(JournalClosing, LeavesNoEntryWhenNothingHasCome) {
  SmallWorld world;
  auto& journal = world.open();
  auto first = journal.close();
  auto head = journal.head();
  auto again = journal.close();
  EXPECT_EQ(again.outcome.kind, Outcome::Kind::UNCHANGED);
  EXPECT_EQ(again.position, first.position);
  EXPECT_EQ(again.fact, first.fact);
  EXPECT_EQ(journal.head(), head);
}

// What the disk holds when the answer leaves: the process dies right then.
TEST(JournalClosing, IsDurableWhenItIsAnswered) {
  SmallWorld world;
  auto& journal = world.open();
  world.submit(world.registerProvider("SE2321000131-A000", "14"));
  auto made = journal.close();
  test::TemporaryDirectory place;
  std::string copy = place.path() + "/copy";
  std::filesystem::copy(world.where(), copy, std::filesystem::copy_options::recursive);
  std::filesystem::copy(world.where() + ".keys", copy + ".keys");
  JournalOptions options;
  options.directory = copy;
  JournalFault fault{};
  auto opened = Journal::open(options, fault);
  ASSERT_TRUE(opened) << fault.why;
  EXPECT_EQ(factAt(*opened, made.position), made.fact);
}

TEST(JournalClosing, IsMadeBesideThoseWhoAppendAndTwoAtOnce) {
  test::TemporaryDirectory place;
  DemoJournal world(place.path() + "/J");
  auto& journal = world.open();
  auto lines = test::simulatedLines(5, 30);
  std::atomic<bool> done{false};
  std::vector<Position> closed[2];
  std::vector<std::thread> closers;
  for (auto& mine : closed)
    closers.emplace_back([&] {
      do {
        auto made = journal.close();
        if (made.outcome.kind == Outcome::Kind::ACCEPTED) mine.push_back(made.position);
      } while (!done.load());
    });
  auto outcomes = world.feed(lines, 0, lines.size());
  done = true;
  for (auto& closer : closers) closer.join();
  for (auto& outcome : outcomes) EXPECT_NE(outcome.kind, Outcome::Kind::UNKNOWN);
  auto report = verified(journal);
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.closings, closed[0].size() + closed[1].size());
  EXPECT_EQ(report.closingsRecomputed, report.closings);
  EXPECT_GE(report.closings, 1u);
  world.close();
  EXPECT_TRUE(verified(world.open()).whole());
}

// Nobody asked for it, so nobody's answer is another because of it; and it has no answer to ask for again.
TEST(JournalClosing, ChangesNoAnswer) {
  test::TemporaryDirectory place;
  auto lines = test::simulatedLines(6, 6);
  lines.resize(std::min<size_t>(lines.size(), 240));
  DemoJournal without(place.path() + "/without"), with(place.path() + "/with");
  without.open();
  auto& journal = with.open();
  for (size_t i = 0; i < lines.size(); ++i) {
    auto a = without.submit(lines[i]), b = with.submit(lines[i]);
    ASSERT_EQ(a.kind, b.kind) << i;
    ASSERT_EQ(a.code, b.code) << i;
    ASSERT_EQ(a.receipt.recordedAt, b.receipt.recordedAt) << i;
    if (i % 40 == 0) {
      ASSERT_EQ(journal.close().outcome.kind, Outcome::Kind::ACCEPTED);
    }
  }
  auto report = replayAll(journal, nullptr, [](Position, Position) {});
  EXPECT_EQ(report.differing, 0u);
  Untold why{};
  auto made = journal.close();
  EXPECT_FALSE(toldCommand(journal, made.position, why));
  EXPECT_EQ(why, Untold::ENGINE_FACT);
}

}  // namespace
}  // namespace liggare
