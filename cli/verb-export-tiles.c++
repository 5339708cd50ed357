// liggare export-tiles DIR OUT: the tree and the entries as files that any C2SP tlog-tiles client reads, up to the
// newest signed checkpoint. Entries tell no names, no kinds and no people; lines would, and are not here.
#include <filesystem>

#include "cli/signed-log.h"
#include "engine/log/tile-export.h"

namespace liggare::cli {

namespace {

namespace fs = std::filesystem;

struct Asked {
  Place place;
  std::string out;
  bool newest = false, json = false;
};

void tell(const SignedLog& from, const ExportReport& report, const Asked& asked) {
  Output out;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.text("origin", from.origin).text("verifierKey", from.key.text()).number("size", report.head.size);
    line.plain("root", toHex(report.head.root)).number("written", report.written).number("left", report.left);
    line.text("out", asked.out).close();
    out << "\n";
    return;
  }
  out << "Logg      " << from.origin << "\n"
      << "Poster    " << grouped(report.head.size) << ", rot " << toHex(report.head.root) << "\n"
      << "Filer     " << grouped(report.written) << " nya, " << grouped(report.left) << " fanns och är desamma\n"
      << "Prövas    " << from.key.text() << "\n";
}

ExitCode exportTree(const Asked& asked) {
  if (fileExists(asked.out + "/LIGGARE")) {
    sayError(asked.out + " är en journal; skriv trädet någon annanstans");
    return ExitCode::USAGE;
  }
  std::error_code ignored;
  if (fs::exists(asked.out, ignored) && !fs::is_directory(asked.out, ignored)) {
    sayError(asked.out + " är ingen katalog");
    return ExitCode::USAGE;
  }
  ExitCode code = ExitCode::OK;
  auto from = openSignedLog(asked.place, code);
  if (!from) return code;
  auto scope = asked.newest ? ExportScope::NEWEST : ExportScope::ALL;
  std::variant<ExportReport, ExportRefused> answer;
  {
    Progress progress("skriver");
    answer = exportTiles(*from->log, from->note, from->key, asked.out, scope,
                         [&](uint64_t done, uint64_t of) { progress.at(done, of); });
  }
  if (auto* refused = std::get_if<ExportRefused>(&answer)) {
    sayError(asked.out + "/" + refused->path + " " + refused->why + "; inget där har ändrats");
    return ExitCode::INTEGRITY;
  }
  tell(*from, std::get<ExportReport>(answer), asked);
  return ExitCode::OK;
}

}  // namespace

const Verb EXPORT_TILES = {
    "export-tiles", "trädet och posterna som filer, för den som vill pröva loggen själv",
    "  liggare export-tiles J /srv/www/region            # C2SP tlog-tiles: checkpoint, tile/…\n"
    "  liggare export-tiles J /srv/www/region --newest   # bara det som tillkommit sedan sist\n"
    "Posterna säger inget om vem eller vad. Det som redan finns jämförs och lämnas; avslutar med 5 om något där är\n"
    "ett annat än loggens.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("OUT", asked->out, "katalogen som trädet skrivs i");
      form.flag("--newest", asked->newest, "lita på det som den tidigare kontrollpunkten där täcker, och fortsätt");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return exportTree(*asked); };
    }};

}  // namespace liggare::cli
