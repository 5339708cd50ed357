// What a test needs to know of a command line before it is submitted.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/intake/json.h"
#include "engine/law/refusals.h"
#include "tests/support/law-world.h"

namespace liggare::test {

struct SpokenLine {
  bool isCommand = false;
  std::string fault;    // path and code, when it is none
  std::string command;  // recordNote
  Micros at = 0;
  CommandId id;
};

inline SpokenLine spoken(std::string_view line) {
  SpokenLine heard;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  if (auto error = intake::decodeCommand(line, command)) {
    heard.fault = error->path + " " + error->code;
    return heard;
  }
  const auto& table = intake::structTable<schema::Command>();
  heard.isCommand = true;
  heard.command = std::string(table.members[uint16_t(command.which())]->name);
  heard.at = command.getAt();
  putBe64(heard.id.bytes.data(), command.getId().getHi());
  putBe64(heard.id.bytes.data() + 8, command.getId().getLo());
  return heard;
}

inline bool isAccess(std::string_view command) {
  return command == "readJournal" || command == "readShared" || command == "readAccessLog" || command == "search";
}

// "accepted", "refused R-C1", "unchanged", "duplicate", "invalid path code".
inline std::string outcomeOf(const LawAnswer& answer) {
  if (answer.kind == LawAnswer::Kind::INVALID) return "invalid " + answer.invalid->path + " " + answer.invalid->code;
  if (answer.kind == LawAnswer::Kind::DUPLICATE) return "duplicate";
  switch (answer.decision) {
    case law::Decision::Kind::REFUSED: return "refused " + std::string(law::refusalName(answer.code));
    case law::Decision::Kind::UNCHANGED: return "unchanged";
    default: return "accepted";
  }
}

}  // namespace liggare::test
