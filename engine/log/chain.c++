#include "engine/log/chain.h"

#include <kj/debug.h>

namespace liggare {

const char* name(Damage damage) {
  switch (damage) {
    case Damage::STORE: return "store";
    case Damage::MISSING: return "missing";
    case Damage::HEADER: return "header";
    case Damage::ENTRY: return "entry";
    case Damage::ROOT: return "root";
    case Damage::TILE: return "tile";
    case Damage::LINES: return "lines";
    case Damage::SEALED: return "sealed";
    case Damage::CIPHERTEXT: return "ciphertext";
    case Damage::FOREIGN_ROW: return "foreign-row";
    case Damage::CHECKPOINT: return "checkpoint";
    case Damage::HEAD_FILE: return "head-file";
    case Damage::CLOSING: return "closing";
  }
  return "unknown";
}

CommitScan::CommitScan(Store& store, Position from) : cursor(store.cursor({seekKey(from), {}})) { cursor->seekFirst(); }

std::optional<CommitRows> CommitScan::next() {
  if (!cursor->valid()) return std::nullopt;
  CommitRows out;
  bool begun = false;
  for (; cursor->valid(); cursor->next()) {
    auto key = decodeRowKey(cursor->key());
    if (!key) {  // a key of another length: belongs to no commit
      ++out.foreign;
      continue;
    }
    if (begun && key->last != out.last) break;
    begun = true;
    out.last = key->last;
    Buffer value(cursor->value().begin(), cursor->value().end());
    bool single = key->sub == 0;
    if (key->kind == RowKind::HEADER && single)
      out.header = std::move(value);
    else if (key->kind == RowKind::ENTRIES && single)
      out.entries = std::move(value);
    else if (key->kind == RowKind::LINES && single)
      out.lines = std::move(value);
    else if (key->kind == RowKind::FRONTIER && single)
      out.frontier = std::move(value);
    else if (key->kind == RowKind::SEALED)
      out.sealed.emplace_back(key->sub, std::move(value));
    else if (key->kind == RowKind::TILE)
      out.tiles.emplace_back(key->sub, std::move(value));
    else
      ++out.foreign;
  }
  return out;
}

std::variant<Chain::Links, Finding> Chain::follow(const CommitRows& rows) {
  Position next = tree.size();
  auto header = rows.header ? decodeCommitHeader(*rows.header) : std::nullopt;
  if (!header) return Finding{Damage::HEADER, next, "a commit's header is missing or broken"};
  if (header->first > next)
    return Finding{Damage::MISSING, next, "entries are missing before " + std::to_string(header->first)};
  if (header->first != next || header->last() != rows.last) {
    return Finding{Damage::HEADER, next, "a commit's header is not the next one"};
  }
  if (header->format != COMMIT_FORMAT) return Finding{Damage::HEADER, next, "a commit in an unknown format"};
  Links links{*header, {}, {}};
  if (auto finding = checkEntries(links, rows)) return *finding;

  TileTree grown = tree;
  std::vector<FullTile> full;
  for (Bytes entry : links.entries) grown.append(leafHash(entry), full);
  if (grown.root() != header->root)
    return Finding{Damage::ROOT, next, "the entries do not give the root of their commit"};
  if (auto finding = checkTiles(grown, full, rows, next)) return *finding;
  size_t groups = (header->count + SEALED_PER_VALUE - 1) / SEALED_PER_VALUE;
  if (!rows.lines) return Finding{Damage::LINES, next, "a commit's lines are missing"};
  if (rows.sealed.size() != groups) return Finding{Damage::SEALED, next, "sealed halves of a commit are missing"};
  if (rows.foreign > 0) return Finding{Damage::FOREIGN_ROW, next, "rows that no commit has"};
  tree = std::move(grown);
  newestTime = links.fields.back().recordedAt;
  return links;
}

std::optional<Finding> Chain::checkEntries(Links& links, const CommitRows& rows) const {
  Position position = links.header.first;
  auto entries = rows.entries ? splitEntries(*rows.entries) : std::nullopt;
  if (!entries || entries->size() != links.header.count) {
    return Finding{Damage::ENTRY, position, "a commit's entries are missing or do not add up"};
  }
  Micros time = newestTime;
  for (Bytes stored : *entries) {
    auto fields = tryDecodeEntry(stored);
    if (!fields) return Finding{Damage::ENTRY, position, "an entry that cannot be read"};
    if (fields->position != position) return Finding{Damage::ENTRY, position, "an entry that names another position"};
    if (fields->recordedAt < time)
      return Finding{Damage::ENTRY, position, "an entry recorded before the one before it"};
    time = fields->recordedAt;
    links.fields.push_back(std::move(*fields));
    ++position;
  }
  links.entries = std::move(*entries);
  return std::nullopt;
}

std::optional<Finding> Chain::checkTiles(const TileTree& grown, const std::vector<FullTile>& full,
                                         const CommitRows& rows, Position first) const {
  Finding finding{Damage::TILE, first, "a commit's tiles are not what its entries give"};
  if (rows.tiles.size() != full.size()) return finding;
  for (size_t i = 0; i < full.size(); ++i) {  // both lowest level first
    if (rows.tiles[i].first != full[i].level || rows.tiles[i].second != full[i].bytes) return finding;
  }
  if (full.empty() != !rows.frontier) return finding;
  if (rows.frontier && *rows.frontier != grown.frontier().encode()) return finding;
  return std::nullopt;
}

namespace {

CommitRows commitHolding(Store& store, Position position) {
  auto rows = CommitScan(store, position).next();
  KJ_REQUIRE(rows.has_value(), "no commit holds this position", position);
  return std::move(*rows);
}

std::vector<Hash> storedTile(Store& store, unsigned level, uint64_t index) {
  Position lastLeaf = ((index + 1) << (TILE_HEIGHT * (level + 1))) - 1;
  auto cursor = store.cursor({seekKey(lastLeaf), {}});
  cursor->seekFirst();
  auto key = cursor->valid() ? decodeRowKey(cursor->key()) : std::nullopt;
  KJ_REQUIRE(key.has_value(), "a tile is missing", level, index);
  auto value = store.get(encodeRowKey({key->last, RowKind::TILE, uint16_t(level)}));
  KJ_REQUIRE(value.has_value() && value->size() == TILE_BYTES, "a tile is missing", level, index);
  return *decodeHashes(*value);
}

}  // namespace

TileTree newestFrontier(Store& store, uint64_t size) {
  if (size < TILE_WIDTH) return {};
  CommitRows rows = commitHolding(store, size - size % TILE_WIDTH - 1);
  auto header = rows.header ? decodeCommitHeader(*rows.header) : std::nullopt;
  auto frontier = rows.frontier ? Frontier::decode(*rows.frontier) : std::nullopt;
  KJ_REQUIRE(header.has_value() && frontier.has_value(), "a commit that completed a tile has no frontier", rows.last);
  KJ_REQUIRE(header->sizeAfter() == frontier->size() && header->root == frontier->root() && header->last() == rows.last,
             "a frontier is not that of its commit", rows.last);
  auto entries = rows.entries ? splitEntries(*rows.entries) : std::nullopt;
  KJ_REQUIRE(entries.has_value() && entries->size() == header->count, "a commit's entries do not add up", rows.last);
  TileTree out = TileTree::load(
      frontier->size(), [&](unsigned level, uint64_t index) { return storedTile(store, level, index); },
      [&](Position position) {  // the leaves after the tile lie in the commit that completed it
        KJ_REQUIRE(position >= header->first, "a commit that completed no tile has a frontier", rows.last);
        return leafHash((*entries)[position - header->first]);
      });
  KJ_REQUIRE(out.frontier() == *frontier, "tiles and frontier do not agree", rows.last);
  return out;
}

}  // namespace liggare
