// The digest of a sealed half straight from its stored bytes, nothing copied: what verifying does to every one of them.
#pragma once

#include "engine/hash/sealed-form.h"

namespace liggare {

struct StoredDigest {
  Hash digest;         // over the ciphertexts that are there and the digests of those that were removed
  size_t removed = 0;  // how many were
};

// Nothing when the bytes are not a sealed half: exactly when decodeSealedHalf says so.
std::optional<StoredDigest> digestStored(Bytes stored);

}  // namespace liggare
