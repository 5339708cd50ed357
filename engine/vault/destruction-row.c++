#include "engine/vault/destruction-row.h"

namespace liggare {
namespace {

constexpr uint8_t LETTER = 'D';
constexpr uint8_t FORMAT = 1;
constexpr size_t HEAD_SIZE = 1 + 1 + 8 + 4;    // format, stage, decision, count
constexpr size_t ITEM_SIZE = 8 + 8 + 16 + 16;  // position, number, stream, owner

}  // namespace

Buffer destructionKey(const EventId& event) {
  Buffer key{LETTER};
  append(key, event);
  return key;
}

Buffer encodeDestruction(const Destruction& destruction) {
  Buffer bytes{FORMAT, uint8_t(destruction.stage)};
  appendBe64(bytes, destruction.decision);
  appendBe32(bytes, uint32_t(destruction.items.size()));
  for (const auto& item : destruction.items) {
    appendBe64(bytes, item.position);
    appendBe64(bytes, item.number);
    append(bytes, item.stream);
    append(bytes, item.owner);
  }
  return bytes;
}

std::optional<Destruction> decodeDestruction(Bytes key, Bytes value) {
  if (key.size() != 17 || key[0] != LETTER) return std::nullopt;
  if (value.size() < HEAD_SIZE || value[0] != FORMAT) return std::nullopt;
  if (value[1] < uint8_t(DestructionStage::DECIDED) || value[1] > uint8_t(DestructionStage::DONE)) return std::nullopt;
  const size_t count = getBe32(&value[10]);
  if ((value.size() - HEAD_SIZE) % ITEM_SIZE != 0 || (value.size() - HEAD_SIZE) / ITEM_SIZE != count)
    return std::nullopt;
  Destruction out;
  out.event = EventId::from(key.subspan(1));
  out.stage = DestructionStage(value[1]);
  out.decision = getBe64(&value[2]);
  out.items.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const Bytes from = value.subspan(HEAD_SIZE + i * ITEM_SIZE, ITEM_SIZE);
    DestroyedItem item;
    item.position = getBe64(&from[0]);
    item.number = getBe64(&from[8]);
    item.stream = BookId::from(from.subspan(16, 16));
    item.owner = SubjectKey::from(from.subspan(32, 16));
    if (item.number == 0 || (i > 0 && item.position <= out.items.back().position)) return std::nullopt;
    out.items.push_back(item);
  }
  return out;
}

}  // namespace liggare
