// The front door. Everything that changes or discloses goes through submit; everything that is told is read from here.
//
//   Command ──► submit ──► decide ──► seal ──► commit ──► sync ──► Outcome
//                                                          └─────► durable head ──► read, books, follow, verify
//
// One process has a journal open for writing at a time; readers may have it open when no writer does.
#pragma once

#include <capnp/message.h>

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/backup.h"
#include "engine/base/observer.h"
#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/follow/source.h"
#include "engine/law/decide.h"
#include "engine/log/verify.h"
#include "engine/vault/destruction-row.h"

namespace liggare {

class KeyHolder;
enum class KeyCustody : uint8_t;
class Log;
struct Bundle;
struct BundleOrder;
enum class NoBundle : uint8_t;
class Vault;
class Index;

// --- what is asked
// -----------------------------------------------------------------------------------------------------------

// One command on its way in. Either `json` (one object, decoded by the pool) or `command` is set.
struct Submission {
  std::string client;    // which program speaks: part of the command tag, kept with the event
  uint64_t session = 0;  // commands of one session are decided in the order they were submitted
  std::string json;
  std::unique_ptr<capnp::MallocMessageBuilder> command;  // root schema::Command
};

// --- what is answered
// --------------------------------------------------------------------------------------------------------

// Evidence that a command was recorded. For its holder at once; for others together with a checkpoint that covers it.
struct Receipt {
  Position position = 0;  // of the command's first event
  uint32_t events = 0;
  Hash leaf;  // leaf hash of the first entry
  EventId event;
  Micros recordedAt = 0;
  Number version = 0;  // the first event's number in its stream: what expectedVersion compares with
};

struct Outcome {
  enum class Kind : uint8_t {
    ACCEPTED,    // recorded; receipt
    UNCHANGED,   // already so; an entry says that it was asked; `earlier` names the event that made it so
    REFUSED,     // the law (or the house, or the engine) said no; an entry says so, except R-DUP
    CONFLICT,    // expectedVersion did not hold; no entry
    DUPLICATE,   // same id and body as before: the first outcome again; of a read its receipt, never content
    INVALID,     // not a command; no entry
    OVERLOADED,  // queue full; nothing written; try again
    STORAGE,     // the disk is below its floor; nothing written
    UNKNOWN,     // the journal stopped after numbering; ask again with the same id after it has been opened anew
  };
  Kind kind = Kind::UNKNOWN;
  Receipt receipt;
  law::RefusalCode code = law::RefusalCode::NONE;
  std::vector<std::string> arguments;
  Position earlier = 0;                    // UNCHANGED
  int64_t expected = -1, actual = -1;      // CONFLICT
  std::string path, reason;                // INVALID: field and why, in Swedish
  Kind first = Kind::UNKNOWN;              // DUPLICATE: what the first one was
  std::vector<schema::Body::Which> kinds;  // of the events recorded, in order
  bool recorded() const { return receipt.events > 0; }
};
const char* outcomeName(Outcome::Kind kind);  // "accepted", "unchanged", …

// --- opening and making
// ----------------------------------------------------------------------------------------------------------

struct JournalOptions {
  std::string directory;
  std::string keyFile;     // the key holder's file, outside the directory
  std::string token;       // PKCS#11 URI of the token that sealed it (engine/vault/pkcs11-token.h); empty: none
  Clock* clock = nullptr;  // null: the system's
  Random* random = nullptr;
  Observer* observer = nullptr;
  enum class Access : uint8_t { READ, WRITE } access = Access::WRITE;
  uint32_t prepareThreads = 2;
  uint32_t queueMax = 8192;               // commands under way; one more answers OVERLOADED
  uint64_t diskFloorBytes = 64ull << 20;  // below it: STORAGE
  std::string vaultCopy;                  // where the vault is copied before old keys are destroyed; empty: DIR.vault
  std::function<void(std::string_view)> afterStep;  // of a destruction, by name: how tests interrupt it
};

struct InitOptions {
  std::string directory, keyFile, token, origin;
  enum class Clocked : uint8_t { BY_SERVER, BY_COMMANDS } clocked = Clocked::BY_SERVER;  // BY_COMMANDS: demo, for ever
  Micros demoStart = 0;  // BY_COMMANDS: recordedAt of genesis
};

// How many streams are wrapped under one key of one owner.
struct KeyInUse {
  SubjectKey owner;  // zero: the operator
  uint32_t epoch = 0;
  uint64_t streams = 0;
};

// Why a journal could not be opened: one line for people, and what the exit code says.
struct JournalFault {
  enum class Kind : uint8_t { NOT_A_JOURNAL, IN_USE, NEWER_FORMAT, NO_KEY_HOLDER, DAMAGED, EXISTS, UNAVAILABLE } kind;
  std::string why;
};

// What came of asking for a closing (bokslut): the entry by which the log commits to every book (engine/log/closing.h).
struct ClosingAnswer {
  // ACCEPTED: made · UNCHANGED: nothing has come since the latest, which this then tells of, and no entry was left ·
  // REFUSED: the books cannot be counted, see `broken` · OVERLOADED, STORAGE, UNKNOWN: as for any append
  Outcome outcome;
  Position position = 0;
  ClosingFact fact;
  uint64_t books = 0, lines = 0;
  std::optional<Finding> broken;
  uint64_t linesDisposed = 0;  // what `broken` is about, when not zero: no damage
};

class Journal : public EventSource {
 public:
  // Makes an empty journal: keys, checkpoint of size 0, genesis, the operator's commission. Nothing is left behind on
  // failure, in a token either. `custody` hears where the keys came to be.
  static std::optional<JournalFault> init(const InitOptions& options, KeyCustody* custody = nullptr);
  // Opens by the chain of commits and the evidence outside it (design §5); `fault` is set when this answers null.
  static std::unique_ptr<Journal> open(const JournalOptions& options, JournalFault& fault);

