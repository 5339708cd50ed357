#include "engine/record.h"

#include <capnp/serialize.h>
#include <kj/debug.h>

#include "engine/intake/plan.h"

namespace liggare {

void EventParts::begin(PartKind kind) { begins.emplace_back(kind, words.size()); }

// By our own one-pass writer: capnp::canonicalize copies, measures and copies again (a third of the sealer's time,
// measured).
template <typename Reader>
void EventParts::add(PartKind kind, Reader reader) {
  begin(kind);
  intake::CanonicalWriter(words, intake::Texts::AS_GIVEN)
      .message(intake::structTable<capnp::FromReader<Reader>>(), capnp::AnyStruct::Reader(reader));
}

std::span<const PartInput> EventParts::of(schema::Event::Reader event, const Ask* ask) {
  words.clear();
  begins.clear();
  add(PartKind::COMMON, event.getCommon());
  add(PartKind::ACTOR, event.getActor());
  for (auto patient : event.getPatients()) add(PartKind::PATIENT, patient);
  if (event.hasTexts() && event.getTexts().size() > 0) {
    capnp::MallocMessageBuilder message;
    auto texts = message.initRoot<schema::Texts>();
    texts.setItems(event.getTexts());
    add(PartKind::TEXT, texts.asReader());
  }
  if (ask != nullptr) {
    begin(PartKind::ASK);
    intake::appendAsk(words, ask->command, ask->bodyDigest, ask->client);
  }
  inputs.clear();
  Bytes all = intake::bytesOf(words);
  for (size_t i = 0; i < begins.size(); ++i) {
    size_t end = i + 1 < begins.size() ? begins[i + 1].second : words.size();
    size_t from = begins[i].second;
    inputs.push_back({begins[i].first, all.subspan(from * sizeof(uint64_t), (end - from) * sizeof(uint64_t))});
  }
  return inputs;
}

// One aligned copy per part (values from disk are not aligned to words), and the reader over it.
struct EventAssembly::Memory {
  struct Part {
    kj::Array<capnp::word> words;
    kj::ArrayPtr<const capnp::word> segment;
    std::unique_ptr<capnp::SegmentArrayMessageReader> reader;
  };
  std::vector<std::unique_ptr<Part>> parts;
  law::EventView view;
  std::optional<schema::Ask::Reader> ask;
};

EventAssembly::EventAssembly() : memory(std::make_shared<Memory>()) {}

void EventAssembly::part(PartKind kind, Bytes plaintext) {
  KJ_REQUIRE(plaintext.size() % sizeof(capnp::word) == 0, "an event part of broken length", plaintext.size());
  auto part = std::make_unique<Memory::Part>();
  part->words = kj::heapArray<capnp::word>(plaintext.size() / sizeof(capnp::word));
  std::memcpy(part->words.begin(), plaintext.data(), plaintext.size());
  part->segment = part->words;
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 64 * part->words.size() + 4096;  // a view is read many times over; see docs/format.md
  options.nestingLimit = 16;
  part->reader = std::make_unique<capnp::SegmentArrayMessageReader>(kj::arrayPtr(&part->segment, 1), options);
  switch (kind) {
    case PartKind::COMMON: memory->view.common = part->reader->getRoot<schema::Common>(); break;
    case PartKind::ACTOR: memory->view.actor = part->reader->getRoot<schema::Actor>(); break;
    case PartKind::PATIENT: memory->view.patients.push_back(part->reader->getRoot<schema::PatientPart>()); break;
    case PartKind::TEXT: memory->view.texts = part->reader->getRoot<schema::Texts>().getItems(); break;
    case PartKind::ASK: memory->ask = part->reader->getRoot<schema::Ask>(); break;
  }
  memory->parts.push_back(std::move(part));
}

OpenedEvent EventAssembly::finish(EntryFields entry, std::vector<Line> lines) && {
  OpenedEvent event;
  event.view = memory->view;
  event.view.position = entry.position;
  event.view.recordedAt = entry.recordedAt;
  event.view.id = entry.eventId;
  event.ask = memory->ask;
  event.entry = std::move(entry);
  event.lines = std::move(lines);
  event.memory = std::move(memory);
  return event;
}

std::string OpenedEvent::text(schema::TextSlot slot, uint16_t index) const {
  for (auto item : view.texts)
    if (item.getSlot() == slot && item.getIndex() == index) return {item.getText().cStr(), item.getText().size()};
  return {};
}

}  // namespace liggare
