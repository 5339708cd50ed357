#include "engine/hash/merkle.h"

#include <bit>

#include <kj/debug.h>

namespace liggare {
namespace {

constexpr uint8_t LEAF_PREFIX = 0;  // RFC 6962 §2.1

// The largest power of two smaller than n, as a height. n ≥ 2.
unsigned splitHeight(uint64_t n) { return 63 - unsigned(std::countl_zero(n - 1)); }

// Root over [from, from + count); `from` is a multiple of the power of two at or above count's split, as RFC 6962 makes
// it.
Hash rangeRoot(uint64_t from, uint64_t count, const HashReader& read) {
  KJ_IREQUIRE(count > 0);
  if (std::has_single_bit(count)) {
    unsigned height = unsigned(std::countr_zero(count));
    KJ_IREQUIRE(from % count == 0);
    return read(height, from >> height);
  }
  uint64_t left = uint64_t(1) << splitHeight(count);
  Hash leftRoot = rangeRoot(from, left, read);
  return nodeHash(leftRoot, rangeRoot(from + left, count - left, read));
}

void include(Proof& proof, uint64_t position, uint64_t from, uint64_t count, const HashReader& read) {
  if (count == 1) return;
  uint64_t left = uint64_t(1) << splitHeight(count);
  if (position < left) {
    include(proof, position, from, left, read);
    proof.push_back(rangeRoot(from + left, count - left, read));
  } else {
    include(proof, position - left, from + left, count - left, read);
    proof.push_back(rangeRoot(from, left, read));
  }
}

enum class Known { YES, NO };  // whether the verifier already holds the root of this range (it is the older tree)

// SUBPROOF(m, D[from : from + n], known) of RFC 6962 §2.1.2.
void subproof(Proof& proof, uint64_t m, uint64_t from, uint64_t n, Known known, const HashReader& read) {
  if (m == n) {
    if (known == Known::NO) proof.push_back(rangeRoot(from, n, read));
    return;
  }
  uint64_t left = uint64_t(1) << splitHeight(n);
  if (m <= left) {
    subproof(proof, m, from, left, known, read);
    proof.push_back(rangeRoot(from + left, n - left, read));
  } else {
    subproof(proof, m - left, from + left, n - left, Known::NO, read);
    proof.push_back(rangeRoot(from, left, read));
  }
}

}  // namespace

Hash leafHash(Bytes entry) { return sha256({Bytes(&LEAF_PREFIX, 1), entry}); }

Hash nodeHash(const Hash& left, const Hash& right) {
  std::array<uint8_t, 65> input;
  input[0] = 1;
  std::copy(left.bytes.begin(), left.bytes.end(), input.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), input.begin() + 33);
  return sha256(input);
}

Hash emptyRoot() { return sha256(Bytes()); }

Hash rootOf(std::span<const Hash> leaves) {
  Frontier frontier;
  for (const Hash& leaf : leaves) frontier.append(leaf);
  return frontier.root();
}

Hash Frontier::root() const {
  if (count == 0) return emptyRoot();
  unsigned height = unsigned(std::countr_zero(count));
  Hash hash = peaks[height];
  for (++height; height < 64; ++height) {
    if ((count >> height) & 1) hash = nodeHash(peaks[height], hash);
  }
  return hash;
}

Buffer Frontier::encode() const {
  Buffer out;
  out.reserve(8 + 32 * size_t(std::popcount(count)));
  appendBe64(out, count);
  for (int height = 63; height >= 0; --height) {
    if ((count >> height) & 1) liggare::append(out, peaks[size_t(height)]);
  }
  return out;
}

std::optional<Frontier> Frontier::decode(Bytes bytes) {
  if (bytes.size() < 8) return std::nullopt;
  Frontier out;
  out.count = getBe64(bytes.data());
  if (bytes.size() != 8 + 32 * size_t(std::popcount(out.count))) return std::nullopt;
  size_t at = 8;
  for (int height = 63; height >= 0; --height) {
    if (((out.count >> height) & 1) == 0) continue;
    std::copy_n(bytes.begin() + ptrdiff_t(at), 32, out.peaks[size_t(height)].bytes.begin());
    at += 32;
  }
  return out;
}

Frontier Frontier::of(uint64_t size, const HashReader& read) {
  Frontier out;
  out.count = size;
  for (unsigned height = 0; height < 64; ++height) {
    if ((size >> height) & 1) out.peaks[height] = read(height, (size >> height) - 1);
  }
  return out;
}

Hash rootAt(uint64_t size, const HashReader& read) { return size == 0 ? emptyRoot() : rangeRoot(0, size, read); }

Proof inclusionProof(uint64_t position, uint64_t size, const HashReader& read) {
  KJ_REQUIRE(position < size, "no such entry in a tree of this size", position, size);
  Proof proof;
  include(proof, position, 0, size, read);
  return proof;
}

Proof consistencyProof(uint64_t older, uint64_t newer, const HashReader& read) {
  KJ_REQUIRE(older <= newer, "the older tree is larger", older, newer);
  Proof proof;
  if (older == 0 || older == newer) return proof;
  subproof(proof, older, 0, newer, Known::YES, read);
  return proof;
}

// RFC 9162 §2.1.3.2, with the loop in the same words.
bool verifyInclusion(const Hash& leaf, uint64_t position, uint64_t size, const Proof& proof, const Hash& root) {
  if (position >= size) return false;
  uint64_t fn = position, sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      r = nodeHash(p, r);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && r == root;
}

// RFC 9162 §2.1.4.2.
bool verifyConsistency(uint64_t older, const Hash& olderRoot, uint64_t newer, const Hash& newerRoot,
                       const Proof& proof) {
  if (older > newer) return false;
  if (older == 0) return proof.empty() && olderRoot == emptyRoot() && (newer != 0 || newerRoot == olderRoot);
  if (older == newer) return proof.empty() && olderRoot == newerRoot;
  if (proof.empty()) return false;
  size_t next = 0;
  uint64_t fn = older - 1, sn = newer - 1;
  while ((fn & 1) == 1) fn >>= 1, sn >>= 1;
  // An older size that is a power of two is itself a node of the newer tree: the proof leaves it out.
  Hash fr = std::has_single_bit(older) ? olderRoot : proof[next++];
  Hash sr = fr;
  for (; next < proof.size(); ++next) {
    const Hash& c = proof[next];
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && fr == olderRoot && sr == newerRoot;
}

}  // namespace liggare
