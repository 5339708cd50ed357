#include "tests/tidy/source-text.h"

#include <algorithm>
#include <cctype>

namespace liggare::tidy {
namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

void blank(std::string& text, size_t from, size_t to) {
  for (size_t i = from; i < to && i < text.size(); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

size_t endOfString(std::string_view text, size_t start) {
  char quote = text[start];
  size_t i = start + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return i + 1;
}

// `start` is the quote of R"delimiter( … )delimiter".
size_t endOfRawString(std::string_view text, size_t start) {
  size_t open = text.find('(', start);
  if (open == text.npos) return text.size();
  std::string close = ")" + std::string(text.substr(start + 1, open - start - 1)) + "\"";
  size_t end = text.find(close, open);
  return end == text.npos ? text.size() : end + close.size();
}

size_t endOfDirective(std::string_view text, size_t start) {
  size_t end = start;
  do {
    end = text.find('\n', end == start ? start : end + 1);
  } while (end != text.npos && text[end - 1] == '\\');
  return end == text.npos ? text.size() : end;
}

bool startsLine(std::string_view text, size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  return at == 0 || text[at - 1] == '\n';
}

// Where the thing at `i` that is not code ends; `i` itself when it is code.
size_t endOfNoise(std::string_view text, size_t i) {
  auto rest = text.substr(i);
  char before = i > 0 ? text[i - 1] : '\n';
  if (rest.starts_with("//")) return std::min(text.find('\n', i), text.size());
  if (rest.starts_with("/*")) {
    size_t end = text.find("*/", i + 2);
    return end == text.npos ? text.size() : end + 2;
  }
  if (rest[0] == '"') return before == 'R' ? endOfRawString(text, i) : endOfString(text, i);
  if (rest[0] == '\'' && !isWord(before)) return endOfString(text, i);  // 1'000 is a number
  if (rest[0] == '#' && startsLine(text, i)) return endOfDirective(text, i);
  return i;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

bool opensScope(std::string_view head) {
  if (head.starts_with("template")) {
    size_t end = head.rfind("> ");
    if (end != head.npos) head = trim(head.substr(end + 1));
  }
  for (std::string_view word : {"namespace", "class", "struct", "union", "enum", "extern"}) {
    if (head.starts_with(word) && (head.size() == word.size() || !isWord(head[word.size()]))) return true;
  }
  return head.starts_with("inline namespace");
}

// Walks the braces of a file. A block is a scope (namespace, class), a function, or anything else (an initialiser).
class Walk {
 public:
  void take(char c, size_t line) {
    if (c == '{') {
      open(line);
    } else if (c == '}') {
      close(line);
    } else if (c == ';' && inScope()) {
      head.clear();
    } else if (inScope()) {
      if (head.empty() && std::isspace(static_cast<unsigned char>(c))) return;
      if (head.empty()) headLine = line;
      head += c == '\n' ? ' ' : c;
    }
  }
  std::vector<Function> found;

 private:
  enum class Block { SCOPE, FUNCTION, OTHER, INITIALISER };
  std::vector<Block> blocks;
  std::string head;
  size_t headLine = 0;

  bool inScope() const { return blocks.empty() || blocks.back() == Block::SCOPE; }

  void open(size_t line) {
    auto kind = Block::OTHER;
    auto text = trim(head);
    if (inScope()) {
      // `Foo::Foo() : a{1} {`: a brace that touches its name belongs to the head.
      bool touches = !head.empty() && isWord(head.back());
      if (opensScope(text))
        kind = Block::SCOPE;
      else if (touches && text.find(')') != text.npos)
        kind = Block::INITIALISER;
      else if (text.find(')') != text.npos && !text.ends_with('='))
        kind = Block::FUNCTION;
      if (kind == Block::FUNCTION) found.push_back({std::string(text), headLine, line});
      if (kind != Block::INITIALISER && kind != Block::FUNCTION) head.clear();
    }
    blocks.push_back(kind);
  }

  void close(size_t line) {
    if (blocks.empty()) return;
    if (blocks.back() == Block::FUNCTION) found.back().length = line - found.back().line + 1;
    if (blocks.back() != Block::INITIALISER) head.clear();
    blocks.pop_back();
  }
};

}  // namespace

Source parse(std::string path, std::string_view text) {
  std::string code(text);
  for (size_t i = 0; i < text.size();) {
    size_t end = endOfNoise(text, i);
    blank(code, i, end);
    i = std::max(end, i + 1);
  }
  return {std::move(path), split(text), split(code)};
}

std::vector<Function> functionsOf(const Source& source) {
  Walk walk;
  for (size_t i = 0; i < source.code.size(); ++i) {
    for (char c : source.code[i]) walk.take(c, i + 1);
    walk.take('\n', i + 1);
  }
  return std::move(walk.found);
}

size_t columns(std::string_view line) {
  size_t count = 0;
  for (char c : line) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace liggare::tidy
