#include "tests/cases/case-answer.h"

#include <algorithm>
#include <optional>

#include "schemas/event.capnp.h"

namespace liggare::test {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;
using intake::FieldKind;
using intake::FieldRow;
using intake::StructTable;

template <typename IdType>
IdType idOf(schema::Id::Reader id) {
  IdType made;
  putBe64(made.bytes.data(), id.getHi());
  putBe64(made.bytes.data() + 8, id.getLo());
  return made;
}

std::string quotedWhenSpaced(std::string text) {
  const bool isPlain = !text.empty() && text.find_first_of(" \t\n,") == text.npos;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return isPlain ? text : "\"" + text + "\"";
}

std::string enumName(const intake::EnumTable& names, uint16_t ordinal) {
  if (ordinal >= names.names.size()) return std::to_string(ordinal);
  return std::string(names.codes[ordinal].empty() ? names.names[ordinal] : names.codes[ordinal]);
}

std::string codeOf(law::RefusalCode code) { return enumName(intake::enumTable<schema::RefusalCode>(), uint16_t(code)); }

// Of a refusal's enumerant, by annotation: its Swedish text or its paragraph.
enum class Said { TEXT, PARAGRAPH };
std::string annotated(law::RefusalCode code, Said what) {
  constexpr uint64_t SV = 0xf2b8c1a3d4e50617, LAW = 0xe1a7b2c3d4f50618;  // schemas/annotations.capnp
  const auto enumerants = capnp::Schema::from<schema::RefusalCode>().getEnumerants();
  for (auto note : enumerants[uint16_t(code)].getProto().getAnnotations()) {
    if (note.getId() == (what == Said::TEXT ? SV : LAW)) return note.getValue().getText().cStr();
  }
  return {};
}

// Names for ids and subjects, made once for an answer.
class Teller {
 public:
  Teller(const LawWorld& w, const CaseNames& n) : world(w), names(n) {
    for (const auto& [name, text] : names.texts) {
      for (uint16_t kind = 0; kind <= uint16_t(schema::RefKind::REGION); ++kind) {
        if (const auto key = world.find(text, schema::RefKind(kind)))
          subjects.emplace(*key, name.substr(0, name.find('.')));
      }
    }
  }

  // Nothing for an id that the engine drew and no line named.
  std::optional<std::string> nameOf(schema::Id::Reader id) const {
    if (const auto thing = names.things.find(idOf<ThingId>(id)); thing != names.things.end()) return thing->second;
    if (const auto subject = subjects.find(idOf<SubjectKey>(id)); subject != subjects.end()) return subject->second;
    return std::nullopt;
  }

  std::string event(const law::EventView& event) const {
    const auto& table = intake::structTable<schema::Body>();
    const uint16_t kind = event.common.getKind();
    std::string line(kind < table.members.size() ? table.members[kind]->name : "?");
    AnyStruct::Reader body(event.body());
    const auto* member = intake::activeMember(table, body.getDataSection());
    if (member != nullptr && member->kind == FieldKind::STRUCT && !body.getPointerSection()[member->slot].isNull()) {
      facts(*member->nested, body.getPointerSection()[member->slot].getAs<AnyStruct>(), "", line);
    }
    common(event, line);
    return line;
  }

  std::vector<std::string> items(const law::EventView& event) const {
    std::vector<std::string> lines;
    for (auto part : event.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources()) {
        const auto& outcomes = intake::enumTable<schema::AccessOutcome>();
        const auto& classes = intake::enumTable<schema::ItemClass>();
        std::string line =
            enumName(outcomes, uint16_t(resource.getOutcome())) + " " + nameOf(resource.getItem()).value_or("-") + " " +
            enumName(classes, uint16_t(resource.getItemClass())) + " " + nameOf(resource.getUnit()).value_or("-");
        if (resource.getCode() != law::RefusalCode::NONE) line += " " + codeOf(resource.getCode());
        if (resource.getGround() != schema::Ground::NONE) {
          line += " ground=" + enumName(intake::enumTable<schema::Ground>(), uint16_t(resource.getGround()));
        }
        if (event.patients.size() > 1) line += " " + nameOf(part.getPatient()).value_or("-");
        lines.push_back(line);
      }
    }
    return lines;
  }

