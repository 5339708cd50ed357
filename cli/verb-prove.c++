// liggare prove DIR: a proof that travels: that an entry is in the log, that a receipt is kept, or that one size of the
// log is the beginning of another; or a bundle of one book by its id. Whoever has the verifier key checks it with
// `liggare verify-proof`, or without us.
#include "cli/bundle-file.h"
#include "cli/proof-words.h"
#include "cli/signed-log.h"
#include "cli/trust.h"
#include "engine/log/text-lines.h"

namespace liggare::cli {

namespace {

constexpr uint64_t UNSET = ~uint64_t{0};

struct Asked {
  Place place;
  std::string position, receipt, out, policy, book;
  uint64_t from = UNSET, to = UNSET;
  ReaderWords reader;  // of --book; and --json
};

std::string hashList(const Proof& hashes) {
  std::string list = "[";
  for (const Hash& hash : hashes) list += (list.size() > 1 ? ",\"" : "\"") + toBase64(hash) + "\"";
  return list + "]";
}

// The file to its place, or to standard output; or all of it as one line of JSON.
ExitCode deliver(const Asked& asked, const SignedLog& from, const std::string& text,
                 const std::function<void(JsonObject&)>& facts) {
  if (!asked.out.empty() && !writeSmallFile(asked.out, text)) return ExitCode::FAILURE;
  Output out;
  if (asked.reader.json) {
    JsonObject line(out.buffer());
    line.text("origin", from.origin).text("verifierKey", from.key.text());
    facts(line);
    if (asked.out.empty())
      line.text("proof", text);
    else
      line.text("out", asked.out);
    line.close();
    out << "\n";
  } else if (asked.out.empty()) {
    out << text;
  } else {
    say("Prövas av den som har nyckeln: liggare verify-proof " + asked.out + " --key " + from.key.text());
  }
  out.flush();  // a proof that did not get out was not given
  return ExitCode::OK;
}

// What became of a position that is not what a receipt shows.
std::string ofALoss(const SignedLog& from, Position position) {
  auto* loss = lossOver(from.losses, position);
  return loss ? "; " + lossWords(*loss) : std::string();
}

ExitCode proveEntry(const Asked& asked, SignedLog& from, Position position,
                    const std::optional<ReceiptWords>& receipt) {
  if (position >= from.head.size) {
    std::string covered = std::to_string(from.head.size) + " undertecknade poster";
    if (position < from.log->durableSize()) {
      sayError("position " + std::to_string(position) + " ligger bortom loggens " + covered);
      return ExitCode::UNVERIFIABLE;
    }
    sayError((receipt ? "kvittot är på position " : "det finns ingen position ") + std::to_string(position) +
             (receipt ? ", men loggen har bara " : "; loggen har ") + covered +
             (receipt ? ofALoss(from, position) : std::string()));
    return receipt ? ExitCode::INTEGRITY : ExitCode::NOT_FOUND;
  }
  Hash leaf = from.log->leafAt(position);
  if (receipt && receipt->leaf != leaf) {
    sayError("loggen har en annan post på position " + std::to_string(position) + " än den som kvittot visar" +
             ofALoss(from, position));
    return ExitCode::INTEGRITY;
  }
  InclusionFile proof{from.log->entry(position), position, from.log->inclusion(position, from.head.size), from.note};
  return deliver(asked, from, formatInclusion(proof), [&](JsonObject& line) {
    line.number("position", position).plain("leaf", toHex(leaf)).number("size", from.head.size);
    line.plain("root", toHex(from.head.root)).raw("hashes", hashList(proof.hashes));
  });
}

ExitCode proveGrowth(const Asked& asked, SignedLog& from) {
  uint64_t to = asked.to == UNSET ? from.head.size : asked.to;
  if (asked.from > to || to > from.log->durableSize()) {
    sayError("--from " + std::to_string(asked.from) + " --to " + std::to_string(to) +
             ": storlekarna ska stiga, och loggen har " + std::to_string(from.log->durableSize()) + " poster");
    return asked.from > to ? ExitCode::USAGE : ExitCode::NOT_FOUND;
  }
  ConsistencyFile proof{from.log->headAt(asked.from), from.log->headAt(to), from.log->consistency(asked.from, to), {}};
  proof.checkpoint = keptCheckpoint(asked.place, from, proof.newer).value_or("");
  if (proof.checkpoint.empty())
    say("Loggen har inte undertecknat storleken " + std::to_string(to) + ": beviset binder rötterna, inte loggen");
  return deliver(asked, from, formatConsistency(proof), [&](JsonObject& line) {
    line.number("from", proof.older.size).plain("fromRoot", toHex(proof.older.root));
    line.number("to", proof.newer.size).plain("toRoot", toHex(proof.newer.root));
    line.truth("signed", JsonObject::Truth{!proof.checkpoint.empty()}).raw("hashes", hashList(proof.hashes));
  });
}

// A book's numbers and proofs by its id. Which events stand in it is a trail: asking is a read, and no part is opened.
ExitCode proveBook(const Asked& asked) {
  auto id = fromHex(asked.book);
  if (!id || id->size() != 16 || !asked.position.empty() || !asked.receipt.empty()) {
    sayError("--book är en boks id, 32 hexadecimala siffror; vems bok det är prövas med liggare bundle");
    return ExitCode::USAGE;
  }
  BundleWords words;
  words.book = asked.book;
  words.reader = asked.reader;
  words.file = asked.out.empty() ? "-" : asked.out;
  words.policy = asked.policy;
  if (asked.from != UNSET) words.from = asked.from;
  if (asked.to != UNSET) words.to = asked.to;
  return makeBundleFile(asked.place, words);
}

ExitCode prove(const Asked& asked) {
  if (!asked.book.empty()) return proveBook(asked);
  auto position = asked.position.empty() ? std::nullopt : parseDecimal(asked.position);
  auto receipt = asked.receipt.empty() ? std::nullopt : parseReceipt(asked.receipt);
  int questions = !asked.position.empty() + !asked.receipt.empty() + (asked.from != UNSET);
  if (questions != 1 || (asked.to != UNSET && asked.from == UNSET)) {
    sayError("säg en sak att bevisa: POSITION, --receipt POSITION:HASH, eller --from STORLEK med --to STORLEK");
    return ExitCode::USAGE;
  }
  if (!asked.position.empty() && !position) {
    sayError("POSITION är ett tal från 0");
    return ExitCode::USAGE;
  }
  if (!asked.receipt.empty() && !receipt) {
    sayError("--receipt är position, kolon och 64 hexadecimala siffror, som i svaret på kommandot");
    return ExitCode::USAGE;
  }
  ExitCode code = ExitCode::OK;
  std::optional<Policy> policy;
  if (!asked.policy.empty() && !(policy = readPolicyFile(asked.policy, code))) return code;
  auto from = openSignedLog(asked.place, code);
  if (!from) return code;
  if (policy && !takeCosigned(asked.place, *from, *policy)) return ExitCode::UNVERIFIABLE;
  if (asked.from != UNSET) return proveGrowth(asked, *from);
  return proveEntry(asked, *from, receipt ? receipt->position : *position, receipt);
}

}  // namespace

const Verb PROVE = {
    "prove", "ett bevis att ge till andra: en post, ett kvitto, en bok, eller att loggen bara har vuxit",
    "  liggare prove J 12 --out 12.tlog-proof        # C2SP tlog-proof, med posten i\n"
    "  liggare prove J --receipt 12:9457…8fb7e       # håller det som svaret på kommandot lovade?\n"
    "  liggare prove J --from 100 --to 346           # storlek 100 är början på storlek 346\n"
    "  liggare prove J 12 --policy region.policy     # under en kontrollpunkt som vittnen har intygat\n"
    "  liggare prove J --book 9a11…2eff --as SE2321000131-U007 --purpose logReview --out bok.json\n"
    "Avslutar med 5 om loggen inte har det som kvittot visar, 3 om den inte når dit.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("POSITION", asked->position, "posten som ska bevisas", VerbForm::Need::OPTIONAL);
      form.option("--receipt", "POSITION:HASH", asked->receipt, "ett kvitto: dess position och hash (leaf)");
      form.option("--book", "ID", asked->book, "vad en bok håller: varje nummer, inget öppnat; läsningen antecknas");
      form.number("--from", "STORLEK", asked->from, "loggens storlek förut; med --book bokens första nummer");
      form.number("--to", "STORLEK", asked->to, "dess storlek sedan (den senast undertecknade); bokens sista nummer");
      form.option("--policy", "FIL", asked->policy, "under den senaste kontrollpunkt som policyns vittnen har intygat");
      form.option("--out", "FIL", asked->out, "skriv beviset i en fil (standard ut)");
      bindReader(form, asked->reader);
      return [asked] { return prove(*asked); };
    }};

}  // namespace liggare::cli
