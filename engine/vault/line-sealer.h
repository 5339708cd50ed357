// Seals the lines of commits under the operator's lines key: a stolen disk shows no trail, and an auditor who is
// granted the key of an epoch reads the books of that epoch.
//
//   sealed   format u8 = 1 ‖ lines epoch u32 ‖ 32 random ‖ ciphertext ‖ 16 tag
//   key      H("trail" ‖ lines key of the epoch ‖ the 32 random bytes), AES-256-GCM, zero nonce
//   AAD      origin length u16 ‖ origin ‖ last position of the commit u64
//
// A key per value instead of a random 96-bit nonce under one key: there is no number of commits after which the key
// must be changed, and a value that is rewritten (a disposal) or restored and written again never repeats a nonce.
#pragma once

#include "engine/hash/signer.h"
#include "engine/vault/key-holder.h"

namespace liggare {

// Holder and Random must outlive it and be safe from any thread, as it is.
class HolderLineSealer : public LineSealer {
 public:
  HolderLineSealer(KeyHolder& keys, Random& source) : holder(keys), random(source), origin(keys.origin()) {}
  Buffer seal(Position last, Bytes lines) override;
  std::optional<Buffer> open(Position last, Bytes sealed) override;

 private:
  KeyHolder& holder;
  Random& random;
  const std::string origin;
};

// With one epoch's key and nothing else: what an auditor has. Nothing for values of other epochs.
std::optional<Buffer> openLines(const LinesKey& key, std::string_view origin, Position last, Bytes sealed);

}  // namespace liggare
