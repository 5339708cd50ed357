// A journal is read for as long as it is kept: what was ever written in a released language is read by today's.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/evolution/schema-set.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::SchemaSet;

std::vector<std::string> releases() {
  std::vector<std::string> all;
  for (auto& entry : fs::directory_iterator(test::sourceDir() + "/schemas/history"))
    if (entry.is_directory()) all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

// Today's language with one text in one of its files replaced.
class Changed {
 public:
  Changed(const std::string& file, const std::string& from, const std::string& to) {
    fs::create_directory(place.path() + "/schemas");
    for (auto& entry : fs::directory_iterator(test::sourceDir() + "/schemas"))
      if (entry.path().extension() == ".capnp") fs::copy(entry.path(), place.path() + "/schemas");
    std::string path = place.path() + "/schemas/" + file;
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "the schema has no \"" << from << "\" any more: choose another line here";
    if (at != std::string::npos) text.replace(at, from.size(), to);
    std::ofstream(path, std::ios::trunc) << text;
  }
  SchemaSet set() const { return SchemaSet(place.path()); }

 private:
  test::TemporaryDirectory place;
};

size_t refusalCodes(const SchemaSet& set) {
  for (auto& [id, node] : set.byId())
    if (std::string_view(node.getDisplayName().cStr()).ends_with(":RefusalCode"))
      return node.getEnum().getEnumerants().size();
  return 0;
}

}  // namespace

TEST(Evolution, TodaysSchemasReadEveryReleasedOne) {
  SchemaSet today(test::sourceDir());
  ASSERT_FALSE(releases().empty());
  for (auto& release : releases()) EXPECT_EQ(test::whyIncompatible(SchemaSet(release), today), "") << release;
}

TEST(Evolution, NumbersNamesAndCodesOnlyGrow) {
  SchemaSet today(test::sourceDir());
  for (auto& release : releases())
    for (auto& broken : test::brokenPromises(SchemaSet(release), today)) ADD_FAILURE() << release << ": " << broken;
}

TEST(Evolution, AnAppendedMemberIsNoChange) {
  SchemaSet today(test::sourceDir());
  std::string next = std::to_string(refusalCodes(today));
  auto grown = Changed("refusal.capnp", "enum RefusalCode {\n  none @0;",
                       "enum RefusalCode {\n  none @0;\n  later @" + next + ";")
                   .set();
  EXPECT_EQ(test::whyIncompatible(today, grown), "");
  EXPECT_TRUE(test::brokenPromises(today, grown).empty());
}

// What the two tests above would catch: each of these was once somebody's tidy-up somewhere.
TEST(Evolution, AChangedTypeIsFound) {
  SchemaSet today(test::sourceDir());
  auto changed = Changed("common.capnp", "struct Id { hi @0 :UInt64;", "struct Id { hi @0 :UInt32;").set();
  EXPECT_NE(test::whyIncompatible(today, changed), "");
  EXPECT_FALSE(test::brokenPromises(today, changed).empty());
}

TEST(Evolution, ARenamedEnumerantAndAnotherCodeAreFound) {
  SchemaSet today(test::sourceDir());
  auto renamed = Changed("refusal.capnp", "notBuilt @2", "notYetBuilt @2").set();
  EXPECT_EQ(test::brokenPromises(today, renamed).size(), 1u);
  auto recoded = Changed("refusal.capnp", "$code(\"R-AUTH\")", "$code(\"R-BEHORIG\")").set();
  EXPECT_EQ(test::brokenPromises(today, recoded).size(), 1u);
}

TEST(Evolution, AMemberThatWentAwayIsFound) {
  SchemaSet today(test::sourceDir());
  auto shorter = Changed("annotations.capnp", "refers @0x8af9e8d7c6b5061f", "refers @0x8af9e8d7c6b50620").set();
  EXPECT_FALSE(test::brokenPromises(today, shorter).empty());
}

}  // namespace liggare
