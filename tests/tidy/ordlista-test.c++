// docs/ordlista.md has a word for everything that can be asked, can happen and can be answered.
#include <capnp/schema.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "schemas/command.capnp.h"
#include "schemas/event.capnp.h"
#include "schemas/refusal.capnp.h"
#include "tests/support/paths.h"

namespace liggare::tidy {
namespace {

TEST(Ordlista, HasEveryEventEveryCommandAndEveryRefusal) {
  std::ifstream file(test::sourceDir() + "/docs/ordlista.md", std::ios::binary);
  const std::string list{std::istreambuf_iterator<char>(file), {}};
  std::string missing;
  auto look = [&](const std::string& name) {
    if (name != "none" && list.find("`" + name + "`") == list.npos) missing += "\n  " + name;
  };
  for (auto field : capnp::Schema::from<schema::Body>().getUnionFields()) look(field.getProto().getName().cStr());
  for (auto field : capnp::Schema::from<schema::Command>().getUnionFields()) look(field.getProto().getName().cStr());
  for (auto each : capnp::Schema::from<schema::RefusalCode>().getEnumerants()) look(each.getProto().getName().cStr());
  EXPECT_TRUE(missing.empty()) << missing;
}

}  // namespace
}  // namespace liggare::tidy
