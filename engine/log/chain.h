// Following the chain of commits: the one place that says whether the rows of a commit are what they should be. Opening
// and verifying both use it, so recovery is the same code as audit.
#pragma once

#include <variant>

#include "engine/kv/store.h"
#include "engine/log/commit.h"
#include "engine/log/tree.h"

namespace liggare {

// What can be wrong with a log. The number is stable: it is printed and counted.
enum class Damage : uint8_t {
  STORE = 1,         // the store cannot read its files
  MISSING = 2,       // positions that should be there are not
  HEADER = 3,        // a commit's header is absent, broken or not next
  ENTRY = 4,         // an entry is broken, out of place, or its time goes back
  ROOT = 5,          // the root recomputed is not the one recorded
  TILE = 6,          // a tile or frontier is not what the entries give
  LINES = 7,         // lines are missing, do not open, or are not those of the entry's root
  SEALED = 8,        // a sealed half is missing, broken, or not the one its entry names
  CIPHERTEXT = 9,    // a ciphertext is gone and nothing in the log says that it was destroyed
  FOREIGN_ROW = 10,  // a row that no commit has
  CHECKPOINT = 11,   // a checkpoint is unreadable, badly signed, or not of this log
  HEAD_FILE = 12,    // the head file is unreadable or not of this log
  CLOSING = 13       // a closing is out of its chain, or its root is not what the lines give
};
const char* name(Damage damage);

struct Finding {
  Damage kind = Damage::STORE;
  Position position = 0;  // the first entry concerned
  std::string what;       // one sentence; ids and positions only
};

// The rows of one commit as they lie in the store.
struct CommitRows {
  Position last = 0;
  std::optional<Buffer> header, entries, lines, frontier;
  std::vector<std::pair<uint16_t, Buffer>> sealed, tiles;
  size_t foreign = 0;
};

// Reads commit after commit, from the one that holds `from`.
class CommitScan {
 public:
  CommitScan(Store& store, Position from);
  // Nothing at the end. Throws FAILED when the store cannot read.
  std::optional<CommitRows> next();

 private:
  std::unique_ptr<Cursor> cursor;
};

// Grows a tree commit by commit and checks each against it.
class Chain {
 public:
  explicit Chain(TileTree base = {}) : tree(std::move(base)) {}

  Head head() const { return {tree.size(), tree.root()}; }
  Micros lastRecordedAt() const { return newestTime; }

  // What a commit turned out to hold, once it is known to be whole.
  struct Links {
    CommitHeader header;
    std::vector<Bytes> entries;  // into the rows' own value
    std::vector<EntryFields> fields;
  };
  // Takes the commit in, or says what is wrong with it and leaves the chain where it was.
  std::variant<Links, Finding> follow(const CommitRows& rows);

 private:
  TileTree tree;
  Micros newestTime = INT64_MIN;

  std::optional<Finding> checkEntries(Links& links, const CommitRows& rows) const;
  std::optional<Finding> checkTiles(const TileTree& grown, const std::vector<FullTile>& full, const CommitRows& rows,
                                    Position first) const;
};

// The newest commit at or below `size` that wrote a frontier, as a tree: where recomputing begins. A tree of size 0
// when there is none. Throws FAILED when its rows are missing or do not agree.
TileTree newestFrontier(Store& store, uint64_t size);

}  // namespace liggare
