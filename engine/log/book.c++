#include "engine/log/book.h"

#include <kj/debug.h>

#include "engine/hash/labels.h"
#include "engine/hash/merkle.h"

namespace liggare {
namespace {

constexpr size_t LINE_BYTES = 16 + 8 + 16;
constexpr uint8_t OPEN = 1, DISPOSED = 0;

size_t keyCount(StreamKind kind) {
  switch (kind) {
    case StreamKind::JR:
    case StreamKind::CN:
    case StreamKind::SP: return 2;
    case StreamKind::SY: return 0;
    default: return 1;
  }
}

void putLine(uint8_t* at, const Line& line) {
  std::copy(line.book.bytes.begin(), line.book.bytes.end(), at);
  putBe64(at + 16, line.number);
  std::copy(line.salt.begin(), line.salt.end(), at + 24);
}

}  // namespace

BookId bookId(BookKind kind, std::span<const SubjectKey> keys, Bytes extra) {
  Buffer fields{uint8_t(kind)};
  for (const SubjectKey& key : keys) append(fields, key);
  append(fields, extra);
  return cut16<BookId>(hashLabelled(label::BOOK, {fields}));
}

BookId streamId(StreamKind kind, std::span<const SubjectKey> keys, uint32_t yyyymm) {
  KJ_REQUIRE(keys.size() == keyCount(kind), "a stream of this kind has another number of keys", uint8_t(kind),
             keys.size());
  KJ_REQUIRE((yyyymm != 0) == (kind == StreamKind::AX), "access streams, and only they, have a month", uint8_t(kind));
  Buffer fields{uint8_t(BookKind::STREAM), uint8_t(kind)};
  for (const SubjectKey& key : keys) append(fields, key);
  if (kind == StreamKind::AX) appendBe32(fields, yyyymm);
  return cut16<BookId>(hashLabelled(label::BOOK, {fields}));
}

// hashLabelled in one piece: this is the digest that is made most often.
Hash lineDigest(const Line& line) {
  constexpr size_t LABEL = label::LINE.size() + 1;
  std::array<uint8_t, LABEL + LINE_BYTES> input{};
  std::copy(label::LINE.begin(), label::LINE.end(), input.begin());
  putLine(input.data() + LABEL, line);
  return sha256(input);
}

Hash linesRoot(std::span<const Line> lines) {
  Frontier frontier;
  for (const Line& line : lines) frontier.append(lineDigest(line));
  return frontier.root();
}

Hash linesRoot(std::span<const StoredLine> lines) {
  Frontier frontier;
  for (const StoredLine& line : lines) frontier.append(line.digest);
  return frontier.root();
}

void appendLines(Buffer& to, std::span<const Line> lines) {
  KJ_REQUIRE(lines.size() <= UINT16_MAX, "too many lines", lines.size());
  size_t at = to.size();
  to.resize(at + 2 + lines.size() * (1 + LINE_BYTES));
  putBe16(&to[at], uint16_t(lines.size()));
  at += 2;
  for (const Line& line : lines) {
    to[at] = OPEN;
    putLine(&to[at + 1], line);
    at += 1 + LINE_BYTES;
  }
}

void appendStoredLines(Buffer& to, std::span<const StoredLine> lines) {
  KJ_REQUIRE(lines.size() <= UINT16_MAX, "too many lines", lines.size());
  appendBe16(to, uint16_t(lines.size()));
  for (const StoredLine& stored : lines) {
    if (stored.line) {
      std::array<uint8_t, LINE_BYTES> fields;
      putLine(fields.data(), *stored.line);
      to.push_back(OPEN);
      append(to, fields);
    } else {
      to.push_back(DISPOSED);
      append(to, stored.digest);
    }
  }
}

std::optional<std::vector<StoredLine>> takeLines(Bytes& from) {
  if (from.size() < 2) return std::nullopt;
  size_t count = getBe16(from.data());
  Bytes rest = from.subspan(2);
  if (count > rest.size() / 33) return std::nullopt;
  std::vector<StoredLine> out(count);
  for (StoredLine& stored : out) {
    if (rest.empty() || rest[0] > OPEN) return std::nullopt;
    size_t take = rest[0] == OPEN ? LINE_BYTES : 32;
    const uint8_t* at = rest.data() + 1;
    if (rest.size() < 1 + take) return std::nullopt;
    if (rest[0] == OPEN) {
      Line line;
      std::copy_n(at, 16, line.book.bytes.begin());
      line.number = getBe64(at + 16);
      std::copy_n(at + 24, 16, line.salt.begin());
      stored = {line, lineDigest(line)};
    } else {
      std::copy_n(at, 32, stored.digest.bytes.begin());
    }
    rest = rest.subspan(1 + take);
  }
  from = rest;
  return out;
}

}  // namespace liggare
