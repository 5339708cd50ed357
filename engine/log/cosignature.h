// Cosignatures of witnesses (C2SP tlog-cosignature.md, cosignature/v1 by Ed25519) and the policies that say whose count
// (C2SP tlog-policy.md). A cosignature says: at that second this was the largest consistent tree of the log that the
// witness had seen. So whoever asks for k of n of them need not believe the log's host alone.
#pragma once

#include <variant>

#include "engine/log/checkpoint.h"

namespace liggare {

// --- cosignatures ---

// The key as a cosigner: the same public key and name, type 04. It is never a log's own key.
VerifierKey cosignerKey(const VerifierKey& key);
// Requires 0 < seconds < 2^63: zero would say nothing about when.
NoteSignature cosign(std::string_view checkpointText, uint64_t seconds, Signer& signer);
// When it says it was made; nothing when the blob has another form or time than a cosignature/v1 may have.
std::optional<uint64_t> cosignedSeconds(const NoteSignature& signature);

std::string formatSignatureLines(const std::vector<NoteSignature>& signatures);
// Nothing unless every line is a signature and there is at least one.
std::optional<std::vector<NoteSignature>> parseSignatureLines(std::string_view text);

// --- policies ---

constexpr size_t POLICY_BYTES_MAX = 256 << 10;
constexpr size_t POLICY_ITEMS_MAX = 256;  // of each: logs, witnesses, groups

struct PolicyLog {
  VerifierKey key;  // its name is the log's origin
  std::string url;  // empty: none
};
struct PolicyWitness {
  std::string name;  // in the policy only; bytes of any meaning
  VerifierKey key;   // type 04, or one that this version cannot check and that therefore never counts
  std::string url;   // submission prefix
};
struct PolicyGroup {
  std::string name;
  size_t threshold = 0;  // 1 … members
  std::vector<std::string> members;
};
struct Policy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;
  std::string quorum = "none";  // or a witness, or a group

  const PolicyLog* logCalled(std::string_view origin) const;
  // Whether these witnesses, by their names in the policy, are enough.
  enum class Quorum : uint8_t { MISSED, REACHED };
  Quorum weigh(const std::vector<std::string>& cosigned) const;
};

struct PolicyUnreadable {
  size_t line = 0;  // from 1
  std::string why;  // in Swedish, and never with bytes of the file
};
std::variant<Policy, PolicyUnreadable> readPolicy(std::string_view text);

struct PolicyVerdict {
  enum class Flaw : uint8_t {
    NONE,
    UNREADABLE,   // not a checkpoint
    LOG,          // not signed by the key that the policy has for its origin
    COSIGNATURE,  // a witness of the policy is said to have signed this, and has not
    QUORUM        // signed by the log, but by too few witnesses
  } flaw = Flaw::NONE;
  Checkpoint checkpoint;
  struct By {
    std::string name;  // in the policy
    uint64_t seconds = 0;
  };
  std::vector<By> cosignedBy;  // in the policy's order; of QUORUM too
};
// Signatures by keys that the policy does not have are passed over.
PolicyVerdict judgeCheckpoint(const Policy& policy, std::string_view note);
// The same of the witnesses' lines alone, on a note of any text: fills in who signed, and the flaw that there is.
void judgeCosignatures(const Policy& policy, const Note& note, PolicyVerdict& verdict);

}  // namespace liggare
