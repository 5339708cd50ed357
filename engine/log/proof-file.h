// Proofs that travel: text files that whoever has the log's verifier key can check without the log. They read what
// strangers hand in: every other byte than the format's is unreadable, with the line and the cause.
//
//   inclusion     C2SP tlog-proof@v1, by convention a file *.tlog-proof
//                   c2sp.org/tlog-proof@v1 \n [extra <base64> \n] index <n> \n (<base64 hash> \n)* \n checkpoint
//                 `extra` is the entry itself as this engine writes them: its hash is the leaf, so the path binds it
//   consistency   docs/format.md "Proofs": the tree of `older` is the beginning of the tree of `newer`
//                   liggare-consistency@v1 \n from <size> <base64 root> \n to <size> <base64 root> \n
//                   (<base64 hash> \n)* [\n checkpoint whose head is `to`]
#pragma once

#include <variant>

#include "engine/hash/merkle.h"
#include "engine/log/checkpoint.h"

namespace liggare {

constexpr size_t PROOF_BYTES_MAX = 2 << 20;
constexpr size_t PROOF_HASHES_MAX = 64;  // a tree of 2^64 leaves is no higher

struct InclusionFile {
  Buffer extra;  // empty: no such line
  Position index = 0;
  Proof hashes;
  std::string checkpoint;  // the signed note, verbatim
  bool operator==(const InclusionFile&) const = default;
};

struct ConsistencyFile {
  Head older, newer;
  Proof hashes;
  std::string checkpoint;  // the signed note of `newer`, verbatim; empty: the log has signed no such size
  bool operator==(const ConsistencyFile&) const = default;
};

struct ProofUnreadable {
  size_t line = 0;  // from 1
  std::string why;  // in Swedish, and never with bytes of the file
  bool operator==(const ProofUnreadable&) const = default;
};

std::string formatInclusion(const InclusionFile& proof);
std::string formatConsistency(const ConsistencyFile& proof);
std::variant<InclusionFile, ConsistencyFile, ProofUnreadable> readProof(std::string_view text);

enum class ProofFlaw : uint8_t {
  NONE,
  SIGNATURE,   // no signature by this key under its own name as origin, or one that does not verify
  PATH,        // the hashes do not lead to the root
  OTHER_HEAD,  // the checkpoint is of another head than the proof leads to
  UNSIGNED,    // nothing contradicts, but nothing is signed either
};
struct ProofVerdict {
  ProofFlaw flaw = ProofFlaw::NONE;
  Head head;  // what was signed; of an UNSIGNED proof what it leads to
};

// The log's key says both who must have signed and, by its name, which origin the checkpoint must have.
ProofVerdict verifyInclusion(const InclusionFile& proof, const Hash& leaf, const VerifierKey& key);
ProofVerdict verifyConsistency(const ConsistencyFile& proof, const VerifierKey& key);

}  // namespace liggare
