// The whole engine on a simulated region (cli/simulate, seed 1): what a user of the journal meets.
//
//   decide     law::decide alone, on the commands and state of the region; JSON, resolving and evolve not counted
//   journal    JSON line to durable answer through Journal::submit, many under way
//   read       events opened by position, in random order, keys and parts included, texts not
//   rebuild    all three views from the log
#include <benchmark/benchmark.h>
#include <kj/debug.h>

#include <chrono>
#include <unordered_map>

#include "bench/support/report.h"
#include "cli/simulate.h"
#include "engine/fragments.h"
#include "engine/hash/sha256.h"
#include "engine/intake/json.h"
#include "engine/intake/plan.h"
#include "engine/intake/resolve.h"
#include "engine/introduced.h"
#include "engine/journal.h"
#include "projections/views.h"

namespace liggare::bench {

namespace {

constexpr size_t COMMANDS = 20'000;

const std::vector<std::string>& region() {
  static const std::vector<std::string> lines = [] {
    std::vector<std::string> made;
    SimulateOptions options;
    options.patients = 200;
    options.days = 8;
    liggare::simulate(options, [&](std::string_view line) {
      if (made.size() < COMMANDS) made.emplace_back(line);
    });
    return made;
  }();
  return lines;
}

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

// The law alone: everything around decide is done, and not timed.
class Bench {
 public:
  std::chrono::nanoseconds run() {
    std::chrono::nanoseconds inDecide{0};
    intake::Resolver resolver({[](Bytes b) { return cut16<IdentifierTag>(sha256(b)); },
                               [this](const IdentifierTag& tag) -> std::optional<SubjectKey> {
                                 auto found = known.find(tag);
                                 if (found == known.end()) return std::nullopt;
                                 return found->second;
                               },
                               TestIds::ALLOWED});
    for (auto& line : region()) {
      capnp::MallocMessageBuilder message(256);
      auto command = message.initRoot<schema::Command>();
      KJ_REQUIRE(!intake::decodeCommand(line, command));
      Micros at = command.getAt();
      resolver.resolve(command, random, at);
      intake::fillDrawn(command, random, at);
      for (auto missing = law::missing(fragments, command.asReader()); !missing.empty();
           missing = law::missing(fragments, command.asReader()))
        for (auto& key : missing) fragments.putEmpty(key);
      auto before = std::chrono::steady_clock::now();
      auto decision = law::decide(fragments, command.asReader(), "demo:bench", at);
      inDecide += std::chrono::steady_clock::now() - before;
      for (auto& made : decision.events) evolve(made->getRoot<schema::Event>().asReader(), at);
    }
    return inDecide;
  }

 private:
  void evolve(schema::Event::Reader event, Micros at) {
    auto view = law::viewOf(event, next++, at, drawId<EventId>(random));
    for (auto& i : introducedBy(view, [](Bytes b) { return cut16<IdentifierTag>(sha256(b)); }))
      known.emplace(i.tag, i.subject);
    fragments.evolve(view);
  }
  Fragments fragments{100'000};
  std::unordered_map<IdentifierTag, SubjectKey> known;
  SeededRandom random{1};
  Position next = 0;
};

void decide(benchmark::State& state) {
  for (auto _ : state) state.SetIterationTime(std::chrono::duration<double>(Bench().run()).count());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * region().size()));
  state.SetLabel("against:journal");
}
BENCHMARK(decide)->Iterations(1)->Repetitions(3)->UseManualTime();

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
