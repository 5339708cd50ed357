// The law's fragments as text, every field of them: two states are the same when their dumps are. A field added to
// engine/law/state.h does not compile here until it stands in the dump.
#pragma once

#include <string>

#include "engine/law/state.h"

namespace liggare::test {

std::string dump(const law::PatientState& state);
std::string dump(const law::CommissionState& state);
std::string dump(const law::ProviderState& state);
std::string dump(const law::RegionState& state);
std::string dump(const law::ArchiveState& state);
std::string dump(const law::ReviewState& state);

// The first line in which two dumps differ, for a failure's message; empty when they are the same.
std::string firstDifference(const std::string& one, const std::string& other);

}  // namespace liggare::test
