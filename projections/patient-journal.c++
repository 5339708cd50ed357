#include "projections/patient-journal.h"

#include "projections/opened.h"

namespace liggare {

PatientJournal patientJournal(Sources sources, std::span<const Position> reads) {
  RecordedRead read = openRead(sources, reads);
  PatientJournal journal;
  journal.head = read.head;
  journal.provider = read.head.reader.provider;
  for (auto& event : read.events) {
    journal.blockedExist |= accessOf(bodyOf(event)).getHasBlocked();
    for (auto& part : event.view.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources())
        if (resource.getCode() == schema::RefusalCode::INNER_BLOCK) ++journal.masked;
    }
  }
  journal.blockedExist |= journal.masked > 0;
  if (!journal.head.refusal) journal.entries = entriesOf(sources, scopeOf(read));
  return journal;
}

}  // namespace liggare
