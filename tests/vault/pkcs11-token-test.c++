// The way to a token: every reason not to get there has a line of its own, and a PIN is tried once.
#include <gtest/gtest.h>
#include <kj/exception.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/vault/pkcs11-token.h"
#include "tests/support/paths.h"
#include "tests/support/soft-token.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::SoftToken;

// A variable of the environment for as long as the object lives.
class Said {
 public:
  Said(const char* variable, const std::string& value) : name(variable) { ::setenv(name, value.c_str(), 1); }
  ~Said() { ::unsetenv(name); }
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;

 private:
  const char* name;
};

class TokenUri : public testing::Test {
 protected:
  SoftToken token;
  test::TemporaryDirectory place;

  // What opening refuses with: one line, without the PIN.
  TokenFault fault(const std::string& uri) {
    auto opened = openToken(uri, "liggare");
    EXPECT_EQ(opened.token, nullptr) << uri;
    if (!opened.error) return TokenFault::NO_ANSWER;
    EXPECT_EQ(opened.error->line.find('\n'), std::string::npos);
    EXPECT_EQ(opened.error->line.find(SoftToken::PIN), std::string::npos);
    return opened.error->fault;
  }
  bool opens(const std::string& uri) {
    auto opened = openToken(uri, "liggare");
    if (opened.error) ADD_FAILURE() << opened.error->line;
    return opened.token != nullptr;
  }
  std::string file(const std::string& name, const std::string& text, fs::perms mode = fs::perms::owner_read) {
    const std::string path = place.path() + "/" + name;
    std::ofstream(path) << text;
    fs::permissions(path, mode);
    return path;
  }
  size_t tries() const {
    std::ifstream in(place.path() + "/tries");
    size_t lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    return lines;
  }
};

TEST_F(TokenUri, OpensTheTokenThatItPointsOut) {
  EXPECT_TRUE(opens(token.uri()));
  EXPECT_TRUE(opens(token.uriWith("", SoftToken::module(), token.pinFile()))) << "the only one there";
  EXPECT_TRUE(opens("pkcs11:token=liggare-test;manufacturer=SoftHSM%20project?module-path=" + SoftToken::module() +
                    "&pin-source=" + token.pinFile()));
}

TEST_F(TokenUri, TakesThePinFromTheEnvironmentWhenNoFileIsNamed) {
  const std::string uri = token.uriWith("liggare-test", SoftToken::module(), "");
  EXPECT_EQ(fault(uri), TokenFault::NO_PIN);
  Said pin("LIGGARE_PIN", SoftToken::PIN);
  EXPECT_TRUE(opens(uri));
}

TEST_F(TokenUri, IsRefusedWhenItIsNoneOrSaysTooMuchOrTooLittle) {
  std::string module = "?module-path=", pin = "&pin-source=";
  module += SoftToken::module();
  pin += token.pinFile();
  for (const std::string& uri :
       {std::string(), std::string("liggare-test"), "http:token=x" + module + pin, "pkcs11:token=%ZZ" + module + pin,
        "pkcs11:token=liggare-test?pin-source=" + token.pinFile(),
        "pkcs11:token=liggare-test?module-path=libsofthsm2.so" + pin,
        "pkcs11:token=liggare-test;object=nyckel" + module + pin, "pkcs11:token=liggare-test;id=%01" + module + pin,
        "pkcs11:token=liggare-test" + module + "&pin-value=" + SoftToken::PIN,
        "pkcs11:token=liggare-test;okänt=1" + module + pin})
    EXPECT_EQ(fault(uri), TokenFault::BAD_URI) << uri;
}

TEST_F(TokenUri, IsRefusedWithAPinFileThatCannotBeUsed) {
  auto with = [&](const std::string& path) { return token.uriWith("liggare-test", SoftToken::module(), path); };
  EXPECT_EQ(fault(with(place.path() + "/saknas")), TokenFault::NO_PIN);
  EXPECT_EQ(fault(with(file("tom", ""))), TokenFault::NO_PIN);
  EXPECT_EQ(fault(with(file("rad", "\n"))), TokenFault::NO_PIN);
  EXPECT_EQ(fault(with(file("lång", std::string(300, '1')))), TokenFault::NO_PIN);
  EXPECT_EQ(fault(with(file("vid", SoftToken::PIN, fs::perms::owner_read | fs::perms::others_read))),
            TokenFault::NO_PIN);
  EXPECT_EQ(fault(with(place.path())), TokenFault::NO_PIN);
  EXPECT_TRUE(opens(with(file("rätt", SoftToken::PIN))));
}

