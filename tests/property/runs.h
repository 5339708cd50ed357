// How many random histories a property is tried on, and from which seed.
//
//   LIGGARE_PROPERTY_RUNS   histories for each property (the fast suite tries few)
//   LIGGARE_SEED            the first one's seed: a failure prints its own, and this repeats it
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>

#include "tests/base/seed.h"

namespace liggare::test {

inline void forEachHistory(uint64_t usualRuns, const std::function<void(uint64_t seed)>& property) {
  const char* given = std::getenv("LIGGARE_PROPERTY_RUNS");
  const uint64_t runs = given != nullptr ? std::strtoull(given, nullptr, 10) : usualRuns;
  const uint64_t first = testSeed(1);
  for (uint64_t run = 0; run < runs; ++run) {
    LIGGARE_TRACE_SEED(first + run, run);
    property(first + run);
    if (::testing::Test::HasFatalFailure()) {
      std::printf("repeat with LIGGARE_SEED=%llu LIGGARE_PROPERTY_RUNS=1\n",
                  static_cast<unsigned long long>(first + run));
      return;
    }
  }
}

}  // namespace liggare::test
