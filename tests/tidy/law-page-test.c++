// docs/law.md: rule, paragraph, refusal, event and case, each found from the others. Made from the schemas'
// annotations, the sources of engine/law and the cases; this test makes it anew and compares (LIGGARE_UPDATE=1 writes
// it), and fails for whatever stands alone.
#include <capnp/schema.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "schemas/event.capnp.h"
#include "schemas/refusal.capnp.h"
#include "tests/support/paths.h"
#include "tests/tidy/source-text.h"

namespace liggare::tidy {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

constexpr uint64_t SV = 0xf2b8c1a3d4e50617, LAW = 0xe1a7b2c3d4f50618, CODE = 0xc9d8e7f6a5b40619,
                   BINDING = 0xa8b7c6d5e4f3061a;

std::string readAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Noted>
std::string note(const Noted& noted, uint64_t id) {
  for (auto each : noted.getProto().getAnnotations())
    if (each.getId() == id) return each.getValue().getText().cStr();
  return {};
}

// consentC1Missing to CONSENT_C1_MISSING, as the generated C++ has it.
std::string constantOf(const std::string& name) {
  std::string constant;
  for (char c : name) {
    if (std::isupper(static_cast<unsigned char>(c))) constant += '_';
    constant += char(std::toupper(static_cast<unsigned char>(c)));
  }
  return constant;
}

// --- what there is
// ----------------------------------------------------------------------------------------------------

struct Refusal {
  std::string name, code, law, binding, text;
  Names rules, cases;
};
struct Kind {
  std::string name, label, law;
  Names rules, cases;
};
struct Rule {  // a function of engine/law that answers or drafts something
  std::string file, name, says;
  Names codes, kinds;
};
struct Case {
  std::string name, title;
  Names codes, kinds;
};

struct Law {
  std::vector<Refusal> refusals;
  std::vector<Kind> kinds;
  std::vector<Rule> rules;
  std::vector<Case> cases;
};

std::vector<fs::path> filesOf(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(test::sourceDir() + "/" + folder))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// "Verdict makeOffer(Context& ctx)" to makeOffer.
std::string nameOf(const std::string& head) {
  static const std::regex called(R"(([A-Za-z_]\w*)\()");
  std::smatch found;
  return std::regex_search(head, found, called) ? found[1].str() : std::string();
}

// The comment that ends on the line above `line` (1 …), as one line of text.
std::string commentAbove(const Source& source, size_t line) {
  std::string text;
  for (size_t at = line - 1; at > 0 && source.lines[at - 1].starts_with("//"); --at) {
    const auto& each = source.lines[at - 1];
    if (each.starts_with("// ---")) break;
    text = each.substr(std::min<size_t>(3, each.size())) + (text.empty() ? "" : " ") + text;
  }
  return text;
}

// What the headers say of the functions they declare: there the comment stands when others call them.
std::map<std::string, std::string> saidInHeaders() {
  static const std::regex declared(R"(^(?:inline )?[A-Za-z_:][\w:<>&*, ]*[ &*]([A-Za-z_]\w*)\(.*)");
  std::map<std::string, std::string> said;
  for (const auto& path : filesOf("engine/law", ".h")) {
    const auto source = parse(path.string(), readAll(path));
    for (size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch found;
      if (!std::regex_match(source.lines[i], found, declared)) continue;
      if (auto comment = commentAbove(source, i + 1); !comment.empty()) said[found[1]] = comment;
    }
  }
  return said;
}

void readRules(Law& law) {
  const auto headers = saidInHeaders();
  const std::regex use(R"(\b(Body|RefusalCode)::(?:Which::)?([A-Z][A-Z0-9_]*)\b)");
  for (const auto& path : filesOf("engine/law", ".c++")) {
    const auto source = parse(path.string(), readAll(path));
    for (const auto& function : functionsOf(source)) {
      Rule rule{path.stem().string(), nameOf(function.head), commentAbove(source, function.line), {}, {}};
      for (size_t i = function.line - 1; i < std::min(function.line - 1 + function.length, source.code.size()); ++i) {
        const auto& code = source.code[i];
        for (std::sregex_iterator at(code.begin(), code.end(), use), end; at != end; ++at)
          if ((*at)[2] != "NONE") ((*at)[1] == "Body" ? rule.kinds : rule.codes).insert((*at)[2]);
      }
      if (auto found = headers.find(rule.name); rule.says.empty() && found != headers.end()) rule.says = found->second;
      if (!rule.codes.empty() || !rule.kinds.empty()) law.rules.push_back(std::move(rule));
    }
  }
}

void readCases(Law& law) {
  const std::regex code(R"(\bR-[A-Z0-9]+(?:-[A-Z0-9]+)*\b)");
  for (const auto& path : filesOf("tests/cases", ".case")) {
    Case made{path.stem().string(), {}, {}, {}};
    bool isAnswer = false;
    for (const auto& line : parse(path.string(), readAll(path)).lines) {
      if (made.title.empty() && line.starts_with("# ")) made.title = line.substr(2);
      const size_t from = line.find_first_not_of(" \t");
      if (from == line.npos || line[from] == '#') continue;
      if (line == "when" || line == "---") isAnswer = line == "---";
      if (!isAnswer) continue;
      made.kinds.insert(line.substr(from, line.find_first_of(" \t", from) - from));
      if (line.starts_with("refused")) made.kinds.insert("attemptRefused");
      for (std::sregex_iterator at(line.begin(), line.end(), code), end; at != end; ++at) made.codes.insert(at->str());
    }
    law.cases.push_back(std::move(made));
  }
}

Law readLaw() {
  Law law;
  for (auto e : capnp::Schema::from<schema::RefusalCode>().getEnumerants()) {
    const std::string name = e.getProto().getName().cStr();
    if (name != "none")
      law.refusals.push_back({name, note(e, CODE), note(e, LAW), note(e, BINDING), note(e, SV), {}, {}});
  }
  for (auto field : capnp::Schema::from<schema::Body>().getUnionFields()) {
    const std::string name = field.getProto().getName().cStr();
    if (name != "none") law.kinds.push_back({name, note(field, SV), note(field, LAW), {}, {}});
  }
  readRules(law);
  readCases(law);
  for (auto& refusal : law.refusals) {
    for (auto& rule : law.rules)
      if (rule.codes.contains(constantOf(refusal.name))) refusal.rules.insert(rule.file + " › " + rule.name);
    for (auto& each : law.cases)
      if (each.codes.contains(refusal.code)) refusal.cases.insert(each.name);
  }
  for (auto& kind : law.kinds) {
    for (auto& rule : law.rules)
      if (rule.kinds.contains(constantOf(kind.name))) kind.rules.insert(rule.file + " › " + rule.name);
    for (auto& each : law.cases)
      if (each.kinds.contains(kind.name)) kind.cases.insert(each.name);
  }
  return law;
}

// --- the page
// ---------------------------------------------------------------------------------------------------------

std::string joined(const Names& names, const std::string& around = "") {
  std::string text;
  for (auto& name : names) text += (text.empty() ? "" : ", ") + around + name + around;
  return text.empty() ? "–" : text;
}

// A table's cell holds no bar.
std::string cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text.empty() ? "–" : text;
}

