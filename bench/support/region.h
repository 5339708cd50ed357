// The commands of a simulated region (cli/simulate, seed 1): what the benches of the whole engine are fed with.
#pragma once

#include <string>
#include <vector>

#include "cli/simulate.h"

namespace liggare::bench {

inline const std::vector<std::string>& region() {
  constexpr size_t COMMANDS = 20'000;
  static const std::vector<std::string> lines = [] {
    std::vector<std::string> made;
    SimulateOptions options;
    options.patients = 200;
    options.days = 8;
    liggare::simulate(options, [&](std::string_view line) {
      if (made.size() < COMMANDS) made.emplace_back(line);
    });
    return made;
  }();
  return lines;
}

}  // namespace liggare::bench
