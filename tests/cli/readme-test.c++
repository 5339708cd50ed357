// What the README and docs/operating.md tell people to type is typed: every line beginning with "$ " in a ```console
// block, in order, in one temporary directory. Its promised output is for people; here only that it works.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare {
namespace {

std::vector<std::string> commandsOf(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> commands;
  std::string line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.starts_with("```"))
      inside = line == "```console";
    else if (inside && line.starts_with("$ "))
      commands.push_back(line.substr(2));
  }
  return commands;
}

// Commands that build or install are what `.ci/run` does; a test does not build itself.
bool isForAnotherDay(const std::string& command) { return command.starts_with("./dev") || command.starts_with("git "); }

void expectCommandsWork(const std::string& page) {
  auto commands = commandsOf(test::sourceDir() + page);
  EXPECT_GT(commands.size(), 5u) << page;
  test::TemporaryDirectory place;
  for (auto& command : commands) {
    // People start what they built; the test starts what it was built with.
    for (size_t at; (at = command.find("build/release/liggare")) != std::string::npos;)
      command.replace(at, 21, "liggare");
    if (isForAnotherDay(command)) continue;
    // "# exit 4" at the end of a line says what a person is meant to see.
    int expected = 0;
    if (auto at = command.find("# exit "); at != std::string::npos) expected = std::stoi(command.substr(at + 7));
    // softhsm2 loses some bytes at each signature (tests/support/soft-token-module.c++), which sanitizers would report.
    const bool hasToken = command.find("kort.env") != std::string::npos;
    hasToken ? ::setenv("LSAN_OPTIONS", "detect_leaks=0", 1) : ::unsetenv("LSAN_OPTIONS");
    auto ran = test::runShell(command, place.path());
    EXPECT_EQ(ran.code, expected) << command << "\n" << ran.out << ran.err;
  }
}

TEST(Readme, ItsCommandsWork) { expectCommandsWork("/README.md"); }
TEST(OperatingPage, ItsCommandsWork) { expectCommandsWork("/docs/operating.md"); }

}  // namespace
}  // namespace liggare
