#include "engine/vault/memory-key-holder.h"

#include <kj/debug.h>
#include <mutex>

namespace liggare {

MemoryKeyHolder::MemoryKeyHolder(std::string origin, Random& source)
    : MemoryKeyHolder(KeyRing::draw(std::move(origin), source), "memory", source) {}

MemoryKeyHolder::MemoryKeyHolder(KeyRing from, std::string_view kindOf, Random& source)
    : ring(std::move(from)), kind(kindOf), random(source), open(ring.publicKey()) {}

std::string MemoryKeyHolder::origin() const {
  std::shared_lock lock(mutex);
  return ring.origin();
}

PublicKey MemoryKeyHolder::publicKey() const { return open; }

Signature MemoryKeyHolder::sign(Bytes message) {
  std::shared_lock lock(mutex);
  return ring.sign(message);
}

Hash MemoryKeyHolder::descriptionDigest() const {
  std::shared_lock lock(mutex);
  return ring.descriptionDigest(kind);
}

// The new ring is kept before it is used: what it wraps can be unwrapped after any crash.
void MemoryKeyHolder::change(const KeyRing& next, Change what) {
  keep(next, what);
  ring = next;
}

WrappedSecret MemoryKeyHolder::wrap(const SubjectKey& owner, Bytes context, Bytes secret) {
  std::unique_lock lock(mutex);
  if (ring.currentEpoch(KeyUse::WRAP, owner) == 0) {
    KeyRing next = ring;
    next.beginEpoch(KeyUse::WRAP, owner, random);
    change(next, Change::KEY_ADDED);
  }
  const KeyRow* row = ring.find(KeyUse::WRAP, owner, 0);
  KJ_ASSERT(row != nullptr, "the current epoch is always live");
  return KeyRing::wrap(*row, context, secret, random);
}

std::optional<SecretBuffer> MemoryKeyHolder::unwrap(const SubjectKey& owner, Bytes context,
                                                    const WrappedSecret& wrapped) {
  std::shared_lock lock(mutex);
  if (wrapped.epoch == 0) return std::nullopt;
  const KeyRow* row = ring.find(KeyUse::WRAP, owner, wrapped.epoch);
  if (row == nullptr) return std::nullopt;
  return KeyRing::unwrap(*row, context, wrapped);
}

uint32_t MemoryKeyHolder::currentEpoch(const SubjectKey& owner) const {
  std::shared_lock lock(mutex);
  return ring.currentEpoch(KeyUse::WRAP, owner);
}

bool MemoryKeyHolder::hasEpoch(const SubjectKey& owner, uint32_t epoch) const {
  std::shared_lock lock(mutex);
  return epoch != 0 && ring.find(KeyUse::WRAP, owner, epoch) != nullptr;
}

uint32_t MemoryKeyHolder::beginEpoch(const SubjectKey& owner) {
  std::unique_lock lock(mutex);
  KeyRing next = ring;
  const uint32_t epoch = next.beginEpoch(KeyUse::WRAP, owner, random);
  change(next, Change::KEY_ADDED);
  return epoch;
}

void MemoryKeyHolder::destroyEpoch(const SubjectKey& owner, uint32_t epoch) {
  std::unique_lock lock(mutex);
  KeyRing next = ring;
  next.destroyEpoch(owner, epoch);
  change(next, Change::KEY_DESTROYED);
}

uint32_t MemoryKeyHolder::incarnation() const {
  std::shared_lock lock(mutex);
  return ring.incarnation();
}

void MemoryKeyHolder::beginIncarnation(uint32_t losses, const Hash& accepted) {
  std::unique_lock lock(mutex);
  KeyRing next = ring;
  next.beginIncarnation(losses, accepted);
  change(next, Change::KEY_ADDED);
}

LinesKey MemoryKeyHolder::currentLinesKey() const {
  std::shared_lock lock(mutex);
  const KeyRow* row = ring.find(KeyUse::LINES, OPERATOR, 0);
  KJ_ASSERT(row != nullptr, "the current lines key is always live");
  return {row->epoch, Key::from(row->key)};
}

std::optional<Key> MemoryKeyHolder::linesKey(uint32_t epoch) const {
  std::shared_lock lock(mutex);
  const KeyRow* row = epoch == 0 ? nullptr : ring.find(KeyUse::LINES, OPERATOR, epoch);
  if (row == nullptr) return std::nullopt;
  return Key::from(row->key);
}

IdentifierTag MemoryKeyHolder::blind(Bytes identifier) const {
  std::shared_lock lock(mutex);
  return ring.blind(identifier);
}

}  // namespace liggare
