// Logguppföljning, the cases (PDL 4:3; domain §4.3): OPEN → SCREENED → CLARIFICATION_ASKED → ASSESSED → CLOSED. Nobody
// reviews themselves, and nothing is assessed without criteria. And the folding of the whole review stream.
#include "engine/law/review.h"

#include <algorithm>
#include <array>

namespace liggare::law {
namespace {

using schema::Body;
using schema::CriterionAnswer;
using schema::ReviewOutcome;
using schema::Right;
using schema::TextSlot;
using State = ReviewCase::State;
using Which = schema::Command::Which;

const ReviewCase* findReview(const Context& ctx, const ThingId& id) {
  auto& cases = reviewOf(ctx).cases;
  auto found = std::find_if(cases.begin(), cases.end(), [&](const ReviewCase& c) { return c.id == id; });
  return found == cases.end() ? nullptr : &*found;
}

// R-OKAND, R-ARENDE, R-JAV, in that order: what every step with a case asks.
Verdict stepIsPossible(const Context& ctx, const ReviewCase* of, std::initializer_list<State> from) {
  if (!of) return refuse(RefusalCode::UNKNOWN_THING);
  if (std::find(from.begin(), from.end(), of->state) == from.end()) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  return isAnother(ctx, of->reviewed);
}

// PDL 4:3: a case is about one person's reading, within a campaign or on a suspicion.
Verdict openReviewCase(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getOpenReviewCase();
  const ThingId id = thingId(asked.getReviewId()), campaignId = thingId(asked.getCampaignId());
  if (findReview(ctx, id)) return refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(id)});
  LIGGARE_RULE(named(asked.getStaff()));
  if (!isKnown(asked.getStaff())) return refuse(RefusalCode::UNKNOWN_THING);
  if (!campaignId.isZero()) {
    const ReviewCampaign* campaign = findCampaign(reviewOf(ctx), campaignId);
    if (!campaign) return refuse(RefusalCode::UNKNOWN_THING);
    if (campaign->closedBy) return refuse(RefusalCode::CASE_STATE);
  }
  const SubjectKey reviewed = keyOf(asked.getStaff());
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  LIGGARE_RULE(isAnother(ctx, reviewed));
  const ThingId complaint = thingId(asked.getComplaintId());
  if (asked.getAccesses().size() == 0 && complaint.isZero()) return refuse(RefusalCode::CRITERIA_MISSING);

