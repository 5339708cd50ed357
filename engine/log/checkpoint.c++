#include "engine/log/checkpoint.h"

#include <kj/debug.h>

#include "engine/log/text-lines.h"

namespace liggare {

std::string formatCheckpoint(const Checkpoint& checkpoint) {
  KJ_REQUIRE(!checkpoint.origin.empty() && checkpoint.origin.find('\n') == std::string::npos, "not an origin");
  std::string out =
      checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" + toBase64(checkpoint.head.root) + "\n";
  for (const std::string& line : checkpoint.extensions) {
    KJ_REQUIRE(!line.empty() && line.find('\n') == std::string::npos, "not an extension line");
    out += line + "\n";
  }
  return out;
}

std::optional<Checkpoint> parseCheckpoint(std::string_view text) {
  auto origin = takeLine(text), size = takeLine(text), root = takeLine(text);
  if (!origin || !size || !root || origin->empty()) return std::nullopt;
  Checkpoint out;
  out.origin = *origin;
  auto number = parseDecimal(*size);
  auto digest = fromBase64(*root);
  if (!number || !digest || digest->size() != 32) return std::nullopt;
  out.head.size = *number;
  std::copy(digest->begin(), digest->end(), out.head.root.bytes.begin());
  while (!text.empty()) {
    auto line = takeLine(text);
    if (!line || line->empty()) return std::nullopt;
    out.extensions.emplace_back(*line);
  }
  return out;
}

std::string signCheckpoint(const Checkpoint& checkpoint, Signer& signer) {
  KJ_REQUIRE(signer.verifierKey().name == checkpoint.origin, "a checkpoint is signed under its own origin");
  return signNote(formatCheckpoint(checkpoint), signer);
}

std::optional<Checkpoint> openCheckpoint(std::string_view bytes, std::string_view origin,
                                         std::span<const VerifierKey> known) {
  auto note = parseNote(bytes);
  if (!note) return std::nullopt;
  auto checkpoint = parseCheckpoint(note->text);
  if (!checkpoint || checkpoint->origin != origin) return std::nullopt;
  if (!verifyNote(*note, known).isVerifiedBy(origin)) return std::nullopt;
  return checkpoint;
}

}  // namespace liggare
