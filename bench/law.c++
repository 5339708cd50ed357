// The law alone, on one core, with its state at hand.
//
//   decide     law::decide on the commands of a simulated region, in order; everything around it is done before (JSON,
//              references, ids) or beside the clock (evolve)
//   gate       a read of 500 items of one patient, two providers, blocks among them: items a second
#include <benchmark/benchmark.h>
#include <kj/debug.h>

#include <chrono>
#include <unordered_map>

#include "bench/support/gate-load.h"
#include "bench/support/region.h"
#include "bench/support/report.h"
#include "engine/fragments.h"
#include "engine/hash/sha256.h"
#include "engine/intake/json.h"
#include "engine/intake/plan.h"
#include "engine/intake/resolve.h"
#include "engine/introduced.h"

namespace liggare::bench {

namespace {

// Runs through the region twice: first to learn who is called what, so that every command stands resolved in memory;
// then, on an empty state again, with the clock on.
class Decisions {
 public:
  Decisions() {
    for (auto& line : region()) {
      auto& message = commands.emplace_back(std::make_unique<capnp::MallocMessageBuilder>(256));
      auto command = message->initRoot<schema::Command>();
      KJ_REQUIRE(!intake::decodeCommand(line, command));
      resolver.resolve(command, random, command.getAt());
      intake::fillDrawn(command, random, command.getAt());
      decideOne(command, nullptr);
    }
  }

  std::chrono::nanoseconds run() {
    fragments = std::make_unique<Fragments>(100'000);
    next = 0;
    std::chrono::nanoseconds inDecide{0};
    for (auto& message : commands) decideOne(message->getRoot<schema::Command>(), &inDecide);
    return inDecide;
  }

 private:
  void decideOne(schema::Command::Builder command, std::chrono::nanoseconds* clock) {
    for (auto missing = law::missing(*fragments, command.asReader()); !missing.empty();
         missing = law::missing(*fragments, command.asReader()))
      for (auto& key : missing) fragments->putEmpty(key);
    auto before = std::chrono::steady_clock::now();
    auto decision = law::decide(*fragments, command.asReader(), "demo:bench", command.getAt());
    if (clock) *clock += std::chrono::steady_clock::now() - before;
    for (auto& made : decision.events) evolve(made->getRoot<schema::Event>().asReader(), command.getAt());
  }
  void evolve(schema::Event::Reader event, Micros at) {
    auto view = law::viewOf(event, next++, at, drawId<EventId>(random));
    for (auto& i : introducedBy(view, [](Bytes b) { return cut16<IdentifierTag>(sha256(b)); }))
      known.emplace(i.tag, i.subject);
    fragments->evolve(view);
  }

  std::unordered_map<IdentifierTag, SubjectKey> known;
  intake::Resolver resolver{{[](Bytes b) { return cut16<IdentifierTag>(sha256(b)); },
                             [this](const IdentifierTag& tag) -> std::optional<SubjectKey> {
                               auto found = known.find(tag);
                               if (found == known.end()) return std::nullopt;
                               return found->second;
                             },
                             TestIds::ALLOWED}};
  SeededRandom random{1};
  std::vector<std::unique_ptr<capnp::MallocMessageBuilder>> commands;
  std::unique_ptr<Fragments> fragments = std::make_unique<Fragments>(100'000);
  Position next = 0;
};

void decide(benchmark::State& state) {
  static Decisions decisions;
  for (auto _ : state) state.SetIterationTime(std::chrono::duration<double>(decisions.run()).count());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * region().size()));
  state.SetLabel("against:journal");
}
BENCHMARK(decide)->Iterations(1)->Repetitions(5)->UseManualTime();

void gate(benchmark::State& state) {
  GateLoad load;
  for (auto _ : state) benchmark::DoNotOptimize(load.readAll());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * GateLoad::ITEMS));
  state.SetLabel("against:decide");
}
BENCHMARK(gate)->Repetitions(5);

}  // namespace

}  // namespace liggare::bench
