// liggare attest init|sign|add|show: an auditor counts the books again and signs the latest closing; the signature lies
// beside the closings and goes with every bundle that rests on it.
#include <fstream>

#include "cli/bundle-file.h"
#include "cli/trust.h"
#include "cli/verification.h"
#include "engine/log/attestation.h"
#include "engine/vault/file-key-holder.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string what, name, auditor, auditors, note;
  bool json = false;
};

// Every closing below `size`, in order: they stand in the engine's own stream.
std::vector<AttestedClosing> closingsOf(Journal& journal, Position size) {
  std::vector<AttestedClosing> out;
  journal.scanBook(streamId(StreamKind::SY, {}), 1, [&](const BookRow& row) {
    if (row.position >= size) return false;
    auto event = journal.read(row.position);
    auto* fact = event ? std::get_if<ClosingFact>(&event->entry.engine) : nullptr;
    if (fact) out.push_back({journal.origin(), row.position, row.leaf, *fact});
    return true;
  });
  return out;
}

// --- an auditor's own key

std::unique_ptr<FileKeyHolder> keyOf(const Asked& asked, FileKeyHolder::Result made) {
  if (made.holder) return std::move(made.holder);
  sayError(asked.auditor + ": " + made.error->line);
  return nullptr;
}

bool saysWho(const Asked& asked) {
  if (isNoteName(asked.name) && !asked.auditor.empty()) return true;
  sayError("--auditor FIL och --name NAMN behövs: revisorns nyckelfil och namn, som revisor.example/a");
  return false;
}

ExitCode init(const Asked& asked) {
  if (!saysWho(asked)) return ExitCode::USAGE;
  auto holder = keyOf(asked, FileKeyHolder::create(asked.auditor, {{}, asked.name, std::nullopt}, systemRandom()));
  if (!holder) return ExitCode::FAILURE;
  VerifierKey key = cosignerKey(holder->verifierKey());
  Output out;
  if (asked.json) {
    JsonObject(out.buffer()).text("name", asked.name).text("verifierKey", key.text()).close();
    out << "\n";
  } else {
    out << key.text() << "\n";
  }
  return ExitCode::OK;
}

// --- signing

void tellSigned(const Asked& asked, const AttestedClosing& closing, const std::string& note) {
  Output out;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.number("closing", closing.position).number("covered", closing.fact.coveredSize);
    line.plain("root", toHex(closing.fact.root)).text("note", note).close();
    out << "\n";
  } else {
    out << note;
  }
}

ExitCode sign(const Asked& asked) {
  if (!saysWho(asked)) return ExitCode::USAGE;
  const KeyFileExpectation expected{asked.place.directory, asked.name, std::nullopt};
  auto holder = keyOf(asked, FileKeyHolder::open(asked.auditor, expected, systemRandom()));
  if (!holder) return ExitCode::NOT_FOUND;
  ExitCode code = ExitCode::OK;
  VerifyWords words;
  words.place = asked.place;
  words.full = true;
  Verified verified;
  if (!verifyJournal(words, verified, code)) return code;
  if (verified.code() != ExitCode::OK) {
    Output out;
    tellVerified(verified, out);
    out.flush();
    sayError("det som inte går att räkna om helt skrivs inte under");
    return verified.code();
  }
  auto journal = openJournal(asked.place, JournalOptions::Access::READ, code);
  if (!journal) return code;
  const Head& head = verified.report.head;
  KJ_REQUIRE(journal->rootAt(head.size) == head.root, "another log than the one that was verified");
  auto closings = closingsOf(*journal, head.size);
  if (closings.empty()) {
    sayError("loggen har inget bokslut än; gör ett med liggare close");
    return ExitCode::NOT_FOUND;
  }
  const AttestedClosing& latest = closings.back();
  auto seconds = static_cast<uint64_t>(systemClock().now() / SECOND);
  AttestationShelf shelf(asked.place.directory);
  shelf.add(latest, {cosign(attestationText(latest), seconds, *holder)});
  tellSigned(asked, latest, shelf.of(latest.position));
  return ExitCode::OK;
}

// --- what an auditor signed elsewhere, on a copy

