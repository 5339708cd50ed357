// Consents C1-C4 and C7 (domain §2.3): given, refused, withdrawn, annulled. They are conditions for an act, not the
// ground for keeping the journal (PDL 2:2), and none follows from another. Withdrawing C1 pauses the case, giving it
// anew resumes it. Folding is in consent-fold.c++.
#include <algorithm>

#include "engine/law/blocks.h"
#include "engine/law/coordination.h"
#include "engine/law/gate.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ConsentKind;
using schema::GivenBy;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;

// --- look-ups ------------------------------------------------------------------------------------

// A consent that is nobody's to give is no consent: the answer is the code for lacking it.
RefusalCode lacking(ConsentKind kind) {
  switch (kind) {  // never: each kind has its row
    case ConsentKind::C1: return RefusalCode::CONSENT_C1_MISSING;
    case ConsentKind::C2: return RefusalCode::CONSENT_C2_MISSING;
    case ConsentKind::C3: return RefusalCode::CONSENT_C3_MISSING;
    case ConsentKind::C4: return RefusalCode::SVOD_CONSENT;
    case ConsentKind::C7: return RefusalCode::INNER_BLOCK;
  }
  return RefusalCode::CONSENT_C1_MISSING;
}

const Consent* findConsent(const PatientState& patient, const ThingId& id) {
  for (const Consent& consent : patient.consents)
    if (consent.id == id) return &consent;
  return nullptr;
}

// The times of a consent as they will stand: given when it occurred unless said otherwise, valid from then.
struct Times {
  Micros givenAt, validFrom, validTo;
};
Times timesOf(const Context& ctx, schema::GiveConsent::Reader asked) {
  const Micros givenAt = asked.getGivenAt() ? asked.getGivenAt() : ctx.occurredAt();
  return {givenAt, asked.getValidFrom() ? asked.getValidFrom() : givenAt, asked.getValidTo()};
}

// Who speaks: in an e-service whoever is logged in, else whom the command names.
struct Speaker {
  GivenBy as = GivenBy::PATIENT;
  SubjectKey person;  // zero: not named
};
Speaker speakerOf(const Context& ctx, GivenBy claimed, schema::Ref::Reader representative) {
  auto actor = ctx.caller;
  if (actor.isPatient()) return {};
  if (!actor.isGuardian()) return {claimed, claimed == GivenBy::PATIENT ? SubjectKey{} : keyOf(representative)};
  const SubjectKey person = subjectKey(actor.getGuardian().getKey());
  const bool guardian = isGuardian(*ctx.patient, person, ctx.recordedAt);
  return {guardian ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE, person};
}

// In an e-service nobody names a provider: it is the case's, the unit's, or the only one that has the patient.
const ProviderState* providerForIndividual(const Context& ctx, const SubjectKey& unit) {
  const NamedCase named = [&] {
    const ThingId id = thingId(ctx.command.getCaseId());
    const Case* found = id.isZero() ? nullptr : findCase(*ctx.patient, id);
    return NamedCase{found, !id.isZero() && !found};
  }();
  if (named.isUnknown) return nullptr;
  if (named.found) return ctx.view.provider(named.found->provider);
  const ProviderState* only = nullptr;
  for (const Item& item : ctx.patient->items) {
    const ProviderState* owner = ctx.view.provider(item.provider);
    if (!owner || owner == only) continue;  // never: a journal is some provider's
    if (!unit.isZero() && owner->units.count(unit) == 0) continue;
    if (only) return nullptr;
    only = owner;
  }
  return only;
}

// --- who may give --------------------------------------------------------------------------------

bool isAssessedUnable(const PatientState& patient, Micros t) {
  const Capacity* capacity = capacityAt(patient, t);
  return capacity && capacity->kind == schema::CapacityKind::DURABLY_UNABLE;
}

// A guardian, or another representative with authority document and legal decision (§00.12), in office at t.
bool represents(const PatientState& patient, const Speaker& speaker, Micros t) {
  return std::any_of(patient.guardians.begin(), patient.guardians.end(), [&](const Guardian& g) {
    if (!g.valid.covers(t) || (!speaker.person.isZero() && g.person != speaker.person)) return false;
    return speaker.as == GivenBy::GUARDIAN ? g.isGuardian
                                           : !g.isGuardian && g.hasAuthorityDocument && g.hasLegalDecision;
  });
}

