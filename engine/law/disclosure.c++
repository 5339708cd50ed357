// What leaves: to employers, authorities, other care. Secrecy is the rule; each thing handed out names its ground, and
// the line in the journal says who got it and when (PDL 3:11). What left without a ground is recorded as such (§00.1).
#include "engine/law/disclosure.h"

#include <algorithm>

#include "engine/base/identifiers.h"
#include "engine/law/case.h"
#include "engine/law/gate.h"
#include "engine/law/refusals.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::DataCategory;
using schema::DisclosureBasis;
using schema::ItemClass;
using schema::PartnerType;
using schema::ProviderKind;
using schema::Right;
using schema::TextSlot;

// An organisation number as it is stored, however it was written.
std::string bareNumber(const std::string& text) {
  const auto read = parseOrganisationNumber(text);
  return read ? read->value : text;
}

// 4 §: FK, and nobody else, with C2, while the patient is being given coordination; else 4 § is no ground.
HandingAnswer byConsentC2(const Context& ctx, const Handing& handing, Micros t) {
  if (handing.recipient != PartnerType::FK || !isBeingCoordinated(ctx, t)) return {RefusalCode::SECRECY, {}};
  const Consent* consent = consentAt(*ctx.patient, ctx.providerKey(), schema::ConsentKind::C2, t);
  return consent ? HandingAnswer{RefusalCode::NONE, consent->id} : HandingAnswer{RefusalCode::CONSENT_C2_MISSING, {}};
}

// OSL 10:1: the patient's consent to tell this recipient this kind of thing.
HandingAnswer byConsentC3(const Context& ctx, const Handing& handing, Micros t) {
  const Consent* consent =
      disclosureConsent(*ctx.patient, ctx.providerKey(), handing.recipient, handing.orgId, handing.category, t);
  return consent ? HandingAnswer{RefusalCode::NONE, consent->id} : HandingAnswer{RefusalCode::CONSENT_C3_MISSING, {}};
}

// Violations are answered one by one, in precedence: the first stops what is planned, all are kept of what occurred.
Verdict answerFor(Context& ctx, std::vector<RefusalCode> codes) {
  std::sort(codes.begin(), codes.end(),
            [](RefusalCode a, RefusalCode b) { return refusalPrecedence(a) < refusalPrecedence(b); });
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  for (RefusalCode code : codes) {
    LIGGARE_RULE(ctx.stopOrViolate(code));
    ctx.unlawfulDisclosure = true;
  }
  return ok();
}

// --- external contacts -----------------------------------------------------------------------------------------------

struct JudgedContact {
  std::vector<RefusalCode> codes;
  std::vector<ThingId> consents;  // one per disclosed thing
};
JudgedContact judgeContact(const Context& ctx, schema::RecordExternalContact::Reader asked) {
  JudgedContact judged;
  for (auto thing : asked.getDisclosed()) {
    Handing handing{asked.getPartner(), asked.getOrgId().cStr(), thing.getCategory(), thing.getBasis(), {}, {}, false};
    HandingAnswer answer = mayLeave(ctx, handing, ctx.occurredAt());
    if (answer.code != RefusalCode::NONE) judged.codes.push_back(answer.code);
    judged.consents.push_back(answer.consent);
  }
  return judged;
}

void draftContact(Context& ctx, schema::RecordExternalContact::Reader asked, const JudgedContact& judged) {
  auto event = ctx.draft(Body::EXTERNAL_CONTACT_RECORDED, ItemClass::EXTERNAL_CONTACT);
  ctx.about(event, thingId(asked.getContactId()), thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event).initExternalContactRecorded();
  set(body.initContact(), thingId(asked.getContactId()));
  body.setDirection(asked.getDirection());
  body.setPartner(asked.getPartner());
  if (asked.getOrgId().size() > 0) body.setOrgId(asked.getOrgId());
  body.setMode(asked.getMode());
  if (const ThingId of = thingId(asked.getInterventionId()); !of.isZero()) set(body.initIntervention(), of);
  auto disclosed = asked.getDisclosed();
  if (disclosed.size() > 0) {
    auto list = body.initDisclosed(disclosed.size());
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setCategory(disclosed[i].getCategory());
      list[i].setBasis(disclosed[i].getBasis());
      if (!judged.consents[i].isZero()) set(list[i].initConsent(), judged.consents[i]);
    }
  }
  ctx.text(event, TextSlot::PARTY, asked.getParty());
  ctx.text(event, TextSlot::CONTACT_PERSON, asked.getContactPerson());
  ctx.text(event, TextSlot::RECEIVED, asked.getReceived());
  for (unsigned i = 0; i < disclosed.size(); ++i)
    ctx.text(event, TextSlot::DISCLOSED, disclosed[i].getText(), static_cast<uint16_t>(i));
}

