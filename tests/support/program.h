// Runs the built program as a person would: arguments in, exit code and what it printed out.
#pragma once

#include <string>
#include <vector>

namespace liggare::test {

struct Ran {
  int code = -1;  // 128 + signal when it was killed
  std::string out, err;
};

// Any program, by its whole path.
Ran runProgram(const std::string& program, std::vector<std::string> arguments, const std::string& input = {});
// Standard input is `input`. The program is `liggare` beside the running test.
Ran runLiggare(const std::vector<std::string>& arguments, const std::string& input = {});
// A line as a shell takes it, in `directory`, with `liggare` and the repository's examples/ to be found.
Ran runShell(const std::string& line, const std::string& directory);

std::vector<std::string> linesOf(const std::string& text);

}  // namespace liggare::test
