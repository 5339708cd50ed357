#include "engine/log/book-trie.h"

#include <bit>

#include <kj/debug.h>

#include "engine/hash/labels.h"

namespace liggare {
namespace {

constexpr size_t PLACE_BYTES = 16 + 8 + 32;

unsigned bitOf(const BookId& book, unsigned depth) { return book.bytes[depth / 8] >> (7 - depth % 8) & 1u; }

// Whether the first `depth` bits are the same.
bool haveCommonPrefix(const BookId& a, const BookId& b, size_t depth) {
  for (unsigned i = 0; i < depth; ++i)
    if (bitOf(a, i) != bitOf(b, i)) return false;
  return true;
}

Hash joinedHash(const Hash& left, const Hash& right) { return hashLabelled(label::CLOSING_NODE, {left, right}); }

Buffer placeBytes(const BookPlace& place) {
  Buffer out;
  append(out, place.book);
  appendBe64(out, place.size);
  append(out, place.root);
  return out;
}

}  // namespace

Hash placeHash(const BookPlace& place) { return hashLabelled(label::CLOSING_LEAF, {placeBytes(place)}); }

// --- proofs ---

Buffer encodeTrieProof(const TrieProof& proof) {
  KJ_REQUIRE(proof.siblings.size() <= TRIE_DEPTH_MAX, "a proof deeper than an id is long", proof.siblings.size());
  Buffer out{uint8_t(proof.siblings.size()), uint8_t(proof.end ? 1 : 0)};
  for (const Hash& sibling : proof.siblings) append(out, sibling);
  if (proof.end) append(out, placeBytes(*proof.end));
  return out;
}

std::optional<TrieProof> decodeTrieProof(Bytes bytes) {
  if (bytes.size() < 2 || bytes[0] > TRIE_DEPTH_MAX || bytes[1] > 1) return std::nullopt;
  size_t depth = bytes[0];
  bool hasEnd = bytes[1] == 1;
  if (bytes.size() != 2 + 32 * depth + (hasEnd ? PLACE_BYTES : 0)) return std::nullopt;
  TrieProof out;
  out.siblings.resize(depth);
  const uint8_t* at = bytes.data() + 2;
  for (Hash& sibling : out.siblings) {
    std::copy_n(at, 32, sibling.bytes.begin());
    at += 32;
  }
  if (!hasEnd) return out;
  out.end.emplace();
  std::copy_n(at, 16, out.end->book.bytes.begin());
  out.end->size = getBe64(at + 16);
  std::copy_n(at + 24, 32, out.end->root.bytes.begin());
  return out;
}

TrieAnswer readPlace(const TrieProof& proof, const BookId& book, const Hash& closingRoot) {
  size_t depth = proof.siblings.size();
  if (depth > TRIE_DEPTH_MAX) return {};
  Hash hash;
  if (proof.end) {
    if (proof.end->size == 0) return {};  // a book without numbers stands in no trie
    // Another book stands here in the place of ours only if our bits lead here too.
    if (!haveCommonPrefix(proof.end->book, book, depth)) return {};
    hash = placeHash(*proof.end);
  }
  for (size_t i = depth; i-- > 0;) {
    const Hash& sibling = proof.siblings[i];
    hash = bitOf(book, unsigned(i)) == 0 ? joinedHash(hash, sibling) : joinedHash(sibling, hash);
  }
  if (hash != closingRoot) return {};
  if (proof.end && proof.end->book == book) return {TrieAnswer::Kind::PRESENT, *proof.end};
  return {TrieAnswer::Kind::ABSENT, {book, 0, emptyRoot()}};
}

bool verifyGrowth(const GrowthProof& proof, const BookId& book, const Hash& olderRoot, const Hash& newerRoot) {
  auto older = readPlace(proof.older, book, olderRoot), newer = readPlace(proof.newer, book, newerRoot);
  if (older.kind == TrieAnswer::Kind::WRONG || newer.kind == TrieAnswer::Kind::WRONG) return false;
  return verifyConsistency(older.place.size, older.place.root, newer.place.size, newer.place.root, proof.consistency);
}

// --- the trie ---

BookTrie::BookTrie() : buckets(BUCKETS), top(2 * BUCKETS), isChanged(BUCKETS) {}

BookPlace BookTrie::Leaf::place() const {
  Hash root = peaks.back();
  for (size_t i = peaks.size() - 1; i-- > 0;) root = nodeHash(peaks[i], root);
  return {book, size, root};
}

size_t BookTrie::bucketOf(const BookId& book) { return size_t(book.bytes[0]) << 8 | book.bytes[1]; }

const BookTrie::Leaf* BookTrie::find(const BookId& book) const {
  auto& bucket = buckets[bucketOf(book)];
  auto at = std::lower_bound(bucket.begin(), bucket.end(), book, [](auto& leaf, auto& id) { return leaf.book < id; });
  return at != bucket.end() && at->book == book ? &*at : nullptr;
}

uint64_t BookTrie::sizeOf(const BookId& book) const {
  auto* leaf = find(book);
  return leaf ? leaf->size : 0;
}

BookTrie::Leaf& BookTrie::leafOf(const BookId& book, size_t index) {
  auto& bucket = buckets[index];
  auto at = std::lower_bound(bucket.begin(), bucket.end(), book, [](auto& l, auto& id) { return l.book < id; });
  if (at == bucket.end() || at->book != book) {
    at = bucket.insert(at, Leaf{{book, 0, {}}, 0, 0, {}});
    ++count;
  }
  return *at;
}

void BookTrie::mark(size_t index) {
  if (!isChanged[index]) changed.push_back(uint32_t(index));
  isChanged[index] = 1;
}

void BookTrie::append(const BookId& book, const Hash& leaf) {
  size_t index = bucketOf(book);
  Leaf& at = leafOf(book, index);
  Hash hash = leaf;
  for (uint64_t rest = at.size; rest & 1; rest >>= 1) {
    hash = nodeHash(at.peaks.back(), hash);
    at.peaks.pop_back();
  }
  at.peaks.push_back(hash);
  ++at.size;
  mark(index);
}

void BookTrie::restore(BookFrontier frontier) {
  KJ_REQUIRE(frontier.size > 0 && frontier.peaks.size() == size_t(std::popcount(frontier.size)) &&
                 sizeOf(frontier.book) == 0,
             "a book that was kept otherwise than it can have been");
  size_t index = bucketOf(frontier.book);
  Leaf& at = leafOf(frontier.book, index);
  at.size = at.keptSize = frontier.size;
  at.peaks = std::move(frontier.peaks);
  mark(index);
}

void BookTrie::eachGrown(const std::function<void(const BookFrontier&)>& visit) const {
  for (auto& bucket : buckets)
    for (const Leaf& leaf : bucket)
      if (leaf.size != leaf.keptSize) visit(leaf);
}

// One book stands as its leaf at whatever height it is alone.
BookTrie::Subtree BookTrie::joined(const Subtree& left, const Subtree& right) {
  if (left.books + right.books <= 1) return left.books == 1 ? left : right;
  return {2, joinedHash(left.hash, right.hash)};
}

BookTrie::Subtree BookTrie::subtree(std::span<Leaf> leaves, unsigned depth) {
  if (leaves.empty()) return {};
  if (leaves.size() == 1) {
    Leaf& leaf = leaves.front();
    if (leaf.hashedSize != leaf.size) {
      leaf.hash = placeHash(leaf.place());
      leaf.hashedSize = leaf.size;
    }
    return {1, leaf.hash};
  }
  auto middle = std::partition_point(leaves.begin(), leaves.end(),
                                     [&](const Leaf& leaf) { return bitOf(leaf.book, depth) == 0; });
  size_t left = size_t(middle - leaves.begin());
  Subtree first = subtree(leaves.first(left), depth + 1);
  return joined(first, subtree(leaves.subspan(left), depth + 1));
}

Hash BookTrie::root() {
  std::sort(changed.begin(), changed.end());
  std::vector<uint32_t> nodes;
  for (uint32_t bucket : changed) {
    top[BUCKETS + bucket] = subtree(buckets[bucket], TOP_BITS);
    isChanged[bucket] = 0;
    nodes.push_back(uint32_t(BUCKETS) + bucket);
  }
  changed.clear();
  while (!nodes.empty() && nodes.front() > 1) {
    for (uint32_t& node : nodes) node /= 2;
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (uint32_t node : nodes) top[node] = joined(top[2 * node], top[2 * node + 1]);
  }
  return top[1].hash;
}

// Down to the bucket, or to where at most one book is left: then that book alone, or nothing.
std::span<BookTrie::Leaf> BookTrie::proveTop(const BookId& book, TrieProof& proof, unsigned& depth) {
  size_t node = 1;
  for (; depth < TOP_BITS && top[node].books > 1; ++depth) {
    size_t next = 2 * node + bitOf(book, depth);
    proof.siblings.push_back(top[next ^ 1].hash);
    node = next;
  }
  if (top[node].books == 0) return {};
  while (node < BUCKETS) node = top[2 * node].books > 0 ? 2 * node : 2 * node + 1;
  return buckets[node - BUCKETS];
}

TrieProof BookTrie::prove(const BookId& book) {
  root();
  TrieProof proof;
  unsigned depth = 0;
  std::span<Leaf> leaves = proveTop(book, proof, depth);
  for (; leaves.size() > 1; ++depth) {
    auto middle = std::partition_point(leaves.begin(), leaves.end(),
                                       [&](const Leaf& leaf) { return bitOf(leaf.book, depth) == 0; });
    size_t left = size_t(middle - leaves.begin());
    std::span<Leaf> zeros = leaves.first(left), ones = leaves.subspan(left);
    bool isOne = bitOf(book, depth) == 1;
    proof.siblings.push_back(subtree(isOne ? zeros : ones, depth + 1).hash);
    leaves = isOne ? ones : zeros;
  }
  if (!leaves.empty()) proof.end = leaves.front().place();
  return proof;
}

}  // namespace liggare
