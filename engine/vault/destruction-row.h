// What the vault remembers of a destruction: what is to go by one decision, and how far it has come. The row is what a
// crash goes on from, and what a restored log is held against.
//
//   'D' ‖ event id 16    format u8 = 1 ‖ stage u8 ‖ decision u64 ‖ count u32
//                        ‖ per item: position u64 ‖ number u64 ‖ stream 16 ‖ owner 16
//
//   stage      what is true                                                       a crash after it means
//   DECIDED    written before the commit that decides it; nothing is listed yet    no such event: the row goes
//   LISTED     what is to go is listed; keys and text are there                    all of it is done from the beginning
//   REWRAPPED  this vault has no key to it; older copies and their epoch key may   the copy, the holder, the text, the
//                                                                                  views: each is done again
//   DONE       nothing opens it, and it is in no file of the journal               nothing is left to do
#pragma once

#include "engine/base/bytes.h"

namespace liggare {

enum class DestructionStage : uint8_t { DECIDED = 1, LISTED = 2, REWRAPPED = 3, DONE = 4 };

struct DestroyedItem {
  Position position = 0;
  Number number = 0;  // in its stream
  BookId stream;
  SubjectKey owner;
  bool operator==(const DestroyedItem&) const = default;
};

struct Destruction {
  EventId event;          // the one that decided it
  Position decision = 0;  // where that stands
  DestructionStage stage = DestructionStage::DECIDED;
  std::vector<DestroyedItem> items;  // by position
  bool operator==(const Destruction&) const = default;
};

Buffer destructionKey(const EventId& event);
Buffer encodeDestruction(const Destruction& destruction);
// Nothing for bytes that no version wrote.
std::optional<Destruction> decodeDestruction(Bytes key, Bytes value);

}  // namespace liggare
