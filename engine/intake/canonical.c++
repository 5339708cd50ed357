#include "engine/intake/canonical.h"

#include <capnp/message.h>
#include <kj/debug.h>

#include "engine/intake/plan.h"

namespace liggare::intake {

// A struct as its words lie: data, then pointers.
struct CanonicalWriter::Source {
  const uint64_t* words;
  uint16_t dataWords, pointers;

  kj::ArrayPtr<const capnp::byte> data() const {
    return {reinterpret_cast<const capnp::byte*>(words), dataWords * sizeof(uint64_t)};
  }
  const uint64_t* pointer(size_t slot) const { return words + dataWords + slot; }
};

namespace {

using capnp::AnyStruct;

// Pointer words and element codes, as in Cap'n Proto's encoding.
enum Tag : unsigned { STRUCT = 0, LIST = 1 };
constexpr unsigned BYTE = 2, TWO_BYTES = 3, POINTER = 6, COMPOSITE = 7;

uint64_t structWord(int64_t offset, uint16_t dataWords, uint16_t pointers) {
  return (uint64_t(offset) & 0x3fffffff) << 2 | STRUCT | uint64_t(dataWords) << 32 | uint64_t(pointers) << 48;
}
uint64_t listWord(int64_t offset, unsigned code, uint64_t count) {
  return (uint64_t(offset) & 0x3fffffff) << 2 | LIST | uint64_t(code) << 32 | count << 35;
}

// A pointer that is not what the schema says, or leads to another segment: the words cannot be read as they are.
struct NotPlain {};

const uint64_t* target(const uint64_t* pointer) { return pointer + 1 + (int32_t(uint32_t(*pointer)) >> 2); }

struct List {
  const uint64_t* words;
  uint32_t count;  // elements; words when composite

  List(const uint64_t* pointer, unsigned code) : words(target(pointer)), count(uint32_t(*pointer >> 35)) {
    if ((*pointer & 3) != LIST || ((*pointer >> 32) & 7) != code) throw NotPlain();
  }
};

Bytes bytesIn(const uint64_t* pointer) {
  const List list(pointer, BYTE);
  return {reinterpret_cast<const uint8_t*>(list.words), list.count};
}

// Without the zero that ends it.
Bytes textIn(const uint64_t* pointer) {
  const Bytes bytes = bytesIn(pointer);
  if (bytes.empty()) return bytes;
  if (bytes.back() != 0) throw NotPlain();
  return bytes.first(bytes.size() - 1);
}

template <typename Source>
Source structIn(const uint64_t* pointer) {
  if ((*pointer & 3) != STRUCT) throw NotPlain();
  return {target(pointer), uint16_t(*pointer >> 32), uint16_t(*pointer >> 48)};
}

// The elements of a list of structs, side by side behind their own word.
template <typename Source>
struct Elements {
  uint32_t count;
  Source first;

