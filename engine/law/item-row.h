// The row that a journal event leaves in the patient's state: what the gate decides about and a view shows.
#pragma once

#include "engine/law/chapter.h"

namespace liggare::law {

// A row whose id is the thing the event makes (note, plan, disclosure …).
inline Item itemRow(const EventView& event) {
  auto common = event.common;
  Item item;
  item.id = common.hasThing() ? thingId(common.getThing()) : ThingId::from(event.id);
  item.position = event.position;
  item.itemClass = common.getItemClass();
  item.kind = common.getKind();
  item.provider = subjectKey(common.getInfoProvider());  // an absent Id reads as zero
  item.authority = subjectKey(common.getAuthority());
  item.unit = subjectKey(common.getInfoUnit());
  item.process = common.getInfoProcess().cStr();
  item.recordedAt = event.recordedAt;
  item.occurredAt = common.getOccurredAt();
  if (event.actor.isStaff()) item.author = subjectKey(event.actor.getStaff().getPerson());
  if (common.hasCaseId()) item.caseId = thingId(common.getCaseId());
  return item;
}

// A row for an event about a thing made earlier (a block revoked, a request answered): its own id is the event's.
inline Item itemRowAbout(const EventView& event, const ThingId& target) {
  Item item = itemRow(event);
  item.id = ThingId::from(event.id);
  item.target = target;
  return item;
}

// A correction stands beside the note, and is of the same person as the note.
inline bool isCorrectionOf(const Item& item, const ThingId& note) {
  return item.kind == static_cast<uint16_t>(schema::Body::NOTE_CORRECTED) && item.target == note;
}

}  // namespace liggare::law
