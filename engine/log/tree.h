// The growing tree with the tiles at its right edge: what a writer keeps in memory, and what opening recomputes.
#pragma once

#include "engine/hash/merkle.h"
#include "engine/log/tile.h"

namespace liggare {

struct FullTile {
  unsigned level = 0;
  uint64_t index = 0;
  Buffer bytes;  // TILE_BYTES
};

Buffer encodeHashes(std::span<const Hash> hashes);
std::optional<std::vector<Hash>> decodeHashes(Bytes bytes);

//   Invariants   partial(l) holds levelHashes(size, l) % 256 hashes: the last tile of level l, never full
//                frontier() is the frontier of the same leaves
class TileTree {
 public:
  uint64_t size() const { return edge.size(); }
  Hash root() const { return edge.root(); }
  const Frontier& frontier() const { return edge; }
  const std::vector<Hash>& partial(unsigned level) const { return rows[level]; }

  // Appends a leaf hash and adds the tiles it completes to `full`, lowest level first.
  void append(const Hash& leaf, std::vector<FullTile>& full);

  // The tree of `size` leaves, from full tiles and the leaf hashes after the last of them. Both readers may throw.
  using TileReader = std::function<std::vector<Hash>(unsigned level, uint64_t index)>;
  using LeafReader = std::function<Hash(Position position)>;
  static TileTree load(uint64_t size, const TileReader& readTile, const LeafReader& readLeaf);

 private:
  Frontier edge;
  std::array<std::vector<Hash>, TILE_LEVELS_MAX> rows;
};

}  // namespace liggare
