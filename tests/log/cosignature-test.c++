// Cosignatures and policies: whose word counts, by whom it was given, and that nothing else is read as one.
#include <gtest/gtest.h>

#include "engine/log/cosignature.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

using Flaw = PolicyVerdict::Flaw;

struct Cosigning : testing::Test {
  TestSigner log{"liggare.test/log", 7};
  std::vector<TestSigner> witnesses;
  std::string note;
  void SetUp() override {
    for (uint8_t i = 1; i <= 5; ++i) witnesses.emplace_back("vittne.test/" + std::to_string(i), i);
    note = signCheckpoint({"liggare.test/log", {3, leafHash(asBytes("x"))}, {}}, log);
  }
  std::string key(size_t i) { return cosignerKey(witnesses.at(i).verifierKey()).text(); }
  std::string head() {
    std::string out = "log " + log.verifierKey().text() + "\n";
    for (size_t i = 0; i < witnesses.size(); ++i) out += "witness w" + std::to_string(i) + " " + key(i) + "\n";
    return out;
  }
  std::string by(std::initializer_list<size_t> which, uint64_t seconds = 1'700'000'000) {
    auto out = *parseNote(note);
    for (size_t i : which) out.signatures.push_back(cosign(out.text, seconds, witnesses.at(i)));
    return formatNote(out);
  }
  static Policy policy(const std::string& text) {
    auto read = readPolicy(text);
    auto* wrong = std::get_if<PolicyUnreadable>(&read);
    EXPECT_EQ(wrong, nullptr) << wrong->line << " " << wrong->why << "\n" << text;
    return wrong ? Policy{} : std::get<Policy>(read);
  }
  static size_t wrongLine(const std::string& text) {
    auto read = readPolicy(text);
    auto* wrong = std::get_if<PolicyUnreadable>(&read);
    EXPECT_FALSE(wrong && wrong->why.empty());
    return wrong ? wrong->line : 0;
  }
};

TEST_F(Cosigning, SignsTheMessageOfTheSpecificationWithItsTime) {
  auto signature = cosign("a\n0\nb\n", 1679315147, witnesses[0]);
  EXPECT_EQ(signature.keyId, cosignerKey(witnesses[0].verifierKey()).keyId());
  EXPECT_NE(signature.keyId, witnesses[0].verifierKey().keyId());
  ASSERT_EQ(signature.signature.size(), 72u);
  EXPECT_EQ(getBe64(signature.signature.data()), 1679315147u);
  EXPECT_TRUE(verifyEd25519(witnesses[0].verifierKey().publicKey, asBytes("cosignature/v1\ntime 1679315147\na\n0\nb\n"),
                            Bytes(signature.signature).subspan(8)));
  EXPECT_EQ(cosignedSeconds(signature), 1679315147u);
  std::fill_n(signature.signature.begin(), 8, uint8_t(0));
  EXPECT_FALSE(cosignedSeconds(signature).has_value());
  signature.signature[0] = 0x80;
  EXPECT_FALSE(cosignedSeconds(signature).has_value());
}

TEST_F(Cosigning, LinesComeBackAsTheyWereAndNothingElseIsOne) {
  std::vector<NoteSignature> two = {cosign("a\n", 1, witnesses[0]), cosign("a\n", 2, witnesses[1])};
  std::string text = formatSignatureLines(two);
  EXPECT_EQ(parseSignatureLines(text), two);
  for (std::string bad : {std::string(), std::string("\n"), "\n" + text, text + "\n", text + "x\n", "a\n\n" + text,
                          text.substr(0, text.size() - 1), text.substr(1)})
    EXPECT_FALSE(parseSignatureLines(bad).has_value()) << bad;
}

TEST_F(Cosigning, APolicyCountsWitnessesAndGroupsOfGroups) {
  auto rules = policy(head() + "group två 2 w0 w1 w2\ngroup någon any w3 w4\ngroup allt all två någon\nquorum allt\n");
  EXPECT_EQ(judgeCheckpoint(rules, by({0, 1, 4})).flaw, Flaw::NONE);
  EXPECT_EQ(judgeCheckpoint(rules, by({2, 0, 3, 4})).cosignedBy.size(), 4u);
  EXPECT_EQ(judgeCheckpoint(rules, by({0, 1})).flaw, Flaw::QUORUM);
  EXPECT_EQ(judgeCheckpoint(rules, by({0, 3, 4})).flaw, Flaw::QUORUM);
  EXPECT_EQ(judgeCheckpoint(rules, by({0, 0, 0, 3})).flaw, Flaw::QUORUM);  // one witness is one however often it signs
  EXPECT_EQ(judgeCheckpoint(rules, note).flaw, Flaw::QUORUM);
  EXPECT_EQ(judgeCheckpoint(policy(head() + "quorum w2\n"), by({2})).flaw, Flaw::NONE);
  EXPECT_EQ(judgeCheckpoint(policy(head() + "quorum none\n"), note).flaw, Flaw::NONE);
  auto told = judgeCheckpoint(policy(head() + "quorum none\n"), by({4, 1}, 1234));
  ASSERT_EQ(told.cosignedBy.size(), 2u);  // in the policy's order
  EXPECT_EQ(told.cosignedBy[0].name, "w1");
  EXPECT_EQ(told.cosignedBy[1].seconds, 1234u);
  EXPECT_EQ(told.checkpoint.head.size, 3u);
}

