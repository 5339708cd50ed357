// What governance events leave behind in commissions, providers and regions. Events of other kinds change nothing here.
#include "engine/law/chapter.h"

namespace liggare::law {
namespace {

using Kind = schema::Body::Which;

SubjectKey providerOf(const EventView& event) {
  return event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};  // never: there is one
}

void applySync(CommissionState& state, schema::CommissionSynced::Reader body, const EventView& event) {
  state.exists = true;
  state.provider = providerOf(event);
  state.person = subjectKey(body.getPerson());
  state.unit = subjectKey(body.getUnit());
  state.hsaId = body.getHsaId().cStr();
  state.personHsaId = body.getPersonHsaId().cStr();
  state.personName = body.getPersonName().cStr();
  state.title = body.getTitle().cStr();
  state.function = body.getFunction().cStr();
  state.process = body.getProcess().cStr();
  state.purposes.clear();
  for (auto purpose : body.getPurposes()) state.purposes.push_back(purpose);
  state.rights.clear();
  for (auto right : body.getRights()) state.rights.push_back(right);
  state.valid = {body.getValidFrom(), body.getValidTo()};
  state.patientKey = body.hasPatientKey() ? subjectKey(body.getPatientKey()) : SubjectKey{};
  state.protectedPerson = body.getProtectedPerson();
  state.endedBy = 0;
}

void applyRevocation(CommissionState& state, schema::AuthorisationRevoked::Reader body, const EventView& event) {
  const ThingId id = thingId(body.getAuthorisation());
  for (Authorisation& authorisation : state.authorisations) {
    if (authorisation.id != id) continue;
    authorisation.valid.to = body.getEffectiveAt();
    authorisation.endedBy = event.position;
  }
}

void applyUnit(ProviderState& state, schema::UnitRegistered::Reader body, const EventView& event) {
  UnitState unit;
  unit.key = subjectKey(body.getUnit());
  unit.authority = body.hasAuthority() ? subjectKey(body.getAuthority()) : SubjectKey{};
  unit.hsaId = body.getHsaId().cStr();
  unit.name = body.getName().cStr();
  unit.type = body.getType();
  for (auto process : body.getProcesses()) unit.processes.push_back(process.cStr());
  unit.fmu = body.getFmu();
  unit.position = event.position;
  state.units[unit.key] = std::move(unit);
}

void applyProvider(ProviderState& state, schema::ProviderRegistered::Reader body, const EventView& event) {
  state.exists = true;
  state.hsaId = body.getHsaId().cStr();
  state.name = body.getName().cStr();
  state.kind = body.getKind();
  state.orgNumber = body.getOrgNumber().cStr();
  state.regionCode = body.getRegion().cStr();
  state.region = body.hasRegionKey() ? subjectKey(body.getRegionKey()) : SubjectKey{};
  state.registeredBy = event.position;
}

// HSLF-FS 2016:40 4 kap. 2 §: an authorisation is for the commission; the same commission anew asks for a new one.
void endAuthorisations(CommissionState& state, Micros at) {
  for (Authorisation& authorisation : state.authorisations)
    if (authorisation.valid.to == 0 || at < authorisation.valid.to)
      authorisation.valid.to = std::max(at, authorisation.valid.from);
}

// Periods never overlap: a connection opens one, a disconnection closes it.
void applySvod(ProviderState& state, schema::SvodConnectionSet::Reader body, const EventView& event) {
  const bool open = !state.svod.empty() && state.svod.back().to == 0;
  if (body.getConnected() && !open) state.svod.push_back({body.getFrom(), 0});  // never: said twice is unchanged
  if (!body.getConnected() && open) state.svod.back().to = body.getFrom();
  state.svodBy = event.position;
}

void applyPolicy(ProviderState& state, schema::ProviderPolicySet::Reader body, const EventView& event) {
  state.policy = {.showStaffName = body.getShowStaffName(),
                  .showDenied = body.getShowDenied(),
                  .lateHours = body.getLateHours(),
                  .expiredAnalysisStops = body.getExpiredAnalysisStops(),
                  .logRetentionYears = body.getLogRetentionYears(),
                  .signWithinDays = body.getSignWithinDays()};
  state.policyBy = event.position;
}

}  // namespace

