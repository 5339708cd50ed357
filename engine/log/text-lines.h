// Lines of text that strangers hand in: checkpoints and proof files are read line by line, in one spelling only.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace liggare {

// Takes one line, without its line feed, off the front. Nothing when there is no line feed: the last line must end too.
inline std::optional<std::string_view> takeLine(std::string_view& text) {
  size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// ASCII digits, no sign, no leading zero unless it is 0, and no more than 64 bits hold.
inline std::optional<uint64_t> parseDecimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace liggare
