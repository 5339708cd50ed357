// A bundle: what books hold, in a file that a stranger can check without the journal and without believing us.
//
//   checkpoint ──inclusion──► closing entry ──trie──► a book's size and root ──range──► entries from … to, and no other
//        │                         └── auditors' signatures: who has counted it again
//        └──inclusion──► each entry ──lines root──► its number in this book
//                             └──sealed digest──► parts: opened by their keys, or digests
//
// It proves: these are all that this closing counts, unchanged and in order. Books that belong together come together:
// a person's under every key that merges have joined, with the patient books that show every merge; a unit's reads as
// its provider's access streams, month by month. That the closing counts every line once is what `verify --full`
// proves, and that events were numbered in every book they belong to is `verify --open`'s; no bundle can. Entries
// after the closing are shown and in the log, but nobody can tell from a bundle that they are all.
// Bytes: docs/format-closing.md "Bundle" (versioned).
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <variant>

#include "engine/book-name.h"
#include "engine/follow/source.h"
#include "engine/hash/signer.h"
#include "engine/log/book-trie.h"
#include "engine/log/checkpoint.h"
#include "engine/vault/key.h"

namespace liggare {

constexpr size_t BUNDLE_BYTES_MAX = size_t(256) << 20;
constexpr size_t BUNDLE_BOOKS_MAX = 4096;  // and events that say whose they are

struct BundlePart {
  Hash digest;  // always
  std::optional<Key> key;
  Buffer ciphertext;  // with its key, or empty
};

// An event as evidence: in the log, with what may be opened of it.
struct BundleEvent {
  Buffer entry;     // as stored
  Proof inclusion;  // in the checkpoint's tree
  Buffer header;    // of the sealed half; empty when nothing is sealed
  std::vector<BundlePart> parts;
};

// The same with its number in a book.
struct BundleEntry : BundleEvent {
  std::vector<Hash> lines;
  uint16_t line = 0;  // which of them is this book's
  Salt salt{};
};

struct BundleBook {
  Buffer name;  // book-name.h; empty when only the id is told
  BookId book;
  Number from = 1;  // the first entry's number; the others follow without gaps
  TrieProof place;
  Proof range;  // of what the closing counts
  std::vector<BundleEntry> entries;
};

struct Bundle {
  std::string origin;  // the journal's name: entry 0's; the checkpoint says what the log is called today
  std::string checkpoint;  // signed note
  Buffer closing;          // its entry as stored
  Proof closingInclusion;
  std::string attestation;  // auditors' signatures on the closing (log/attestation.h); empty: there is none
  uint64_t sinceSize = 0;   // of a checkpoint that the reader has from elsewhere; 0: none was named
  Proof since;              // that the bundle's checkpoint is a continuation of it
  std::vector<BundleEvent> subjects;  // events that say whose books these are; a patient's stands in the patient's book
  std::vector<BundleBook> books;
};

// One JSON object on one line.
std::string encodeBundle(const Bundle& bundle);
// Nothing for any other bytes; `why` then says what and where, in Swedish.
std::optional<Bundle> decodeBundle(std::string_view text, std::string& why);

// --- making: engine/bundle-make.c++ ---

// Which books, and of each event what the reader may have. Never `ask`, and texts only of a journal's own items.
struct BundleOrder {
  enum class Of : uint8_t {
    BOOK,        // `book` alone: numbers and proofs, nothing opened
    ACCESS,      // a patient's access log: common, the patient's own part
    JOURNAL,     // a patient's journal: of `items` all but other patients' parts
    USER,        // what a staff member did under `reader`: common, actor, accesses; under others: nothing
    UNIT,        // a unit's reads, in its provider's access streams: common of all, the rest of that unit's own
    OWNER,       // reads of a provider's information: common; who, when it was under `reader`
    REVIEW,      // a provider's log review
    PROVIDER,    // a provider's, a commission's, a region's governance
    COMMISSION,
    REGION,
  } of = Of::BOOK;
  BookId book;        // BOOK
  SubjectKey subject; // whose; all but BOOK
  SubjectKey reader;  // the provider under which it is asked
  enum class Actors : uint8_t { HIDDEN, SHOWN } actors = Actors::HIDDEN;  // ACCESS: whether staff are named
  std::set<Position> items;                                              // JOURNAL: what the recorded read let through
  Number from = 1, to = UINT64_MAX;                                      // of the book, when it is one
  uint64_t sinceSize = 0;
  std::string checkpoint;  // one of the log's own that was kept, as one that witnesses cosigned; empty: of the head now
};
enum class NoBundle : uint8_t {
  NO_CLOSING,    // the log has none yet
  NO_NUMBERS,    // the book has no such numbers
  MANY_BOOKS,    // a range was asked for of what stands in several books
  NOT_COUNTED,   // the lines do not give the closing's root: verify --full names where
  NO_SUCH_SIZE,  // the log was never, or is not yet, that large
};
class Index;
class Log;
class Store;
class Vault;
struct JournalFile;
// What a bundle is made from.
struct BundleSource {
  Log& log;
  Vault& vault;
  Index& index;  // what it says is held against the closing; where that differs the lines themselves are read
  Store& indexRows;  // where a count may be kept (index/kept-count.h)
  const JournalFile& file;
  std::string directory;
};
// Asks nobody: the read that a bundle is must have been recorded before (cli/recorded-read.h).
//
//   Requires   `checkpoint` is the log's own, and its size at or below the durable head
//   Memory     the whole bundle, and every book's frontier (book-trie.h)
//   Time       by the books asked for and what came after the last count; without one, every line is read
std::variant<Bundle, NoBundle> makeBundle(const BundleSource& from, const std::string& checkpoint,
                                          const BundleOrder& order);

// --- checking: engine/bundle-check.c++, and what is claimed of several books together: bundle-claims.c++ ---

// What is wrong with a bundle, at the first place where something is.
struct BundleFault {
  enum class Kind : uint8_t {
    CHECKPOINT,   // not a checkpoint of this log signed by this key
    CLOSING,      // not a closing, or not in the checkpoint's tree
    ATTESTATION,  // not about this closing
    PLACE,        // the trie's proof is not of this book under this closing
    ENTRY,        // cannot be read, or not in the checkpoint's tree
    LINE,         // its lines do not say that it has this number in this book
    ORDER,        // does not stand after the one before it
    RANGE,        // these are not the entries that the closing counts
    SEALED,       // header or parts are not those of the entry
    PART,         // a part does not open with the key beside it
    BOOKS,        // a book's id is not that of its name, or a book stands there twice
    IDENTITY,     // these are not the books of one person under all keys
    MONTHS,       // months of an access stream are missing
    FORKED,       // the checkpoint is no continuation of the one the reader has: somebody was shown another log
  } kind;
  size_t book = 0, entry = 0;  // indexes, where it is about one; of a subject's event `book` is that of no book
};

struct CheckedBook {
  BookId book;
  std::optional<BookName> name;
  uint64_t size = 0;  // by the closing
  Number from = 1;
  uint64_t counted = 0;  // entries that the closing counts
  uint64_t later = 0;    // entries after it: in the log, perhaps not all
  bool isWhole() const { return from == 1 && counted == size; }
  std::vector<OpenedEvent> events;     // what could be opened of each entry, in order
  std::vector<uint16_t> patientParts;  // of each: how many the sealed header says there are
};

struct CheckedBundle {
  std::optional<BundleFault> fault;
  Checkpoint checkpoint;
  std::vector<std::string> signedBy;
  Position closingPosition = 0;
  ClosingFact closing;
  Micros closedAt = 0;
  std::vector<CheckedBook> books;
  std::vector<OpenedEvent> subjects;
  bool isWhole() const {
    return std::all_of(books.begin(), books.end(), [](const CheckedBook& b) { return b.isWhole(); });
  }
  enum class Since : uint8_t { NOT_ASKED, CONTINUED, NO_PROOF } since = Since::NOT_ASKED;
  // Whether every book's name is told, and an event in the bundle says who it is.
  enum class Subject : uint8_t { UNNAMED, UNBOUND, BOUND } subject = Subject::UNNAMED;
  // Of a person's books: whether the keys are shown to be all that are joined. UNTOLD: an event that could be a merge
  // is not opened, or a patient book is not whole.
  enum class Person : uint8_t { NOT_ABOUT_ONE, ALL_KEYS, UNTOLD } person = Person::NOT_ABOUT_ONE;
};
// `keys`: the log's own, and witnesses'. `known`: a checkpoint of the same log that the reader has from elsewhere.
// Signatures of auditors are the caller's to weigh (judgeAttestation).
//
//   Throws   never for anything that a bundle may hold
CheckedBundle checkBundle(const Bundle& bundle, std::span<const VerifierKey> keys,
                          const std::optional<Checkpoint>& known = std::nullopt);
// The claims about several books, when each of them has been checked: sets fault, subject and person.
void checkClaims(CheckedBundle& checked);

}  // namespace liggare
