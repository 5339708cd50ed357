// What an auditor says of a closing: I have counted every line again (`verify --full`), and it is right, and so are all
// before it. A note whose text all auditors sign alike, each with a time, as witnesses sign checkpoints
// (docs/format-closing.md "Attestation"). It lies beside the closings and in every bundle that rests on one of them.
//
//   DIR/attestations/<position of the closing, 20 digits>.note
#pragma once

#include "engine/log/cosignature.h"
#include "engine/log/entry.h"

namespace liggare {

// The closing that is spoken of.
struct AttestedClosing {
  std::string origin;
  Position position = 0;
  Hash leaf;  // of the closing's entry
  ClosingFact fact;
};
// The text that is signed. No checkpoint begins like it, so a signature on the one is never one on the other.
std::string attestationText(const AttestedClosing& closing);

// Whose of a policy's keys (its `witness` lines name auditors here) signed, when the note says just that of that
// closing. Flaws: UNREADABLE, another text; COSIGNATURE; QUORUM.
PolicyVerdict judgeAttestation(const Policy& auditors, std::string_view note, const AttestedClosing& closing);

// One note per closing, replaced whole.
class AttestationShelf {
 public:
  explicit AttestationShelf(const std::string& journalDirectory);

  // Empty when there is none.
  std::string of(Position closing) const;
  std::vector<Position> closings() const;  // those that have any, rising
  // Adds signatures to what there is of that closing; of one key the later stands. Durable when it returns.
  //   Throws   FAILED when it cannot be written, or what lies there is no note of this closing
  void add(const AttestedClosing& closing, const std::vector<NoteSignature>& signatures);

 private:
  std::string fileOf(Position closing) const;
  std::string directory;
};

}  // namespace liggare
