// What every key holder promises, asked of all of them: in memory, in a file, and with a token that signs or only
// seals.
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "engine/vault/key-place.h"
#include "engine/vault/memory-key-holder.h"
#include "tests/support/paths.h"
#include "tests/support/soft-token.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
const std::string ORIGIN = "liggare.example/region";
const SubjectKey PROVIDER = SubjectKey::from(asBytes("vårdgivare-0001").subspan(0, 16));
const SubjectKey OTHER_PROVIDER = SubjectKey::from(asBytes("vårdgivare-0002").subspan(0, 16));

class AnyHolder : public testing::TestWithParam<KeyCustody> {
 protected:
  test::TemporaryDirectory directory;
  std::optional<test::SoftToken> token;
  KeyPlace place{directory.path() + "/journal.nycklar", {}};
  KeyFileExpectation expected{directory.path() + "/journal", ORIGIN};

  void SetUp() override {
    fs::create_directory(expected.journalDirectory);
    using Ability = test::SoftToken::Ability;
    if (GetParam() == KeyCustody::TOKEN_SIGNS) token.emplace(Ability::SIGNS);
    if (GetParam() == KeyCustody::TOKEN_SEALS) token.emplace(Ability::SEALS_ONLY);
    if (token) place.token = token->uri();
  }
  std::unique_ptr<KeyHolder> create(const std::string& name = {}) {
    if (GetParam() == KeyCustody::MEMORY) return std::make_unique<MemoryKeyHolder>(ORIGIN, systemRandom());
    auto made = createKeyHolder({place.file + name, place.token}, expected, systemRandom());
    if (made.error) ADD_FAILURE() << made.error->line;
    return std::move(made.holder);
  }
  // After a restart; one in memory cannot have one.
  std::unique_ptr<KeyHolder> again(std::unique_ptr<KeyHolder> before) {
    if (GetParam() == KeyCustody::MEMORY) return before;
    before.reset();
    auto opened = openKeyHolder(place, expected, systemRandom());
    if (opened.error) ADD_FAILURE() << opened.error->line;
    return std::move(opened.holder);
  }
};

TEST_P(AnyHolder, UnwrapsOnlyForTheSameOwnerContextAndEpoch) {
  auto holder = create();
  const Bytes secret = asBytes("32 byte som ingen annan har sett"), context = asBytes("ström");
  const auto wrapped = holder->wrap(PROVIDER, context, secret);
  EXPECT_EQ(wrapped.epoch, 1u);
  holder = again(std::move(holder));
  const auto opened = holder->unwrap(PROVIDER, context, wrapped);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(std::equal(opened->begin(), opened->end(), secret.begin(), secret.end()));
  EXPECT_FALSE(holder->unwrap(OPERATOR, context, wrapped));
  EXPECT_FALSE(holder->unwrap(OTHER_PROVIDER, context, wrapped));
  EXPECT_FALSE(holder->unwrap(PROVIDER, asBytes("annan"), wrapped));
  EXPECT_FALSE(holder->unwrap(PROVIDER, context, {2, wrapped.bytes}));
  EXPECT_FALSE(holder->unwrap(PROVIDER, context, {0, wrapped.bytes}));
  for (size_t i = 0; i < wrapped.bytes.size(); ++i) {
    auto changed = wrapped;
    changed.bytes[i] ^= 0x80;
    EXPECT_FALSE(holder->unwrap(PROVIDER, context, changed)) << i;
  }
}

TEST_P(AnyHolder, OldEpochsOpenUntilTheyAreDestroyedAndNeverAfterARestart) {
  auto holder = create();
  const auto old = holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  EXPECT_THROW(holder->destroyEpoch(PROVIDER, 1), kj::Exception) << "the current one is in use";
  EXPECT_EQ(holder->beginEpoch(PROVIDER), 2u);
  const auto young = holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  EXPECT_EQ(young.epoch, 2u);
  holder = again(std::move(holder));
  EXPECT_TRUE(holder->unwrap(PROVIDER, {}, old).has_value());
  holder->destroyEpoch(PROVIDER, 1);
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_FALSE(holder->hasEpoch(PROVIDER, 1));
    EXPECT_FALSE(holder->unwrap(PROVIDER, {}, old));
    EXPECT_EQ(holder->currentEpoch(PROVIDER), 2u);
    EXPECT_TRUE(holder->unwrap(PROVIDER, {}, young).has_value());
    holder = again(std::move(holder));
  }
}

