// Knows everything that was promised up to a moment, and looks whether what a disk holds afterwards keeps it:
//
//   I1  every answered event is at its position with its leaf hash, and nobody asked twice gets two
//   I2  positions are dense, books count, recordedAt never decreases (verify, every byte)
//   I3  every event that is there was asked for; a command stands once, also after it has been asked again
//   I4  what is there is a prefix of what was written
//   I5  every head that was ever told is the head at that size, and the newest checkpoint shown is on the shelf
//   I6  where content was shown there is an access event, and it can be opened
//   I7  views kept on the way are those that the log gives anew
//
// and that it opens at all, without help: a power cut is no damage. What was told to be whole (a backup, a restored
// journal, an export) is.
#pragma once

#include <map>
#include <set>

#include "engine/log/checkpoint.h"
#include "tests/crash/points-child/workloads.h"
#include "tests/support/disk-model.h"

namespace liggare::test {

// What a command was, and what was said until some moment.
struct CrashPromises {
  struct Answered {
    Position position = 0;
    uint64_t events = 0;
    std::string leaf;
  };
  std::set<uint64_t> issued;
  std::map<uint64_t, std::vector<Answered>> answered;  // the engine's own entries share a number
  std::map<uint64_t, std::string> told;                // size → root
  std::optional<uint64_t> checkpointShown;  // the newest one's size
  std::set<Position> shown, removed;
  std::set<uint32_t> epochsBegun, epochsDestroyed;
  bool made = false, backedUp = false, restored = false, exported = false, viewed = false;

  void hear(const std::string& mark);
  uint64_t farthest() const;  // no log may be shorter
};

// What the workload was, beginning to end.
struct CrashTruth {
  struct Asked {
    std::string client, json;
    uint64_t session = 0;
  };
  std::map<uint64_t, Asked> commands;
  std::map<Position, std::set<std::string>> leaves;  // that were ever written there

  explicit CrashTruth(const DiskTrace& trace);
};

// Empty when all is kept; else what is not, beginning with the invariant.
std::string whatIsBroken(const Workload& workload, const std::string& root, const CrashPromises& promises,
                         const CrashTruth& truth);

}  // namespace liggare::test
