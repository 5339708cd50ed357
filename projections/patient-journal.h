// P1 Patientjournal: everything a recorded read let through, chronological by when it happened.
#pragma once

#include "projections/entries.h"

namespace liggare {

struct PatientJournal {
  ReportHead head;
  std::string provider;  // whose journal; empty: the patient reads all of them
  std::vector<JournalEntry> entries;
  uint32_t masked = 0;  // behind an inner block: that they exist may be shown (PDL 4:4 st. 3)
  bool blockedExist = false;
};

// `reads`: positions of the AccessRecorded events of one readJournal, in order.
PatientJournal patientJournal(Sources sources, std::span<const Position> reads);

}  // namespace liggare
