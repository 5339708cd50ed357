// Writing simulated commands fast: a line is plain appends to one string, an id is two numbers.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/base/time.h"

namespace liggare::simulation {

struct Uuid {
  uint64_t hi = 0, lo = 0;
  bool isZero() const { return hi == 0 && lo == 0; }
};

inline Uuid drawUuid(Micros at, SeededRandom& random) {
  const uint64_t ms = uint64_t(at) / 1000;
  return {ms << 16 | 0x7000 | (random.next() & 0x0fff), (random.next() & 0x3fffffffffffffff) | 0x8000000000000000};
}

inline void appendUuid(std::string& out, const Uuid& id) {
  static constexpr char DIGITS[] = "0123456789abcdef";
  char text[36];
  int at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text[at++] = '-';
    const uint64_t half = nibble < 16 ? id.hi : id.lo;
    text[at++] = DIGITS[half >> (60 - 4 * (nibble % 16)) & 15];
  }
  out.append(text, sizeof text);
}

inline void appendDigits(std::string& out, uint64_t value, int width) {
  char text[20];
  for (int i = width; i-- > 0; value /= 10) text[i] = char('0' + value % 10);
  out.append(text, size_t(width));
}

// A working day: its date and offset as they stand in every time of that day.
struct SimulatedDay {
  Days date = 0;
  Micros midnight = 0;  // Swedish
  std::string prefix;   // 2026-11-02T
  std::string suffix;   // +01:00

  explicit SimulatedDay(Days day) : date(day), prefix(formatDay(day) + "T") {
    const int offset = swedishOffsetMinutes(day * DAY + 12 * HOUR);
    midnight = day * DAY - offset * MINUTE;
    suffix = offset == 120 ? "+02:00" : "+01:00";
  }
  void appendTime(std::string& out, uint32_t ms) const {
    out += prefix;
    appendDigits(out, ms / 3'600'000, 2);
    out += ':';
    appendDigits(out, ms / 60'000 % 60, 2);
    out += ':';
    appendDigits(out, ms / 1000 % 60, 2);
    out += '.';
    appendDigits(out, ms % 1000, 3);
    out += suffix;
  }
};

// One JSON object under way. Values are ours: nothing needs escaping.
class Line {
 public:
  std::string text;

  void clear() { text.clear(); }
  Line& raw(std::string_view part) {
    text += part;
    return *this;
  }
  Line& name(std::string_view field) {
    comma();
    text += '"';
    text += field;
    text += "\":";
    return *this;
  }
  Line& open(std::string_view field) {
    name(field);
    text += '{';
    return *this;
  }
  Line& close() {
    text += '}';
    return *this;
  }
  Line& put(std::string_view field, std::string_view value) {
    name(field);
    text += '"';
    text += value;
    text += '"';
    return *this;
  }
  Line& put(std::string_view field, const Uuid& id) {
    name(field);
    text += '"';
    appendUuid(text, id);
    text += '"';
    return *this;
  }
  Line& number(std::string_view field, uint64_t value) {
    name(field);
    text += std::to_string(value);
    return *this;
  }
  Line& yes(std::string_view field) {
    name(field);
    text += "true";
    return *this;
  }
  Line& no(std::string_view field) {
    name(field);
    text += "false";
    return *this;
  }
  Line& day(std::string_view field, Days value) { return put(field, formatDay(value)); }
  Line& dayStart(std::string_view field, Days value) {
    return put(field, formatStamp({value * DAY - swedishOffsetMinutes(value * DAY) * MINUTE,
                                   int16_t(swedishOffsetMinutes(value * DAY))}));
  }

 private:
  void comma() {
    if (!text.empty() && text.back() != '{') text += ',';
  }
};

}  // namespace liggare::simulation
