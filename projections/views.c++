#include "projections/views.h"

#include <kj/debug.h>

#include <algorithm>
#include <numeric>

namespace liggare {
namespace {

constexpr Position BATCH_EVENTS = 1024;
constexpr size_t BATCH_BYTES = 1 << 20;
constexpr size_t RUN_BYTES = 48 << 20;  // a rebuild's memory, whatever the log's length
constexpr Position PROGRESS_EVERY = 4096;

[[noreturn]] void stop(const FoldStop& why, Position position) {
  if (why.why == FoldStop::Why::NOT_OPENED)
    KJ_FAIL_REQUIRE("a view cannot go past an event that cannot be opened and is not listed as destroyed", position);
  KJ_FAIL_REQUIRE("a view cannot go past an event of a kind it does not know: a newer liggare is needed", position,
                  why.kind);
}

OpenedEvent readAt(EventSource& source, Position position) {
  auto event = source.read(position, Open::FACTS);
  KJ_REQUIRE(event.has_value(), "the log has no event below its durable head", position);
  return std::move(*event);
}

void report(const Views::Progress& progress, Position done, Position all) {
  if (progress) progress(done, all);
}

}  // namespace

// Rows on their way into the store as one sorted run: an arena and places in it, so that a row costs its bytes and
// sixteen more.
struct Views::Run {
  struct Place {
    uint32_t key, value, end, order;
  };
  Buffer arena;
  std::vector<Place> places;

  Bytes keyAt(const Place& p) const { return Bytes(arena).subspan(p.key, p.value - p.key); }
  Bytes valueAt(const Place& p) const { return Bytes(arena).subspan(p.value, p.end - p.value); }

  void put(const StoredRow& row) {
    auto at = static_cast<uint32_t>(arena.size());
    append(arena, row.key);
    append(arena, row.value);
    auto middle = static_cast<uint32_t>(at + row.key.size());
    places.push_back({at, middle, static_cast<uint32_t>(arena.size()), static_cast<uint32_t>(places.size())});
  }
  size_t bytes() const { return arena.size() + places.size() * sizeof(Place); }

  // The last put of a key is the one that counts, as it is in a store.
  void ingestInto(Store& store) {
    std::sort(places.begin(), places.end(), [this](const Place& a, const Place& b) {
      Bytes x = keyAt(a), y = keyAt(b);
      int order = std::memcmp(x.data(), y.data(), std::min(x.size(), y.size()));
      if (order != 0) return order < 0;
      return x.size() != y.size() ? x.size() < y.size() : a.order < b.order;
    });
    size_t next = 0;
    store.ingest([&](Bytes& key, Bytes& value) {
      if (next == places.size()) return More::NO;
      while (next + 1 < places.size() && std::ranges::equal(keyAt(places[next]), keyAt(places[next + 1]))) ++next;
      key = keyAt(places[next]);
      value = valueAt(places[next]);
      ++next;
      return More::YES;
    });
    arena.clear();
    places.clear();
  }
};

std::optional<ViewCursor> Views::cursorOf(ViewKind view) const {
  auto row = store.get(cursorKey(view));
  if (!row) return std::nullopt;
  return cursorFrom(*row);
}

Position Views::position() const {
  Position least = ~Position{0};
  for (ViewKind view : ALL_VIEWS) {
    auto cursor = cursorOf(view);
    least = std::min(least, cursor && cursor->version == viewVersion(view) ? cursor->next : 0);
  }
  return least;
}

// Ahead of the log: the rows belong to a log that is no more.
bool Views::mustBuild(ViewKind view, Position head) const {
  auto cursor = cursorOf(view);
  return !cursor || cursor->version != viewVersion(view) || cursor->next > head;
}

// The cursor goes first, and durably: whatever a crash leaves of the rows, nobody takes them for a view.
void Views::clear(ViewKind view) {
  Batch batch;
  batch.erase(cursorKey(view));
  store.write(batch, Sync::NO);
  store.flush();
  auto rows = store.cursor(prefixBounds(rowPrefix(view)));
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    batch.erase(rows->key());
    if (batch.bytes() < BATCH_BYTES) continue;
    store.write(batch, Sync::NO);
  }
  store.write(batch, Sync::NO);
  store.flush();
}

void Views::build(const std::vector<ViewKind>& which, Position head, const Progress& progress) {
  for (ViewKind view : which) clear(view);
  Run run;
  RowSink put = [&](StoredRow row) { run.put(row); };
  std::optional<FoldStop> stopped;
  Position at = 0;
  for (; at < head && !stopped; ++at) {
    OpenedEvent event = readAt(source, at);
    stopped = stopsAt(event);
    if (stopped) break;
    for (ViewKind view : which) foldInto(view, event, put);
    if (run.bytes() >= RUN_BYTES) run.ingestInto(store);
    if (at % PROGRESS_EVERY == 0) report(progress, at, head);
  }
  for (ViewKind view : which) run.put(rowOf(view, ViewCursor{viewVersion(view), at}));
  run.ingestInto(store);  // the cursors come with the last rows: before this the views do not exist
  report(progress, at, head);
  if (stopped) stop(*stopped, at);
}

