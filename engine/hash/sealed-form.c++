#include "engine/hash/sealed-form.h"

#include <kj/debug.h>

#include "engine/hash/labels.h"
#include "engine/hash/merkle.h"

namespace liggare {
namespace {

constexpr size_t HEADER_FIXED = 1 + 32 + 1;
constexpr size_t PART_HEAD = 1 + 4 + 32;
constexpr uint8_t PRESENT = 1, REMOVED = 0;

}  // namespace

Buffer encodeSealedHeader(const SealedHeader& header) {
  KJ_REQUIRE(header.parts.size() <= SEALED_PARTS_MAX, "too many parts", header.parts.size());
  Buffer out;
  out.reserve(HEADER_FIXED + PART_HEAD * header.parts.size());
  out.push_back(header.format);
  append(out, header.random);
  out.push_back(uint8_t(header.parts.size()));
  for (const SealedPartHead& part : header.parts) {
    out.push_back(part.kind);
    appendBe32(out, part.length);
    append(out, part.commitment);
  }
  return out;
}

std::optional<size_t> sealedHeaderLength(Bytes bytes) {
  if (bytes.size() < HEADER_FIXED) return std::nullopt;
  size_t length = HEADER_FIXED + PART_HEAD * bytes[HEADER_FIXED - 1];
  if (bytes.size() < length) return std::nullopt;
  return length;
}

std::optional<SealedHeader> decodeSealedHeader(Bytes bytes) {
  auto length = sealedHeaderLength(bytes);
  if (!length || *length != bytes.size()) return std::nullopt;
  SealedHeader out;
  out.format = bytes[0];
  std::copy_n(bytes.begin() + 1, 32, out.random.begin());
  out.parts.resize(bytes[HEADER_FIXED - 1]);
  const uint8_t* at = bytes.data() + HEADER_FIXED;
  for (SealedPartHead& part : out.parts) {
    part.kind = at[0];
    part.length = getBe32(at + 1);
    std::copy_n(at + 5, 32, part.commitment.bytes.begin());
    at += PART_HEAD;
  }
  return out;
}

Hash partDigest(uint8_t index, Bytes ciphertext) { return hashLabelled(label::PART, {Bytes(&index, 1), ciphertext}); }

Hash sealedDigest(Bytes header, std::span<const Hash> partDigests) {
  return hashLabelled(label::SEALED, {header, rootOf(partDigests)});
}

Hash sealedDigest(const SealedHalf& half) {
  std::vector<Hash> digests;
  digests.reserve(half.parts.size());
  for (const SealedPart& part : half.parts) digests.push_back(part.digest);
  return sealedDigest(half.header, digests);
}

void removePart(SealedHalf& half, size_t index) {
  KJ_REQUIRE(index < half.parts.size(), "no such part", index);
  half.parts[index].ciphertext.reset();
}

void appendSealedHalf(Buffer& to, const SealedHalf& half) {
  auto header = decodeSealedHeader(half.header);
  KJ_REQUIRE(header.has_value() && header->parts.size() == half.parts.size(), "header and parts do not agree");
  append(to, half.header);
  for (size_t i = 0; i < half.parts.size(); ++i) {
    const SealedPart& part = half.parts[i];
    if (part.ciphertext) {
      KJ_REQUIRE(part.ciphertext->size() == header->parts[i].length,
                 "a ciphertext of another length than its header says");
      to.push_back(PRESENT);
      append(to, *part.ciphertext);
    } else {
      to.push_back(REMOVED);
      append(to, part.digest);
    }
  }
}

Buffer encodeSealedHalf(const SealedHalf& half) {
  Buffer out;
  appendSealedHalf(out, half);
  return out;
}

std::optional<SealedHalf> decodeSealedHalf(Bytes bytes) {
  auto length = sealedHeaderLength(bytes);
  if (!length) return std::nullopt;
  auto header = decodeSealedHeader(bytes.first(*length));
  if (!header) return std::nullopt;
  SealedHalf out;
  out.header.assign(bytes.begin(), bytes.begin() + ptrdiff_t(*length));
  bytes = bytes.subspan(*length);
  for (size_t i = 0; i < header->parts.size(); ++i) {
    if (bytes.empty() || bytes[0] > PRESENT) return std::nullopt;
    bool present = bytes[0] == PRESENT;
    size_t take = present ? header->parts[i].length : 32;
    bytes = bytes.subspan(1);
    if (bytes.size() < take) return std::nullopt;
    SealedPart part;
    if (present) {
      part.ciphertext.emplace(bytes.begin(), bytes.begin() + ptrdiff_t(take));
      part.digest = partDigest(uint8_t(i), bytes.first(take));
    } else {
      std::copy_n(bytes.begin(), 32, part.digest.bytes.begin());
    }
    out.parts.push_back(std::move(part));
    bytes = bytes.subspan(take);
  }
  if (!bytes.empty()) return std::nullopt;
  return out;
}

SealedWriter::SealedWriter(Buffer& to, Bytes header) : to(to), headerAt(to.size()), headerLength(header.size()) {
  auto length = sealedHeaderLength(header);
  KJ_REQUIRE(length.has_value() && *length == header.size(), "not a header");
  digests.reserve(header[HEADER_FIXED - 1]);
  append(to, header);
}

void SealedWriter::part(Bytes ciphertext) {
  size_t index = digests.size();
  KJ_REQUIRE(index < to[headerAt + HEADER_FIXED - 1], "more parts than the header says");
  KJ_REQUIRE(getBe32(&to[headerAt + HEADER_FIXED + PART_HEAD * index + 1]) == ciphertext.size(),
             "a ciphertext of another length than its header says");
  digests.push_back(partDigest(uint8_t(index), ciphertext));
  to.push_back(PRESENT);
  append(to, ciphertext);
}

Hash SealedWriter::finish() {
  KJ_REQUIRE(digests.size() == to[headerAt + HEADER_FIXED - 1], "fewer parts than the header says");
  return sealedDigest(Bytes(to).subspan(headerAt, headerLength), digests);
}

}  // namespace liggare
