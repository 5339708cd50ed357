#include "engine/introduced.h"

#include "engine/intake/resolve.h"
#include "engine/law/chapter.h"

namespace liggare {

namespace {

using Kind = schema::Body::Which;

class Gatherer {
 public:
  explicit Gatherer(const Blind& b) : blind(b) {}
  // By what people call it: HSA-ids and region codes stand in governance events.
  void named(schema::RefKind kind, capnp::Text::Reader text, schema::Id::Reader subject) {
    SubjectKey key = law::subjectKey(subject);
    if (text.size() == 0 || key.isZero()) return;
    auto read = intake::readReference({text.cStr(), text.size()}, kind, 0, TestIds::ALLOWED);
    if (read) found.push_back({blind(asBytes(read->blindInput)), key});
  }
  // By the tag alone: numbers of persons stand nowhere else in clear.
  void tagged(schema::Id::Reader tag, const SubjectKey& subject) {
    auto t = IdentifierTag::from(law::subjectKey(tag));
    if (!t.isZero() && !subject.isZero()) found.push_back({t, subject});
  }
  std::vector<Introduced> found;

 private:
  const Blind& blind;
};

void governance(Gatherer& g, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED: {
      auto r = body.getProviderRegistered();
      g.named(schema::RefKind::PROVIDER, r.getHsaId(), r.getProvider());
      g.named(schema::RefKind::REGION, r.getRegion(), r.getRegionKey());
      break;
    }
    case Kind::UNIT_REGISTERED:
      g.named(schema::RefKind::UNIT, body.getUnitRegistered().getHsaId(), body.getUnitRegistered().getUnit());
      break;
    case Kind::COMMISSION_SYNCED: {
      auto r = body.getCommissionSynced();
      g.named(schema::RefKind::COMMISSION, r.getHsaId(), r.getCommission());
      g.named(schema::RefKind::STAFF, r.getPersonHsaId(), r.getPerson());
      break;
    }
    case Kind::REGION_POLICY_SET:
      g.named(schema::RefKind::REGION, body.getRegionPolicySet().getCode(), body.getRegionPolicySet().getRegion());
      break;
    case Kind::INTER_REGION_AGREEMENT_RECORDED: {
      auto r = body.getInterRegionAgreementRecorded();
      g.named(schema::RefKind::REGION, r.getHomeCode(), r.getHome());
      g.named(schema::RefKind::REGION, r.getPerformingCode(), r.getPerforming());
      break;
    }
    case Kind::PERFORMER_CONTRACT_RECORDED:
      g.named(schema::RefKind::REGION, body.getPerformerContractRecorded().getRegionCode(),
              body.getPerformerContractRecorded().getRegion());
      break;
    default: break;
  }
}

}  // namespace

std::vector<Introduced> introducedBy(const law::EventView& event, const Blind& blind) {
  Gatherer g(blind);
  auto body = event.body();
  SubjectKey patient = event.patients.empty() ? SubjectKey{} : law::subjectKey(event.patients.front().getPatient());
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED:
      for (auto identifier : body.getPatientRegistered().getIdentifiers()) g.tagged(identifier.getTag(), patient);
      break;
    case Kind::PATIENT_IDENTIFIER_ADDED:
      g.tagged(body.getPatientIdentifierAdded().getIdentifier().getTag(), patient);
      break;
    case Kind::RESIDENCE_CHANGED:
      g.named(schema::RefKind::REGION, body.getResidenceChanged().getCode(), body.getResidenceChanged().getRegion());
      break;
    case Kind::GUARDIAN_RECORDED:
      g.tagged(body.getGuardianRecorded().getTag(), law::subjectKey(body.getGuardianRecorded().getGuardian()));
      break;
    default: governance(g, body);
  }
  return std::move(g.found);
}

}  // namespace liggare
