#include "engine/log/tree.h"

#include <kj/debug.h>

namespace liggare {

Buffer encodeHashes(std::span<const Hash> hashes) {
  Buffer out;
  out.reserve(32 * hashes.size());
  for (const Hash& hash : hashes) append(out, hash);
  return out;
}

std::optional<std::vector<Hash>> decodeHashes(Bytes bytes) {
  if (bytes.size() % 32 != 0) return std::nullopt;
  std::vector<Hash> out(bytes.size() / 32);
  for (size_t i = 0; i < out.size(); ++i) std::copy_n(&bytes[32 * i], 32, out[i].bytes.begin());
  return out;
}

void TileTree::append(const Hash& leaf, std::vector<FullTile>& full) {
  edge.append(leaf, [&](unsigned height, uint64_t index, const Hash& hash) {
    if (height % TILE_HEIGHT != 0) return;
    unsigned level = height / TILE_HEIGHT;
    KJ_IREQUIRE(rows[level].size() == index % TILE_WIDTH);
    rows[level].push_back(hash);
    if (rows[level].size() < TILE_WIDTH) return;
    full.push_back({level, index / TILE_WIDTH, encodeHashes(rows[level])});
    rows[level].clear();
  });
}

TileTree TileTree::load(uint64_t size, const TileReader& readTile, const LeafReader& readLeaf) {
  TileTree out;
  for (unsigned level = 0; level < TILE_LEVELS_MAX; ++level) {
    uint64_t end = levelHashes(size, level);
    for (uint64_t i = end - end % TILE_WIDTH; i < end; ++i) {
      out.rows[level].push_back(level == 0 ? readLeaf(i) : rootOf(readTile(level - 1, i)));
    }
  }
  // A peak of height h lies in the partial tile of level h / 8: its leaves are the lowest bits of the size.
  out.edge = Frontier::of(size, [&](unsigned height, uint64_t index) {
    unsigned level = height / TILE_HEIGHT, within = height % TILE_HEIGHT;
    uint64_t from = (index << within) % TILE_WIDTH;
    KJ_ASSERT(from + (uint64_t(1) << within) <= out.rows[level].size(), "a peak outside its tile", height, index);
    return rootOf(std::span(out.rows[level]).subspan(from, size_t(1) << within));
  });
  return out;
}

}  // namespace liggare
