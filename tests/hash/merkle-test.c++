// RFC 6962 by brute force: every size up to 100, every position, every pair of sizes, against the definition in the
// RFC.
#include "engine/hash/merkle.h"

#include <gtest/gtest.h>

#include <bit>

namespace liggare {
namespace {

constexpr uint64_t SIZES = 100;

std::vector<Hash> leaves(uint64_t n) {
  std::vector<Hash> out;
  for (uint64_t i = 0; i < n; ++i) {
    uint8_t entry[8];
    putBe64(entry, i);
    out.push_back(leafHash(entry));
  }
  return out;
}

// MTH as RFC 6962 §2.1 writes it, and nothing cleverer.
Hash mth(std::span<const Hash> d) {
  if (d.empty()) return sha256(Bytes());
  if (d.size() == 1) return d[0];
  uint64_t k = std::bit_floor(d.size() - 1);
  Hash left = mth(d.first(k)), right = mth(d.subspan(k));
  Buffer input{1};
  append(input, left);
  append(input, right);
  return sha256(input);
}

HashReader readerOver(const std::vector<Hash>& d) {
  return [&d](unsigned height, uint64_t index) {
    uint64_t width = uint64_t(1) << height;
    EXPECT_LE((index + 1) * width, d.size());
    return mth(std::span(d).subspan(index * width, width));
  };
}

TEST(Merkle, KnowsTheEmptyTreeAndTheEmptyLeaf) {
  EXPECT_EQ(toHex(emptyRoot()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(toHex(leafHash({})), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

// The eight leaves and roots that certificate transparency and its descendants test with.
TEST(Merkle, MakesTheRootsOfCertificateTransparency) {
  const char* inputs[] = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  for (size_t i = 0; i < 8; ++i) {
    frontier.append(leafHash(*fromHex(inputs[i])));
    EXPECT_EQ(toHex(frontier.root()), roots[i]) << "size " << i + 1;
  }
}

TEST(Merkle, FrontierHasTheRootOfTheDefinitionAtEverySize) {
  auto d = leaves(SIZES);
  Frontier frontier;
  for (uint64_t n = 0; n <= SIZES; ++n) {
    EXPECT_EQ(frontier.root(), mth(std::span(d).first(n)));
    EXPECT_EQ(rootOf(std::span(d).first(n)), frontier.root());
    auto again = Frontier::decode(frontier.encode());
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, frontier);
    auto prefix = std::vector<Hash>(d.begin(), d.begin() + long(n));
    EXPECT_EQ(Frontier::of(n, readerOver(prefix)), frontier);
    EXPECT_EQ(rootAt(n, readerOver(prefix)), frontier.root());
    if (n < SIZES) frontier.append(d[n]);
  }
}

TEST(Merkle, FrontierNamesEveryNodeItCompletesOnce) {
  auto d = leaves(SIZES);
  Frontier frontier;
  uint64_t named = 0;
  for (const Hash& leaf : d) {
    frontier.append(leaf, [&](unsigned height, uint64_t index, const Hash& hash) {
      EXPECT_EQ(hash, readerOver(d)(height, index));
      ++named;
    });
  }
  uint64_t expected = 0;
  for (uint64_t n = SIZES; n > 0; n /= 2) expected += n;
  EXPECT_EQ(named, expected);
}

TEST(Merkle, FrontierRefusesBytesOfAnotherLength) {
  Frontier frontier;
  for (const Hash& leaf : leaves(5)) frontier.append(leaf);
  Buffer bytes = frontier.encode();
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(Frontier::decode(Bytes(bytes).first(n))) << n;
  bytes.push_back(0);
  EXPECT_FALSE(Frontier::decode(bytes));
}

TEST(Merkle, ProvesEveryLeafOfEverySizeAndNoOtherPlace) {
  auto d = leaves(SIZES);
  for (uint64_t n = 1; n <= SIZES; ++n) {
    Hash root = mth(std::span(d).first(n));
    for (uint64_t i = 0; i < n; ++i) {
      Proof proof = inclusionProof(i, n, readerOver(d));
      EXPECT_TRUE(verifyInclusion(d[i], i, n, proof, root)) << i << " of " << n;
      EXPECT_FALSE(verifyInclusion(d[(i + 1) % SIZES], i, n, proof, root));
      if (n > 1) {
        EXPECT_FALSE(verifyInclusion(d[i], (i + 1) % n, n, proof, root)) << i << " of " << n;
      }
      EXPECT_FALSE(verifyInclusion(d[i], n, n, proof, root));
      proof.push_back(root);
      EXPECT_FALSE(verifyInclusion(d[i], i, n, proof, root));
    }
  }
}

TEST(Merkle, ProvesEveryPrefixConsistentWithEverySize) {
  auto d = leaves(SIZES);
  std::vector<Hash> roots;
  for (uint64_t n = 0; n <= SIZES; ++n) roots.push_back(mth(std::span(d).first(n)));
  for (uint64_t n = 0; n <= SIZES; ++n) {
    for (uint64_t m = 0; m <= n; ++m) {
      Proof proof = consistencyProof(m, n, readerOver(d));
      EXPECT_TRUE(verifyConsistency(m, roots[m], n, roots[n], proof)) << m << " → " << n;
      for (Hash& hash : proof) {
        hash.bytes[7] ^= 1;
        EXPECT_FALSE(verifyConsistency(m, roots[m], n, roots[n], proof)) << m << " → " << n;
        hash.bytes[7] ^= 1;
      }
      if (m == n) continue;
      EXPECT_FALSE(verifyConsistency(m, roots[n], n, roots[n], proof)) << m << " → " << n;
      EXPECT_FALSE(verifyConsistency(n, roots[n], m, roots[m], proof)) << m << " ← " << n;
      if (m > 0) {
        EXPECT_FALSE(verifyConsistency(m, roots[m], n, roots[m], proof)) << m << " → " << n;
      }
    }
  }
}

TEST(Merkle, TheEmptyTreeBeginsEveryTree) {
  auto d = leaves(3);
  EXPECT_TRUE(verifyConsistency(0, emptyRoot(), 3, rootOf(d), {}));
  EXPECT_TRUE(verifyConsistency(0, emptyRoot(), 0, emptyRoot(), {}));
  EXPECT_FALSE(verifyConsistency(0, rootOf(d), 3, rootOf(d), {}));
  EXPECT_FALSE(verifyConsistency(0, emptyRoot(), 0, rootOf(d), {}));
  EXPECT_FALSE(verifyConsistency(0, emptyRoot(), 3, rootOf(d), {d[0]}));
}

TEST(Hash, LabelsKeepDigestsOfOneKindFromBeingAnother) {
  Buffer x{'x'};
  EXPECT_EQ(hashLabelled("ab", {x}), sha256(asBytes(std::string_view("ab\0x", 4))));
  EXPECT_NE(hashLabelled("a", {asBytes("b"), x}), hashLabelled("ab", {x}));
}

TEST(Hash, PiecesAndWholeGiveTheSame) {
  EXPECT_EQ(toHex(sha256(asBytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256({asBytes("a"), asBytes("bc")}), sha256(asBytes("abc")));
}

}  // namespace
}  // namespace liggare
