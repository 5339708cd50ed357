// The one loop of everyone who listens: read from my position to the head, then wait for the head to move.
// Live is catch-up with nothing left.
#pragma once

#include "engine/follow/source.h"

namespace liggare {

class Follower {
 public:
  Follower(EventSource& source, Position from, Open parts = Open::FACTS) : source(source), next(from), parts(parts) {}

  // Visits every event up to the present head, in order, and answers how many. `visit` may answer false to stop early;
  // the event it stopped at counts as read.
  Position catchUp(const std::function<bool(const OpenedEvent&)>& visit);
  // Waits for more; false when nothing came in time.
  bool wait(Micros atMost) { return source.waitForHead(next, atMost) > next; }
  Position position() const { return next; }

 private:
  EventSource& source;
  Position next;
  Open parts;
};

}  // namespace liggare
