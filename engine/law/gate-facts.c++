// What the gate asks of the state: who is connected, informed or blocked, and what is made available to others.
#include "engine/law/gate-facts.h"

#include <algorithm>

namespace liggare::law {

using schema::BlockType;
using schema::CapacityKind;
using schema::ItemClass;
using schema::ProviderKind;

bool isFmu(const StateView& view, const Item& item) {
  if (item.itemClass == ItemClass::FMU) return true;
  const ProviderState* owner = view.provider(item.provider);
  if (!owner) return false;  // never: an item is some provider's
  auto unit = owner->units.find(item.unit);
  return unit != owner->units.end() && unit->second.fmu;
}

bool isForItem(const Lift& lift, const Item& item) {
  return lift.items.empty() || std::find(lift.items.begin(), lift.items.end(), item.id) != lift.items.end();
}

bool isOwnJournal(const CommissionState& reader, const PatientState& patient) {
  if (reader.patientKey.isZero()) return false;
  auto& merges = patient.merges;
  return reader.patientKey == patient.key || std::any_of(merges.begin(), merges.end(), [&](const Merge& merge) {
           return !merge.splitBy && merge.other == reader.patientKey;
         });
}

bool isConnected(const ProviderState& provider, Micros t) {
  return std::any_of(provider.svod.begin(), provider.svod.end(), [t](const Period& p) { return p.covers(t); });
}

bool isInformed(const PatientState& patient, const SubjectKey& provider) {
  return std::find(patient.svodInformed.begin(), patient.svodInformed.end(), provider) != patient.svodInformed.end();
}

bool isIncapable(const PatientState& patient, Micros t) {
  const Capacity* capacity = capacityAt(patient, t);
  return capacity && capacity->kind == CapacityKind::DURABLY_UNABLE && capacity->attitudeClarified &&
         !capacity->objectionAssumed;
}

// SVOD 2:6: for who durably cannot take a stand, as long as that assessment holds.
bool mayMakeAvailable(const PatientState& patient, const SubjectKey& provider, Micros t) {
  if (isInformed(patient, provider)) return true;
  return std::any_of(patient.availabilities.begin(), patient.availabilities.end(), [&](const Availability& a) {
    const Capacity* capacity = capacityAt(patient, t);
    return a.provider == provider && a.valid.covers(t) && capacity && capacity->id == a.capacity;
  });
}

bool blockCovers(const Block& block, const Item& item) {
  auto& open = block.excluded;  // classes that the patient left open
  if (std::find(open.begin(), open.end(), item.itemClass) != open.end()) return false;
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
// 2:2 is administration of its own and tells others nothing they may know.
bool isOtherwiseAvailable(const StateView& view, const PatientState& patient, const Item& item, Micros t) {
  if (item.destroyed || item.misfiled) return false;
  if (item.kind == schema::Body::PATIENT_INFORMED_SVOD) return false;
  switch (item.itemClass) {
    case ItemClass::BLOCK:
    case ItemClass::CONSENT:
    case ItemClass::IDENTITY:      // never: no journal item is
    case ItemClass::RELATION:      // never: no journal item is
    case ItemClass::ACCESS_LOG:    // never: no journal item is
    case ItemClass::COPY_REQUEST:  // what patients ask of this provider, and its own reviews, are not care
    case ItemClass::COMPLAINT:
    case ItemClass::DESTRUCTION:
    case ItemClass::REVIEW:                    // never: no journal item is
    case ItemClass::GOVERNANCE: return false;  // never: no journal item is
    default: break;
  }
  const ProviderState* owner = view.provider(item.provider);
  return owner && isConnected(*owner, t) && mayMakeAvailable(patient, item.provider, t);  // never: item has a provider
}

bool isMadeAvailable(const StateView& view, const PatientState& patient, const Item& item, Micros t) {
  return !isFmu(view, item) && isOtherwiseAvailable(view, patient, item, t);
}

bool isPatientOf(const PatientState& patient, const ProviderState& provider) {
  auto isTheirs = [&](const auto& thing) { return thing.provider == provider.key; };
  // What a feed tells of names a unit and no provider.
  auto isRelated = [&](const Relation& r) { return isTheirs(r) || provider.units.count(r.unit) > 0; };
  return std::any_of(patient.relations.begin(), patient.relations.end(), isRelated) ||
         std::any_of(patient.cases.begin(), patient.cases.end(), isTheirs) ||
         std::any_of(patient.items.rbegin(), patient.items.rend(),
                     [&](const Item& item) { return !item.destroyed && isTheirs(item); });
}

bool isOnlyByIncapacity(const PatientState& patient, const SubjectKey& provider, Micros t) {
  return !isInformed(patient, provider) && mayMakeAvailable(patient, provider, t);
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

}  // namespace liggare::law