// Answers false when something was destroyed on the way: the views hold rows that must go.
bool Views::follow(Position head, const Progress& progress) {
  std::array<Position, ALL_VIEWS.size()> next{};
  for (size_t i = 0; i < ALL_VIEWS.size(); ++i) next[i] = cursorOf(ALL_VIEWS[i])->next;
  Position at = *std::min_element(next.begin(), next.end());
  Batch batch;
  RowSink put = [&](StoredRow row) { batch.put(std::move(row.key), std::move(row.value)); };
  auto flush = [&](Position reached) {
    for (size_t i = 0; i < ALL_VIEWS.size(); ++i)
      put(rowOf(ALL_VIEWS[i], ViewCursor{viewVersion(ALL_VIEWS[i]), std::max(next[i], reached)}));
    store.write(batch, Sync::NO);
    report(progress, reached, head);
  };
  Position written = at;
  for (; at < head; ++at) {
    OpenedEvent event = readAt(source, at);
    auto stopped = stopsAt(event);
    if (stopped) {
      flush(at);
      stop(*stopped, at);
    }
    if (removesRows(event)) return false;
    for (size_t i = 0; i < ALL_VIEWS.size(); ++i)
      if (next[i] <= at) foldInto(ALL_VIEWS[i], event, put);
    if (at + 1 - written < BATCH_EVENTS && batch.bytes() < BATCH_BYTES) continue;
    written = at + 1;
    flush(written);
  }
  if (written < head) flush(head);
  return true;
}

void Views::catchUp(const Progress& progress) {
  Position head = source.head();
  std::vector<ViewKind> toBuild;
  for (ViewKind view : ALL_VIEWS)
    if (mustBuild(view, head)) toBuild.push_back(view);
  if (!toBuild.empty()) build(toBuild, head, progress);
  if (follow(head, progress)) return;
  build({ALL_VIEWS.begin(), ALL_VIEWS.end()}, head, progress);
}

void Views::rebuild(std::optional<ViewKind> which, const Progress& progress) {
  std::vector<ViewKind> views(ALL_VIEWS.begin(), ALL_VIEWS.end());
  if (which) views = {*which};
  build(views, source.head(), progress);
}

Hash Views::digest(ViewKind view) const {
  Sha256 hash;
  Buffer meta = cursorKey(view);
  auto rows = store.cursor(prefixBounds(rowPrefix(view)));
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    Bytes key = rows->key(), value = rows->value();
    if (std::ranges::equal(key, meta)) continue;
    hash.addBe32(static_cast<uint32_t>(key.size())).add(key);
    hash.addBe32(static_cast<uint32_t>(value.size())).add(value);
  }
  return hash.finish();
}

uint64_t Views::rowCount(ViewKind view) const {
  uint64_t count = 0;
  auto rows = store.cursor(prefixBounds(rowPrefix(view)));
  for (rows->seekFirst(); rows->valid(); rows->next()) ++count;
  return count == 0 ? 0 : count - (cursorOf(view) ? 1 : 0);
}

void Views::journal(const SubjectKey& patient, const SubjectKey& provider,
                    const std::function<bool(const JournalRow&)>& visit) const {
  auto rows = store.cursor(prefixBounds(provider.isZero() ? journalPrefix(patient) : journalPrefix(patient, provider)));
  for (rows->seekFirst(); rows->valid(); rows->next())
    if (!visit(journalRowFrom(rows->key(), rows->value()))) return;
}

std::vector<PointerRow> Views::pointersAt(const SubjectKey& patient, const ThingId& target) const {
  std::vector<PointerRow> found;
  if (target.isZero()) return found;
  auto rows = store.cursor(prefixBounds(pointerPrefix(patient, target)));
  for (rows->seekFirst(); rows->valid(); rows->next()) found.push_back(pointerRowFrom(rows->key(), rows->value()));
  return found;
}

void Views::accesses(AccessBy by, const SubjectKey& subject, Micros from, Micros to,
                     const std::function<bool(const AccessIndexRow&)>& visit) const {
  Bounds bounds = prefixBounds(accessPrefix(by, subject));
  if (from != 0) bounds.from = accessFrom(by, subject, from);
  if (to != 0) bounds.to = accessFrom(by, subject, to);
  if (to != 0 && bounds.to <= bounds.from) return;
  auto rows = store.cursor(std::move(bounds));
  for (rows->seekFirst(); rows->valid(); rows->next())
    if (!visit(accessRowFrom(rows->key(), rows->value()))) return;
}

std::vector<std::string> Views::triggersOf(const ThingId& access) const {
  std::vector<std::string> found;
  auto rows = store.cursor(prefixBounds(triggerPrefix(access)));
  for (rows->seekFirst(); rows->valid(); rows->next())
    found.push_back(triggerRowFrom(rows->key(), rows->value()).trigger);
  return found;
}

std::optional<DirectoryRow> Views::entitled(Entitled what, const SubjectKey& key) const {
  Buffer wanted = directoryKey(what, key);
  auto row = store.get(wanted);
  if (!row) return std::nullopt;
  return directoryRowFrom(wanted, *row);
}

}  // namespace liggare
