// The example day, played into a demo journal: every line with its answer, to be looked up afterwards.
#pragma once

#include <capnp/message.h>

#include <functional>

#include "cli/answers.h"
#include "schemas/command.capnp.h"

namespace liggare::cli {

extern const std::string_view REGION_DAY;  // examples/region-day.ndjson, as it was when this program was built

struct PlayedLine {
  std::unique_ptr<capnp::MallocMessageBuilder> message;
  Outcome outcome;
  schema::Command::Reader command() const { return message->getRoot<schema::Command>().asReader(); }
  bool isRefused() const { return outcome.kind == Outcome::Kind::REFUSED; }
  bool isAccepted() const { return outcome.kind == Outcome::Kind::ACCEPTED; }
  std::string commission() const;  // of the asking member of staff; empty for anybody else
  std::string patient() const;
  // The recorded accesses; empty when the line was no read.
  std::vector<Position> reads() const;
};

struct ExampleDay {
  std::vector<PlayedLine> lines;
  Tally tally;
  std::vector<std::string> refusalCodes;  // each once
  const PlayedLine* first(const std::function<bool(const PlayedLine&)>& is) const;
};
ExampleDay playExampleDay(Journal& journal);

// $sv of what a command asks for: "skriva över journaluppgift".
std::string askedLabel(schema::Command::Reader command);

}  // namespace liggare::cli
