// What the gate asks about items and lifts, and few others do: private to the gate and to reading.
#pragma once

#include "engine/law/gate.h"

namespace liggare::law {

// PDL 4:2 st. 2: by the item's class, or because the unit does nothing else.
bool isFmu(const StateView& view, const Item& item);
// Of a class that is shared, by a provider that shares: made available, but for what FMU is (§00.7).
bool isOtherwiseAvailable(const StateView& view, const PatientState& patient, const Item& item, Micros t);
// PDL 3:1: the provider has something of the patient's: an entry, a relation, a case. Else it does not have the person.
bool isPatientOf(const PatientState& patient, const ProviderState& provider);
// SVOD 2:6 alone: shared with other providers, and not in what the patient is shown of them (SVOD 4:2 st. 2).
bool isOnlyByIncapacity(const PatientState& patient, const SubjectKey& provider, Micros t);
bool isForItem(const Lift& lift, const Item& item);

}  // namespace liggare::law
