#include "engine/vault/key.h"

#include <kj/debug.h>
#include <sodium.h>

#include "engine/hash/sha256.h"

namespace liggare {

void wipe(std::span<uint8_t> memory) { sodium_memzero(memory.data(), memory.size()); }

void* lockedAllocate(size_t size) {
  static const int READY = sodium_init();
  KJ_REQUIRE(READY >= 0, "libsodium could not start");
  void* memory = sodium_malloc(size);
  if (memory == nullptr) kj::throwFatalException(KJ_EXCEPTION(OVERLOADED, "no memory for keys"));
  return memory;
}

void lockedFree(void* memory) { sodium_free(memory); }

bool Key::operator==(const Key& other) const {
  return sodium_memcmp(bytes.data(), other.bytes.data(), bytes.size()) == 0;
}

Key Key::from(Bytes thirtyTwo) {
  Key key;
  KJ_REQUIRE(thirtyTwo.size() == key.bytes.size(), "a key is 32 bytes", thirtyTwo.size());
  std::copy(thirtyTwo.begin(), thirtyTwo.end(), key.bytes.begin());
  return key;
}

Key Key::draw(Random& random) {
  Key key;
  random.fill(key.bytes);
  return key;
}

Key hashKey(std::string_view label, std::initializer_list<Bytes> parts) {
  Hash hash = hashLabelled(label, parts);
  Key key = Key::from(hash);
  wipe(hash.bytes);
  return key;
}

}  // namespace liggare