// §00.12, FB 6:11: C4 only by the patient; the others by a guardian only for a child who cannot decide, by other
// representatives only with their papers. Who cannot decide cannot consent; nor can the dead.
bool maySpeak(const Context& ctx, ConsentKind kind, const Speaker& speaker, Micros t) {
  const PatientState& patient = *ctx.patient;
  if (diedBefore(patient, t)) return false;
  const bool child = isChildWhoCannotDecide(ctx.rules, patient, t);
  if (speaker.as == GivenBy::PATIENT) return !child && !isAssessedUnable(patient, t);
  if (kind == ConsentKind::C4 || !represents(patient, speaker, t)) return false;
  return speaker.as == GivenBy::REPRESENTATIVE || child;
}

// --- what it must say ----------------------------------------------------------------------------

// Whose kind is their name, and a relative, who has no number; of all others a name alone would name many.
bool isNamed(schema::RecipientIn::Reader recipient) {
  using schema::PartnerType;
  const PartnerType type = recipient.getType();
  if (type == PartnerType::FK || type == PartnerType::AF) return true;
  return (type == PartnerType::RELATIVE ? recipient.getName() : recipient.getOrgId()).size() > 0;
}

// OSL 12:2, case 26: no blanket waiver. A C3 names recipients, which data, for what, and until when.
bool isSpecific(schema::GiveConsent::Reader asked) {
  if (asked.getKind() != ConsentKind::C3) return true;
  if (asked.getRecipients().size() == 0 || asked.getCategories().size() == 0) return false;
  if (asked.getPurposeText().size() == 0 || asked.getValidTo() == 0) return false;
  for (auto recipient : asked.getRecipients())
    if (!isNamed(recipient)) return false;
  for (auto category : asked.getCategories())
    if (category == schema::DataCategory::ALL) return false;
  return true;
}

// SVOD 3:1, PDL 4:5: whom and what a consent names must be here, and be this provider's.
Verdict namesAreKnown(const Context& ctx, schema::GiveConsent::Reader asked) {
  for (auto ref : {asked.getScopeUnit(), asked.getScopeStaff(), asked.getRepresentative()})
    if (!isAbsent(ref) && !isKnown(ref)) return refuse(RefusalCode::UNKNOWN_THING);
  if (isKnown(asked.getScopeUnit()) && !ctx.provider->units.count(keyOf(asked.getScopeUnit())))
    return refuse(RefusalCode::UNKNOWN_THING);
  const ThingId block = thingId(asked.getBlockId());
  auto& all = ctx.patient->blocks;
  const bool known = block.isZero() || std::any_of(all.begin(), all.end(), [&](const Block& b) {
                       return b.id == block && b.provider == ctx.providerKey();
                     });
  return known ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

// C1 and C2 have no scope: one in force with the same end says it already.
const Consent* sameConsent(const Context& ctx, schema::GiveConsent::Reader asked) {
  if (asked.getKind() != ConsentKind::C1 && asked.getKind() != ConsentKind::C2) return nullptr;
  const Times times = timesOf(ctx, asked);
  const Consent* now = consentAt(*ctx.patient, ctx.providerKey(), asked.getKind(), ctx.recordedAt);
  const bool same = now && now->valid.from <= times.validFrom && now->valid.to == times.validTo;
  return same ? now : nullptr;
}

// --- given, and what follows ---------------------------------------------------------------------

void fillScope(schema::ConsentGiven::Builder body, schema::GiveConsent::Reader asked) {
  if (isKnown(asked.getScopeUnit())) set(body.initScopeUnit(), keyOf(asked.getScopeUnit()));
  if (isKnown(asked.getScopeStaff())) set(body.initScopeStaff(), keyOf(asked.getScopeStaff()));
  if (auto from = asked.getRecipients(); from.size() > 0) {
    auto list = body.initRecipients(from.size());
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setType(from[i].getType());
      if (from[i].getOrgId().size() > 0) list[i].setOrgId(from[i].getOrgId());
    }
  }
  if (asked.getCategories().size() > 0) body.setCategories(asked.getCategories());
  if (asked.getPurposeText().size() > 0) body.setPurposeText(asked.getPurposeText());
  if (asked.getInfoTextId().size() > 0) body.setInfoTextId(asked.getInfoTextId());
  if (asked.getInfoTextVersion().size() > 0) body.setInfoTextVersion(asked.getInfoTextVersion());
  if (!thingId(asked.getBlockId()).isZero()) set(body.initBlockId(), thingId(asked.getBlockId()));
  if (asked.getAuthority().size() > 0) body.setAuthority(asked.getAuthority());
  body.setRequestDate(asked.getRequestDate());
}

