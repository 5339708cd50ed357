// An outcome as the line of JSON that a person or a program gets for a command.
#pragma once

#include <string>

#include "cli/exit-code.h"
#include "engine/journal.h"

namespace liggare::cli {

// Appends one line, line feed included. `proof`: a signed receipt (C2SP tlog-proof), where one was asked for.
void appendAnswer(std::string& out, uint64_t line, const Outcome& outcome, std::string_view proof = {});

// "R-C1  Patientens samtycke saknas.  (2019:1297 3 §)": code, text, paragraph, as a person reads them.
std::string refusalLine(const Outcome& outcome);

struct Tally {
  uint64_t lines = 0, accepted = 0, unchanged = 0, refused = 0, conflicts = 0, duplicates = 0, invalid = 0;
  uint64_t tryAgain = 0, unknown = 0;
  Outcome::Kind last = Outcome::Kind::UNKNOWN;  // of a duplicate: what the first one was
  void add(const Outcome& outcome);
  std::string summary() const;  // "206 rader: 170 godtagna, 33 nekade, 3 ogiltiga"
  ExitCode exitCode() const;
};

}  // namespace liggare::cli
