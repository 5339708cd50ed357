// A key holder whose keys a PKCS#11 token has sealed. They lie in the key file as before, so that any number of
// providers costs the token one key; the file opens with the token and with nothing else (layout: docs/format.md, "The
// sealed key file").
//
//   in the token   a wrapping key         AES-256, made there, never leaves it; a new one at every destruction
//                  the signing key        Ed25519, when the token can; else its seed is in the file
//   in the file    all the other keys     sealed under a file key that is drawn for each replacement of the file and
//                                         sealed by the wrapping key
//   in memory      those, while it is open: locked pages
//
// Why a new wrapping key at a destruction: an old copy of the file holds the epoch key that was destroyed. So
//
//   step                                     what is true after it                a crash now leaves
//   a newer wrapping key in the token        it seals nothing                     a key that seals nothing, until the
//                                                                                 next destruction
//   the file, sealed under it, in its place  the destroyed key is not in it       the older key, until the next opening
//   older wrapping keys destroyed            no older copy of the file opens      nothing
//
// Opening destroys wrapping keys older than the file's, never newer ones: an older copy of the file may have been put
// in its place, and then the newer key is all that opens the right one.
//
// Threads   as every holder. The token lets one call through at a time.
// Faults    what the token refuses is DISCONNECTED, and the journal stops: keys that could not be kept are not used.
//           When the token is gone the next signature fails, at the latest a second after the next commit.
#pragma once

#include "engine/vault/key-file.h"
#include "engine/vault/memory-key-holder.h"
#include "engine/vault/token.h"

#include <mutex>

namespace liggare {

// Which keys in the token are this journal's: drawn when they are made, so that two journals of one name never take
// each other's.
using KeySetTag = std::array<uint8_t, 16>;

struct SealedKeyFile;  // the file as a value

// What can be said of the file without the token: missing, in clear, damaged, another journal's; nothing when it is
// worth trying a PIN for.
std::optional<KeyFileFault> refusesSealedKeys(const std::string& path, const KeyFileExpectation& expected);

class TokenKeyHolder : public MemoryKeyHolder {
 public:
  struct Result {
    std::unique_ptr<TokenKeyHolder> holder;  // exactly one of the two
    std::optional<KeyFileError> error;
  };
  // Makes keys in the token and the file. Durable when it returns a holder; on a fault or a throw nothing of them is
  // left, as far as the token answers.
  static Result create(const std::string& path, const KeyFileExpectation& expected, std::unique_ptr<Token> token,
                       Random& source);
  static Result open(const std::string& path, const KeyFileExpectation& expected, std::unique_ptr<Token> token,
                     Random& source);
  // Seals the keys of a file in clear, in its place: the file is replaced whole, and its old bytes are overwritten.
  // Copies of it elsewhere open everything until all keys have been changed. There is no way back.
  static Result takeOver(const std::string& path, const KeyFileExpectation& expected, std::unique_ptr<Token> token,
                         Random& source);

  KeyCustody custody() const override { return signsInToken ? KeyCustody::TOKEN_SIGNS : KeyCustody::TOKEN_SEALS; }
  Signature sign(Bytes message) override;
  void discard() override;

 protected:
  void keep(const KeyRing& next, Change what) override;

 private:
  class Making;
  TokenKeyHolder(std::string file, KeyRing keys, const SealedKeyFile& from, std::unique_ptr<Token> in, Random& source);
  static std::unique_ptr<TokenKeyHolder> hold(const std::string& path, KeyRing keys, const SealedKeyFile& from,
                                              std::unique_ptr<Token> in, Random& source);
  void destroyOlderThan(uint64_t generationInForce);

  const std::string path;
  const std::unique_ptr<Token> token;
  Random& nonces;
  const KeySetTag tag;
  const bool signsInToken;
  std::mutex changing;   // the next two are written under the holder's lock and this one
  uint64_t generation;   // of the file: rises by one with every replacement
  uint64_t wrappingKey;  // which one seals the file
};

}  // namespace liggare
