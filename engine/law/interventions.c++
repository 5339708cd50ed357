// The interventions themselves (2019:1297 3 §): three kinds and no other, only while the case is active and the patient
// consents, in consultation, by whoever is responsible that day. And the plan they follow. What has occurred is
// recorded even when it should not have been (§00.1); what is planned is refused.
#include <algorithm>

#include "engine/law/case.h"
#include "engine/law/item-row.h"
#include "engine/law/notes.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ConsentKind;
using schema::InterventionKind;
using schema::ItemClass;
using schema::TextSlot;

// --- may it be done, or have been done -----------------------------------------------------------

// The case of the act: the one named; else this provider's that was active then; else its latest.
const Case* caseOfAct(const Context& ctx) {
  const NamedCase named = namedCase(ctx);
  if (named.found) return named.found;
  const Case* latest = nullptr;
  const Case* active = nullptr;
  for (const Case& c : ctx.patient->cases) {
    if (c.provider != ctx.providerKey()) continue;
    latest = &c;
    if (c.at(ctx.occurredAt()) == CaseState::ACTIVE) active = &c;
  }
  return active ? active : latest;
}

// 3 § second paragraph, at the time of the act. The dead give none.
const Consent* consentOfAct(const Context& ctx) {
  return consentAt(*ctx.patient, ctx.providerKey(), ConsentKind::C1, ctx.occurredAt());
}

// 2 §: the region, the agreement or the contract covers the day of the act (cases 30, 33).
Verdict responsibleThen(Context& ctx, const Case* of) {
  const Micros t = ctx.occurredAt();
  const Responsibility duty = of ? responsibilityForStep(ctx, *of, t) : responsibilityForOffer(ctx, {}, t);
  if (duty.code == RefusalCode::NONE) return ok();
  return duty.homeRegion.empty() ? ctx.stopOrViolate(duty.code)
                                 : ctx.stopOrViolate(duty.code, {"homeRegion=" + duty.homeRegion});
}

// 1 §: coordination is for the sick-listed, or those a region has decided to help before. An assessed need has answered
// that once, and a certificate that ends later stops nothing (§00.4); a region's decision that has ended does. An act
// outside any case has nobody's answer.
Verdict sickListedThen(Context& ctx, const Case* of) {
  const Micros t = ctx.occurredAt();
  const bool assessed = of && of->at(t) != CaseState::NONE;
  const bool preventive = assessed && basisAt(*ctx.patient, *of, t) == schema::CaseBasis::PREVENTIVE;
  if (preventive && !evidenceAt(ctx, t) && !preventivePolicyAt(ctx, t))
    return ctx.stopOrViolate(RefusalCode::PREVENTIVE_NOT_DECIDED);
  if (assessed || evidenceAt(ctx, t) || preventivePolicyAt(ctx, t)) return ok();
  return ctx.stopOrViolate(RefusalCode::NOT_SICK_LISTED);
}

// Case, sick-listing, region and consent, each as of the act. A closed case is closed whatever the patient says
// (§00.36); one that rests, or never began, for lack of consent is answered by the consent's own code.
Verdict coordinationIsLawful(Context& ctx, const Case* of, const Consent* consent) {
  const CaseState state = of ? of->at(ctx.occurredAt()) : CaseState::NONE;
  if (state == CaseState::CLOSED || (state != CaseState::ACTIVE && consent))
    LIGGARE_RULE(ctx.stopOrViolate(RefusalCode::CASE_STATE));
  LIGGARE_RULE(sickListedThen(ctx, of));
  LIGGARE_RULE(responsibleThen(ctx, of));
  return consent ? ok() : ctx.stopOrViolate(RefusalCode::CONSENT_C1_MISSING);
}

void fillKva(capnp::List<capnp::Text>::Reader asked, const char* standard, capnp::List<capnp::Text>::Builder to) {
  if (asked.size() == 0) to.set(0, standard);
  for (unsigned i = 0; i < asked.size(); ++i) to.set(i, asked[i]);
}

// --- interventions -------------------------------------------------------------------------------

