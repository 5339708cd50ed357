#include "engine/decider.h"

#include <kj/debug.h>

#include "engine/intake/plan.h"
#include "engine/law/chapter.h"
#include "engine/prepare.h"
#include "engine/taken-away.h"

namespace liggare {

namespace {

constexpr size_t PATIENTS_KEPT = 40'000;  // some 2 KiB each for a usual patient
constexpr size_t BOOKS_KEPT = 400'000;
constexpr size_t EVENTS_PER_COMMAND_MAX = 256;
constexpr size_t WORDS_PER_COMMAND_MAX = (1 << 20) / sizeof(capnp::word);  // a read of some 11 000 items
constexpr Micros ID_AHEAD_MAX = 5 * MINUTE;
constexpr Micros ID_AGE_MAX = 30 * DAY;

Outcome invalid(std::string path, std::string reason) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::INVALID;
  outcome.path = std::move(path);
  outcome.reason = std::move(reason);
  return outcome;
}

}  // namespace

Decider::Decider(const Index& i, KnownSubjects& known, Blind blinder, Clock& c, Random& rnd, DeciderStart start)
    : index(i),
      subjects(known),
      blind(std::move(blinder)),
      clock(c),
      random(rnd),
      demo(start.demo),
      keysInFile(start.keysInFile),
      undone(start.undone),
      nextPosition(start.next),
      lastRecordedAt(start.lastRecordedAt),
      fragments(PATIENTS_KEPT),
      numbers(BOOKS_KEPT) {}

// recordedAt: the server's clock, never decreasing; in a demo journal what the commands say, never decreasing either.
Micros Decider::timeOf(Pending& pending, std::optional<Outcome>& fault) {
  Micros said = pending.command().getAt();
  if (!demo) {
    if (said != 0) fault = invalid("at", "fältet at är bara tillåtet i en demojournal");
    return std::max(clock.now(), lastRecordedAt);
  }
  return std::max(said, lastRecordedAt);
}

bool Decider::settleRepeat(Pending& pending) {
  auto found = recent.find(pending.tag);
  if (found == recent.end()) return false;
  pending.settled = repeated(found->second.outcome, found->second.bodyDigest, pending.bodyDigest);
  return true;
}

bool Decider::settleVersion(Pending& pending, Micros at) {
  auto command = pending.command().asReader();
  if (command.getExpectedVersion() < 0) return false;
  SubjectKey provider;
  if (command.getActor().isStaff())
    if (auto* c = fragments.commission(law::subjectKey(command.getActor().getStaff().getCommission().getKey())))
      provider = c->provider;
  BookId stream = streamOfCommand(command, provider, at);
  auto actual = static_cast<int64_t>(stream.isZero() ? 0 : lastNumber(stream));
  if (actual == command.getExpectedVersion()) return false;
  Outcome outcome;
  outcome.kind = Outcome::Kind::CONFLICT;
  outcome.expected = command.getExpectedVersion();
  outcome.actual = actual;
  pending.settled = outcome;
  return true;
}

std::vector<law::FragmentKey> Decider::wants(Pending& pending) {
  if (pending.fact || pending.settled || settleRepeat(pending)) return {};
  // What an earlier command in the queue introduced is known by now.
  auto lookAgain = [&](schema::Ref::Builder ref, schema::RefKind) {
    if (ref.getState() != schema::Ref::State::UNKNOWN) return;
    auto known = subjects.findFresh(IdentifierTag::from(law::subjectKey(ref.getTag().asReader())));
    if (!known) {
      // Drawn for whoever this command introduces: nothing in the log can be about it.
      SubjectKey fresh = law::subjectKey(ref.getKey().asReader());
      for (auto kind : {law::FragmentKind::PATIENT, law::FragmentKind::COMMISSION, law::FragmentKind::PROVIDER,
                        law::FragmentKind::REGION, law::FragmentKind::ARCHIVE, law::FragmentKind::REVIEW})
        if (!fragments.has({kind, fresh})) fragments.putEmpty({kind, fresh});
      return;
    }
    law::set(ref.getKey(), *known);
    ref.setState(schema::Ref::State::KNOWN);
  };
  if (pending.unknownRefs > 0) intake::forEachRef(pending.command(), lookAgain);
  return law::missing(fragments, pending.command().asReader());
}

Number Decider::lastNumber(const BookId& book) {
  if (auto* found = numbers.find(book)) return found->number;
  Number number = index.lastNumber(book);
  numbers.put(book, {number, 0});
  return number;
}

void Decider::number(Decided& decided, Micros at) {
  for (auto& message : decided.decision.events) {
    NumberedEvent event;
    EventId id;
    id.bytes = drawUuid7(at, random);
    event.view = law::viewOf(message->getRoot<schema::Event>().asReader(), nextPosition, at, id);
    Books books = booksOf(event.view);
    event.stream = books.stream;
    books.others.insert(books.others.begin(), books.stream.stream);
    for (auto& book : books.others) {
      Number next = lastNumber(book) + 1;
      numbers.put(book, {next, nextPosition});
      event.lines.emplace_back(book, next);
    }
    event.introduces = introducedBy(event.view, blind);
    decided.outcome.kinds.push_back(static_cast<schema::Body::Which>(event.view.common.getKind()));
    decided.events.push_back(std::move(event));
    ++nextPosition;
  }
}

