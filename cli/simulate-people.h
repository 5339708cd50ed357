// Who is in a simulated region: providers, units, staff, patients. Invented all of them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cli/simulate-line.h"

namespace liggare::simulation {

struct Staff {
  std::string commission, person, name;
};
struct Unit {
  std::string hsaId, name;
  const char* type = "primaryCare";
  size_t provider = 0;
  Staff coordinator, physician;
};
struct Provider {
  std::string hsaId, name, orgNumber, region;
  const char* kind = "public";
  Staff manager, reviewer;
  Uuid analysis;
};
struct Patient {
  std::array<char, 12> number{};
  uint32_t unit = 0;
  uint32_t items = 0;  // how many journal items there are to open
  Uuid caseId, assessment, offer, c1, c2, suspicion, note, plan, request;
  std::array<Uuid, 2> latest{};    // items that a reader may open by themselves
  bool isVisitor = false;          // lives in the neighbouring region
  bool isSeenByNeighbour = false;  // a relation there
  bool hasC4 = false;
  bool hasOuterBlock = false;
  std::string_view numberText() const { return {number.data(), number.size()}; }
};

enum ProviderIndex : size_t { HOME, NEIGHBOUR, PRIVATE, PROVIDERS };

// The providers and units of a region; the neighbour's units stand last, two of them.
struct Region {
  std::vector<Provider> providers;
  std::vector<Unit> units;
  size_t homeUnits = 0;  // the region's own and its contractors': those that coordinate
};
Region makeRegion(const std::string& code, uint32_t patients);

// The i:th person: birth days of working age in an order that looks like none, serials 980-999, correct check digit;
// every fiftieth has a samordningsnummer.
std::array<char, 12> personNumber(uint32_t i);

constexpr uint32_t FIRST_NAMES = 24, LAST_NAMES = 20;
std::string_view firstName(uint32_t i);
std::string_view lastName(uint32_t i);

}  // namespace liggare::simulation
