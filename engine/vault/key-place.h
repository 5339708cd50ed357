// Where a journal's keys are, as people say it, and the way from there to a key holder.
#pragma once

#include "engine/vault/key-file.h"
#include "engine/vault/key-holder.h"

namespace liggare {

struct KeyPlace {
  std::string file;
  std::string token;  // RFC 7512 URI of the token that sealed the file (pkcs11-token.h); empty: it lies in clear
};

// Why there is no holder: one line for people, and what the caller decides by.
struct KeyPlaceError {
  enum class Kind : uint8_t {
    MISSING,  // no key file
    EXISTS,   // create only
    REFUSED,  // everything else that the line says
  } kind;
  std::string line;
};

struct KeyPlaceAnswer {
  std::unique_ptr<KeyHolder> holder;  // exactly one of the two
  std::optional<KeyPlaceError> error;
};

// Draws new keys. What fails leaves nothing behind, in the token either. `source` must outlive the holder.
KeyPlaceAnswer createKeyHolder(const KeyPlace& place, const KeyFileExpectation& expected, Random& source);
KeyPlaceAnswer openKeyHolder(const KeyPlace& place, const KeyFileExpectation& expected, Random& source);
// Seals a file that lies in clear, in its place, with the token that `place` names.
KeyPlaceAnswer moveKeysToToken(const KeyPlace& place, const KeyFileExpectation& expected, Random& source);

}  // namespace liggare
