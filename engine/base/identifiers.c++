#include "engine/base/identifiers.h"

#include <algorithm>
#include <utility>

namespace liggare {
namespace {

using Fault = IdentifierFault;

constexpr std::string_view PERSONNUMMER_ROOT = "1.2.752.129.2.1.3.1";
constexpr std::string_view SAMORDNINGSNUMMER_ROOT = "1.2.752.129.2.1.3.3";
constexpr std::string_view RESERVNUMMER_ROOT = "1.2.752.74.9.1";

constexpr size_t ROOT_MAX = 64, EXTENSION_MAX = 64, HSA_ID_MAX = 32;
constexpr int AGE_MAX = 124;            // no one has been older than 122
constexpr int FIRST_BIRTH_YEAR = 1800;  // personnummer began in 1947, for people born earlier too

constexpr std::pair<std::string_view, std::string_view> REGIONS[] = {
    {"01", "Region Stockholm"},
    {"03", "Region Uppsala"},
    {"04", "Region Sörmland"},
    {"05", "Region Östergötland"},
    {"06", "Region Jönköpings län"},
    {"07", "Region Kronoberg"},
    {"08", "Region Kalmar län"},
    {"09", "Region Gotland"},
    {"10", "Region Blekinge"},
    {"12", "Region Skåne"},
    {"13", "Region Halland"},
    {"14", "Västra Götalandsregionen"},
    {"17", "Region Värmland"},
    {"18", "Region Örebro län"},
    {"19", "Region Västmanland"},
    {"20", "Region Dalarna"},
    {"21", "Region Gävleborg"},
    {"22", "Region Västernorrland"},
    {"23", "Region Jämtland Härjedalen"},
    {"24", "Region Västerbotten"},
    {"25", "Region Norrbotten"},
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; }
bool allDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), isDigit); }

// Of text that allDigits has passed, and at most nine of them.
int number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Twelve digits that stand for a person. Order of faults: date, then check digit, then the reference day.
ParsedIdentifier twelveDigits(std::string_view digits, std::optional<Days> on) {
  const int year = number(digits.substr(0, 4)), month = number(digits.substr(4, 2));
  const int written = number(digits.substr(6, 2));
  const bool coordination = written > 60;
  const auto day = dayOf(year, month, coordination ? written - 60 : written);
  if (year < FIRST_BIRTH_YEAR || year > 2099 || !day) return Fault::NOT_A_DATE;
  if (!luhn(digits.substr(2))) return Fault::BAD_CHECK_DIGIT;
  if (on && *day > *on) return Fault::IN_FUTURE;
  return Identifier{coordination ? IdentifierKind::SAMORDNINGSNUMMER : IdentifierKind::PERSONNUMMER,
                    std::string(digits)};
}

// The year that two digits mean on a day, by the separator's age group; ages are counted in calendar years, as the
// population register changes "-" to "+" in the year a person turns 100.
std::optional<int> yearOf(int twoDigits, char separator, Days on) {
  const int now = civilOf(on).year;
  const int latest = now - ((now - twoDigits) % 100 + 100) % 100;  // the youngest reading, age 0-99
  if (separator == '-') return latest;
  if (separator == '+') return latest - 100;
  if (now - (latest - 100) <= AGE_MAX) return std::nullopt;
  return latest;
}

ParsedIdentifier tenDigits(std::string_view digits, char separator, std::optional<Days> on) {
  if (!on) return Fault::CENTURY_UNKNOWN;
  const auto year = yearOf(number(digits.substr(0, 2)), separator, *on);
  if (!year || *year < FIRST_BIRTH_YEAR || *year > 2099) return Fault::CENTURY_UNKNOWN;
  return twelveDigits(std::to_string(*year) + std::string(digits.substr(2)), on);
}

bool isReserveLetter(char c) { return isUpper(c) && std::string_view("IOQVW").find(c) == std::string_view::npos; }

// XXYYMMDD with XX = century + 3k: 22, 25, 28 … mean 19, and 23, 26, 29 … mean 20. XX = 00: birth date unknown, MM
// and DD are serials outside the calendar.
bool isReserveDate(std::string_view digits) {
  const int century = number(digits.substr(0, 2)), year = number(digits.substr(2, 2));
  const int month = number(digits.substr(4, 2)), day = number(digits.substr(6, 2));
  if (century == 0) return month >= 20 && day >= 40 && day <= 59;
  if (century < 22 || century % 3 == 0) return false;
  return dayOf((century % 3 == 1 ? 1900 : 2000) + year, month, day).has_value();
}

