// Closings through the front door: an entry like any other, made beside those who append.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/bundle.h"
#include "engine/index/kept-count.h"
#include "engine/journal-open.h"
#include "engine/kv/store.h"
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

// How far the count that is kept reaches; nothing when it fits no closing.
std::optional<uint64_t> keptSize(const std::string& directory) {
  JournalOptions options;
  options.directory = directory;
  JournalFault fault{};
  auto parts = openParts(options, systemRandom(), fault);
  KJ_REQUIRE(parts != nullptr, fault.why.c_str());
  auto kept = readKeptCount(*parts->indexStore, *parts->log, parts->log->durableSize());
  if (!kept) return std::nullopt;
  return kept->count.size();
}

// What is kept beside the index spares counting and is never believed: with it, without it and with a lie in it the
// same closings and the same bundles are made.
TEST(JournalClosing, IsTheSameWhateverTheIndexHasKept) {
  test::TemporaryDirectory place;
  DemoJournal kept(place.path() + "/kept");
  auto lines = test::simulatedLines(7, 12);
  auto& first = kept.open();
  kept.feed(lines, 0, lines.size() / 2);
  auto made0 = first.close();
  ASSERT_EQ(made0.outcome.kind, Outcome::Kind::ACCEPTED);
  kept.feed(lines, lines.size() / 2, lines.size());
  kept.close();
  DemoJournal without(place.path() + "/without", kept), lied(place.path() + "/lied", kept);
  std::filesystem::remove_all(without.where() + "/index");
  {
    auto index = openRocks(lied.where() + "/index", RocksProfile::INDEX, Mode::OPEN_OR_CREATE);
    Buffer prefix{'F'};
    auto cursor = index->cursor(prefixBounds(prefix));
    cursor->seekFirst();
    ASSERT_TRUE(cursor->valid());
    Buffer value(cursor->value().begin(), cursor->value().end());
    value.back() ^= 1;
    Batch batch;
    batch.put(Buffer(cursor->key().begin(), cursor->key().end()), std::move(value));
    index->write(batch, Sync::NO);
    index->flush();
  }
  EXPECT_EQ(keptSize(kept.where()), made0.fact.coveredSize);
  EXPECT_FALSE(keptSize(without.where()));
  EXPECT_FALSE(keptSize(lied.where()));
  std::vector<ClosingAnswer> made;
  for (auto* world : {&kept, &without, &lied}) {
    auto& journal = world->open();
    made.push_back(journal.close());
    ASSERT_EQ(made.back().outcome.kind, Outcome::Kind::ACCEPTED);
    EXPECT_EQ(made.back().fact, made.front().fact);
    EXPECT_EQ(made.back().lines, made.front().lines);
    EXPECT_EQ(made.back().books, made.front().books);
    BundleOrder order;
    order.book = streamId(StreamKind::SY, {});
    auto bundle = std::get<Bundle>(journal.bundle(order));
    EXPECT_EQ(bundle.books.at(0).place.end->size, 2u);  // genesis and the first closing
    EXPECT_EQ(bundle.books.at(0).entries.size(), 3u);
    EXPECT_TRUE(verified(journal).whole());
    // And what was kept now is used by the next.
    EXPECT_EQ(journal.close().outcome.kind, Outcome::Kind::UNCHANGED);
    world->close();
    EXPECT_EQ(keptSize(world->where()), made.back().fact.coveredSize);
  }
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
