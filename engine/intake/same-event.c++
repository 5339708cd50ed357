#include "engine/intake/same-event.h"

#include "engine/intake/plan.h"
#include "schemas/command.capnp.h"

namespace liggare::intake {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;

bool sameText(capnp::Text::Reader whole, capnp::Text::Reader reduced) {
  const bool isHidden = reduced.size() == intake::PRESENT.size() && whole.size() > 0 &&
                        std::string_view(reduced.begin(), reduced.size()) == intake::PRESENT;
  return isHidden || whole == reduced;
}

std::string differs(const FieldRow& row, AnyPointer::Reader whole, AnyPointer::Reader reduced) {
  const std::string name(row.name);
  switch (row.kind) {
    case FieldKind::TEXT: return sameText(whole.getAs<capnp::Text>(), reduced.getAs<capnp::Text>()) ? "" : name;
    case FieldKind::LIST_TEXT: {
      const auto all = whole.getAs<capnp::List<capnp::Text>>(), others = reduced.getAs<capnp::List<capnp::Text>>();
      if (all.size() != others.size()) return name;
      for (uint32_t i = 0; i < all.size(); ++i) {
        if (!sameText(all[i], others[i])) return name;
      }
      return {};
    }
    case FieldKind::STRUCT: {
      const auto inner = differsApartFromTexts(*row.nested, whole.getAs<AnyStruct>(), reduced.getAs<AnyStruct>());
      return inner.empty() ? "" : name + "." + inner;
    }
    case FieldKind::LIST_STRUCT: {
      const auto all = whole.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>();
      const auto others = reduced.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>();
      if (all.size() != others.size()) return name;
      for (uint32_t i = 0; i < all.size(); ++i) {
        const auto inner = differsApartFromTexts(*row.nested, all[i], others[i]);
        if (!inner.empty()) return name + "[" + std::to_string(i) + "]." + inner;
      }
      return {};
    }
    default: return whole == reduced ? "" : name;
  }
}

}  // namespace

std::string differsApartFromTexts(const intake::StructTable& table, AnyStruct::Reader whole,
                                  AnyStruct::Reader reduced) {
  const auto data = whole.getDataSection(), otherData = reduced.getDataSection();
  const auto* member = intake::activeMember(table, data);
  if (intake::activeMember(table, otherData) != member) return "(kind)";
  const auto pointers = whole.getPointerSection(), otherPointers = reduced.getPointerSection();
  for (const auto& row : table.fields) {
    if (row.discriminant != intake::NOT_IN_UNION && &row != member) continue;
    if (row.kind == FieldKind::VOID) continue;
    if (!intake::isPointer(row.kind)) {
      if (intake::numberAt(row, data) != intake::numberAt(row, otherData)) return std::string(row.name);
      continue;
    }
    const auto one = row.slot < pointers.size() ? pointers[row.slot] : AnyPointer::Reader();
    const auto other = row.slot < otherPointers.size() ? otherPointers[row.slot] : AnyPointer::Reader();
    if (one.isNull() && other.isNull()) continue;
    if (auto path = differs(row, one, other); !path.empty()) return path;
  }
  return {};
}

}  // namespace liggare::intake