ParsedIdentifier nationalReserve(std::string_view text) {
  std::string value(text);
  std::transform(value.begin(), value.end(), value.begin(), upper);
  const bool shaped = allDigits(value.substr(0, 8)) && isReserveLetter(value[8]) && isReserveLetter(value[9]) &&
                      (isDigit(value[10]) || isReserveLetter(value[10])) && isDigit(value[11]);
  if (!shaped) return Fault::BAD_CHARACTER;
  if (!isReserveDate(value)) return Fault::NOT_A_DATE;
  if (!luhn(value)) return Fault::BAD_CHECK_DIGIT;
  return Identifier{IdentifierKind::RESERVNUMMER, std::move(value)};
}

ParsedIdentifier nationalNumber(std::string_view text, std::optional<Days> on) {
  if (text.size() < 10 || text.size() > 13) return Fault::BAD_LENGTH;
  char separator = 0;
  std::string plain(text);
  if (text.size() % 2 == 1) {  // 11 or 13: a separator before the last four
    separator = text[text.size() - 5];
    if (separator != '-' && separator != '+') return allDigits(text) ? Fault::BAD_LENGTH : Fault::BAD_CHARACTER;
    plain.erase(text.size() - 5, 1);
  }
  if (allDigits(plain)) return plain.size() == 10 ? tenDigits(plain, separator, on) : twelveDigits(plain, on);
  if (plain.size() == 12 && separator == 0) return nationalReserve(plain);
  return Fault::BAD_CHARACTER;
}

// Dotted numbers without leading zeros, at least two of them, the first 0-2.
bool isOid(std::string_view text) {
  if (text.empty() || text.size() > ROOT_MAX || text[0] > '2') return false;
  size_t arcs = 0;
  for (size_t from = 0; from <= text.size(); ++arcs) {
    const size_t to = std::min(text.find('.', from), text.size());
    const auto arc = text.substr(from, to - from);
    if (arc.empty() || !allDigits(arc) || (arc.size() > 1 && arc[0] == '0')) return false;
    if (arcs == 0 && arc.size() > 1) return false;
    from = to + 1;
  }
  return arcs >= 2;
}

ParsedIdentifier underRoot(std::string_view root, std::string_view extension, std::optional<Days> on) {
  if (!isOid(root)) return Fault::NOT_A_ROOT;
  const std::pair<std::string_view, IdentifierKind> NATIONAL[] = {
      {PERSONNUMMER_ROOT, IdentifierKind::PERSONNUMMER},
      {SAMORDNINGSNUMMER_ROOT, IdentifierKind::SAMORDNINGSNUMMER},
      {RESERVNUMMER_ROOT, IdentifierKind::RESERVNUMMER}};
  for (const auto& [national, kind] : NATIONAL) {
    if (root != national) continue;
    auto parsed = nationalNumber(extension, on);
    if (parsed && parsed->kind != kind) return Fault::WRONG_KIND;
    return parsed;
  }
  if (extension.empty() || extension.size() > EXTENSION_MAX) return Fault::BAD_LENGTH;
  const auto isPlain = [](char c) { return c > ' ' && c < 0x7f && c != '|'; };
  if (!std::all_of(extension.begin(), extension.end(), isPlain)) return Fault::BAD_CHARACTER;
  return Identifier{IdentifierKind::REGIONAL_RESERVE, std::string(root) + "|" + std::string(extension)};
}

// A sole trader's organisation number is a personnummer or samordningsnummer without century.
bool holdsDate(std::string_view tenDigits) {
  const int year = number(tenDigits.substr(0, 2)), month = number(tenDigits.substr(2, 2));
  const int day = number(tenDigits.substr(4, 2)) % 60;
  return dayOf(1900 + year, month, day) || dayOf(2000 + year, month, day);
}

}  // namespace

ParsedIdentifier parsePersonIdentifier(std::string_view text, std::optional<Days> on) {
  if (text.size() > ROOT_MAX + 1 + EXTENSION_MAX) return Fault::BAD_LENGTH;
  const size_t bar = text.find('|');
  if (bar != std::string_view::npos) return underRoot(text.substr(0, bar), text.substr(bar + 1), on);
  return nationalNumber(text, on);
}

