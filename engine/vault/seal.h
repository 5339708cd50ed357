// Seals an event's parts, and opens them again. The outer form (header, digests) is engine/hash/sealed-form.h; this
// file is the only one that knows how the ciphertexts come to be. Byte-final: docs/format.md "Keys and sealing".
//
//   leaf of (stream, number) ─ ‖ header's random bytes ─► item key ─ ‖ index ─► part key ─► commitment (in the header)
//                                                            └─► view key          └─► AES-256-GCM, zero nonce
//   AAD = origin length u16 ‖ origin ‖ event id 16 ‖ part index u8
//
// Invariants
//   · a part key seals one message: its random bytes are drawn anew at every sealing
//   · the commitment is checked before the cipher: GCM alone lets someone make one ciphertext that two keys open
//   · a ciphertext opens only in its log, for its event, at its index
//
// Threads   any; contexts are per thread.
#pragma once

#include "engine/hash/sealed-form.h"
#include "engine/vault/key.h"

namespace liggare {

enum class PartKind : uint8_t {
  COMMON = 1,   // kind, times, unit, provider, purpose, ground, legal basis
  ACTOR = 2,    // person, title, device, session
  PATIENT = 3,  // one per patient
  TEXT = 4,     // personal free text
  ASK = 5,      // the command as decided; first event of a command
};

struct PartInput {
  PartKind kind = PartKind::COMMON;
  Bytes plaintext;
};

// Where a sealed half belongs: what its ciphertexts are bound to.
struct SealPlace {
  std::string_view origin;  // of the log the event was first written in; 1 … 255 bytes
  EventId event;
};

using SealRandom = std::array<uint8_t, 32>;

Key itemKeyOf(const Key& leaf, Bytes headerRandom);  // H("item" ‖ leaf ‖ random)
Key partKeyOf(const Key& itemKey, uint8_t index);    // H("key" ‖ item key ‖ index)
Hash commitmentTo(const Key& partKey);               // H("commit" ‖ part key)
Key viewKeyOf(const Key& itemKey);                   // H("view" ‖ item key)

// How many bytes sealInto will append.
size_t sealedSize(std::span<const PartInput> parts);
// Appends the stored form (header ‖ per part 0x01 ‖ ciphertext ‖ tag) to `to` and returns the sealed digest for the
// entry. One growth of `to` at most; reserve it and there is none.
Hash sealInto(Buffer& to, std::span<const PartInput> parts, const Key& leaf, const SealRandom& random,
              const SealPlace& place);
// The same in pieces, for those who keep or show single halves.
SealedHalf sealParts(std::span<const PartInput> parts, const Key& leaf, const SealRandom& random,
                     const SealPlace& place);

enum class OpenFault : uint8_t {
  NONE,
  NO_SUCH_PART,  // the header has no such index, or is not a header
  REMOVED,       // the ciphertext was taken away by a decision
  WRONG_KEY,     // the commitment in the header is to another key
  CHANGED,       // length, ciphertext, tag, origin, event or index is not what was sealed
};

struct OpenedPart {
  OpenFault fault = OpenFault::NONE;
  Buffer plaintext;
  explicit operator bool() const { return fault == OpenFault::NONE; }
};

// Never throws on bytes from disk: every answer is a value.
OpenedPart openPart(const SealedPartHead& head, uint8_t index, Bytes ciphertext, const Key& itemKey,
                    const SealPlace& place);
OpenedPart openPart(const SealedHalf& half, uint8_t index, const Key& leaf, const SealPlace& place);
// With one part's key alone: what an extract hands out.
OpenedPart openWithPartKey(const SealedPartHead& head, uint8_t index, Bytes ciphertext, const Key& partKey,
                           const SealPlace& place);

// A view's row: 24 random bytes ‖ ciphertext ‖ 16 tag, XChaCha20-Poly1305 under the view key, bound to `place` (the
// row's key, say). The nonce is drawn at every sealing, since rows are written again and again under one key.
Buffer sealRow(const Key& viewKey, Bytes place, Bytes plaintext, Random& random);
std::optional<Buffer> openRow(const Key& viewKey, Bytes place, Bytes sealed);

}  // namespace liggare
