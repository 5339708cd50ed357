// What a key holder holds, as a value in locked memory, and the arithmetic on it. Both holders are a ring and a lock:
// one forgets it with the process, the other keeps it in a file.
#pragma once

#include "engine/vault/key-holder.h"

namespace liggare {

enum class KeyUse : uint8_t { WRAP = 1, LINES = 2, INCARNATION = 3 };  // the last: no key, see beginIncarnation
enum class KeyState : uint8_t { LIVE = 1, DESTROYED = 2 };  // destroyed: the row stays, the key is zero

struct KeyRow {
  KeyUse use = KeyUse::WRAP;
  KeyState state = KeyState::LIVE;
  SubjectKey owner;
  uint32_t epoch = 0;  // 1, 2, 3 … per use and owner
  std::array<uint8_t, 32> key{};
  bool operator==(const KeyRow&) const = default;
};

// Threads   one at a time; the holders lock.
class KeyRing {
 public:
  // Fresh keys for a journal: signing, identifiers, the operator's first wrapping key and the first lines key.
  static KeyRing draw(std::string origin, Random& random);

  const std::string& origin() const { return name; }
  PublicKey publicKey() const;
  // From now on the seed is in a token and no longer here: the ring knows the public key and does not sign.
  void signElsewhere(const PublicKey& key);
  // For who hands the seed over. All zero when it is elsewhere.
  Key signSeed() const { return Key::from(masters[0].signSeed); }
  Signature sign(Bytes message) const;
  IdentifierTag blind(Bytes identifier) const;
  Hash descriptionDigest(std::string_view kind) const;

  // The live row of that epoch, or nullptr. Epoch 0 asks for the newest.
  const KeyRow* find(KeyUse use, const SubjectKey& owner, uint32_t epoch) const;
  uint32_t currentEpoch(KeyUse use, const SubjectKey& owner) const;  // 0 when none was ever made
  uint32_t beginEpoch(KeyUse use, const SubjectKey& owner, Random& random);
  void destroyEpoch(const SubjectKey& owner, uint32_t epoch);
  // After how many accepted losses the log goes on. A row of the operator's with that number as epoch, and for its key
  // the digest of what was accepted: it lies outside the journal, so that a loss is not accepted twice.
  uint32_t incarnation() const { return currentEpoch(KeyUse::INCARNATION, OPERATOR); }
  void beginIncarnation(uint32_t losses, const Hash& accepted);

  static WrappedSecret wrap(const KeyRow& row, Bytes context, Bytes secret, Random& random);
  static std::optional<SecretBuffer> unwrap(const KeyRow& row, Bytes context, const WrappedSecret& wrapped);

  // The key file's bytes (docs/format.md): magic ‖ version ‖ generation ‖ origin ‖ keys ‖ rows ‖ SHA-256 of all before.
  SecretBuffer serialise(uint64_t generation) const;
  enum class ReadFault : uint8_t { NONE, NOT_A_KEY_FILE, UNKNOWN_VERSION, DAMAGED };
  struct Read;
  static Read read(Bytes bytes);

 private:
  struct Masters {
    std::array<uint8_t, 32> signSeed{};
    std::array<uint8_t, 32> identifierKey{};
  };
  std::string name;
  std::optional<PublicKey> elsewhere;                      // the signing key is in a token
  std::vector<Masters, LockedAllocator<Masters>> masters;  // one, in locked memory
  std::vector<KeyRow, LockedAllocator<KeyRow>> rows;
};

struct KeyRing::Read {
  ReadFault fault = ReadFault::NONE;
  uint64_t generation = 0;
  KeyRing ring;
};

}  // namespace liggare
