#include "engine/hash/sha256.h"

#define OPENSSL_SUPPRESS_DEPRECATED  // see the header: 75 ns a digest, and no provider can be swapped in under us
#include <kj/debug.h>
#include <openssl/sha.h>

namespace liggare {
namespace {

static_assert(sizeof(SHA256_CTX) == 112 && alignof(SHA256_CTX) <= 8);

SHA256_CTX* context(std::array<uint8_t, 112>& state) { return reinterpret_cast<SHA256_CTX*>(state.data()); }

thread_local uint64_t digests = 0;

}  // namespace

uint64_t sha256Count() { return digests; }

Sha256::Sha256() { SHA256_Init(context(state)); }

Sha256& Sha256::add(Bytes more) {
  SHA256_Update(context(state), more.data(), more.size());
  return *this;
}
Sha256& Sha256::addBe16(uint16_t v) {
  uint8_t b[2];
  putBe16(b, v);
  return add(b);
}
Sha256& Sha256::addBe32(uint32_t v) {
  uint8_t b[4];
  putBe32(b, v);
  return add(b);
}
Sha256& Sha256::addBe64(uint64_t v) {
  uint8_t b[8];
  putBe64(b, v);
  return add(b);
}

Hash Sha256::finish() {
  Hash out;
  SHA256_Final(out.bytes.data(), context(state));
  ++digests;
  return out;
}

Hash sha256(Bytes bytes) { return Sha256().add(bytes).finish(); }

Hash sha256(std::initializer_list<Bytes> parts) {
  Sha256 digest;
  for (Bytes part : parts) digest.add(part);
  return digest.finish();
}

Hash hashLabelled(std::string_view label, std::initializer_list<Bytes> parts) {
  KJ_IREQUIRE(!label.empty() && label.find('\0') == std::string_view::npos);
  Sha256 digest;
  digest.add(asBytes(label)).addByte(0);
  for (Bytes part : parts) digest.add(part);
  return digest.finish();
}

}  // namespace liggare