// The cooperation that the contact was part of, when one is named, stands in this journal.
Verdict interventionIsOurs(const Context& ctx, const ThingId& id) {
  if (id.isZero()) return ok();
  const Item* item = findItem(*ctx.patient, id);
  const bool ours = item && item->provider == ctx.providerKey() && !item->destroyed;
  const bool fits = ours && item->kind == static_cast<uint16_t>(Body::INTERVENTION_RECORDED);
  return fits ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

// 3 § st. 1, third kind. Whoever calls in may be written down without any consent; nothing may be told back without
// one.
Verdict recordExternalContact(Context& ctx) {
  auto asked = ctx.command.getRecordExternalContact();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getContactId())));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  LIGGARE_RULE(interventionIsOurs(ctx, thingId(asked.getInterventionId())));
  LIGGARE_RULE(careParticipation(ctx));
  JudgedContact judged = judgeContact(ctx, asked);
  LIGGARE_RULE(answerFor(ctx, judged.codes));
  LIGGARE_RULE(timeIsRight(ctx));
  draftContact(ctx, asked, judged);
  return ok();
}

// --- PDL 3:11 --------------------------------------------------------------------------------------------------------

void draftDisclosure(Context& ctx, schema::RecordDisclosure::Reader asked, const ThingId& consent, Micros sentAt) {
  auto event = ctx.draft(Body::DISCLOSURE_RECORDED, ItemClass::DISCLOSURE);
  ctx.about(event, thingId(asked.getDisclosureId()), thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event).initDisclosureRecorded();
  set(body.initDisclosure(), thingId(asked.getDisclosureId()));
  body.setRecipient(asked.getRecipient());
  if (asked.getOrgId().size() > 0) body.setOrgId(asked.getOrgId());
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  if (asked.getCategories().size() > 0) body.setCategories(asked.getCategories());
  body.setBasis(asked.getBasis());
  if (asked.getStatute().size() > 0) body.setStatute(asked.getStatute());
  if (!consent.isZero()) set(body.initConsent(), consent);
  body.setSentAt(sentAt);
  body.setChannel(asked.getChannel());
  if (asked.getHarmTestBy().size() > 0) body.setHarmTestBy(asked.getHarmTestBy());
  body.setHarmTest(asked.getHarmTest());
  body.setCopies(asked.getCopies());
  body.setDelivery(asked.getDelivery());
  if (asked.getRequester().size() > 0) body.setRequester(asked.getRequester());
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  body.setReceivedAt(asked.getReceivedAt());
  body.setDecidedBy(ctx.commission->personHsaId);
  ctx.text(event, TextSlot::RECIPIENT, asked.getRecipientName());
  ctx.text(event, TextSlot::BODY, asked.getText());
}

// §3.7: what comes on request says who asked, under which reference, and when it came.
bool isAskedFor(schema::RecordDisclosure::Reader asked) {
  return asked.getRequester().size() > 0 && asked.getReference().size() > 0 && asked.getReceivedAt() != 0;
}

// PDL 7:2 (B3): nothing more goes to the register that the patient has objected to; none named: to any.
bool isObjectedTo(const Context& ctx, schema::RecordDisclosure::Reader asked) {
  if (ctx.command.getPurpose() != schema::Purpose::QUALITY_REGISTER) return false;
  const std::string named = asked.getRequester().cStr();
  auto& all = ctx.patient->qualityObjections;
  return std::any_of(all.begin(), all.end(), [&](const QualityObjection& o) {
    const bool stands = o.provider == ctx.providerKey() && o.withdrawnBy == 0;
    return stands && (named.empty() || named == o.registerName);
  });
}

// What leaves because the patient asks for it or agrees to it.
bool restsOnPatient(schema::DisclosureBasis basis) {
  using schema::DisclosureBasis;
  return basis == DisclosureBasis::PATIENT_SELF || basis == DisclosureBasis::CONSENT_C3 ||
         basis == DisclosureBasis::CONSENT_C2_FK4;
}

