// Writes Cap'n Proto's canonical form straight from a reader, led by the schema tables: one pass instead of copy,
// measure, copy. On the way personal texts can be reduced. Only fields the table knows are written, so nothing hides
// behind a schema.
#pragma once

#include <capnp/any.h>
#include <kj/array.h>

#include <vector>

#include "engine/base/bytes.h"
#include "engine/intake/schema-table.h"

namespace liggare::intake {

enum class Texts { AS_GIVEN, REDUCED };

using Words = std::vector<uint64_t>;
inline Bytes bytesOf(const Words& words, size_t from = 0) {
  return {reinterpret_cast<const uint8_t*>(words.data() + from), (words.size() - from) * sizeof(uint64_t)};
}

// Appends messages to `words`, which the caller owns and may use again: a writer itself costs nothing.
class CanonicalWriter {
 public:
  CanonicalWriter(Words& to, Texts how) : words(to), texts(how) {}

  // A whole message of one struct.
  void message(const StructTable& table, capnp::AnyStruct::Reader root);

  // For a root put together by hand: reserve the struct, then fill its pointers in order.
  size_t root(uint16_t dataWords, uint16_t pointers);  // index of its first word
  void structAt(size_t pointer, const StructTable& table, capnp::AnyStruct::Reader from);
  void bytesAt(size_t pointer, Bytes bytes, size_t zerosAfter);  // nothing when empty

 private:
  struct Size {
    uint16_t dataWords = 0, pointers = 0;
  };

  Words& words;
  Texts texts;

  static Size sizeOf(const StructTable& table, capnp::AnyStruct::Reader from);
  void body(size_t at, Size size, const StructTable& table, capnp::AnyStruct::Reader from);
  void pointerAt(size_t pointer, const FieldRow& row, capnp::AnyPointer::Reader from);
  void textAt(size_t pointer, const FieldRow& row, capnp::Text::Reader text);
  void listOfStructs(size_t pointer, const StructTable& table, capnp::List<capnp::AnyStruct>::Reader list);
  size_t list(size_t pointer, unsigned elementCode, uint32_t count, size_t wordCount);
};

}  // namespace liggare::intake
