// From a struct to JSON, led by the schema tables.

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "engine/intake/json.h"

namespace liggare::intake {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;

constexpr int64_t EXACT_MAX = int64_t(1) << 53;  // beyond it JSON readers round

// A name that means that nothing was said, as the zero of its enum.
bool saysNothing(std::string_view name) { return name == "none" || name == "unstated" || name == "unnamed"; }

class Writer {
 public:
  std::string out;

  void object(const StructTable& table, AnyStruct::Reader reader) {
    out += '{';
    const size_t start = out.size();
    const auto data = reader.getDataSection();
    const auto pointers = reader.getPointerSection();
    const auto* member = activeMember(table, data);
    const bool isCommand = &table == &structTable<schema::Command>();  // its times keep the offset they came with
    if (isCommand) offset = reader.as<schema::Command>().getOffsetMinutes();
    for (const auto& row : table.fields) {
      if (row.discriminant != NOT_IN_UNION && &row != member) continue;
      if (isCommand && row.name == "offsetMinutes") continue;
      const size_t before = out.size();
      if (before > start) out += ',';
      quoted(row.name);
      out += ':';
      const bool isPresent =
          isPointer(row.kind) ? row.slot < pointers.size() && pointer(row, pointers[row.slot]) : scalar(row, data);
      if (!isPresent) out.resize(before);
    }
    out += '}';
  }

  void quoted(std::string_view text) {
    static const char* const HEX = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\t': out += "\\t"; break;
        case '\r': out += "\\r"; break;
        default:
          if (uint8_t(c) < 0x20 || c == 0x7f) {
            out += "\\u00";
            out += {HEX[uint8_t(c) >> 4], HEX[c & 15]};
          } else {
            out += c;
          }
      }
    }
    out += '"';
  }

 private:
  std::optional<int16_t> offset;  // of times below; none: UTC

  // Writes the value, or says that there is none.
  bool scalar(const FieldRow& row, kj::ArrayPtr<const capnp::byte> data) {
    if (row.kind == FieldKind::VOID) return row.name != "none" && (out += "null", true);
    const uint64_t number = numberAt(row, data);
    switch (row.kind) {
      case FieldKind::BOOL: out += number != 0 ? "true" : "false"; return true;
      case FieldKind::ENUM: return enumerant(*row.names, uint16_t(number));
      case FieldKind::INSTANT:
        if (number != 0) quoted(offset ? formatStamp({int64_t(number), *offset}) : formatUtc(int64_t(number)));
        return number != 0;
      case FieldKind::DAY:
        if (number != 0) quoted(formatDay(int32_t(number)));
        return number != 0;
      case FieldKind::UINT64:
        integer(std::to_string(number), number <= uint64_t(EXACT_MAX) ? Size::EXACT : Size::BIG);
        return true;
      default: {
        const auto value = int64_t(number);
        integer(std::to_string(value), value <= EXACT_MAX && value >= -EXACT_MAX ? Size::EXACT : Size::BIG);
        return true;
      }
    }
  }

  enum class Size { EXACT, BIG };
  void integer(const std::string& digits, Size size) { size == Size::EXACT ? void(out += digits) : quoted(digits); }

  // A later schema's enumerant is written by its number.
  bool enumerant(const EnumTable& names, uint16_t ordinal) {
    if (ordinal >= names.names.size()) {
      out += std::to_string(ordinal);
      return true;
    }
    if (ordinal == 0 && saysNothing(names.names[0])) return false;
    quoted(names.codes[ordinal].empty() ? names.names[ordinal] : names.codes[ordinal]);
    return true;
  }

  bool id(schema::Id::Reader id) {
    if (id.getHi() == 0 && id.getLo() == 0) return false;
    std::array<uint8_t, 16> bytes;
    putBe64(bytes.data(), id.getHi());
    putBe64(bytes.data() + 8, id.getLo());
    quoted(uuidText(bytes));
    return true;
  }

  bool text(capnp::Text::Reader text) {
    if (text.size() > 0) quoted({text.begin(), text.size()});
    return text.size() > 0;
  }

  bool pointer(const FieldRow& row, AnyPointer::Reader from) {
    if (from.isNull()) return false;
    switch (row.kind) {
      case FieldKind::TEXT: return text(from.getAs<capnp::Text>());
      case FieldKind::DATA: {
        const auto bytes = from.getAs<capnp::Data>();
        if (bytes.size() > 0) quoted(toBase64({bytes.begin(), bytes.size()}));
        return bytes.size() > 0;
      }
      case FieldKind::ID: return id(from.getAs<schema::Id>());
      case FieldKind::REF: return text(from.getAs<schema::Ref>().getText());
      case FieldKind::STRUCT: object(*row.nested, from.getAs<AnyStruct>()); return true;
      case FieldKind::LIST_TEXT:
        return list(from.getAs<capnp::List<capnp::Text>>(),
                    [&](auto each) { return text(each) || (out += "\"\"", true); });
      case FieldKind::LIST_ENUM:
        return list(from.getAs<capnp::List<uint16_t>>(),
                    [&](uint16_t each) { return enumerant(*row.names, each) || (quoted(row.names->names[0]), true); });
      case FieldKind::LIST_ID:
        return list(from.getAs<capnp::List<schema::Id>>(),
                    [&](auto each) { return id(each) || (out += "null", true); });
      case FieldKind::LIST_REF:
        return list(from.getAs<capnp::List<schema::Ref>>(),
                    [&](auto each) { return text(each.getText()) || (out += "\"\"", true); });
      default:
        return list(from.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>(),
                    [&](auto each) { return object(*row.nested, each), true; });
    }
  }

  template <typename List, typename Function>
  bool list(List elements, Function writeOne) {
    if (elements.size() == 0) return false;
    out += '[';
    for (uint32_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out += ',';
      writeOne(elements[i]);
    }
    out += ']';
    return true;
  }
};

}  // namespace

std::string encodeJson(const StructTable& table, AnyStruct::Reader reader) {
  Writer writer;
  writer.object(table, reader);
  return std::move(writer.out);
}

std::string quoteJson(std::string_view text) {
  Writer writer;
  writer.quoted(text);
  return std::move(writer.out);
}

}  // namespace liggare::intake
