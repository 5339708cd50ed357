// A destruction's row in the vault, and what rewrapping does to the streams.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/vault/memory-key-holder.h"
#include "engine/vault/vault.h"

namespace liggare {
namespace {

template <typename Id>
Id id(uint8_t n) {
  Id out;
  out.bytes[0] = n;
  out.bytes[15] = n;
  return out;
}

Destruction example() {
  Destruction out;
  out.event = id<EventId>(1);
  out.decision = 96;
  out.stage = DestructionStage::LISTED;
  out.items = {{86, 7, id<BookId>(2), id<SubjectKey>(3)}, {88, 9, id<BookId>(2), id<SubjectKey>(3)}};
  return out;
}

TEST(DestructionRow, IsReadAsItWasWritten) {
  EXPECT_EQ(decodeDestruction(destructionKey(example().event), encodeDestruction(example())), example());
  Destruction fresh{id<EventId>(4), 5, DestructionStage::DECIDED, {}};
  EXPECT_EQ(decodeDestruction(destructionKey(fresh.event), encodeDestruction(fresh)), fresh);
}

TEST(DestructionRow, IsRefusedCutShortLongerOrOutOfOrder) {
  const Buffer key = destructionKey(example().event), whole = encodeDestruction(example());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decodeDestruction(key, Bytes(whole).first(size)).has_value()) << size;
  Buffer longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(decodeDestruction(key, longer).has_value());
  EXPECT_FALSE(decodeDestruction(Bytes(key).first(16), whole).has_value());
  auto changed = [&](size_t at, uint8_t to) {
    Buffer bytes = whole;
    bytes[at] = to;
    return decodeDestruction(key, bytes).has_value();
  };
  EXPECT_FALSE(changed(0, 2)) << "a later format";
  EXPECT_FALSE(changed(1, 0)) << "no stage";
  EXPECT_FALSE(changed(1, 5)) << "no stage";
  EXPECT_FALSE(changed(10, 0xff)) << "more items than bytes";
  EXPECT_FALSE(changed(14 + 48 + 7, 86)) << "one position twice";
  EXPECT_FALSE(changed(14 + 15, 0)) << "numbers begin at 1";
}

struct Rewrapping : testing::Test {
  SeededRandom random{7};
  MemoryKeyHolder holder{"liggare.example/region", random};
  std::unique_ptr<Store> store = memoryStore();
  Vault vault{*store, holder, random, 64};
  const SubjectKey owner = id<SubjectKey>(3), other = id<SubjectKey>(4);
  const BookId one = id<BookId>(1), two = id<BookId>(2), theirs = id<BookId>(5);

  void SetUp() override {
    const StreamOwner streams[] = {{one, owner}, {two, owner}, {theirs, other}};
    vault.ensureStreams(streams);
  }
};

TEST_F(Rewrapping, TakesOutWhatIsGoneAndKeepsEveryOtherLeaf) {
  const Key kept = vault.leaf(one, 6).key, untouched = vault.leaf(two, 7).key;
  holder.beginEpoch(owner);
  const DestroyedItem gone[] = {{10, 7, one, owner}, {11, 2, one, owner}};
  const std::vector<SubjectKey> owners{owner};
  vault.rewrap(owners, gone);
  const uint64_t version = vault.version();
  vault.rewrap(owners, gone);
  EXPECT_EQ(vault.version(), version) << "asked again it writes nothing";
  holder.destroyEpoch(owner, 1);
  for (Number n : {7u, 2u}) EXPECT_EQ(vault.leaf(one, n).fault, KeyFault::PUNCTURED);
  EXPECT_TRUE(vault.leaf(one, 6).key == kept);
  EXPECT_TRUE(vault.leaf(two, 7).key == untouched);
  Vault again(*store, holder, random, 64);
  EXPECT_EQ(again.leaf(one, 7).fault, KeyFault::PUNCTURED);
  EXPECT_TRUE(again.leaf(one, 6).key == kept);
  const StreamsByEpoch wanted{{{other, 1}, 1}, {{owner, 2}, 2}};
  EXPECT_EQ(again.streamsByEpoch(), wanted);
}

TEST_F(Rewrapping, StopsAtARecordThatDoesNotOpen) {
  Buffer key{'S'};
  append(key, two);
  auto value = store->get(key);
  value->back() ^= 1;
  Batch batch;
  batch.put(Bytes(key), Bytes(*value));
  store->write(batch, Sync::YES);
  holder.beginEpoch(owner);
  EXPECT_THROW(vault.rewrap({owner}, {}), kj::Exception) << "or destroying the old key would lose it";
}

TEST_F(Rewrapping, RemembersDestructionsByDecision) {
  auto later = example(), earlier = example();
  earlier.event = id<EventId>(9);
  earlier.decision = 5;
  vault.keep(later);
  vault.keep(earlier);
  EXPECT_EQ(vault.destructions(), (std::vector<Destruction>{earlier, later}));
  later.stage = DestructionStage::DONE;
  vault.keep(later);
  vault.forget(earlier.event);
  EXPECT_EQ(destructionsIn(*store), std::vector<Destruction>{later});
  Batch batch;
  batch.put(destructionKey(id<EventId>(2)), Buffer{1, 2, 3});
  store->write(batch, Sync::YES);
  EXPECT_THROW(vault.destructions(), kj::Exception);
}

}  // namespace
}  // namespace liggare