ParsedIdentifier parseHsaId(std::string_view text, TestIds testIds) {
  if (text.size() > HSA_ID_MAX) return Fault::BAD_LENGTH;
  std::string value(text);
  std::transform(value.begin(), value.end(), value.begin(), upper);
  const bool test = value.starts_with("TSTNMT");
  if (!test && !value.starts_with("SE")) return Fault::BAD_CHARACTER;

  const size_t from = test ? 6 : 2, hyphen = value.find('-');
  if (hyphen == std::string::npos) return Fault::BAD_CHARACTER;
  const auto organisation = std::string_view(value).substr(from, hyphen - from);
  const auto suffix = std::string_view(value).substr(hyphen + 1);
  if (!allDigits(organisation)) return Fault::BAD_CHARACTER;
  const bool prefixed = organisation.size() == 12 && organisation.starts_with("16") && !test;
  if ((organisation.size() != 10 && !prefixed) || suffix.empty()) return Fault::BAD_LENGTH;
  if (!std::all_of(suffix.begin(), suffix.end(), [](char c) { return isDigit(c) || isUpper(c); })) {
    return Fault::BAD_CHARACTER;
  }
  if (test && testIds == TestIds::REFUSED) return Fault::TEST_ID;
  return Identifier{IdentifierKind::HSA_ID, std::move(value)};
}

ParsedIdentifier parseOrganisationNumber(std::string_view text) {
  if (text.size() < 10 || text.size() > 13) return Fault::BAD_LENGTH;
  std::string digits(text);
  if (digits.size() % 2 == 1) {
    const size_t hyphen = digits.size() - 5;
    if (digits[hyphen] != '-') return allDigits(digits) ? Fault::BAD_LENGTH : Fault::BAD_CHARACTER;
    digits.erase(hyphen, 1);
  }
  if (!allDigits(digits)) return Fault::BAD_CHARACTER;
  if (digits.size() == 12) {
    if (!digits.starts_with("16")) return Fault::BAD_LENGTH;
    digits.erase(0, 2);
  }
  if (digits[2] < '2' && !holdsDate(digits)) return Fault::NOT_A_DATE;
  if (!luhn(digits)) return Fault::BAD_CHECK_DIGIT;
  return Identifier{IdentifierKind::ORGANISATION_NUMBER, std::move(digits)};
}

ParsedIdentifier parseRegionCode(std::string_view text) {
  if (text.size() != 2) return Fault::BAD_LENGTH;
  if (!allDigits(text)) return Fault::BAD_CHARACTER;
  if (!regionName(text)) return Fault::NO_SUCH_REGION;
  return Identifier{IdentifierKind::REGION_CODE, std::string(text)};
}

std::optional<std::string_view> regionName(std::string_view code) {
  for (const auto& [known, name] : REGIONS) {
    if (known == code) return name;
  }
  return std::nullopt;
}

bool luhn(std::string_view text) {
  if (text.empty()) return false;
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!isDigit(c) && !isUpper(c)) return false;
    int value = isDigit(c) ? c - '0' : c;
    if ((text.size() - i) % 2 == 0) value *= 2;
    for (; value > 0; value /= 10) sum += value % 10;
    sum %= 10;
  }
  return sum == 0;
}

std::optional<Days> birthDay(const Identifier& identifier) {
  const std::string_view value = identifier.value;
  if (identifier.kind != IdentifierKind::PERSONNUMMER || value.size() != 12 || !allDigits(value)) return std::nullopt;
  return dayOf(number(value.substr(0, 4)), number(value.substr(4, 2)), number(value.substr(6, 2)));
}

std::string formatIdentifier(const Identifier& identifier) {
  const std::string& value = identifier.value;
  const bool person =
      identifier.kind == IdentifierKind::PERSONNUMMER || identifier.kind == IdentifierKind::SAMORDNINGSNUMMER;
  const bool organisation = identifier.kind == IdentifierKind::ORGANISATION_NUMBER;
  if ((person && value.size() == 12) || (organisation && value.size() == 10)) {
    return value.substr(0, value.size() - 4) + "-" + value.substr(value.size() - 4);
  }
  return value;
}

std::string maskPerson(std::string_view text) {
  const std::string hidden = "******";
  text.remove_prefix(text.rfind('|') + 1);  // of a regional number only the extension; npos + 1 is 0
  if (text.size() < 10) return hidden;
  const auto tail = text.substr(text.size() - 4);
  if (!std::all_of(tail.begin(), tail.end(), [](char c) { return isDigit(c) || isUpper(upper(c)); })) return hidden;
  return hidden + std::string(tail);
}

}  // namespace liggare
