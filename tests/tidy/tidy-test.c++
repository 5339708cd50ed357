// The style guide as a test, and the test of the style guide: every check is tried on a sample that breaks it.
//
// What a case file must mention (each event kind, each refusal code) is checked in tests/tidy/coverage-test.c++.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/paths.h"
#include "tests/tidy/rules.h"

namespace liggare::tidy {
namespace {

namespace fs = std::filesystem;

std::string readAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool isSkipped(const std::string& name) {
  return name.starts_with("build") || name == ".git" || name == ".cache" || name == "node_modules";
}

// Text files that people wrote, by their path from the root. Goldens, corpora and old schemas are data.
std::vector<Source> sourcesOfRepository() {
  std::vector<Source> sources;
  fs::path root = test::sourceDir();
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator(); ++at) {
    auto path = fs::relative(at->path(), root).string();
    bool isData = path == "tests/golden" || path == "tests/fuzz/corpus" || path == "schemas/history";
    if (at->is_directory() && ((at.depth() == 0 && isSkipped(path)) || isData)) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file() && path != ".git") {  // a file in a second work tree
      sources.push_back(parse(path, readAll(at->path())));
    }
  }
  return sources;
}

const std::vector<Source>& repository() {
  static const auto sources = sourcesOfRepository();
  return sources;
}

bool isCode(const Source& source) {
  return source.path.ends_with(".h") || source.path.ends_with(".c++") || source.path.ends_with(".capnp") ||
         source.path.ends_with(".cpp") || source.path.ends_with(".cc") || source.path.ends_with(".hpp");
}

std::string report(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += "\n  " + finding.path + ":" + std::to_string(finding.line) + "  " + finding.what;
  }
  return text;
}

