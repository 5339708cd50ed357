// Taking a backup in: into a directory of its own, in which nothing lies, and only when every byte of it has been read
// and found to be what was written. The way is that of init: beside its place, moved there whole.
//
//   1  the manifest, its signature, every file's digest        what the disk did to the backup since it was made
//   2  the newest vault there is, in the place of an older     what has been destroyed since: it stays destroyed
//   3  opening and verifying as `verify --full` does           what somebody did to it before or after
//   4  the evidence that was offered                           whether it is the newest there is
//   5  a cut, when one was asked for
//   6  a loss, when two operators have accepted it (loss.h)    the log goes on under a new name, and says so first
//
// A backup is whole by itself also when it is old: only what others were promised tells that it has been rolled back.
// Without evidence nobody can know, and the answer says so.
//
// A backup from before a destruction has its text, and a vault whose keys are gone from the holder: refused unless
// the newest copy of the vault is shown. That vault opens what survives and nothing else; it remembers what was
// destroyed, and the first opening for writing takes the text out of the restored log and says so in it, before anybody
// is answered.
#pragma once

#include <optional>
#include <span>

#include "engine/backup.h"
#include "engine/evidence.h"
#include "engine/log/verify.h"

namespace liggare {

// Where the log is to end. It ends at the end of a commit, at or below what was asked.
struct CutAt {
  std::optional<Position> position;  // the last entry that may be in it
  std::optional<Micros> time;        // nothing recorded after it
};

struct RestoreOptions {
  std::string backup, directory;
  std::string keyFile;    // the key holder's; empty: DIR.keys. Without one, what needs keys is not checked.
  std::string token;      // that sealed it, as in JournalOptions
  std::string vaultCopy;  // a newer vault than the backup's: DIR.vault, or another backup's; empty: none is offered
  std::optional<CutAt> cut;
  std::vector<OfferedEvidence> evidence;
  std::vector<std::string> acceptance;  // the notes that operators signed; empty: no loss is accepted
  Clock* clock = nullptr;               // of how old those may be; null: the system's
};

struct RestoreFault {
  enum class Kind : uint8_t {
    NOT_A_BACKUP,
    NEWER_FORMAT,
    EXISTS,        // something lies in the directory already
    NO_ROOM,       // the disk would go below its floor
    DAMAGED,       // a file, or the log in them, is not what was written
    ROLLED_BACK,   // the backup is whole, and somebody was promised more than it holds
    BAD_EVIDENCE,  // what was offered is no evidence about this log
    BAD_CUT,       // nothing of the journal would be left
    NOT_ACCEPTED,  // what operators signed does not accept this loss
    OLD_VAULT,     // keys that it needs have been destroyed since: a newer copy of the vault is needed
    NO_KEY_HOLDER  // the key file that was named cannot be used
  } kind;
  std::string why;                    // one line, Swedish
  uint64_t lostFrom = 0, lostTo = 0;  // ROLLED_BACK: promised and not there
};

struct Restored {
  BackupManifest manifest;
  VerifyReport report;        // of the whole backup
  Head head;                  // what lies in the directory now
  Micros lastRecordedAt = 0;  // of its last entry
  bool isCut = false;         // shorter than the backup: read, never continued (journal-files.h)
  std::string withoutKeys;    // why lines and vault were not opened; empty when they were
  size_t evidenceHeld = 0;    // pieces of evidence that were compared
  size_t evidenceLost = 0;    // of them, in ranges whose loss was accepted
  std::optional<PastLoss> accepted;  // now: what lies in the directory begins a new incarnation
  bool tookVault = false;     // the one that was offered: newer than the backup's
  size_t toDestroy = 0;       // entries whose text goes at the first opening for writing
};

// Nothing is left behind on a fault, and the backup is only read. When a loss is accepted the key holder remembers it
// just before the directory gets its name: a crash between the two costs a new statement, and never makes two logs.
std::variant<Restored, RestoreFault> restoreJournal(const RestoreOptions& options, const BackupProgress& reading,
                                                    const VerifyProgress& verifying);

}  // namespace liggare