// Stands in the engine's own stream and in no other book, like genesis; is part of nobody's state.
void Decider::numberFact(Decided& decided) {
  Micros at = demo ? lastRecordedAt : std::max(clock.now(), lastRecordedAt);
  NumberedEvent event;
  event.view.position = nextPosition++;
  event.view.recordedAt = lastRecordedAt = at;
  event.view.id.bytes = drawUuid7(at, random);
  event.stream = {streamId(StreamKind::SY, {}), OPERATOR};
  Number number = lastNumber(event.stream.stream) + 1;
  numbers.put(event.stream.stream, {number, event.view.position});
  event.lines.emplace_back(event.stream.stream, number);
  auto& outcome = decided.outcome;
  outcome.kind = Outcome::Kind::ACCEPTED;
  outcome.receipt = {event.view.position, 1, {}, event.view.id, at, number};
  decided.events.push_back(std::move(event));
  decided.end = nextPosition;
}

void Decider::remember(const std::shared_ptr<Decided>& decided) {
  for (auto& event : decided->events) {
    fragments.evolve(event.view);
    for (auto& [tag, subject] : event.introduces) subjects.introduce(tag, subject, event.view.position);
  }
  Position first = decided->events.front().view.position;
  recent[decided->pending->tag] = {decided->outcome, decided->pending->bodyDigest, first};
  recentOrder.emplace_back(decided->pending->tag, first);
  tail.push_back(decided);
}

std::shared_ptr<Decided> Decider::decide(std::shared_ptr<Pending> pending) {
  auto decided = std::make_shared<Decided>();
  decided->pending = pending;
  decided->end = nextPosition;
  if (pending->fact) {
    numberFact(*decided);
    return decided;
  }
  std::optional<Outcome> fault;
  Micros at = 0;
  if (!pending->settled) {
    at = timeOf(*pending, fault);
    auto idTime = uuid7Time(law::thingId(pending->command().getId().asReader()));
    if (!fault && (!idTime || *idTime > at + ID_AHEAD_MAX))
      fault = invalid("id", "kommando-id måste vara en UUIDv7 som inte ligger mer än fem minuter fram i tiden");
    if (!fault && *idTime < at - ID_AGE_MAX) fault = invalid("id", "kommando-id är äldre än trettio dagar");
    if (fault)
      pending->settled = std::move(fault);
    else
      settleVersion(*pending, at);
  }
  if (pending->settled) {
    decided->outcome = *pending->settled;
    return decided;
  }

  if (undone && pending->command().isConfirmDestruction()) {
    decided->outcome =
        invalid("confirmDestruction", "en förstöring är beslutad och inte genomförd än: nycklar eller text finns kvar");
    return decided;
  }
  if (keysInFile && pending->command().isConfirmDestruction() &&
      pending->command().getConfirmDestruction().getKeyHolder() == schema::KeyHolderKind::TOKEN) {
    decided->outcome = invalid("confirmDestruction.keyHolder",
                               "journalens nycklar ligger i en fil, inte i ett kort: någon svarar för dess kopior");
    return decided;
  }
  decided->decision = law::decide(fragments, pending->command().asReader(), pending->submission.client, at);
  // Everything fallible is checked before anything is numbered: after this line there is no way back but poison.
  auto& events = decided->decision.events;
  size_t words = 0;
  for (auto& message : events) words += message->sizeInWords();
  if (events.size() > EVENTS_PER_COMMAND_MAX || words > WORDS_PER_COMMAND_MAX) {
    decided->outcome = invalid("", "kommandot skulle ge mer än 256 händelser eller 1 MiB");
    return decided;
  }
  for (auto& message : events)
    if (auto why = cannotBeTaken(message->getRoot<schema::Event>().asReader())) {
      decided->outcome = invalid("dispose", *why);
      return decided;
    }
  auto& outcome = decided->outcome;
  outcome.kind = decided->decision.kind == law::Decision::Kind::ACCEPTED    ? Outcome::Kind::ACCEPTED
                 : decided->decision.kind == law::Decision::Kind::UNCHANGED ? Outcome::Kind::UNCHANGED
                                                                            : Outcome::Kind::REFUSED;
  outcome.code = decided->decision.code;
  outcome.arguments = decided->decision.arguments;
  outcome.earlier = decided->decision.earlier;
  outcome.receipt.position = nextPosition;
  outcome.receipt.events = static_cast<uint32_t>(events.size());
  outcome.receipt.recordedAt = at;
  number(*decided, at);
  undone = undone || takesAway(outcome.kinds.front());
  lastRecordedAt = at;
  outcome.receipt.event = decided->events.front().view.id;
  outcome.receipt.version = decided->events.front().lines.front().second;
  decided->end = nextPosition;
  remember(decided);
  return decided;
}

Position Decider::beginLoad() {
  Position below = index.end();
  loading.insert(below);
  return below;
}

void Decider::finishLoad(Position below, const std::vector<law::FragmentKey>& keys, Fragments& loaded) {
  loading.erase(loading.find(below));
  for (auto& key : keys) {
    if (fragments.has(key)) continue;
    fragments.adopt(key, loaded);
    for (auto& decided : tail)
      for (auto& event : decided->events)
        if (event.view.position >= below) {
          auto touched = law::touched(event.view);
          if (std::find(touched.begin(), touched.end(), key) != touched.end()) fragments.evolveOne(key, event.view);
        }
  }
}

void Decider::rest() {
  Position known = index.end();
  Position needed = loading.empty() ? known : std::min(known, *loading.begin());
  while (!tail.empty() && tail.front()->end <= needed) tail.pop_front();
  while (!recentOrder.empty() && recentOrder.front().second < known) {
    auto found = recent.find(recentOrder.front().first);
    if (found != recent.end() && found->second.position == recentOrder.front().second) recent.erase(found);
    recentOrder.pop_front();
  }
  subjects.forgetBelow(known);
  fragments.rest();
  numbers.rest([known](const LastNumber& n) { return n.position >= known; });
}

}  // namespace liggare
