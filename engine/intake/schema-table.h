// The schemas as flat tables, made once: what a field is called, where it lies, what it means. The door walks commands
// by these tables instead of by reflection, because reflection costs more than the rest of the decoding together.
#pragma once

#include <capnp/any.h>
#include <capnp/schema.h>

#include <string_view>
#include <unordered_map>
#include <vector>

#include "schemas/annotations.capnp.h"

namespace liggare::intake {

enum class FieldKind : uint8_t {
  VOID,
  BOOL,
  INT8,
  INT16,
  INT32,
  INT64,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
  ENUM,
  INSTANT,
  DAY,  // INSTANT: Int64 µs UTC; DAY: Int32 since 1970
  TEXT,
  DATA,
  ID,
  REF,
  STRUCT,  // pointers from here
  LIST_TEXT,
  LIST_ENUM,
  LIST_ID,
  LIST_REF,
  LIST_STRUCT,
};
inline bool isPointer(FieldKind kind) { return kind >= FieldKind::TEXT; }

struct EnumTable {
  std::vector<std::string_view> names;  // by ordinal
  std::vector<std::string_view> codes;  // $code of each, empty when it has none
  std::unordered_map<std::string_view, uint16_t> ordinals;
};

struct StructTable;
constexpr uint16_t NOT_IN_UNION = 0xffff;

struct FieldRow {
  std::string_view name;
  FieldKind kind = FieldKind::VOID;
  bool isPersonal = false;
  bool isDrawn = false;
  schema::RefKind refers = schema::RefKind::PERSON;  // of REF and LIST_REF
  uint16_t index = 0;                                // in StructTable::fields
  uint16_t discriminant = NOT_IN_UNION;
  uint32_t slot = 0;                    // in units of its own size (bits for BOOL); which pointer
  uint64_t whenUnset = 0;               // the default, XORed onto what is stored
  const StructTable* nested = nullptr;  // STRUCT, LIST_STRUCT
  const EnumTable* names = nullptr;     // ENUM, LIST_ENUM
};

struct StructTable {
  uint16_t dataWords = 0;
  uint16_t pointers = 0;
  uint32_t discriminantSlot = 0;  // in units of 16 bits; meaningless without union members
  std::vector<FieldRow> fields;   // in the schema's text order
  std::unordered_map<std::string_view, const FieldRow*> byName;
  std::vector<const FieldRow*> members;  // of the union, by discriminant
  std::vector<const FieldRow*> common;   // pointer fields outside the union, by slot
  bool holdsRefs = false;                // here or deeper: what a walk may skip
  bool holdsDrawn = false;
};

// Threads: any; made at first use, never changed.
const StructTable& tableOf(capnp::StructSchema schema);
const EnumTable& tableOf(capnp::EnumSchema schema);
template <typename T>
const StructTable& structTable() {
  static const StructTable& table = tableOf(capnp::Schema::from<T>());
  return table;
}
template <typename T>
const EnumTable& enumTable() {
  static const EnumTable& table = tableOf(capnp::Schema::from<T>());
  return table;
}

// A value of a data section; zero beyond its end, as Cap'n Proto reads older messages.
template <typename T>
T dataAt(kj::ArrayPtr<const capnp::byte> data, uint32_t slot) {
  T value{};
  if ((size_t(slot) + 1) * sizeof(T) <= data.size()) memcpy(&value, data.begin() + slot * sizeof(T), sizeof(T));
  return value;
}
template <typename T>
void putData(kj::ArrayPtr<capnp::byte> data, uint32_t slot, T value) {
  memcpy(data.begin() + slot * sizeof(T), &value, sizeof(T));  // tables are of the schema the builder was made with
}

// The union member that is set, or null when the struct has no union or a later schema's member.
inline const FieldRow* activeMember(const StructTable& table, kj::ArrayPtr<const capnp::byte> data) {
  if (table.members.empty()) return nullptr;
  const uint16_t which = dataAt<uint16_t>(data, table.discriminantSlot);
  return which < table.members.size() ? table.members[which] : nullptr;
}

// The number in a data field, default applied; signed kinds sign-extended.
uint64_t numberAt(const FieldRow& row, kj::ArrayPtr<const capnp::byte> data);

}  // namespace liggare::intake
