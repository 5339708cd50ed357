// Which identifiers an event makes known, and to whom they belong. The same answer live and at a rebuild of the index.
#pragma once

#include "engine/law/event-view.h"

#include <functional>

namespace liggare {

using Blind = std::function<IdentifierTag(Bytes)>;  // HMAC under the holder's identifier key

struct Introduced {
  IdentifierTag tag;
  SubjectKey subject;
};
std::vector<Introduced> introducedBy(const law::EventView& event, const Blind& blind);

}  // namespace liggare
