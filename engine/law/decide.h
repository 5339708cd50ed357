// The law as one pure function: state, ask and server time in; events or a refusal out. And its twin, which folds
// events.
//
// Nothing here reads a clock, a disk, or draws anything at random: every id stands in the command already. The same ask
// on the same state at the same recordedAt gives the same Decision, years later (`liggare explain`).
#pragma once

#include <capnp/message.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/law/event-view.h"
#include "engine/law/state.h"
#include "schemas/command.capnp.h"

namespace liggare::law {

using schema::RefusalCode;
struct RuleSet;  // rules.h

// What decide answers. Refused reads and writes leave an event too (AccessRecorded with outcomes, AttemptRefused).
struct Decision {
  enum class Kind : uint8_t { ACCEPTED, UNCHANGED, REFUSED } kind = Kind::ACCEPTED;
  RefusalCode code = RefusalCode::NONE;  // REFUSED
  std::vector<std::string> arguments;    // "homeRegion=14": codes and ids only, never personal text
  Position earlier = 0;                  // UNCHANGED: the event that already said so
  std::vector<std::unique_ptr<capnp::MallocMessageBuilder>> events;  // each holds one schema::Event
};

// Requires: every fragment that missing() names is in view. Never throws on what a command may contain.
Decision decide(const StateView& view, schema::Command::Reader ask, const std::string& client, Micros recordedAt);
// The same under a rule set of the caller's choosing (rules.h): what the other wording would have said, of `liggare
// explain --with-rules`. decide takes the one in force at recordedAt.
Decision decideUnder(const StateView& view, schema::Command::Reader ask, const std::string& client, Micros recordedAt,
                     const RuleSet& rules);

// Folds one event into a fragment. Events of kinds that do not touch the fragment leave it as it is.
void evolve(PatientState& state, const SubjectKey& key, const EventView& event);
void evolve(CommissionState& state, const SubjectKey& key, const EventView& event);
void evolve(ProviderState& state, const SubjectKey& key, const EventView& event);
void evolve(RegionState& state, const SubjectKey& key, const EventView& event);
void evolve(ArchiveState& state, const SubjectKey& key, const EventView& event);
void evolve(ReviewState& state, const SubjectKey& key, const EventView& event);

// Which fragments decide will look at and view does not have. Asked again until empty: a commission names a provider, a
// patient's items name other providers.
std::vector<FragmentKey> missing(const StateView& view, schema::Command::Reader ask);

// Which fragments an event changes: those the writer must evolve.
std::vector<FragmentKey> touched(const EventView& event);

}  // namespace liggare::law