ExitCode add(const Asked& asked) {
  if (asked.note.empty() || asked.auditors.empty()) {
    sayError("--note FIL och --auditors FIL behövs: underskriften, och de revisorer vars nycklar gäller");
    return ExitCode::USAGE;
  }
  ExitCode code = ExitCode::OK;
  auto policy = readPolicyFile(asked.auditors, code);
  if (!policy) return code;
  auto text = readSmallFile(asked.note);
  auto note = text ? parseNote(*text) : std::nullopt;
  if (!note) {
    sayError(asked.note + " är ingen underskrift");
    return ExitCode::NOT_FOUND;
  }
  auto journal = openJournal(asked.place, JournalOptions::Access::READ, code);
  if (!journal) return code;
  for (const AttestedClosing& closing : closingsOf(*journal, journal->head())) {
    if (note->text != attestationText(closing)) continue;
    auto verdict = judgeAttestation(*policy, *text, closing);
    if (verdict.flaw == PolicyVerdict::Flaw::COSIGNATURE || verdict.cosignedBy.empty()) {
      sayError("ingen av policyns revisorer har skrivit under det");
      return ExitCode::INTEGRITY;
    }
    AttestationShelf shelf(asked.place.directory);
    shelf.add(closing, note->signatures);
    tellSigned(asked, closing, shelf.of(closing.position));
    return ExitCode::OK;
  }
  sayError("det som är underskrivet är inget av den här loggens bokslut");
  return ExitCode::INTEGRITY;
}

ExitCode show(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  std::optional<Policy> policy;
  if (!asked.auditors.empty() && !(policy = readPolicyFile(asked.auditors, code))) return code;
  auto journal = openJournal(asked.place, JournalOptions::Access::READ, code);
  if (!journal) return code;
  AttestationShelf shelf(asked.place.directory);
  Output out;
  for (const AttestedClosing& closing : closingsOf(*journal, journal->head())) {
    std::string text = shelf.of(closing.position);
    auto note = parseNote(text);
    auto verdict = policy ? judgeAttestation(*policy, text, closing) : PolicyVerdict{};
    bool isOurs = text.empty() || (note && note->text == attestationText(closing));
    if (!isOurs || verdict.flaw == PolicyVerdict::Flaw::COSIGNATURE) code = ExitCode::INTEGRITY;
    if (asked.json) {
      JsonObject line(out.buffer());
      line.number("closing", closing.position).number("covered", closing.fact.coveredSize);
      line.plain("root", toHex(closing.fact.root)).text("note", text);
      if (policy) line.raw("audited", cosignedJson(verdict));
      line.close();
    } else {
      out << "Bokslut " << grouped(closing.position) << "   ";
      if (!isOurs) out << red("underskriften gäller något annat");
      for (auto& signature : note ? note->signatures : std::vector<NoteSignature>())
        out << signature.name << " " << formatSwedish(Micros(cosignedSeconds(signature).value_or(0)) * SECOND) << "  ";
      if (!note && isOurs) out << "ingen har skrivit under";
      if (policy) out << "  prövade: " << cosignedWords(verdict);
    }
    out << "\n";
  }
  out.flush();
  return code;
}

ExitCode attest(const Asked& asked) {
  if (asked.what == "init") return init(asked);
  if (asked.place.directory.empty()) {
    sayError("vilken journal? liggare attest sign DIR");
    return ExitCode::USAGE;
  }
  if (asked.what == "sign") return sign(asked);
  if (asked.what == "add") return add(asked);
  if (asked.what == "show") return show(asked);
  sayError("attest init, sign, add eller show");
  return ExitCode::USAGE;
}

}  // namespace

const Verb ATTEST = {
    "attest", "en revisors underskrift på bokslutet: varje rad är omräknad",
    "  liggare attest init --auditor revisor.keys --name revisor.example/a      # skriver ut nyckeln, till en policy\n"
    "  liggare attest sign J --auditor revisor.keys --name revisor.example/a    # räknar om, och skriver under\n"
    "  liggare attest add J --note underskrift.note --auditors revisorer.policy # gjord på en kopia\n"
    "  liggare attest show J --auditors revisorer.policy\n"
    "sign gör verify --full först och skriver inte under något som avviker (5) eller inte går att räkna om (6).\n"
    "Policyn är av samma slag som vittnenas; dess rader witness nämner revisorer, och en revisors nyckel används till "
    "inget annat.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("VAD", asked->what, "init, sign, add eller show");
      form.place("DIR", asked->place.directory, "journalen; inte till init", VerbForm::Need::OPTIONAL);
      form.option("--keys", "FIL", asked->place.keyFile, "journalens nyckelfil (DIR.keys)");
      form.option("--auditor", "FIL", asked->auditor, "revisorns nyckelfil");
      form.option("--name", "NAMN", asked->name, "revisorns namn, som det står i nyckeln");
      form.option("--auditors", "FIL", asked->auditors, "revisorer vars underskrift räknas");
      form.option("--note", "FIL", asked->note, "en underskrift som gjorts på en kopia");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return attest(*asked); };
    }};

}  // namespace liggare::cli
