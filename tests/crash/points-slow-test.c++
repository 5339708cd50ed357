// The power goes at every moment there is, and the disk keeps what a disk may: nothing that was promised is lost, and
// the journal opens by itself. Then the same for engines with a mistake in them, each of which
// must be found out.
//
//   LIGGARE_CRASH_POINTS=N   so many points in all instead of 2,000
//   LIGGARE_CRASH_FROM=M     without the first M, which another run has examined
//
// The last line of the points is a JSON object: what was examined, of what, and what was found.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "tests/base/seed.h"
#include "tests/crash/crash-points.h"
#include "tests/crash/mutants.h"

namespace liggare {
namespace {

using test::CrashMutant;
using test::CrashStage;
using test::DiskModel;

int modelOf(const test::Examined& e) { return e.line[e.line.find(' ') + 1] - '0'; }

struct Counts {
  std::map<int, uint64_t> points;  // by model
  uint64_t operations = 0, disks = 0, broken = 0;

  void add(const Counts& other) {
    for (auto& [model, n] : other.points) points[model] += n;
    operations += other.operations;
    disks += other.disks;
    broken += other.broken;
  }
  uint64_t all() const {
    uint64_t out = 0;
    for (auto& [model, n] : points) out += n;
    return out;
  }
};

void tell(const std::string& name, Counts counts) {
  std::printf("  %-12s %5llu", name.c_str(), static_cast<unsigned long long>(counts.operations));
  for (auto model : test::ALL_DISK_MODELS)
    std::printf(" %7llu", static_cast<unsigned long long>(counts.points[int(model)]));
  std::printf(" %8llu %8llu %6llu\n", static_cast<unsigned long long>(counts.all()),
              static_cast<unsigned long long>(counts.disks), static_cast<unsigned long long>(counts.broken));
  std::fflush(stdout);
}

std::string asJson(Counts counts) {
  std::string out = "{\"calls\":" + std::to_string(counts.operations) + ",\"points\":" + std::to_string(counts.all()) +
                    ",\"disks\":" + std::to_string(counts.disks) + ",\"broken\":" + std::to_string(counts.broken);
  for (auto model : test::ALL_DISK_MODELS)
    out += ",\"M" + std::to_string(int(model)) + "\":" + std::to_string(counts.points[int(model)]);
  return out + "}";
}

// The share of one workload in the points from `from` on.
Counts examine(const CrashStage& stage, size_t i, uint64_t from, uint64_t points, uint64_t seed) {
  size_t workloads = test::CRASH_WORKLOADS.size();
  auto share = [&](uint64_t of) { return of * (i + 1) / workloads - of * i / workloads; };
  Counts counts;
  counts.operations = stage.changes();
  for (auto& e : stage.examine(stage.choose(share(from + points) - share(from), seed + i, share(from)))) {
    ++counts.points[modelOf(e)];
    counts.disks += e.isNew;
    counts.broken += !e.broken.empty();
    EXPECT_EQ(e.broken, "") << stage.workload() << " at " << e.line;
  }
  return counts;
}

}  // namespace

TEST(CrashPoints, WhereverThePowerGoesNothingPromisedIsLostAndTheJournalOpens) {
  const uint64_t seed = testSeed(1), points = test::countFromEnvironment("LIGGARE_CRASH_POINTS", 2000),
                 from = test::countFromEnvironment("LIGGARE_CRASH_FROM", 0);
  LIGGARE_TRACE_SEED(seed, 0);
  std::printf("seed %llu; points by workload and disk model\n", static_cast<unsigned long long>(seed));
  std::printf("  workload     calls      M0      M1      M2      M3      M4      M5      all    disks broken\n");
  Counts total;
  std::string workloads;
  for (size_t i = 0; i < test::CRASH_WORKLOADS.size(); ++i) {
    CrashStage stage(test::CRASH_WORKLOADS[i]);
    Counts counts = examine(stage, i, from, points, seed);
    tell(stage.workload(), counts);
    total.add(counts);
    workloads += (i > 0 ? "," : "") + ("\"" + stage.workload() + "\":") + asJson(counts);
  }
  tell("in all", total);
  std::printf("{\"seed\":%llu,\"from\":%llu,\"all\":%s,\"workloads\":{%s}}\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(from), asJson(total).c_str(), workloads.c_str());
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
