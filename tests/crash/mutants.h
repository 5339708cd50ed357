// What an engine with a certain mistake would have done to the disk: a record of what ours did, changed. To whoever
// looks at the disk afterwards the two are the same. Each must be found by the oracle, or the oracle finds nothing.
#pragma once

#include <string>
#include <vector>

#include "tests/support/disk-trace.h"

namespace liggare::test {

struct CrashMutant {
  const char* name;      // the mistake
  const char* workload;  // in which it shows
  const char* found;     // how the oracle's words begin
  void (*apply)(DiskTrace& trace);
};

const std::vector<CrashMutant>& crashMutants();

}  // namespace liggare::test
