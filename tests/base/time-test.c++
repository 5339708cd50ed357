#include "engine/base/time.h"

#include <gtest/gtest.h>
#include <unicode/timezone.h>

#include <memory>

#include "engine/base/random.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

Micros at(std::string_view text) { return parseStamp(text).value().at; }

TEST(Stamp, KeepsTheInstantAndTheOffsetItWasWrittenWith) {
  EXPECT_EQ(parseStamp("1970-01-01T00:00:00Z"), (Stamp{0, 0}));
  EXPECT_EQ(parseStamp("1970-01-01T01:00:00.000001+01:00"), (Stamp{1, 60}));
  EXPECT_EQ(parseStamp("1969-12-31T14:29:59.5-09:30"), (Stamp{-500'000, -570}));
  EXPECT_EQ(at("2026-10-25T02:30:00+02:00") + HOUR, at("2026-10-25T02:30:00+01:00"));
  EXPECT_EQ(at("2026-11-02T08:00:00+01:00"), 1'793'602'800 * SECOND);
}

TEST(Stamp, IsWrittenWithDecimalsOnlyWhenNotZero) {
  EXPECT_EQ(formatStamp({at("2026-11-02T07:00:00Z"), 60}), "2026-11-02T08:00:00+01:00");
  EXPECT_EQ(formatUtc(at("2026-11-02T07:00:00.25Z")), "2026-11-02T07:00:00.250000Z");
  EXPECT_EQ(formatUtc(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(Stamp, RefusesWhatIsNotStrictlyRfc3339) {
  for (std::string_view bad : {"",
                               "2026",
                               "2026-11-02",
                               "2026-11-02T08:00:00",
                               "2026-11-02T08:00Z",
                               "2026-11-02 08:00:00Z",
                               "2026-11-02t08:00:00Z",
                               "2026-11-02T08:00:00z",
                               "2026-11-02T24:00:00Z",
                               "2026-11-02T08:60:00Z",
                               "2026-11-02T08:00:60Z",
                               "2016-12-31T23:59:60Z",
                               "2026-11-02T08:00:00.Z",
                               "2026-11-02T08:00:00,5Z",
                               "2026-11-02T08:00:00.1234567Z",
                               "2026-11-02T08:00:00+0100",
                               "2026-11-02T08:00:00+01",
                               "2026-11-02T08:00:00+24:00",
                               "2026-11-02T08:00:00+01:60",
                               "2026-11-02T08:00:00-00:00",
                               "2026-11-02T08:00:00Z ",
                               " 2026-11-02T08:00:00Z",
                               "2026-11-02T08:00:00ZZ",
                               "2026-02-29T08:00:00Z",
                               "2026-13-01T08:00:00Z",
                               "2026-00-01T08:00:00Z",
                               "2026-01-00T08:00:00Z",
                               "2026-04-31T08:00:00Z",
                               "1899-12-31T08:00:00Z",
                               "2201-01-01T08:00:00Z",
                               "+2026-11-02T08:00:00Z",
                               "26-11-02T08:00:00Z",
                               "2026-1-02T08:00:00Z",
                               "2026-11-02T8:00:00Z",
                               "2026-11-02T-1:00:00Z",
                               "2026-11-02T08:00:00\xe2\x88\x92"
                               "01:00"}) {
    EXPECT_FALSE(parseStamp(bad)) << bad;
  }
}

TEST(Stamp, SurvivesHostileTexts) {
  EXPECT_FALSE(parseStamp(std::string(10 << 20, '9')));
  EXPECT_FALSE(parseStamp("2026-11-02T08:00:00." + std::string(1 << 20, '0') + "Z"));
  EXPECT_FALSE(parseStamp(std::string_view("2026-11-02T08:00:00Z\0", 21)));
  EXPECT_FALSE(
      parseStamp(std::string_view("2026-11-02\0"
                                  "08:00:00Z",
                                  20)));
}

TEST(Stamp, AnyInstantAtAllCanBeWritten) {
  for (Micros instant : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
    for (int offset : {-32768, 0, 32767}) EXPECT_FALSE(formatStamp({instant, int16_t(offset)}).empty());
    EXPECT_FALSE(formatSwedish(instant).empty());
  }
}

TEST(StampProperty, EveryStampReadsBackAsItself) {
  const uint64_t seed = testSeed(0xa54ff53a);
  SeededRandom random(seed);
  const Micros first = at("1900-01-02T00:00:00Z"), last = at("2200-12-30T23:59:59Z");
  for (int round = 0; round < 5000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    Micros instant = first + Micros(random.below(uint64_t(last - first)));
    if (round % 2 == 0) instant -= instant % SECOND;
    const Stamp stamp{instant, int16_t(int(random.below(2 * 1439 + 1)) - 1439)};
    EXPECT_EQ(parseStamp(formatStamp(stamp)), stamp) << formatStamp(stamp);
    EXPECT_EQ(parseStamp(formatUtc(instant)), (Stamp{instant, 0}));
  }
}

TEST(Day, ExistsOrIsNothing) {
  EXPECT_EQ(parseDay("1970-01-01"), 0);
  EXPECT_EQ(parseDay("2000-02-29"), 11016);
  EXPECT_TRUE(parseDay("2024-02-29"));
  for (std::string_view bad : {"", "2026-02-29", "1900-02-29", "2100-02-29", "2026-11-31", "2026-11-2", "20261102",
                               "2026/11/02", "2026-11-02 ", "1899-12-31", "2201-01-01", "-026-11-02", "2026-11-0x"}) {
    EXPECT_FALSE(parseDay(bad)) << bad;
  }
  EXPECT_FALSE(parseDay(std::string_view("2026-11-02\0", 11)));
  EXPECT_FALSE(dayOf(2026, 0, 1));
  EXPECT_FALSE(dayOf(2026, 1, -1));
  EXPECT_FALSE(dayOf(0, 1, 1));
  EXPECT_FALSE(dayOf(INT32_MAX, 1, 1));
}

TEST(Day, EveryDayOfThreeCenturiesReadsBackAsItself) {
  const Days last = parseDay("2200-12-31").value();
  for (Days day = parseDay("1900-01-01").value(); day <= last; ++day) {
    ASSERT_EQ(parseDay(formatDay(day)), day);
    const Civil civil = civilOf(day);
    ASSERT_EQ(dayOf(civil.year, civil.month, civil.day), day);
  }
}

TEST(SwedishTime, TurnsOnTheLastSundaysOfMarchAndOctober) {
  EXPECT_EQ(swedishOffsetMinutes(at("2026-03-29T00:59:59.999999Z")), 60);
  EXPECT_EQ(swedishOffsetMinutes(at("2026-03-29T01:00:00Z")), 120);
  EXPECT_EQ(swedishOffsetMinutes(at("2026-10-25T00:59:59.999999Z")), 120);
  EXPECT_EQ(swedishOffsetMinutes(at("2026-10-25T01:00:00Z")), 60);
}

TEST(SwedishTime, NamesTheOffsetOnlyInTheHourThatComesTwice) {
  EXPECT_EQ(formatSwedish(at("2026-11-02T07:00:00Z")), "2026-11-02 08:00");
  EXPECT_EQ(formatSwedish(at("2026-10-24T23:59:59Z")), "2026-10-25 01:59");
  EXPECT_EQ(formatSwedish(at("2026-10-25T00:00:00Z")), "2026-10-25 02:00+02:00");
  EXPECT_EQ(formatSwedish(at("2026-10-25T01:30:00Z")), "2026-10-25 02:30+01:00");
  EXPECT_EQ(formatSwedish(at("2026-10-25T02:00:00Z")), "2026-10-25 03:00");
  EXPECT_EQ(formatSwedish(at("2026-03-29T01:00:00Z")), "2026-03-29 03:00");
}

TEST(SwedishTime, TheDayBeginsAtSwedishMidnight) {
  EXPECT_EQ(swedishDay(at("2026-11-01T22:59:59Z")), parseDay("2026-11-01"));
  EXPECT_EQ(swedishDay(at("2026-11-01T23:00:00Z")), parseDay("2026-11-02"));
  EXPECT_EQ(swedishDay(at("2026-07-01T22:00:00Z")), parseDay("2026-07-02"));
}

// Written by hand in the engine, so that no answer depends on a table of the machine; held here against such a table.
TEST(SwedishTimeProperty, AgreesWithTheTimeZoneDatabase) {
  const uint64_t seed = testSeed(0x510e527f);
  SeededRandom random(seed);
  const std::unique_ptr<icu::TimeZone> stockholm(icu::TimeZone::createTimeZone("Europe/Stockholm"));
  const Micros first = at("1996-01-01T00:00:00Z"), last = at("2100-01-01T00:00:00Z");
  for (int round = 0; round < 20000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const Micros instant = first + Micros(random.below(uint64_t(last - first))) / 1000 * 1000;
    int32_t raw = 0, saving = 0;
    UErrorCode status = U_ZERO_ERROR;
    stockholm->getOffset(double(instant / 1000), false, raw, saving, status);
    ASSERT_TRUE(U_SUCCESS(status));
    ASSERT_EQ(swedishOffsetMinutes(instant), (raw + saving) / 60000) << formatUtc(instant);
  }
}

}  // namespace
}  // namespace liggare
