// liggare verify-proof FILE --key VKEY: does a proof hold? Needs no journal, and believes nobody but the key.
#include <memory>

#include "cli/output.h"
#include "cli/proof-words.h"
#include "cli/trust.h"
#include "cli/verb.h"
#include "engine/log/entry.h"

namespace liggare::cli {

namespace {

struct Asked {
  std::string file, receipt, since;
  TrustWords trust;
  bool json = false;
};

// What was found out, in the order it is told.
struct Told {
  ExitCode code = ExitCode::OK;
  std::string kind, flaw;  // flaw: empty when it holds
  std::string origin;
  std::vector<std::pair<std::string, std::string>> rows;
  std::string facts;  // members of the JSON answer, each after a comma

  void row(std::string label, std::string value) { rows.emplace_back(std::move(label), std::move(value)); }
  void fail(ExitCode with, std::string why) {
    if (code != ExitCode::OK) return;
    code = with;
    flaw = std::move(why);
  }
};

void addFlaw(Told& told, ProofFlaw flaw) {
  switch (flaw) {
    case ProofFlaw::NONE: return;
    case ProofFlaw::SIGNATURE:
      return told.fail(ExitCode::INTEGRITY, "kontrollpunkten är inte undertecknad med den nyckeln");
    case ProofFlaw::PATH: return told.fail(ExitCode::INTEGRITY, "hasharna leder inte till roten");
    case ProofFlaw::OTHER_HEAD:
      return told.fail(ExitCode::INTEGRITY, "kontrollpunkten gäller en annan rot än den beviset leder till");
    case ProofFlaw::UNSIGNED:
      return told.fail(ExitCode::UNVERIFIABLE, "hasharna håller, men ingen kontrollpunkt säger att roten är loggens");
  }
}

// --- the two kinds
// ---------------------------------------------------------------------------------------------------

void checkInclusion(const InclusionFile& proof, const VerifierKey& key, const std::optional<ReceiptWords>& receipt,
                    Told& told) {
  told.kind = "inclusion";
  if (proof.extra.empty() && !receipt) {
    told.fail(ExitCode::UNVERIFIABLE, "beviset har ingen post med sig: säg vilken med --receipt POSITION:HASH");
    return;
  }
  Hash leaf = proof.extra.empty() ? receipt->leaf : leafHash(proof.extra);
  auto verdict = verifyInclusion(proof, leaf, key);
  addFlaw(told, verdict.flaw);
  if (receipt && (receipt->leaf != leaf || receipt->position != proof.index))
    told.fail(ExitCode::INTEGRITY, "beviset gäller en annan post än kvittot");
  auto entry = proof.extra.empty() ? std::nullopt : tryDecodeEntry(proof.extra);
  if (entry && entry->position != proof.index)
    told.fail(ExitCode::INTEGRITY, "posten säger sig stå på en annan position");
  told.row("Bevis", "position " + grouped(proof.index) + " bland " + grouped(verdict.head.size) + " poster");
  told.row("Post", toHex(leaf));
  if (entry) told.row("Skriven", formatSwedish(entry->recordedAt) + ", händelse " + text(entry->eventId));
  told.row("Rot", toHex(verdict.head.root));
  told.facts = ",\"position\":" + std::to_string(proof.index) + ",\"leaf\":\"" + toHex(leaf) + "\"" +
               ",\"size\":" + std::to_string(verdict.head.size) + ",\"root\":\"" + toHex(verdict.head.root) + "\"";
  if (entry)
    told.facts +=
        ",\"recordedAt\":\"" + formatUtc(entry->recordedAt) + "\",\"eventId\":\"" + text(entry->eventId) + "\"";
}

void checkConsistency(const ConsistencyFile& proof, const VerifierKey& key, const std::optional<Head>& since,
                      Told& told) {
  told.kind = "consistency";
  addFlaw(told, verifyConsistency(proof, key).flaw);
  if (since && *since != proof.older)
    told.fail(ExitCode::INTEGRITY, "beviset börjar i en annan storlek eller rot än den kontrollpunkt som jämförs med");
  told.row("Bevis", grouped(proof.older.size) + " poster är början på " + grouped(proof.newer.size));
  told.row("Från rot", toHex(proof.older.root));
  told.row("Till rot", toHex(proof.newer.root));
  told.facts = ",\"from\":" + std::to_string(proof.older.size) + ",\"fromRoot\":\"" + toHex(proof.older.root) + "\"" +
               ",\"to\":" + std::to_string(proof.newer.size) + ",\"toRoot\":\"" + toHex(proof.newer.root) + "\"";
}

// By the policy: the log signed it, and enough of those who are to have seen it did.
void checkWitnesses(const Trust& trust, const std::string& note, Told& told) {
  auto verdict = judgeCheckpoint(trust.policy, note);
  if (auto doubt = distrust(verdict)) told.fail(doubt->code, doubt->why);
  told.row("Vittnen", cosignedWords(verdict));
  told.facts += ",\"cosigned\":" + cosignedJson(verdict);
}

void answer(const Told& told, const Asked& asked) {
  Output out;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.plain("kind", told.kind).truth("holds", JsonObject::Truth{told.code == ExitCode::OK});
    line.text("origin", told.origin);
    if (!told.flaw.empty()) line.text("why", told.flaw);
    out << told.facts;
    line.close();
    out << "\n";
    out.flush();
    return;
  }
  for (auto& [label, value] : told.rows) out << "  " << padded(label, 10) << value << "\n";
  out << "  " << padded("Logg", 10) << told.origin << "\n";
  out << "  " << padded("RESULTAT", 10)
      << (told.code == ExitCode::OK
              ? green("håller")
              : red(told.code == ExitCode::UNVERIFIABLE ? "kan inte prövas" : "håller inte") + ": " + told.flaw)
      << "\n";
}

ExitCode verifyProof(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto trust = readTrust(asked.trust, code);
  if (!trust) return code;
  auto receipt = asked.receipt.empty() ? std::nullopt : parseReceipt(asked.receipt);
  if (!asked.receipt.empty() && !receipt) {
    sayError("--receipt är position, kolon och 64 hexadecimala siffror, som i svaret på kommandot");
    return ExitCode::USAGE;
  }
  std::optional<Head> since;
  if (!asked.since.empty()) {
    auto note = readSmallFile(asked.since, NOTE_BYTES_MAX, code);
    if (!note) return code;
    VerifierKey key = keyFor(*trust, *note);
    auto checkpoint = openCheckpoint(*note, key.name, {&key, 1});
    if (!checkpoint) {
      sayError(asked.since + " är ingen kontrollpunkt som är undertecknad med den nyckeln");
      return ExitCode::INTEGRITY;
    }
    since = checkpoint->head;
  }
  auto text = readSmallFile(asked.file, PROOF_BYTES_MAX, code);
  if (!text) return code;
  auto proof = readProof(*text);
  if (auto* unreadable = std::get_if<ProofUnreadable>(&proof)) {
    sayError(asked.file + " rad " + std::to_string(unreadable->line) + ": " + unreadable->why);
    return ExitCode::INTEGRITY;
  }
  auto* inclusion = std::get_if<InclusionFile>(&proof);
  if (inclusion ? since.has_value() : receipt.has_value()) {
    sayError(inclusion ? "--since hör till ett bevis om att loggen vuxit" : "--receipt hör till ett bevis om en post");
    return ExitCode::USAGE;
  }
  const std::string& note = inclusion ? inclusion->checkpoint : std::get<ConsistencyFile>(proof).checkpoint;
  VerifierKey key = keyFor(*trust, note);
  Told told;
  told.origin = key.name;
  if (inclusion)
    checkInclusion(*inclusion, key, receipt, told);
  else
    checkConsistency(std::get<ConsistencyFile>(proof), key, since, told);
  if (trust->asked == Trust::Asked::POLICY && !note.empty()) checkWitnesses(*trust, note, told);
  answer(told, asked);
  return told.code;
}

}  // namespace

const Verb VERIFY_PROOF = {
    "verify-proof", "pröva ett bevis med bara loggens verifieringsnyckel, utan journalen",
    "  liggare verify-proof 12.tlog-proof --key region.example/1+1a2b3c4d+AZ…\n"
    "  liggare verify-proof 12.tlog-proof --key J/LIGGARE --receipt 12:9457…8fb7e\n"
    "  liggare verify-proof vuxit --key nyckel.txt --since J.kontrollpunkt\n"
    "  liggare verify-proof 12.tlog-proof --policy region.policy     # också vittnenas intyg\n"
    "Avslutar med 0 om det håller, 5 om det inte gör det, 6 om något saknas för att pröva det, som ett vittne.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("FIL", asked->file, "beviset; - är standard in");
      bindTrust(form, asked->trust);
      form.option("--receipt", "POSITION:HASH", asked->receipt, "beviset ska gälla just den posten");
      form.option("--since", "FIL", asked->since, "beviset ska börja i den kontrollpunkten");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return verifyProof(*asked); };
    }};

}  // namespace liggare::cli
