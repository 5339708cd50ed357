// Random commands of the predicted kinds, likelier where the law has something to say.
#include "tests/property/naive-scene.h"

namespace liggare::naive {
namespace {

using schema::BlockType;
using schema::ConsentKind;
using schema::GivenBy;
using schema::Purpose;
using schema::Right;

// An item that has an id of its own, which nothing else in the journal has.
bool isNamedItem(const Fact& fact, Id patient) {
  const bool isStep = fact.kind == int64_t(schema::ItemClass::CASE_STEP);
  return fact.what == What::ITEM && fact.patient == patient && fact.thing < EVENT_IDS && !isStep;
}

}  // namespace

namespace {

bool says(const Answer& answer, Ground ground) {
  if (answer.ground == ground) return true;
  for (const auto& [position, seen] : answer.items)
    if (seen.ground == ground) return true;
  return false;
}

}  // namespace

// Some answers take so much to come about that they are looked for: of a few draws, the one that is expected to give
// it.
Draft Scene::drawHoping(Ground ground) {
  const bool isLift = ground == Ground::LIFT_CONSENT || ground == Ground::LIFT_EMERGENCY;
  Draft draft = isLift ? drawReadUnderLift(oneOf(patients)) : drawShared();
  for (int attempt = 0; attempt < (isLift ? 16 : 8); ++attempt) {
    const auto command = draft.command.asReader();
    if (isPredicted(command) && says(expected(command), ground)) break;
    draft = isLift ? drawReadUnderLift(oneOf(patients)) : drawShared();
  }
  return draft;
}

// So with refusals that take a state of their own.
Draft Scene::drawHoping(RefusalCode code) {
  const auto one = [&] {
    switch (code) {
      case RefusalCode::CASE_STATE: return drawOuterAnswer();
      case RefusalCode::BLOCK_OWNER: return drawBlockEnd();
      default: return drawConsent();
    }
  };
  Draft draft = one();
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto command = draft.command.asReader();
    if (isPredicted(command) && expected(command).code == code) break;
    draft = one();
  }
  return draft;
}

Draft Scene::draw() {
  pass();
  const std::vector<Ground> seldom{
      Ground::LIFT_CONSENT,   Ground::LIFT_CONSENT,   Ground::LIFT_CONSENT,   Ground::LIFT_CONSENT,
      Ground::LIFT_CONSENT,   Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY,
      Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY,
      Ground::LIFT_EMERGENCY, Ground::LIFT_EMERGENCY, Ground::SVOD33,         Ground::SVOD33,
      Ground::SVOD35,         Ground::SVOD35,         Ground::SVOD36,         Ground::SVOD36,
      Ground::SVOD36,         Ground::SVOD36,         Ground::SVOD36};
  const std::vector<RefusalCode> seldomRefused{RefusalCode::CASE_STATE,         RefusalCode::CASE_STATE,
                                               RefusalCode::CASE_STATE,         RefusalCode::BLOCK_OWNER,
                                               RefusalCode::BLOCK_OWNER,        RefusalCode::BLOCK_OWNER,
                                               RefusalCode::CONSENT_UNSPECIFIC, RefusalCode::CONSENT_UNSPECIFIC,
                                               RefusalCode::CONSENT_TIME,       RefusalCode::LATE_WITHOUT_REASON};
  if (often(29)) return drawHoping(oneOf(seldom));
  if (often(4)) return drawHoping(oneOf(seldomRefused));
  const uint64_t kind = random.below(1000);
  if (kind < 150) return drawLife();
  if (kind < 465) return drawRead();
  if (kind < 755) return drawShared();
  if (kind < 782) return drawSearch();
  if (kind < 845) return drawConsent();
  if (kind < 863) return drawConsentEnd();
  if (kind < 872) return drawRefusal();
  if (kind < 882) return drawInformed();
  if (kind < 896) return drawBlock();
  if (kind < 930) return drawBlockEnd();
  if (kind < 955) return drawLift();
  if (kind < 963) return drawLiftEnd();
  if (kind < 965) return drawReveal();
  return often(30) ? drawOuterRequest() : drawOuterAnswer();
}

