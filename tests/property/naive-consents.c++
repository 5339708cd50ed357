// The seven consents and objections (domain §2.3): given, refused, withdrawn, annulled.
#include <algorithm>

#include "tests/property/naive-meant.h"

namespace liggare::naive {
namespace {

using schema::ConsentKind;
using schema::GivenBy;
using schema::Right;

// Each consent has its own code when it is not there, or not theirs to give.
RefusalCode codeOf(ConsentKind kind) {
  switch (kind) {
    case ConsentKind::C1: return RefusalCode::CONSENT_C1_MISSING;
    case ConsentKind::C2: return RefusalCode::CONSENT_C2_MISSING;
    case ConsentKind::C3: return RefusalCode::CONSENT_C3_MISSING;
    case ConsentKind::C4: return RefusalCode::SVOD_CONSENT;
    case ConsentKind::C7: return RefusalCode::INNER_BLOCK;
  }
  return RefusalCode::NONE;
}

// §00.12: the patient, when they can decide; a guardian for a child who cannot; another with document and decision. C4
// is the patient's alone.
bool maySpeakFor(const Facts& facts, GivenBy by, Id speaker, Id patient, ConsentKind kind, Micros t) {
  if (kind == ConsentKind::C4) return false;
  if (by == GivenBy::REPRESENTATIVE) return isLegalRepresentativeOf(facts, speaker, patient, t);
  return isChildUnableToDecide(facts, patient, t) && isGuardianOf(facts, speaker, patient, t);
}

// Judged by the time it was given; in an e-service by who is logged in now.
bool isTheirsToGive(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros t, Micros at) {
  const auto asked = command.getGiveConsent();
  const Id patient = known(command.getPatient());
  GivenBy by = asked.getGivenBy();
  Id speaker = isNamed(asked.getRepresentative()) ? known(asked.getRepresentative()) : ANYBODY;
  if (who.kind == Speaker::Kind::PATIENT) by = GivenBy::PATIENT;
  if (who.kind == Speaker::Kind::GUARDIAN) {
    speaker = who.person;
    by = isGuardianOf(facts, speaker, patient, at) ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE;
  }
  if (hasDiedBefore(facts, patient, t)) return false;  // who dies today may have spoken today
  const bool isChildUnable = isChildUnableToDecide(facts, patient, t);
  if (by == GivenBy::PATIENT) return !isChildUnable && !isDurablyUnable(facts, patient, t);
  return maySpeakFor(facts, by, speaker, patient, asked.getKind(), t);
}

// OSL 12:2: recipients, data, purpose and last day; no blanket waiver.
bool isUnspecific(schema::GiveConsent::Reader asked) {
  if (asked.getKind() != ConsentKind::C3) return false;
  bool isNamed = asked.getRecipients().size() > 0;
  for (auto recipient : asked.getRecipients()) {
    const auto type = recipient.getType();
    const bool isOneOfAKind = type == schema::PartnerType::FK || type == schema::PartnerType::AF;
    const bool isKin = type == schema::PartnerType::RELATIVE;
    const bool isTold = isKin ? recipient.getName().size() > 0 : recipient.getOrgId().size() > 0;
    isNamed = isNamed && (isOneOfAKind || isTold);
  }
  bool isListed = asked.getCategories().size() > 0;
  for (auto category : asked.getCategories()) isListed = isListed && category != schema::DataCategory::ALL;
  return !isNamed || !isListed || asked.getPurposeText().size() == 0 || asked.getValidTo() == 0;
}

bool isOnlyJournal(const Facts& facts, Id patient, Id provider) {
  for (const Fact& fact : facts)
    if (fact.what == What::ITEM && fact.patient == patient && fact.provider != provider) return false;
  return hasJournal(facts, patient, provider);
}

Id onlyJournal(const Facts& facts, Id patient) {
  for (const Fact& fact : facts)
    if (fact.what == What::ITEM && fact.patient == patient)
      return isOnlyJournal(facts, patient, fact.provider) ? fact.provider : 0;
  return 0;
}

// C1 and C2 have no scope: the latest in force now says it already, when it began no later and ends the same day.
bool isGivenAlready(const Facts& facts, Id provider, schema::Command::Reader command, Micros at) {
  const auto asked = command.getGiveConsent();
  if (asked.getKind() != ConsentKind::C1 && asked.getKind() != ConsentKind::C2) return false;
  const Micros from = asked.getValidFrom() != 0 ? asked.getValidFrom() : givenAt(command, at);
  const Fact* now = nullptr;
  for (const Fact& fact : facts) {
    const bool isSame = fact.what == What::CONSENT && fact.patient == known(command.getPatient()) &&
                        fact.provider == provider && fact.kind == int64_t(asked.getKind());
    if (isSame && isConsentInForce(facts, fact, at)) now = &fact;
  }
  return now != nullptr && now->from <= from && now->to == asked.getValidTo();
}

// PDL 3:3, 4:1: a right to write, and a part in the care now or when it occurred. The unit that had the case goes on
// completing the journal. The patient speaks for themselves.
void mayWrite(Objections& no, const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  if (who.kind != Speaker::Kind::STAFF) return;
  const Id patient = known(command.getPatient());
  const bool takesPart = takesPartInCare(facts, who, patient, at) ||
                         takesPartInCare(facts, who, patient, occurredAt(command, at)) ||
                         hadCase(facts, patient, who.unit);
  no.when(!who.may(Right::WRITE), RefusalCode::NOT_AUTHORISED);
  no.when(who.asPatient == patient || !takesPart, RefusalCode::INNER_SECRECY);
}

// PDL 3:6, 3:9: not in the future, and late only with a reason.
void timeIsRight(Objections& no, const Facts& facts, Id provider, schema::Command::Reader command, Micros when,
                 Micros at) {
  no.when(when > at, RefusalCode::IN_THE_FUTURE);
  const bool isLate = at - when > hoursBeforeLate(facts, provider);
  no.when(isLate && command.getLateReason().size() == 0, RefusalCode::LATE_WITHOUT_REASON);
}

// Somebody else's word, where they may speak for the patient.
bool isSpokenFor(const Facts& facts, const Speaker& who, Id patient, ConsentKind kind, Micros at) {
  const bool isGuardian = isGuardianOf(facts, who.person, patient, at);
  if (hasDiedBefore(facts, patient, at)) return false;
  const GivenBy by = isGuardian ? GivenBy::GUARDIAN : GivenBy::REPRESENTATIVE;
  return maySpeakFor(facts, by, who.person, patient, kind, at);
}

bool isStaff(const Speaker& who) { return who.kind == Speaker::Kind::STAFF; }

Answer give(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getGiveConsent();
  const Id patient = known(command.getPatient());
  const Id provider = providerOfConsent(facts, who, command);
  const Micros given = givenAt(command, at);
  Objections no;
  no.when(isIdTaken(facts, patient, idOf(asked.getConsentId())), RefusalCode::COMMAND_REPEATED);
  mayWrite(no, facts, who, command, at);
  no.when(provider == 0, RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getScopeUnit()) && known(asked.getScopeUnit()) == 0, RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getScopeUnit()) && !isUnitOf(facts, known(asked.getScopeUnit()), provider),
          RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getScopeStaff()) && known(asked.getScopeStaff()) == 0, RefusalCode::UNKNOWN_THING);
  no.when(isNamed(asked.getRepresentative()) && known(asked.getRepresentative()) == 0, RefusalCode::UNKNOWN_THING);
  if (asked.getKind() == ConsentKind::C7) {
    const Fact* block = find(facts, What::BLOCK, idOf(asked.getBlockId()));
    const bool isHere = block != nullptr && block->patient == patient && block->provider == provider;
    no.when(asked.hasBlockId() && !isHere, RefusalCode::UNKNOWN_THING);
  }
  if (no) return refused(no.first());
  const Micros from = asked.getValidFrom() != 0 ? asked.getValidFrom() : given;
  no.when(!isTheirsToGive(facts, who, command, given, at), codeOf(asked.getKind()));
  no.when(isUnspecific(asked), RefusalCode::CONSENT_UNSPECIFIC);
  no.when(from < given || (asked.getValidTo() != 0 && asked.getValidTo() <= from), RefusalCode::CONSENT_TIME);
  const bool isToLift = asked.getKind() == ConsentKind::C7;  // §8.3 asks for the text of C1-C4
  no.when(!isToLift && asked.getInfoTextId().size() == 0, RefusalCode::INFORMATION_MISSING);
  timeIsRight(no, facts, provider, command, given, at);
  timeIsRight(no, facts, provider, command, occurredAt(command, at), at);
  if (no) return refused(no.first());
  return isGivenAlready(facts, provider, command, at) ? unchanged() : accepted();
}

