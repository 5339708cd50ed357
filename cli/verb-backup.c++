// liggare backup DIR OUT: a copy of the journal, verified before it gets its name. The key file is never in it.
#include "cli/session.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string out;
  bool json = false;
};

void tellJson(const BackupManifest& made, const Asked& asked, Output& out) {
  JsonObject line(out.buffer());
  line.text("backup", asked.out).text("origin", made.origin).number("size", made.head.size);
  line.plain("root", toHex(made.head.root)).number("vaultVersion", made.vaultVersion);
  line.plain("madeAt", formatUtc(made.madeAt)).plain("lastRecordedAt", formatUtc(made.lastRecordedAt));
  line.number("files", made.files.size()).number("bytes", made.bytes()).text("checkpoint", made.checkpoint).close();
  out << "\n";
}

void tell(const BackupManifest& made, const Asked& asked, Output& out) {
  auto row = [&](std::string_view label, const std::string& value) {
    out << "  " << padded(label, 17) << value << "\n";
  };
  out << asked.out << "\n";
  row("Journal", made.origin);
  row("Träd", "storlek " + grouped(made.head.size) + ", rot " + toHex(made.head.root));
  row("Till och med", formatSwedish(made.lastRecordedAt));
  row("Filer", grouped(made.files.size()) + ", " + grouped(made.bytes()) + " byte, vart sammandrag i BACKUP.json");
  row("RESULTAT", green("hel") + ": varje byte av loggen är prövad i kopian");
}

ExitCode backup(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  std::variant<BackupManifest, JournalFault> made;
  {
    Progress progress("kopierar");
    made = journal->backup(asked.out, [&](uint64_t done, uint64_t all) { progress.at(done, all); });
  }
  if (auto* fault = std::get_if<JournalFault>(&made)) return sayFault(*fault);
  Output out;
  if (asked.json)
    tellJson(std::get<BackupManifest>(made), asked, out);
  else
    tell(std::get<BackupManifest>(made), asked, out);
  if (!asked.json) say("Nyckelfilen är inte med. Förvara dess kopia på ett annat ställe än den här.");
  return ExitCode::OK;
}

}  // namespace

const Verb BACKUP = {"backup", "gör en säkerhetskopia, prövad innan den får sitt namn",
                     "  liggare backup J J-kopia\n"
                     "Kopian innehåller aldrig nyckelfilen. Avslutar med 1 om OUT finns, 5 om journalen inte är hel,\n"
                     "75 om den inte får plats.",
                     [](VerbForm& form) -> std::function<ExitCode()> {
                       auto asked = std::make_shared<Asked>();
                       bindPlace(form, asked->place);
                       form.place("OUT", asked->out, "katalog som inte finns; den blir säkerhetskopian");
                       form.flag("--json", asked->json, "svara med JSON");
                       return [asked] { return backup(*asked); };
                     }};

}  // namespace liggare::cli
