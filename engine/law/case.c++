// The case and its contact person (2019:1297 3 §), and the way into the chapter. Folding is in case-fold.c++.
#include "engine/law/case.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::Right;
using schema::TextSlot;

bool isOpen(CaseState state) { return state != CaseState::NONE && state != CaseState::CLOSED; }

// --- the case ------------------------------------------------------------------------------------

// From every state but none; what is written in the journal afterwards is late documentation, signing and correction.
Verdict closeCase(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
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

// --- contact person: a contact, never an ombud ---------------------------------------------------

bool hasPrimary(const Context& ctx, const Case& of, const SubjectKey& unit) {
  auto& all = ctx.patient->contacts;
  return std::any_of(all.begin(), all.end(), [&](const ContactPerson& c) {
    return c.primary && c.caseId == of.id && c.unit == unit && c.valid.covers(ctx.recordedAt);  // never: one unit each
  });
}

// §2.1: of a contact person, a fast vårdkontakt and a fast läkarkontakt, one answers for the information.
bool hasResponsible(const Context& ctx, const Case& of) {
  auto& all = ctx.patient->contacts;
  return std::any_of(all.begin(), all.end(), [&](const ContactPerson& c) {
    return c.responsibleForInformation && c.caseId == of.id && c.valid.covers(ctx.recordedAt);
  });
}

schema::ContactFunction functionOf(schema::AssignContactPerson::ContactRole role) {
  using Role = schema::AssignContactPerson::ContactRole;
  if (role == Role::CARE_CONTACT) return schema::ContactFunction::CARE_CONTACT;
  return role == Role::PHYSICIAN ? schema::ContactFunction::PHYSICIAN : schema::ContactFunction::COORDINATOR;
}

// The manager's decision, or the journal writer's on the manager's behalf: first the right, then the part in the care.
Verdict hasRightToAssign(const Context& ctx) {
  return ctx.hasRight(Right::GOVERN) ? ok() : needsRight(ctx, Right::WRITE);
}
Verdict mayAssign(const Context& ctx) { return ctx.hasRight(Right::GOVERN) ? ok() : mayJournal(ctx); }

// KL 3 §: the patient has a contact, one of them first among them, and one who answers for the information.
Verdict assignContactPerson(Context& ctx) {
  auto r = ctx.command.getAssignContactPerson();
  const ThingId id = thingId(r.getAssignmentId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(hasRightToAssign(ctx));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const Case* of = named.found ? named.found : openCase(*ctx.patient, ctx.providerKey());
  if (!of || !isKnown(r.getStaff()))
    return isInvalid(r.getStaff()) ? refuse(RefusalCode::IDENTIFIER_INVALID) : refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayAssign(ctx));
  if (!isOpen(of->now())) return refuse(RefusalCode::CASE_STATE);
  if (r.getRole() == schema::AssignContactPerson::ContactRole::OMBUD) return refuse(RefusalCode::ACTOR_IS_OMBUD);
  if (r.getPrimary() && hasPrimary(ctx, *of, of->unit)) return refuse(RefusalCode::CONTACT_TAKEN);
  if (r.getResponsibleForInformation() && hasResponsible(ctx, *of)) return refuse(RefusalCode::CONTACT_TAKEN);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::CONTACT_PERSON_ASSIGNED, ItemClass::CASE_STEP);
  if (!of->unit.isZero()) set(event.getCommon().initInfoUnit(), of->unit);  // never: an assessor has a unit
  ctx.about(event, id, of->id);
  auto body = ctx.patientBody(event).initContactPersonAssigned();
  set(body.initAssignment(), id);
  set(body.initStaff(), keyOf(r.getStaff()));
  set(body.initUnit(), of->unit);
  body.setPrimary(r.getPrimary());
  body.setFunction(functionOf(r.getRole()));
  body.setResponsibleForInformation(r.getResponsibleForInformation());
  return ok();
}

// KL 3 §: an assignment ends, once.
Verdict endContactPerson(Context& ctx) {
  LIGGARE_RULE(hasRightToAssign(ctx));
  const ThingId id = thingId(ctx.command.getEndContactPerson().getAssignmentId());
  auto& all = ctx.patient->contacts;
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const ContactPerson& c) { return c.id == id && c.provider == ctx.providerKey(); });
  if (found == all.end()) return refuse(RefusalCode::UNKNOWN_THING);
  LIGGARE_RULE(mayAssign(ctx));
  if (found->endedBy) return alreadySo(found->endedBy);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::CONTACT_PERSON_ENDED, ItemClass::CASE_STEP);
  if (!found->unit.isZero()) set(event.getCommon().initInfoUnit(), found->unit);  // never: so does its case
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
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

}  // namespace liggare::law
