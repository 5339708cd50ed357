// From certificate to closed case (2019:1297 1-3 §§): evidence, wish, assessed need, offer, answer, case, contact person. Care
// assesses the need and nobody can demand it; the offer is the region's duty; the case opens when an accepted offer and the
// patient's consent (C1) have met. Folding is in case-fold.c++.
#include <algorithm>

#include "engine/law/coordination.h"

namespace liggare::law {
namespace {

using schema::AssessmentOutcome;
using schema::Body;
using schema::CaseBasis;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;

// --- look-ups -----------------------------------------------------------------------------------------------------------

// 1 §: a physician's word that the patient is to some degree kept from working life, valid that day. Another provider's
// certificate stands in another journal.
const Evidence* evidenceAt(const Context& ctx, Micros t) {
  auto& all = ctx.patient->evidence;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Evidence& e) {
    return e.provider == ctx.providerKey() && e.valid.covers(swedishDay(t));
  });
  return found == all.rend() ? nullptr : &*found;
}

const RegionPolicy* preventivePolicyAt(const Context& ctx, Micros t) {
  const RegionPolicy* policy = regionPolicyAt(ctx, ctx.provider->region, t);
  return policy && policy->preventiveAllowed ? policy : nullptr;
}

// The need that an offer would rest on: the latest assessment of the case, not used up by a no.
const Assessment* liveNeed(const Context& ctx, const Case& of) {
  auto& all = ctx.patient->assessments;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Assessment& a) {
    return a.caseId == of.id && a.outcome == AssessmentOutcome::NEED && !a.spent;
  });
  return found == all.rend() ? nullptr : &*found;
}

// No case named: the latest at this provider that waits for an offer, the actor's own unit's first.
const Case* caseAwaitingOffer(const Context& ctx) {
  const Case* found = nullptr;
  for (const Case& c : ctx.patient->cases) {
    if (c.provider != ctx.providerKey() || c.now() != CaseState::ASSESSED) continue;
    if (!found || c.unit == ctx.unitKey() || found->unit != ctx.unitKey()) found = &c;
  }
  return found;
}

const Offer* findOffer(const Context& ctx, const ThingId& id) {
  for (const Offer& offer : ctx.patient->offers) {
    if (offer.id != id) continue;
    const Case* c = findCase(*ctx.patient, offer.caseId);
    return c && c->provider == ctx.providerKey() ? &offer : nullptr;
  }
  return nullptr;
}

bool isOpen(CaseState state) { return state != CaseState::NONE && state != CaseState::CLOSED; }

// --- 1 §: evidence and wishes ---------------------------------------------------------------------------------------------

bool isDegree(uint8_t percent) { return percent == 25 || percent == 50 || percent == 75 || percent == 100; }

// 1 §: certified by a physician, on paper, in a letter to social services or orally at a meeting (case 6). Which benefit the
// patient lives on is never asked (case 5).
Verdict evidenceHolds(schema::RecordEvidence::Reader r, const DayPeriod& valid) {
  if (r.getIssuerRole() != schema::IssuerRole::PHYSICIAN) return refuse(RefusalCode::NOT_SICK_LISTED, {"issuerRole"});
  if (valid.to != 0 && valid.to < valid.from) return refuse(RefusalCode::NOT_SICK_LISTED, {"validTo"});
  for (auto degree : r.getDegrees())
    if (!isDegree(degree.getPercent())) return refuse(RefusalCode::NOT_SICK_LISTED, {"degrees.percent"});
  return ok();
}

Verdict recordEvidence(Context& ctx) {
  auto r = ctx.command.getRecordEvidence();
  const ThingId id = thingId(r.getEvidenceId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(mayJournal(ctx));
  const Days issued = r.getIssuedAt() ? r.getIssuedAt() : swedishDay(ctx.occurredAt());
  const DayPeriod valid{r.getValidFrom() ? r.getValidFrom() : issued, r.getValidTo()};
  LIGGARE_RULE(evidenceHolds(r, valid));
  LIGGARE_RULE(timeIsRight(ctx));

  auto event = ctx.draft(Body::ELIGIBILITY_EVIDENCE_RECORDED, ItemClass::ELIGIBILITY);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initEligibilityEvidenceRecorded();
  set(body.initEvidence(), id);
  body.setKind(r.getKind());
  body.setIssuerRole(r.getIssuerRole());
  body.setIssuedAt(issued);
  body.setValidFrom(valid.from);
  body.setValidTo(valid.to);
  if (auto degrees = r.getDegrees(); degrees.size() > 0) {
    auto list = body.initDegrees(degrees.size());
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setPercent(degrees[i].getPercent());
      list[i].setFrom(degrees[i].getFrom());
      list[i].setTo(degrees[i].getTo());
    }
  }
  if (r.getDiagnoses().size() > 0) body.setDiagnoses(r.getDiagnoses());
  if (r.getExternalRef().size() > 0) body.setExternalRef(r.getExternalRef());
  return ok();
}

