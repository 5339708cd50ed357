// The log and what is derived from it: proofs for every prefix and every position, and an index that can be made again.
#include "engine/log/log.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/log/opening.h"
#include "tests/property/runs.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

// --- proofs ----------------------------------------------------------------------------------------------------------

void everythingIsProven(uint64_t seed) {
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 4);
  std::map<Position, Hash> seen;  // what was said to be the root, when it was the head's
  demo.open();
  for (size_t at = 0; at < lines.size();) {
    size_t to = std::min(lines.size(), at + 1 + random.below(60));
    demo.feed(lines, at, to);
    seen[demo.journal().head()] = demo.journal().rootAt(demo.journal().head());
    at = to;
  }
  demo.close();

  ClearLines noKey;
  auto answer = openLog({demo.where(), "", {}}, noKey, Access::READ);
  ASSERT_TRUE(std::holds_alternative<OpenedLog>(answer));
  Log& log = *std::get<OpenedLog>(answer).log;
  Head head = log.durable();
  Frontier grown;
  for (Position p = 0; p < head.size; ++p) {
    auto leaf = leafHash(log.entry(p));
    ASSERT_EQ(grown.root(), log.rootAt(p));
    ASSERT_TRUE(verifyConsistency(p, grown.root(), head.size, head.root, log.consistency(p, head.size))) << p;
    ASSERT_TRUE(verifyInclusion(leaf, p, head.size, log.inclusion(p, head.size), head.root)) << p;
    uint64_t between = p + 1 + random.below(head.size - p);
    ASSERT_TRUE(verifyInclusion(leaf, p, between, log.inclusion(p, between), log.rootAt(between)))
        << p << " " << between;
    ASSERT_TRUE(verifyConsistency(p, grown.root(), between, log.rootAt(between), log.consistency(p, between)));
    ASSERT_FALSE(verifyConsistency(p + 1, leaf, head.size, head.root, log.consistency(p + 1, head.size)) && p > 0);
    grown.append(leaf);
  }
  ASSERT_EQ(grown.root(), head.root);
  for (auto& [size, root] : seen) ASSERT_EQ(log.rootAt(size), root) << "a root that was told once is another now";
}

// --- index -----------------------------------------------------------------------------------------------------------

struct Found {
  std::map<BookId, std::vector<std::string>> books;
  std::vector<std::string> tags;
};

Found lookedUp(test::DemoJournal& demo, const std::set<BookId>& books, const std::vector<std::string>& lines) {
  Found found;
  for (auto& book : books)
    demo.journal().scanBook(book, 1, [&](const BookRow& row) {
      found.books[book].push_back(std::to_string(row.number) + "@" + std::to_string(row.position) + " " +
                                  toHex(row.leaf));
      return true;
    });
  for (size_t i = 0; i < lines.size(); i += 7) {  // an identifier or a tag that is not found would make a new event
    auto outcome = demo.submit(lines[i]);
    found.tags.push_back(std::string(outcomeName(outcome.kind)) + " " + std::to_string(outcome.receipt.position));
  }
  return found;
}

void indexIsMadeAgain(uint64_t seed) {
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 4);
  demo.open();
  size_t cut = random.below(lines.size());
  demo.feed(lines, 0, cut);
  demo.open();  // what is kept live was partly read back
  demo.feed(lines, cut, lines.size());
  std::set<BookId> books;
  Position head = demo.journal().head();
  for (Position p = 0; p < head; ++p) {
    auto event = demo.journal().read(p);
    for (auto& line : event->lines) books.insert(line.book);
  }
  auto live = lookedUp(demo, books, lines);
  ASSERT_EQ(demo.journal().head(), head) << "a repeated command left an entry";
  ASSERT_GT(books.size(), 30u);

  demo.close();
  std::filesystem::remove_all(demo.where() + "/index");
  demo.open();
  auto rebuilt = lookedUp(demo, books, lines);
  EXPECT_EQ(rebuilt.books, live.books);
  EXPECT_EQ(rebuilt.tags, live.tags);
  demo.open();  // and once more from the files that the rebuilt one left
  auto again = lookedUp(demo, books, lines);
  EXPECT_EQ(again.books, live.books);
  EXPECT_EQ(again.tags, live.tags);
}

}  // namespace

TEST(Property, EveryPrefixAndEveryPositionIsProven) { test::forEachHistory(2, everythingIsProven); }
TEST(Property, IndexRebuiltFromTheLogEqualsTheOneKeptLive) { test::forEachHistory(2, indexIsMadeAgain); }

}  // namespace liggare