void Scene::fillPatient(schema::Command::Builder command, Id patient) {
  using RefState = schema::Ref::State;
  const uint64_t kind = random.below(1000);
  if (kind < 3) return;
  name(command.initPatient(), patient, kind < 6 ? RefState::INVALID : RefState::KNOWN);
  if (kind >= 6 && kind < 9) name(command.initPatient(), fresh(), RefState::UNKNOWN);
}

// Staff mostly, and mostly as they should; now and then the patient, a guardian, a weak login, another purpose.
Draft Scene::byAnybody(Id patient, Among among) {
  const Staff* who = &someStaff();
  const auto suits = [&](const Staff& one) {
    if (among == Among::OTHERS_DATA) return one.role == Staff::Role::PHYSICIAN || often(20);
    return among == Among::ALL || one.role != Staff::Role::CHIEF;
  };
  for (int attempt = 0; attempt < 4 && !suits(*who); ++attempt) who = &someStaff();
  Draft draft = asStaff(who->commission);
  const bool isCare = who->purposes[0] == Purpose::CARE && often(65);
  draft.command.setPurpose(isCare ? Purpose::CARE : oneOf(who->purposes));
  if (often(1)) draft.command.setPurpose(static_cast<Purpose>(random.below(13)));
  if (often(1)) name(draft.command.getActor().getStaff().initCommission(), fresh(), schema::Ref::State::UNKNOWN);
  const uint64_t kind = random.below(100);
  const uint64_t themselves = among == Among::OTHERS_DATA ? 1 : among == Among::READERS ? 18 : 12;
  if (kind < themselves) name(draft.command.initActor().initPatient(), often(93) ? patient : oneOf(patients));
  if (kind >= 97) name(draft.command.initActor().initGuardian(), oneOf(patients));
  auto login = draft.command.getActor().initAuthentication();
  const uint64_t strength = random.below(100);
  login.setMethod(strength < 1 ? schema::LoginMethod::PASSWORD : schema::LoginMethod::MOBILE_EID);
  login.setLevel(strength == 1 ? 2 : 3);
  fillPatient(draft.command, patient);
  return draft;
}

// For care, by a physician of that provider, likelier one who takes part.
Draft Scene::byPhysician(Id patient, Id provider) {
  Draft draft = asStaff(someStaff().commission);
  for (int attempt = 0; attempt < 30; ++attempt) {
    const Staff& one = someStaff();
    if (one.role != Staff::Role::PHYSICIAN || (provider != 0 && one.provider != provider)) continue;
    draft = asStaff(one.commission);
    const Admitted who = whoSpeaks(facts, draft.command.asReader(), now);
    if (who.code == RefusalCode::NONE && takesPartInCare(facts, who.speaker, patient, now)) break;
  }
  fillPatient(draft.command, patient);
  return draft;
}

// A claim that suits its ground, mostly.
void Scene::fillClaim(schema::GroundClaim::Builder claim, schema::Command::Reader command) {
  const std::vector<Ground> work{Ground::WORK_ADMIN,           Ground::WORK_QUALITY,         Ground::WORK_OTHER,
                                 Ground::WORK_NEED_ASSESSMENT, Ground::WORK_NEED_ASSESSMENT, Ground::CARE};
  const std::vector<Ground> others{Ground::NONE,   Ground::NONE,   Ground::SVOD33,         Ground::SVOD36,
                                   Ground::SVOD36, Ground::SVOD31, Ground::LIFT_EMERGENCY, Ground::SVOD35};
  const bool isOthers = command.isReadShared();
  Ground ground = often(isOthers ? 12 : 60) ? oneOf(work) : oneOf(others);
  if (isOthers && isDurablyUnable(facts, known(command.getPatient()), now) && often(80)) ground = Ground::SVOD33;
  const Purpose purpose = command.getPurpose();
  if (purpose == Purpose::LOG_REVIEW && often(70)) ground = Ground::LOG_REVIEW;
  if (purpose == Purpose::SUPERVISION && often(85)) ground = Ground::SUPERVISION;
  if (isOthers && command.getReadShared().getStep() == schema::Step::NAMES && often(45)) ground = Ground::SVOD35;
  if (often(2)) ground = static_cast<Ground>(random.below(16));
  claim.setGround(ground);
  const bool isDanger = ground == Ground::SVOD35 || ground == Ground::SVOD36 || ground == Ground::LIFT_EMERGENCY;
  claim.setDanger(often(isDanger ? 88 : 10));
  claim.setCanConsent(!often(isDanger ? 88 : 10));
  claim.setRelevant(!often(9));
  if (often(85)) claim.setActiveDecision("x");
  claim.setPrint(often(3));
}

