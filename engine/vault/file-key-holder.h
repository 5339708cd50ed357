// A key holder in a file of mode 0600 outside the journal's directory (layout: docs/format.md, "The key file").
//
// The file is small and always replaced whole: temporary file, fsync, rename, fsync of the directory. After a crash
// there is the old file or the new one, never half of one; a temporary file left behind goes at the next replacement.
//
// What it refuses is a value with one line for the operator, because each has its own remedy. What it cannot do:
// overwrite blocks that the file system or the medium has moved. After destroyEpoch the old file's bytes are
// overwritten in place when no other name points at them, and copies elsewhere are the operator's to destroy; design.md
// §7 says when that is enough.
#pragma once

#include "engine/vault/memory-key-holder.h"

namespace liggare {

enum class KeyFileFault : uint8_t {
  MISSING,          // no such file
  UNREADABLE,       // the system says no: permissions, I/O
  NOT_A_KEY_FILE,   // not a regular file, or other bytes
  MODE_TOO_WIDE,    // more than 0600
  DAMAGED,          // a key file whose checksum or layout is wrong
  UNKNOWN_VERSION,  // written by a later version
  OTHER_JOURNAL,    // its origin or signing key is another journal's
  INSIDE_JOURNAL,   // the path lies in the journal's directory: a backup of the one would hold the other
  EXISTS,           // create only: never overwrite keys
  NOT_WRITTEN,      // create only: the system says no
};

struct KeyFileError {
  KeyFileFault fault;
  std::string line;  // Swedish, one line, for the operator
};

struct KeyFileExpectation {
  std::string journalDirectory;        // the file may not lie in it
  std::string origin;                  // the journal's name; empty: whichever the file names
  std::optional<PublicKey> publicKey;  // entry 0's, or the latest key change's; nothing while it is made
};

class FileKeyHolder : public MemoryKeyHolder {
 public:
  struct Result {
    std::unique_ptr<FileKeyHolder> holder;  // exactly one of the two
    std::optional<KeyFileError> error;
  };
  // Draws new keys and writes them. Durable when it returns a holder. `source` must outlive the holder.
  static Result create(const std::string& path, const KeyFileExpectation& expected, Random& source);
  static Result open(const std::string& path, const KeyFileExpectation& expected, Random& source);

 protected:
  // Throws when the file on disk is no longer the one this holder knows (another process changed it: taking turns would
  // lose keys) or cannot be replaced. The ring in memory then stays as it was.
  void keep(const KeyRing& next, Change what) override;

 private:
  FileKeyHolder(std::string file, KeyRing keys, uint64_t written, Random& source);
  const std::string path;
  uint64_t generation;  // rises by one with every replacement of the file
};

}  // namespace liggare