// The offer of a case that the patient has said yes to, in this command or earlier.
const Offer* acceptedOffer(const PatientState& patient, const Case& of, const Offer* answered) {
  if (answered && answered->caseId == of.id) return answered;
  for (const Offer& offer : patient.offers)
    if (offer.caseId == of.id && offer.state == Offer::State::ACCEPTED) return &offer;
  return nullptr;
}

// 3 §: with C1 an accepted offer becomes a case, and a paused case goes on.
void openAndResume(Context& ctx, const ThingId& consent, Micros from, const Offer* answered) {
  for (const Case& of : ctx.patient->cases) {
    if (of.provider != ctx.providerKey() || of.history.empty()) continue;  // never: a case begins with a step
    const Micros since = std::max(from, of.history.back().first);
    if (of.now() == CaseState::PAUSED) draftCaseStep(ctx, Body::CASE_RESUMED, of, consent, since);
    if (of.now() != CaseState::OFFERED) continue;
    const Offer* offer = acceptedOffer(*ctx.patient, of, answered);
    if (!offer) continue;
    const Micros acceptedAt = offer == answered ? ctx.occurredAt() : offer->answeredAt;
    draftCaseStep(ctx, Body::CASE_OPENED, of, consent, std::max(since, acceptedAt));
  }
}

// 2019:1297 3 §, SVOD 3:1, PDL 4:5: a consent, each kind by its own; never implied by another.
Verdict giveConsent(Context& ctx) {
  auto asked = ctx.command.getGiveConsent();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getConsentId())));
  if (ctx.commission) LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  if (!ctx.commission && !ctx.provider)  // never: one without the other
    ctx.provider = providerForIndividual(ctx, keyOf(asked.getScopeUnit()));
  if (!ctx.provider) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  LIGGARE_RULE(consentMayBeGiven(ctx, asked));
  if (const Consent* same = sameConsent(ctx, asked)) return alreadySo(same->position);
  draftConsent(ctx, asked, nullptr);
  return ok();
}

// --- how a consent ends --------------------------------------------------------------------------

// Without this one, is there still a C1 in force?
bool hasOtherC1(const Context& ctx, const Consent& ending, Micros t) {
  auto& all = ctx.patient->consents;
  return std::any_of(all.begin(), all.end(), [&](const Consent& c) {
    return c.id != ending.id && c.provider == ending.provider && c.kind == ConsentKind::C1 && !c.annulled &&
           c.valid.covers(t);
  });
}

// 3 §: no new interventions from that instant. The case is paused, not closed; the journal goes on (PDL 2:2).
void pauseCases(Context& ctx, const Consent& ending, Micros effective) {
  for (const Case& of : ctx.patient->cases)
    if (of.provider == ending.provider && of.now() == CaseState::ACTIVE)
      draftCaseStep(ctx, Body::CASE_PAUSED, of, ending.id, std::max(effective, of.history.back().first));
}
void pauseCasesUnlessOther(Context& ctx, const Consent& ending, Micros effective) {
  if (ending.kind == ConsentKind::C1 && !hasOtherC1(ctx, ending, effective)) pauseCases(ctx, ending, effective);
}

schema::Event::Builder draftEnd(Context& ctx, Body::Which kind, const Consent& consent, schema::Channel channel,
                                Micros effective) {
  auto event = ctx.draft(kind, ItemClass::CONSENT);
  ctx.about(event, consent.id, thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event);
  auto ended = kind == Body::CONSENT_ANNULLED ? body.initConsentAnnulled() : body.initConsentWithdrawn();
  set(ended.initConsent(), consent.id);
  ended.setKind(consent.kind);
  ended.setChannel(channel);
  ended.setEffectiveAt(effective);
  return event;
}

// --- refused -------------------------------------------------------------------------------------

