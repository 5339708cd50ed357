#include "engine/log/tile.h"

#include <charconv>

#include <kj/debug.h>

namespace liggare {
namespace {

std::string groups(uint64_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string out;
  for (size_t at = 0; at < digits.size(); at += 3) {
    bool last = at + 3 == digits.size();
    out += (last ? "" : "x") + digits.substr(at, 3) + (last ? "" : "/");
  }
  return out;
}

std::string partial(unsigned width) {
  KJ_REQUIRE(width >= 1 && width <= TILE_WIDTH, "no tile is that wide", width);
  return width == TILE_WIDTH ? "" : ".p/" + std::to_string(width);
}

std::optional<uint64_t> number(std::string_view text) {
  uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

std::string tilePath(const TileId& tile) {
  KJ_REQUIRE(tile.level <= 63, "no tile is that high", tile.level);
  return "tile/" + std::to_string(tile.level) + "/" + groups(tile.index) + partial(tile.width);
}

std::string entriesPath(uint64_t index, unsigned width) { return "tile/entries/" + groups(index) + partial(width); }

std::optional<TileId> parseTilePath(std::string_view path) {
  std::string_view rest = path;
  if (!rest.starts_with("tile/")) return std::nullopt;
  rest.remove_prefix(5);
  size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto level = number(rest.substr(0, slash));
  rest.remove_prefix(slash + 1);
  TileId out;
  size_t p = rest.find(".p/");
  if (p != std::string_view::npos) {
    auto width = number(rest.substr(p + 3));
    if (!width || *width < 1 || *width >= TILE_WIDTH) return std::nullopt;
    out.width = unsigned(*width);
    rest = rest.substr(0, p);
  }
  std::string digits;
  for (char c : rest) {
    if (c != 'x' && c != '/') digits += c;
  }
  auto index = number(digits);
  if (!level || *level > 63 || !index) return std::nullopt;
  out.level = unsigned(*level);
  out.index = *index;
  if (tilePath(out) != path) return std::nullopt;  // one spelling only
  return out;
}

uint64_t levelHashes(uint64_t size, unsigned level) {
  unsigned shift = TILE_HEIGHT * level;
  return shift >= 64 ? 0 : size >> shift;
}

unsigned partialWidth(uint64_t size, unsigned level) { return unsigned(levelHashes(size, level) % TILE_WIDTH); }

std::vector<TileId> newTiles(uint64_t older, uint64_t size) {
  KJ_REQUIRE(older <= size, "the older tree is larger", older, size);
  std::vector<TileId> out;
  for (unsigned level = 0; level < TILE_LEVELS_MAX; ++level) {
    uint64_t from = levelHashes(older, level), to = levelHashes(size, level);
    if (from == to) break;
    for (uint64_t index = from / TILE_WIDTH; index < to / TILE_WIDTH; ++index)
      out.push_back({level, index, TILE_WIDTH});
    if (to % TILE_WIDTH != 0) out.push_back({level, to / TILE_WIDTH, unsigned(to % TILE_WIDTH)});
  }
  return out;
}

}  // namespace liggare
