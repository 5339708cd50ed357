// A token by its PKCS#11 URI (RFC 7512), opened and logged in to by way of p11-kit: it reads the URI, loads the module,
// and shares it with others in the process. A forked child is refused what its parent opened.
//
//   pkcs11:token=NAME;serial=…?module-path=/usr/lib/…/module.so&pin-source=file:/path
//
// The URI points out one token, never a key in it. The PIN is in the file that pin-source names (mode 0600 or narrower)
// or in the environment's LIGGARE_PIN, never in the URI: command lines can be read by others, and nothing here repeats
// it. It is tried once, and not at all when one more wrong try would lock the token.
#pragma once

#include "engine/vault/token.h"

namespace liggare {

enum class TokenFault : uint8_t {
  BAD_URI,         // not a URI that points out a token and a module
  NO_PIN,          // neither pin-source nor LIGGARE_PIN, or a file that cannot be used
  NO_MODULE,       // the module cannot be loaded
  NO_TOKEN,        // no token there that the URI fits
  SEVERAL_TOKENS,  // more than one
  WRONG_PIN,       // refused; not tried again
  LAST_TRY,        // a wrong PIN would lock it: somebody else's to try
  LOCKED,          // it is
  NO_MECHANISM,    // it cannot seal with AES-256-GCM
  NO_ANSWER,       // something else went wrong, and the line says in which call
};

struct TokenError {
  TokenFault fault;
  std::string line;  // Swedish, one line, for the operator
};

struct TokenOpened {
  std::unique_ptr<Token> token;  // exactly one of the two
  std::optional<TokenError> error;
};

// `label` is what the keys are called in it, for people (CKA_LABEL).
TokenOpened openToken(const std::string& uri, const std::string& label);

}  // namespace liggare