Answer refuse(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const Id patient = known(command.getPatient());
  const Id provider = providerOfRefusal(facts, who, command);
  Objections no;
  mayWrite(no, facts, who, command, at);
  const bool isGuardian = who.kind == Speaker::Kind::GUARDIAN;
  const auto kind = command.getRefuseConsent().getKind();
  no.when(isGuardian && !isSpokenFor(facts, who, patient, kind, at), RefusalCode::NOT_AUTHORISED);
  no.when(provider == 0, RefusalCode::UNKNOWN_THING);
  timeIsRight(no, facts, provider, command, occurredAt(command, at), at);
  return no ? refused(no.first()) : accepted();
}

// Always accepted: from the patient by any who may write, and it takes effect at once or from when it was said.
Answer withdraw(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getWithdrawConsent();
  const Id patient = known(command.getPatient());
  const Fact* consent = find(facts, What::CONSENT, idOf(asked.getConsentId()));
  const bool isHere =
      consent != nullptr && consent->patient == patient && (!isStaff(who) || consent->provider == who.provider);
  const bool isGuardian = who.kind == Speaker::Kind::GUARDIAN;
  Objections no;
  no.when(isStaff(who) && !who.may(Right::WRITE) && !who.may(Right::REGISTER), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  if (no) return refused(no.first());
  const auto kind = static_cast<ConsentKind>(consent->kind);
  if (isGuardian && !isSpokenFor(facts, who, patient, kind, at)) return refused(RefusalCode::NOT_AUTHORISED);
  for (const Fact& fact : facts) {
    const bool isEnd = fact.what == What::WITHDRAWAL || fact.what == What::ANNULMENT;
    if (isEnd && fact.about == consent->thing) return unchanged();
  }
  no.when(effectiveAt(command, asked, at) > at, RefusalCode::IN_THE_FUTURE);
  return no ? refused(no.first()) : accepted();
}

Answer annul(const Facts& facts, const Speaker& who, schema::Command::Reader command) {
  const Id patient = known(command.getPatient());
  const Fact* consent = find(facts, What::CONSENT, idOf(command.getAnnulConsent().getConsentId()));
  const bool isHere = consent != nullptr && consent->patient == patient && consent->provider == who.provider;
  Objections no;
  no.when(!isStaff(who) || !who.may(Right::ANNUL), RefusalCode::NOT_AUTHORISED);
  no.when(!isHere, RefusalCode::UNKNOWN_THING);
  if (no) return refused(no.first());
  for (const Fact& fact : facts)
    if (fact.what == What::ANNULMENT && fact.about == consent->thing) return unchanged();
  return accepted();
}

Answer inform(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  Objections no;
  no.when(!isStaff(who) || (!who.may(Right::WRITE) && !who.may(Right::REGISTER)), RefusalCode::NOT_AUTHORISED);
  timeIsRight(no, facts, who.provider, command, occurredAt(command, at), at);
  no.when(command.getInformSvod().getTextVersion().size() == 0, RefusalCode::INFORMATION_MISSING);
  return no ? refused(no.first()) : accepted();
}

}  // namespace

