// liggare search DIR --identifier ID: whether somebody has a journal here. The answer says something about the person,
// so it is a read like any other.
#include "cli/recorded-read.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
};

// Whose the journals are is another question, behind another gate.
std::string pageOf(const ReportHead& head) {
  const PatientName& name = head.patientName;
  std::string page = "Har en journal här: " + name.identifier;
  if (!name.name.empty()) page += ", " + name.name;
  page += '\n';
  if (name.secrecyMark) page += "Sekretessmarkering.\n";
  if (name.protectedRegistration) page += "Skyddad folkbokföring.\n";
  if (name.died) page += "Avliden " + formatDay(*name.died) + ".\n";
  return page + "Sökningen är post " + std::to_string(head.reads.front()) + " i " + head.origin + ".\n";
}

std::string jsonOf(const ReportHead& head) {
  std::string line;
  JsonObject json(line);
  json.plain("report", "search").text("identifier", head.patientName.identifier).text("name", head.patientName.name);
  json.truth("secrecyMark", JsonObject::Truth{head.patientName.secrecyMark});
  json.truth("protectedRegistration", JsonObject::Truth{head.patientName.protectedRegistration});
  json.text("origin", head.origin).number("read", head.reads.front()).close();
  return line + '\n';
}

ExitCode search(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  auto read = room->askAndTell(asked.reader, asked.person.number, "search", "\"term\":\"identifier\"");
  if (read.code != ExitCode::OK) return read.code;
  auto head = openRead(room->sources(), read.events).head;
  return show(asked.reader.json ? jsonOf(head) : pageOf(head), head);
}

}  // namespace

const Verb SEARCH = {
    "search", "sök en person på personidentitet; sökningen antecknas",
    "  liggare search J --identifier 199006022397 --as SE2321000131-U002 --purpose coordination --ground care",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.option("--identifier,--patient", "NUMMER", asked->person.number,
                  "personidentitet; - läser den från standard in");
      form.option("--patient-file", "FIL", asked->person.file, "fil med personidentiteten på första raden");
      bindReader(form, asked->reader);
      return [asked] { return search(*asked); };
    }};

}  // namespace liggare::cli
