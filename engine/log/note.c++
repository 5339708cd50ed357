#include "engine/log/note.h"

#include <kj/debug.h>
#include <sodium.h>

#include "engine/base/unicode.h"

namespace liggare {
namespace {

constexpr std::string_view MARK = "\xE2\x80\x94 ";  // U+2014 and a space

bool hasOnlyNoteCharacters(std::string_view text) {
  for (char c : text) {
    if (uint8_t(c) < 0x20 && c != '\n') return false;
  }
  return isUtf8(text);
}

std::optional<NoteSignature> parseSignature(std::string_view line) {
  if (!line.starts_with(MARK)) return std::nullopt;
  line.remove_prefix(MARK.size());
  size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  std::string_view name = line.substr(0, space);
  auto blob = fromBase64(line.substr(space + 1));
  if (!isNoteName(name) || !blob || blob->size() < 5) return std::nullopt;
  return NoteSignature{std::string(name), getBe32(blob->data()), Buffer(blob->begin() + 4, blob->end())};
}

bool verifies(const VerifierKey& key, const NoteSignature& s, std::string_view text) {
  switch (NoteKeyType(key.type)) {
    case NoteKeyType::ED25519: return verifyEd25519(key.publicKey, asBytes(text), s.signature);
    case NoteKeyType::COSIGNATURE_V1: {
      if (s.signature.size() != 8 + 64) return false;
      std::string message = cosignedMessage(getBe64(s.signature.data()), text);
      return verifyEd25519(key.publicKey, asBytes(message), Bytes(s.signature).subspan(8));
    }
  }
  return false;
}

bool isCheckable(const VerifierKey& key) {
  return key.type == uint8_t(NoteKeyType::ED25519) || key.type == uint8_t(NoteKeyType::COSIGNATURE_V1);
}

}  // namespace

bool verifyEd25519(Bytes publicKey, Bytes message, Bytes signature) {
  if (publicKey.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), publicKey.data()) == 0;
}

std::string cosignedMessage(uint64_t seconds, std::string_view noteText) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(noteText);
}

std::optional<Note> parseNote(std::string_view bytes) {
  if (bytes.size() > NOTE_BYTES_MAX || !hasOnlyNoteCharacters(bytes)) return std::nullopt;
  size_t split = bytes.rfind("\n\n");  // the last blank line: the text may hold others
  if (split == std::string_view::npos || !bytes.ends_with('\n')) return std::nullopt;
  Note out{std::string(bytes.substr(0, split + 1)), {}};
  bytes.remove_prefix(split + 2);
  while (!bytes.empty()) {
    size_t end = bytes.find('\n');
    auto signature = parseSignature(bytes.substr(0, end));
    if (!signature || out.signatures.size() == NOTE_SIGNATURES_MAX) return std::nullopt;
    out.signatures.push_back(std::move(*signature));
    bytes.remove_prefix(end + 1);
  }
  if (out.signatures.empty()) return std::nullopt;
  return out;
}

std::string formatNote(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& s : note.signatures) {
    Buffer blob;
    appendBe32(blob, s.keyId);
    append(blob, s.signature);
    out.append(MARK).append(s.name).append(" ").append(toBase64(blob)).append("\n");
  }
  return out;
}

std::string signNote(std::string text, Signer& signer) {
  KJ_REQUIRE(text.ends_with('\n') && hasOnlyNoteCharacters(text), "not a text that a note can hold");
  VerifierKey key = signer.verifierKey();
  KJ_REQUIRE(isNoteName(key.name), "not a name that a note can hold");
  auto signature = signer.sign(asBytes(text));
  return formatNote({std::move(text), {{key.name, key.keyId(), Buffer(signature.begin(), signature.end())}}});
}

NoteVerdict verifyNote(const Note& note, std::span<const VerifierKey> known) {
  NoteVerdict out;
  for (const NoteSignature& s : note.signatures) {
    for (const VerifierKey& key : known) {
      if (!isCheckable(key) || key.name != s.name || key.keyId() != s.keyId) continue;
      if (!verifies(key, s, note.text)) return {true, {}};
      if (!out.isVerifiedBy(key.name)) out.verifiedBy.push_back(key.name);
    }
  }
  return out;
}

}  // namespace liggare