Id providerOfConsent(const Facts& facts, const Speaker& who, schema::Command::Reader command) {
  if (isStaff(who)) return who.provider;
  const Id patient = known(command.getPatient());
  for (const Fact& fact : facts) {
    const bool isUnit = fact.what == What::UNIT && fact.unit == known(command.getGiveConsent().getScopeUnit());
    if (isUnit && hasJournal(facts, patient, fact.provider)) return fact.provider;
  }
  if (isNamed(command.getGiveConsent().getScopeUnit())) return 0;
  return onlyJournal(facts, patient);
}

Id providerOfRefusal(const Facts& facts, const Speaker& who, schema::Command::Reader command) {
  return isStaff(who) ? who.provider : onlyJournal(facts, known(command.getPatient()));
}

Id providerOfBlock(const Facts& facts, const Speaker& who, schema::Command::Reader command) {
  if (isStaff(who)) return who.provider;
  const auto asked = command.getRegisterBlock();
  const Id patient = known(command.getPatient());
  if (asked.getType() == schema::BlockType::OUTER && !isNamed(asked.getInfoUnit())) return onlyJournal(facts, patient);
  for (const Fact& fact : facts) {
    const bool isUnit = fact.what == What::UNIT && fact.unit == known(asked.getInfoUnit());
    if (isUnit && hasJournal(facts, patient, fact.provider)) return fact.provider;
  }
  return 0;
}

Micros occurredAt(schema::Command::Reader command, Micros at) {
  return command.getOccurredAt() != 0 ? command.getOccurredAt() : at;
}
Micros givenAt(schema::Command::Reader command, Micros at) {
  const Micros given = command.getGiveConsent().getGivenAt();
  return given != 0 ? given : occurredAt(command, at);
}
Micros effectiveAt(schema::Command::Reader command, schema::WithdrawConsent::Reader asked, Micros at) {
  return asked.getEffectiveAt() != 0 ? asked.getEffectiveAt() : occurredAt(command, at);
}

std::string scopeOf(schema::GiveConsent::Reader asked) {
  if (asked.getKind() == ConsentKind::C1 || asked.getKind() == ConsentKind::C2) return {};  // these have no scope
  std::string words = std::to_string(known(asked.getScopeUnit())) + " " + std::to_string(known(asked.getScopeStaff()));
  if (asked.getKind() == ConsentKind::C7) words += " " + std::to_string(idOf(asked.getBlockId()));
  if (asked.getKind() != ConsentKind::C3) return words;
  for (auto recipient : asked.getRecipients())
    words += " " + std::to_string(int(recipient.getType())) + ":" + recipient.getOrgId().cStr();
  for (auto category : asked.getCategories()) words += " " + std::to_string(int(category));
  return words;
}

Answer answerConsent(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  switch (command.which()) {
    case schema::Command::GIVE_CONSENT: return give(facts, who, command, at);
    case schema::Command::REFUSE_CONSENT: return refuse(facts, who, command, at);
    case schema::Command::WITHDRAW_CONSENT: return withdraw(facts, who, command, at);
    case schema::Command::ANNUL_CONSENT: return annul(facts, who, command);
    default: return inform(facts, who, command, at);
  }
}

}  // namespace liggare::naive
