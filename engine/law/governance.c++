// Styrning: who exists, who may what under which analysis, what regions and performers have agreed (PDL 2 kap. 6 §, 4
// kap. 2 §; HSLF-FS 2016:40 4 kap.; 2019:1297 2 §). Commissions are in commissions.c++, folding in governance-fold.c++.
//
// A provider governs itself: staff decide with the right to govern, in their own provider and nowhere else. The
// operator comes before there is anybody (authority.c++).
#include "engine/law/governance.h"
#include "engine/base/identifiers.h"

namespace liggare::law {
namespace {

using schema::Body;
using Which = schema::Command::Which;

// 2019:1297 1-2 §§: a region decides for itself, through the provider that is the region.
bool isRegion(const Context& ctx, schema::Ref::Reader region) {
  KJ_ASSERT(ctx.provider != nullptr, "asked after governs");
  const bool isPublic = ctx.provider->kind == schema::ProviderKind::PUBLIC;
  return isPublic && !ctx.provider->region.isZero() && keyOf(region) == ctx.provider->region;
}

Days orToday(const Context& ctx, Days day) { return day ? day : swedishDay(ctx.recordedAt); }

// --- providers and units --------------------------------------------------------------------------------------------

// PDL 2 kap. 6 §: vårdgivaren is the legal entity. Registered once; only the operator introduces one.
Verdict registerProvider(Context& ctx) {
  if (!ctx.isOperator()) return refuse(RefusalCode::NOT_AUTHORISED);
  auto r = ctx.command.getRegisterProvider();
  LIGGARE_RULE(named(r.getProvider()));
  const SubjectKey key = keyOf(r.getProvider());
  auto* earlier = ctx.view.provider(key);
  KJ_ASSERT(earlier != nullptr, "needs.c++ asks for it");
  if (earlier->exists) return alreadySo(earlier->registeredBy);
  LIGGARE_RULE(namedOrAbsent(r.getRegion()));
  std::string orgNumber;
  if (r.getOrgNumber().size() > 0) {
    auto read = parseOrganisationNumber(r.getOrgNumber().cStr());
    if (!read) return refuse(RefusalCode::IDENTIFIER_INVALID);
    orgNumber = read->value;
  }
  auto event = draftGovernance(ctx, Body::PROVIDER_REGISTERED);
  auto common = event.getCommon();
  set(common.initProvider(), key);
  set(common.initAuthority(), key);
  set(common.initInfoProvider(), key);
  auto body = ctx.body(event).initProviderRegistered();
  set(body.initProvider(), key);
  body.setHsaId(r.getProvider().getText());
  body.setName(r.getName());
  body.setKind(r.getKind());
  body.setOrgNumber(orgNumber);
  if (const SubjectKey region = keyOf(r.getRegion()); !region.isZero()) {
    body.setRegion(r.getRegion().getText());
    set(body.initRegionKey(), region);
  }
  return ok();
}

// PDL 4 kap. 4 §: vårdenhet and vårdprocess are what inner blocks are drawn around. Registered again, the facts are
// replaced.
Verdict registerUnit(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRegisterUnit();
  LIGGARE_RULE(named(r.getUnit()));
  LIGGARE_RULE(namedOrAbsent(r.getAuthority()));
  const SubjectKey key = keyOf(r.getUnit()), authority = keyOf(r.getAuthority());
  auto event = draftGovernance(ctx, Body::UNIT_REGISTERED);
  auto body = ctx.body(event).initUnitRegistered();
  set(body.initUnit(), key);
  body.setHsaId(r.getUnit().getText());
  body.setName(r.getName());
  body.setType(r.getType());
  body.setProcesses(r.getProcesses());
  body.setFmu(r.getFmu());
  if (!authority.isZero()) set(body.initAuthority(), authority);
  return ok();
}

// --- regions and performers -----------------------------------------------------------------------------------------

// 2019:1297 1 § and preparatory works: preventive efforts only where the region has decided; grace for a patient who
// moves is the region's own too (§00.26). The latest decision that covers an instant is the one that counts.
Verdict setRegionPolicy(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getSetRegionPolicy();
  if (!isRegion(ctx, r.getRegion())) return refuse(RefusalCode::NOT_AUTHORISED);
  auto event = draftGovernance(ctx, Body::REGION_POLICY_SET);
  ctx.about(event, thingId(r.getPolicyId()));
  auto body = ctx.body(event).initRegionPolicySet();
  set(body.initPolicy(), thingId(r.getPolicyId()));
  set(body.initRegion(), keyOf(r.getRegion()));
  body.setCode(r.getRegion().getText());
  body.setPreventiveAllowed(r.getPreventiveAllowed());
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  body.setMoveGraceDays(r.getMoveGraceDays());
  body.setWithoutPermitAllowed(r.getWithoutPermitAllowed());
  return ok();
}

// 2019:1297 2 § second paragraph: regions agree that another performs. Either of the two records it.
Verdict recordAgreement(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRecordAgreement();
  const bool isParty = isRegion(ctx, r.getHomeRegion()) || isRegion(ctx, r.getPerformingRegion());
  if (!isParty) return refuse(RefusalCode::NOT_AUTHORISED);
  LIGGARE_RULE(named(r.getHomeRegion()));
  LIGGARE_RULE(named(r.getPerformingRegion()));
  auto event = draftGovernance(ctx, Body::INTER_REGION_AGREEMENT_RECORDED);
  ctx.about(event, thingId(r.getAgreementId()));
  auto body = ctx.body(event).initInterRegionAgreementRecorded();
  set(body.initAgreement(), thingId(r.getAgreementId()));
  set(body.initHome(), keyOf(r.getHomeRegion()));
  set(body.initPerforming(), keyOf(r.getPerformingRegion()));
  body.setHomeCode(r.getHomeRegion().getText());
  body.setPerformingCode(r.getPerformingRegion().getText());
  if (r.hasCaseOnly()) set(body.initCaseOnly(), thingId(r.getCaseOnly()));
  body.setValidFrom(orToday(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  body.setReference(r.getReference());
  return ok();
}

// 2019:1297 2 § third paragraph: the region contracts a performer, who is then the controller and owner of the journal.
Verdict recordContract(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRecordContract();
  if (!isRegion(ctx, r.getRegion())) return refuse(RefusalCode::NOT_AUTHORISED);
  LIGGARE_RULE(named(r.getPerformer()));
  const ProviderState* performer = ctx.view.provider(keyOf(r.getPerformer()));
  if (!performer || !performer->exists) return refuse(RefusalCode::UNKNOWN_THING);  // never: whoever is named is loaded
  auto event = draftGovernance(ctx, Body::PERFORMER_CONTRACT_RECORDED);
  ctx.about(event, thingId(r.getContractId()));
  auto body = ctx.body(event).initPerformerContractRecorded();
  set(body.initContract(), thingId(r.getContractId()));
  set(body.initRegion(), keyOf(r.getRegion()));
  body.setRegionCode(r.getRegion().getText());
  set(body.initPerformer(), performer->key);
  body.setValidFrom(orToday(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  body.setReference(r.getReference());
  return ok();
}

// --- the provider's own decisions -----------------------------------------------------------------------------------

// SVOD 1 kap. 1 §: connected or not, from now on. What was read while connected stays read.
Verdict setSvodConnection(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto& periods = ctx.provider->svod;
  const bool connected = !periods.empty() && periods.back().to == 0;
  const bool asked = ctx.command.getSetSvodConnection().getConnected();
  if (connected == asked && ctx.provider->svodBy) return alreadySo(ctx.provider->svodBy);
  auto event = draftGovernance(ctx, Body::SVOD_CONNECTION_SET);
  auto body = ctx.body(event).initSvodConnectionSet();
  body.setConnected(asked);
  body.setFrom(ctx.recordedAt);
  return ok();
}

// The unit's written routine and who its contact towards Försäkringskassan is (§00.33).
Verdict registerRoutine(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRegisterRoutine();
  LIGGARE_RULE(named(r.getUnit()));
  if (!ctx.provider->units.count(keyOf(r.getUnit()))) return refuse(RefusalCode::UNKNOWN_THING);
  auto event = draftGovernance(ctx, Body::UNIT_ROUTINE_REGISTERED);
  auto body = ctx.body(event).initUnitRoutineRegistered();
  set(body.initUnit(), keyOf(r.getUnit()));
  body.setDocument(r.getDocument());
  body.setFkContactRole(r.getFkContactRole());
  if (r.getResponsible().size() > 0) body.setResponsible(r.getResponsible());
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  return ok();
}

constexpr uint16_t LOG_YEARS_MIN = 5;  // HSLF-FS 2016:40 4 kap. 9 §

bool isSamePolicy(const ProviderPolicy& have, schema::SetProviderPolicy::Reader r) {
  return have.showStaffName == r.getShowStaffName() && have.showDenied == r.getShowDenied() &&
         have.lateHours == r.getLateHours() && have.expiredAnalysisStops == r.getExpiredAnalysisStops() &&
         have.logRetentionYears == r.getLogRetentionYears() && have.signWithinDays == r.getSignWithinDays();
}

// PDL 4 kap. 2-3 §§: what the law leaves to the provider. Access logs may not be promised away sooner than five years.
Verdict setProviderPolicy(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getSetProviderPolicy();
  if (r.getLogRetentionYears() < LOG_YEARS_MIN)
    return refuse(RefusalCode::DISPOSAL_UNDECIDED, {"yearsMin=" + std::to_string(LOG_YEARS_MIN)});
  if (ctx.provider->policyBy && isSamePolicy(ctx.provider->policy, r)) return alreadySo(ctx.provider->policyBy);
  auto event = draftGovernance(ctx, Body::PROVIDER_POLICY_SET);
  auto body = ctx.body(event).initProviderPolicySet();
  body.setShowStaffName(r.getShowStaffName());
  body.setShowDenied(r.getShowDenied());
  body.setLateHours(r.getLateHours());
  body.setExpiredAnalysisStops(r.getExpiredAnalysisStops());
  body.setLogRetentionYears(r.getLogRetentionYears());
  body.setSignWithinDays(r.getSignWithinDays());
  return ok();
}

}  // namespace

Verdict decideGovernance(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::REGISTER_PROVIDER: return registerProvider(ctx);
    case Which::REGISTER_UNIT: return registerUnit(ctx);
    case Which::SET_REGION_POLICY: return setRegionPolicy(ctx);
    case Which::RECORD_AGREEMENT: return recordAgreement(ctx);
    case Which::RECORD_CONTRACT: return recordContract(ctx);
    case Which::SET_SVOD_CONNECTION: return setSvodConnection(ctx);
    case Which::REGISTER_ROUTINE: return registerRoutine(ctx);
    case Which::SET_PROVIDER_POLICY: return setProviderPolicy(ctx);
    default: return decideCommissions(ctx);
  }
}

}  // namespace liggare::law
