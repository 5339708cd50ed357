// SHA-256, the only hash of the log. Two forms: plain, and labelled so that no digest of one kind can be taken for
// another.
//
// Threads: any; nothing is shared. The low-level functions are used because the EVP road adds some 75 ns to every
// digest; messages up to 503 bytes that are at hand whole (the functions, not the class) save another 50 (measured
// 2026-11-22).
#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/base/bytes.h"

namespace liggare {

// One digest over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  Sha256& add(Bytes more);
  Sha256& addByte(uint8_t byte) { return add({&byte, 1}); }
  Sha256& addBe16(uint16_t v);
  Sha256& addBe32(uint32_t v);
  Sha256& addBe64(uint64_t v);
  Hash finish();  // once; the object is spent afterwards

 private:
  alignas(8) std::array<uint8_t, 112> state;  // an SHA256_CTX; the size is asserted where OpenSSL is included
};

// The functions leave nothing of a short message in memory that they used: it may be a key.
Hash sha256(Bytes bytes);
Hash sha256(std::initializer_list<Bytes> parts);

// H(label ‖ parts…) of the design: SHA-256(label in ASCII ‖ 0x00 ‖ parts…). Labels hold no zero byte and begin with a
// letter, so no label is the beginning of another and none meets the 0x00 and 0x01 of RFC 6962. Callers hand in parts
// of fixed width, or with only the last one of free width.
Hash hashLabelled(std::string_view label, std::initializer_list<Bytes> parts);

// The first 16 bytes of a digest as an id.
template <typename IdType>
IdType cut16(const Hash& digest) {
  IdType id;
  std::copy_n(digest.bytes.begin(), 16, id.bytes.begin());
  return id;
}

// Digests finished by this thread: counted budgets (bench/guard.c++) fail when they grow.
uint64_t sha256Count();

}  // namespace liggare
