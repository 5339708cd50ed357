#include "tests/property/naive-scene.h"

#include <capnp/dynamic.h>
#include <capnp/serialize.h>
#include <kj/string-tree.h>

namespace liggare::naive {
namespace {

EventId eventIdAt(Position position) {
  EventId id;
  putBe64(id.bytes.data() + 8, EVENT_IDS + position);
  return id;
}

law::EventView viewAt(capnp::MallocMessageBuilder& event, Position position, Micros at) {
  return law::viewOf(event.getRoot<schema::Event>().asReader(), position, at, eventIdAt(position));
}

bool isSameMessage(capnp::MallocMessageBuilder& one, capnp::MallocMessageBuilder& other) {
  const auto first = capnp::messageToFlatArray(one), second = capnp::messageToFlatArray(other);
  return first.asBytes() == second.asBytes();
}

std::string difference(const law::Decision& one, const law::Decision& other) {
  if (one.kind != other.kind || one.code != other.code) return "another answer";
  if (one.arguments != other.arguments || one.earlier != other.earlier) return "other arguments";
  if (one.events.size() != other.events.size()) return "another number of events";
  for (size_t i = 0; i < one.events.size(); ++i)
    if (!isSameMessage(*one.events[i], *other.events[i])) return "another event " + std::to_string(i);
  return {};
}

}  // namespace

void State::fold(const law::EventView& event) {
  for (const auto& [kind, subject] : law::touched(event)) {
    switch (kind) {
      case law::FragmentKind::PATIENT: law::evolve(*lookUp(patients, subject), subject, event); break;
      case law::FragmentKind::COMMISSION: law::evolve(*lookUp(commissions, subject), subject, event); break;
      case law::FragmentKind::PROVIDER: law::evolve(*lookUp(providers, subject), subject, event); break;
      case law::FragmentKind::REGION: law::evolve(*lookUp(regions, subject), subject, event); break;
      case law::FragmentKind::ARCHIVE: law::evolve(*lookUp(archives, subject), subject, event); break;
      case law::FragmentKind::REVIEW: law::evolve(*lookUp(reviews, subject), subject, event); break;
    }
  }
}

void setId(schema::Id::Builder id, Id value) { id.setLo(value); }
void name(schema::Ref::Builder ref, Id key, schema::Ref::State state) {
  ref.setState(state);
  setId(ref.initKey(), key);
  setId(ref.initTag(), key);
}

const Decided& Scene::submit(Draft draft) {
  Decided made;
  made.message = std::move(draft.message);
  made.at = now;
  made.first = head;
  const auto command = made.command();
  made.decision = law::decide(state, command, "property", now);
  const bool isAccepted = made.decision.kind == law::Decision::Kind::ACCEPTED;
  if (isAccepted && isPredicted(command)) remember(facts, command, now);
  for (auto& event : made.decision.events) {
    state.fold(viewAt(*event, head, now));
    if (isAccepted) remember(facts, event->getRoot<schema::Event>().asReader(), head, EVENT_IDS + head, now);
    ++head;
  }
  decided.push_back(std::move(made));
  return decided.back();
}

std::string Scene::decidedAgain() const {
  State again;
  for (size_t i = 0; i < decided.size(); ++i) {
    const Decided& one = decided[i];
    const std::string problem = difference(one.decision, law::decide(again, one.command(), "property", one.at));
    if (!problem.empty()) return "command " + std::to_string(i) + " is decided otherwise from the replay: " + problem;
    Position position = one.first;
    for (auto& event : one.decision.events) again.fold(viewAt(*event, position++, one.at));
  }
  return {};
}

std::string kindOf(schema::Command::Reader command) {
  for (const auto field : capnp::Schema::from<schema::Command>().getUnionFields())
    if (field.getProto().getDiscriminantValue() == static_cast<uint16_t>(command.which()))
      return field.getProto().getName().cStr();
  return "?";
}

std::string Scene::told(Id patient, size_t count) const {
  std::string text;
  for (auto one = decided.rbegin(); one != decided.rend() && count > 0; ++one) {
    const auto command = one->command();
    const bool isAccepted = one->decision.kind == law::Decision::Kind::ACCEPTED;
    const bool isRead = command.isReadJournal() || command.isReadShared() || command.isSearch();
    if (!isAccepted || isRead || known(command.getPatient()) != patient) continue;
    const capnp::DynamicStruct::Reader all(command);
    KJ_IF_MAYBE (member, all.which()) {
      const std::string said = kj::str(all.get(*member)).cStr();
      text = "    " + formatUtc(one->at) + " " + kindOf(command) + " " + said + "\n" + text;
    }
    --count;
  }
  return text;
}

// What the law's decision says, in the words of the second reading.
Answer told(const law::Decision& decision, schema::Command::Reader command) {
  Answer answer;
  answer.kind = static_cast<Answer::Kind>(decision.kind);
  answer.code = decision.code;
  const bool isRead = command.isReadJournal() || command.isReadShared() || command.isSearch();
  if (!isRead) return answer;
  const bool isNames = command.isReadShared() && command.getReadShared().getStep() == schema::Step::NAMES;
  for (auto& message : decision.events) {
    const auto event = message->getRoot<schema::Event>().asReader();
    const auto body = event.getCommon().getBody();
    if (!body.isAccessRecorded() && !body.isProviderNamesRevealed()) continue;
    const auto access = body.isAccessRecorded() ? body.getAccessRecorded() : body.getProviderNamesRevealed();
    const bool isAccepted = decision.kind == law::Decision::Kind::ACCEPTED;
    answer.hasBlocked = answer.hasBlocked || access.getHasBlocked();
    answer.hasUnblocked = answer.hasUnblocked || access.getHasUnblocked();
    for (auto provider : access.getProviders()) answer.providers.insert(idOf(provider));
    for (auto part : event.getPatients()) {
      if (!part.isAccess() || isNames) continue;
      for (auto row : part.getAccess().getResources())
        answer.items[row.getPosition()] = {row.getCode(), row.getGround()};
    }
    answer.ground = isAccepted && answer.items.empty() ? access.getGround() : Ground::NONE;
  }
  return answer;
}

}  // namespace liggare::naive
