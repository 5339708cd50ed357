// The gate: may this reader see this item, now? One item at a time, a pure function of state (domain §3.5 with §00).
//
// Own provider: PDL 4 kap. Other providers: SVOD 3 kap., after PDL 4:1 has been met there too (SVOD 4:3-4). A "no"
// carries the code, a "yes" the ground it rests on. The order of the questions is the order of precedence (§00.36):
// whoever has no ground for looking at all never learns of a block.
#pragma once

#include <string_view>
#include <vector>

#include "engine/law/chapter.h"

namespace liggare::law {

// Who reads, under which commission, for what.
struct ReaderFacts {
  const StateView& view;
  const RuleSet& rules;
  const CommissionState& commission;
  const ProviderState& provider;
  schema::Purpose purpose{};
};

// What the reader states. It is recorded and sampled; no part of it decides alone (§00.9, §00.19).
struct Claim {
  schema::Ground ground = schema::Ground::NONE;
  bool activeDecision = false;  // a text of one's own: why these data, why now (HSLF-FS 2025:57)
  bool danger = false;
  bool canConsent = true;
  bool relevant = true;
  bool print = false;
};
Claim claimOf(schema::GroundClaim::Reader claim);

struct GateAnswer {
  schema::AccessOutcome outcome = schema::AccessOutcome::DENY;
  RefusalCode code = RefusalCode::NONE;          // DENY
  schema::Ground ground = schema::Ground::NONE;  // ALLOW
  bool statedOnly = false;                       // only a stated ground behind it: queued for review (T08)
  bool allowed() const { return outcome == schema::AccessOutcome::ALLOW; }
};

// The whole gate.
GateAnswer gate(const ReaderFacts& reader, const PatientState& patient, const Item& item, const Claim& claim, Micros t);

// --- its parts, for what is not one item -----------------------------------------------------------------------------

// PDL 4:1: takes part in the care, or needs the data for work in it. The same for every item of the patient.
GateAnswer innerSecrecyGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t);
// PDL 4:1, purpose and connection: what must hold before anything of other providers, flags included, is shown.
GateAnswer flagsGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t);
// SVOD 3:1, 3:3, 3:6 (3:2 for social care): unblocked data of other providers, whichever they are.
GateAnswer svodGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t);
// Which providers there are: as svodGate, or by 3:5 who has blocked.
GateAnswer namesGate(const ReaderFacts& reader, const PatientState& patient, const Claim& claim, Micros t);

// SVOD 2:4-2:5: what another provider is told without names. Data not made available are as if they did not exist
// (§00.11).
struct Flags {
  bool hasBlocked = false;
  bool hasUnblocked = false;
};
Flags flagsFor(const ReaderFacts& reader, const PatientState& patient, Micros t);

// Made available to others: the provider is connected, has informed the patient, and the item is of a class that is
// shared.
bool isMadeAvailable(const StateView& view, const PatientState& patient, const Item& item, Micros t);
// An outer block covers the item, and no lift for the reading provider opens it.
bool isOuterBlocked(const PatientState& patient, const Item& item, const SubjectKey& readingProvider, Micros t);
bool isConnected(const ProviderState& provider, Micros t);
bool isInformed(const PatientState& patient, const SubjectKey& provider);
// The patient is informed (SVOD 2:2), or was found durably unable to take a stand (2:6).
bool mayMakeAvailable(const PatientState& patient, const SubjectKey& provider, Micros t);
// SVOD 3:3, 2:6: an adult who durably cannot consent, whose attitude was sought and who is not assumed to object.
bool isIncapable(const PatientState& patient, Micros t);
// What the block covers, whether or not it is in force or lifted.
bool blockCovers(const Block& block, const Item& item);
bool isOwnJournal(const CommissionState& reader, const PatientState& patient);
// FB 6:11, SVOD 3:1 st. 3: assessed as unable, or young and not assessed as mature.
bool isChildWhoCannotDecide(const RuleSet& rules, const PatientState& patient, Micros t);

}  // namespace liggare::law
