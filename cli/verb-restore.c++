// liggare restore BACKUP DIR [--at …] [--evidence …]: every byte read and verified before anything lies in DIR.
#include <charconv>

#include "cli/evidence.h"
#include "cli/proof-words.h"
#include "cli/session.h"
#include "engine/restore.h"

namespace liggare::cli {

namespace {

struct Asked {
  std::string backup, directory, keyFile, token, vaultCopy, at;
  std::vector<std::string> evidence, acceptance;
  bool json = false;
};

ExitCode exitOf(RestoreFault::Kind kind) {
  switch (kind) {
    case RestoreFault::Kind::NOT_A_BACKUP: return ExitCode::NOT_FOUND;
    case RestoreFault::Kind::NEWER_FORMAT: return ExitCode::UNVERIFIABLE;
    case RestoreFault::Kind::EXISTS: return ExitCode::FAILURE;
    case RestoreFault::Kind::NO_ROOM: return ExitCode::TRY_AGAIN;
    case RestoreFault::Kind::DAMAGED: return ExitCode::INTEGRITY;
    case RestoreFault::Kind::ROLLED_BACK: return ExitCode::INTEGRITY;
    case RestoreFault::Kind::NOT_ACCEPTED: return ExitCode::REFUSED;
    case RestoreFault::Kind::BAD_EVIDENCE: return ExitCode::UNVERIFIABLE;
    case RestoreFault::Kind::BAD_CUT: return ExitCode::USAGE;
    case RestoreFault::Kind::OLD_VAULT: return ExitCode::UNVERIFIABLE;
    case RestoreFault::Kind::NO_KEY_HOLDER: break;
  }
  return ExitCode::UNVERIFIABLE;
}

// A position is digits; anything else must be a moment.
std::optional<CutAt> cutOf(const std::string& text) {
  CutAt out;
  Position position = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), position);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) {
    out.position = position;
    return out;
  }
  auto stamp = parseStamp(text);
  if (!stamp) return std::nullopt;
  out.time = stamp->at;
  return out;
}

void tellJson(const Restored& made, const Asked& asked, Output& out) {
  JsonObject line(out.buffer());
  line.text("directory", asked.directory).text("origin", made.manifest.origin);
  line.number("size", made.head.size).plain("root", toHex(made.head.root));
  line.plain("lastRecordedAt", formatUtc(made.lastRecordedAt));
  line.number("backupSize", made.manifest.head.size).plain("backupMadeAt", formatUtc(made.manifest.madeAt));
  line.truth("cut", JsonObject::Truth{made.isCut}).truth("keys", JsonObject::Truth{made.withoutKeys.empty()});
  line.number("entries", made.report.entries).number("sealed", made.report.sealed).number("lines", made.report.lines);
  line.number("checkpoints", made.report.checkpoints).number("evidence", made.evidenceHeld);
  if (made.accepted) {
    line.text("incarnation", made.accepted->next).number("acceptedAt", made.accepted->position);
    line.number("lostFrom", made.accepted->lostFrom).number("lostTo", made.accepted->lostTo);
  }
  line.number("evidenceLost", made.evidenceLost);
  line.truth("newerVault", JsonObject::Truth{made.tookVault}).number("toDestroy", made.toDestroy).close();
  out << "\n";
}

void tell(const Restored& made, const Asked& asked, Output& out) {
  auto row = [&](std::string_view label, const std::string& value) {
    out << "  " << padded(label, 17) << value << "\n";
  };
  const VerifyReport& r = made.report;
  out << asked.directory << "\n";
  row("Journal", made.manifest.origin);
  row("Kopian", "gjord " + formatSwedish(made.manifest.madeAt) + ", " + grouped(made.manifest.files.size()) +
                    " filer, varje byte som manifestet säger");
  row("Prövat", grouped(r.entries) + " poster, " + grouped(r.sealed) + " förseglade händelser, " +
                    (made.withoutKeys.empty() ? grouped(r.lines) + " bokrader" : "bokraderna inte: nyckeln saknas") +
                    ", " + grouped(r.checkpoints) + " kontrollpunkter");
  if (made.isCut)
    row("Avklippt", "efter position " + grouped(made.head.size - 1) + ", där en skrivning slutar; " +
                        grouped(made.manifest.head.size - made.head.size) +
                        " poster är inte med. Kopian läses men fortsätts inte.");
  if (made.tookVault) row("Valv", "det som visades: nyare än kopians");
  if (made.toDestroy > 0)
    row("Förstörs", grouped(made.toDestroy) +
                        " poster har förstörts sedan kopian gjordes: deras nycklar är borta, och texten tas bort ur "
                        "loggen när journalen öppnas för skrivning");
  if (made.accepted) row("Förlust", lossWords(*made.accepted) + ". Loggen heter nu " + made.accepted->next);
  row("Träd", "storlek " + grouped(made.head.size) + ", rot " + toHex(made.head.root));
  row("Till och med", formatSwedish(made.lastRecordedAt));
  std::string with = made.evidenceHeld > 0 ? ", och inget i " + grouped(made.evidenceHeld) + " bevis säger emot" : "";
  if (made.accepted) with = ", utan det som godtogs som förlorat";
  row("RESULTAT", green("återställd") + with);
}

