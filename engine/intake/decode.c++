// From the tape to the builder, led by the schema tables. On an error the levels above prepend their part of the path
// while they unwind, so that a correct line pays nothing for it.

#include <algorithm>
#include <bitset>
#include <charconv>
#include <limits>

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "engine/base/unicode.h"
#include "engine/intake/json-tape.h"
#include "engine/intake/json.h"

namespace liggare::intake {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;
using Type = JsonNode::Type;

constexpr size_t FIELDS_MAX = 192;  // of a struct; Command has the most
constexpr uint32_t ELEMENTS_MAX = 10'000;

// --- what to suggest -------------------------------------------------------------------------------------------------

size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// " Menade du x?" when a known name is near, else nothing.
template <typename Names, typename NameOf>
std::string suggestion(std::string_view given, const Names& names, NameOf nameOf) {
  if (given.size() > 64) return {};
  std::string_view best;
  size_t bestDistance = std::min<size_t>(4, given.size() / 2 + 1);
  for (const auto& each : names) {
    const std::string_view name = nameOf(each);
    if (const size_t distance = editDistance(given, name); distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best.empty() ? "" : " Menade du " + std::string(best) + "?";
}

// A field name as the sender wrote it, when it cannot be anything but a field name.
std::string shownName(std::string_view name) {
  const auto isPlain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= 48 && std::all_of(name.begin(), name.end(), isPlain) ? std::string(name) : "?";
}

// --- texts -----------------------------------------------------------------------------------------------------------

enum class TextForm { PLAIN, NEEDS_NORMALISING, FORBIDDEN };

// One pass for the usual text. Every code point below U+0300 (lead byte below 0xcc) is in normal form already.
TextForm formOf(std::string_view text, const FieldRow& row) {
  bool isHigh = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = uint8_t(text[i]);
    if (c < 0x20 && !(row.isPersonal && (c == '\n' || c == '\t'))) return TextForm::FORBIDDEN;
    if (c == 0x7f) return TextForm::FORBIDDEN;
    if (c == 0xc2 && i + 1 < text.size() && uint8_t(text[i + 1]) < 0xa0) return TextForm::FORBIDDEN;  // C1
    isHigh |= c >= 0xcc;
  }
  return isHigh ? TextForm::NEEDS_NORMALISING : TextForm::PLAIN;
}

bool isInteger(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

class Walker {
 public:
  explicit Walker(const JsonTape& laidOut) : tape(laidOut) {}

  InputError error;

  bool command(schema::Command::Builder into) {
    if (tape.node(0).type != Type::OBJECT) return fail("notAnObject", "Raden ska vara ett JSON-objekt.");
    AnyStruct::Builder any{schema::Command::Builder(into)};
    const auto& table = structTable<schema::Command>();
    if (!object(0, table, any, Level::COMMAND)) return false;
    if (!sawMember) return fail("noKind", "Det står inte vad som ska göras.");
    if (offset) into.setOffsetMinutes(*offset);
    return true;
  }

 private:
  enum class Level { COMMAND, BELOW };

  const JsonTape& tape;
  std::string scratch, keyScratch;
  bool sawMember = false;         // of the command's union
  std::optional<int16_t> offset;  // occurredAt's as written, else at's
  int16_t lastOffset = 0;

  bool fail(const char* code, std::string reason) {
    error = {{}, code, std::move(reason)};
    return false;
  }
  bool under(std::string_view name) {
    std::string path(name);
    if (!error.path.empty() && error.path[0] != '[') path += '.';
    error.path.insert(0, path);
    return false;
  }
  bool under(uint32_t element) {
    const bool dots = !error.path.empty() && error.path[0] != '[';
    error.path.insert(0, "[" + std::to_string(element) + "]" + (dots ? "." : ""));
    return false;
  }
  bool wrongType(const char* wanted) { return fail("wrongType", std::string("Här ska stå ") + wanted + "."); }

  // --- structs -------------------------------------------------------------------------------------------------------

  bool object(uint32_t at, const StructTable& table, AnyStruct::Builder& into, Level level) {
    if (tape.node(at).type != Type::OBJECT) return wrongType("ett objekt");
    auto data = into.getDataSection();
    auto pointers = into.getPointerSection();
    std::bitset<FIELDS_MAX> seen;
    const FieldRow* member = nullptr;
    uint32_t key = at + 1;
    for (uint32_t i = 0; i < tape.node(at).count; ++i) {
      const uint32_t value = tape.node(key).next;
      const auto name = tape.string(key, keyScratch);
      if (!name) return fail("badText", "Fältnamnet är inte giltig text.");
      const auto found = table.byName.find(*name);
      if (found == table.byName.end()) {
        if (level != Level::COMMAND) return unknown(*name, table);
        if (!notBuiltYet(*name, table, data)) return false;
      } else {
        const FieldRow& row = *found->second;
        if (seen[row.index]) return fail("duplicateField", "Fältet står två gånger."), under(row.name);
        seen[row.index] = true;
        if (!oneMember(row, member, level)) return under(row.name);
        if (!field(value, row, table, data, pointers)) return under(row.name);
        if (level == Level::COMMAND && !commandField(row)) return under(row.name);
      }
      key = tape.node(value).next;
    }
    return true;
  }

  bool unknown(std::string_view name, const StructTable& table) {
    auto hint = suggestion(name, table.fields, [](const FieldRow& row) { return row.name; });
    return fail("unknownField", "Fältet finns inte." + hint), under(shownName(name));
  }

  // A name the engine knows but does not yet build: its body is not looked into.
  bool notBuiltYet(std::string_view name, const StructTable& table, kj::ArrayPtr<capnp::byte> data) {
    const auto& known = enumTable<schema::NotBuilt>().ordinals;
    const auto found = known.find(name);
    if (found == known.end() || found->second == 0) return unknown(name, table);
    if (sawMember) return fail("twoKinds", "Bara en åtgärd i varje rad."), under(shownName(name));
    sawMember = true;
    const FieldRow& row = *table.byName.at("notBuilt");
    putData<uint16_t>(data, table.discriminantSlot, row.discriminant);
    putData<uint16_t>(data, row.slot, uint16_t(found->second ^ row.whenUnset));
    return true;
  }

  bool oneMember(const FieldRow& row, const FieldRow*& member, Level level) {
    if (row.discriminant == NOT_IN_UNION) return true;
    if (member != nullptr || (level == Level::COMMAND && sawMember)) {
      return fail("twoKinds", level == Level::COMMAND ? "Bara en åtgärd i varje rad." : "Bara ett av alternativen.");
    }
    member = &row;
    if (level == Level::COMMAND) {
      if (row.kind == FieldKind::VOID) return fail("noKind", "Det står inte vad som ska göras.");
      sawMember = true;
    }
    return true;
  }

  bool commandField(const FieldRow& row) {
    if (row.name == "occurredAt" || (row.name == "at" && !sawOccurred)) offset = lastOffset;
    sawOccurred |= row.name == "occurredAt";
    if (row.name == "offsetMinutes") return fail("unknownField", "Fältet fylls i från occurredAt.");
    return true;
  }
  bool sawOccurred = false;

  // --- fields --------------------------------------------------------------------------------------------------------

  bool field(uint32_t at, const FieldRow& row, const StructTable& table, kj::ArrayPtr<capnp::byte> data,
             capnp::List<AnyPointer>::Builder& pointers) {
    if (row.discriminant != NOT_IN_UNION) putData<uint16_t>(data, table.discriminantSlot, row.discriminant);
    if (isPointer(row.kind)) return pointerField(at, row, pointers[row.slot]);
    switch (row.kind) {
      case FieldKind::VOID: {
        const auto type = tape.node(at).type;
        return type == Type::EMPTY || type == Type::TRUE || wrongType("null eller true");
      }
      case FieldKind::BOOL: return truth(at, row, data);
      case FieldKind::ENUM: {
        const auto ordinal = enumerant(at, *row.names);
        if (ordinal) putData<uint16_t>(data, row.slot, uint16_t(*ordinal ^ row.whenUnset));
        return ordinal.has_value();
      }
      case FieldKind::INSTANT: return instant(at, row, data);
      case FieldKind::DAY: return day(at, row, data);
      case FieldKind::INT8: return integer<int8_t>(at, row, data);
      case FieldKind::INT16: return integer<int16_t>(at, row, data);
      case FieldKind::INT32: return integer<int32_t>(at, row, data);
      case FieldKind::INT64: return integer<int64_t>(at, row, data);
      case FieldKind::UINT8: return integer<uint8_t>(at, row, data);
      case FieldKind::UINT16: return integer<uint16_t>(at, row, data);
      case FieldKind::UINT32: return integer<uint32_t>(at, row, data);
      default: return integer<uint64_t>(at, row, data);
    }
  }

  bool truth(uint32_t at, const FieldRow& row, kj::ArrayPtr<capnp::byte> data) {
    const auto type = tape.node(at).type;
    if (type != Type::TRUE && type != Type::FALSE) return wrongType("true eller false");
    const bool stored = (type == Type::TRUE) != (row.whenUnset != 0);
    const auto mask = uint8_t(1 << (row.slot % 8));
    auto& byte = data[row.slot / 8];
    byte = uint8_t(stored ? byte | mask : byte & ~mask);
    return true;
  }

  template <typename T>
  bool integer(uint32_t at, const FieldRow& row, kj::ArrayPtr<capnp::byte> data) {
    const auto type = tape.node(at).type;
    const bool mayBeText = sizeof(T) == 8 && type == Type::STRING;
    if (type != Type::NUMBER && !mayBeText) return wrongType("ett heltal");
    const auto digits = tape.slice(at);
    if (!isInteger(digits)) return wrongType("ett heltal");
    T value{};
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure == std::errc::result_out_of_range || (failure != std::errc() && digits[0] == '-')) {
      return fail("outOfRange", "Talet ska ligga mellan " + std::to_string(std::numeric_limits<T>::min()) + " och " +
                                    std::to_string(std::numeric_limits<T>::max()) + ".");
    }
    if (failure != std::errc() || end != digits.data() + digits.size()) return wrongType("ett heltal");
    putData<T>(data, row.slot, T(value ^ T(row.whenUnset)));
    return true;
  }

  bool instant(uint32_t at, const FieldRow& row, kj::ArrayPtr<capnp::byte> data) {
    if (tape.node(at).type != Type::STRING) return wrongType("en tidpunkt som text");
    const auto stamp = parseStamp(tape.slice(at));
    if (!stamp) return fail("badInstant", "Tidpunkten finns inte eller saknar zon; skriv 2026-11-02T08:00:00+01:00.");
    putData<int64_t>(data, row.slot, stamp->at);
    lastOffset = stamp->offsetMinutes;
    return true;
  }

  bool day(uint32_t at, const FieldRow& row, kj::ArrayPtr<capnp::byte> data) {
    if (tape.node(at).type != Type::STRING) return wrongType("en dag som text");
    const auto parsed = parseDay(tape.slice(at));
    if (!parsed) return fail("badDay", "Dagen finns inte; skriv som 2026-11-02.");
    putData<int32_t>(data, row.slot, *parsed);
    return true;
  }

  std::optional<uint16_t> enumerant(uint32_t at, const EnumTable& names) {
    if (tape.node(at).type != Type::STRING) return wrongType("ett av namnen i schemat"), std::nullopt;
    const auto name = tape.slice(at);
    const auto found = names.ordinals.find(name);
    if (found != names.ordinals.end()) return found->second;
    fail("unknownName", "Värdet finns inte." + suggestion(name, names.names, [](auto known) { return known; }));
    return std::nullopt;
  }

  // --- pointers ------------------------------------------------------------------------------------------------------

  bool pointerField(uint32_t at, const FieldRow& row, AnyPointer::Builder into) {
    switch (row.kind) {
      case FieldKind::TEXT: return text(at, row, into);
      case FieldKind::ID: {
        std::array<uint8_t, 16> id;
        if (!uuid(at, id)) return false;
        if (id != std::array<uint8_t, 16>{}) putId(into.initAs<schema::Id>(), id);
        return true;
      }
      case FieldKind::REF: return reference(at, row, into);
      case FieldKind::STRUCT: {
        if (tape.node(at).type != Type::OBJECT) return wrongType("ett objekt");
        auto inner = into.initAsAnyStruct(row.nested->dataWords, row.nested->pointers);
        return object(at, *row.nested, inner, Level::BELOW);
      }
      case FieldKind::DATA: return fail("unknownField", "Fältet tas inte emot.");
      default: return list(at, row, into);
    }
  }

  bool list(uint32_t at, const FieldRow& row, AnyPointer::Builder into) {
    if (tape.node(at).type != Type::ARRAY) return wrongType("en lista");
    const uint32_t count = tape.node(at).count;
    if (count > ELEMENTS_MAX) return fail("tooMany", "Listan är för lång.");
    if (count == 0) return true;
    switch (row.kind) {
      case FieldKind::LIST_ENUM: {
        auto list = into.initAs<capnp::List<uint16_t>>(count);
        return each(at, [&](uint32_t i, uint32_t element) {
          const auto ordinal = enumerant(element, *row.names);
          if (ordinal) list.set(i, *ordinal);
          return ordinal.has_value();
        });
      }
      case FieldKind::LIST_TEXT: {
        auto list = into.initAs<capnp::List<capnp::Text>>(count);
        return each(at, [&](uint32_t i, uint32_t element) {
          const auto clean = cleanText(element, row);
          if (clean && !clean->empty()) copyTo(list.init(i, uint32_t(clean->size())), *clean);
          return clean.has_value();
        });
      }
      case FieldKind::LIST_ID: {
        auto list = into.initAs<capnp::List<schema::Id>>(count);
        return each(at, [&](uint32_t i, uint32_t element) {
          std::array<uint8_t, 16> id;
          if (!uuid(element, id)) return false;
          putId(list[i], id);
          return true;
        });
      }
      case FieldKind::LIST_REF: {
        auto list = into.initAs<capnp::List<schema::Ref>>(count);
        return each(at, [&](uint32_t i, uint32_t element) { return referenceText(element, row, list[i]); });
      }
      default: {
        auto list = into.initAsListOfAnyStruct(row.nested->dataWords, row.nested->pointers, count);
        return each(at, [&](uint32_t i, uint32_t element) {
          auto inner = list[i];
          return object(element, *row.nested, inner, Level::BELOW);
        });
      }
    }
  }

  template <typename Function>
  bool each(uint32_t at, Function decodeOne) {
    uint32_t element = at + 1;
    for (uint32_t i = 0; i < tape.node(at).count; ++i, element = tape.node(element).next) {
      if (!decodeOne(i, element)) return under(i);
    }
    return true;
  }

  static void putId(schema::Id::Builder into, const std::array<uint8_t, 16>& id) {
    into.setHi(getBe64(id.data()));
    into.setLo(getBe64(id.data() + 8));
  }

  bool uuid(uint32_t at, std::array<uint8_t, 16>& id) {
    if (tape.node(at).type != Type::STRING) return wrongType("ett id som text");
    const auto parsed = parseUuid(tape.slice(at));
    if (!parsed) return fail("badId", "Id:t är inte ett UUID.");
    id = *parsed;
    return true;
  }

  // The text as it will be stored, in `scratch` or in the line itself.
  std::optional<std::string_view> cleanText(uint32_t at, const FieldRow& row) {
    if (tape.node(at).type != Type::STRING) return wrongType("text"), std::nullopt;
    auto given = tape.string(at, scratch);
    if (!given) return fail("badText", "Texten har ett halvt teckenpar och är inte giltig Unicode."), std::nullopt;
    switch (formOf(*given, row)) {
      case TextForm::PLAIN: return given;
      case TextForm::FORBIDDEN:
        return fail("badText", "Texten har styrtecken som inte får stå i fältet."), std::nullopt;
      case TextForm::NEEDS_NORMALISING: break;
    }
    auto normal = toNfc(*given);
    if (!normal) return fail("badText", "Texten är inte giltig UTF-8."), std::nullopt;
    scratch = std::move(*normal);
    return scratch;
  }

  static void copyTo(capnp::Text::Builder into, std::string_view text) {
    memcpy(into.begin(), text.data(), text.size());
  }

  bool text(uint32_t at, const FieldRow& row, AnyPointer::Builder into) {
    const auto clean = cleanText(at, row);
    if (!clean) return false;
    if (clean->empty()) return true;  // absent and empty are one thing
    copyTo(into.initAs<capnp::Text>(uint32_t(clean->size())), *clean);
    return true;
  }

  bool reference(uint32_t at, const FieldRow& row, AnyPointer::Builder into) {
    if (tape.node(at).type == Type::STRING && tape.slice(at).empty()) return true;
    return referenceText(at, row, into.initAs<schema::Ref>());
  }
  bool referenceText(uint32_t at, const FieldRow& row, schema::Ref::Builder into) {
    const auto clean = cleanText(at, row);
    if (!clean) return false;
    if (!clean->empty()) copyTo(into.initText(uint32_t(clean->size())), *clean);
    return true;
  }
};

}  // namespace

std::optional<InputError> decodeCommand(std::string_view line, schema::Command::Builder into) {
  if (line.size() > LINE_BYTES_MAX) return InputError{"", "lineTooLong", "Raden är längre än 64 KiB."};
  const bool isAscii = std::all_of(line.begin(), line.end(), [](char c) { return uint8_t(c) < 0x80; });
  if (!isAscii && !isUtf8(line)) return InputError{"", "notUtf8", "Raden är inte giltig UTF-8."};
  thread_local JsonTape tape;  // keeps its memory from line to line
  if (const auto fault = tape.read(line)) {
    return InputError{
        "", "notJson",
        "Raden är inte JSON: " + std::string(fault->what) + " (byte " + std::to_string(fault->at + 1) + ")."};
  }
  Walker walker(tape);
  if (walker.command(into)) return std::nullopt;
  return walker.error;
}

}  // namespace liggare::intake
