// The reports for programs: one JSON object a line. The first line is the head ("report", origin, size, root, read,
// reader); each line after it is one row ("row": entry, access, provider, owner, flags). Times are RFC 3339; texts are
// Swedish.
#pragma once

#include "projections/access-log.h"
#include "projections/patient-journal.h"
#include "projections/shared-view.h"

namespace liggare {

std::string renderJson(const PatientJournal& journal);
std::string renderJson(const SharedView& view);
std::string renderJson(const AccessLog& log);

}  // namespace liggare
