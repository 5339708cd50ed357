// The power goes at every moment there is, and the disk keeps what a disk may: nothing that was promised is lost, and
// the journal opens by itself. Then the same for engines with a mistake in them, each of which
// must be found out.
//
//   LIGGARE_CRASH_POINTS=N   so many points in all instead of 2,000
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/base/seed.h"
#include "tests/crash/crash-points.h"
#include "tests/crash/mutants.h"

namespace liggare {
namespace {

using test::CrashMutant;
using test::CrashStage;
using test::DiskModel;

int modelOf(const test::Examined& e) { return e.line[e.line.find(' ') + 1] - '0'; }

struct ModelCounts {
  std::map<int, uint64_t> points, fresh;
  uint64_t operations = 0;
};

void tell(const std::string& name, const ModelCounts& counts) {
  std::printf("  %-12s %5llu", name.c_str(), static_cast<unsigned long long>(counts.operations));
  uint64_t all = 0, fresh = 0;
  for (auto model : test::ALL_DISK_MODELS) {
    auto found = counts.points.find(int(model));
    uint64_t points = found == counts.points.end() ? 0 : found->second;
    std::printf(" %7llu", static_cast<unsigned long long>(points));
    all += points;
  }
  for (auto& [model, n] : counts.fresh) fresh += n;
  std::printf(" %8llu %8llu\n", static_cast<unsigned long long>(all), static_cast<unsigned long long>(fresh));
}

}  // namespace

TEST(CrashPoints, WhereverThePowerGoesNothingPromisedIsLostAndTheJournalOpens) {
  const uint64_t seed = testSeed(1), points = test::countFromEnvironment("LIGGARE_CRASH_POINTS", 2000);
  LIGGARE_TRACE_SEED(seed, 0);
  std::printf("seed %llu; points by workload and disk model\n", static_cast<unsigned long long>(seed));
  std::printf("  workload       ops      M0      M1      M2      M3      M4      M5      all    disks\n");
  size_t count = test::CRASH_WORKLOADS.size();
  ModelCounts total;
  for (size_t i = 0; i < count; ++i) {
    CrashStage stage(test::CRASH_WORKLOADS[i]);
    auto chosen = stage.choose(points * (i + 1) / count - points * i / count, seed + i);
    ModelCounts counts;
    counts.operations = stage.changes();
    for (auto& e : stage.examine(chosen)) {
      ++counts.points[modelOf(e)];
      counts.fresh[modelOf(e)] += e.isNew;
      EXPECT_EQ(e.broken, "") << stage.workload() << " at " << e.line;
    }
    for (auto& [model, n] : counts.points) total.points[model] += n;
    for (auto& [model, n] : counts.fresh) total.fresh[model] += n;
    total.operations += counts.operations;
    tell(stage.workload(), counts);
  }
  tell("in all", total);
}

struct MutantTest : testing::TestWithParam<CrashMutant> {};
INSTANTIATE_TEST_SUITE_P(EngineThat, MutantTest, testing::ValuesIn(test::crashMutants()),
                         [](auto& each) { return std::string(each.param.name); });

TEST_P(MutantTest, IsFoundOut) {
  const CrashMutant& mutant = GetParam();
  CrashStage stage(mutant.workload);
  auto trace = stage.trace();
  mutant.apply(trace);
  stage.replace(trace);
  constexpr size_t TOGETHER = 200, ENOUGH = 3000;
  size_t looked = 0;
  for (uint64_t seed = 1; looked < ENOUGH; ++seed) {
    for (auto& e : stage.examine(stage.choose(TOGETHER, seed))) {
      ++looked;
      if (e.broken.empty() || !e.broken.starts_with(mutant.found)) continue;
      std::printf("  found after %zu points, at %s: %s\n", looked, e.line.c_str(), e.broken.c_str());
      return;
    }
  }
  FAIL() << "nobody noticed an engine that " << mutant.name;
}

}  // namespace liggare