// --- reading --------------------------------------------------------------------------------------------------------

Draft Scene::drawRead() {
  const Id patient = oneOf(patients);
  const uint64_t kind = random.below(100);
  if (kind < 26) return drawReadUnderLift(patient);
  if (kind < 61) return drawReadByOutsider(patient);
  if (kind < 69) return drawDuty(patient);
  Draft draft = byAnybody(patient, Among::READERS);
  auto read = draft.command.initReadJournal();
  setId(read.initAccessId(), fresh());
  fillClaim(read.initClaim(), draft.command.asReader());
  if (often(7)) read.setAsOf(now - static_cast<Micros>(random.below(20 * DAY)));
  if (often(55)) return draft;
  std::vector<Id> items;
  const Id provider = whoSpeaks(facts, draft.command.asReader(), now).speaker.provider;
  for (const Fact& fact : facts)
    if (isNamedItem(fact, patient) && (fact.provider == provider || often(2))) items.push_back(fact.thing);
  if (items.empty()) return draft;
  auto wanted = read.initItems(static_cast<unsigned>(1 + random.below(std::min<size_t>(items.size(), 3))));
  const size_t start = random.below(items.size());
  for (unsigned i = 0; i < wanted.size(); ++i) setId(wanted[i], items[(start + i) % items.size()]);
  if (often(2)) setId(wanted[0], fresh());
  return draft;
}

// By somebody whom a lift was for, in the patient's own care; when nothing is lifted, a step on the way to it.
Draft Scene::drawReadUnderLift(Id patient) {
  std::vector<std::pair<const Staff*, const Fact*>> served;
  for (const Fact& fact : facts) {
    if (fact.patient != patient || fact.target != 0 || !isLiftInForce(facts, fact, now)) continue;
    for (const Staff& one : staff) {
      const bool isFor = (fact.unit == 0 || fact.unit == one.unit) && (fact.person == 0 || fact.person == one.person);
      if (isFor && one.role == Staff::Role::PHYSICIAN) served.push_back({&one, &fact});
    }
  }
  if (served.empty()) return drawLiftOf(patient);
  auto by = oneOf(served);
  for (int attempt = 0; attempt < 2 && by.second->kind != int64_t(schema::LiftReason::EMERGENCY); ++attempt)
    by = oneOf(served);
  Draft draft = asStaff(by.first->commission);
  fillPatient(draft.command, patient);
  auto read = draft.command.initReadJournal();
  setId(read.initAccessId(), fresh());
  fillClaim(read.initClaim(), draft.command.asReader());
  return draft;
}

// By somebody who has no part in the care and states a need of the work.
Draft Scene::drawReadByOutsider(Id patient) {
  Draft draft = byAnybody(patient, Among::READERS);
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Admitted who = whoSpeaks(facts, draft.command.asReader(), now);
    const bool mayRead = who.code == RefusalCode::NONE && who.speaker.may(Right::READ);
    if (mayRead && !takesPartInCare(facts, who.speaker, patient, now)) break;
    draft = byAnybody(patient, Among::READERS);
  }
  const std::vector<Ground> work{Ground::WORK_ADMIN, Ground::WORK_QUALITY, Ground::WORK_OTHER,
                                 Ground::WORK_NEED_ASSESSMENT, Ground::SUPERVISION};
  auto read = draft.command.initReadJournal();
  setId(read.initAccessId(), fresh());
  auto claim = read.initClaim();
  claim.setGround(oneOf(work));
  if (often(95)) claim.setActiveDecision("x");
  return draft;
}

Draft Scene::drawDuty(Id patient) {
  const bool isReview = often(50);
  const auto role = isReview ? Staff::Role::REVIEWER : Staff::Role::RECORDS;
  const Staff* who = &someStaff();
  for (int attempt = 0; attempt < 20 && who->role != role; ++attempt) who = &someStaff();
  Draft draft = asStaff(who->commission);
  fillPatient(draft.command, patient);
  auto read = draft.command.initReadJournal();
  setId(read.initAccessId(), fresh());
  read.initClaim().setGround(isReview ? Ground::LOG_REVIEW : Ground::SUPERVISION);
  if (often(95)) read.getClaim().setActiveDecision("x");
  return draft;
}

