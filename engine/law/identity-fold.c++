// What events about identity leave behind in a patient's state. Events of other kinds change nothing here.
#include "engine/base/identifiers.h"
#include "engine/law/chapter.h"

namespace liggare::law {
namespace {

using Kind = schema::Body::Which;

void addAlias(PatientState& state, schema::Identifier::Reader identifier, const EventView& event) {
  state.aliases.push_back({identifier.getKind(), IdentifierTag::from(thingId(identifier.getTag())), event.position});
}

void applyRegistered(PatientState& state, schema::PatientRegistered::Reader body, const EventView& event) {
  state.exists = true;
  state.registeredBy = event.position;
  for (auto identifier : body.getIdentifiers()) addAlias(state, identifier, event);
  if (body.getHasBirthDay()) state.birthDay = body.getBirthDay();
}

// A personnummer that comes later states the birth day, which no other number does (§00.34).
void applyIdentifier(PatientState& state, schema::Identifier::Reader identifier, const EventView& event) {
  addAlias(state, identifier, event);
  if (auto read = parsePersonIdentifier(identifier.getValue().cStr()))  // never: it was read before
    if (auto born = birthDay(*read)) state.birthDay = *born;
}

void applyProtectionLifted(PatientState& state, schema::ProtectionLifted::Reader body, const EventView& event) {
  for (Protection& protection : state.protections) {
    if (protection.kind != body.getKind() || !protection.valid.covers(body.getEffectiveAt())) continue;
    protection.valid.to = body.getEffectiveAt();
    protection.endedBy = event.position;
  }
}

void applyCapacity(PatientState& state, schema::CapacityAssessed::Reader body, const EventView& event) {
  Capacity capacity;
  capacity.kind = body.getKind();
  capacity.valid = {body.getFrom(), body.getTo()};
  capacity.objectionAssumed = body.getObjectionAssumed();
  capacity.attitudeClarified = body.getAttitudeClarified();
  capacity.id = thingId(body.getAssessment());
  capacity.position = event.position;
  state.capacity.push_back(capacity);
}

void applyGuardian(PatientState& state, schema::GuardianRecorded::Reader body) {
  Guardian guardian;
  guardian.person = subjectKey(body.getGuardian());
  guardian.isGuardian = body.getIsGuardian();
  guardian.hasAuthorityDocument = body.getAuthorityDocument().size() > 0;
  guardian.hasLegalDecision = body.getLegalDecision().size() > 0;
  guardian.valid = {body.getFrom(), body.getTo()};
  state.guardians.push_back(guardian);
}

void applyRelation(PatientState& state, schema::CareRelationRegistered::Reader body, const EventView& event) {
  Relation relation;
  relation.id = thingId(body.getRelation());
  relation.kind = body.getKind();
  if (event.common.hasProvider()) relation.provider = subjectKey(event.common.getProvider());
  if (body.hasUnit()) relation.unit = subjectKey(body.getUnit());
  if (body.hasStaff()) relation.staff = subjectKey(body.getStaff());
  relation.valid = {body.getFrom(), body.getTo()};
  relation.position = event.position;
  state.relations.push_back(relation);
}

void applyRelationEnded(PatientState& state, schema::CareRelationEnded::Reader body, const EventView& event) {
  const ThingId id = thingId(body.getRelation());
  for (Relation& relation : state.relations) {
    if (relation.id != id) continue;
    relation.valid.to = body.getEffectiveAt();
    relation.endedBy = event.position;
  }
}

}  // namespace

void evolveIdentity(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED: return applyRegistered(state, body.getPatientRegistered(), event);
    case Kind::PATIENT_IDENTIFIER_ADDED:
      return applyIdentifier(state, body.getPatientIdentifierAdded().getIdentifier(), event);
    case Kind::PROTECTION_MARKED: {
      auto marked = body.getProtectionMarked();
      state.protections.push_back({marked.getKind(), {marked.getFrom(), marked.getTo()}, event.position, 0});
      return;
    }
    case Kind::PROTECTION_LIFTED: return applyProtectionLifted(state, body.getProtectionLifted(), event);
    case Kind::RESIDENCE_CHANGED: {
      auto changed = body.getResidenceChanged();
      state.residences.push_back({subjectKey(changed.getRegion()), changed.getCode().cStr(), changed.getBasis(),
                                  changed.getEffective(), event.position});
      return;
    }
    case Kind::PATIENT_DIED:
      state.died = body.getPatientDied().getDay();
      state.diedBy = event.position;
      return;
    case Kind::CAPACITY_ASSESSED: return applyCapacity(state, body.getCapacityAssessed(), event);
    case Kind::GUARDIAN_RECORDED: return applyGuardian(state, body.getGuardianRecorded());
    case Kind::CARE_RELATION_REGISTERED: return applyRelation(state, body.getCareRelationRegistered(), event);
    case Kind::CARE_RELATION_ENDED: return applyRelationEnded(state, body.getCareRelationEnded(), event);
    default: return;
  }
}

}  // namespace liggare::law
