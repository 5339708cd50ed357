#include "projections/reports/page.h"

#include <algorithm>

#include "engine/base/unicode.h"

namespace liggare {
namespace {

constexpr size_t WIDTH_MIN = 60;

size_t codePointLength(char lead) {
  auto c = static_cast<uint8_t>(lead);
  return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

// As much of a word as fits, at least one code point: a word longer than the line is cut, not lost.
std::string_view fitting(std::string_view word, size_t columns) {
  size_t bytes = 0;
  while (bytes < word.size()) {
    size_t next = std::min(word.size(), bytes + codePointLength(word[bytes]));
    if (bytes > 0 && displayWidth(word.substr(0, next)) > columns) break;
    bytes = next;
  }
  return word.substr(0, bytes);
}

void wrapLine(std::string_view line, size_t columns, std::vector<std::string>& into) {
  std::string current;
  for (size_t at = 0; at <= line.size();) {
    size_t end = std::min(line.find(' ', at), line.size());
    while (line.substr(end).starts_with(" §"))
      end = std::min(line.find(' ', end + 1), line.size());  // a § follows its number
    std::string_view word = line.substr(at, end - at);
    at = end + 1;
    while (!word.empty()) {
      size_t taken = displayWidth(current);
      if (!current.empty() && taken + 1 + displayWidth(word) > columns) {
        into.push_back(std::move(current));
        current.clear();
        continue;
      }
      std::string_view part = fitting(word, columns - (current.empty() ? 0 : taken + 1));
      if (!current.empty()) current += ' ';
      current += part;
      word.remove_prefix(part.size());
    }
  }
  into.push_back(std::move(current));
}

std::string padded(std::string_view text, size_t columns) {
  std::string out(text);
  size_t taken = displayWidth(text);
  out.append(taken < columns ? columns - taken : 1, ' ');
  return out;
}

}  // namespace

std::string upperCase(std::string_view text) {
  std::string out(text);
  for (size_t i = 0; i < out.size(); ++i) {
    auto c = static_cast<uint8_t>(out[i]);
    bool isLatin = c == 0xc3 && i + 1 < out.size();
    if (c >= 'a' && c <= 'z') out[i] = static_cast<char>(c - 0x20);
    if (!isLatin) continue;
    auto& next = out[++i];
    auto d = static_cast<uint8_t>(next);
    if (d >= 0xa0 && d != 0xb7 && d != 0xbf) next = static_cast<char>(d - 0x20);
  }
  return out;
}

std::string oneLine(std::string_view text) {
  std::string out = stripControls(text);
  for (char& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  return out;
}

Page::Page(PageStyle style) : width(std::max(style.width, WIDTH_MIN)) {}

void Page::emit(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  isBlank = line.empty();
  out += line;
  out += '\n';
}

std::vector<std::string> Page::wrap(std::string_view text, size_t columns) const {
  std::string clean = stripControls(text);
  std::replace(clean.begin(), clean.end(), '\t', ' ');
  while (!clean.empty() && (clean.back() == '\n' || clean.back() == ' ')) clean.pop_back();
  std::vector<std::string> lines;
  for (size_t at = 0; at <= clean.size();) {
    size_t end = std::min(clean.find('\n', at), clean.size());
    wrapLine(std::string_view(clean).substr(at, end - at), columns, lines);
    at = end + 1;
  }
  return lines;
}

void Page::blank() {
  if (!isBlank) emit("");
}

void Page::rule() {
  std::string line;
  for (size_t i = 0; i < width; ++i) line += "─";
  emit(std::move(line));
}

void Page::title(std::string_view left, std::string_view right) {
  std::string name = upperCase(oneLine(left)), side = oneLine(right);
  size_t taken = displayWidth(name) + displayWidth(side);
  if (taken + 2 <= width)
    emit(padded(name, width - displayWidth(side)) + side);
  else {
    emit(name);
    paragraph(0, side);
  }
  rule();
}

void Page::paragraph(size_t indent, std::string_view text) {
  for (auto& line : wrap(text, width - indent)) emit(std::string(indent, ' ') + line);
}

void Page::labelled(size_t indent, std::string_view label, std::string_view value) {
  std::string name = oneLine(label);
  size_t column = std::max(LABEL, displayWidth(name) + 2);
  bool isFirst = true;
  for (auto& line : wrap(value, width - indent - column)) {
    emit(std::string(indent, ' ') + padded(isFirst ? name : "", column) + line);
    isFirst = false;
  }
}

void Page::dated(std::string_view left, std::string_view heading) {
  std::string time = oneLine(left);
  size_t column = std::max(BODY, displayWidth(time) + 2);
  bool isFirst = true;
  for (auto& line : wrap(oneLine(heading), width - column)) {
    emit(isFirst ? padded(time, column) + line : std::string(BODY, ' ') + line);
    isFirst = false;
  }
}

void Page::barred(size_t indent, std::string_view bar, std::string_view text) {
  for (auto& line : wrap(text, width - indent - displayWidth(bar) - 1))
    emit(std::string(indent, ' ') + std::string(bar) + " " + line);
}

std::string Page::take() { return std::move(out); }

}  // namespace liggare
