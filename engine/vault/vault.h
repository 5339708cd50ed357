// The vault: one random secret per stream, wrapped by its owner's key in the key holder. Nothing is written per event.
//
//   'M'              format u8 = 1 ‖ origin                                           whose vault this is
//   'V'              version u64: rises by one with every batch; commits say which they need
//   'S' ‖ stream 16  format u8 = 1 ‖ owner 16 ‖ epoch u32 ‖ 24 nonce ‖ ciphertext ‖ 16 tag
//                    XChaCha20-Poly1305, AAD = stream ‖ owner ‖ epoch; plaintext: StreamSecret::serialise
//   'D' ‖ event 16   a destruction and how far it has come: destruction-row.h
//
// Life of a secret: drawn and synced before the first commit that needs it (ensureStreams), read by every sealing and
// opening (leaf, cached), punctured or rewrapped when something is destroyed. A crash between the vault's sync and the
// commit leaves a secret that nothing was sealed under: the next attempt finds it and uses it.
//
// Invariants
//   · a stream's secret is drawn once: two threads that ensure the same stream get the same secret
//   · when ensureStreams returns, the secrets are on disk; what a commit needs is in a backup taken after the log
//   · a stream never changes owner
//
// Threads   every function, any thread. Reads of different streams do not wait for each other's disk.
// Memory    cached secrets are wiped when they leave the cache, but not locked: there are too many for that.
#pragma once

#include "engine/kv/store.h"
#include "engine/vault/destruction-row.h"
#include "engine/vault/key-holder.h"
#include "engine/vault/key-tree.h"
#include "engine/vault/seal.h"

#include <atomic>
#include <map>
#include <mutex>

namespace liggare {

struct StreamOwner {
  BookId stream;
  SubjectKey owner;  // a provider's subject key, or OPERATOR
};

enum class KeyFault : uint8_t {
  NONE,
  NO_STREAM,   // the vault never heard of it: older than the log it stands beside
  EPOCH_GONE,  // its owner's key of that epoch is not in the key holder: destroyed, or the wrong holder
  DAMAGED,     // the record is not what was written, or the holder's key is another
  PUNCTURED,   // this number was destroyed
};

template <typename T>
struct KeyAnswer {
  KeyFault fault = KeyFault::NONE;
  T key;
  explicit operator bool() const { return fault == KeyFault::NONE; }
};

// The version of a vault that lies in a store, without any key: 0 for an empty one, nothing when it is damaged.
std::optional<uint64_t> vaultVersionIn(Store& records);
// What a vault in a store remembers of destructions, without any key, by decision. Throws FAILED for a damaged row.
std::vector<Destruction> destructionsIn(Store& records);

// How many streams are wrapped under each key.
using StreamsByEpoch = std::map<std::pair<SubjectKey, uint32_t>, uint64_t>;

class Vault {
 public:
  // Store, holder and random must outlive it; `source` is called under a lock. Throws when the store is another
  // journal's vault or of a later format. Writes nothing yet, so that a store opened for reading will do.
  Vault(Store& records, KeyHolder& keys, Random& source, size_t cachedStreams = 65'536);
  ~Vault();

  // Draws, wraps and stores a secret for each stream that has none; the others are left alone.
  //   Durable   when it returns: one synced batch, shared with those who ask meanwhile; none when nothing is missing
  //   Throws    what the store or the holder throws: nothing was promised, and the call may be made again ·
  //             FAILED a stream belongs to another owner (a bug)
  void ensureStreams(std::span<const StreamOwner> streams);

  // Of what is durable. A commit header carries the value that was current when its secrets were there; a vault with a
  // lower one is an older copy.
  uint64_t version() const { return currentVersion.load(std::memory_order_acquire); }

  // The tree's leaf for (stream, number): what sealInto and openPart begin from.
  KeyAnswer<Key> leaf(const BookId& stream, Number number);
  // H("item" ‖ leaf ‖ random).
  KeyAnswer<Key> itemKey(const BookId& stream, Number number, Bytes headerRandom);
  // The whole secret or its cover, past the cache: for destruction and rewrapping.
  KeyAnswer<StreamSecret> secret(const BookId& stream);
  // Drops what is cached of the stream; what a reader had begun to load meanwhile is not cached either.
  void drop(const BookId& stream);

  // --- destruction: vault-destroy.c++
  // -----------------------------------------------------------------------------------

  // Remembers that something is to go, or how far it has come. Durable when it returns.
  void keep(const Destruction& destruction);
  // For a decision that never became durable.
  void forget(const EventId& event);
  std::vector<Destruction> destructions() { return destructionsIn(store); }
  // Wraps every secret of these owners under their newest epoch keys, and takes the items' numbers out of their trees.
  // What is so already is left alone: after a crash it is asked for again.
  //   Durable   when it returns; in batches, each durable before the next. Older epochs may be destroyed only after it
  //   Throws    FAILED a record of theirs does not open: nothing of it was lost by this, and nothing may be destroyed
  void rewrap(const std::vector<SubjectKey>& owners, std::span<const DestroyedItem> gone);
  // After it no file of the store holds a record that was replaced.
  void scrub();
  StreamsByEpoch streamsByEpoch();

 private:
  struct Record;
  struct Shard;
  std::optional<Record> find(const BookId& stream);
  KeyAnswer<StreamSecret> unwrap(const BookId& stream, const Record& record);
  std::vector<StreamOwner> withoutKnown(std::span<const StreamOwner> streams);
  void create(std::vector<StreamOwner> missing);
  void writeRecords(Batch& batch, std::vector<BookId>& changed);
  Shard& shardOf(const BookId& stream) const;

  Store& store;
  KeyHolder& holder;
  Random& random;
  const std::string origin;
  std::atomic<uint64_t> currentVersion{0};
  bool hasMark = false;  // 'M' is on disk; under `creating`
  std::mutex creating;   // one batch at a time; taken before `asking`
  std::mutex asking;
  std::vector<StreamOwner> wanted;  // what waits for the next batch; under `asking`
  std::vector<std::unique_ptr<Shard>> shards;
};

}  // namespace liggare