// PDL 3:6: the wish stays in the journal, whatever care then assesses (case 7). It opens nothing.
Verdict receiveRequest(Context& ctx) {
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(timeIsRight(ctx));
  auto r = ctx.command.getReceiveRequest();
  auto event = ctx.draft(Body::REQUEST_RECEIVED, ItemClass::ASSESSMENT);
  ctx.patientBody(event).initRequestReceived().setFromPatient(r.getFromPatient());
  ctx.text(event, TextSlot::STATEMENT, r.getStatement());
  return ok();
}

// --- 3 § first paragraph: care assesses the need ---------------------------------------------------------------------------

// A need under the law presumes a certificate (1 §); a preventive one a decision of the region (cases 2-4). To find no need, or
// to wait, presumes nothing (§00.18).
Verdict needMayBeFound(const Context& ctx, schema::AssessNeed::Reader r) {
  if (r.getOutcome() != AssessmentOutcome::NEED) return ok();
  if (r.getBasis() == CaseBasis::PREVENTIVE)
    return preventivePolicyAt(ctx, ctx.occurredAt()) ? ok() : refuse(RefusalCode::PREVENTIVE_NOT_DECIDED);
  return evidenceAt(ctx, ctx.occurredAt()) ? ok() : refuse(RefusalCode::NOT_SICK_LISTED);
}

// A need without a named case starts a new one; with it, the need is assessed anew in that case.
Verdict assessNeed(Context& ctx) {
  auto r = ctx.command.getAssessNeed();
  const ThingId id = thingId(r.getAssessmentId());
  LIGGARE_RULE(idIsNew(ctx, id));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const bool isNeed = r.getOutcome() == AssessmentOutcome::NEED;
  const ThingId newCase = isNeed && !named.found ? thingId(r.getNewCaseId()) : ThingId{};
  if (!newCase.isZero() && findCase(*ctx.patient, newCase)) return refuse(RefusalCode::COMMAND_REPEATED, {"case=" + text(newCase)});
  LIGGARE_RULE(mayJournal(ctx));
  if (named.found && named.found->now() == CaseState::CLOSED) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(needMayBeFound(ctx, r));
  LIGGARE_RULE(timeIsRight(ctx));

  auto event = ctx.draft(Body::NEED_ASSESSED, ItemClass::ASSESSMENT);
  ctx.about(event, id, named.found ? named.found->id : newCase);
  auto body = ctx.patientBody(event).initNeedAssessed();
  set(body.initAssessment(), id);
  body.setOutcome(r.getOutcome());
  body.setBasis(r.getBasis());
  const Evidence* evidence = evidenceAt(ctx, ctx.occurredAt());
  if (evidence && r.getBasis() == CaseBasis::STATUTORY) set(body.initEvidence(), evidence->id);
  const RegionPolicy* policy = preventivePolicyAt(ctx, ctx.occurredAt());
  if (policy && r.getBasis() == CaseBasis::PREVENTIVE) set(body.initPolicy(), policy->id);
  body.setWithPhysician(r.getWithPhysician());
  body.setDeferUntil(r.getDeferUntil());
  ctx.text(event, TextSlot::GROUND, r.getGround());
  return ok();
}

// --- 1-2 §§: the offer ------------------------------------------------------------------------------------------------------

// What the offer rests on, or why there is nothing to rest it on.
struct Basis {
  const Case* of = nullptr;
  const Assessment* need = nullptr;
  Verdict verdict;
};
Basis basisForOffer(const Context& ctx) {
  const Micros t = ctx.occurredAt();
  const NamedCase named = namedCase(ctx);
  const Case* of = named.found ? named.found : caseAwaitingOffer(ctx);
  const CaseState state = of ? of->now() : CaseState::NONE;
  if (state == CaseState::OFFERED || state == CaseState::ACTIVE || state == CaseState::PAUSED)
    return {of, nullptr, refuse(RefusalCode::CASE_STATE)};
  const Assessment* need = of && state == CaseState::ASSESSED && of->at(t) == CaseState::ASSESSED ? liveNeed(ctx, *of) : nullptr;
  if (!need) {
    const bool eligible = evidenceAt(ctx, t) || preventivePolicyAt(ctx, t);
    return {of, nullptr, refuse(eligible ? RefusalCode::NEED_NOT_ASSESSED : RefusalCode::NOT_SICK_LISTED)};
  }
  // A certificate that has ended since re-tags the case and stops nothing (§00.4); a policy that has ended does.
  if (need->basis == CaseBasis::PREVENTIVE && !preventivePolicyAt(ctx, t))
    return {of, need, refuse(RefusalCode::PREVENTIVE_NOT_DECIDED)};
  return {of, need, ok()};
}

