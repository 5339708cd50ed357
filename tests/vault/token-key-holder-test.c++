// Keys that a token has sealed: what an older copy of their file is worth, and what is left when the token fails in the
// middle of something.
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "engine/hash/sha256.h"
#include "engine/vault/file-key-holder.h"
#include "engine/vault/key-place.h"
#include "engine/vault/pkcs11-token.h"
#include "engine/vault/token-key-holder.h"
#include "tests/support/paths.h"
#include "tests/support/soft-token.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
const std::string ORIGIN = "liggare.example/region";
const SubjectKey PROVIDER = SubjectKey::from(asBytes("vårdgivare-0001").subspan(0, 16));

Buffer readFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void writeFile(const std::string& path, const Buffer& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
}

// Which call fails, and whether the token had done it by then.
struct Failing {
  enum class When : uint8_t { NEVER, BEFORE, AFTER } when = When::NEVER;
  int call = 0, calls = 0;
};

// A real token behind something that fails once when told.
class ShakyToken final : public Token {
 public:
  ShakyToken(Token& real, Failing& plan) : token(real), failing(plan) {}
  void makeWrappingKey(Bytes id) override {
    shaken([&] { token.makeWrappingKey(id); });
  }
  std::vector<Buffer> wrappingKeys() override {
    return shaken([&] { return token.wrappingKeys(); });
  }
  void destroyWrappingKey(Bytes id) override {
    shaken([&] { token.destroyWrappingKey(id); });
  }
  Buffer seal(Bytes id, Bytes nonce, Bytes aad, Bytes plaintext) override {
    return shaken([&] { return token.seal(id, nonce, aad, plaintext); });
  }
  SecretBuffer open(Bytes id, Bytes nonce, Bytes aad, Bytes sealed) override {
    return shaken([&] { return token.open(id, nonce, aad, sealed); });
  }
  bool offersSigning() const override { return token.offersSigning(); }
  PublicKey makeSigningKey(Bytes id) override {
    return shaken([&] { return token.makeSigningKey(id); });
  }
  void takeSigningKey(Bytes id, const Key& seed) override {
    shaken([&] { token.takeSigningKey(id, seed); });
  }
  bool hasSigningKey(Bytes id) override {
    return shaken([&] { return token.hasSigningKey(id); });
  }
  void destroySigningKey(Bytes id) override {
    shaken([&] { token.destroySigningKey(id); });
  }
  Signature sign(Bytes id, Bytes message) override {
    return shaken([&] { return token.sign(id, message); });
  }

 private:
  void fail(Failing::When now) const {
    if (failing.when == now && failing.calls == failing.call)
      kj::throwFatalException(KJ_EXCEPTION(DISCONNECTED, "shaken"));
  }
  template <typename Call>
  auto shaken(Call call) -> decltype(call()) {
    ++failing.calls;
    fail(Failing::When::BEFORE);
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      fail(Failing::When::AFTER);
    } else {
      auto answer = call();
      fail(Failing::When::AFTER);
      return answer;
    }
  }
  Token& token;
  Failing& failing;
};

class SealedKeys : public testing::Test {
 protected:
  test::TemporaryDirectory directory;
  test::SoftToken soft;
  std::unique_ptr<Token> real = openToken(soft.uri(), "liggare " + ORIGIN).token;
  Failing failing;
  const std::string path = directory.path() + "/journal.nycklar";
  const KeyFileExpectation expected{directory.path() + "/journal", ORIGIN};

