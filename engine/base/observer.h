// How the engine speaks: it tells an observer, and only the command line decides what becomes a log line.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/time.h"

namespace liggare {

// What can be slow. A stage, not a message: the observer chooses words and limits.
enum class Stage { SUBMIT, DECIDE, SEAL, WRITE, SYNC, CHECKPOINT, INDEX, PROJECT, OPEN };

// Called by the engine where something happened that an operator may want to know. Every default does nothing, so an
// observer overrides what it cares for.
//
//   Threads   any, several at once; an observer locks for itself
//   Time      called on the write path: return at once, do no I/O that can wait
//   Throws    never
//   Secrecy   positions, sizes, counts and durations only. A `reason` or `name` is a constant of the program or the
//             text of a fault, which holds ids and positions; nothing about a patient can be told through here
class Observer {
 public:
  virtual ~Observer() = default;

  // Lifecycle.
  virtual void opened(Position size, Micros took) { (void)size, (void)took; }
  virtual void closed(Position size) { (void)size; }

  // The durable head moved to `size`; `commits` commits of together `entries` entries share the sync.
  virtual void commitDurable(Position size, uint32_t commits, uint32_t entries, Micros took) {
    (void)size, (void)commits, (void)entries, (void)took;
  }
  virtual void checkpointSigned(Position size) { (void)size; }
  virtual void closingMade(Position coveredSize, uint64_t books) { (void)coveredSize, (void)books; }

  // What opening found above the proven chain was dropped: no answer was ever given on it.
  virtual void tailDamage(Position keptSize, uint64_t droppedBytes) { (void)keptSize, (void)droppedBytes; }
  // The machine's clock stood before the last recordedAt; recordedAt was held at the last one.
  virtual void clockBehind(Micros by) { (void)by; }

  // What opening found that an operator should know though nothing is lost: a torn slot of the head file, a checkpoint
  // that cannot be read. A constant of the program with positions.
  virtual void openingNote(std::string_view note) { (void)note; }

  // Degraded.
  virtual void slow(Stage stage, Micros took) { (void)stage, (void)took; }
  virtual void overloaded(uint64_t queued) { (void)queued; }
  virtual void storageLow(uint64_t bytesFree) { (void)bytesFree; }
  virtual void clientSlowed(CommandTag lastRefused) { (void)lastRefused; }

  // The journal answers no more; callers got unknown. `durable` is the size that is certain.
  virtual void poisoned(Position durable, std::string_view reason) { (void)durable, (void)reason; }

  // Views, indexes and other followers, by name.
  virtual void followerMoved(std::string_view name, Position to) { (void)name, (void)to; }
  virtual void followerStopped(std::string_view name, Position at, std::string_view reason) {
    (void)name, (void)at, (void)reason;
  }
  virtual void rebuilt(std::string_view name, Position size, Micros took) { (void)name, (void)size, (void)took; }

  // A ciphertext was removed by decision.
  virtual void destroyed(Position item, Position decision) { (void)item, (void)decision; }
};

// For whoever has nothing to tell it to.
inline Observer& silentObserver() {
  static Observer observer;
  return observer;
}

}  // namespace liggare
