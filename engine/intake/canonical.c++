#include "engine/intake/canonical.h"

#include <kj/debug.h>

#include "engine/intake/plan.h"

namespace liggare::intake {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;

// Pointer words and element codes, as in Cap'n Proto's encoding.
constexpr unsigned BYTE = 2, TWO_BYTES = 3, POINTER = 6, COMPOSITE = 7;

uint64_t structWord(int64_t offset, uint16_t dataWords, uint16_t pointers) {
  return (uint64_t(offset) & 0x3fffffff) << 2 | uint64_t(dataWords) << 32 | uint64_t(pointers) << 48;
}
uint64_t listWord(int64_t offset, unsigned code, uint64_t count) {
  return (uint64_t(offset) & 0x3fffffff) << 2 | 1 | uint64_t(code) << 32 | count << 35;
}

bool isAllZero(kj::ArrayPtr<const capnp::byte> data) {
  for (const auto byte : data) {
    if (byte != 0) return false;
  }
  return true;
}

// Whether anything is to be written: absent and empty are one thing.
bool isPresent(const FieldRow& row, AnyPointer::Reader from) {
  if (from.isNull()) return false;
  switch (row.kind) {
    case FieldKind::TEXT: return from.getAs<capnp::Text>().size() > 0;
    case FieldKind::DATA: return from.getAs<capnp::Data>().size() > 0;
    case FieldKind::STRUCT: return true;
    case FieldKind::ID: return !isAllZero(from.getAs<AnyStruct>().getDataSection());
    case FieldKind::REF: {
      const auto ref = from.getAs<schema::Ref>();
      return ref.hasText() || ref.hasKey() || !isAllZero(AnyStruct::Reader(ref).getDataSection());
    }
    default: return from.getAs<capnp::AnyList>().size() > 0;
  }
}

// The tables of the two structs that lists and fields name by kind.
const StructTable& tableFor(const FieldRow& row) {
  switch (row.kind) {
    case FieldKind::ID:
    case FieldKind::LIST_ID: return structTable<schema::Id>();
    case FieldKind::REF:
    case FieldKind::LIST_REF: return structTable<schema::Ref>();
    default: return *row.nested;
  }
}

}  // namespace

void CanonicalWriter::message(const StructTable& table, AnyStruct::Reader from) {
  const size_t at = words.size();
  words.push_back(0);
  structAt(at, table, from);
}

size_t CanonicalWriter::root(uint16_t dataWords, uint16_t pointers) {
  const size_t at = words.size();
  words.resize(at + 1 + dataWords + pointers);
  words[at] = structWord(0, dataWords, pointers);
  return at + 1;
}

// Trailing zero words of data and trailing null pointers are not written.
CanonicalWriter::Size CanonicalWriter::sizeOf(const StructTable& table, AnyStruct::Reader from) {
  Size size;
  const auto data = from.getDataSection();
  size_t used = std::min<size_t>(data.size(), table.dataWords * sizeof(uint64_t));
  while (used > 0 && data[used - 1] == 0) --used;
  size.dataWords = uint16_t((used + 7) / 8);
  const auto pointers = from.getPointerSection();
  auto consider = [&](const FieldRow& row) {
    if (row.slot + 1 > size.pointers && row.slot < pointers.size() && isPresent(row, pointers[row.slot])) {
      size.pointers = uint16_t(row.slot + 1);
    }
  };
  const auto* member = activeMember(table, data);
  if (member != nullptr && isPointer(member->kind)) consider(*member);
  for (auto row = table.common.rbegin(); row != table.common.rend() && (*row)->slot >= size.pointers; ++row)
    consider(**row);
  return size;
}

void CanonicalWriter::structAt(size_t pointer, const StructTable& table, AnyStruct::Reader from) {
  const Size size = sizeOf(table, from);
  const size_t at = words.size();
  words.resize(at + size.dataWords + size.pointers);
  const bool isEmpty = size.dataWords + size.pointers == 0;  // canonical: offset -1
  words[pointer] = structWord(isEmpty ? -1 : int64_t(at - pointer - 1), size.dataWords, size.pointers);
  body(at, size, table, from);
}

