// Identitet: who the patient is, where they belong, who speaks for them, and who has them in care. Registrars and feeds
// tell; only an assessment of capacity is care's own. Folding is in identity-fold.c++.
#include <algorithm>

#include "engine/base/identifiers.h"
#include "engine/law/access-record.h"
#include "engine/law/coordination.h"
#include "engine/law/naming.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::ItemClass;
using schema::ProtectionKind;
using Which = schema::Command::Which;

constexpr Micros RELATION_BOUND = 90 * DAY;  // a relation always has an end (§00.41): this, when nobody says which

Micros orWhenItOccurred(const Context& ctx, Micros instant) { return instant ? instant : ctx.occurredAt(); }

// A feed (bounded by mayAct) or staff with the right to register.
Verdict registers(const Context& ctx) {
  if (ctx.caller.isSystem()) return ok();
  return needsRight(ctx, schema::Right::REGISTER);
}

// --- who the patient is ---------------------------------------------------------------------------------------------

bool namesPerson(schema::Ref::Reader ref) {
  return ref.getKind() <= static_cast<uint8_t>(IdentifierKind::REGIONAL_RESERVE);
}
bool isPersonnummer(schema::Ref::Reader ref) {
  return ref.getKind() == static_cast<uint8_t>(IdentifierKind::PERSONNUMMER);
}

// An identifier belongs to somebody when a key has it. A person known only as somebody's guardian has a key but no
// registration, and may be registered under it: by naming it first, so that there is one journal and not two.
bool isTaken(const Context& ctx, schema::Ref::Reader ref) {
  return isKnown(ref) && (ctx.patient->exists || keyOf(ref) != ctx.patient->key);
}

void fillIdentifier(schema::Identifier::Builder to, schema::Ref::Reader ref) {
  to.setKind(ref.getKind());
  to.setValue(ref.getText());
  to.setTag(ref.getTag());
}

// The patient named by the command and the identifiers listed, each once.
std::vector<schema::Ref::Reader> allIdentifiers(const Context& ctx) {
  std::vector<schema::Ref::Reader> found;
  auto add = [&](schema::Ref::Reader ref) {
    const ThingId tag = thingId(ref.getTag());
    for (auto& earlier : found)
      if (!tag.isZero() && thingId(earlier.getTag()) == tag) return;
    found.push_back(ref);
  };
  if (!isAbsent(ctx.command.getPatient())) add(ctx.command.getPatient());
  for (auto identifier : ctx.command.getRegisterPatient().getIdentifiers()) add(identifier);
  return found;
}

// PDL 3 kap. 6 § 1; FOL 18 §, 2022:1697. One patient has one key for ever; identifiers are names for it.
Verdict registerPatient(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  const auto identifiers = allIdentifiers(ctx);
  if (identifiers.empty() || !ctx.patient) return refuse(RefusalCode::IDENTIFIER_INVALID);
  size_t taken = 0, sameOwner = 0;
  for (auto& ref : identifiers) {
    if (isInvalid(ref) || isAbsent(ref)) return refuse(RefusalCode::IDENTIFIER_INVALID);
    taken += isTaken(ctx, ref);
    sameOwner += isKnown(ref) && ctx.patient->exists && keyOf(ref) == ctx.patient->key;
  }
  if (sameOwner == identifiers.size()) return alreadySo(ctx.patient->registeredBy);
  if (taken > 0) return refuse(RefusalCode::IDENTIFIER_TAKEN);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::PATIENT_REGISTERED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initPatientRegistered();
  auto list = body.initIdentifiers(static_cast<unsigned>(identifiers.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    fillIdentifier(list[i], identifiers[i]);
    if (!isPersonnummer(identifiers[i])) continue;  // §00.34: no birth date from any other number
    body.setBirthDay(identifiers[i].getBirthDay());
    body.setHasBirthDay(true);
  }
  body.setAssurance(ctx.command.getRegisterPatient().getAssurance());
  ctx.text(event, schema::TextSlot::NAME, ctx.command.getRegisterPatient().getName());
  return ok();
}

// 2022:1697: a samordningsnummer becomes a personnummer. Both find the one journal, for ever (domain cases 71, 74).
Verdict addIdentifier(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  auto r = ctx.command.getAddIdentifier();
  auto ref = r.getIdentifier();
  if (isInvalid(ref) || isAbsent(ref)) return refuse(RefusalCode::IDENTIFIER_INVALID);
  const auto tag = IdentifierTag::from(thingId(ref.getTag()));
  for (const Alias& alias : ctx.patient->aliases)
    if (alias.tag == tag) return alreadySo(alias.position);
  if (isKnown(ref) && keyOf(ref) != ctx.patient->key) return refuse(RefusalCode::IDENTIFIER_TAKEN);  // never: has alias
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::PATIENT_IDENTIFIER_ADDED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initPatientIdentifierAdded();
  fillIdentifier(body.initIdentifier(), ref);
  body.setSource(r.getSource());
  body.setAssurance(r.getAssurance());
  return ok();
}

// PDL 3 kap. 6 § 1: names for display come as a sealed feed; they are shown, never indexed.
Verdict recordPersonData(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::PERSON_DATA_RECORDED, ItemClass::IDENTITY);
  auto name = ctx.command.getRecordPersonData().getName();
  ctx.patientBody(event).initPersonDataRecorded().setHasName(name.size() > 0);
  ctx.text(event, schema::TextSlot::NAME, name);
  return ok();
}

