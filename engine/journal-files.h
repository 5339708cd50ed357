// What lies in a journal's directory, and the small file that says that it is one.
//
//   DIR/LIGGARE       "liggare-journal 0\n" ‖ origin ‖ \n ‖ verifier key ‖ \n ‖ "demo" | "served" ‖ \n
//                     and for a copy that ends before its journal did: "cut " ‖ size ‖ \n. It is read and never
//                     continued, or two logs of one name would say different things.
//                     and for each loss that was accepted (loss.h): "former " ‖ size ‖ " " ‖ origin ‖ \n: what the
//                     log was called up to that size. The origin above is today's, the first of these the journal's.
//   DIR/log           the truth            DIR/head, DIR/checkpoints   evidence about it
//   DIR/vault         wrapped secrets      DIR/index, DIR/views        derived; may be deleted at any time
//   DIR.keys          the key holder's file, beside the directory and never in it (another place: --keys)
//   DIR.vault         the vault as it was after the latest destruction or change of keys (another place: --vault-copy)
#pragma once

#include <optional>
#include <string>

#include "engine/journal.h"

namespace liggare {

constexpr int JOURNAL_FORMAT = 0;  // until the log issue closes

struct JournalFile {
  struct Former {
    uint64_t size = 0;   // the incarnation after it begins with the entry at this position
    std::string origin;  // what the log was called until then
  };
  std::string origin;       // what the log is called today: of checkpoints
  std::string verifierKey;  // under that name
  bool demo = false;
  std::optional<Position> cut = {};  // a copy that ends here
  std::vector<Former> former = {};   // oldest first
  // Entry 0's origin: what the key file, the vault and the lines are bound to.
  const std::string& name() const { return former.empty() ? origin : former.front().origin; }
  // What the log was called when the entry at this position was written: what that is sealed under.
  const std::string& originAt(Position position) const {
    for (auto& earlier : former)
      if (position < earlier.size) return earlier.origin;
    return origin;
  }
};
std::string formatJournalFile(const JournalFile& file);
// `fault` says why not: no journal, or a newer one.
std::optional<JournalFile> readJournalFile(const std::string& directory, JournalFault& fault);

std::string defaultKeyFile(const std::string& directory);    // DIR.keys
std::string defaultVaultCopy(const std::string& directory);  // DIR.vault

}  // namespace liggare
