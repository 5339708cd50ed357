// The log as far as it has signed itself: what is published, and what proofs lead to. Tiles and entries need no key of
// the journal, so they are read without any; only signing needs the key holder, and only when the log has grown since
// it last signed.
#pragma once

#include <functional>

#include "cli/session.h"
#include "engine/journal-files.h"
#include "engine/log/cosignature.h"
#include "engine/log/log.h"
#include "engine/loss.h"

namespace liggare::cli {

struct SignedLog {
  std::string origin;
  VerifierKey key;
  std::string name;              // the journal's: of the first incarnation
  std::vector<PastLoss> losses;  // accepted
  ClearLines lines;  // nothing here opens lines
  std::unique_ptr<Log> log;
  std::string note;  // the newest checkpoint, as it was signed and kept
  Head head;         // what it says; log holds it
};

// Null when it cannot be had: the person has then been told, and `code` says what to exit with. Without the key holder
// it is the log up to the newest checkpoint that was kept.
std::unique_ptr<SignedLog> openSignedLog(const Place& place, ExitCode& code);

// The newest checkpoint kept in the journal's directory that the policy is satisfied with and that the log holds.
std::optional<std::string> newestCosigned(const std::string& directory, const std::string& origin, const Policy& policy,
                                          const std::function<bool(const Head&)>& holds);
// Takes it as note and head. False, and the person has been told: there is none.
bool takeCosigned(const Place& place, SignedLog& to, const Policy& policy);

// The note in which the log signed just this head; nothing when it never did.
std::optional<std::string> keptCheckpoint(const Place& place, const SignedLog& from, const Head& head);

}  // namespace liggare::cli
