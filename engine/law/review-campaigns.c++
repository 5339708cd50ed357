// The campaigns: recurring spot checks and checks on suspicion (HSLF-FS 2016:40 4:9), drawn so that nobody can steer
// the draw and anybody can make it again, and closed by the head of the unit with counts that agree with the cases.
#include <algorithm>

#include "engine/law/review.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::CampaignKind;
using schema::Right;
using schema::TextSlot;

constexpr size_t DIGEST_DIGITS = 64;
constexpr int TRIGGERS = 22;  // domain §4.2: T01 … T22

// SHA-256 in lower-case hex. What it is the digest of, the one who draws shows by drawing again.
bool isDigest(capnp::Text::Reader hex) {
  return hex.size() == DIGEST_DIGITS &&
         std::all_of(hex.begin(), hex.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// §00.32: these three compare the staff's own lives with the patient's, and are off until a list of it is decided.
bool needsDecision(const std::string& trigger) { return trigger == "T03" || trigger == "T04" || trigger == "T06"; }

bool isUsable(const Context& ctx, const std::string& trigger) {
  if (trigger.size() != 3 || trigger[0] != 'T') return false;
  const bool digits = trigger[1] >= '0' && trigger[1] <= '9' && trigger[2] >= '0' && trigger[2] <= '9';
  const int number = digits ? (trigger[1] - '0') * 10 + (trigger[2] - '0') : 0;
  if (number < 1 || number > TRIGGERS) return false;
  auto& decided = ctx.provider->triggers;
  auto found =
      std::find_if(decided.begin(), decided.end(), [&](const ReviewTrigger& t) { return t.trigger == trigger; });
  if (found == decided.end()) return !needsDecision(trigger);
  return found->on && (found->validTo == 0 || ctx.recordedAt < found->validTo);
}

// How the accesses are chosen is said beforehand: strata, or the suspicion; over which past; from which drawing lots.
bool saysHow(const Context& ctx, schema::OpenReviewCampaign::Reader asked) {
  if (asked.getFrom() == 0 || asked.getFrom() >= asked.getTo()) return false;
  if (!isDigest(asked.getSeed()) || !isDigest(asked.getCheckpointRoot())) return false;
  for (auto trigger : asked.getTriggers())
    if (!isUsable(ctx, trigger.cStr())) return false;
  return asked.getKind() == CampaignKind::ON_SUSPICION ? asked.getGround().size() > 0 : asked.getStrata().size() > 0;
}

// PDL 4:3: a campaign is of one's own units.
Verdict unitsAreOurs(const Context& ctx, capnp::List<schema::Ref>::Reader units) {
  for (auto unit : units) {
    LIGGARE_RULE(named(unit));
    if (!ctx.provider->units.contains(keyOf(unit))) return refuse(RefusalCode::UNKNOWN_THING);
  }
  return ok();
}

void fillStrata(capnp::List<schema::Stratum>::Builder to, capnp::List<schema::StratumIn>::Reader from) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setName(from[i].getName());
    to[i].setPerMille(from[i].getPerMille());
    to[i].setPopulation(from[i].getPopulation());
    to[i].setDrawn(from[i].getDrawn());
  }
}

}  // namespace

const ReviewCampaign* findCampaign(const ReviewState& review, const ThingId& id) {
  auto found = std::find_if(review.campaigns.begin(), review.campaigns.end(),
                            [&](const ReviewCampaign& c) { return c.id == id; });
  return found == review.campaigns.end() ? nullptr : &*found;
}

// PDL 4:3, §00.8: recurring, and on suspicion. Both are documented before anything is drawn.
Verdict openReviewCampaign(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getOpenReviewCampaign();
  const ThingId id = thingId(asked.getCampaignId());
  if (findCampaign(reviewOf(ctx), id)) return refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(id)});
  LIGGARE_RULE(unitsAreOurs(ctx, asked.getUnits()));
  if (asked.getTo() > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  if (!saysHow(ctx, asked)) return refuse(RefusalCode::CRITERIA_MISSING);

  auto event = draftReview(ctx, Body::REVIEW_CAMPAIGN_OPENED, id);
  auto body = ctx.body(event).initReviewCampaignOpened();
  set(body.initCampaign(), id);
  body.setKind(asked.getKind());
  body.setFrom(asked.getFrom());
  body.setTo(asked.getTo());
  auto units = asked.getUnits();
  if (units.size() > 0) {
    auto list = body.initUnits(units.size());
    for (unsigned i = 0; i < list.size(); ++i) set(list[i], keyOf(units[i]));
  }
  if (asked.getStrata().size() > 0) fillStrata(body.initStrata(asked.getStrata().size()), asked.getStrata());
  if (asked.getTriggers().size() > 0) body.setTriggers(asked.getTriggers());
  body.setTriggerVersion(asked.getTriggerVersion());
  body.setSeed(asked.getSeed());
  body.setCheckpointRoot(asked.getCheckpointRoot());
  body.setCheckpointSize(asked.getCheckpointSize());
  ctx.text(event, TextSlot::GROUND, asked.getGround());
  return ok();
}

