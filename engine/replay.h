// Deciding again what was decided: the state is folded from the log as it stood before a command, and the law is asked
// once more. How an auditor sees that an answer followed from the law and from nothing else (`liggare explain`).
//
//   log ──► command's events and its `ask` ──► fold the books up to it ──► law::decide ──► the same? by which facts?
#pragma once

#include <map>
#include <set>

#include "engine/fragments.h"
#include "engine/journal.h"
#include "engine/law/gate.h"
#include "engine/law/rules.h"

namespace liggare {

// What the log says of one command: its events, and the first one's `ask`.
struct ToldCommand {
  Position first = 0;
  std::vector<OpenedEvent> events;
  schema::Ask::Reader ask() const { return *events.front().ask; }
  Micros recordedAt() const { return events.front().entry.recordedAt; }
  Outcome outcome() const;
};
enum class Untold : uint8_t {
  ABOVE_HEAD,   // nothing there yet
  ENGINE_FACT,  // genesis and the like: nobody asked for it, the law has not been asked
  DESTROYED,    // its content is gone by decision; its proof is not
};
// The command that the event at `position` came of, whichever of its events that is.
std::optional<ToldCommand> toldCommand(EventSource& source, Position position, Untold& why);

// An earlier event on which an answer rests.
struct DecidingFact {
  Position position = 0;
  Micros recordedAt = 0;
  schema::Body::Which kind{};
};

// The state just before a position, as far as one command looks at it. Events are opened once and kept, so that the
// same question can be put with some of them left out.
//
//   Memory   the events of the books the command looks at
//   Threads  one
class PastState {
 public:
  PastState(EventSource& source, Position before);

  // What was destroyed of the books that were looked at: an answer that rested on it can be another without it.
  const std::set<Position>& destroyed() const { return gone; }
  // Everything that decide would look at for `ask`.
  std::unique_ptr<Fragments> stateFor(schema::Command::Reader ask);
  law::Decision decide(schema::Command::Reader ask, const std::string& client, Micros at, const law::RuleSet& rules);
  // Events without each of which the answer would be another. Of those that only together would have changed it (two
  // consents for the same thing), none is named.
  std::vector<DecidingFact> factsFor(schema::Command::Reader ask, const std::string& client, Micros at,
                             const law::RuleSet& rules);

 private:
  using Without = std::set<Position>;
  std::unique_ptr<Fragments> foldWithout(const Without& left, schema::Command::Reader ask);
  law::Decision decideWithout(const Without& left, schema::Command::Reader ask, const std::string& client, Micros at,
                              const law::RuleSet& rules);
  void load(const law::FragmentKey& key);

  // Copied: a reader over what was opened may be traversed so often and no more (engine/record.c++).
  struct Kept {
    std::unique_ptr<capnp::MallocMessageBuilder> message;
    law::EventView view;
  };
  EventSource& source;
  const Position before;
  std::map<Position, Kept> events;
  std::set<Position> gone;
  std::map<law::FragmentKey, std::vector<Position>> books;
};

// The size of the log when the last event recorded at or before `at` was in it and nothing later.
Position sizeAt(EventSource& source, Micros at);

// What somebody could have seen of a patient at a moment, item by item: the same gate, on the state as it was then.
struct CouldSee {
  struct Row {
    law::Item item;
    law::GateAnswer answer;
    schema::Purpose purpose{};  // under which it could be seen; the first tried when under none
  };
  law::RefusalCode whole = law::RefusalCode::NONE;  // could not read at all: no commission, no authorisation …
  std::vector<Row> rows;                            // by position
};
// `claim` is what the reader is taken to have stated; without a ground, the usual one of each purpose of the
// commission. Keys that nobody has: no rows, and `whole` says R-AUTH or R-OKAND.
CouldSee couldSee(EventSource& source, const SubjectKey& commission, const SubjectKey& patient, Micros at,
                  const law::Claim& claim);

// Where a decision and what the log says differ, each in words an auditor understands; empty when they are the same.
// Texts are compared as present or absent: their content is no part of what is asked anew.
std::vector<std::string> differences(const ToldCommand& told, const law::Decision& again);

// Every command of a journal decided again, in order, on a state folded from the log alone.
//
//   Memory   the whole state: every patient at once
struct ReplayReport {
  uint64_t commands = 0, untold = 0;
  struct Difference {
    Position position = 0;
    std::string what;
  };
  std::vector<Difference> found;  // the first hundred
  uint64_t differing = 0;
  uint64_t rested = 0;  // answered otherwise without what has been destroyed since: nothing can be said of them
  std::vector<Position> otherwise;  // commands that `otherRules` would have answered with another yes, no or code
};
ReplayReport replayAll(EventSource& source, const law::RuleSet* otherRules,
                       const std::function<void(Position done, Position all)>& progress);

}  // namespace liggare
