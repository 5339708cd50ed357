// What the provider keeps an eye on: processors, authorisations followed up, outcomes, worklists, review lists (GDPR
// 28, 35; HSLF-FS 2016:40 4 kap.).
#include <algorithm>

#include "engine/base/identifiers.h"
#include "engine/law/coordination.h"
#include "engine/law/governance.h"
#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::Right;
using Which = schema::Command::Which;

// --- processors -----------------------------------------------------------------------------------------------------

bool isSameProcessor(const Processor& have, const std::string& orgNumber, schema::RegisterProcessor::Reader r) {
  const bool sameScope = have.scope.size() == r.getScope().size() &&
                         std::equal(have.scope.begin(), have.scope.end(), r.getScope().begin());
  return have.orgNumber == orgNumber && sameScope && have.valid.to == r.getValidTo();
}

// GDPR 28, §00.23: before keys, backups or copies leave the provider there is a contract with who gets them.
Verdict registerProcessor(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRegisterProcessor();
  const ThingId id = thingId(r.getProcessorId());
  auto orgNumber = parseOrganisationNumber(r.getOrgNumber().cStr());
  if (!orgNumber) return refuse(RefusalCode::IDENTIFIER_INVALID);
  for (const Processor& earlier : ctx.provider->processors) {
    const bool stands = earlier.valid.covers(ctx.recordedAt) && isSameProcessor(earlier, orgNumber->value, r);
    if (earlier.id == id || stands) return alreadySo(earlier.position);
  }
  if (r.getAgreement().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING, {"agreement"});
  if (r.getScope().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING, {"scope"});
  auto event = draftGovernance(ctx, Body::PROCESSOR_REGISTERED);
  ctx.about(event, id);
  auto body = ctx.body(event).initProcessorRegistered();
  set(body.initProcessor(), id);
  body.setName(r.getName());
  body.setOrgNumber(orgNumber->value);
  body.setAgreement(r.getAgreement());
  body.setScope(r.getScope());
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  return ok();
}

// --- authorisations -------------------------------------------------------------------------------------------------

struct FoundAuthorisation {
  const CommissionState* commission = nullptr;
  const Authorisation* state = nullptr;
  Verdict verdict;
};
// HSLF-FS 4:4: the authorisation followed up is one of this provider's.
FoundAuthorisation ownAuthorisation(const Context& ctx, schema::Ref::Reader commission, const ThingId& id) {
  auto found = ownCommission(ctx, commission);
  if (found.verdict.stops()) return {nullptr, nullptr, std::move(found.verdict)};
  for (const Authorisation& authorisation : found.state->authorisations)
    if (authorisation.id == id) return {found.state, &authorisation, ok()};
  return {nullptr, nullptr, refuse(RefusalCode::UNKNOWN_THING)};
}

bool hasEnded(const Context& ctx, const Authorisation& authorisation) {
  return authorisation.valid.to != 0 && authorisation.valid.to <= ctx.recordedAt;
}

// HSLF-FS 2016:40 4:3, RP10: followed up again and again, by somebody else than who has it. Taken back, it ends in the
// same breath; changed, that is a decision of its own (changeAuthorisation), for it needs an analysis.
Verdict reviewAuthorisation(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getReviewAuthorisation();
  const auto found = ownAuthorisation(ctx, r.getCommission(), thingId(r.getAuthorisationId()));
  LIGGARE_RULE(found.verdict);
  if (hasEnded(ctx, *found.state)) return refuse(RefusalCode::CASE_STATE);
  if (found.commission->person == ctx.commission->person) return refuse(RefusalCode::SELF_REVIEW);
  auto event = draftGovernance(ctx, Body::AUTHORISATION_REVIEWED);
  ctx.about(event, found.state->id);
  auto body = ctx.body(event).initAuthorisationReviewed();
  set(body.initAuthorisation(), found.state->id);
  set(body.initCommission(), found.commission->key);
  body.setOutcome(r.getOutcome());
  body.setNextBy(r.getNextBy());
  if (r.getOutcome() != schema::AuthorisationReview::REVOKED) return ok();
  auto ended = draftGovernance(ctx, Body::AUTHORISATION_REVOKED);
  ctx.about(ended, found.state->id);
  auto revoked = ctx.body(ended).initAuthorisationRevoked();
  set(revoked.initAuthorisation(), found.state->id);
  set(revoked.initCommission(), found.commission->key);
  revoked.setEffectiveAt(ctx.recordedAt);
  return ok();
}

