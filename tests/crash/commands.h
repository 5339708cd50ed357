// The commands of the crash tests: number n is the same line for ever, so that parent and child agree on what was
// asked.
#pragma once

#include <string>

#include "engine/journal.h"

namespace liggare::test {

constexpr Micros CRASH_START = 1'793'600'000'000'000;

inline std::string crashId(uint64_t n) {
  SeededRandom random(n);
  return uuidText(drawUuid7(CRASH_START + static_cast<Micros>(n) * 1000, random));
}

// Providers and analyses by the operator: the first is accepted, most are refused, and refusals are recorded just the
// same.
inline std::string crashCommand(uint64_t n) {
  std::string head = "{\"id\":\"" + crashId(n) + "\",\"at\":\"" +
                     formatUtc(CRASH_START + static_cast<Micros>(n) * 1000) + "\",\"actor\":{\"operator\":null},";
  if (n % 10 == 0) {
    std::string suffix = std::to_string(n);
    return head + "\"registerProvider\":{\"provider\":\"SE2321000131-P" + suffix + "\",\"name\":\"Vårdgivare " +
           suffix + "\",\"kind\":\"public\",\"region\":\"14\",\"orgNumber\":\"2321000131\"}}";
  }
  return head + "\"adoptRiskAnalysis\":{\"provider\":\"SE2321000131-P" + std::to_string(n / 10 * 10) +
         "\",\"version\":1,\"validFrom\":\"2026-10-01T00:00:00Z\",\"reviewBy\":\"2027-11-01T00:00:00Z\"}}";
}

}  // namespace liggare::test
