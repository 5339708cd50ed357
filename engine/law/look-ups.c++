// Questions that several chapters put to the state. Lists are short (a person's consents, blocks, cases) and searched
// whole; items are many and searched from the end, where what people refer to usually lies.
#include <algorithm>

#include "engine/law/gate.h"

namespace liggare::law {
namespace {

// The last that fits: of two that cover the same instant the one recorded later is right.
template <typename List, typename Fits>
auto lastWhere(const List& list, Fits fits) -> decltype(list.data()) {
  auto found = std::find_if(list.rbegin(), list.rend(), fits);
  return found == list.rend() ? nullptr : &*found;
}

// From assessed need to closing, pauses included: the unit still answers for the patient then.
bool isUnderWay(CaseState state) {
  return state == CaseState::ASSESSED || state == CaseState::OFFERED || state == CaseState::ACTIVE ||
         state == CaseState::PAUSED;
}

bool isDead(const PatientState& patient, Micros t) { return patient.died && *patient.died <= swedishDay(t); }

// A registered relation to the reader or to anyone at the reader's unit: booking, visit, referral (§00.41).
bool hasRelation(const PatientState& patient, const CommissionState& reader, Micros t) {
  return std::any_of(patient.relations.begin(), patient.relations.end(), [&](const Relation& relation) {
    if (!relation.valid.covers(t)) return false;
    if (relation.unit.isZero()) return !relation.staff.isZero() && relation.staff == reader.person;  // never: names one
    return relation.unit == reader.unit && (relation.staff.isZero() || relation.staff == reader.person);
  });
}

bool hasCaseAtUnit(const PatientState& patient, const CommissionState& reader, Micros t) {
  return std::any_of(patient.cases.begin(), patient.cases.end(),
                     [&](const Case& c) { return c.unit == reader.unit && isUnderWay(c.at(t)); });
}

bool isContactPerson(const PatientState& patient, const CommissionState& reader, Micros t) {
  return std::any_of(patient.contacts.begin(), patient.contacts.end(), [&](const ContactPerson& contact) {
    return contact.staff == reader.person && contact.provider == reader.provider && contact.valid.covers(t);
  });
}

}  // namespace

const Case* findCase(const PatientState& patient, const ThingId& id) {
  return lastWhere(patient.cases, [&](const Case& c) { return c.id == id; });
}

const Case* openCase(const PatientState& patient, const SubjectKey& provider) {
  return lastWhere(patient.cases, [&](const Case& c) { return c.provider == provider && isUnderWay(c.now()); });
}

bool diedBefore(const PatientState& patient, Micros t) { return patient.died && *patient.died < swedishDay(t); }

// A consent does not outlive the one who gave it.
const Consent* consentAt(const PatientState& patient, const SubjectKey& provider, schema::ConsentKind kind, Micros t) {
  if (diedBefore(patient, t)) return nullptr;
  return lastWhere(patient.consents, [&](const Consent& consent) {
    return consent.provider == provider && consent.kind == kind && !consent.annulled && consent.valid.covers(t);
  });
}

const Item* findItem(const PatientState& patient, const ThingId& id) {
  return lastWhere(patient.items, [&](const Item& item) { return item.id == id; });
}

// PDL 4 kap. 1 §: taking part in the care of the patient. Nobody takes part in the care of themselves, and a deceased
// patient has no care under way (PDL 1 kap. 1 § second paragraph keeps the secrecy).
bool takesPartInCare(const PatientState& patient, const CommissionState& reader, Micros t) {
  if (isOwnJournal(reader, patient)) return false;
  if (isDead(patient, t)) return false;
  return hasRelation(patient, reader, t) || hasCaseAtUnit(patient, reader, t) || isContactPerson(patient, reader, t);
}

// SVOD 3 kap. 1 § 1: not defined in the statute; read as the same derived, time-bounded facts. Neither a consent nor a
// closed case is one.
bool hasCurrentRelation(const PatientState& patient, const CommissionState& reader, Micros t) {
  return takesPartInCare(patient, reader, t);
}

// Whole years on the Swedish calendar day; nothing when no personnummer says when the patient was born (§00.34).
std::optional<int> ageAt(const PatientState& patient, Micros t) {
  if (!patient.birthDay) return std::nullopt;
  const Civil born = civilOf(*patient.birthDay), today = civilOf(swedishDay(t));
  const bool hadBirthday = today.month > born.month || (today.month == born.month && today.day >= born.day);
  return today.year - born.year - (hadBirthday ? 0 : 1);
}

// The residence with the latest effective instant not after t; recorded later wins a tie.
const Residence* residenceAt(const PatientState& patient, Micros t) {
  const Residence* found = nullptr;
  for (const Residence& residence : patient.residences)
    if (residence.effective <= t && (!found || found->effective <= residence.effective)) found = &residence;
  return found;
}

bool isProtected(const PatientState& patient, schema::ProtectionKind kind, Micros t) {
  return std::any_of(patient.protections.begin(), patient.protections.end(),
                     [&](const Protection& p) { return p.kind == kind && p.valid.covers(t); });
}

const Capacity* capacityAt(const PatientState& patient, Micros t) {
  return lastWhere(patient.capacity, [&](const Capacity& capacity) { return capacity.valid.covers(t); });
}

}  // namespace liggare::law
