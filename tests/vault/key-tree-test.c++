#include "engine/vault/key-tree.h"

#include <gtest/gtest.h>

#include <kj/exception.h>
#include <set>

#include "tests/base/seed.h"

namespace liggare {
namespace {

StreamSecret secretOf(uint64_t seed) {
  SeededRandom random(seed);
  return StreamSecret::whole(Key::draw(random));
}

// A number of any size: small ones often, the largest sometimes.
Number anyNumber(SeededRandom& random) {
  const unsigned bits = unsigned(random.below(64)) + 1;
  return (Number(1) << (bits - 1)) | (random.next() & ((Number(1) << (bits - 1)) - 1));
}

TEST(KeyTree, GivesEveryNumberItsOwnLeaf) {
  const auto secret = secretOf(1);
  std::set<std::string> leaves;
  for (Number n = 1; n <= 2000; ++n) leaves.insert(toHex(*secret.leaf(n)));
  leaves.insert(toHex(*secret.leaf(~Number(0))));
  EXPECT_EQ(leaves.size(), 2001u);
}

TEST(KeyTree, RefusesNumberZero) { EXPECT_THROW(secretOf(1).leaf(0), kj::Exception); }

TEST(KeyPath, AgreesWithTheWalkFromTheRootForAnyOrder) {
  const uint64_t seed = testSeed(20261122);
  SeededRandom random(seed);
  const auto secret = secretOf(seed);
  KeyPath path(secret);
  for (int round = 0; round < 2000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const Number n = random.below(3) == 0 ? anyNumber(random) : random.below(300) + 1;
    ASSERT_TRUE(*path.leaf(n) == *secret.leaf(n)) << n;
  }
}

TEST(KeyPath, CostsAboutTwoHashesForEachNextNumber) {
  KeyPath path(secretOf(3));
  for (Number n = 1; n <= 65'536; ++n) path.leaf(n);
  EXPECT_LT(path.hashes(), 2 * 65'536u + 64);
}

TEST(KeyPath, CostsNothingForTheSameNumberAgain) {
  KeyPath path(secretOf(3));
  path.leaf(1000);
  const uint64_t before = path.hashes();
  path.leaf(1000);
  EXPECT_EQ(path.hashes(), before);
}

TEST(Puncture, TakesAwayExactlyTheChosenNumbers) {
  const uint64_t seed = testSeed(7);
  for (int round = 0; round < 20; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    SeededRandom random(seed + uint64_t(round));
    const auto secret = secretOf(seed + uint64_t(round));
    std::set<Number> gone;
    const uint64_t count = random.below(40) + 1;
    while (gone.size() < count) gone.insert(random.below(4) == 0 ? anyNumber(random) : random.below(300) + 1);
    const std::vector<Number> numbers(gone.begin(), gone.end());
    const auto left = secret.puncture(numbers);
    KeyPath path(left);
    for (Number n = 1; n <= 310; ++n) {
      const auto leaf = left.leaf(n);
      ASSERT_EQ(leaf.has_value(), gone.count(n) == 0) << n;
      ASSERT_TRUE(!leaf || *leaf == *secret.leaf(n)) << n;
      const auto walked = path.leaf(n);
      ASSERT_EQ(walked.has_value(), leaf.has_value()) << n;
      ASSERT_TRUE(!walked || *walked == *leaf) << n;
    }
    for (Number n : gone) ASSERT_FALSE(left.leaf(n)) << n;
    for (int i = 0; i < 100; ++i) {
      const Number n = anyNumber(random);
      ASSERT_TRUE(gone.count(n) == 1 || *left.leaf(n) == *secret.leaf(n)) << n;
    }
  }
}

// What is left must not hold, in clear, any node on the path of a punctured number: from one of those it could be made
// again.
TEST(Puncture, LeavesNoNodeThatStandsAboveAPuncturedNumber) {
  const uint64_t seed = testSeed(11);
  SeededRandom random(seed);
  const auto secret = secretOf(seed);
  for (int round = 0; round < 100; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const Number n = anyNumber(random);
    const auto left = secret.puncture(std::span(&n, 1));
    const auto bytes = left.serialise();
    const std::string_view all = asText(Bytes(bytes.data(), bytes.size()));
    for (const auto& node : left.cover()) ASSERT_FALSE(node.covers(n));
    Key key = secret.nodeAbove(n)->key;
    for (unsigned height = secret.nodeAbove(n)->height;; --height) {
      ASSERT_EQ(all.find(asText(key)), std::string_view::npos) << "height " << height;
      if (height == 0) break;
      key = childOf(key, (n >> (height - 1)) & 1);
    }
  }
}

TEST(Puncture, DoesNotDependOnOrderOrRepetition) {
  const uint64_t seed = testSeed(13);
  SeededRandom random(seed);
  LIGGARE_TRACE_SEED(seed, 0);
  std::vector<Number> numbers;
  for (int i = 0; i < 30; ++i) numbers.push_back(anyNumber(random));
  const auto secret = secretOf(seed);
  const auto atOnce = secret.puncture(numbers);
  auto oneByOne = secret;
  for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) oneByOne = oneByOne.puncture(std::span(&*n, 1));
  oneByOne = oneByOne.puncture(numbers);
  EXPECT_EQ(atOnce.serialise(), oneByOne.serialise());
}

TEST(Puncture, OfNothingChangesNothing) { EXPECT_TRUE(secretOf(1).puncture({}).isWhole()); }

TEST(StreamSecret, IsReadBackAsItWasWritten) {
  const auto whole = secretOf(17);
  const Number gone[] = {1, 5, 6, 1000, ~Number(0)};
  const auto cover = whole.puncture(gone);
  for (const auto& secret : {whole, cover}) {
    const auto bytes = secret.serialise();
    const auto again = StreamSecret::read(bytes);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->serialise(), bytes);
    EXPECT_EQ(again->isWhole(), secret.isWhole());
    EXPECT_TRUE(*again->leaf(7) == *whole.leaf(7));
  }
}

TEST(StreamSecret, RefusesBytesThatNoVersionWrote) {
  const Number gone[] = {6};
  const auto bytes = secretOf(17).puncture(gone).serialise();
  EXPECT_FALSE(StreamSecret::read({}));
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(StreamSecret::read(Bytes(bytes.data(), bytes.size() - cut))) << cut;
  }
  auto unknown = bytes;
  unknown[0] = 9;
  EXPECT_FALSE(StreamSecret::read(unknown));
  auto overlapping = bytes;  // the second node made equal to the first
  std::copy_n(bytes.begin() + 5, 41, overlapping.begin() + 5 + 41);
  EXPECT_FALSE(StreamSecret::read(overlapping));
  auto crooked = bytes;  // a height its first number cannot have
  crooked[5] = 63;
  EXPECT_FALSE(StreamSecret::read(crooked));
}

}  // namespace
}  // namespace liggare
