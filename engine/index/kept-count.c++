#include "engine/index/kept-count.h"

#include <bit>

#include <kj/exception.h>

#include "engine/log/log.h"

namespace liggare {

namespace {

constexpr uint8_t FRONTIER = 'F', COUNTED = 'G';
constexpr size_t BATCH_BYTES = 4 << 20;

std::optional<BookFrontier> frontierOf(Bytes key, Bytes value) {
  if (key.size() != 17 || value.size() < 8) return std::nullopt;
  BookFrontier out{BookId::from(key.subspan(1)), getBe64(value.data()), {}};
  size_t peaks = size_t(std::popcount(out.size));
  if (out.size == 0 || value.size() != 8 + 32 * peaks) return std::nullopt;
  out.peaks.resize(peaks);
  for (size_t i = 0; i < peaks; ++i) std::copy_n(value.data() + 8 + 32 * i, 32, out.peaks[i].bytes.begin());
  return out;
}

// The closing that the row is about, as the log itself has it.
std::optional<StatedClosing> closingAt(Log& log, Position position, uint64_t covered, uint64_t size) {
  if (position >= size || covered > position) return std::nullopt;
  auto fields = tryDecodeEntry(log.entry(position));
  auto* fact = fields ? std::get_if<ClosingFact>(&fields->engine) : nullptr;
  if (!fact || fact->coveredSize != covered) return std::nullopt;
  return StatedClosing{position, *fact};
}

std::optional<KeptCount> read(Store& index, Log& log, uint64_t size) {
  Buffer key{COUNTED};
  auto row = index.get(key);
  if (!row || row->size() != 24) return std::nullopt;
  auto closing = closingAt(log, getBe64(row->data()), getBe64(row->data() + 8), size);
  if (!closing) return std::nullopt;
  BookTrie books;
  Buffer prefix{FRONTIER};
  auto cursor = index.cursor(prefixBounds(prefix));
  for (cursor->seekFirst(); cursor->valid(); cursor->next()) {
    auto frontier = frontierOf(cursor->key(), cursor->value());
    if (!frontier) return std::nullopt;
    books.restore(std::move(*frontier));
  }
  if (books.root() != closing->fact.root) return std::nullopt;
  uint64_t lines = getBe64(row->data() + 16);
  return KeptCount{*closing, BookCount(closing->fact.coveredSize, lines, std::move(books))};
}

}  // namespace

// It only spares work: whatever is wrong with it is no reason not to count.
std::optional<KeptCount> readKeptCount(Store& index, Log& log, uint64_t size) {
  std::optional<KeptCount> out;
  auto broken = kj::runCatchingExceptions([&] { out = read(index, log, size); });
  if (broken != nullptr) out.reset();
  return out;
}

void keepCount(Store& index, const StatedClosing& closing, const BookCount& count) {
  Batch batch;
  batch.erase(Buffer{COUNTED});
  // Of another log, or of one that was longer: books that are none any more.
  Buffer prefix{FRONTIER};
  auto cursor = index.cursor(prefixBounds(prefix));
  for (cursor->seekFirst(); cursor->valid(); cursor->next())
    if (cursor->key().size() != 17 || count.sizeOf(BookId::from(cursor->key().subspan(1))) == 0)
      batch.erase(cursor->key());
  count.eachGrown([&](const BookFrontier& book) {
    Buffer key{FRONTIER}, value;
    append(key, book.book);
    appendBe64(value, book.size);
    for (const Hash& peak : book.peaks) append(value, peak);
    batch.put(std::move(key), std::move(value));
    if (batch.bytes() > BATCH_BYTES) index.write(batch, Sync::NO);
  });
  Buffer value;
  appendBe64(value, closing.position);
  appendBe64(value, closing.fact.coveredSize);
  appendBe64(value, count.lines());
  batch.put(Buffer{COUNTED}, std::move(value));
  index.write(batch, Sync::NO);
}

}  // namespace liggare
