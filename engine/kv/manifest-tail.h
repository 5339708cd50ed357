// The end of a store's manifest, when it is torn. RocksDB appends a record or two to its MANIFEST whenever its set of
// tables changes, and syncs them. When the power goes before that sync, a disk may keep some sectors of them and not
// others; RocksDB then calls the whole store corrupt, although nothing that anybody relied on stood there.
//
// What this file says is only where the whole records end, and that no more follows than one sync may hold. Whether a
// store without the rest is the right one is decided where everything else about a disk is: by the chain of commits and
// the evidence outside it (engine/log/opening.h). A synced record that was damaged later looks the same; what it told
// of is then either still in the write-ahead log, or missing, and missing what was promised is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"

namespace liggare {

struct TornManifest {
  std::string file;         // the name in the store's directory
  uint64_t whole = 0;       // bytes from the beginning that are whole records
  uint64_t passedOver = 0;  // bytes after them
};

// Of the manifest that CURRENT names. Nothing when it is whole to its end, cannot be read, holds no whole record, or is
// damaged anywhere else than at its end. Reads files and nothing else.
std::optional<TornManifest> tornManifest(const std::string& path);

// The same of bytes: how many are whole records; nothing in the same cases.
std::optional<uint64_t> wholeManifestRecords(Bytes manifest);

}  // namespace liggare