// SVOD 3:3, 3:6: content would come before the names.
bool Scene::lacksNames(Id patient, Id provider, Ground ground) const {
  if (ground != Ground::SVOD33 && ground != Ground::SVOD36) return false;
  return std::none_of(facts.begin(), facts.end(), [&](const Fact& fact) {
    const bool isThis = fact.what == What::NAMES && fact.patient == patient && fact.provider == provider;
    return isThis && fact.kind == int64_t(ground) && now - fact.at < 20 * HOUR;
  });
}

Draft Scene::drawShared() {
  const Id patient = oneOf(patients);
  Draft draft = often(50) ? byPhysician(patient, 0) : byAnybody(patient, Among::OTHERS_DATA);
  if (often(12)) draft.command.setPurpose(Purpose::COORDINATION);
  auto read = draft.command.initReadShared();
  setId(read.initAccessId(), fresh());
  const uint64_t step = random.below(100);
  read.setStep(step < 11 ? schema::Step::FLAGS : step < 34 ? schema::Step::NAMES : schema::Step::CONTENT);
  fillClaim(read.initClaim(), draft.command.asReader());
  const Id own = whoSpeaks(facts, draft.command.asReader(), now).speaker.provider;
  if (step >= 34 && lacksNames(patient, own, read.getClaim().getGround()) && often(80))
    read.setStep(schema::Step::NAMES);
  if (read.getStep() != schema::Step::CONTENT) return draft;
  if (often(18)) name(read.initProvider(), oneOf(providers).key);
  if (often(1)) name(read.initProvider(), fresh(), schema::Ref::State::UNKNOWN);
  if (often(70)) return draft;
  std::vector<Id> items;
  for (const Fact& fact : facts)
    if (isNamedItem(fact, patient) && ((fact.provider != own && isMadeAvailable(facts, fact, now)) || often(5)))
      items.push_back(fact.thing);
  if (items.empty()) return draft;
  auto wanted = read.initItems(static_cast<unsigned>(1 + random.below(std::min<size_t>(items.size(), 2))));
  const size_t start = random.below(items.size());
  for (unsigned i = 0; i < wanted.size(); ++i) setId(wanted[i], items[(start + i) % items.size()]);
  return draft;
}

Draft Scene::drawSearch() {
  Draft draft = byAnybody(oneOf(patients), Among::READERS);
  auto search = draft.command.initSearch();
  setId(search.initAccessId(), fresh());
  if (often(15)) search.setTerm(static_cast<schema::Search::SearchTerm>(1 + random.below(4)));
  fillClaim(search.initClaim(), draft.command.asReader());
  return draft;
}

// --- consents -------------------------------------------------------------------------------------------------------

