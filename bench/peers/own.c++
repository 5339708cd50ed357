// Our own rows. The log layer seals, hashes and numbers what it is given (bench/support/log-load.h) and knows no law;
// the journal decides a simulated region's commands by the whole law, JSON in, durable answer out.
#include <kj/debug.h>

#include <filesystem>
#include <semaphore>
#include <thread>

#include "bench/peers/race.h"
#include "bench/support/log-load.h"
#include "cli/simulate.h"
#include "engine/journal.h"
#include "engine/pipeline.h"

namespace liggare::bench {

namespace {

constexpr const char* OWN_CHECKS = "id, version*";
constexpr size_t FIRST_LINES = 5000;  // who exists, and what they may: before the clock starts

// One request at a time, each its own commit, synced.
void oneByOne(LogLoad& load, size_t perRequest, RaceClock::time_point until, RaceTally& tally) {
  while (RaceClock::now() < until) {
    auto asked = RaceClock::now();
    load.log().append(load.build(perRequest), Sync::YES);
    tally.add(perRequest, asked, RaceClock::now());
  }
}

// So many outstanding, asked again as soon as they are answered: whatever has come while the disk was busy is one
// commit.
void outstanding(LogLoad& load, size_t most, RaceClock::time_point until, RaceTally& tally) {
  struct Group {
    size_t events;
    RaceClock::time_point asked;
  };
  Channel<Group> written(8);
  std::counting_semaphore<> room(static_cast<ptrdiff_t>(most));
  std::thread syncer([&] {
    while (auto first = written.pop()) {
      std::vector<Group> groups{*first};
      while (auto more = written.tryPop()) groups.push_back(*more);
      load.log().sync();
      auto answered = RaceClock::now();
      for (const Group& group : groups) {
        for (size_t i = 0; i < group.events; ++i) tally.add(1, group.asked, answered);
        room.release(static_cast<ptrdiff_t>(group.events));
      }
    }
  });
  while (RaceClock::now() < until) {
    room.acquire();
    size_t events = 1;
    while (events < PER_COMMIT && room.try_acquire()) ++events;
    auto asked = RaceClock::now();
    load.log().append(load.build(events), Sync::NO);
    written.push({events, asked});
  }
  written.close();
  syncer.join();
}

class JournalRacer {
 public:
  explicit JournalRacer(const std::string& directory) {
    InitOptions init;
    init.directory = directory;
    init.origin = "bench.liggare.example/1";
    init.clocked = InitOptions::Clocked::BY_COMMANDS;
    init.demoStart = 1'790'000'000'000'000;
    KJ_REQUIRE(!Journal::init(init));
    JournalOptions options;
    options.directory = directory;
    JournalFault fault{};
    journal = Journal::open(options, fault);
    KJ_REQUIRE(journal != nullptr, fault.why);
    RaceTally untold;
    run(64, RaceClock::now() + std::chrono::hours(1), FIRST_LINES, untold);
  }

  // Keeps `most` commands under way; ends when time or commands do.
  void run(size_t most, RaceClock::time_point until, size_t linesMax, RaceTally& tally) {
    std::counting_semaphore<> room(static_cast<ptrdiff_t>(most));
    std::mutex lock;
    for (size_t i = 0; i < linesMax && next < lines().size() && RaceClock::now() < until; ++i) {
      room.acquire();
      auto asked = RaceClock::now();
      journal->submit({"demo:bench", 1, lines()[next++], {}}, [&, asked](Outcome outcome) {
        KJ_REQUIRE(outcome.recorded() || outcome.kind == Outcome::Kind::REFUSED, outcomeName(outcome.kind));
        std::lock_guard held(lock);
        tally.add(1, asked, RaceClock::now());
        room.release();
      });
    }
    for (size_t i = 0; i < most; ++i) room.acquire();
    std::lock_guard lastOneIsOut(lock);
  }

 private:
  std::unique_ptr<Journal> journal;
  size_t next = 0;

  static const std::vector<std::string>& lines() {
    static const std::vector<std::string> LINES = [] {
      std::vector<std::string> made;
      SimulateOptions options;
      options.patients = 2000;
      options.days = 10;
      liggare::simulate(options, [&](std::string_view line) { made.emplace_back(line); });
      return made;
    }();
    return LINES;
  }
};

}  // namespace

std::vector<RaceRow> ownRows(const std::string& directory, const SyncCount& syncs) {
  std::vector<RaceRow> rows;
  auto add = [&](std::string engine, std::string how, std::string mode, const char* checks, size_t bytes, auto run) {
    rows.push_back({std::move(engine), std::move(how), std::move(mode), checks, bytes, &syncs, std::move(run)});
  };
  auto log = [&](const std::string& name) {
    std::filesystem::create_directory(directory + "/" + name);
    return std::make_shared<LogLoad>(directory + "/" + name);
  };
  for (size_t perRequest : {size_t(1), PER_COMMIT}) {
    auto load = log("log-" + std::to_string(perRequest));
    add("liggare log", perRequest == 1 ? "1 client" : "1 client, 256 a request", "each commit", OWN_CHECKS,
        PAYLOAD_BYTES, [load, perRequest](auto until, auto& tally) { oneByOne(*load, perRequest, until, tally); });
  }
  add("liggare log", "64 outstanding", "group, overlapped", OWN_CHECKS, PAYLOAD_BYTES,
      [load = log("log-64")](auto until, auto& tally) { outstanding(*load, 64, until, tally); });
  for (size_t most : {size_t(1), size_t(64), size_t(4096)}) {
    auto racer = std::make_shared<JournalRacer>(directory + "/journal-" + std::to_string(most));
    add("liggare journal", std::to_string(most) + " outstanding", "group, overlapped", "the whole law", 359,
        [racer, most](auto until, auto& tally) { racer->run(most, until, SIZE_MAX, tally); });
  }
  return rows;
}

}  // namespace liggare::bench
