#include "engine/base/unicode.h"

#include <kj/debug.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>

namespace liggare {
namespace {

constexpr size_t TEXT_BYTES_MAX = size_t(1) << 30;  // ICU counts in 32 bits
constexpr char32_t NOT_A_CHARACTER = 0xffffffff;
constexpr std::string_view REPLACEMENT = "\xef\xbf\xbd";

bool isContinuation(uint8_t b) { return (b & 0xc0) == 0x80; }

// One code point at `*at`, which moves past it; NOT_A_CHARACTER, and past one byte, when there is none.
// The table is Unicode 15 table 3-7: only the second byte has bounds of its own.
char32_t takeCodePoint(std::string_view text, size_t* at) {
  const auto* p = reinterpret_cast<const uint8_t*>(text.data()) + *at;
  const size_t left = text.size() - *at;
  const uint8_t lead = p[0];
  *at += 1;
  if (lead < 0x80) return lead;
  if (lead < 0xc2 || lead > 0xf4) return NOT_A_CHARACTER;
  const size_t more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  if (left <= more) return NOT_A_CHARACTER;

  const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high) return NOT_A_CHARACTER;
  char32_t c = lead & (0x3f >> more);
  for (size_t i = 1; i <= more; ++i) {
    if (!isContinuation(p[i])) return NOT_A_CHARACTER;
    c = c << 6 | (p[i] & 0x3f);
  }
  *at += more;
  return c;
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return uint8_t(c) < 0x80; });
}

const icu::Normalizer2& nfc() {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFCInstance(status);  // ICU owns it and it is for any thread
  KJ_ASSERT(U_SUCCESS(status) && normalizer != nullptr, "ICU has no NFC data", int(status));
  return *normalizer;
}

icu::StringPiece pieceOf(std::string_view text) {
  KJ_REQUIRE(text.size() <= TEXT_BYTES_MAX, "text too long to normalise", text.size());
  return {text.data(), int32_t(text.size())};
}

bool isUnsafeOnTerminal(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

size_t widthOf(char32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return 0;
  if (c < 0x300) return c == 0xad ? 0 : 1;
  const auto type = u_charType(UChar32(c));
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  const int width = u_getIntPropertyValue(UChar32(c), UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

bool isUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (takeCodePoint(text, &at) == NOT_A_CHARACTER) return false;
  }
  return true;
}

std::optional<std::string> toNfc(std::string_view text) {
  if (isAscii(text)) return std::string(text);
  if (!isUtf8(text)) return std::nullopt;
  std::string normal;
  normal.reserve(text.size());
  icu::StringByteSink<std::string> sink(&normal);
  UErrorCode status = U_ZERO_ERROR;
  nfc().normalizeUTF8(0, pieceOf(text), sink, nullptr, status);
  KJ_ASSERT(U_SUCCESS(status), "normalisation failed", int(status), text.size());
  return normal;
}

bool isNfc(std::string_view text) {
  if (isAscii(text)) return true;
  if (!isUtf8(text)) return false;
  UErrorCode status = U_ZERO_ERROR;
  const bool normal = nfc().isNormalizedUTF8(pieceOf(text), status);
  KJ_ASSERT(U_SUCCESS(status), "normalisation check failed", int(status), text.size());
  return normal;
}

// Bytes that are not UTF-8 are replaced and not passed on: a terminal in an 8-bit mode takes a bare 0x9b for CSI.
std::string stripControls(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const char32_t c = takeCodePoint(text, &at);
    if (c == NOT_A_CHARACTER) {
      clean += REPLACEMENT;
    } else if (!isUnsafeOnTerminal(c)) {
      clean += text.substr(from, at - from);
    }
  }
  return clean;
}

size_t displayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = takeCodePoint(text, &at);
    width += c == NOT_A_CHARACTER ? 1 : widthOf(c);
  }
  return width;
}

}  // namespace liggare
