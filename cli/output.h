// Standard output and standard error: data on the one, words to the person on the other.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"

namespace liggare::cli {

// Buffered standard output. What was not flushed is written when it goes.
//
//   Throws   FAILED when the data cannot be written
class Output {
 public:
  Output() = default;
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  Output& operator<<(std::string_view text);
  void flush();
  // Where a composer may write directly; flushIfLarge() afterwards.
  std::string& buffer() { return held; }
  void flushIfLarge() {
    if (held.size() >= FLUSH_BYTES) flush();
  }
  bool isEmpty() const { return held.empty(); }

 private:
  static constexpr size_t FLUSH_BYTES = 64 * 1024;
  std::string held;
};

// "liggare: …" on standard error.
void sayError(std::string_view line);
// A line to the person; on standard error, so that it never mixes with data.
void say(std::string_view line);

// Colour only on a terminal that has it, and not when NO_COLOR asks for none.
bool isColoured();
std::string bold(std::string_view text);
std::string faint(std::string_view text);
std::string red(std::string_view text);
std::string green(std::string_view text);

// How far something has come: one line that is written over, and only on a terminal.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  void at(uint64_t done, uint64_t all);

 private:
  using Tick = std::chrono::steady_clock;
  std::string what;
  bool shown = false;
  const bool enabled;
  const Tick::time_point began;
  Tick::time_point last;
};

// Filled with spaces to that many characters, as the eye counts them.
std::string padded(std::string_view text, size_t columns);

// "1 204 113": thousands apart, as Swedish writes them.
std::string grouped(uint64_t number);

// One JSON object, appended to a text member by member. Names are the program's own.
class JsonObject {
 public:
  explicit JsonObject(std::string& into) : out(into) { out += '{'; }
  JsonObject& text(std::string_view name, std::string_view value);   // any text
  JsonObject& plain(std::string_view name, std::string_view value);  // nothing in it needs escaping
  JsonObject& number(std::string_view name, uint64_t value) { return raw(name, std::to_string(value)); }
  JsonObject& whole(std::string_view name, int64_t value) { return raw(name, std::to_string(value)); }
  enum class Truth : bool { NO, YES };
  JsonObject& truth(std::string_view name, Truth value) { return raw(name, value == Truth::YES ? "true" : "false"); }
  JsonObject& raw(std::string_view name, std::string_view json);
  void close() { out += '}'; }

 private:
  void begin(std::string_view name);
  std::string& out;
  bool first = true;
};

}  // namespace liggare::cli