// 3 § first paragraph: personal support, internal coordination, cooperation with others. Taking over a medical measure
// or another actor's is none of them, planned or done (case 92): it belongs in a note. Nor does coordination give
// priority.
Verdict kindIsAllowed(schema::RecordIntervention::Reader r) {
  switch (r.getKind()) {
    case InterventionKind::PERSONAL_SUPPORT:
    case InterventionKind::INTERNAL_COORDINATION:
    case InterventionKind::EXTERNAL_COOPERATION: break;
    default: return refuse(RefusalCode::KIND_FORBIDDEN);
  }
  return r.getPriority() ? refuse(RefusalCode::PRIORITY_FORBIDDEN) : ok();
}

// What it refers to stands in this journal: the note about it, the plans whose goals it serves.
Verdict refersToOwn(const Context& ctx, schema::RecordIntervention::Reader r) {
  const auto isOwn = [&](const ThingId& id, auto... kinds) {
    const Item* item = ownItem(ctx, id);
    return item && ((item->kind == static_cast<uint16_t>(kinds)) || ...);
  };
  const ThingId note = thingId(r.getNoteId());
  if (!note.isZero() && !isOwn(note, Body::NOTE_RECORDED)) return refuse(RefusalCode::UNKNOWN_THING);
  for (auto goal : r.getGoals())
    if (!isOwn(thingId(goal), Body::PLAN_ESTABLISHED)) return refuse(RefusalCode::UNKNOWN_THING);
  return ok();
}

void draftIntervention(Context& ctx, schema::RecordIntervention::Reader r, const Case* of, const Consent* consent) {
  const ThingId id = thingId(r.getInterventionId());
  auto event = ctx.draft(Body::INTERVENTION_RECORDED, ItemClass::INTERVENTION);
  ctx.about(event, id, of ? of->id : ThingId{});
  auto body = ctx.patientBody(event).initInterventionRecorded();
  set(body.initIntervention(), id);
  body.setKind(r.getKind());
  body.setMode(r.getMode());
  body.setWithPatientContact(r.getWithPatientContact());
  body.setDurationMinutes(r.getDurationMinutes());
  fillKva(r.getKva(), "GC001", body.initKva(std::max(1u, r.getKva().size())));
  fillConsultation(body.initConsultation(), r.getConsultation());
  if (consent) set(body.initConsent(), consent->id);
  body.setSubtype(r.getSubtype());  // telling how responsibilities relate, noting another's measure: allowed (§00.16)
  if (r.getGoals().size() > 0) body.setGoals(r.getGoals());
  if (!thingId(r.getNoteId()).isZero()) body.setNote(r.getNoteId());
  if (r.getFunction().size() > 0)
    body.setFunction(r.getFunction());
  else if (ctx.commission && !ctx.commission->function.empty())  // never: only staff act
    body.setFunction(ctx.commission->function);
  ctx.text(event, TextSlot::BODY, r.getText());
  ctx.text(event, TextSlot::CONSULTATION, r.getConsultation().getReasonIfNot());
}

// 2019:1297 3 §: with consent, within a case, by a region or performer that answers for the patient.
Verdict recordIntervention(Context& ctx) {
  auto r = ctx.command.getRecordIntervention();
  LIGGARE_RULE(idIsNew(ctx, thingId(r.getInterventionId())));
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  LIGGARE_RULE(refersToOwn(ctx, r));
  LIGGARE_RULE(mayJournal(ctx));
  const Case* of = caseOfAct(ctx);
  const Consent* consent = consentOfAct(ctx);
  LIGGARE_RULE(coordinationIsLawful(ctx, of, consent));
  LIGGARE_RULE(kindIsAllowed(r));
  if (!isConsulted(r.getConsultation())) return refuse(RefusalCode::CONSULTATION_MISSING);
  LIGGARE_RULE(timeIsRight(ctx));
  draftIntervention(ctx, r, of, consent);
  remindOfHandover(ctx, of);
  return ok();
}

// --- the plan ------------------------------------------------------------------------------------

// The plan that is revised or followed up: the one named, else the latest of the case.
const Item* planAsked(const Context& ctx, const ThingId& id, const Case* of) {
  const Item* found = findItem(*ctx.patient, id);
  auto isPlan = [&](const Item& item) {
    return item.kind == static_cast<uint16_t>(Body::PLAN_ESTABLISHED) && item.provider == ctx.providerKey() &&
           !item.destroyed;
  };
  if (found) return isPlan(*found) ? found : nullptr;
  auto& items = ctx.patient->items;
  auto latest = std::find_if(items.rbegin(), items.rend(),
                             [&](const Item& item) { return isPlan(item) && (!of || item.caseId == of->id); });
  return latest == items.rend() ? nullptr : &*latest;
}

