// A key holder's file on disk, whatever its bytes mean: mode 0600, outside the journal's directory, small, and always
// replaced whole: temporary file, fsync, rename, fsync of the directory. After a crash there is the old file or the new
// one, never half of one; a temporary file left behind goes at the next replacement.
//
// What it refuses is a value with one line for the operator, because each has its own remedy. What it cannot do:
// overwrite blocks that the file system or the medium has moved. Where the old bytes are to be gone they are
// overwritten in place when no other name points at them, and copies elsewhere are the operator's to destroy; design.md
// §7 says when that is enough.
#pragma once

#include "engine/vault/key.h"

#include <functional>
#include <optional>
#include <string>

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
  SEALED,           // a token sealed it, and none was named
  IN_CLEAR,         // a token was named, and the keys lie in clear
  LINKED,           // has another name: what is to be gone would stay under that
};

struct KeyFileError {
  KeyFileFault fault;
  std::string line;  // Swedish, one line, for the operator
};
// One line each: what is wrong, and what to do about it.
KeyFileError keyFileError(KeyFileFault fault, const std::string& path);

struct KeyFileExpectation {
  std::string journalDirectory;                           // the file may not lie in it
  std::string origin;                                     // the journal's name; empty: whichever the file names
  std::optional<std::array<uint8_t, 32>> publicKey = {};  // entry 0's; nothing while it is made
};

bool keyFileLiesIn(const std::string& path, const std::string& directory);
// Whether a new file may be made there: INSIDE_JOURNAL, EXISTS or nothing.
std::optional<KeyFileFault> refusesNewKeys(const std::string& path, const KeyFileExpectation& expected);
// The file's bytes, or why not. The mode is judged on the opened file, so that nobody can swap it in between.
std::optional<KeyFileFault> readKeyFile(const std::string& path, SecretBuffer& bytes);
// Never over another file. Durable when it answers nothing; on a fault nothing is left.
std::optional<KeyFileFault> createKeyFile(const std::string& path, Bytes bytes);
// Its name may have been given by a process that was killed before it synced that.
[[nodiscard]] bool syncKeyFileName(const std::string& path);

enum class OldKeys : uint8_t { LEFT, OVERWRITTEN };
// `isOurs` throws when the bytes that lie there now are not those that `next` was made from: taking turns would lose
// keys. Durable when it returns; throws when the old file may still be the one.
void replaceKeyFile(const std::string& path, const std::function<void(Bytes)>& isOurs, Bytes next, OldKeys old);
// How many names the file has; 0 when it cannot be asked.
uint64_t namesOf(const std::string& path);

}  // namespace liggare
