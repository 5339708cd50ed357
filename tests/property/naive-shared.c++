// SVOD 2-3 kap.: what one provider sees of another's data, and of their being there.
#include "tests/property/naive-law.h"

namespace liggare::naive {
namespace {

using schema::ItemClass;
using schema::Purpose;

// SVOD 2:1: care documentation; not what patients ask of the provider, nor how the provider looks after itself.
bool isShared(const Fact& item) {
  switch (static_cast<ItemClass>(item.kind)) {
    case ItemClass::CONSENT:
    case ItemClass::BLOCK:
    case ItemClass::IDENTITY:
    case ItemClass::RELATION:
    case ItemClass::GOVERNANCE:
    case ItemClass::ACCESS_LOG:
    case ItemClass::COPY_REQUEST:
    case ItemClass::COMPLAINT:
    case ItemClass::DESTRUCTION:
    case ItemClass::REVIEW: return false;
    default: return !item.no;
  }
}

}  // namespace

// SVOD 2:2-2:6: its provider is connected and has informed the patient, who otherwise could not be. Else it is as if it
// did not exist.
bool isAvailableApartFromFmu(const Facts& facts, const Fact& item, Micros t) {
  return isShared(item) && isConnected(facts, item.provider) && mayMakeAvailable(facts, item.patient, item.provider, t);
}

// An investigation for insurance is never made available (§00.7).
bool isMadeAvailable(const Facts& facts, const Fact& item, Micros t) {
  return !isFmu(facts, item) && isAvailableApartFromFmu(facts, item, t);
}

// SVOD 2:3, 3:5: every outer block that covers the item must be lifted for the reading provider.
bool isOuterBlocked(const Facts& facts, const Fact& item, Id readingProvider, Micros t) {
  for (const Fact& block : facts) {
    const bool isOuter = block.what == What::BLOCK && block.kind == int64_t(schema::BlockType::OUTER);
    if (!isOuter || !isBlockInForce(facts, block.thing) || !covers(block, item)) continue;
    bool isOpen = false;
    for (const Fact& lift : facts) {
      if (!isLiftInForce(facts, lift, t) || lift.about != block.thing || lift.target != readingProvider) continue;
      bool isListed = lift.list.empty();
      for (const Id one : lift.list) isListed = isListed || one == item.thing;
      isOpen = isOpen || isListed;
    }
    if (!isOpen) return true;
  }
  return false;
}

namespace {

struct Shared {
  const Facts& facts;
  const Speaker& who;
  Id patient;
  Claim claim;
  Micros t;

  bool isSocial() const { return isSocialCare(facts, who.provider); }
  bool isAlone() const { return claim.danger && !claim.canConsent; }

  // PDL 4:1 met by the care at hand: an emergency stated in full, for care, with a text (§00.9). Not for social care,
  // which has no such ground (§00.6), and not for the dead, who have no care at hand.
  bool isCareAtHand() const {
    const bool isEmergency =
        claim.ground == Ground::SVOD36 || claim.ground == Ground::SVOD35 || claim.ground == Ground::LIFT_EMERGENCY;
    const bool isStated = isEmergency && isAlone() && claim.hasText;
    return isStated && who.purpose == Purpose::CARE && !isDead(facts, patient, t) && !isSocial();
  }

  // §00.3: PDL 4:1 first; and from 2026-02-01 an active decision before anybody else's data.
  bool hasInnerGround() const {
    const Seen ground = innerSecrecy(facts, who, patient, claim, t);
    const bool isOwnUnitOnly = ground.ground == Ground::WORK_NEED_ASSESSMENT;
    const bool isMet = ground.isShown() ? !isOwnUnitOnly : who.asPatient != patient && isCareAtHand();
    return isMet && (claim.hasText || !isAfterRegulation(t));
  }

  bool hasCertificate() const {
    for (const Fact& fact : facts) {
      const bool isOurs = fact.what == What::EVIDENCE && fact.patient == patient && fact.provider == who.provider;
      if (isOurs && fact.from <= swedishDay(t) && (fact.to == 0 || swedishDay(t) <= fact.to)) return true;
    }
    return false;
  }
  // As the need was last assessed.
  bool isUnderTheLaw(Id ofCase) const {
    const Fact* last = nullptr;
    for (const Fact& fact : facts) {
      if (fact.what != What::NEED || fact.about != ofCase || fact.from > t) continue;
      if (last == nullptr || last->from <= fact.from) last = &fact;
    }
    return last != nullptr && last->kind == int64_t(schema::CaseBasis::STATUTORY);
  }
  // §00.4: preventive, or after the certificate: care, and not coordination. Before a case and after it, assessing the
  // need is a purpose of its own (F8).
  bool isCoordination() const {
    bool isAnyOpen = false;
    for (const Fact& fact : facts) {
      const bool isOurs = fact.what == What::CASE && fact.patient == patient && fact.provider == who.provider;
      if (!isOurs || fact.from > t) continue;
      bool isClosed = false;
      for (const Fact& end : facts)
        if (end.what == What::CASE_END && end.about == fact.thing && end.from <= t) isClosed = true;
      if (isClosed) continue;
      isAnyOpen = true;
      if (isUnderTheLaw(fact.thing) && hasCertificate()) return true;
    }
    return !isAnyOpen;
  }

