// liggare tail DIR: the entries as they lie in clear: position, time, id, what the engine says. Who reads what kinds of
// events there were says so first: that is a recorded read of its own.
#include <algorithm>
#include <filesystem>

#include "cli/proof-words.h"
#include "cli/recorded-read.h"
#include "engine/follow/follower.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

constexpr uint64_t UNSET = ~uint64_t{0};

struct Asked {
  Place place;
  ReaderWords reader;
  std::string cursor;
  uint64_t from = UNSET, count = UNSET;
};

constexpr uint64_t COUNT_SHOWN = 20;

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
  if (auto* f = std::get_if<IncarnationFact>(&engine))
    return {"incarnation",
            f->origin + ", utan " + std::to_string(f->lostFrom) + "–" + std::to_string(f->lostTo - 1)};
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

std::string_view words(Follower::Doubt doubt) {
  switch (doubt) {
    case Follower::Doubt::NONE: return "";
    case Follower::Doubt::OTHER_LOG: return "är en annan logg än den som markören följer";
    case Follower::Doubt::SHORTER: return "har rullats tillbaka: den når inte till den plats som markören har läst";
    case Follower::Doubt::FORKED: return "är inte en fortsättning på det som markören har läst";
  }
  return "";
}

// Where a follower left off: absent when nothing has been read yet.
bool readCursor(const Asked& asked, std::optional<FollowCursor>& into, ExitCode& code) {
  constexpr size_t CURSOR_BYTES_MAX = 64 << 10;
  std::error_code error;
  if (asked.cursor.empty() || !std::filesystem::exists(asked.cursor, error)) return true;
  auto text = readSmallFile(asked.cursor, CURSOR_BYTES_MAX, code);
  if (!text) return false;
  into = FollowCursor::read(*text);
  if (into) return true;
  sayError(asked.cursor + " är ingen markör från liggare tail");
  code = ExitCode::USAGE;
  return false;
}

// What is told is out before the cursor moves: after a crash it is told again, never left out.
ExitCode tellOn(Follower& follower, Position end, Directory* directory, const Asked& asked) {
  if (auto doubt = follower.doubt(); doubt != Follower::Doubt::NONE) {
    sayError(asked.place.directory + " " + std::string(words(doubt)));
    return ExitCode::INTEGRITY;
  }
  Output out;
  if (follower.position() < end)
    follower.catchUp([&](const OpenedEvent& event) {
      tell(event, directory, asked, out);
      out.flushIfLarge();
      return event.entry.position + 1 < end;
    });
  out.flush();
  if (asked.cursor.empty() || writeSmallFile(asked.cursor, follower.cursor().text())) return ExitCode::OK;
  return ExitCode::FAILURE;
}

ExitCode tail(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  std::optional<FollowCursor> cursor;
  if (!readCursor(asked, cursor, code)) return code;
  const bool isFollowing = !asked.cursor.empty();
  const uint64_t count = asked.count != UNSET ? asked.count : isFollowing ? UNSET : COUNT_SHOWN;
  auto followerOf = [&](Journal& journal) {
    Position head = journal.head();
    Position from = asked.from != UNSET ? asked.from : isFollowing ? 0 : head - std::min(head, count);
    return cursor ? Follower(journal, *cursor) : Follower(journal, from);
  };
  auto endOf = [&](const Follower& follower, Position head) {
    Position left = head - std::min(head, follower.position());
    return follower.position() + std::min(left, count);
  };
  if (asked.reader.as.empty()) {
    auto journal = openJournal(asked.place, JournalOptions::Access::READ, code);
    if (!journal) return code;
    Follower follower = followerOf(*journal);
    return tellOn(follower, endOf(follower, journal->head()), nullptr, asked);
  }
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  Follower follower = followerOf(room->journal());
  Position end = endOf(follower, room->journal().head());
  std::string members =
      "\"from\":" + std::to_string(follower.position()) + ",\"count\":" + std::to_string(end - follower.position());
  auto read = room->askAndTell(asked.reader, {}, "readEvents", members);
  if (read.code != ExitCode::OK) return read.code;
  return tellOn(follower, end, &room->sources().directory, asked);
}

}  // namespace

const Verb TAIL = {
    "tail", "loggens poster, de senaste sist",
    "  liggare tail J -n 5\n"
    "  liggare tail J --cursor J.markör --json       # det som kommit sedan sist; 5 om loggen inte är densamma\n"
    "  liggare tail J --from 0 -n 100 --as SE2321000131-U007 --purpose logReview    # slag av händelser; antecknas",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.number("--from", "POSITION", asked->from, "från den här positionen (de sista)");
      form.number("-n,--count", "ANTAL", asked->count, "högst så många (20; med --cursor alla)");
      form.option("--cursor", "FIL", asked->cursor,
                  "läs vidare där filen slutade, bara ur samma logg, och skriv i den hur långt det blev");
      bindReader(form, asked->reader);
      return [asked] { return tail(*asked); };
    }};

}  // namespace liggare::cli
