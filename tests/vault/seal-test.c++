#include "engine/vault/seal.h"

#include <gtest/gtest.h>

#include <kj/exception.h>

#include "engine/vault/aes-gcm.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

const std::string ORIGIN = "liggare.example/region";

Buffer bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// A half of three parts: common, actor, patient; and everything needed to open it.
struct Sealed {
  SeededRandom random{5};
  Key leaf = Key::draw(random);
  SealRandom drawn{};
  EventId event = drawId<EventId>(random);
  SealedHalf half;
  Hash digest;
  SealPlace place{ORIGIN, event};

  Sealed() {
    random.fill(drawn);
    const Buffer common = bytesOf("gemensamt"), actor = bytesOf("aktör"), patient = bytesOf("patient");
    const PartInput parts[] = {{PartKind::COMMON, common}, {PartKind::ACTOR, actor}, {PartKind::PATIENT, patient}};
    half = sealParts(parts, leaf, drawn, place);
    Buffer stored;
    digest = sealInto(stored, parts, leaf, drawn, place);
  }
};

TEST(Seal, OpensWhatItSealed) {
  Sealed sealed;
  EXPECT_EQ(openPart(sealed.half, 0, sealed.leaf, sealed.place).plaintext, bytesOf("gemensamt"));
  EXPECT_EQ(openPart(sealed.half, 1, sealed.leaf, sealed.place).plaintext, bytesOf("aktör"));
  EXPECT_EQ(openPart(sealed.half, 2, sealed.leaf, sealed.place).plaintext, bytesOf("patient"));
}

TEST(Seal, WritesKindsLengthsAndRandomBytesIntoTheHeader) {
  Sealed sealed;
  const auto header = decodeSealedHeader(sealed.half.header);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->random, sealed.drawn);
  EXPECT_EQ(header->parts[2].kind, uint8_t(PartKind::PATIENT));
  EXPECT_EQ(header->parts[2].length, 7u + 16u);
  EXPECT_EQ(sealedDigest(sealed.half), sealed.digest);
}

TEST(Seal, AppendsAfterWhatIsThereAndForetellsTheSize) {
  Sealed sealed;
  const Buffer text = bytesOf("text");
  const PartInput parts[] = {{PartKind::TEXT, text}, {PartKind::ASK, {}}};
  Buffer stored{1, 2, 3};
  const Hash digest = sealInto(stored, parts, sealed.leaf, sealed.drawn, sealed.place);
  ASSERT_EQ(stored.size(), 3 + sealedSize(parts));
  const auto half = decodeSealedHalf(Bytes(stored).subspan(3));
  ASSERT_TRUE(half.has_value());
  EXPECT_EQ(sealedDigest(*half), digest);
  EXPECT_TRUE(openPart(*half, 1, sealed.leaf, sealed.place));
  EXPECT_TRUE(openPart(*half, 1, sealed.leaf, sealed.place).plaintext.empty());
}

TEST(Seal, OpensNothingInAnotherPlace) {
  Sealed sealed;
  SealPlace otherLog{"liggare.example/annan", sealed.event};
  SealPlace otherEvent{ORIGIN, drawId<EventId>(sealed.random)};
  EXPECT_EQ(openPart(sealed.half, 0, sealed.leaf, otherLog).fault, OpenFault::CHANGED);
  EXPECT_EQ(openPart(sealed.half, 0, sealed.leaf, otherEvent).fault, OpenFault::CHANGED);
}

// The origin's length stands before it, so no byte can wander from the origin into the event id.
TEST(Seal, DoesNotMistakeALongerOriginForAnEventId) {
  Sealed sealed;
  EventId shifted;
  std::copy(sealed.event.bytes.begin(), sealed.event.bytes.end() - 1, shifted.bytes.begin() + 1);
  shifted.bytes[0] = uint8_t(ORIGIN.back());
  const std::string shorter = ORIGIN.substr(0, ORIGIN.size() - 1);
  EXPECT_FALSE(openPart(sealed.half, 0, sealed.leaf, {shorter, shifted}));
}

TEST(Seal, OpensNoPartAtAnotherIndex) {
  Sealed sealed;
  auto swapped = sealed.half;
  std::swap(swapped.parts[0], swapped.parts[1]);
  EXPECT_FALSE(openPart(swapped, 0, sealed.leaf, sealed.place));
  EXPECT_FALSE(openPart(swapped, 1, sealed.leaf, sealed.place));
  // With the heads swapped too, the commitment itself is to the key of another index.
  auto header = *decodeSealedHeader(swapped.header);
  std::swap(header.parts[0], header.parts[1]);
  swapped.header = encodeSealedHeader(header);
  EXPECT_EQ(openPart(swapped, 0, sealed.leaf, sealed.place).fault, OpenFault::WRONG_KEY);
}

