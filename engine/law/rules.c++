#include "engine/law/rules.h"

namespace liggare::law {
namespace {

using schema::Requester;

// 2026-02-01, day 20 485, at midnight in Sweden (CET), when HSLF-FS 2025:57 enters into force.
constexpr Micros NEW_REGULATION_FROM = 20'485 * DAY - HOUR;

// What did not change between the versions is written once, in the first.
RuleSet hslf201640() {
  return {
      .version = 1,
      .valid = {.from = 0, .to = NEW_REGULATION_FROM},
      .minimumLevel = 3,  // 3 kap. 15 §: strong authentication, LOA 3
      .patientNeedsStrongLogin = false,
      .activeDecisionAtOtherUnit = false,
      .adultAge = 18,
      .maturityAge = 16,
      // SFB 110 kap. 31 §; wider duties have been proposed and would be a third rule set
      .requestersOnDemand = {Requester::FK, Requester::PENSION_AUTHORITY, Requester::TAX_AUTHORITY,
                             Requester::ADMIN_COURT},
  };
}

RuleSet hslf202557() {
  RuleSet rules = hslf201640();
  rules.version = 2;
  rules.valid = {.from = NEW_REGULATION_FROM, .to = 0};
  rules.patientNeedsStrongLogin = true;
  rules.activeDecisionAtOtherUnit = true;
  return rules;
}

const std::vector<RuleSet>& table() {
  static const std::vector<RuleSet> RULE_SETS = {hslf201640(), hslf202557()};
  return RULE_SETS;
}

}  // namespace

std::span<const RuleSet> allRuleSets() { return table(); }

// Instants before the first version are judged by it: the law of 2019:1297 is younger than its regulation.
const RuleSet& ruleSetAt(Micros recordedAt) {
  const RuleSet* found = &table().front();
  for (const RuleSet& rules : table())
    if (rules.valid.covers(recordedAt)) found = &rules;
  return *found;
}

}  // namespace liggare::law
