// The journal's parts, held together: opened in the order in which they depend on each other, closed in the other.
#pragma once

#include "engine/journal-files.h"
#include "engine/known-subjects.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/opening.h"
#include "engine/vault/key-place.h"
#include "engine/vault/line-sealer.h"
#include "engine/writer.h"

namespace liggare {

// The log's key under today's name of the log: of an incarnation, another than the journal's.
class LogSigner final : public Signer {
 public:
  LogSigner(Signer& holder, std::string origin) : holder(holder), origin(std::move(origin)) {}
  VerifierKey verifierKey() const override {
    auto key = holder.verifierKey();
    key.name = origin;
    return key;
  }
  std::array<uint8_t, 64> sign(Bytes message) override { return holder.sign(message); }

 private:
  Signer& holder;
  const std::string origin;
};

struct Opened {
  JournalFile file;
  std::unique_ptr<KeyHolder> keys;
  std::unique_ptr<HolderLineSealer> lineSealer;
  std::unique_ptr<Log> log;
  uint64_t droppedRows = 0;        // above the proven chain: tail damage
  std::vector<std::string> notes;  // what opening found that an operator should know
  std::unique_ptr<Store> vaultStore;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<EventReader> reader;
  std::unique_ptr<Store> indexStore;
  std::unique_ptr<Index> index;
  LogSigner signer() const { return {*keys, file.origin}; }
  VerifierKey logKey() const { return signer().verifierKey(); }
};

KeyPlace keyPlaceOf(const JournalOptions& options);
// What the journal's own files say that its keys must be; nothing when LIGGARE cannot be read as far.
std::optional<KeyFileExpectation> expectedKeys(const std::string& directory, const JournalFile& file);
// Whether look-ups are wanted. A reader makes its index anew from the log, which opens every event: verifying asks
// nothing of it.
enum class LookUps : uint8_t { NONE, WANTED };

// Everything below the writer. On a fault `fault` says what, and nothing was changed (a missing index is made anew).
std::unique_ptr<Opened> openParts(const JournalOptions& options, Random& random, JournalFault& fault,
                                  LookUps lookUps = LookUps::WANTED);

// Entries that the engine itself makes: genesis, the operator's commission, what opening had to say. One synced commit.
struct EngineEvent {
  std::unique_ptr<capnp::MallocMessageBuilder> event;  // root schema::Event; null for a clear engine fact
  EngineFact fact;
};
void appendEngineEvents(Log& log, Vault& vault, const std::string& origin, Random& random, Micros at,
                        std::span<EngineEvent> events, const std::function<Number(const BookId&)>& lastNumber);

// What a backup is made of, beside the parts: the checkpoint signed for it, and the head in that.
struct BackupFrom {
  std::string directory, note;
  Head head;
  uint64_t diskFloorBytes = 0;
};
// Journal::backup, below its locks. One at a time; writing goes on meanwhile.
std::variant<BackupManifest, JournalFault> writeBackup(Opened& parts, const BackupFrom& from, const std::string& path,
                                                       const BackupProgress& progress);

// Adds every entry between the index's end and the durable head, from the log alone.
void catchUpIndex(Index& index, Log& log, EventReader& reader, const Blind& blind);

}  // namespace liggare
