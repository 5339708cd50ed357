// Whether a journal is what it was: what `liggare verify` and the demo find out, and how it is told.
#pragma once

#include "cli/session.h"
#include "engine/loss.h"

namespace liggare::cli {

struct VerifyWords {
  Place place;
  bool full = false, open = false, json = false;
};

// What --open counted: every event opened with its keys, and its books worked out again from what it says.
struct OpenedCount {
  uint64_t events = 0, lines = 0, reads = 0, refusals = 0, destroyed = 0;
  std::vector<Finding> findings;
};

struct Verified {
  std::string origin;
  bool demo = false, keysAtHand = true, full = false, opened = false;
  VerifyReport report;
  OpenedCount count;
  std::vector<PastLoss> losses;  // accepted; what is wrong with one stands among the findings of the count
  Micros lastRecordedAt = 0;
  double seconds = 0;

  std::optional<Finding> first() const;
  ExitCode code() const;
};

// False when it could not even be opened; `code` then says what to exit with, and the person has been told.
bool verifyJournal(const VerifyWords& words, Verified& into, ExitCode& code);
void tellVerified(const Verified& verified, Output& out);
std::string verifiedJson(const Verified& verified);

}  // namespace liggare::cli
