// One event told in Swedish: short facts ("Form: telefon, 30 minuter") and passages of free text. Knows every kind that
// stands in a journal, and nothing about who may see it.
#pragma once

#include <string>
#include <vector>

#include "projections/directory.h"

namespace liggare {

struct Fact {
  std::string label, value;
  bool operator==(const Fact&) const = default;
};
struct Passage {
  std::string label;  // empty: the text itself
  std::string text;
  bool operator==(const Passage&) const = default;
};

struct Account {
  std::string heading;      // "Anteckning", "Koordineringsinsats" …: $sv of the kind
  std::vector<Fact> facts;  // in the order one would tell them
  std::vector<Passage> passages;
};

// The event must have been opened with its texts. Slots that no fact has used are told as passages, so that nothing
// written is left out; the reason for late documentation is the caller's to show.
Account accountOf(const OpenedEvent& event, Directory& directory);

}  // namespace liggare