  std::unique_ptr<Token> token() { return std::make_unique<ShakyToken>(*real, failing); }
  std::unique_ptr<TokenKeyHolder> create() {
    return std::move(TokenKeyHolder::create(path, expected, token(), systemRandom()).holder);
  }
  TokenKeyHolder::Result open() { return TokenKeyHolder::open(path, expected, token(), systemRandom()); }
  KeyFileFault fault() {
    auto result = open();
    EXPECT_EQ(result.holder, nullptr);
    EXPECT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->line.find('\n'), std::string::npos);
    return result.error->fault;
  }
  // Does `what` with each of its calls failing in turn, before and after the token did it, until it says that a run
  // went through.
  template <typename Do>
  void withEachCallFailing(Do what) {
    for (auto when : {Failing::When::BEFORE, Failing::When::AFTER})
      for (int call = 1;; ++call) {
        ASSERT_LT(call, 100);
        fs::remove(path);
        const size_t before = soft.keys();
        const bool failed = what(call, when);
        failing = {};
        if (auto left = open(); left.holder) left.holder->discard();
        EXPECT_EQ(soft.keys(), before) << "the test cleans up after itself";
        if (!failed) break;
      }
  }
  void beginFailing(int call, Failing::When when) { failing = {when, call, 0}; }
};

TEST_F(SealedKeys, AnOlderCopyOfTheFileOpensUntilADestructionAndNeverAgain) {
  auto holder = create();
  ASSERT_NE(holder, nullptr);
  const auto old = holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  const Buffer before = readFile(path);
  holder->beginEpoch(PROVIDER);
  holder.reset();
  const Buffer after = readFile(path);
  writeFile(path, before);
  ASSERT_NE(open().holder, nullptr) << "a control: as yesterday's key file always could";
  writeFile(path, after);
  open().holder->destroyEpoch(PROVIDER, 1);
  EXPECT_FALSE(open().holder->unwrap(PROVIDER, {}, old));
  for (const Buffer& copy : {before, after}) {
    writeFile(path, copy);
    EXPECT_EQ(fault(), KeyFileFault::OTHER_JOURNAL) << "the key that sealed it is gone from the token";
  }
}

TEST_F(SealedKeys, AnOlderCopyInTheWrongPlaceDestroysNothing) {
  auto holder = create();
  holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  holder->beginEpoch(PROVIDER);
  const Buffer older = readFile(path);
  // Up to the last step: the newer key seals the file, and the older is there still.
  int calls = 0;
  for (int call = 1; calls == 0; ++call) {
    beginFailing(call, Failing::When::BEFORE);
    if (kj::runCatchingExceptions([&] { holder->destroyEpoch(PROVIDER, 1); }) == nullptr) FAIL() << "never there";
    if (readFile(path) != older) calls = call;
  }
  failing = {};
  holder.reset();
  const Buffer newer = readFile(path);
  writeFile(path, older);
  ASSERT_NE(open().holder, nullptr);
  writeFile(path, newer);
  ASSERT_NE(open().holder, nullptr) << "the newer key was not taken for a leftover";
  writeFile(path, older);
  EXPECT_EQ(fault(), KeyFileFault::OTHER_JOURNAL) << "and the opening before destroyed the older";
}

TEST_F(SealedKeys, AFailureAtAnyCallOfADestructionLosesNothingAndIsNeverHalfDone) {
  withEachCallFailing([&](int call, Failing::When when) {
    auto holder = create();
    const auto old = holder->wrap(PROVIDER, {}, asBytes("gammalt"));
    holder->beginEpoch(PROVIDER);
    const auto young = holder->wrap(PROVIDER, {}, asBytes("nytt"));
    const Buffer copy = readFile(path);
    beginFailing(call, when);
    const bool failed = kj::runCatchingExceptions([&] { holder->destroyEpoch(PROVIDER, 1); }) != nullptr;
    EXPECT_EQ(failed, failing.calls >= call);
    EXPECT_TRUE(holder->unwrap(PROVIDER, {}, young).has_value());
    failing = {};
    if (failed && readFile(path) != copy) {
      EXPECT_THROW(holder->beginEpoch(PROVIDER), kj::Exception) << "what it knows may no longer be what is kept";
    }
    holder.reset();
    holder = std::move(open().holder);
    EXPECT_NE(holder, nullptr) << call;
    if (!holder) return failed;
    EXPECT_TRUE(holder->unwrap(PROVIDER, {}, young).has_value()) << call;
    EXPECT_EQ(holder->unwrap(PROVIDER, {}, old).has_value(), holder->hasEpoch(PROVIDER, 1));
    if (holder->hasEpoch(PROVIDER, 1)) holder->destroyEpoch(PROVIDER, 1);
    EXPECT_TRUE(holder->unwrap(PROVIDER, {}, young).has_value());
    holder.reset();
    const Buffer now = readFile(path);
    writeFile(path, copy);
    EXPECT_EQ(fault(), KeyFileFault::OTHER_JOURNAL) << call;
    writeFile(path, now);
    return failed;
  });
}

