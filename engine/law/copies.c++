// Copies of the journal and extracts of the log (PDL 8:2, 8:5; TF and OSL for the public; PSL 6:12 for the private). A
// copy that is handed out is itself the line of PDL 3:11. A "no" has a form: a decision with reasons and how to appeal,
// or, from a private provider, the whole question to IVO at once.
#include "engine/law/access-record.h"
#include "engine/law/blocks.h"
#include "engine/law/disclosure.h"
#include "engine/law/rights.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::Body;
using schema::CopyScope;
using schema::HarmTest;
using schema::ItemClass;
using schema::ProviderKind;
using schema::RequestedBy;
using schema::Right;
using schema::TextSlot;

// --- look-ups --------------------------------------------------------------------------------------------------------

const CopyRequest* findRequest(const Context& ctx, const ThingId& id) {
  for (const CopyRequest& request : ctx.patient->copyRequests)
    if (request.id == id && request.provider == ctx.providerKey()) return &request;
  return nullptr;
}

bool isPrivate(const Context& ctx) { return ctx.provider->kind == ProviderKind::PRIVATE; }
bool isProtectedNow(const Context& ctx) {
  return isProtected(*ctx.patient, schema::ProtectionKind::SECRECY_MARK, ctx.recordedAt) ||
         isProtected(*ctx.patient, schema::ProtectionKind::PROTECTED_REGISTRATION, ctx.recordedAt);
}

// FB 6:11, §00.30: a child old enough to take a stand is asked before a guardian is given anything.
bool isMatureChild(const Context& ctx) {
  auto age = ageAt(*ctx.patient, ctx.recordedAt);
  return age && *age < ctx.rules.adultAge && !isChildWhoCannotDecide(ctx.rules, *ctx.patient, ctx.recordedAt);
}

// A period that ends before it begins asks for nothing.
Verdict periodIsRight(Micros from, Micros to) {
  return to != 0 && to <= from ? refuse(RefusalCode::UNKNOWN_THING, {"period"}) : ok();
}

// The records office hands out, and refuses; never from one's own journal (PDL 4:1).
Verdict isRecordsOffice(const Context& ctx) { return needsRight(ctx, Right::RECORDS_OFFICE); }
// PDL 4:1: nobody handles the request for a copy of their own journal.
Verdict isNotOwnJournal(const Context& ctx) {
  bool own = ctx.commission && isOwnJournal(*ctx.commission, *ctx.patient);
  return own ? refuse(RefusalCode::INNER_SECRECY) : ok();
}

// --- OSL 12:3, 25:1, 25:6; PSL 6:12 ----------------------------------------------------------------------------------

struct Test {
  RequestedBy requestedBy;
  HarmTest outcome;
  capnp::Text::Reader by;
  bool childAsked;
};
// To the patient nothing is secret but what would harm the patient (25:6); to all others everything is, until somebody
// who is named has found that it does no harm.
Verdict secrecyAllows(const Context& ctx, const Test& test) {
  if (test.outcome == HarmTest::HARM) return refuse(RefusalCode::SECRECY, {"harmTest"});
  if (test.requestedBy == RequestedBy::PATIENT)  // PDL 1:1 st. 2: the dead ask for nothing
    return diedBefore(*ctx.patient, ctx.recordedAt) ? refuse(RefusalCode::SECRECY, {"requestedBy"}) : ok();
  if (test.by.size() == 0 || test.outcome == HarmTest::NOT_MADE) return refuse(RefusalCode::SECRECY, {"harmTest"});
  bool guardian = test.requestedBy == RequestedBy::GUARDIAN;
  if (guardian && isMatureChild(ctx) && !test.childAsked) return refuse(RefusalCode::SECRECY, {"childAsked"});
  return ok();
}

// --- copies ----------------------------------------------------------------------------------------------------------

