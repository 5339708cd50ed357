// Medarbetaruppdrag and behörighet: one person at one unit, with purposes and rights, authorised under an analysis of
// needs and risks (PDL 4 kap. 2 §; HSLF-FS 2016:40 4 kap. 2 §).
#include <algorithm>

#include "engine/law/governance.h"

namespace liggare::law {
namespace {

using schema::Body;
using Which = schema::Command::Which;

void fillCommission(const Context& ctx, schema::SyncCommission::Reader r, schema::CommissionSynced::Builder body) {
  set(body.initCommission(), keyOf(r.getCommission()));
  body.setHsaId(r.getCommission().getText());
  set(body.initPerson(), keyOf(r.getStaff()));
  body.setPersonHsaId(r.getStaff().getText());
  body.setPersonName(r.getName());
  body.setTitle(r.getTitle());
  body.setFunction(r.getFunction());
  set(body.initUnit(), keyOf(r.getUnit()));
  body.setPurposes(r.getPurposes());
  body.setRights(r.getRights());
  body.setProcess(r.getProcess());
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  if (const SubjectKey patient = keyOf(r.getPersonIsPatient()); !patient.isZero()) set(body.initPatientKey(), patient);
  body.setProtectedPerson(r.getProtectedPerson());
}

// PDL 4 kap. 2 §: medarbetaruppdrag, one person at one unit with purposes and rights. The unit is the provider's own;
// the very first commission comes before there is anybody to register units. Synced again, the facts are replaced;
// whether they differ is not asked, because a name is personal text and personal text never decides.
Verdict syncCommission(Context& ctx) {
  auto r = ctx.command.getSyncCommission();
  LIGGARE_RULE(governsProvider(ctx, r.getProvider()));
  LIGGARE_RULE(named(r.getCommission()));
  LIGGARE_RULE(named(r.getStaff()));
  LIGGARE_RULE(named(r.getUnit()));
  LIGGARE_RULE(namedOrAbsent(r.getPersonIsPatient()));
  const CommissionState* earlier = ctx.view.commission(keyOf(r.getCommission()));
  KJ_ASSERT(earlier != nullptr, "needs.c++ asks for it");
  if (earlier->exists && earlier->provider != ctx.providerKey()) return refuse(RefusalCode::NOT_AUTHORISED);
  if (!ctx.isOperator() && !ctx.provider->units.count(keyOf(r.getUnit()))) return refuse(RefusalCode::UNKNOWN_THING);
  auto event = draftGovernance(ctx, Body::COMMISSION_SYNCED);
  fillCommission(ctx, r, ctx.body(event).initCommissionSynced());
  return ok();
}

Verdict endCommission(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getEndCommission();
  auto found = ownCommission(ctx, r.getCommission());
  LIGGARE_RULE(found.verdict);
  const Micros effectiveAt = orNow(ctx, r.getEffectiveAt());
  if (found.state->endedBy && found.state->valid.to <= effectiveAt) return alreadySo(found.state->endedBy);
  auto event = draftGovernance(ctx, Body::COMMISSION_ENDED);
  auto body = ctx.body(event).initCommissionEnded();
  set(body.initCommission(), found.state->key);
  body.setEffectiveAt(effectiveAt);
  return ok();
}

// HSLF-FS 2016:40 4 kap. 2 §: needs and risks are analysed before anybody is authorised. A new version is a new
// analysis.
Verdict adoptRiskAnalysis(Context& ctx) {
  auto r = ctx.command.getAdoptRiskAnalysis();
  LIGGARE_RULE(governsProvider(ctx, r.getProvider()));
  const ThingId id = thingId(r.getAnalysisId());
  for (const RiskAnalysis& analysis : ctx.provider->analyses)
    if (analysis.id == id) return alreadySo(analysis.position);
  auto event = draftGovernance(ctx, Body::NEEDS_RISK_ANALYSIS_ADOPTED);
  ctx.about(event, id);
  auto body = ctx.body(event).initNeedsRiskAnalysisAdopted();
  set(body.initAnalysis(), id);
  body.setVersion(r.getVersion());
  body.setRoles(r.getRoles());
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  body.setReviewBy(r.getReviewBy());
  if (r.getScope().size() > 0) body.setScope(r.getScope());
  if (r.getRisks().size() > 0) body.setRisks(r.getRisks());
  if (r.getDecidedBy().size() > 0) body.setDecidedBy(r.getDecidedBy());
  return ok();
}

// PDL 4 kap. 2 §, HSLF-FS 2016:40 4 kap. 2 §.
Verdict grantAuthorisation(Context& ctx) {
  auto r = ctx.command.getGrantAuthorisation();
  LIGGARE_RULE(governsProvider(ctx, r.getProvider()));
  const RiskAnalysis* analysis = analysisInForce(ctx, thingId(r.getAnalysisId()));
  if (!analysis) return refuse(RefusalCode::RISK_ANALYSIS_MISSING);
  auto found = ownCommission(ctx, r.getCommission());
  LIGGARE_RULE(found.verdict);
  const ThingId id = thingId(r.getAuthorisationId());
  for (const Authorisation& authorisation : found.state->authorisations)
    if (authorisation.id == id) return alreadySo(authorisation.position);
  auto event = draftGovernance(ctx, Body::AUTHORISATION_GRANTED);
  ctx.about(event, id);
  auto body = ctx.body(event).initAuthorisationGranted();
  set(body.initAuthorisation(), id);
  set(body.initCommission(), found.state->key);
  set(body.initAnalysis(), analysis->id);
  body.setValidFrom(orNow(ctx, r.getValidFrom()));
  body.setValidTo(r.getValidTo());
  return ok();
}

// Takes back every authorisation of the commission that would still be in force then: one event each.
Verdict revokeAuthorisation(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getRevokeAuthorisation();
  auto found = ownCommission(ctx, r.getCommission());
  LIGGARE_RULE(found.verdict);
  const Micros effectiveAt = orNow(ctx, r.getEffectiveAt());
  Position earlier = 0;
  bool any = false;
  for (const Authorisation& authorisation : found.state->authorisations) {
    earlier = std::max(earlier, authorisation.endedBy);
    if (authorisation.valid.to != 0 && authorisation.valid.to <= effectiveAt) continue;
    auto event = draftGovernance(ctx, Body::AUTHORISATION_REVOKED);
    ctx.about(event, authorisation.id);
    auto body = ctx.body(event).initAuthorisationRevoked();
    set(body.initAuthorisation(), authorisation.id);
    set(body.initCommission(), found.state->key);
    body.setEffectiveAt(effectiveAt);
    any = true;
  }
  if (any) return ok();
  return earlier ? alreadySo(earlier) : refuse(RefusalCode::UNKNOWN_THING);
}

// At the machine itself: which operating system user may act under which commission.
Verdict grantLocalAccess(Context& ctx) {
  LIGGARE_RULE(governs(ctx));
  auto r = ctx.command.getGrantLocalAccess();
  auto found = ownCommission(ctx, r.getCommission());
  LIGGARE_RULE(found.verdict);
  for (const LocalGrant& grant : found.state->localGrants) {
    const bool same = grant.osUser == r.getOsUser().cStr() && grant.valid.to == r.getValidTo();
    if (same && grant.valid.covers(ctx.recordedAt)) return alreadySo(grant.position);
  }
  auto event = draftGovernance(ctx, Body::LOCAL_ACCESS_GRANTED);
  auto body = ctx.body(event).initLocalAccessGranted();
  body.setOsUser(r.getOsUser());
  set(body.initCommission(), found.state->key);
  body.setValidFrom(ctx.recordedAt);
  body.setValidTo(r.getValidTo());
  return ok();
}

}  // namespace

const RiskAnalysis* analysisInForce(const Context& ctx, const ThingId& id) {
  const RiskAnalysis* found = nullptr;
  for (const RiskAnalysis& analysis : ctx.provider->analyses) {
    const Period valid{analysis.validFrom, analysis.reviewBy};
    if (valid.covers(ctx.recordedAt) && (id.isZero() || analysis.id == id)) found = &analysis;
  }
  return found;
}

Verdict decideCommissions(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::SYNC_COMMISSION: return syncCommission(ctx);
    case Which::END_COMMISSION: return endCommission(ctx);
    case Which::ADOPT_RISK_ANALYSIS: return adoptRiskAnalysis(ctx);
    case Which::GRANT_AUTHORISATION: return grantAuthorisation(ctx);
    case Which::REVOKE_AUTHORISATION: return revokeAuthorisation(ctx);
    default: return grantLocalAccess(ctx);  // the chapter's last
  }
}

}  // namespace liggare::law
