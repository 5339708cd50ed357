// A witness (C2SP tlog-witness.md): remembers, for each log it trusts, the largest tree it has cosigned, and cosigns
// only what continues it. Small on purpose: it needs neither the log's entries nor anybody's keys but its own.
//
//   DIR/WITNESS              liggare-witness 1 \n <verifier key> \n
//   DIR/logs/<origin>        one file a log, replaced whole; its name is SHA-256 of the origin in hex
//                              liggare-witnessed 1 \n <log's verifier key> \n never \n
//                              liggare-witnessed 1 \n <log's verifier key> \n cosigned \n <checkpoint, cosigned by us>
//   DIR/conflicts/…          proof that a log signed two trees: what we had cosigned, a blank line, what we were shown
//   DIR/lock                 one process at a time
//
// The file of a log is made when the log is trusted and never removed by this program: one that is gone is a log that
// nobody trusts, not one that begins anew. What a restored older copy of DIR forgets, nobody can know; so never restore
// one.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "engine/base/time.h"
#include "engine/hash/merkle.h"
#include "engine/kv/store.h"
#include "engine/log/cosignature.h"

namespace liggare {

constexpr size_t WITNESS_PROOF_MAX = 63;  // hashes in a request

// What a log asks a witness. old <size> \n (<base64 hash> \n)* \n checkpoint
struct AddCheckpoint {
  uint64_t oldSize = 0;
  Proof proof;
  std::string note;  // verbatim
  bool operator==(const AddCheckpoint&) const = default;
};
std::string formatAddCheckpoint(const AddCheckpoint& request);
std::optional<AddCheckpoint> parseAddCheckpoint(std::string_view body);  // nothing for any other bytes

// As HTTP says it.
struct WitnessAnswer {
  unsigned status = 200;
  std::string contentType = "text/plain; charset=utf-8";
  std::string body;
};
constexpr std::string_view WITNESS_SIZE_TYPE = "text/x.tlog.size";

std::string witnessedName(std::string_view origin);  // SHA-256 in hex

class Witness {
 public:
  enum class FaultKind : uint8_t { NOT_A_WITNESS, EXISTS, IN_USE, OTHER_KEY, DAMAGED };
  struct Fault {
    FaultKind kind;
    std::string why;  // Swedish, one line
  };
  // Makes DIR for a witness of this key. Durable when it returns nothing.
  static std::optional<Fault> create(const std::string& directory, const VerifierKey& key);
  // The key that DIR is made for.
  static std::variant<VerifierKey, Fault> keyOf(const std::string& directory);
  // Reads and checks every file; nothing is repaired or passed over. `signer` signs as the witness; it and `clock`
  // outlive the witness.
  static std::variant<std::unique_ptr<Witness>, Fault> open(const std::string& directory, Signer& signer, Clock& clock);

  // From now on checkpoints of this log are cosigned. False: its origin is known already. Durable when it returns.
  bool trust(const VerifierKey& log);

  // POST add-checkpoint.
  //
  //   Durable   what is cosigned is on disk before the answer: check, sign and persist are one step
  //   Threads   any
  //   Faults    never throws for what a request may hold. After a failed write it answers 500 until it is opened anew:
  //             nobody knows what the disk has
  WitnessAnswer addCheckpoint(std::string_view body);
  // GET <witnessedName>/checkpoint: what was cosigned last, or 404.
  WitnessAnswer latest(std::string_view name) const;

  struct Watched {
    VerifierKey log;
    std::optional<Head> head;  // nothing: never cosigned
    uint64_t seconds = 0;      // when
    size_t conflicts = 0;
  };
  std::vector<Watched> watched() const;  // by origin
  const VerifierKey& key() const { return own; }

 private:
  struct State {
    VerifierKey log;
    std::optional<Head> head;
    uint64_t seconds = 0;
    std::string note;  // with our cosignature; empty: never cosigned
    size_t conflicts = 0;
  };
  Witness(std::string directory, Signer& signer, Clock& clock);
  std::optional<Fault> load();
  std::optional<State> readState(const std::string& path) const;
  WitnessAnswer decide(State& state, const AddCheckpoint& request, const Note& note, const Checkpoint& checkpoint);
  void persist(const State& state) const;
  void keepConflict(State& state, const AddCheckpoint& request);

  const std::string directory;
  std::unique_ptr<DirLock> lock;
  Signer& signer;
  Clock& clock;
  const VerifierKey own;                // type 04
  mutable std::mutex mutex;             // guards the following
  std::map<std::string, State> states;  // by origin
  bool isBroken = false;
};

}  // namespace liggare
