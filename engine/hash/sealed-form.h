// The outer form of a sealed half: what the log stores and hashes without being able to open it. The vault makes and
// opens the ciphertexts; this file knows only where they lie. Byte-final: docs/format.md "Sealed half".
//
//   header   format u8 ‖ random 32 ‖ part count u8 ‖ per part: kind u8 ‖ ciphertext length u32 ‖ key commitment 32
//   stored   header ‖ per part: 0x01 ‖ ciphertext | 0x00 ‖ part digest 32        (the second when it has been removed)
//
//   part digest    H("part" ‖ index u8 ‖ ciphertext)
//   sealed digest  H("sealed" ‖ header ‖ root), root = RFC 6962 over the part digests, each in the place of a leaf hash
//
// A removed ciphertext leaves its digest, so the sealed digest in the entry can be recomputed for ever.
#pragma once

#include <span>

#include "engine/hash/sha256.h"

namespace liggare {

constexpr uint8_t SEALED_FORMAT = 0;  // until the log issue closes
constexpr size_t SEALED_PARTS_MAX = 255;
constexpr size_t SEALED_PART_BYTES_MAX = 1 << 20;

struct SealedPartHead {
  uint8_t kind = 0;     // common, actor, patient, free text, ask: the vault's business
  uint32_t length = 0;  // of the ciphertext with its tag
  Hash commitment;      // to the part key
  bool operator==(const SealedPartHead&) const = default;
};

struct SealedHeader {
  uint8_t format = SEALED_FORMAT;
  std::array<uint8_t, 32> random{};
  std::vector<SealedPartHead> parts;
  bool operator==(const SealedHeader&) const = default;
};

Buffer encodeSealedHeader(const SealedHeader& header);
std::optional<SealedHeader> decodeSealedHeader(Bytes bytes);  // nothing unless every byte is used
// How many bytes the header at the beginning of `bytes` takes; nothing when they are too few.
std::optional<size_t> sealedHeaderLength(Bytes bytes);

struct SealedPart {
  std::optional<Buffer> ciphertext;  // nothing: removed
  Hash digest;                       // always there
  bool operator==(const SealedPart&) const = default;
};

struct SealedHalf {
  Buffer header;
  std::vector<SealedPart> parts;
  bool whole() const {
    return std::all_of(parts.begin(), parts.end(), [](const SealedPart& p) { return p.ciphertext.has_value(); });
  }
  bool operator==(const SealedHalf&) const = default;
};

Hash partDigest(uint8_t index, Bytes ciphertext);
Hash sealedDigest(Bytes header, std::span<const Hash> partDigests);
Hash sealedDigest(const SealedHalf& half);  // from the digests it holds; checkSealedHalf says whether they are true

// Takes the ciphertext of one part away. Its digest stays.
void removePart(SealedHalf& half, size_t index);

// The stored form, appended to what a sealer is building: no copy per half.
void appendSealedHalf(Buffer& to, const SealedHalf& half);
Buffer encodeSealedHalf(const SealedHalf& half);
// Nothing when the form is broken (a length that does not fit, a part too many). Digests of present parts are
// recomputed.
std::optional<SealedHalf> decodeSealedHalf(Bytes bytes);

// The quick road for a sealer: writes a half part by part into one buffer and keeps the digests.
//
//   SealedWriter w(buffer, headerBytes, partCount);  w.part(ciphertext)…;  Hash digest = w.finish();
class SealedWriter {
 public:
  SealedWriter(Buffer& to, Bytes header);
  void part(Bytes ciphertext);
  Hash finish();  // the sealed digest for the entry

 private:
  Buffer& to;
  size_t headerAt;
  size_t headerLength;
  std::vector<Hash> digests;
};

}  // namespace liggare
