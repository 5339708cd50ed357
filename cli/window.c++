#include "cli/window.h"

#include <kj/debug.h>

namespace liggare::cli {

Window::Window(Journal& to, std::string name, Deliver how, std::function<void()> whenIdle)
    : journal(to), client(std::move(name)), deliver(std::move(how)), idle(std::move(whenIdle)) {
  printer = std::thread([this] { print(); });
}

Window::~Window() {
  if (printer.joinable()) kj::runCatchingExceptions([&] { finish(); });
}

Window::Slot& Window::claim(uint64_t line, uint64_t& index) {
  std::unique_lock held(lock);
  if (added - delivered >= SLOTS) {
    adderWaits = true;
    printed.wait(held, [&] { return added - delivered <= REFILL_BELOW; });
    adderWaits = false;
  }
  index = added++;
  Slot& slot = slots[index % SLOTS];
  slot.line = line;
  slot.done = false;
  return slot;
}

void Window::submit(uint64_t line, std::string_view json) {
  uint64_t index = 0;
  claim(line, index);
  // The capture fits where std::function keeps small ones: no allocation a line.
  journal.submit({client, 1, std::string(json), {}},
                 [this, index](Outcome outcome) { answer(index, std::move(outcome)); });
}

void Window::settled(uint64_t line, Outcome outcome) {
  uint64_t index = 0;
  claim(line, index);
  answer(index, std::move(outcome));
}

void Window::answer(uint64_t index, Outcome outcome) {
  if (outcome.kind == Outcome::Kind::UNKNOWN || outcome.kind == Outcome::Kind::STORAGE) hopeless = true;
  std::lock_guard held(lock);
  Slot& slot = slots[index % SLOTS];
  slot.outcome = std::move(outcome);
  slot.done = true;
  if (printerWaits && index == delivered) answered.notify_one();
}

void Window::print() {
  std::unique_lock held(lock);
  for (;;) {
    auto isReady = [&] { return delivered < added && slots[delivered % SLOTS].done; };
    if (!isReady()) {
      held.unlock();
      if (fault == nullptr) fault = kj::runCatchingExceptions([&] { idle(); });
      held.lock();
      printerWaits = true;
      answered.wait(held, [&] { return isReady() || (ended && delivered == added); });
      printerWaits = false;
      if (!isReady()) return;
    }
    uint64_t from = delivered, to = delivered;
    while (to < added && slots[to % SLOTS].done) ++to;
    held.unlock();
    if (fault == nullptr) {
      fault = kj::runCatchingExceptions([&] {
        for (uint64_t i = from; i < to; ++i) deliver(slots[i % SLOTS].line, slots[i % SLOTS].outcome);
      });
      if (fault != nullptr) hopeless = true;
    }
    held.lock();
    delivered = to;
    if (adderWaits && added - delivered <= REFILL_BELOW) printed.notify_one();
  }
}

void Window::finish() {
  {
    std::lock_guard held(lock);
    ended = true;
  }
  answered.notify_one();
  printer.join();
  KJ_IF_MAYBE (e, fault) kj::throwFatalException(kj::mv(*e));
}

}  // namespace liggare::cli
