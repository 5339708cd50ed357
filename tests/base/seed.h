// The seed of a property test: from LIGGARE_SEED, or one that stands in the source, and always printed with a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace liggare {

inline uint64_t testSeed(uint64_t usual) {
  const char* given = std::getenv("LIGGARE_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : usual;
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  return seed;
}

}  // namespace liggare

// Puts the seed and the round into every failure below it in the scope.
#define LIGGARE_TRACE_SEED(seed, round) \
  SCOPED_TRACE("LIGGARE_SEED=" + std::to_string(seed) + " round " + std::to_string(round))
