// What a refusal says: read once out of schemas/refusal.capnp, where code, text, paragraph and binding stand together.
//
// Everything here lives as long as the program. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "schemas/refusal.capnp.h"

namespace liggare::law {

struct RefusalFacts {
  schema::RefusalCode code{};
  std::string_view name;     // "R-C1": stable, what people quote
  std::string_view text;     // Swedish, for whoever asked
  std::string_view law;      // paragraph; "–" for the engine's own rules
  std::string_view binding;  // LAG, FORESKRIFT, FORARBETE, VARDGIVARE or MOTOR: what makes it a no
  uint16_t precedence = 0;   // the lower one is answered when several apply: text order in the schema
};

// Requires a code that the schema knows, not NONE.
const RefusalFacts& refusalFacts(schema::RefusalCode code);
inline std::string_view refusalName(schema::RefusalCode code) { return refusalFacts(code).name; }
inline std::string_view refusalText(schema::RefusalCode code) { return refusalFacts(code).text; }
inline std::string_view refusalLaw(schema::RefusalCode code) { return refusalFacts(code).law; }
inline std::string_view refusalBinding(schema::RefusalCode code) { return refusalFacts(code).binding; }
inline uint16_t refusalPrecedence(schema::RefusalCode code) { return refusalFacts(code).precedence; }

// From a log written by a newer engine: the code may be one this schema does not know.
bool isKnownRefusal(schema::RefusalCode code);

// "R-C1" → CONSENT_C1_MISSING; nothing when no refusal is called so.
std::optional<schema::RefusalCode> fromCode(std::string_view name);

// All of them, by precedence.
std::span<const RefusalFacts> allRefusals();

}  // namespace liggare::law
