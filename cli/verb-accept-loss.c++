// liggare accept-loss prepare|sign: the statement by which two operators accept that what others were promised is gone.
// It is made from a backup and the evidence, signed by each alone, and used by `liggare restore --accept-loss`.
#include "cli/evidence.h"
#include "cli/proof-words.h"
#include "cli/session.h"
#include "engine/base/random.h"
#include "engine/log/opening.h"
#include "engine/vault/file-key-holder.h"
#include "engine/vault/key-place.h"

namespace liggare::cli {

namespace {

struct Asked {
  std::string what, file, keyFile, token, reason;
  std::vector<std::string> evidence;
  bool json = false;
};

void tell(const LossStatement& s, const std::string& text, const Asked& asked, Output& out) {
  if (!asked.json) {
    out << text;
    return;
  }
  JsonObject line(out.buffer());
  line.text("origin", s.origin).text("next", s.next).number("size", s.from.size).plain("root", toHex(s.from.root));
  line.number("lostFrom", s.from.size).number("lostTo", s.knownSize);
  line.text("reason", s.reason).text("text", text).close();
  out << "\n";
}

// What the evidence knows, and the log in the backup. Nothing: there is nothing to accept, and the person was told.
std::optional<LossStatement> statementOf(const Asked& asked, const JournalFile& file, uint32_t losses, ExitCode& code) {
  std::vector<OfferedEvidence> offered;
  for (auto& given : asked.evidence) {
    auto read = readEvidence(given);
    if (auto* wrong = std::get_if<std::string>(&read)) {
      sayError("--evidence: " + *wrong);
      code = ExitCode::USAGE;
      return std::nullopt;
    }
    offered.push_back(std::move(std::get<OfferedEvidence>(read)));
  }
  const VerifierKey key = *parseVerifierKey(file.verifierKey);
  ClearLines lines;
  auto answer = openLog({asked.file, file.origin, {key}}, lines, Access::READ);
  if (auto* refused = std::get_if<OpenRefused>(&answer)) {
    sayError("loggen i " + asked.file + " är inte hel: " + refused->finding.what);
    code = ExitCode::INTEGRITY;
    return std::nullopt;
  }
  auto& log = *std::get<OpenedLog>(answer).log;
  auto known = weigh(log, file, key, offered);
  if (known.fault != Weighed::Fault::NONE) {
    sayError(known.why);
    code = known.fault == Weighed::Fault::NO_EVIDENCE ? ExitCode::UNVERIFIABLE : ExitCode::INTEGRITY;
    return std::nullopt;
  }
  if (known.size == log.durableSize()) {
    sayError("inget bevis når längre än kopian: inget är förlorat som någon vet om, och inget att godta");
    code = ExitCode::REFUSED;
    return std::nullopt;
  }
  return LossStatement{file.origin,           incarnationCalled(file.name(), losses + 1),
                       log.durable(),         known.size,
                       known.root,            systemClock().now() / SECOND * SECOND,
                       asked.reason};
}

ExitCode prepare(const Asked& asked) {
  if (!isReason(asked.reason)) {
    sayError("--reason behövs: en rad om varför, högst " + std::to_string(REASON_MAX) + " byte och inget om patienter");
    return ExitCode::USAGE;
  }
  JournalFault fault{};
  auto file = readJournalFile(asked.file, fault);
  if (file && !parseVerifierKey(file->verifierKey))
    fault = {JournalFault::Kind::DAMAGED, asked.file + "/LIGGARE är skadad"};
  if (!file || !parseVerifierKey(file->verifierKey)) return sayFault(fault);
  auto keys = openKeyHolder({asked.keyFile, asked.token}, {asked.file, file->name(), std::nullopt}, systemRandom());
  if (!keys.holder) {
    sayError("--keys behövs: " + keys.error->line);
    return ExitCode::UNVERIFIABLE;
  }
  ExitCode code = ExitCode::OK;
  auto statement = statementOf(asked, *file, keys.holder->incarnation(), code);
  if (!statement) return code;
  Output out;
  tell(*statement, formatLoss(*statement), asked, out);
  out.flush();
  if (!asked.json)
    say("Läs den, båda två. Var och en undertecknar med sin egen nyckel: liggare accept-loss sign FIL --keys NYCKEL");
  return ExitCode::OK;
}

ExitCode sign(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto text = readSmallFile(asked.file, NOTE_BYTES_MAX, code);
  if (!text) return code;
  auto statement = parseLoss(*text);
  if (!statement) {
    sayError(asked.file + " är inget utlåtande från liggare accept-loss prepare");
    return ExitCode::USAGE;
  }
  auto keys = FileKeyHolder::open(asked.keyFile, {"", "", std::nullopt}, systemRandom());
  if (!keys.holder) {
    sayError(keys.error->line);
    return ExitCode::UNVERIFIABLE;
  }
  Output out;
  tell(*statement, signNote(*text, *keys.holder), asked, out);
  out.flush();
  if (!asked.json)
    say(keys.holder->origin() + " godtar att positionerna " + std::to_string(statement->from.size) + "–" +
        std::to_string(statement->knownSize - 1) + " i " + statement->origin + " är förlorade.");
  return ExitCode::OK;
}

ExitCode acceptLoss(const Asked& asked) {
  if (asked.what == "prepare") return prepare(asked);
  if (asked.what == "sign") return sign(asked);
  sayError("säg vad som ska göras: prepare eller sign");
  return ExitCode::USAGE;
}

}  // namespace

const Verb ACCEPT_LOSS = {
    "accept-loss", "godta att det andra har lovats är borta: ett utlåtande som två operatörer undertecknar",
    "  liggare accept-loss prepare J-kopia --keys J.keys --evidence J-skadad --reason \"Disken brann.\" > förlust.txt\n"
    "  liggare accept-loss sign förlust.txt --keys anna.nyckel > anna.not      # var och en, på sin egen dator\n"
    "  liggare restore J-kopia J --evidence J-skadad --accept-loss anna.not --accept-loss bo.not\n"
    "Ett utlåtande gäller en kopia och de bevis som visades, i sju dagar, och en gång. Avslutar med 4 om inget är\n"
    "förlorat.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("VAD", asked->what, "prepare eller sign");
      form.place("FIL", asked->file, "prepare: säkerhetskopian; sign: utlåtandet");
      form.option("--keys", "FIL", asked->keyFile, "prepare: journalens nyckelfil; sign: operatörens egen");
      bindToken(form, asked->token);
      form.options("--evidence", "BEVIS", asked->evidence,
                   "prepare: kontrollpunkt, POSITION:LÖVHASH eller den skadade journalens katalog; kan upprepas");
      form.option("--reason", "TEXT", asked->reason, "prepare: varför, på en rad; står sedan i loggen för alla");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return acceptLoss(*asked); };
    }};

}  // namespace liggare::cli