Draft Scene::drawConsent() {
  const Id patient = oneOf(patients);
  Draft draft = often(75) ? byWhoMay(patient, Right::WRITE) : byAnybody(patient, Among::ALL);
  auto consent = draft.command.initGiveConsent();
  setId(consent.initConsentId(), often(3) ? some(What::CONSENT, patient) : fresh());
  const uint64_t kind = random.below(100);
  consent.setKind(kind < 18   ? ConsentKind::C1
                  : kind < 28 ? ConsentKind::C2
                  : kind < 40 ? ConsentKind::C3
                  : kind < 72 ? ConsentKind::C4
                              : ConsentKind::C7);
  consent.setGivenBy(often(80) ? GivenBy::PATIENT : often(60) ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE);
  if (consent.getGivenBy() != GivenBy::PATIENT && often(90)) name(consent.initRepresentative(), oneOf(patients));
  if (!often(7)) consent.setInfoTextId("x");
  if (often(20)) consent.setGivenAt(now - static_cast<Micros>(random.below(2 * DAY)) + (often(20) ? DAY : 0));
  if (often(10)) draft.command.setOccurredAt(now - static_cast<Micros>(random.below(2 * DAY)));
  if (often(25)) draft.command.setLateReason("x");
  const Micros given = consent.getGivenAt() ? consent.getGivenAt() : now;
  if (often(20)) consent.setValidFrom(given + static_cast<Micros>(random.below(2 * DAY)) - DAY / 2);
  if (often(40)) consent.setValidTo(given + static_cast<Micros>(random.below(10 * DAY)) - (often(20) ? 5 * DAY : 0));
  if (consent.getKind() == ConsentKind::C7 && !often(2)) {
    if (!has(What::BLOCK, patient))
      consent.setKind(ConsentKind::C4);
    else
      setId(consent.initBlockId(), some(What::BLOCK, patient));
  }
  if (consent.getKind() == ConsentKind::C4 || often(5)) {
    const Id provider = whoSpeaks(facts, draft.command.asReader(), now).speaker.provider;
    const Staff& forWhom = someColleague(provider);
    if (often(35)) name(consent.initScopeUnit(), forWhom.unit);
    if (often(20)) name(consent.initScopeStaff(), forWhom.person);
    if (often(2)) name(consent.initScopeUnit(), fresh(), schema::Ref::State::UNKNOWN);
  }
  if (consent.getKind() != ConsentKind::C3) return draft;
  if (!often(8)) {
    auto recipient = consent.initRecipients(1)[0];
    if (!often(6)) recipient.setOrgId(often(70) ? "5560360793" : "2321000131");
  }
  if (!often(8)) consent.initCategories(1).set(0, static_cast<schema::DataCategory>(random.below(8)));
  if (!often(6)) consent.setPurposeText("x");
  if (!often(10)) consent.setValidTo(given + 30 * DAY);
  return draft;
}

Draft Scene::drawConsentEnd() {
  const Id patient = oneOf(patients), consent = some(What::CONSENT, patient);
  if (!has(What::CONSENT, patient) && often(95)) return drawConsent();
  if (often(65)) {
    Draft draft = byAnybody(patient, Among::ALL);
    auto withdraw = draft.command.initWithdrawConsent();
    setId(withdraw.initConsentId(), consent);
    if (often(25)) withdraw.setEffectiveAt(now - static_cast<Micros>(random.below(2 * DAY)) + (often(25) ? DAY : 0));
    return draft;
  }
  Draft draft = often(60) ? byWhoMay(patient, Right::ANNUL) : byAnybody(patient, Among::ALL);
  setId(draft.command.initAnnulConsent().initConsentId(), consent);
  return draft;
}

Draft Scene::drawRefusal() {
  Draft draft = byAnybody(oneOf(patients), Among::ALL);
  draft.command.initRefuseConsent().setKind(static_cast<ConsentKind>(random.below(5)));
  return draft;
}

Draft Scene::drawInformed() {
  const Id patient = oneOf(patients);
  Draft draft = often(50) ? byWhoMay(patient, Right::WRITE) : byAnybody(patient, Among::ALL);
  auto inform = draft.command.initInformSvod();
  if (!often(15)) inform.setTextVersion("1");
  return draft;
}

Id Scene::someItemUnder(const Fact& block) {
  std::vector<Id> items;
  for (const Fact& fact : facts)
    if (fact.what == What::ITEM && covers(block, fact)) items.push_back(fact.thing);
  return items.empty() || often(5) ? someItem(block.patient) : oneOf(items);
}

Id Scene::someItem(Id patient) {
  std::vector<Id> items;
  for (const Fact& fact : facts)
    if (isNamedItem(fact, patient)) items.push_back(fact.thing);
  return items.empty() || often(3) ? fresh() : oneOf(items);
}

// --- blocks and lifts -----------------------------------------------------------------------------------------------