TEST(Seal, NoticesEveryChangedByteOfHeaderAndCiphertext) {
  Sealed sealed;
  for (size_t i = 0; i < sealed.half.parts[2].ciphertext->size(); ++i) {
    auto changed = sealed.half;
    (*changed.parts[2].ciphertext)[i] ^= 1;
    EXPECT_EQ(openPart(changed, 2, sealed.leaf, sealed.place).fault, OpenFault::CHANGED) << i;
  }
  for (size_t i = 1; i < 33; ++i) {
    auto changed = sealed.half;
    changed.header[i] ^= 1;
    EXPECT_EQ(openPart(changed, 2, sealed.leaf, sealed.place).fault, OpenFault::WRONG_KEY) << i;
  }
  auto cut = sealed.half;
  cut.parts[2].ciphertext->resize(15);
  EXPECT_EQ(openPart(cut, 2, sealed.leaf, sealed.place).fault, OpenFault::CHANGED);
}

TEST(Seal, SaysWhatIsRemovedAndWhatNeverWas) {
  Sealed sealed;
  removePart(sealed.half, 1);
  EXPECT_EQ(openPart(sealed.half, 1, sealed.leaf, sealed.place).fault, OpenFault::REMOVED);
  EXPECT_TRUE(openPart(sealed.half, 2, sealed.leaf, sealed.place));
  EXPECT_EQ(openPart(sealed.half, 3, sealed.leaf, sealed.place).fault, OpenFault::NO_SUCH_PART);
  sealed.half.header.pop_back();
  EXPECT_EQ(openPart(sealed.half, 2, sealed.leaf, sealed.place).fault, OpenFault::NO_SUCH_PART);
  EXPECT_EQ(sealed.digest, [&] {
    sealed.half.header = Sealed().half.header;
    return sealedDigest(sealed.half);
  }());
}

TEST(Seal, RefusesAnotherLeaf) {
  Sealed sealed;
  EXPECT_EQ(openPart(sealed.half, 0, Key::draw(sealed.random), sealed.place).fault, OpenFault::WRONG_KEY);
}

TEST(Seal, OnePartsKeyOpensThatPartOnly) {
  Sealed sealed;
  const auto header = *decodeSealedHeader(sealed.half.header);
  const Key item = itemKeyOf(sealed.leaf, header.random);
  const Key patient = partKeyOf(item, 2);
  EXPECT_TRUE(openWithPartKey(header.parts[2], 2, *sealed.half.parts[2].ciphertext, patient, sealed.place));
  EXPECT_FALSE(openWithPartKey(header.parts[1], 1, *sealed.half.parts[1].ciphertext, patient, sealed.place));
}

TEST(Seal, RefusesHalvesThatTheFormatCannotHold) {
  Sealed sealed;
  Buffer to;
  EXPECT_THROW(sealInto(to, {}, sealed.leaf, sealed.drawn, sealed.place), kj::Exception);
  const std::vector<PartInput> many(256);
  EXPECT_THROW(sealInto(to, many, sealed.leaf, sealed.drawn, sealed.place), kj::Exception);
  const Buffer large(SEALED_PART_BYTES_MAX - 15);
  const PartInput one[] = {{PartKind::TEXT, large}};
  EXPECT_THROW(sealInto(to, one, sealed.leaf, sealed.drawn, sealed.place), kj::Exception);
  EXPECT_TRUE(to.empty()) << "a refused half leaves the buffer as it was";
}

TEST(AesGcm, BothRoadsGiveTheSameBytesAndOpenEachOther) {
  if (!hasShortRoad()) GTEST_SKIP() << "this processor has one road only";
  const uint64_t seed = testSeed(53);
  SeededRandom random(seed);
  for (size_t size : {0, 1, 15, 16, 17, 31, 32, 33, 100, 127, 128, 129, 255, 1000, 1024, 1025, 5000}) {
    LIGGARE_TRACE_SEED(seed, size);
    const Key key = Key::draw(random);
    Buffer aad(random.below(60)), plaintext(size), one(size + GCM_TAG), two(size + GCM_TAG), again(size);
    random.fill(aad);
    random.fill(plaintext);
    gcmSealBy(GcmRoad::SHORT, key, aad, plaintext, one.data());
    gcmSealBy(GcmRoad::LONG, key, aad, plaintext, two.data());
    ASSERT_EQ(one, two);
    ASSERT_TRUE(gcmOpenBy(GcmRoad::LONG, key, aad, one, again.data()));
    ASSERT_EQ(again, plaintext);
    ASSERT_TRUE(gcmOpenBy(GcmRoad::SHORT, key, aad, one, again.data()));
    ASSERT_EQ(again, plaintext);
    one[random.below(one.size())] ^= 1;
    ASSERT_FALSE(gcmOpenBy(GcmRoad::LONG, key, aad, one, again.data()));
    ASSERT_EQ(again, Buffer(size)) << "nothing unauthenticated is left";
    ASSERT_FALSE(gcmOpenBy(GcmRoad::SHORT, key, aad, one, again.data()));
    ASSERT_EQ(again, Buffer(size));
  }
}