// --- protection, residence, death -----------------------------------------------------------------------------------

// OSL 22 kap. 1 §: sekretessmarkering; FOL 16 §: skyddad folkbokföring, which may have an end (§00.29).
Verdict markProtection(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  auto r = ctx.command.getMarkProtection();
  for (const Protection& protection : ctx.patient->protections) {
    const bool same = protection.kind == r.getKind() && protection.valid.to == r.getValidTo();
    if (same && protection.valid.covers(ctx.recordedAt)) return alreadySo(protection.position);
  }
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::PROTECTION_MARKED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initProtectionMarked();
  body.setKind(r.getKind());
  body.setFrom(ctx.occurredAt());
  body.setTo(r.getValidTo());
  return ok();
}

// FOL 16 §, OSL 22:1: a protection ends by being told so; what never was cannot end.
Verdict liftProtection(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  const ProtectionKind kind = ctx.command.getLiftProtection().getKind();
  if (!isProtected(*ctx.patient, kind, ctx.recordedAt)) {
    Position earlier = 0;
    for (const Protection& protection : ctx.patient->protections)
      if (protection.kind == kind) earlier = std::max({earlier, protection.position, protection.endedBy});
    return earlier ? alreadySo(earlier) : refuse(RefusalCode::UNKNOWN_THING);
  }
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::PROTECTION_LIFTED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initProtectionLifted();
  body.setKind(kind);
  body.setEffectiveAt(ctx.occurredAt());
  return ok();
}

// FOL 16 §, OSL 22 kap. 1 §: of the protected no address is told, and with skyddad folkbokföring only where they stay.
// Nobody's address is ever stored.
Verdict residenceMayBeTold(const Context& ctx, schema::ChangeResidence::Reader r, Micros effective) {
  auto isOn = [&](ProtectionKind kind) {
    return isProtected(*ctx.patient, kind, ctx.recordedAt) || isProtected(*ctx.patient, kind, effective);
  };
  const bool registration = isOn(ProtectionKind::PROTECTED_REGISTRATION);
  const bool anyProtection = registration || isOn(ProtectionKind::SECRECY_MARK);
  const bool stayingOnly = r.getBasis() == schema::ResponsibilityBasis::PROTECTED_STAYING;
  const bool forbidden = (anyProtection && r.getAddress().size() > 0) || (registration && !stayingOnly);
  return forbidden ? refuse(RefusalCode::PROTECTED_RESIDENCE) : ok();
}

// 2019:1297 2 § first paragraph: which region is responsible, and why (domain cases 28-32).
Verdict changeResidence(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  auto r = ctx.command.getChangeResidence();
  LIGGARE_RULE(named(r.getRegion()));
  const Micros effective = orWhenItOccurred(ctx, r.getEffective());
  LIGGARE_RULE(residenceMayBeTold(ctx, r, effective));
  // 2 § second paragraph: that another region performs is agreed between regions, and is no fact about the patient.
  const bool isAgreed =
      r.getBasis() == schema::ResponsibilityBasis::AGREEMENT || r.getBasis() == schema::ResponsibilityBasis::CONTRACT;
  if (isAgreed) return refuse(RefusalCode::OTHER_REGION, {"basis"});
  const Residence* now = residenceAt(*ctx.patient, effective);
  const bool isLatest = now && now == residenceAt(*ctx.patient, std::max(effective, ctx.recordedAt));
  if (isLatest && now->region == keyOf(r.getRegion()) && now->basis == r.getBasis()) return alreadySo(now->position);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::RESIDENCE_CHANGED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initResidenceChanged();
  set(body.initRegion(), keyOf(r.getRegion()));
  body.setCode(r.getRegion().getText());
  body.setBasis(r.getBasis());
  body.setEffective(effective);
  return ok();
}