// Case 88: the seed is the campaign's, so whoever draws again gets the same sample.
Verdict drawSample(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getDrawSample();
  const ReviewCampaign* campaign = findCampaign(reviewOf(ctx), thingId(asked.getCampaignId()));
  if (!campaign) return refuse(RefusalCode::UNKNOWN_THING);
  if (campaign->sampledBy) return alreadySo(campaign->sampledBy);
  if (campaign->closedBy) return refuse(RefusalCode::CASE_STATE);  // never: a closed one has its sample
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  uint64_t drawn = 0, population = 0;
  bool fits = asked.getSeed() == campaign->seed && asked.getMethod().size() > 0;
  for (auto stratum : asked.getStrata()) {
    drawn += stratum.getDrawn();
    population += stratum.getPopulation();
    fits = fits && stratum.getDrawn() <= stratum.getPopulation();
  }
  fits = fits && drawn == asked.getAccesses().size() && population == asked.getPopulation();
  if (!fits) return refuse(RefusalCode::CRITERIA_MISSING);

  const ThingId id = thingId(asked.getSampleId());
  auto event = draftReview(ctx, Body::SAMPLE_DRAWN, id);
  auto body = ctx.body(event).initSampleDrawn();
  set(body.initSample(), id);
  set(body.initCampaign(), campaign->id);
  body.setSeed(asked.getSeed());
  body.setMethod(asked.getMethod());
  body.setPopulation(asked.getPopulation());
  if (asked.getStrata().size() > 0) fillStrata(body.initStrata(asked.getStrata().size()), asked.getStrata());
  if (asked.getAccesses().size() > 0) body.setAccesses(asked.getAccesses());
  return ok();
}

namespace {

struct Counts {
  uint32_t reviewed = 0, remarks = 0, open = 0;
  bool ofOneself = false;
};
// Each sampled access that became a case was screened; a remark is any outcome but authorised.
Counts countCases(const Context& ctx, const ThingId& campaign) {
  Counts counts;
  for (const ReviewCase& c : reviewOf(ctx).cases) {
    if (c.campaign != campaign) continue;
    const bool closed = c.state == ReviewCase::State::CLOSED;
    const bool fine = c.outcome == schema::ReviewOutcome::UNASSESSED || c.outcome == schema::ReviewOutcome::AUTHORISED;
    counts.reviewed += closed ? 1 : 0;
    counts.remarks += closed && !fine ? 1 : 0;
    counts.open += closed ? 0 : 1;
    counts.ofOneself = counts.ofOneself || c.reviewed == ctx.commission->person;
  }
  return counts;
}

}  // namespace

// §4.4: the protocol is signed by the head of the unit, who was not among the reviewed.
Verdict closeCampaign(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::HEAD_OF_UNIT));
  auto asked = ctx.command.getCloseCampaign();
  const ReviewCampaign* campaign = findCampaign(reviewOf(ctx), thingId(asked.getCampaignId()));
  if (!campaign) return refuse(RefusalCode::UNKNOWN_THING);
  if (campaign->closedBy) return alreadySo(campaign->closedBy);
  const Counts counts = countCases(ctx, campaign->id);
  if (!campaign->sampledBy || (counts.open > 0 && asked.getOpen() == 0)) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  if (counts.ofOneself) return refuse(RefusalCode::SELF_REVIEW);
  const bool agrees = asked.getReviewed() == counts.reviewed && asked.getRemarks() == counts.remarks &&
                      asked.getOpen() == counts.open && isDigest(asked.getCheckpointRoot());
  if (!agrees) return refuse(RefusalCode::CRITERIA_MISSING);

  auto event = draftReview(ctx, Body::CAMPAIGN_CLOSED, campaign->id);
  auto body = ctx.body(event).initCampaignClosed();
  set(body.initCampaign(), campaign->id);
  body.setReviewed(counts.reviewed);
  body.setRemarks(counts.remarks);
  body.setOpen(counts.open);
  body.setCheckpointRoot(asked.getCheckpointRoot());
  body.setCheckpointSize(asked.getCheckpointSize());
  set(body.initBy(), ctx.commission->person);
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

}  // namespace liggare::law
