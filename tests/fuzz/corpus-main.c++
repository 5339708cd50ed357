// Runs every file of the named folders through one fuzz target, with the ordinary compiler: what once broke a decoder
// is tried on each commit. Without such a folder the empty input alone is tried.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// A custom mutator may ask libFuzzer for its own; here nothing is mutated.
extern "C" size_t LLVMFuzzerMutate(uint8_t*, size_t size, size_t) { return size; }

namespace {

void tryFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  std::fprintf(stderr, "%s (%zu)\n", path.filename().c_str(), bytes.size());  // the last line names the culprit
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerTestOneInput(nullptr, 0);
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) continue;
    for (const auto& found : std::filesystem::directory_iterator(argv[i])) files.push_back(found.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) tryFile(file);
  std::fprintf(stderr, "%zu files, none refused to be read\n", files.size());
  return 0;
}
