// Tiles (C2SP tlog-tiles.md): 256 hashes of one level side by side, the unit that is stored, served and cached for
// ever.
//
//   hash i of tile n at level l = root over the leaves [(256n+i)·256^l, (256n+i+1)·256^l)
//
// A full tile never changes. A partial one belongs to one size and is never hashed upwards.
#pragma once

#include <string>

#include "engine/base/bytes.h"

namespace liggare {

constexpr unsigned TILE_HEIGHT = 8;
constexpr unsigned TILE_WIDTH = 256;
constexpr size_t TILE_BYTES = TILE_WIDTH * 32;
constexpr unsigned TILE_LEVELS_MAX = 8;  // 256^8 leaves: more than a position can count

struct TileId {
  unsigned level = 0;  // 0 … 63
  uint64_t index = 0;
  unsigned width = TILE_WIDTH;  // 1 … 256; 256 is full
  bool operator==(const TileId&) const = default;
};

// `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an x before them.
std::string tilePath(const TileId& tile);
// `tile/entries/<N>[.p/<W>]`
std::string entriesPath(uint64_t index, unsigned width);
// Strict: nothing for a leading zero, a full width written out, or anything else that tilePath would not write.
std::optional<TileId> parseTilePath(std::string_view path);

// How many hashes level `level` holds for a tree of `size`, and how wide its last, partial tile is (0: there is none).
uint64_t levelHashes(uint64_t size, unsigned level);
unsigned partialWidth(uint64_t size, unsigned level);
// The tiles a checkpoint of this size needs and one of `older` did not, lowest level first.
std::vector<TileId> newTiles(uint64_t older, uint64_t size);

}  // namespace liggare
