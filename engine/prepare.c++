#include "engine/prepare.h"

#include "engine/hash/sha256.h"
#include "engine/intake/approval.h"
#include "engine/intake/json.h"
#include "engine/intake/plan.h"
#include "engine/record.h"
#include "engine/law/chapter.h"

namespace liggare {

Preparer::Preparer(const Index& i, EventReader& r, intake::Resolver& rs, Clock& c, Random& rnd)
    : index(i), reader(r), resolver(rs), clock(c), random(rnd) {}

bool Preparer::decode(Pending& pending) {
  if (pending.submission.command) {
    pending.message = std::move(pending.submission.command);
    return true;
  }
  pending.message = std::make_unique<capnp::MallocMessageBuilder>(256);
  auto error = intake::decodeCommand(pending.submission.json, pending.message->initRoot<schema::Command>());
  if (!error) return true;
  Outcome outcome;
  outcome.kind = Outcome::Kind::INVALID;
  outcome.path = error->path;
  outcome.reason = error->reason;
  pending.settled = std::move(outcome);
  return false;
}

void Preparer::prepare(Pending& pending) {
  if (pending.fact || !decode(pending)) return;
  auto command = pending.command();
  {
    words.clear();
    intake::appendBodyDigestInput(words, command);
    pending.bodyDigest = sha256(intake::bytesOf(words));
  }
  Hash client = sha256(asBytes(pending.submission.client));
  pending.tag = commandTag(Bytes(client).first(16), CommandId::from(law::thingId(command.getId().asReader())));
  checkTag(pending);
  if (pending.settled) return;
  intake::fillApprovalDigest(command);
  Micros now = clock.now();
  pending.unknownRefs = resolver.resolve(command, random, now);
  intake::fillDrawn(command, random, now);
  if (pending.unknownRefs == 0) writeAsk(pending);
}

void writeAsk(Pending& pending) {
  thread_local intake::Words words;  // kept to save an allocation
  words.clear();
  intake::appendAsk(words, pending.command(), pending.bodyDigest, pending.submission.client);
  pending.ask.reserve(words.size() * 6);  // packed it is a good half
  packMessage(intake::bytesOf(words), pending.ask);
}

// A repeat of what the durable log has already answered. What is younger the decider knows.
void Preparer::checkTag(Pending& pending) {
  auto position = index.tagged(pending.tag);
  if (!position) return;
  auto earlier = reader.earlierOutcome(*position);
  pending.settled = repeated(earlier.outcome, earlier.bodyDigest, pending.bodyDigest);
}

Outcome repeated(const Outcome& first, const Hash& firstBody, const Hash& body) {
  if (firstBody != body) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::REFUSED;
    outcome.code = law::RefusalCode::COMMAND_REPEATED;
    return outcome;
  }
  Outcome outcome = first;
  outcome.first = first.kind;
  outcome.kind = Outcome::Kind::DUPLICATE;
  return outcome;
}

}  // namespace liggare
