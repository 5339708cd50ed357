// §00.40: two persons. The second says yes beforehand to exactly one command, by a salted digest of it (engine/intake/
// approval.h); the salt stands with the approved command. Both are named by the event that follows.
#include <algorithm>

#include "engine/law/governance.h"

namespace liggare::law {
namespace {

using schema::Body;
using Which = schema::Command::Which;

constexpr Micros APPROVAL_VALID_MAX = 7 * DAY;
constexpr Micros APPROVAL_VALID_USUAL = DAY;
constexpr size_t DIGEST_BYTES = 32;

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// 64 lower-case hex digits; nothing when it is anything else.
std::optional<std::string> digestIn(capnp::Text::Reader hex) {
  if (hex.size() != 2 * DIGEST_BYTES) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = hexDigit(hex[i]), low = hexDigit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

// Who may be the second person is decided where the approval is used; to give one, a commission that stands is enough.
Verdict giveApproval(Context& ctx) {
  if (!ctx.commission) return refuse(RefusalCode::NOT_AUTHORISED);  // never: only staff get here
  auto r = ctx.command.getGiveApproval();
  const ThingId id = thingId(r.getApprovalId());
  for (const Approval& earlier : ctx.provider->approvals)
    if (earlier.id == id) return alreadySo(earlier.position);
  const auto digest = digestIn(r.getDigest());
  if (!digest) return refuse(RefusalCode::IDENTIFIER_INVALID);
  const Micros usual = ctx.recordedAt + APPROVAL_VALID_USUAL, longest = ctx.recordedAt + APPROVAL_VALID_MAX;
  auto event = draftGovernance(ctx, Body::APPROVAL_GIVEN);
  auto body = ctx.body(event).initApprovalGiven();
  set(body.initApproval(), id);
  body.setDigest(capnp::Data::Reader(reinterpret_cast<const uint8_t*>(digest->data()), digest->size()));
  body.setValidTo(r.getValidTo() ? std::min(r.getValidTo(), longest) : usual);
  ctx.about(event, id);
  return ok();
}

bool isOf(const Approval& approval, capnp::Data::Reader digest) {
  return std::equal(digest.begin(), digest.end(), approval.digest.begin(), approval.digest.end(),
                    [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); });
}

}  // namespace

Verdict secondPerson(Context& ctx, RefusalCode otherwise) {
  const ThingId id = thingId(ctx.command.getApproval());
  auto digest = ctx.command.getApprovalDigest();
  if (!ctx.commission || id.isZero() || digest.size() != DIGEST_BYTES) return refuse(otherwise);  // never: staff only
  for (const Approval& approval : ctx.provider->approvals) {
    if (approval.id != id || !approval.valid.covers(ctx.recordedAt) || !isOf(approval, digest)) continue;
    if (approval.by == ctx.commission->person) continue;  // another human being, whatever commission
    ctx.approval = &approval;
    return ok();
  }
  return refuse(otherwise);
}

Verdict decideApproval(Context& ctx) { return giveApproval(ctx); }

void evolveApproval(ProviderState& state, const EventView& event) {
  auto body = event.body();
  if (body.which() != Body::APPROVAL_GIVEN) return;
  auto given = body.getApprovalGiven();
  auto digest = given.getDigest();
  Approval approval;
  approval.id = thingId(given.getApproval());
  if (event.actor.isStaff()) approval.by = subjectKey(event.actor.getStaff().getPerson());  // never: staff gave it
  approval.digest.assign(reinterpret_cast<const char*>(digest.begin()), digest.size());
  approval.valid = {event.recordedAt, given.getValidTo()};
  approval.position = event.position;
  state.approvals.push_back(std::move(approval));
}

}  // namespace liggare::law
