#include <algorithm>

#include "engine/law/coordination.h"
#include "engine/law/gate-facts.h"

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
bool isDeadAt(const PatientState& patient, Micros t) {
  return patient.died && *patient.died <= swedishDay(t);  // never: a death to come
}

// SVOD 3:1 p. 3, 3:7: what care is done for, and the purposes for which other providers' data may be read at all. Who
// counts, reviews or administers takes no part in the care, whatever unit they sit at (PDL 4:1).
bool isCarePurpose(Purpose purpose) {
  return purpose == Purpose::CARE || purpose == Purpose::COORDINATION || purpose == Purpose::CERTIFICATE;
}

// The grounds of PDL 4:1 that a reader may state without a relation. Log review and supervision are duties of those who
// have the right for it, not of everybody who says so; and while they care for the patient they do neither (PDL 4:4).
bool mayState(const ReaderFacts& reader, Ground ground) {
  switch (ground) {
    case Ground::CARE: return isCarePurpose(reader.purpose);
    case Ground::WORK_ADMIN:
    case Ground::WORK_QUALITY:
    case Ground::WORK_NEED_ASSESSMENT:
    case Ground::WORK_OTHER: return true;
    case Ground::LOG_REVIEW: return !isCarePurpose(reader.purpose) && hasRight(reader.commission, Right::REVIEW);
    case Ground::SUPERVISION:
      if (isCarePurpose(reader.purpose)) return false;
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
// PDL 4:2 st. 2: neither another unit nor another process of the same unit.
bool isWhereMade(const CommissionState& reader, const Item& item) {
  return reader.unit == item.unit && (item.process.empty() || reader.process == item.process);
}
bool isNear(const CommissionState& reader, const Item& item) {
  return reader.unit == item.unit || isSameProcess(reader, item.process);
}

// PDL 4:5: a lift names for whom; an emergency lift never serves coordination (§00.9).
const Lift* innerLiftFor(const ReaderFacts& reader, const Block& block, const Item& item, Micros t) {
  for (const Lift& lift : block.lifts) {
    if (!lift.forProvider.isZero() || !lift.valid.covers(t) || !isForItem(lift, item)) continue;  // never: inner block
    if (!lift.forUnit.isZero() && lift.forUnit != reader.commission.unit) continue;
    if (!lift.forStaff.isZero() && lift.forStaff != reader.commission.person) continue;
    if (lift.reason == LiftReason::EMERGENCY && reader.purpose != Purpose::CARE) continue;
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
const Block* innerBlockNoted(const PatientState& patient, const Item& item) {
  if (item.itemClass != ItemClass::BLOCK) return nullptr;
  const ThingId about = item.target.value_or(item.id);
  for (const Block& block : patient.blocks)
    if (block.id == about && block.type == BlockType::INNER) return &block;
  return nullptr;
}
bool tellsWhoBlocked(const ReaderFacts& reader, const Block& block, Micros t) {
  const bool ownUnit = block.unit == reader.commission.unit || isSameProcess(reader.commission, block.process);
  return block.valid.covers(t) && !ownUnit && !hasRight(reader.commission, Right::LIFT);
}

// PDL 4:4-4:5. The strictest of several blocks wins: each that covers the item must be lifted.
GateAnswer innerBlockGate(const ReaderFacts& reader, const PatientState& patient, const Item& item, GateAnswer so,
                          Micros t) {
  for (const Block& block : patient.blocks) {
    if (block.type != BlockType::INNER || !block.valid.covers(t) || !blockCovers(block, item)) continue;
    if (isInside(reader.commission, block, item)) continue;
    const Lift* lift = innerLiftFor(reader, block, item, t);
    if (!lift) return deny(RefusalCode::INNER_BLOCK);
    if (so.ground != Ground::LIFT_EMERGENCY)
      so.ground = lift->reason == LiftReason::EMERGENCY ? Ground::LIFT_EMERGENCY : Ground::LIFT_CONSENT;
  }
  return so;
}

// PDL 4:1, 4:4: the provider's own journal. Taking part first, then FMU, other units, and blocks last.
GateAnswer ownProviderGate(const ReaderFacts& reader, const PatientState& patient, const Item& item, const Claim& claim,
                           Micros t) {
  GateAnswer inner = innerSecrecyGate(reader, patient, claim, t);
  if (!inner.allowed()) return inner;
  // Domain §3.2: a note that is another person's is opened only with a reason of one's own.
  if (item.misfiled && !claim.activeDecision) return deny(RefusalCode::INNER_SECRECY);
  bool ownUnit = reader.commission.unit == item.unit;
  // §12 L7: before coordination is consented to, its need is assessed from one's own unit's data only.
  if (inner.ground == Ground::WORK_NEED_ASSESSMENT && !ownUnit) return deny(RefusalCode::INNER_SECRECY);
  if (reader.rules.activeDecisionAtOtherUnit && !claim.activeDecision && !isNear(reader.commission, item))
    return deny(RefusalCode::INNER_SECRECY);
  if (isDutyRead(inner)) return inner;
  if (isFmu(reader.view, item) && !isWhereMade(reader.commission, item)) return deny(RefusalCode::FMU_OTHER_UNIT);
  if (const Block* noted = innerBlockNoted(patient, item))
    return tellsWhoBlocked(reader, *noted, t) ? deny(RefusalCode::INNER_BLOCK) : inner;
  return innerBlockGate(reader, patient, item, inner, t);
}

// A certificate in this provider's own journal that holds that day.
bool isSickListed(const PatientState& patient, const SubjectKey& provider, Micros t) {
  return std::any_of(patient.evidence.begin(), patient.evidence.end(), [&](const Evidence& evidence) {
    return evidence.provider == provider && evidence.valid.covers(swedishDay(t));
  });
}

// §00.4: preventive efforts, and what goes on after the certificate ended, are care and no coordination under
// 2019:1297. Before any need is assessed the purpose stands: SVOD 3:1 p. 3 a names assessing the need too.
bool isSvodPurpose(const ReaderFacts& reader, const PatientState& patient, Micros t) {
  if (reader.purpose != Purpose::COORDINATION) return isCarePurpose(reader.purpose);
  bool hasCase = false;
  for (const Case& c : patient.cases) {
    const CaseState state = c.at(t);
    if (c.provider != reader.provider.key || state == CaseState::NONE || state == CaseState::CLOSED) continue;
    hasCase = true;
    const bool statutory = basisAt(patient, c, t) == schema::CaseBasis::STATUTORY;
    if (statutory && isSickListed(patient, c.provider, t)) return true;
  }
  return !hasCase;
}

// SVOD 3:1 p. 2: C4, by the patient alone (§00.12), within the unit or the person it names.
bool hasSvodConsent(const ReaderFacts& reader, const PatientState& patient, Micros t) {
  for (const Consent& consent : patient.consents) {
    if (consent.kind != ConsentKind::C4 || consent.annulled || consent.provider != reader.provider.key) continue;
    if (consent.givenBy != schema::GivenBy::PATIENT) continue;  // never: it was not taken from others
    if (!consent.valid.covers(t)) continue;
    if (consent.givenAt > t) continue;  // never: a consent to come is none
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
  for (const Relation& relation : patient.relations) {
    const bool unitFits = relation.unit.isZero() || relation.unit == reader.commission.unit;
    const bool staffFits = relation.staff.isZero() || relation.staff == reader.commission.person;
    if (relation.valid.from <= t && unitFits && staffFits) return true;
  }
  for (const Case& formerCase : patient.cases) {
    const bool begun = !formerCase.history.empty() && formerCase.history.front().first <= t;  // never: it has begun
    if (begun && formerCase.unit == reader.commission.unit) return true;                      // never: it has begun
  }
  return std::any_of(patient.contacts.begin(), patient.contacts.end(), [&](const ContactPerson& contact) {
    return contact.staff == reader.commission.person && contact.provider == reader.provider.key;
  });
}

// SVOD 3:1: a relation, a consent (or a child who cannot decide), and what may be presumed to matter.
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

// SVOD 3:3, 3:6: first which providers there are, then what of theirs is needed. The first step holds for a day.
bool namesCameFirst(const ReaderFacts& reader, const PatientState& patient, Ground ground, Micros t) {
  auto& shown = patient.namesRevealed;
  return std::any_of(shown.begin(), shown.end(), [&](const NamesRevealed& r) {
    return r.provider == reader.provider.key && r.ground == ground && r.at <= t && t - r.at < 24 * HOUR;  // never: past
  });
}
// SVOD 3:3, 3:6: content on one of these grounds without the names before it is not yet allowed.
GateAnswer afterNames(const ReaderFacts& reader, const PatientState& patient, const GateAnswer& so, Micros t) {
  const bool needsNames = so.allowed() && (so.ground == Ground::SVOD33 || so.ground == Ground::SVOD36);
  if (!needsNames || namesCameFirst(reader, patient, so.ground, t)) return so;
  return deny(so.ground == Ground::SVOD36 ? RefusalCode::EMERGENCY_NOT_DUE : RefusalCode::SVOD_CONSENT);
}

// SVOD 3:3: care of somebody who cannot consent and has not objected.
GateAnswer incapacityGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (reader.purpose != Purpose::CARE || !isIncapable(patient, t)) return deny(RefusalCode::SVOD_CONSENT);
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
  // §12 L7: one's own unit's data only.
  if (inner.ground == Ground::WORK_NEED_ASSESSMENT) return deny(RefusalCode::INNER_SECRECY);
  if (inner.allowed()) return inner;
  bool emergency = isEmergencyClaim(reader, claim) && claim.activeDecision && !isDeadAt(patient, t) &&
                   reader.provider.kind != ProviderKind::SOCIAL;
  if (isOwnJournal(reader.commission, patient) || !emergency) return inner;
  return {AccessOutcome::ALLOW, RefusalCode::NONE, Ground::CARE, true};
}

// SVOD 3 kap., after PDL 4:1: what others have made available, unblocked, on one of three grounds.
GateAnswer otherProviderGate(const ReaderFacts& reader, const PatientState& patient, const Item& item,
                             const Claim& claim, Micros t) {
  GateAnswer inner = activeDecisionGate(reader, claim, participationForOthers(reader, patient, claim, t));
  if (!inner.allowed()) return inner;
  if (isFmu(reader.view, item)) return deny(RefusalCode::FMU_OTHER_UNIT);
  if (GateAnswer flags = flagsGate(reader, patient, claim, t); !flags.allowed()) return flags;
  const ProviderState* owner = reader.view.provider(item.provider);
  if (!owner) return deny(RefusalCode::SVOD_NOT_CONNECTED);  // never: needs.c++ asks for whoever has an item
  if (!isConnected(*owner, t)) return deny(RefusalCode::SVOD_NOT_CONNECTED);
  if (!mayMakeAvailable(patient, item.provider, t)) return deny(RefusalCode::SVOD_NOT_INFORMED);
  if (isOuterBlocked(patient, item, reader.provider.key, t)) return deny(RefusalCode::OUTER_BLOCK);
  GateAnswer answer = afterNames(reader, patient, svodGate(reader, patient, claim, t), t);
  answer.statedOnly = answer.allowed() && inner.statedOnly;
  return answer;
}

}  // namespace

Claim claimOf(schema::GroundClaim::Reader claim) {
  return {claim.getGround(),   claim.getActiveDecision().size() > 0,
          claim.getDanger(),   claim.getCanConsent(),
          claim.getRelevant(), claim.getPrint()};
}

// Under whichever of the person's keys the staff register knows them.
bool isChildWhoCannotDecide(const RuleSet& rules, const PatientState& patient, Micros t) {
  std::optional<int> age = ageAt(patient, t);
  if (!age || *age >= rules.adultAge) return false;
  const Capacity* capacity = capacityAt(patient, t);
  if (capacity && capacity->kind == CapacityKind::CHILD_CANNOT_DECIDE) return true;
  if (capacity && (capacity->kind == CapacityKind::CHILD_MATURE || capacity->kind == CapacityKind::ABLE)) return false;
  return *age < rules.maturityAge;
}

GateAnswer innerSecrecyGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (isOwnJournal(reader.commission, patient)) return deny(RefusalCode::INNER_SECRECY);
  bool stated = claim.activeDecision && mayState(reader, claim.ground);
  if (stated && (claim.ground == Ground::LOG_REVIEW || claim.ground == Ground::SUPERVISION)) return allow(claim.ground);
  bool careAtHand = isCarePurpose(reader.purpose) && !isDeadAt(patient, t);
  if (careAtHand && takesPartInCare(patient, reader.commission, t)) return allow(Ground::CARE);
  const bool careOfTheDead = claim.ground == Ground::CARE && isDeadAt(patient, t);
  if (!stated || careOfTheDead) return deny(RefusalCode::INNER_SECRECY);
  return {AccessOutcome::ALLOW, RefusalCode::NONE, claim.ground, true};
}

GateAnswer flagsGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  GateAnswer inner = activeDecisionGate(reader, claim, participationForOthers(reader, patient, claim, t));
  if (!inner.allowed()) return inner;
  if (!isSvodPurpose(reader, patient, t)) return deny(RefusalCode::SVOD_PURPOSE);
  if (!isConnected(reader.provider, t)) return deny(RefusalCode::SVOD_NOT_CONNECTED);
  return {AccessOutcome::ALLOW, RefusalCode::NONE, Ground::SVOD_FLAGS, inner.statedOnly};
}

GateAnswer svodGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t) {
  if (reader.provider.kind == ProviderKind::SOCIAL) {  // SVOD 3:2: consent only (§00.6)
    GateAnswer consent = relationConsentRelevance(reader, patient, claim, t);
    bool special = claim.ground == Ground::SVOD33 || claim.ground == Ground::SVOD36;
    return special && !consent.allowed() ? deny(RefusalCode::SVOD_CONSENT) : consent;
  }
  GateAnswer consent = relationConsentRelevance(reader, patient, claim, t);
  if (consent.allowed() || isDeadAt(patient, t)) return consent;
  if (claim.ground == Ground::SVOD36) return emergencyGate(reader, claim);
  if (claim.ground == Ground::SVOD33) return incapacityGate(reader, patient, claim, t);
  return consent;
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
    // 3:3, 3:6: the names come first, and what may matter is judged when they are known.
    Claim names = claim;
    names.relevant = claim.relevant || claim.ground == Ground::SVOD33 || claim.ground == Ground::SVOD36;
    answer = svodGate(reader, patient, names, t);
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
