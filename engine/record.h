// Between an event in memory and its sealed parts: the only file that knows which member becomes which part.
#pragma once

#include "engine/intake/canonical.h"
#include "engine/journal.h"
#include "engine/vault/seal.h"

namespace liggare {

// The plaintexts of one event, in part order: common, actor, one per patient, texts, ask. Canonical Cap'n Proto, so
// that no dead word of a builder (a text that was replaced, say) ever reaches the disk, as a packed message: ciphertext
// cannot be compressed later.
//
// One is meant to be used over and over: its memory stays.
class EventParts {
 public:
  // `ask` is what the command asked (writeAsk in prepare.h), for its first event; empty for the others. Valid until the
  // next call.
  std::span<const PartInput> of(schema::Event::Builder event, Bytes ask);

 private:
  template <typename Reader>
  void add(PartKind kind, Reader reader);
  void begin(PartKind kind);
  intake::Words words;
  intake::Words textsMemory = intake::Words(512);  // zeros between two uses, as its builder asks
  Buffer packed;
  std::vector<std::pair<PartKind, size_t>> begins;  // the word each part begins at
  std::vector<PartInput> inputs;
};

// Appends one canonical segment as a packed message (`capnp convert packed:text`).
void packMessage(Bytes canonical, Buffer& to);

// Gathers opened plaintexts into an event. Parts may come in any order; those missing stay empty.
//   Throws   FAILED for bytes that are not what EventParts made
class EventAssembly {
 public:
  EventAssembly();
  void part(PartKind kind, Bytes plaintext);
  // The readers point into this assembly's memory, which the event keeps.
  OpenedEvent finish(EntryFields entry, std::vector<Line> lines) &&;

 private:
  struct Memory;
  std::shared_ptr<Memory> memory;
};

}  // namespace liggare
