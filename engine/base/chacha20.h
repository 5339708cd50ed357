// The ChaCha20 block function of RFC 8439 §2.3, for the random generator only. Nothing is enciphered with it:
// sealing is the vault's and uses a library.
#pragma once

#include <cstdint>
#include <span>

namespace liggare {

void chacha20Block(std::span<const uint8_t, 32> key, uint32_t counter, std::span<const uint8_t, 12> nonce,
                   std::span<uint8_t, 64> out);

// The blocks of `counter` … `counter` + 3 side by side: the same bytes in about half the time, because a salt is drawn
// for every line of every event.
void chacha20FourBlocks(std::span<const uint8_t, 32> key, uint32_t counter, std::span<const uint8_t, 12> nonce,
                        std::span<uint8_t, 256> out);

}  // namespace liggare