 private:
  const LawWorld& world;
  const CaseNames& names;
  std::map<SubjectKey, std::string> subjects;

  static void add(std::string& line, const std::string& name, const std::string& value) {
    line += "  " + name + "=" + value;
  }

  void common(const law::EventView& event, std::string& line) const {
    const auto c = event.common;
    std::string violations, slots;
    for (auto code : c.getViolations()) violations += (violations.empty() ? "" : ",") + codeOf(code);
    if (!violations.empty()) add(line, "violations", violations);
    if (c.getGround() != schema::Ground::NONE)
      add(line, "ground", enumName(intake::enumTable<schema::Ground>(), uint16_t(c.getGround())));
    if (const auto name = nameOf(c.getCaseId())) add(line, "case", *name);
    if (c.getReality() == schema::Reality::OCCURRED) add(line, "reality", "occurred");
    if (c.getHasLateReason()) line += "  late";
    for (auto item : event.texts) {
      const auto slot = enumName(intake::enumTable<schema::TextSlot>(), uint16_t(item.getSlot()));
      if (("," + slots + ",").find("," + slot + ",") == std::string::npos) slots += (slots.empty() ? "" : ",") + slot;
    }
    if (!slots.empty()) add(line, "texts", slots);
  }

  void facts(const StructTable& table, AnyStruct::Reader reader, const std::string& prefix, std::string& line) const {
    const auto data = reader.getDataSection();
    const auto pointers = reader.getPointerSection();
    for (const auto& row : table.fields) {
      const std::string name = prefix + std::string(row.name);
      if (!intake::isPointer(row.kind)) {
        if (const auto said = scalar(row, data)) add(line, name, *said);
      } else if (row.slot < pointers.size() && !pointers[row.slot].isNull()) {
        pointer(row, pointers[row.slot], name, line);
      }
    }
  }

  static std::optional<std::string> scalar(const FieldRow& row, kj::ArrayPtr<const capnp::byte> data) {
    if (row.kind == FieldKind::VOID) return std::nullopt;
    const uint64_t number = intake::numberAt(row, data);
    if (row.kind == FieldKind::ENUM) {
      const auto name = enumName(*row.names, uint16_t(number));
      return name == "none" || name == "unstated" ? std::nullopt : std::optional(name);
    }
    if (number == 0) return std::nullopt;
    switch (row.kind) {
      case FieldKind::BOOL: return "true";
      case FieldKind::INSTANT: return quotedWhenSpaced(formatSwedish(int64_t(number)));
      case FieldKind::DAY: return formatDay(int32_t(number));
      case FieldKind::UINT64: return std::to_string(number);
      default: return std::to_string(int64_t(number));
    }
  }

  template <typename List, typename Say>
  static std::string joined(List list, Say say) {
    std::string all;
    for (uint32_t i = 0; i < list.size(); ++i) all += (i > 0 ? "," : "") + say(list[i]);
    return all;
  }

  void pointer(const FieldRow& row, AnyPointer::Reader from, const std::string& name, std::string& line) const {
    switch (row.kind) {
      case FieldKind::TEXT:
        if (from.getAs<capnp::Text>().size() > 0) add(line, name, quotedWhenSpaced(from.getAs<capnp::Text>().cStr()));
        return;
      case FieldKind::ID:
        if (const auto known = nameOf(from.getAs<schema::Id>())) add(line, name, *known);
        return;
      case FieldKind::STRUCT: return facts(*row.nested, from.getAs<AnyStruct>(), name + ".", line);
      case FieldKind::LIST_TEXT:
        return add(line, name, joined(from.getAs<capnp::List<capnp::Text>>(), [](auto text) {
                     return quotedWhenSpaced(text.cStr());
                   }));
      case FieldKind::LIST_ENUM:
        return add(line, name, joined(from.getAs<capnp::List<uint16_t>>(), [&](uint16_t each) {
                     return enumName(*row.names, each);
                   }));
      case FieldKind::LIST_ID:
        return add(line, name,
                   joined(from.getAs<capnp::List<schema::Id>>(), [&](auto id) { return nameOf(id).value_or("-"); }));
      case FieldKind::LIST_STRUCT: {
        const auto list = from.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>();
        if (&*row.nested == &intake::structTable<schema::Identifier>()) return;  // numbers are not told
        for (uint32_t i = 0; i < list.size(); ++i)
          facts(*row.nested, list[i], name + "." + std::to_string(i) + ".", line);
        return;
      }
      default: return;
    }
  }
};