Verdict makeOffer(Context& ctx) {
  auto r = ctx.command.getMakeOffer();
  const ThingId id = thingId(r.getOfferId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  LIGGARE_RULE(mayJournal(ctx));
  const Basis basis = basisForOffer(ctx);
  LIGGARE_RULE(basis.verdict);
  const Responsibility duty = responsibilityForOffer(ctx, basis.of->id, ctx.occurredAt());
  if (duty.code != RefusalCode::NONE && !duty.homeRegion.empty()) return refuse(duty.code, {"homeRegion=" + duty.homeRegion});
  if (duty.code != RefusalCode::NONE) return refuse(duty.code);
  LIGGARE_RULE(timeIsRight(ctx));

  auto event = ctx.draft(Body::OFFER_MADE, ItemClass::OFFER);
  ctx.about(event, id, basis.of->id);
  auto body = ctx.patientBody(event).initOfferMade();
  set(body.initOffer(), id);
  set(body.initAssessment(), basis.need->id);
  body.setBasis(duty.basis);
  set(body.initRegion(), duty.region);
  if (duty.agreementOrContract) set(body.initAgreementOrContract(), *duty.agreementOrContract);
  if (r.getInfoTextId().size() > 0) body.setInfoTextId(r.getInfoTextId());
  if (r.getInfoTextVersion().size() > 0) body.setInfoTextVersion(r.getInfoTextVersion());
  return ok();
}

void draftAnswer(Context& ctx, Body::Which kind, const Offer& offer, schema::AnswerOffer::Reader r) {
  auto event = ctx.draft(kind, ItemClass::OFFER);
  ctx.about(event, offer.id, offer.caseId);
  auto body = ctx.patientBody(event);
  set((kind == Body::OFFER_ACCEPTED ? body.initOfferAccepted() : body.initOfferDeclined()).initOffer(), offer.id);
  ctx.text(event, TextSlot::REASON, r.getReason());
}

// An open offer can be answered once, and not before it was made.
Verdict offerIsOpen(const Context& ctx, const Offer& offer, Offer::State wanted) {
  if (offer.state == wanted) return alreadySo(offer.answeredBy);
  const Case& of = *findCase(*ctx.patient, offer.caseId);
  const bool open = offer.state == Offer::State::OPEN && of.now() == CaseState::OFFERED && offer.madeAt <= ctx.occurredAt();
  return open ? ok() : refuse(RefusalCode::CASE_STATE);
}

// 3 §: a yes to the offer. A consent given in the same breath (§12 L11) comes with it; with one the case opens.
Verdict acceptOffer(Context& ctx) {
  auto r = ctx.command.getAcceptOffer();
  const Offer* offer = findOffer(ctx, thingId(r.getOfferId()));
  if (!offer) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(offerIsOpen(ctx, *offer, Offer::State::ACCEPTED));
  if (r.hasConsent()) {
    if (r.getConsent().getKind() != schema::ConsentKind::C1) return refuse(RefusalCode::CONSENT_C1_MISSING);
    LIGGARE_RULE(consentMayBeGiven(ctx, r.getConsent()));
  }
  LIGGARE_RULE(timeIsRight(ctx));
  draftAnswer(ctx, Body::OFFER_ACCEPTED, *offer, r);
  if (r.hasConsent()) {
    draftConsent(ctx, r.getConsent(), offer);
    return ok();
  }
  const Consent* consent = consentAt(*ctx.patient, ctx.providerKey(), schema::ConsentKind::C1, ctx.occurredAt());
  if (consent) draftCaseStep(ctx, Body::CASE_OPENED, *findCase(*ctx.patient, offer->caseId), consent->id, ctx.occurredAt());
  return ok();
}

// PDL 3:6 p. 6: that the patient abstained is journalled. The need is spent: a new offer needs a new assessment (case 15).
Verdict declineOffer(Context& ctx) {
  auto r = ctx.command.getDeclineOffer();
  const Offer* offer = findOffer(ctx, thingId(r.getOfferId()));
  if (!offer) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(offerIsOpen(ctx, *offer, Offer::State::DECLINED));
  LIGGARE_RULE(timeIsRight(ctx));
  draftAnswer(ctx, Body::OFFER_DECLINED, *offer, r);
  return ok();
}

// --- the case -----------------------------------------------------------------------------------------------------------------

// From every state but none; what is written in the journal afterwards is late documentation, signing and correction.
Verdict closeCase(Context& ctx) {
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const Case* of = named.found ? named.found : openCase(*ctx.patient, ctx.providerKey());
  if (!of) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  if (of->now() == CaseState::CLOSED) return alreadySo(of->closedBy);
  if (!isOpen(of->now()) || !isOpen(of->at(ctx.occurredAt()))) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(timeIsRight(ctx));
  auto r = ctx.command.getCloseCase();
  auto event = ctx.draft(Body::CASE_CLOSED, ItemClass::CASE_STEP);
  ctx.about(event, of->id, of->id);
  ctx.patientBody(event).initCaseClosed().setReason(r.getReason());
  ctx.text(event, TextSlot::BODY, r.getSummary());
  return ok();
}

// --- contact person: a contact, never an ombud --------------------------------------------------------------------------------

bool hasPrimary(const Context& ctx, const Case& of, const SubjectKey& unit) {
  auto& all = ctx.patient->contacts;
  return std::any_of(all.begin(), all.end(), [&](const ContactPerson& c) {
    return c.primary && c.caseId == of.id && c.unit == unit && c.valid.covers(ctx.recordedAt);
  });
}

// The manager's decision, or the journal writer's on the manager's behalf.
Verdict mayAssign(const Context& ctx) { return ctx.hasRight(Right::GOVERN) ? ok() : mayJournal(ctx); }

Verdict assignContactPerson(Context& ctx) {
  auto r = ctx.command.getAssignContactPerson();
  const ThingId id = thingId(r.getAssignmentId());
  LIGGARE_RULE(idIsNew(ctx, id));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const Case* of = named.found ? named.found : openCase(*ctx.patient, ctx.providerKey());
  if (!of || !isKnown(r.getStaff())) return isInvalid(r.getStaff()) ? refuse(RefusalCode::IDENTIFIER_INVALID) : refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayAssign(ctx));
  if (!isOpen(of->now())) return refuse(RefusalCode::CASE_STATE);
  if (r.getRole() == schema::AssignContactPerson::ContactRole::OMBUD) return refuse(RefusalCode::ACTOR_IS_OMBUD);
  if (r.getPrimary() && hasPrimary(ctx, *of, of->unit)) return refuse(RefusalCode::CONTACT_TAKEN);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::CONTACT_PERSON_ASSIGNED, ItemClass::CASE_STEP);
  if (!of->unit.isZero()) set(event.getCommon().initInfoUnit(), of->unit);
  ctx.about(event, id, of->id);
  auto body = ctx.patientBody(event).initContactPersonAssigned();
  set(body.initAssignment(), id);
  set(body.initStaff(), keyOf(r.getStaff()));
  set(body.initUnit(), of->unit);
  body.setPrimary(r.getPrimary());
  return ok();
}

