// Commands on their way through a journal and their answers back in the order they came, with a bounded number under
// way.
//
//   one thread: add ──► journal (answers in any order) ──► slots ──► printing thread: deliver, in order
//
// Memory is bounded by the number of slots; whoever adds waits when they are full.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/journal.h"

namespace liggare::cli {

class Window {
 public:
  // `deliver` gets each answer in order, `idle` is called before the printing thread waits; both from that thread.
  using Deliver = std::function<void(uint64_t line, const Outcome& outcome)>;
  Window(Journal& journal, std::string client, Deliver deliver, std::function<void()> idle);
  ~Window();  // waits for everything under way

  void submit(uint64_t line, std::string_view json);
  void settled(uint64_t line, Outcome outcome);  // answered without asking the journal
  // The journal has stopped, or takes nothing for now: there is no use in more.
  bool isHopeless() const { return hopeless.load(); }
  // Waits until everything has been delivered. Throws what delivering threw.
  void finish();

 private:
  static constexpr size_t SLOTS = 4096;  // below the journal's own queue, so that it never says OVERLOADED
  // A full window is filled again once there is room for a good many: a thread woken for each answer does little else.
  static constexpr size_t REFILL_BELOW = SLOTS * 3 / 4;
  struct Slot {
    uint64_t line = 0;
    bool done = false;
    Outcome outcome;
  };
  Slot& claim(uint64_t line, uint64_t& index);
  void answer(uint64_t index, Outcome outcome);
  void print();

  Journal& journal;
  const std::string client;
  const Deliver deliver;
  const std::function<void()> idle;
  std::vector<Slot> slots{SLOTS};

  std::mutex lock;  // guards the next six, and `done`
  std::condition_variable answered, printed;
  uint64_t added = 0, delivered = 0;
  bool printerWaits = false, adderWaits = false, ended = false;
  kj::Maybe<kj::Exception> fault;
  std::atomic<bool> hopeless{false};
  std::thread printer;
};

}  // namespace liggare::cli