void endRefused(Context& ctx, schema::RefuseConsent::Reader asked) {
  const ConsentKind kind = asked.getKind();
  if (kind == ConsentKind::C3 || kind == ConsentKind::C7) return;
  const Micros t = ctx.occurredAt();
  const Consent* last = nullptr;
  bool laterYes = false;  // a no of yesterday, written down today
  for (const Consent& consent : ctx.patient->consents) {
    const bool isMeant = consent.kind == kind && consent.provider == ctx.providerKey();
    const bool stands = !consent.annulled && !consent.withdrawn && (consent.valid.to == 0 || consent.valid.to > t);
    if (!isMeant || !stands) continue;
    laterYes = laterYes || consent.givenAt > t;
    if (consent.givenAt > t) continue;
    draftEnd(ctx, Body::CONSENT_WITHDRAWN, consent, asked.getChannel(), t);
    last = &consent;
  }
  if (last && !laterYes && kind == ConsentKind::C1) pauseCases(ctx, *last, t);
}

// A patient's own no is always taken; somebody else's only where their yes would be (§00.12).
Verdict maySayNo(const Context& ctx, ConsentKind kind) {
  if (ctx.commission) return needsRight(ctx, Right::WRITE);
  const Speaker speaker = speakerOf(ctx, GivenBy::PATIENT, {});
  const bool may = speaker.as == GivenBy::PATIENT || maySpeak(ctx, kind, speaker, ctx.recordedAt);
  return may ? ok() : refuse(RefusalCode::NOT_AUTHORISED);
}

// PDL 3:6 p. 6: a no is journalled. For C2 it closes the duty of 4 § (§2.1). It is the patient's latest word: what was
// consented to before it ends, where a no says which (C3 and C7 name recipients and blocks; a no to them does not).
Verdict refuseConsent(Context& ctx) {
  LIGGARE_RULE(maySayNo(ctx, ctx.command.getRefuseConsent().getKind()));
  if (!ctx.commission && !ctx.provider) ctx.provider = providerForIndividual(ctx, {});  // never: staff alone has one
  if (!ctx.provider) return refuse(RefusalCode::UNKNOWN_THING);
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  if (ctx.commission) LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(timeIsRight(ctx));
  auto asked = ctx.command.getRefuseConsent();
  auto event = ctx.draft(Body::CONSENT_REFUSED, ItemClass::CONSENT);
  ctx.about(event, {}, named.found ? named.found->id : ThingId{});
  auto body = ctx.patientBody(event).initConsentRefused();
  body.setKind(asked.getKind());
  body.setChannel(asked.getChannel());
  ctx.text(event, TextSlot::REASON, asked.getReason());
  endRefused(ctx, asked);
  return ok();
}

// --- withdrawn, annulled -------------------------------------------------------------------------

// A patient's own word is always taken; somebody else's only where they may speak for the patient.
Verdict mayWithdraw(const Context& ctx, const Consent& consent) {
  if (ctx.commission) return ok();  // whoever may write it down was asked first
  const Speaker speaker = speakerOf(ctx, GivenBy::PATIENT, {});
  const bool may = speaker.as == GivenBy::PATIENT || maySpeak(ctx, consent.kind, speaker, ctx.recordedAt);
  return may ? ok() : refuse(RefusalCode::NOT_AUTHORISED);
}

