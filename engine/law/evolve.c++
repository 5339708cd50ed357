// Folding: which chapters look at an event, and which fragments it touches.
#include "engine/law/chapter.h"

namespace liggare::law {

namespace {

using Kind = schema::Body::Which;

bool isArchiveKind(Kind kind) { return kind >= Kind::HOLD_REVIEWED && kind <= Kind::DISPOSAL_EXECUTED; }
// An incident stands there too, whoever or whatever registered it; review items are the queue's, in a view.
bool isReviewKind(Kind kind) {
  if (kind == Kind::INCIDENT_REGISTERED) return true;
  return kind >= Kind::REVIEW_CAMPAIGN_OPENED && kind <= Kind::CAMPAIGN_CLOSED;  // never: beyond, that is the last kind
}

// A read that later decisions rest on (SVOD 3:3, 3:6): it stands in the patient's book too.
bool isNamesStep(const EventView& event) {
  return static_cast<Kind>(event.common.getKind()) == Kind::PROVIDER_NAMES_REVEALED;
}

// Governance bodies name commissions, providers and regions; these are all the fragments an event of that kind changes.
void touchedGovernance(const EventView& event, std::vector<FragmentKey>& out) {
  auto body = event.body();
  auto provider = event.common.hasProvider() ? subjectKey(event.common.getProvider()) : SubjectKey{};
  auto add = [&](FragmentKind kind, const SubjectKey& key) {
    if (!key.isZero()) out.push_back({kind, key});
  };
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED:
      add(FragmentKind::PROVIDER, subjectKey(body.getProviderRegistered().getProvider()));
      add(FragmentKind::REGION, subjectKey(body.getProviderRegistered().getRegionKey()));
      break;
    case Kind::COMMISSION_SYNCED:
      add(FragmentKind::COMMISSION, subjectKey(body.getCommissionSynced().getCommission()));
      add(FragmentKind::PROVIDER, provider);
      break;
    case Kind::COMMISSION_ENDED:
      add(FragmentKind::COMMISSION, subjectKey(body.getCommissionEnded().getCommission()));
      break;
    case Kind::AUTHORISATION_GRANTED:
      add(FragmentKind::COMMISSION, subjectKey(body.getAuthorisationGranted().getCommission()));
      add(FragmentKind::PROVIDER, provider);
      break;
    case Kind::AUTHORISATION_REVOKED:
      add(FragmentKind::COMMISSION, subjectKey(body.getAuthorisationRevoked().getCommission()));
      break;
    case Kind::LOCAL_ACCESS_GRANTED:
      add(FragmentKind::COMMISSION, subjectKey(body.getLocalAccessGranted().getCommission()));
      break;
    case Kind::REGION_POLICY_SET: add(FragmentKind::REGION, subjectKey(body.getRegionPolicySet().getRegion())); break;
    case Kind::INTER_REGION_AGREEMENT_RECORDED:
      add(FragmentKind::REGION, subjectKey(body.getInterRegionAgreementRecorded().getHome()));
      add(FragmentKind::REGION, subjectKey(body.getInterRegionAgreementRecorded().getPerforming()));
      break;
    case Kind::PERFORMER_CONTRACT_RECORDED:
      add(FragmentKind::REGION, subjectKey(body.getPerformerContractRecorded().getRegion()));
      break;
    case Kind::AUTHORISATION_REVIEWED:
      add(FragmentKind::COMMISSION, subjectKey(body.getAuthorisationReviewed().getCommission()));
      break;
    case Kind::AUTHORISATION_CHANGED:
      add(FragmentKind::COMMISSION, subjectKey(body.getAuthorisationChanged().getCommission()));
      break;
    case Kind::APPROVAL_GIVEN:
    case Kind::PROCESSOR_REGISTERED:
    case Kind::REVIEW_TRIGGER_SET:
    case Kind::RETENTION_POLICY_SET:
    case Kind::LEGAL_HOLD_SET:
    case Kind::LEGAL_HOLD_RELEASED:
    case Kind::UNIT_REGISTERED:
    case Kind::NEEDS_RISK_ANALYSIS_ADOPTED:
    case Kind::SVOD_CONNECTION_SET:
    case Kind::UNIT_ROUTINE_REGISTERED:
    case Kind::PROVIDER_POLICY_SET: add(FragmentKind::PROVIDER, provider); break;
    default:
      if (isArchiveKind(body.which())) add(FragmentKind::ARCHIVE, provider);
      if (isReviewKind(body.which())) add(FragmentKind::REVIEW, provider);
  }
}

}  // namespace

std::vector<FragmentKey> touched(const EventView& event) {
  std::vector<FragmentKey> out;
  const bool isFact = isNamesStep(event);
  for (auto& part : event.patients)
    if (part.isBody() || isFact) out.push_back({FragmentKind::PATIENT, subjectKey(part.getPatient())});
  touchedGovernance(event, out);
  return out;
}

void evolve(PatientState& state, const SubjectKey& key, const EventView& event) {
  for (auto& part : event.patients) {
    if (subjectKey(part.getPatient()) != key) continue;
    state.key = key;
    if (isNamesStep(event)) evolveNames(state, event);
    if (!part.isBody()) continue;
    auto body = part.getBody();
    evolveIdentity(state, event, body);
    evolveCase(state, event, body);
    evolveConsent(state, event, body);
    evolveBlocks(state, event, body);
    evolveNotes(state, event, body);
    evolveInterventions(state, event, body);
    evolveDisclosure(state, event, body);
    evolveRights(state, event, body);
    evolveMerge(state, event, body);
    evolveOversight(state, event, body);
    evolveDestruction(state, event, body);
  }
}

void evolve(CommissionState& state, const SubjectKey& key, const EventView& event) {
  state.key = key;
  evolveGovernance(state, key, event);
  evolveOversight(state, event);
}
void evolve(ProviderState& state, const SubjectKey& key, const EventView& event) {
  state.key = key;
  evolveGovernance(state, key, event);
  evolveApproval(state, event);
  evolveOversight(state, event);
  evolveRetention(state, event);
}
void evolve(ArchiveState& state, const SubjectKey& key, const EventView& event) {
  state.key = key;
  state.exists = true;
  evolveDestruction(state, event);
  evolveRetention(state, event);
}
void evolve(ReviewState& state, const SubjectKey& key, const EventView& event) {
  state.key = key;
  state.exists = true;
  evolveReview(state, event);
}
void evolve(RegionState& state, const SubjectKey& key, const EventView& event) {
  state.key = key;
  evolveGovernance(state, key, event);
}

}  // namespace liggare::law
