// Stands between this process and the operating system: every call that changes a file below one directory is written
// down in order, and any one of them can be made to fail. RocksDB, the engine's own files and the C++ library go
// through the same calls, so nothing of the engine is built differently for it (docs/decisions/0013).
//
// Not seen: what the C library writes by itself (FILE*). Only RocksDB's diary LOG is written so; `stop` finds out if
// anything else was.
#pragma once

#include <optional>
#include <string>

#include "tests/support/disk-trace.h"

namespace liggare::test {

// The call that is to fail, counted from 1 among those that change something, and how.
struct InjectedFault {
  enum class Kind : uint8_t {
    EIO_ONCE,     // the disk refuses once
    EIO_EVER,     // … and from then on
    FULL_ONCE,    // ENOSPC
    FULL_EVER,    // … until the end
    SHORT_WRITE,  // half of the bytes get through
    INTERRUPTED   // EINTR once
  } kind = Kind::EIO_ONCE;
  uint64_t at = 0;
};

class Recorder {
 public:
  // Begins with the directory as it lies there, all of it durable.
  static void start(const std::string& directory, std::optional<InjectedFault> fault = std::nullopt);
  // Throws when the directory is not what the operations written down make of it.
  static DiskTrace stop();
  // Something was said: it stands in the trace where it was said.
  static void mark(const std::string& text);
  static uint64_t changes();  // how many calls changed, or were to change, something
  static bool hasFired();     // the fault

  // From now on no store writes down its options, which nothing reads: a quarter of the time of a crash point.
  static void skipOptions();
  // A sync of a write-ahead log takes until this many more writes have come, or a moment has passed: so that commits
  // are written while others are being synced, on a disk that is in truth memory.
  static void slowSyncs(unsigned writes);
  // Each question for the time of day is answered this much later than the one before, on top of what has passed.
  static void fastClock(int64_t microseconds);
};

}  // namespace liggare::test
