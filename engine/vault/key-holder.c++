#include "engine/vault/key-holder.h"

namespace liggare {

VerifierKey KeyHolder::verifierKey() const {
  const PublicKey key = publicKey();
  return {origin(), uint8_t(NoteKeyType::ED25519), Buffer(key.begin(), key.end())};
}

}  // namespace liggare
