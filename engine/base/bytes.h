// Bytes, digests and 128-bit ids: the vocabulary every other folder speaks. No I/O, no domain, no crypto.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liggare {

using Bytes = std::span<const uint8_t>;  // borrowed; the caller keeps it alive
using Buffer = std::vector<uint8_t>;     // owned

// Place of an entry in the whole log: dense from 0, in commit order. A size is the position after the last.
using Position = uint64_t;
// Place of an entry in one book: 1, 2, 3 … without gaps.
using Number = uint64_t;

inline Bytes asBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline std::string_view asText(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

inline uint64_t getBe64(const uint8_t* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_bswap64(v);
}
inline void putBe64(uint8_t* p, uint64_t v) {
  v = __builtin_bswap64(v);
  std::memcpy(p, &v, sizeof v);
}

// A SHA-256 digest.
struct Hash {
  std::array<uint8_t, 32> bytes{};
  auto operator<=>(const Hash&) const = default;
  operator Bytes() const { return bytes; }
};

// 128 bits with a meaning given by the tag: an EventId is not a BookId, and the compiler knows it.
template <typename Meaning>
struct Id16 {
  std::array<uint8_t, 16> bytes{};
  // Two words and not a call of memcmp: ids are compared more often than anything else (5 % of an append, measured).
  bool operator==(const Id16& other) const { return high() == other.high() && low() == other.low(); }
  std::strong_ordering operator<=>(const Id16& other) const {
    auto order = high() <=> other.high();
    return order != 0 ? order : low() <=> other.low();
  }
  operator Bytes() const { return bytes; }
  bool isZero() const { return (high() | low()) == 0; }
  uint64_t high() const { return getBe64(bytes.data()); }
  uint64_t low() const { return getBe64(bytes.data() + 8); }
  static Id16 from(Bytes b) {
    Id16 id;
    if (b.size() == 16) std::copy(b.begin(), b.end(), id.bytes.begin());
    return id;
  }
};

using EventId = Id16<struct EventIdMeaning>;              // UUIDv7, drawn by the server
using CommandId = Id16<struct CommandIdMeaning>;          // UUIDv7, drawn by the client
using CommandTag = Id16<struct CommandTagMeaning>;        // SHA-256(client ‖ command id), cut
using SubjectKey = Id16<struct SubjectKeyMeaning>;        // random; patient, staff, provider, unit, commission, region
using BookId = Id16<struct BookIdMeaning>;                // SHA-256(kind ‖ subject keys), cut
using IdentifierTag = Id16<struct IdentifierTagMeaning>;  // HMAC of an identifier under a holder key, cut
using ThingId = Id16<struct ThingIdMeaning>;              // case, consent, block, note …: UUID

inline void putBe16(uint8_t* p, uint16_t v) {
  p[0] = uint8_t(v >> 8);
  p[1] = uint8_t(v);
}
inline void putBe32(uint8_t* p, uint32_t v) {
  for (int i = 0; i < 4; ++i) p[i] = uint8_t(v >> (24 - 8 * i));
}
inline uint16_t getBe16(const uint8_t* p) { return uint16_t((p[0] << 8) | p[1]); }
inline uint32_t getBe32(const uint8_t* p) {
  uint32_t v = 0;
  for (int i = 0; i < 4; ++i) v = (v << 8) | p[i];
  return v;
}

inline void append(Buffer& to, Bytes more) { to.insert(to.end(), more.begin(), more.end()); }
inline void appendBe16(Buffer& to, uint16_t v) {
  uint8_t b[2];
  putBe16(b, v);
  append(to, b);
}
inline void appendBe32(Buffer& to, uint32_t v) {
  uint8_t b[4];
  putBe32(b, v);
  append(to, b);
}
inline void appendBe64(Buffer& to, uint64_t v) {
  uint8_t b[8];
  putBe64(b, v);
  append(to, b);
}

std::string toHex(Bytes bytes);                           // lower case
std::optional<Buffer> fromHex(std::string_view text);     // nothing when a character is not hex or the length is odd
std::string toBase64(Bytes bytes);                        // RFC 4648 §4, padded
std::optional<Buffer> fromBase64(std::string_view text);  // strict: padding required, no white space

// UUID text, lower case: 8-4-4-4-12. Parsing accepts upper case and nothing else.
std::string uuidText(Bytes sixteen);
std::optional<std::array<uint8_t, 16>> parseUuid(std::string_view text);

template <typename Meaning>
std::string text(const Id16<Meaning>& id) {
  return uuidText(id);
}

}  // namespace liggare

template <typename Meaning>
struct std::hash<liggare::Id16<Meaning>> {
  size_t operator()(const liggare::Id16<Meaning>& id) const noexcept {
    size_t h;
    std::memcpy(&h, id.bytes.data() + 8, sizeof h);  // ids are random or hashes: any eight bytes will do
    return h;
  }
};
template <>
struct std::hash<liggare::Hash> {
  size_t operator()(const liggare::Hash& d) const noexcept {
    size_t h;
    std::memcpy(&h, d.bytes.data(), sizeof h);
    return h;
  }
};
