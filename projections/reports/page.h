// A page of plain text for a terminal: a left column for times, a body that wraps by what the eye sees, labels in a
// column of their own. Every text that enters is cleaned of control characters here, so nothing below has to remember
// to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace liggare {

struct PageStyle {
  size_t width = 100;  // columns; 80-110 reads well
};

class Page {
 public:
  explicit Page(PageStyle style);

  void blank();  // never two in a row, none at the top
  void rule();
  void title(std::string_view left, std::string_view right);                     // in capitals, over a rule
  void paragraph(size_t indent, std::string_view text);                          // wrapped; line feeds begin new lines
  void labelled(size_t indent, std::string_view label, std::string_view value);  // label in a column, value hanging
  void dated(std::string_view left, std::string_view heading);                   // a row's first line
  void barred(size_t indent, std::string_view bar, std::string_view text);       // wrapped, a mark before each line
  std::string take();

  static constexpr size_t BODY = 18;   // where the body begins, right of "2026-11-02 08:00"
  static constexpr size_t LABEL = 18;  // how wide a label's column is at least

 private:
  void emit(std::string line);
  std::vector<std::string> wrap(std::string_view text, size_t columns) const;
  size_t width;
  std::string out;
  bool isBlank = true;
};

std::string upperCase(std::string_view text);  // å, ä, ö and é too
std::string oneLine(std::string_view text);    // line feeds and tabs become spaces

}  // namespace liggare
