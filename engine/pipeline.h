// What passes from thread to thread on the write path (writer.h), and the queues it passes through.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>

#include "engine/books.h"
#include "engine/introduced.h"
#include "engine/journal.h"

namespace liggare {

using Answer = std::function<void(Outcome)>;

// One command under way: filled in by the pool, decided once.
struct Pending {
  Submission submission;
  Answer answer;
  std::unique_ptr<capnp::MallocMessageBuilder> message;  // root schema::Command; null when not a command
  Hash bodyDigest;
  CommandTag tag;
  size_t unknownRefs = 0;                               // references that the index did not know when the pool looked
  Buffer ask;                                           // the part ASK; still empty while a reference is unknown
  std::optional<EngineFact> fact;                       // the engine's own doing: no command, and the law is not asked
  std::optional<Outcome> settled;                       // invalid, or answered before by the durable log
  bool prepared = false;                                // under the inbox's lock
  std::list<std::shared_ptr<Pending>>::iterator place;  // among those under way; under their lock
  bool answered = false;                                // the same

  schema::Command::Builder command() { return message->getRoot<schema::Command>(); }
};

// An event with its place: numbered by the decider, sealed by the sealer, kept in the tail until the index knows it.
struct NumberedEvent {
  law::EventView view;  // of an engine's fact: position, time and id only
  StreamOwner stream;
  std::vector<std::pair<BookId, Number>> lines;  // the first is the stream
  std::vector<Introduced> introduces;
};

// One decision on its way to the disk. Without events it is an answer that only waits for the head it was decided on.
struct Decided {
  std::shared_ptr<Pending> pending;
  law::Decision decision;
  std::vector<NumberedEvent> events;
  Outcome outcome;
  Position end = 0;  // the log's size once this is in it
};

// A queue between two threads. push blocks while it is full; pop waits, and answers nothing once closed and empty.
template <typename T>
class Channel {
 public:
  explicit Channel(size_t capacity) : max(capacity) {}

  void push(T item) {
    std::unique_lock lock(mutex);
    room.wait(lock, [&] { return items.size() < max || closed; });
    items.push_back(std::move(item));
    if (waiting) filled.notify_one();
  }
  std::optional<T> pop() {
    std::unique_lock lock(mutex);
    ++waiting;
    filled.wait(lock, [&] { return !items.empty() || closed; });
    --waiting;
    return take(lock);
  }
  // The same, and nothing also when the time is out: isDone() tells which.
  std::optional<T> popWithin(Micros atMost) {
    std::unique_lock lock(mutex);
    ++waiting;
    filled.wait_for(lock, std::chrono::microseconds(atMost), [&] { return !items.empty() || closed; });
    --waiting;
    return take(lock);
  }
  bool isDone() {
    std::unique_lock lock(mutex);
    return closed && items.empty();
  }
  // What is there now, or nothing: how a stage learns that nobody waits behind.
  std::optional<T> tryPop() {
    std::unique_lock lock(mutex);
    return take(lock);
  }
  void close() {
    std::unique_lock lock(mutex);
    closed = true;
    filled.notify_all();
    room.notify_all();
  }

 private:
  std::optional<T> take(std::unique_lock<std::mutex>&) {
    if (items.empty()) return std::nullopt;
    std::optional<T> item = std::move(items.front());
    items.pop_front();
    if (items.size() == max / 2 || items.size() + 1 == max) room.notify_all();
    return item;
  }
  const size_t max;
  std::mutex mutex;
  std::condition_variable filled, room;
  std::deque<T> items;
  int waiting = 0;
  bool closed = false;
};

}  // namespace liggare
