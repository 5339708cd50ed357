// A key holder that dies with the process: tests, benches and fixtures.
#pragma once

#include "engine/vault/key-ring.h"

#include <shared_mutex>

namespace liggare {

// With a seeded Random the same seed gives the same keys. `source` must outlive it; it is called under the holder's
// lock.
class MemoryKeyHolder : public KeyHolder {
 public:
  MemoryKeyHolder(std::string origin, Random& source);
  KeyCustody custody() const override { return KeyCustody::MEMORY; }
  std::string origin() const override;
  PublicKey publicKey() const override;
  Signature sign(Bytes message) override;
  Hash descriptionDigest() const override;
  WrappedSecret wrap(const SubjectKey& owner, Bytes context, Bytes secret) override;
  std::optional<SecretBuffer> unwrap(const SubjectKey& owner, Bytes context, const WrappedSecret& wrapped) override;
  uint32_t currentEpoch(const SubjectKey& owner) const override;
  bool hasEpoch(const SubjectKey& owner, uint32_t epoch) const override;
  uint32_t beginEpoch(const SubjectKey& owner) override;
  void destroyEpoch(const SubjectKey& owner, uint32_t epoch) override;
  LinesKey currentLinesKey() const override;
  std::optional<Key> linesKey(uint32_t epoch) const override;
  IdentifierTag blind(Bytes identifier) const override;
  uint32_t incarnation() const override;
  void beginIncarnation(uint32_t losses, const Hash& accepted) override;

 protected:
  MemoryKeyHolder(KeyRing ring, std::string_view kindOf, Random& source);
  enum class Change : uint8_t { KEY_ADDED, KEY_DESTROYED };
  // Called with the lock held, with the ring as it will be, before anybody may use it. A throw leaves the old ring in
  // force.
  virtual void keep(const KeyRing&, Change) {}

 private:
  void change(const KeyRing& next, Change what);

  mutable std::shared_mutex mutex;  // shared: reading the ring · unique: changing it, drawing nonces
  KeyRing ring;
  const std::string kind;
  Random& random;
  const PublicKey open;  // worked out once: the answer is asked for at every checkpoint
};

}  // namespace liggare
