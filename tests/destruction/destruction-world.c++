#include "tests/destruction/destruction-world.h"

#include <kj/debug.h>

#include <fstream>
#include <sstream>

#include "engine/journal-files.h"
#include "engine/kv/store.h"
#include "engine/law/chapter.h"
#include "engine/replay.h"
#include "engine/taken-away.h"
#include "projections/views.h"
#include "tests/support/state-dump.h"

namespace liggare::test {

namespace fs = std::filesystem;

const char* const NOTE_1 = "01f57e6a-5d19-8c6d-a42c-505aef0931d5";
const char* const NOTE_2 = "e1bd9fd7-1b17-81be-91f9-c040a679cd10";
const char* const CORRECTION = "ae2edc7b-5505-8ebd-9142-f385eaaa4b6b";
const char* const DISSENT = "32afdef8-248e-8b9a-a949-0dfabe3d54c3";

std::vector<std::string> destructionDay() {
  std::ifstream in(sourceDir() + "/examples/destruction.ndjson");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

size_t executingLine() {
  auto day = destructionDay();
  for (size_t i = 0; i < day.size(); ++i)
    if (day[i].find("\"executeDestruction\"") != day[i].npos) return i;
  KJ_FAIL_REQUIRE("nothing is destroyed that day");
}

DestructionWorld::DestructionWorld(const std::string& directory, const std::string& tokenUri)
    : path(directory), token(tokenUri) {
  InitOptions init;
  init.token = token;
  init.directory = path;
  init.origin = "test.liggare.example/1";
  init.clocked = InitOptions::Clocked::BY_COMMANDS;
  init.demoStart = *dayOf(2026, 9, 30) * DAY;
  auto fault = Journal::init(init);
  KJ_REQUIRE(!fault, "the journal could not be made", fault->why);
}

DestructionWorld::DestructionWorld(const std::string& directory, const DestructionWorld& other)
    : path(directory), token(other.token) {
  fs::copy(other.path, path, fs::copy_options::recursive);
  fs::copy(other.keyFile(), keyFile());
  if (fs::exists(other.vaultCopy())) fs::copy(other.vaultCopy(), vaultCopy(), fs::copy_options::recursive);
}

JournalOptions DestructionWorld::options() const {
  JournalOptions out;
  out.directory = path;
  out.token = token;
  return out;
}

Journal& DestructionWorld::open(std::function<void(std::string_view)> afterStep) {
  close();
  JournalOptions how = options();
  how.afterStep = std::move(afterStep);
  JournalFault fault{};
  opened = Journal::open(how, fault);
  KJ_REQUIRE(opened != nullptr, "the journal does not open", fault.why);
  return *opened;
}

Journal& DestructionWorld::openFor(JournalOptions::Access access) {
  close();
  JournalOptions how = options();
  how.access = access;
  JournalFault fault{};
  opened = Journal::open(how, fault);
  KJ_REQUIRE(opened != nullptr, "the journal does not open", fault.why);
  return *opened;
}

void DestructionWorld::play(size_t from, size_t to) {
  auto day = destructionDay();
  for (size_t i = from; i < to; ++i) {
    auto outcome = submit(day[i]);
    KJ_REQUIRE(outcome.kind == Outcome::Kind::ACCEPTED, "a command of the day was not accepted", i,
               outcomeName(outcome.kind), outcome.reason);
  }
}

Outcome DestructionWorld::submit(const std::string& line) { return opened->submitAndWait({"demo:test", 1, line, {}}); }

Outcome DestructionWorld::ask(const std::string& act) {
  Micros at = opened->lastRecordedAt() + MINUTE;
  SeededRandom random(++asked);
  return submit("{\"id\":\"" + uuidText(drawUuid7(at, random)) + "\",\"at\":\"" + formatUtc(at) +
                "\",\"purpose\":\"coordination\",\"patient\":\"19850706-2381\",\"actor\":{\"staff\":{\"commission\":"
                "\"SE2321000131-K002\"},\"authentication\":{\"method\":\"smartCard\",\"level\":3}}," +
                act + "}");
}

Position DestructionWorld::decision() {
  for (Position p = 0; p < opened->head(); ++p) {
    auto event = opened->read(p);
    if (event->entry.isSealed() && !event->destroyed &&
        takesAway(static_cast<schema::Body::Which>(event->view.common.getKind())))
      return p;
  }
  return 0;
}

std::vector<Position> DestructionWorld::gone() {
  std::vector<Position> out;
  for (Position p = 0; p < opened->head(); ++p)
    if (opened->read(p)->destroyed) out.push_back(p);
  return out;
}

VerifyReport DestructionWorld::verify() {
  JournalFault fault{};
  auto file = readJournalFile(path, fault);
  VerifyOptions how;
  how.depth = Depth::FULL;
  how.place = {path, file->origin, {*parseVerifierKey(file->verifierKey)}};
  return opened->verify(how, {});
}

std::string retoldState(DestructionWorld& world) {
  auto& journal = world.journal();
  std::string out = "storlek " + std::to_string(journal.head()) + "\n";
  for (Position p : world.gone()) out += "förstörd " + std::to_string(p) + "\n";
  for (Position p = 0; p < journal.head(); ++p) {
    auto event = journal.read(p);
    if (auto* fact = std::get_if<DestroyedFact>(&event->entry.engine))
      out += "post " + std::to_string(p) + " förstör " + std::to_string(fact->positions.size()) + " genom " +
             std::to_string(fact->decision) + "\n";
    if (std::holds_alternative<KeyChangeFact>(event->entry.engine)) out += "post " + std::to_string(p) + " nyckel\n";
  }
  Untold why{};
  auto told = toldCommand(journal, world.decision(), why);
  KJ_REQUIRE(told.has_value());
  auto command = told->ask().getCommand();
  auto state = PastState(journal, journal.head()).stateFor(command);
  out += dump(*state->patient(law::subjectKey(command.getPatient().getKey())));
  auto provider = law::subjectKey(told->events.front().view.common.getProvider());
  out += dump(*state->provider(provider)) + dump(*state->archive(provider));
  auto rows = openRocks(world.where() + "/views", RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
  Views views(*rows, journal);
  views.catchUp();
  for (auto view : ALL_VIEWS) {
    Hash kept = views.digest(view);
    views.rebuild(view);
    KJ_REQUIRE(kept == views.digest(view), "a view that was kept is not the one that is built",
               static_cast<uint>(view));
    out += std::string(viewName(view)) + " " + toHex(kept) + "\n";
  }
  return out;
}

bool standsBelow(const std::string& directory, Bytes bytes) {
  for (auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (content.str().find(asText(bytes)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace liggare::test
