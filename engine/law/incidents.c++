// Personuppgiftsincidenter (GDPR art. 33-34): registered by a person or by a rule, reported within 72 hours or with the
// reason why not, and told to the patient.
#include <algorithm>

#include "engine/law/notes.h"
#include "engine/law/review.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;

constexpr Micros REPORT_WITHIN = 72 * HOUR;

}  // namespace

const ReviewState& reviewOf(const Context& ctx) {
  static const ReviewState NOTHING;
  const ReviewState* review = ctx.view.review(ctx.providerKey());
  return review ? *review : NOTHING;  // never: it is loaded for staff
}

const Incident* findIncident(const ReviewState& review, const ThingId& id) {
  auto found =
      std::find_if(review.incidents.begin(), review.incidents.end(), [&](const Incident& i) { return i.id == id; });
  return found == review.incidents.end() ? nullptr : &*found;
}

Verdict incidentMayBe(const Context& ctx, const IncidentFacts& facts) {
  if (findIncident(reviewOf(ctx), facts.id)) return refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(facts.id)});
  return facts.awareAt > ctx.recordedAt ? refuse(RefusalCode::IN_THE_FUTURE) : ok();
}

schema::Event::Builder draftIncident(Context& ctx, const IncidentFacts& facts) {
  auto event = ctx.draft(Body::INCIDENT_REGISTERED, ItemClass::GOVERNANCE);
  ctx.about(event, facts.id);
  const Micros awareAt = facts.awareAt ? facts.awareAt : ctx.recordedAt;
  auto body = ctx.body(event).initIncidentRegistered();
  set(body.initIncident(), facts.id);
  body.setAwareAt(awareAt);
  body.setDeadline(awareAt + REPORT_WITHIN);
  if (!facts.target.isZero()) set(body.initTarget(), facts.target);
  if (!facts.review.isZero()) set(body.initReview(), facts.review);
  body.setHighRisk(facts.highRisk);
  body.setSetByPerson(facts.awareAt != 0);
  return event;
}

namespace {

// Whoever's access the breach was neither registers it nor says that it need not be reported: known by the review case
// the incident names, or by one that concerns the same access.
Verdict isNotOneself(const Context& ctx, const ThingId& review, const ThingId& access) {
  for (const ReviewCase& of : reviewOf(ctx).cases) {
    const bool sameAccess =
        !access.isZero() && std::find(of.accesses.begin(), of.accesses.end(), access) != of.accesses.end();
    if (sameAccess || (!review.isZero() && of.id == review)) LIGGARE_RULE(isAnother(ctx, of.reviewed));
  }
  return ok();
}

}  // namespace

// GDPR 33(5), case 89: every breach is documented, also one that need not be reported.
Verdict registerIncident(Context& ctx) {
  if (!ctx.hasRight(Right::GOVERN) && !ctx.hasRight(Right::HEAD_OF_UNIT)) LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getRegisterIncident();
  const IncidentFacts facts{thingId(asked.getIncidentId()), thingId(asked.getTargetId()), thingId(asked.getReviewId()),
                            asked.getAwareAt(), asked.getHighRisk()};
  auto& cases = reviewOf(ctx).cases;
  const bool isCase =
      std::any_of(cases.begin(), cases.end(), [&](const ReviewCase& c) { return c.id == facts.review; });
  if (!facts.review.isZero() && !isCase) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(incidentMayBe(ctx, facts));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  LIGGARE_RULE(isNotOneself(ctx, facts.review, facts.target));
  auto event = draftIncident(ctx, facts);
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

// GDPR 33(1), (5): to IMY within 72 hours; later, or not at all, only with the reason on record.
Verdict reportIncident(Context& ctx) {
  if (!ctx.hasRight(Right::GOVERN)) LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getReportIncident();
  const ThingId id = thingId(asked.getIncidentId());
  const Incident* incident = findIncident(reviewOf(ctx), id);
  if (!incident) return refuse(RefusalCode::UNKNOWN_THING);
  if (incident->reportedBy) return alreadySo(incident->reportedBy);
  const Micros reportedAt = asked.getReportedAt() ? asked.getReportedAt() : ctx.recordedAt;
  if (reportedAt > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  const bool needsReason = asked.getNotReported() || reportedAt > incident->deadline;
  if (needsReason && asked.getReason().size() == 0) return refuse(RefusalCode::LATE_WITHOUT_REASON);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  LIGGARE_RULE(isNotOneself(ctx, incident->review, incident->target));
  auto event = draftReview(ctx, Body::INCIDENT_REPORTED, id);
  auto body = ctx.body(event).initIncidentReported();
  set(body.initIncident(), id);
  if (!asked.getNotReported()) body.setReportedAt(reportedAt);
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  body.setNotReported(asked.getNotReported());
  ctx.text(event, TextSlot::REASON, asked.getReason());
  return ok();
}

// GDPR 34: in clear and plain words; it is information given to the patient, and stands in the journal too.
Verdict informPatientOfBreach(Context& ctx) {
  const bool byTask = ctx.hasRight(Right::REVIEW) || ctx.hasRight(Right::RECORDS_OFFICE);
  if (!byTask) LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getInformPatientOfBreach();
  const ThingId id = thingId(asked.getIncidentId());
  const Incident* incident = findIncident(reviewOf(ctx), id);
  if (!incident) return refuse(RefusalCode::UNKNOWN_THING);
  if (!byTask) LIGGARE_RULE(careParticipation(ctx));
  if (const Position told = positionOf(*ctx.patient, Body::PATIENT_INFORMED_OF_BREACH, id)) return alreadySo(told);
  if (asked.getText().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::PATIENT_INFORMED_OF_BREACH, ItemClass::INFORMATION);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initPatientInformedOfBreach();
  set(body.initIncident(), id);
  body.setChannel(asked.getChannel());
  ctx.text(event, TextSlot::INFORMED, asked.getText());
  return ok();
}

}  // namespace liggare::law
