// Who speaks, and what the list says about people, units and providers.
#include <algorithm>

#include "tests/property/naive-law.h"

namespace liggare::naive {
namespace {

using schema::CapacityKind;
using schema::LoginMethod;

// HSLF-FS 3:15: a method that can be strong, and the level. Neither alone.
bool isStrong(schema::Caller::Authentication::Reader login) {
  const bool canBe = login.getMethod() == LoginMethod::SMART_CARD || login.getMethod() == LoginMethod::MOBILE_EID ||
                     login.getMethod() == LoginMethod::CERTIFICATE;
  return canBe && login.getLevel() >= 3;
}

const Fact* latest(const Facts& facts, What what, Id Fact::*member, Id wanted) {
  const Fact* found = nullptr;
  for (const Fact& fact : facts)
    if (fact.what == what && fact.*member == wanted) found = &fact;
  return found;
}

// PDL 4:2: an authorisation of the commission that is in force, and not taken back.
std::vector<const Fact*> authorisations(const Facts& facts, Id commission, Micros t) {
  std::vector<const Fact*> inForce;
  for (const Fact& fact : facts) {
    if (fact.what != What::AUTHORISATION || fact.about != commission || !fact.lasts(t)) continue;
    bool isRevoked = false;
    for (const Fact& end : facts)
      if (end.what == What::REVOCATION && end.about == fact.thing && end.from <= t) isRevoked = true;
    for (const Fact& end : facts)  // of the whole commission: the same one anew asks for a new authorisation
      if (end.what == What::COMMISSION_END && end.about == commission && end.at > fact.at && end.from <= t)
        isRevoked = true;
    if (!isRevoked) inForce.push_back(&fact);
  }
  return inForce;
}

// HSLF-FS 4:2: an analysis past its review stops nothing, unless the provider has decided so.
bool isStoppedByAnalysis(const Facts& facts, Id provider, const std::vector<const Fact*>& grants, Micros t) {
  const Fact* policy = latest(facts, What::POLICY, &Fact::provider, provider);
  if (policy == nullptr || !policy->yes) return false;
  for (const Fact* grant : grants) {
    const Fact* analysis = find(facts, What::ANALYSIS, grant->target);
    if (analysis != nullptr && (analysis->to == 0 || t < analysis->to)) return false;
  }
  return true;
}

bool isCommissionEnded(const Facts& facts, const Fact& commission, Micros t) {
  for (const Fact& end : facts)
    if (end.what == What::COMMISSION_END && end.about == commission.thing && end.at > commission.at && end.from <= t)
      return true;
  return false;
}

// What the individual does themselves: consents, blocks, and their own journal.
bool isForTheIndividual(schema::Command::Reader command) {
  return command.isGiveConsent() || command.isRefuseConsent() || command.isWithdrawConsent() ||
         command.isRegisterBlock() || command.isRevokeBlock() || command.isReadJournal();
}

Admitted staff(const Facts& facts, schema::Command::Reader command, Micros at) {
  Admitted admitted;
  const Id key = known(command.getActor().getStaff().getCommission());
  const Fact* commission = latest(facts, What::COMMISSION, &Fact::thing, key);
  if (key == 0 || commission == nullptr) return {{}, RefusalCode::NOT_AUTHORISED};
  auto& who = admitted.speaker;
  who.person = commission->person;
  who.provider = commission->provider;
  who.unit = commission->unit;
  who.process = commission->process;
  who.asPatient = commission->patient;
  who.purpose = command.getPurpose();
  who.rights.insert(commission->rights.begin(), commission->rights.end());
  const auto grants = authorisations(facts, key, at);
  const auto& purposes = commission->purposes;
  const bool covers = std::find(purposes.begin(), purposes.end(), who.purpose) != purposes.end();
  Objections no;
  no.when(!commission->lasts(at) || isCommissionEnded(facts, *commission, at), RefusalCode::NOT_AUTHORISED);
  no.when(grants.empty() || !covers, RefusalCode::NOT_AUTHORISED);
  no.when(!isStrong(command.getActor().getAuthentication()), RefusalCode::STRONG_LOGIN_MISSING);
  no.when(isStoppedByAnalysis(facts, who.provider, grants, at), RefusalCode::RISK_ANALYSIS_MISSING);
  admitted.code = no.first();
  return admitted;
}

// The latest assessment that covers the instant.
const Fact* capacity(const Facts& facts, Id patient, Micros t) {
  const Fact* found = nullptr;
  for (const Fact& fact : facts)
    if (fact.what == What::CAPACITY && fact.patient == patient && fact.lasts(t)) found = &fact;
  return found;
}

// Whole years on the Swedish day; who was born on 29 February turns on 1 March in other years.
int ageOn(Days born, Days day) {
  const Civil birth = civilOf(born), now = civilOf(day);
  const bool hadBirthday = now.month > birth.month || (now.month == birth.month && now.day >= birth.day);
  return now.year - birth.year - (hadBirthday ? 0 : 1);
}

}  // namespace

Admitted whoSpeaks(const Facts& facts, schema::Command::Reader command, Micros at) {
  const auto actor = command.getActor();
  if (actor.isStaff()) return staff(facts, command, at);
  Admitted admitted;
  const Id patient = known(command.getPatient());
  Objections no;
  if (actor.isPatient()) {
    admitted.speaker.kind = Speaker::Kind::PATIENT;
    admitted.speaker.person = known(actor.getPatient());
    no.when(patient == 0 || admitted.speaker.person != patient, RefusalCode::NOT_AUTHORISED);
  } else {
    admitted.speaker.kind = Speaker::Kind::GUARDIAN;
    admitted.speaker.person = known(actor.getGuardian());
    const Id person = admitted.speaker.person;
    const bool speaks = isGuardianOf(facts, person, patient, at) || isLegalRepresentativeOf(facts, person, patient, at);
    no.when(!speaks, RefusalCode::NOT_AUTHORISED);
  }
  no.when(!isForTheIndividual(command), RefusalCode::NOT_AUTHORISED);
  admitted.speaker.asPatient = admitted.speaker.person;
  no.when(isAfterRegulation(at) && !isStrong(actor.getAuthentication()), RefusalCode::STRONG_LOGIN_MISSING);
  admitted.code = no.first();
  return admitted;
}

const Fact* find(const Facts& facts, What what, Id thing) {
  return thing == 0 ? nullptr : latest(facts, what, &Fact::thing, thing);
}

// --- life and capacity ----------------------------------------------------------------------------------------------

bool isDead(const Facts& facts, Id patient, Micros t) {
  const Fact* death = latest(facts, What::DEATH, &Fact::patient, patient);
  return death != nullptr && death->kind <= swedishDay(t);
}

bool hasDiedBefore(const Facts& facts, Id patient, Micros t) {
  const Fact* death = latest(facts, What::DEATH, &Fact::patient, patient);
  return death != nullptr && death->kind < swedishDay(t);
}

// FB 6:11: below 16 unable unless assessed as mature; from 16 able unless assessed as not; at 18 always able. Who has
// no birth day is not taken for a child.
bool isChildUnableToDecide(const Facts& facts, Id patient, Micros t) {
  const Fact* person = latest(facts, What::PATIENT, &Fact::patient, patient);
  if (person == nullptr || !person->yes) return false;
  const int age = ageOn(static_cast<Days>(person->kind), swedishDay(t));
  if (age >= 18) return false;
  const Fact* assessed = capacity(facts, patient, t);
  if (assessed != nullptr && assessed->kind == int64_t(CapacityKind::CHILD_MATURE)) return false;
  if (assessed != nullptr && assessed->kind == int64_t(CapacityKind::ABLE)) return false;
  if (assessed != nullptr && assessed->kind == int64_t(CapacityKind::CHILD_CANNOT_DECIDE)) return true;
  return age < 16;
}

bool isDurablyUnable(const Facts& facts, Id patient, Micros t) {
  const Fact* assessed = capacity(facts, patient, t);
  return assessed != nullptr && assessed->kind == int64_t(CapacityKind::DURABLY_UNABLE);
}

// SVOD 3:3: durably unable, the attitude sought as far as possible, and no reason to assume an objection.
bool isCapacityGroundForReading(const Facts& facts, Id patient, Micros t) {
  const Fact* assessed = capacity(facts, patient, t);
  return isDurablyUnable(facts, patient, t) && assessed->yes && !assessed->no;
}

// FB 9:1: at Swedish midnight when the child turns 18 nobody is its guardian, whatever was registered.
bool isGuardianOf(const Facts& facts, Id person, Id patient, Micros t) {
  const Fact* child = latest(facts, What::PATIENT, &Fact::patient, patient);
  if (child != nullptr && child->yes && ageOn(static_cast<Days>(child->kind), swedishDay(t)) >= 18) return false;
  for (const Fact& fact : facts) {
    const bool isNamed = person == ANYBODY || fact.person == person;
    if (fact.what == What::GUARDIAN && fact.patient == patient && isNamed && fact.yes && fact.lasts(t)) return true;
  }
  return false;
}

// §00.12: only with an authority document and a legal decision.
bool isLegalRepresentativeOf(const Facts& facts, Id person, Id patient, Micros t) {
  for (const Fact& fact : facts) {
    const bool isNamed = person == ANYBODY || fact.person == person;
    const bool isThis = fact.what == What::GUARDIAN && fact.patient == patient && isNamed;
    if (isThis && !fact.yes && fact.no && fact.lasts(t)) return true;
  }
  return false;
}

// --- care and relations ---------------------------------------------------------------------------------------------

namespace {

bool isEnded(const Facts& facts, What end, Id thing, Micros t) {
  for (const Fact& fact : facts)
    if (fact.what == end && fact.about == thing && fact.from <= t) return true;
  return false;
}

What endOf(What what) {
  return what == What::RELATION ? What::RELATION_END : what == What::CASE ? What::CASE_END : What::CONTACT_END;
}

// Relations, cases and contact assignments of the patient with the reader's provider; in force, or ever begun.
std::vector<const Fact*> ties(const Facts& facts, const Speaker& who, Id patient, Micros t, When when) {
  std::vector<const Fact*> found;
  for (const Fact& fact : facts) {
    const bool isTie = fact.what == What::RELATION || fact.what == What::CASE || fact.what == What::CONTACT;
    if (!isTie || fact.patient != patient || fact.provider != who.provider || fact.from > t) continue;
    // A contact assignment lasts no longer than its case.
    const Id ofCase = fact.what == What::CONTACT ? fact.about : 0;
    const bool isCaseEnded = ofCase != 0 && isEnded(facts, What::CASE_END, ofCase, t);
    const bool isNow = fact.lasts(t) && !isCaseEnded && !isEnded(facts, endOf(fact.what), fact.thing, t);
    if (isNow || when == When::NOW_OR_FORMERLY) found.push_back(&fact);
  }
  return found;
}

}  // namespace

// PDL 4:1: a relation to the person or to anyone at the unit, a case at the unit, or a contact assignment of one's own.
// Nobody takes part in the care of the dead, nor in their own.
bool takesPartInCare(const Facts& facts, const Speaker& who, Id patient, Micros t) {
  return hasRelation(facts, who, patient, t, When::NOW);
}

// SVOD 3:1 p. 1: the same facts, bounded to unit and employee as a registered relation is (§3.5, §5.4).
bool hasRelation(const Facts& facts, const Speaker& who, Id patient, Micros t, When when) {
  if (isDead(facts, patient, t) || who.asPatient == patient) return false;
  for (const Fact* tie : ties(facts, who, patient, t, when)) {
    const bool unitFits = tie->unit == 0 || tie->unit == who.unit || tie->what == What::CONTACT;
    const bool personFits = tie->person == 0 || tie->person == who.person;
    if (unitFits && personFits) return true;
  }
  return false;
}

// --- providers ------------------------------------------------------------------------------------------------------

bool isConnected(const Facts& facts, Id provider) {
  const Fact* connection = latest(facts, What::CONNECTION, &Fact::provider, provider);
  return connection != nullptr && connection->yes;
}

bool isInformed(const Facts& facts, Id patient, Id provider) {
  for (const Fact& fact : facts)
    if (fact.what == What::INFORMED && fact.patient == patient && fact.provider == provider) return true;
  return false;
}

// SVOD 2:6: somebody durably unable could not be informed; as long as the assessment holds that it rests on.
bool mayMakeAvailable(const Facts& facts, Id patient, Id provider, Micros t) {
  if (isInformed(facts, patient, provider)) return true;
  const Fact* assessed = capacity(facts, patient, t);
  for (const Fact& fact : facts) {
    const bool isThis = fact.what == What::AVAILABLE && fact.patient == patient && fact.provider == provider;
    if (!isThis || isEnded(facts, What::AVAILABLE_END, fact.thing, t)) continue;
    if (assessed != nullptr && assessed->thing == fact.about) return true;
  }
  return false;
}

// Who counts, reviews, supervises or administers takes no part in the care (PDL 4:1); and what other providers' data
// may be read for (SVOD 3:1 p. 3).
bool isCarePurpose(schema::Purpose purpose) {
  using schema::Purpose;
  return purpose == Purpose::CARE || purpose == Purpose::COORDINATION || purpose == Purpose::CERTIFICATE;
}

bool isSocialCare(const Facts& facts, Id provider) {
  const Fact* found = latest(facts, What::PROVIDER, &Fact::provider, provider);
  return found != nullptr && found->kind == int64_t(schema::ProviderKind::SOCIAL);
}

bool isUnitOf(const Facts& facts, Id unit, Id provider) {
  for (const Fact& fact : facts)
    if (fact.what == What::UNIT && fact.unit == unit && fact.provider == provider) return true;
  return false;
}

bool isFmu(const Facts& facts, const Fact& item) {
  const Fact* unit = latest(facts, What::UNIT, &Fact::unit, item.unit);
  return item.kind == int64_t(schema::ItemClass::FMU) || (unit != nullptr && unit->yes);
}

bool hadCase(const Facts& facts, Id patient, Id unit) {
  for (const Fact& fact : facts)
    if (fact.what == What::CASE && fact.patient == patient && fact.unit == unit) return true;
  return false;
}

bool hasJournal(const Facts& facts, Id patient, Id provider) {
  for (const Fact& fact : facts)
    if (fact.what == What::ITEM && fact.patient == patient && fact.provider == provider) return true;
  return false;
}

bool isPatientOf(const Facts& facts, Id patient, Id provider) {
  for (const Fact& fact : facts) {
    const bool isEntry = fact.what == What::ITEM || fact.what == What::RELATION || fact.what == What::CASE;
    if (isEntry && fact.patient == patient && fact.provider == provider) return true;
  }
  return false;
}

bool isIdTaken(const Facts& facts, Id patient, Id thing) {
  for (const Fact& fact : facts)
    if (fact.patient == patient && fact.thing == thing && fact.what != What::COMMISSION) return true;
  return false;
}

Micros hoursBeforeLate(const Facts& facts, Id provider) {
  const Fact* policy = latest(facts, What::POLICY, &Fact::provider, provider);
  return policy == nullptr ? 24 * HOUR : policy->kind * HOUR;
}

// --- consents, blocks and lifts as they stand -----------------------------------------------------------------------

namespace {
bool isAnnulled(const Facts& facts, Id consent) {
  for (const Fact& fact : facts)
    if (fact.what == What::ANNULMENT && fact.about == consent) return true;
  return false;
}
}  // namespace

// §00.47: a withdrawal also ends what was given before it and written down after it.
bool isConsentInForce(const Facts& facts, const Fact& consent, Micros t) {
  if (!consent.lasts(t)) return false;
  for (const Fact& fact : facts) {
    if (fact.what == What::ANNULMENT && fact.about == consent.thing) return false;
    if (fact.what != What::WITHDRAWAL || fact.from > t) continue;
    if (fact.about == consent.thing) return false;
    const Fact* other = find(facts, What::CONSENT, fact.about);
    const bool isSameConsent = other != nullptr && other->patient == consent.patient &&
                               other->provider == consent.provider && other->kind == consent.kind &&
                               other->words == consent.words && !isAnnulled(facts, other->thing);
    if (!isSameConsent || fact.at > consent.at) continue;
    const Micros ended = other->to != 0 && other->to < fact.from ? other->to : fact.from;
    if (consent.given < ended && ended <= t) return false;
  }
  return true;
}

bool isBlockInForce(const Facts& facts, Id block) {
  for (const Fact& fact : facts)
    if (fact.what == What::BLOCK_END && fact.about == block) return false;
  return true;
}

bool isLiftInForce(const Facts& facts, const Fact& lift, Micros t) {
  if (lift.what != What::LIFT || !lift.lasts(t)) return false;
  for (const Fact& fact : facts)
    if (fact.what == What::LIFT_END && fact.about == lift.thing) return false;
  if (lift.target != 0 || lift.kind != int64_t(schema::LiftReason::PATIENTS_CONSENT)) return true;
  // What the patient consented to ends when a consent to it is taken back, or was never given.
  for (const Fact& fact : facts) {
    if (fact.what != What::WITHDRAWAL && fact.what != What::ANNULMENT) continue;
    const Fact* consent = find(facts, What::CONSENT, fact.about);
    const bool isC7 = consent != nullptr && consent->kind == int64_t(schema::ConsentKind::C7);
    const bool isAbout = isC7 && consent->patient == lift.patient && consent->about == lift.about;
    if (isAbout && consent->at <= lift.at && lift.at <= fact.at && fact.at <= t) return false;
  }
  return true;
}

// §5.2: by whose information it is, when it was registered, and of which class; the patient may leave classes open.
bool covers(const Fact& block, const Fact& item) {
  if (block.patient != item.patient || block.provider != item.provider || !block.lasts(item.at)) return false;
  for (const Id open : block.list)
    if (int64_t(open) == item.kind) return false;
  const bool unitFits = block.unit == 0 || block.unit == item.unit;
  const bool processFits = block.process.empty() || block.process == item.process;
  return unitFits && processFits;
}

}  // namespace liggare::naive
