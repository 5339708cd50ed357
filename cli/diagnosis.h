// The ladder of opening, climbed without touching anything: what holds, what does not, what opening would do, and what
// an operator does next.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace liggare::cli {

// How one rung holds. The worst decides the exit code.
enum class Hold : uint8_t {
  FINE,
  NOTE,     // opening mends it, or an operator should know
  UNKNOWN,  // cannot be checked here: no key, no right to read
  BUSY,     // another process has the journal
  BROKEN    // what is stored is not what was written
};
const char* holdName(Hold hold);

struct Rung {
  std::string name;
  Hold hold = Hold::FINE;
  std::string told;
};

struct Diagnosis {
  enum class Opening : uint8_t { UNKNOWN, WHOLE, DROPS_TAIL, REFUSES } opening = Opening::UNKNOWN;
  std::string origin;
  Head end;                           // of the proven chain
  uint64_t commitsAbove = 0;          // DROPS_TAIL
  uint64_t lostFrom = 0, lostTo = 0;  // REFUSES: promised, and not there or another
  std::vector<Rung> rungs;
  std::string next;  // what to do
  ExitCode code = ExitCode::OK;
};
const char* openingName(Diagnosis::Opening opening);

// `fault` and nothing else when it is no journal at all.
std::optional<Diagnosis> diagnose(const Place& place, JournalFault& fault);

}  // namespace liggare::cli
