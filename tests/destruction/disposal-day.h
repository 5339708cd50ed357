// Ten years after the day of destruction-world.h: what was kept long enough goes by gallring, a note's document first
// and the access log of the first days then. Each is decided, approved by another, and executed.
#pragma once

#include "tests/destruction/destruction-world.h"

namespace liggare::test {

struct DisposalDay {
  std::vector<std::string> lines;  // to be played in order, on the day up to `beginsAfter`
  size_t ofJournal = 0, ofLog = 0;  // the lines that dispose
};
size_t disposalBeginsAfter();  // so many lines of destructionDay come before: up to the read of both notes
DisposalDay disposalDay();

// One command by a commission of the first provider; its id follows from all of it.
struct Spoken {
  std::string commission, purpose, at, act;
  std::string patient;             // empty: nobody's
  std::string approval, salt = {};  // when another's approval is used
};
std::string spoken(const Spoken& said);
std::string approvalOf(const std::string& command, const std::string& salt);  // the digest, in hex

}  // namespace liggare::test
