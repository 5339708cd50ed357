// How deep what we wrote ourselves can be: readers of stored bytes follow pointers so far and no further.
#include <gtest/gtest.h>

#include <capnp/schema.h>

#include <set>

#include "schemas/entry.capnp.h"
#include "schemas/event.capnp.h"

namespace liggare {
namespace {

// Pointers to structs and lists that have to be followed, the root's among them. Texts and data end a path.
unsigned depthOf(capnp::Type type, std::set<uint64_t>& above) {
  if (type.isList()) return 1 + depthOf(type.asList().getElementType(), above);
  if (!type.isStruct()) return 0;
  auto schema = type.asStruct();
  bool isGroup = schema.getProto().getStruct().getIsGroup();
  EXPECT_TRUE(above.insert(schema.getProto().getId()).second) << "stored and recursive: its depth has no end";
  if (::testing::Test::HasFailure()) return 0;
  unsigned deepest = 0;
  for (auto field : schema.getFields()) deepest = std::max(deepest, depthOf(field.getType(), above));
  above.erase(schema.getProto().getId());
  return deepest + (isGroup ? 0 : 1);
}

template <typename T>
unsigned depthOf() {
  std::set<uint64_t> above;
  return depthOf(capnp::Type::from<T>(), above);
}

TEST(SchemaDepth, WhatIsStoredIsReadToItsBottomAndNotMuchFurther) {
  constexpr unsigned ENTRY_NESTING = 8, PART_NESTING = 16;  // engine/log/entry.c++, engine/record.c++
  unsigned entry = depthOf<schema::Entry>();
  EXPECT_LE(entry, ENTRY_NESTING);
  EXPECT_LE(ENTRY_NESTING, 4 * entry);
  unsigned deepest = 0;
  for (unsigned part : {depthOf<schema::Common>(), depthOf<schema::Actor>(), depthOf<schema::PatientPart>(),
                        depthOf<schema::Texts>(), depthOf<schema::Ask>()})
    deepest = std::max(deepest, part);
  EXPECT_LE(deepest, PART_NESTING);
  EXPECT_LE(PART_NESTING, 4 * deepest);
}

}  // namespace
}  // namespace liggare
