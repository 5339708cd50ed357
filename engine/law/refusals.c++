#include "engine/law/refusals.h"

#include <capnp/schema.h>
#include <kj/debug.h>

#include <algorithm>
#include <vector>

namespace liggare::law {
namespace {

using schema::RefusalCode;

// The ids of the annotations in schemas/annotations.capnp; generated code does not carry them.
constexpr uint64_t SV = 0xf2b8c1a3d4e50617, LAW = 0xe1a7b2c3d4f50618;
constexpr uint64_t CODE = 0xc9d8e7f6a5b40619, BINDING = 0xa8b7c6d5e4f3061a;

// Static schemas are compiled into the program, so the text lives as long as it does.
std::string_view annotation(capnp::EnumSchema::Enumerant enumerant, uint64_t id) {
  for (auto found : enumerant.getProto().getAnnotations())  // never: each has all four
    if (found.getId() == id) return {found.getValue().getText().begin(), found.getValue().getText().size()};
  KJ_FAIL_ASSERT("a refusal lacks an annotation", enumerant.getProto().getName(), id);
}

struct Table {
  std::vector<RefusalFacts> byPrecedence;
  std::vector<uint16_t> placeOf;  // ordinal → place in byPrecedence; NONE has no place

  Table() {
    auto enumerants = capnp::Schema::from<RefusalCode>().getEnumerants();
    placeOf.resize(enumerants.size());
    for (auto enumerant : enumerants) {
      if (enumerant.getOrdinal() == 0) continue;
      byPrecedence.push_back({static_cast<RefusalCode>(enumerant.getOrdinal()), annotation(enumerant, CODE),
                              annotation(enumerant, SV), annotation(enumerant, LAW), annotation(enumerant, BINDING),
                              enumerant.getProto().getCodeOrder()});
    }
    std::sort(byPrecedence.begin(), byPrecedence.end(),
              [](const RefusalFacts& a, const RefusalFacts& b) { return a.precedence < b.precedence; });
    for (uint16_t i = 0; i < byPrecedence.size(); ++i) placeOf[static_cast<uint16_t>(byPrecedence[i].code)] = i;
  }
};

const Table& table() {
  static const Table TABLE;
  return TABLE;
}

}  // namespace

bool isKnownRefusal(RefusalCode code) {
  return code != RefusalCode::NONE && static_cast<uint16_t>(code) < table().placeOf.size();
}

const RefusalFacts& refusalFacts(RefusalCode code) {
  KJ_REQUIRE(isKnownRefusal(code), "not a refusal of this schema", static_cast<uint16_t>(code));
  return table().byPrecedence[table().placeOf[static_cast<uint16_t>(code)]];
}

std::optional<RefusalCode> fromCode(std::string_view name) {
  for (const RefusalFacts& facts : table().byPrecedence)
    if (facts.name == name) return facts.code;
  return std::nullopt;
}

std::span<const RefusalFacts> allRefusals() { return table().byPrecedence; }

}  // namespace liggare::law
