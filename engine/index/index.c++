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
  KJ_REQUIRE(key.size() == 25 && value.size() == 40, "an index row of broken length: delete the index folder",
             key.size(), value.size());
  IndexedBookRow row{getBe64(key.data() + 17), getBe64(value.data()), {}};
  std::copy_n(value.data() + 8, 32, row.leaf.bytes.begin());
  return row;
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

void Index::add(Position position, const Hash& leaf, std::span<const IndexedLine> lines,
                const std::optional<CommandTag>& tag, std::span<const IndexedIdentifier> identifiers) {
  std::unique_lock lock(guard);
  KJ_REQUIRE(position == current->end, "entries are indexed in order, each once", position, current->end);
  for (auto& line : lines) current->books[line.book].push_back({line.number, position, leaf});
  if (tag) current->tags.emplace(*tag, position);
  for (auto& identifier : identifiers)
    current->identifiers.emplace(identifier.tag, std::pair(identifier.subject, position));
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

// Kinds in key order, each sorted by id: books (whose rows rise by themselves), cursor, identifiers, tags. Ids are
// sorted, not rows, and keys and values are written into one buffer each: a run of 400 000 rows is mostly memory
// traffic.
void Index::writeRun(Store& store, const Tail& tail) {
  auto sortedIds = [](const auto& map) {
    std::vector<typename std::decay_t<decltype(map)>::const_iterator> found;
    found.reserve(map.size());
    for (auto it = map.begin(); it != map.end(); ++it) found.push_back(it);
    std::sort(found.begin(), found.end(), [](auto& x, auto& y) { return x->first < y->first; });
    return found;
  };
  auto books = sortedIds(tail.books);
  auto identifiers = sortedIds(tail.identifiers);
  auto tags = sortedIds(tail.tags);
  Buffer keyBytes, valueBytes;
  size_t book = 0, row = 0, identifier = 0, tag = 0;
  bool cursorWritten = false;
  auto begin = [&](uint8_t kind, Bytes id) {
    keyBytes.assign(1, kind);
    append(keyBytes, id);
    valueBytes.clear();
  };
  store.ingest([&](Bytes& key, Bytes& value) {
    if (book < books.size()) {
      auto& [id, rows] = *books[book];
      begin(BOOK, id);
      appendBe64(keyBytes, rows[row].number);
      appendBe64(valueBytes, rows[row].position);
      append(valueBytes, rows[row].leaf);
      if (++row == rows.size()) {
        ++book;
        row = 0;
      }
    } else if (!cursorWritten) {
      begin(CURSOR, {});
      appendBe64(valueBytes, tail.end);
      cursorWritten = true;
    } else if (identifier < identifiers.size()) {
      auto& [id, found] = *identifiers[identifier++];
      begin(IDENTIFIER, id);
      append(valueBytes, found.first);
      appendBe64(valueBytes, found.second);
    } else if (tag < tags.size()) {
      auto& [id, position] = *tags[tag++];
      begin(TAG, id);
      appendBe64(valueBytes, position);
    } else {
      return More::NO;
    }
    key = keyBytes;
    value = valueBytes;
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
  // The memory is copied before the tables are read: a run that reaches the tables in between is then met twice at
  // most, and the second meeting is passed over.
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
