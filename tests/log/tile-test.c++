// Tile coordinates by the examples of C2SP tlog-tiles.
#include <gtest/gtest.h>

#include "engine/log/tile.h"

namespace liggare {
namespace {

TEST(Tile, PathsAreThoseOfTheSpecification) {
  EXPECT_EQ(tilePath({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tilePath({0, 0, 256}), "tile/0/000");
  EXPECT_EQ(tilePath({1, 999, 17}), "tile/1/999.p/17");
  EXPECT_EQ(tilePath({0, 1000, 256}), "tile/0/x001/000");
  EXPECT_EQ(entriesPath(273, 112), "tile/entries/273.p/112");
}

TEST(Tile, PathsAreReadInOneSpelling) {
  for (TileId id : {TileId{0, 0, 256}, {0, 1234067, 256}, {63, 1, 1}, {2, 999999, 255}}) {
    EXPECT_EQ(parseTilePath(tilePath(id)), id);
  }
  for (const char* bad : {"tile/0/0", "tile/00/000", "tile/0/x000/000", "tile/0/1234067", "tile/0/000.p/0",
                          "tile/0/000.p/256", "tile/0/000.p/01", "tile/64/000", "tile/0/", "tile/0/000/",
                          "tile/entries/000", "", "tile/x/000", "tile/0/000.p/", "tile/0/x001/x234/x067"}) {
    EXPECT_FALSE(parseTilePath(bad)) << bad;
  }
}

TEST(Tile, ATreeOfSeventyThousandHasTheTilesOfTheSpecification) {
  EXPECT_EQ(levelHashes(70'000, 0) / TILE_WIDTH, 273u);
  EXPECT_EQ(partialWidth(70'000, 0), 112u);
  EXPECT_EQ(levelHashes(70'000, 1) / TILE_WIDTH, 1u);
  EXPECT_EQ(partialWidth(70'000, 1), 17u);
  EXPECT_EQ(levelHashes(70'000, 2) / TILE_WIDTH, 0u);
  EXPECT_EQ(partialWidth(70'000, 2), 1u);
  EXPECT_EQ(partialWidth(256, 0), 0u);
  EXPECT_EQ(partialWidth(256, 1), 1u);
  EXPECT_EQ(newTiles(0, 70'000).size(), 273u + 1 + 1 + 1 + 1);
}

TEST(Tile, GrowingInStepsNamesEveryFullTileOnce) {
  uint64_t size = 0, full = 0;
  for (uint64_t step : {1, 255, 1, 300, 700, 65'000, 1}) {
    for (const TileId& tile : newTiles(size, size + step)) full += tile.width == TILE_WIDTH;
    size += step;
  }
  EXPECT_EQ(full, size / 256 + size / 65'536);
}

}  // namespace
}  // namespace liggare
