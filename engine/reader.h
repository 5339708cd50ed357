// Opens events: from the log's entry and ciphertexts, through the vault's keys, to readers over plain memory.
#pragma once

#include "engine/journal-files.h"
#include "engine/log/log.h"
#include "engine/record.h"
#include "engine/vault/vault.h"

namespace liggare {

class EventReader {
 public:
  EventReader(Log& log, Vault& vault, LineSealer& lines, JournalFile file);

  // The event at a position below the durable head; nothing above it.
  //   Throws   FAILED when what is stored is not what was written (damage) · an event destroyed by decision is a value
  //   Threads  any
  std::optional<OpenedEvent> read(Position position, Open parts);

  // What the first event of a command says about how the command was answered, and the digest of its body.
  struct Earlier {
    Outcome outcome;
    Hash bodyDigest;
  };
  Earlier earlierOutcome(Position position);

 private:
  Log& log;
  Vault& vault;
  LineSealer& lineSealer;
  const JournalFile file;
};

// How an outcome can be read off the events it left: the body of the first one tells.
void outcomeFrom(const law::EventView& first, Outcome& outcome);

}  // namespace liggare
