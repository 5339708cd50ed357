#include "cli/recorded-read.h"

#include <fstream>
#include <iostream>

#include "cli/answers.h"
#include "engine/intake/json.h"
#include "engine/kv/store.h"
#include "projections/views.h"

namespace liggare::cli {

void bindReader(VerbForm& form, ReaderWords& words) {
  form.option("--as", "UPPDRAG", words.as, "medarbetaruppdrag (HSA-id), eller patient");
  form.option("--purpose", "ÄNDAMÅL", words.purpose,
              "care, coordination, qualityAssurance, administration, logReview …");
  form.option("--ground", "GRUND", words.ground, "care, workNeedAssessment, svod31, svod36, logReview …");
  form.option("--reason", "TEXT", words.reason, "aktivt val: varför uppgifterna behövs nu");
  form.flag("--danger", words.danger, "fara för liv eller allvarlig risk för hälsa");
  form.flag("--cannot-consent", words.cannotConsent, "patienten kan inte samtycka");
  form.flag("--print", words.print, "uppgifterna skrivs ut på papper; antecknas som utskrift");
  form.flag("--json", words.json, "ett JSON-objekt per rad");
}

void bindPerson(VerbForm& form, PersonWords& words) {
  form.option("--patient", "NUMMER", words.number, "personidentitet; - läser den från standard in");
  form.option("--patient-file", "FIL", words.file, "fil med personidentiteten på första raden");
}

bool settlePerson(PersonWords& words) {
  bool fromInput = words.number == "-";
  if (!fromInput && words.file.empty()) return true;
  std::ifstream file;
  if (!fromInput) file.open(words.file);
  std::istream& in = fromInput ? std::cin : file;
  if (!std::getline(in, words.number)) {
    sayError(fromInput ? "standard in har ingen personidentitet" : words.file + " går inte att läsa");
    return false;
  }
  while (!words.number.empty() && std::isspace(static_cast<unsigned char>(words.number.back())))
    words.number.pop_back();
  return true;
}

std::optional<std::string> instantOf(const std::string& words) {
  if (auto stamp = parseStamp(words)) return words;
  auto day = parseDay(words);
  if (!day) return std::nullopt;
  Micros at = Micros{*day} * DAY;
  return formatUtc(at - swedishOffsetMinutes(at) * MINUTE);
}

// --- the room
// ---------------------------------------------------------------------------------------------------------

std::unique_ptr<ReadingRoom> ReadingRoom::open(const Place& place, ExitCode& code) {
  auto journal = openJournal(place, JournalOptions::Access::WRITE, code);
  if (!journal) return nullptr;
  return std::make_unique<ReadingRoom>(std::move(journal));
}

ReadingRoom::ReadingRoom(std::unique_ptr<Journal> journal) : opened(std::move(journal)) {
  store = openRocks(viewsPath(opened->directory()), RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
  kept = std::make_unique<Views>(*store, *opened);
}
ReadingRoom::~ReadingRoom() = default;

// Names are opened anew for every page: a correction of one is then never missed.
Sources ReadingRoom::sources() {
  directory = std::make_unique<Directory>(*kept, *opened);
  return {*kept, *opened, *directory};
}

namespace {

void appendActor(JsonObject& json, const ReaderWords& words, const std::string& person) {
  std::string actor, login;
  JsonObject(login).plain("method", "localClaim").text("osUser", osUser()).close();
  JsonObject who(actor);
  if (words.as == "operator") {
    who.raw("operator", "null");
  } else if (words.as == "patient") {
    who.text("patient", person);
  } else {
    std::string staff;
    JsonObject(staff).text("commission", words.as).close();
    who.raw("staff", staff);
  }
  who.raw("authentication", login).close();
  json.raw("actor", actor);
}

std::string claimOf(const ReaderWords& words) {
  std::string text;
  JsonObject claim(text);
  if (!words.ground.empty()) claim.text("ground", words.ground);
  if (!words.reason.empty()) claim.text("activeDecision", words.reason);
  if (words.danger) claim.truth("danger", JsonObject::Truth::YES);
  if (words.cannotConsent) claim.truth("canConsent", JsonObject::Truth::NO);
  if (words.print) claim.truth("print", JsonObject::Truth::YES);
  claim.close();
  return text;
}

std::vector<Position> accessesOf(const Outcome& outcome) {
  std::vector<Position> positions;
  for (size_t i = 0; i < outcome.kinds.size(); ++i) {
    auto kind = outcome.kinds[i];
    if (kind == schema::Body::ACCESS_RECORDED || kind == schema::Body::PROVIDER_NAMES_REVEALED)
      positions.push_back(outcome.receipt.position + i);
  }
  return positions;
}

}  // namespace

std::string ReadingRoom::command(const ReaderWords& words, const std::string& person, const std::string& act,
                                 const std::string& more) {
  Micros now = opened->isDemo() ? opened->lastRecordedAt() : systemClock().now();
  std::string text;
  JsonObject json(text);
  json.plain("id", uuidText(drawUuid7(now, systemRandom())));
  if (opened->isDemo()) json.plain("at", formatUtc(now));
  appendActor(json, words, person);
  std::string purpose = words.purpose.empty() && words.as == "patient" ? "patientAccess" : words.purpose;
  if (!purpose.empty()) json.text("purpose", purpose);
  if (!person.empty()) json.text("patient", person);
  std::string body = "{\"claim\":" + claimOf(words) + (more.empty() ? "" : "," + more) + "}";
  json.raw(act, body).close();
  return text;
}

ReadingRoom::Read ReadingRoom::ask(const ReaderWords& words, const std::string& person, const std::string& act,
                                   const std::string& more) {
  Read read;
  read.outcome = opened->submitAndWait({clientName(*opened, "cli"), 1, command(words, person, act, more), {}});
  switch (read.outcome.kind) {
    case Outcome::Kind::ACCEPTED:
      read.events = accessesOf(read.outcome);
      kept->catchUp();
      break;
    case Outcome::Kind::REFUSED: read.code = ExitCode::REFUSED; break;
    case Outcome::Kind::INVALID: read.code = ExitCode::USAGE; break;
    case Outcome::Kind::OVERLOADED:
    case Outcome::Kind::STORAGE: read.code = ExitCode::TRY_AGAIN; break;
    case Outcome::Kind::UNKNOWN: read.code = ExitCode::UNAVAILABLE; break;
    default: read.code = ExitCode::FAILURE;
  }
  return read;
}

ReadingRoom::Read ReadingRoom::askAndTell(const ReaderWords& words, const std::string& person, const std::string& act,
                                          const std::string& more) {
  if (words.as.empty()) {
    sayError("säg vem som läser: --as UPPDRAG --purpose ÄNDAMÅL, eller --as patient");
    return {ExitCode::USAGE, {}, {}};
  }
  Read read = ask(words, person, act, more);
  if (read.code == ExitCode::OK) return read;
  switch (read.outcome.kind) {
    case Outcome::Kind::REFUSED: sayError("nekas: " + refusalLine(read.outcome)); break;
    case Outcome::Kind::INVALID: sayError(read.outcome.path + ": " + read.outcome.reason); break;
    default: sayError("inget svar från journalen; försök igen");
  }
  if (words.json) {
    Output out;
    appendAnswer(out.buffer(), 1, read.outcome);
  }
  return read;
}

ExitCode show(const std::string& page, const ReportHead& head) {
  Output out;
  out << page;
  out.flush();
  if (head.complete) return ExitCode::OK;
  sayError("vyerna har inte hunnit hela vägen; det som visas är inte allt. Fråga igen");
  return ExitCode::INCOMPLETE;
}

}  // namespace liggare::cli