void draftRequest(Context& ctx, schema::RequestCopy::Reader asked) {
  auto event = ctx.draft(Body::COPY_REQUESTED, ItemClass::COPY_REQUEST);
  ctx.about(event, thingId(asked.getRequestId()));
  auto body = ctx.patientBody(event).initCopyRequested();
  set(body.initRequest(), thingId(asked.getRequestId()));
  body.setRequestedBy(askedBy(ctx, asked.getRequestedBy()));
  auto actor = ctx.caller;
  auto requester = actor.isGuardian() ? actor.getGuardian() : asked.getRequester();
  if (isKnown(requester)) set(body.initRequester(), keyOf(requester));
  body.setScope(asked.getScope());
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  body.setFrom(asked.getFrom());
  body.setTo(asked.getTo());
  body.setReceivedAt(asked.getReceivedAt() != 0 ? asked.getReceivedAt() : ctx.occurredAt());
  body.setChannel(asked.getChannel());
  ctx.text(event, TextSlot::ASKED, asked.getText());
}

void draftProvided(Context& ctx, schema::ProvideCopy::Reader asked, RequestedBy requestedBy, Micros sentAt) {
  auto event = ctx.draft(Body::COPY_PROVIDED, ItemClass::DISCLOSURE);
  ctx.about(event, thingId(asked.getDisclosureId()));
  auto body = ctx.patientBody(event).initCopyProvided();
  set(body.initDisclosure(), thingId(asked.getDisclosureId()));
  set(body.initRequest(), thingId(asked.getRequestId()));
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  body.setPages(asked.getPages());
  body.setChannel(asked.getChannel());
  body.setSentAt(sentAt);
  body.setHarmTest(asked.getHarmTest());
  if (asked.getHarmTestBy().size() > 0) body.setHarmTestBy(asked.getHarmTestBy());
  body.setChildAsked(asked.getChildAsked());
  body.setProtectedChannel(asked.getProtectedChannel());
  bool self = requestedBy == RequestedBy::PATIENT;
  body.setBasis(self ? schema::DisclosureBasis::PATIENT_SELF : schema::DisclosureBasis::HARM_TEST);
  ctx.text(event, TextSlot::RECIPIENT, asked.getRecipientName());
}

void draftReferred(Context& ctx, const ThingId& request, capnp::Text::Reader reference, capnp::Text::Reader opinion) {
  auto event = ctx.draft(Body::REFERRED_TO_IVO, ItemClass::COPY_REQUEST);
  auto body = ctx.patientBody(event).initReferredToIvo();
  set(body.initRequest(), request);
  if (reference.size() > 0) body.setReference(reference);
  ctx.text(event, TextSlot::OPINION, opinion);
}

// PDL 8:2, §00.28. A private provider may not decide alone; a public one decides, with reasons and how to appeal.
bool hasForm(const Context& ctx, schema::RefuseCopy::Reader asked) {
  if (isPrivate(ctx)) return asked.getReferToIvo() && asked.getOpinion().size() > 0;
  bool reasoned = asked.getStatute().size() > 0 && asked.getReason().size() > 0 && asked.getDecisionRef().size() > 0;
  return reasoned && asked.getAppealInformation() && !asked.getReferToIvo();
}

}  // namespace

// PDL 8:2; TF 2 kap. Anybody may ask; that it was asked stands in the journal's margin.
Verdict requestCopy(Context& ctx) {
  LIGGARE_RULE(mayReceive(ctx));
  LIGGARE_RULE(providerIsClear(ctx));
  auto asked = ctx.command.getRequestCopy();
  const ThingId id = thingId(asked.getRequestId());
  if (const CopyRequest* same = findRequest(ctx, id)) return alreadySo(same->position);
  LIGGARE_RULE(idIsNew(ctx, id));
  if (isInvalid(asked.getRequester())) return refuse(RefusalCode::IDENTIFIER_INVALID);
  LIGGARE_RULE(itemsAreOurs(ctx, asked.getItems()));
  LIGGARE_RULE(periodIsRight(asked.getFrom(), asked.getTo()));
  LIGGARE_RULE(isNotOwnJournal(ctx));  // never: mayReceive has asked
  if (asked.getReceivedAt() != 0) LIGGARE_RULE(statedTimeIsRight(ctx, asked.getReceivedAt()));
  LIGGARE_RULE(timeIsRight(ctx));
  draftRequest(ctx, asked);
  return ok();
}

