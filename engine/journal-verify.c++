#include "engine/journal-verify.h"

#include "engine/journal-open.h"

namespace liggare {

std::variant<VerifiedLog, JournalFault> verifyAlone(const JournalOptions& options, const VerifyOptions& verifyOptions,
                                                    const std::function<void(Position done, Position all)>& progress) {
  JournalOptions reading = options;
  reading.access = JournalOptions::Access::READ;
  JournalFault fault{};
  auto parts = openParts(reading, options.random ? *options.random : systemRandom(), fault, LookUps::NONE);
  if (!parts) return fault;
  for (auto& note : parts->notes)
    if (options.observer) options.observer->openingNote(note);
  VerifiedLog out;
  out.report = verifyLog(*parts->log, verifyOptions, progress);
  if (uint64_t size = parts->log->durableSize()) out.lastRecordedAt = parts->log->fields(size - 1).recordedAt;
  return out;
}

}  // namespace liggare
