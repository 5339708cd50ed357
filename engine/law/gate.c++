#include "engine/law/gate.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::AccessOutcome;
using schema::BlockType;
using schema::CapacityKind;
using schema::ConsentKind;
using schema::Ground;
using schema::ItemClass;
using schema::LiftReason;
using schema::ProviderKind;
using schema::Purpose;
using schema::Right;

GateAnswer deny(RefusalCode code) { return {AccessOutcome::DENY, code, Ground::NONE, false}; }
GateAnswer allow(Ground ground) { return {AccessOutcome::ALLOW, RefusalCode::NONE, ground, false}; }

bool hasRight(const CommissionState& commission, Right right) {
  return std::find(commission.rights.begin(), commission.rights.end(), right) != commission.rights.end();
}

// PDL 1:1 st. 2, 4:1: nobody takes part in the care of the dead; a need in work can remain.
bool isDeadAt(const PatientState& patient, Micros t) { return patient.died && *patient.died <= swedishDay(t); }

// The grounds of PDL 4:1 that a reader may state without a relation. Log review and supervision are duties of those who
// have the right for it, not of everybody who says so.
bool mayState(const ReaderFacts& reader, Ground ground) {
  switch (ground) {
    case Ground::CARE:
    case Ground::WORK_ADMIN:
    case Ground::WORK_QUALITY:
    case Ground::WORK_NEED_ASSESSMENT:
    case Ground::WORK_OTHER: return true;
    case Ground::LOG_REVIEW: return hasRight(reader.commission, Right::REVIEW);
    case Ground::SUPERVISION:
      return hasRight(reader.commission, Right::RECORDS_OFFICE) || hasRight(reader.commission, Right::REVIEW);
    default: return false;
  }
}

// In an emergency the reader states SVOD 3:5-3:6 or that care requires it; PDL 4:1 is then met by the care that is at
// hand.
bool isEmergencyClaim(const ReaderFacts& reader, const Claim& claim) {
  bool emergency =
      claim.ground == Ground::SVOD35 || claim.ground == Ground::SVOD36 || claim.ground == Ground::LIFT_EMERGENCY;
  return emergency && reader.purpose == Purpose::CARE && claim.danger && !claim.canConsent;
}

// PDL 4:4 is about electronic access for care. Duties of supervision and review see what is blocked too (PDL 4:3).
bool isDutyRead(const GateAnswer& answer) {
  return answer.ground == Ground::LOG_REVIEW || answer.ground == Ground::SUPERVISION;
}

bool isSameProcess(const CommissionState& reader, const std::string& process) {
  return !process.empty() && reader.process == process;
}
bool isNear(const CommissionState& reader, const Item& item) {
  return reader.unit == item.unit || isSameProcess(reader, item.process);
}

// PDL 4:2 st. 2: by the item's class, or because the unit does nothing else.
bool isFmu(const StateView& view, const Item& item) {
  if (item.itemClass == ItemClass::FMU) return true;
  const ProviderState* owner = view.provider(item.provider);
  if (!owner) return false;
  auto unit = owner->units.find(item.unit);
  return unit != owner->units.end() && unit->second.fmu;
}

bool isForItem(const Lift& lift, const Item& item) {
  return lift.items.empty() || std::find(lift.items.begin(), lift.items.end(), item.id) != lift.items.end();
}

// PDL 4:5: a lift names for whom; an emergency lift never serves coordination (§00.9).
const Lift* innerLiftFor(const ReaderFacts& reader, const Block& block, const Item& item, Micros t) {
  for (const Lift& lift : block.lifts) {
    if (!lift.forProvider.isZero() || !lift.valid.covers(t) || !isForItem(lift, item)) continue;
    if (!lift.forUnit.isZero() && lift.forUnit != reader.commission.unit) continue;
    if (!lift.forStaff.isZero() && lift.forStaff != reader.commission.person) continue;
    if (lift.reason == LiftReason::EMERGENCY && reader.purpose == Purpose::COORDINATION) continue;
    return &lift;
  }
  return nullptr;
}

// Whom an inner block is not directed against: those who work where the information was made.
bool isInside(const CommissionState& reader, const Block& block, const Item& item) {
  if (!block.process.empty()) return reader.process == block.process;
  return isNear(reader, item);
}

// PDL 4:4 st. 3, 4:5: that something is blocked may be known, but not by whom: what is noted about an inner block is
// for the unit itself and for those who may lift it, whatever period the block covers.
bool tellsWhoBlocked(const ReaderFacts& reader, const PatientState& patient, const Item& item, Micros t) {
  if (item.itemClass != ItemClass::BLOCK || isNear(reader.commission, item)) return false;
  if (hasRight(reader.commission, Right::LIFT)) return false;
  const ThingId about = item.target.value_or(item.id);
  return std::any_of(patient.blocks.begin(), patient.blocks.end(), [&](const Block& block) {
    return block.id == about && block.type == BlockType::INNER && block.valid.covers(t);
  });
}

