// Private to the text reports: what every page begins and ends with, and one journal entry.
#pragma once

#include "projections/reports/text.h"

namespace liggare {

// Title, patient, reader, origin. Answers false when the read was refused: the page then says so, and ends.
enum class PageGoes : uint8_t { ON, NO_FURTHER };
PageGoes beginPage(Page& page, const ReportHead& head, std::string_view owner);
enum class WhoseUnit : uint8_t { NAMED, OF_PROVIDER };
void writeEntry(Page& page, const JournalEntry& entry, WhoseUnit whose);

}  // namespace liggare
