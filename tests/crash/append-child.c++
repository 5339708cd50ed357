// append-child DIR FROM: submits commands FROM, FROM+1, … to a journal until it is killed, and says on standard output
// what it knows: "I n" before a command is submitted, "A n position leaf" when it was answered. Written without
// buffering, so that nothing said is lost with the process.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/crash/commands.h"

using namespace liggare;

namespace {

void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(3);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  JournalOptions options;
  options.directory = argv[1];
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  if (!journal) {
    say("F " + fault.why + "\n");
    return 1;
  }
  say("O " + std::to_string(journal->head()) + "\n");
  for (uint64_t n = std::strtoull(argv[2], nullptr, 10);; ++n) {
    journal->waitForRoom(1 + n % 97);  // sometimes one at a time, sometimes many
    say("I " + std::to_string(n) + "\n");
    journal->submit({"demo:crash", n % 3, test::crashCommand(n), {}}, [n](Outcome outcome) {
      if (!outcome.recorded())
        return say("N " + std::to_string(n) + " " + outcomeName(outcome.kind) + " " + outcome.path + "\n");
      say("A " + std::to_string(n) + " " + std::to_string(outcome.receipt.position) + " " +
          toHex(outcome.receipt.leaf) + "\n");
    });
  }
}
