// A checkpoint (C2SP tlog-checkpoint.md): origin, size and root, as a note signed by the log. Three lines that anyone
// can keep and compare; whoever holds one can show that the log was rolled back or changed below it.
#pragma once

#include "engine/log/note.h"

namespace liggare {

// How far a log reaches: what is compared, kept as evidence, and waited for.
struct Head {
  uint64_t size = 0;
  Hash root;
  bool operator==(const Head&) const = default;
};

struct Checkpoint {
  std::string origin;
  Head head;
  std::vector<std::string> extensions;  // lines by others; this engine writes none
  bool operator==(const Checkpoint&) const = default;
};

std::string formatCheckpoint(const Checkpoint& checkpoint);        // the text that is signed
std::optional<Checkpoint> parseCheckpoint(std::string_view text);  // strict; nothing for any other bytes

// The signed note, ready for DIR/checkpoints and for witnesses.
std::string signCheckpoint(const Checkpoint& checkpoint, Signer& signer);

// The checkpoint in a note, when the log's own key among `known` signed it under this origin and no known key
// disagrees.
std::optional<Checkpoint> openCheckpoint(std::string_view note, std::string_view origin,
                                         std::span<const VerifierKey> known);

}  // namespace liggare