// PDL 4:2, case 34: as to authorise anew, so an analysis must be in force. Without a stated start the old one stands.
Verdict changeAuthorisation(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getChangeAuthorisation();
  const RiskAnalysis* analysis = analysisInForce(ctx, thingId(r.getAnalysisId()));
  if (!analysis) return refuse(RefusalCode::RISK_ANALYSIS_MISSING);
  const auto found = ownAuthorisation(ctx, r.getCommission(), thingId(r.getAuthorisationId()));
  LIGGARE_RULE(found.verdict);
  if (hasEnded(ctx, *found.state)) return refuse(RefusalCode::CASE_STATE);
  const Period valid{r.getValidFrom() ? r.getValidFrom() : found.state->valid.from, r.getValidTo()};
  const bool same = found.state->analysis == analysis->id && found.state->valid.from == valid.from &&
                    found.state->valid.to == valid.to;
  if (same) return alreadySo(found.state->position);
  auto event = draftGovernance(ctx, Body::AUTHORISATION_CHANGED);
  ctx.about(event, found.state->id);
  auto body = ctx.body(event).initAuthorisationChanged();
  set(body.initAuthorisation(), found.state->id);
  set(body.initCommission(), found.commission->key);
  set(body.initAnalysis(), analysis->id);
  body.setValidFrom(valid.from);
  body.setValidTo(valid.to);
  return ok();
}

// --- outcome and worklist -------------------------------------------------------------------------------------------

// The case named, else the provider's latest that is or was active.
const Case* caseFollowedUp(const Context& ctx, const NamedCase& named) {
  if (named.found) return named.found;
  for (auto c = ctx.patient->cases.rbegin(); c != ctx.patient->cases.rend(); ++c)
    if (c->provider == ctx.providerKey()) return &*c;
  return nullptr;
}

// §8.6 M13: at the close, and half a year and a year after it. Six and twelve months count from a closing.
Verdict mayBeFollowedUp(const Case& of, uint8_t months) {
  const CaseState now = of.now();
  const bool isTime = months == 0 || months == 6 || months == 12;
  if (!isTime) return refuse(RefusalCode::CASE_STATE, {"months=" + std::to_string(months)});
  const bool closed = now == CaseState::CLOSED, running = now == CaseState::ACTIVE || now == CaseState::PAUSED;
  return closed || (running && months == 0) ? ok() : refuse(RefusalCode::CASE_STATE);
}

bool isDegree(uint8_t percent) { return percent % 25 == 0 && percent <= 100; }

// By talking with the patient, or by what care knows: never fetched from an authority without ground (§8.6).
Verdict followUpOutcome(Context& ctx) {
  auto r = ctx.command.getFollowUpOutcome();
  const ThingId id = thingId(r.getFollowUpId());
  LIGGARE_RULE(idIsNew(ctx, id));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const Case* of = caseFollowedUp(ctx, named);
  if (!of) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(mayBeFollowedUp(*of, r.getMonths()));
  if (!isDegree(r.getDegreeBefore()) || !isDegree(r.getDegreeAfter()))
    return refuse(RefusalCode::NOT_SICK_LISTED, {"degrees.percent"});
  if (r.getSource() == schema::OutcomeSource::AUTHORITY_REGISTER) return refuse(RefusalCode::SECRECY);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::OUTCOME_FOLLOWED_UP, ItemClass::OUTCOME);
  ctx.about(event, id, of->id);
  auto body = ctx.patientBody(event).initOutcomeFollowedUp();
  set(body.initFollowUp(), id);
  body.setMonths(r.getMonths());
  body.setResult(r.getResult());
  body.setDegreeBefore(r.getDegreeBefore());
  body.setDegreeAfter(r.getDegreeAfter());
  body.setSource(r.getSource());
  ctx.text(event, schema::TextSlot::BODY, r.getText());
  return ok();
}

// Case 90, §00.17: an order of one's own list is not priority in care, as long as it stays here.
Verdict orderWorklist(Context& ctx) {
  auto r = ctx.command.getOrderWorklist();
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  LIGGARE_RULE(mayJournal(ctx));
  if (r.getExport()) return refuse(RefusalCode::PRIORITY_FORBIDDEN);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::WORKLIST_ORDERED, ItemClass::CASE_STEP);
  ctx.about(event, {}, named.found ? named.found->id : ThingId{});
  ctx.patientBody(event).initWorklistOrdered().setRank(r.getRank());
  return ok();
}

// --- lists for review -----------------------------------------------------------------------------------------------

// T01 to T22 (§4.2).
bool isTrigger(const std::string& name) {
  if (name.size() != 3 || name[0] != 'T' || name < "T01" || name > "T22") return false;
  return name[1] >= '0' && name[1] <= '2' && name[2] >= '0' && name[2] <= '9';  // never: bounded by T01 and T22
}
// Lists of persons and relations, off until somebody has decided them (§00.32).
bool isList(const std::string& trigger) { return trigger == "T03" || trigger == "T04" || trigger == "T06"; }

