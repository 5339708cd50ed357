// liggare journal DIR --patient ID: the patient's journal, as a recorded read lets it be seen.
#include "cli/recorded-read.h"
#include "projections/reports/json.h"
#include "projections/reports/text.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
  std::string at;
};

ExitCode journal(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  std::string more;
  if (!asked.at.empty()) {
    auto at = instantOf(asked.at);
    if (!at) {
      sayError("--at är ingen tid: skriv 2026-11-02 eller 2026-11-02T08:00:00+01:00");
      return ExitCode::USAGE;
    }
    more = "\"asOf\":\"" + *at + "\"";
  }
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  auto read = room->askAndTell(asked.reader, asked.person.number, "readJournal", more);
  if (read.code != ExitCode::OK) return read.code;
  auto page = patientJournal(room->sources(), read.events);
  return show(asked.reader.json ? renderJson(page) : renderText(page), page.head);
}

}  // namespace

const Verb JOURNAL = {
    "journal", "patientjournalen; läsningen antecknas",
    "  liggare journal J --patient 199006022397 --as SE2321000131-U002 --purpose coordination --ground care\n"
    "  liggare journal J --patient-file nummer.txt --as patient --at 2026-11-03",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindPerson(form, asked->person);
      form.option("--at", "TID", asked->at, "journalen som den var känd då");
      bindReader(form, asked->reader);
      return [asked] { return journal(*asked); };
    }};

}  // namespace liggare::cli
