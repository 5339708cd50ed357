// The offer and its answer (2019:1297 1-3 §§): the region's duty to those sick-listed with an assessed need. The case
// opens when an accepted offer and the patient's consent (C1) have met.
#include <algorithm>

#include "engine/law/case.h"

namespace liggare::law {
namespace {

using schema::AssessmentOutcome;
using schema::Body;
using schema::CaseBasis;
using schema::ItemClass;
using schema::TextSlot;

// The need that an offer would rest on: the latest assessment of the case, not used up by a no.
const Assessment* liveNeed(const Context& ctx, const Case& of) {
  auto& all = ctx.patient->assessments;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Assessment& a) {
    return a.caseId == of.id && a.outcome == AssessmentOutcome::NEED && !a.spent;  // never: a no closes the case
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
    return c && c->provider == ctx.providerKey() ? &offer : nullptr;  // never: an offer is of a case
  }
  return nullptr;
}

// What the offer rests on, or why there is nothing to rest it on.
struct Basis {
  const Case* of = nullptr;
  const Assessment* need = nullptr;
  Verdict verdict;
};
// 2019:1297 1 §: an offer rests on a need that was assessed and still stands.
Basis basisForOffer(const Context& ctx) {
  const Micros t = ctx.occurredAt();
  const NamedCase named = namedCase(ctx);
  const Case* of = named.found ? named.found : caseAwaitingOffer(ctx);
  const CaseState state = of ? of->now() : CaseState::NONE;
  if (diedBefore(*ctx.patient, t)) return {of, nullptr, refuse(RefusalCode::NOT_SICK_LISTED)};
  if (state == CaseState::OFFERED || state == CaseState::ACTIVE || state == CaseState::PAUSED)
    return {of, nullptr, refuse(RefusalCode::CASE_STATE)};
  const Assessment* need =
      of && state == CaseState::ASSESSED && of->at(t) == CaseState::ASSESSED ? liveNeed(ctx, *of) : nullptr;
  if (!need) {
    const bool eligible = evidenceAt(ctx, t) || preventivePolicyAt(ctx, t);
    return {of, nullptr, refuse(eligible ? RefusalCode::NEED_NOT_ASSESSED : RefusalCode::NOT_SICK_LISTED)};
  }
  // A certificate that has ended since re-tags the case and stops nothing (§00.4); a policy that has ended does.
  if (need->basis == CaseBasis::PREVENTIVE && !preventivePolicyAt(ctx, t))
    return {of, need, refuse(RefusalCode::PREVENTIVE_NOT_DECIDED)};
  return {of, need, ok()};
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
  const bool open =
      offer.state == Offer::State::OPEN && of.now() == CaseState::OFFERED && offer.madeAt <= ctx.occurredAt();
  return open ? ok() : refuse(RefusalCode::CASE_STATE);
}

// 2 § second paragraph: when somebody else than the performer answers for the sick-listing, it is said who.
Verdict sickListingIsKnown(const Context& ctx, schema::Ref::Reader provider) {
  LIGGARE_RULE(namedOrAbsent(provider));
  if (isAbsent(provider)) return ok();
  const ProviderState* found = isKnown(provider) ? ctx.view.provider(keyOf(provider)) : nullptr;
  return found && found->exists ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

}  // namespace

Verdict makeOffer(Context& ctx) {
  auto r = ctx.command.getMakeOffer();
  const ThingId id = thingId(r.getOfferId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  LIGGARE_RULE(sickListingIsKnown(ctx, r.getSickListingProvider()));
  LIGGARE_RULE(mayJournal(ctx));
  const Basis basis = basisForOffer(ctx);
  LIGGARE_RULE(basis.verdict);
  const Responsibility duty = r.getWithoutPermit() ? responsibilityWithoutPermit(ctx, ctx.occurredAt())
                                                   : responsibilityForOffer(ctx, basis.of->id, ctx.occurredAt());
  if (duty.code != RefusalCode::NONE && !duty.homeRegion.empty())
    return refuse(duty.code, {"homeRegion=" + duty.homeRegion});
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
  if (isKnown(r.getSickListingProvider())) set(body.initSickListingProvider(), keyOf(r.getSickListingProvider()));
  body.setWithoutPermit(r.getWithoutPermit());
  if (r.getInfoTextId().size() > 0) body.setInfoTextId(r.getInfoTextId());
  if (r.getInfoTextVersion().size() > 0) body.setInfoTextVersion(r.getInfoTextVersion());
  return ok();
}

// 3 §: a yes to the offer. A consent given in the same breath (§12 L11) comes with it; with one the case opens.
Verdict acceptOffer(Context& ctx) {
  auto r = ctx.command.getAcceptOffer();
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
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
  if (consent)
    draftCaseStep(ctx, Body::CASE_OPENED, *findCase(*ctx.patient, offer->caseId), consent->id, ctx.occurredAt());
  return ok();
}

// PDL 3:6 p. 6: that the patient abstained is journalled. The need is spent: a new offer needs a new assessment (case
// 15).
Verdict declineOffer(Context& ctx) {
  auto r = ctx.command.getDeclineOffer();
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  const Offer* offer = findOffer(ctx, thingId(r.getOfferId()));
  if (!offer) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(offerIsOpen(ctx, *offer, Offer::State::DECLINED));
  LIGGARE_RULE(timeIsRight(ctx));
  draftAnswer(ctx, Body::OFFER_DECLINED, *offer, r);
  return ok();
}

}  // namespace liggare::law
