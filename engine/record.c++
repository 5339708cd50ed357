#include "engine/record.h"

#include <capnp/serialize-packed.h>
#include <kj/debug.h>

#include "engine/intake/plan.h"

namespace liggare {

void EventParts::begin(PartKind kind) { begins.emplace_back(kind, words.size()); }

// By our own one-pass writer: capnp::canonicalize copies, measures and copies again (a third of the sealer's time,
// measured).
template <typename Reader>
void EventParts::add(PartKind kind, Reader reader) {
  begin(kind);
  intake::CanonicalWriter(words, intake::Texts::AS_GIVEN, intake::Origin::OUR_BUILDER)
      .message(intake::structTable<capnp::FromReader<Reader>>(), capnp::AnyStruct::Reader(reader));
}

// Only the count of a message's segments and its length stand before the words; both are packed too.
void packMessage(Bytes canonical, Buffer& to) {
  const size_t at = to.size();
  to.resize(at + canonical.size() / 8 * 10 + 16);  // a word without zeros costs a tag and a count more, at most
  kj::ArrayOutputStream out(kj::arrayPtr(to.data() + at, to.size() - at));
  auto segment = kj::arrayPtr(reinterpret_cast<const capnp::word*>(canonical.data()), canonical.size() / 8);
  capnp::writePackedMessage(out, kj::arrayPtr(&segment, 1));
  to.resize(at + out.getArray().size());
}

std::span<const PartInput> EventParts::of(schema::Event::Builder made, Bytes ask) {
  const auto event = made.asReader();
  words.clear();
  begins.clear();
  add(PartKind::COMMON, event.getCommon());
  add(PartKind::ACTOR, event.getActor());
  for (auto patient : event.getPatients()) add(PartKind::PATIENT, patient);
  if (event.hasTexts() && event.getTexts().size() > 0) {
    capnp::MallocMessageBuilder message(
        kj::arrayPtr(reinterpret_cast<capnp::word*>(textsMemory.data()), textsMemory.size()));
    auto texts = message.initRoot<schema::Texts>();
    texts.setItems(event.getTexts());
    add(PartKind::TEXT, texts.asReader());
  }
  packed.clear();
  packed.reserve(words.size() * 10 + 16 * begins.size());  // the spans below must stay
  inputs.clear();
  Bytes all = intake::bytesOf(words);
  for (size_t i = 0; i < begins.size(); ++i) {
    const size_t from = begins[i].second;
    const size_t end = i + 1 < begins.size() ? begins[i + 1].second : words.size();
    const size_t at = packed.size();
    packMessage(all.subspan(from * sizeof(uint64_t), (end - from) * sizeof(uint64_t)), packed);
    inputs.push_back({begins[i].first, Bytes(packed).subspan(at)});
  }
  if (!ask.empty()) inputs.push_back({PartKind::ASK, ask});
  return inputs;
}

// What a part may unpack to, and be read: 16 MiB. Packing makes little of zeros, so the packed length bounds nothing;
// and a view is read many times over. See docs/format.md.
constexpr uint64_t PART_WORDS_MAX = 2 << 20;

struct EventAssembly::Memory {
  std::vector<std::unique_ptr<capnp::PackedMessageReader>> parts;
  law::EventView view;
  std::optional<schema::Ask::Reader> ask;
};

EventAssembly::EventAssembly() : memory(std::make_shared<Memory>()) {}

namespace {

// EventParts writes one segment. A reader of several would read the later ones when they are asked for, or when it
// dies: long after the stream below has gone.
bool isOneSegment(Bytes packed) {
  constexpr uint8_t COUNT_BYTES = 0x0f;  // the tag's bits for the first half of the segment table: zero is left out
  return !packed.empty() && (packed[0] & COUNT_BYTES) == 0;
}

}  // namespace

void EventAssembly::part(PartKind kind, Bytes plaintext) {
  KJ_REQUIRE(isOneSegment(plaintext), "an event part of more than one segment", plaintext.size());
  kj::ArrayInputStream packed(kj::arrayPtr(plaintext.data(), plaintext.size()));
  capnp::ReaderOptions options;
  options.traversalLimitInWords = PART_WORDS_MAX;
  options.nestingLimit = 16;
  auto part = std::make_unique<capnp::PackedMessageReader>(packed, options);
  KJ_REQUIRE(packed.tryGetReadBuffer().size() == 0, "an event part of broken length", plaintext.size());
  switch (kind) {
    case PartKind::COMMON: memory->view.common = part->getRoot<schema::Common>(); break;
    case PartKind::ACTOR: memory->view.actor = part->getRoot<schema::Actor>(); break;
    case PartKind::PATIENT: memory->view.patients.push_back(part->getRoot<schema::PatientPart>()); break;
    case PartKind::TEXT: memory->view.texts = part->getRoot<schema::Texts>().getItems(); break;
    case PartKind::ASK: memory->ask = part->getRoot<schema::Ask>(); break;
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
