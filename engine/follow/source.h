// What everyone who reads on sees of a journal: projections, followers, reports, an auditor. No way to write.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/law/event-view.h"
#include "engine/log/book.h"
#include "engine/log/entry.h"
#include "schemas/annotations.capnp.h"
#include "schemas/command.capnp.h"

namespace liggare {

// An event opened from the log, with the memory its readers point into. Parts that are gone or not asked for are
// absent.
struct OpenedEvent {
  EntryFields entry;
  law::EventView view;      // texts only when asked for
  std::vector<Line> lines;  // books it stands in; the first is its stream
  std::optional<schema::Ask::Reader> ask;
  bool destroyed = false;  // its ciphertext was removed by a decision
  std::shared_ptr<void> memory;
  std::string text(schema::TextSlot slot, uint16_t index = 0) const;  // empty when absent
};
enum class Open : uint8_t { FACTS, WITH_TEXTS, WITH_ASK, ALL };

struct BookRow {
  Number number = 0;
  Position position = 0;
  Hash leaf;
};

// Threads   every function, any thread
// Durable   nothing above head() is ever seen
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual Position head() const = 0;       // durable: nobody reads past it
  virtual Hash rootAt(Position size) = 0;  // size ≤ head()
  virtual std::string origin() const = 0;
  virtual bool isDemo() const = 0;
  virtual Micros lastRecordedAt() const = 0;
  // Blocks until head() > seen, or the time is out. How every follower waits.
  virtual Position waitForHead(Position seen, Micros atMost) = 0;

  // Nothing at or above head(). Throws FAILED when what is stored is not what was written.
  virtual std::optional<OpenedEvent> read(Position position, Open parts = Open::FACTS) = 0;
  // Rows of one book with from ≤ number, in order, up to the durable head. `visit` answers whether to go on.
  virtual void scanBook(const BookId& book, Number from, const std::function<bool(const BookRow&)>& visit) = 0;
  // Who an identifier belongs to, as far as the durable head; nothing when unknown or not well formed.
  virtual std::optional<SubjectKey> find(schema::RefKind kind, const std::string& text) = 0;
};

}  // namespace liggare
