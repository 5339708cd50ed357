#include "engine/log/proof-file.h"

#include <kj/debug.h>

#include "engine/log/text-lines.h"

namespace liggare {
namespace {

constexpr std::string_view INCLUSION = "c2sp.org/tlog-proof@v1";
constexpr std::string_view CONSISTENCY = "liggare-consistency@v1";

std::optional<Hash> parseHash(std::string_view text) {
  auto bytes = fromBase64(text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Hash out;
  std::copy(bytes->begin(), bytes->end(), out.bytes.begin());
  return out;
}

// Reads on line by line and keeps the first thing that was wrong: whoever asks after a fault gets nothing.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest(text) {}

  // The next line when it begins so, without that beginning; nothing, and nothing is taken, when it does not.
  std::optional<std::string_view> after(std::string_view beginning) {
    if (fault || !rest.starts_with(beginning)) return std::nullopt;
    auto line = next();
    if (line) line->remove_prefix(beginning.size());
    return line;
  }
  std::optional<std::string_view> next() {
    if (fault) return std::nullopt;
    auto line = takeLine(rest);
    ++number;
    if (!line) fail("raden är avhuggen");
    return line;
  }
  bool isAtEnd() const { return rest.empty(); }
  std::string_view remaining() const { return rest; }
  void fail(std::string why) {
    if (!fault) fault = ProofUnreadable{number, std::move(why)};
  }
  const std::optional<ProofUnreadable>& wrong() const { return fault; }

  // Hashes until an empty line, which is taken, or the end.
  Proof hashes() {
    Proof out;
    while (!fault && !isAtEnd()) {
      auto line = next();
      if (!line || line->empty()) break;
      auto hash = parseHash(*line);
      if (!hash)
        fail("inte en hash om 32 byte i base64");
      else if (out.size() == PROOF_HASHES_MAX)
        fail("fler hashar än ett träd kan kräva");
      else
        out.push_back(*hash);
    }
    return out;
  }
  // What is left is a checkpoint as a signed note.
  std::string checkpoint() {
    if (fault) return {};
    ++number;
    auto note = parseNote(rest);
    if (!note || !parseCheckpoint(note->text)) fail("inte en undertecknad kontrollpunkt");
    return std::string(rest);
  }

 private:
  std::string_view rest;
  size_t number = 0;
  std::optional<ProofUnreadable> fault;
};

InclusionFile readInclusion(Lines& lines) {
  InclusionFile out;
  if (auto extra = lines.after("extra ")) {
    auto bytes = fromBase64(*extra);
    if (!bytes || bytes->empty())
      lines.fail("extra är inte base64");
    else
      out.extra = std::move(*bytes);
  }
  auto index = lines.after("index ");
  auto number = index ? parseDecimal(*index) : std::nullopt;
  if (!index) lines.next();
  if (!number)
    lines.fail("här ska index och ett tal stå");
  else
    out.index = *number;
  out.hashes = lines.hashes();
  out.checkpoint = lines.checkpoint();
  return out;
}

Head readHead(Lines& lines, std::string_view word) {
  auto line = lines.after(word);
  if (!line) lines.next();
  size_t space = line ? line->find(' ') : std::string_view::npos;
  if (space != std::string_view::npos) {
    auto size = parseDecimal(line->substr(0, space));
    auto root = parseHash(line->substr(space + 1));
    if (size && root) return {*size, *root};
  }
  lines.fail("här ska " + std::string(word) + "storlek och rot stå");
  return {};
}

ConsistencyFile readConsistency(Lines& lines) {
  ConsistencyFile out;
  out.older = readHead(lines, "from ");
  out.newer = readHead(lines, "to ");
  std::string_view before = lines.remaining();
  out.hashes = lines.hashes();
  // An empty line promises a checkpoint: one that ends the file would be a second spelling of the same proof.
  std::string_view taken = before.substr(0, before.size() - lines.remaining().size());
  if (taken == "\n" || taken.ends_with("\n\n")) out.checkpoint = lines.checkpoint();
  return out;
}

void appendHashes(std::string& to, const Proof& hashes) {
  for (const Hash& hash : hashes) to += toBase64(hash) + "\n";
}

std::string headLine(std::string_view word, const Head& head) {
  return std::string(word) + " " + std::to_string(head.size) + " " + toBase64(head.root) + "\n";
}

}  // namespace

std::string formatInclusion(const InclusionFile& proof) {
  std::string out = std::string(INCLUSION) + "\n";
  if (!proof.extra.empty()) out += "extra " + toBase64(proof.extra) + "\n";
  out += "index " + std::to_string(proof.index) + "\n";
  appendHashes(out, proof.hashes);
  return out + "\n" + proof.checkpoint;
}

std::string formatConsistency(const ConsistencyFile& proof) {
  std::string out = std::string(CONSISTENCY) + "\n" + headLine("from", proof.older) + headLine("to", proof.newer);
  appendHashes(out, proof.hashes);
  return proof.checkpoint.empty() ? out : out + "\n" + proof.checkpoint;
}

std::variant<InclusionFile, ConsistencyFile, ProofUnreadable> readProof(std::string_view text) {
  if (text.size() > PROOF_BYTES_MAX) return ProofUnreadable{1, "större än något bevis"};
  Lines lines(text);
  auto kind = lines.next();
  if (kind == INCLUSION) {
    InclusionFile proof = readInclusion(lines);
    if (lines.wrong()) return *lines.wrong();
    return proof;
  }
  if (kind == CONSISTENCY) {
    ConsistencyFile proof = readConsistency(lines);
    if (lines.wrong()) return *lines.wrong();
    return proof;
  }
  return ProofUnreadable{1, "inte ett bevis i en form som programmet läser"};
}

ProofVerdict verifyInclusion(const InclusionFile& proof, const Hash& leaf, const VerifierKey& key) {
  auto checkpoint = openCheckpoint(proof.checkpoint, key.name, {&key, 1});
  if (!checkpoint) return {ProofFlaw::SIGNATURE, {}};
  bool leads = verifyInclusion(leaf, proof.index, checkpoint->head.size, proof.hashes, checkpoint->head.root);
  return {leads ? ProofFlaw::NONE : ProofFlaw::PATH, checkpoint->head};
}

ProofVerdict verifyConsistency(const ConsistencyFile& proof, const VerifierKey& key) {
  const Head& newer = proof.newer;
  if (!verifyConsistency(proof.older.size, proof.older.root, newer.size, newer.root, proof.hashes))
    return {ProofFlaw::PATH, newer};
  if (proof.checkpoint.empty()) return {ProofFlaw::UNSIGNED, newer};
  auto checkpoint = openCheckpoint(proof.checkpoint, key.name, {&key, 1});
  if (!checkpoint) return {ProofFlaw::SIGNATURE, newer};
  return {checkpoint->head == newer ? ProofFlaw::NONE : ProofFlaw::OTHER_HEAD, checkpoint->head};
}

}  // namespace liggare