TEST_F(SealedKeys, AFailureAtAnyCallOfMakingThemLeavesNothing) {
  withEachCallFailing([&](int call, Failing::When when) {
    const size_t before = soft.keys();
    beginFailing(call, when);
    std::unique_ptr<TokenKeyHolder> holder;
    const bool failed = kj::runCatchingExceptions([&] { holder = create(); }) != nullptr;
    EXPECT_EQ(failed, holder == nullptr);
    if (failed) {
      EXPECT_FALSE(fs::exists(path));
      EXPECT_EQ(soft.keys(), before);
    }
    return failed;
  });
}

TEST_F(SealedKeys, AFailureAtAnyCallOfTakingKeysOverLeavesThemWhereTheyWere) {
  withEachCallFailing([&](int call, Failing::When when) {
    const size_t before = soft.keys();
    auto clear = FileKeyHolder::create(path, expected, systemRandom()).holder;
    const auto wrapped = clear->wrap(PROVIDER, {}, asBytes("hemligt"));
    const auto key = clear->publicKey();
    clear.reset();
    const Buffer file = readFile(path);
    beginFailing(call, when);
    TokenKeyHolder::Result result;
    const bool failed = kj::runCatchingExceptions([&] {
                          result = TokenKeyHolder::takeOver(path, expected, token(), systemRandom());
                        }) != nullptr;
    if (failed) {
      EXPECT_EQ(readFile(path), file);
      EXPECT_EQ(soft.keys(), before);
      EXPECT_NE(FileKeyHolder::open(path, expected, systemRandom()).holder, nullptr);
      return true;
    }
    EXPECT_NE(result.holder, nullptr);
    if (!result.holder) return false;
    EXPECT_EQ(result.holder->publicKey(), key);
    EXPECT_TRUE(result.holder->unwrap(PROVIDER, {}, wrapped).has_value());
    EXPECT_EQ(FileKeyHolder::open(path, expected, systemRandom()).error->fault, KeyFileFault::SEALED);
    return false;
  });
}

