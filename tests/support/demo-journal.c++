#include "tests/support/demo-journal.h"

#include <kj/debug.h>

#include <future>

#include "cli/simulate.h"
#include "engine/intake/json.h"

namespace liggare::test {

namespace fs = std::filesystem;

std::vector<std::string> simulatedLines(uint64_t seed, uint32_t patients, uint32_t days) {
  SimulateOptions options;
  options.patients = patients;
  options.days = days;
  options.seed = seed;
  std::vector<std::string> lines;
  simulate(options, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

DemoJournal::DemoJournal(const std::string& directory) : path(directory) {
  InitOptions options;
  options.directory = path;
  options.origin = "test.liggare.example/1";
  options.clocked = InitOptions::Clocked::BY_COMMANDS;
  options.demoStart = *dayOf(2026, 10, 30) * DAY;  // the simulated region is set up that day
  auto fault = Journal::init(options);
  KJ_REQUIRE(!fault, "the journal could not be made", fault->why);
}

DemoJournal::DemoJournal(const std::string& directory, const DemoJournal& other) : path(directory) {
  fs::copy(other.path, path, fs::copy_options::recursive);
  fs::copy(other.keyFile(), keyFile());
}

Journal& DemoJournal::open(Random* random, JournalOptions::Access access) {
  close();
  JournalOptions options;
  options.directory = path;
  options.random = random;
  options.access = access;
  JournalFault fault{};
  opened = Journal::open(options, fault);
  KJ_REQUIRE(opened != nullptr, "the journal does not open", fault.why);
  return *opened;
}

std::vector<Outcome> DemoJournal::feed(const std::vector<std::string>& lines, size_t from, size_t to) {
  std::vector<Outcome> outcomes(to - from);
  for (size_t i = from; i < to; ++i) {
    opened->waitForRoom(512);
    opened->submit({"demo:test", 1, lines[i], {}},
                   [&outcomes, i, from](Outcome o) { outcomes[i - from] = std::move(o); });
  }
  opened->waitForRoom(1);
  return outcomes;
}

std::string retold(const OpenedEvent& event) {
  std::string out = toHex(leafHash(encodeEntry(event.entry)));
  for (auto& line : event.lines) out += " " + toHex(line.book) + ":" + std::to_string(line.number);
  if (!event.entry.isSealed() || event.destroyed) return out;
  out += "\n" + intake::encodeJson(event.view.common) + "\n" + intake::encodeJson(event.view.actor);
  for (auto patient : event.view.patients) out += "\n" + intake::encodeJson(patient);
  for (auto text : event.view.texts) out += "\n" + intake::encodeJson(text);
  if (event.ask) out += "\n" + intake::encodeJson(*event.ask);
  return out;
}

}  // namespace liggare::test
