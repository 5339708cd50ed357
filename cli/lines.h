// Lines of a stream, read in large blocks. A line that is too long is counted and passed over without being held.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace liggare::cli {

class LineReader {
 public:
  explicit LineReader(int fd);

  struct Line {
    uint64_t number = 0;  // 1 …
    enum class Kind : uint8_t { WHOLE, TOO_LONG } kind = Kind::WHOLE;
    std::string_view text;  // without line feed; dies at the next call
  };
  // Whether there was one more. Blank lines are counted and passed over. A last line without line feed is a line.
  //
  //   Throws   FAILED when the stream cannot be read
  bool next(Line& line);

 private:
  bool fill();

  int fd;
  std::string block;
  size_t at = 0, end = 0;  // what of the block is not yet read
  bool atEnd = false;
  uint64_t count = 0;
};

}  // namespace liggare::cli
