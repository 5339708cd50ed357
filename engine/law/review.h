// Logguppföljning (PDL 4:3; HSLF-FS 2016:40 4:9; domain §4), in three files: the campaigns and their samples
// (review-campaigns.c++), the cases (review.c++), and the incidents that follow (incidents.c++).
#pragma once

#include "engine/law/naming.h"

namespace liggare::law {

// The provider's review as it stands; empty before its first event. Requires a commission.
const ReviewState& reviewOf(const Context& ctx);
const ReviewCampaign* findCampaign(const ReviewState& review, const ThingId& id);
const Incident* findIncident(const ReviewState& review, const ThingId& id);

// Nobody reviews themselves, under whatever commission (case 86).
inline Verdict isAnother(const Context& ctx, const SubjectKey& reviewed) {
  return ctx.commission->person == reviewed ? refuse(RefusalCode::SELF_REVIEW) : ok();
}
// A review is about accesses, not about the patient: its body stands in common.
inline schema::Event::Builder draftReview(Context& ctx, schema::Body::Which kind, const ThingId& thing) {
  auto event = ctx.draft(kind, schema::ItemClass::REVIEW);
  ctx.about(event, thing);
  return event;
}

// GDPR art. 33: 72 hours from when somebody became aware.
struct IncidentFacts {
  ThingId id, target, review;
  Micros awareAt = 0;  // 0: now, and nobody stated it
  bool highRisk = false;
};
schema::Event::Builder draftIncident(Context& ctx, const IncidentFacts& facts);
// R-FRAMTID; an id that names another incident is R-DUP.
Verdict incidentMayBe(const Context& ctx, const IncidentFacts& facts);

Verdict openReviewCampaign(Context& ctx);
Verdict drawSample(Context& ctx);
Verdict closeCampaign(Context& ctx);
Verdict informPatientOfBreach(Context& ctx);
Verdict registerIncident(Context& ctx);
Verdict reportIncident(Context& ctx);

}  // namespace liggare::law
