// The trie of books against a naive one written from its definition, and proofs against whoever would cheat with them.
#include "engine/log/book-trie.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/base/random.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

using Naive = std::map<BookId, std::vector<Hash>>;

int bit(const BookId& book, size_t at) { return book.bytes[at / 8] >> (7 - at % 8) & 1; }

Hash labelled(std::string label, Bytes rest) {
  label.push_back('\0');
  Buffer input(label.begin(), label.end());
  append(input, rest);
  return sha256(input);
}

// T of docs/format.md, word for word.
Hash naiveRoot(const Naive& books, size_t depth = 0) {
  if (books.empty()) return {};
  if (books.size() == 1) {
    auto& [book, leaves] = *books.begin();
    Buffer place;
    append(place, book);
    appendBe64(place, leaves.size());
    append(place, rootOf(leaves));
    return labelled("closing-leaf", place);
  }
  Naive halves[2];
  for (auto& [book, leaves] : books) halves[bit(book, depth)][book] = leaves;
  Buffer node;
  append(node, naiveRoot(halves[0], depth + 1));
  append(node, naiveRoot(halves[1], depth + 1));
  return labelled("closing-node", node);
}

struct Both {
  explicit Both(uint64_t seed) : random(seed) {}
  SeededRandom random;
  Naive naive;
  BookTrie trie;

  // Ids that share long beginnings more often than chance would have it.
  BookId draw() {
    auto id = drawId<BookId>(random);
    if (!naive.empty() && random.below(2) == 0) {
      auto near = std::next(naive.begin(), long(random.below(naive.size())))->first;
      size_t same = random.below(17);
      std::copy_n(near.bytes.begin(), same, id.bytes.begin());
      if (same == 16) id.bytes[15] ^= uint8_t(1 << random.below(8));
    }
    return id;
  }
  void append() {
    BookId book = naive.empty() || random.below(3) == 0
                      ? draw()
                      : std::next(naive.begin(), long(random.below(naive.size())))->first;
    Hash leaf;
    random.fill(leaf.bytes);
    naive[book].push_back(leaf);
    trie.append(book, leaf);
  }
};

TEST(BookTrie, NoBookIsZeroAndOneBookIsItsLeaf) {
  BookTrie trie;
  EXPECT_EQ(trie.root(), Hash{});
  BookId book{{1, 2, 3}};
  Hash leaf = leafHash(Buffer{1});
  EXPECT_EQ(readPlace(trie.prove(book), book, trie.root()).kind, TrieAnswer::Kind::ABSENT);
  trie.append(book, leaf);
  EXPECT_EQ(trie.root(), placeHash({book, 1, leaf}));
  EXPECT_EQ(trie.books(), 1u);
}

TEST(BookTrie, HasTheRootOfTheDefinitionHoweverItGrew) {
  const uint64_t seed = testSeed(20261122);
  for (uint64_t round = 0; round < 12; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    Both both(seed + round);
    for (size_t i = 0, end = 1 + both.random.below(160); i < end; ++i) {
      both.append();
      if (both.random.below(4) == 0) {
        ASSERT_EQ(both.trie.root(), naiveRoot(both.naive));
      }
    }
    ASSERT_EQ(both.trie.root(), naiveRoot(both.naive));
    EXPECT_EQ(both.trie.books(), both.naive.size());
    for (auto& [book, leaves] : both.naive) EXPECT_EQ(both.trie.sizeOf(book), leaves.size());
  }
}

TEST(BookTrie, ProvesEveryBookThatIsThereAndThatOthersAreNot) {
  const uint64_t seed = testSeed(20261123);
  for (uint64_t round = 0; round < 12; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    Both both(seed + round);
    for (size_t i = 0, end = both.random.below(120); i < end; ++i) both.append();
    Hash root = both.trie.root();
    for (auto& [book, leaves] : both.naive) {
      auto proof = decodeTrieProof(encodeTrieProof(both.trie.prove(book)));
      ASSERT_TRUE(proof);
      auto answer = readPlace(*proof, book, root);
      ASSERT_EQ(answer.kind, TrieAnswer::Kind::PRESENT);
      EXPECT_EQ(answer.place, (BookPlace{book, leaves.size(), rootOf(leaves)}));
    }
    for (int i = 0; i < 40; ++i) {
      BookId other = both.draw();
      if (both.naive.contains(other)) continue;
      auto answer = readPlace(both.trie.prove(other), other, root);
      ASSERT_EQ(answer.kind, TrieAnswer::Kind::ABSENT);
      EXPECT_EQ(answer.place, (BookPlace{other, 0, emptyRoot()}));
    }
  }
}

// Every bit of a proof counts: changed anywhere it proves nothing, least of all something else.
TEST(BookTrie, AProofThatWasChangedProvesNothing) {
  const uint64_t seed = testSeed(20261124);
  LIGGARE_TRACE_SEED(seed, 0);
  Both both(seed);
  for (int i = 0; i < 60; ++i) both.append();
  Hash root = both.trie.root();
  for (int absent = 0; absent < 2; ++absent) {
    BookId book = absent ? both.draw() : both.naive.begin()->first;
    const Buffer honest = encodeTrieProof(both.trie.prove(book));
    const auto truth = readPlace(*decodeTrieProof(honest), book, root);
    for (size_t at = 0; at < honest.size(); ++at)
      for (uint8_t flip : {0x01, 0x80}) {
        Buffer changed = honest;
        changed[at] ^= flip;
        auto proof = decodeTrieProof(changed);
        if (!proof) continue;
        EXPECT_EQ(readPlace(*proof, book, root).kind, TrieAnswer::Kind::WRONG) << "byte " << at;
      }
    Hash otherRoot = root;
    otherRoot.bytes[0] ^= 1;
    EXPECT_EQ(readPlace(*decodeTrieProof(honest), book, otherRoot).kind, TrieAnswer::Kind::WRONG);
    EXPECT_NE(truth.kind, TrieAnswer::Kind::WRONG);
  }
}

