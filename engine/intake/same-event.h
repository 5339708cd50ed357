// Compares two structs of one schema where the second was made from a reduced command: its texts may be "•".
#pragma once

#include <capnp/any.h>

#include <string>

#include "engine/intake/schema-table.h"

namespace liggare::intake {

// The path of the first field that differs, empty when none does.
std::string differsApartFromTexts(const intake::StructTable& table, capnp::AnyStruct::Reader whole,
                                  capnp::AnyStruct::Reader reduced);
template <typename Reader>
std::string differsApartFromTexts(Reader whole, Reader reduced) {
  return differsApartFromTexts(intake::structTable<capnp::FromReader<Reader>>(), capnp::AnyStruct::Reader(whole),
                               capnp::AnyStruct::Reader(reduced));
}

}  // namespace liggare::intake