// Always accepted, from anybody whom the patient told (§2.3). It never implies another withdrawal, save what 3 § says.
Verdict withdrawConsent(Context& ctx) {
  auto asked = ctx.command.getWithdrawConsent();
  if (ctx.commission && !ctx.hasRight(Right::WRITE)) LIGGARE_RULE(needsRight(ctx, Right::REGISTER));
  const Consent* consent = findConsent(*ctx.patient, thingId(asked.getConsentId()));
  if (!consent) return refuse(RefusalCode::UNKNOWN_THING);
  if (!ctx.commission) ctx.provider = ctx.view.provider(consent->provider);
  if (consent->provider != ctx.providerKey()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  LIGGARE_RULE(mayWithdraw(ctx, *consent));
  if (consent->withdrawn || consent->annulled) return alreadySo(consent->endedBy);
  const Micros effective = asked.getEffectiveAt() ? asked.getEffectiveAt() : ctx.occurredAt();
  if (effective > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftEnd(ctx, Body::CONSENT_WITHDRAWN, *consent, asked.getChannel(), effective);
  ctx.text(event, TextSlot::REASON, asked.getReason());
  pauseCasesUnlessOther(ctx, *consent, effective);
  return ok();
}

// Wrongly registered: it was never given. Kept for history; what was done on it is judged as done without.
Verdict annulConsent(Context& ctx) {
  auto asked = ctx.command.getAnnulConsent();
  LIGGARE_RULE(needsRight(ctx, Right::ANNUL));
  const Consent* consent = findConsent(*ctx.patient, thingId(asked.getConsentId()));
  if (!consent || consent->provider != ctx.providerKey()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(caseIsKnown(namedCase(ctx)));
  if (consent->annulled) return alreadySo(consent->endedBy);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftEnd(ctx, Body::CONSENT_ANNULLED, *consent, asked.getChannel(), ctx.recordedAt);
  ctx.text(event, TextSlot::REASON, asked.getReason());
  pauseCasesUnlessOther(ctx, *consent, ctx.recordedAt);
  return ok();
}

}  // namespace

// In order of precedence: who records, who gives, what it says, when, and that the patient was informed.
Verdict consentMayBeGiven(const Context& ctx, schema::GiveConsent::Reader asked) {
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getConsentId())));
  if (ctx.commission) LIGGARE_RULE(needsRight(ctx, Right::WRITE));  // never: the callers asked first
  LIGGARE_RULE(namesAreKnown(ctx, asked));
  if (ctx.commission) LIGGARE_RULE(mayJournal(ctx));
  const Times times = timesOf(ctx, asked);
  const Speaker speaker = speakerOf(ctx, asked.getGivenBy(), asked.getRepresentative());
  if (!maySpeak(ctx, asked.getKind(), speaker, times.givenAt)) return refuse(lacking(asked.getKind()), {"givenBy"});
  if (!isSpecific(asked)) return refuse(RefusalCode::CONSENT_UNSPECIFIC);
  const bool endsFirst = times.validTo != 0 && times.validTo <= times.validFrom;
  if (times.validFrom < times.givenAt || endsFirst) return refuse(RefusalCode::CONSENT_TIME);
  if (asked.getKind() != ConsentKind::C7 && asked.getInfoTextId().size() == 0)
    return refuse(RefusalCode::INFORMATION_MISSING);
  if (times.givenAt > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx));
  return statedTimeIsRight(ctx, times.givenAt);
}

void draftConsent(Context& ctx, schema::GiveConsent::Reader asked, const Offer* answered) {
  const Times times = timesOf(ctx, asked);
  const ThingId id = thingId(asked.getConsentId());
  const Speaker speaker = speakerOf(ctx, asked.getGivenBy(), asked.getRepresentative());
  auto event = ctx.draft(Body::CONSENT_GIVEN, ItemClass::CONSENT);
  const ThingId caseId = answered ? answered->caseId : thingId(ctx.command.getCaseId());
  ctx.about(event, id, caseId);
  auto body = ctx.patientBody(event).initConsentGiven();
  set(body.initConsent(), id);
  body.setKind(asked.getKind());
  body.setGivenBy(speaker.as);
  if (!speaker.person.isZero()) set(body.initRepresentative(), speaker.person);
  body.setChannel(asked.getChannel());
  body.setGivenAt(times.givenAt);
  body.setValidFrom(times.validFrom);
  body.setValidTo(times.validTo);
  fillScope(body, asked);
  auto recipients = asked.getRecipients();
  for (unsigned i = 0; i < recipients.size(); ++i)
    ctx.text(event, TextSlot::RECIPIENT, recipients[i].getName(), static_cast<uint16_t>(i));
  if (asked.getKind() != ConsentKind::C1) return;
  if (withdrawnAfter(*ctx.patient, ctx.providerKey(), ConsentKind::C1, times.givenAt)) return;
  openAndResume(ctx, id, times.validFrom, answered);
}

Verdict decideConsent(Context& ctx) {
  using Which = schema::Command::Which;
  switch (ctx.command.which()) {
    case Which::GIVE_CONSENT: return giveConsent(ctx);
    case Which::REFUSE_CONSENT: return refuseConsent(ctx);
    case Which::WITHDRAW_CONSENT: return withdrawConsent(ctx);
    case Which::ANNUL_CONSENT: return annulConsent(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: each kind has its row
  }
}

}  // namespace liggare::law
