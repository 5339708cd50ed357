#include "projections/swedish.h"

namespace liggare {
namespace {

// Ids of the annotations in schemas/annotations.capnp; generated code does not carry them.
constexpr uint64_t SV = 0xf2b8c1a3d4e50617, LAW = 0xe1a7b2c3d4f50618;

template <typename Node>
std::string annotation(Node node, uint64_t id) {
  for (auto found : node.getProto().getAnnotations())
    if (found.getId() == id) return {found.getValue().getText().begin(), found.getValue().getText().size()};
  return {};
}

std::string ofEnumerant(capnp::EnumSchema schema, uint16_t value, uint64_t id) {
  auto enumerants = schema.getEnumerants();
  return value < enumerants.size() ? annotation(enumerants[value], id) : std::string();
}

std::string ofKind(uint16_t kind, uint64_t id) {
  for (auto field : capnp::Schema::from<schema::Body>().getUnionFields())
    if (field.getProto().getDiscriminantValue() == kind) return annotation(field, id);
  return {};
}

std::string dayOfInstant(Micros at) { return formatDay(swedishDay(at)); }

std::string period(const std::string& from, const std::string& to) {
  if (from.empty() && to.empty()) return "tills vidare";
  if (to.empty()) return "från " + from + " tills vidare";
  if (from.empty()) return "till och med " + to;
  return from + " – " + to;
}

}  // namespace

std::string labelOf(capnp::EnumSchema schema, uint16_t value) { return ofEnumerant(schema, value, SV); }
std::string lawOf(capnp::EnumSchema schema, uint16_t value) { return ofEnumerant(schema, value, LAW); }
std::string kindLabel(uint16_t kind) { return ofKind(kind, SV); }
std::string kindLaw(uint16_t kind) { return ofKind(kind, LAW); }

std::string enumerated(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " och " : ", ";
    text += words[i];
  }
  return text;
}

std::string capitalised(std::string text) {
  if (text.empty()) return text;
  auto first = static_cast<uint8_t>(text[0]);
  if (first >= 'a' && first <= 'z') text[0] = static_cast<char>(first - 'a' + 'A');
  bool isTwoBytes = first == 0xc3 && text.size() > 1;  // å, ä, ö, é …: lower case stands 0x20 above upper case
  if (isTwoBytes && static_cast<uint8_t>(text[1]) >= 0xa0 && static_cast<uint8_t>(text[1]) != 0xb7)
    text[1] = static_cast<char>(static_cast<uint8_t>(text[1]) - 0x20);
  return text;
}

std::string quantity(uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string writtenTime(Stamp stamp) {
  // An offset of zero is how a program without a clock on the wall writes; people here read Swedish time.
  if (stamp.offsetMinutes == 0 || stamp.offsetMinutes == swedishOffsetMinutes(stamp.at)) return formatSwedish(stamp.at);
  std::string text = formatStamp(stamp);  // YYYY-MM-DDTHH:MM:SS±HH:MM
  std::string offset = text.substr(text.size() - 6);
  return text.substr(0, 10) + " " + text.substr(11, 5) + offset;
}

std::string dayPeriod(Days from, Days to) {
  return period(from == 0 ? "" : formatDay(from), to == 0 ? "" : formatDay(to));
}

std::string instantPeriod(Micros from, Micros to) {
  return period(from == 0 ? "" : dayOfInstant(from), to == 0 ? "" : dayOfInstant(to - 1));
}

}  // namespace liggare
