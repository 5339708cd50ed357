// Between an event in memory and its sealed parts: the only file that knows which member becomes which part.
#pragma once

#include "engine/journal.h"
#include "engine/vault/seal.h"

namespace liggare {

// The plaintexts of one event, in part order: common, actor, one per patient, texts, ask. Canonical Cap'n Proto without
// segment table, so that no dead word of a builder (a text that was replaced, say) ever reaches the disk.
class EventParts {
 public:
  // `ask` is the encoded Ask for the first event of a command, empty for the others.
  EventParts(schema::Event::Reader event, Bytes ask);
  std::span<const PartInput> parts() const { return inputs; }

 private:
  template <typename Reader>
  void add(PartKind kind, Reader reader);
  std::vector<kj::Array<capnp::word>> words;
  std::vector<PartInput> inputs;
  Buffer askBytes;
};

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
