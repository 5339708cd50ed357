// Instants and days. Instants are µs UTC since 1970; days are days since 1970-01-01. Only the edges know time zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liggare {

using Micros = int64_t;  // an instant, µs since 1970-01-01T00:00:00Z
using Days = int32_t;    // a calendar day, days since 1970-01-01

constexpr Micros SECOND = 1'000'000;
constexpr Micros MINUTE = 60 * SECOND;
constexpr Micros HOUR = 60 * MINUTE;
constexpr Micros DAY = 24 * HOUR;

// An instant as somebody wrote it: the offset is kept so that 02:30+02:00 and 02:30+01:00 stay apart.
struct Stamp {
  Micros at = 0;
  int16_t offsetMinutes = 0;
  bool operator==(const Stamp&) const = default;
};

// RFC 3339 with a mandatory offset or Z, up to six decimals, years 1900-2200, seconds 0-59; nothing for anything else.
std::optional<Stamp> parseStamp(std::string_view text);
// "2026-11-02T08:00:00+01:00"; decimals only when not zero.
std::string formatStamp(Stamp stamp);
// UTC, ending in Z.
std::string formatUtc(Micros at);

std::optional<Days> parseDay(std::string_view text);  // YYYY-MM-DD, a day that exists, 1900-2200
std::string formatDay(Days day);
std::optional<Days> dayOf(int year, int month, int day);  // nothing when no such day
struct Civil {
  int year;
  int month;
  int day;
};
Civil civilOf(Days day);

// Swedish civil time (CET/CEST by the EU rule of last Sundays, valid from 1996): for display and for calendar days.
int swedishOffsetMinutes(Micros at);
Days swedishDay(Micros at);
// "2026-11-02 08:00" in Swedish time; the offset is added in the ambiguous hour of October.
std::string formatSwedish(Micros at);

// Where time comes from. A constructor parameter everywhere: nothing below main reads the machine's clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Micros now() = 0;  // any thread
};
Clock& systemClock();

}  // namespace liggare
