// Patientens rättigheter: information, objections, certificates, complaints (PDL 3:16, 7:2, 8:6; PSL 3:8, 3:8b), and
// what is refused but stands on record (GDPR 17, PDL 8:4). Copies are in copies.c++, SVOD 2:6 in availability.c++.
#include "engine/law/rights.h"
#include "engine/law/access-record.h"
#include "engine/law/blocks.h"

#include <algorithm>

namespace liggare::law {

schema::RequestedBy askedBy(const Context& ctx, schema::RequestedBy claimed) {
  auto actor = ctx.caller;
  if (actor.isPatient()) return schema::RequestedBy::PATIENT;
  if (!actor.isGuardian()) return claimed;
  const bool guardian = isGuardian(*ctx.patient, keyOf(actor.getGuardian()), ctx.recordedAt);
  return guardian ? schema::RequestedBy::GUARDIAN : schema::RequestedBy::REPRESENTATIVE;
}

namespace {

using schema::Body;
using schema::ItemClass;
using schema::RequestedBy;
using schema::Right;
using schema::TextSlot;
using Which = schema::Command::Which;

// --- intyg om vården (PDL 3:16) --------------------------------------------------------------------------------------

// A former relation to the unit is enough: the certificate is about care that has been given.
Verdict hasGivenCare(const Context& ctx) {
  auto& all = ctx.patient->relations;
  const bool former = std::any_of(all.begin(), all.end(), [&](const Relation& r) {
    return r.unit == ctx.unitKey() && r.valid.from <= ctx.recordedAt;
  });
  return former && !isOwnJournal(*ctx.commission, *ctx.patient) ? ok() : careParticipation(ctx);
}

// Who speaks for the patient: a guardian on record for a child who cannot decide (§00.30; an older child asks itself),
// a representative with their papers.
bool speaksForPatient(const Context& ctx, RequestedBy by) {
  const PatientState& patient = *ctx.patient;
  switch (by) {
    case RequestedBy::PATIENT: return !diedBefore(patient, ctx.recordedAt);
    case RequestedBy::GUARDIAN:
      return isChildWhoCannotDecide(ctx.rules, patient, ctx.recordedAt) &&
             isRepresented(patient, schema::GivenBy::GUARDIAN, ctx.recordedAt);
    case RequestedBy::REPRESENTATIVE: return isRepresented(patient, schema::GivenBy::REPRESENTATIVE, ctx.recordedAt);
    default: return false;
  }
}

// PDL 3:16: on the patient's request, or on that of who speaks for the patient. Needs no C1 and no open case.
Verdict issueCareCertificate(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getIssueCareCertificate();
  const ThingId id = thingId(asked.getCertificateId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(hasGivenCare(ctx));
  const auto by = asked.getRequestedBy();
  if (!speaksForPatient(ctx, by)) return refuse(RefusalCode::SECRECY);
  const Days today = swedishDay(ctx.recordedAt);
  if (asked.getIssuedAt() > today) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::CARE_CERTIFICATE_ISSUED, ItemClass::CERTIFICATE);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initCareCertificateIssued();
  set(body.initCertificate(), id);
  body.setRequestedBy(by);
  body.setIssuedAt(asked.getIssuedAt() != 0 ? asked.getIssuedAt() : today);
  body.setRecipient(asked.getRecipient());
  if (asked.getExternalRef().size() > 0) body.setExternalRef(asked.getExternalRef());
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

// --- information -----------------------------------------------------------------------------------------------------

// PDL 8:6: who answers for the data, for what, for how long, and which rights there are; by version of the text.
Verdict informPdl(Context& ctx) {
  if (!ctx.hasRight(Right::REGISTER)) LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getInformPdl();
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  if (asked.getTextVersion().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  for (const PdlInformed& informed : ctx.patient->pdlInformed) {
    const bool isThis = informed.provider == ctx.providerKey() && informed.version == asked.getTextVersion().cStr();
    if (isThis) return alreadySo(informed.position);
  }
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::PATIENT_INFORMED_PDL, ItemClass::INFORMATION);
  auto body = ctx.patientBody(event).initPatientInformedPdl();
  body.setTextVersion(asked.getTextVersion());
  body.setChannel(asked.getChannel());
  return ok();
}

// PSL 3:8: the patient, or somebody close, is told that an injury happened in care, what was done about it, and where
// to turn.
Verdict informVardskada(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getInformVardskada();
  const ThingId id = thingId(asked.getInjuryId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(careParticipation(ctx));
  const bool told = asked.getToPatient() || asked.getToRelative();
  if (!told || asked.getText().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  LIGGARE_RULE(timesAreRight(ctx, asked.getKnownAt()));
  auto event = ctx.draft(Body::VARDSKADA_INFORMATION_GIVEN, ItemClass::INFORMATION);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initVardskadaInformationGiven();
  set(body.initInjury(), id);
  body.setToPatient(asked.getToPatient());
  body.setToRelative(asked.getToRelative());
  body.setKnownAt(asked.getKnownAt());
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  ctx.text(event, TextSlot::INFORMED, asked.getText());
  return ok();
}

// --- invändning mot kvalitetsregister (PDL 7:2, B3) ------------------------------------------------------------------

// The latest about the register, standing or withdrawn.
const QualityObjection* objectionTo(const Context& ctx, capnp::Text::Reader registerName) {
  auto& all = ctx.patient->qualityObjections;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const QualityObjection& o) {
    return o.provider == ctx.providerKey() && o.registerName == registerName.cStr();
  });
  return found == all.rend() ? nullptr : &*found;
}

// PDL 7:2: the patient's own no, to be taken at once; and taken back the same way.
Verdict objectQualityRegister(Context& ctx) {
  LIGGARE_RULE(mayReceive(ctx));
  LIGGARE_RULE(providerIsClear(ctx));
  auto asked = ctx.command.getObjectQualityRegister();
  const QualityObjection* earlier = objectionTo(ctx, asked.getRegister());
  const bool unknown = asked.getWithdrawn() && asked.getRegister().size() > 0 && !earlier;
  if (unknown) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(asked.getWithdrawn() ? mayOpenFor(ctx, asked.getRequestedBy()) : mayAskFor(ctx, asked.getRequestedBy()));
  if (asked.getRegister().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING, {"register"});
  const bool stands = earlier && earlier->withdrawnBy == 0;
  if (asked.getWithdrawn() && !stands) return alreadySo(earlier->withdrawnBy);
  if (!asked.getWithdrawn() && stands) return alreadySo(earlier->position);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  const ThingId id = asked.getWithdrawn() ? earlier->id : thingId(asked.getObjectionId());
  if (!asked.getWithdrawn()) LIGGARE_RULE(idIsNew(ctx, id));
  auto event = ctx.draft(Body::QUALITY_REGISTER_OBJECTED, ItemClass::CONSENT);
  if (!asked.getWithdrawn()) ctx.about(event, id);
  auto body = ctx.patientBody(event).initQualityRegisterObjected();
  set(body.initObjection(), id);
  body.setRegister(asked.getRegister());
  body.setWithdrawn(asked.getWithdrawn());
  body.setRequestedBy(ctx.caller.isGuardian() ? schema::GivenBy::GUARDIAN : asked.getRequestedBy());
  body.setChannel(asked.getChannel());
  return ok();
}

// --- klagomål (PSL 3:8 b) --------------------------------------------------------------------------------------------

// Anybody may bring one. An access that is disputed is always looked at (T22).
Verdict receiveComplaint(Context& ctx) {
  LIGGARE_RULE(mayReceive(ctx));
  LIGGARE_RULE(providerIsClear(ctx));
  auto asked = ctx.command.getReceiveComplaint();
  const ThingId id = thingId(asked.getComplaintId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::COMPLAINT_RECEIVED, ItemClass::COMPLAINT);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initComplaintReceived();
  set(body.initComplaint(), id);
  body.setRequestedBy(askedBy(ctx, asked.getRequestedBy()));
  body.setVia(asked.getVia());
  if (asked.getDisputedAccesses().size() > 0) body.setDisputedAccesses(asked.getDisputedAccesses());
  ctx.text(event, TextSlot::BODY, asked.getText());
  for (auto access : asked.getDisputedAccesses()) openReview(ctx, "T22", thingId(access));
  return ok();
}

// PSL 3:8b: an answer, and the time for it; what it says stands in words.
Verdict answerComplaint(Context& ctx) {
  const bool byTask = ctx.hasRight(Right::REGISTER) || ctx.hasRight(Right::RECORDS_OFFICE);
  if (!byTask) LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  auto asked = ctx.command.getAnswerComplaint();
  const ThingId id = thingId(asked.getComplaintId());
  auto& all = ctx.patient->complaints;
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const Complaint& c) { return c.id == id && c.provider == ctx.providerKey(); });
  if (found == all.end()) return refuse(RefusalCode::UNKNOWN_THING);
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return refuse(RefusalCode::INNER_SECRECY);
  if (found->answeredBy) return alreadySo(found->answeredBy);
  if (asked.getText().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  const Micros answeredAt = asked.getAnsweredAt() != 0 ? asked.getAnsweredAt() : ctx.occurredAt();
  LIGGARE_RULE(statedTimeIsRight(ctx, answeredAt));
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::COMPLAINT_ANSWERED, ItemClass::COMPLAINT);
  auto body = ctx.patientBody(event).initComplaintAnswered();
  set(body.initComplaint(), id);
  body.setChannel(asked.getChannel());
  body.setAnsweredAt(answeredAt);
  ctx.text(event, TextSlot::BODY, asked.getText());
  return ok();
}

}  // namespace

