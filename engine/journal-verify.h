// Verifying a journal that nobody writes: its log with the key of its lines, and no index (which a reader would make
// from every event of the log before it could begin).
#pragma once

#include "engine/journal.h"

namespace liggare {

struct VerifiedLog {
  VerifyReport report;
  Micros lastRecordedAt = 0;
};

// `options` as for opening; its access is READ whatever it says. A fault is one of Journal::open's.
std::variant<VerifiedLog, JournalFault> verifyAlone(const JournalOptions& options, const VerifyOptions& verifyOptions,
                                                    const std::function<void(Position done, Position all)>& progress);

}  // namespace liggare
