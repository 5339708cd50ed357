// Bytes from anywhere, given to everything that reads what a log stores and shows: entries, sealed halves, lines,
// commit rows, frontiers, notes and checkpoints. Each accepts or refuses; what was accepted is made of the same bytes
// again.

#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/log/commit.h"
#include "engine/log/note.h"
#include "tests/fuzz/mutators.h"

using namespace liggare;

namespace {

bool isSame(Bytes one, Bytes other) { return std::equal(one.begin(), one.end(), other.begin(), other.end()); }

// A newer schema may have put words where this one has none: they are read past, and cannot be made again. An event of
// the law without them is 16 words at most, and those are exact.
void tryEntry(Bytes bytes) {
  auto entry = tryDecodeEntry(bytes);
  if (!entry) return;
  // The quick look does not read how long the data section is: it holds for entries that have a position at all.
  const bool hasPosition = bytes.size() > 4 && bytes[4] >= 2;
  KJ_ASSERT(!hasPosition || entryPosition(bytes) == entry->position);
  if (std::holds_alternative<UnknownFact>(entry->engine)) return;
  Buffer again = encodeEntry(*entry);
  auto second = tryDecodeEntry(again);
  KJ_ASSERT(second.has_value() && *second == *entry, "an entry does not survive being written");
  KJ_ASSERT(isSame(encodeEntry(*second), again));
  constexpr size_t PLAIN_BYTES_MAX = 16 * 8;
  bool plain = std::holds_alternative<std::monostate>(entry->engine) && bytes.size() <= PLAIN_BYTES_MAX;
  bool known = plain && bytes.size() >= 16 && getBe32(&bytes[12]) == 0;
  KJ_ASSERT(!known || isSame(again, bytes), "two forms of one entry");
}

void trySealed(Bytes bytes) {
  if (auto length = sealedHeaderLength(bytes)) {
    auto header = decodeSealedHeader(bytes.first(*length));
    KJ_ASSERT(!header || isSame(encodeSealedHeader(*header), bytes.first(*length)));
  }
  auto half = decodeSealedHalf(bytes);
  if (!half) return;
  KJ_ASSERT(isSame(encodeSealedHalf(*half), bytes));
  Hash digest = sealedDigest(*half);
  for (size_t i = 0; i < half->parts.size(); ++i) removePart(*half, i);
  KJ_ASSERT(sealedDigest(*half) == digest, "a removed part changed the digest");
  auto bare = decodeSealedHalf(encodeSealedHalf(*half));
  KJ_ASSERT(bare.has_value() && *bare == *half);
}

void tryLines(Bytes bytes) {
  Bytes rest = bytes;
  if (auto lines = takeLines(rest)) {
    Buffer again;
    appendStoredLines(again, *lines);
    KJ_ASSERT(isSame(again, bytes.first(bytes.size() - rest.size())));
    linesRoot(*lines);
  }
  for (size_t count : {size_t{1}, size_t{2}, size_t{256}}) {
    auto lines = splitLines(bytes, count);
    KJ_ASSERT(!lines || (lines->size() == count && isSame(joinLines(*lines), bytes)));
  }
}

void tryCommit(Bytes bytes) {
  auto header = decodeCommitHeader(bytes);
  KJ_ASSERT(!header || isSame(encodeCommitHeader(*header), bytes));
  auto key = decodeRowKey(bytes);
  KJ_ASSERT(!key || isSame(encodeRowKey(*key), bytes));
  if (auto entries = splitEntries(bytes)) {
    size_t total = 0;
    for (Bytes entry : *entries) {
      total += 2 + entry.size();
      tryEntry(entry);
    }
    KJ_ASSERT(total == bytes.size());
  }
  if (auto halves = splitSealed(bytes)) {
    std::vector<Buffer> copies;
    for (Bytes half : *halves) copies.emplace_back(half.begin(), half.end());
    KJ_ASSERT(isSame(joinSealed(copies), bytes));
  }
  if (auto frontier = Frontier::decode(bytes)) {
    KJ_ASSERT(isSame(frontier->encode(), bytes));
    frontier->root();
  }
}

// The key of a log that nobody has, and one that signs as a witness.
const std::vector<VerifierKey>& knownKeys() {
  static const std::vector<VerifierKey> keys{{"test.liggare.example/1", uint8_t(NoteKeyType::ED25519), Buffer(32, 7)},
                                             {"witness.example", uint8_t(NoteKeyType::COSIGNATURE_V1), Buffer(32, 9)}};
  return keys;
}

void tryNote(std::string_view text) {
  if (auto key = parseVerifierKey(text)) {
    KJ_ASSERT(key->text() == text && isNoteName(key->name));
  }
  auto checkpoint = parseCheckpoint(text);
  KJ_ASSERT(!checkpoint || formatCheckpoint(*checkpoint) == text);
  auto note = parseNote(text);
  if (!note) return;
  KJ_ASSERT(formatNote(*note) == text && isUtf8(text));
  verifyNote(*note, knownKeys());
  auto said = parseCheckpoint(note->text);
  KJ_ASSERT(!openCheckpoint(text, said ? said->origin : "x", knownKeys()), "a signature by a key that nobody has");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes bytes(data, size);
  tryEntry(bytes);
  trySealed(bytes);
  tryLines(bytes);
  tryCommit(bytes);
  tryNote(asText(bytes));
  return 0;
}

LIGGARE_MUTATES(mutateWords)
