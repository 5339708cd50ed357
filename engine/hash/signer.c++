#include "engine/hash/signer.h"

#include "engine/base/unicode.h"

namespace liggare {
namespace {

// White space of Unicode that is not ASCII, as UTF-8: what C2SP names must not hold.
bool hasUnicodeSpace(std::string_view text) {
  static constexpr std::string_view SPACES[] = {
      "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
      "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
      "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
  for (std::string_view space : SPACES) {
    if (text.find(space) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

uint32_t VerifierKey::keyId() const {
  Hash digest = Sha256().add(asBytes(name)).addByte('\n').addByte(type).add(publicKey).finish();
  return getBe32(digest.bytes.data());
}

std::string VerifierKey::text() const {
  uint8_t id[4];
  putBe32(id, keyId());
  Buffer key{type};
  append(key, publicKey);
  return name + "+" + toHex(id) + "+" + toBase64(key);
}

bool isNoteName(std::string_view name) {
  if (name.empty() || name.find('+') != std::string_view::npos) return false;
  for (char c : name) {
    if (uint8_t(c) <= 0x20 || uint8_t(c) == 0x7F) return false;
  }
  return isUtf8(name) && !hasUnicodeSpace(name);
}

std::optional<VerifierKey> parseVerifierKey(std::string_view text) {
  size_t first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  size_t second = text.find('+', first + 1);  // base64 may hold more of them
  if (second != first + 9) return std::nullopt;
  auto id = fromHex(text.substr(first + 1, 8));
  auto key = fromBase64(text.substr(second + 1));
  if (!id || !key || key->size() < 2 || !isNoteName(text.substr(0, first))) return std::nullopt;
  VerifierKey out{std::string(text.substr(0, first)), (*key)[0], Buffer(key->begin() + 1, key->end())};
  if (out.keyId() != getBe32(id->data())) return std::nullopt;
  return out;
}

Buffer ClearLines::seal(Position, Bytes lines) {
  Buffer out;
  out.reserve(lines.size() + 1);
  out.push_back(0);
  append(out, lines);
  return out;
}

std::optional<Buffer> ClearLines::open(Position, Bytes sealed) {
  if (sealed.empty() || sealed[0] != 0) return std::nullopt;
  return Buffer(sealed.begin() + 1, sealed.end());
}

}  // namespace liggare
