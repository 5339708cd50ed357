#include "engine/hash/range-proof.h"

#include <bit>

#include <kj/debug.h>

namespace liggare {
namespace {

// The largest power of two smaller than n ≥ 2: where RFC 6962 splits.
uint64_t splitOf(uint64_t n) { return std::bit_floor(n - 1); }

// A range of leaves [at, at + count) that is a node of the tree.
struct Node {
  uint64_t at = 0, count = 0;
  Node left() const { return {at, splitOf(count)}; }
  Node right() const { return {at + splitOf(count), count - splitOf(count)}; }
};

// Root of a node that may be ragged on its right, from complete ones.
Hash rootOfNode(const Node& node, const HashReader& read) {
  if (std::has_single_bit(node.count)) {
    unsigned height = unsigned(std::countr_zero(node.count));
    return read(height, node.at >> height);
  }
  Hash left = rootOfNode(node.left(), read);
  return nodeHash(left, rootOfNode(node.right(), read));
}

struct Maker {
  uint64_t from, to;
  const HashReader& read;
  Proof proof;

  void walk(const Node& node) {
    bool outside = node.at >= to || node.at + node.count <= from;
    bool inside = node.at >= from && node.at + node.count <= to;
    if (inside && !outside) return;
    if (outside) return proof.push_back(rootOfNode(node, read));
    walk(node.left());
    walk(node.right());
  }
};

// Walks the same way and takes a leaf or a hash of the proof where the maker found one.
struct Checker {
  uint64_t from, to;
  std::span<const Hash> leaves;
  const Proof& proof;
  size_t used = 0;

  std::optional<Hash> walk(const Node& node) {
    if (node.at >= to || node.at + node.count <= from) {
      if (used == proof.size()) return std::nullopt;
      return proof[used++];
    }
    if (node.at >= from && node.count <= to - node.at) return rootOf(leaves.subspan(node.at - from, node.count));
    auto left = walk(node.left());
    auto right = left ? walk(node.right()) : std::nullopt;
    if (!right) return std::nullopt;
    return nodeHash(*left, *right);
  }
};

}  // namespace

Proof rangeProof(uint64_t from, uint64_t to, uint64_t size, const HashReader& read) {
  KJ_REQUIRE(from <= to && to <= size, "no such range in a tree of this size", from, to, size);
  if (size == 0) return {};
  Maker maker{from, to, read, {}};
  maker.walk({0, size});
  return std::move(maker.proof);
}

bool verifyRange(std::span<const Hash> leaves, uint64_t from, uint64_t size, const Proof& proof, const Hash& root) {
  if (from > size || leaves.size() > size - from) return false;
  if (size == 0) return proof.empty() && root == emptyRoot();
  Checker checker{from, from + leaves.size(), leaves, proof};
  auto found = checker.walk({0, size});
  return found && checker.used == proof.size() && *found == root;
}

}  // namespace liggare
