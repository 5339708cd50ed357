#include "engine/identities.h"

#include "engine/law/chapter.h"

namespace liggare {

using Kind = schema::Body::Which;
using law::subjectKey;
using law::thingId;

void Identities::take(const law::EventView& event) {
  for (auto& part : event.patients) {
    if (part.isAccess()) continue;
    auto body = part.getBody();
    if (body.isPatientIdentitiesMerged()) {
      auto merged = body.getPatientIdentitiesMerged();
      merges[thingId(merged.getMerge())] = {subjectKey(merged.getFrom()), subjectKey(merged.getTo())};
    }
    if (body.isPatientIdentitySplit()) split.insert(thingId(body.getPatientIdentitySplit().getMerge()));
  }
}

std::vector<SubjectKey> Identities::joinedWith(const SubjectKey& key) const {
  std::vector<SubjectKey> found{key};
  const auto add = [&](const SubjectKey& other) {
    if (std::find(found.begin(), found.end(), other) == found.end()) found.push_back(other);
  };
  for (size_t i = 0; i < found.size(); ++i)
    for (auto& [id, sides] : merges) {
      if (split.contains(id)) continue;
      if (sides.first == found[i]) add(sides.second);
      if (sides.second == found[i]) add(sides.first);
    }
  return found;
}

namespace {

bool names(const law::EventView& event, const SubjectKey& key) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED:
      return !event.patients.empty() && subjectKey(event.patients.front().getPatient()) == key;
    case Kind::PROVIDER_REGISTERED:
      return subjectKey(body.getProviderRegistered().getProvider()) == key ||
             subjectKey(body.getProviderRegistered().getRegionKey()) == key;
    case Kind::UNIT_REGISTERED: return subjectKey(body.getUnitRegistered().getUnit()) == key;
    case Kind::COMMISSION_SYNCED:
      return subjectKey(body.getCommissionSynced().getPerson()) == key ||
             subjectKey(body.getCommissionSynced().getCommission()) == key;
    case Kind::REGION_POLICY_SET: return subjectKey(body.getRegionPolicySet().getRegion()) == key;
    default: return false;
  }
}

}  // namespace

Naming naming(const law::EventView& event, const SubjectKey& key) {
  return !key.isZero() && names(event, key) ? Naming::THIS : Naming::OTHERWISE;
}

}  // namespace liggare
