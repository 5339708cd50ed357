// What a decision takes away for good: IVO's destruction (PDL 8:4) and gallring (PDL 3:17-18, HSLF-FS 2016:40 4:9). Two
// chapters of the law decide them, and one road carries both out (journal-destroy.h).
#pragma once

#include <set>
#include <string>

#include "engine/follow/source.h"

namespace liggare {

// Whether an event of this kind is answered only when keys and text are gone.
inline bool takesAway(schema::Body::Which kind) {
  return kind == schema::Body::DESTRUCTION_EXECUTED || kind == schema::Body::DISPOSAL_EXECUTED;
}

// Why a decision that the law allows cannot be carried out by this engine: asked before anything is numbered, so that
// the log never says that something is gone which is not. Nothing for every other event.
std::optional<std::string> cannotBeTaken(schema::Event::Reader event);

// Where that stands which the decision at this position takes away, as state and books were when it was made. Of items,
// those of the law's own rows; of an access log, every entry of the provider's own log before the day.
//
//   Requires  an event that takesAway, and what it takes away can be read
std::set<Position> takenAwayBy(EventSource& source, Position decision);

}  // namespace liggare