Draft Scene::drawBlockOf(Id patient, BlockType type) {
  Draft draft = byAnybody(patient, Among::ALL);
  auto block = draft.command.initRegisterBlock();
  setId(block.initBlockId(), often(3) ? some(What::BLOCK, patient) : fresh());
  block.setType(type);
  if (often(6)) block.setRequestedBy(often(50) ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE);
  if (block.getType() == BlockType::INNER) {
    const uint64_t around = random.below(100);
    const Speaker who = whoSpeaks(facts, draft.command.asReader(), now).speaker;
    const Provider& provider = who.provider != 0 && often(95) ? providerOf(who.provider) : oneOf(providers);
    if (around < 50) name(block.initInfoUnit(), oneOf(provider.units));
    if (around >= 50 && around < 70) block.setInfoProcess(often(70) ? "rehab" : "smarta");
  }
  if (often(20)) block.setInfoFrom(now - static_cast<Micros>(random.below(5 * DAY)));
  if (often(12)) block.initExcludedClasses(1).set(0, often(50) ? schema::ItemClass::NOTE : schema::ItemClass::CONSENT);
  if (often(10)) block.setInfoTo(now + static_cast<Micros>(random.below(5 * DAY)));
  if (often(15)) block.setRequestDate(now - static_cast<Micros>(random.below(2 * DAY)) + (often(20) ? 2 * DAY : 0));
  return draft;
}

Draft Scene::drawBlockEnd() {
  const Id patient = oneOf(patients), block = some(What::BLOCK, patient);
  if (!has(What::BLOCK, patient) && often(95)) return drawBlock();
  const bool revokes = often(70);
  Draft draft = often(60) ? byWhoMay(patient, revokes ? Right::LIFT : Right::ANNUL) : byAnybody(patient, Among::ALL);
  if (revokes) {
    auto end = draft.command.initRevokeBlock();
    setId(end.initBlockId(), block);
    if (often(15)) end.setRequestedBy(often(70) ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE);
  } else {
    setId(draft.command.initAnnulBlock().initBlockId(), block);
  }
  return draft;
}

// Mostly one that stands, at the provider or (0) at any.
Id Scene::someBlock(Id patient, BlockType type, Id provider) {
  std::vector<Id> blocks;
  for (const Fact& fact : facts) {
    const bool isOfType = fact.what == What::BLOCK && fact.patient == patient && fact.kind == int64_t(type);
    if (isOfType && (provider == 0 || fact.provider == provider) && isBlockInForce(facts, fact.thing))
      blocks.push_back(fact.thing);
  }
  if (often(6)) return some(What::BLOCK, patient);
  return blocks.empty() ? fresh() : oneOf(blocks);
}

// What a lift rests on: the units shown to the provider just now, or a consent about the block.
bool Scene::isPrepared(Id patient, Id provider, Id block, schema::LiftReason reason) const {
  const Fact* lifted = find(facts, What::BLOCK, block);
  for (const Fact& fact : facts) {
    if (fact.patient != patient || fact.provider != provider) continue;
    const bool wasThere = lifted == nullptr || lifted->at <= fact.at || now % 10 == 0;
    const bool isShown = fact.what == What::REVEALED && now - fact.at < 20 * HOUR && wasThere;
    const bool isConsent = fact.what == What::CONSENT && fact.about == block && isConsentInForce(facts, fact, now);
    if (reason == schema::LiftReason::EMERGENCY ? isShown : isConsent) return true;
  }
  return false;
}

Draft Scene::drawLift() { return drawLiftOf(oneOf(patients)); }

