// Försäkringskassan, by two roads that never mix: what the region tells on its own accord under 4 § (C2), and what an
// authority asks for under SFB 110:31 (no consent, but a duty only for authorities, and only what is relevant).
#include <algorithm>

#include "engine/law/disclosure.h"
#include "engine/law/gate.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::DataCategory;
using schema::DisclosureBasis;
using schema::ItemClass;
using schema::PartnerType;
using schema::ProviderKind;
using schema::Requester;
using schema::Right;
using schema::TextSlot;

const Suspicion* findSuspicion(const PatientState& patient, const SubjectKey& provider, const ThingId& id) {
  for (auto it = patient.suspicions.rbegin(); it != patient.suspicions.rend(); ++it) {
    bool wanted = id.isZero() ? !it->informed : it->id == id;  // none named: the latest not yet told
    if (it->provider == provider && wanted) return &*it;
  }
  return nullptr;
}

const FkRequest* findRequest(const Context& ctx, const ThingId& id) {
  for (const FkRequest& request : ctx.patient->fkRequests)
    if (request.id == id && request.provider == ctx.providerKey()) return &request;
  return nullptr;
}

bool contains(capnp::List<DataCategory>::Reader list, DataCategory category) {
  for (auto listed : list)
    if (listed == category) return true;
  return false;
}

// --- 4 § -------------------------------------------------------------------------------------------------------------

void draftInformed(Context& ctx, schema::InformFk::Reader asked, const Suspicion* suspicion, const Consent* consent,
                   Micros sentAt) {
  auto event = ctx.draft(Body::FK_INFORMED, ItemClass::FK);
  const bool isOfCase = suspicion && !suspicion->caseId.isZero();
  ctx.about(event, thingId(asked.getInformationId()), isOfCase ? suspicion->caseId : thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event).initFkInformed();
  set(body.initInformation(), thingId(asked.getInformationId()));
  if (consent) set(body.initConsent(), consent->id);
  if (suspicion) set(body.initSuspicion(), suspicion->id);
  if (asked.getCategories().size() > 0) body.setCategories(asked.getCategories());
  body.setChannel(asked.getChannel());
  body.setSentAt(sentAt);
  body.setVia(asked.getVia());
  ctx.text(event, TextSlot::BODY, asked.getSummary());
}

// --- SFB 110:31 ------------------------------------------------------------------------------------------------------

// Whom a request may name: somebody whose journal this is.
bool isAboutPatient(const Context& ctx, schema::Ref::Reader named) {
  return isAbsent(named) || (isKnown(named) && subjectKey(named.getKey()) == ctx.patient->key);
}

// Only what was asked for, and of that only what a named person has judged relevant. "The whole journal" is no
// judgement.
bool isWithinRelevance(const FkRequest& request, schema::AnswerFkRequest::Reader asked) {
  auto answered = asked.getCategories();
  if (asked.getRelevanceBy().size() == 0 || answered.size() == 0) return false;
  auto& wanted = request.asked;
  bool askedForAll = wanted.empty() || std::find(wanted.begin(), wanted.end(), DataCategory::ALL) != wanted.end();
  for (auto category : answered) {
    bool requested = askedForAll || std::find(wanted.begin(), wanted.end(), category) != wanted.end();
    if (category == DataCategory::ALL || !requested || !contains(asked.getRelevantCategories(), category)) return false;
  }
  return true;
}

// Under which number a consent names the authority; empty for those there are several of, or that nobody can tell.
const char* numberOf(Requester requester) {
  switch (requester) {
    case Requester::PENSION_AUTHORITY: return "2021006255";
    case Requester::TAX_AUTHORITY: return "2021005448";
    default: return "";
  }
}

// The patient's C3 to the authority, covering everything that is answered.
const Consent* consentToAnswer(const Context& ctx, const FkRequest& request, schema::AnswerFkRequest::Reader asked) {
  auto recipient = request.requester == Requester::FK ? PartnerType::FK : PartnerType::OTHER;
  const Consent* found = nullptr;
  for (auto category : asked.getCategories()) {
    found = disclosureConsent(*ctx.patient, ctx.providerKey(), recipient, numberOf(request.requester), category,
                              ctx.occurredAt());
    if (!found) return nullptr;
  }
  return found;
}

bool isWhole(schema::AnswerFkRequest::LegalDecision::Reader decision, Micros now) {
  bool dated = decision.getAt() != 0 && decision.getAt() <= now;
  return dated && decision.getReference().size() > 0 && decision.getBy().size() > 0;
}

