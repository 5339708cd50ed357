#include "engine/kv/manifest-tail.h"

#include <array>
#include <filesystem>
#include <fstream>

namespace liggare {
namespace {

namespace fs = std::filesystem;

// RocksDB's log format: blocks, and in each physical records of checksum u32 ‖ length u16 ‖ type u8 ‖ bytes, low end
// first. A logical record is one FULL, or a FIRST, any MIDDLE and a LAST.
constexpr size_t BLOCK = 32'768, HEADER = 7;
constexpr uint8_t FULL = 1, FIRST = 2, LAST = 4;
// An unsynced record tells of the tables that one flush or compaction made: far below this.
constexpr size_t TAIL_BYTES_MAX = 16'384;
// A flush writes a record for its table and one that lets write-ahead logs go, and syncs both; two tables at most wait.
constexpr size_t RECORDS_A_SYNC_MAX = 3;
constexpr uintmax_t MANIFEST_BYTES_MAX = 256u << 20;

// CRC-32C (Castagnoli), a byte at a time, as RocksDB stores it: turned, with a constant added.
uint32_t storedChecksum(Bytes bytes) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> out{};
    for (uint32_t i = 0; i < out.size(); ++i) {
      uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) ? 0x82f63b78u : 0u);
      out[i] = c;
    }
    return out;
  }();
  uint32_t c = 0xffffffffu;
  for (uint8_t byte : bytes) c = table[(c ^ byte) & 0xff] ^ (c >> 8);
  c = ~c;
  return ((c >> 15) | (c << 17)) + 0xa282ead8u;
}

struct Physical {
  uint8_t type = 0;
  size_t end = 0;
};

// The record that begins at `at`, if one does and is whole.
std::optional<Physical> recordAt(Bytes all, size_t at) {
  size_t room = std::min(BLOCK - at % BLOCK, all.size() - at);
  if (room < HEADER) return std::nullopt;
  size_t length = size_t(all[at + 4]) | size_t(all[at + 5]) << 8;
  uint8_t type = all[at + 6];
  if (type < FULL || type > LAST || HEADER + length > room) return std::nullopt;
  uint32_t stored = 0;
  for (size_t i = 4; i-- > 0;) stored = stored << 8 | all[at + i];
  if (storedChecksum(all.subspan(at + 6, 1 + length)) != stored) return std::nullopt;
  return Physical{type, at + HEADER + length};
}

std::optional<std::string> readAll(const fs::path& file, uintmax_t bytesMax) {
  std::error_code error;
  uintmax_t size = fs::file_size(file, error);
  if (error || size > bytesMax) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::string out(size, '\0');
  in.read(out.data(), std::streamsize(size));
  if (uintmax_t(in.gcount()) != size) return std::nullopt;
  return out;
}

}  // namespace

std::optional<uint64_t> wholeManifestRecords(Bytes manifest) {
  size_t at = 0, whole = 0;
  bool isInside = false;  // between a FIRST and its LAST
  while (at < manifest.size()) {
    if (BLOCK - at % BLOCK < HEADER) {  // a block's end, too short for a header
      at += BLOCK - at % BLOCK;
      continue;
    }
    auto record = recordAt(manifest, at);
    bool begins = record && (record->type == FULL || record->type == FIRST);
    if (!record || begins == isInside) break;
    at = record->end;
    isInside = record->type != FULL && record->type != LAST;
    if (!isInside) whole = at;
  }
  if (whole == 0 || whole >= manifest.size() || manifest.size() - whole > TAIL_BYTES_MAX) return std::nullopt;
  // Records that begin whole after the damage, more than one sync holds, were written later: then it is no power cut's.
  // (A piece that goes on, MIDDLE or LAST, may be the torn record's own.)
  size_t later = 0;
  for (size_t next = at + 1; next + HEADER <= manifest.size();) {
    auto record = recordAt(manifest, next);
    if (record && (record->type == FULL || record->type == FIRST) && ++later >= RECORDS_A_SYNC_MAX) return std::nullopt;
    next = record ? record->end : next + 1;
  }
  return whole;
}

std::optional<TornManifest> tornManifest(const std::string& path) {
  constexpr uintmax_t NAME_BYTES_MAX = 64;
  auto current = readAll(path + "/CURRENT", NAME_BYTES_MAX);
  if (!current || !current->starts_with("MANIFEST-") || current->back() != '\n') return std::nullopt;
  current->pop_back();
  if (current->find('/') != std::string::npos) return std::nullopt;
  auto bytes = readAll(path + "/" + *current, MANIFEST_BYTES_MAX);
  if (!bytes) return std::nullopt;
  auto whole = wholeManifestRecords(asBytes(*bytes));
  if (!whole) return std::nullopt;
  return TornManifest{std::move(*current), *whole, bytes->size() - *whole};
}

}  // namespace liggare
