// Mutators that know what they change: most of what they make is read past its outermost form, which chance alone
// seldom manages. Each now and then gives way to libFuzzer's own.
//
//   words    canonical Cap'n Proto: words moved, lanes of a pointer turned
//   parts    an event's parts (event-fuzz.c++), changed as words inside their packing, with lengths set right
//   lines    notes, checkpoints, proofs, policies: lines moved, numbers stepped, base64 kept base64
//   tokens   JSON: names from the schema, values moved and nested
//   sealed   a checksum at the end, set right after the rest was changed
//
// Under the ordinary compiler nothing mutates (corpus-main.c++).
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t sizeMax);

namespace liggare::fuzz {

size_t mutateWords(uint8_t* data, size_t size, size_t sizeMax, unsigned seed);
size_t mutateParts(uint8_t* data, size_t size, size_t sizeMax, unsigned seed);
size_t mutateLines(uint8_t* data, size_t size, size_t sizeMax, unsigned seed);
size_t mutateTokens(uint8_t* data, size_t size, size_t sizeMax, unsigned seed);
size_t mutateSealed(uint8_t* data, size_t size, size_t sizeMax, unsigned seed);

}  // namespace liggare::fuzz

#define LIGGARE_MUTATES(how)                                                                                     \
  extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t sizeMax, unsigned seed) {         \
    return liggare::fuzz::how(data, size, sizeMax, seed);                                                        \
  }
