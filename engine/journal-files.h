// What lies in a journal's directory, and the small file that says that it is one.
//
//   DIR/LIGGARE       "liggare-journal 0\n" ‖ origin ‖ \n ‖ verifier key ‖ \n ‖ "demo" | "served" ‖ \n
//                     and for a copy that ends before its journal did: "cut " ‖ size ‖ \n. It is read and never
//                     continued, or two logs of one name would say different things.
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
  std::string origin;
  std::string verifierKey;
  bool demo = false;
  std::optional<Position> cut;  // a copy that ends here
};
std::string formatJournalFile(const JournalFile& file);
// `fault` says why not: no journal, or a newer one.
std::optional<JournalFile> readJournalFile(const std::string& directory, JournalFault& fault);

std::string defaultKeyFile(const std::string& directory);    // DIR.keys
std::string defaultVaultCopy(const std::string& directory);  // DIR.vault

}  // namespace liggare
