// Small readings of an opened event that every view and report needs: its ids, its body, its texts.
#pragma once

#include <string>
#include <vector>

#include "engine/follow/source.h"

namespace liggare {

template <typename IdType>
IdType idOf(schema::Id::Reader id) {
  IdType out;
  putBe64(out.bytes.data(), id.getHi());
  putBe64(out.bytes.data() + 8, id.getLo());
  return out;
}
inline SubjectKey keyOf(schema::Id::Reader id) { return idOf<SubjectKey>(id); }
inline ThingId thingOf(schema::Id::Reader id) { return idOf<ThingId>(id); }

inline std::string stringOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// The body, wherever it stands; `none` when the part that holds it was not opened.
inline schema::Body::Reader bodyOf(const OpenedEvent& event) {
  if (event.view.common.hasBody()) return event.view.common.getBody();
  for (auto& part : event.view.patients)
    if (part.isBody()) return part.getBody();
  return {};
}

// The patient the event is about; zero when it is about none.
inline SubjectKey patientOf(const OpenedEvent& event) {
  return event.view.patients.empty() ? SubjectKey{} : keyOf(event.view.patients.front().getPatient());
}

// The texts of one slot in their order; empty when texts were not opened.
inline std::vector<std::string> textsOf(const OpenedEvent& event, schema::TextSlot slot) {
  std::vector<std::string> found;
  for (auto item : event.view.texts)
    if (item.getSlot() == slot) found.push_back(stringOf(item.getText()));
  return found;
}
inline std::string textOf(const OpenedEvent& event, schema::TextSlot slot, uint16_t index = 0) {
  for (auto item : event.view.texts)
    if (item.getSlot() == slot && item.getIndex() == index) return stringOf(item.getText());
  return {};
}

// AccessRecorded and ProviderNamesRevealed have one form.
inline bool isAccess(schema::Body::Reader body) { return body.isAccessRecorded() || body.isProviderNamesRevealed(); }
inline schema::AccessRecorded::Reader accessOf(schema::Body::Reader body) {
  return body.isProviderNamesRevealed() ? body.getProviderNamesRevealed() : body.getAccessRecorded();
}

}  // namespace liggare
