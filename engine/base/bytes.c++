#include "engine/base/bytes.h"

namespace liggare {
namespace {

constexpr char HEX[] = "0123456789abcdef";
constexpr char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

bool isUuidHyphen(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string toHex(Bytes bytes) {
  std::string text(bytes.size() * 2, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = HEX[bytes[i] >> 4];
    text[2 * i + 1] = HEX[bytes[i] & 15];
  }
  return text;
}

std::optional<Buffer> fromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Buffer bytes(text.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = hexValue(text[2 * i]), low = hexValue(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = uint8_t(high << 4 | low);
  }
  return bytes;
}

std::string toBase64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t here = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < here ? bytes[i + k] : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= here ? BASE64[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// One value has one text: bits that padding leaves over must be zero, or two different texts would sign the same bytes.
std::optional<Buffer> fromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Buffer bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const size_t padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    uint32_t group = 0;
    for (size_t k = 0; k < 4; ++k) {
      const int value = k < 4 - padding ? base64Value(text[i + k]) : 0;
      if (value < 0) return std::nullopt;
      group = group << 6 | uint32_t(value);
    }
    if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) return std::nullopt;
    for (size_t k = 0; k < 3 - padding; ++k) bytes.push_back(uint8_t(group >> (16 - 8 * k)));
  }
  return bytes;
}

std::string uuidText(Bytes sixteen) {
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < sixteen.size() && i < 16; ++i) {
    if (isUuidHyphen(text.size())) text += '-';
    text += HEX[sixteen[i] >> 4];
    text += HEX[sixteen[i] & 15];
  }
  return text;
}

std::optional<std::array<uint8_t, 16>> parseUuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::array<uint8_t, 16> bytes{};
  size_t byte = 0;
  for (size_t i = 0; i < text.size();) {
    if (isUuidHyphen(i)) {
      if (text[i++] != '-') return std::nullopt;
      continue;
    }
    const int high = hexValue(text[i]), low = hexValue(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[byte++] = uint8_t(high << 4 | low);
    i += 2;
  }
  return bytes;
}

}  // namespace liggare
