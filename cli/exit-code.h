// What the program says to whoever started it. Stable: scripts rely on them, and tests/cli holds them.
#pragma once

namespace liggare::cli {

enum class ExitCode : int {
  OK = 0,
  FAILURE = 1,  // also: some line of a stream was not a command
  USAGE = 2,
  NOT_FOUND = 3,     // no journal there, no such file
  REFUSED = 4,       // a rule said no; its code was printed
  INTEGRITY = 5,     // what is stored is not what was written
  UNVERIFIABLE = 6,  // nothing contradicts, but something could not be checked: no key, a newer format
  INCOMPLETE = 7,    // what was shown is not all yet
  CONFLICT = 8,      // expectedVersion did not hold
  UNAVAILABLE = 69,  // in use, stopped
  TRY_AGAIN = 75,    // full queue or disk: nothing was written
  INTERRUPTED = 130,
};

}  // namespace liggare::cli