TEST_F(SealedKeys, TakingOverOverwritesTheOldBytesAndRefusesAFileWithAnotherName) {
  FileKeyHolder::create(path, expected, systemRandom());
  fs::create_hard_link(path, path + ".kopia");
  auto refused = TokenKeyHolder::takeOver(path, expected, token(), systemRandom());
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_EQ(refused.error->fault, KeyFileFault::LINKED);
  EXPECT_EQ(soft.keys(), 0u);
  fs::remove(path + ".kopia");
  const Buffer before = readFile(path);
  std::ifstream old(path, std::ios::binary);  // what could still be reached of the replaced file
  ASSERT_NE(TokenKeyHolder::takeOver(path, expected, token(), systemRandom()).holder, nullptr);
  const Buffer remains{std::istreambuf_iterator<char>(old), {}};
  EXPECT_EQ(remains, Buffer(before.size()));
  EXPECT_FALSE(fs::exists(path + ".ny"));
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(SealedKeys, TwoJournalsOfOneNameInOneTokenLeaveEachOthersKeysAlone) {
  auto one = create();
  auto two = TokenKeyHolder::create(path + "-två", expected, token(), systemRandom()).holder;
  for (auto* holder : {one.get(), two.get()}) {
    holder->wrap(PROVIDER, {}, asBytes("hemligt"));
    holder->beginEpoch(PROVIDER);
    holder->destroyEpoch(PROVIDER, 1);
  }
  EXPECT_NE(open().holder, nullptr);
  two->discard();
  EXPECT_NE(open().holder, nullptr);
}

TEST_F(SealedKeys, EveryFaultHasItsOwnAnswer) {
  EXPECT_EQ(fault(), KeyFileFault::MISSING);
  FileKeyHolder::create(path, expected, systemRandom());
  EXPECT_EQ(fault(), KeyFileFault::IN_CLEAR);
  fs::remove(path);
  auto holder = create();
  const auto key = holder->publicKey();
  holder.reset();
  KeyFileExpectation other = expected;
  other.origin = "liggare.example/annan";
  EXPECT_EQ(TokenKeyHolder::open(path, other, token(), systemRandom()).error->fault, KeyFileFault::OTHER_JOURNAL);
  other = expected;
  other.publicKey = PublicKey{};
  EXPECT_EQ(TokenKeyHolder::open(path, other, token(), systemRandom()).error->fault, KeyFileFault::OTHER_JOURNAL);
  other.publicKey = key;
  EXPECT_NE(TokenKeyHolder::open(path, other, token(), systemRandom()).holder, nullptr);
  fs::permissions(path, fs::perms::owner_read | fs::perms::group_read);
  EXPECT_EQ(fault(), KeyFileFault::MODE_TOO_WIDE);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(TokenKeyHolder::create(path, expected, token(), systemRandom()).error->fault, KeyFileFault::EXISTS);
  auto inside = TokenKeyHolder::create(expected.journalDirectory + "/nycklar", expected, token(), systemRandom());
  EXPECT_EQ(inside.error->fault, KeyFileFault::INSIDE_JOURNAL);
  EXPECT_EQ(soft.keys(), 2u) << "only those of the holder";
  real.reset();  // softhsm2 does not see a new token while it is in use
  soft.add("ett-annat");
  auto stranger = openToken(soft.uriWith("ett-annat", test::SoftToken::module(), soft.pinFile()), "liggare " + ORIGIN);
  ASSERT_NE(stranger.token, nullptr);
  auto elsewhere = TokenKeyHolder::open(path, expected, std::move(stranger.token), systemRandom());
  ASSERT_TRUE(elsewhere.error.has_value());
  EXPECT_NE(elsewhere.error->line.find("ett annat kort"), std::string::npos);
}

TEST_F(SealedKeys, NoChangedByteAndNoCutGivesOtherKeys) {
  create();
  const Buffer good = readFile(path);
  for (size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 1;
    writeFile(path, bad);
    const auto wanted = i < 8    ? KeyFileFault::NOT_A_KEY_FILE
                        : i < 10 ? KeyFileFault::UNKNOWN_VERSION
                                 : KeyFileFault::DAMAGED;
    EXPECT_EQ(fault(), wanted) << i;
  }
  for (size_t size = 8; size < good.size(); ++size) {
    writeFile(path, Buffer(good.begin(), good.begin() + ptrdiff_t(size)));
    EXPECT_EQ(fault(), KeyFileFault::DAMAGED) << size;
  }
  // By somebody who mends the checksum too: what is bound to the keys gives the change away.
  for (size_t i = 10; i + 32 < good.size(); ++i) {
    auto forged = good;
    forged[i] ^= 1;
    const Hash sum = sha256(Bytes(forged).first(forged.size() - 32));
    std::copy(sum.bytes.begin(), sum.bytes.end(), forged.end() - 32);
    writeFile(path, forged);
    TokenKeyHolder::Result result;
    kj::runCatchingExceptions([&] { result = open(); });
    EXPECT_EQ(result.holder, nullptr) << i;
  }
  writeFile(path, good);
  EXPECT_NE(open().holder, nullptr);
}

TEST_F(SealedKeys, AProcessThatKnowsAnOlderFileChangesNothing) {
  auto one = create();
  auto two = open().holder;
  one->wrap(PROVIDER, {}, asBytes("hemligt"));
  EXPECT_THROW(two->beginEpoch(OPERATOR), kj::Exception);
  EXPECT_EQ(two->currentEpoch(OPERATOR), 1u) << "what was not kept is not in force";
  EXPECT_EQ(open().holder->currentEpoch(PROVIDER), 1u);
}

}  // namespace
}  // namespace liggare
