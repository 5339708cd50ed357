#include "projections/directory.h"

#include "engine/base/identifiers.h"
#include "projections/opened.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;

// The codes of the regions that an event names, by key.
std::string regionCodeIn(schema::Body::Reader body, const SubjectKey& key) {
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED: return stringOf(body.getProviderRegistered().getRegion());
    case Kind::REGION_POLICY_SET: return stringOf(body.getRegionPolicySet().getCode());
    case Kind::PERFORMER_CONTRACT_RECORDED: return stringOf(body.getPerformerContractRecorded().getRegionCode());
    case Kind::RESIDENCE_CHANGED: return stringOf(body.getResidenceChanged().getCode());
    case Kind::INTER_REGION_AGREEMENT_RECORDED: {
      auto agreed = body.getInterRegionAgreementRecorded();
      return stringOf(keyOf(agreed.getHome()) == key ? agreed.getHomeCode() : agreed.getPerformingCode());
    }
    default: return {};
  }
}

std::string identifierIn(schema::Body::Reader body) {
  if (body.isPatientIdentifierAdded()) return stringOf(body.getPatientIdentifierAdded().getIdentifier().getValue());
  if (!body.isPatientRegistered() || body.getPatientRegistered().getIdentifiers().size() == 0) return {};
  return stringOf(body.getPatientRegistered().getIdentifiers()[0].getValue());
}

std::string written(const std::string& identifier) {
  auto read = parsePersonIdentifier(identifier);
  return read ? formatIdentifier(*read) : identifier;
}

}  // namespace

std::optional<OpenedEvent> Directory::open(Entitled what, const SubjectKey& key, Open parts) {
  auto row = views.entitled(what, key);
  if (!row) return std::nullopt;
  auto event = source.read(row->position, parts);
  if (!event || event->destroyed) return std::nullopt;
  return event;
}

const ProviderName& Directory::provider(const SubjectKey& key) {
  auto [found, isNew] = providers.try_emplace(key);
  if (!isNew) return found->second;
  if (auto event = open(Entitled::PROVIDER, key)) {
    auto body = bodyOf(*event).getProviderRegistered();
    found->second = {stringOf(body.getName()), stringOf(body.getHsaId())};
  }
  return found->second;
}

const UnitName& Directory::unit(const SubjectKey& key) {
  auto [found, isNew] = units.try_emplace(key);
  if (!isNew) return found->second;
  if (auto row = views.entitled(Entitled::UNIT, key)) found->second.provider = row->within;
  if (auto event = open(Entitled::UNIT, key)) {
    auto body = bodyOf(*event).getUnitRegistered();
    found->second.name = stringOf(body.getName());
    found->second.hsaId = stringOf(body.getHsaId());
  }
  return found->second;
}

const StaffName& Directory::commission(const SubjectKey& key) {
  auto [found, isNew] = commissions.try_emplace(key);
  if (!isNew) return found->second;
  if (auto event = open(Entitled::COMMISSION, key)) {
    auto body = bodyOf(*event).getCommissionSynced();
    StaffName& staff = found->second;
    staff = {stringOf(body.getPersonName()),
             stringOf(body.getTitle()),
             stringOf(body.getFunction()),
             stringOf(body.getPersonHsaId()),
             stringOf(body.getHsaId()),
             keyOf(body.getPerson()),
             keyOf(body.getUnit()),
             body.getProtectedPerson() ? StaffName::Shown::PROTECTED : StaffName::Shown::FREELY};
  }
  return found->second;
}

const StaffName& Directory::staff(const SubjectKey& person) {
  auto row = views.entitled(Entitled::STAFF, person);
  return commission(row ? row->within : SubjectKey{});
}

std::string Directory::region(const SubjectKey& key) {
  auto [found, isNew] = regions.try_emplace(key);
  if (!isNew) return found->second;
  auto event = open(Entitled::REGION, key);
  if (!event) return {};
  std::string code = regionCodeIn(bodyOf(*event), key);
  auto name = regionName(code);
  return found->second = name ? std::string(*name) : code;
}

const ShownPolicy& Directory::policy(const SubjectKey& key) {
  auto [found, isNew] = policies.try_emplace(key);
  if (!isNew) return found->second;
  if (auto event = open(Entitled::POLICY, key)) {
    auto body = bodyOf(*event).getProviderPolicySet();
    found->second = {body.getShowStaffName(), body.getShowDenied(), body.getLateHours()};
  }
  return found->second;
}

bool Directory::isProtectedAt(Entitled what, const SubjectKey& key, Micros at) {
  auto event = open(what, key);
  if (!event || !bodyOf(*event).isProtectionMarked()) return false;
  Micros to = bodyOf(*event).getProtectionMarked().getTo();
  return to == 0 || at < to;
}

const PatientName& Directory::patient(const SubjectKey& key, Micros at) {
  auto [found, isNew] = patients.try_emplace(key);
  PatientName& patient = found->second;
  if (!isNew) return patient;
  if (auto event = open(Entitled::PATIENT_IDENTIFIER, key)) {
    std::string identifier = identifierIn(bodyOf(*event));
    patient.identifier = written(identifier);
    patient.masked = maskPerson(identifier);
  }
  if (auto event = open(Entitled::PATIENT_NAME, key, Open::WITH_TEXTS))
    patient.name = textOf(*event, schema::TextSlot::NAME);
  if (auto event = open(Entitled::PATIENT_DIED, key)) patient.died = bodyOf(*event).getPatientDied().getDay();
  patient.secrecyMark = isProtectedAt(Entitled::PATIENT_SECRECY_MARK, key, at);
  patient.protectedRegistration = isProtectedAt(Entitled::PATIENT_PROTECTED_REGISTRATION, key, at);
  return patient;
}

}  // namespace liggare
