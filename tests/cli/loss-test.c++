// What people are told of an accepted loss, from outside: by receipts, by verify and by doctor.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare::test {
namespace {

class LossTold : public testing::Test {
 protected:
  TemporaryDirectory place;
  std::string at(const std::string& name) const { return place.path() + "/" + name; }
  Ran run(const std::vector<std::string>& words) { return runLiggare(words); }
  // What the verb printed, in a file.
  std::string kept(const std::string& name, const std::vector<std::string>& words) {
    auto ran = run(words);
    EXPECT_EQ(ran.code, 0) << words.at(0) << ": " << ran.err;
    std::ofstream(at(name), std::ios::binary) << ran.out;
    return at(name);
  }
  static bool says(const std::string& text, const std::string& what) { return text.find(what) != text.npos; }

  std::string J = at("J"), copy = at("copy"), lost = at("lost");
  std::string first, last, receipts, known, statement;

  void SetUp() override {
    std::ifstream day(sourceDir() + "/examples/region-day.ndjson");
    std::ofstream early(first = at("first")), late(last = at("last"));
    size_t n = 0;
    for (std::string line; std::getline(day, line); ++n) (n < 60 ? early : late) << (n < 70 ? line + "\n" : "");
    early.close();
    late.close();
    run({"init", J, "--demo", "--origin", "region.example/1"});
    auto anna = kept("anna.pub", {"operator", "new", at("anna"), "--name", "anna.example"});
    auto bo = kept("bo.pub", {"operator", "new", at("bo"), "--name", "bo.example"});
    ASSERT_EQ(run({"operator", "add", J, "--operator", anna, "--operator", bo}).code, 0);
    run({"append", J, first, "--quiet"});
    ASSERT_EQ(run({"backup", J, copy}).code, 0);
    auto answered = run({"append", J, last});
    std::ofstream(receipts = at("receipts")) << answered.out;
    known = kept("known", {"checkpoint", J});
    std::filesystem::rename(J, lost);
    statement = kept("statement", {"accept-loss", "prepare", copy, "--keys", J + ".keys", "--evidence", known,
                                   "--reason", "Disken brann."});
  }
  Ran restore(const std::vector<std::string>& notes) {
    std::vector<std::string> words{"restore", copy, J, "--evidence", known, "--json"};
    for (auto& note : notes) words.insert(words.end(), {"--accept-loss", note});
    return run(words);
  }
  std::string signedBy(const std::string& who) {
    return kept(who + ".note", {"accept-loss", "sign", statement, "--keys", at(who)});
  }
};

TEST_F(LossTold, NeverTakesAReceiptOfTheLostRangeForValid) {
  auto restored = restore({signedBy("anna"), signedBy("bo")});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_TRUE(says(restored.out, "\"incarnation\":\"region.example/2\"")) << restored.out;
  auto held = run({"verify-receipt", J, receipts, "--json"});
  EXPECT_EQ(held.code, 5);
  EXPECT_TRUE(says(held.out, "\"kept\":0")) << held.out;
  EXPECT_TRUE(says(held.out, "förlusten godtogs på position")) << held.out;
  EXPECT_TRUE(says(held.out, "av anna.example och bo.example")) << held.out;
  ASSERT_EQ(run({"append", J, last, "--quiet"}).code, 0) << "their ids are free";
  auto again = run({"verify-receipt", J, receipts, "--json"});
  EXPECT_EQ(again.code, 5) << "also where the new log has come as far";
  EXPECT_TRUE(says(again.out, "\"kept\":0")) << again.out;
  EXPECT_TRUE(says(again.out, "\"lostAcceptedAt\":")) << again.out;
  auto verified = run({"verify", J, "--full", "--open", "--json"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_TRUE(says(verified.out, "\"losses\":[{\"origin\":\"region.example/1\"")) << verified.out;
  std::filesystem::rename(J + ".keys", at("elsewhere"));
  auto without = run({"verify", J, "--full", "--json"});
  EXPECT_EQ(without.code, 6) << "who has no keys judges the loss all the same";
  EXPECT_TRUE(says(without.out, "\"losses\":[{")) << without.out;
}

TEST_F(LossTold, IsRefusedWithALineThatSaysWhy) {
  auto alone = restore({signedBy("anna")});
  EXPECT_EQ(alone.code, 4);
  EXPECT_TRUE(says(alone.err, "två operatörer")) << alone.err;
  EXPECT_EQ(restore({signedBy("anna"), signedBy("anna")}).code, 4);
  EXPECT_EQ(restore({statement, statement}).code, 4) << "nobody has signed";
  EXPECT_EQ(restore({}).code, 5);
  EXPECT_FALSE(std::filesystem::exists(J));
  EXPECT_EQ(run({"accept-loss", "sign", known, "--keys", at("anna")}).code, 2) << "not a statement";
  EXPECT_EQ(run({"accept-loss", "prepare", copy, "--keys", J + ".keys", "--reason", "Inget."}).code, 4);
  EXPECT_EQ(run({"operator", "add", lost, "--keys", J + ".keys"}).code, 1);
}

TEST_F(LossTold, DoctorSaysWhatIsNext) {
  ASSERT_EQ(restore({signedBy("anna"), signedBy("bo")}).code, 0);
  auto next = run({"doctor", J});
  EXPECT_EQ(next.code, 0) << next.out;
  EXPECT_TRUE(says(next.out, "loggen blev region.example/2")) << next.out;
  auto old = run({"doctor", lost, "--keys", J + ".keys"});
  EXPECT_EQ(old.code, 0) << old.out;
  EXPECT_TRUE(says(old.out, "skriv i den katalog där journalen heter region.example/2")) << old.out;
  EXPECT_EQ(run({"append", lost, last, "--keys", J + ".keys", "--quiet"}).code, 69);
}

}  // namespace
}  // namespace liggare::test
