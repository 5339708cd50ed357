// liggare init DIR: keys, an empty log, its checkpoint of size 0 and the operator's commission.
#include <filesystem>

#include "cli/session.h"
#include "engine/journal-files.h"
#include "engine/vault/key-holder.h"

namespace liggare::cli {

namespace {

// A demo's clock starts before every command that comes with the program.
constexpr const char* DEMO_START = "2026-01-01T00:00:00+01:00";

struct Asked {
  Place place;
  std::string origin, start = DEMO_START;
  bool demo = false, json = false;
};

// The log's name when none was given: the directory's own, without what a note cannot hold.
std::string originOf(const std::string& directory) {
  auto path = std::filesystem::absolute(directory).lexically_normal();
  std::string name = (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') c = '-';
  return "liggare.local/" + name + "/1";
}

void tell(const InitOptions& options, const JournalFile& file, KeyCustody custody, const Asked& asked) {
  std::string keyFile = options.keyFile.empty() ? defaultKeyFile(options.directory) : options.keyFile;
  Output out;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.text("directory", options.directory).text("keys", keyFile).text("origin", file.origin);
    line.plain("custody", custodyName(custody));
    line.text("verifierKey", file.verifierKey).truth("demo", JsonObject::Truth{file.demo}).close();
    out << "\n";
    return;
  }
  const bool isFile = custody == KeyCustody::FILE;
  out << "Journal   " << options.directory << (file.demo ? "   (demo: tiden kommer från kommandona)" : "") << "\n"
      << "Nycklar   " << keyFile << "   ("
      << (isFile ? "förvara dem och deras kopior skilt från journalen" : custodyText(custody)) << ")\n"
      << "Logg      " << file.origin << "\n"
      << "Prövas    " << file.verifierKey << "\n";
  say("Nästa steg: liggare append " + options.directory + " kommandon.ndjson");
}

ExitCode init(const Asked& asked) {
  InitOptions options;
  options.directory = asked.place.directory;
  options.keyFile = asked.place.keyFile;
  options.token = asked.place.token;
  options.origin = asked.origin.empty() ? originOf(asked.place.directory) : asked.origin;
  if (asked.demo) {
    auto start = parseStamp(asked.start);
    if (!start) {
      sayError("--start är ingen tid enligt RFC 3339, som 2026-11-02T08:00:00+01:00");
      return ExitCode::USAGE;
    }
    options.clocked = InitOptions::Clocked::BY_COMMANDS;
    options.demoStart = start->at;
  }
  KeyCustody custody{};
  if (auto fault = Journal::init(options, &custody)) return sayFault(*fault);
  JournalFault fault{};
  auto file = readJournalFile(options.directory, fault);
  if (!file) return sayFault(fault);
  tell(options, *file, custody, asked);
  return ExitCode::OK;
}

}  // namespace

const Verb INIT = {"init", "en ny journal: nycklar, tom logg, kontrollpunkt av storlek 0",
                   "  liggare init /var/lib/liggare/region --origin region.example/1\n"
                   "  liggare init J --pkcs11 'pkcs11:token=liggare?module-path=/usr/lib/softhsm/libsofthsm2.so"
                   "&pin-source=file:/etc/liggare/pin'\n"
                   "  liggare init J --demo        # tiden kommer från kommandona; bara för påhittade uppgifter",
                   [](VerbForm& form) -> std::function<ExitCode()> {
                     auto asked = std::make_shared<Asked>();
                     bindPlace(form, asked->place);
                     form.option("--origin", "NAMN", asked->origin, "loggens namn, för all framtid (efter katalogen)");
                     form.flag("--demo", asked->demo, "en journal för påhittade uppgifter, med kommandonas egen tid");
                     form.option("--start", "TID", asked->start, "med --demo: när journalen börjar (2026-01-01)");
                     form.flag("--json", asked->json, "svara med JSON");
                     return [asked] { return init(*asked); };
                   }};

}  // namespace liggare::cli
