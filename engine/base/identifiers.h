// The numbers that Swedish care gives to people, staff, organisations and regions: read strictly, kept in one form.
// Rules and the test numbers are in docs/format.md and tests/base/identifiers-test.c++.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace liggare {

enum class IdentifierKind {
  PERSONNUMMER,         // 12 digits
  SAMORDNINGSNUMMER,    // 12 digits, day + 60
  RESERVNUMMER,         // national, 12 characters: XXYYMMDDNNGC
  REGIONAL_RESERVE,     // "root|extension": not standardised, the extension is opaque
  HSA_ID,               // upper case
  ORGANISATION_NUMBER,  // 10 digits
  REGION_CODE,          // 2 digits
};

// A read identifier. Two texts for the same thing give the same value; different kinds never share a value's meaning.
struct Identifier {
  IdentifierKind kind;
  std::string value;  // normalised, as the kind says
  bool operator==(const Identifier&) const = default;
};

// Why a text is not an identifier. Never tells the text itself.
enum class IdentifierFault {
  NONE,
  BAD_LENGTH,
  BAD_CHARACTER,
  NOT_A_DATE,
  BAD_CHECK_DIGIT,
  CENTURY_UNKNOWN,  // ten digits, and either no day to count from or two centuries fit
  IN_FUTURE,        // born after the reference day
  NOT_A_ROOT,       // the part before "|" is no OID
  WRONG_KIND,       // a national number under another kind's root
  TEST_ID,          // a test environment's id where only real ones are allowed
  NO_SUCH_REGION,
};

// Either the identifier or the fault that was found first.
class ParsedIdentifier {
 public:
  ParsedIdentifier(Identifier read) : identifier(std::move(read)) {}
  ParsedIdentifier(IdentifierFault why) : reason(why) {}
  explicit operator bool() const { return identifier.has_value(); }
  const Identifier& operator*() const { return identifier.value(); }
  const Identifier* operator->() const { return &identifier.value(); }
  IdentifierFault fault() const { return reason; }  // NONE when there is an identifier
 private:
  std::optional<Identifier> identifier;
  IdentifierFault reason = IdentifierFault::NONE;
};

// A person's number in any accepted form:
//
//   YYYYMMDDNNNC, YYYYMMDD-NNNC, YYYYMMDD+NNNC   personnummer or, with 61-91 as day, samordningsnummer
//   YYMMDD-NNNC, YYMMDD+NNNC, YYMMDDNNNC         the same when `on` is given and one century fits: "-" for who turns
//                                                at most 99 that year, "+" for who turns at least 100, none when only
//                                                one of the ages 0-124 fits
//   XXYYMMDDNNGC                                 nationellt reservnummer
//   root|extension                               regional reserve number. Under the OID of a national number the
//                                                extension is read as that number and must be one, so that no person
//                                                gets a second identity by a prefix
//
// With `on`, a birth day after it is IN_FUTURE. White space is a bad character.
ParsedIdentifier parsePersonIdentifier(std::string_view text, std::optional<Days> on = std::nullopt);

// SE + 10 digits, or 16 + 10 digits, + "-" + letters and digits; any case in, upper case out, at most 32 characters.
enum class TestIds { REFUSED, ALLOWED };
ParsedIdentifier parseHsaId(std::string_view text, TestIds testIds = TestIds::REFUSED);

// NNNNNN-NNNN, ten digits, or twelve beginning with 16. A third digit below 2 is a sole trader, whose number holds
// a date.
ParsedIdentifier parseOrganisationNumber(std::string_view text);

// Two digits, one of the 21 regions (Gotland is a municipality with a region's duties).
ParsedIdentifier parseRegionCode(std::string_view text);
// Swedish name, nothing when no such region.
std::optional<std::string_view> regionName(std::string_view code);

// The mod 10 check over all characters, the last being the check digit; a letter counts as its ASCII number. False
// for an empty text and for other characters than digits and A-Z.
bool luhn(std::string_view text);

// The birth day that a personnummer states. Never from a samordningsnummer or a reserve number: what stands there
// may be unreliable and is not a fact (domain rule 34).
std::optional<Days> birthDay(const Identifier& identifier);

// As people write it: 19121212-1212, 232100-0131; other kinds as they are.
std::string formatIdentifier(const Identifier& identifier);

// "******1212": what may stand where the number itself may not. Short or non-ASCII texts show nothing of themselves.
std::string maskPerson(std::string_view text);

}  // namespace liggare
