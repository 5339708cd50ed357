#include "engine/index/index.h"

#include <kj/debug.h>

namespace liggare {

namespace {

constexpr uint8_t BOOK = 'B', CURSOR = 'C', IDENTIFIER = 'I', TAG = 'T';

Buffer keyOf(uint8_t kind, Bytes id) {
  Buffer key{kind};
  append(key, id);
  return key;
}
Buffer bookKey(const BookId& book, Number number) {
  Buffer key = keyOf(BOOK, book);
  appendBe64(key, number);
  return key;
}

IndexedBookRow rowOf(Bytes key, Bytes value) {
  KJ_REQUIRE(key.size() == 25 && value.size() == 40, "an index row of broken length: delete the index folder", key.size(), value.size());
  IndexedBookRow row{getBe64(key.data() + 17), getBe64(value.data()), {}};
  std::copy_n(value.data() + 8, 32, row.leaf.bytes.begin());
  return row;
}

Buffer rowValue(const IndexedBookRow& row) {
  Buffer value;
  appendBe64(value, row.position);
  append(value, row.leaf);
  return value;
}

}  // namespace

Index::Index(Store& tables) : store(tables), current(std::make_shared<Tail>()) {
  Buffer key{CURSOR};
  if (auto value = store.get(key)) {
    KJ_REQUIRE(value->size() == 8, "the index cursor is broken: delete the index folder");
    inTables = getBe64(value->data());
  }
  current->end = inTables;
}

void Index::add(Position position, const Hash& leaf, std::span<const IndexedLine> lines, const std::optional<CommandTag>& tag,
                std::span<const IndexedIdentifier> identifiers) {
  std::unique_lock lock(guard);
  KJ_REQUIRE(position == current->end, "entries are indexed in order, each once", position, current->end);
  for (auto& line : lines) current->books[line.book].push_back({line.number, position, leaf});
  if (tag) current->tags.emplace(*tag, position);
  for (auto& identifier : identifiers) current->identifiers.emplace(identifier.tag, std::pair(identifier.subject, position));
  current->rows += lines.size() + identifiers.size() + (tag ? 1 : 0);
  current->end = position + 1;
}

size_t Index::rowsInMemory() const {
  std::shared_lock lock(guard);
  return current->rows;
}
Position Index::cursor() const {
  std::shared_lock lock(guard);
  return inTables;
}
Position Index::end() const {
  std::shared_lock lock(guard);
  return current->end;
}

// Kinds in key order, each sorted: books, cursor, identifiers, tags.
void Index::writeRun(Store& store, const Tail& tail) {
  std::vector<std::pair<Buffer, Buffer>> rows;
  rows.reserve(tail.rows + 1);
  for (auto& [book, entries] : tail.books)
    for (auto& row : entries) rows.emplace_back(bookKey(book, row.number), rowValue(row));
  Buffer end;
  appendBe64(end, tail.end);
  rows.emplace_back(Buffer{CURSOR}, end);
  for (auto& [tag, found] : tail.identifiers) {
    Buffer value(found.first.bytes.begin(), found.first.bytes.end());
    appendBe64(value, found.second);
    rows.emplace_back(keyOf(IDENTIFIER, tag), std::move(value));
  }
  for (auto& [tag, position] : tail.tags) {
    Buffer value;
    appendBe64(value, position);
    rows.emplace_back(keyOf(TAG, tag), std::move(value));
  }
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.first < b.first; });
  size_t next = 0;
  store.ingest([&](Bytes& key, Bytes& value) {
    if (next == rows.size()) return More::NO;
    key = rows[next].first;
    value = rows[next].second;
    ++next;
    return More::YES;
  });
}

void Index::flush() {
  std::shared_ptr<Tail> full;
  {
    std::unique_lock lock(guard);
    if (current->rows == 0 && current->end == inTables) return;
    KJ_ASSERT(!flushing, "one flush at a time");
    full = flushing = current;
    current = std::make_shared<Tail>();
    current->end = full->end;
  }
  // A crash here loses the run: the cursor in the tables still says so, and opening adds the entries again.
  writeRun(store, *full);
  std::unique_lock lock(guard);
  inTables = full->end;
  flushing.reset();
}

Number Index::lastNumber(const BookId& book) const {
  std::shared_lock lock(guard);
  for (auto* tail : {current.get(), flushing.get()}) {
    if (!tail) continue;
    auto found = tail->books.find(book);
    if (found != tail->books.end()) return found->second.back().number;
  }
  lock.unlock();
  auto cursor = store.cursor(prefixBounds(keyOf(BOOK, book)));
  cursor->seekLast();
  return cursor->valid() ? rowOf(cursor->key(), cursor->value()).number : 0;
}

std::optional<Position> Index::tagged(const CommandTag& tag) const {
  {
    std::shared_lock lock(guard);
    for (auto* tail : {current.get(), flushing.get()}) {
      if (!tail) continue;
      auto found = tail->tags.find(tag);
      if (found != tail->tags.end()) return found->second;
    }
  }
  auto value = store.get(keyOf(TAG, tag));
  if (!value) return std::nullopt;
  KJ_REQUIRE(value->size() == 8, "an index row of broken length: delete the index folder");
  return getBe64(value->data());
}

std::optional<SubjectKey> Index::subject(const IdentifierTag& tag) const {
  {
    std::shared_lock lock(guard);
    for (auto* tail : {current.get(), flushing.get()}) {
      if (!tail) continue;
      auto found = tail->identifiers.find(tag);
      if (found != tail->identifiers.end()) return found->second.first;
    }
  }
  auto value = store.get(keyOf(IDENTIFIER, tag));
  if (!value) return std::nullopt;
  KJ_REQUIRE(value->size() == 24, "an index row of broken length: delete the index folder");
  return SubjectKey::from(Bytes(*value).first(16));
}

void Index::scan(const BookId& book, Number from, const std::function<bool(const IndexedBookRow&)>& visit) const {
  // The memory is copied before the tables are read: a run that reaches the tables in between is then met twice at most,
  // and the second meeting is passed over.
  std::vector<IndexedBookRow> inMemory;
  {
    std::shared_lock lock(guard);
    for (auto* tail : {flushing.get(), current.get()}) {
      if (!tail) continue;
      auto found = tail->books.find(book);
      if (found != tail->books.end()) inMemory.insert(inMemory.end(), found->second.begin(), found->second.end());
    }
  }
  Number next = std::max<Number>(from, 1);
  auto cursor = store.cursor(prefixBounds(keyOf(BOOK, book)));
  for (cursor->seek(bookKey(book, next)); cursor->valid(); cursor->next()) {
    auto row = rowOf(cursor->key(), cursor->value());
    next = row.number + 1;
    if (!visit(row)) return;
  }
  for (auto& row : inMemory) {
    if (row.number < next) continue;
    next = row.number + 1;
    if (!visit(row)) return;
  }
}

}  // namespace liggare
