// A command line of a case becomes a line of JSON, led by the schema: short names become ids and numbers, times become
// instants. Which names there are is remembered, so that answers can be told with them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "engine/intake/schema-table.h"
#include "tests/cases/case-file.h"

namespace liggare::test {

// The id that a short name stands for, the same in every case.
ThingId thingNamed(std::string_view name);
// 2026-11-02T07:00Z for Swedish 08:00 on that day.
Micros swedishInstant(Days day, Micros sinceMidnight);

struct CaseNames {
  std::map<std::string, std::string> texts;     // P1 -> 19850706-2381
  std::map<ThingId, std::string> things;        // ids that commands gave
  std::map<std::string, std::string> purposes;  // commission -> its first purpose
};

struct CaseTree;

struct CaseCommand {
  Micros at = 0;
  std::string json;
  std::string client;  // the program that sends it: `client=…`, else a feed for `system:`
};

class CaseSpeaker {
 public:
  CaseNames names;

  // Requires: lines come in the order they are sent. Throws FAILED with the line's number for what is no command line;
  // an unknown field or value is passed on for the decoder to refuse.
  CaseCommand say(const CaseLine& line);
  // A case begins on its own day, whatever days its world took.
  void beginCase() { day = FIRST_DAY; }

 private:
  static constexpr Days FIRST_DAY = 20'759;  // 2026-11-02
  Days day = FIRST_DAY;
  Micros now = 0;
  uint64_t count = 0;

  Micros takeTime(const std::vector<std::string>& words, size_t& next);
  std::string value(const intake::FieldRow& row, const std::string& word);
  std::string reference(schema::RefKind kind, const std::string& word) const;
  std::string instant(const std::string& text) const;
  std::string dayText(const std::string& text) const;
  std::string named(const std::string& word);
  void setField(CaseTree& command, const std::string& kind, const std::string& word);
  std::string digestOf(std::string of, const std::vector<std::string>& words, size_t number);
  void rememberPurpose(const std::vector<std::string>& words);
};

}  // namespace liggare::test
