// The habits of this repository as functions: a source in, what is wrong with it out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source-text.h"

namespace liggare::tidy {

struct Finding {
  std::string path;
  size_t line;  // 1 …; 0 is the whole file
  std::string what;
};
using Findings = std::vector<Finding>;

// Who may know whom: the arrows between folders, and the outside libraries that live in one place.
Findings checkIncludes(const Source& source);
// Calls and words that have a better form here, each with the reason.
Findings checkBanned(const Source& source);
// 120 columns, 600 lines a file, 70 lines a function.
Findings checkSizes(const Source& source);
// kebab-case.h / .c++, `#pragma once`, no `using namespace` in a header.
Findings checkForm(const Source& source);
// For any text file: no marks of unfinished work, no paths of the machine it was written on.
Findings checkText(const Source& source);
// One name, one type: a type outside anonymous namespaces that two files define breaks the one-definition rule, and the
// linker then silently takes the functions of either.
Findings checkTypeNames(const std::vector<Source>& sources);
// The README is read in one sitting: at most 120 lines.
Findings checkReadme(const Source& source);

}  // namespace liggare::tidy