TEST_F(Cosigning, AFalseSignatureOfAKnownKeyRejectsAndAnUnknownOneIsPassedOver) {
  auto rules = policy(head() + "quorum w0\n");
  auto good = *parseNote(by({0}));
  auto broken = good;
  broken.signatures.back().signature.back() ^= 1;
  EXPECT_EQ(judgeCheckpoint(rules, formatNote(broken)).flaw, Flaw::COSIGNATURE);
  auto undated = good;
  std::fill_n(undated.signatures.back().signature.begin(), 8, uint8_t(0));
  EXPECT_EQ(judgeCheckpoint(rules, formatNote(undated)).flaw, Flaw::COSIGNATURE);
  TestSigner stranger("vittne.test/främmande", 99);
  auto more = good;
  more.signatures.push_back(cosign(more.text, 5, stranger));
  more.signatures.back().signature.back() ^= 1;
  EXPECT_EQ(judgeCheckpoint(rules, formatNote(more)).flaw, Flaw::NONE);
  // The log's key under its own name as a witness would be another key id: it never counts as one.
  auto self = *parseNote(note);
  self.signatures.push_back(cosign(self.text, 5, log));
  EXPECT_EQ(judgeCheckpoint(rules, formatNote(self)).flaw, Flaw::QUORUM);
  EXPECT_EQ(judgeCheckpoint(rules, "x").flaw, Flaw::UNREADABLE);
  TestSigner other("liggare.test/log", 8);
  auto forged = signCheckpoint({"liggare.test/log", {3, leafHash(asBytes("x"))}, {}}, other);
  EXPECT_EQ(judgeCheckpoint(rules, forged).flaw, Flaw::LOG);
}

TEST_F(Cosigning, PoliciesAreReadInTheirOneFormAndFaultsNameTheLine) {
  const std::string k = key(0), l = log.verifierKey().text();
  EXPECT_EQ(wrongLine("quorum none\n"), 0u);
  EXPECT_EQ(wrongLine("# en rad\n\n \t log\t" + l + "  https://log.example \n  quorum   none\n"), 0u);
  EXPECT_EQ(wrongLine(""), 1u);
  EXPECT_EQ(wrongLine("log " + l + "\n"), 2u);  // no quorum
  EXPECT_EQ(wrongLine("quorum none"), 1u);      // no line feed
  EXPECT_EQ(wrongLine("quorum none\nquorum none\n"), 2u);
  EXPECT_EQ(wrongLine("quorum w\nwitness w " + k + "\n"), 1u);     // used before it is made
  EXPECT_EQ(wrongLine("log " + k + "\nquorum none\n"), 1u);        // a witness's key
  EXPECT_EQ(wrongLine("witness w " + l + "\nquorum none\n"), 1u);  // a log's key
  EXPECT_EQ(wrongLine("witness none " + k + "\nquorum none\n"), 1u);
  EXPECT_EQ(wrongLine("witness a " + k + "\nwitness b " + k + "\nquorum a\n"), 2u);
  EXPECT_EQ(wrongLine("log " + l + "\nlog " + l + "\nquorum none\n"), 2u);
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup g 2 w\nquorum g\n"), 2u);  // more than there are
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup g 0 w\nquorum g\n"), 2u);
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup g 01 w\nquorum g\n"), 2u);
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup g all w w\nquorum g\n"), 2u);  // a member twice
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup g all w\ngroup h all w\nquorum g\n"), 3u);
  EXPECT_EQ(wrongLine("witness w " + k + "\ngroup w all w\nquorum w\n"), 2u);
  EXPECT_EQ(wrongLine("group g all none\nquorum g\n"), 1u);
  EXPECT_EQ(wrongLine("group g any\nquorum g\n"), 1u);
  EXPECT_EQ(wrongLine("quorum none\r\n"), 1u);
  EXPECT_EQ(wrongLine("quorum\x7Fnone\n"), 1u);
  EXPECT_EQ(wrongLine("vittne w " + k + "\nquorum none\n"), 1u);
  EXPECT_EQ(wrongLine(std::string(POLICY_BYTES_MAX + 1, '\n')), 1u);
}

TEST_F(Cosigning, AKeyOfAKindThatCannotBeCheckedIsReadAndNeverCounts) {
  VerifierKey later{"vittne.test/ml-dsa", 0x06, Buffer(1312, 3)};
  auto rules = policy(head() + "witness sen " + later.text() + "\ngroup g all w0 sen\nquorum g\n");
  auto signedBoth = *parseNote(by({0}));
  signedBoth.signatures.push_back({later.name, later.keyId(), Buffer(8 + 2420, 1)});
  EXPECT_EQ(judgeCheckpoint(rules, formatNote(signedBoth)).flaw, Flaw::QUORUM);
}

// As many as other programs must read: C2SP asks for 32 of each.
TEST_F(Cosigning, LargePoliciesAreReadUpToALimit) {
  auto made = [&](size_t count) {
    std::string out;
    for (size_t i = 0; i < count; ++i) {
      VerifierKey one{"vittne.test/" + std::to_string(i), uint8_t(NoteKeyType::COSIGNATURE_V1), Buffer(32, 0)};
      putBe16(one.publicKey.data(), uint16_t(i));
      std::string n = std::to_string(i);
      out += "witness w" + n + " " + one.text() + "\ngroup g" + n + " any w" + n +
             (i > 0 ? " g" + std::to_string(i - 1) : "") + "\n";
    }
    return out + "quorum g0\n";
  };
  EXPECT_EQ(wrongLine(made(POLICY_ITEMS_MAX)), 0u);
  EXPECT_EQ(wrongLine(made(POLICY_ITEMS_MAX + 1)), 2 * POLICY_ITEMS_MAX + 1);
}

}  // namespace
}  // namespace liggare
