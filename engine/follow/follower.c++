#include "engine/follow/follower.h"

#include <kj/debug.h>

#include "engine/log/checkpoint.h"

namespace liggare {

std::string FollowCursor::text() const { return formatCheckpoint({origin, {position, root}, {}}); }

std::optional<FollowCursor> FollowCursor::read(std::string_view text) {
  auto checkpoint = parseCheckpoint(text);
  if (!checkpoint || !checkpoint->extensions.empty()) return std::nullopt;
  return FollowCursor{std::move(checkpoint->origin), checkpoint->head.size, checkpoint->head.root};
}

Follower::Follower(EventSource& from, Position first, Open which)
    : source(from), at{from.origin(), std::min(first, from.head()), {}}, parts(which) {
  at.root = source.rootAt(at.position);
}

Follower::Follower(EventSource& from, FollowCursor cursor, Open which)
    : source(from), at(std::move(cursor)), parts(which) {}

Follower::Doubt Follower::doubt() const {
  if (source.origin() != at.origin) return Doubt::OTHER_LOG;
  if (source.head() < at.position) return Doubt::SHORTER;
  return source.rootAt(at.position) == at.root ? Doubt::NONE : Doubt::FORKED;
}

Position Follower::catchUp(const std::function<bool(const OpenedEvent&)>& visit) {
  KJ_REQUIRE(doubt() == Doubt::NONE, "this is not the log that was followed", at.origin, at.position);
  const Position began = at.position;
  Position next = began;
  // The cursor moves with what was read also when reading on fails.
  KJ_DEFER(if (next != began) {
    kj::runCatchingExceptions([&] {
      at.root = source.rootAt(next);
      at.position = next;
    });
  });
  for (Position head = source.head(); next < head;) {
    auto event = source.read(next, parts);
    if (!event) break;
    ++next;
    if (!visit(*event)) break;
  }
  return next - began;
}

}  // namespace liggare
