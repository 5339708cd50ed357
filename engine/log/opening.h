// Opening: what may be believed of the disk. No mode of the store decides what is true: the store is opened without
// touching it, the chain of commits is followed, and only when it contains everything that anyone was ever promised is
// it opened for writing. Otherwise nothing is touched, and the range that is lost is named.
//
//   evidence   the head file · the newest checkpoint · what the caller offers (receipts, cosignatures, followers'
//              roots) · durable heads in commits, also in write-ahead-log records after a damage
//   limit      after power loss only: damage within the very last sync group cannot be told from a torn write
#pragma once

#include <variant>

#include "engine/log/chain.h"
#include "engine/log/head-file.h"
#include "engine/log/log.h"

namespace liggare {

// Somebody was told that the log had this root at this size.
struct Evidence {
  Head head;
  std::string source;  // "head file", "checkpoint", or the caller's word
};

enum class Access : uint8_t { READ, WRITE };

struct LogPlace {
  std::string directory;          // DIR: log/, head, checkpoints/, lock lie in it
  std::string origin;             // of checkpoints that count as evidence; empty: any
  std::vector<VerifierKey> keys;  // that may have signed them; empty: signatures are not checked here
};

// The log is not whole: exit 5. Nothing was touched.
struct OpenRefused {
  Finding finding;        // where the chain ends, and why
  uint64_t lostFrom = 0;  // [lostFrom, lostTo) was promised and is not there, or is another
  uint64_t lostTo = 0;
  std::string evidence;  // who says so
};

struct OpenedLog {
  std::unique_ptr<Log> log;
  uint64_t droppedRows = 0;        // rows above the chain, never acknowledged: TAIL_DAMAGE if there were any
  std::vector<std::string> notes;  // what an operator should know, in English, ids and positions only
  bool hasTailDamage() const { return droppedRows > 0; }
};

// Makes the empty log of a new journal: an empty store, a head file of size 0. DIR must exist and hold no log.
void createLog(const std::string& directory);

// Opens the log in DIR, and holds DIR's lock for as long as the Log lives.
//
//   Throws   OVERLOADED when another process has it (isInUse) · FAILED when there is no log at all
std::variant<OpenedLog, OpenRefused> openLog(const LogPlace& place, LineSealer& lines, Access access,
                                             std::span<const Evidence> offered = {});

// What opening for writing would do, found out without touching anything: for whoever is to decide whether to open.
struct Prospect {
  std::vector<Evidence> promises;  // what was read beside the store and what was offered
  Head end;                        // of the proven chain; 0 when not even its beginning can be read
  std::optional<OpenRefused> refused;
  uint64_t commitsAbove = 0;  // traces above the chain, whole or torn: nobody was answered on them, they go
  std::vector<std::string> notes;
};
// Throws as openLog does.
Prospect foresee(const LogPlace& place, LineSealer& lines, std::span<const Evidence> offered = {});

inline std::string logPath(const std::string& directory) { return directory + "/log"; }
inline std::string headPath(const std::string& directory) { return directory + "/head"; }
inline std::string checkpointsPath(const std::string& directory) { return directory + "/checkpoints"; }

}  // namespace liggare