void tellEvents(const LawAnswer& answer, const LawWorld& world, const Teller& teller, CaseAnswer& told) {
  for (const Position position : answer.events) {
    const auto& event = *world.eventAt(position);
    const auto kind = event.common.getKind();
    if (kind == schema::Body::ATTEMPT_REFUSED || kind == schema::Body::UNCHANGED) continue;
    told.details.push_back(teller.event(event));
    for (auto& item : teller.items(event)) told.details.push_back(std::move(item));
  }
}

bool isItem(const std::string& line) { return line.starts_with("allow ") || line.starts_with("deny "); }

// Every word of the first stands in the second, and the first word is the same.
bool saysNoMore(const std::string& expected, const std::string& told) {
  auto wanted = wordsOf(expected), said = wordsOf(told);
  if (wanted.empty() || said.empty() || wanted[0] != said[0]) return false;
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& word) { return std::find(said.begin(), said.end(), word) != said.end(); });
}

// A paragraph holds spaces: it is compared as a whole and taken out of the words.
std::string takeParagraph(std::string& head) {
  const size_t from = head.find(" ("), to = head.rfind(')');
  if (from == head.npos || to == head.npos || to < from) return {};
  auto paragraph = head.substr(from + 1, to - from);
  head.erase(from, to - from + 1);
  return paragraph;
}

}  // namespace

CaseAnswer tell(const LawAnswer& answer, const LawWorld& world, const CaseNames& names) {
  const Teller teller(world, names);
  CaseAnswer told;
  if (answer.kind == LawAnswer::Kind::INVALID) {
    return {"invalid  " + (answer.invalid->path.empty() ? "-" : answer.invalid->path) + "  " + answer.invalid->code,
            {}};
  }
  switch (answer.decision) {
    case law::Decision::Kind::ACCEPTED: told.head = "accepted"; break;
    case law::Decision::Kind::UNCHANGED: {
      const auto* earlier = world.eventAt(answer.earlier);
      told.head = "unchanged  " + (earlier != nullptr ? teller.event(*earlier) : std::string("?"));
      break;
    }
    case law::Decision::Kind::REFUSED:
      told.head = "refused " + codeOf(answer.code) + " \"" + annotated(answer.code, Said::TEXT) + "\" (" +
                  annotated(answer.code, Said::PARAGRAPH) + ")";
      for (const auto& argument : answer.arguments) told.head += "  " + argument;
      break;
  }
  if (answer.kind == LawAnswer::Kind::DUPLICATE) told.head = "duplicate  " + told.head;
  tellEvents(answer, world, teller, told);
  return told;
}

bool agrees(const CaseAnswer& expected, const CaseAnswer& told) {
  std::string wanted = expected.head, said = told.head;
  const auto paragraph = takeParagraph(wanted), saidParagraph = takeParagraph(said);
  if ((!paragraph.empty() && paragraph != saidParagraph) || !saysNoMore(wanted, said)) return false;
  const bool hasItems = std::any_of(expected.details.begin(), expected.details.end(), isItem);
  std::vector<std::string> lines;
  for (const auto& line : told.details) {
    if (hasItems || !isItem(line)) lines.push_back(line);
  }
  if (lines.size() != expected.details.size()) return false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!saysNoMore(expected.details[i], lines[i])) return false;
  }
  return true;
}

std::string asText(const CaseAnswer& answer) {
  std::string text = answer.head + "\n";
  for (const auto& line : answer.details) text += (isItem(line) ? "    " : "  ") + line + "\n";
  return text;
}

}  // namespace liggare::test
