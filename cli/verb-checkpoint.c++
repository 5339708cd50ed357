// liggare checkpoint DIR: the signed head, kept before it is shown; with --policy also cosigned by witnesses.
#include "cli/cosign.h"
#include "cli/session.h"
#include "cli/trust.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string policy, caFile;
  std::vector<std::string> witnesses;
  uint64_t seconds = 10;
  bool json = false;
};

ExitCode signedOnly(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  std::string note = journal->checkpoint();
  Output out;
  if (!asked.json) {
    out << note;
    return ExitCode::OK;
  }
  JsonObject line(out.buffer());
  line.text("origin", journal->origin()).number("size", journal->head());
  line.plain("root", toHex(journal->rootAt(journal->head()))).text("note", note).close();
  out << "\n";
  return ExitCode::OK;
}

std::string failedJson(const CosignOutcome& outcome) {
  std::string out = "[";
  for (const WitnessTold& told : outcome.told) {
    if (told.kind == WitnessTold::Kind::COSIGNED) continue;
    if (out.size() > 1) out += ',';
    JsonObject line(out);
    if (!told.name.empty()) line.text("witness", told.name);
    line.text("url", told.url).text("why", told.why);
    if (!told.evidence.empty()) line.text("evidence", told.evidence);
    line.close();
  }
  return out + "]";
}

// The evidence against us goes to the person too: nobody needs to trust this program to keep it.
void sayFailures(const CosignOutcome& outcome) {
  for (const WitnessTold& told : outcome.told) {
    if (told.kind == WitnessTold::Kind::COSIGNED) continue;
    sayError("vittnet " + (told.name.empty() ? "" : told.name + " ") + "på " + told.url + ": " + told.why);
    if (!told.evidence.empty()) say(told.evidence);
  }
}

ExitCode codeOf(const CosignOutcome& outcome) {
  for (const WitnessTold& told : outcome.told)
    if (told.kind == WitnessTold::Kind::FORKED) return ExitCode::INTEGRITY;
  auto doubt = distrust(outcome.verdict);
  return doubt ? doubt->code : ExitCode::OK;
}

// Readers may go on while witnesses are asked; only keeping what they answered needs the journal alone.
ExitCode cosigned(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto policy = readPolicyFile(asked.policy, code);
  if (!policy) return code;
  auto from = openSignedLog(asked.place, code);
  if (!from) return code;
  if (policy->logs.empty()) policy->logs.push_back({from->key, {}});
  if (std::none_of(policy->logs.begin(), policy->logs.end(), [&](auto& log) { return log.key == from->key; })) {
    sayError("policyn nämner inte den här loggen");
    return ExitCode::USAGE;
  }
  auto outcome = collectCosignatures(asked.place, *from, {*policy, asked.witnesses, asked.caFile, asked.seconds}, code);
  if (!outcome) return code;
  const bool isMore = outcome->note != from->note;
  std::string origin = from->origin;
  from.reset();
  if (isMore) {
    auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
    if (!journal) return code;
    KJ_REQUIRE(journal->keepCosigned(outcome->note), "the log no longer holds what it signed");
  }
  auto doubt = distrust(outcome->verdict);
  Output out;
  if (asked.json) {
    const Head& head = outcome->verdict.checkpoint.head;
    JsonObject line(out.buffer());
    line.text("origin", origin).number("size", head.size).plain("root", toHex(head.root)).text("note", outcome->note);
    line.truth("quorum", JsonObject::Truth{!doubt}).raw("cosigned", cosignedJson(outcome->verdict));
    line.raw("failed", failedJson(*outcome)).close();
    out << "\n";
  } else {
    out << outcome->note;
  }
  out.flush();
  sayFailures(*outcome);
  if (doubt) sayError(doubt->why);
  return codeOf(*outcome);
}

ExitCode checkpoint(const Asked& asked) {
  if (!asked.policy.empty()) return cosigned(asked);
  if (asked.witnesses.empty()) return signedOnly(asked);
  sayError("--witness behöver --policy: den säger vems intyg som räknas");
  return ExitCode::USAGE;
}

}  // namespace

const Verb CHECKPOINT = {
    "checkpoint", "loggens undertecknade storlek och rot, att ge till andra; med vittnens intyg om så önskas",
    "  liggare checkpoint J > J.kontrollpunkt\n"
    "  liggare checkpoint J --policy region.policy --witness https://vittne.example/liggare\n"
    "Med --policy frågas policyns vittnen, alla på en gång, och de intyg som kommer bevaras i journalen. Avslutar med "
    "0\n"
    "när så många som policyn kräver har intygat, också om andra är borta (de nämns); 6 när de är för få; 5 när ett\n"
    "vittne kan visa att loggen har rullats tillbaka eller delat sig.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.option("--policy", "FIL", asked->policy,
                  "vilka vittnen som räknas, och hur många som krävs (C2SP tlog-policy)");
      form.options("--witness", "ADRESS", asked->witnesses, "fråga också den adressen; kan upprepas");
      form.number("--seconds", "ANTAL", asked->seconds, "vänta högst så länge på varje svar (10)");
      form.option("--ca", "FIL", asked->caFile, "utfärdare som godtas för https (systemets)");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return checkpoint(*asked); };
    }};

}  // namespace liggare::cli
