// liggare bundle DIR --patient ID --out FILE: a patient's access log as evidence, in a file that a stranger can check.
#include "cli/bundle-file.h"
#include "cli/signed-log.h"
#include "cli/trust.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
  std::string file, since, policy;
  uint64_t from = 1, to = UINT64_MAX;
};

// The size of the checkpoint that the reader has from elsewhere.
bool settleSince(const Asked& asked, BundleOrder& order) {
  if (asked.since.empty()) return true;
  auto text = readSmallFile(asked.since);
  auto note = text ? parseNote(*text) : std::nullopt;
  auto checkpoint = note ? parseCheckpoint(note->text) : std::nullopt;
  if (!checkpoint) {
    sayError(asked.since + " är ingen kontrollpunkt");
    return false;
  }
  order.sinceSize = checkpoint->head.size;
  return true;
}

// The newest kept checkpoint that the policy is satisfied with.
bool settlePolicy(const Asked& asked, Journal& journal, BundleOrder& order, ExitCode& code) {
  if (asked.policy.empty()) return true;
  auto policy = readPolicyFile(asked.policy, code);
  if (!policy) return false;
  auto note = newestCosigned(journal.directory(), journal.origin(), *policy, [&](const Head& head) {
    return head.size <= journal.head() && journal.rootAt(head.size) == head.root;
  });
  if (!note) code = ExitCode::UNVERIFIABLE;
  order.checkpoint = note.value_or("");
  return note.has_value();
}

ExitCode bundle(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  if (asked.person.number.empty() || asked.file.empty()) {
    sayError("säg vems logg och vart: --patient NUMMER --out FIL");
    return ExitCode::USAGE;
  }
  BundleOrder order;
  if (!settleSince(asked, order)) return ExitCode::NOT_FOUND;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room || !settlePolicy(asked, room->journal(), order, code)) return code;
  auto read = room->askAndTell(asked.reader, asked.person.number, "readAccessLog", "\"perspective\":\"patient\"");
  if (read.code != ExitCode::OK) return read.code;
  auto patient = room->journal().find(schema::RefKind::PERSON, asked.person.number);
  if (!patient) {
    sayError("patienten är inte känd här");
    return ExitCode::NOT_FOUND;
  }
  auto whole = accessLogOrder(*patient, asked.reader);
  whole.from = asked.from;
  whole.to = asked.to;
  whole.sinceSize = order.sinceSize;
  whole.checkpoint = order.checkpoint;
  return writeBundle(room->journal(), whole, asked.file);
}

}  // namespace

const Verb BUNDLE = {
    "bundle", "en patients åtkomstlogg som bevis i en fil, som andra kan pröva utan journalen",
    "  liggare close J && liggare bundle J --patient 199006022397 --as patient --out utdrag.json\n"
    "  liggare bundle J --patient 199006022397 --out utdrag.json --as SE2321000131-U007 --purpose logReview\n"
    "  liggare verify-bundle utdrag.json --key NYCKEL\n"
    "  liggare bundle J --patient 199006022397 --as patient --out utdrag.json --policy region.policy\n"
    "Läsningen antecknas som varje annan; den står därför efter bokslutet, bland de poster som inte är bokförda än.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindPerson(form, asked->person);
      form.option("--out", "FIL", asked->file, "vart bunten skrivs; - är standard ut");
      form.number("--from", "NUMMER", asked->from, "från och med det numret i boken (1)");
      form.number("--to", "NUMMER", asked->to, "till och med (det sista)");
      form.option("--policy", "FIL", asked->policy, "under den senaste kontrollpunkt som policyns vittnen har intygat");
      form.option("--since", "FIL", asked->since, "en kontrollpunkt mottagaren redan har: beviset för fortsättningen");
      bindReader(form, asked->reader);
      return [asked] { return bundle(*asked); };
    }};

}  // namespace liggare::cli
