// A source file as the checks see it: its lines as written, and the same lines with comments, strings and preprocessor
// blanked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace liggare::tidy {

struct Source {
  std::string path;                // from the root of the repository
  std::vector<std::string> lines;  // as written, without line ends
  std::vector<std::string> code;   // same count and same columns; what is not code is spaces
};

Source parse(std::string path, std::string_view text);

struct Function {
  std::string head;  // its signature on one line
  size_t line;       // 1 …, where the head begins
  size_t length;     // lines, head and closing brace included
};

// The functions that stand outside other functions, TEST bodies included; lambdas count with the function they stand
// in.
std::vector<Function> functionsOf(const Source& source);

// Columns, not bytes: every UTF-8 character counts once.
size_t columns(std::string_view line);

}  // namespace liggare::tidy
