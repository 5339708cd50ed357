// What verbs share: where a journal lies, opening it with one clear line when that fails, and who is asking.
#pragma once

#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/verb.h"
#include "engine/journal.h"

namespace liggare::cli {

struct Place {
  std::string directory, keyFile;
  std::string vaultCopy{};  // empty: DIR.vault
  std::string token{};      // PKCS#11 URI; empty: the key file lies in clear
};
// DIR, --keys and --pkcs11.
void bindPlace(VerbForm& form, Place& place);
// --pkcs11 alone.
void bindToken(VerbForm& form, std::string& token);
// Where the keys are, for people: "i en fil, i klartext".
std::string_view custodyText(KeyCustody custody);
std::string_view custodyName(KeyCustody custody);  // the same for programs: "file", "tokenSeals", "tokenSigns"
// --vault-copy, for verbs that replace keys.
void bindVaultCopy(VerbForm& form, Place& place);

ExitCode exitOf(JournalFault::Kind kind);
// Says the fault's line on standard error, and what to do about it where that is known.
ExitCode sayFault(const JournalFault& fault);

// Null when it cannot be opened: the person has then been told, and `code` says what to exit with.
std::unique_ptr<Journal> openJournal(const Place& place, JournalOptions::Access access, ExitCode& code);

// Programs that speak on a local machine. In a demo journal "demo:" stands first, which the law reads as such; in any
// other nobody may claim it.
std::string clientName(const Journal& journal, const std::string& wanted);

std::string osUser();

// What an event's kind is called in the schema: "consentGiven".
std::string_view kindName(uint16_t kind);
std::string_view kindName(schema::Body::Which kind);

}  // namespace liggare::cli