// "PDL 4 kap. 4 §; SVOD 2 kap. 3 §" names two.
std::vector<std::string> paragraphsIn(const std::string& law) {
  std::vector<std::string> all;
  std::stringstream rest(law);
  for (std::string each; std::getline(rest, each, ';');) {
    const size_t from = each.find_first_not_of(' ');
    if (from != each.npos && each.substr(from) != "–") all.push_back(each.substr(from));
  }
  return all;
}

std::string page(const Law& law) {
  std::ostringstream out;
  out << "# Lagen i programmet\n\nGjord av `tests/tidy/law-page-test.c++` ur schemas/, engine/law/ och tests/cases/; "
         "skriv inte i den.\n"
         "Regler är funktioner i `engine/law/<kapitel>.c++`, fall är filer i `tests/cases/`. Hur lagen lästs där den "
         "lämnar\n"
         "en lucka står i [decisions/0006](decisions/0006-how-the-law-is-read.md).\n\n## Efter paragraf\n\n"
         "| paragraf | nekanden | händelser |\n|---|---|---|\n";
  std::map<std::string, std::pair<Names, Names>> paragraphs;
  for (auto& refusal : law.refusals)
    for (auto& paragraph : paragraphsIn(refusal.law)) paragraphs[paragraph].first.insert(refusal.code);
  for (auto& kind : law.kinds)
    for (auto& paragraph : paragraphsIn(kind.law)) paragraphs[paragraph].second.insert(kind.name);
  for (auto& [paragraph, found] : paragraphs)
    out << "| " << cell(paragraph) << " | " << joined(found.first) << " | " << joined(found.second, "`") << " |\n";

  out << "\n## Efter nekande\n\nI den ordning som avgör vilket som svaras när flera gäller.\n\n"
         "| kod | säger | paragraf | bindande genom | regler | fall |\n|---|---|---|---|---|---|\n";
  for (auto& r : law.refusals)
    out << "| " << r.code << " | " << cell(r.text) << " | " << cell(r.law) << " | " << r.binding << " | "
        << joined(r.rules) << " | " << joined(r.cases) << " |\n";

  out << "\n## Efter händelse\n\n| händelse | heter | paragraf | regler | fall |\n|---|---|---|---|---|\n";
  for (auto& k : law.kinds)
    out << "| `" << k.name << "` | " << cell(k.label) << " | " << cell(k.law) << " | " << joined(k.rules) << " | "
        << joined(k.cases) << " |\n";

  out << "\n## Efter regel\n";
  std::string file;
  std::map<std::string, std::string> codeOf;
  for (auto& r : law.refusals) codeOf[constantOf(r.name)] = r.code;
  for (auto& rule : law.rules) {
    if (rule.codes.empty()) continue;
    if (rule.file != file) out << "\n### " << rule.file << "\n\n| regel | nekar med | säger |\n|---|---|---|\n";
    file = rule.file;
    Names codes;
    for (auto& constant : rule.codes) codes.insert(codeOf.contains(constant) ? codeOf[constant] : constant);
    out << "| `" << rule.name << "` | " << joined(codes) << " | " << cell(rule.says) << " |\n";
  }

  out << "\n## Efter fall\n\n| fall | visar | nekanden |\n|---|---|---|\n";
  for (auto& each : law.cases)
    out << "| " << each.name << " | " << cell(each.title) << " | " << joined(each.codes) << " |\n";
  return out.str();
}

