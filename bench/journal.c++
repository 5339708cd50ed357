// The whole engine on a simulated region (cli/simulate, seed 1): what a user of the journal meets.
//
//   journal    JSON line to durable answer through Journal::submit, many under way
//   read       events opened by position, in random order, keys and parts included, texts not
//   rebuild    all three views from the log
#include <benchmark/benchmark.h>
#include <kj/debug.h>

#include "bench/support/region.h"
#include "bench/support/report.h"
#include "engine/journal.h"
#include "projections/views.h"

namespace liggare::bench {

namespace {

std::unique_ptr<Journal> freshJournal(const std::string& directory) {
  InitOptions init;
  init.directory = directory;
  init.origin = "bench.liggare.example/1";
  init.clocked = InitOptions::Clocked::BY_COMMANDS;
  init.demoStart = 1'790'000'000'000'000;
  KJ_REQUIRE(!Journal::init(init));
  JournalOptions options;
  options.directory = directory;
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  KJ_REQUIRE(journal != nullptr, fault.why.c_str());
  return journal;
}

void fill(Journal& journal) {
  for (auto& line : region()) {
    journal.waitForRoom(4096);
    journal.submit({"demo:bench", 1, line, {}}, [](Outcome) {});
  }
  journal.waitForRoom(1);
}

void journal(benchmark::State& state) {
  region();
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto made = freshJournal(directory.path() + "/j");
    state.ResumeTiming();
    fill(*made);
    state.PauseTiming();
    made.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * region().size()));
  state.SetLabel("against:rival/puts");
}
BENCHMARK(journal)->Iterations(1)->Repetitions(3)->UseRealTime();

void read(benchmark::State& state) {
  DiskDirectory directory;
  auto made = freshJournal(directory.path() + "/j");
  fill(*made);
  SeededRandom random(1);
  int64_t opened = 0;
  for (auto _ : state) {
    for (int i = 0; i < 2000; ++i) benchmark::DoNotOptimize(made->read(random.below(made->head())));
    opened += 2000;
  }
  state.SetItemsProcessed(opened);
  state.SetLabel("against:journal");
}
BENCHMARK(read)->Iterations(1)->Repetitions(3)->UseRealTime();

void rebuild(benchmark::State& state) {
  DiskDirectory directory;
  auto made = freshJournal(directory.path() + "/j");
  fill(*made);
  for (auto _ : state) {
    auto store = memoryStore();
    Views views(*store, *made);
    views.rebuild(std::nullopt, {});
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * made->head()));
  state.SetLabel("against:journal");
}
BENCHMARK(rebuild)->Iterations(1)->Repetitions(3)->UseRealTime();

}  // namespace

}  // namespace liggare::bench
