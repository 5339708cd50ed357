#include "cli/output.h"

#include <kj/debug.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "engine/intake/json.h"

namespace liggare::cli {

Output::~Output() {
  kj::runCatchingExceptions([&] { flush(); });
}

Output& Output::operator<<(std::string_view text) {
  held += text;
  flushIfLarge();
  return *this;
}

void Output::flush() {
  std::string_view rest = held;
  while (!rest.empty()) {
    ssize_t count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      held.clear();  // or the destructor would try again
      KJ_FAIL_REQUIRE("det går inte att skriva till standard ut");
    }
    rest.remove_prefix(static_cast<size_t>(count));
  }
  held.clear();
}

void say(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}
void sayError(std::string_view line) { say("liggare: " + std::string(line)); }

bool isColoured() {
  static const bool coloured = [] {
    const char* none = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) && !(none && *none) && terminal && std::string_view(terminal) != "dumb";
  }();
  return coloured;
}

namespace {
std::string painted(std::string_view code, std::string_view text) {
  if (!isColoured()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}
}  // namespace

std::string bold(std::string_view text) { return painted("1", text); }
std::string faint(std::string_view text) { return painted("2", text); }
std::string red(std::string_view text) { return painted("31", text); }
std::string green(std::string_view text) { return painted("32", text); }

Progress::Progress(std::string text)
    : what(std::move(text)), enabled(::isatty(STDERR_FILENO) != 0), began(Tick::now()), last(began) {}

Progress::~Progress() {
  if (shown) std::fputs("\r\x1b[K", stderr);
}

void Progress::at(uint64_t done, uint64_t all) {
  if (!enabled || Tick::now() - last < std::chrono::milliseconds(200)) return;
  last = Tick::now();
  double spent = std::chrono::duration<double>(last - began).count();
  std::string line = "\r\x1b[K" + what + "  " + grouped(done);
  if (all > 0) line += " av " + grouped(all);
  if (all > done && done > 0)
    line += ", ungefär " + std::to_string(static_cast<int>(spent * double(all - done) / double(done)) + 1) + " s kvar";
  std::fputs(line.c_str(), stderr);
  shown = true;
}

std::string padded(std::string_view text, size_t columns) {
  size_t seen = 0;
  for (char c : text) seen += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return std::string(text) + std::string(seen < columns ? columns - seen : 1, ' ');
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, " ");
  return digits;
}

void JsonObject::begin(std::string_view name) {
  if (!first) out += ',';
  first = false;
  out += '"';
  out += name;
  out += "\":";
}
JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  begin(name);
  out += intake::quoteJson(value);
  return *this;
}
JsonObject& JsonObject::plain(std::string_view name, std::string_view value) {
  begin(name);
  out += '"';
  out += value;
  out += '"';
  return *this;
}
JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  begin(name);
  out += json;
  return *this;
}

}  // namespace liggare::cli
