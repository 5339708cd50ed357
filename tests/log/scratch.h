// A directory of a test's own, gone when the test ends, with what tests do to files.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace liggare {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "liggare-test-XXXXXX").string();
    root = mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(root, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return root; }

  static std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& relative, const std::string& content) {
    std::ofstream(root + "/" + relative, std::ios::binary) << content;
  }
  static void flip(const std::string& file, size_t at, char mask = 1) {
    std::string content = read(file);
    content.at(at) = char(content.at(at) ^ mask);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
  }
  static void cut(const std::string& file, size_t size) { std::filesystem::resize_file(file, size); }

  void copyTo(const std::string& other) const {
    std::filesystem::remove_all(other);
    std::filesystem::copy(root, other, std::filesystem::copy_options::recursive);
  }
  // How many files below it hold this text.
  size_t filesHolding(const std::string& text) const {
    size_t out = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file() && read(entry.path().string()).find(text) != std::string::npos) ++out;
    }
    return out;
  }

 private:
  std::string root;
};

}  // namespace liggare
