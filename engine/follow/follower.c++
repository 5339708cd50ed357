#include "engine/follow/follower.h"

namespace liggare {

Position Follower::catchUp(const std::function<bool(const OpenedEvent&)>& visit) {
  Position began = next;
  for (Position head = source.head(); next < head;) {
    auto event = source.read(next, parts);
    if (!event) break;
    ++next;
    if (!visit(*event)) break;
  }
  return next - began;
}

}  // namespace liggare
