// Reading: commits are found by seeking, hashes come from tiles.
#include <kj/debug.h>

#include "engine/log/log.h"

namespace liggare {

void Log::requireDurable(Position position) const {
  KJ_REQUIRE(position < durableSize(), "nobody reads past the durable head", position);
}

// --- commits
// ------------------------------------------------------------------------------------------------------------

std::shared_ptr<const Commit> Log::find(Position position) {
  {
    std::lock_guard guard(cacheLock);
    for (const auto& commit : commits) {
      if (commit && commit->holds(position)) return commit;
    }
  }
  auto cursor = store->cursor({seekKey(position), {}});
  cursor->seekFirst();
  KJ_REQUIRE(cursor->valid(), "no commit holds this position", position);
  auto key = decodeRowKey(cursor->key());
  auto header = decodeCommitHeader(cursor->value());
  KJ_REQUIRE(key.has_value() && key->kind == RowKind::HEADER && header.has_value() && header->last() == key->last,
             "a commit without its header", position);
  auto commit = std::make_shared<Commit>();
  commit->head = *header;
  KJ_REQUIRE(commit->holds(position), "no commit holds this position", position);
  cursor->next();
  KJ_REQUIRE(cursor->valid(), "a commit without its entries", position);
  auto entriesKey = decodeRowKey(cursor->key());
  KJ_REQUIRE((entriesKey == RowKey{key->last, RowKind::ENTRIES, 0}), "a commit without its entries", position);
  commit->value.assign(cursor->value().begin(), cursor->value().end());
  auto entries = splitEntries(commit->value);
  KJ_REQUIRE(entries.has_value() && entries->size() == header->count, "a commit whose entries do not add up", position);
  commit->entries = std::move(*entries);
  std::lock_guard guard(cacheLock);
  commits[nextCommit++ % COMMITS_KEPT] = commit;
  return commit;
}

std::shared_ptr<const Commit> Log::commitAt(Position position) {
  requireDurable(position);
  return find(position);
}

Buffer Log::entry(Position position) {
  auto commit = commitAt(position);
  Bytes stored = commit->entry(position);
  return Buffer(stored.begin(), stored.end());
}

EntryFields Log::fields(Position position) { return decodeEntry(commitAt(position)->entry(position)); }

Buffer Log::row(const RowKey& key) {
  auto found = store->get(encodeRowKey(key));
  KJ_REQUIRE(found.has_value(), "a row of a commit is missing", key.last, uint8_t(key.kind), key.sub);
  return std::move(*found);
}

// Kept for the last commit: whoever reads on opens each value once.
std::shared_ptr<const Log::OpenedLines> Log::linesOf(const Commit& commit) {
  Position last = commit.header().last();
  {
    std::lock_guard guard(cacheLock);
    if (openedLines && openedLines->last == last) return openedLines;
  }
  auto opened = lineKeys.open(last, row({last, RowKind::LINES, 0}));
  KJ_REQUIRE(opened.has_value(), "the lines of this commit do not open", last);
  auto split = splitLines(*opened, commit.header().count);
  KJ_REQUIRE(split.has_value(), "the lines of this commit do not add up", last);
  auto out = std::make_shared<const OpenedLines>(OpenedLines{last, std::move(*split)});
  std::lock_guard guard(cacheLock);
  openedLines = out;
  return out;
}

std::vector<StoredLine> Log::lines(Position position) {
  auto commit = commitAt(position);
  return linesOf(*commit)->lines[position - commit->header().first];
}

namespace {

std::optional<SealedHalf> halfFrom(Bytes stored, Position position) {
  if (stored.empty()) return std::nullopt;
  auto half = decodeSealedHalf(stored);
  KJ_REQUIRE(half.has_value(), "a sealed half that is broken", position);
  return half;
}

}  // namespace

std::optional<SealedHalf> Log::sealed(Position position) {
  auto commit = commitAt(position);
  size_t index = position - commit->header().first;
  Buffer value = row({commit->header().last(), RowKind::SEALED, uint16_t(index / SEALED_PER_VALUE)});
  auto halves = splitSealed(value);
  KJ_REQUIRE(halves.has_value() && index % SEALED_PER_VALUE < halves->size(), "sealed halves do not add up", position);
  return halfFrom((*halves)[index % SEALED_PER_VALUE], position);
}

std::vector<std::optional<SealedHalf>> Log::sealed(const Commit& commit) {
  std::vector<std::optional<SealedHalf>> out;
  for (uint16_t group = 0; out.size() < commit.header().count; ++group) {
    Buffer value = row({commit.header().last(), RowKind::SEALED, group});
    auto halves = splitSealed(value);
    size_t wanted = std::min(SEALED_PER_VALUE, commit.header().count - out.size());
    KJ_REQUIRE(halves.has_value() && halves->size() == wanted, "sealed halves do not add up", commit.header().first);
    for (Bytes half : *halves) out.push_back(halfFrom(half, commit.header().first + out.size()));
  }
  return out;
}

// --- tree
// ---------------------------------------------------------------------------------------------------------------

// A full tile lies in the commit that completed it: the one that holds its last leaf.
std::shared_ptr<const std::vector<Hash>> Log::fullTile(unsigned level, uint64_t index) {
  size_t slot = (level * 37 + index) % TILES_KEPT;
  {
    std::lock_guard guard(cacheLock);
    const KeptTile& kept = tiles[slot];
    if (kept.hashes && kept.level == level && kept.index == index) return kept.hashes;
  }
  Position lastLeaf = ((index + 1) << (TILE_HEIGHT * (level + 1))) - 1;
  auto cursor = store->cursor({seekKey(lastLeaf), {}});
  cursor->seekFirst();
  KJ_REQUIRE(cursor->valid(), "a tile is missing", level, index);
  auto key = decodeRowKey(cursor->key());
  KJ_REQUIRE(key.has_value(), "a row with a foreign key", lastLeaf);
  auto decoded = decodeHashes(row({key->last, RowKind::TILE, uint16_t(level)}));
  KJ_REQUIRE(decoded.has_value() && decoded->size() == TILE_WIDTH, "a tile of another size", level, index);
  auto hashes = std::make_shared<const std::vector<Hash>>(std::move(*decoded));
  std::lock_guard guard(cacheLock);
  tiles[slot] = {level, index, hashes};
  return hashes;
}

TileTree Log::loadTree(uint64_t size) {
  return TileTree::load(
      size, [this](unsigned level, uint64_t index) { return *fullTile(level, index); },
      [this](Position position) { return leafHash(find(position)->entry(position)); });
}

void Log::forgetCaches() {
  std::lock_guard guard(cacheLock);
  commits = {};
  tiles = {};
  openedLines.reset();
}

Hash Log::hashAt(unsigned height, uint64_t index) {
  KJ_REQUIRE(height < TILE_HEIGHT * TILE_LEVELS_MAX, "no node is that high", height);
  KJ_REQUIRE(index < (durableSize() >> height), "a node past the durable head", height, index);
  unsigned level = height / TILE_HEIGHT, within = height % TILE_HEIGHT;
  size_t count = size_t(1) << within;
  uint64_t tile = (index << within) / TILE_WIDTH;
  size_t from = size_t((index << within) % TILE_WIDTH);
  {
    std::lock_guard guard(treeLock);
    const auto& partial = tree.partial(level);
    if (tile == levelHashes(tree.size(), level) / TILE_WIDTH) {
      KJ_ASSERT(from + count <= partial.size(), height, index);
      return rootOf(std::span(partial).subspan(from, count));
    }
    for (const FullTile& full : inFlight) {
      if (full.level != level || full.index != tile) continue;
      auto hashes = decodeHashes(full.bytes);
      return rootOf(std::span(*hashes).subspan(from, count));
    }
  }
  return rootOf(std::span(*fullTile(level, tile)).subspan(from, count));
}

Hash Log::rootAt(uint64_t size) {
  KJ_REQUIRE(size <= durableSize(), "no root is known above the durable head", size);
  return liggare::rootAt(size, hashes());
}

Proof Log::inclusion(Position position, uint64_t size) {
  KJ_REQUIRE(size <= durableSize(), "nothing is proved above the durable head", size);
  return inclusionProof(position, size, hashes());
}

Proof Log::consistency(uint64_t older, uint64_t newer) {
  KJ_REQUIRE(newer <= durableSize(), "nothing is proved above the durable head", newer);
  return consistencyProof(older, newer, hashes());
}

Buffer Log::tile(const TileId& id) {
  KJ_REQUIRE(id.level < TILE_LEVELS_MAX && id.width >= 1 && id.width <= TILE_WIDTH, "no such tile", id.level, id.width);
  KJ_REQUIRE(id.index * TILE_WIDTH + id.width <= levelHashes(durableSize(), id.level), "a tile past the durable head");
  Buffer out;
  for (unsigned i = 0; i < id.width; ++i) {
    liggare::append(out, hashAt(TILE_HEIGHT * id.level, id.index * TILE_WIDTH + i));
  }
  return out;
}

Buffer Log::entryBundle(uint64_t index, unsigned width) {
  KJ_REQUIRE(width >= 1 && width <= TILE_WIDTH && index * TILE_WIDTH + width <= durableSize(),
             "a bundle past the durable head");
  Buffer out;
  for (Position p = index * TILE_WIDTH; p < index * TILE_WIDTH + width; ++p) {
    auto commit = commitAt(p);
    Bytes stored = commit->entry(p);
    appendBe16(out, uint16_t(stored.size()));
    liggare::append(out, stored);
  }
  return out;
}

void eachFact(Log& log, Position from, const std::function<void(Position, const EngineFact&)>& visit) {
  const uint64_t size = log.durableSize();
  for (Position at = from; at < size;) {
    auto commit = log.commitAt(at);
    for (const Position end = std::min(size, commit->header().sizeAfter()); at < end; ++at) {
      const Bytes stored = commit->entry(at);
      if (stored.size() >= 16 && stored[12] == 0 && stored[13] == 0) continue;  // an event of the law: no union tag
      visit(at, decodeEntry(stored).engine);
    }
  }
}

}  // namespace liggare
