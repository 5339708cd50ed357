// From one event to the rows it leaves in a view. Pure: the same event always gives the same rows, and rows are only
// ever put, never changed, so that a view kept event by event and one rebuilt from nothing cannot differ.
#pragma once

#include <functional>
#include <optional>

#include "engine/follow/source.h"
#include "projections/rows.h"

namespace liggare {

using RowSink = std::function<void(StoredRow row)>;

// Why a view cannot go past an event.
struct FoldStop {
  enum class Why : uint8_t {
    UNKNOWN_KIND,  // written by a newer engine: skipping it would be telling less than happened
    NOT_OPENED,    // sealed, not listed as destroyed, and not to be opened: damage, or a key is missing
  } why;
  uint16_t kind = 0;
};
std::optional<FoldStop> stopsAt(const OpenedEvent& event);

// Puts the event's rows for this view, if it has any there. Requires: stopsAt(event) answered nothing.
void foldInto(ViewKind view, const OpenedEvent& event, const RowSink& put);

// Rows made earlier must go: something in the log was destroyed by a decision.
bool removesRows(const OpenedEvent& event);

// The item that a later event is about: what a correction corrects, a signature signs, a withdrawal withdraws. Zero:
// none.
ThingId targetOf(schema::Body::Reader body);

}  // namespace liggare