ExitCode restore(const Asked& asked) {
  RestoreOptions options;
  options.backup = asked.backup;
  options.directory = asked.directory;
  options.keyFile = asked.keyFile;
  options.token = asked.token;
  options.vaultCopy = asked.vaultCopy;
  if (!asked.at.empty()) {
    options.cut = cutOf(asked.at);
    if (!options.cut) {
      sayError("--at är varken en position eller en tidpunkt (2026-11-02T08:00:00+01:00)");
      return ExitCode::USAGE;
    }
  }
  for (auto& file : asked.acceptance) {
    ExitCode code = ExitCode::OK;
    auto note = readSmallFile(file, NOTE_BYTES_MAX, code);
    if (!note) return code;
    options.acceptance.push_back(std::move(*note));
  }
  for (auto& given : asked.evidence) {
    auto read = readEvidence(given);
    if (auto* wrong = std::get_if<std::string>(&read)) {
      sayError("--evidence: " + *wrong);
      return ExitCode::USAGE;
    }
    options.evidence.push_back(std::move(std::get<OfferedEvidence>(read)));
  }
  std::variant<Restored, RestoreFault> answer;
  {
    Progress reading("läser"), verifying("prövar");
    answer = restoreJournal(
        options, [&](uint64_t done, uint64_t all) { reading.at(done, all); },
        [&](Position done, uint64_t all) { verifying.at(done, all); });
  }
  if (auto* fault = std::get_if<RestoreFault>(&answer)) {
    sayError(fault->why);
    return exitOf(fault->kind);
  }
  auto& made = std::get<Restored>(answer);
  {
    Output out;
    if (asked.json)
      tellJson(made, asked, out);
    else
      tell(made, asked, out);
  }
  if (!made.withoutKeys.empty()) sayError(made.withoutKeys);
  if (!asked.json && made.accepted)
    say("Nyckeln heter nu som loggen och står i " + asked.directory +
        "/LIGGARE: ge den till vittnen (liggare witness trust) och\n"
        "granskare, ta en ny säkerhetskopia, och tala om för dem som har kvitton vad som är förlorat.");
  if (!asked.json && made.evidenceHeld == 0)
    say("Ingen har visat hur långt loggen hade kommit: en äldre kopia är också hel. Visa en kontrollpunkt eller ett\n"
        "kvitto som andra har fått (--evidence), eller jämför storlek och rot ovan, innan någon får skriva.");
  return made.withoutKeys.empty() ? ExitCode::OK : ExitCode::UNVERIFIABLE;
}

}  // namespace

const Verb RESTORE = {
    "restore", "återställ en säkerhetskopia, prövad innan något ligger på plats",
    "  liggare restore J-kopia J --evidence J.kontrollpunkt\n"
    "  liggare restore J-kopia J --evidence J-skadad    # det den skadade katalogen hade lovat\n"
    "  liggare restore J-kopia J-då --keys J.keys --at 2026-11-02T08:00:00+01:00\n"
    "  liggare restore J-kopia J-igen --keys J.keys --vault J.vault    # kopian är från före en förstöring\n"
    "  liggare restore J-kopia J --evidence J-skadad --accept-loss anna.not --accept-loss bo.not    # se accept-loss\n"
    "Avslutar med 5 om kopian är skadad eller äldre än vad någon har lovats, 4 om det som undertecknats inte godtar\n"
    "just den förlusten, 6 om allt inte kunde prövas.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("BACKUP", asked->backup, "säkerhetskopian");
      form.place("DIR", asked->directory, "katalog som inte finns eller är tom; den blir journalen");
      form.option("--keys", "FIL", asked->keyFile, "nyckelhållarens fil (DIR.keys)");
      bindToken(form, asked->token);
      form.option("--vault", "VALV", asked->vaultCopy, "en nyare kopia av valvet (J.vault); krävs efter en förstöring");
      form.option("--at", "NÄR", asked->at,
                  "klipp av vid en position eller tidpunkt: en kopia att läsa, inte fortsätta");
      form.options("--evidence", "BEVIS", asked->evidence,
                   "kontrollpunkt, POSITION:LÖVHASH eller den skadade journalens katalog; kan upprepas");
      form.options("--accept-loss", "UTLÅTANDE", asked->acceptance,
                   "vad en operatör har undertecknat; två behövs, av två personer");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return restore(*asked); };
    }};

}  // namespace liggare::cli