TEST_P(AnyHolder, SignsWhatItsPublicKeyVerifiesAndWithTheSameKeyAfterARestart) {
  auto holder = create();
  const PublicKey open = holder->publicKey();
  const auto key = holder->verifierKey();
  EXPECT_EQ(key.name, ORIGIN);
  EXPECT_EQ(key.publicKey, Buffer(open.begin(), open.end()));
  EXPECT_EQ(parseVerifierKey(key.text()), key);
  for (int restarts = 0; restarts < 2; ++restarts) {
    const auto signature = holder->sign(asBytes("kontrollpunkt"));
    EXPECT_EQ(crypto_sign_verify_detached(signature.data(), asBytes("kontrollpunkt").data(), 13, open.data()), 0);
    holder = again(std::move(holder));
    EXPECT_EQ(holder->publicKey(), open);
  }
}

TEST_P(AnyHolder, BlindsTheSameIdentifierAlikeAndOnlyUnderItsOwnKey) {
  auto one = create(), two = create("-två");
  const auto tag = one->blind(asBytes("191212121212"));
  EXPECT_NE(tag, one->blind(asBytes("191212121213")));
  EXPECT_NE(tag, two->blind(asBytes("191212121212")));
  EXPECT_NE(one->descriptionDigest(), two->descriptionDigest());
  const auto description = one->descriptionDigest();
  const auto lines = one->currentLinesKey();
  one = again(std::move(one));
  EXPECT_EQ(one->blind(asBytes("191212121212")), tag);
  EXPECT_EQ(one->descriptionDigest(), description);
  EXPECT_TRUE(*one->linesKey(lines.epoch) == lines.key);
  EXPECT_FALSE(one->linesKey(lines.epoch + 1));
}

TEST_P(AnyHolder, SaysWhereItsKeysAre) {
  auto holder = create();
  EXPECT_EQ(holder->custody(), GetParam());
  EXPECT_EQ(again(std::move(holder))->custody(), GetParam());
}

TEST_P(AnyHolder, LeavesNothingOfAJournalThatCameToNothing) {
  auto holder = create();
  holder->discard();
  EXPECT_FALSE(fs::exists(place.file));
  EXPECT_FALSE(fs::exists(place.file + ".ny"));
  if (!token) return;
  holder.reset();
  EXPECT_EQ(token->keys(), 0u);
}

TEST_P(AnyHolder, ServesManyThreadsAtOnce) {
  auto holder = create();
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        SubjectKey owner;
        owner.bytes[0] = uint8_t(i % 5 + 1);
        const auto wrapped = holder->wrap(owner, {}, asBytes("hemligt"));
        if (!holder->unwrap(owner, {}, wrapped)) ++failures;
        if (t == 0 && i == 10) holder->beginEpoch(owner);
        const auto message = asBytes("x");
        const auto signature = holder->sign(message);
        const auto key = holder->publicKey();
        if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) != 0) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(again(std::move(holder))->currentEpoch(OPERATOR), 1u);
}

TEST_P(AnyHolder, AForkedChildCannotUseTheTokenOfItsParent) {
  auto holder = create();
  if (!token) return;  // the others have nothing outside their memory
  holder->sign(asBytes("före"));
  const pid_t child = ::fork();
  if (child == 0) {
    const bool threw = kj::runCatchingExceptions([&] { holder->sign(asBytes("i barnet")); }) != nullptr;
    ::_exit(threw ? 42 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  holder->sign(asBytes("efter"));
}

std::string nameOf(const testing::TestParamInfo<KeyCustody>& info) {
  switch (info.param) {
    case KeyCustody::MEMORY: return "InMemory";
    case KeyCustody::FILE: return "InAFile";
    case KeyCustody::TOKEN_SEALS: return "SealedByAToken";
    case KeyCustody::TOKEN_SIGNS: break;
  }
  return "InAToken";
}
INSTANTIATE_TEST_SUITE_P(All, AnyHolder,
                         testing::Values(KeyCustody::MEMORY, KeyCustody::FILE, KeyCustody::TOKEN_SEALS,
                                         KeyCustody::TOKEN_SIGNS),
                         nameOf);

}  // namespace
}  // namespace liggare
