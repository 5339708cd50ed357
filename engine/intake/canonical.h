// Writes Cap'n Proto's canonical form straight from a message's words, led by the schema tables: one pass instead of
// copy, measure, copy. On the way personal texts can be reduced. Only fields the table knows are written, so nothing
// hides behind a schema.
#pragma once

#include <capnp/any.h>
#include <kj/array.h>

#include <vector>

#include "engine/base/bytes.h"
#include "engine/intake/schema-table.h"

namespace liggare::intake {

enum class Texts { AS_GIVEN, REDUCED };

// Where the struct to be written lies. The words of a builder of ours are read as they are: its pointers lead where
// they say, and asking Cap'n Proto to check each of them was half of the work (measured). What came from anywhere else
// is copied into such a builder first, which checks it.
enum class Origin { ANYWHERE, OUR_BUILDER };

using Words = std::vector<uint64_t>;
inline Bytes bytesOf(const Words& words, size_t from = 0) {
  return {reinterpret_cast<const uint8_t*>(words.data() + from), (words.size() - from) * sizeof(uint64_t)};
}

// Appends messages to `words`, which the caller owns and may use again: a writer itself costs nothing.
class CanonicalWriter {
 public:
  CanonicalWriter(Words& to, Texts how, Origin from = Origin::ANYWHERE) : words(to), texts(how), origin(from) {}

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
  struct Source;

  Words& words;
  Texts texts;
  Origin origin;

  bool tryStructAt(size_t pointer, const StructTable& table, const Source& from);
  static bool isPresent(const FieldRow& row, const uint64_t* from);
  static Size sizeOf(const StructTable& table, const Source& from);
  void sourceAt(size_t pointer, const StructTable& table, const Source& from);
  void body(size_t at, Size size, const StructTable& table, const Source& from);
  void pointerAt(size_t pointer, const FieldRow& row, const uint64_t* from);
  void textAt(size_t pointer, const FieldRow& row, const uint64_t* from);
  void listOfTexts(size_t pointer, const FieldRow& row, const uint64_t* from);
  void listOfStructs(size_t pointer, const StructTable& table, const uint64_t* from);
  size_t list(size_t pointer, unsigned elementCode, uint64_t count, size_t wordCount);
};

}  // namespace liggare::intake
