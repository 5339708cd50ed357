// Swedish for people: the schemas' own labels, read by reflection, and the few ways in which a report writes times,
// periods and lists. No identifier and no enum name ever reaches a page.
#pragma once

#include <capnp/schema.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "schemas/event.capnp.h"

namespace liggare {

// $sv and $law of an enumerant or of a member of Body; empty when the schema says nothing.
std::string labelOf(capnp::EnumSchema schema, uint16_t value);
std::string lawOf(capnp::EnumSchema schema, uint16_t value);
std::string kindLabel(uint16_t kind);
std::string kindLaw(uint16_t kind);

template <typename Enum>
std::string sv(Enum value) {
  return labelOf(capnp::Schema::from<Enum>(), static_cast<uint16_t>(value));
}
template <typename Enum>
std::string svLaw(Enum value) {
  return lawOf(capnp::Schema::from<Enum>(), static_cast<uint16_t>(value));
}

// "a, b och c"
std::string enumerated(const std::vector<std::string>& words);
template <typename List>
std::string enumeratedLabels(const List& values) {
  std::vector<std::string> words;
  for (auto value : values) words.push_back(sv(value));
  return enumerated(words);
}

std::string capitalised(std::string text);  // the first letter only; å, ä and ö too
std::string quantity(uint64_t count, std::string_view one, std::string_view many);  // "1 timme", "3 timmar"

// As its author wrote it: "2026-11-02 08:00", and the offset too when Swedish clocks showed another time.
std::string writtenTime(Stamp stamp);
// "2026-11-02 – 2026-12-31", "från 2026-11-02 tills vidare", "till och med 2026-12-31"; empty when nothing is bounded.
std::string dayPeriod(Days from, Days to);
std::string instantPeriod(Micros from, Micros to);  // `to` is the first instant outside: the last day is the one before

}  // namespace liggare
