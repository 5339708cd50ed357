// A commit: the rows that one batch writes, whole or not at all. The key order is the life of the log: rising, so that
// tables only ever move down and are never rewritten.
//
//   key = last position u64 ‖ kind u8 ‖ sub u16
//
//   kind 1  header format u8 ‖ first u64 ‖ count u16 ‖ root after 32 ‖ durable size u64 ‖ durable root 32 ‖ vault
//           version u64
//   kind 2  entries    (length u16 ‖ entry)*                        never rewritten; the C2SP entry bundle's own form
//   kind 3  lines      what the line sealer made of: per entry count u16 ‖ lines (book.h)
//   kind 4  sealed     sub = group of 16 entries; (length u32 ‖ sealed half)*, length 0 when an entry seals nothing
//   kind 5  tile       sub = level; 8192 bytes; a commit of at most 256 entries completes at most one per level
//   kind 6  frontier   size u64 ‖ peaks; written when the commit completes a tile
#pragma once

#include "engine/hash/sealed-form.h"
#include "engine/log/book.h"
#include "engine/log/checkpoint.h"
#include "engine/log/entry.h"

namespace liggare {

constexpr uint8_t COMMIT_FORMAT = 0;  // until the log issue closes
constexpr size_t COMMIT_ENTRIES_MAX = 256;
constexpr size_t COMMIT_BYTES_MAX = 1 << 20;
constexpr size_t SEALED_PER_VALUE = 16;

enum class RowKind : uint8_t { HEADER = 1, ENTRIES = 2, LINES = 3, SEALED = 4, TILE = 5, FRONTIER = 6 };

struct RowKey {
  Position last = 0;
  RowKind kind = RowKind::HEADER;
  uint16_t sub = 0;
  bool operator==(const RowKey&) const = default;
};
constexpr size_t ROW_KEY_BYTES = 11;
Buffer encodeRowKey(const RowKey& key);
std::optional<RowKey> decodeRowKey(Bytes bytes);  // kind may be one this version does not know
// The first key that the commit holding `position` can have.
Buffer seekKey(Position position);

struct CommitHeader {
  uint8_t format = COMMIT_FORMAT;
  Position first = 0;
  uint16_t count = 0;
  Hash root;                  // of the tree after this commit
  Head durable;               // the durable head when the commit was built: evidence that outlives a damage before it
  uint64_t vaultVersion = 0;  // the vault this commit's ciphertexts need
  Position last() const { return first + count - 1; }
  uint64_t sizeAfter() const { return first + count; }
  bool operator==(const CommitHeader&) const = default;
};
constexpr size_t COMMIT_HEADER_BYTES = 1 + 8 + 2 + 32 + 8 + 32 + 8;
Buffer encodeCommitHeader(const CommitHeader& header);
std::optional<CommitHeader> decodeCommitHeader(Bytes bytes);

// Splits the value of entries. Nothing when lengths do not add up.
std::optional<std::vector<Bytes>> splitEntries(Bytes value);
// Splits a value of sealed halves; an empty span where nothing is sealed.
std::optional<std::vector<Bytes>> splitSealed(Bytes value);
Buffer joinSealed(std::span<const Buffer> halves);
// Splits the opened value of lines into those of `count` entries.
std::optional<std::vector<std::vector<StoredLine>>> splitLines(Bytes opened, size_t count);
Buffer joinLines(std::span<const std::vector<StoredLine>> lines);

// Gathers the entries of one commit. Hashes as it goes, so that the sealer's work is spread and the log's append is
// short.
//
//   Threads   one at a time; hand it to Log::append by moving
class CommitBuilder {
 public:
  explicit CommitBuilder(Position first, uint64_t vaultVersion = 0);

  Position next() const { return firstPosition + leaves.size(); }
  Position first() const { return firstPosition; }
  size_t count() const { return leaves.size(); }
  bool empty() const { return leaves.empty(); }
  size_t bytes() const { return entries.size() + lines.size() + sealedBytes; }
  // Whether a command of so many entries and bytes still fits. An empty commit takes any command that is legal by
  // itself.
  bool hasRoom(size_t moreEntries, size_t moreBytes) const;
  void needVault(uint64_t version) { vaultVersion = std::max(vaultVersion, version); }

  // Adds an entry. Position, line count, lines root and sealed digest are filled in here; the rest is the caller's.
  //   sealedHalf   the stored form (sealed-form.h), empty when nothing is sealed, then with a zero digest
  //   returns      the leaf hash: with the position, the receipt
  Hash add(EntryFields fields, std::span<const Line> bookLines, Bytes sealedHalf, const Hash& sealedDigest);
  Hash add(const EntryFields& fields, std::span<const Line> bookLines, const SealedHalf& half);
  Hash add(const EntryFields& fields, std::span<const Line> bookLines) { return add(fields, bookLines, {}, Hash{}); }
  // A commit's bytes that were made elsewhere (a replica): entry as stored.
  Hash addStored(Bytes entry, std::span<const StoredLine> bookLines, Bytes sealedHalf);

  std::span<const Hash> leafHashes() const { return leaves; }

 private:
  friend class Log;
  Position firstPosition;
  uint64_t vaultVersion;
  Buffer entries, lines;
  std::vector<Buffer> sealed;  // one value per group of 16
  size_t sealedBytes = 0;
  std::vector<Hash> leaves;

  void addSealed(Bytes half);
  Hash finishEntry(size_t entryAt);
};

}  // namespace liggare
