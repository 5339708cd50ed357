// What one who waits for an answer meets, beside what the disk alone takes.
//
//   disk/fdatasync     p50 of appending 4 KiB to a file and fdatasync
//   submit/idle        p50 of one command into a journal with nothing else to do, JSON to durable answer
//   rival/64-threads   bare RocksDB, sync=true, 64 threads of one Put each
//   submit/64          64 commands outstanding by asynchronous submit, the whole law in between
//   log/64             the same without the law: 64 events outstanding at the log layer, sealed, hashed, durable
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <chrono>
#include <semaphore>
#include <thread>

#include "bench/support/log-load.h"
#include "bench/support/region.h"
#include "bench/support/report.h"
#include "engine/journal.h"
#include "engine/pipeline.h"

namespace liggare::bench {

namespace {

using Timer = std::chrono::steady_clock;
constexpr size_t SAMPLES = 1'000, FOUNDING = 2'000;

double p50(std::vector<double>& micros) {
  std::nth_element(micros.begin(), micros.begin() + static_cast<ptrdiff_t>(micros.size() / 2), micros.end());
  return micros[micros.size() / 2];
}

template <typename Work>
double timeEach(size_t times, Work&& work) {
  std::vector<double> micros;
  for (size_t i = 0; i < times; ++i) {
    auto begin = Timer::now();
    work(i);
    micros.push_back(std::chrono::duration<double, std::micro>(Timer::now() - begin).count());
  }
  return p50(micros);
}

void fdatasyncAlone(benchmark::State& state) {
  DiskDirectory directory;
  int fd = open((directory.path() + "/file").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  KJ_REQUIRE(fd >= 0);
  const std::vector<char> block(4096, 'x');
  for (auto _ : state)
    state.counters["us"] = timeEach(SAMPLES, [&](size_t) {
      KJ_REQUIRE(write(fd, block.data(), block.size()) == 4096);
      KJ_REQUIRE(fdatasync(fd) == 0);
    });
  close(fd);
}
BENCHMARK(fdatasyncAlone)->Name("disk/fdatasync")->Iterations(1)->Repetitions(5);

std::unique_ptr<Journal> founded(const std::string& directory) {
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
  KJ_REQUIRE(journal != nullptr, fault.why);
  for (size_t i = 0; i < FOUNDING; ++i) {
    journal->waitForRoom(4096);
    journal->submit({"demo:bench", 1, region()[i], {}}, [](Outcome) {});
  }
  journal->waitForRoom(1);
  return journal;
}

void idle(benchmark::State& state) {
  DiskDirectory directory;
  auto journal = founded(directory.path() + "/j");
  for (auto _ : state)
    state.counters["us"] = timeEach(SAMPLES, [&](size_t i) {
      auto outcome = journal->submitAndWait({"demo:bench", 1, region()[FOUNDING + i], {}});
      KJ_REQUIRE(outcome.kind != Outcome::Kind::UNKNOWN);
    });
  state.SetLabel("against:disk/fdatasync");
  state.counters["atMost"] = 1.6;
}
BENCHMARK(idle)->Name("submit/idle")->Iterations(1)->Repetitions(5);

void threads64(benchmark::State& state) {
  constexpr size_t THREADS = 64, EACH = 300;
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.info_log_level = rocksdb::ERROR_LEVEL;
    rocksdb::DB* raw = nullptr;
    KJ_REQUIRE(rocksdb::DB::Open(options, directory.path() + "/rival", &raw).ok());
    std::unique_ptr<rocksdb::DB> db(raw);
    std::atomic<uint64_t> position{0};
    state.ResumeTiming();
    std::vector<std::thread> threads;
    for (size_t t = 0; t < THREADS; ++t)
      threads.emplace_back([&] {
        const std::string value(PAYLOAD_BYTES, 'v');
        rocksdb::WriteOptions synced;
        synced.sync = true;
        for (size_t i = 0; i < EACH; ++i) {
          uint8_t key[8];
          putBe64(key, position.fetch_add(1));
          KJ_REQUIRE(db->Put(synced, {reinterpret_cast<char*>(key), 8}, value).ok());
        }
      });
    for (auto& thread : threads) thread.join();
    state.PauseTiming();
    db.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * THREADS * EACH));
}
BENCHMARK(threads64)->Name("rival/64-threads")->Iterations(1)->Repetitions(5)->MeasureProcessCPUTime()->UseRealTime();

void outstanding(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto journal = founded(directory.path() + "/j");
    std::counting_semaphore<> room(64);
    state.ResumeTiming();
    for (size_t i = FOUNDING; i < region().size(); ++i) {
      room.acquire();
      journal->submit({"demo:bench", 1, region()[i], {}}, [&](Outcome) { room.release(); });
    }
    journal->waitForRoom(1);
    state.PauseTiming();
    journal.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * (region().size() - FOUNDING)));
  state.SetLabel("against:rival/64-threads");
  state.counters["atLeast"] = 2.5;
}
BENCHMARK(outstanding)->Name("submit/64")->Iterations(1)->Repetitions(5)->MeasureProcessCPUTime()->UseRealTime();

// Whatever has come while the disk was busy is one commit, as in engine/writer.c++.
void outstandingAtLog(benchmark::State& state) {
  constexpr size_t EVENTS = 20'000, MOST = 64;
  for (auto _ : state) {
    state.PauseTiming();
    DiskDirectory directory;
    auto load = std::make_unique<LogLoad>(directory.path());
    Channel<size_t> written(8);
    std::counting_semaphore<> room(MOST);
    state.ResumeTiming();
    std::thread syncer([&] {
      while (auto events = written.pop()) {
        while (auto more = written.tryPop()) *events += *more;
        load->log().sync();
        room.release(static_cast<ptrdiff_t>(*events));
      }
    });
    for (size_t done = 0; done < EVENTS;) {
      room.acquire();
      size_t events = 1;
      while (room.try_acquire()) ++events;
      load->log().append(load->build(events), Sync::NO);
      written.push(events);
      done += events;
    }
    written.close();
    syncer.join();
    state.PauseTiming();
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * EVENTS));
  state.SetLabel("against:rival/64-threads");
}
BENCHMARK(outstandingAtLog)->Name("log/64")->Iterations(1)->Repetitions(5)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace

}  // namespace liggare::bench
