// Step 1 of the write path: everything about a command that needs no order. Pool threads, any number at once.
#pragma once

#include "engine/index/index.h"
#include "engine/intake/resolve.h"
#include "engine/pipeline.h"
#include "engine/reader.h"

namespace liggare {

class Preparer {
 public:
  Preparer(const Index& index, EventReader& reader, intake::Resolver& resolver, Clock& clock, Random& random);

  // Decodes, digests, resolves, draws ids, and looks the tag up in the durable log. Never throws for what a line may
  // hold.
  void prepare(Pending& pending);

 private:
  bool decode(Pending& pending);
  void checkTag(Pending& pending);

  const Index& index;
  EventReader& reader;
  intake::Resolver& resolver;
  Clock& clock;
  Random& random;
  intake::Words words;  // kept to save an allocation
};

// Writes the part ASK of a command whose references are all resolved: here, while the command is in this core's cache,
// when nothing is left to resolve; else by the sealer.
void writeAsk(Pending& pending);

// Makes the answer to a command that was answered before: the first outcome again, or R-DUP when the body is another.
Outcome repeated(const Outcome& first, const Hash& firstBody, const Hash& body);

}  // namespace liggare
