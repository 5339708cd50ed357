#include "cli/lines.h"

#include <kj/debug.h>
#include <unistd.h>

#include <cstring>

#include "engine/intake/json.h"

namespace liggare::cli {

namespace {
constexpr size_t BLOCK_BYTES = 1 << 20;
constexpr std::string_view BLANKS = " \t\r";
}  // namespace

LineReader::LineReader(int from) : fd(from), block(BLOCK_BYTES, '\0') {}

// Reads on behind what is left, which is moved to the front first.
bool LineReader::fill() {
  if (atEnd) return false;
  std::memmove(block.data(), block.data() + at, end - at);
  end -= at;
  at = 0;
  ssize_t got;
  do got = ::read(fd, block.data() + end, block.size() - end);
  while (got < 0 && errno == EINTR);
  if (got < 0) KJ_FAIL_REQUIRE("det går inte att läsa indata");
  atEnd = got == 0;
  end += static_cast<size_t>(got);
  return got > 0;
}

bool LineReader::next(Line& line) {
  bool tooLong = false;
  for (;;) {
    auto* feed = static_cast<char*>(std::memchr(block.data() + at, '\n', end - at));
    if (!feed) {
      if (end - at > intake::LINE_BYTES_MAX) {  // only its end matters now
        tooLong = true;
        at = end;
      }
      if (fill()) continue;
    }
    const size_t length = (feed ? static_cast<size_t>(feed - block.data()) : end) - at;
    if (!feed && length == 0 && !tooLong) return false;
    line = {++count, Line::Kind::WHOLE, std::string_view(block).substr(at, length)};
    if (tooLong || length > intake::LINE_BYTES_MAX) line = {count, Line::Kind::TOO_LONG, {}};
    at += length + (feed ? 1 : 0);
    if (line.kind == Line::Kind::TOO_LONG || line.text.find_first_not_of(BLANKS) != std::string_view::npos) return true;
    tooLong = false;
  }
}

}  // namespace liggare::cli
