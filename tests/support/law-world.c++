#include "tests/support/law-world.h"

#include <capnp/serialize.h>
#include <kj/debug.h>

#include "engine/intake/approval.h"
#include "engine/intake/plan.h"
#include "engine/intake/same-event.h"

namespace liggare::test {
namespace {

// Not secret, only stable: what HMAC does in a journal.
IdentifierTag plainTag(Bytes bytes) {
  uint64_t halves[2] = {0xcbf29ce484222325, 0x84222325cbf29ce4};
  for (const uint8_t byte : bytes) {
    for (auto& half : halves) half = (half ^ byte) * 0x100000001b3;
    halves[1] ^= halves[0] >> 29;
  }
  IdentifierTag tag;
  putBe64(tag.bytes.data(), halves[0]);
  putBe64(tag.bytes.data() + 8, halves[1]);
  return tag;
}

template <typename IdType>
IdType idOf(schema::Id::Reader id) {
  IdType made;
  putBe64(made.bytes.data(), id.getHi());
  putBe64(made.bytes.data() + 8, id.getLo());
  return made;
}

std::string_view bytesOf(const kj::Array<capnp::word>& words) {
  return asText({words.asBytes().begin(), words.asBytes().size()});
}

// What a replay years later would find: compares two decisions apart from texts.
std::string difference(const law::Decision& first, const law::Decision& again) {
  if (first.kind != again.kind || first.code != again.code) return "the reduced command is decided otherwise";
  if (first.arguments != again.arguments || first.earlier != again.earlier)
    return "the reduced command has other arguments";
  if (first.events.size() != again.events.size()) return "the reduced command gives another number of events";
  for (size_t i = 0; i < first.events.size(); ++i) {
    const auto path = intake::differsApartFromTexts(first.events[i]->getRoot<schema::Event>().asReader(),
                                                    again.events[i]->getRoot<schema::Event>().asReader());
    if (!path.empty()) return "the reduced command gives another event " + std::to_string(i) + ": " + path;
  }
  return {};
}

}  // namespace

LawWorld::LawWorld(uint64_t seed) : drawn(seed), resolver(makeResolver()) {}
LawWorld::LawWorld(const LawWorld& other)
    : law::StateView(),
      drawn(other.drawn),
      fragments(other.fragments),
      subjects(other.subjects),
      log(other.log),
      sent(other.sent),
      last(other.last),
      resolver(makeResolver()) {}

// Without a cache of its own to go stale: tests look a subject up each time.
intake::Resolver LawWorld::makeResolver() {
  auto find = [this](const IdentifierTag& tag) -> std::optional<SubjectKey> {
    const auto found = subjects.find(tag);
    return found == subjects.end() ? std::nullopt : std::optional(found->second);
  };
  return intake::Resolver({.blind = plainTag, .find = find, .testIds = TestIds::REFUSED, .cacheEntriesMax = 64});
}

std::optional<SubjectKey> LawWorld::find(std::string_view text, schema::RefKind kind) const {
  const auto read = intake::readReference(text, kind, swedishDay(last), TestIds::REFUSED);
  if (!read) return std::nullopt;
  const auto found = subjects.find(plainTag(asBytes(read->blindInput)));
  return found == subjects.end() ? std::nullopt : std::optional(found->second);
}

const law::EventView* LawWorld::eventAt(Position position) const {
  return position >= FIRST && position - FIRST < log.size() ? &log[position - FIRST].view : nullptr;
}

template <typename State>
const State* lookUp(std::map<SubjectKey, State>& all, const SubjectKey& key) {
  auto [place, isNew] = all.try_emplace(key);
  if (isNew) place->second.key = key;
  return &place->second;
}
const law::PatientState* LawWorld::patient(const SubjectKey& key) const {
  return isShown(law::FragmentKind::PATIENT, key) ? lookUp(fragments.patients, key) : nullptr;
}
const law::CommissionState* LawWorld::commission(const SubjectKey& key) const {
  return isShown(law::FragmentKind::COMMISSION, key) ? lookUp(fragments.commissions, key) : nullptr;
}
const law::ProviderState* LawWorld::provider(const SubjectKey& key) const {
  return isShown(law::FragmentKind::PROVIDER, key) ? lookUp(fragments.providers, key) : nullptr;
}
const law::RegionState* LawWorld::region(const SubjectKey& key) const {
  return isShown(law::FragmentKind::REGION, key) ? lookUp(fragments.regions, key) : nullptr;
}

const law::ArchiveState* LawWorld::archive(const SubjectKey& key) const {
  return isShown(law::FragmentKind::ARCHIVE, key) ? lookUp(fragments.archives, key) : nullptr;
}
const law::ReviewState* LawWorld::review(const SubjectKey& key) const {
  return isShown(law::FragmentKind::REVIEW, key) ? lookUp(fragments.reviews, key) : nullptr;
}

LawAnswer LawWorld::submit(std::string_view json, Micros at, const std::string& client) {
  KJ_REQUIRE(at >= last, "time goes backwards", at, last);
  last = at;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  LawAnswer answer;
  if (auto error = intake::decodeCommand(json, command)) {
    answer.kind = LawAnswer::Kind::INVALID;
    answer.invalid = std::move(error);
    return answer;
  }
  const std::string body(bytesOf(intake::bodyDigestInput(command.asReader())));
  const auto id = idOf<CommandId>(command.asReader().getId());
  if (const auto repeated = sent.find(id); repeated != sent.end()) {
    if (repeated->second.body == body) {
      answer = repeated->second.answer;
      answer.kind = LawAnswer::Kind::DUPLICATE;
    } else {
      answer.decision = law::Decision::Kind::REFUSED;
      answer.code = law::RefusalCode::COMMAND_REPEATED;
    }
    return answer;
  }
  intake::fillApprovalDigest(command);
  resolver.resolve(command, drawn, at);
  intake::fillDrawn(command, drawn, at);
  auto decision = decideOn(command.asReader(), client, at);

  const auto words = intake::encodeAsk(command.asReader(), asBytes("digest"), client);
  const kj::ArrayPtr<const capnp::word> segments[] = {words};
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
  const auto ask = reader.getRoot<schema::Ask>();
  const auto problem = difference(decision, decideOn(ask.getCommand(), ask.getClient().cStr(), at));
  answer = keep(std::move(decision), command.asReader(), at);
  answer.replayProblem = problem;
  sent.emplace(id, Sent{body, answer});
  return answer;
}

law::Decision LawWorld::decideOn(schema::Command::Reader ask, const std::string& client, Micros at) {
  shown.clear();
  for (int round = 0;; ++round) {
    KJ_ASSERT(round < 16, "missing() never has enough", uint(ask.which()));
    const auto needed = law::missing(*this, ask);
    if (needed.empty()) break;
    shown.insert(needed.begin(), needed.end());
  }
  return law::decide(*this, ask, client, at);
}

LawAnswer LawWorld::keep(law::Decision decision, schema::Command::Reader ask, Micros at) {
  KJ_ASSERT(!decision.events.empty() && decision.events.size() <= 256, "events of one command", decision.events.size());
  LawAnswer answer;
  answer.decision = decision.kind;
  answer.code = decision.code;
  answer.arguments = std::move(decision.arguments);
  answer.earlier = decision.earlier;
  for (auto& event : decision.events) {
    const Position position = FIRST + log.size();
    std::shared_ptr<capnp::MallocMessageBuilder> message = std::move(event);
    const auto id = EventId::from(drawUuid7(at, drawn));
    log.push_back({message, law::viewOf(message->getRoot<schema::Event>().asReader(), position, at, id)});
    answer.events.push_back(position);
    fold(log.back().view);
  }
  if (decision.kind == law::Decision::Kind::ACCEPTED) learn(ask, answer.events);
  return answer;
}

void LawWorld::fold(const law::EventView& event) {
  auto foldInto = [&](auto& all, const SubjectKey& key) {
    lookUp(all, key);  // made when it is new
    law::evolve(all[key], key, event);
  };
  for (const auto& [kind, subject] : law::touched(event)) {
    switch (kind) {
      case law::FragmentKind::PATIENT: foldInto(fragments.patients, subject); break;
      case law::FragmentKind::COMMISSION: foldInto(fragments.commissions, subject); break;
      case law::FragmentKind::PROVIDER: foldInto(fragments.providers, subject); break;
      case law::FragmentKind::REGION: foldInto(fragments.regions, subject); break;
      case law::FragmentKind::ARCHIVE: foldInto(fragments.archives, subject); break;
      case law::FragmentKind::REVIEW: foldInto(fragments.reviews, subject); break;
    }
  }
}

// What the index would learn: the identifiers that events state, then the subjects that an accepted command introduced.
void LawWorld::learn(schema::Command::Reader ask, const std::vector<Position>& positions) {
  for (const Position position : positions) {
    const auto& event = *eventAt(position);
    const auto body = event.body();
    if (event.patients.empty()) continue;
    const auto patientKey = idOf<SubjectKey>(event.patients[0].getPatient());
    if (body.isPatientRegistered()) {
      for (auto identifier : body.getPatientRegistered().getIdentifiers()) {
        subjects.try_emplace(idOf<IdentifierTag>(identifier.getTag()), patientKey);
      }
    } else if (body.isPatientIdentifierAdded()) {
      subjects.try_emplace(idOf<IdentifierTag>(body.getPatientIdentifierAdded().getIdentifier().getTag()), patientKey);
    }
  }
  capnp::MallocMessageBuilder copy;
  copy.setRoot(ask);
  intake::forEachRef(copy.getRoot<schema::Command>(), [&](schema::Ref::Builder ref, schema::RefKind) {
    if (ref.getState() != schema::Ref::State::UNKNOWN) return;
    subjects.try_emplace(idOf<IdentifierTag>(ref.asReader().getTag()), idOf<SubjectKey>(ref.asReader().getKey()));
  });
}

}  // namespace liggare::test
