// Signed notes (C2SP signed-note.md): a text, a blank line, and signatures by name. Exactly those bytes: Go's
// sumdb/note and other people's witnesses read them.
//
//   text…\n
//   \n
//   — name base64(key id 4 ‖ signature)\n
#pragma once

#include "engine/hash/signer.h"

namespace liggare {

struct NoteSignature {
  std::string name;
  uint32_t keyId = 0;
  Buffer signature;  // 64 bytes for Ed25519; u64be seconds ‖ 64 for a cosignature/v1
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // ends with a line feed
  std::vector<NoteSignature> signatures;
  bool operator==(const Note&) const = default;
};

constexpr size_t NOTE_BYTES_MAX = 1 << 20;
constexpr size_t NOTE_SIGNATURES_MAX = 100;

// Nothing unless every byte fits the format: UTF-8, no control characters but line feed, at least one signature.
std::optional<Note> parseNote(std::string_view bytes);
std::string formatNote(const Note& note);
// Signs `text` (which must end with a line feed) as the signer's name.
std::string signNote(std::string text, Signer& signer);

bool verifyEd25519(Bytes publicKey, Bytes message, Bytes signature);

// What a cosignature/v1 signs: "cosignature/v1\n" ‖ "time <seconds>\n" ‖ the note's text.
std::string cosignedMessage(uint64_t seconds, std::string_view noteText);

// What the known keys say about a note. Signatures by unknown keys are passed over; one by a known key that does not
// verify rejects the whole note.
struct NoteVerdict {
  bool rejected = false;
  std::vector<std::string> verifiedBy;  // key names, each once
  bool isVerifiedBy(std::string_view name) const {
    return !rejected && std::find(verifiedBy.begin(), verifiedBy.end(), name) != verifiedBy.end();
  }
};
NoteVerdict verifyNote(const Note& note, std::span<const VerifierKey> known);

}  // namespace liggare
