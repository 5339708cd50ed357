#include "tests/fuzz/mutators.h"

#include <capnp/schema.h>
#include <capnp/serialize-packed.h>
#include <kj/debug.h>

#include <algorithm>
#include <set>
#include <string>

#include "engine/base/random.h"
#include "engine/hash/sha256.h"
#include "engine/record.h"
#include "schemas/command.capnp.h"

namespace liggare::fuzz {
namespace {

constexpr size_t WORD = 8, ROOM = 64;  // bytes that a piece may grow by

// What libFuzzer itself does, to one piece.
std::string byChance(std::string piece) {
  size_t size = piece.size();
  piece.resize(size + ROOM);
  piece.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(piece.data()), size, piece.size()));
  return piece;
}

// Gives the result back; too long a one is cut.
size_t giveBack(const std::string& made, uint8_t* data, size_t sizeMax) {
  size_t size = std::min(made.size(), sizeMax);
  std::copy_n(made.begin(), size, data);
  return size;
}
std::string taken(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Takes pieces away, puts them twice, lets them change places: what is the same for words, parts, lines and tokens.
void movePieces(std::vector<std::string>& pieces, SeededRandom& random) {
  size_t at = random.below(pieces.size()), other = random.below(pieces.size());
  switch (random.below(4)) {
    case 0: pieces.erase(pieces.begin() + ptrdiff_t(at)); break;
    case 1: pieces.insert(pieces.begin() + ptrdiff_t(other), std::string(pieces[at])); break;
    case 2: std::swap(pieces[at], pieces[other]); break;
    default: pieces[at] = pieces[other];
  }
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (auto& piece : pieces) out += piece;
  return out;
}

std::string otherWords(const std::string& bytes, SeededRandom& random) {
  std::vector<std::string> words;
  for (size_t at = 0; at < bytes.size(); at += WORD) words.push_back(bytes.substr(at, WORD));
  if (words.empty()) return std::string(WORD, '\0');
  for (uint64_t times = 1 + random.below(3); times > 0 && !words.empty(); --times) {
    std::string& word = words[random.below(words.size())];
    word.resize(WORD);
    switch (random.below(6)) {
      case 0: movePieces(words, random); break;
      case 1: word = byChance(word), word.resize(WORD); break;
      case 2: word.assign(WORD, random.below(2) ? '\0' : '\xff'); break;
      case 3: word[random.below(2) * 4] = char(word[0] + 4); break;  // a pointer's offset, or the size it tells of
      case 4: word[0] = char((word[0] & ~3) | char(random.below(4))); break;  // its kind
      default: word[random.below(WORD)] = char(random.below(4)); break;       // a small number
    }
  }
  return joined(words);
}

// A packed message as the words of its one segment; nothing when it is none.
std::optional<std::string> unpacked(const std::string& packed) {
  std::string out;
  auto fault = kj::runCatchingExceptions([&] {
    kj::ArrayInputStream in(kj::arrayPtr(reinterpret_cast<const uint8_t*>(packed.data()), packed.size()));
    capnp::_::PackedInputStream words(in);
    out.resize(1 << 16);
    out.resize(words.tryRead(out.data(), WORD, out.size()) / WORD * WORD);
  });
  if (fault != nullptr || out.size() < 2 * WORD) return std::nullopt;
  return out.substr(WORD);
}

std::string otherPart(const std::string& packed, SeededRandom& random) {
  auto words = random.below(8) == 0 ? std::nullopt : unpacked(packed);
  if (!words) return byChance(packed);
  Buffer again;
  packMessage(asBytes(otherWords(*words, random)), again);
  return {again.begin(), again.end()};
}

constexpr std::string_view BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr const char* NUMBERS[] = {"0",          "1",  "7",  "8",   "20", "21", "22", "255", "256", "4294967296",
                                   "9223372036854775807", "18446744073709551615", "18446744073709551616", "01"};

void otherNumber(std::string& line, SeededRandom& random) {
  auto from = std::find_if(line.begin(), line.end(), [](unsigned char c) { return std::isdigit(c); });
  auto to = std::find_if_not(from, line.end(), [](unsigned char c) { return std::isdigit(c); });
  if (from != to) line.replace(from, to, NUMBERS[random.below(std::size(NUMBERS))]);
}

std::vector<std::string> linesIn(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// Strings, runs of letters and digits, and everything else one by one.
std::vector<std::string> tokensIn(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (text[at] == '"') {
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text.size());
    } else if (std::isalnum(static_cast<unsigned char>(text[at]))) {
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) ++end;
    }
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// Every field and enumerant that a command can name, and values that readers of JSON stumble over.
void gatherNames(capnp::StructSchema schema, std::set<uint64_t>& seen, std::set<std::string>& names) {
  if (!seen.insert(schema.getProto().getId()).second) return;
  for (auto field : schema.getFields()) {
    names.insert("\"" + std::string(field.getProto().getName().cStr()) + "\"");
    auto type = field.getType();
    while (type.isList()) type = type.asList().getElementType();
    if (type.isStruct()) gatherNames(type.asStruct(), seen, names);
    if (!type.isEnum()) continue;
    for (auto enumerant : type.asEnum().getEnumerants())
      names.insert("\"" + std::string(enumerant.getProto().getName().cStr()) + "\"");
  }
}

const std::vector<std::string>& words() {
  static const std::vector<std::string> all = [] {
    std::set<uint64_t> seen;
    std::set<std::string> names{"null", "true", "false", "-1", "0", "1e309", "9007199254740993", "\"\"", "[]", "{}",
                                "18446744073709551616", "\"\\u0000\"", "\"\\ud800\"", "\"å\"", "\"1990-06-02\"",
                                "\"199006022397\"", "\"2026-11-01T00:00:00Z\"", "\"SE2321000131-P1\""};
    gatherNames(capnp::Schema::from<schema::Command>(), seen, names);
    return std::vector<std::string>(names.begin(), names.end());
  }();
  return all;
}

}  // namespace

