// A bundle: what a book holds, in a file that a stranger can check without the journal and without believing us.
//
//   checkpoint ──inclusion──► closing entry ──trie──► the book's size and root ──range──► entries from … to, and no
//   other
//        └──inclusion──► each entry ──lines root──► its number in this book
//                             └──sealed digest──► parts: opened by their keys, or digests
//
// It proves: these are all that this closing counts, unchanged and in order. That the closing counts every line once is
// what `verify --full` proves, and that events were numbered in every book they belong to is `verify --open`'s; no
// bundle can. Entries after the closing are shown and in the log, but nobody can tell from a bundle that they are all.
// Bytes: docs/format.md "Bundle" (versioned).
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "engine/follow/source.h"
#include "engine/hash/signer.h"
#include "engine/log/book-trie.h"
#include "engine/log/checkpoint.h"
#include "engine/vault/key.h"

namespace liggare {

constexpr size_t BUNDLE_BYTES_MAX = size_t(256) << 20;

struct BundlePart {
  Hash digest;  // always
  std::optional<Key> key;
  Buffer ciphertext;  // with its key, or empty
};

struct BundleEntry {
  Buffer entry;     // as stored
  Proof inclusion;  // in the checkpoint's tree
  std::vector<Hash> lines;
  uint16_t line = 0;  // which of them is this book's
  Salt salt{};
  Buffer header;  // of the sealed half; empty when nothing is sealed
  std::vector<BundlePart> parts;
};

struct Bundle {
  std::string origin;  // the journal's name: entry 0's; the checkpoint says what the log is called today
  BookId book;
  Number from = 1;         // the first entry's number; the others follow without gaps
  std::string checkpoint;  // signed note
  Buffer closing;          // its entry as stored
  Proof closingInclusion;
  TrieProof place;
  Proof range;  // of what the closing counts
  std::vector<BundleEntry> entries;
  uint64_t sinceSize = 0;  // of a checkpoint that the reader has from elsewhere; 0: none was named
  Proof since;             // that the bundle's checkpoint is a continuation of it
};

// One JSON object on one line.
std::string encodeBundle(const Bundle& bundle);
// Nothing for any other bytes; `why` then says what and where, in Swedish.
std::optional<Bundle> decodeBundle(std::string_view text, std::string& why);

// --- making: engine/bundle-make.c++ ---

struct BundleOrder {
  BookId book;
  Number from = 1, to = UINT64_MAX;
  SubjectKey patient;  // whose parts are opened, and with them the common part; zero: nothing is opened
  enum class Actors : uint8_t { HIDDEN, SHOWN } actors = Actors::HIDDEN;
  uint64_t sinceSize = 0;
  std::string checkpoint;  // one of the log's own that was kept, as one that witnesses cosigned; empty: of the head now
};
enum class NoBundle : uint8_t {
  NO_CLOSING,    // the log has none yet
  NO_NUMBERS,    // the book has no such numbers
  NOT_COUNTED,   // the lines do not give the closing's root: verify --full names where
  NO_SUCH_SIZE,  // the log was never, or is not yet, that large
};
class Log;
class Vault;
struct JournalFile;
// Asks nobody: the read that a bundle is must have been recorded before (cli/recorded-read.h).
//
//   Requires   `checkpoint` is the log's own, and its size at or below the durable head
//   Memory     the whole bundle; and that of counting every book (book-trie.h)
std::variant<Bundle, NoBundle> makeBundle(Log& log, Vault& vault, const JournalFile& file,
                                          const std::string& checkpoint, const BundleOrder& order);

// --- checking: engine/bundle-check.c++ ---

// What is wrong with a bundle, at the first place where something is.
struct BundleFault {
  enum class Kind : uint8_t {
    CHECKPOINT,  // not a checkpoint of this log signed by this key
    CLOSING,     // not a closing, or not in the checkpoint's tree
    PLACE,       // the trie's proof is not of this book under this closing
    ENTRY,       // cannot be read, or not in the checkpoint's tree
    LINE,        // its lines do not say that it has this number in this book
    ORDER,       // does not stand after the one before it
    RANGE,       // these are not the entries that the closing counts
    SEALED,      // header or parts are not those of the entry
    PART,        // a part does not open with the key beside it
    FORKED,      // the checkpoint is no continuation of the one the reader has: somebody was shown another log
  } kind;
  size_t entry = 0;  // index, where it is about one
};

struct CheckedBundle {
  std::optional<BundleFault> fault;
  Checkpoint checkpoint;
  std::vector<std::string> signedBy;
  Position closingPosition = 0;
  uint64_t coveredSize = 0;
  uint64_t bookSize = 0;  // by the closing
  Number from = 1;
  uint64_t counted = 0;  // entries that the closing counts
  uint64_t later = 0;    // entries after it: in the log, perhaps not all
  bool isWholeBook() const { return from == 1 && counted == bookSize; }
  enum class Since : uint8_t { NOT_ASKED, CONTINUED, NO_PROOF } since = Since::NOT_ASKED;
  std::vector<OpenedEvent> events;  // what could be opened of each entry, in order
};
// `keys`: the log's own, and witnesses'. `known`: a checkpoint of the same log that the reader has from elsewhere.
//
//   Throws   never for anything that a bundle may hold
CheckedBundle checkBundle(const Bundle& bundle, std::span<const VerifierKey> keys,
                          const std::optional<Checkpoint>& known = std::nullopt);

}  // namespace liggare
