// The entry: the small public record about an event, hashed exactly as stored. schemas/entry.capnp is its language;
// here it is a plain struct, and its bytes are canonical Cap'n Proto without segment table (docs/format.md "Entry").
//
//   encode → store → leaf = SHA-256(0x00 ‖ stored bytes). Nothing is ever encoded again to be hashed.
#pragma once

#include <variant>

#include "engine/base/time.h"
#include "engine/hash/merkle.h"

namespace liggare {

constexpr uint16_t ENTRY_FORMAT = 0;        // until the log issue closes
constexpr size_t ENTRY_BYTES_MAX = 65'535;  // an entry bundle gives its length 16 bits

// What the engine says in clear. One per member of the schema's union.
struct GenesisFact {
  std::string origin;
  std::string verifierKey;
  Hash keySetDigest;
  Hash ruleSetDigest;
  bool demo = false;
  bool operator==(const GenesisFact&) const = default;
};
struct ClosingFact {
  Hash root;
  uint64_t coveredSize = 0;
  Position previousClosing = 0;
  bool operator==(const ClosingFact&) const = default;
};
struct DestroyedFact {
  std::vector<Position> positions;
  Position decision = 0;
  bool operator==(const DestroyedFact&) const = default;
};
struct KeyChangeFact {
  std::string verifierKey;  // empty when only an epoch changed
  SubjectKey owner;
  uint32_t epoch = 0;
  Buffer signature;  // by the old key over the new; empty when only an epoch changed
  bool operator==(const KeyChangeFact&) const = default;
};
struct RuleSetChangeFact {
  uint16_t version = 0;
  Hash digest;
  Micros validFrom = 0;
  bool operator==(const RuleSetChangeFact&) const = default;
};
struct IncarnationFact {
  std::string origin;
  std::string oldCheckpoint;
  uint64_t lostFrom = 0;
  uint64_t lostTo = 0;
  std::vector<Buffer> signatures;
  bool operator==(const IncarnationFact&) const = default;
};
// Written by a newer engine. Verifying and appending pass it by; a projection stops.
struct UnknownFact {
  uint16_t tag = 0;
  bool operator==(const UnknownFact&) const = default;
};
using EngineFact = std::variant<std::monostate, GenesisFact, ClosingFact, DestroyedFact, KeyChangeFact,
                                RuleSetChangeFact, IncarnationFact, UnknownFact>;

struct EntryFields {
  uint16_t format = ENTRY_FORMAT;
  uint16_t lineCount = 0;
  Position position = 0;
  Micros recordedAt = 0;
  EventId eventId;
  CommandTag commandTag;  // zero for an engine entry
  Hash linesRoot;
  Hash sealedDigest;  // zero when nothing is sealed
  EngineFact engine;  // monostate: an event of the law
  bool isSealed() const { return sealedDigest != Hash{}; }
  bool operator==(const EntryFields&) const = default;
};

// SHA-256(client ‖ 0x00 ‖ command id) cut to 16 bytes: by it a command that comes twice is known. The last 17 bytes
// have a fixed form, so the client may be named by any bytes.
CommandTag commandTag(Bytes client, const CommandId& command);

// The canonical bytes, appended. An event of the law takes a road without Cap'n Proto (16 words, the same bytes: a test
// holds them together); an engine fact is built and canonicalised.
//
//   Throws   FAILED when the entry is longer than 65 535 bytes, or holds an UnknownFact
void appendEntry(Buffer& to, const EntryFields& fields);
Buffer encodeEntry(const EntryFields& fields);

// Reads stored bytes, strictly: canonical, within limits, every pointer within the bytes.
//
//   Throws   FAILED for anything else; no message tells content
EntryFields decodeEntry(Bytes stored);
// The same where bad bytes are expected (verify).
std::optional<EntryFields> tryDecodeEntry(Bytes stored);

// The position in stored bytes without reading the rest; nothing when they are too few to be an entry.
std::optional<Position> entryPosition(Bytes stored);

}  // namespace liggare
