// The one door of the law: authority first, then the chapter, then what follows from having broken a rule.
#include "engine/law/access-record.h"
#include "engine/law/chapter.h"

#include <kj/debug.h>

namespace liggare::law {

namespace {

using Which = schema::Command::Which;

// Which chapter decides what: the union's members in their order, each in one row.
struct Chapter {
  Which first, last;
  Verdict (*decide)(Context&);
};
constexpr Chapter CHAPTERS[] = {
    {Which::REGISTER_PROVIDER, Which::GRANT_LOCAL_ACCESS, decideGovernance},
    {Which::REGISTER_PATIENT, Which::END_RELATION, decideIdentity},
    {Which::RECORD_EVIDENCE, Which::END_CONTACT_PERSON, decideCase},
    {Which::GIVE_CONSENT, Which::ANNUL_CONSENT, decideConsent},
    {Which::INFORM_SVOD, Which::REFUSE_OUTER_LIFT, decideBlocks},
    {Which::RECORD_NOTE, Which::NOTE_DISSENT, decideNotes},
    {Which::RECORD_INTERVENTION, Which::FOLLOW_UP_PLAN, decideInterventions},
    {Which::GIVE_INFORMATION, Which::GIVE_INFORMATION, decideNotes},
    {Which::RECORD_EXTERNAL_CONTACT, Which::RECORD_DISCLOSURE, decideDisclosure},
    {Which::FLAG_DEVIATION, Which::SET_PRIORITY, decideNotes},
    {Which::READ_JOURNAL, Which::READ_EVENTS, decideAccess},
    {Which::REQUEST_COPY, Which::WITHDRAW_AVAILABILITY, decideRights},
    {Which::MERGE_IDENTITIES, Which::HAND_OVER_RESPONSIBILITY, decideMerge},
    {Which::GIVE_APPROVAL, Which::GIVE_APPROVAL, decideApproval},
    {Which::REGISTER_PROCESSOR, Which::SET_REVIEW_TRIGGER, decideOversight},
    {Which::SET_RETENTION_POLICY, Which::RELEASE_LEGAL_HOLD, decideRetention},
    {Which::REQUEST_DESTRUCTION, Which::CONFIRM_DESTRUCTION, decideDestruction},
    {Which::ORDER_CUSTODY, Which::DISPOSE, decideRetention},
    {Which::OPEN_REVIEW_CAMPAIGN, Which::CLOSE_CAMPAIGN, decideReview},
    {Which::READ_LIST, Which::EXPORT_FOR_IVO, decideReads},
};

Verdict decideChapter(Context& ctx) {
  const Which kind = ctx.command.which();
  for (const Chapter& chapter : CHAPTERS)                                           // never: each kind has its row
    if (kind >= chapter.first && kind <= chapter.last) return chapter.decide(ctx);  // never: the rows ascend
  return refuse(RefusalCode::NOT_BUILT);
}

bool isRead(Which kind) {
  return (kind >= Which::READ_JOURNAL && kind <= Which::READ_EVENTS) ||
         (kind >= Which::READ_LIST && kind <= Which::EXPORT_FOR_IVO);  // never: it is the last
}

// §00.1: what occurred although unlawful is recorded with its violations; a deviation and a review item follow, and an
// incident when data left without ground (GDPR art. 33: 72 hours from awareness).
void followViolations(Context& ctx) {
  if (ctx.violations.empty()) return;
  auto main = ctx.decision.events.front()->getRoot<schema::Event>();
  auto list = main.getCommon().initViolations(static_cast<unsigned>(ctx.violations.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, ctx.violations[i]);
  const ThingId target = thingId(main.asReader().getCommon().getThing());

  auto deviation = ctx.draft(schema::Body::DEVIATION_FLAGGED, schema::ItemClass::CASE_STEP);
  set(ctx.patientBody(deviation).initDeviationFlagged().initTarget(), target);

  auto review = ctx.draft(schema::Body::REVIEW_ITEM_OPENED, schema::ItemClass::GOVERNANCE);
  auto item = ctx.body(review).initReviewItemOpened();
  item.setTrigger("VIOLATION");
  item.setCode(ctx.violations.front());
  set(item.initTarget(), target);

  if (!ctx.unlawfulDisclosure) return;
  auto incident = ctx.draft(schema::Body::INCIDENT_REGISTERED, schema::ItemClass::GOVERNANCE);
  auto facts = ctx.body(incident).initIncidentRegistered();
  facts.setAwareAt(ctx.recordedAt);
  facts.setDeadline(ctx.recordedAt + 72 * HOUR);
  facts.setCause(ctx.violations.front());
  set(facts.initTarget(), target);
}

void recordAttempt(Context& ctx, RefusalCode code) {
  ctx.decision.events.clear();
  auto event = ctx.draft(schema::Body::ATTEMPT_REFUSED, schema::ItemClass::ACCESS_LOG);
  auto attempt = ctx.body(event).initAttemptRefused();
  attempt.setCommand(static_cast<uint16_t>(ctx.command.which()));
  attempt.setCode(code);
  attempt.setRuleSet(ctx.rules.version);
}

void recordUnchanged(Context& ctx, Position earlier) {
  ctx.decision.events.clear();
  auto event = ctx.draft(schema::Body::UNCHANGED, schema::ItemClass::ACCESS_LOG);
  auto body = ctx.body(event).initUnchanged();
  body.setCommand(static_cast<uint16_t>(ctx.command.which()));
  body.setEarlier(earlier);
}

// §00.36: who may act comes first, then about whom, then what the chapter says.
Verdict judge(Context& ctx) {
  Which kind = ctx.command.which();
  if (kind == Which::NONE || kind == Which::NOT_BUILT) return refuse(RefusalCode::NOT_BUILT);  // never: stopped earlier
  LIGGARE_RULE(mayAct(ctx));
  LIGGARE_RULE(patientKnown(ctx));
  return decideChapter(ctx);
}

}  // namespace

schema::Body::Reader EventView::body() const {
  if (common.hasBody()) return common.getBody();
  for (auto& part : patients)                  // never: every event has a body
    if (part.isBody()) return part.getBody();  // never: the first part has it
  return {};
}

EventView viewOf(schema::Event::Reader event, Position position, Micros recordedAt, EventId id) {
  EventView view{position, recordedAt, id, event.getCommon(), event.getActor(), {}, event.getTexts()};
  for (auto part : event.getPatients()) view.patients.push_back(part);
  return view;
}

Decision decide(const StateView& view, schema::Command::Reader ask, const std::string& client, Micros recordedAt) {
  return decideUnder(view, ask, client, recordedAt, ruleSetAt(recordedAt));
}

Decision decideUnder(const StateView& view, schema::Command::Reader ask, const std::string& client, Micros recordedAt,
                     const RuleSet& rules) {
  Decision decision;
  Context ctx(view, ask, client, recordedAt, rules, decision);
  Verdict verdict = judge(ctx);
  if (verdict.unchanged) {
    decision.kind = Decision::Kind::UNCHANGED;
    decision.earlier = *verdict.unchanged;
    recordUnchanged(ctx, decision.earlier);
  } else if (verdict.code != RefusalCode::NONE) {
    decision.kind = Decision::Kind::REFUSED;
    decision.code = verdict.code;
    decision.arguments = std::move(verdict.arguments);
    // A denied read has drafted its own AccessRecorded, which says more than an attempt does.
    bool read = isRead(ask.which());
    if (read && decision.events.empty())
      recordDeniedRead(ctx, verdict.code);
    else if (!read) {
      recordAttempt(ctx, verdict.code);
      recordRefusedRequest(ctx, verdict.code);
    }
  } else {
    KJ_ASSERT(!decision.events.empty(), "accepted without an event", static_cast<uint>(ask.which()));
    followViolations(ctx);
  }
  ctx.finish();
  return decision;
}

}  // namespace liggare::law
