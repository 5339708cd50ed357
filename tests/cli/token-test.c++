// `--pkcs11` as people meet it: one line and exit 6 for every way in which a token can be missing, and never the PIN.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/program.h"
#include "tests/support/paths.h"
#include "tests/support/soft-token.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

class TokenVerbs : public testing::Test {
 protected:
  TemporaryDirectory place;
  SoftToken token;
  const std::string journal = place.path() + "/J";

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = place.path() + "/" + name;
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path;
  }
  Ran run(std::vector<std::string> words, const std::string& uri) {
    words.insert(words.end(), {"--pkcs11", uri});
    auto ran = runLiggare(words);
    EXPECT_EQ((ran.out + ran.err).find(SoftToken::PIN), std::string::npos) << "the PIN is nobody's to read";
    return ran;
  }
  void expectOneLine(const Ran& ran, int code, const std::string& says) {
    EXPECT_EQ(ran.code, code) << ran.out << ran.err;
    EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
    EXPECT_NE(ran.err.find(says), std::string::npos) << ran.err;
    EXPECT_TRUE(ran.out.empty()) << ran.out;
  }
  // URIs that lead nowhere, and what is said of each.
  std::vector<std::pair<std::string, std::string>> astray() {
    const std::string pin = token.pinFile(), module = SoftToken::module();
    return {{token.uriWith("liggare-test", "/saknas/modul.so", pin), "modulen /saknas/modul.so"},
            {token.uriWith("ett-annat", module, pin), "sitter inte i"},
            {token.uriWith("liggare-test", module, file("fel", "000000\n")), "fel PIN"},
            {token.uriWith("liggare-test", module, place.path() + "/saknas"), "PIN-filen"},
            {token.uriWith("liggare-test", module, ""), "ingen PIN"},
            {token.uriWith("liggare-test", module, "") + "&pin-value=" + SoftToken::PIN, "pin-value"},
            {"pkcs11:token=liggare-test;object=x?module-path=" + module, "ett kort, inte en nyckel"},
            {"token=liggare-test", "ingen PKCS#11-URI"}};
  }
};

TEST_F(TokenVerbs, InitThatDoesNotReachTheTokenLeavesNothing) {
  for (auto& [uri, says] : astray()) {
    expectOneLine(run({"init", journal, "--demo"}, uri), 6, says);
    EXPECT_FALSE(fs::exists(journal));
    EXPECT_FALSE(fs::exists(journal + ".keys"));
  }
  EXPECT_EQ(token.keys(), 0u);
}

TEST_F(TokenVerbs, InitThatFailsLaterLeavesNoKeysInTheTokenEither) {
  file("fil", "");
  auto ran = run({"init", place.path() + "/fil/J", "--demo", "--keys", journal + ".keys"}, token.uri());
  EXPECT_NE(ran.code, 0);
  EXPECT_FALSE(fs::exists(journal + ".keys"));
  EXPECT_EQ(token.keys(), 0u);
}

TEST_F(TokenVerbs, NothingOpensWithoutTheToken) {
  auto made = run({"init", journal, "--demo", "--json"}, token.uri());
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.out.find("\"custody\":\"tokenSigns\""), std::string::npos) << made.out;
  for (auto& [uri, says] : astray()) expectOneLine(run({"append", journal}, uri), 6, says);
  for (std::string verb : {"append", "keys", "tail"})
    expectOneLine(runLiggare({verb, journal}), 6, "förseglad av ett PKCS#11-kort");
  EXPECT_EQ(run({"doctor", journal}, token.uri()).code, 0);
  EXPECT_EQ(runLiggare({"doctor", journal}).code, 6);
  fs::rename(journal + ".keys", place.path() + "/undan");
  expectOneLine(run({"keys", journal}, token.uri()), 6, "finns inte");
  fs::rename(place.path() + "/undan", journal + ".keys");

  token.remove();
  expectOneLine(run({"keys", journal}, token.uri()), 6, "sitter inte i");
  token.putBack();
  auto kept = run({"keys", journal}, token.uri());
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_NE(kept.out.find("som också undertecknar"), std::string::npos) << kept.out;
}

TEST_F(TokenVerbs, ATokenWithoutTheKeyIsToldOf) {
  ASSERT_EQ(run({"init", journal, "--demo"}, token.uri()).code, 0);
  token.add("ett-annat");
  const std::string other = token.uriWith("ett-annat", SoftToken::module(), token.pinFile());
  expectOneLine(run({"keys", journal}, other), 6, "nyckeln till den finns inte där");
}

TEST_F(TokenVerbs, KeysMoveOnceAndOneWay) {
  ASSERT_EQ(runLiggare({"init", journal, "--demo"}).code, 0);
  expectOneLine(run({"keys", journal}, token.uri()), 6, "--to-pkcs11");
  for (auto& [uri, says] : astray()) {
    expectOneLine(runLiggare({"keys", journal, "--to-pkcs11", uri}), 6, says);
    EXPECT_EQ(runLiggare({"keys", journal}).code, 0) << "nothing was changed";
  }
  fs::create_hard_link(journal + ".keys", journal + ".kopia");
  expectOneLine(runLiggare({"keys", journal, "--to-pkcs11", token.uri()}), 6, "ett namn till");
  fs::remove(journal + ".kopia");
  EXPECT_EQ(token.keys(), 0u);
  auto moved = runLiggare({"keys", journal, "--to-pkcs11", token.uri(), "--json"});
  ASSERT_EQ(moved.code, 0) << moved.err;
  EXPECT_NE(moved.out.find("\"custody\":\"tokenSigns\""), std::string::npos) << moved.out;
  expectOneLine(runLiggare({"keys", journal, "--to-pkcs11", token.uri()}), 6, "förseglad");
  expectOneLine(runLiggare({"keys", journal, "--rotate"}), 6, "förseglad");
  EXPECT_EQ(run({"keys", journal, "--to-pkcs11", token.uri()}, token.uri()).code, 2);
  EXPECT_EQ(run({"keys", journal, "--rotate"}, token.uri()).code, 0);
  EXPECT_EQ(run({"verify", journal, "--full", "--open"}, token.uri()).code, 0);
  EXPECT_EQ(run({"checkpoint", journal}, token.uri()).code, 0);
}

TEST(TokenThatCannotSign, SealsTheSigningKeyWithTheOthers) {
  TemporaryDirectory place;
  SoftToken token(SoftToken::Ability::SEALS_ONLY);
  const std::string journal = place.path() + "/J";
  auto made = runLiggare({"init", journal, "--demo", "--json", "--pkcs11", token.uri()});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.out.find("\"custody\":\"tokenSeals\""), std::string::npos) << made.out;
  EXPECT_EQ(token.keys(), 1u);
  EXPECT_EQ(runLiggare({"checkpoint", journal, "--pkcs11", token.uri()}).code, 0);
  EXPECT_EQ(runLiggare({"verify", journal, "--full", "--pkcs11", token.uri()}).code, 0);
}

}  // namespace
}  // namespace liggare::test
