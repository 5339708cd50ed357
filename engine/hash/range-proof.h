// That these, in this order, are all the leaves from … to of a tree of RFC 6962, and not one of them another. For a
// whole tree the proof is empty: the leaves give the root by themselves.
//
//   proof   the roots of the largest subtrees that hold none of the range, left to right
//   limit   as every proof of RFC 6962: of a root and a size that are believed together (a closing states both)
#pragma once

#include "engine/hash/merkle.h"

namespace liggare {

// Leaves [from, to) of the tree of the first `size` leaves. Requires from ≤ to ≤ size.
Proof rangeProof(uint64_t from, uint64_t to, uint64_t size, const HashReader& read);

// False for every proof that does not fit, of whatever shape: this reads what strangers hand in. Takes time by the
// number of leaves handed in, never by `size`.
bool verifyRange(std::span<const Hash> leaves, uint64_t from, uint64_t size, const Proof& proof, const Hash& root);

}  // namespace liggare