  explicit Elements(const uint64_t* pointer) {
    const List list(pointer, COMPOSITE);
    const uint64_t word = *list.words;
    if ((word & 3) != STRUCT) throw NotPlain();
    count = uint32_t(word) >> 2;
    first = {list.words + 1, uint16_t(word >> 32), uint16_t(word >> 48)};
  }
  Source operator[](uint32_t i) const {
    return {first.words + size_t(i) * (first.dataWords + first.pointers), first.dataWords, first.pointers};
  }
};

bool isAllZero(const uint64_t* words, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (words[i] != 0) return false;
  }
  return true;
}

uint32_t countIn(const uint64_t* pointer) {
  if ((*pointer & 3) != LIST) throw NotPlain();
  const bool isComposite = ((*pointer >> 32) & 7) == COMPOSITE;
  return isComposite ? uint32_t(*target(pointer)) >> 2 : uint32_t(*pointer >> 35);
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

// Whether anything is to be written: absent and empty are one thing.
bool CanonicalWriter::isPresent(const FieldRow& row, const uint64_t* from) {
  if (*from == 0) return false;
  switch (row.kind) {
    case FieldKind::TEXT: return !textIn(from).empty();
    case FieldKind::DATA: return !bytesIn(from).empty();
    case FieldKind::STRUCT: return true;
    case FieldKind::ID: {
      const auto id = structIn<Source>(from);
      return !isAllZero(id.words, id.dataWords);
    }
    case FieldKind::REF: {  // a text or a key, or a state
      const auto ref = structIn<Source>(from);
      return !isAllZero(ref.words, size_t(ref.dataWords) + ref.pointers);
    }
    default: return countIn(from) > 0;
  }
}

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

// The pointers of a struct follow its data: so its encoding has it, in whatever message it lies.
void CanonicalWriter::structAt(size_t pointer, const StructTable& table, AnyStruct::Reader from) {
  const auto sourceOf = [](AnyStruct::Reader reader) -> Source {
    const auto data = reader.getDataSection();
    return {reinterpret_cast<const uint64_t*>(data.begin()), uint16_t(data.size() / sizeof(uint64_t)),
            uint16_t(reader.getPointerSection().size())};
  };
  if (origin == Origin::OUR_BUILDER && tryStructAt(pointer, table, sourceOf(from))) return;
  capnp::MallocMessageBuilder copy(static_cast<unsigned>(from.totalSize().wordCount) + 1);  // in one segment
  copy.setRoot(from);
  const bool isPlain = tryStructAt(pointer, table, sourceOf(copy.getRoot<AnyStruct>().asReader()));
  KJ_REQUIRE(isPlain, "a message that is not of its schema");
}

// False, and nothing written, when the words cannot be read as they are.
bool CanonicalWriter::tryStructAt(size_t pointer, const StructTable& table, const Source& from) {
  const size_t before = words.size();
  try {
    sourceAt(pointer, table, from);
    return true;
  } catch (const NotPlain&) {
    words.resize(before);
    words[pointer] = 0;
    return false;
  }
}

// Trailing zero words of data and trailing null pointers are not written.
CanonicalWriter::Size CanonicalWriter::sizeOf(const StructTable& table, const Source& from) {
  Size size;
  size.dataWords = std::min(from.dataWords, table.dataWords);
  while (size.dataWords > 0 && from.words[size.dataWords - 1] == 0) --size.dataWords;
  auto consider = [&](const FieldRow& row) {
    if (row.slot + 1 > size.pointers && row.slot < from.pointers && isPresent(row, from.pointer(row.slot)))
      size.pointers = uint16_t(row.slot + 1);
  };
  const auto* member = activeMember(table, from.data());
  if (member != nullptr && isPointer(member->kind)) consider(*member);
  for (auto row = table.common.rbegin(); row != table.common.rend() && (*row)->slot >= size.pointers; ++row)
    consider(**row);
  return size;
}

void CanonicalWriter::sourceAt(size_t pointer, const StructTable& table, const Source& from) {
  const Size size = sizeOf(table, from);
  const size_t at = words.size();
  words.resize(at + size.dataWords + size.pointers);
  const bool isEmpty = size.dataWords + size.pointers == 0;  // canonical: offset -1
  words[pointer] = structWord(isEmpty ? -1 : int64_t(at - pointer - 1), size.dataWords, size.pointers);
  body(at, size, table, from);
}

void CanonicalWriter::body(size_t at, Size size, const StructTable& table, const Source& from) {
  const size_t dataWords = std::min(from.dataWords, size.dataWords);  // another element of the list may be longer
  std::copy_n(from.words, dataWords, words.begin() + static_cast<std::ptrdiff_t>(at));
  const auto* member = activeMember(table, from.data());
  if (member != nullptr && !isPointer(member->kind)) member = nullptr;
  auto write = [&](const FieldRow& row) {
    if (row.slot < size.pointers && row.slot < from.pointers)
      pointerAt(at + size.dataWords + row.slot, row, from.pointer(row.slot));
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

void CanonicalWriter::pointerAt(size_t pointer, const FieldRow& row, const uint64_t* from) {
  if (*from == 0) return;
  switch (row.kind) {
    case FieldKind::TEXT: return textAt(pointer, row, from);
    case FieldKind::DATA: return bytesAt(pointer, bytesIn(from), 0);
    case FieldKind::ID:
    case FieldKind::REF:
      if (!isPresent(row, from)) return;
      [[fallthrough]];
    case FieldKind::STRUCT: return sourceAt(pointer, tableFor(row), structIn<Source>(from));
    case FieldKind::LIST_TEXT: return listOfTexts(pointer, row, from);
    case FieldKind::LIST_ENUM: {
      const List ordinals(from, TWO_BYTES);
      if (ordinals.count == 0) return;
      const size_t at = list(pointer, TWO_BYTES, ordinals.count, (size_t(ordinals.count) + 3) / 4);
      memcpy(&words[at], ordinals.words, size_t(ordinals.count) * 2);
      return;
    }
    default: return listOfStructs(pointer, tableFor(row), from);
  }
}

size_t CanonicalWriter::list(size_t pointer, unsigned elementCode, uint64_t count, size_t wordCount) {
  const size_t at = words.size();
  words.resize(at + wordCount);
  words[pointer] = listWord(int64_t(at - pointer - 1), elementCode, count);
  return at;
}

void CanonicalWriter::bytesAt(size_t pointer, Bytes bytes, size_t zerosAfter) {
  if (bytes.empty()) return;
  const size_t size = bytes.size() + zerosAfter;
  const size_t at = list(pointer, BYTE, size, (size + 7) / 8);
  memcpy(&words[at], bytes.data(), bytes.size());
}

void CanonicalWriter::textAt(size_t pointer, const FieldRow& row, const uint64_t* from) {
  if (*from == 0) return;
  const Bytes text = textIn(from);
  if (text.empty()) return;
  const bool isHidden = texts == Texts::REDUCED && row.isPersonal;
  bytesAt(pointer, isHidden ? asBytes(PRESENT) : text, 1);
}

void CanonicalWriter::listOfTexts(size_t pointer, const FieldRow& row, const uint64_t* from) {
  const List given(from, POINTER);
  if (given.count == 0) return;
  const size_t at = list(pointer, POINTER, given.count, given.count);
  for (uint32_t i = 0; i < given.count; ++i) textAt(at + i, row, given.words + i);
}

// Elements share one size, the largest that any of them needs; first all of them, then what they point at.
void CanonicalWriter::listOfStructs(size_t pointer, const StructTable& table, const uint64_t* from) {
  const Elements<Source> elements(from);
  if (elements.count == 0) return;
  Size size;
  for (uint32_t i = 0; i < elements.count; ++i) {
    const Size one = sizeOf(table, elements[i]);
    size = {std::max(size.dataWords, one.dataWords), std::max(size.pointers, one.pointers)};
  }
  const size_t step = size.dataWords + size.pointers;
  const size_t at = list(pointer, COMPOSITE, step * elements.count, 1 + step * elements.count);
  words[at] = structWord(elements.count, size.dataWords, size.pointers);
  for (uint32_t i = 0; i < elements.count; ++i) body(at + 1 + step * i, size, table, elements[i]);
}

}  // namespace liggare::intake
