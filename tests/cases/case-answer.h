// An answer as a case tells it, and whether it is the one that the case expects.
#pragma once

#include <string>
#include <vector>

#include "tests/cases/case-command.h"
#include "tests/cases/case-file.h"
#include "tests/support/law-world.h"

namespace liggare::test {

// Everything that can be said of the answer, in the form of README.md.
CaseAnswer tell(const LawAnswer& answer, const LawWorld& world, const CaseNames& names);

// Whether what is expected is said: heads and event lines in order, every written fact among the told ones. Lines of
// items are compared only when the case has any.
bool agrees(const CaseAnswer& expected, const CaseAnswer& told);

std::string asText(const CaseAnswer& answer);

}  // namespace liggare::test
