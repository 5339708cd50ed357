#include "engine/vault/seal.h"

#include <kj/debug.h>
#include <sodium.h>

#include "engine/hash/labels.h"
#include "engine/vault/aes-gcm.h"

namespace liggare {
namespace {

constexpr size_t HEADER_FIXED = 1 + 32 + 1;  // format, random, part count
constexpr size_t PART_HEAD = 1 + 4 + 32;     // kind, length, commitment
constexpr uint8_t PRESENT = 1;
constexpr size_t ORIGIN_MAX = 255;
constexpr size_t ROW_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t ROW_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// AAD of one half; only its last byte, the part index, changes between parts.
class PartAad {
 public:
  explicit PartAad(const SealPlace& place) {
    KJ_REQUIRE(!place.origin.empty() && place.origin.size() <= ORIGIN_MAX, "an origin has 1 … 255 bytes");
    putBe16(bytes.data(), uint16_t(place.origin.size()));
    uint8_t* p = std::copy(place.origin.begin(), place.origin.end(), bytes.data() + 2);
    p = std::copy(place.event.bytes.begin(), place.event.bytes.end(), p);
    size = size_t(p - bytes.data()) + 1;
  }
  Bytes at(uint8_t index) {
    bytes[size - 1] = index;
    return Bytes(bytes).first(size);
  }

 private:
  std::array<uint8_t, 2 + ORIGIN_MAX + 16 + 1> bytes;
  size_t size;
};

// Fixed fields of the header; the commitments are filled in as their keys are made.
void writeHeader(uint8_t* p, std::span<const PartInput> parts, const SealRandom& random) {
  p[0] = SEALED_FORMAT;
  std::copy(random.begin(), random.end(), p + 1);
  p[HEADER_FIXED - 1] = uint8_t(parts.size());
  p += HEADER_FIXED;
  for (const auto& part : parts) {
    p[0] = uint8_t(part.kind);
    putBe32(p + 1, uint32_t(part.plaintext.size() + GCM_TAG));
    p += PART_HEAD;
  }
}

}  // namespace

Key itemKeyOf(const Key& leaf, Bytes headerRandom) {
  KJ_REQUIRE(headerRandom.size() == 32, headerRandom.size());
  return hashKey(label::ITEM, {leaf, headerRandom});
}
Key partKeyOf(const Key& itemKey, uint8_t index) { return hashKey(label::KEY, {itemKey, {&index, 1}}); }
Hash commitmentTo(const Key& partKey) { return hashLabelled(label::COMMIT, {partKey}); }
Key viewKeyOf(const Key& itemKey) { return hashKey(label::VIEW, {itemKey}); }

size_t sealedSize(std::span<const PartInput> parts) {
  size_t size = HEADER_FIXED;
  for (const auto& part : parts) size += PART_HEAD + 1 + part.plaintext.size() + GCM_TAG;
  return size;
}

Hash sealInto(Buffer& to, std::span<const PartInput> parts, const Key& leaf, const SealRandom& random,
              const SealPlace& place) {
  KJ_REQUIRE(!parts.empty() && parts.size() <= SEALED_PARTS_MAX, "1 … 255 parts", parts.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    KJ_REQUIRE(parts[i].plaintext.size() + GCM_TAG <= SEALED_PART_BYTES_MAX, "a part larger than the format allows", i);
  }
  // Everything that can be refused has been: from here `to` grows.
  PartAad aad(place);
  static thread_local std::vector<Hash> digests;
  digests.clear();
  const size_t begin = to.size();
  const size_t headerSize = HEADER_FIXED + PART_HEAD * parts.size();
  to.resize(begin + sealedSize(parts));
  uint8_t* const header = to.data() + begin;
  writeHeader(header, parts, random);
  const Key itemKey = itemKeyOf(leaf, random);
  uint8_t* out = header + headerSize;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Bytes plaintext = parts[i].plaintext;
    const size_t length = plaintext.size() + GCM_TAG;
    const uint8_t index = uint8_t(i);
    const Key partKey = partKeyOf(itemKey, index);
    const Hash commitment = commitmentTo(partKey);
    std::copy(commitment.bytes.begin(), commitment.bytes.end(), header + HEADER_FIXED + PART_HEAD * i + 5);
    *out++ = PRESENT;
    gcmSeal(partKey, aad.at(index), plaintext, out);
    digests.push_back(partDigest(index, {out, length}));
    out += length;
  }
  KJ_ASSERT(out == to.data() + to.size(), "the size foretold is the size written");
  return sealedDigest({header, headerSize}, digests);
}

SealedHalf sealParts(std::span<const PartInput> parts, const Key& leaf, const SealRandom& random,
                     const SealPlace& place) {
  Buffer stored;
  sealInto(stored, parts, leaf, random, place);
  auto half = decodeSealedHalf(stored);
  KJ_ASSERT(half.has_value() && half->whole(), "what was written can be read");
  return std::move(*half);
}

OpenedPart openWithPartKey(const SealedPartHead& head, uint8_t index, Bytes ciphertext, const Key& partKey,
                           const SealPlace& place) {
  const Hash commitment = commitmentTo(partKey);
  if (sodium_memcmp(commitment.bytes.data(), head.commitment.bytes.data(), 32) != 0) return {OpenFault::WRONG_KEY, {}};
  if (ciphertext.size() != head.length || ciphertext.size() < GCM_TAG) return {OpenFault::CHANGED, {}};
  OpenedPart opened;
  opened.plaintext.resize(ciphertext.size() - GCM_TAG);
  PartAad aad(place);
  if (!gcmOpen(partKey, aad.at(index), ciphertext, opened.plaintext.data())) return {OpenFault::CHANGED, {}};
  return opened;
}

OpenedPart openPart(const SealedPartHead& head, uint8_t index, Bytes ciphertext, const Key& itemKey,
                    const SealPlace& place) {
  return openWithPartKey(head, index, ciphertext, partKeyOf(itemKey, index), place);
}

OpenedPart openPart(const SealedHalf& half, uint8_t index, const Key& leaf, const SealPlace& place) {
  const auto header = decodeSealedHeader(half.header);
  if (!header || index >= header->parts.size() || index >= half.parts.size()) return {OpenFault::NO_SUCH_PART, {}};
  if (!half.parts[index].ciphertext) return {OpenFault::REMOVED, {}};
  return openPart(header->parts[index], index, *half.parts[index].ciphertext, itemKeyOf(leaf, header->random), place);
}

Buffer sealRow(const Key& viewKey, Bytes place, Bytes plaintext, Random& random) {
  Buffer sealed(ROW_NONCE + plaintext.size() + ROW_TAG);
  random.fill({sealed.data(), ROW_NONCE});
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + ROW_NONCE, nullptr, plaintext.data(), plaintext.size(),
                                             place.data(), place.size(), nullptr, sealed.data(), viewKey.bytes.data());
  return sealed;
}

std::optional<Buffer> openRow(const Key& viewKey, Bytes place, Bytes sealed) {
  if (sealed.size() < ROW_NONCE + ROW_TAG) return std::nullopt;
  Buffer plaintext(sealed.size() - ROW_NONCE - ROW_TAG);
  const int answer = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plaintext.data(), nullptr, nullptr, sealed.data() + ROW_NONCE, sealed.size() - ROW_NONCE, place.data(),
      place.size(), sealed.data(), viewKey.bytes.data());
  if (answer != 0) return std::nullopt;
  return plaintext;
}

}  // namespace liggare
