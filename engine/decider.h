// Step 2: decides and numbers, in one order for the whole log. The only owner of state; does no I/O beyond one look-up
// in the index when a book is met that it has not numbered lately.
#pragma once

#include "engine/fragments.h"
#include "engine/index/index.h"
#include "engine/known-subjects.h"
#include "engine/pipeline.h"

#include <set>

namespace liggare {

// What the decider starts from: the log's end.
struct DeciderStart {
  Position next = 0;
  Micros lastRecordedAt = 0;
  bool demo = false;        // recordedAt comes from the commands
  bool undone = false;      // a destruction was decided, and keys or text of it are there
  bool keysInFile = false;  // whoever has a copy of the key file has the keys: nobody may claim a token
};

class Decider {
 public:
  Decider(const Index& index, KnownSubjects& subjects, Blind blind, Clock& clock, Random& random, DeciderStart start);

  // Fragments that have to be loaded before this command can be decided; empty when it can be now. Also settles what
  // needs no decision at all (a repeat, an id outside its window).
  std::vector<law::FragmentKey> wants(Pending& pending);
  // Requires: wants() answered nothing. Afterwards the event is part of the state; there is no way back but poison.
  std::shared_ptr<Decided> decide(std::shared_ptr<Pending> pending);

  // Loading: a loader folds what lies below `below`; the tail from there on is applied when it comes back.
  Position beginLoad();
  void finishLoad(Position below, const std::vector<law::FragmentKey>& keys, Fragments& loaded);

  Position next() const { return nextPosition; }
  void rest();  // between bursts: forgets what was not used and what the index knows by now

 private:
  struct LastNumber {
    Number number = 0;
    Position position = 0;
  };
  struct Recent {
    Outcome outcome;
    Hash bodyDigest;
    Position position = 0;
  };
  Micros timeOf(Pending& pending, std::optional<Outcome>& fault);
  bool settleRepeat(Pending& pending);
  bool settleVersion(Pending& pending, Micros at);
  Number lastNumber(const BookId& book);
  void number(Decided& decided, Micros at);
  void numberFact(Decided& decided);
  void remember(const std::shared_ptr<Decided>& decided);

  const Index& index;
  KnownSubjects& subjects;
  const Blind blind;
  Clock& clock;
  Random& random;
  const bool demo, keysInFile;
  bool undone;  // since the writer began: what is under way now is done before another one begins
  Position nextPosition;
  Micros lastRecordedAt;
  Fragments fragments;
  TwoGenerations<BookId, LastNumber> numbers;
  std::unordered_map<CommandTag, Recent> recent;  // not in the index yet
  std::deque<std::pair<CommandTag, Position>> recentOrder;
  std::deque<std::shared_ptr<Decided>> tail;  // every event the index does not know, and what loaders wait for
  std::multiset<Position> loading;            // where loads under way begin to need the tail
};

}  // namespace liggare