Verdict providerIsClear(Context& ctx) {
  if (ctx.provider) return ok();
  ctx.provider = onlyProvider(ctx);
  return ctx.provider ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

Verdict mayReceive(const Context& ctx) {
  if (!ctx.commission) return ok();
  if (!ctx.hasRight(Right::RECORDS_OFFICE)) LIGGARE_RULE(needsRight(ctx, Right::REGISTER));
  return isOwnJournal(*ctx.commission, *ctx.patient) ? refuse(RefusalCode::INNER_SECRECY) : ok();
}

Verdict timesAreRight(const Context& ctx, Micros stated) {
  return stated > ctx.recordedAt ? refuse(RefusalCode::IN_THE_FUTURE) : timeIsRight(ctx);
}

Verdict decideRights(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::REQUEST_COPY: return requestCopy(ctx);
    case Which::PROVIDE_COPY: return provideCopy(ctx);
    case Which::REFUSE_COPY: return refuseCopy(ctx);
    case Which::REFER_TO_IVO: return referToIvo(ctx);
    case Which::ISSUE_CARE_CERTIFICATE: return issueCareCertificate(ctx);
    case Which::PROVIDE_LOG_EXTRACT: return provideLogExtract(ctx);
    case Which::INFORM_PDL: return informPdl(ctx);
    case Which::OBJECT_QUALITY_REGISTER: return objectQualityRegister(ctx);
    case Which::INFORM_VARDSKADA: return informVardskada(ctx);
    case Which::RECEIVE_COMPLAINT: return receiveComplaint(ctx);
    case Which::ANSWER_COMPLAINT: return answerComplaint(ctx);
    case Which::MAKE_AVAILABLE: return makeAvailable(ctx);
    case Which::WITHDRAW_AVAILABILITY: return withdrawAvailability(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

// GDPR 12(4), PDL 8:4: refused, and still on record with who asked and in which words. Where nobody can tell whose
// journal is meant, the attempt is all there is.
void recordRefusedRequest(Context& ctx, RefusalCode code) {
  const Which kind = ctx.command.which();
  const bool erasure = kind == Which::REQUEST_ERASURE && code == RefusalCode::GDPR_ERASURE;
  const bool destruction = kind == Which::REQUEST_DESTRUCTION && code == RefusalCode::DESTRUCTION_UNDECIDED;
  if (!erasure && !destruction) return;
  if (!ctx.provider && ctx.patient) ctx.provider = onlyProvider(ctx);  // never: the patient is known
  if (!ctx.provider || !ctx.patient) return;                           // never: a patient is known by then
  if (erasure) {
    auto asked = ctx.command.getRequestErasure();
    auto event = ctx.draft(Body::ERASURE_REQUESTED, ItemClass::DESTRUCTION);
    auto body = ctx.patientBody(event).initErasureRequested();
    if (asked.hasTargetId()) set(body.initTarget(), thingId(asked.getTargetId()));
    ctx.text(event, TextSlot::BODY, asked.getText());
    return;
  }
  auto asked = ctx.command.getRequestDestruction();
  auto event = ctx.draft(Body::DESTRUCTION_REQUESTED, ItemClass::DESTRUCTION);
  ctx.about(event, thingId(asked.getRequestId()));
  auto body = ctx.body(event).initDestructionRequested();
  set(body.initRequest(), thingId(asked.getRequestId()));
  body.setRequestedBy(askedBy(ctx, asked.getRequestedBy()));
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  ctx.text(event, TextSlot::BODY, asked.getText());
}

}  // namespace liggare::law