// PDL 4:4-4:5. The strictest of several blocks wins: each that covers the item must be lifted.
GateAnswer innerBlockGate(const ReaderFacts& reader, const PatientState& patient, const Item& item, GateAnswer so,
                          Micros t) {
  for (const Block& block : patient.blocks) {
    if (block.type != BlockType::INNER || !block.valid.covers(t) || !blockCovers(block, item)) continue;
    if (isInside(reader.commission, block, item)) continue;
    const Lift* lift = innerLiftFor(reader, block, item, t);
    if (!lift) return deny(RefusalCode::INNER_BLOCK);
    so.ground = lift->reason == LiftReason::EMERGENCY ? Ground::LIFT_EMERGENCY : Ground::LIFT_CONSENT;
  }
  return so;
}

GateAnswer ownProviderGate(const ReaderFacts& reader, const PatientState& patient, const Item& item, const Claim& claim,
                           Micros t) {
  GateAnswer inner = innerSecrecyGate(reader, patient, claim, t);
  if (!inner.allowed()) return inner;
  bool ownUnit = reader.commission.unit == item.unit;
  // §12 L7: before coordination is consented to, its need is assessed from one's own unit's data only.
  if (inner.ground == Ground::WORK_NEED_ASSESSMENT && !ownUnit) return deny(RefusalCode::INNER_SECRECY);
  if (reader.rules.activeDecisionAtOtherUnit && !claim.activeDecision && !isNear(reader.commission, item))
    return deny(RefusalCode::INNER_SECRECY);
  if (isDutyRead(inner)) return inner;
  if (isFmu(reader.view, item) && !ownUnit) return deny(RefusalCode::FMU_OTHER_UNIT);
  if (tellsWhoBlocked(reader, patient, item, t)) return deny(RefusalCode::INNER_BLOCK);
  return innerBlockGate(reader, patient, item, inner, t);
}

// SVOD 3:1 p. 3, 3:7: the purposes for which other providers' data may be read at all.
bool isSvodPurpose(Purpose purpose) {
  return purpose == Purpose::CARE || purpose == Purpose::COORDINATION || purpose == Purpose::CERTIFICATE;
}

// SVOD 3:1 p. 2: C4, by the patient alone (§00.12), within the unit or the person it names.
bool hasSvodConsent(const ReaderFacts& reader, const PatientState& patient, Micros t) {
  for (const Consent& consent : patient.consents) {
    if (consent.kind != ConsentKind::C4 || consent.annulled || consent.provider != reader.provider.key) continue;
    if (consent.givenBy != schema::GivenBy::PATIENT || consent.givenAt > t || !consent.valid.covers(t)) continue;
    if (!consent.scopeUnit.isZero() && consent.scopeUnit != reader.commission.unit) continue;
    if (!consent.scopeStaff.isZero() && consent.scopeStaff != reader.commission.person) continue;
    return true;
  }
  return false;
}

// SVOD 3:1 p. 1; for a certificate about care already given (PDL 3:16) a former relation is enough.
bool hasSvodRelation(const ReaderFacts& reader, const PatientState& patient, Micros t) {
  if (isDeadAt(patient, t)) return false;
  if (hasCurrentRelation(patient, reader.commission, t)) return true;
  if (reader.purpose != Purpose::CERTIFICATE) return false;
  auto ours = [&](const SubjectKey& provider, Micros from) { return provider == reader.provider.key && from <= t; };
  for (const Relation& relation : patient.relations)
    if (ours(relation.provider, relation.valid.from)) return true;
  for (const Case& formerCase : patient.cases)
    if (!formerCase.history.empty() && ours(formerCase.provider, formerCase.history.front().first)) return true;
  return false;
}

// SVOD 3:3: an adult who durably cannot consent, whose attitude has been sought and who is not assumed to object.
bool isDurablyUnable(const PatientState& patient, Micros t) {
  const Capacity* capacity = capacityAt(patient, t);
  return capacity && capacity->kind == CapacityKind::DURABLY_UNABLE && capacity->attitudeClarified &&
         !capacity->objectionAssumed;
}

GateAnswer relationConsentRelevance(const ReaderFacts& reader, const PatientState& patient, const Claim& claim,
                                    Micros t) {
  if (!hasSvodRelation(reader, patient, t)) return deny(RefusalCode::SVOD_RELATION);
  bool childExempt = reader.provider.kind != ProviderKind::SOCIAL && isChildWhoCannotDecide(reader.rules, patient, t);
  if (!hasSvodConsent(reader, patient, t) && !childExempt) return deny(RefusalCode::SVOD_CONSENT);
  if (!claim.relevant) return deny(RefusalCode::SVOD_RELEVANCE);
  return allow(Ground::SVOD31);
}

