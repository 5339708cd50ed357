// One contract, two stores: what holds for RocksDB holds for memory, so that tests on memory mean something.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include <filesystem>
#include <map>

#include "engine/base/random.h"
#include "engine/kv/store.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

Buffer b(std::string_view text) { return Buffer(text.begin(), text.end()); }
std::string s(const std::optional<Buffer>& value) {
  return value ? std::string(value->begin(), value->end()) : "(none)";
}

struct InMemory {
  std::unique_ptr<Store> store = memoryStore();
};
template <RocksProfile PROFILE>
struct OnDisk {
  Scratch scratch;
  std::unique_ptr<Store> store = openRocks(scratch.path() + "/store", PROFILE, Mode::CREATE);
};

template <typename Where>
class StoreContract : public testing::Test {
 protected:
  Where where;
  Store& store = *where.store;

  void put(std::string_view key, std::string_view value, Sync sync = Sync::NO) {
    Batch batch;
    batch.put(b(key), b(value));
    store.write(batch, sync);
  }
  std::string all(Bounds bounds = {}) {
    std::string out;
    auto cursor = store.cursor(bounds);
    for (cursor->seekFirst(); cursor->valid(); cursor->next()) out += std::string(asText(cursor->key())) + " ";
    return out;
  }
};

using Stores = testing::Types<InMemory, OnDisk<RocksProfile::LOG>, OnDisk<RocksProfile::VAULT>,
                              OnDisk<RocksProfile::INDEX>, OnDisk<RocksProfile::VIEWS>>;
TYPED_TEST_SUITE(StoreContract, Stores);

TYPED_TEST(StoreContract, GivesBackWhatWasPutAndNothingElse) {
  EXPECT_FALSE(this->store.get(b("a")));
  this->put("a", "1");
  this->put("a", "2");
  this->put("empty", "");
  EXPECT_EQ(s(this->store.get(b("a"))), "2");
  EXPECT_EQ(s(this->store.get(b("empty"))), "");
  EXPECT_FALSE(this->store.get(b("b")));
}

TYPED_TEST(StoreContract, WritesABatchInOrderAndLeavesItEmpty) {
  Batch batch;
  batch.put(b("a"), b("1"));
  batch.put(b("b"), b("1"));
  batch.erase(b("a"));
  batch.put(b("b"), b("2"));
  EXPECT_GT(batch.bytes(), 0u);
  this->store.write(batch, Sync::YES);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(this->all(), "b ");
  EXPECT_EQ(s(this->store.get(b("b"))), "2");
}

TYPED_TEST(StoreContract, CursorsGoBothWaysWithinTheirBounds) {
  for (const char* key : {"a", "b", "c", "d", "e"}) this->put(key, key);
  EXPECT_EQ(this->all(), "a b c d e ");
  EXPECT_EQ(this->all({b("b"), b("d")}), "b c ");
  EXPECT_EQ(this->all({b("bb"), {}}), "c d e ");
  auto cursor = this->store.cursor({b("b"), b("e")});
  cursor->seekLast();
  EXPECT_EQ(asText(cursor->key()), "d");
  cursor->prev();
  EXPECT_EQ(asText(cursor->key()), "c");
  cursor->seekBack(b("bz"));
  EXPECT_EQ(asText(cursor->key()), "b");
  cursor->prev();
  EXPECT_FALSE(cursor->valid());
  cursor->seekBack(b("zz"));
  EXPECT_EQ(asText(cursor->key()), "d");
  cursor->next();
  EXPECT_FALSE(cursor->valid());
  cursor->seek(b("a"));
  EXPECT_EQ(asText(cursor->key()), "b");
  cursor->seek(b("c"));
  EXPECT_EQ(asText(cursor->value()), "c");
  cursor->seek(b("x"));
  EXPECT_FALSE(cursor->valid());
  EXPECT_THROW(cursor->next(), kj::Exception);
  EXPECT_THROW(cursor->key(), kj::Exception);
}