// The reason for the commitment. GCM's tag is a polynomial in a key-dependent point: whoever knows two keys can choose
// one block of ciphertext so that the same tag is right under both. The arithmetic is SP 800-38D §6.3.
struct Field {
  std::array<uint8_t, 16> bytes{};
  Field operator^(const Field& other) const {
    Field sum;
    for (size_t i = 0; i < 16; ++i) sum.bytes[i] = bytes[i] ^ other.bytes[i];
    return sum;
  }
  bool bit(unsigned i) const { return (bytes[i / 8] >> (7 - i % 8)) & 1; }
  Field operator*(const Field& other) const {
    Field product, shifted = other;
    for (unsigned i = 0; i < 128; ++i) {
      if (bit(i)) product = product ^ shifted;
      const bool falls = shifted.bytes[15] & 1;
      for (int j = 15; j > 0; --j)
        shifted.bytes[size_t(j)] = uint8_t(shifted.bytes[size_t(j)] >> 1 | shifted.bytes[size_t(j - 1)] << 7);
      shifted.bytes[0] >>= 1;
      if (falls) shifted.bytes[0] ^= 0xe1;
    }
    return product;
  }
  Field inverse() const {  // x^(2^128 - 2)
    Field result, square = *this;
    result.bytes[0] = 0x80;
    for (int i = 1; i < 128; ++i) {
      square = square * square;
      result = result * square;
    }
    return result;
  }
};

// The tag of a two-block ciphertext is E0 ^ ((C1·H ^ C2)·H ^ L)·H, all of it linear in C2. The two unknowns E0 and H of
// each key are found from tags that the cipher gives: that of nothing, and that of one block.
struct GcmPoint {
  Field mask, h;
  explicit GcmPoint(const Key& key) {
    // Encrypting zeros gives the key stream; its tags give the rest, without reaching below gcmSeal.
    Field zeroTag;
    gcmSeal(key, {}, {}, zeroTag.bytes.data());
    mask = zeroTag;  // GHASH of nothing is zero
    // AAD of one block A: GHASH = (A·H ^ L)·H with L = the lengths. Two such tags differ by (A ^ A')·H², and H is its
    // root.
    Field one, difference;
    one.bytes[0] = 0x80;  // the field's 1
    Field zero, tagOne, tagZero;
    gcmSeal(key, one.bytes, {}, tagOne.bytes.data());
    gcmSeal(key, zero.bytes, {}, tagZero.bytes.data());
    difference = tagOne ^ tagZero;  // H²
    h = difference;
    for (int i = 0; i < 127; ++i) h = h * h;  // the square root in a field of 2^128: x^(2^127)
  }
};

TEST(Seal, CommitsToOneKeyWhereTheCipherAloneWouldOpenUnderTwo) {
  SeededRandom random(testSeed(23));
  const Key a = Key::draw(random), b = Key::draw(random);
  const GcmPoint pa(a), pb(b);
  Field first, lengths;
  random.fill(first.bytes);
  putBe64(lengths.bytes.data() + 8, 256);  // two blocks of ciphertext, in bits
  auto withoutSecond = [&](const GcmPoint& p) { return p.mask ^ (((first * p.h) * p.h) ^ lengths) * p.h; };
  const Field squares = (pa.h * pa.h) ^ (pb.h * pb.h);
  const Field second = (withoutSecond(pa) ^ withoutSecond(pb)) * squares.inverse();
  const Field tag = withoutSecond(pa) ^ second * (pa.h * pa.h);
  Buffer ciphertext;
  for (const Field& block : {first, second, tag}) append(ciphertext, block.bytes);
  Buffer plain(32);
  ASSERT_TRUE(gcmOpen(a, {}, ciphertext, plain.data()));
  ASSERT_TRUE(gcmOpen(b, {}, ciphertext, plain.data())) << "one ciphertext, two keys, two meanings";

  const SealPlace place{ORIGIN, drawId<EventId>(random)};
  SealedPartHead head{uint8_t(PartKind::TEXT), uint32_t(ciphertext.size()), commitmentTo(a)};
  EXPECT_EQ(openWithPartKey(head, 0, ciphertext, b, place).fault, OpenFault::WRONG_KEY);
}

TEST(ViewRow, OpensOnlyUnderItsKeyAndInItsPlace) {
  SeededRandom random(29);
  const Key item = Key::draw(random);
  const Key key = viewKeyOf(item);
  const Buffer row = bytesOf("en rad");
  Buffer sealed = sealRow(key, asBytes("plats"), row, random);
  EXPECT_EQ(openRow(key, asBytes("plats"), sealed), row);
  EXPECT_FALSE(openRow(key, asBytes("annan"), sealed));
  EXPECT_FALSE(openRow(item, asBytes("plats"), sealed));
  EXPECT_NE(sealRow(key, asBytes("plats"), row, random), sealed) << "a fresh nonce at every sealing";
  sealed.back() ^= 1;
  EXPECT_FALSE(openRow(key, asBytes("plats"), sealed));
  EXPECT_FALSE(openRow(key, asBytes("plats"), Bytes(sealed).first(10)));
}

}  // namespace
}  // namespace liggare