size_t mutateWords(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {
  SeededRandom random(seed);
  if (random.below(4) == 0) return LLVMFuzzerMutate(data, size, sizeMax);
  return giveBack(otherWords(taken(data, size), random), data, sizeMax);
}

size_t mutateParts(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {
  constexpr size_t HEAD = 3;  // kind, length
  SeededRandom random(seed);
  if (random.below(16) == 0) return LLVMFuzzerMutate(data, size, sizeMax);
  std::string all = taken(data, size);
  std::vector<std::string> parts;
  for (size_t at = 0; at + HEAD <= all.size();) {
    size_t length = size_t(uint8_t(all[at + 1])) << 8 | uint8_t(all[at + 2]);
    parts.push_back(all.substr(at, HEAD + length));
    at += parts.back().size();
  }
  if (parts.empty()) return LLVMFuzzerMutate(data, size, sizeMax);
  uint64_t what = random.below(8);
  std::string& part = parts[random.below(parts.size())];
  if (what == 0) {
    movePieces(parts, random);
  } else if (what == 1) {
    part[0] = char(random.below(7));
  } else {
    std::string made = otherPart(part.substr(std::min(HEAD, part.size())), random);
    made.resize(std::min<size_t>(made.size(), 0xffff));
    part = part.substr(0, 1) + char(made.size() >> 8) + char(made.size()) + made;
  }
  return giveBack(joined(parts), data, sizeMax);
}

size_t mutateLines(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {
  SeededRandom random(seed);
  auto lines = linesIn(taken(data, size));
  if (lines.empty() || random.below(4) == 0) return LLVMFuzzerMutate(data, size, sizeMax);
  std::string& line = lines[random.below(lines.size())];
  switch (random.below(5)) {
    case 0: movePieces(lines, random); break;
    case 1: line = byChance(line); break;
    case 2: otherNumber(line, random); break;
    case 3: line.insert(random.below(line.size()), 1, " \n\t\r-"[random.below(5)]); break;
    default: {
      char& c = line[random.below(line.size())];
      if (BASE64.find(c) != BASE64.npos) c = BASE64[random.below(BASE64.size())];
    }
  }
  return giveBack(joined(lines), data, sizeMax);
}

size_t mutateTokens(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {
  constexpr size_t DEEPEST = 80;
  SeededRandom random(seed);
  auto tokens = tokensIn(taken(data, size));
  if (tokens.empty() || random.below(8) == 0) return LLVMFuzzerMutate(data, size, sizeMax);
  for (uint64_t times = 1 + random.below(3); times > 0 && !tokens.empty(); --times) {
    std::string& token = tokens[random.below(tokens.size())];
    switch (random.below(5)) {
      case 0: movePieces(tokens, random); break;
      case 1: token = byChance(token); break;
      case 2: token = words()[random.below(words().size())]; break;
      case 3: {
        size_t deep = 1 + random.below(DEEPEST);
        bool isList = random.below(2) == 0;
        std::string before, after(deep, isList ? ']' : '}');
        for (size_t i = 0; i < deep; ++i) before += isList ? "[" : "{" + words()[random.below(words().size())] + ":";
        token = before + token + after;
        break;
      }
      default: token += "," + words()[random.below(words().size())] + ":" + words()[random.below(words().size())];
    }
  }
  return giveBack(joined(tokens), data, sizeMax);
}

size_t mutateSealed(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {
  constexpr size_t CHECKSUM = 32;
  SeededRandom random(seed);
  if (size < CHECKSUM || sizeMax < 2 * CHECKSUM || random.below(4) == 0) return LLVMFuzzerMutate(data, size, sizeMax);
  size_t body = LLVMFuzzerMutate(data, size - CHECKSUM, sizeMax - CHECKSUM);
  Hash right = sha256(Bytes(data, body));
  std::copy(right.bytes.begin(), right.bytes.end(), data + body);
  return body + CHECKSUM;
}

}  // namespace liggare::fuzz
