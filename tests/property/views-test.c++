// A view kept event by event and one built whole are the same bytes, however the keeping was cut into pieces.
#include "projections/views.h"

#include <gtest/gtest.h>

#include "tests/property/runs.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

using Digests = std::map<std::string_view, std::string>;

Digests digestsOf(const Views& views) {
  Digests all;
  for (auto view : ALL_VIEWS)
    all[viewName(view)] = toHex(views.digest(view)) + " of " + std::to_string(views.rowCount(view)) + " rows";
  return all;
}

void keptEqualsRebuilt(uint64_t seed) {
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 4);
  auto& journal = demo.open();
  auto keptRows = memoryStore();
  Views kept(*keptRows, journal);
  for (size_t at = 0; at < lines.size();) {
    size_t to = std::min(lines.size(), at + 1 + random.below(150));
    demo.feed(lines, at, to);
    kept.catchUp();
    at = to;
  }
  ASSERT_EQ(kept.position(), journal.head());
  auto asKept = digestsOf(kept);
  ASSERT_GT(kept.rowCount(ViewKind::ACCESS), 100u);

  auto otherRows = openRocks(place.path() + "/views", RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
  Views rebuilt(*otherRows, journal);
  rebuilt.rebuild(std::nullopt);
  EXPECT_EQ(digestsOf(rebuilt), asKept);

  auto anyView = ALL_VIEWS[random.below(ALL_VIEWS.size())];  // one alone, beside two that were kept
  kept.rebuild(anyView);
  EXPECT_EQ(digestsOf(kept), asKept) << viewName(anyView);
}

}  // namespace

TEST(Property, ViewsKeptInAnyPiecesEqualTheRebuilt) { test::forEachHistory(2, keptEqualsRebuilt); }

}  // namespace liggare