// PDL 8:2, 3:11: to the patient; to others after a test. To the protected by a channel that does not tell where they
// are.
Verdict provideCopy(Context& ctx) {
  LIGGARE_RULE(isRecordsOffice(ctx));
  auto asked = ctx.command.getProvideCopy();
  const CopyRequest* request = findRequest(ctx, thingId(asked.getRequestId()));
  if (!request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(itemsAreOurs(ctx, asked.getItems()));
  LIGGARE_RULE(isNotOwnJournal(ctx));
  if (request->providedBy) return alreadySo(request->providedBy);
  if (holdsMisfiled(*ctx.patient, asked.getItems())) return refuse(RefusalCode::SECRECY, {"items"});
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getDisclosureId())));
  const bool onlyLog = request->scope == CopyScope::ACCESS_LOG;  // answered by an extract
  if (request->refusedBy || onlyLog) return refuse(RefusalCode::CASE_STATE);
  if (isProtectedNow(ctx) && !asked.getProtectedChannel())
    return refuse(RefusalCode::PROTECTED_RESIDENCE, {"protectedChannel"});
  LIGGARE_RULE(
      secrecyAllows(ctx, {request->requestedBy, asked.getHarmTest(), asked.getHarmTestBy(), asked.getChildAsked()}));
  const Micros sentAt = asked.getSentAt() != 0 ? asked.getSentAt() : ctx.occurredAt();
  LIGGARE_RULE(statedTimeIsRight(ctx, sentAt));
  LIGGARE_RULE(timeIsRight(ctx));
  draftProvided(ctx, asked, request->requestedBy, sentAt);
  return ok();
}

// PDL 8:2, TF 2 kap.: a no to a copy says what it is about, on which ground, and how to appeal.
Verdict refuseCopy(Context& ctx) {
  LIGGARE_RULE(isRecordsOffice(ctx));
  auto asked = ctx.command.getRefuseCopy();
  const CopyRequest* request = findRequest(ctx, thingId(asked.getRequestId()));
  if (!request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(itemsAreOurs(ctx, asked.getItems()));
  LIGGARE_RULE(isNotOwnJournal(ctx));
  if (request->refusedBy) return alreadySo(request->refusedBy);
  if (request->providedBy) return refuse(RefusalCode::CASE_STATE);
  if (!hasForm(ctx, asked)) return refuse(RefusalCode::COPY_REFUSAL_FORM);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::COPY_REFUSED, ItemClass::COPY_REQUEST);
  auto body = ctx.patientBody(event).initCopyRefused();
  set(body.initRequest(), request->id);
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  if (asked.getStatute().size() > 0) body.setStatute(asked.getStatute());
  if (asked.getDecisionRef().size() > 0) body.setDecisionRef(asked.getDecisionRef());
  body.setAppealInformation(asked.getAppealInformation());
  ctx.text(event, TextSlot::REASON, asked.getReason());
  if (isPrivate(ctx) && !request->referredBy) draftReferred(ctx, request->id, {}, asked.getOpinion());
  return ok();
}