TEST(BookTrie, ABookThatIsThereCannotBeShownAsAbsent) {
  const uint64_t seed = testSeed(20261125);
  LIGGARE_TRACE_SEED(seed, 0);
  Both both(seed);
  for (int i = 0; i < 80; ++i) both.append();
  Hash root = both.trie.root();
  for (auto& [book, leaves] : both.naive)
    for (auto& [other, unused] : both.naive) {
      if (other == book) continue;
      // Another's honest proof, and one's own cut short or with the end taken away.
      EXPECT_EQ(readPlace(both.trie.prove(other), book, root).kind, TrieAnswer::Kind::WRONG);
    }
  for (auto& [book, leaves] : both.naive) {
    auto proof = both.trie.prove(book);
    auto endless = proof;
    endless.end.reset();
    EXPECT_EQ(readPlace(endless, book, root).kind, TrieAnswer::Kind::WRONG);
    for (; !proof.siblings.empty(); proof.siblings.pop_back()) {
      auto cut = proof;
      cut.siblings.pop_back();
      EXPECT_EQ(readPlace(cut, book, root).kind, TrieAnswer::Kind::WRONG);
    }
  }
}

TEST(BookTrie, HostileProofBytesAreRefused) {
  const uint64_t seed = testSeed(20261126);
  SeededRandom random(seed);
  for (uint64_t round = 0; round < 3000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    Buffer bytes(random.below(6000));
    random.fill(bytes);
    if (bytes.size() > 1 && random.below(2) == 0) {  // a length that fits
      bytes[0] = uint8_t(random.below(130));
      bytes[1] = uint8_t(random.below(3));
      bytes.resize(2 + 32 * size_t(bytes[0]) + (bytes[1] == 1 ? 56 : 0));
    }
    auto proof = decodeTrieProof(bytes);
    if (!proof) continue;
    EXPECT_EQ(encodeTrieProof(*proof), bytes);
    EXPECT_EQ(readPlace(*proof, drawId<BookId>(random), emptyRoot()).kind, TrieAnswer::Kind::WRONG);
  }
  TrieProof tooDeep{std::vector<Hash>(TRIE_DEPTH_MAX + 1), std::nullopt};
  EXPECT_EQ(readPlace(tooDeep, {}, Hash{}).kind, TrieAnswer::Kind::WRONG);
}

HashReader over(const std::vector<Hash>& leaves) {
  return [&leaves](unsigned height, uint64_t index) {
    size_t width = size_t(1) << height;
    return rootOf(std::span(leaves).subspan(index * width, width));
  };
}

TEST(BookTrie, GrowthBetweenTwoRootsIsProvedAndShrinkingOrRewritingIsNot) {
  const uint64_t seed = testSeed(20261127);
  for (uint64_t round = 0; round < 8; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    Both both(seed + round);
    BookId late = drawId<BookId>(both.random);
    for (int i = 0; i < 60; ++i) both.append();
    Naive before = both.naive;
    Hash older = both.trie.root();
    std::map<BookId, TrieProof> olderPlaces;
    for (auto& [book, unused] : before) olderPlaces[book] = both.trie.prove(book);
    olderPlaces[late] = both.trie.prove(late);
    for (int i = 0; i < 60; ++i) both.append();
    both.trie.append(late, older);
    both.naive[late].push_back(older);
    Hash newer = both.trie.root();
    for (auto& [book, place] : olderPlaces) {
      auto& leaves = both.naive[book];
      size_t had = before.contains(book) ? before[book].size() : 0;
      GrowthProof proof{place, both.trie.prove(book), consistencyProof(had, leaves.size(), over(leaves))};
      EXPECT_TRUE(verifyGrowth(proof, book, older, newer));
      EXPECT_EQ(verifyGrowth(proof, book, newer, older), false);
      std::swap(proof.older, proof.newer);
      EXPECT_FALSE(verifyGrowth(proof, book, newer, older) && leaves.size() != had);
    }
    // A book whose first entry was exchanged between the two.
    BookTrie rewritten;
    for (auto& [book, leaves] : both.naive)
      for (size_t i = 0; i < leaves.size(); ++i) rewritten.append(book, i == 0 && book != late ? Hash{} : leaves[i]);
    Hash forged = rewritten.root();
    for (auto& [book, leavesBefore] : before) {
      auto& leaves = both.naive[book];
      GrowthProof proof{olderPlaces[book], rewritten.prove(book),
                        consistencyProof(leavesBefore.size(), leaves.size(), over(leaves))};
      EXPECT_FALSE(verifyGrowth(proof, book, older, forged));
    }
  }
}

}  // namespace
}  // namespace liggare
