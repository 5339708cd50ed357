// The log: the one truth. Appends commits to a store, keeps the tree, knows how far it is durable, and reads.
//
//        appended() ─┐                 written, visible to nobody
//   ── durable() ────┘                 synced: what readers, followers, checkpoints and answers may reach
//
//   Life         createLog → openLog (opening.h) → append … sync … → destroyed. After a fault in append or sync it is
//                poisoned: every further append and sync throws, and only opening again tells what the disk holds.
//   Invariants   positions are dense from 0; durable() is never above appended() and never goes back; the root of
//                appended() is that of all entries before it
//   Threads      append and truncateAbove: the writer, one at a time. sync: the syncer, beside the writer. Everything
//                else: any.
//   Not here     no queue, no threads, no event kinds, no keys
#pragma once

#include <atomic>
#include <mutex>

#include "engine/kv/store.h"
#include "engine/log/commit.h"
#include "engine/log/tree.h"

namespace liggare {

// One commit as it was read: header and entries, which never change.
class Commit {
 public:
  const CommitHeader& header() const { return head; }
  bool holds(Position position) const { return position >= head.first && position - head.first < head.count; }
  // The stored bytes; requires holds(position). They live as long as the commit.
  Bytes entry(Position position) const;

 private:
  friend class Log;
  CommitHeader head;
  Buffer value;
  std::vector<Bytes> entries;
};

class Log {
 public:
  // A log over rows that are known to be whole up to `end` (opening.h finds that out). Throws FAILED when the tiles and
  // entries do not give that root.
  Log(std::unique_ptr<Store> store, LineSealer& lines, const Head& end);
  ~Log();

  // --- the writer
  // -----------------------------------------------------------------------------------------------------

  // Writes a commit that begins at appended().size.
  //   Durable   at return with Sync::YES (durable() has then advanced over it); otherwise after the next sync()
  //   Returns   the head after it
  Head append(CommitBuilder&& commit, Sync sync);
  Head appended() const;
  // Makes everything appended so far durable and advances durable(). Returns the new durable head.
  Head sync();
  // Forgets every entry at or above `size`, which is a commit's end and not below durable().size: a suffix nobody has
  // seen.
  void truncateAbove(uint64_t size);

  // --- how far
  // ----------------------------------------------------------------------------------------------------------

  Head durable() const;
  uint64_t durableSize() const { return durableEnd.load(std::memory_order_acquire); }

  // --- readers: positions below durable().size
  // ----------------------------------------------------------------------------

  std::shared_ptr<const Commit> commitAt(Position position);
  Buffer entry(Position position);
  EntryFields fields(Position position);
  Hash leafAt(Position position) { return hashAt(0, position); }
  // Throws FAILED when the line sealer cannot open them.
  std::vector<StoredLine> lines(Position position);
  std::vector<std::vector<StoredLine>> lines(const Commit& commit) {
    return linesOf(commit)->lines;
  }  // of all its entries
  // Nothing when the entry seals nothing. Parts that were removed are there as digests.
  std::optional<SealedHalf> sealed(Position position);
  std::vector<std::optional<SealedHalf>> sealed(const Commit& commit);

  // The hash of a complete node: from tiles, or from what the writer holds of the last ones.
  Hash hashAt(unsigned height, uint64_t index);
  HashReader hashes() {
    return [this](unsigned height, uint64_t index) { return hashAt(height, index); };
  }
  Hash rootAt(uint64_t size);
  Head headAt(uint64_t size) { return {size, rootAt(size)}; }
  Proof inclusion(Position position, uint64_t size);
  Proof consistency(uint64_t older, uint64_t newer);
  // Bytes of a tile as C2SP serves them, of any width that the durable size has.
  Buffer tile(const TileId& tile);
  // Concatenated (length u16 ‖ entry) of one bundle.
  Buffer entryBundle(uint64_t index, unsigned width);

  // --- destruction
  // --------------------------------------------------------------------------------------------------------

  // Removes every ciphertext of these entries for good: flush, rewrite, flush, compact. Digests stay, so do all proofs.
  //   Durable   when it returns no table or log file holds the old values; a crash in between is repeated
  void removeCiphertext(std::span<const Position> positions);
  // Disposes of lines: those `gone` says, of these entries. Digests stay.
  void disposeLines(std::span<const Position> positions, const std::function<bool(const Line&)>& gone);

  Store& storage() { return *store; }
  LineSealer& lineSealer() { return lineKeys; }
  void keep(std::unique_ptr<DirLock> held) { lock = std::move(held); }

 private:
  std::unique_ptr<DirLock> lock;  // dies after the store
  std::unique_ptr<Store> store;
  LineSealer& lineKeys;

  mutable std::mutex treeLock;  // guards tree and inFlight
  TileTree tree;
  std::vector<FullTile> inFlight;  // completed by the commit that is being written
  mutable std::mutex headLock;     // guards the two heads
  Head writtenHead;
  Head durableHead;
  std::atomic<uint64_t> durableEnd{0};
  std::atomic<bool> poisoned{false};

  static constexpr size_t COMMITS_KEPT = 8, TILES_KEPT = 64;
  struct KeptTile {
    unsigned level = 0;
    uint64_t index = 0;
    std::shared_ptr<const std::vector<Hash>> hashes;
  };
  struct OpenedLines {
    Position last = 0;
    std::vector<std::vector<StoredLine>> lines;
  };
  std::mutex cacheLock;  // guards the four below; never held while reading the store
  std::shared_ptr<const OpenedLines> openedLines;
  std::array<std::shared_ptr<const Commit>, COMMITS_KEPT> commits;
  size_t nextCommit = 0;
  std::array<KeptTile, TILES_KEPT> tiles;

  void advance(const Head& head);
  void requireDurable(Position position) const;
  // Grows the tree by the commit, completes its header, and gives the rows to write.
  Batch grow(CommitBuilder& commit, CommitHeader& header);
  std::shared_ptr<const Commit> find(Position position);
  std::shared_ptr<const OpenedLines> linesOf(const Commit& commit);
  Buffer row(const RowKey& key);
  void forgetCaches();
  std::shared_ptr<const std::vector<Hash>> fullTile(unsigned level, uint64_t index);
  TileTree loadTree(uint64_t size);
  // Flush, rewrite, flush, compact: after it no file holds the rows' old values.
  void replaceRows(const std::vector<std::pair<RowKey, Buffer>>& rows);
};

// What the engine says in clear at or above `from`, in order.
void eachFact(Log& log, Position from, const std::function<void(Position, const EngineFact&)>& visit);

// Erases, durably, the rows of every commit that reaches `size` or beyond. Returns how many there were.
uint64_t dropRowsFrom(Store& store, uint64_t size);

}  // namespace liggare
