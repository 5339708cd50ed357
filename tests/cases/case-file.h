// A case as text: its parts, still unread. The form is in README.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace liggare::test {

struct CaseLine {
  size_t number = 0;  // 1 …
  std::string text;   // without indentation and comment
};
// One answer: the line that says what it is, and the indented lines beneath.
struct CaseAnswer {
  std::string head;
  std::vector<std::string> details;
};
struct CaseWhen {
  std::vector<CaseLine> commands;
  std::vector<CaseAnswer> answers;
  size_t answersFrom = 0, answersTo = 0;  // the lines after `---`, as indices into CaseFile::lines; 0: no `---` yet
  size_t commandsTo = 0;                  // the line after the last command
};
struct CaseFile {
  std::string path;
  std::vector<std::string> lines;  // as written
  std::string title;
  std::string world;  // empty: none
  std::map<std::string, std::string> names;
  std::vector<CaseLine> given;
  std::vector<CaseWhen> whens;
};

// Throws FAILED with path and line when the text is not a case.
CaseFile parseCase(std::string path, std::string_view text);
CaseFile readCase(const std::string& path);

// Words of a line; a quoted part may stand within a word and keeps its spaces: text="två ord" is one.
std::vector<std::string> wordsOf(std::string_view line);
// `a,"b c, d"` is two.
std::vector<std::string> itemsOf(std::string_view list);
std::string unquoted(std::string_view word);

}  // namespace liggare::test
