// Whom the person trusts: a log's verifier key, or a policy file that also says which witnesses must have cosigned
// (C2SP tlog-policy). Every verb that checks something signed reads them here.
#pragma once

#include <optional>
#include <string>

#include "cli/exit-code.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "engine/log/cosignature.h"

namespace liggare::cli {

struct TrustWords {
  std::string key, policy;
};
// --key and --policy.
void bindTrust(VerbForm& form, TrustWords& words);

struct Trust {
  Policy policy;  // of --key alone: that log, and nobody else needed
  enum class Asked : uint8_t { KEY, POLICY } asked = Asked::KEY;

  // The keys that may have signed checkpoints of that origin; empty: nobody's word counts for it.
  std::vector<VerifierKey> keysOf(std::string_view origin) const;
};

// At least one of the two; with both, the key's log is the only one of the policy's that counts. Nothing, and the
// person has been told, when they cannot be read; `code` then says what to exit with.
std::optional<Trust> readTrust(const TrustWords& words, ExitCode& code);
std::optional<Policy> readPolicyFile(const std::string& path, ExitCode& code);
// The key itself, or a file in which it stands on a line of its own; of a log, or of a witness.
std::optional<VerifierKey> readKey(const std::string& words, NoteKeyType type, ExitCode& code);

// Which log a proof or a checkpoint is of, and its key by this trust: the origin that the note states, when it is
// trusted; otherwise any log of the policy, for a signature that will then be missed.
VerifierKey keyFor(const Trust& trust, std::string_view note);

// Why a checkpoint is not enough, and what to exit with; nothing when it is.
struct Distrust {
  ExitCode code = ExitCode::OK;
  std::string why;
};
std::optional<Distrust> distrust(const PolicyVerdict& verdict);
// "vittne-a 2026-11-22 08:15, vittne-b …", and the same as a JSON list of names and times.
std::string cosignedWords(const PolicyVerdict& verdict);
std::string cosignedJson(const PolicyVerdict& verdict);

}  // namespace liggare::cli
