#include "engine/intake/schema-table.h"

#include <kj/debug.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "schemas/command.capnp.h"
#include "schemas/common.capnp.h"

namespace liggare::intake {
namespace {

using capnp::schema::Type;

// Annotation ids, from schemas/annotations.capnp.
constexpr uint64_t CODE = 0xc9d8e7f6a5b40619, PERSONAL = 0xb6a5c4d3e2f1061b, INSTANT = 0xd7c6b5a4f3e2061c;
constexpr uint64_t DAY = 0xe8d7c6b5a4f3061d, DRAWN = 0xf9e8d7c6b5a4061e, REFERS = 0x8af9e8d7c6b5061f;

std::string_view viewOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

struct Tables {
  std::recursive_mutex mutex;
  std::map<uint64_t, std::unique_ptr<StructTable>> structs;
  std::map<uint64_t, std::unique_ptr<EnumTable>> enums;
};
Tables& tables() {
  static Tables all;
  return all;
}

// In events and entries every Int64 is an instant and every Int32 a day: only commands say it field by field.
bool saysTimesByType(capnp::StructSchema schema) {
  return viewOf(schema.getProto().getDisplayName()).find("command.capnp:") == std::string_view::npos;
}

FieldKind kindOfPointer(capnp::Type type) {
  if (type.isText()) return FieldKind::TEXT;
  if (type.isData()) return FieldKind::DATA;
  if (type.isStruct()) {
    const auto id = type.asStruct().getProto().getId();
    if (id == capnp::typeId<schema::Id>()) return FieldKind::ID;
    return id == capnp::typeId<schema::Ref>() ? FieldKind::REF : FieldKind::STRUCT;
  }
  KJ_REQUIRE(type.isList(), "field type without a JSON form", uint(type.which()));
  const auto element = type.asList().getElementType();
  if (element.isEnum()) return FieldKind::LIST_ENUM;
  switch (kindOfPointer(element)) {
    case FieldKind::TEXT: return FieldKind::LIST_TEXT;
    case FieldKind::ID: return FieldKind::LIST_ID;
    case FieldKind::REF: return FieldKind::LIST_REF;
    case FieldKind::STRUCT: return FieldKind::LIST_STRUCT;
    default: KJ_FAIL_REQUIRE("list type without a JSON form", uint(element.which()));
  }
}

FieldKind kindOf(capnp::Type type) {
  switch (type.which()) {
    case Type::VOID: return FieldKind::VOID;
    case Type::BOOL: return FieldKind::BOOL;
    case Type::INT8: return FieldKind::INT8;
    case Type::INT16: return FieldKind::INT16;
    case Type::INT32: return FieldKind::INT32;
    case Type::INT64: return FieldKind::INT64;
    case Type::UINT8: return FieldKind::UINT8;
    case Type::UINT16: return FieldKind::UINT16;
    case Type::UINT32: return FieldKind::UINT32;
    case Type::UINT64: return FieldKind::UINT64;
    case Type::ENUM: return FieldKind::ENUM;
    default: return kindOfPointer(type);
  }
}

uint64_t defaultOf(capnp::schema::Value::Reader value) {
  switch (value.which()) {
    case capnp::schema::Value::BOOL: return value.getBool();
    case capnp::schema::Value::INT8: return uint8_t(value.getInt8());
    case capnp::schema::Value::INT16: return uint16_t(value.getInt16());
    case capnp::schema::Value::INT32: return uint32_t(value.getInt32());
    case capnp::schema::Value::INT64: return uint64_t(value.getInt64());
    case capnp::schema::Value::UINT8: return value.getUint8();
    case capnp::schema::Value::UINT16: return value.getUint16();
    case capnp::schema::Value::UINT32: return value.getUint32();
    case capnp::schema::Value::UINT64: return value.getUint64();
    case capnp::schema::Value::ENUM: return value.getEnum();
    default: return 0;
  }
}

void annotate(FieldRow& row, capnp::schema::Field::Reader proto) {
  for (auto note : proto.getAnnotations()) {
    switch (note.getId()) {
      case PERSONAL: row.isPersonal = true; break;
      case DRAWN: row.isDrawn = true; break;
      case INSTANT: row.kind = FieldKind::INSTANT; break;
      case DAY: row.kind = FieldKind::DAY; break;
      case REFERS: row.refers = schema::RefKind(note.getValue().getEnum()); break;
      default: break;
    }
  }
}

FieldRow rowOf(capnp::StructSchema::Field field, bool timesByType) {
  const auto proto = field.getProto();
  KJ_REQUIRE(proto.isSlot(), "groups have no JSON form here", field.getProto().getName());
  FieldRow row;
  row.name = viewOf(proto.getName());
  row.kind = kindOf(field.getType());
  row.index = uint16_t(field.getIndex());
  row.discriminant = proto.getDiscriminantValue();
  row.slot = proto.getSlot().getOffset();
  row.whenUnset = defaultOf(proto.getSlot().getDefaultValue());
  if (timesByType && row.kind == FieldKind::INT64) row.kind = FieldKind::INSTANT;
  if (timesByType && row.kind == FieldKind::INT32) row.kind = FieldKind::DAY;
  annotate(row, proto);
  if (row.kind == FieldKind::ENUM) row.names = &tableOf(field.getType().asEnum());
  if (row.kind == FieldKind::STRUCT) row.nested = &tableOf(field.getType().asStruct());
  if (row.kind == FieldKind::LIST_ENUM) row.names = &tableOf(field.getType().asList().getElementType().asEnum());
  if (row.kind == FieldKind::LIST_STRUCT) row.nested = &tableOf(field.getType().asList().getElementType().asStruct());
  return row;
}

bool isBefore(const FieldRow* a, const FieldRow* b) { return a->slot < b->slot; }

void index(StructTable& table, uint16_t unionSize) {
  table.members.resize(unionSize);
  for (const auto& row : table.fields) {
    table.byName.emplace(row.name, &row);
    if (row.discriminant != NOT_IN_UNION) {
      table.members[row.discriminant] = &row;
    } else if (isPointer(row.kind)) {
      table.common.push_back(&row);
    }
    const bool deep = row.nested != nullptr;
    table.holdsRefs |= row.kind == FieldKind::REF || row.kind == FieldKind::LIST_REF || (deep && row.nested->holdsRefs);
    table.holdsDrawn |= row.isDrawn || (deep && row.nested->holdsDrawn);
  }
  std::sort(table.common.begin(), table.common.end(), isBefore);
}

}  // namespace

// Nested tables are made first and recursion ends because no struct of ours holds itself.
const StructTable& tableOf(capnp::StructSchema schema) {
  const std::lock_guard lock(tables().mutex);
  auto& place = tables().structs[schema.getProto().getId()];
  if (place != nullptr) return *place;
  auto table = std::make_unique<StructTable>();
  const auto proto = schema.getProto().getStruct();
  table->dataWords = proto.getDataWordCount();
  table->pointers = proto.getPointerCount();
  table->discriminantSlot = proto.getDiscriminantOffset();
  for (auto field : schema.getFields()) table->fields.push_back(rowOf(field, saysTimesByType(schema)));
  index(*table, proto.getDiscriminantCount());
  place = std::move(table);
  return *place;
}

const EnumTable& tableOf(capnp::EnumSchema schema) {
  const std::lock_guard lock(tables().mutex);
  auto& place = tables().enums[schema.getProto().getId()];
  if (place != nullptr) return *place;
  auto table = std::make_unique<EnumTable>();
  for (auto enumerant : schema.getEnumerants()) {
    table->ordinals.emplace(viewOf(enumerant.getProto().getName()), enumerant.getOrdinal());
    table->names.push_back(viewOf(enumerant.getProto().getName()));
    table->codes.emplace_back();
    for (auto note : enumerant.getProto().getAnnotations()) {
      if (note.getId() == CODE) table->codes.back() = viewOf(note.getValue().getText());
    }
  }
  place = std::move(table);
  return *place;
}

uint64_t numberAt(const FieldRow& row, kj::ArrayPtr<const capnp::byte> data) {
  switch (row.kind) {
    case FieldKind::BOOL: {
      const size_t at = row.slot / 8;
      const uint64_t bit = at < data.size() ? (data[at] >> (row.slot % 8)) & 1 : 0;
      return bit ^ row.whenUnset;
    }
    case FieldKind::INT8: return uint64_t(int64_t(int8_t(dataAt<uint8_t>(data, row.slot) ^ row.whenUnset)));
    case FieldKind::INT16: return uint64_t(int64_t(int16_t(dataAt<uint16_t>(data, row.slot) ^ row.whenUnset)));
    case FieldKind::DAY:
    case FieldKind::INT32: return uint64_t(int64_t(int32_t(dataAt<uint32_t>(data, row.slot) ^ row.whenUnset)));
    case FieldKind::UINT8: return dataAt<uint8_t>(data, row.slot) ^ row.whenUnset;
    case FieldKind::ENUM:
    case FieldKind::UINT16: return dataAt<uint16_t>(data, row.slot) ^ row.whenUnset;
    case FieldKind::UINT32: return dataAt<uint32_t>(data, row.slot) ^ row.whenUnset;
    case FieldKind::INSTANT:
    case FieldKind::INT64:
    case FieldKind::UINT64: return dataAt<uint64_t>(data, row.slot) ^ row.whenUnset;
    default: KJ_FAIL_REQUIRE("not a number", row.index);
  }
}

}  // namespace liggare::intake
