#include "engine/base/random.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "engine/base/chacha20.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

std::string blockHex(std::string_view key, uint32_t counter, std::string_view nonce) {
  const Buffer k = fromHex(key).value(), n = fromHex(nonce).value();
  std::array<uint8_t, 64> out;
  chacha20Block(std::span<const uint8_t, 32>(k), counter, std::span<const uint8_t, 12>(n), out);
  return toHex(out);
}

constexpr std::string_view ZERO_KEY = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view ZERO_NONCE = "000000000000000000000000";

TEST(ChaCha20, WritesTheBlockOfRfc8439Section232) {
  EXPECT_EQ(blockHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 1, "000000090000004a00000000"),
            "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
            "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e");
}

TEST(ChaCha20, WritesTheBlocksOfRfc8439AppendixA1) {
  EXPECT_EQ(blockHex(ZERO_KEY, 0, ZERO_NONCE),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
  EXPECT_EQ(blockHex(ZERO_KEY, 1, ZERO_NONCE),
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
}

TEST(ChaCha20Property, FourBlocksAreTheFourBlocks) {
  const uint64_t seed = testSeed(0xb5c0fbcf);
  SeededRandom random(seed);
  for (int round = 0; round < 200; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::array<uint8_t, 32> key;
    std::array<uint8_t, 12> nonce;
    random.fill(key);
    random.fill(nonce);
    const uint32_t counter = round == 0 ? UINT32_MAX - 1 : uint32_t(random.next());  // the counter may come round
    std::array<uint8_t, 256> four, one;
    chacha20FourBlocks(key, counter, nonce, four);
    for (uint32_t i = 0; i < 4; ++i) {
      chacha20Block(key, counter + i, nonce, std::span<uint8_t, 64>(one.data() + 64 * i, 64));
    }
    ASSERT_EQ(toHex(four), toHex(one));
  }
}

TEST(Random, SystemNeverDrawsTheSameTwiceAndCrossesItsPool) {
  std::set<Buffer> seen;
  for (int i = 0; i < 5000; ++i) {
    Buffer salt(16);
    systemRandom().fill(salt);
    EXPECT_TRUE(seen.insert(salt).second);
  }
  Buffer large(3 << 20);  // past a reseed
  systemRandom().fill(large);
  std::array<size_t, 256> counts{};
  for (uint8_t b : large) ++counts[b];
  for (size_t count : counts) EXPECT_NEAR(double(count), 12288.0, 1500.0);  // 13 standard deviations
  systemRandom().fill({});
}

TEST(Random, ThreadsDrawFromGeneratorsOfTheirOwn) {
  Buffer mine(64), other(64);
  systemRandom().fill(mine);
  std::thread([&] { systemRandom().fill(other); }).join();
  EXPECT_NE(mine, other);
}

TEST(Random, AForkedChildDrawsNothingItsParentWillDraw) {
  Buffer mine(64), child(64);
  systemRandom().fill(mine);  // the pool that the child inherits is not empty
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    systemRandom().fill(child);
    ::_exit(::write(ends[1], child.data(), child.size()) == ssize_t(child.size()) ? 0 : 1);
  }
  ASSERT_GT(pid, 0);
  EXPECT_EQ(::read(ends[0], child.data(), child.size()), ssize_t(child.size()));
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  systemRandom().fill(mine);
  EXPECT_NE(mine, child);
}

TEST(Random, ASeedGivesTheSameNumbersForEver) {
  SeededRandom a(1), b(1), c(2);
  EXPECT_EQ(a.next(), 0xb3f2af6d0fc710c5u);
  EXPECT_EQ(b.next(), 0xb3f2af6d0fc710c5u);
  EXPECT_NE(c.next(), 0xb3f2af6d0fc710c5u);
}

TEST(Random, BelowStaysBelowAndReachesEveryResult) {
  const uint64_t seed = testSeed(3);
  SeededRandom random(seed);
  std::set<uint64_t> seen;
  for (int round = 0; round < 500; ++round) seen.insert(random.below(7));
  EXPECT_EQ(seen, (std::set<uint64_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below(uint64_t(1) << 63 | 1), uint64_t(1) << 63 | 1);
  EXPECT_THROW(random.below(0), kj::Exception);
}

TEST(Uuid7, CarriesItsMillisecondVersionAndVariant) {
  SeededRandom random(4);
  const auto id = drawUuid7(1'645'557'742'000'000, random);  // the instant of RFC 9562 appendix A.6
  EXPECT_EQ(uuidText(id).substr(0, 15), "017f22e2-79b0-7");
  EXPECT_NE(std::string("89ab").find(uuidText(id)[19]), std::string::npos);
  EXPECT_EQ(uuid7Time(id), 1'645'557'742'000'000);
}

TEST(Uuid7, TimeOfAnotherVersionVariantOrLengthIsNothing) {
  const auto timeOf = [](std::string_view uuid) { return uuid7Time(parseUuid(uuid).value()); };
  EXPECT_TRUE(timeOf("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_FALSE(timeOf("017f22e2-79b0-4cc3-98c4-dc0c0c07398f"));
  EXPECT_FALSE(timeOf("017f22e2-79b0-7cc3-18c4-dc0c0c07398f"));
  EXPECT_FALSE(timeOf("017f22e2-79b0-7cc3-d8c4-dc0c0c07398f"));
  EXPECT_FALSE(uuid7Time(Buffer(15, 0x77)));
  EXPECT_FALSE(uuid7Time({}));
}

TEST(Uuid7, RefusesInstantsItCannotHold) {
  SeededRandom random(5);
  EXPECT_THROW(drawUuid7(-1, random), kj::Exception);
  EXPECT_THROW(drawUuid7(INT64_MAX, random), kj::Exception);
  EXPECT_EQ(uuid7Time(drawUuid7(0, random)), 0);
}

TEST(Uuid7Property, TheInstantReadsBackToTheMillisecond) {
  const uint64_t seed = testSeed(0x3c6ef372);
  SeededRandom random(seed);
  for (int round = 0; round < 2000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const Micros at = Micros(random.below((uint64_t(1) << 48) * 1000));
    EXPECT_EQ(uuid7Time(drawUuid7(at, random)), at / 1000 * 1000);
  }
}

}  // namespace
}  // namespace liggare
