// P2 Sammanhållen journalföring, one step at a time: that data exist, whose they are, what they say. Each step is a
// read of its own behind its own gate; this only tells what the recorded one let through. No names before NAMES, no
// counts before CONTENT.
#pragma once

#include "projections/entries.h"

namespace liggare {

struct SharedProvider {
  std::string provider;
  std::vector<JournalEntry> entries;
};
struct SharedView {
  ReportHead head;
  schema::Step step = schema::Step::FLAGS;
  bool hasUnblocked = false, hasBlocked = false;
  std::vector<std::string> providers;   // step NAMES, by name
  std::vector<SharedProvider> content;  // step CONTENT, by name
};

// `reads`: positions of the events of one readShared, in order.
SharedView sharedView(Sources sources, std::span<const Position> reads);

}  // namespace liggare