// --- what stands alone
// ------------------------------------------------------------------------------------------------

// Codes that no rule of engine/law answers, each with why; and kinds that no command makes.
const std::map<std::string, std::string> NOT_BY_A_RULE = {
    {"R-DUP", "svaras vid dörren: samma id med ett annat innehåll (engine/prepare)"},
    {"R-EJ-INFORT", "svaras för kommandon som inget kapitel har (engine/law/decide)"},
};

TEST(LawPage, EveryRefusalHasARuleAParagraphAndACase) {
  std::string alone;
  auto law = readLaw();
  ASSERT_GT(law.rules.size(), 50u) << "the sources are not found";
  for (auto& r : law.refusals) {
    if (r.code.empty() || r.text.empty() || r.binding.empty()) alone += "\n  " + r.name + " says nothing";
    if (r.law == "–" && r.binding != "MOTOR" && r.binding != "VARDGIVARE")
      alone += "\n  " + r.code + " has no paragraph";
    if (r.rules.empty() && !NOT_BY_A_RULE.contains(r.code)) alone += "\n  " + r.code + " is answered by no rule";
    if (r.cases.empty() && !r.rules.empty()) alone += "\n  " + r.code + " stands in no case";
  }
  EXPECT_TRUE(alone.empty()) << alone;
}

TEST(LawPage, EveryCaseNamesItsParagraph) {
  std::string alone;
  for (auto& each : readLaw().cases)
    if (each.title.empty() || each.title.find_first_of("§(") == each.title.npos)
      alone += "\n  " + each.name + ": " + each.title;
  EXPECT_TRUE(alone.empty()) << "cases whose first line names no law:" << alone;
}

TEST(LawPage, EveryRuleThatRefusesIsSaidInWords) {
  std::string alone;
  for (auto& rule : readLaw().rules)
    if (!rule.codes.empty() && !rule.name.starts_with("decide") && rule.says.empty())
      alone += "\n  " + rule.file + ".c++ " + rule.name;
  EXPECT_TRUE(alone.empty()) << "rules that refuse and have no comment saying why:" << alone;
}

TEST(LawPage, ThePageIsWhatTheSourcesSay) {
  const auto made = page(readLaw());
  const fs::path path = test::sourceDir() + "/docs/law.md";
  if (test::updatesGoldens()) {
    std::ofstream(path, std::ios::binary) << made;
    return;
  }
  EXPECT_TRUE(readAll(path) == made) << "docs/law.md is not what the sources say: LIGGARE_UPDATE=1 makes it anew";
}

}  // namespace
}  // namespace liggare::tidy