Verdict endContactPerson(Context& ctx) {
  const ThingId id = thingId(ctx.command.getEndContactPerson().getAssignmentId());
  auto& all = ctx.patient->contacts;
  auto found = std::find_if(all.begin(), all.end(), [&](const ContactPerson& c) { return c.id == id && c.provider == ctx.providerKey(); });
  if (found == all.end()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayAssign(ctx));
  if (found->endedBy) return alreadySo(found->endedBy);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::CONTACT_PERSON_ENDED, ItemClass::CASE_STEP);
  if (!found->unit.isZero()) set(event.getCommon().initInfoUnit(), found->unit);
  ctx.about(event, id, found->caseId);
  auto body = ctx.patientBody(event).initContactPersonEnded();
  set(body.initAssignment(), id);
  body.setEffectiveAt(ctx.occurredAt());
  return ok();
}

}  // namespace

Verdict decideCase(Context& ctx) {
  using Which = schema::Command::Which;
  switch (ctx.command.which()) {
    case Which::RECORD_EVIDENCE: return recordEvidence(ctx);
    case Which::RECEIVE_REQUEST: return receiveRequest(ctx);
    case Which::ASSESS_NEED: return assessNeed(ctx);
    case Which::MAKE_OFFER: return makeOffer(ctx);
    case Which::ACCEPT_OFFER: return acceptOffer(ctx);
    case Which::DECLINE_OFFER: return declineOffer(ctx);
    case Which::CLOSE_CASE: return closeCase(ctx);
    case Which::ASSIGN_CONTACT_PERSON: return assignContactPerson(ctx);
    case Which::END_CONTACT_PERSON: return endContactPerson(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);
  }
}

}  // namespace liggare::law
