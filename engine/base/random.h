// Randomness, handed in like time is. Tests hand in a seeded one; production hands in the operating system's.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/time.h"

namespace liggare {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<uint8_t> out) = 0;  // any thread; never fails (aborts when the system has no randomness)
};
// A ChaCha20 generator seeded from the operating system and reseeded each MiB: fast enough to draw salts per event.
Random& systemRandom();

// Deterministic, for tests, simulation and `init --demo`-free fixtures; never for keys of a real journal.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed);
  void fill(std::span<uint8_t> out) override;  // one thread
  uint64_t next();
  uint64_t below(uint64_t bound);  // 0 … bound-1, unbiased
 private:
  uint64_t state[4];
};

// UUIDv7 (RFC 9562 §5.7): 48-bit ms of `at`, then random.
std::array<uint8_t, 16> drawUuid7(Micros at, Random& random);
// The instant inside a UUIDv7, or nothing when version or variant is another.
std::optional<Micros> uuid7Time(Bytes sixteen);

template <typename IdType>
IdType drawId(Random& random) {
  IdType id;
  random.fill(id.bytes);
  return id;
}

}  // namespace liggare