TYPED_TEST(StoreContract, KeysCompareAsUnsignedBytes) {
  this->put(std::string_view("\x7f", 1), "");
  this->put(std::string_view("\xff", 1), "");
  this->put(std::string_view("\x00", 1), "");
  auto cursor = this->store.cursor();
  cursor->seekLast();
  EXPECT_EQ(cursor->key()[0], 0xff);
  cursor->seekFirst();
  EXPECT_EQ(cursor->key()[0], 0x00);
}

TYPED_TEST(StoreContract, PrefixBoundsHoldEveryKeyWithThePrefixAndNoOther) {
  for (const char* key : {"a", "ab", "ab\xff", "ab\xff\xff", "ac"}) this->put(key, "");
  EXPECT_EQ(this->all(prefixBounds(b("ab"))), "ab ab\xff ab\xff\xff ");
  EXPECT_EQ(this->all(prefixBounds(b("ab\xff"))), "ab\xff ab\xff\xff ");
  EXPECT_TRUE(prefixBounds(b("\xff\xff")).to.empty());
}

TYPED_TEST(StoreContract, ACursorOutlivesItsStore) {
  this->put("a", "1");
  auto cursor = this->store.cursor();
  this->where.store.reset();
  cursor->seekFirst();
  EXPECT_EQ(asText(cursor->key()), "a");
}

TYPED_TEST(StoreContract, IngestedRowsJoinTheOthersAndReplaceThem) {
  this->put("a", "old");
  this->put("c", "kept");
  std::vector<std::pair<std::string, std::string>> rows{{"a", "new"}, {"b", "new"}};
  size_t at = 0;
  auto source = [&](Bytes& key, Bytes& value) {
    if (at == rows.size()) return More::NO;
    key = asBytes(rows[at].first);
    value = asBytes(rows[at++].second);
    return More::YES;
  };
  this->store.ingest(source);
  EXPECT_EQ(this->all(), "a b c ");
  EXPECT_EQ(s(this->store.get(b("a"))), "new");
  this->put("a", "newest");
  EXPECT_EQ(s(this->store.get(b("a"))), "newest");
  this->store.ingest([](Bytes&, Bytes&) { return More::NO; });
}

TYPED_TEST(StoreContract, IngestingRowsOutOfOrderIsRefused) {
  int i = 0;
  auto source = [&](Bytes& key, Bytes& value) {
    key = asBytes(i == 0 ? "b" : "a");
    value = {};
    return i++ < 2 ? More::YES : More::NO;
  };
  EXPECT_THROW(this->store.ingest(source), kj::Exception);
}

TYPED_TEST(StoreContract, FlushingAndCompactingChangeNothingThatIsRead) {
  for (int i = 0; i < 100; ++i) this->put("k" + std::to_string(i), "v");
  Batch batch;
  batch.erase(b("k7"));
  this->store.write(batch, Sync::NO);
  this->store.syncWal();
  std::string before = this->all();
  this->store.flush();
  this->store.compact({}, {});
  this->store.compact(b("k5"), b("k6"));
  this->store.verifyChecksums();
  EXPECT_EQ(this->all(), before);
}

// The same random operations on the store and on a map give the same rows.
TYPED_TEST(StoreContract, BehavesLikeAMap) {
  SeededRandom random(7);
  std::map<std::string, std::string> model;
  for (int i = 0; i < 400; ++i) {
    Batch batch;
    for (uint64_t n = random.below(4) + 1; n > 0; --n) {
      std::string key = std::to_string(random.below(50)), value = std::to_string(random.next());
      if (random.below(3) == 0) {
        batch.erase(b(key));
        model.erase(key);
      } else {
        batch.put(b(key), b(value));
        model[key] = value;
      }
    }
    this->store.write(batch, Sync::NO);
    if (random.below(40) == 0) this->store.flush();
  }
  std::map<std::string, std::string> found;
  auto cursor = this->store.cursor();
  for (cursor->seekFirst(); cursor->valid(); cursor->next()) {
    found[std::string(asText(cursor->key()))] = std::string(asText(cursor->value()));
  }
  EXPECT_EQ(found, model);
}

}  // namespace
}  // namespace liggare