// SVOD 3:6: danger to life or serious risk, and consent cannot be obtained. Never for coordination (§00.9).
GateAnswer emergencyGate(const ReaderFacts& reader, const Claim& claim) {
  if (reader.purpose != Purpose::CARE || !claim.danger || claim.canConsent) return deny(RefusalCode::EMERGENCY_NOT_DUE);
  if (!claim.relevant) return deny(RefusalCode::SVOD_RELEVANCE);
  return allow(Ground::SVOD36);
}

GateAnswer incapacityGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (reader.purpose != Purpose::CARE || !isDurablyUnable(patient, t)) return deny(RefusalCode::SVOD_CONSENT);
  if (!claim.relevant) return deny(RefusalCode::SVOD_RELEVANCE);
  return allow(Ground::SVOD33);
}

// §00.8: the choice to look at all is made before one is told that data exist at another provider.
GateAnswer activeDecisionGate(const ReaderFacts& reader, const Claim& claim, const GateAnswer& so) {
  if (reader.rules.activeDecisionAtOtherUnit && !claim.activeDecision) return deny(RefusalCode::INNER_SECRECY);
  return so;
}

// PDL 4:1 for the reading of other providers' data (SVOD 4:3-4): as at home, and the emergency's own care is care.
GateAnswer participationForOthers(const ReaderFacts& reader, const PatientState& patient, const Claim& claim,
                                  Micros t) {
  GateAnswer inner = innerSecrecyGate(reader, patient, claim, t);
  if (inner.allowed()) return inner;
  bool emergency = isEmergencyClaim(reader, claim) && claim.activeDecision;
  if (isOwnJournal(reader.commission, patient) || !emergency) return inner;
  return {AccessOutcome::ALLOW, RefusalCode::NONE, Ground::CARE, true};
}

GateAnswer otherProviderGate(const ReaderFacts& reader, const PatientState& patient, const Item& item,
                             const Claim& claim, Micros t) {
  GateAnswer inner = activeDecisionGate(reader, claim, participationForOthers(reader, patient, claim, t));
  if (!inner.allowed()) return inner;
  if (isFmu(reader.view, item)) return deny(RefusalCode::FMU_OTHER_UNIT);
  if (GateAnswer flags = flagsGate(reader, patient, claim, t); !flags.allowed()) return flags;
  const ProviderState* owner = reader.view.provider(item.provider);
  if (!owner || !isConnected(*owner, t)) return deny(RefusalCode::SVOD_NOT_CONNECTED);
  if (!isInformed(patient, item.provider)) return deny(RefusalCode::SVOD_NOT_INFORMED);
  if (isOuterBlocked(patient, item, reader.provider.key, t)) return deny(RefusalCode::OUTER_BLOCK);
  GateAnswer answer = svodGate(reader, patient, claim, t);
  answer.statedOnly = answer.allowed() && inner.statedOnly;
  return answer;
}

}  // namespace

Claim claimOf(schema::GroundClaim::Reader claim) {
  return {claim.getGround(),   claim.getActiveDecision().size() > 0,
          claim.getDanger(),   claim.getCanConsent(),
          claim.getRelevant(), claim.getPrint()};
}

bool isOwnJournal(const CommissionState& reader, const PatientState& patient) {
  return !reader.patientKey.isZero() && reader.patientKey == patient.key;
}

bool isConnected(const ProviderState& provider, Micros t) {
  return std::any_of(provider.svod.begin(), provider.svod.end(), [t](const Period& p) { return p.covers(t); });
}

bool isInformed(const PatientState& patient, const SubjectKey& provider) {
  return std::find(patient.svodInformed.begin(), patient.svodInformed.end(), provider) != patient.svodInformed.end();
}

bool blockCovers(const Block& block, const Item& item) {
  if (block.provider != item.provider || !block.information.covers(item.recordedAt)) return false;
  if (block.type == BlockType::OUTER) return true;
  if (!block.unit.isZero() && block.unit != item.unit) return false;
  return block.process.empty() || block.process == item.process;
}

bool isOuterBlocked(const PatientState& patient, const Item& item, const SubjectKey& readingProvider, Micros t) {
  for (const Block& block : patient.blocks) {
    if (block.type != BlockType::OUTER || !block.valid.covers(t) || !blockCovers(block, item)) continue;
    bool lifted = std::any_of(block.lifts.begin(), block.lifts.end(), [&](const Lift& lift) {
      return lift.forProvider == readingProvider && lift.valid.covers(t) && isForItem(lift, item);
    });
    if (!lifted) return true;
  }
  return false;
}

