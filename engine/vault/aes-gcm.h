// AES-256-GCM with a zero nonce, for keys that seal one message ever: each is a hash over 32 bytes drawn at that
// sealing. A call costs no allocation.
//
// Two roads to the same bytes. Setting a key costs OpenSSL some 350 ns before the first byte, libsodium's AES-NI code
// less than half; from about 1 KiB on OpenSSL is ahead (measured on the design's machine while busy, 2026-11-22: 100 B
// 0.4 against 0.8 µs, 1000 B alike, 16 kB 11.5 against 6.5 µs). Parts are mostly short, so both are kept, and a test
// holds them equal. A processor without AES-NI goes by OpenSSL alone.
#pragma once

#include "engine/vault/key.h"

namespace liggare {

constexpr size_t GCM_TAG = 16;

// Writes plaintext.size() + 16 bytes at `out`: ciphertext ‖ tag. `out` may not overlap the plaintext.
void gcmSeal(const Key& key, Bytes aad, Bytes plaintext, uint8_t* out);
// Writes sealed.size() - 16 bytes at `out` and says whether the tag was right. When it was not, `out` is wiped.
[[nodiscard]] bool gcmOpen(const Key& key, Bytes aad, Bytes sealed, uint8_t* out);

// For the test that holds them equal; hasShortRoad says whether this processor can take it.
enum class GcmRoad : uint8_t { SHORT, LONG };
bool hasShortRoad();
void gcmSealBy(GcmRoad road, const Key& key, Bytes aad, Bytes plaintext, uint8_t* out);
[[nodiscard]] bool gcmOpenBy(GcmRoad road, const Key& key, Bytes aad, Bytes sealed, uint8_t* out);

}  // namespace liggare