// §00.32, GDPR 35: such a list has been judged, somebody owns it, and it ends.
Verdict listIsDecided(const Context& ctx, schema::SetReviewTrigger::Reader r) {
  const bool whole =
      r.getDpia().size() > 0 && isKnown(r.getOwner()) && r.getRetentionDays() > 0 && r.getValidTo() > ctx.recordedAt;
  return whole ? ok() : refuse(RefusalCode::CRITERIA_MISSING);
}

// PDL 4:3, GDPR 35: a list for review is on only with an assessment, an owner, days of keeping and an end.
Verdict setReviewTrigger(Context& ctx) {
  if (!ctx.hasRight(Right::HEAD_OF_UNIT)) LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getSetReviewTrigger();
  const std::string trigger = r.getTrigger().cStr();
  LIGGARE_RULE(namedOrAbsent(r.getOwner()));
  const bool isUnknownOwner = !isAbsent(r.getOwner()) && !isKnown(r.getOwner());
  if (!isTrigger(trigger) || isUnknownOwner) return refuse(RefusalCode::UNKNOWN_THING);
  const ReviewTrigger* earlier = nullptr;
  for (const ReviewTrigger& known : ctx.provider->triggers)
    if (known.trigger == trigger) earlier = &known;
  const bool decides = r.getOn() && isList(trigger);  // each such decision is one of its own
  if (!decides && earlier && earlier->on == r.getOn() && earlier->validTo == r.getValidTo())
    return alreadySo(earlier->position);
  if (decides) LIGGARE_RULE(listIsDecided(ctx, r));
  auto event = draftGovernance(ctx, Body::REVIEW_TRIGGER_SET);
  auto body = ctx.body(event).initReviewTriggerSet();
  body.setTrigger(trigger);
  body.setOn(r.getOn());
  if (r.getDpia().size() > 0) body.setDpia(r.getDpia());
  if (isKnown(r.getOwner())) set(body.initOwner(), keyOf(r.getOwner()));
  body.setRetentionDays(r.getRetentionDays());
  body.setValidTo(r.getValidTo());
  body.setVersion(static_cast<uint16_t>(earlier ? earlier->version + 1 : 1));
  return ok();
}

}  // namespace

Verdict decideOversight(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::REGISTER_PROCESSOR: return registerProcessor(ctx);
    case Which::REVIEW_AUTHORISATION: return reviewAuthorisation(ctx);
    case Which::CHANGE_AUTHORISATION: return changeAuthorisation(ctx);
    case Which::FOLLOW_UP_OUTCOME: return followUpOutcome(ctx);
    case Which::ORDER_WORKLIST: return orderWorklist(ctx);
    default: return setReviewTrigger(ctx);  // the chapter's last
  }
}

// --- folding --------------------------------------------------------------------------------------------------------

// A worklist leaves nothing: its order is nobody's care.
void evolveOversight(PatientState& state, const EventView& event, schema::Body::Reader body) {
  if (body.isOutcomeFollowedUp()) state.items.push_back(itemRow(event));
}

void evolveOversight(CommissionState& state, const EventView& event) {
  auto body = event.body();
  if (!body.isAuthorisationReviewed() && !body.isAuthorisationChanged()) return;
  const bool reviewed = body.isAuthorisationReviewed();
  const ThingId id = reviewed ? thingId(body.getAuthorisationReviewed().getAuthorisation())
                              : thingId(body.getAuthorisationChanged().getAuthorisation());
  for (Authorisation& authorisation : state.authorisations) {
    if (authorisation.id != id) continue;
    if (reviewed) {
      authorisation.nextReview = body.getAuthorisationReviewed().getNextBy();
    } else {
      auto changed = body.getAuthorisationChanged();
      authorisation.analysis = thingId(changed.getAnalysis());
      authorisation.valid = {changed.getValidFrom(), changed.getValidTo()};
      authorisation.position = event.position;
    }
  }
}

void evolveOversight(ProviderState& state, const EventView& event) {
  auto body = event.body();
  if (body.isProcessorRegistered()) {
    auto registered = body.getProcessorRegistered();
    Processor processor;
    processor.id = thingId(registered.getProcessor());
    processor.orgNumber = registered.getOrgNumber().cStr();
    for (auto scope : registered.getScope()) processor.scope.push_back(scope);
    processor.valid = {registered.getValidFrom(), registered.getValidTo()};
    processor.position = event.position;
    state.processors.push_back(std::move(processor));
  }
  if (!body.isReviewTriggerSet()) return;
  auto decided = body.getReviewTriggerSet();
  const std::string name = decided.getTrigger().cStr();
  auto& all = state.triggers;
  auto found = std::find_if(all.begin(), all.end(), [&](const ReviewTrigger& t) { return t.trigger == name; });
  if (found == all.end()) found = all.insert(all.end(), ReviewTrigger{});
  *found = {name, decided.getOn(), decided.getVersion(), decided.getValidTo(), event.position};
}

}  // namespace liggare::law