  // Asks the journal to do something. `done` is called exactly once, from a thread of the journal, when the answer is
  // lasting.
  //
  //   Durable   nobody is answered before the sync that justifies the answer; refusals and duplicates included
  //   Order     by session
  //   Retry     the same command id gives the first answer again
  //   Threads   any; `done` must not block and must not throw
  virtual void submit(Submission submission, std::function<void(Outcome)> done) = 0;
  Outcome submitAndWait(Submission submission);
  virtual void waitForRoom(size_t underWayMax) = 0;  // blocks until fewer commands than this are under way

  // Signs the current head (or the one already signed for this size), keeps it under DIR/checkpoints first, and returns
  // the note.
  virtual std::string checkpoint() = 0;
  // Keeps a checkpoint of this log on which witnesses have put their cosignatures (theirs are the caller's to check).
  // Durable when it returns. False, and nothing is kept: the log did not sign it, or does not hold that head.
  virtual bool keepCosigned(const std::string& note) = 0;
  // The C2SP tlog-proof of an entry under a checkpoint of this log that covers it: a receipt that others can check.
  virtual std::string proofOf(Position position, const std::string& checkpoint) = 0;
  // Counts every book up to the durable head and states the root in an entry of the log. Others append meanwhile; two
  // who close at once do so one after the other.
  //
  //   Durable  at return, like any answer
  //   Memory   by books, not entries (engine/log/book-trie.h); time: every line is read
  virtual ClosingAnswer close(const std::function<void(Position done, Position all)>& progress = {}) = 0;
  // What a book holds, as evidence under the current checkpoint and the latest closing (engine/bundle.h). Discloses:
  // ask by submit first, as for every read.
  virtual std::variant<Bundle, NoBundle> bundle(const BundleOrder& order) = 0;
  // --- keys and destruction (journal-destroy.h)

  // What the vault remembers of destructions, by decision.
  virtual std::vector<Destruction> destructions() = 0;
  // Carries out every destruction that is decided and not done. Opening for writing does so too, and an executing
  // command is answered when it is; this is for what failed then. Nothing is decided meanwhile.
  //   Throws   what the disk or the key holder says; what was begun goes on at the next call
  virtual void carryOut() = 0;
  // A new key for every owner, all secrets wrapped under it, and the old keys destroyed.
  virtual void rotateKeys() = 0;
  virtual std::vector<KeyInUse> keysInUse() = 0;
  virtual KeyCustody keyCustody() const = 0;
  // Seals the key file that lies in clear with a token, in its place. This journal goes on with what it has in memory,
  // and can no longer change a key: close it, and open it with the token.
  //   Faults   NO_KEY_HOLDER, and nothing was changed
  virtual std::optional<JournalFault> moveKeysTo(const std::string& token) = 0;

  virtual VerifyReport verify(const VerifyOptions& options,
                              const std::function<void(Position done, Position all)>& progress) = 0;
  virtual std::string directory() const = 0;

  // Copies the journal to `path`, which must not exist and may not lie in the journal's directory. Commands go on being
  // answered meanwhile; everything answered before the call is in the copy. What was copied has been verified whole.
  //
  //   Durable   when it returns; a crash on the way leaves `path`.making-…, which is no backup
  //   Faults    EXISTS · DAMAGED: what was copied is not whole, so the journal is not either · UNAVAILABLE: a bad place
  //   Throws    OVERLOADED when the disk has no room · FAILED when it cannot be written
  //   Requires  opened for writing
  virtual std::variant<BackupManifest, JournalFault> backup(const std::string& path,
                                                            const BackupProgress& progress) = 0;
};

}  // namespace liggare