// PDL 3:11: who got what and when. The ground must stand at the time it was sent; what has been sent is written down
// anyway.
Verdict recordDisclosure(Context& ctx) {
  auto asked = ctx.command.getRecordDisclosure();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getDisclosureId())));
  LIGGARE_RULE(mayHandOut(ctx));
  LIGGARE_RULE(itemsAreOurs(ctx, asked.getItems()));
  bool byTask = ctx.hasRight(Right::RECORDS_OFFICE) && !isOwnJournal(*ctx.commission, *ctx.patient);
  if (!byTask) LIGGARE_RULE(careParticipation(ctx));
  Micros sentAt = asked.getSentAt() != 0 ? asked.getSentAt() : ctx.occurredAt();
  Handing handing{asked.getRecipient(),
                  asked.getOrgId().cStr(),
                  DataCategory::ALL,
                  asked.getBasis(),
                  asked.getHarmTestBy().cStr(),
                  asked.getStatute().cStr(),
                  true,
                  asked.getHarmTest(),
                  isAskedFor(asked),
                  asked.getDelivery()};
  std::vector<RefusalCode> codes;
  if (isObjectedTo(ctx, asked)) codes.push_back(RefusalCode::SECRECY);
  if (restsOnPatient(asked.getBasis()) && holdsMisfiled(*ctx.patient, asked.getItems()))
    codes.push_back(RefusalCode::SECRECY);
  ThingId consent;
  auto judge = [&](DataCategory category) {
    handing.category = category;
    HandingAnswer answer = mayLeave(ctx, handing, sentAt);
    if (answer.code != RefusalCode::NONE) codes.push_back(answer.code);
    if (consent.isZero()) consent = answer.consent;
  };
  for (auto category : asked.getCategories()) judge(category);
  if (asked.getCategories().size() == 0) judge(DataCategory::ALL);  // not said what: judged as everything
  LIGGARE_RULE(answerFor(ctx, codes));
  bool planned = ctx.command.getReality() == schema::Reality::PLANNED;
  const bool isAhead = planned && sentAt > ctx.recordedAt;
  if (!isAhead) LIGGARE_RULE(statedTimeIsRight(ctx, sentAt));
  if (asked.getReceivedAt() > ctx.recordedAt) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx));
  draftDisclosure(ctx, asked, consent, sentAt);
  return ok();
}

}  // namespace

Verdict itemsAreOurs(const Context& ctx, capnp::List<schema::Id>::Reader ids) {
  bool destroyed = false;
  for (auto id : ids) {
    const Item* item = findItem(*ctx.patient, thingId(id));
    if (!item || item->provider != ctx.providerKey()) return refuse(RefusalCode::UNKNOWN_THING);
    destroyed = destroyed || item->destroyed;
  }
  return destroyed ? refuse(RefusalCode::DESTROYED_THING) : ok();
}

// PDL 3:1, OSL 25:1: a note that is another person's is nothing of the patient's to have or to consent to.
bool holdsMisfiled(const PatientState& patient, capnp::List<schema::Id>::Reader ids) {
  for (auto id : ids) {
    const Item* item = findItem(patient, thingId(id));
    if (item && item->misfiled) return true;  // never: items that are not here were refused
  }
  return false;
}

Verdict mayHandOut(const Context& ctx) {
  return ctx.hasRight(Right::RECORDS_OFFICE) ? ok() : needsRight(ctx, Right::WRITE);
}

const Consent* disclosureConsent(const PatientState& patient, const SubjectKey& provider, PartnerType recipient,
                                 const std::string& orgId, DataCategory category, Micros t) {
  if (diedBefore(patient, t)) return nullptr;  // consents end, as consentAt says
  for (const Consent& consent : patient.consents) {
    if (consent.kind != schema::ConsentKind::C3 || consent.provider != provider || consent.annulled) continue;
    if (consent.givenAt > t || !consent.valid.covers(t)) continue;
    auto& who = consent.recipients;
    auto& what = consent.categories;
    // The type is its name; a relative, who has no number, is named in the consent's own words.
    bool byType = recipient == PartnerType::FK || recipient == PartnerType::AF || recipient == PartnerType::RELATIVE;
    bool named = std::any_of(who.begin(), who.end(), [&](const auto& r) {
      return r.first == recipient && (byType || bareNumber(r.second) == bareNumber(orgId));
    });
    if (named && std::find(what.begin(), what.end(), category) != what.end()) return &consent;
  }
  return nullptr;
}

