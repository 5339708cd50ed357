// liggare access-log DIR --patient|--user|--unit|--owner ID: who read what and why, from three sides.
#include "cli/bundle-file.h"
#include "engine/intake/json.h"
#include "projections/reports/json.h"
#include "projections/reports/text.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
  std::string user, unit, owner, from, to, proof;
};

// Whose bundle --proof is.
BundleSubject subjectOf(const Asked& asked) {
  using Of = BundleOrder::Of;
  if (!asked.user.empty()) return {Of::USER, asked.user};
  if (!asked.unit.empty()) return {Of::UNIT, asked.unit};
  if (!asked.owner.empty()) return {Of::OWNER, asked.owner};
  return {Of::ACCESS, asked.person.number};
}

// Exactly one perspective; empty when there is none or several.
std::string perspective(const Asked& asked) {
  std::vector<std::string> found;
  if (!asked.person.number.empty()) found.push_back("\"perspective\":\"patient\"");
  if (!asked.user.empty()) found.push_back("\"perspective\":\"user\",\"staff\":" + intake::quoteJson(asked.user));
  if (!asked.unit.empty()) found.push_back("\"perspective\":\"unit\",\"unit\":" + intake::quoteJson(asked.unit));
  if (!asked.owner.empty()) found.push_back("\"perspective\":\"owner\",\"owner\":" + intake::quoteJson(asked.owner));
  return found.size() == 1 ? found.front() : std::string();
}

bool addInstant(std::string& members, const char* name, const std::string& words) {
  if (words.empty()) return true;
  auto at = instantOf(words);
  if (!at) {
    sayError("--" + std::string(name) + " är ingen tid: skriv 2026-11-02 eller 2026-11-02T08:00:00+01:00");
    return false;
  }
  members += ",\"" + std::string(name) + "\":\"" + *at + "\"";
  return true;
}

ExitCode accessLogOf(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  std::string members = perspective(asked);
  if (members.empty()) {
    sayError("säg vems logg: ett av --patient, --user, --unit, --owner");
    return ExitCode::USAGE;
  }
  // A bundle is of the whole log: a read that was recorded as less may not disclose it.
  if (!asked.proof.empty() && (!asked.from.empty() || !asked.to.empty())) {
    sayError("--proof gäller hela loggen: utan --from och --to");
    return ExitCode::USAGE;
  }
  if (!addInstant(members, "from", asked.from) || !addInstant(members, "to", asked.to)) return ExitCode::USAGE;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  auto read = room->askAndTell(asked.reader, asked.person.number, "readAccessLog", members);
  if (read.code != ExitCode::OK) return read.code;
  if (!asked.proof.empty()) {
    BundleWords words;
    words.reader = asked.reader;
    words.file = asked.proof;
    code = writeBundle(*room, read, subjectOf(asked), words);
    if (code != ExitCode::OK) return code;
  }
  auto page = accessLog(room->sources(), read.events);
  return show(asked.reader.json ? renderJson(page) : renderText(page), page.head);
}

}  // namespace

const Verb ACCESS_LOG = {
    "access-log", "åtkomstloggen: vem som läst vad och varför; frågan antecknas",
    "  liggare access-log J --patient 199006022397 --as patient\n"
    "  liggare access-log J --user SE2321000131-P004 --as SE2321000131-U007 --purpose logReview --from 2026-11-01",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindPerson(form, asked->person);
      form.option("--user", "HSA-ID", asked->user, "en medarbetares läsningar");
      form.option("--unit", "HSA-ID", asked->unit, "en enhets läsningar");
      form.option("--owner", "HSA-ID", asked->owner, "andra vårdgivares läsningar av den här vårdgivarens uppgifter");
      form.option("--from", "TID", asked->from, "från och med");
      form.option("--to", "TID", asked->to, "före");
      form.option("--proof", "FIL", asked->proof, "också hela loggen som bunt, se liggare bundle");
      bindReader(form, asked->reader);
      return [asked] { return accessLogOf(*asked); };
    }};

}  // namespace liggare::cli
