// The log layer's append path: sealed, hashed, durable; against bare RocksDB on the same stored bytes.
//
//   append             one thread seals and hashes, one writes, one syncs; at most 8 commits ahead of the disk
//   rival/puts         bare RocksDB, one thread: one Put per event, WriteBatch of 256, sync=true
//   rival/overlapped   bare RocksDB: one value per 256 events, written unsynced, SyncWAL by another thread
//
// Debian's librocksdb is built with assertions on. Not measured here: law, JSON, answers (decide.c++, journal.c++).
#include <benchmark/benchmark.h>

#include <thread>

#include "bench/support/log-load.h"
#include "bench/support/report.h"
#include "engine/pipeline.h"

namespace liggare::bench {

namespace {

constexpr size_t EVENTS = 100'096;  // 391 commits

void append(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto load = std::make_unique<LogLoad>(directory.path());
    Channel<std::shared_ptr<CommitBuilder>> built(4);
    Channel<int> written(8);
    state.ResumeTiming();
    std::thread writer([&] {
      while (auto commit = built.pop()) {
        load->log().append(std::move(**commit), Sync::NO);
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
    for (size_t done = 0; done < EVENTS; done += PER_COMMIT) built.push(std::make_shared<CommitBuilder>(load->build()));
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
}
BENCHMARK(append)->Iterations(1)->Repetitions(5)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace liggare::bench