void evolveGovernance(CommissionState& state, const SubjectKey&, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::COMMISSION_SYNCED: return applySync(state, body.getCommissionSynced(), event);
    case Kind::COMMISSION_ENDED:
      if (const Micros at = body.getCommissionEnded().getEffectiveAt(); state.valid.to == 0 || at < state.valid.to)
        state.valid.to = at;
      state.endedBy = event.position;
      endAuthorisations(state, body.getCommissionEnded().getEffectiveAt());
      return;
    case Kind::AUTHORISATION_GRANTED: {
      auto granted = body.getAuthorisationGranted();
      state.authorisations.push_back({thingId(granted.getAuthorisation()),
                                      thingId(granted.getAnalysis()),
                                      {granted.getValidFrom(), granted.getValidTo()},
                                      event.position,
                                      0});
      return;
    }
    case Kind::AUTHORISATION_REVOKED: return applyRevocation(state, body.getAuthorisationRevoked(), event);
    case Kind::LOCAL_ACCESS_GRANTED: {
      auto granted = body.getLocalAccessGranted();
      const Period valid{granted.getValidFrom(), granted.getValidTo()};
      state.localGrants.push_back({granted.getOsUser().cStr(), valid, event.position});
      return;
    }
    default: return;
  }
}

void evolveGovernance(ProviderState& state, const SubjectKey&, const EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED: return applyProvider(state, body.getProviderRegistered(), event);
    case Kind::UNIT_REGISTERED: return applyUnit(state, body.getUnitRegistered(), event);
    case Kind::COMMISSION_SYNCED: {
      ++state.commissions;
      auto synced = body.getCommissionSynced();
      if (synced.hasPatientKey()) state.staffAsPatients.insert(subjectKey(synced.getPatientKey()));
      return;
    }
    case Kind::AUTHORISATION_GRANTED: ++state.authorisations; return;
    case Kind::NEEDS_RISK_ANALYSIS_ADOPTED: {
      auto adopted = body.getNeedsRiskAnalysisAdopted();
      state.analyses.push_back({thingId(adopted.getAnalysis()), adopted.getVersion(), adopted.getValidFrom(),
                                adopted.getReviewBy(), event.position});
      return;
    }
    case Kind::SVOD_CONNECTION_SET: return applySvod(state, body.getSvodConnectionSet(), event);
    case Kind::PROVIDER_POLICY_SET: return applyPolicy(state, body.getProviderPolicySet(), event);
    default: return;
  }
}

void evolveGovernance(RegionState& state, const SubjectKey& key, const EventView& event) {
  auto body = event.body();
  state.exists = true;
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED: state.code = body.getProviderRegistered().getRegion().cStr(); return;
    case Kind::REGION_POLICY_SET: {
      auto set = body.getRegionPolicySet();
      state.code = set.getCode().cStr();
      state.policies.push_back({thingId(set.getPolicy()),
                                set.getPreventiveAllowed(),
                                set.getMoveGraceDays(),
                                {set.getValidFrom(), set.getValidTo()},
                                set.getWithoutPermitAllowed()});
      return;
    }
    case Kind::INTER_REGION_AGREEMENT_RECORDED: {
      auto agreed = body.getInterRegionAgreementRecorded();
      const SubjectKey home = subjectKey(agreed.getHome()), performing = subjectKey(agreed.getPerforming());
      state.code = (key == home ? agreed.getHomeCode() : agreed.getPerformingCode()).cStr();
      state.agreements.push_back({thingId(agreed.getAgreement()),
                                  home,
                                  performing,
                                  agreed.hasCaseOnly() ? thingId(agreed.getCaseOnly()) : ThingId{},
                                  {agreed.getValidFrom(), agreed.getValidTo()}});
      return;
    }
    case Kind::PERFORMER_CONTRACT_RECORDED: {
      auto contract = body.getPerformerContractRecorded();
      state.code = contract.getRegionCode().cStr();
      state.contracts.push_back({thingId(contract.getContract()),
                                 subjectKey(contract.getPerformer()),
                                 {contract.getValidFrom(), contract.getValidTo()}});
      return;
    }
    default: return;  // never: a region is touched by no others
  }
}

}  // namespace liggare::law
