#include "engine/intake/json-tape.h"

#include <array>

namespace liggare::intake {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Four hex digits at `at`, or -1.
int32_t codeUnit(std::string_view s, size_t at) {
  if (at + 4 > s.size()) return -1;
  int32_t unit = 0;
  for (size_t i = 0; i < 4; ++i) {
    const int digit = hexDigit(s[at + i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

void appendUtf8(std::string& to, uint32_t c) {
  if (c < 0x80) {
    to += char(c);
  } else if (c < 0x800) {
    to += {char(0xc0 | c >> 6), char(0x80 | (c & 0x3f))};
  } else if (c < 0x10000) {
    to += {char(0xe0 | c >> 12), char(0x80 | (c >> 6 & 0x3f)), char(0x80 | (c & 0x3f))};
  } else {
    to += {char(0xf0 | c >> 18), char(0x80 | (c >> 12 & 0x3f)), char(0x80 | (c >> 6 & 0x3f)), char(0x80 | (c & 0x3f))};
  }
}

// What stands after a backslash, other than u. NUL when it is no escape.
char simpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

// Characters that end the plain run of a string: quote, backslash, controls.
constexpr std::array<bool, 256> SPECIAL = [] {
  std::array<bool, 256> special{};
  for (int c = 0; c < 0x20; ++c) special[size_t(c)] = true;
  special['"'] = special['\\'] = true;
  return special;
}();

}  // namespace

std::optional<JsonFault> JsonTape::read(std::string_view json) {
  text = json;
  nodes.clear();
  at = 0;
  fault = nullptr;
  skipSpace();
  if (!value(0)) return JsonFault{at, fault};
  skipSpace();
  if (at != text.size()) return JsonFault{at, "det står mer efter värdet"};
  return std::nullopt;
}

void JsonTape::skipSpace() {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
}

uint32_t JsonTape::open(JsonNode::Type type) {
  nodes.push_back({.type = type, .begin = uint32_t(at)});
  return uint32_t(nodes.size() - 1);
}

bool JsonTape::value(int depth) {
  if (depth > JSON_DEPTH_MAX) return fail("för många nivåer");
  if (at >= text.size()) return fail("texten tar slut där ett värde väntades");
  switch (text[at]) {
    case '{': return members(depth);
    case '[': return elements(depth);
    case '"': return quoted();
    case 't': return word("true", JsonNode::Type::TRUE);
    case 'f': return word("false", JsonNode::Type::FALSE);
    case 'n': return word("null", JsonNode::Type::EMPTY);
    default: return number();
  }
}

bool JsonTape::members(int depth) {
  const uint32_t self = open(JsonNode::Type::OBJECT);
  ++at;
  skipSpace();
  uint32_t count = 0;
  if (at < text.size() && text[at] == '}') {
    ++at;
  } else {
    for (;;) {
      if (at >= text.size() || text[at] != '"') return fail("ett fältnamn väntades");
      if (!quoted()) return false;
      skipSpace();
      if (at >= text.size() || text[at] != ':') return fail("kolon väntades");
      ++at;
      skipSpace();
      if (!value(depth + 1)) return false;
      ++count;
      skipSpace();
      if (at < text.size() && text[at] == '}') {
        ++at;
        break;
      }
      if (at >= text.size() || text[at] != ',') return fail("komma eller } väntades");
      ++at;
      skipSpace();
    }
  }
  nodes[self].end = uint32_t(at);
  nodes[self].next = uint32_t(nodes.size());
  nodes[self].count = count;
  return true;
}

bool JsonTape::elements(int depth) {
  const uint32_t self = open(JsonNode::Type::ARRAY);
  ++at;
  skipSpace();
  uint32_t count = 0;
  if (at < text.size() && text[at] == ']') {
    ++at;
  } else {
    for (;;) {
      if (!value(depth + 1)) return false;
      ++count;
      skipSpace();
      if (at < text.size() && text[at] == ']') {
        ++at;
        break;
      }
      if (at >= text.size() || text[at] != ',') return fail("komma eller ] väntades");
      ++at;
      skipSpace();
    }
  }
  nodes[self].end = uint32_t(at);
  nodes[self].next = uint32_t(nodes.size());
  nodes[self].count = count;
  return true;
}

bool JsonTape::quoted() {
  ++at;
  const uint32_t self = open(JsonNode::Type::STRING);
  for (;;) {
    while (at < text.size() && !SPECIAL[uint8_t(text[at])]) ++at;
    if (at >= text.size()) return fail("texten saknar slutcitat");
    if (text[at] == '"') break;
    if (text[at] != '\\') return fail("styrtecken i text måste skrivas med omvänt snedstreck");
    nodes[self].isEscaped = true;
    if (at + 1 >= text.size()) return fail("texten saknar slutcitat");
    if (text[at + 1] == 'u') {
      if (codeUnit(text, at + 2) < 0) return fail("\\u ska följas av fyra hexadecimala siffror");
      at += 6;
    } else {
      if (simpleEscape(text[at + 1]) == 0) return fail("okänt tecken efter omvänt snedstreck");
      at += 2;
    }
  }
  nodes[self].end = uint32_t(at);
  nodes[self].next = self + 1;
  ++at;
  return true;
}

bool JsonTape::number() {
  const size_t start = at;
  auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && isDigit(text[at])) ++at;
    return at - from;
  };
  if (text[at] == '-') ++at;
  const size_t whole = at;
  const size_t wholeDigits = digits();
  if (wholeDigits == 0) return at = start, fail("ett värde väntades");
  if (wholeDigits > 1 && text[whole] == '0') return at = start, fail("ett tal får inte börja med noll");
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return fail("decimaler väntades");
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return fail("en exponent väntades");
  }
  const auto self = uint32_t(nodes.size());
  nodes.push_back({.type = JsonNode::Type::NUMBER, .begin = uint32_t(start), .end = uint32_t(at), .next = self + 1});
  return true;
}

bool JsonTape::word(std::string_view expected, JsonNode::Type type) {
  if (text.substr(at, expected.size()) != expected) return fail("ett värde väntades");
  const uint32_t self = open(type);
  at += expected.size();
  nodes[self].end = uint32_t(at);
  nodes[self].next = self + 1;
  return true;
}

std::optional<std::string_view> JsonTape::string(uint32_t i, std::string& scratch) const {
  const std::string_view raw = slice(i);
  if (!nodes[i].isEscaped) return raw;
  scratch.clear();
  for (size_t k = 0; k < raw.size();) {
    if (raw[k] != '\\') {
      scratch += raw[k++];
      continue;
    }
    if (raw[k + 1] != 'u') {
      scratch += simpleEscape(raw[k + 1]);
      k += 2;
      continue;
    }
    int32_t c = codeUnit(raw, k + 2);
    k += 6;
    if (c >= 0xdc00 && c < 0xe000) return std::nullopt;
    if (c >= 0xd800 && c < 0xdc00) {  // the first half of a pair: the second must follow
      const bool follows = raw.substr(k, 2) == "\\u";
      const int32_t low = follows ? codeUnit(raw, k + 2) : -1;
      if (low < 0xdc00 || low >= 0xe000) return std::nullopt;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      k += 6;
    }
    appendUtf8(scratch, uint32_t(c));
  }
  return scratch;
}

}  // namespace liggare::intake