  // What must hold before anything, flags included.
  Objections first() const {
    Objections no;
    no.when(!hasInnerGround(), RefusalCode::INNER_SECRECY);
    no.when(!isCarePurpose(who.purpose), RefusalCode::SVOD_PURPOSE);
    no.when(who.purpose == Purpose::COORDINATION && !isCoordination(), RefusalCode::SVOD_PURPOSE);
    no.when(!isConnected(facts, who.provider), RefusalCode::SVOD_NOT_CONNECTED);
    return no;
  }

  // SVOD 3:1: relation, then consent, then relevance. 3:2 for social care: no other way than consent.
  Objections by31() const {
    const auto when = who.purpose == Purpose::CERTIFICATE ? When::NOW_OR_FORMERLY : When::NOW;
    bool hasConsent = !isSocial() && isChildUnableToDecide(facts, patient, t);
    for (const Fact& consent : facts) {
      const bool isC4 = consent.what == What::CONSENT && consent.kind == int64_t(schema::ConsentKind::C4) &&
                        consent.patient == patient && consent.provider == who.provider;
      if (!isC4 || !isConsentInForce(facts, consent, t)) continue;
      const bool isForUs =
          (consent.unit == 0 || consent.unit == who.unit) && (consent.person == 0 || consent.person == who.person);
      hasConsent = hasConsent || isForUs;
    }
    Objections no;
    no.when(!hasRelation(facts, who, patient, t, when), RefusalCode::SVOD_RELATION);
    no.when(!hasConsent, RefusalCode::SVOD_CONSENT);
    no.when(!claim.relevant, RefusalCode::SVOD_RELEVANCE);
    return no;
  }

  // SVOD 3:1, 3:3, 3:6 in that order: the first that holds. A claim that does not hold is answered with its own code.
  Seen unblocked() const {
    const Objections consent = by31();
    if (!consent) return shown(Ground::SVOD31);
    if (isSocial() && (claim.ground == Ground::SVOD33 || claim.ground == Ground::SVOD36))
      return hidden(RefusalCode::SVOD_CONSENT);
    const bool isCare = who.purpose == Purpose::CARE && !isDead(facts, patient, t);
    if (claim.ground == Ground::SVOD33) {
      if (!isCare || !isCapacityGroundForReading(facts, patient, t)) return hidden(RefusalCode::SVOD_CONSENT);
      return claim.relevant ? shown(Ground::SVOD33) : hidden(RefusalCode::SVOD_RELEVANCE);
    }
    if (claim.ground == Ground::SVOD36) {
      if (!isCare || !isAlone()) return hidden(RefusalCode::EMERGENCY_NOT_DUE);
      return claim.relevant ? shown(Ground::SVOD36) : hidden(RefusalCode::SVOD_RELEVANCE);
    }
    return hidden(consent.first());
  }

  Seen see(const Fact& item) const {
    Objections no = first();
    no.when(isFmu(facts, item), RefusalCode::FMU_OTHER_UNIT);
    no.when(isOuterBlocked(facts, item, who.provider, t), RefusalCode::OUTER_BLOCK);
    if (no) return hidden(no.first());
    const Seen seen = unblocked();
    if (seen.ground == Ground::SVOD33 && !wereNamesShown(seen.ground)) return hidden(RefusalCode::SVOD_CONSENT);
    if (seen.ground == Ground::SVOD36 && !wereNamesShown(seen.ground)) return hidden(RefusalCode::EMERGENCY_NOT_DUE);
    return seen;
  }

  // 3:3, 3:6: which providers there are was seen by the same provider, on the same ground, within the day before.
  bool wereNamesShown(Ground ground) const {
    bool were = false;
    for (const Fact& fact : facts) {
      const bool isThis = fact.what == What::NAMES && fact.patient == patient && fact.provider == who.provider;
      were = were || (isThis && fact.kind == int64_t(ground) && t - fact.at < 24 * HOUR);
    }
    return were;
  }

  // §3.5, table: social care is not told that something is blocked, and nobody learns who has blocked by asking for one
  // provider at a time.
  bool isUntold(const Fact& item, Id named) const {
    return (isSocial() || named != 0) && isOuterBlocked(facts, item, who.provider, t);
  }

  // Of another provider; of the one named, when one is; and there at all, for this reader.
  std::vector<const Fact*> available(Id named) const {
    std::vector<const Fact*> found;
    for (const Fact& item : facts) {
      if (item.what != What::ITEM || item.patient != patient || item.provider == who.provider) continue;
      if ((named != 0 && item.provider != named) || !isMadeAvailable(facts, item, t)) continue;
      if (isUntold(item, named)) continue;
      found.push_back(&item);
    }
    return found;
  }

