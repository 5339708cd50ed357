// liggare tail DIR: the entries as they lie in clear: position, time, id, what the engine says. Who reads what kinds of
// events there were says so first: that is a recorded read of its own.
#include <algorithm>

#include "cli/recorded-read.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

constexpr uint64_t UNSET = ~uint64_t{0};

struct Asked {
  Place place;
  ReaderWords reader;
  uint64_t from = UNSET, count = 20;
};

struct Fact {
  std::string name, detail;
};
Fact factOf(const EngineFact& engine) {
  if (auto* f = std::get_if<GenesisFact>(&engine)) return {"genesis", f->origin + (f->demo ? " (demo)" : "")};
  if (auto* f = std::get_if<ClosingFact>(&engine)) return {"closing", "till och med " + std::to_string(f->coveredSize)};
  if (auto* f = std::get_if<DestroyedFact>(&engine))
    return {"destroyed", std::to_string(f->positions.size()) + " poster"};
  if (auto* f = std::get_if<KeyChangeFact>(&engine)) return {"keyChange", f->verifierKey};
  if (auto* f = std::get_if<RuleSetChangeFact>(&engine))
    return {"ruleSetChange", "version " + std::to_string(f->version)};
  if (auto* f = std::get_if<IncarnationFact>(&engine)) return {"incarnation", f->origin};
  if (auto* f = std::get_if<UnknownFact>(&engine)) return {"unknown", "märke " + std::to_string(f->tag)};
  return {};
}

// Kind, provider and unit: codes, never texts and never a person.
struct Kind {
  std::string name, label, provider, unit;
};
Kind kindOf(const OpenedEvent& event, Directory& directory) {
  if (event.destroyed) return {"", "förstörd", "", ""};
  if (!event.entry.isSealed()) return {};
  auto common = event.view.common;
  auto keyOf = [](schema::Id::Reader id) {
    SubjectKey key;
    putBe64(key.bytes.data(), id.getHi());
    putBe64(key.bytes.data() + 8, id.getLo());
    return key;
  };
  Kind kind{std::string(kindName(common.getKind())), kindLabel(common.getKind()), {}, {}};
  if (common.hasProvider()) kind.provider = directory.provider(keyOf(common.getProvider())).hsaId;
  if (common.hasUnit()) kind.unit = directory.unit(keyOf(common.getUnit())).hsaId;
  return kind;
}

void tell(const OpenedEvent& event, Directory* directory, const Asked& asked, Output& out) {
  const EntryFields& entry = event.entry;
  Fact fact = factOf(entry.engine);
  Kind kind = directory ? kindOf(event, *directory) : Kind{};
  if (asked.reader.json) {
    JsonObject json(out.buffer());
    json.number("position", entry.position)
        .plain("recordedAt", formatUtc(entry.recordedAt))
        .plain("eventId", text(entry.eventId));
    json.number("lines", entry.lineCount);
    if (!fact.name.empty()) json.plain("engine", fact.name).text("detail", fact.detail);
    if (!kind.name.empty()) json.plain("kind", kind.name).text("provider", kind.provider).text("unit", kind.unit);
    json.close();
    out << "\n";
    return;
  }
  std::string position = grouped(entry.position);
  out << std::string(position.size() < 11 ? 11 - position.size() : 0, ' ') << position << "  "
      << formatUtc(entry.recordedAt) << "  " << text(entry.eventId);
  if (!fact.name.empty()) out << "  " << fact.name << " " << fact.detail;
  if (!kind.label.empty()) out << "  " << kind.label;
  if (!kind.provider.empty()) out << "  " << kind.provider;
  if (!kind.unit.empty()) out << "  " << kind.unit;
  out << "\n";
}

void tellAll(Journal& journal, Position from, Position to, Directory* directory, const Asked& asked) {
  Output out;
  for (Position p = from; p < to; ++p)
    if (auto event = journal.read(p, Open::FACTS)) tell(*event, directory, asked, out);
}

ExitCode tail(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto range = [&](Position head) {
    Position from = asked.from != UNSET ? std::min(asked.from, head) : head - std::min(head, asked.count);
    return std::pair(from, std::min(head, from + asked.count));
  };
  if (asked.reader.as.empty()) {
    auto journal = openJournal(asked.place, JournalOptions::Access::READ, code);
    if (!journal) return code;
    auto [from, to] = range(journal->head());
    tellAll(*journal, from, to, nullptr, asked);
    return code;
  }
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  auto [from, to] = range(room->journal().head());
  std::string members = "\"from\":" + std::to_string(from) + ",\"count\":" + std::to_string(to - from);
  auto read = room->askAndTell(asked.reader, {}, "readEvents", members);
  if (read.code != ExitCode::OK) return read.code;
  tellAll(room->journal(), from, to, &room->sources().directory, asked);
  return code;
}

}  // namespace

const Verb TAIL = {
    "tail", "loggens poster, de senaste sist",
    "  liggare tail J -n 5\n"
    "  liggare tail J --from 0 -n 100 --as SE2321000131-U007 --purpose logReview    # slag av händelser; antecknas",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.number("--from", "POSITION", asked->from, "från den här positionen (de sista)");
      form.number("-n,--count", "ANTAL", asked->count, "högst så många (20)");
      bindReader(form, asked->reader);
      return [asked] { return tail(*asked); };
    }};

}  // namespace liggare::cli
