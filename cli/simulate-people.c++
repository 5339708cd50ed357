#include "cli/simulate-people.h"

#include <algorithm>

#include "engine/base/identifiers.h"

namespace liggare::simulation {
namespace {

constexpr std::array REGION_CODES = {"01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13",
                                     "14", "17", "18", "19", "20", "21", "22", "23", "24", "25"};

constexpr std::array<std::string_view, 24> FIRST = {
    "Alva",   "Bertil", "Carin", "Doris",  "Edvin", "Folke",  "Gerda", "Helge", "Inez", "Jonas", "Kajsa", "Ludvig",
    "Majken", "Nils",   "Olga",  "Petter", "Ronja", "Sixten", "Tyra",  "Ulf",   "Vera", "Wilma", "Yngve", "Zara"};
constexpr std::array<std::string_view, 20> LAST = {"Testberg", "Testlund",   "Testgren", "Testholm",  "Testnäs",
                                                   "Testvik",  "Testdal",    "Testfors", "Testkvist", "Teståker",
                                                   "Testmark", "Teststrand", "Testhed",  "Testby",    "Testö",
                                                   "Testsjö",  "Testmyr",    "Testäng",  "Testfält",  "Testkulle"};
constexpr std::array<std::string_view, 30> PLACES = {
    "Björken", "Eken",   "Lönnen", "Aspen",   "Granen",  "Tallen",  "Rönnen",     "Hasseln",    "Linden", "Almen",
    "Oxeln",   "Sälgen", "Boken",  "Enen",    "Hägern",  "Lärkan",  "Svalan",     "Tranan",     "Ugglan", "Falken",
    "Lommen",  "Ejdern", "Sippan", "Klövern", "Ljungen", "Vallmon", "Blåklockan", "Kaprifolen", "Mossen", "Ängen"};

// Of twenty coordinating units (domain.md §8.6: 65 % primary care, 10 % psychiatry, others under 5 % each).
struct UnitKind {
  const char* type;
  const char* title;
  ProviderIndex provider;
};
constexpr std::array<UnitKind, 20> UNIT_KINDS = {{
    {"primaryCare", "Vårdcentralen", HOME},        {"psychiatry", "Psykiatriska mottagningen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"rehabilitation", "Rehabmottagningen", PRIVATE},
    {"primaryCare", "Vårdcentralen", HOME},        {"primaryCare", "Vårdcentralen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"orthopaedics", "Ortopedmottagningen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"primaryCare", "Vårdcentralen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"psychiatry", "Psykiatriska mottagningen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"pain", "Smärtmottagningen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"primaryCare", "Vårdcentralen", HOME},
    {"rehabilitation", "Rehabmottagningen", HOME}, {"primaryCare", "Vårdcentralen", HOME},
    {"primaryCare", "Vårdcentralen", HOME},        {"other", "Specialistmottagningen", HOME},
}};

// The number with its check digit: weights 2 and 1, counted from the right so that the check digit itself weighs 1.
std::string withCheckDigit(std::string digits) {
  int sum = 0;
  bool isDoubled = true;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, isDoubled = !isDoubled) {
    const int value = (*it - '0') * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  digits += char('0' + (10 - sum % 10) % 10);
  return digits;
}

Staff makeStaff(const std::string& orgNumber, size_t number) {
  const std::string tail = std::to_string(1000 + number);
  Staff staff{"SE" + orgNumber + "-U" + tail, "SE" + orgNumber + "-P" + tail, {}};
  staff.name = std::string(firstName(uint32_t(number * 7 + 3))) + " " + std::string(lastName(uint32_t(number * 3 + 1)));
  return staff;
}

Provider makeProvider(const std::string& orgNumber, std::string name, const char* kind, const std::string& region) {
  Provider provider{"SE" + orgNumber + "-VG01", std::move(name),         orgNumber, region, kind,
                    makeStaff(orgNumber, 0),    makeStaff(orgNumber, 1), {}};
  return provider;
}

Unit makeUnit(const Provider& provider, size_t providerIndex, const char* type, std::string name, size_t number) {
  Unit unit{
      "SE" + provider.orgNumber + "-E" + std::to_string(100 + number), std::move(name), type, providerIndex, {}, {}};
  unit.coordinator = makeStaff(provider.orgNumber, 10 + 2 * number);
  unit.physician = makeStaff(provider.orgNumber, 11 + 2 * number);
  return unit;
}

std::string placeName(size_t number) {
  std::string name(PLACES[number % PLACES.size()]);
  if (const size_t round = number / PLACES.size(); round > 0) name += " " + std::to_string(round + 1);
  return name;
}

}  // namespace

std::string_view firstName(uint32_t i) { return FIRST[i % FIRST.size()]; }
std::string_view lastName(uint32_t i) { return LAST[i % LAST.size()]; }

Region makeRegion(const std::string& code, uint32_t patients) {
  const auto home = std::find(REGION_CODES.begin(), REGION_CODES.end(), code);
  const size_t next = size_t(home - REGION_CODES.begin() + 1) % REGION_CODES.size();
  const std::string neighbour = REGION_CODES[next];
  Region region;
  region.providers.push_back(
      makeProvider(withCheckDigit("2321009" + code), "Simulerad region " + code, "public", code));
  region.providers.push_back(
      makeProvider(withCheckDigit("2321009" + neighbour), "Simulerad region " + neighbour, "public", neighbour));
  region.providers.push_back(makeProvider(withCheckDigit("5599999" + code), "Simulerad Rehab AB", "private", code));
  region.homeUnits = std::clamp<size_t>(patients / 40, 8, 4000);
  for (size_t i = 0; i < region.homeUnits; ++i) {
    const UnitKind& kind = UNIT_KINDS[i % UNIT_KINDS.size()];
    region.units.push_back(makeUnit(region.providers[kind.provider], kind.provider, kind.type,
                                    std::string(kind.title) + " " + placeName(i), i));
  }
  const Provider& other = region.providers[NEIGHBOUR];
  region.units.push_back(makeUnit(other, NEIGHBOUR, "primaryCare", "Vårdcentralen Havet", 0));
  region.units.push_back(makeUnit(other, NEIGHBOUR, "orthopaedics", "Ortopedmottagningen Klippan", 1));
  return region;
}

std::array<char, 12> personNumber(uint32_t i) {
  constexpr Days FIRST_BIRTH = -3287;      // 1961-01-01
  constexpr uint32_t BIRTH_DAYS = 16'800;  // to the end of 2006
  constexpr uint32_t STRIDE = 7'919;       // prime, so that all birth days come before one comes again
  const Civil born = civilOf(FIRST_BIRTH + Days(uint64_t(i) * STRIDE % BIRTH_DAYS));
  const uint32_t serial = 980 + i / BIRTH_DAYS % 20;
  std::string digits;
  appendDigits(digits, uint64_t(born.year) % 100, 2);
  appendDigits(digits, uint64_t(born.month), 2);
  appendDigits(digits, uint64_t(born.day + (i % 50 == 7 ? 60 : 0)), 2);
  appendDigits(digits, serial, 3);
  digits = withCheckDigit(std::move(digits));
  std::array<char, 12> number;
  const std::string century = std::to_string(born.year / 100);
  std::copy(century.begin(), century.end(), number.begin());
  std::copy(digits.begin(), digits.end(), number.begin() + 2);
  return number;
}

}  // namespace liggare::simulation