// A block that stops the one who lifts, and first what it rests on.
Draft Scene::drawLiftOf(Id patient) {
  Draft draft = often(92) ? byPhysician(patient, 0) : byAnybody(patient, Among::ALL);
  const Speaker who = whoSpeaks(facts, draft.command.asReader(), now).speaker;
  std::vector<Id> stopping;
  for (const Fact& fact : facts) {
    const bool isInner = fact.what == What::BLOCK && fact.patient == patient && fact.kind == int64_t(BlockType::INNER);
    const bool stops = isInner && fact.provider == who.provider && fact.unit != who.unit;
    if (stops && isBlockInForce(facts, fact.thing)) stopping.push_back(fact.thing);
  }
  if (stopping.empty() && often(90)) return drawBlockOf(patient, BlockType::INNER);
  const Id block = stopping.empty() || often(5) ? some(What::BLOCK, patient) : oneOf(stopping);
  const bool canSay = !isChildUnableToDecide(facts, patient, now) && !isDurablyUnable(facts, patient, now);
  const bool byConsent = often(canSay ? 50 : 10);
  const auto reason = byConsent ? schema::LiftReason::PATIENTS_CONSENT : schema::LiftReason::EMERGENCY;
  if (!isPrepared(patient, who.provider, block, reason) && often(90)) {
    if (reason == schema::LiftReason::EMERGENCY) {
      draft.command.initRevealBlockSources().setDanger(true);
      draft.command.getRevealBlockSources().setCanConsent(false);
      if (often(80)) draft.command.getRevealBlockSources().setReason("Medvetslös.");
      return draft;
    }
    auto consent = draft.command.initGiveConsent();
    setId(consent.initConsentId(), fresh());
    consent.setKind(ConsentKind::C7);
    setId(consent.initBlockId(), block);
    return draft;
  }
  auto lift = draft.command.initLiftBlock();
  setId(lift.initLiftId(), often(3) ? some(What::LIFT, patient) : fresh());
  setId(lift.initBlockId(), block);
  lift.setReason(reason);
  lift.setDanger(often(96));
  lift.setCanConsent(often(4));
  if (!often(4)) lift.setUntil(now + static_cast<Micros>(1 + random.below(20 * DAY)));
  const Staff& forWhom = someColleague(who.provider);
  if (often(20)) name(lift.initForUnit(), forWhom.unit);
  if (often(12)) name(lift.initForStaff(), forWhom.person);
  if (often(6)) setId(lift.initConsentId(), some(What::CONSENT, patient));
  if (often(80)) lift.setReasonText("Läkemedel måste kännas till.");
  const Fact* lifted = find(facts, What::BLOCK, block);
  if (lifted != nullptr && often(reason == schema::LiftReason::EMERGENCY ? 94 : 12))
    setId(lift.initItems(1)[0], someItemUnder(*lifted));
  return draft;
}

Draft Scene::drawLiftEnd() {
  const Id patient = oneOf(patients);
  if (!has(What::LIFT, patient) && often(95)) return drawLift();
  Draft draft = often(80) ? byWhoMay(patient, Right::LIFT) : byAnybody(patient, Among::ALL);
  setId(draft.command.initCancelLift().initLiftId(), some(What::LIFT, patient));
  return draft;
}

Draft Scene::drawReveal() {
  const Id patient = oneOf(patients);
  Draft draft = often(85) ? byWhoMay(patient, Right::LIFT) : byAnybody(patient, Among::ALL);
  auto reveal = draft.command.initRevealBlockSources();
  reveal.setDanger(often(92));
  reveal.setCanConsent(often(8));
  if (often(70)) reveal.setReason("Medvetslös.");
  return draft;
}

Draft Scene::drawOuterRequest() {
  const Id patient = oneOf(patients);
  Draft draft = often(75) ? byPhysician(patient, 0) : byAnybody(patient, Among::ALL);
  auto request = draft.command.initRequestOuterLift();
  setId(request.initRequestId(), often(3) ? some(What::OUTER_REQUEST, patient) : fresh());
  request.setDanger(often(92));
  request.setCanAsk(often(8));
  const Fact* block = find(facts, What::BLOCK, someBlock(patient, BlockType::OUTER, 0));
  if (block == nullptr && often(80)) return drawBlockOf(patient, BlockType::OUTER);
  name(request.initOwner(), block != nullptr && often(85) ? block->provider : oneOf(providers).key);
  return draft;
}

Draft Scene::drawOuterAnswer() {
  const Id request = some(What::OUTER_REQUEST, 0);
  const Fact* asked = find(facts, What::OUTER_REQUEST, request);
  if (asked == nullptr && often(90)) return drawOuterRequest();
  const Id owner = asked == nullptr ? 0 : asked->target;
  const Id patient = asked == nullptr ? oneOf(patients) : asked->patient;
  Draft draft = often(85) ? byPhysician(patient, owner) : byAnybody(patient, Among::ALL);
  const bool grants = often(60);
  auto answered = grants ? draft.command.initGrantOuterLift() : draft.command.initRefuseOuterLift();
  setId(answered.initRequestId(), request);
  if (!grants) return draft;
  setId(answered.initLiftId(), fresh());
  if (!often(5)) answered.setUntil(now + static_cast<Micros>(1 + random.below(10 * DAY)));
  if (often(30)) setId(answered.initBlockId(), someBlock(patient, BlockType::OUTER, owner));
  if (often(15)) setId(answered.initItems(1)[0], someItem(patient));
  return draft;
}

}  // namespace liggare::naive
