#include "engine/log/log.h"

#include <kj/debug.h>

namespace liggare {

Bytes Commit::entry(Position position) const {
  KJ_REQUIRE(holds(position), "another commit's entry", position, head.first);
  return entries[position - head.first];
}

Log::Log(std::unique_ptr<Store> rows, LineSealer& lines, const Head& end) : store(std::move(rows)), lineKeys(lines) {
  tree = loadTree(end.size);
  KJ_REQUIRE(tree.root() == end.root, "tiles and entries do not give the root the log ends with", end.size);
  writtenHead = end;
  advance(end);
}

Log::~Log() = default;

Head Log::append(CommitBuilder&& commit, Sync sync) {
  KJ_REQUIRE(!poisoned, "this log failed before; open it again");
  KJ_REQUIRE(!commit.empty(), "a commit without entries");
  KJ_REQUIRE(appended().size == commit.first(), "a commit that does not follow", commit.first());
  // From here a fault leaves tree and store apart: nobody may append again.
  KJ_ON_SCOPE_FAILURE(poisoned = true);
  CommitHeader header{COMMIT_FORMAT, commit.first(), uint16_t(commit.count()), {}, durable(), commit.vaultVersion};
  Batch batch = grow(commit, header);
  store->write(batch, sync);
  {
    std::lock_guard guard(treeLock);
    inFlight.clear();
  }
  Head head{header.sizeAfter(), header.root};
  {
    std::lock_guard guard(headLock);
    writtenHead = head;
  }
  if (sync == Sync::YES) advance(head);
  return head;
}

Batch Log::grow(CommitBuilder& commit, CommitHeader& header) {
  std::vector<FullTile> full;
  Buffer frontier;
  {
    std::lock_guard guard(treeLock);
    KJ_ASSERT(tree.size() == header.first);
    for (const Hash& leaf : commit.leaves) tree.append(leaf, full);
    header.root = tree.root();
    if (!full.empty()) frontier = tree.frontier().encode();
    inFlight = full;  // readers below the durable head may need them before they are in the store
  }
  // The header comes first, so that it lies at the beginning of the record in the write-ahead log (opening.c++ looks
  // there).
  Position last = header.last();
  Batch out;
  out.put(encodeRowKey({last, RowKind::HEADER, 0}), encodeCommitHeader(header));
  out.put(encodeRowKey({last, RowKind::ENTRIES, 0}), std::move(commit.entries));
  out.put(encodeRowKey({last, RowKind::LINES, 0}), lineKeys.seal(last, commit.lines));
  for (size_t group = 0; group < commit.sealed.size(); ++group) {
    out.put(encodeRowKey({last, RowKind::SEALED, uint16_t(group)}), std::move(commit.sealed[group]));
  }
  for (FullTile& tile : full) out.put(encodeRowKey({last, RowKind::TILE, uint16_t(tile.level)}), std::move(tile.bytes));
  if (!frontier.empty()) out.put(encodeRowKey({last, RowKind::FRONTIER, 0}), std::move(frontier));
  return out;
}

Head Log::appended() const {
  std::lock_guard guard(headLock);
  return writtenHead;
}

Head Log::sync() {
  KJ_REQUIRE(!poisoned, "this log failed before; open it again");
  KJ_ON_SCOPE_FAILURE(poisoned = true);  // after a failed sync nobody knows what the disk holds
  Head target = appended();              // what is written later may be synced too, but is not promised
  store->syncWal();
  advance(target);
  return target;
}

void Log::truncateAbove(uint64_t size) {
  KJ_REQUIRE(!poisoned, "this log failed before; open it again");
  KJ_REQUIRE(size >= durableSize(), "what is durable is never taken back", size, durableSize());
  if (size == appended().size) return;
  KJ_ON_SCOPE_FAILURE(poisoned = true);
  KJ_REQUIRE(size == 0 || find(size - 1)->header().sizeAfter() == size, "not the end of a commit", size);
  dropRowsFrom(*store, size);
  forgetCaches();
  std::lock_guard guard(treeLock);
  tree = loadTree(size);
  {
    std::lock_guard heads(headLock);
    writtenHead = {size, tree.root()};
  }
}

Head Log::durable() const {
  std::lock_guard guard(headLock);
  return durableHead;
}

void Log::advance(const Head& head) {
  std::lock_guard guard(headLock);
  if (head.size < durableHead.size) return;
  durableHead = head;
  durableEnd.store(head.size, std::memory_order_release);
}

uint64_t dropRowsFrom(Store& store, uint64_t size) {
  Batch batch;
  auto cursor = store.cursor({seekKey(size), {}});
  for (cursor->seekFirst(); cursor->valid(); cursor->next()) batch.erase(cursor->key());
  uint64_t dropped = batch.all().size();
  if (dropped > 0) store.write(batch, Sync::YES);
  return dropped;
}

}  // namespace liggare
