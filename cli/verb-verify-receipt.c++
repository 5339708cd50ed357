// liggare verify-receipt DIR FILE: does the log still have what it once answered? Whoever got receipts holds them
// against any later log of the same name, restored or moved: one that was rolled back, or written anew, cannot have
// them all.
#include "cli/proof-words.h"
#include "cli/signed-log.h"
#include "engine/base/unicode.h"
#include "engine/intake/json-tape.h"
#include "engine/log/text-lines.h"

namespace liggare::cli {

namespace {

constexpr size_t RECEIPT_BYTES_MAX = size_t(64) << 20;

struct Asked {
  Place place;
  std::string file;
  bool json = false;
};

// One receipt as it was handed in.
struct Held {
  size_t line = 0;  // of the file, from 1
  std::optional<ReceiptWords> words;
  std::optional<InclusionFile> proof;
};
struct HeldFile {
  std::vector<Held> all;
  uint64_t without = 0;  // answers that give no receipt: a conflict, a line that was no command
  std::optional<std::pair<size_t, std::string>> fault;
};

// The members of an answer's line that make a receipt. Nothing when the line is not such an object.
std::optional<Held> fromAnswer(std::string_view line) {
  intake::JsonTape tape;
  if (!isUtf8(line) || tape.read(line) || tape.node(0).type != intake::JsonNode::Type::OBJECT) return std::nullopt;
  Held out;
  std::optional<uint64_t> position;
  std::optional<Buffer> leaf;
  std::string scratch;
  uint32_t key = 1;
  for (uint32_t i = 0; i < tape.node(0).count; ++i) {
    uint32_t value = key + 1;
    auto name = tape.slice(key);
    if (name == "position") position = parseDecimal(tape.slice(value));
    if (name == "leaf") leaf = fromHex(tape.slice(value));
    if (name == "proof") {
      auto text = tape.string(value, scratch);
      auto read = readProof(text.value_or(std::string_view()));
      auto* proof = std::get_if<InclusionFile>(&read);
      if (!proof) return std::nullopt;
      out.proof = std::move(*proof);
    }
    key = tape.node(value).next;
  }
  if (position.has_value() != leaf.has_value() || (leaf && leaf->size() != 32)) return std::nullopt;
  // The answer to a command sent again while the first was under way: the first one's answer has the leaf.
  const bool hasLeaf = leaf && std::any_of(leaf->begin(), leaf->end(), [](uint8_t b) { return b != 0; });
  if (hasLeaf) {
    out.words = ReceiptWords{*position, {}};
    std::copy(leaf->begin(), leaf->end(), out.words->leaf.bytes.begin());
  }
  return out;
}

HeldFile readHeld(std::string_view text) {
  HeldFile out;
  auto whole = readProof(text);
  if (auto* proof = std::get_if<InclusionFile>(&whole)) {
    out.all.push_back({1, std::nullopt, std::move(*proof)});
    return out;
  }
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    std::optional<Held> held;
    if (line.starts_with('{'))
      held = fromAnswer(line);
    else if (auto words = parseReceipt(line))
      held = Held{0, words, std::nullopt};
    if (!held) {
      out.fault = {number, "varken ett svar från append, POSITION:HASH eller ett bevis"};
      return out;
    }
    held->line = number;
    if (held->words || held->proof)
      out.all.push_back(std::move(*held));
    else
      ++out.without;
  }
  return out;
}

// What the log says against a receipt; empty when it keeps it.
std::string broken(SignedLog& from, const Held& held) {
  const Position end = from.log->durableSize();
  auto missing = [&](Position position) {
    return "position " + std::to_string(position) + " finns inte; loggen har " + std::to_string(end) + " poster";
  };
  if (held.words) {
    if (held.words->position >= end) return missing(held.words->position);
    if (from.log->leafAt(held.words->position) != held.words->leaf)
      return "loggen har en annan post på position " + std::to_string(held.words->position);
  }
  if (!held.proof) return {};
  const InclusionFile& proof = *held.proof;
  if (proof.index >= end) return missing(proof.index);
  Hash leaf = from.log->leafAt(proof.index);
  if ((!proof.extra.empty() && leafHash(proof.extra) != leaf) || (held.words && held.words->position != proof.index))
    return "beviset gäller en annan post än loggens på position " + std::to_string(proof.index);
  auto verdict = verifyInclusion(proof, leaf, from.key);
  for (auto& loss : from.losses) {  // an earlier incarnation may have signed it, about what this log still has
    if (verdict.flaw != ProofFlaw::SIGNATURE) break;
    auto earlier = verifyInclusion(proof, leaf, keyCalled(from.key, loss.origin));
    if (earlier.flaw == ProofFlaw::SIGNATURE) continue;
    if (earlier.head.size > loss.lostFrom)
      return earlier.flaw == ProofFlaw::NONE ? std::string() : "beviset leder inte till posten";
    verdict = earlier;
  }
  if (verdict.flaw == ProofFlaw::SIGNATURE) return "bevisets kontrollpunkt är inte undertecknad av den här loggen";
  if (verdict.head.size > end) return missing(verdict.head.size - 1);
  if (from.log->rootAt(verdict.head.size) != verdict.head.root)
    return "loggen undertecknade en annan rot för " + std::to_string(verdict.head.size) + " poster";
  return verdict.flaw == ProofFlaw::NONE ? std::string() : "beviset leder inte till posten";
}

// A receipt that does not hold, of a range whose loss was accepted: told, and still no receipt of this log.
const PastLoss* lostWith(const SignedLog& from, const Held& held) {
  if (!held.proof) return lossOver(from.losses, held.words->position);
  auto note = parseNote(held.proof->checkpoint);
  auto said = note ? parseCheckpoint(note->text) : std::nullopt;
  return lossOver(from.losses, held.proof->index, said ? said->origin : std::string());
}

ExitCode verifyReceipt(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto text = readSmallFile(asked.file, RECEIPT_BYTES_MAX, code);
  if (!text) return code;
  auto held = readHeld(*text);
  if (held.fault) {
    sayError(asked.file + " rad " + std::to_string(held.fault->first) + ": " + held.fault->second);
    return ExitCode::USAGE;
  }
  if (held.all.empty()) {
    sayError(asked.file + " har inga kvitton");
    return ExitCode::UNVERIFIABLE;
  }
  auto from = openSignedLog(asked.place, code);
  if (!from) return code;
  uint64_t kept = 0, lost = 0;
  Output out;
  for (const Held& each : held.all) {
    std::string why = broken(*from, each);
    if (why.empty()) {
      ++kept;
      continue;
    }
    auto* loss = lostWith(*from, each);
    if (loss) {
      ++lost;
      why += "; " + lossWords(*loss);
    }
    if (asked.json) {
      JsonObject line(out.buffer());
      line.number("line", each.line).text("why", why);
      if (loss) line.number("lostAcceptedAt", loss->position);
      line.close();
      out << "\n";
    } else {
      out << "  rad " << std::to_string(each.line) << ": " << red(why) << "\n";
    }
    out.flushIfLarge();
  }
  const bool holds = kept == held.all.size();
  if (asked.json) {
    JsonObject line(out.buffer());
    line.truth("holds", JsonObject::Truth{holds}).text("origin", from->origin).number("receipts", held.all.size());
    line.number("kept", kept).number("lost", lost).number("without", held.without);
    line.number("size", from->log->durableSize()).close();
    out << "\n";
  } else {
    out << "  " << grouped(kept) << " av " << grouped(held.all.size()) << " kvitton håller mot "
        << grouped(from->log->durableSize()) << " poster i " << from->origin << "\n";
  }
  return holds ? ExitCode::OK : ExitCode::INTEGRITY;
}

}  // namespace

const Verb VERIFY_RECEIPT = {
    "verify-receipt", "håller loggen ännu vad den har svarat? kvitton mot en senare logg",
    "  liggare verify-receipt J kvitton.ndjson         # svaren från append, som de kom\n"
    "  liggare verify-receipt J 12.tlog-proof --json   # ett undertecknat kvitto; rader POSITION:HASH går också\n"
    "Avslutar med 0 om alla håller, 5 om loggen saknar eller har ändrat något, 6 om filen inte har några kvitton.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("FIL", asked->file, "kvittona; - är standard in");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return verifyReceipt(*asked); };
    }};

}  // namespace liggare::cli
