// Rule sets: what changes with a date and not with a fact. Code per version plus this table; the one in force at
// recordedAt governs. Version 1: HSLF-FS 2016:40 as it was; version 2: as amended by HSLF-FS 2025:57, in force
// 2026-02-01.
#pragma once

#include <span>
#include <vector>

#include "engine/law/state.h"

namespace liggare::law {

struct RuleSet {
  uint16_t version;
  Period valid;
  uint8_t minimumLevel;            // level of assurance for electronic access (3:15)
  bool patientNeedsStrongLogin;    // the individual's own access too (2025:57)
  bool activeDecisionAtOtherUnit;  // before data of another unit or process (2025:57)
  uint8_t adultAge;                // FB 9:1
  uint8_t maturityAge;             // below it a child is presumed unable to decide unless assessed (INT)
  std::vector<schema::Requester> requestersOnDemand;  // SFB 110:31, §00.5
};

const RuleSet& ruleSetAt(Micros recordedAt);
std::span<const RuleSet> allRuleSets();

}  // namespace liggare::law
