// The door: one line of JSON becomes a Command, or the reason why not with the path of the field. And the way out:
// events, refusals and views as JSON by the same conventions.
//
//   Id        UUID text                         Ref       the text people use for it
//   $instant  RFC 3339 with offset; out: UTC    $day      YYYY-MM-DD
//   enum      its name (out: its $code if any)  Int64     number; also as text in, and out beyond 2^53
//   Text      NFC, valid UTF-8, no control characters; line feed and tab in $personal
//
// Nothing is ignored: an unknown or repeated field, two kinds, a value that does not fit are all errors.
#pragma once

#include <capnp/any.h>

#include <optional>
#include <string>
#include <string_view>

#include "engine/intake/schema-table.h"
#include "schemas/command.capnp.h"

namespace liggare::intake {

constexpr size_t LINE_BYTES_MAX = 64 * 1024;

// Why a line is not a command. Says nothing of the values in it: an answer may end up in a log of somebody else's.
struct InputError {
  std::string path;    // giveConsent.recipients[0].type; empty for the whole line
  std::string code;    // stable: lineTooLong notUtf8 notJson notAnObject unknownField duplicateField wrongType
                       //         outOfRange unknownName badId badInstant badDay badText twoKinds noKind tooMany
  std::string reason;  // Swedish
};

// Decodes into a builder fresh from initRoot or init. After an error what it holds has no meaning.
//
//   Threads   any, each with its own builder
//   Throws    never for anything that a line may hold
std::optional<InputError> decodeCommand(std::string_view line, schema::Command::Builder into);

// JSON of any struct of schemas/, on one line. What is absent is left out: null pointers, empty texts and lists, zero
// ids, instants and days, enums whose zero is called none, unstated or unnamed.
std::string encodeJson(const StructTable& table, capnp::AnyStruct::Reader reader);
template <typename Reader>
std::string encodeJson(Reader reader) {
  return encodeJson(structTable<capnp::FromReader<Reader>>(), capnp::AnyStruct::Reader(reader));
}
// A text as a JSON string, quotes included: for whoever composes an answer around encodeJson.
std::string quoteJson(std::string_view text);

}  // namespace liggare::intake
