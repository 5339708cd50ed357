// Which keys are one person (2022:1697): what merges and splits say, and who is joined with whom by them. A split takes
// its merge away; what is left is a forest, and a person is one tree of it.
#pragma once

#include <map>
#include <set>

#include "engine/law/event-view.h"

namespace liggare {

class Identities {
 public:
  // Events in any order; the same one twice is once. Others than merges and splits say nothing.
  void take(const law::EventView& event);
  // The key itself, and everybody joined with it; the key first.
  std::vector<SubjectKey> joinedWith(const SubjectKey& key) const;

 private:
  std::map<ThingId, std::pair<SubjectKey, SubjectKey>> merges;
  std::set<ThingId> split;
};

// Whether an event says that this key is the subject of a patient, a provider, a unit, a staff member, a commission or
// a region: the event that binds a book to somebody.
enum class Naming : uint8_t { OTHERWISE, THIS };
Naming naming(const law::EventView& event, const SubjectKey& key);

}  // namespace liggare
