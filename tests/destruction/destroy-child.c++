// destroy-child DIR STEP [COMMAND]: opens a journal, submits the command, and ends without warning after so many steps
// of a destruction (9), or in good order when there were fewer (0).
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "engine/journal.h"

using namespace liggare;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  uint64_t left = std::strtoull(argv[2], nullptr, 10);
  JournalOptions options;
  options.directory = argv[1];
  options.afterStep = [&left](std::string_view) {
    if (left-- == 0) std::_Exit(9);
  };
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  if (!journal) return 1;
  if (argc > 3) return journal->submitAndWait({"demo:test", 1, argv[3], {}}).kind == Outcome::Kind::ACCEPTED ? 0 : 3;
  return 0;
}
