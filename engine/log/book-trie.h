// All books at one position as one root: a binary prefix trie keyed by book id, one place per book. What a closing
// commits to (docs/format.md "Closing").
//
//   T(no book)     32 zero bytes
//   T(one book)    H("closing-leaf" ‖ book 16 ‖ size u64 ‖ root 32)        wherever in the trie it stands alone
//   T(more)        H("closing-node" ‖ T(next bit 0) ‖ T(next bit 1))       bits of the id, the first byte's highest
//   first
//
// The bits of an id lead from the root to one end and no other, whoever made the trie: the book's own leaf, another's,
// or nothing. So a book has one place, and that it has none can be shown.
#pragma once

#include <functional>

#include "engine/hash/merkle.h"
#include "engine/log/book.h"

namespace liggare {

// What a closing says of a book: how many numbers it has, and the RFC 6962 root over its entries' leaf hashes in order.
struct BookPlace {
  BookId book;
  uint64_t size = 0;
  Hash root;
  bool operator==(const BookPlace&) const = default;
};
Hash placeHash(const BookPlace& place);

constexpr size_t TRIE_DEPTH_MAX = 128;  // bits of a book id

struct TrieProof {
  std::vector<Hash> siblings;    // from the root down; zero where no book stands
  std::optional<BookPlace> end;  // where the id's bits lead: the book, another one, or nothing
  bool operator==(const TrieProof&) const = default;
};

// depth u8 ‖ end u8 ‖ siblings 32 each ‖ when end is 1: book 16 ‖ size u64 ‖ root 32
Buffer encodeTrieProof(const TrieProof& proof);
std::optional<TrieProof> decodeTrieProof(Bytes bytes);  // nothing unless every byte fits

// What a proof shows of a book under a closing's root. An absent book has size 0 and the empty root, so that growth
// from nothing needs no rule of its own.
struct TrieAnswer {
  enum class Kind : uint8_t { WRONG, ABSENT, PRESENT } kind = Kind::WRONG;  // WRONG: proves nothing
  BookPlace place;
};
TrieAnswer readPlace(const TrieProof& proof, const BookId& book, const Hash& closingRoot);

// Between two closings a book only grew: both places, and RFC 6962 consistency of its tree.
struct GrowthProof {
  TrieProof older, newer;
  Proof consistency;
};
bool verifyGrowth(const GrowthProof& proof, const BookId& book, const Hash& olderRoot, const Hash& newerRoot);

// A book's tree so far, enough to go on from: size and complete subtrees, largest first, one per set bit of the size.
struct BookFrontier {
  BookId book;
  uint64_t size = 0;
  std::vector<Hash> peaks;
};

// The trie of all books, growing entry by entry.
//
//   Memory    by books, not entries: 88 bytes for each and 32 for every set bit of its size, twice that at worst while
//             a bucket grows; and 8 MiB
//   Time      append: a node hash or two. root(): what changed since the last one, twenty hashes a book or so
//   Threads   one
class BookTrie {
 public:
  BookTrie();

  // The book's next number belongs to the entry with this leaf hash.
  void append(const BookId& book, const Hash& leaf);
  // A book as it was kept; it must not be here yet.
  void restore(BookFrontier frontier);
  // Every book that has got a number since it was restored, or all of them if none was.
  void eachGrown(const std::function<void(const BookFrontier&)>& visit) const;
  uint64_t sizeOf(const BookId& book) const;  // 0 when it is not there
  uint64_t books() const { return count; }
  Hash root();
  TrieProof prove(const BookId& book);

 private:
  struct Leaf : BookFrontier {
    uint64_t hashedSize = 0;  // for which `hash` is right
    uint64_t keptSize = 0;    // as it was restored
    Hash hash;
    BookPlace place() const;
  };
  struct Subtree {
    uint32_t books = 0;  // 0, 1, or 2 for more
    Hash hash;
  };
  // The first bits of the id choose a bucket, and the top of the trie above the buckets is kept whole.
  static constexpr unsigned TOP_BITS = 16;
  static constexpr size_t BUCKETS = size_t(1) << TOP_BITS;

  static Subtree joined(const Subtree& left, const Subtree& right);
  static Subtree subtree(std::span<Leaf> leaves, unsigned depth);
  static size_t bucketOf(const BookId& book);
  const Leaf* find(const BookId& book) const;
  Leaf& leafOf(const BookId& book, size_t bucket);
  void mark(size_t bucket);
  std::span<Leaf> proveTop(const BookId& book, TrieProof& proof, unsigned& depth);

  std::vector<std::vector<Leaf>> buckets;  // each by rising id
  std::vector<Subtree> top;                // node i has the children 2i and 2i + 1; bucket b is node BUCKETS + b
  std::vector<uint8_t> isChanged;          // per bucket
  std::vector<uint32_t> changed;           // buckets that are
  uint64_t count = 0;
};

}  // namespace liggare
