#include "tests/cases/case-file.h"

#include <kj/debug.h>

#include <fstream>
#include <iterator>

namespace liggare::test {
namespace {

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool isIndented(const std::string& line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

// Without surrounding space; empty for a comment.
std::string bare(const std::string& line) {
  const size_t from = line.find_first_not_of(" \t");
  if (from == line.npos || line[from] == '#') return {};
  return line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

enum class Part { HEAD, GIVEN, WHEN, ANSWERS };

void takeName(CaseFile& file, const std::string& line, size_t number) {
  const size_t equals = line.find('=');
  KJ_REQUIRE(equals != line.npos, "name X = TEXT", file.path, number);
  const auto words = wordsOf(line.substr(5, equals - 5));
  const auto value = wordsOf(line.substr(equals + 1));
  KJ_REQUIRE(words.size() == 1 && value.size() == 1, "name X = TEXT", file.path, number);
  file.names[words[0]] = unquoted(value[0]);
}

void takeHead(CaseFile& file, const std::string& line, size_t number) {
  if (line.starts_with("world ")) {
    file.world = wordsOf(line)[1];
  } else {
    KJ_REQUIRE(line.starts_with("name "), "only `world` and `name` stand before `given` and `when`", file.path, number);
    takeName(file, line, number);
  }
}

void takeAnswer(CaseWhen& when, const std::string& raw, const std::string& line) {
  if (isIndented(raw) && !when.answers.empty()) {
    when.answers.back().details.push_back(line);
  } else {
    when.answers.push_back({line, {}});
  }
}

}  // namespace

CaseFile parseCase(std::string path, std::string_view text) {
  CaseFile file;
  file.path = std::move(path);
  file.lines = linesOf(text);
  KJ_REQUIRE(!file.lines.empty() && file.lines[0].starts_with("# "), "the first line is `# ` and a title", file.path);
  file.title = file.lines[0].substr(2);
  Part part = Part::HEAD;
  for (size_t i = 1; i < file.lines.size(); ++i) {
    const std::string line = bare(file.lines[i]);
    if (part == Part::ANSWERS && !line.empty()) file.whens.back().answersTo = i + 1;
    if (line.empty()) continue;
    if (line == "given") {
      KJ_REQUIRE(part == Part::HEAD, "`given` stands once, before `when`", file.path, i + 1);
      part = Part::GIVEN;
    } else if (line == "when") {
      if (part == Part::ANSWERS) file.whens.back().answersTo = i;
      part = Part::WHEN;
      file.whens.emplace_back();
    } else if (line == "---") {
      KJ_REQUIRE(part == Part::WHEN, "`---` follows `when`", file.path, i + 1);
      part = Part::ANSWERS;
      file.whens.back().answersFrom = file.whens.back().answersTo = i + 1;
    } else if (part == Part::HEAD) {
      takeHead(file, line, i + 1);
    } else if (part == Part::GIVEN) {
      file.given.push_back({i + 1, line});
    } else if (part == Part::WHEN) {
      file.whens.back().commands.push_back({i + 1, line});
      file.whens.back().commandsTo = i + 1;
    } else {
      takeAnswer(file.whens.back(), file.lines[i], line);
    }
  }
  return file;
}

CaseFile readCase(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  KJ_REQUIRE(in.good(), "no such case or world", path);
  return parseCase(path, std::string{std::istreambuf_iterator<char>(in), {}});
}

std::vector<std::string> wordsOf(std::string_view line) {
  std::vector<std::string> words;
  bool isQuoted = false, isInWord = false;
  for (const char c : line) {
    if (c == '"') isQuoted = !isQuoted;
    const bool isSpace = !isQuoted && (c == ' ' || c == '\t');
    if (isSpace) {
      isInWord = false;
    } else {
      if (!isInWord) words.emplace_back();
      isInWord = true;
      words.back() += c;
    }
  }
  return words;
}

std::vector<std::string> itemsOf(std::string_view list) {
  std::vector<std::string> items;
  if (list.empty() || list == "[]") return items;
  bool isQuoted = false;
  items.emplace_back();
  for (const char c : list) {
    if (c == '"') {
      isQuoted = !isQuoted;
    } else if (c == ',' && !isQuoted) {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  return items;
}

std::string unquoted(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    if (c != '"') plain += c;
  }
  return plain;
}

}  // namespace liggare::test
