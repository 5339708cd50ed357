#include "engine/base/identifiers.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/base/seed.h"

namespace liggare {
namespace {

using Fault = IdentifierFault;
using Kind = IdentifierKind;

const Days TODAY = parseDay("2026-11-02").value();

Fault personFault(std::string_view text, std::optional<Days> on = std::nullopt) {
  return parsePersonIdentifier(text, on).fault();
}
std::string personValue(std::string_view text, std::optional<Days> on = std::nullopt) {
  const auto parsed = parsePersonIdentifier(text, on);
  return parsed ? parsed->value : "fault " + std::to_string(int(parsed.fault()));
}

constexpr std::string_view PERSONNUMMER[] = {
    "191212121212", "199006022397", "199610202385", "199312172381", "200001052380", "199912282382", "200512312398",
    "200510162381", "198507062381", "197302282392", "195602292384", "201003152392", "200809112386"};
constexpr std::string_view SAMORDNINGSNUMMER[] = {"197010632391", "196206703974", "196408833231", "198507662388",
                                                  "200002892388"};
constexpr std::string_view RESERVNUMMER[] = {"22950606FH20", "25780404KHD5", "00342145BZ31", "00749852BZK0",
                                             "22850706AB29", "23080911CD35", "00454555EFG2"};

TEST(Personnummer, TakesEveryTestNumber) {
  for (std::string_view text : PERSONNUMMER) {
    const auto parsed = parsePersonIdentifier(text, TODAY);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->kind, Kind::PERSONNUMMER);
    EXPECT_EQ(parsed->value, text);
    EXPECT_EQ(parsed.fault(), Fault::NONE);
  }
}

TEST(Personnummer, SaysWhyATextIsNone) {
  EXPECT_EQ(personFault("191212121213"), Fault::BAD_CHECK_DIGIT);
  EXPECT_EQ(personFault("200102290000"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("19900602239"), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault(""), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault("1990060223977"), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault("1990060223O7"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("19900602 2397"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault(" 19900602239"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("1990-06022397"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("19900602--239"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("179006022397"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("210006022397"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("000000000000"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("199006602397"), Fault::NOT_A_DATE);  // day 60 is neither a day nor a day + 60
}

TEST(Personnummer, WritesBothSeparatorsAway) {
  EXPECT_EQ(personValue("19121212-1212"), "191212121212");
  EXPECT_EQ(personValue("19121212+1212"), "191212121212");
}

TEST(Personnummer, TenDigitsNeedADayToCountFrom) {
  EXPECT_EQ(personFault("900602-2397"), Fault::CENTURY_UNKNOWN);
  EXPECT_EQ(personFault("9006022397"), Fault::CENTURY_UNKNOWN);
  EXPECT_EQ(personValue("900602-2397", TODAY), "199006022397");
  EXPECT_EQ(personValue("121212+1212", TODAY), "191212121212");
  EXPECT_EQ(personValue("051231-2398", TODAY), "200512312398");
}

TEST(Personnummer, WithoutSeparatorTenDigitsNeedASingleLivingAge) {
  EXPECT_EQ(personValue("9006022397", TODAY), "199006022397");
  EXPECT_EQ(personFault("1212121212", TODAY), Fault::CENTURY_UNKNOWN);  // 13 or 113 years old
  EXPECT_EQ(personFault("0512312398", TODAY), Fault::CENTURY_UNKNOWN);  // 20 or 120
}

TEST(Personnummer, ThePlusBeginsInTheYearSomeoneTurnsAHundred) {
  const Days before = parseDay("2011-12-31").value(), after = parseDay("2012-01-01").value();
  EXPECT_EQ(personValue("121212-1212", before), "191212121212");
  EXPECT_EQ(personValue("121212+1212", after), "191212121212");
  EXPECT_EQ(personFault("121212-1212", after), Fault::IN_FUTURE);
}

TEST(Personnummer, BornAfterTheReferenceDayIsTheFuture) {
  EXPECT_EQ(personFault("201003152392", parseDay("2010-03-14")), Fault::IN_FUTURE);
  EXPECT_EQ(personFault("201003152392", parseDay("2010-03-15")), Fault::NONE);
}

TEST(Personnummer, SurvivesAReferenceDayFarOutsideTheCalendar) {
  for (Days day : {INT32_MIN, -800'000, 4'000'000, INT32_MAX}) {
    EXPECT_EQ(personFault("900602-2397", day), Fault::CENTURY_UNKNOWN);
  }
}

TEST(Samordningsnummer, TakesEveryTestNumberAndRefusesTheWidelyCopiedWrongOne) {
  for (std::string_view text : SAMORDNINGSNUMMER) {
    const auto parsed = parsePersonIdentifier(text, TODAY);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->kind, Kind::SAMORDNINGSNUMMER);
    EXPECT_EQ(parsed->value, text);
  }
  EXPECT_EQ(personFault("196408833224"), Fault::BAD_CHECK_DIGIT);
  EXPECT_EQ(personFault("197010922391"), Fault::NOT_A_DATE);
  EXPECT_EQ(personValue("701063-2391", TODAY), "197010632391");
}

TEST(Samordningsnummer, NeverStatesABirthDay) {
  for (std::string_view text : SAMORDNINGSNUMMER) EXPECT_FALSE(birthDay(*parsePersonIdentifier(text)));
  for (std::string_view text : RESERVNUMMER) EXPECT_FALSE(birthDay(*parsePersonIdentifier(text)));
  EXPECT_EQ(birthDay(*parsePersonIdentifier("195602292384")), parseDay("1956-02-29"));
  EXPECT_FALSE(birthDay({Kind::PERSONNUMMER, "x"}));
}

TEST(Reservnummer, TakesEveryTestNumberInAnyCase) {
  for (std::string_view text : RESERVNUMMER) {
    const auto parsed = parsePersonIdentifier(text, TODAY);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->kind, Kind::RESERVNUMMER);
    EXPECT_EQ(parsed->value, text);
  }
  EXPECT_EQ(personValue("25780404khd5"), "25780404KHD5");
}

TEST(Reservnummer, SaysWhyATextIsNone) {
  EXPECT_EQ(personFault("22950606FH21"), Fault::BAD_CHECK_DIGIT);
  EXPECT_EQ(personFault("22951306FH20"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("21950606FH20"), Fault::NOT_A_DATE);  // 18xx and before: nobody alive
  EXPECT_EQ(personFault("24950606FH20"), Fault::NOT_A_DATE);
  EXPECT_EQ(personFault("00341945BZ31"), Fault::NOT_A_DATE);  // unknown date has MM 20-99
  EXPECT_EQ(personFault("00342139BZ31"), Fault::NOT_A_DATE);  // and DD 40-59
  for (std::string_view letter : {"I", "O", "Q", "V", "W"}) {
    EXPECT_EQ(personFault("22950606F" + std::string(letter) + "20"), Fault::BAD_CHARACTER);
  }
  EXPECT_EQ(personFault("22950606-FH20"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("22950606FH2A"), Fault::BAD_CHARACTER);
}

TEST(RegionalReserve, KeepsRootAndOpaqueExtension) {
  const auto parsed = parsePersonIdentifier("1.2.752.97.3.1.3|991212TF12");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, Kind::REGIONAL_RESERVE);
  EXPECT_EQ(parsed->value, "1.2.752.97.3.1.3|991212TF12");
}

TEST(RegionalReserve, RefusesRootsThatAreNoneAndExtensionsThatCannotBeRead) {
  for (std::string_view bad :
       {"|A1", "1|A1", "1.|A1", ".1|A1", "1..2|A1", "1.02|A1", "3.1|A1", "11.2|A1", "1.a|A1", "a|b", " 1.2|A1"}) {
    EXPECT_EQ(personFault(bad), Fault::NOT_A_ROOT) << bad;
  }
  EXPECT_EQ(personFault("1.2.752|"), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault("1.2.752|A 1"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("1.2.752|A|1"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("1.2.752|Å1"), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("1.2.752|" + std::string(65, 'A')), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault(std::string_view("1.2.752|A\0B", 11)), Fault::BAD_CHARACTER);
}

TEST(RegionalReserve, IsNoWayRoundTheRulesForNationalNumbers) {
  EXPECT_EQ(*parsePersonIdentifier("1.2.752.129.2.1.3.1|19900602-2397"), *parsePersonIdentifier("199006022397"));
  EXPECT_EQ(*parsePersonIdentifier("1.2.752.129.2.1.3.3|197010632391"), *parsePersonIdentifier("197010632391"));
  EXPECT_EQ(*parsePersonIdentifier("1.2.752.74.9.1|22950606fh20"), *parsePersonIdentifier("22950606FH20"));
  EXPECT_EQ(personFault("1.2.752.129.2.1.3.1|197010632391"), Fault::WRONG_KIND);
  EXPECT_EQ(personFault("1.2.752.129.2.1.3.1|191212121213"), Fault::BAD_CHECK_DIGIT);
}

TEST(PersonIdentifier, SurvivesHostileTexts) {
  EXPECT_EQ(personFault(std::string(10 << 20, '1')), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault(std::string(10 << 20, '|')), Fault::BAD_LENGTH);
  EXPECT_EQ(personFault(std::string_view("19900602\0"
                                         "2397",
                                         13)),
            Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault(std::string_view("199006022397\0", 13)), Fault::BAD_CHARACTER);
  EXPECT_EQ(personFault("１９９０"), Fault::BAD_CHARACTER);  // full-width digits, 12 bytes
  EXPECT_EQ(personFault(std::string(12, '\xff')), Fault::BAD_CHARACTER);
}

TEST(HsaId, IsUpperCaseAndHasTenDigitsOrSixteenAndTen) {
  EXPECT_EQ(parseHsaId("se2321000131-e000000000001")->value, "SE2321000131-E000000000001");
  EXPECT_EQ(*parseHsaId("SE165565594230-1000"), (Identifier{Kind::HSA_ID, "SE165565594230-1000"}));
}

TEST(HsaId, SaysWhyATextIsNone) {
  EXPECT_EQ(parseHsaId("").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("NO2321000131-1").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("SE2321000131").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("SE2321000131-").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseHsaId("SE232100013-1").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseHsaId("SE175565594230-1000").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseHsaId("SE2321000131-A-B").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("SE2321000131-Å").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("SE232100013X-1").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseHsaId("SE2321000131-" + std::string(19, 'A')).fault(), Fault::NONE);
  EXPECT_EQ(parseHsaId("SE2321000131-" + std::string(20, 'A')).fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseHsaId(std::string(10 << 20, 'S')).fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseHsaId(std::string_view("SE2321000131-1\0", 15)).fault(), Fault::BAD_CHARACTER);
}

TEST(HsaId, OfTheTestEnvironmentIsTakenOnlyWhereItIsAllowed) {
  EXPECT_EQ(parseHsaId("TSTNMT2321000156-1077").fault(), Fault::TEST_ID);
  EXPECT_EQ(parseHsaId("tstnmt2321000156-1077", TestIds::ALLOWED)->value, "TSTNMT2321000156-1077");
  EXPECT_EQ(parseHsaId("TSTNMT232100015-1077", TestIds::ALLOWED).fault(), Fault::BAD_LENGTH);
}

TEST(OrganisationNumber, IsTenDigitsHoweverItWasWritten) {
  for (std::string_view text : {"2321000131", "232100-0131", "162321000131", "16232100-0131"}) {
    EXPECT_EQ(*parseOrganisationNumber(text), (Identifier{Kind::ORGANISATION_NUMBER, "2321000131"})) << text;
  }
  EXPECT_TRUE(parseOrganisationNumber("5565594230"));
  EXPECT_EQ(formatIdentifier(*parseOrganisationNumber("5565594230")), "556559-4230");
}

TEST(OrganisationNumber, SaysWhyATextIsNone) {
  EXPECT_EQ(parseOrganisationNumber("2321000132").fault(), Fault::BAD_CHECK_DIGIT);
  EXPECT_EQ(parseOrganisationNumber("0000000000").fault(), Fault::NOT_A_DATE);
  EXPECT_EQ(parseOrganisationNumber("232100013").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseOrganisationNumber("172321000131").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseOrganisationNumber("232100+0131").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseOrganisationNumber("23210O0131").fault(), Fault::BAD_CHARACTER);
  EXPECT_EQ(parseOrganisationNumber("23210001311").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseOrganisationNumber("9006022397").fault(), Fault::NONE);  // a sole trader
}

TEST(Region, ThereAreTwentyOne) {
  int known = 0;
  for (int code = 0; code < 100; ++code) {
    const std::string text{char('0' + code / 10), char('0' + code % 10)};
    known += bool(parseRegionCode(text));
    EXPECT_EQ(bool(parseRegionCode(text)), regionName(text).has_value());
  }
  EXPECT_EQ(known, 21);
  for (std::string_view gap : {"00", "02", "11", "15", "16", "26"}) {
    EXPECT_EQ(parseRegionCode(gap).fault(), Fault::NO_SUCH_REGION);
  }
  EXPECT_EQ(regionName("09"), "Region Gotland");
  EXPECT_EQ(regionName("14"), "Västra Götalandsregionen");
  EXPECT_EQ(parseRegionCode("1").fault(), Fault::BAD_LENGTH);
  EXPECT_EQ(parseRegionCode("1a").fault(), Fault::BAD_CHARACTER);
}

TEST(Luhn, IsFalseForNothingAndForOtherCharacters) {
  EXPECT_TRUE(luhn("1212121212"));
  EXPECT_TRUE(luhn("22950606FH20"));
  EXPECT_FALSE(luhn(""));
  EXPECT_FALSE(luhn("12121212-1212"));
  EXPECT_FALSE(luhn("22950606fh20"));
  EXPECT_TRUE(luhn(std::string(10 << 20, '0')));
}

TEST(Mask, ShowsTheLastFourAndNothingElse) {
  EXPECT_EQ(maskPerson("199006022397"), "******2397");
  EXPECT_EQ(maskPerson("19900602-2397"), "******2397");
  EXPECT_EQ(maskPerson("22950606FH20"), "******FH20");
  EXPECT_EQ(maskPerson("1.2.752.97.3.1.3|991212TF12"), "******TF12");
  for (std::string_view hidden : {"", "2397", "022397", "1.2.752.97.3.1.3|2397", "Kalle Ankå", "199006\x1b[2J"}) {
    EXPECT_EQ(maskPerson(hidden), "******") << hidden;
  }
}

// A personnummer or samordningsnummer with the right check digit, for a day in the 1900s or 2000s up to TODAY.
std::string drawNumber(SeededRandom& random, int addToDay) {
  const Days first = parseDay("1900-01-01").value();
  const Civil civil = civilOf(first + Days(random.below(uint64_t(TODAY - first + 1))));
  char text[40];
  std::snprintf(text, sizeof text, "%04d%02d%02d%03d", civil.year, civil.month, civil.day + addToDay,
                int(random.below(1000)));
  std::string digits(text);
  for (char check = '0'; check <= '9'; ++check) {
    if (luhn(digits.substr(2) + check)) return digits + check;
  }
  return {};
}

TEST(IdentifierProperty, EveryWayToWriteANumberReadsToTheSame) {
  const uint64_t seed = testSeed(0x5be0cd19);
  SeededRandom random(seed);
  for (int round = 0; round < 3000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    const bool coordination = round % 3 == 0;
    const std::string number = drawNumber(random, coordination ? 60 : 0);
    const auto parsed = parsePersonIdentifier(number, TODAY);
    ASSERT_TRUE(parsed) << number;
    EXPECT_EQ(parsed->kind, coordination ? Kind::SAMORDNINGSNUMMER : Kind::PERSONNUMMER);
    EXPECT_EQ(*parsePersonIdentifier(formatIdentifier(*parsed), TODAY), *parsed);
    const bool aged = 2026 - std::stoi(number.substr(0, 4)) >= 100;
    EXPECT_EQ(personValue(number.substr(2, 6) + (aged ? "+" : "-") + number.substr(8), TODAY), number);
  }
}

TEST(IdentifierProperty, OneWrongDigitIsNeverTheSameKindOfNumber) {
  const uint64_t seed = testSeed(0x428a2f98);
  SeededRandom random(seed);
  for (int round = 0; round < 3000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string number = drawNumber(random, 0);
    char& digit = number[2 + random.below(10)];  // the century is outside the check digit
    digit = char('0' + (digit - '0' + 1 + int(random.below(9))) % 10);
    EXPECT_FALSE(parsePersonIdentifier(number));
  }
}

TEST(IdentifierProperty, AnyBytesAreReadOrRefusedAndWhatIsReadIsStable) {
  const uint64_t seed = testSeed(0x71374491);
  SeededRandom random(seed);
  constexpr std::string_view ALPHABET = "0123456789-+|.ABSETNM1629";
  for (int round = 0; round < 50000; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string text(random.below(22), ' ');
    for (char& c : text) c = random.below(50) == 0 ? char(random.next()) : ALPHABET[random.below(ALPHABET.size())];
    for (const auto& parsed : {parsePersonIdentifier(text, TODAY), parsePersonIdentifier(text)}) {
      if (parsed) {
        EXPECT_EQ(*parsePersonIdentifier(parsed->value), *parsed);
      }
    }
    if (const auto hsa = parseHsaId(text, TestIds::ALLOWED)) {
      EXPECT_EQ(*parseHsaId(hsa->value, TestIds::ALLOWED), *hsa);
    }
    if (const auto organisation = parseOrganisationNumber(text)) {
      EXPECT_EQ(*parseOrganisationNumber(formatIdentifier(*organisation)), *organisation);
    }
  }
}

}  // namespace
}  // namespace liggare
