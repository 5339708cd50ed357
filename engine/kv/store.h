// Keys and values in order, on disk or in memory. No domain words; nothing above this folder knows that RocksDB exists.
//
//   menu   openRocks(path, profile, mode)   a store on disk, tuned for one of four uses
//          memoryStore()                    the same contract in memory, for tests and for `tsan`
//
// Keys compare as unsigned bytes. Faults are kj::Exception, mapped in one place: OVERLOADED when something runs out
// (disk, memory, a lock), FAILED when the disk or its content is broken. After a failed write or sync the store refuses
// every further write: what is on disk is then unknown, and only opening again can tell.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <kj/exception.h>

#include "engine/base/bytes.h"

namespace liggare {

// Whether a write has reached the disk when it returns.
enum class Sync : uint8_t { NO, YES };

// Changes that happen together or not at all.
class Batch {
 public:
  struct Op {
    Buffer key;
    std::optional<Buffer> value;  // nothing: erase
  };

  void put(Buffer key, Buffer value) {
    size += key.size() + value.size();
    ops.push_back({std::move(key), std::move(value)});
  }
  void put(Bytes key, Bytes value) { put(Buffer(key.begin(), key.end()), Buffer(value.begin(), value.end())); }
  void erase(Buffer key) {
    size += key.size();
    ops.push_back({std::move(key), std::nullopt});
  }
  void erase(Bytes key) { erase(Buffer(key.begin(), key.end())); }

  bool empty() const { return ops.empty(); }
  size_t bytes() const { return size; }
  const std::vector<Op>& all() const { return ops; }
  void clear() {
    ops.clear();
    size = 0;
  }

 private:
  friend class MemoryStore;
  std::vector<Op> ops;
  size_t size = 0;
};

// The rows a cursor may see: from ≤ key < to. An empty `to` means no upper bound.
struct Bounds {
  Buffer from;
  Buffer to;
};

// Every key that begins with `prefix`.
Bounds prefixBounds(Bytes prefix);

// A place among the rows. Sees at least what was written before it was made.
//
//   Threads    one at a time
//   Lifetime   may outlive the Store object it came from (it keeps what it needs); the bytes of key() and value() live
//              until the next move: copies are the caller's duty
//   Throws     FAILED from any move when the disk or its content is broken; a cursor that is not valid is at an end,
//              never at a fault
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void seek(Bytes key) = 0;  // first row at or after key
  virtual void seekFirst() = 0;
  virtual void seekLast() = 0;
  virtual void seekBack(Bytes key) = 0;  // last row at or before key
  virtual void next() = 0;               // requires valid()
  virtual void prev() = 0;               // requires valid()
  virtual bool valid() const = 0;
  virtual Bytes key() const = 0;    // requires valid()
  virtual Bytes value() const = 0;  // requires valid()
};

// What reached the disk since the store was opened: for tests and the guard benchmark, which count instead of timing.
struct StoreCounters {
  uint64_t walSyncs = 0;
  uint64_t walBytes = 0;
  uint64_t tableBytes = 0;  // written by flush, compaction and ingestion
  uint64_t otherBytes = 0;  // manifest and the like
  uint64_t batches = 0;
};

// Rows in ascending key order, without repeats: sets key and value and returns YES, or returns NO at the end. The bytes
// stay alive until the next call.
enum class More : uint8_t { NO, YES };
using SortedRows = std::function<More(Bytes& key, Bytes& value)>;

// Threads   any for reading; writes from several threads are put in some order
class Store {
 public:
  virtual ~Store() = default;

  virtual std::optional<Buffer> get(Bytes key) = 0;
  // Takes the batch's content and leaves it empty. With Sync::NO it is visible at once and durable after the next
  // syncWal(), flush() or synced write.
  virtual void write(Batch& batch, Sync sync) = 0;
  // Everything written before the call is durable when it returns. Writes go on meanwhile.
  virtual void syncWal() = 0;
  // Everything written before the call is in tables, and durable.
  virtual void flush() = 0;
  // Rewrites the tables that hold these rows (from ≤ key < to; empty `to` for no bound): after it, overwritten and
  // erased values of that range are no longer in any file.
  virtual void compact(Bytes from, Bytes to) = 0;
  virtual std::unique_ptr<Cursor> cursor(Bounds bounds = {}) = 0;
  // Adds many sorted rows at once, past the log: for rebuilding. Durable when it returns. Replaces rows with the same
  // keys.
  virtual void ingest(const SortedRows& rows) = 0;
  // Reads every table file against its checksums. Throws FAILED at the first that does not agree.
  virtual void verifyChecksums() = 0;
  virtual StoreCounters counters() const = 0;
};

std::unique_ptr<Store> memoryStore();

// What a store on disk is for; every option follows from it (rocks-options.c++).
enum class RocksProfile : uint8_t {
  LOG,    // append-only, incompressible, synced log
  VAULT,  // small, synced log
  INDEX,  // sorted runs, no log: derived
  VIEWS   // no log: derived
};
enum class Mode : uint8_t {
  READ_ONLY,      // touches nothing, not even a log file; only while no other process writes
  READ_WRITE,     // must exist
  CREATE,         // must not exist; appears whole or not at all
  OPEN_OR_CREATE  // for what is derived
};

// Opens a store in a directory of its own.
//
//   Throws   OVERLOADED when another process has it open (isInUse tells) · FAILED when it is missing, in the way or
//            damaged
std::unique_ptr<Store> openRocks(const std::string& path, RocksProfile profile, Mode mode);

// The bytes of the store's write-ahead log files, oldest first, for whoever looks for traces past a damage. May be
// empty.
std::vector<Buffer> logFiles(const std::string& path);

// Whether a fault says that another process holds the directory.
bool isInUse(const kj::Exception& fault);

// A lock on a directory, for as long as the object lives. Readers share it, a writer has it alone.
//
//   Throws   OVERLOADED when another process holds it (isInUse tells)
enum class LockKind : uint8_t { SHARED, EXCLUSIVE };
class DirLock {
 public:
  DirLock(const std::string& directory, LockKind kind);
  ~DirLock();
  DirLock(const DirLock&) = delete;
  DirLock& operator=(const DirLock&) = delete;

 private:
  int fd = -1;
};

}  // namespace liggare