template <typename Check>
Findings overCode(Check check) {
  Findings all;
  for (const auto& source : repository()) {
    if (!isCode(source)) continue;
    auto found = check(source);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

size_t includeFindings(std::string path, std::string_view text) {
  return checkIncludes(parse(std::move(path), text)).size();
}
size_t bannedFindings(std::string path, std::string_view text) {
  return checkBanned(parse(std::move(path), text)).size();
}
size_t sizeFindings(std::string path, std::string_view text) { return checkSizes(parse(std::move(path), text)).size(); }

// --- the repository --------------------------------------------------------------------------------------------------

TEST(Tidy, TheRepositoryIsFoundAtAll) {
  EXPECT_GT(repository().size(), 20u);
  auto isTime = [](const Source& source) { return source.path == "engine/base/time.h"; };
  EXPECT_TRUE(std::any_of(repository().begin(), repository().end(), isTime));
}
TEST(Tidy, NoFolderKnowsMoreThanItMay) {
  auto findings = overCode(checkIncludes);
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, NoBannedCallStandsInTheCode) {
  auto findings = overCode(checkBanned);
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, LinesFilesAndFunctionsAreShort) {
  auto findings = overCode(checkSizes);
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, FilesHaveTheFormOfTheHouse) {
  auto findings = overCode(checkForm);
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, NothingIsUnfinishedAndNoMachineIsNamed) {
  Findings findings;
  for (const auto& source : repository()) {
    auto found = checkText(source);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, OneNameIsOneType) {
  std::vector<Source> code;
  std::copy_if(repository().begin(), repository().end(), std::back_inserter(code), isCode);
  auto findings = checkTypeNames(code);
  EXPECT_TRUE(findings.empty()) << report(findings);
}
TEST(Tidy, TheReadmeIsReadInOneSitting) {
  for (const auto& source : repository()) {
    if (source.path != "README.md") continue;
    EXPECT_TRUE(checkReadme(source).empty()) << report(checkReadme(source));
  }
}

// --- the checks ------------------------------------------------------------------------------------------------------

TEST(TidyIncludes, ANewArrowIsFound) {
  EXPECT_EQ(includeFindings("engine/law/x.c++", "#include \"engine/log/merkle.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("engine/base/x.c++", "#include \"engine/kv/store.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("engine/log/x.c++", "#include \"engine/journal.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("engine/kv/x.c++", "#include \"schemas/entry.capnp.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("engine/log/x.c++", "#include \"engine/kv/store.h\"\n#include \"engine/log/y.h\"\n"), 0u);
}
TEST(TidyIncludes, TheWriterIsSeenByItsNeighboursOnly) {
  EXPECT_EQ(includeFindings("cli/append.c++", "#include \"engine/writer.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("server/http.c++", "#include \"engine/writer.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("projections/journal.c++", "#include \"engine/writer.h\"\n"), 1u);
  EXPECT_EQ(includeFindings("cli/append.c++", "#include \"engine/journal.h\"\n"), 0u);
  EXPECT_EQ(includeFindings("engine/journal.c++", "#include \"engine/writer.h\"\n"), 0u);
}
TEST(TidyIncludes, OutsideLibrariesLiveInOnePlace) {
  EXPECT_EQ(includeFindings("engine/log/x.c++", "#include <rocksdb/db.h>\n"), 1u);
  EXPECT_EQ(includeFindings("engine/base/x.c++", "#include <openssl/evp.h>\n#include <sodium.h>\n"), 2u);
  EXPECT_EQ(includeFindings("engine/writer.c++", "#include <spdlog/spdlog.h>\n"), 1u);
  EXPECT_EQ(includeFindings("engine/kv/rocks.c++", "#include <rocksdb/db.h>\n"), 0u);
  EXPECT_EQ(includeFindings("cli/main.c++", "#include <spdlog/spdlog.h>\n#include <CLI/CLI.hpp>\n"), 0u);
}
TEST(TidyIncludes, ANeighbourIsIncludedByItsWholePath) {
  EXPECT_EQ(includeFindings("engine/log/x.c++", "#include \"merkle.h\"\n"), 1u);
}

TEST(TidyBanned, EachBanHasASampleThatBreaksIt) {
  EXPECT_EQ(bannedFindings("engine/log/x.c++", "auto r = capnp::readMessageUnchecked<Entry>(p);\n"), 1u);
  EXPECT_EQ(bannedFindings("engine/kv/x.c++", "o.compaction_style = rocksdb::kCompactionStyleFIFO;\n"), 1u);
  EXPECT_EQ(bannedFindings("tests/kv/x-test.c++", "std::this_thread::sleep_for(1s);\n"), 1u);
  EXPECT_EQ(bannedFindings("engine/law/x.c++", "int n = std::rand();\n"), 1u);
  EXPECT_EQ(bannedFindings("engine/law/x.c++", "std::mt19937_64 engine{1};\n"), 1u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "auto now = time(nullptr);\n"), 1u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "auto now = std::chrono::system_clock::now();\n"), 1u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "throw std::runtime_error(\"no\");\n"), 1u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "auto* p = new Thing();\n"), 1u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "  delete p;\n"), 1u);
  EXPECT_EQ(bannedFindings("engine/x.c++", "std::cerr << 1; printf(\"x\");\n"), 2u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "KJ_DBG(x);\n"), 1u);
  EXPECT_EQ(bannedFindings("engine/x.h", "void seal(int a, bool sync);\n"), 1u);
}
TEST(TidyBanned, WhatOnlyLooksBannedPasses) {
  EXPECT_EQ(bannedFindings("cli/x.c++", "// throw std::runtime_error, new Thing, time(nullptr)\n"), 0u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "auto s = \"a new day; throw std::x\";\n"), 0u);
  EXPECT_EQ(bannedFindings("cli/x.c++", "auto s = R\"(system_clock\nnew Thing)\";\n"), 0u);
  EXPECT_EQ(bannedFindings("cli/x.h", "X(const X&) = delete;\nX& operator=(const X&) = delete;\n"), 0u);
  EXPECT_EQ(
      bannedFindings("cli/x.c++", "return std::unique_ptr<Thing>(new Thing(1));  // its constructor is private\n"), 0u);
  EXPECT_EQ(bannedFindings("engine/base/time.c++", "auto now = std::chrono::system_clock::now();\n"), 0u);
  EXPECT_EQ(bannedFindings("engine/x.c++", "std::chrono::steady_clock::now(); int renew = 1; auto t = runtime(0);\n"),
            0u);
  EXPECT_EQ(bannedFindings("engine/x.h", "bool isDue(int day);\nstd::vector<bool> all;\n"), 0u);
}