TEST_F(TokenUri, IsRefusedWithAModuleThatCannotBeLoaded) {
  auto with = [&](const std::string& path) { return token.uriWith("liggare-test", path, token.pinFile()); };
  EXPECT_EQ(fault(with("/saknas/modul.so")), TokenFault::NO_MODULE);
  EXPECT_EQ(fault(with(file("modul.so", "ingen modul alls"))), TokenFault::NO_MODULE);
  EXPECT_EQ(fault(with(place.path())), TokenFault::NO_MODULE);
}

TEST_F(TokenUri, IsRefusedWhenNoTokenFitsOrSeveralDo) {
  EXPECT_EQ(fault(token.uriWith("ett-annat", SoftToken::module(), token.pinFile())), TokenFault::NO_TOKEN);
  token.add("liggare-två");
  EXPECT_EQ(fault(token.uriWith("", SoftToken::module(), token.pinFile())), TokenFault::SEVERAL_TOKENS);
  EXPECT_TRUE(opens(token.uri()));
  token.remove();
  EXPECT_EQ(fault(token.uri()), TokenFault::NO_TOKEN);
  token.putBack();
  EXPECT_TRUE(opens(token.uri()));
}

TEST_F(TokenUri, AWrongPinIsTriedOnceAndALockedTokenNever) {
  Said log("LIGGARE_TEST_LOGINS", place.path() + "/tries");
  EXPECT_EQ(fault(token.uriWith("liggare-test", SoftToken::module(), file("fel", "271828"))), TokenFault::WRONG_PIN);
  EXPECT_EQ(tries(), 1u);
  {
    Said mood("LIGGARE_TEST_TOKEN", "lastTry");
    EXPECT_EQ(fault(token.uriWith("liggare-test", SoftToken::module(), token.pinFile())), TokenFault::LAST_TRY);
  }
  {
    Said mood("LIGGARE_TEST_TOKEN", "locked");
    EXPECT_EQ(fault(token.uriWith("liggare-test", SoftToken::module(), token.pinFile())), TokenFault::LOCKED);
  }
  EXPECT_EQ(tries(), 1u);
  EXPECT_TRUE(opens(token.uriWith("liggare-test", SoftToken::module(), token.pinFile())));
  EXPECT_EQ(tries(), 2u);
}

TEST_F(TokenUri, ATokenThatIsPulledOutAnswersEveryCallWithAFault) {
  auto opened = openToken(token.uriWith("liggare-test", SoftToken::module(), token.pinFile()), "liggare");
  ASSERT_NE(opened.token, nullptr);
  auto& there = *opened.token;
  const Bytes id = asBytes("nyckel");
  there.makeWrappingKey(id);
  there.makeSigningKey(id);
  const Buffer nonce(12), sealed = there.seal(id, nonce, asBytes("till"), asBytes("hemligt"));
  EXPECT_EQ(asText(there.open(id, nonce, asBytes("till"), sealed)), "hemligt");
  EXPECT_THROW(there.open(id, nonce, asBytes("annat"), sealed), kj::Exception);
  EXPECT_THROW(there.seal(asBytes("ingen"), nonce, {}, {}), kj::Exception);
  Said mood("LIGGARE_TEST_TOKEN", "removed");
  auto gone = [&](auto call) {
    auto fault = kj::runCatchingExceptions(call);
    bool isGone = false;
    KJ_IF_MAYBE (e, fault) isGone = e->getType() == kj::Exception::Type::DISCONNECTED;
    return isGone;
  };
  EXPECT_TRUE(gone([&] { there.seal(id, nonce, {}, asBytes("hemligt")); }));
  EXPECT_TRUE(gone([&] { there.open(id, nonce, asBytes("till"), sealed); }));
  EXPECT_TRUE(gone([&] { there.sign(id, asBytes("x")); }));
  EXPECT_TRUE(gone([&] { there.wrappingKeys(); }));
  EXPECT_TRUE(gone([&] { there.destroyWrappingKey(id); }));
  EXPECT_TRUE(gone([&] { there.destroySigningKey(id); }));
}

TEST_F(TokenUri, KeysNeverLeaveTheToken) {
  // softhsm2 keeps an object's attributes as they were made: a key that could be read would open there.
  auto opened = openToken(token.uri(), "liggare");
  ASSERT_NE(opened.token, nullptr);
  opened.token->makeWrappingKey(asBytes("nyckel"));
  EXPECT_EQ(opened.token->wrappingKeys(), std::vector<Buffer>{Buffer({'n', 'y', 'c', 'k', 'e', 'l'})});
  auto other = openToken(token.uri(), "en annan journal");
  ASSERT_NE(other.token, nullptr) << "two journals of one process share the login";
  EXPECT_TRUE(other.token->wrappingKeys().empty());
  opened.token.reset();
  EXPECT_TRUE(other.token->wrappingKeys().empty()) << "the other session lives on";
}

}  // namespace
}  // namespace liggare
