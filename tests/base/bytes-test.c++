#include "engine/base/bytes.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

Buffer drawBytes(SeededRandom& random, size_t most) {
  Buffer bytes(random.below(most + 1));
  random.fill(bytes);
  return bytes;
}

TEST(Bytes, HexIsLowerCaseAndReadsBothCases) {
  EXPECT_EQ(toHex(Buffer{0x00, 0xff, 0x1a}), "00ff1a");
  EXPECT_EQ(fromHex("00FF1a"), (Buffer{0x00, 0xff, 0x1a}));
  EXPECT_EQ(fromHex(""), Buffer{});
}

TEST(Bytes, HexRefusesOddLengthsAndOtherCharacters) {
  for (std::string_view bad : {"0", "000", "0g", "0x", " 00", "00 ", "-1", "\xc3\xa5"}) {
    EXPECT_FALSE(fromHex(bad)) << bad;
  }
  EXPECT_FALSE(fromHex(std::string_view("0\0", 2)));
}

TEST(Bytes, Base64WritesTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> VECTORS[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : VECTORS) {
    EXPECT_EQ(toBase64(asBytes(plain)), coded);
    const auto back = fromBase64(coded);
    ASSERT_TRUE(back) << coded;
    EXPECT_EQ(asText(*back), plain);
  }
}

TEST(Bytes, Base64HasOneTextForEachValue) {
  for (std::string_view bad :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "=AAA", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_", "A=AA", "AA=A"}) {
    EXPECT_FALSE(fromBase64(bad)) << bad;
  }
  EXPECT_FALSE(fromBase64(std::string_view("AA\0A", 4)));
}

TEST(Bytes, UuidReadsUpperCaseAndNothingElse) {
  const auto id = parseUuid("0192F0C1-2345-7abc-8DEF-0123456789ab");
  ASSERT_TRUE(id);
  EXPECT_EQ(uuidText(*id), "0192f0c1-2345-7abc-8def-0123456789ab");
  for (std::string_view bad : {"", "0192f0c1-2345-7abc-8def-0123456789a", "0192f0c1-2345-7abc-8def-0123456789abc",
                               "{192f0c1-2345-7abc-8def-0123456789ab}", "0192f0c123457abc8def0123456789ab----",
                               "0192f0c1-2345-7abc-8def-0123456789ag", "0192f0c1-23457-abc-8def-0123456789ab",
                               "-192f0c1-2345-7abc-8def-0123456789ab"}) {
    EXPECT_FALSE(parseUuid(bad)) << bad;
  }
  EXPECT_FALSE(parseUuid(std::string(1 << 20, '0')));
  std::string withNul = "0192f0c1-2345-7abc-8def-0123456789ab";
  withNul[5] = '\0';
  EXPECT_FALSE(parseUuid(withNul));
}

TEST(Bytes, BigEndianNumbersSortAsTheirBytes) {
  uint8_t b[8];
  putBe64(b, 0x0102030405060708);
  EXPECT_EQ(toHex(b), "0102030405060708");
  EXPECT_EQ(getBe64(b), 0x0102030405060708u);
  EXPECT_EQ(getBe32(b), 0x01020304u);
  EXPECT_EQ(getBe16(b), 0x0102);
}

TEST(BytesProperty, EveryTextFormReadsBackToTheSameBytes) {
  const uint64_t seed = testSeed(0x6a09e667);
  SeededRandom random(seed);
  for (int round = 0; round < 2000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const Buffer bytes = drawBytes(random, 70);
    EXPECT_EQ(fromHex(toHex(bytes)), bytes);
    EXPECT_EQ(fromBase64(toBase64(bytes)), bytes);
    const auto id = drawId<EventId>(random);
    EXPECT_EQ(parseUuid(text(id)), id.bytes);
  }
}

TEST(BytesProperty, WhatIsReadAsBase64IsWhatWouldBeWritten) {
  const uint64_t seed = testSeed(0xbb67ae85);
  SeededRandom random(seed);
  constexpr std::string_view ALPHABET = "AQgwZ+/=9b";
  for (int round = 0; round < 20000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string coded(random.below(9), ' ');
    for (char& c : coded) c = ALPHABET[random.below(ALPHABET.size())];
    if (const auto bytes = fromBase64(coded)) {
      EXPECT_EQ(toBase64(*bytes), coded);
    }
  }
}

}  // namespace
}  // namespace liggare
