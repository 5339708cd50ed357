// Who there is in a scene, and how it begins.
#include "tests/property/naive-scene.h"

namespace liggare::naive {
namespace {

using schema::ProviderKind;
using schema::Purpose;
using schema::Right;
using RefState = schema::Ref::State;

constexpr Micros EARLIEST = REGULATION_2025_57 - 60 * DAY;

template <typename T, typename List>
void fill(List list, const std::vector<T>& all) {
  for (unsigned i = 0; i < all.size(); ++i) list.set(i, all[i]);
}

struct RoleFacts {
  std::vector<Purpose> purposes;
  std::vector<Right> rights;
};
RoleFacts factsOf(Staff::Role role) {
  switch (role) {
    case Staff::Role::CHIEF: return {{Purpose::ADMINISTRATION}, {Right::GOVERN, Right::ANNUL, Right::RECORDS_OFFICE}};
    case Staff::Role::PHYSICIAN:
      return {{Purpose::CARE, Purpose::COORDINATION, Purpose::CERTIFICATE},
              {Right::READ, Right::WRITE, Right::REGISTER, Right::LIFT}};
    case Staff::Role::COORDINATOR: return {{Purpose::COORDINATION}, {Right::READ, Right::WRITE, Right::REGISTER}};
    case Staff::Role::REVIEWER: return {{Purpose::LOG_REVIEW}, {Right::READ, Right::REVIEW}};
    case Staff::Role::RECORDS:
      return {{Purpose::SUPERVISION, Purpose::ADMINISTRATION, Purpose::CARE},
              {Right::READ, Right::RECORDS_OFFICE, Right::ANNUL}};
    case Staff::Role::STATISTICS: return {{Purpose::STATISTICS}, {Right::READ}};
  }
  return {};
}

}  // namespace

Scene::Scene(uint64_t from) : seed(from), random(from) {
  now = EARLIEST + static_cast<Micros>(random.below(120)) * DAY + static_cast<Micros>(random.below(DAY));
  castProviders();
  castPatients();
  for (const Id patient : patients) begin(patient);
}

Draft Scene::asOperator() {
  Draft draft;
  draft.command.setReality(schema::Reality::OCCURRED);
  draft.command.initActor().setOperator();
  return draft;
}

Draft Scene::asStaff(Id commission) {
  Draft draft;
  draft.command.setReality(schema::Reality::OCCURRED);
  auto actor = draft.command.initActor();
  name(actor.initStaff().initCommission(), commission);
  auto login = actor.initAuthentication();
  login.setMethod(schema::LoginMethod::SMART_CARD);
  login.setLevel(3);
  const Staff* who = staffOf(commission);
  draft.command.setPurpose(who == nullptr ? Purpose::ADMINISTRATION : who->purposes[0]);
  return draft;
}

const Staff* Scene::staffOf(Id commission) const {
  for (const Staff& one : staff)
    if (one.commission == commission) return &one;
  return nullptr;
}

const Provider& Scene::providerOf(Id key) const {
  for (const Provider& provider : providers)
    if (provider.key == key) return provider;
  return providers.front();
}

void Scene::authorise(const Provider& provider, Id commission) {
  Draft draft = provider.chief == commission ? asOperator() : asStaff(provider.chief);
  auto grant = draft.command.initGrantAuthorisation();
  setId(grant.initAuthorisationId(), fresh());
  name(grant.initCommission(), commission);
  name(grant.initProvider(), provider.key);
  setId(grant.initAnalysisId(), provider.analysis);
  if (often(5)) grant.setValidTo(now + static_cast<Micros>(1 + random.below(90)) * DAY);
  submit(std::move(draft));
}

Staff& Scene::addStaff(const Provider& provider, Staff::Role role, size_t unit) {
  Staff one;
  one.role = role;
  one.commission = role == Staff::Role::CHIEF ? provider.chief : fresh();
  one.person = fresh();
  one.provider = provider.key;
  one.unit = provider.units[unit];
  const RoleFacts is = factsOf(role);
  one.purposes = is.purposes;
  Draft draft = role == Staff::Role::CHIEF ? asOperator() : asStaff(provider.chief);
  auto sync = draft.command.initSyncCommission();
  name(sync.initCommission(), one.commission, RefState::UNKNOWN);
  name(sync.initStaff(), one.person, RefState::UNKNOWN);
  name(sync.initProvider(), provider.key);
  name(sync.initUnit(), one.unit);
  fill(sync.initPurposes(static_cast<unsigned>(is.purposes.size())), is.purposes);
  fill(sync.initRights(static_cast<unsigned>(is.rights.size())), is.rights);
  if (often(35)) sync.setProcess(often(70) ? "rehab" : "smarta");
  if (role != Staff::Role::CHIEF && often(5)) sync.setValidTo(now + static_cast<Micros>(1 + random.below(90)) * DAY);
  if (role == Staff::Role::COORDINATOR && often(40)) name(sync.initPersonIsPatient(), patients[0]);
  submit(std::move(draft));
  staff.push_back(one);
  authorise(provider, one.commission);
  return staff.back();
}

void Scene::castProviders() {
  const size_t count = often(60) ? 3 : 2;
  for (size_t i = 0; i < 2 + random.below(2); ++i) patients.push_back(fresh());
  region = fresh();
  for (size_t i = 0; i < count; ++i) {
    Provider provider;
    provider.key = fresh();
    provider.chief = fresh();
    provider.kind = i < 2 ? ProviderKind::PUBLIC : often(60) ? ProviderKind::SOCIAL : ProviderKind::PRIVATE;
    for (size_t unit = 0; unit < (i == 0 ? 3u : 2u); ++unit) provider.units.push_back(fresh());
    Draft draft = asOperator();
    auto asked = draft.command.initRegisterProvider();
    name(asked.initProvider(), provider.key, RefState::UNKNOWN);
    name(asked.initRegion(), region);
    asked.getRegion().setText("01");
    asked.setKind(provider.kind);
    submit(std::move(draft));
    draft = asOperator();
    auto analysis = draft.command.initAdoptRiskAnalysis();
    provider.analysis = fresh();
    setId(analysis.initAnalysisId(), provider.analysis);
    name(analysis.initProvider(), provider.key);
    if (often(30)) analysis.setReviewBy(now + static_cast<Micros>(20 + random.below(60)) * DAY);
    submit(std::move(draft));
    castStaff(provider);
    providers.push_back(provider);
  }
}

void Scene::castStaff(const Provider& provider) {
  addStaff(provider, Staff::Role::CHIEF, 0);
  for (const Id unit : provider.units) {
    Draft draft = asStaff(provider.chief);
    name(draft.command.initRegisterUnit().initUnit(), unit, RefState::UNKNOWN);
    draft.command.getRegisterUnit().setFmu(provider.units.size() > 2 && unit == provider.units[2]);
    submit(std::move(draft));
  }
  if (often(96)) {
    Draft draft = asStaff(provider.chief);
    draft.command.initSetSvodConnection().setConnected(true);
    submit(std::move(draft));
  }
  if (often(15)) {
    Draft draft = asStaff(provider.chief);
    draft.command.initSetProviderPolicy().setExpiredAnalysisStops(true);
    if (often(50)) draft.command.getSetProviderPolicy().setLateHours(48);
    submit(std::move(draft));
  }
  if (often(70)) {
    Draft draft = asStaff(provider.chief);
    auto policy = draft.command.initSetRegionPolicy();
    setId(policy.initPolicyId(), fresh());
    name(policy.initRegion(), region);
    policy.getRegion().setText("01");
    policy.setPreventiveAllowed(true);
    submit(std::move(draft));
  }
  for (size_t unit = 0; unit < provider.units.size(); ++unit) {
    addStaff(provider, Staff::Role::PHYSICIAN, unit);
    if (unit < 2) addStaff(provider, Staff::Role::COORDINATOR, unit);
  }
  if (provider.kind == ProviderKind::SOCIAL) return;
  addStaff(provider, Staff::Role::REVIEWER, 0);
  addStaff(provider, Staff::Role::RECORDS, 1);
  if (often(40)) addStaff(provider, Staff::Role::STATISTICS, 0);
}

// An adult, and children around the ages that matter; one without a known birth day now and then.
void Scene::castPatients() {
  const std::vector<int> ages{45, 7, 15, 16, 17, 80};
  for (size_t i = 0; i < patients.size(); ++i) {
    const int age = i == 0 ? 45 : oneOf(ages);
    const Micros birth = now + static_cast<Micros>(random.below(120)) * DAY;
    const Civil day = civilOf(swedishDay(birth));
    Draft draft = asStaff(staff[1].commission);
    const bool isPersonnummer = i == 0 || often(85);
    name(draft.command.initPatient(), patients[i], RefState::UNKNOWN);
    draft.command.getPatient().setKind(isPersonnummer ? 0 : 1);
    const int year = day.year - age;
    const auto born = dayOf(year, day.month, day.day);
    if (isPersonnummer) draft.command.getPatient().setBirthDay(born ? *born : *dayOf(year, 2, 28));
    draft.command.initRegisterPatient();
    submit(std::move(draft));
    draft = asStaff(staff[1].commission);
    name(draft.command.initPatient(), patients[i]);
    auto residence = draft.command.initChangeResidence();
    name(residence.initRegion(), region);
    residence.getRegion().setText("01");
    submit(std::move(draft));
    if (often(50)) submit(drawGuardian());
  }
}

// Relations, notes, and what the patient was told: enough for the first questions to be worth asking.
void Scene::begin(Id patient) {
  for (const Provider& provider : providers) {
    const bool isStranger = provider.key != providers[0].key && patient != patients[1] && often(20);
    if (isStranger) continue;  // nobody there has met the patient
    for (const Staff& one : std::vector<Staff>(staff)) {
      const bool writes = one.role == Staff::Role::PHYSICIAN || one.role == Staff::Role::COORDINATOR;
      if (one.provider != provider.key || !writes || !often(65)) continue;
      Draft draft = asStaff(one.commission);
      name(draft.command.initPatient(), patient);
      auto relation = draft.command.initRegisterRelation();
      setId(relation.initRelationId(), fresh());
      if (often(40)) relation.setValidTo(now + static_cast<Micros>(1 + random.below(60)) * DAY);
      submit(std::move(draft));
      draft = asStaff(one.commission);
      name(draft.command.initPatient(), patient);
      auto note = draft.command.initRecordNote();
      setId(note.initNoteId(), fresh());
      note.setText("x");
      if (often(10)) note.setTemplate(schema::NoteTemplate::FMU);
      submit(std::move(draft));
    }
    for (const Staff& one : std::vector<Staff>(staff)) {
      if (one.provider != provider.key || one.role != Staff::Role::PHYSICIAN || !often(30)) continue;
      Draft draft = asStaff(one.commission);
      name(draft.command.initPatient(), patient);
      auto consent = draft.command.initGiveConsent();
      setId(consent.initConsentId(), fresh());
      consent.setKind(schema::ConsentKind::C4);
      consent.setInfoTextId("x");
      if (often(40)) name(consent.initScopeUnit(), one.unit);
      submit(std::move(draft));
    }
    if (patient == patients[1] && provider.key == providers[0].key) submit(drawUnable(patient));
    if (!often(82)) {
      submit(drawAvailability(patient));
      continue;
    }
    for (const Staff& one : std::vector<Staff>(staff)) {
      if (one.provider != provider.key || one.role != Staff::Role::PHYSICIAN) continue;
      Draft draft = asStaff(one.commission);
      name(draft.command.initPatient(), patient);
      draft.command.initInformSvod().setTextVersion("1");
      submit(std::move(draft));
    }
  }
}

}  // namespace liggare::naive
