// A follower goes on where it was, and only in the log it was in.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/follow/follower.h"
#include "engine/hash/merkle.h"

namespace liggare {
namespace {

// A log of leaves only: what a follower looks at.
class Leaves : public EventSource {
 public:
  std::string name = "liggare.test/f";
  std::vector<Hash> all;
  void grow(size_t count, uint8_t with = 1) {
    for (size_t i = 0; i < count; ++i) all.push_back(leafHash(Buffer{with, uint8_t(all.size())}));
  }
  Position head() const override { return all.size(); }
  Hash rootAt(Position size) override { return rootOf(std::span(all).first(size)); }
  std::string origin() const override { return name; }
  bool isDemo() const override { return true; }
  Micros lastRecordedAt() const override { return 0; }
  Position waitForHead(Position, Micros) override { return head(); }
  std::optional<OpenedEvent> read(Position position, Open) override {
    if (position >= head()) return std::nullopt;
    KJ_REQUIRE(position != broken, "a broken entry");
    OpenedEvent out;
    out.entry.position = position;
    return out;
  }
  void scanBook(const BookId&, Number, const std::function<bool(const BookRow&)>&) override {}
  std::optional<SubjectKey> find(schema::RefKind, const std::string&) override { return std::nullopt; }
  Position broken = ~Position{0};
};

struct Following : testing::Test {
  Leaves log;
  std::vector<Position> seen;
  std::function<bool(const OpenedEvent&)> visit = [this](const OpenedEvent& event) {
    seen.push_back(event.entry.position);
    return true;
  };
  void SetUp() override { log.grow(5); }
};

TEST_F(Following, ReadsEachEventOnceAndGoesOnFromItsCursor) {
  Follower first(log, 2);
  EXPECT_EQ(first.catchUp(visit), 3u);
  auto kept = FollowCursor::read(first.cursor().text());
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(*kept, first.cursor());
  log.grow(3);
  Follower again(log, *kept);
  EXPECT_EQ(again.doubt(), Follower::Doubt::NONE);
  EXPECT_EQ(again.catchUp(visit), 3u);
  EXPECT_EQ(again.catchUp(visit), 0u);
  EXPECT_EQ(seen, (std::vector<Position>{2, 3, 4, 5, 6, 7}));
  EXPECT_FALSE(again.wait(0));
}

TEST_F(Following, RefusesALogThatIsNotTheOneItFollowed) {
  Follower follower(log, 0);
  follower.catchUp(visit);
  auto cursor = follower.cursor();
  Leaves shorter, forked, other;
  shorter.grow(4);
  forked.grow(4);
  forked.grow(4, 2);
  other.grow(8);
  other.name = "liggare.test/g";
  for (auto [source, doubt] : {std::pair<Leaves*, Follower::Doubt>{&shorter, Follower::Doubt::SHORTER},
                               {&forked, Follower::Doubt::FORKED},
                               {&other, Follower::Doubt::OTHER_LOG}}) {
    Follower misled(*source, cursor);
    EXPECT_EQ(misled.doubt(), doubt);
    size_t before = seen.size();
    EXPECT_ANY_THROW(misled.catchUp(visit));
    EXPECT_EQ(seen.size(), before);
  }
  // Also while it is running.
  log.all[1] = emptyRoot();
  EXPECT_ANY_THROW(follower.catchUp(visit));
}

TEST_F(Following, RemembersWhatWasReadWhenReadingStops) {
  Follower follower(log, 0);
  EXPECT_EQ(follower.catchUp([](const OpenedEvent& event) { return event.entry.position < 1; }), 2u);
  EXPECT_EQ(follower.cursor().root, log.rootAt(2));
  log.broken = 3;
  EXPECT_ANY_THROW(follower.catchUp(visit));
  EXPECT_EQ(follower.position(), 3u);
  EXPECT_EQ(follower.cursor().root, log.rootAt(3));
}

TEST_F(Following, ACursorIsReadInItsOneForm) {
  std::string good = FollowCursor{"liggare.test/f", 3, emptyRoot()}.text();
  for (std::string bad : {std::string(), good + "x\n", good.substr(0, good.size() - 1), "\n" + good, good + "\n"})
    EXPECT_FALSE(FollowCursor::read(bad).has_value()) << bad;
}

}  // namespace
}  // namespace liggare