// The case the command names, or the provider's latest; late documentation is judged by how it stood then. When the
// certificate has ended what is done is not this law's, and 4 § does not apply (§00.4); nor when there is no consent to
// coordination any more (3 §).
bool isBeingCoordinated(const Context& ctx, Micros t) {
  const bool consents = consentAt(*ctx.patient, ctx.providerKey(), schema::ConsentKind::C1, t) != nullptr;
  if (!consents || !evidenceAt(ctx, t)) return false;
  ThingId named = thingId(ctx.command.getCaseId());
  for (const Case& c : ctx.patient->cases) {
    if (c.provider != ctx.providerKey() || (!named.isZero() && c.id != named)) continue;
    if (basisAt(*ctx.patient, c, t) == schema::CaseBasis::STATUTORY && c.at(t) == CaseState::ACTIVE) return true;
  }
  return false;
}

namespace {

// OSL 25:1 after a test: by whom it was made, and that what leaves does no harm.
bool isTested(const Handing& handing) {
  const bool passed = handing.harmTest == schema::HarmTest::NO_HARM || handing.harmTest == schema::HarmTest::PARTLY;
  return !handing.harmTestBy.empty() && passed;
}

// The grounds that ask nothing of the patient. §3.7: each has facts, and a recipient, without which it is none.
bool isGround(const Context& ctx, const Handing& handing) {
  const bool concern = handing.recipient == PartnerType::MUNICIPALITY_SOCIAL;
  // A contact has no place for who tested, who asked or which statute: that is written by recordDisclosure.
  if (!handing.namesTest) return handing.basis == DisclosureBasis::CHILD_CONCERN && concern;
  switch (handing.basis) {
    case DisclosureBasis::HARM_TEST: return isTested(handing);
    case DisclosureBasis::OTHER_STATUTE: return !handing.statute.empty();
    case DisclosureBasis::OSL2511:  // between authorities that give care; social services is none of them
      return ctx.provider->kind == ProviderKind::PUBLIC && handing.recipient == PartnerType::OTHER_CARE;
    case DisclosureBasis::PATIENT_SELF: return handing.recipient == PartnerType::OTHER;  // no partner is the patient
    case DisclosureBasis::CHILD_CONCERN: return concern;
    case DisclosureBasis::IVO_SUPERVISION:
    case DisclosureBasis::COURT:
    case DisclosureBasis::POLICE:
    case DisclosureBasis::PSL615:
    case DisclosureBasis::PATIENT_BOARD:
    case DisclosureBasis::RESEARCH: return handing.isAskedFor && handing.recipient == PartnerType::OTHER;
    default: return false;  // the general clause never, in health care (§00.24)
  }
}

}  // namespace

HandingAnswer mayLeave(const Context& ctx, const Handing& handing, Micros t) {
  const HandingAnswer yes, secret{RefusalCode::SECRECY, {}};
  // PDL 5:4-5: direct access is the patient's own, or other providers' under SVOD; it is never handed out.
  const bool direct = handing.delivery == schema::DeliveryMode::DIRECT_ACCESS;
  if (direct && handing.basis != DisclosureBasis::PATIENT_SELF) return secret;
  switch (handing.basis) {
    case DisclosureBasis::NONE:  // nothing said: the patient's consent is what could allow it
    case DisclosureBasis::CONSENT_C3: return byConsentC3(ctx, handing, t);
    case DisclosureBasis::CONSENT_C2_FK4: return byConsentC2(ctx, handing, t);
    case DisclosureBasis::SFB11031: return secret;  // a request is answered by answerFkRequest, judged as such
    case DisclosureBasis::SFB11014_QUERY: {         // a power to ask is no duty to answer (§3.7)
      HandingAnswer consent = byConsentC3(ctx, handing, t);
      return consent.code == RefusalCode::NONE || !isTested(handing) ? consent : yes;
    }
    default: return isGround(ctx, handing) ? yes : secret;
  }
}

Verdict decideDisclosure(Context& ctx) {
  using Which = schema::Command::Which;
  switch (ctx.command.which()) {
    case Which::RECORD_EXTERNAL_CONTACT: return recordExternalContact(ctx);
    case Which::SUSPECT_REHAB_NEED: return suspectRehabNeed(ctx);
    case Which::INFORM_FK: return informFk(ctx);
    case Which::RECEIVE_FK_REQUEST: return receiveFkRequest(ctx);
    case Which::ANSWER_FK_REQUEST: return answerFkRequest(ctx);
    case Which::REFUSE_FK_REQUEST: return refuseFkRequest(ctx);
    case Which::RECORD_DISCLOSURE: return recordDisclosure(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

}  // namespace liggare::law