struct AnswerGround {
  DisclosureBasis basis = DisclosureBasis::SFB11031;
  const Consent* consent = nullptr;
};

// Who must be answered without consent, by whom. The requesters are a parameter of the rule set (§00.5).
Verdict groundForAnswer(Context& ctx, const FkRequest& request, schema::AnswerFkRequest::Reader asked,
                        AnswerGround& ground) {
  auto& onDemand = ctx.rules.requestersOnDemand;
  bool duty = std::find(onDemand.begin(), onDemand.end(), request.requester) != onDemand.end();
  const Consent* consent = consentToAnswer(ctx, request, asked);
  bool decided = isWhole(asked.getLegalDecision(), ctx.recordedAt);
  bool isPublic = ctx.provider->kind == ProviderKind::PUBLIC;
  if (duty && isPublic) return isWithinRelevance(request, asked) ? ok() : refuse(RefusalCode::REQUEST_RELEVANCE);
  if (consent) {
    ground = {DisclosureBasis::CONSENT_C3, consent};
    return ok();
  }
  if (!duty) {
    LIGGARE_RULE(ctx.stopOrViolate(RefusalCode::SECRECY));
    ctx.unlawfulDisclosure = true;
    ground.basis = DisclosureBasis::NONE;
    return ok();
  }
  if (!decided) return refuse(RefusalCode::REQUEST_PRIVATE_PROVIDER);
  return isWithinRelevance(request, asked) ? ok() : refuse(RefusalCode::REQUEST_RELEVANCE);
}

void draftAnswer(Context& ctx, schema::AnswerFkRequest::Reader asked, Body::Which kind, const AnswerGround& ground) {
  auto event = ctx.draft(kind, ItemClass::FK);
  ctx.about(event, thingId(asked.getRequestId()), thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event);
  bool refused = kind == Body::FK_REQUEST_REFUSED;
  auto answer = refused ? body.initFkRequestRefused() : body.initFkRequestAnswered();
  set(answer.initRequest(), thingId(asked.getRequestId()));
  answer.setAnsweredAt(ctx.occurredAt());
  if (asked.getCategories().size() > 0 && !refused) answer.setCategories(asked.getCategories());
  if (asked.getRelevanceBy().size() > 0) answer.setRelevanceBy(asked.getRelevanceBy());
  answer.setBasis(refused ? DisclosureBasis::NONE : ground.basis);
  if (ground.consent) set(answer.initConsent(), ground.consent->id);
  auto decision = asked.getLegalDecision().getReference();
  if (decision.size() > 0) answer.setDecisionRef(decision);
  if (asked.getLegalDecision().getBy().size() > 0) answer.setDecisionBy(asked.getLegalDecision().getBy());
  answer.setDecisionAt(asked.getLegalDecision().getAt());
  answer.setWithheld(static_cast<uint16_t>(asked.getWithheld().size()));
  answer.setPages(asked.getPages());
  ctx.text(event, TextSlot::BODY, asked.getText());
  for (unsigned i = 0; i < asked.getWithheld().size(); ++i)
    ctx.text(event, TextSlot::WITHHELD, asked.getWithheld()[i], static_cast<uint16_t>(i));
}

// The registrar's task as much as the coordinator's: PDL 4:1 is asked of those who only write.
Verdict mayHandleRequest(const Context& ctx) {
  if (ctx.hasRight(Right::RECORDS_OFFICE) || ctx.hasRight(Right::REGISTER)) return ok();
  return needsRight(ctx, Right::WRITE);
}
Verdict participates(const Context& ctx) {
  bool byTask = ctx.hasRight(Right::RECORDS_OFFICE) || ctx.hasRight(Right::REGISTER);
  return byTask && !isOwnJournal(*ctx.commission, *ctx.patient) ? ok() : careParticipation(ctx);
}

}  // namespace

// 4 §: a presumption is noted, and with it a duty that stays open until FK is told or the patient says no.
Verdict suspectRehabNeed(Context& ctx) {
  auto asked = ctx.command.getSuspectRehabNeed();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getSuspicionId())));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  LIGGARE_RULE(careParticipation(ctx));
  if (!isBeingCoordinated(ctx, ctx.occurredAt())) return refuse(RefusalCode::NOT_BEING_COORDINATED);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::REHAB_NEED_SUSPECTED, ItemClass::FK);
  ctx.about(event, thingId(asked.getSuspicionId()), thingId(ctx.command.getCaseId()));
  set(ctx.patientBody(event).initRehabNeedSuspected().initSuspicion(), thingId(asked.getSuspicionId()));
  ctx.text(event, TextSlot::GROUND, asked.getGround());
  return ok();
}

