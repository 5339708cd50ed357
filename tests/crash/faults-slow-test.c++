// Every call that changes a file fails once, or from then on: by an error of the disk, for want of room, cut short or
// interrupted. Whatever the engine then answers, what it has promised is there afterwards, also when the power goes
// next, and opening again is all that is needed.
//
//   LIGGARE_CRASH_FAULTS=N   so many failing calls instead of 350
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/base/seed.h"
#include "tests/crash/crash-points.h"

namespace liggare {

TEST(CrashFaults, WhicheverCallFailsNothingPromisedIsLost) {
  const std::vector<std::string> workloads{"lone",     "batches",   "checkpoints", "reopening",
                                           "rotation", "in-flight", "flush"};
  const uint64_t seed = testSeed(1), wanted = test::countFromEnvironment("LIGGARE_CRASH_FAULTS", 350);
  LIGGARE_TRACE_SEED(seed, 0);
  constexpr uint64_t KINDS = 6;
  SeededRandom random(seed);
  uint64_t all = 0, fired = 0;
  for (auto& name : workloads) {
    test::CrashStage stage(name);
    std::vector<std::string> lines;
    for (uint64_t i = 0; i < wanted / workloads.size(); ++i)
      lines.push_back(std::to_string(i % KINDS) + " " + std::to_string(1 + random.below(stage.changes())));
    uint64_t here = 0;
    for (auto& e : stage.fail(lines)) {
      EXPECT_EQ(e.broken, "") << name << ", fault " << e.line;
      here += e.isNew;
    }
    std::printf("  %-12s %4llu calls, %4zu made to fail, %4llu did\n", name.c_str(),
                static_cast<unsigned long long>(stage.changes()), lines.size(), static_cast<unsigned long long>(here));
    all += lines.size();
    fired += here;
  }
  std::printf("seed %llu: %llu failing calls\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(fired));
  EXPECT_GT(fired, all / 2) << "most calls that were to fail did not";
}

}  // namespace liggare
