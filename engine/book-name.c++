#include "engine/book-name.h"

#include "engine/hash/labels.h"

namespace liggare {

namespace {

size_t keysOfStream(StreamKind kind) {
  switch (kind) {
    case StreamKind::JR:
    case StreamKind::CN:
    case StreamKind::SP: return 2;
    case StreamKind::SY: return 0;
    default: return 1;
  }
}

bool isMonth(uint32_t yyyymm) { return yyyymm >= 197'001 && yyyymm % 100 >= 1 && yyyymm % 100 <= 12; }

}  // namespace

Buffer BookName::bytes() const {
  Buffer out{uint8_t(kind)};
  if (kind == BookKind::STREAM) out.push_back(uint8_t(stream));
  for (const SubjectKey& key : keys) append(out, key);
  if (kind == BookKind::STREAM && stream == StreamKind::AX) appendBe32(out, month);
  return out;
}

BookId BookName::id() const { return cut16<BookId>(hashLabelled(label::BOOK, {bytes()})); }

std::optional<BookName> BookName::read(Bytes bytes) {
  if (bytes.empty() || bytes[0] < 1 || bytes[0] > uint8_t(BookKind::REGION)) return std::nullopt;
  auto kind = BookKind(bytes[0]);
  size_t at = 1, count = 1;
  auto stream = StreamKind::SY;
  if (kind == BookKind::STREAM) {
    if (bytes.size() < 2 || bytes[1] < 1 || bytes[1] > uint8_t(StreamKind::SY)) return std::nullopt;
    stream = StreamKind(bytes[1]);
    at = 2;
    count = keysOfStream(stream);
  }
  bool hasMonth = kind == BookKind::STREAM && stream == StreamKind::AX;
  if (bytes.size() != at + 16 * count + (hasMonth ? 4 : 0)) return std::nullopt;
  BookName out(stream, {});
  out.kind = kind;
  for (; out.keys.size() < count; at += 16) out.keys.push_back(SubjectKey::from(bytes.subspan(at, 16)));
  if (!hasMonth) return out;
  out.month = getBe32(bytes.data() + at);
  if (!isMonth(out.month)) return std::nullopt;
  return out;
}

uint32_t monthOf(Micros at) {
  auto day = civilOf(static_cast<Days>((at - (at % DAY + DAY) % DAY) / DAY));
  return static_cast<uint32_t>(day.year * 100 + day.month);
}

uint32_t monthAfter(uint32_t yyyymm) { return yyyymm % 100 == 12 ? yyyymm + 100 - 11 : yyyymm + 1; }

}  // namespace liggare
