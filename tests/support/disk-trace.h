// What a process did to the files below one directory, in order: recorded once, looked at at every point in between.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/bytes.h"

namespace liggare::test {

// Paths are relative to the directory that was watched. A node is a file or directory whatever its name is just now.
struct DiskOp {
  enum class Kind : uint8_t {
    CREATE,       // path, node: an empty file
    MAKE_DIR,     // path, node
    WRITE,        // node, at, bytes
    CUT,          // node, at: the new size
    SYNC_BEGIN,   // node: what was done to it before this …
    SYNC_END,     // node, at: index of the beginning; … is durable now
    SYNC_FAILED,  // node, at: nobody knows, and no later sync will tell
    LINK,         // path, node
    REMOVE,       // path
    RENAME,       // path → bytes as text
    MARK          // path: what was said meanwhile (issued, answered); nothing happens to the disk
  } kind = Kind::MARK;
  static constexpr uint32_t EVERYTHING = UINT32_MAX;  // as node of a sync: the whole file system
  uint32_t node = 0;
  uint64_t at = 0;
  std::string path;
  Buffer bytes;

  std::string target() const { return std::string(asText(bytes)); }
};

// Path → content; a directory's path ends with "/".
using DiskTree = std::map<std::string, std::string>;

struct DiskTrace {
  DiskTree before;  // what lay there, durable, when recording began: nodes 1, 2, … in this order; 0 is the directory
  std::vector<DiskOp> ops;

  void save(const std::string& file) const;
  static DiskTrace load(const std::string& file);
};

DiskTree readTree(const std::string& directory);
// Makes the directory hold exactly that. It is emptied first.
void writeTree(const DiskTree& tree, const std::string& directory);

}  // namespace liggare::test
