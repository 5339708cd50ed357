// The store's contract in memory: an ordered map behind a lock. Cursors copy the row they stand on.
#include <map>
#include <mutex>

#include <kj/debug.h>

#include "engine/kv/store.h"

namespace liggare {
namespace {

struct Rows {
  std::mutex lock;
  std::map<Buffer, Buffer> map;
};

Buffer copy(Bytes b) { return {b.begin(), b.end()}; }

class MemoryCursor : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<Rows> rows, Bounds bounds) : rows(std::move(rows)), bounds(std::move(bounds)) {}

  void seek(Bytes key) override {
    std::lock_guard guard(rows->lock);
    settle(rows->map.lower_bound(std::max(copy(key), bounds.from)));
  }
  void seekFirst() override { seek(bounds.from); }
  void seekLast() override {
    std::lock_guard guard(rows->lock);
    stepBack(bounds.to.empty() ? rows->map.end() : rows->map.lower_bound(bounds.to));
  }
  void seekBack(Bytes key) override {
    std::lock_guard guard(rows->lock);
    Buffer wanted = copy(key);
    if (!bounds.to.empty() && wanted >= bounds.to) {
      stepBack(rows->map.lower_bound(bounds.to));
    } else {
      stepBack(rows->map.upper_bound(wanted));
    }
  }
  void next() override {
    KJ_REQUIRE(row.has_value(), "a cursor at its end");
    std::lock_guard guard(rows->lock);
    settle(rows->map.upper_bound(row->first));
  }
  void prev() override {
    KJ_REQUIRE(row.has_value(), "a cursor at its end");
    std::lock_guard guard(rows->lock);
    stepBack(rows->map.lower_bound(row->first));
  }
  bool valid() const override { return row.has_value(); }
  Bytes key() const override { return here().first; }
  Bytes value() const override { return here().second; }

 private:
  using Iterator = std::map<Buffer, Buffer>::iterator;
  std::shared_ptr<Rows> rows;
  Bounds bounds;
  std::optional<std::pair<Buffer, Buffer>> row;

  const std::pair<Buffer, Buffer>& here() const {
    KJ_REQUIRE(row.has_value(), "a cursor at its end");
    return *row;
  }
  void settle(Iterator at) {
    bool within = at != rows->map.end() && at->first >= bounds.from && (bounds.to.empty() || at->first < bounds.to);
    if (within)
      row = *at;
    else
      row.reset();
  }
  void stepBack(Iterator end) {
    if (end == rows->map.begin())
      row.reset();
    else
      settle(std::prev(end));
  }
};

}  // namespace

class MemoryStore : public Store {
 public:
  std::optional<Buffer> get(Bytes key) override {
    std::lock_guard guard(rows->lock);
    auto found = rows->map.find(copy(key));
    if (found == rows->map.end()) return std::nullopt;
    return found->second;
  }
  void write(Batch& batch, Sync sync) override {
    std::lock_guard guard(rows->lock);
    for (Batch::Op& op : batch.ops) {
      if (op.value)
        rows->map.insert_or_assign(std::move(op.key), std::move(*op.value));
      else
        rows->map.erase(op.key);
    }
    count.walBytes += batch.bytes();
    ++count.batches;
    if (sync == Sync::YES) ++count.walSyncs;
    batch.clear();
  }
  void syncWal() override {
    std::lock_guard guard(rows->lock);
    ++count.walSyncs;
  }
  void flush() override {}
  void compact(Bytes, Bytes) override {}
  std::unique_ptr<Cursor> cursor(Bounds bounds) override {
    return std::make_unique<MemoryCursor>(rows, std::move(bounds));
  }
  void ingest(const SortedRows& source) override {
    Bytes key, value;
    std::optional<Buffer> last;
    while (source(key, value) == More::YES) {
      Buffer owned = copy(key);
      KJ_REQUIRE(!last.has_value() || *last < owned, "rows to ingest are not in ascending order");
      std::lock_guard guard(rows->lock);
      rows->map.insert_or_assign(owned, copy(value));
      count.tableBytes += key.size() + value.size();
      last = std::move(owned);
    }
  }
  void verifyChecksums() override {}
  StoreCounters counters() const override {
    std::lock_guard guard(rows->lock);
    return count;
  }

 private:
  std::shared_ptr<Rows> rows = std::make_shared<Rows>();
  StoreCounters count;
};

std::unique_ptr<Store> memoryStore() { return std::make_unique<MemoryStore>(); }

Bounds prefixBounds(Bytes prefix) {
  Bounds out{copy(prefix), copy(prefix)};
  while (!out.to.empty() && out.to.back() == 0xFF) out.to.pop_back();
  if (!out.to.empty()) ++out.to.back();
  return out;
}

}  // namespace liggare
