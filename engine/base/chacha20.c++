#include "engine/base/chacha20.h"

namespace liggare {
namespace {

// Four words that one instruction works on; a compiler without such instructions makes it four.
using FourWords = uint32_t __attribute__((vector_size(16)));

uint32_t little(const uint8_t* p) {
  return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | uint32_t(p[3]) << 24;
}

void putLittle(uint8_t* p, uint32_t word) {
  for (int k = 0; k < 4; ++k) p[k] = uint8_t(word >> (8 * k));
}

template <int bits, typename Word>
inline Word rotateLeft(Word x) {
  return x << bits | x >> (32 - bits);
}

template <typename Word>
inline void quarterRound(Word& a, Word& b, Word& c, Word& d) {
  a += b;
  d = rotateLeft<16>(d ^ a);
  c += d;
  b = rotateLeft<12>(b ^ c);
  a += b;
  d = rotateLeft<8>(d ^ a);
  c += d;
  b = rotateLeft<7>(b ^ c);
}

// x becomes the block (or one block per lane) that the starting state x gives.
template <typename Word>
inline void transform(Word (&x)[16]) {
  Word start[16];
  for (int i = 0; i < 16; ++i) start[i] = x[i];
  for (int round = 0; round < 10; ++round) {
    quarterRound(x[0], x[4], x[8], x[12]);
    quarterRound(x[1], x[5], x[9], x[13]);
    quarterRound(x[2], x[6], x[10], x[14]);
    quarterRound(x[3], x[7], x[11], x[15]);
    quarterRound(x[0], x[5], x[10], x[15]);
    quarterRound(x[1], x[6], x[11], x[12]);
    quarterRound(x[2], x[7], x[8], x[13]);
    quarterRound(x[3], x[4], x[9], x[14]);
  }
  for (int i = 0; i < 16; ++i) x[i] += start[i];
}

void setStart(uint32_t (&x)[16], std::span<const uint8_t, 32> key, uint32_t counter,
              std::span<const uint8_t, 12> nonce) {
  constexpr uint32_t EXPAND_32_BYTE_K[] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (size_t i = 0; i < 4; ++i) x[i] = EXPAND_32_BYTE_K[i];
  for (size_t i = 0; i < 8; ++i) x[4 + i] = little(&key[4 * i]);
  x[12] = counter;
  for (size_t i = 0; i < 3; ++i) x[13 + i] = little(&nonce[4 * i]);
}

}  // namespace

void chacha20Block(std::span<const uint8_t, 32> key, uint32_t counter, std::span<const uint8_t, 12> nonce,
                   std::span<uint8_t, 64> out) {
  uint32_t x[16];
  setStart(x, key, counter, nonce);
  transform(x);
  for (size_t i = 0; i < 16; ++i) putLittle(&out[4 * i], x[i]);
}

void chacha20FourBlocks(std::span<const uint8_t, 32> key, uint32_t counter, std::span<const uint8_t, 12> nonce,
                        std::span<uint8_t, 256> out) {
  uint32_t one[16];
  setStart(one, key, counter, nonce);
  FourWords x[16];
  for (int i = 0; i < 16; ++i) x[i] = FourWords{one[i], one[i], one[i], one[i]};
  x[12] += FourWords{0, 1, 2, 3};
  transform(x);
  for (size_t block = 0; block < 4; ++block) {
    for (size_t i = 0; i < 16; ++i) putLittle(&out[64 * block + 4 * i], x[i][block]);
  }
}

}  // namespace liggare
