// 2019:1297 2 §: which region answers for the patient, whether another may act by agreement, and whether a contracted
// performer's contract covers the day. Judged as of the act, never as of its recording.
#include "engine/law/access-record.h"
#include "engine/law/coordination.h"

namespace liggare::law {
namespace {

using schema::ProtectionKind;
using schema::ResponsibilityBasis;

// 2 § st1: where the patient lives or, with protected registration, stays (never derived from the registered
// municipality); for those insured abroad the region of work, which the register gives as basis EU_883.
const Residence* homeOf(const Context& ctx, Micros t) {
  const Residence* residence = residenceAt(*ctx.patient, t);
  if (!residence) return nullptr;
  const bool registration = isProtected(*ctx.patient, ProtectionKind::PROTECTED_REGISTRATION, t);
  return registration && residence->basis != ResponsibilityBasis::PROTECTED_STAYING ? nullptr : residence;
}

// Where a protected patient stays is never told in an answer.
std::string toldRegion(const Context& ctx, const Residence& home, Micros t) {
  const bool anyProtection = isProtected(*ctx.patient, ProtectionKind::PROTECTED_REGISTRATION, t) ||
                             isProtected(*ctx.patient, ProtectionKind::SECRECY_MARK, t);
  if (anyProtection) return {};
  const RegionState* region = ctx.view.region(home.region);
  return region && !region->code.empty() ? region->code : home.code;  // never: regions are loaded
}

// 2 § st2: both regions have agreed, for all or for this case.
const Agreement* agreementBetween(const Context& ctx, const SubjectKey& home, const SubjectKey& performing,
                                  const ThingId& caseId, Micros t) {
  const RegionState* region = ctx.view.region(performing);
  if (!region) return nullptr;
  for (const Agreement& agreement : region->agreements) {
    const bool theirs = agreement.home == home && agreement.performing == performing;  // never: it is in their book
    const bool forCase = agreement.caseOnly.isZero() || agreement.caseOnly == caseId;
    if (theirs && forCase && agreement.valid.covers(swedishDay(t))) return &agreement;
  }
  return nullptr;
}

// 2 § st3: the region has contracted this performer.
const Contract* contractWith(const Context& ctx, const SubjectKey& region, const SubjectKey& performer, Micros t) {
  const RegionState* book = region.isZero() ? nullptr : ctx.view.region(region);  // never: a region is named
  if (!book) return nullptr;                                                      // never: regions are loaded
  for (const Contract& contract : book->contracts)
    if (contract.performer == performer && contract.valid.covers(swedishDay(t))) return &contract;
  return nullptr;
}

// Domain case 30: the patient has moved, and the old region's policy lets it finish for some days.
bool isWithinGrace(const Context& ctx, const Residence& home, Micros t) {
  const RegionPolicy* policy = regionPolicyAt(ctx, ctx.provider->region, t);
  const Residence* before = residenceAt(*ctx.patient, home.effective - 1);
  const bool wasHome = before && before->region == ctx.provider->region;
  // That many whole Swedish days, the day of the move the first, whatever the clocks do meanwhile.
  return policy && wasHome && swedishDay(t) < swedishDay(home.effective) + policy->moveGraceDays;
}

enum class Grace { NONE, AFTER_MOVE };

Responsibility notResponsible(RefusalCode code, std::string homeRegion = {}) {
  Responsibility answer;
  answer.code = code;
  answer.homeRegion = std::move(homeRegion);
  return answer;
}

// Whose duty it is, before any contract.
Responsibility regionAnswer(const Context& ctx, const ThingId& caseId, Micros t, Grace grace) {
  const Residence* home = homeOf(ctx, t);
  if (!home || ctx.provider->kind == schema::ProviderKind::SOCIAL) return notResponsible(RefusalCode::OTHER_REGION);
  const SubjectKey performing = ctx.provider->region;
  Responsibility answer;
  answer.basis = home->basis;
  answer.region = home->region;
  if (home->region == performing) return answer;
  // A performer contracted by the patient's own region acts for that region.
  if (contractWith(ctx, home->region, ctx.provider->key, t)) return answer;
  if (const Agreement* agreement = agreementBetween(ctx, home->region, performing, caseId, t)) {
    answer.basis = ResponsibilityBasis::AGREEMENT;
    answer.agreementOrContract = agreement->id;
    return answer;
  }
  if (grace == Grace::AFTER_MOVE && isWithinGrace(ctx, *home, t)) {
    answer.afterMove = true;
    return answer;
  }
  return notResponsible(RefusalCode::OTHER_REGION, toldRegion(ctx, *home, t));
}

// 2 § third paragraph: whatever the ground, a private performer acts by contract.
Responsibility withContract(const Context& ctx, Responsibility answer, Micros t) {
  if (answer.code != RefusalCode::NONE || ctx.provider->kind != schema::ProviderKind::PRIVATE) return answer;
  const Contract* contract = contractWith(ctx, answer.region, ctx.provider->key, t);
  if (!contract) contract = contractWith(ctx, ctx.provider->region, ctx.provider->key, t);
  if (!contract) return notResponsible(RefusalCode::CONTRACT_MISSING);
  if (!answer.agreementOrContract) answer.agreementOrContract = contract->id;
  return answer;
}

}  // namespace

const RegionPolicy* regionPolicyAt(const Context& ctx, const SubjectKey& region, Micros t) {
  const RegionState* book = region.isZero() ? nullptr : ctx.view.region(region);
  const RegionPolicy* found = nullptr;
  if (book)
    for (const RegionPolicy& policy : book->policies)
      if (policy.valid.covers(t)) found = &policy;  // recorded later wins
  return found;
}

Responsibility responsibilityForOffer(const Context& ctx, const ThingId& caseId, Micros t) {
  return withContract(ctx, regionAnswer(ctx, caseId, t, Grace::NONE), t);
}
// §00.25: for persons who live nowhere that the register knows. Whoever lives in a region is that region's.
Responsibility responsibilityWithoutPermit(const Context& ctx, Micros t) {
  if (residenceAt(*ctx.patient, t)) return withContract(ctx, regionAnswer(ctx, {}, t, Grace::AFTER_MOVE), t);
  const RegionPolicy* policy = regionPolicyAt(ctx, ctx.provider->region, t);
  if (!policy || !policy->withoutPermitAllowed) return notResponsible(RefusalCode::OTHER_REGION);
  Responsibility answer;
  answer.region = ctx.provider->region;
  return withContract(ctx, std::move(answer), t);
}
Responsibility responsibilityForStep(const Context& ctx, const Case& inCase, Micros t) {
  if (inCase.withoutPermit) return responsibilityWithoutPermit(ctx, t);
  return withContract(ctx, regionAnswer(ctx, inCase.id, t, Grace::AFTER_MOVE), t);
}

void remindOfHandover(Context& ctx, const Case* inCase) {
  if (inCase && responsibilityForStep(ctx, *inCase, ctx.occurredAt()).afterMove)
    openReview(ctx, "HANDOVER", inCase->id, RefusalCode::OTHER_REGION);
}

}  // namespace liggare::law
