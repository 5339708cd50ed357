// The log layer's append path: sealed, hashed, durable; against bare RocksDB on the same stored bytes.
//
//   append             two threads seal and hash, one writes, one syncs; at most 8 commits ahead of the disk
//   append/one-sealer  the same with one thread that seals
//   sync/request       every event a commit of its own, synced before the next is begun
//   sync/group         commits of 256, each synced before the next is begun
//   sync/none          commits of 256, written and never synced: nobody would be answered on them
//   rival/puts         bare RocksDB, one thread: one Put per event, WriteBatch of 256, sync=true
//   rival/overlapped   bare RocksDB: one value per 256 events, written unsynced, SyncWAL by another thread
//
// Debian's librocksdb is built with assertions on. Not measured here: law, JSON, answers (decide.c++, journal.c++).
#include <benchmark/benchmark.h>

#include <future>
#include <thread>

#include "bench/support/log-load.h"
#include "bench/support/report.h"
#include "engine/pipeline.h"

namespace liggare::bench {

namespace {

constexpr size_t EVENTS = 100'096;  // 391 commits

// Commits are numbered in order and sealed beside each other; the writer takes them in order again.
void append(benchmark::State& state, size_t sealers) {
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto load = std::make_unique<LogLoad>(directory.path());
    Channel<std::future<CommitBuilder>> built(4);
    std::mutex inOrder;
    Channel<int> written(8);
    state.ResumeTiming();
    std::thread writer([&] {
      while (auto commit = built.pop()) {
        load->log().append(commit->get(), Sync::NO);
        written.push(1);
      }
      written.close();
    });
    std::thread syncer([&] {
      while (written.pop()) {
        while (written.tryPop()) {
        }
        load->log().sync();
      }
    });
    size_t numbered = 0;
    auto sealCommits = [&] {
      for (;;) {
        std::promise<CommitBuilder> sealed;
        LogLoad::Numbered next;
        {
          std::lock_guard lock(inOrder);
          if (numbered == EVENTS) return;
          next = load->number();
          numbered += PER_COMMIT;
          built.push(sealed.get_future());
        }
        sealed.set_value(load->seal(next));
      }
    };
    std::vector<std::thread> others;
    for (size_t i = 1; i < sealers; ++i) others.emplace_back(sealCommits);
    sealCommits();
    for (auto& thread : others) thread.join();
    built.close();
    writer.join();
    syncer.join();
    state.PauseTiming();
    if (load->log().durableSize() != EVENTS) state.SkipWithError("not all events are durable");
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * EVENTS));
  state.SetLabel("against:rival/puts");
  if (sealers == 2) state.counters["atLeast"] = 1.5;
}
BENCHMARK_CAPTURE(append, , 1)
    ->Name("append/one-sealer")
    ->Iterations(1)
    ->Repetitions(5)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(append, , 2)
    ->Name("append")
    ->Iterations(1)
    ->Repetitions(5)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void commits(benchmark::State& state, size_t perCommit, size_t events, Sync sync) {
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto load = std::make_unique<LogLoad>(directory.path());
    state.ResumeTiming();
    for (size_t done = 0; done < events; done += perCommit) load->log().append(load->build(perCommit), sync);
    state.PauseTiming();
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * events));
  state.SetLabel("against:rival/puts");
}
BENCHMARK_CAPTURE(commits, , 1, 2'000, Sync::YES)
    ->Name("sync/request")
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK_CAPTURE(commits, , PER_COMMIT, 50'176, Sync::YES)
    ->Name("sync/group")
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK_CAPTURE(commits, , PER_COMMIT, 50'176, Sync::NO)
    ->Name("sync/none")
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace

}  // namespace liggare::bench
