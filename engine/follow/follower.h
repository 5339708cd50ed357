// The one loop of everyone who listens: read from my position to the head, then wait for the head to move.
// Live is catch-up with nothing left.
//
// A follower remembers the root it has read up to, and reads on only from a log that still has it: one that was rolled
// back, or replaced by another of the same name, is refused, however whole it is by itself.
#pragma once

#include "engine/follow/source.h"

namespace liggare {

// How far a follower has come, and in which log: an incarnation is part of the origin. To be kept by whoever follows.
struct FollowCursor {
  std::string origin;
  Position position = 0;  // the next to be read
  Hash root;              // of the tree of all before it
  bool operator==(const FollowCursor&) const = default;

  // origin \n position \n base64 root \n: a checkpoint's text, so that the two can be laid side by side.
  std::string text() const;
  static std::optional<FollowCursor> read(std::string_view text);  // nothing for any other bytes
};

class Follower {
 public:
  // From a position that nothing is remembered of, or from a cursor.
  Follower(EventSource& source, Position from, Open parts = Open::FACTS);
  Follower(EventSource& source, FollowCursor from, Open parts = Open::FACTS);

  enum class Doubt : uint8_t {
    NONE,
    OTHER_LOG,  // another origin
    SHORTER,    // the log has not come as far as the cursor: it was rolled back
    FORKED      // another root at the cursor's position
  };
  // Whether the source is still the log that was followed. Asked before every catch-up; nothing is read after a doubt.
  Doubt doubt() const;

  // Visits every event up to the present head, in order, and answers how many. `visit` may answer false to stop early;
  // the event it stopped at counts as read. Throws FAILED when there is a doubt.
  Position catchUp(const std::function<bool(const OpenedEvent&)>& visit);
  // Waits for more; false when nothing came in time.
  bool wait(Micros atMost) { return source.waitForHead(at.position, atMost) > at.position; }
  Position position() const { return at.position; }
  const FollowCursor& cursor() const { return at; }

 private:
  EventSource& source;
  FollowCursor at;
  Open parts;
};

}  // namespace liggare
