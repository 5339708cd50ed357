// Proofs and the published tree, as people ask for them: what is refused, by which exit code, and what it says.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/log/scratch.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::linesOf;
using test::runLiggare;

// The text of a member in one line of JSON that the program wrote; what these tests ask for needs no unescaping.
std::string member(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":");
  if (at == std::string::npos) return {};
  at += name.size() + 3;
  bool quoted = json[at] == '"';
  at += quoted ? 1 : 0;
  return json.substr(at, json.find_first_of(quoted ? "\"" : ",}", at) - at);
}

struct Proofs : testing::Test {
  Scratch place;
  std::string journal = place.path() + "/J", key, receipt;
  std::string file(const std::string& name) const { return place.path() + "/" + name; }

  void SetUp() override {
    ASSERT_EQ(runLiggare({"init", journal, "--demo", "--origin", "liggare.test/proofs"}).code, 0);
    auto ran = runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson"});
    ASSERT_EQ(ran.code, 0);
    std::string answer = linesOf(ran.out).at(40);
    receipt = member(answer, "position") + ":" + member(answer, "leaf");
    ASSERT_GT(receipt.size(), 65u) << answer;
    key = linesOf(Scratch::read(journal + "/LIGGARE")).at(2);
  }
  static void expectOneLine(const test::Ran& ran, int code) {
    EXPECT_EQ(ran.code, code) << ran.out << ran.err;
    EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
    EXPECT_TRUE(ran.err.starts_with("liggare: ")) << ran.err;
    EXPECT_EQ(ran.err.find(".c++"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  uint64_t size() { return std::stoull(member(runLiggare({"checkpoint", journal, "--json"}).out, "size")); }
};

TEST_F(Proofs, AReceiptHoldsAgainstEveryLaterLogAndByItsProof) {
  auto first = runLiggare({"prove", journal, "--receipt", receipt});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_TRUE(first.out.starts_with("c2sp.org/tlog-proof@v1\nextra ")) << first.out;
  // The journal grows: reading is recorded.
  runLiggare({"journal", journal, "--patient", "199006022397", "--as", "patient"});
  EXPECT_EQ(runLiggare({"prove", journal, "--receipt", receipt, "--out", file("p")}).code, 0);
  EXPECT_NE(Scratch::read(file("p")), first.out);
  for (std::string proof : {Scratch::read(file("p")), first.out}) {
    auto ran = runLiggare({"verify-proof", "-", "--key", key, "--receipt", receipt}, proof);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("håller"), std::string::npos) << ran.out;
  }
}
TEST_F(Proofs, AReceiptThatTheLogDoesNotKeepIsAChange) {
  std::string position = receipt.substr(0, receipt.find(':')), leaf = receipt.substr(receipt.find(':'));
  expectOneLine(runLiggare({"prove", journal, "--receipt", "3" + leaf}), 5);
  expectOneLine(runLiggare({"prove", journal, "--receipt", "1000000" + leaf}), 5);
  std::string other = receipt;
  other.back() = other.back() == '0' ? '1' : '0';
  expectOneLine(runLiggare({"prove", journal, "--receipt", other}), 5);
  EXPECT_EQ(runLiggare({"prove", journal, position, "--out", file("p")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--key", key, "--receipt", other}).code, 5);
  EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--key", key, "--receipt", "3" + leaf}).code, 5);
}
TEST_F(Proofs, GrowthIsProvedBetweenAnyTwoSizesAndFromACheckpointThatOneHolds) {
  uint64_t end = size();
  place.write("earlier", runLiggare({"checkpoint", journal}).out);
  runLiggare({"journal", journal, "--patient", "199006022397", "--as", "patient"});
  ASSERT_GT(size(), end);
  auto ran = runLiggare({"prove", journal, "--from", std::to_string(end), "--out", file("grown")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(runLiggare({"verify-proof", file("grown"), "--key", key, "--since", file("earlier")}).code, 0);
  ran = runLiggare({"prove", journal, "--from", "5", "--to", std::to_string(end), "--out", file("to-kept")});
  EXPECT_EQ(runLiggare({"verify-proof", file("to-kept"), "--key", key}).code, 0);  // that checkpoint was kept
  EXPECT_EQ(runLiggare({"verify-proof", file("to-kept"), "--key", key, "--since", file("earlier")}).code, 5);
  // No checkpoint was ever signed at 7: the hashes hold, and that is all that can be said.
  ran = runLiggare({"prove", journal, "--from", "5", "--to", "7", "--out", file("bare")});
  EXPECT_EQ(ran.code, 0);
  ran = runLiggare({"verify-proof", file("bare"), "--key", key, "--json"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_EQ(member(ran.out, "holds"), "false");
  for (std::string from : {"0", "1", "7"})
    EXPECT_EQ(runLiggare({"prove", journal, "--from", from, "--to", "7"}).code, 0) << from;
}
TEST_F(Proofs, WhatIsAskedWronglyIsUsageAndWhatIsNotThereIsNotFound) {
  uint64_t end = size();
  for (std::vector<std::string> words : std::vector<std::vector<std::string>>{{},
                                                                              {"x"},
                                                                              {"-1"},
                                                                              {"01"},
                                                                              {"1", "--from", "2"},
                                                                              {"--to", "3"},
                                                                              {"--receipt", "7"},
                                                                              {"--receipt", "7:abc"},
                                                                              {"--from", "9", "--to", "8"},
                                                                              {"18446744073709551616"}}) {
    words.insert(words.begin(), {"prove", journal});
    EXPECT_EQ(runLiggare(words).code, 2) << words.back();
  }
  expectOneLine(runLiggare({"prove", journal, std::to_string(end)}), 3);
  expectOneLine(runLiggare({"prove", journal, "--from", "0", "--to", std::to_string(end + 1)}), 3);
  expectOneLine(runLiggare({"prove", place.path(), "0"}), 3);
  expectOneLine(runLiggare({"export-tiles", place.path(), file("tree")}), 3);
  EXPECT_EQ(runLiggare({"prove", journal, "0", "--out", file("p")}).code, 0);
  expectOneLine(runLiggare({"verify-proof", file("p")}), 2);
  expectOneLine(runLiggare({"verify-proof", file("p"), "--key", "a+b+c"}), 2);
  expectOneLine(runLiggare({"verify-proof", file("p"), "--key", file("p")}), 2);
  expectOneLine(runLiggare({"verify-proof", file("p"), "--key", key, "--since", file("p")}), 5);
  expectOneLine(runLiggare({"verify-proof", file("nothing"), "--key", key}), 3);
  expectOneLine(runLiggare({"verify-proof", place.path(), "--key", key}), 1);  // a directory
  expectOneLine(runLiggare({"export-tiles", journal, journal}), 2);
  expectOneLine(runLiggare({"export-tiles", journal, file("p")}), 2);  // not a directory
  expectOneLine(runLiggare({"prove", journal, "0", "--out", file("p/q")}), 1);
  EXPECT_EQ(test::runShell("liggare prove J 0 > /dev/full", place.path()).code, 1);
}
TEST_F(Proofs, WhatIsNoProofIsRefusedWithItsLine) {
  place.write("bad", "c2sp.org/tlog-proof@v1\nindex zero\n");
  auto ran = runLiggare({"verify-proof", file("bad"), "--key", key});
  expectOneLine(ran, 5);
  EXPECT_NE(ran.err.find("rad 2"), std::string::npos) << ran.err;
  place.write("bad", std::string(3 << 20, 'x'));
  expectOneLine(runLiggare({"verify-proof", file("bad"), "--key", key}), 5);
}
TEST_F(Proofs, AProofWithoutItsEntryNeedsAReceipt) {
  std::string proof = runLiggare({"prove", journal, "--receipt", receipt}).out;
  size_t at = proof.find("extra ");
  proof.erase(at, proof.find('\n', at) + 1 - at);
  place.write("bare", proof);
  EXPECT_EQ(runLiggare({"verify-proof", file("bare"), "--key", key}).code, 6);
  EXPECT_EQ(runLiggare({"verify-proof", file("bare"), "--key", key, "--receipt", receipt}).code, 0);
}
TEST_F(Proofs, AKeyMayStandInAFile) {
  EXPECT_EQ(runLiggare({"prove", journal, "9", "--out", file("p")}).code, 0);
  place.write("key", "nyckeln:\n" + key);
  EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--key", file("key")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--key", journal + "/LIGGARE"}).code, 0);
}
TEST_F(Proofs, TheTreeIsWrittenOnceAndGoesOn) {
  auto first = runLiggare({"export-tiles", journal, file("tree"), "--json"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(member(first.out, "verifierKey"), key);
  EXPECT_EQ(Scratch::read(file("tree/checkpoint")), runLiggare({"checkpoint", journal}).out);
  auto again = runLiggare({"export-tiles", journal, file("tree"), "--json"});
  EXPECT_EQ(member(again.out, "written"), "0");
  EXPECT_EQ(member(again.out, "left"), member(first.out, "written"));
  runLiggare({"journal", journal, "--patient", "199006022397", "--as", "patient"});
  auto grown = runLiggare({"export-tiles", journal, file("tree"), "--newest", "--json"});
  EXPECT_EQ(grown.code, 0);
  EXPECT_EQ(member(grown.out, "size"), std::to_string(size()));
  fs::remove(file("tree/checkpoint"));
  std::ofstream(file("tree/tile/0/000"), std::ios::binary) << "x";
  auto ran = runLiggare({"export-tiles", journal, file("tree")});
  expectOneLine(ran, 5);
  EXPECT_NE(ran.err.find("tile/0/000 "), std::string::npos) << ran.err;
}
// Tiles and entries need no key: only signing does. What was signed before is shown without one.
TEST_F(Proofs, WithoutTheKeyHolderTheLogIsShownAsFarAsItWasSigned) {
  size();
  fs::rename(journal + ".keys", file("elsewhere"));
  EXPECT_EQ(runLiggare({"export-tiles", journal, file("tree")}).code, 0);
  EXPECT_EQ(runLiggare({"prove", journal, "3"}).code, 0);
  // The newest checkpoints are lost: the one of size 0 that init kept is all there is.
  fs::rename(file("elsewhere"), journal + ".keys");
  std::string kept;
  for (const auto& entry : fs::directory_iterator(journal + "/checkpoints")) kept = entry.path().string();
  std::string notes = Scratch::read(kept);
  size_t length = std::stoull(notes), first = notes.find('\n') + 1 + length;
  Scratch::cut(kept, first);
  fs::rename(journal + ".keys", file("elsewhere"));
  auto ran = runLiggare({"prove", journal, "3"});
  EXPECT_EQ(ran.code, 6) << ran.out << ran.err;
  auto exported = runLiggare({"export-tiles", journal, file("empty"), "--json"});
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(member(exported.out, "size"), "0");
  EXPECT_NE(exported.err.find("undertecknade"), std::string::npos) << exported.err;
  // With the key it is signed again.
  fs::rename(file("elsewhere"), journal + ".keys");
  EXPECT_EQ(runLiggare({"prove", journal, "3"}).code, 0);
}

}  // namespace
}  // namespace liggare
