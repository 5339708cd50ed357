// What acts on a thing already in the journal have in common: is it here, who completes it, and whose information what
// is said about it becomes.
#pragma once

#include "engine/law/coordination.h"

namespace liggare::law {

// An item of this provider's journal; another provider's is not in it (PDL 3:1). Null when there is none.
const Item* ownItem(const Context& ctx, const ThingId& id);
// R-OKAND, R-DESTRUERAD.
Verdict itemIsThere(const Item* item);
// Who wrote it completes it, whether or not the care goes on; others must take part in the care (PDL 4:1).
Verdict mayComplete(const Context& ctx, const Item& item);
// What is said about an item is the same unit's information and of the same class: a block on it covers that too.
schema::Event::Builder draftAbout(Context& ctx, schema::Body::Which kind, const Item& target, const ThingId& thing);

}  // namespace liggare::law
