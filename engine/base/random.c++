#include "engine/base/random.h"

#include <errno.h>
#include <kj/debug.h>
#include <pthread.h>
#include <sys/random.h>

#include <atomic>
#include <cstdlib>

#include "engine/base/chacha20.h"

namespace liggare {
namespace {

constexpr size_t FOUR_BLOCKS = 256, POOL = 4 * FOUR_BLOCKS, KEY = 32;
constexpr size_t RESEED_BYTES = 1 << 20;

// Rises in the child of a fork, so that parent and child never draw the same bytes.
std::atomic<uint32_t> forks{0};
void countFork() { forks.fetch_add(1, std::memory_order_relaxed); }
const int FORK_COUNTED = pthread_atfork(nullptr, nullptr, countFork);

void wipe(void* p, size_t size) {
  std::memset(p, 0, size);
  asm volatile("" : : "r"(p) : "memory");  // the compiler may not decide that nobody looks
}

void drawFromSystem(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();  // keys and salts cannot be guessed at: no randomness, no process
    out = out.subspan(size_t(got));
  }
}

// One thread's generator, with fast key erasure: of every 1024 bytes made, the first 32 become the next key and the
// rest are wiped as they are handed out. Who reads this memory later learns nothing about what was drawn before.
class Generator {
 public:
  ~Generator() {
    wipe(key.data(), key.size());
    wipe(pool.data(), pool.size());
  }

  void fill(std::span<uint8_t> out) {
    if (FORK_COUNTED != 0) std::abort();
    if (const uint32_t now = forks.load(std::memory_order_relaxed); now != fork) {
      fork = now;
      used = pool.size();  // what the parent had left is the parent's
      madeSinceSeed = RESEED_BYTES;
    }
    while (!out.empty()) {
      if (used == pool.size()) refill();
      const size_t count = std::min(out.size(), pool.size() - used);
      std::memcpy(out.data(), pool.data() + used, count);
      wipe(pool.data() + used, count);
      used += count;
      out = out.subspan(count);
    }
  }

 private:
  std::array<uint8_t, KEY> key{};
  std::array<uint8_t, POOL> pool{};
  size_t used = pool.size();
  size_t madeSinceSeed = RESEED_BYTES;
  uint32_t fork = forks.load(std::memory_order_relaxed);

  void refill() {
    if (madeSinceSeed >= RESEED_BYTES) {
      drawFromSystem(key);
      madeSinceSeed = 0;
    }
    constexpr std::array<uint8_t, 12> NONCE{};  // the key is new each time
    for (size_t at = 0; at < POOL; at += FOUR_BLOCKS) {
      chacha20FourBlocks(key, uint32_t(at / 64), NONCE, std::span<uint8_t, FOUR_BLOCKS>(pool.data() + at, FOUR_BLOCKS));
    }
    std::memcpy(key.data(), pool.data(), KEY);
    wipe(pool.data(), KEY);
    used = KEY;
    madeSinceSeed += pool.size();
  }
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<uint8_t> out) override {
    thread_local Generator generator;
    generator.fill(out);
  }
};

uint64_t splitMix(uint64_t& x) {
  uint64_t z = (x += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t rotateLeft(uint64_t x, int k) { return x << k | x >> (64 - k); }

}  // namespace

Random& systemRandom() {
  static SystemRandom random;
  return random;
}

SeededRandom::SeededRandom(uint64_t seed) {
  for (uint64_t& word : state) word = splitMix(seed);
}

// xoshiro256** (Blackman, Vigna): the same numbers from the same seed on every machine, for ever; fixtures rest on it.
uint64_t SeededRandom::next() {
  const uint64_t result = rotateLeft(state[1] * 5, 7) * 9, t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotateLeft(state[3], 45);
  return result;
}

void SeededRandom::fill(std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size(); i += 8) {
    const uint64_t word = next();
    for (size_t k = 0; k < 8 && i + k < out.size(); ++k) out[i + k] = uint8_t(word >> (8 * k));
  }
}

uint64_t SeededRandom::below(uint64_t bound) {
  KJ_REQUIRE(bound > 0, "nothing is below zero");
  const uint64_t uneven = (0 - bound) % bound;  // 2^64 mod bound: numbers under it would make some results likelier
  for (;;) {
    const uint64_t drawn = next();
    if (drawn >= uneven) return drawn % bound;
  }
}

std::array<uint8_t, 16> drawUuid7(Micros at, Random& random) {
  const int64_t ms = at / 1000;
  KJ_REQUIRE(at >= 0 && ms < int64_t(1) << 48, "instant outside what a UUIDv7 can hold", at);
  std::array<uint8_t, 16> id;
  random.fill(std::span(id).subspan(6));
  putBe16(id.data(), uint16_t(ms >> 32));
  putBe32(id.data() + 2, uint32_t(ms));
  id[6] = uint8_t(0x70 | (id[6] & 0x0f));
  id[8] = uint8_t(0x80 | (id[8] & 0x3f));
  return id;
}

std::optional<Micros> uuid7Time(Bytes sixteen) {
  if (sixteen.size() != 16 || sixteen[6] >> 4 != 7 || sixteen[8] >> 6 != 2) return std::nullopt;
  return Micros(uint64_t(getBe16(sixteen.data())) << 32 | getBe32(sixteen.data() + 2)) * 1000;
}

}  // namespace liggare
