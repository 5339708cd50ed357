// The Merkle tree of RFC 6962 §2.1 as pure functions over an injected reader of hashes. No storage, no I/O.
//
// A node is named (height, index): it is the root over the leaves [index·2^height, (index+1)·2^height), so height 0 is
// the leaf hashes. Only complete nodes have a name; a ragged right edge is folded when it is needed.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/hash/sha256.h"

namespace liggare {

Hash leafHash(Bytes entry);                          // SHA-256(0x00 ‖ entry)
Hash nodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 ‖ left ‖ right)
Hash emptyRoot();                                    // SHA-256(""), the root of the tree of size 0

// Root over hashes that already are leaf hashes (or labelled digests standing in their place).
Hash rootOf(std::span<const Hash> leaves);

// The right edge of a growing tree: one hash per set bit of the size. Appending costs one or two node hashes on
// average.
//
//   Invariants   peaks[h] is meaningful exactly when bit h of size is set
//                root() equals rootOf(all leaves appended)
class Frontier {
 public:
  uint64_t size() const { return count; }
  Hash root() const;

  void append(const Hash& leaf) {
    append(leaf, [](unsigned, uint64_t, const Hash&) {});
  }
  // `completed(height, index, hash)` is called for the leaf and then for every node it completes, lowest first.
  template <typename Completed>
  void append(const Hash& leaf, Completed&& completed) {
    Hash hash = leaf;
    unsigned height = 0;
    completed(0u, count, hash);
    for (; (count >> height) & 1; ++height) {
      hash = nodeHash(peaks[height], hash);
      completed(height + 1, count >> (height + 1), hash);
    }
    peaks[height] = hash;
    ++count;
  }

  // size be64 ‖ the peaks, highest first.
  Buffer encode() const;
  static std::optional<Frontier> decode(Bytes bytes);

  // A frontier of a tree whose nodes can be read.
  static Frontier of(uint64_t size, const std::function<Hash(unsigned height, uint64_t index)>& read);

  bool operator==(const Frontier& other) const { return encode() == other.encode(); }

 private:
  uint64_t count = 0;
  std::array<Hash, 64> peaks{};
};

// Gives the hash of a complete node. May throw; what it throws passes through.
using HashReader = std::function<Hash(unsigned height, uint64_t index)>;
using Proof = std::vector<Hash>;

// Root of the tree of the first `size` leaves.
Hash rootAt(uint64_t size, const HashReader& read);

// RFC 6962 §2.1.1: siblings from the leaf to the root. Requires position < size.
Proof inclusionProof(uint64_t position, uint64_t size, const HashReader& read);
// RFC 6962 §2.1.2. Requires older ≤ newer. Empty when older is 0 or equal to newer.
Proof consistencyProof(uint64_t older, uint64_t newer, const HashReader& read);

// False for every proof that does not fit, of whatever shape: these read what strangers hand in.
bool verifyInclusion(const Hash& leaf, uint64_t position, uint64_t size, const Proof& proof, const Hash& root);
// A tree of size 0 is the beginning of every tree, by the empty proof, if its root is the empty root.
bool verifyConsistency(uint64_t older, const Hash& olderRoot, uint64_t newer, const Hash& newerRoot,
                       const Proof& proof);

}  // namespace liggare
