// Bare RocksDB with the same bytes, so that our figures are ratios. The only file outside engine/kv that knows RocksDB:
// a rival must not pay for our wrapper.
#include <benchmark/benchmark.h>
#include <rocksdb/db.h>

#include <thread>

#include "bench/support/report.h"
#include "engine/base/random.h"
#include "engine/pipeline.h"

namespace liggare::bench {

namespace {

constexpr size_t EVENTS = 100'096;
constexpr size_t PER_BATCH = 256;
constexpr size_t STORED_BYTES =
    700;  // what append.c++ stores per event; guard.c++ fails when it stores less or much more

std::unique_ptr<rocksdb::DB> open(const std::string& path) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = 64 << 20;
  options.info_log_level = rocksdb::ERROR_LEVEL;
  rocksdb::DB* db = nullptr;
  if (!rocksdb::DB::Open(options, path + "/rival", &db).ok()) return nullptr;
  return std::unique_ptr<rocksdb::DB>(db);
}

Buffer randomBytes(size_t size) {
  Buffer bytes(size);
  systemRandom().fill(bytes);
  return bytes;
}

void puts(benchmark::State& state) {
  Buffer value = randomBytes(STORED_BYTES);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto db = open(directory.path());
    state.ResumeTiming();
    uint64_t position = 0;
    for (size_t done = 0; done < EVENTS; done += PER_BATCH) {
      rocksdb::WriteBatch batch;
      for (size_t i = 0; i < PER_BATCH; ++i) {
        uint8_t key[8];
        putBe64(key, position++);
        putBe64(value.data(), position);
        batch.Put({reinterpret_cast<char*>(key), 8}, {reinterpret_cast<char*>(value.data()), value.size()});
      }
      if (!db->Write(synced, &batch).ok()) state.SkipWithError("write");
    }
    state.PauseTiming();
    db.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * EVENTS));
}
BENCHMARK(puts)
    ->Name("rival/puts")
    ->Iterations(1)
    ->Repetitions(5)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void overlapped(benchmark::State& state) {
  Buffer value = randomBytes(STORED_BYTES * PER_BATCH);
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto db = open(directory.path());
    Channel<int> written(8);
    state.ResumeTiming();
    std::thread syncer([&] {
      while (written.pop()) {
        while (written.tryPop()) {
        }
        if (!db->SyncWAL().ok()) std::abort();
      }
    });
    uint64_t position = 0;
    for (size_t done = 0; done < EVENTS; done += PER_BATCH) {
      uint8_t key[8];
      putBe64(key, position++);
      putBe64(value.data(), position);
      if (!db->Put({}, {reinterpret_cast<char*>(key), 8}, {reinterpret_cast<char*>(value.data()), value.size()}).ok())
        state.SkipWithError("write");
      written.push(1);
    }
    written.close();
    syncer.join();
    state.PauseTiming();
    db.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * EVENTS));
  state.SetLabel("against:rival/puts");
}
BENCHMARK(overlapped)
    ->Name("rival/overlapped")
    ->Iterations(1)
    ->Repetitions(5)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace liggare::bench