  void tellFlags(Answer& answer) const {
    if (first()) return;
    for (const Fact* item : available(0)) {
      const bool blocked = isOuterBlocked(facts, *item, who.provider, t);
      (blocked ? answer.hasBlocked : answer.hasUnblocked) = true;
    }
  }
};

Answer flags(const Shared& shared) {
  if (const Objections no = shared.first()) return refused(no.first());
  Answer answer;
  shared.tellFlags(answer);
  answer.ground = Ground::SVOD_FLAGS;
  return answer;
}

// SVOD 3:5: who has blocked, in danger, when the patient cannot ask for it to be lifted. Else as the content.
Answer names(const Shared& shared) {
  Objections no = shared.first();
  if (no) return refused(no.first());
  const bool byDanger = shared.claim.ground == Ground::SVOD35;
  Seen seen = shown(Ground::SVOD35);
  if (byDanger) {
    const bool isDue = shared.isAlone() && shared.who.purpose == Purpose::CARE && !shared.isSocial() &&
                       !isDead(shared.facts, shared.patient, shared.t);
    if (!isDue) return refused(RefusalCode::NAMES_NOT_DUE);
  } else {
    // 3:3 and 3:6: the names come first, and what may matter is judged when they are known.
    Shared asked = shared;
    const bool isFirst = shared.claim.ground == Ground::SVOD33 || shared.claim.ground == Ground::SVOD36;
    asked.claim.relevant = shared.claim.relevant || isFirst;
    seen = asked.unblocked();
  }
  if (!seen.isShown()) return refused(seen.code);
  Answer answer;
  answer.ground = seen.ground;
  for (const Fact* item : shared.available(0))
    if (isOuterBlocked(shared.facts, *item, shared.who.provider, shared.t) == byDanger)
      answer.providers.insert(item->provider);
  return answer;
}

// Asked for by name: what is not made available does not exist. An investigation that otherwise would have been is
// answered as one.
const Fact* visible(const Shared& shared, Id wanted, Id named) {
  for (const Fact* item : shared.available(named))
    if (item->thing == wanted) return item;
  const Fact* item = find(shared.facts, What::ITEM, wanted);
  const bool isElsewhere = item != nullptr && item->patient == shared.patient &&
                           item->provider != shared.who.provider && (named == 0 || item->provider == named);
  if (!isElsewhere || !isAvailableApartFromFmu(shared.facts, *item, shared.t)) return nullptr;
  return shared.isUntold(*item, named) ? nullptr : item;
}

Answer content(const Shared& shared, schema::ReadShared::Reader asked) {
  const Id named = known(asked.getProvider());
  std::vector<const Fact*> items;
  Objections no;
  for (auto wanted : asked.getItems()) {
    const Fact* item = visible(shared, idOf(wanted), named);
    no.when(item == nullptr, RefusalCode::UNKNOWN_THING);
    items.push_back(item);
  }
  if (no) return refused(no.first());
  if (asked.getItems().size() == 0) items = shared.available(named);
  if (named != 0) {
    no = shared.first();
    no.when(!isConnected(shared.facts, named), RefusalCode::SVOD_NOT_CONNECTED);
    const bool isTold = mayMakeAvailable(shared.facts, shared.patient, named, shared.t);
    no.when(!isTold, RefusalCode::SVOD_NOT_INFORMED);
    if (no) return refused(no.first());
  }
  Answer answer;
  for (const Fact* item : items) answer.items[item->position] = shared.see(*item);
  answer.code = wholeOf(answer.items);
  if (items.empty()) {
    no = shared.first();
    const Seen seen = no ? hidden(no.first()) : shared.unblocked();
    answer.code = seen.code;
    answer.ground = seen.ground;
  }
  if (answer.code != RefusalCode::NONE) answer.kind = Answer::Kind::REFUSED;
  shared.tellFlags(answer);
  return answer;
}

}  // namespace

Answer answerShared(const Facts& facts, const Speaker& who, schema::Command::Reader command, Micros at) {
  const auto asked = command.getReadShared();
  Objections no;
  no.when(who.kind != Speaker::Kind::STAFF || !who.may(schema::Right::READ), RefusalCode::NOT_AUTHORISED);
  const Id named = known(asked.getProvider());
  no.when(isNamed(asked.getProvider()) && (named == 0 || named == who.provider), RefusalCode::UNKNOWN_THING);
  if (no) return refused(no.first());
  const Shared shared{facts, who, known(command.getPatient()), Claim(asked.getClaim()), at};
  if (asked.getStep() == schema::Step::FLAGS) return flags(shared);
  if (asked.getStep() == schema::Step::NAMES) return names(shared);
  return content(shared, asked);
}

}  // namespace liggare::naive
