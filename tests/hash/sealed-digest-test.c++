// Verifying reads a sealed half without copying it: that reading says what the other one says, of every byte string.
#include "engine/hash/sealed-digest.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace liggare {
namespace {

Buffer drawn(SeededRandom& random, size_t size) {
  Buffer out(size);
  random.fill(out);
  return out;
}

// A half of so many parts, each a few hundred bytes at most.
Buffer anyHalf(SeededRandom& random, size_t parts) {
  SealedHeader header;
  random.fill(header.random);
  SealedHalf half;
  for (size_t i = 0; i < parts; ++i) {
    SealedPart part{drawn(random, random.below(300)), {}};
    part.digest = partDigest(uint8_t(i), *part.ciphertext);
    header.parts.push_back({uint8_t(i), uint32_t(part.ciphertext->size()), {}});
    if (random.below(4) == 0) part.ciphertext.reset();
    half.parts.push_back(std::move(part));
  }
  half.header = encodeSealedHeader(header);
  return encodeSealedHalf(half);
}

void expectTheSame(Bytes stored) {
  auto whole = decodeSealedHalf(stored);
  auto quick = digestStored(stored);
  ASSERT_EQ(quick.has_value(), whole.has_value());
  if (!whole) return;
  EXPECT_EQ(quick->digest, sealedDigest(*whole));
  EXPECT_EQ(quick->removed == 0, whole->whole());
}

TEST(SealedDigest, IsTheDigestOfTheDecodedHalfWhateverWasRemoved) {
  SeededRandom random(1);
  for (size_t parts = 0; parts < 40; ++parts) expectTheSame(anyHalf(random, parts));
}

TEST(SealedDigest, RefusesWhatTheDecoderRefuses) {
  SeededRandom random(2);
  for (int round = 0; round < 20; ++round) {
    const Buffer stored = anyHalf(random, 1 + random.below(4));
    for (size_t size = 0; size < stored.size(); ++size) expectTheSame(Bytes(stored).first(size));
    Buffer longer = stored;
    longer.push_back(0);
    expectTheSame(longer);
    for (size_t at = 0; at < stored.size(); ++at) {
      Buffer flipped = stored;
      flipped[at] ^= uint8_t(1u << random.below(8));
      expectTheSame(flipped);
    }
  }
}

}  // namespace
}  // namespace liggare