// PDL 1 kap. 1 § second paragraph: the journal's secrecy goes on; the care relation does not. A corrected day is a new
// event.
Verdict recordDeath(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  const Days asked = ctx.command.getRecordDeath().getDay();
  const Days day = asked ? asked : swedishDay(ctx.occurredAt());
  if (ctx.patient->died == day) return alreadySo(ctx.patient->diedBy);
  if (day > swedishDay(ctx.recordedAt)) return refuse(RefusalCode::IN_THE_FUTURE);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::PATIENT_DIED, ItemClass::IDENTITY);
  ctx.patientBody(event).initPatientDied().setDay(day);
  return ok();
}

// --- capacity and representatives -----------------------------------------------------------------------------------

// SVOD 3 kap. 3 §; FB 6 kap. 11 § and patientlagen 4 kap. 3 §: whether a child is mature, whether an adult is durably
// unable. Care assesses, so the assessor takes part in the care.
Verdict assessCapacity(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, schema::Right::WRITE));
  LIGGARE_RULE(careParticipation(ctx));
  auto r = ctx.command.getAssessCapacity();
  const ThingId id = thingId(r.getAssessmentId());
  for (const Capacity& capacity : ctx.patient->capacity)
    if (capacity.id == id) return alreadySo(capacity.position);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::CAPACITY_ASSESSED, ItemClass::IDENTITY);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initCapacityAssessed();
  set(body.initAssessment(), id);
  body.setKind(r.getKind());
  body.setFrom(orWhenItOccurred(ctx, r.getValidFrom()));
  body.setTo(r.getValidTo());
  body.setObjectionAssumed(r.getObjectionAssumed());
  body.setAttitudeClarified(r.getAttitude().size() > 0);
  ctx.text(event, schema::TextSlot::ATTITUDE, r.getAttitude());
  return ok();
}

// FB 9 kap. 1 §: the Swedish midnight when the patient comes of age; nothing when no birth day is known.
std::optional<Micros> comesOfAge(const Context& ctx) {
  if (!ctx.patient->birthDay) return std::nullopt;
  const Civil born = civilOf(*ctx.patient->birthDay);
  const int year = born.year + ctx.rules.adultAge;
  const Days day = dayOf(year, born.month, born.day).value_or(*dayOf(year, 3, 1));  // born on a leap day
  return day * DAY - swedishOffsetMinutes(day * DAY) * MINUTE;
}

// FB 6 kap. 2 and 11 §§: custody ends when the child comes of age. Other representatives speak only with an authority
// document and a legal decision (§00.12); the chapters on consent judge that.
Verdict recordGuardian(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  auto r = ctx.command.getRecordGuardian();
  LIGGARE_RULE(named(r.getGuardian()));
  if (!namesPerson(r.getGuardian())) return refuse(RefusalCode::IDENTIFIER_INVALID);  // never: read as a person's
  const Micros from = orWhenItOccurred(ctx, r.getValidFrom());
  Micros to = r.getValidTo();
  if (auto adult = comesOfAge(ctx); adult && r.getIsGuardian()) {
    if (*adult <= from) return refuse(RefusalCode::UNKNOWN_THING, {"adultAge=" + std::to_string(ctx.rules.adultAge)});
    to = to == 0 ? *adult : std::min(to, *adult);
  }
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::GUARDIAN_RECORDED, ItemClass::IDENTITY);
  auto body = ctx.patientBody(event).initGuardianRecorded();
  set(body.initGuardian(), keyOf(r.getGuardian()));
  body.setTag(r.getGuardian().getTag());
  body.setIsGuardian(r.getIsGuardian());
  body.setAuthorityDocument(r.getAuthorityDocument());
  body.setLegalDecision(r.getLegalDecision());
  body.setFrom(from);
  body.setTo(to);
  return ok();
}

// --- who has the patient in care ------------------------------------------------------------------------------------

