// Ten thousand random cases over a tree in which a tile of level 1 is full.
//
//   LIGGARE_SEED            repeats a run
//   LIGGARE_INTEROP_CASES   that many instead
#include <gtest/gtest.h>

#include "tests/base/seed.h"
#include "tests/interop/verifiers.h"

namespace liggare {
namespace {

TEST(InteropSlow, GoAndPythonAgreeWithTheLogOnTenThousandRandomCases) {
  const uint64_t seed = testSeed(19);
  LIGGARE_TRACE_SEED(seed, 0);
  const char* given = std::getenv("LIGGARE_INTEROP_CASES");
  test::expectAgreement(seed, TILE_WIDTH * TILE_WIDTH, given ? std::strtoull(given, nullptr, 10) : 10'000);
}

}  // namespace
}  // namespace liggare
