#include "engine/base/time.h"

#include <time.h>

#include <cstdio>
#include <cstdlib>

namespace liggare {
namespace {

constexpr int YEAR_MIN = 1900, YEAR_MAX = 2200;

// Howard Hinnant's civil calendar: proleptic Gregorian, exact for every year an int holds.
int64_t daysFrom(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t yearOfEra = year - era * 400;
  const int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

Civil civilFrom(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t dayOfEra = days - era * 146097;
  const int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const int64_t shifted = (5 * dayOfYear + 2) / 153;
  const int month = int(shifted < 10 ? shifted + 3 : shifted - 9);
  return {int(yearOfEra + era * 400 + (month <= 2)), month, int(dayOfYear - (153 * shifted + 2) / 5 + 1)};
}

bool isLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int daysInMonth(int year, int month) {
  constexpr int LENGTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && isLeap(year) ? 29 : LENGTHS[month - 1];
}

// An instant taken apart in some offset, without overflow for any instant at all.
struct Parts {
  int64_t days;
  int64_t micros;  // since midnight
};
Parts partsOf(Micros at, int offsetMinutes) {
  Parts parts{at / DAY, at % DAY};
  parts.micros += offsetMinutes * MINUTE;
  for (; parts.micros < 0; parts.micros += DAY) --parts.days;
  for (; parts.micros >= DAY; parts.micros -= DAY) ++parts.days;
  return parts;
}

std::string formatDate(Civil civil) {
  char text[24];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  return text;
}

// Reads exactly `digits` digits at `*at` and moves past them; -1 for anything else.
int takeDigits(std::string_view text, size_t* at, size_t digits) {
  if (text.size() < *at + digits) return -1;
  int value = 0;
  for (size_t end = *at + digits; *at < end; ++*at) {
    if (text[*at] < '0' || text[*at] > '9') return -1;
    value = value * 10 + (text[*at] - '0');
  }
  return value;
}

bool takeChar(std::string_view text, size_t* at, char wanted) {
  if (*at >= text.size() || text[*at] != wanted) return false;
  ++*at;
  return true;
}

std::optional<Days> takeDay(std::string_view text, size_t* at) {
  const int year = takeDigits(text, at, 4);
  if (year < YEAR_MIN || year > YEAR_MAX || !takeChar(text, at, '-')) return std::nullopt;
  const int month = takeDigits(text, at, 2);
  if (!takeChar(text, at, '-')) return std::nullopt;
  return dayOf(year, month, takeDigits(text, at, 2));
}

std::optional<Micros> takeTime(std::string_view text, size_t* at) {
  const int hour = takeDigits(text, at, 2);
  if (hour < 0 || hour > 23 || !takeChar(text, at, ':')) return std::nullopt;
  const int minute = takeDigits(text, at, 2);
  if (minute < 0 || minute > 59 || !takeChar(text, at, ':')) return std::nullopt;
  const int second = takeDigits(text, at, 2);
  if (second < 0 || second > 59) return std::nullopt;
  const Micros whole = hour * HOUR + minute * MINUTE + second * SECOND;
  if (!takeChar(text, at, '.')) return whole;

  Micros fraction = 0;
  int digits = 0;
  for (; *at < text.size() && text[*at] >= '0' && text[*at] <= '9'; ++*at, ++digits) {
    if (digits == 6) return std::nullopt;
    fraction = fraction * 10 + (text[*at] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) fraction *= 10;
  return whole + fraction;
}

// "-00:00" says in RFC 3339 that the local offset is unknown; a Stamp always knows it, so that form is refused.
std::optional<int16_t> takeOffset(std::string_view text, size_t* at) {
  if (takeChar(text, at, 'Z')) return int16_t(0);
  const bool west = takeChar(text, at, '-');
  if (!west && !takeChar(text, at, '+')) return std::nullopt;
  const int hours = takeDigits(text, at, 2);
  if (hours < 0 || hours > 23 || !takeChar(text, at, ':')) return std::nullopt;
  const int minutes = takeDigits(text, at, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const int offset = hours * 60 + minutes;
  if (west && offset == 0) return std::nullopt;
  return int16_t(west ? -offset : offset);
}

// Day of the last Sunday of a month with 31 days. 1970-01-01 was a Thursday.
int64_t lastSunday(int64_t year, int month) {
  const int64_t last = daysFrom(year, month, 31);
  const int64_t weekday = ((last + 4) % 7 + 7) % 7;  // 0 = Sunday
  return last - weekday;
}

class SystemClock final : public Clock {
 public:
  Micros now() override {
    timespec at;
    if (clock_gettime(CLOCK_REALTIME, &at) != 0) std::abort();  // only a broken kernel gets here; no time, no log
    return Micros(at.tv_sec) * SECOND + at.tv_nsec / 1000;
  }
};

}  // namespace

std::optional<Stamp> parseStamp(std::string_view text) {
  size_t at = 0;
  const auto day = takeDay(text, &at);
  if (!day || !takeChar(text, &at, 'T')) return std::nullopt;
  const auto time = takeTime(text, &at);
  if (!time) return std::nullopt;
  const auto offset = takeOffset(text, &at);
  if (!offset || at != text.size()) return std::nullopt;
  return Stamp{*day * DAY + *time - *offset * MINUTE, *offset};
}

std::string formatStamp(Stamp stamp) {
  const Parts parts = partsOf(stamp.at, stamp.offsetMinutes);
  const int seconds = int(parts.micros / SECOND), fraction = int(parts.micros % SECOND);
  char time[40];
  std::snprintf(time, sizeof time, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string text = formatDate(civilFrom(parts.days)) + time;
  if (fraction != 0) {
    std::snprintf(time, sizeof time, ".%06d", fraction);
    text += time;
  }
  if (stamp.offsetMinutes == 0) return text + "Z";
  const int offset = std::abs(int(stamp.offsetMinutes));
  std::snprintf(time, sizeof time, "%c%02d:%02d", stamp.offsetMinutes < 0 ? '-' : '+', offset / 60, offset % 60);
  return text + time;
}

std::string formatUtc(Micros at) { return formatStamp({at, 0}); }

std::optional<Days> parseDay(std::string_view text) {
  size_t at = 0;
  const auto day = takeDay(text, &at);
  return at == text.size() ? day : std::nullopt;
}

std::string formatDay(Days day) { return formatDate(civilFrom(day)); }

std::optional<Days> dayOf(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return std::nullopt;
  }
  return Days(daysFrom(year, month, day));
}

Civil civilOf(Days day) { return civilFrom(day); }

int swedishOffsetMinutes(Micros at) {
  const Parts parts = partsOf(at, 0);
  const int64_t year = civilFrom(parts.days).year;
  const int64_t first = lastSunday(year, 3), last = lastSunday(year, 10);
  const bool started = parts.days > first || (parts.days == first && parts.micros >= HOUR);
  const bool ended = parts.days > last || (parts.days == last && parts.micros >= HOUR);
  return started && !ended ? 120 : 60;
}

Days swedishDay(Micros at) { return Days(partsOf(at, swedishOffsetMinutes(at)).days); }

std::string formatSwedish(Micros at) {
  const int offset = swedishOffsetMinutes(at);
  const Parts parts = partsOf(at, offset);
  const Civil civil = civilFrom(parts.days);
  const int minutes = int(parts.micros / MINUTE);
  char time[40];
  std::snprintf(time, sizeof time, " %02d:%02d", minutes / 60, minutes % 60);
  std::string text = formatDate(civil) + time;
  const bool ambiguous = civil.month == 10 && minutes / 60 == 2 && parts.days == lastSunday(civil.year, 10);
  if (ambiguous) text += offset == 120 ? "+02:00" : "+01:00";
  return text;
}

Clock& systemClock() {
  static SystemClock clock;
  return clock;
}

}  // namespace liggare
