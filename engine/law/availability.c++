// Made available although the patient could not be told (SVOD 2:6): the exception beside the automatic rule of 2:4.
#include "engine/law/gate.h"
#include "engine/law/rights.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::TextSlot;

const Capacity* findCapacity(const PatientState& patient, const ThingId& id) {
  for (const Capacity& capacity : patient.capacity)
    if (capacity.id == id) return &capacity;
  return nullptr;
}

// What the patient said no to as a whole, while able to.
bool isBlockedWhole(const Context& ctx) {
  auto& blocks = ctx.patient->blocks;
  return std::any_of(blocks.begin(), blocks.end(), [&](const Block& b) {
    const bool whole = b.information.from == 0 && b.information.to == 0 && b.excluded.empty();
    const bool ours = b.type == schema::BlockType::OUTER && b.provider == ctx.providerKey();
    return ours && whole && b.valid.covers(ctx.recordedAt);
  });
}

const Availability* liveAvailability(const Context& ctx, const ThingId& capacity) {
  for (const Availability& a : ctx.patient->availabilities)
    if (a.provider == ctx.providerKey() && a.capacity == capacity && a.valid.covers(ctx.recordedAt)) return &a;
  return nullptr;
}

}  // namespace

// SVOD 2:6, §00.11: the patient is durably unable to take a stand, the attitude was sought and there is no reason to
// assume a no. For the informed it happens by itself, and there is nothing to make available.
Verdict makeAvailable(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  auto asked = ctx.command.getMakeAvailable();
  const ThingId id = thingId(asked.getAvailabilityId()), capacityId = thingId(asked.getCapacityId());
  const Capacity* capacity = findCapacity(*ctx.patient, capacityId);
  if (!capacityId.isZero() && !capacity) return refuse(RefusalCode::UNKNOWN_THING);
  if (isInformed(*ctx.patient, ctx.providerKey())) return refuse(RefusalCode::UNKNOWN_THING, {"informSvod"});
  LIGGARE_RULE(careParticipation(ctx));
  if (const Availability* same = liveAvailability(ctx, capacityId)) return alreadySo(same->position);
  LIGGARE_RULE(idIsNew(ctx, id));
  if (!isConnected(*ctx.provider, ctx.recordedAt)) return refuse(RefusalCode::SVOD_NOT_CONNECTED);
  const bool unable = isIncapable(*ctx.patient, ctx.recordedAt) && capacity &&
                      capacityAt(*ctx.patient, ctx.recordedAt)->id == capacity->id;
  if (!unable) return refuse(RefusalCode::SVOD_NOT_INFORMED);
  if (isBlockedWhole(ctx)) return refuse(RefusalCode::OUTER_BLOCK);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::MADE_AVAILABLE, ItemClass::CONSENT);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initMadeAvailable();
  set(body.initAvailability(), id);
  body.setGround(schema::SvodAvailability::INCAPABLE);
  set(body.initCapacity(), capacity->id);
  ctx.text(event, TextSlot::REASON, asked.getReason());
  return ok();
}

// Only what was made available by hand is withdrawn so; the rest ends by a block or by disconnection (SVOD 2:4).
Verdict withdrawAvailability(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  auto asked = ctx.command.getWithdrawAvailability();
  const ThingId id = thingId(asked.getAvailabilityId());
  auto& all = ctx.patient->availabilities;
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const Availability& a) { return a.id == id && a.provider == ctx.providerKey(); });
  if (found == all.end()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(careParticipation(ctx));
  if (found->endedBy) return alreadySo(found->endedBy);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::AVAILABILITY_WITHDRAWN, ItemClass::CONSENT);
  auto body = ctx.patientBody(event).initAvailabilityWithdrawn();
  set(body.initAvailability(), id);
  body.setEffectiveAt(ctx.recordedAt);
  ctx.text(event, TextSlot::REASON, asked.getReason());
  return ok();
}

}  // namespace liggare::law
