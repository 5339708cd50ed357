#include "projections/reports/json.h"

#include "projections/reports/json-writer.h"
#include "projections/swedish.h"

namespace liggare {
namespace {

JsonObject personJson(const Who& who) {
  JsonObject object;
  object.text("name", who.name).textIf("title", who.title).textIf("function", who.function);
  return object.textIf("hsaId", who.hsaId).textIf("unit", who.unit).textIf("provider", who.provider);
}

JsonObject refusalJson(const RefusalNote& note) {
  return JsonObject().text("code", note.code).text("text", note.text).text("law", note.law);
}

JsonObject headJson(std::string_view report, const ReportHead& head) {
  JsonObject object;
  object.text("report", report)
      .text("origin", head.origin)
      .flag("demo", head.demo)
      .number("size", head.size)
      .text("root", toHex(head.root));
  object.number("read", head.reads.front())
      .text("readAt", formatUtc(head.readAt))
      .object("reader", personJson(head.reader));
  object.text("purpose", head.purpose).textIf("ground", head.ground).textIf("groundLaw", head.groundLaw);
  if (head.asOf != 0) object.text("asOf", formatUtc(head.asOf));
  if (!head.patient.isZero()) {
    const PatientName& patient = head.patientName;
    JsonObject person;
    person.text("identifier", patient.identifier).textIf("name", patient.name);
    if (patient.secrecyMark) person.flag("secrecyMark", true);
    if (patient.protectedRegistration) person.flag("protectedRegistration", true);
    if (patient.died) person.text("died", formatDay(*patient.died));
    object.object("patient", person);
  }
  object.flag("complete", head.complete);
  if (head.refusal) object.object("refused", refusalJson(*head.refusal));
  return object;
}

std::string_view signName(SignShown sign) {
  switch (sign) {
    case SignShown::UNSIGNED: return "unsigned";
    case SignShown::SIGNED: return "signed";
    case SignShown::WAIVED: return "waived";
    default: return "";
  }
}

void addPointers(JsonObject& object, const JournalEntry& entry) {
  std::vector<JsonObject> signatures, corrections, dissents, later, violations;
  for (auto& s : entry.signatures)
    signatures.push_back(JsonObject()
                             .text("what", s.what)
                             .object("by", personJson(s.by))
                             .text("at", formatUtc(s.at))
                             .textIf("reason", s.reason));
  for (auto& c : entry.corrections)
    corrections.push_back(JsonObject()
                              .number("position", c.position)
                              .object("by", personJson(c.by))
                              .text("recordedAt", formatUtc(c.recordedAt))
                              .text("text", c.text)
                              .textIf("reason", c.reason));
  for (auto& d : entry.dissents)
    dissents.push_back(JsonObject()
                           .number("position", d.position)
                           .text("statedAt", formatUtc(d.statedAt))
                           .text("via", d.via)
                           .text("statement", d.statement)
                           .object("notedBy", personJson(d.notedBy))
                           .text("recordedAt", formatUtc(d.recordedAt)));
  for (auto& note : entry.later) later.push_back(JsonObject().text("what", note.what).text("at", formatUtc(note.at)));
  for (auto& violation : entry.violations) violations.push_back(refusalJson(violation));
  object.objects("signatures", signatures).objects("corrections", corrections).objects("dissents", dissents);
  object.objects("later", later).objects("violations", violations);
}

JsonObject entryJson(const JournalEntry& entry) {
  JsonObject object;
  object.text("row", "entry").number("position", entry.position).text("kind", entry.account.heading);
  if (!entry.thing.isZero()) object.text("id", text(entry.thing));
  object.text("occurredAt", formatStamp(entry.occurredAt)).text("recordedAt", formatUtc(entry.recordedAt));
  if (entry.lateHours > 0) object.number("lateHours", entry.lateHours).textIf("lateReason", entry.lateReason);
  object.object("author", personJson(entry.author)).textIf("unit", entry.unit).textIf("provider", entry.provider);
  object.textIf("sign", signName(entry.sign));
  std::vector<JsonObject> facts, passages;
  for (auto& fact : entry.account.facts)
    facts.push_back(JsonObject().text("label", fact.label).text("value", fact.value));
  for (auto& passage : entry.account.passages)
    passages.push_back(JsonObject().textIf("label", passage.label).text("text", passage.text));
  object.objects("facts", facts).objects("texts", passages);
  addPointers(object, entry);
  if (entry.withheldCorrections > 0) object.number("withheldCorrections", entry.withheldCorrections);
  if (entry.withheldDissents > 0) object.number("withheldDissents", entry.withheldDissents);
  return object;
}

JsonObject accessJson(const AccessLine& line) {
  JsonObject object;
  object.text("row", "access").number("position", line.position).text("at", formatUtc(line.at));
  object.textIf("provider", line.provider)
      .textIf("unit", line.unit)
      .text("who", line.who)
      .textIf("staffName", line.staffName);
  object.text("activity", line.activity)
      .text("data", line.data)
      .text("purpose", line.purpose)
      .textIf("ground", line.ground);
  object.textIf("groundLaw", line.groundLaw)
      .textIf("hsaId", line.hsaId)
      .textIf("commission", line.commission)
      .textIf("patient", line.patientMasked);
  if (!line.owners.empty()) object.texts("owners", line.owners);
  if (line.shown + line.denied > 0) object.number("shown", line.shown).number("denied", line.denied);
  object.textIf("activeDecision", line.activeDecision);
  if (!line.triggers.empty()) object.texts("triggers", line.triggers);
  if (line.refusal) object.object("refused", refusalJson(*line.refusal));
  return object;
}

JsonObject ownerJson(const OwnerLine& line) {
  JsonObject object;
  object.text("row", "owner").text("provider", line.reader).text("patient", line.patientMasked);
  object.text("first", formatUtc(line.first)).text("last", formatUtc(line.last)).number("reads", line.reads);
  return object.texts("what", line.what).texts("grounds", line.grounds);
}

void addLine(std::string& out, const JsonObject& object) { out += object.take() + "\n"; }

}  // namespace

std::string renderJson(const PatientJournal& journal) {
  std::string out;
  JsonObject head = headJson("patientjournal", journal.head);
  if (journal.masked > 0) head.number("masked", journal.masked);
  addLine(out, head.flag("blockedExist", journal.blockedExist));
  for (auto& entry : journal.entries) addLine(out, entryJson(entry));
  return out;
}

std::string renderJson(const SharedView& view) {
  std::string out;
  addLine(out, headJson("sammanhallen", view.head).text("step", sv(view.step)));
  if (view.head.refusal) return out;
  addLine(
      out,
      JsonObject().text("row", "flags").flag("hasUnblocked", view.hasUnblocked).flag("hasBlocked", view.hasBlocked));
  for (auto& name : view.providers) addLine(out, JsonObject().text("row", "provider").text("provider", name));
  for (auto& group : view.content)
    for (auto& entry : group.entries) addLine(out, entryJson(entry));
  return out;
}

std::string renderJson(const AccessLog& log) {
  static constexpr std::string_view PERSPECTIVES[] = {"patient", "user", "unit", "owner"};
  std::string out;
  JsonObject head = headJson("atkomstlogg", log.head);
  head.text("perspective", PERSPECTIVES[static_cast<size_t>(log.perspective)]).textIf("subject", log.subject);
  if (log.from != 0) head.text("from", formatUtc(log.from));
  if (log.to != 0) head.text("to", formatUtc(log.to));
  addLine(out, head);
  for (auto& line : log.lines) addLine(out, accessJson(line));
  for (auto& line : log.owners) addLine(out, ownerJson(line));
  return out;
}

}  // namespace liggare
