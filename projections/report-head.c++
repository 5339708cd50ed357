#include "projections/report-head.h"

#include <kj/debug.h>

#include "engine/law/refusals.h"
#include "projections/opened.h"
#include "projections/swedish.h"

namespace liggare {
namespace {

std::string titleOf(schema::ViewName view) {
  switch (view) {
    case schema::ViewName::JOURNAL: return "Patientjournal";
    case schema::ViewName::SHARED: return "Sammanhållen journalföring";
    case schema::ViewName::PATIENT_LOG: return "Loggutdrag";
    case schema::ViewName::USER_LOG: return "Åtkomstlogg för en medarbetare";
    case schema::ViewName::UNIT_LOG: return "Åtkomstlogg för en enhet";
    case schema::ViewName::OWNER_LOG: return "Andra vårdgivares åtkomst till våra uppgifter";
    default: return sv(view);
  }
}

Who staffOf(schema::Actor::Staff::Reader staff, Directory& directory) {
  Who who;
  who.kind = Who::Kind::STAFF;
  who.name = stringOf(staff.getName());
  who.title = stringOf(staff.getTitle());
  who.function = stringOf(staff.getFunction());
  who.hsaId = stringOf(staff.getHsaId());
  who.person = keyOf(staff.getPerson());
  who.commission = keyOf(staff.getCommission());
  who.unitKey = keyOf(staff.getUnit());
  who.providerKey = keyOf(staff.getProvider());
  who.unit = directory.unit(who.unitKey).name;
  who.provider = directory.provider(who.providerKey).name;
  return who;
}

// The read as a whole was refused when no event of it shows anything.
void judge(ReportHead& head, const std::vector<OpenedEvent>& events) {
  for (auto& event : events)
    if (accessOf(bodyOf(event)).getOutcome() == schema::AccessOutcome::ALLOW) return;
  head.refusal = refusalNote(accessOf(bodyOf(events.front())).getCode());
}

}  // namespace

RefusalNote refusalNote(schema::RefusalCode code) {
  if (!law::isKnownRefusal(code)) return {"R-?", "En regel som den här versionen inte känner till.", "–"};
  return {std::string(law::refusalName(code)), std::string(law::refusalText(code)), std::string(law::refusalLaw(code))};
}

Who whoOf(const OpenedEvent& event, Directory& directory) {
  auto actor = event.view.actor;
  Who who;
  switch (actor.which()) {
    case schema::Actor::STAFF: return staffOf(actor.getStaff(), directory);
    case schema::Actor::PATIENT:
      who.kind = Who::Kind::PATIENT;
      who.name = "Patienten";
      break;
    case schema::Actor::GUARDIAN:
      who.kind = Who::Kind::GUARDIAN;
      who.name = "Vårdnadshavare";
      break;
    case schema::Actor::SYSTEM:
      who.kind = Who::Kind::SYSTEM;
      who.name = stringOf(actor.getSystem());
      break;
    case schema::Actor::AUTHORITY:
      who.kind = Who::Kind::AUTHORITY;
      who.name = stringOf(actor.getAuthority());
      break;
    case schema::Actor::OPERATOR:
      who.kind = Who::Kind::OPERATOR;
      who.name = "Driftansvarig";
      break;
    default: who.name = "Okänd"; break;
  }
  return who;
}

RecordedRead openRead(Sources sources, std::span<const Position> reads) {
  KJ_REQUIRE(!reads.empty(), "a report rests on a recorded read");
  RecordedRead read;
  for (Position position : reads) {
    auto event = sources.events.read(position, Open::WITH_TEXTS);
    KJ_REQUIRE(event.has_value() && !event->destroyed && isAccess(bodyOf(*event)), "not a recorded read", position);
    read.events.push_back(std::move(*event));
  }
  const OpenedEvent& first = read.events.front();
  auto access = accessOf(bodyOf(first));
  ReportHead& head = read.head;
  head.title = titleOf(access.getView());
  head.origin = sources.events.origin();
  head.demo = sources.events.isDemo();
  head.reads.assign(reads.begin(), reads.end());
  head.size = head.reads.back() + 1;
  head.root = sources.events.rootAt(head.size);
  head.readAt = first.view.recordedAt;
  head.asOf = access.getAsOf();
  head.reader = whoOf(first, sources.directory);
  head.purpose = sv(first.view.common.getPurpose());
  head.ground = sv(access.getGround());
  head.groundLaw = svLaw(access.getGround());
  head.patient = patientOf(first);
  for (auto& part : first.view.patients) head.patientKeys.push_back(keyOf(part.getPatient()));
  if (!head.patient.isZero()) head.patientName = sources.directory.patient(head.patient, head.readAt);
  head.complete = sources.views.position() >= head.size;
  judge(head, read.events);
  return read;
}

}  // namespace liggare
