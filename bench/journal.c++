// The whole engine on a simulated region (cli/simulate, seed 1): what a user of the journal meets.
//
//   journal    JSON line to durable answer through Journal::submit, many under way; the index is written beside, and
//              never more than a run of it behind
//   rival/same-bytes  bare RocksDB, batches of 256, sync=true, one Put of as many bytes as the journal's log stored for
//              an entry in the same run
//   read       events opened by position, in random order, keys and parts included, texts not
//   rebuild    all three views from the log
#include <benchmark/benchmark.h>
#include <kj/debug.h>
#include <rocksdb/db.h>

#include <filesystem>

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

size_t bytesPerEntry = 1200;  // until a journal has been filled and weighed

size_t logBytes(const std::string& directory) {
  size_t bytes = 0;
  for (auto& file : std::filesystem::directory_iterator(directory + "/log")) bytes += file.file_size();
  return bytes;
}

void sameBytes(benchmark::State& state) {
  constexpr size_t EVENTS = 25'600, PER_BATCH = 256;
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = 64 << 20;
    options.info_log_level = rocksdb::ERROR_LEVEL;
    rocksdb::DB* raw = nullptr;
    KJ_REQUIRE(rocksdb::DB::Open(options, directory.path() + "/rival", &raw).ok());
    std::unique_ptr<rocksdb::DB> db(raw);
    std::string value(bytesPerEntry, 'v');
    rocksdb::WriteOptions synced;
    synced.sync = true;
    state.ResumeTiming();
    for (uint64_t position = 0; position < EVENTS;) {
      rocksdb::WriteBatch batch;
      for (size_t i = 0; i < PER_BATCH; ++i) {
        uint8_t key[8];
        putBe64(key, position++);
        batch.Put({reinterpret_cast<char*>(key), 8}, value);
      }
      KJ_REQUIRE(db->Write(synced, &batch).ok());
    }
    state.PauseTiming();
    db.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * EVENTS));
}
BENCHMARK(sameBytes)->Name("rival/same-bytes")->Iterations(1)->Repetitions(5)->MeasureProcessCPUTime()->UseRealTime();

void journal(benchmark::State& state) {
  region();
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto made = freshJournal(directory.path() + "/j");
    state.ResumeTiming();
    fill(*made);
    state.PauseTiming();
    const uint64_t entries = made->head();
    made.reset();
    bytesPerEntry = logBytes(directory.path() + "/j") / entries;
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * region().size()));
  state.SetLabel("against:rival/same-bytes");
  state.counters["atLeast"] = 1.1;
}
BENCHMARK(journal)->Iterations(1)->Repetitions(5)->MeasureProcessCPUTime()->UseRealTime();

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
BENCHMARK(read)->Iterations(1)->Repetitions(3)->MeasureProcessCPUTime()->UseRealTime();

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
BENCHMARK(rebuild)->Iterations(1)->Repetitions(3)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace

}  // namespace liggare::bench
