// A synthetic region's commands, by seed: the stream that demonstrations, benches and long tests feed on.
//
// What a profile gives for a seed never changes (tests/cli/simulate-test.c++ keeps its digest): a new idea is a new
// profile. Only integers and SeededRandom decide, so every machine gives the same bytes. Nobody in it exists: personal
// numbers have the serials 980-999, which are given to nobody, and organisation numbers lie outside the ranges in use.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace liggare {

struct SimulateOptions {
  std::string profile =
      "day";  // the only one yet: domain.md §8.6's proportions, about ten accesses to one other command
  std::string region = "14";  // a region code; the neighbour is the next one in the list
  uint32_t patients = 200;
  uint32_t days = 5;  // working days, from Monday 2026-11-02; the region is set up on the Friday before
  uint64_t seed = 1;
};

constexpr uint32_t SIMULATED_PATIENTS_MAX = 300'000;
constexpr uint32_t SIMULATED_DAYS_MAX = 2'000;

// Nothing when the options make sense, else what to tell the person, in Swedish.
std::string whyNotSimulate(const SimulateOptions& options);

// Calls `line` with each command, one JSON object without line feed, in time order; what it is given dies when it
// returns. For a journal made by `init --demo`, since the commands carry their own clock.
//
//   Requires  whyNotSimulate is empty
//   Threads   one
//   Throws    what `line` throws
void simulate(const SimulateOptions& options, const std::function<void(std::string_view line)>& line);

}  // namespace liggare
