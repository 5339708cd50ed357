#include "projections/facts.h"

#include <algorithm>

#include "engine/base/identifiers.h"
#include "projections/opened.h"
#include "projections/swedish.h"
#include "projections/telling.h"

namespace liggare {

using Kind = schema::Body::Which;
using schema::TextSlot;

std::string Telling::use(TextSlot slot, uint16_t index) {
  if (std::find(used.begin(), used.end(), slot) == used.end()) used.push_back(slot);
  return textOf(event, slot, index);
}

std::vector<std::string> Telling::useAll(TextSlot slot) {
  if (std::find(used.begin(), used.end(), slot) == used.end()) used.push_back(slot);
  return textsOf(event, slot);
}

void Telling::fact(std::string label, std::string value) {
  if (!value.empty()) account.facts.push_back({std::move(label), std::move(value)});
}

void Telling::passage(std::string label, std::string text) {
  if (!text.empty()) account.passages.push_back({std::move(label), std::move(text)});
}

std::string Telling::unitName(schema::Id::Reader id) {
  SubjectKey key = keyOf(id);
  if (key.isZero()) return {};
  const std::string& name = directory.unit(key).name;
  return name.empty() ? "en enhet utan namn i registret" : name;
}

std::string Telling::providerName(schema::Id::Reader id) {
  SubjectKey key = keyOf(id);
  if (key.isZero()) return {};
  const std::string& name = directory.provider(key).name;
  return name.empty() ? "en vårdgivare utan namn i registret" : name;
}

std::string Telling::staffName(schema::Id::Reader id) {
  SubjectKey key = keyOf(id);
  if (key.isZero()) return {};
  const StaffName& staff = directory.staff(key);
  if (staff.name.empty()) return "en medarbetare utan namn i registret";
  return staff.title.empty() ? staff.name : staff.name + ", " + staff.title;
}

void Telling::consultation(schema::Consultation::Reader consultation) {
  if (consultation.getDone()) return fact("Samråd", "ja, " + sv(consultation.getHow()));
  std::string why = use(TextSlot::CONSULTATION);
  fact("Samråd", why.empty() ? "nej" : "nej: " + why);
}

std::string joinedBy(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (auto& word : words)
    if (!word.empty()) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string listed(capnp::List<capnp::Text>::Reader texts) {
  std::vector<std::string> words;
  for (auto text : texts) words.push_back(stringOf(text));
  return joinedBy(words, ", ");
}

namespace {

// What nobody has told yet, under the slot's own label. Names and numbers head the page; they are not told again.
void tellTheRest(Telling& telling) {
  static constexpr TextSlot ELSEWHERE[] = {TextSlot::LATE_REASON, TextSlot::NAME, TextSlot::IDENTIFIER};
  for (auto item : telling.event.view.texts) {
    TextSlot slot = item.getSlot();
    bool isUsed = std::find(telling.used.begin(), telling.used.end(), slot) != telling.used.end();
    if (isUsed || std::find(std::begin(ELSEWHERE), std::end(ELSEWHERE), slot) != std::end(ELSEWHERE)) continue;
    telling.passage(slot == TextSlot::BODY ? "" : capitalised(sv(slot)), stringOf(item.getText()));
  }
}

bool isOfPersons(Kind kind) {
  return (kind >= Kind::PATIENT_IDENTITIES_MERGED && kind <= Kind::RESPONSIBILITY_HANDED_OVER) ||
         (kind >= Kind::REVIEW_CAMPAIGN_OPENED && kind <= Kind::CAMPAIGN_CLOSED);
}

}  // namespace

Account accountOf(const OpenedEvent& event, Directory& directory) {
  Account account;
  account.heading = kindLabel(event.view.common.getKind());
  Telling telling{event, directory, account, {}};
  auto body = bodyOf(event);
  if (body.which() <= Kind::CARE_RELATION_ENDED)
    tellIdentity(telling, body);
  else if (body.which() <= Kind::CONTACT_PERSON_ENDED)
    tellCase(telling, body);
  else if (body.which() <= Kind::CONSENT_ANNULLED)
    tellConsent(telling, body);
  else if (body.which() <= Kind::OUTER_LIFT_REFUSED)
    tellBlock(telling, body);
  else if (body.which() <= Kind::INFORMATION_GIVEN)
    tellNote(telling, body);
  else if (body.which() >= Kind::COPY_REQUESTED && body.which() <= Kind::AVAILABILITY_WITHDRAWN)
    tellRights(telling, body);
  else if (isOfPersons(body.which()))
    tellPersons(telling, body);
  else
    tellOutside(telling, body);
  tellTheRest(telling);
  return account;
}

}  // namespace liggare