// 4 §: while coordination is given, and only with C2 at the time it was told. The event is itself the line of PDL 3:11.
Verdict informFk(Context& ctx) {
  auto asked = ctx.command.getInformFk();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getInformationId())));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  ThingId named = thingId(asked.getSuspicionId());
  const Suspicion* suspicion = findSuspicion(*ctx.patient, ctx.providerKey(), named);
  if (!named.isZero() && !suspicion) return refuse(RefusalCode::UNKNOWN_THING);
  const ThingId inCase = thingId(ctx.command.getCaseId());
  const bool ofOther = suspicion && !inCase.isZero() && !suspicion->caseId.isZero() && suspicion->caseId != inCase;
  if (ofOther) return refuse(RefusalCode::UNKNOWN_THING);  // a suspicion of another case
  LIGGARE_RULE(careParticipation(ctx));
  Micros sentAt = asked.getSentAt() != 0 ? asked.getSentAt() : ctx.occurredAt();
  if (!isBeingCoordinated(ctx, sentAt)) return refuse(RefusalCode::NOT_BEING_COORDINATED);
  const Consent* consent = consentAt(*ctx.patient, ctx.providerKey(), schema::ConsentKind::C2, sentAt);
  if (!consent) {
    LIGGARE_RULE(ctx.stopOrViolate(RefusalCode::CONSENT_C2_MISSING));
    ctx.unlawfulDisclosure = true;
  }
  bool planned = ctx.command.getReality() == schema::Reality::PLANNED;
  const bool isAhead = planned && sentAt > ctx.recordedAt;
  if (!isAhead) LIGGARE_RULE(statedTimeIsRight(ctx, sentAt));
  LIGGARE_RULE(timeIsRight(ctx));
  draftInformed(ctx, asked, suspicion, consent, sentAt);
  return ok();
}

// SFB 110:31: about a named person. That it came is written down whoever asks.
Verdict receiveFkRequest(Context& ctx) {
  auto asked = ctx.command.getReceiveFkRequest();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getRequestId())));
  LIGGARE_RULE(mayHandleRequest(ctx));
  if (!isAboutPatient(ctx, asked.getNamedPerson())) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(participates(ctx));
  if (asked.getReceivedAt() != 0) LIGGARE_RULE(statedTimeIsRight(ctx, asked.getReceivedAt()));
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::FK_REQUEST_RECEIVED, ItemClass::FK);
  ctx.about(event, thingId(asked.getRequestId()), thingId(ctx.command.getCaseId()));
  auto body = ctx.patientBody(event).initFkRequestReceived();
  set(body.initRequest(), thingId(asked.getRequestId()));
  body.setRequester(asked.getRequester());
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  body.setReceivedAt(asked.getReceivedAt() != 0 ? asked.getReceivedAt() : ctx.occurredAt());
  if (asked.getAsked().size() > 0) body.setAsked(asked.getAsked());
  ctx.text(event, TextSlot::ASKED, asked.getText());
  return ok();
}

// SFB 110:31 breaks secrecy for authorities (OSL 10:28): no consent, journalled, and only what is relevant. A private
// performer needs the patient's consent or a legal decision (F14).
Verdict answerFkRequest(Context& ctx) {
  LIGGARE_RULE(mayHandleRequest(ctx));
  auto asked = ctx.command.getAnswerFkRequest();
  const FkRequest* request = findRequest(ctx, thingId(asked.getRequestId()));
  if (!request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(participates(ctx));
  if (request->answered) return alreadySo(request->answeredBy);
  AnswerGround ground;
  LIGGARE_RULE(groundForAnswer(ctx, *request, asked, ground));
  LIGGARE_RULE(timeIsRight(ctx));
  draftAnswer(ctx, asked, Body::FK_REQUEST_ANSWERED, ground);
  return ok();
}

// A "no" is journalled as well: what was asked for, and why nothing was given.
Verdict refuseFkRequest(Context& ctx) {
  LIGGARE_RULE(mayHandleRequest(ctx));
  auto asked = ctx.command.getRefuseFkRequest();
  const FkRequest* request = findRequest(ctx, thingId(asked.getRequestId()));
  if (!request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(participates(ctx));
  if (request->answered) return alreadySo(request->answeredBy);
  LIGGARE_RULE(timeIsRight(ctx));
  draftAnswer(ctx, asked, Body::FK_REQUEST_REFUSED, {});
  return ok();
}

}  // namespace liggare::law
