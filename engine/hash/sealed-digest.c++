#include "engine/hash/sealed-digest.h"

namespace liggare {

std::optional<StoredDigest> digestStored(Bytes stored) {
  auto length = sealedHeaderLength(stored);
  if (!length) return std::nullopt;
  const Bytes headerBytes = stored.first(*length);
  auto header = decodeSealedHeader(headerBytes);
  if (!header) return std::nullopt;
  StoredDigest out;
  std::vector<Hash> digests(header->parts.size());
  Bytes rest = stored.subspan(*length);
  for (size_t i = 0; i < digests.size(); ++i) {
    if (rest.empty() || rest[0] > 1) return std::nullopt;
    const bool isPresent = rest[0] == 1;
    const size_t take = isPresent ? header->parts[i].length : digests[i].bytes.size();
    rest = rest.subspan(1);
    if (rest.size() < take) return std::nullopt;
    if (isPresent)
      digests[i] = partDigest(uint8_t(i), rest.first(take));
    else
      std::copy_n(rest.begin(), take, digests[i].bytes.begin());
    out.removed += isPresent ? 0 : 1;
    rest = rest.subspan(take);
  }
  if (!rest.empty()) return std::nullopt;
  out.digest = sealedDigest(headerBytes, digests);
  return out;
}

}  // namespace liggare