// The unit that a relation is with: the one named, which must be the provider's own, or the registrar's. A feed names
// it.
struct FoundUnit {
  SubjectKey key;
  Verdict verdict;
};
// PDL 4:1: a relation is to a unit of this provider.
FoundUnit relationUnit(const Context& ctx, schema::RegisterRelation::Reader r) {
  if (isInvalid(r.getUnit())) return {{}, refuse(RefusalCode::IDENTIFIER_INVALID)};
  if (isAbsent(r.getUnit())) return {ctx.unitKey(), ok()};
  if (!isKnown(r.getUnit())) return {{}, refuse(RefusalCode::UNKNOWN_THING)};
  const SubjectKey unit = keyOf(r.getUnit());
  if (!ctx.provider || unit == ctx.unitKey() || ctx.provider->units.count(unit)) return {unit, ok()};
  return {{}, refuse(RefusalCode::UNKNOWN_THING)};
}

// SVOD 3 kap. 1 § 1, PDL 4 kap. 1 §: a booking, a visit, a referral. Always with an end (§00.41).
Verdict registerRelation(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  auto r = ctx.command.getRegisterRelation();
  const FoundUnit unit = relationUnit(ctx, r);
  LIGGARE_RULE(unit.verdict);
  LIGGARE_RULE(namedOrAbsent(r.getStaff()));
  const bool isStaffUnknown = !isAbsent(r.getStaff()) && !isKnown(r.getStaff());
  if (isStaffUnknown || (unit.key.isZero() && isAbsent(r.getStaff()))) return refuse(RefusalCode::UNKNOWN_THING);
  const ThingId id = thingId(r.getRelationId());
  for (const Relation& relation : ctx.patient->relations)
    if (relation.id == id) return alreadySo(relation.position);
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = ctx.draft(Body::CARE_RELATION_REGISTERED, ItemClass::RELATION);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initCareRelationRegistered();
  const Micros from = orWhenItOccurred(ctx, r.getValidFrom());
  set(body.initRelation(), id);
  body.setKind(r.getKind());
  if (!unit.key.isZero()) set(body.initUnit(), unit.key);
  if (isKnown(r.getStaff())) set(body.initStaff(), keyOf(r.getStaff()));
  body.setFrom(from);
  const Micros bound = from + RELATION_BOUND;
  body.setTo(r.getValidTo() ? r.getValidTo() : bound != 0 ? bound : 1);  // zero would be no end at all
  // PDL 4:1, §00.19: a relation that opens the journal to whoever registered it is always looked at afterwards.
  const CommissionState* self = ctx.commission;
  const bool isTheirs = self && (!isKnown(r.getStaff()) || keyOf(r.getStaff()) == self->person);
  if (isTheirs && self->unit == unit.key) openReview(ctx, "T08", id);
  return ok();
}

// PDL 4:1: a relation ends, once.
Verdict endRelation(Context& ctx) {
  LIGGARE_RULE(registers(ctx));
  const ThingId id = thingId(ctx.command.getEndRelation().getRelationId());
  auto& relations = ctx.patient->relations;
  auto found = std::find_if(relations.begin(), relations.end(), [&](const Relation& r) { return r.id == id; });
  if (found == relations.end()) return refuse(RefusalCode::UNKNOWN_THING);
  if (!found->provider.isZero() && found->provider != ctx.providerKey()) return refuse(RefusalCode::NOT_AUTHORISED);
  if (found->valid.to != 0 && found->valid.to <= ctx.occurredAt())  // never: all have an end
    return alreadySo(found->endedBy ? found->endedBy : found->position);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::CARE_RELATION_ENDED, ItemClass::RELATION);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initCareRelationEnded();
  set(body.initRelation(), id);
  body.setEffectiveAt(ctx.occurredAt());
  return ok();
}

}  // namespace

Verdict decideIdentity(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::REGISTER_PATIENT: return registerPatient(ctx);
    case Which::ADD_IDENTIFIER: return addIdentifier(ctx);
    case Which::MARK_PROTECTION: return markProtection(ctx);
    case Which::LIFT_PROTECTION: return liftProtection(ctx);
    case Which::CHANGE_RESIDENCE: return changeResidence(ctx);
    case Which::RECORD_DEATH: return recordDeath(ctx);
    case Which::ASSESS_CAPACITY: return assessCapacity(ctx);
    case Which::RECORD_GUARDIAN: return recordGuardian(ctx);
    case Which::RECORD_PERSON_DATA: return recordPersonData(ctx);
    case Which::REGISTER_RELATION: return registerRelation(ctx);
    default: return endRelation(ctx);  // the chapter's last
  }
}

}  // namespace liggare::law