  auto event = draftReview(ctx, Body::REVIEW_CASE_OPENED, id);
  auto body = ctx.body(event).initReviewCaseOpened();
  set(body.initReview(), id);
  if (!campaignId.isZero()) set(body.initCampaign(), campaignId);
  set(body.initStaff(), reviewed);
  if (asked.getAccesses().size() > 0) body.setAccesses(asked.getAccesses());
  if (asked.getTriggers().size() > 0) body.setTriggers(asked.getTriggers());
  if (!complaint.isZero()) set(body.initComplaint(), complaint);
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

Verdict screenReviewCase(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getScreenReviewCase();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  LIGGARE_RULE(stepIsPossible(ctx, of, {State::OPEN}));
  auto event = draftReview(ctx, Body::REVIEW_SCREENED, of->id);
  auto body = ctx.body(event).initReviewScreened();
  set(body.initReview(), of->id);
  body.setResult(asked.getResult());
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

Verdict askClarification(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getAskClarification();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  LIGGARE_RULE(stepIsPossible(ctx, of, {State::SCREENED_QUESTION}));
  auto event = draftReview(ctx, Body::CLARIFICATION_ASKED, of->id);
  auto body = ctx.body(event).initClarificationAsked();
  set(body.initReview(), of->id);
  body.setAnswerBy(asked.getAnswerBy());
  ctx.text(event, TextSlot::ASKED, asked.getText());
  return ok();
}

// Whoever is reviewed says it themselves, or somebody writes down what they said; it is no review.
Verdict recordUserStatement(Context& ctx) {
  if (!ctx.commission) return refuse(RefusalCode::NOT_AUTHORISED);  // never: only staff get here
  auto asked = ctx.command.getRecordUserStatement();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  const bool oneself = of && of->reviewed == ctx.commission->person;
  if (!oneself) LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  if (!of) return refuse(RefusalCode::UNKNOWN_THING);
  if (of->state != State::CLARIFICATION_ASKED) return refuse(RefusalCode::CASE_STATE);
  const Micros statedAt = asked.getStatedAt() ? asked.getStatedAt() : ctx.occurredAt();
  if (statedAt > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftReview(ctx, Body::USER_STATEMENT_RECORDED, of->id);
  auto body = ctx.body(event).initUserStatementRecorded();
  set(body.initReview(), of->id);
  body.setStatedAt(statedAt);
  body.setVia(asked.getVia());
  ctx.text(event, TextSlot::STATEMENT, asked.getStatement());
  return ok();
}

// Case 87: participated, needed, related, proportionate, stated — each once, and answered; and then an outcome.
bool hasCriteria(schema::AssessReview::Reader asked) {
  constexpr size_t KEYS = 5;
  std::array<bool, KEYS> answered{};
  for (auto criterion : asked.getCriteria()) {
    const size_t key = static_cast<size_t>(criterion.getKey());
    if (key >= KEYS) return false;  // never: the door takes known keys only
    if (answered[key] || criterion.getAnswer() == CriterionAnswer::UNANSWERED) return false;
    answered[key] = true;
  }
  return asked.getOutcome() != ReviewOutcome::UNASSESSED &&
         std::all_of(answered.begin(), answered.end(), [](bool b) { return b; });
}

void draftAssessment(Context& ctx, schema::AssessReview::Reader asked, const ReviewCase& of) {
  auto event = draftReview(ctx, Body::REVIEW_ASSESSED, of.id);
  auto body = ctx.body(event).initReviewAssessed();
  set(body.initReview(), of.id);
  if (asked.getAccesses().size() > 0) body.setAccesses(asked.getAccesses());
  auto criteria = asked.getCriteria();
  auto list = body.initCriteria(criteria.size());
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setKey(criteria[i].getKey());
    list[i].setAnswer(criteria[i].getAnswer());
  }
  body.setOutcome(asked.getOutcome());
  set(body.initBy(), ctx.commission->person);
  ctx.text(event, TextSlot::BODY, asked.getText());
  for (unsigned i = 0; i < criteria.size(); ++i)
    ctx.text(event, TextSlot::CRITERION, criteria[i].getNote(), static_cast<uint16_t>(i));
}

// Cases 86, 87, 89. An unauthorised access is a breach: the clock of GDPR 33 runs from when somebody became aware,
// which a person states and which may be earlier than the assessment.
Verdict assessReview(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getAssessReview();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  if (!of) return refuse(RefusalCode::UNKNOWN_THING);
  for (auto access : asked.getAccesses())
    if (std::find(of->accesses.begin(), of->accesses.end(), thingId(access)) == of->accesses.end())
      return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(stepIsPossible(ctx, of, {State::SCREENED_OK, State::SCREENED_QUESTION, State::CLARIFICATION_ASKED}));
  const bool breach = asked.getOutcome() == ReviewOutcome::UNAUTHORISED;
  IncidentFacts incident{thingId(asked.getIncidentId()), {}, of->id, asked.getAwareAt(), false};
  if (!of->accesses.empty()) incident.target = of->accesses.front();
  if (asked.getAccesses().size() > 0) incident.target = thingId(asked.getAccesses()[0]);
  if (breach) LIGGARE_RULE(incidentMayBe(ctx, incident));
  if (!hasCriteria(asked)) return refuse(RefusalCode::CRITERIA_MISSING);
  draftAssessment(ctx, asked, *of);
  if (breach) draftIncident(ctx, incident);
  return ok();
}

Verdict takeReviewAction(Context& ctx) {
  if (!ctx.hasRight(Right::HEAD_OF_UNIT)) LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getTakeReviewAction();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  LIGGARE_RULE(stepIsPossible(ctx, of, {State::ASSESSED}));
  auto event = draftReview(ctx, Body::REVIEW_ACTION_TAKEN, of->id);
  auto body = ctx.body(event).initReviewActionTaken();
  set(body.initReview(), of->id);
  body.setAction(asked.getAction());
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

// Screened without remark, or assessed; what was unauthorised has led to something, if only the note that nothing was
// done.
Verdict closeReviewCase(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REVIEW));
  auto asked = ctx.command.getCloseReviewCase();
  const ReviewCase* of = findReview(ctx, thingId(asked.getReviewId()));
  if (of && of->state == State::CLOSED) return alreadySo(of->stateBy);
  LIGGARE_RULE(stepIsPossible(ctx, of, {State::SCREENED_OK, State::ASSESSED}));
  if (of->outcome == ReviewOutcome::UNAUTHORISED && of->actions == 0) return refuse(RefusalCode::CASE_STATE);
  auto event = draftReview(ctx, Body::REVIEW_CASE_CLOSED, of->id);
  auto body = ctx.body(event).initReviewCaseClosed();
  set(body.initReview(), of->id);
  body.setOutcome(of->outcome);
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

// --- folding -------------------------------------------------------------------------------------

ReviewCase* caseOf(ReviewState& state, const ThingId& id) {
  for (ReviewCase& c : state.cases)  // never: it was found when decided
    if (c.id == id) return &c;
  return nullptr;
}
void step(ReviewState& state, schema::Id::Reader id, State to, const EventView& event) {
  ReviewCase* of = caseOf(state, thingId(id));
  if (!of) return;  // never: it was found when decided
  of->state = to;
  of->stateBy = event.position;
}
template <typename Ids>
std::vector<ThingId> thingsOf(Ids ids) {
  std::vector<ThingId> things;
  for (auto id : ids) things.push_back(thingId(id));
  return things;
}

void keepCampaign(ReviewState& state, schema::ReviewCampaignOpened::Reader said, const EventView& event) {
  ReviewCampaign campaign;
  campaign.id = thingId(said.getCampaign());
  campaign.kind = said.getKind();
  campaign.period = {said.getFrom(), said.getTo()};
  campaign.seed = said.getSeed().cStr();
  campaign.position = event.position;
  state.campaigns.push_back(std::move(campaign));
}
void keepSample(ReviewState& state, schema::SampleDrawn::Reader said, const EventView& event) {
  for (ReviewCampaign& campaign : state.campaigns) {
    if (campaign.id != thingId(said.getCampaign())) continue;
    campaign.samples = thingsOf(said.getAccesses());
    campaign.sampledBy = event.position;
  }
}
void keepCase(ReviewState& state, schema::ReviewCaseOpened::Reader said, const EventView& event) {
  ReviewCase opened;
  opened.id = thingId(said.getReview());
  if (said.hasCampaign()) opened.campaign = thingId(said.getCampaign());
  opened.reviewed = subjectKey(said.getStaff());
  opened.accesses = thingsOf(said.getAccesses());
  opened.position = opened.stateBy = event.position;
  state.cases.push_back(std::move(opened));
}
void keepAssessed(ReviewState& state, schema::ReviewAssessed::Reader said, const EventView& event) {
  step(state, said.getReview(), State::ASSESSED, event);
  if (ReviewCase* of = caseOf(state, thingId(said.getReview()))) of->outcome = said.getOutcome();  // never: known case
}
void keepIncident(ReviewState& state, schema::IncidentRegistered::Reader said, const EventView& event) {
  Incident incident;
  incident.id = said.hasIncident() ? thingId(said.getIncident()) : ThingId::from(event.id);
  incident.review = thingId(said.getReview());
  incident.target = thingId(said.getTarget());
  incident.awareAt = said.getAwareAt();
  incident.deadline = said.getDeadline();
  incident.highRisk = said.getHighRisk();
  incident.position = event.position;
  state.incidents.push_back(incident);
}
void keepTold(ReviewState& state, const ThingId& id, const EventView& event) {
  for (Incident& incident : state.incidents)
    if (incident.id == id)
      for (auto& part : event.patients) incident.informed.push_back(subjectKey(part.getPatient()));
}

}  // namespace

Verdict decideReview(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::OPEN_REVIEW_CAMPAIGN: return openReviewCampaign(ctx);
    case Which::DRAW_SAMPLE: return drawSample(ctx);
    case Which::OPEN_REVIEW_CASE: return openReviewCase(ctx);
    case Which::SCREEN_REVIEW_CASE: return screenReviewCase(ctx);
    case Which::ASK_CLARIFICATION: return askClarification(ctx);
    case Which::RECORD_USER_STATEMENT: return recordUserStatement(ctx);
    case Which::ASSESS_REVIEW: return assessReview(ctx);
    case Which::TAKE_REVIEW_ACTION: return takeReviewAction(ctx);
    case Which::CLOSE_REVIEW_CASE: return closeReviewCase(ctx);
    case Which::INFORM_PATIENT_OF_BREACH: return informPatientOfBreach(ctx);
    case Which::REGISTER_INCIDENT: return registerIncident(ctx);
    case Which::REPORT_INCIDENT: return reportIncident(ctx);
    case Which::CLOSE_CAMPAIGN: return closeCampaign(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: every kind is above
  }
}

void evolveReview(ReviewState& state, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Body::REVIEW_CAMPAIGN_OPENED: return keepCampaign(state, body.getReviewCampaignOpened(), event);
    case Body::SAMPLE_DRAWN: return keepSample(state, body.getSampleDrawn(), event);
    case Body::REVIEW_CASE_OPENED: return keepCase(state, body.getReviewCaseOpened(), event);
    case Body::REVIEW_SCREENED: {
      const bool fine = body.getReviewScreened().getResult() == schema::ScreeningResult::OK;
      return step(state, body.getReviewScreened().getReview(), fine ? State::SCREENED_OK : State::SCREENED_QUESTION,
                  event);
    }
    case Body::CLARIFICATION_ASKED:
      return step(state, body.getClarificationAsked().getReview(), State::CLARIFICATION_ASKED, event);
    case Body::USER_STATEMENT_RECORDED:
      if (ReviewCase* of = caseOf(state, thingId(body.getUserStatementRecorded().getReview())))  // never: known case
        of->statementRecorded = true;
      return;
    case Body::REVIEW_ASSESSED: return keepAssessed(state, body.getReviewAssessed(), event);
    case Body::REVIEW_ACTION_TAKEN:
      if (ReviewCase* of = caseOf(state, thingId(body.getReviewActionTaken().getReview())))  // never: known case
        ++of->actions;
      return;
    case Body::REVIEW_CASE_CLOSED: return step(state, body.getReviewCaseClosed().getReview(), State::CLOSED, event);
    case Body::INCIDENT_REGISTERED: return keepIncident(state, body.getIncidentRegistered(), event);
    case Body::INCIDENT_REPORTED:
      for (Incident& incident : state.incidents)
        if (incident.id == thingId(body.getIncidentReported().getIncident())) incident.reportedBy = event.position;
      return;
    case Body::PATIENT_INFORMED_OF_BREACH:
      return keepTold(state, thingId(body.getPatientInformedOfBreach().getIncident()), event);
    case Body::CAMPAIGN_CLOSED:
      for (ReviewCampaign& campaign : state.campaigns)
        if (campaign.id == thingId(body.getCampaignClosed().getCampaign())) campaign.closedBy = event.position;
      return;
    default: return;  // never: no others touch a review
  }
}

}  // namespace liggare::law
