// What others were promised, held against a log: how far it had come, and whether it is the same log. Of an earlier
// incarnation (loss.h) what lies in the accepted range is lost and said to be; what was promised beyond that range was
// not known when the loss was accepted.
#pragma once

#include "engine/loss.h"

namespace liggare {

// What somebody was promised, as it was handed in.
struct ReceiptShown {
  Position position = 0;
  Hash leaf;
};
struct OfferedEvidence {
  std::string source;                  // how the person named it
  std::optional<std::string> note;     // a signed checkpoint
  std::optional<Head> head;            // a head file: of this machine, unsigned
  std::string headOrigin;              // what the log is called there; empty: not known
  std::vector<ReceiptShown> receipts;  // position and leaf hash
};

struct Weighed {
  enum class Fault : uint8_t { NONE, NO_EVIDENCE, OTHER_LOG } fault = Fault::NONE;
  std::string why;                     // one line, Swedish
  uint64_t otherFrom = 0, otherTo = 0;  // OTHER_LOG
  size_t held = 0;                     // pieces that were compared
  size_t lost = 0;                     // of them, in a range whose loss was accepted
  uint64_t size = 0;                   // what is known, at least the log's own
  std::optional<Hash> root;            // at that size, when somebody knows it
  std::string whose;                   // who knows it; empty: nobody knows more than the log
  std::string note;                    // the largest signed checkpoint above the log's end; may be empty
};
// `key` is the log's, under any name.
Weighed weigh(Log& log, const JournalFile& file, const VerifierKey& key, std::span<const OfferedEvidence> evidence);

}  // namespace liggare
