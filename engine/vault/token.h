// What a key holder asks of a PKCS#11 token. The real one is pkcs11-token.h; tests put one between that fails when
// told.
//
// Keys are named by the bytes of their CKA_ID. None of them ever leaves the token: wrapping keys are made there,
// sensitive and not extractable, and the signing key is made there or given once.
//
// Threads   every function, any thread: the token lets one call through at a time.
// Durable   a key that was made or destroyed is so when the call returns, as far as the token keeps its word.
// Throws    DISCONNECTED for everything that the token answers but "done": gone, closed, full, no such key. Nothing is
//           tried twice.
#pragma once

#include "engine/vault/key-holder.h"

namespace liggare {

class Token {
 public:
  virtual ~Token() = default;

  // A fresh AES-256 key.
  virtual void makeWrappingKey(Bytes id) = 0;
  // The ids of all under this token's label, in no order.
  virtual std::vector<Buffer> wrappingKeys() = 0;
  // Nothing happens when there is none.
  virtual void destroyWrappingKey(Bytes id) = 0;
  // AES-256-GCM with a 12 byte nonce that the caller never gives twice; what it seals ends with a 16 byte tag.
  virtual Buffer seal(Bytes id, Bytes nonce, Bytes aad, Bytes plaintext) = 0;
  virtual SecretBuffer open(Bytes id, Bytes nonce, Bytes aad, Bytes sealed) = 0;

  // Whether it can hold an Ed25519 key and sign with it.
  virtual bool offersSigning() const = 0;
  virtual PublicKey makeSigningKey(Bytes id) = 0;
  virtual void takeSigningKey(Bytes id, const Key& seed) = 0;
  virtual bool hasSigningKey(Bytes id) = 0;
  virtual void destroySigningKey(Bytes id) = 0;
  virtual Signature sign(Bytes id, Bytes message) = 0;
};

}  // namespace liggare
