// Förstöring efter IVO:s beslut, in two files: what comes before it (destruction.c++) and the doing of it
// (destruction-done.c++). What both ask of an order stands here.
#pragma once

#include "engine/law/retention.h"

namespace liggare::law {

// The order that a step is about: the right to take it, and that there is one.
struct FoundOrder {
  const DestructionOrder* order = nullptr;
  Verdict verdict;
};
FoundOrder destructionOrder(const Context& ctx, schema::Id::Reader id);

schema::Event::Builder draftDestruction(Context& ctx, schema::Body::Which kind, const ThingId& order);

// A dependent that nobody has decided about: listed in the order, or come into the journal since.
std::optional<ThingId> undecidedDependent(const Context& ctx, const DestructionOrder& order);
// What goes: what IVO named, the dependents decided so, and the signatures of these.
std::vector<ThingId> itemsToGo(const Context& ctx, const DestructionOrder& order);

// A hold that keeps some of what the order takes, and the event that reviewed it; 0 when nobody has.
bool stopsOrder(const Context& ctx, const DestructionOrder& order, const LegalHold& hold);
Position holdReviewedBy(const DestructionOrder& order, const ThingId& hold);

Verdict executeDestruction(Context& ctx);
Verdict notifyRecipients(Context& ctx);
Verdict confirmDestruction(Context& ctx);

}  // namespace liggare::law
