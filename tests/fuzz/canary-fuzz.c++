// Breaks on purpose for one input that is in no corpus: a fuzzer that does not find it within seconds finds nothing,
// and `./dev fuzz` says so. Run over an empty corpus it is silent.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size >= 4 && data[0] == 'd' && data[1] == 0xc3 && data[2] == 0xb6 && data[3] == 'd') std::abort();
  return 0;
}