// PDL 8:2 st. 2: the private provider's own road, with its opinion; a public one's decision is appealed instead.
Verdict referToIvo(Context& ctx) {
  LIGGARE_RULE(isRecordsOffice(ctx));
  auto asked = ctx.command.getReferToIvo();
  const CopyRequest* request = findRequest(ctx, thingId(asked.getRequestId()));
  if (!request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(isNotOwnJournal(ctx));
  if (request->referredBy) return alreadySo(request->referredBy);
  if (!isPrivate(ctx) || asked.getOpinion().size() == 0) return refuse(RefusalCode::COPY_REFUSAL_FORM);
  LIGGARE_RULE(timeIsRight(ctx));
  draftReferred(ctx, request->id, asked.getReference(), asked.getOpinion());
  return ok();
}

// --- log extracts ----------------------------------------------------------------------------------------------------

namespace {

Verdict mayExtract(const Context& ctx) {
  return ctx.hasRight(Right::REVIEW) ? ok() : needsRight(ctx, Right::RECORDS_OFFICE);
}

// §4.6: to the protected by a protected channel; to a guardian whom the child is protected from, no places.
Verdict protectionAllows(const Context& ctx, schema::ProvideLogExtract::Reader asked) {
  if (!isProtectedNow(ctx)) return ok();
  bool places = asked.getRequestedBy() != RequestedBy::PATIENT && !asked.getWithholdsUnits();
  if (places) return refuse(RefusalCode::PROTECTED_RESIDENCE, {"withholdsUnits"});
  return asked.getProtectedChannel() ? ok() : refuse(RefusalCode::PROTECTED_RESIDENCE, {"protectedChannel"});
}

void fillExtract(const Context& ctx, schema::LogExtractProvided::Builder body,
                 schema::ProvideLogExtract::Reader asked) {
  set(body.initExtract(), thingId(asked.getExtractId()));
  if (asked.hasRequestId()) set(body.initRequest(), thingId(asked.getRequestId()));
  body.setFrom(asked.getFrom());
  body.setTo(asked.getTo() != 0 ? asked.getTo() : ctx.recordedAt);
  body.setRows(asked.getRows());
  if (asked.getBundleDigest().size() > 0) body.setBundleDigest(asked.getBundleDigest());
  body.setChannel(asked.getChannel());
  body.setProtectedChannel(asked.getProtectedChannel());
  body.setStaffNames(ctx.provider->policy.showStaffName);  // HSLF-FS 4:10 asks for unit and time; names by policy
  body.setRequestedBy(asked.getRequestedBy());
  body.setHarmTest(asked.getHarmTest());
  if (asked.getHarmTestBy().size() > 0) body.setHarmTestBy(asked.getHarmTestBy());
  body.setChildAsked(asked.getChildAsked());
  body.setWithholdsUnits(asked.getWithholdsUnits());
}

void draftExtract(Context& ctx, schema::ProvideLogExtract::Reader asked) {
  auto event = ctx.draft(Body::LOG_EXTRACT_PROVIDED, ItemClass::ACCESS_LOG);
  event.getCommon().setGround(schema::Ground::WORK_ADMIN);
  ctx.about(event, thingId(asked.getExtractId()));
  fillExtract(ctx, ctx.body(event).initLogExtractProvided(), asked);
  auto part = event.initPatients(1)[0];  // an access share: it stands in the access book, and in the next extract
  set(part.initPatient(), ctx.patient->key);
  auto resource = part.initAccess().initResources(1)[0];
  resource.setItemClass(ItemClass::ACCESS_LOG);
  set(resource.initUnit(), ctx.unitKey());
  set(resource.initProvider(), ctx.providerKey());
  resource.setOutcome(schema::AccessOutcome::ALLOW);
  resource.setGround(schema::Ground::WORK_ADMIN);
  ctx.text(event, TextSlot::ACTIVE_DECISION, asked.getClaim().getActiveDecision());
}

}  // namespace

// PDL 8:5, HSLF-FS 2016:40 4:10; case 83. What was given is told by its digest, never by its text (§00.45).
Verdict provideLogExtract(Context& ctx) {
  LIGGARE_RULE(mayExtract(ctx));
  auto asked = ctx.command.getProvideLogExtract();
  const ThingId requestId = thingId(asked.getRequestId());
  const CopyRequest* request = findRequest(ctx, requestId);
  if (!requestId.isZero() && !request) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(periodIsRight(asked.getFrom(), asked.getTo()));
  const bool ofOther = request && request->requestedBy != asked.getRequestedBy();
  if (ofOther) return refuse(RefusalCode::UNKNOWN_THING, {"requestedBy"});
  LIGGARE_RULE(isNotOwnJournal(ctx));
  const bool onlyJournal = request && request->scope == CopyScope::JOURNAL;
  if (onlyJournal) return refuse(RefusalCode::CASE_STATE);
  LIGGARE_RULE(protectionAllows(ctx, asked));
  LIGGARE_RULE(
      secrecyAllows(ctx, {asked.getRequestedBy(), asked.getHarmTest(), asked.getHarmTestBy(), asked.getChildAsked()}));
  LIGGARE_RULE(timesAreRight(ctx, asked.getTo()));
  draftExtract(ctx, asked);
  return ok();
}

}  // namespace liggare::law
