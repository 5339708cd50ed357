// The parts of the append path by themselves, one thread, nothing written.
//
//   seal   256-byte payload in one part, key from the tree, four lines, entry, leaf hash: what the sealer does per
//   event tree   tile tree with frontier over ready leaf hashes
#include <benchmark/benchmark.h>

#include "bench/support/log-load.h"
#include "bench/support/report.h"
#include "engine/log/tree.h"

namespace liggare::bench {

namespace {

void seal(benchmark::State& state) {
  DiskDirectory directory;
  LogLoad load(directory.path());
  int64_t events = 0;
  for (auto _ : state) {
    auto commit = load.build();
    benchmark::DoNotOptimize(commit.leafHashes().data());
    events += static_cast<int64_t>(commit.count());
  }
  state.SetItemsProcessed(events);
  state.SetLabel("against:append");
}
BENCHMARK(seal)->Iterations(200)->Repetitions(5);

void tree(benchmark::State& state) {
  Hash leaf = sha256(asBytes("leaf"));
  int64_t leaves = 0;
  for (auto _ : state) {
    TileTree grown;
    std::vector<FullTile> full;
    for (uint32_t i = 0; i < 65'536; ++i) {
      putBe32(leaf.bytes.data(), i);
      grown.append(leaf, full);
    }
    benchmark::DoNotOptimize(grown.root());
    leaves += 65'536;
  }
  state.SetItemsProcessed(leaves);
  state.SetLabel("against:append");
}
BENCHMARK(tree)->Iterations(3)->Repetitions(5);

}  // namespace

}  // namespace liggare::bench
