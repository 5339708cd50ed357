// Drafting events: what every event of a command has in common is written here once.
#include <kj/debug.h>

#include "engine/law/chapter.h"

namespace liggare::law {

Verdict Context::stopOrViolate(RefusalCode code, std::initializer_list<std::string> arguments) {
  if (command.getReality() != schema::Reality::OCCURRED) return refuse(code, arguments);
  if (std::find(violations.begin(), violations.end(), code) == violations.end()) violations.push_back(code);
  return ok();
}

namespace {

void fillStaff(schema::Actor::Staff::Builder staff, const CommissionState& commission) {
  set(staff.initPerson(), commission.person);
  set(staff.initCommission(), commission.key);
  set(staff.initUnit(), commission.unit);
  set(staff.initProvider(), commission.provider);
  if (!commission.personHsaId.empty()) staff.setHsaId(commission.personHsaId);
  if (!commission.personName.empty()) staff.setName(commission.personName);
  if (!commission.title.empty()) staff.setTitle(commission.title);
  if (!commission.function.empty()) staff.setFunction(commission.function);
  if (!commission.process.empty()) staff.setProcess(commission.process);
}

void fillActor(schema::Actor::Builder actor, const Context& ctx) {
  auto asked = ctx.caller;
  using In = schema::Caller::Which;
  if (asked.which() == In::STAFF && ctx.commission)
    fillStaff(actor.initStaff(), *ctx.commission);
  else if (asked.which() == In::PATIENT)
    set(actor.initPatient(), subjectKey(asked.getPatient().getKey()));
  else if (asked.which() == In::GUARDIAN)
    set(actor.initGuardian(), subjectKey(asked.getGuardian().getKey()));
  else if (asked.which() == In::SYSTEM)
    actor.setSystem(asked.getSystem());
  else if (asked.which() == In::AUTHORITY)
    actor.setAuthority(asked.getAuthority());
  else if (asked.which() == In::OPERATOR)
    actor.setOperator();
  auto login = asked.getAuthentication();
  actor.setMethod(login.getMethod());
  actor.setLevel(login.getLevel());
  if (login.hasDeviceId()) actor.setDeviceId(login.getDeviceId());
  if (login.hasSessionId()) actor.setSessionId(login.getSessionId());
  if (login.hasOsUser()) actor.setOsUser(login.getOsUser());
  if (!ctx.client.empty()) actor.setClient(ctx.client);
}

// The unit's authority (PUA) when it has one of its own; else the provider is its own authority.
SubjectKey authorityOf(const Context& ctx) {
  if (!ctx.provider) return {};  // never: asked only when there is one
  auto unit = ctx.provider->units.find(ctx.unitKey());
  if (unit != ctx.provider->units.end() && !unit->second.authority.isZero()) return unit->second.authority;
  return ctx.provider->key;
}

}  // namespace

schema::Event::Builder Context::draft(schema::Body::Which kind, schema::ItemClass itemClass, size_t moreWords) {
  // A small first segment: events wait in memory until they are indexed, and 8 KiB each would be most of that memory.
  const auto words = static_cast<unsigned>(160 + moreWords);
  decision.events.push_back(std::make_unique<capnp::MallocMessageBuilder>(words));
  auto event = decision.events.back()->initRoot<schema::Event>();
  auto common = event.initCommon();
  common.setKind(static_cast<uint16_t>(kind));
  common.setIndexInCommand(static_cast<uint16_t>(decision.events.size() - 1));
  common.setRuleSet(rules.version);
  common.setReality(command.getReality());
  common.setPurpose(command.getPurpose());
  common.setItemClass(itemClass);
  common.setOccurredAt(occurredAt());
  common.setOffsetMinutes(command.getOffsetMinutes());
  if (command.hasLateReason() && command.getLateReason().size() > 0) common.setHasLateReason(true);  // never: not empty
  if (provider) {
    set(common.initProvider(), provider->key);
    set(common.initAuthority(), authorityOf(*this));
    set(common.initInfoProvider(), provider->key);
  }
  if (commission) {
    set(common.initUnit(), commission->unit);
    set(common.initInfoUnit(), commission->unit);
    if (!commission->process.empty()) common.setInfoProcess(commission->process);
  }
  if (approval) set(common.initApprovedBy(), approval->id);
  fillActor(event.initActor(), *this);
  if (decision.events.size() == 1 && command.hasLateReason())
    text(event, schema::TextSlot::LATE_REASON, command.getLateReason());
  return event;
}

schema::Body::Builder Context::body(schema::Event::Builder event) { return event.getCommon().initBody(); }

schema::Body::Builder Context::patientBody(schema::Event::Builder event) {
  KJ_REQUIRE(patient != nullptr, "a patient event without a patient");
  return patientBody(event, patient->key);
}

schema::Body::Builder Context::patientBody(schema::Event::Builder event, const SubjectKey& key) {
  const bool isOurs = patient && key == patient->key && patientKeys.size() > 1;  // never: only the patient's own key
  auto parts = event.initPatients(isOurs ? static_cast<unsigned>(patientKeys.size()) : 1);
  set(parts[0].initPatient(), key);
  return parts[0].initBody();
}

void Context::text(schema::Event::Builder event, schema::TextSlot slot, capnp::Text::Reader text, uint16_t index) {
  if (text.size() == 0) return;
  texts.push_back({event.getCommon().getIndexInCommand(), slot, index, text});
}

void Context::about(schema::Event::Builder event, const ThingId& thing, const ThingId& caseId) {
  auto common = event.getCommon();
  if (!thing.isZero()) set(common.initThing(), thing);
  if (!caseId.isZero()) set(common.initCaseId(), caseId);
}

void Context::finish() {
  finishTexts();
  finishParts();
}

// A patient under several keys: what is written stands in the books of them all, so that a split loses nothing.
void Context::finishParts() {
  if (patientKeys.size() < 2) return;
  for (auto& message : decision.events) {
    auto parts = message->getRoot<schema::Event>().getPatients();
    if (parts.size() != patientKeys.size() || !parts[0].isBody() || parts[1].hasPatient()) continue;
    for (unsigned i = 1; i < parts.size(); ++i) {
      set(parts[i].initPatient(), patientKeys[i]);
      parts[i].setBody(parts[0].getBody().asReader());
    }
  }
}

void Context::finishTexts() {
  if (texts.empty()) return;
  std::vector<unsigned> counts(decision.events.size());
  for (auto& t : texts) ++counts[t.event];
  std::vector<unsigned> next(decision.events.size());
  for (auto& t : texts) {
    auto event = decision.events[t.event]->getRoot<schema::Event>();
    auto list = next[t.event] == 0 ? event.initTexts(counts[t.event]) : event.getTexts();
    auto item = list[next[t.event]++];
    item.setSlot(t.slot);
    item.setIndex(t.index);
    item.setText(t.text);
  }
  texts.clear();
}

}  // namespace liggare::law