TEST(TidySizes, ALongLineIsFoundByColumnsNotBytes) {
  EXPECT_EQ(sizeFindings("cli/x.c++", "// " + std::string(118, 'x') + "\n"), 1u);
  std::string swedish;
  for (int i = 0; i < 117; ++i) swedish += "å";
  EXPECT_EQ(sizeFindings("cli/x.c++", "// " + swedish + "\n"), 0u);
}
TEST(TidySizes, ALongFileIsFoundUnlessItIsASchema) {
  std::string text;
  for (int i = 0; i < 601; ++i) text += "\n";
  EXPECT_EQ(sizeFindings("cli/x.c++", text), 1u);
  EXPECT_EQ(sizeFindings("schemas/x.capnp", text), 0u);
}
TEST(TidySizes, ALongFunctionIsFoundWhereverItStands) {
  std::string body;
  for (int i = 0; i < 69; ++i) body += "  if (x) { y(); }\n";
  EXPECT_EQ(sizeFindings("cli/x.c++", "int f(int a) {\n" + body + "}\n"), 1u);
  EXPECT_EQ(
      sizeFindings("cli/x.c++", "namespace a {\nclass B : public C {\n  void f() const {\n" + body + "  }\n};\n}\n"),
      1u);
  EXPECT_EQ(sizeFindings("cli/x.c++", "B::B(int a)\n    : first{a}, second(a) {\n" + body + "}\n"), 1u);
  EXPECT_EQ(sizeFindings("cli/x.c++", "TEST(A, B) {\n" + body + "}\n"), 1u);
  EXPECT_EQ(sizeFindings("cli/x.c++", "int f() {\n}\nint g() {\n" + body.substr(20) + "}\n"), 0u);
  EXPECT_EQ(sizeFindings("cli/x.c++", "const Row ROWS[] = {\n" + body + "};\n"), 0u);
}
TEST(TidySizes, FunctionsAreMeasuredFromHeadToBrace) {
  auto found =
      functionsOf(parse("x.c++", "namespace a {\n\n// why\nint f(int a,\n      int b) {\n  return '{';  // }\n}\n}\n"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 4u);
  EXPECT_EQ(found[0].length, 4u);
}

TEST(TidyForm, NamesAndHeadersAreChecked) {
  EXPECT_EQ(checkForm(parse("cli/AppendVerb.c++", "")).size(), 1u);
  EXPECT_EQ(checkForm(parse("cli/append.cpp", "")).size(), 1u);
  EXPECT_EQ(checkForm(parse("cli/append.h", "int x;\n")).size(), 1u);
  EXPECT_EQ(checkForm(parse("cli/append.h", "#pragma once\nusing namespace std;\n")).size(), 1u);
  EXPECT_EQ(checkForm(parse("cli/append-verb.h", "#pragma once\n")).size(), 0u);
}
TEST(TidyText, UnfinishedWorkAndMachinePathsAreFound) {
  EXPECT_EQ(checkText(parse("docs/x.md", std::string("TODO") + "(now): finish\n")).size(), 1u);
  EXPECT_EQ(checkText(parse("docs/x.md", std::string("see /ho") + "me/anna/liggare\n")).size(), 1u);
  EXPECT_EQ(checkText(parse("docs/x.md", "TODO(soon): see https://example.se/work/x and /var/lib/liggare\n")).size(),
            0u);
}
TEST(TidyTypes, ANameDefinedTwiceIsFoundUnlessItIsNobodysBusiness) {
  auto inSpace = [](std::string path, std::string_view inside) {
    return parse(std::move(path), "namespace a {\n" + std::string(inside) + "}  // namespace a\n");
  };
  auto open = inSpace("x.h", "struct Fact {\n  int a;\n};\n");
  EXPECT_EQ(checkTypeNames({open, inSpace("y.h", "class Fact final : public B {\n};\n")}).size(), 1u);
  EXPECT_EQ(checkTypeNames({open, inSpace("y.h", "namespace {\nstruct Fact {\n};\n}  // namespace\n")}).size(), 0u);
  EXPECT_EQ(checkTypeNames({open, inSpace("y.h", "struct Fact;\nclass B {\n  struct Fact {\n  };\n};\n")}).size(), 0u);
}
TEST(TidyReadme, ALongReadmeIsFound) {
  std::string text;
  for (int i = 0; i < 121; ++i) text += "x\n";
  EXPECT_EQ(checkReadme(parse("README.md", text)).size(), 1u);
  EXPECT_EQ(checkReadme(parse("README.md", text.substr(2))).size(), 0u);
}

}  // namespace
}  // namespace liggare::tidy