void CanonicalWriter::body(size_t at, Size size, const StructTable& table, AnyStruct::Reader from) {
  const auto data = from.getDataSection();
  if (size.dataWords > 0)
    memcpy(&words[at], data.begin(), std::min<size_t>(data.size(), size.dataWords * sizeof(uint64_t)));
  const auto pointers = from.getPointerSection();
  const auto* member = activeMember(table, data);
  if (member != nullptr && !isPointer(member->kind)) member = nullptr;
  auto write = [&](const FieldRow& row) {
    if (row.slot < size.pointers) pointerAt(at + size.dataWords + row.slot, row, pointers[row.slot]);
  };
  for (const auto* row : table.common) {  // by slot; the union's member takes its place among them
    if (member != nullptr && member->slot < row->slot) {
      write(*member);
      member = nullptr;
    }
    write(*row);
  }
  if (member != nullptr) write(*member);
}

void CanonicalWriter::pointerAt(size_t pointer, const FieldRow& row, AnyPointer::Reader from) {
  if (from.isNull()) return;
  switch (row.kind) {
    case FieldKind::TEXT: return textAt(pointer, row, from.getAs<capnp::Text>());
    case FieldKind::DATA: {
      const auto data = from.getAs<capnp::Data>();
      return bytesAt(pointer, {data.begin(), data.size()}, 0);
    }
    case FieldKind::ID:
    case FieldKind::REF:
      if (!isPresent(row, from)) return;
      [[fallthrough]];
    case FieldKind::STRUCT: return structAt(pointer, tableFor(row), from.getAs<AnyStruct>());
    case FieldKind::LIST_TEXT: {
      const auto given = from.getAs<capnp::List<capnp::Text>>();
      if (given.size() == 0) return;
      const size_t at = list(pointer, POINTER, given.size(), given.size());
      for (uint32_t i = 0; i < given.size(); ++i) textAt(at + i, row, given[i]);
      return;
    }
    case FieldKind::LIST_ENUM: {
      const auto ordinals = from.getAs<capnp::List<uint16_t>>();
      if (ordinals.size() == 0) return;
      const size_t at = list(pointer, TWO_BYTES, ordinals.size(), (size_t(ordinals.size()) + 3) / 4);
      auto* into = reinterpret_cast<uint8_t*>(&words[at]);
      for (uint32_t i = 0; i < ordinals.size(); ++i) {
        const uint16_t ordinal = ordinals[i];
        memcpy(into + 2 * i, &ordinal, 2);
      }
      return;
    }
    default: {
      const auto given = from.getAs<capnp::AnyList>();
      if (given.size() > 0) listOfStructs(pointer, tableFor(row), given.as<capnp::List<AnyStruct>>());
    }
  }
}

size_t CanonicalWriter::list(size_t pointer, unsigned elementCode, uint32_t count, size_t wordCount) {
  const size_t at = words.size();
  words.resize(at + wordCount);
  words[pointer] = listWord(int64_t(at - pointer - 1), elementCode, count);
  return at;
}

void CanonicalWriter::bytesAt(size_t pointer, Bytes bytes, size_t zerosAfter) {
  if (bytes.empty()) return;
  const size_t size = bytes.size() + zerosAfter;
  const size_t at = list(pointer, BYTE, uint32_t(size), (size + 7) / 8);
  memcpy(&words[at], bytes.data(), bytes.size());
}

void CanonicalWriter::textAt(size_t pointer, const FieldRow& row, capnp::Text::Reader text) {
  if (text.size() == 0) return;
  const bool isHidden = texts == Texts::REDUCED && row.isPersonal;
  bytesAt(pointer, isHidden ? asBytes(PRESENT) : asBytes({text.begin(), text.size()}), 1);
}

// Elements share one size, the largest that any of them needs; first all of them, then what they point at.
void CanonicalWriter::listOfStructs(size_t pointer, const StructTable& table, capnp::List<AnyStruct>::Reader elements) {
  Size size;
  for (uint32_t i = 0; i < elements.size(); ++i) {
    const Size one = sizeOf(table, elements[i]);
    size = {std::max(size.dataWords, one.dataWords), std::max(size.pointers, one.pointers)};
  }
  const size_t step = size.dataWords + size.pointers;
  const size_t at = list(pointer, COMPOSITE, uint32_t(step * elements.size()), 1 + step * elements.size());
  words[at] = structWord(elements.size(), size.dataWords, size.pointers);
  for (uint32_t i = 0; i < elements.size(); ++i) body(at + 1 + step * i, size, table, elements[i]);
}

}  // namespace liggare::intake
