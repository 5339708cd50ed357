// Range proofs by brute force: every range of every tree up to 40 leaves, and every way to cheat with one.
#include "engine/hash/range-proof.h"

#include <gtest/gtest.h>

namespace liggare {
namespace {

constexpr uint64_t SIZES = 40;

std::vector<Hash> leavesOf(uint64_t n) {
  std::vector<Hash> out;
  for (uint64_t i = 0; i < n; ++i) out.push_back(leafHash(Buffer{uint8_t(i), uint8_t(i >> 8)}));
  return out;
}

HashReader over(const std::vector<Hash>& leaves) {
  return [&leaves](unsigned height, uint64_t index) {
    size_t width = size_t(1) << height;
    EXPECT_LE((index + 1) * width, leaves.size());
    return rootOf(std::span(leaves).subspan(index * width, width));
  };
}

TEST(RangeProof, ProvesEveryRangeOfEveryTree) {
  auto all = leavesOf(SIZES);
  for (uint64_t size = 0; size <= SIZES; ++size) {
    std::vector<Hash> leaves(all.begin(), all.begin() + long(size));
    Hash root = rootOf(leaves);
    for (uint64_t from = 0; from <= size; ++from)
      for (uint64_t to = from; to <= size; ++to) {
        auto proof = rangeProof(from, to, size, over(leaves));
        EXPECT_TRUE(verifyRange(std::span(leaves).subspan(from, to - from), from, size, proof, root))
            << from << ".." << to << " of " << size;
      }
    EXPECT_TRUE(rangeProof(0, size, size, over(leaves)).empty());
  }
}

TEST(RangeProof, OneLeafIsProvedByAsManyHashesAsAnInclusion) {
  auto leaves = leavesOf(SIZES);
  for (uint64_t i = 0; i < SIZES; ++i)
    EXPECT_EQ(rangeProof(i, i + 1, SIZES, over(leaves)).size(), inclusionProof(i, SIZES, over(leaves)).size());
}

TEST(RangeProof, RefusesWhatWasDroppedAddedMovedOrChanged) {
  auto leaves = leavesOf(21);
  Hash root = rootOf(leaves);
  for (uint64_t from = 0; from < 21; ++from)
    for (uint64_t to = from + 1; to <= 21; ++to) {
      SCOPED_TRACE(std::to_string(from) + ".." + std::to_string(to));
      const auto proof = rangeProof(from, to, 21, over(leaves));
      const std::vector<Hash> range(leaves.begin() + long(from), leaves.begin() + long(to));
      auto dropped = range;
      dropped.pop_back();
      EXPECT_FALSE(verifyRange(dropped, from, 21, proof, root));
      EXPECT_FALSE(verifyRange(range, from + 1, 21, proof, root));
      if (from > 0) {
        EXPECT_FALSE(verifyRange(range, from - 1, 21, proof, root));
      }
      auto added = range;
      added.push_back(range.back());
      EXPECT_FALSE(verifyRange(added, from, 21, proof, root));
      if (range.size() > 1) {
        auto moved = range;
        std::swap(moved.front(), moved.back());
        EXPECT_FALSE(verifyRange(moved, from, 21, proof, root));
      }
      auto changed = range;
      changed.back().bytes[7] ^= 1;
      EXPECT_FALSE(verifyRange(changed, from, 21, proof, root));
      auto longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verifyRange(range, from, 21, longer, root));
      if (!proof.empty()) {
        auto shorter = proof;
        shorter.pop_back();
        EXPECT_FALSE(verifyRange(range, from, 21, shorter, root));
      }
    }
}

// Sizes that no tree has take no longer, and no more memory, than the leaves at hand.
TEST(RangeProof, RefusesImpossibleSizesAtOnce) {
  auto leaves = leavesOf(3);
  for (uint64_t size : {uint64_t(0), uint64_t(2), uint64_t(1) << 40, UINT64_MAX})
    for (uint64_t from : {uint64_t(0), uint64_t(1), size, size - 1, UINT64_MAX})
      EXPECT_FALSE(verifyRange(leaves, from, size, Proof(70, leaves[0]), leaves[1])) << from << " of " << size;
}

}  // namespace
}  // namespace liggare