// SVOD 2:1: care documentation. What a provider notes about blocks, consents, identity and its own information under
// 2:2 is administration of its own and tells others nothing they may know. FMU is outside SVOD (§00.7).
bool isMadeAvailable(const StateView& view, const PatientState& patient, const Item& item, Micros t) {
  if (item.destroyed || isFmu(view, item)) return false;
  if (item.kind == schema::Body::PATIENT_INFORMED_SVOD) return false;
  switch (item.itemClass) {
    case ItemClass::BLOCK:
    case ItemClass::CONSENT:
    case ItemClass::IDENTITY:
    case ItemClass::RELATION:
    case ItemClass::ACCESS_LOG:
    case ItemClass::GOVERNANCE: return false;
    default: break;
  }
  const ProviderState* owner = view.provider(item.provider);
  return owner && isConnected(*owner, t) && isInformed(patient, item.provider);
}

Flags flagsFor(const ReaderFacts& reader, const PatientState& patient, Micros t) {
  Flags flags;
  for (const Item& item : patient.items) {
    if (item.provider == reader.provider.key || !isMadeAvailable(reader.view, patient, item, t)) continue;
    bool blocked = isOuterBlocked(patient, item, reader.provider.key, t);
    (blocked ? flags.hasBlocked : flags.hasUnblocked) = true;
  }
  if (reader.provider.kind == ProviderKind::SOCIAL) flags.hasBlocked = false;  // SVOD 2:5: care providers only
  return flags;
}

bool isChildWhoCannotDecide(const RuleSet& rules, const PatientState& patient, Micros t) {
  std::optional<int> age = ageAt(patient, t);
  if (age && *age >= rules.adultAge) return false;
  const Capacity* capacity = capacityAt(patient, t);
  if (capacity && capacity->kind == CapacityKind::CHILD_CANNOT_DECIDE) return true;
  if (capacity && (capacity->kind == CapacityKind::CHILD_MATURE || capacity->kind == CapacityKind::ABLE)) return false;
  return age && *age < rules.maturityAge;
}

GateAnswer innerSecrecyGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (isOwnJournal(reader.commission, patient)) return deny(RefusalCode::INNER_SECRECY);
  bool stated = claim.activeDecision && mayState(reader, claim.ground);
  if (stated && (claim.ground == Ground::LOG_REVIEW || claim.ground == Ground::SUPERVISION)) return allow(claim.ground);
  if (!isDeadAt(patient, t) && takesPartInCare(patient, reader.commission, t)) return allow(Ground::CARE);
  if (!stated) return deny(RefusalCode::INNER_SECRECY);
  return {AccessOutcome::ALLOW, RefusalCode::NONE, claim.ground, true};
}

GateAnswer flagsGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  GateAnswer inner = activeDecisionGate(reader, claim, participationForOthers(reader, patient, claim, t));
  if (!inner.allowed()) return inner;
  if (!isSvodPurpose(reader.purpose)) return deny(RefusalCode::SVOD_PURPOSE);
  if (!isConnected(reader.provider, t)) return deny(RefusalCode::SVOD_NOT_CONNECTED);
  return {AccessOutcome::ALLOW, RefusalCode::NONE, Ground::SVOD_FLAGS, inner.statedOnly};
}

GateAnswer svodGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (reader.provider.kind == ProviderKind::SOCIAL) {  // SVOD 3:2: consent only (§00.6)
    bool special = claim.ground == Ground::SVOD33 || claim.ground == Ground::SVOD36;
    return special ? deny(RefusalCode::SVOD_CONSENT) : relationConsentRelevance(reader, patient, claim, t);
  }
  if (claim.ground == Ground::SVOD36) return emergencyGate(reader, claim);
  if (claim.ground == Ground::SVOD33) return incapacityGate(reader, patient, claim, t);
  return relationConsentRelevance(reader, patient, claim, t);
}

GateAnswer namesGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  GateAnswer flags = flagsGate(reader, patient, claim, t);
  if (!flags.allowed()) return flags;
  GateAnswer answer;
  if (claim.ground == Ground::SVOD35) {
    bool care = reader.provider.kind != ProviderKind::SOCIAL && reader.purpose == Purpose::CARE;
    bool due = care && claim.danger && !claim.canConsent;
    answer = due ? allow(Ground::SVOD35) : deny(RefusalCode::NAMES_NOT_DUE);
  } else {
    answer = svodGate(reader, patient, claim, t);
  }
  answer.statedOnly = answer.allowed() && flags.statedOnly;
  return answer;
}

GateAnswer gate(const ReaderFacts& reader, const PatientState& patient, const Item& item, const Claim& claim,
                Micros t) {
  if (item.destroyed) return deny(RefusalCode::UNKNOWN_THING);  // no trace to those who read
  if (item.provider == reader.provider.key) return ownProviderGate(reader, patient, item, claim, t);
  return otherProviderGate(reader, patient, item, claim, t);
}

}  // namespace liggare::law