schema::Plan::Builder initPlan(schema::Body::Builder body, Body::Which kind) {
  if (kind == Body::PLAN_ESTABLISHED) return body.initPlanEstablished();
  return kind == Body::PLAN_REVISED ? body.initPlanRevised() : body.initPlanFollowedUp();
}

void draftPlan(Context& ctx, schema::WritePlan::Reader r, Body::Which kind, const ThingId& id, const Case* of,
               const Consent* consent) {
  auto event = ctx.draft(kind, ItemClass::PLAN);
  ctx.about(event, id, of ? of->id : ThingId{});
  auto body = initPlan(ctx.patientBody(event), kind);
  set(body.initPlan(), id);
  body.setGoals(static_cast<uint16_t>(r.getGoals().size()));
  body.setSteps(static_cast<uint16_t>(r.getSteps().size()));
  body.setFollowUpDay(r.getFollowUpDay());
  fillKva(r.getKva(), kind == Body::PLAN_FOLLOWED_UP ? "AW026" : "DV077",
          body.initKva(std::max(1u, r.getKva().size())));
  fillConsultation(body.initConsultation(), r.getConsultation());
  if (consent) set(body.initConsent(), consent->id);
  for (unsigned i = 0; i < r.getGoals().size(); ++i)
    ctx.text(event, TextSlot::GOAL, r.getGoals()[i], static_cast<uint16_t>(i));
  for (unsigned i = 0; i < r.getSteps().size(); ++i)
    ctx.text(event, TextSlot::STEP, r.getSteps()[i], static_cast<uint16_t>(i));
  ctx.text(event, TextSlot::BODY, r.getText());
  ctx.text(event, TextSlot::CONSULTATION, r.getConsultation().getReasonIfNot());
}

// PDL 3:6 p. 4, 3 § second paragraph: planned measures, drawn up with the patient.
Verdict writePlan(Context& ctx, schema::WritePlan::Reader r, Body::Which kind) {
  const ThingId asked = thingId(r.getPlanId());
  const bool establishes = kind == Body::PLAN_ESTABLISHED;
  if (establishes) LIGGARE_RULE(idIsNew(ctx, asked));
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  const Case* of = caseOfAct(ctx);
  const Item* earlier = establishes ? nullptr : planAsked(ctx, asked, of);
  if (!establishes && !earlier) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  const Consent* consent = consentOfAct(ctx);
  LIGGARE_RULE(coordinationIsLawful(ctx, of, consent));
  if (!isConsulted(r.getConsultation())) return refuse(RefusalCode::CONSULTATION_MISSING);
  LIGGARE_RULE(timeIsRight(ctx));
  draftPlan(ctx, r, kind, earlier ? earlier->id : asked, of, consent);
  remindOfHandover(ctx, of);
  return ok();
}

}  // namespace

Verdict decideInterventions(Context& ctx) {
  using Which = schema::Command::Which;
  switch (ctx.command.which()) {
    case Which::RECORD_INTERVENTION: return recordIntervention(ctx);
    case Which::ESTABLISH_PLAN: return writePlan(ctx, ctx.command.getEstablishPlan(), Body::PLAN_ESTABLISHED);
    case Which::REVISE_PLAN: return writePlan(ctx, ctx.command.getRevisePlan(), Body::PLAN_REVISED);
    case Which::FOLLOW_UP_PLAN: return writePlan(ctx, ctx.command.getFollowUpPlan(), Body::PLAN_FOLLOWED_UP);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

// Each is a journal item that its author signs; a revision keeps the plan it revises in sight.
void evolveInterventions(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::INTERVENTION_RECORDED:
    case Body::PLAN_ESTABLISHED: state.items.push_back(itemRow(event)); return;
    case Body::PLAN_REVISED:
      state.items.push_back(itemRowAbout(event, thingId(body.getPlanRevised().getPlan())));
      return;
    case Body::PLAN_FOLLOWED_UP:
      state.items.push_back(itemRowAbout(event, thingId(body.getPlanFollowedUp().getPlan())));
      return;
    default: return;
  }
}

}  // namespace liggare::law
