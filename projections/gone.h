// What a report says where something was that is gone by decision: that it was read stays, what it was does not (§3.8).
#pragma once

#include <map>
#include <optional>

#include "engine/follow/source.h"

namespace liggare {

class GoneWords {
 public:
  explicit GoneWords(EventSource& events) : events(events) {}
  // "[gallrad]" when it was disposed of, "[förstörd]" when it was destroyed; null when it is there. What the log does
  // not say of yet, or says without naming the decision (it was lost), is destroyed.
  const char* word(Position position);

 private:
  EventSource& events;
  std::optional<std::map<Position, Position>> decisions;  // by position, read when the first is asked for
};

}  // namespace liggare
