// liggare shared DIR --patient ID --step flags|names|content: sammanhållen journalföring, one gated and recorded step
// at a time.
#include "cli/recorded-read.h"
#include "engine/intake/json.h"
#include "projections/reports/json.h"
#include "projections/reports/text.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
  std::string step = "flags", provider;
};

ExitCode shared(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  std::string more = "\"step\":" + intake::quoteJson(asked.step);
  if (!asked.provider.empty()) more += ",\"provider\":" + intake::quoteJson(asked.provider);
  auto read = room->askAndTell(asked.reader, asked.person.number, "readShared", more);
  if (read.code != ExitCode::OK) return read.code;
  auto page = sharedView(room->sources(), read.events);
  return show(asked.reader.json ? renderJson(page) : renderText(page), page.head);
}

}  // namespace

const Verb SHARED = {
    "shared", "sammanhållen journalföring: flaggor, vårdgivare, innehåll; varje steg antecknas",
    "  liggare shared J --patient 199006022397 --as SE2321000115-U003 --purpose care --ground care\n"
    "  liggare shared J --patient - --as SE2321000115-U003 --purpose care --ground svod31 --step content",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindPerson(form, asked->person);
      form.option("--step", "STEG", asked->step, "flags, names eller content (flags)");
      form.option("--provider", "HSA-ID", asked->provider, "bara den här vårdgivarens uppgifter");
      bindReader(form, asked->reader);
      return [asked] { return shared(*asked); };
    }};

}  // namespace liggare::cli
