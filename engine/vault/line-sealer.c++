#include "engine/vault/line-sealer.h"

#include "engine/vault/aes-gcm.h"

namespace liggare {
namespace {

constexpr uint8_t FORMAT = 1;  // 0 is lines in clear
constexpr size_t HEAD = 1 + 4 + 32;

Buffer linesAad(std::string_view origin, Position last) {
  Buffer aad;
  aad.reserve(2 + origin.size() + 8);
  appendBe16(aad, uint16_t(origin.size()));
  append(aad, asBytes(origin));
  appendBe64(aad, last);
  return aad;
}

bool isSealed(Bytes sealed) { return sealed.size() >= HEAD + GCM_TAG && sealed[0] == FORMAT; }

}  // namespace

Buffer HolderLineSealer::seal(Position last, Bytes lines) {
  const LinesKey key = holder.currentLinesKey();
  Buffer sealed(HEAD + lines.size() + GCM_TAG);
  sealed[0] = FORMAT;
  putBe32(&sealed[1], key.epoch);
  const std::span<uint8_t> drawn(&sealed[5], 32);
  random.fill(drawn);
  gcmSeal(hashKey(label::TRAIL, {key.key, drawn}), linesAad(origin, last), lines, sealed.data() + HEAD);
  return sealed;
}

std::optional<Buffer> HolderLineSealer::open(Position last, Bytes sealed) {
  if (!isSealed(sealed)) return std::nullopt;
  const uint32_t epoch = getBe32(&sealed[1]);
  const auto key = holder.linesKey(epoch);
  if (!key) return std::nullopt;
  return openLines({epoch, *key}, origin, last, sealed);
}

std::optional<Buffer> openLines(const LinesKey& key, std::string_view origin, Position last, Bytes sealed) {
  if (!isSealed(sealed) || getBe32(&sealed[1]) != key.epoch) return std::nullopt;
  Buffer lines(sealed.size() - HEAD - GCM_TAG);
  const Key valueKey = hashKey(label::TRAIL, {key.key, sealed.subspan(5, 32)});
  if (!gcmOpen(valueKey, linesAad(origin, last), sealed.subspan(HEAD), lines.data())) return std::nullopt;
  return lines;
}

}  // namespace liggare
