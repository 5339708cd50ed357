// The puncturable key tree: one secret per stream, one leaf key per number, and a way to forget single numbers.
//
//   n = 1          n = 2, 3          n = 4 … 7                      a forest: one tree per bit length b of n
//   root 1         root 2            root 3
//                  ├─0─ leaf 2       ├─0─┬─0─ leaf 4               root b = H("root" ‖ secret ‖ u8 b)
//                  └─1─ leaf 3       │   └─1─ leaf 5               child  = SHA-256(node ‖ u8 bit)
//                                    └─1─┬─0─ leaf 6               path   = the b-1 low bits of n, from the top
//                                        └─1─ leaf 7
//
// A short stream therefore pays few steps (n = 100: one root and six steps), and a long one pays log2(n).
//
// Whoever holds a node can make everything below it and nothing else: SHA-256 is not walked upwards. So to forget n,
// the secret is replaced by a *cover*: the roots of the other trees and the siblings along n's path. After that no
// computation on what is left gives leaf n, while every other number gives the leaf it always gave.
//
// Invariants
//   · a cover's nodes never overlap and ascend by `first`
//   · puncturing is idempotent and its order does not matter: the same set gives the same bytes
//   · an item key that was made before the puncture is not in here: caches are the caller's to drop
#pragma once

#include "engine/vault/key.h"

namespace liggare {

// One node of the forest: the key of the numbers first … first + 2^height - 1. Its tree is the bit length of `first`.
struct CoverNode {
  Number first = 0;    // its low `height` bits are zero
  uint8_t height = 0;  // 0 is a leaf; at most bit length - 1
  Key key;
  bool covers(Number n) const { return n >= first && ((n - first) >> height) == 0; }
  bool operator==(const CoverNode&) const = default;
};

// A stream's secret: whole (32 bytes) until something is destroyed in it, a cover afterwards, for ever.
class StreamSecret {
 public:
  static StreamSecret whole(const Key& secret);
  bool isWhole() const { return isWholeSecret; }
  const std::vector<CoverNode>& cover() const { return nodes; }

  // The node from which `n` is reached: a root of the whole secret or a node of the cover; nothing when n was
  // punctured.
  std::optional<CoverNode> nodeAbove(Number n) const;
  // The leaf of `n` (n ≥ 1); nothing when n was punctured. Costs one walk from the root: see KeyPath for runs of
  // numbers.
  std::optional<Key> leaf(Number n) const;

  // This secret without `numbers`. Pure: the old value is untouched and must be wiped by whoever owns its copies.
  StreamSecret puncture(std::span<const Number> numbers) const;

  // Versioned bytes (docs/format.md): u8 form ‖ … ; read gives nothing for bytes no version wrote.
  SecretBuffer serialise() const;
  static std::optional<StreamSecret> read(Bytes bytes);

 private:
  bool isWholeSecret = true;
  Key secret;
  std::vector<CoverNode> nodes;
};

// Walks one stream's tree and keeps the nodes of the last path, so that ascending numbers share what they have in
// common: two hashes a number on average instead of log2(n). Holds a copy of the secret.
//   Threads   one at a time
class KeyPath {
 public:
  explicit KeyPath(StreamSecret of) : secret(std::move(of)) {}
  std::optional<Key> leaf(Number n);
  // Hashes since it was made: what the amortisation is counted by.
  uint64_t hashes() const { return hashCount; }

 private:
  StreamSecret secret;
  Number last = 0;        // the number `path` leads to; 0 before the first
  unsigned top = 0;       // height of path[0]
  std::vector<Key> path;  // path[i] stands at height top - i; the last is the leaf
  uint64_t hashCount = 0;
};

// SHA-256(node ‖ u8 bit).
Key childOf(const Key& node, unsigned bit);
// H("root" ‖ secret ‖ u8 bits), bits 1 … 64.
Key rootOf(const Key& secret, unsigned bits);

}  // namespace liggare
