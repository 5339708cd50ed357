#include "engine/base/unicode.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

std::string encode(char32_t c) {
  if (c < 0x80) return {char(c)};
  if (c < 0x800) return {char(0xc0 | c >> 6), char(0x80 | (c & 63))};
  if (c < 0x10000) return {char(0xe0 | c >> 12), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
  return {char(0xf0 | c >> 18), char(0x80 | (c >> 12 & 63)), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
}

TEST(Utf8, TakesEveryScalarValueAndNoSurrogate) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    ASSERT_EQ(isUtf8(encode(c)), !surrogate) << uint32_t(c);
  }
}

TEST(Utf8, RefusesOverlongTruncatedAndTooLargeForms) {
  for (std::string_view bad : {"\xc0\x80",
                               "\xc1\xbf",
                               "\xe0\x80\x80",
                               "\xe0\x9f\xbf",
                               "\xf0\x80\x80\x80",
                               "\xf0\x8f\xbf\xbf",
                               "\xf4\x90\x80\x80",
                               "\xf5\x80\x80\x80",
                               "\xff",
                               "\xfe",
                               "\x80",
                               "\xbf",
                               "\xc3",
                               "\xe2\x82",
                               "\xf0\x9f\x98",
                               "\xc3(",
                               "\xe2(\xa1",
                               "\xe2\x82(",
                               "abc\xe5",
                               "\xed\xa0\x80\xed\xb0\x80"}) {
    EXPECT_FALSE(isUtf8(bad));
    EXPECT_FALSE(toNfc(bad));
    EXPECT_FALSE(isNfc(bad));
  }
  EXPECT_TRUE(isUtf8(""));
  EXPECT_TRUE(isUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(isUtf8("räksmörgås"));
}

TEST(Nfc, MakesOneThingOfTheTwoWaysToWriteALetter) {
  EXPECT_EQ(toNfc("a\xcc\x8a"
                  "a\xcc\x88o\xcc\x88"),
            "åäö");
  EXPECT_TRUE(isNfc("åäö ÅÄÖ é"));
  EXPECT_FALSE(isNfc("a\xcc\x8a"));
  EXPECT_EQ(toNfc("\xe2\x84\xab"), "Å");  // the ångström sign
  EXPECT_EQ(toNfc(""), "");
  EXPECT_EQ(toNfc(std::string_view("å\0a\xcc\x8a", 6)), std::string("å\0å", 5));
}

TEST(Nfc, SurvivesAVeryLongText) {
  std::string decomposed, composed;
  for (int i = 0; i < 300'000; ++i) decomposed += "o\xcc\x88", composed += "ö";
  EXPECT_EQ(toNfc(decomposed), composed);
  std::string marks = "a";
  for (int i = 0; i < 100'000; ++i) marks += "\xcc\x81";
  EXPECT_TRUE(isNfc(toNfc(marks).value()));
}

TEST(NfcProperty, WhatIsNormalisedIsNormalAndStaysSo) {
  const uint64_t seed = testSeed(0x9b05688c);
  SeededRandom random(seed);
  for (int round = 0; round < 3000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string text;
    for (uint64_t i = random.below(12); i > 0; --i) {
      const char32_t bounds[] = {0x80, 0x370, 0x2000, 0xd800, 0x20000};
      char32_t c = char32_t(random.below(bounds[random.below(5)]));
      if (c >= 0xd800 && c <= 0xdfff) c = 0x301;
      text += encode(c);
    }
    const auto normal = toNfc(text);
    ASSERT_TRUE(normal);
    EXPECT_TRUE(isNfc(*normal));
    EXPECT_EQ(toNfc(*normal), *normal);
    EXPECT_EQ(isNfc(text), text == *normal);
  }
}

TEST(Terminal, LosesControlsAndKeepsLinesTabsAndLetters) {
  EXPECT_EQ(stripControls("rad ett\n\trad två"), "rad ett\n\trad två");
  EXPECT_EQ(stripControls("\x1b[31mröd\x1b[0m\a\b\r"), "[31mröd[0m");
  EXPECT_EQ(stripControls(std::string_view("a\0b\x7f", 4)), "ab");
  EXPECT_EQ(stripControls("a\xc2\x9b"
                          "2Jb\xc2\x85"),
            "a2Jb");
  EXPECT_EQ(stripControls("\xe2\x80\xae"
                          "vänd\xe2\x80\xac \xe2\x81\xa6isolerad\xe2\x81\xa9"),
            "vänd isolerad");
}

TEST(Terminal, ReplacesBytesThatAreNotText) {
  EXPECT_EQ(stripControls("a\x9b"
                          "2Jb"),
            "a\xef\xbf\xbd"
            "2Jb");
  EXPECT_EQ(stripControls("\xe2\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(TerminalProperty, AnyBytesBecomeValidTextWithoutControlsAndStayAsTheyAre) {
  const uint64_t seed = testSeed(0x1f83d9ab);
  SeededRandom random(seed);
  for (int round = 0; round < 5000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string bytes(random.below(40), '\0');
    random.fill({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    const std::string clean = stripControls(bytes);
    EXPECT_TRUE(isUtf8(clean));
    EXPECT_EQ(clean.find('\x1b'), std::string::npos);
    EXPECT_EQ(stripControls(clean), clean);
  }
}

TEST(Width, CountsColumnsAndNotBytes) {
  EXPECT_EQ(displayWidth(""), 0u);
  EXPECT_EQ(displayWidth("Åsa Öberg"), 9u);
  EXPECT_EQ(displayWidth("A\xcc\x8asa"), 3u);
  EXPECT_EQ(displayWidth("日本"), 4u);
  EXPECT_EQ(displayWidth("a\xe2\x80\x8b"
                         "b"),
            2u);  // zero width space
  EXPECT_EQ(displayWidth("\xff"), 1u);
}

}  // namespace
}  // namespace liggare
