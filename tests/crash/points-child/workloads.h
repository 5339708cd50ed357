// What is done to a journal while the recorder writes it down. Each says what was promised at the moment it was, as
// marks in the trace:
//
//   C n client session json   the commands there are (at the beginning)
//   I n                        command n was submitted
//   A n position events leaf   … and answered; events 0: it left no entry
//   S n position               content was shown on the strength of the access event there
//   T size root                the log's own durable head, which somebody relied on
//   P size root                a checkpoint was shown
//   N                          a journal was made
//   B, R, O                    a backup, a restored journal, an export was told to be whole
//   E epoch, D epoch           a key epoch was begun, destroyed
//   X position                 a ciphertext was removed
//   V                          the views were kept
//   L position leaf tag        the entry that stands there (at the end, or as it was written)
#pragma once

#include <optional>
#include <span>
#include <string>

#include "tests/crash/points-child/recorder.h"

namespace liggare::test {

enum class WorkloadLevel : uint8_t { JOURNAL, LOG };

struct Workload {
  const char* name;
  WorkloadLevel level;
  void (*prepare)(const std::string& root);  // before recording
  void (*run)(const std::string& root);
};

std::span<const Workload> allWorkloads();
const Workload* workloadCalled(std::string_view name);

// Runs it below `root`, which must be empty, with a fault if one is wanted. A fault of the engine ends the run, and is
// what was to be seen: what had been promised by then stands in the trace.
DiskTrace recorded(const Workload& workload, const std::string& root,
                   std::optional<InjectedFault> fault = std::nullopt);

// Shared with the oracle.
constexpr const char* CRASH_ORIGIN = "test.liggare.example/1";
std::string journalIn(const std::string& root);
extern const SubjectKey ROTATED_OWNER;

}  // namespace liggare::test
