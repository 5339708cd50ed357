// The law's examples cover the law: each kind of event that some command decides, and each code the engine can answer,
// stands in the answer of at least one tests/cases/*.case.
//
// What is decided and answered is read from the sources: `Body::CONSENT_GIVEN` and `RefusalCode::CONSENT_C1_MISSING`.

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

#include "schemas/event.capnp.h"
#include "schemas/refusal.capnp.h"
#include "tests/support/paths.h"
#include "tests/tidy/source-text.h"

namespace liggare::tidy {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// Kinds that no command decides, and codes that no case can show, each with why.
const std::map<std::string, std::string> NOT_IN_CASES = {
    {"operatorCommissioned", "written by init, before there are commands"},
};

std::string readAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// CONSENT_C1_MISSING to consentC1Missing.
std::string camelCase(const std::string& constant) {
  std::string name;
  bool isUpper = false;
  for (const char c : constant) {
    if (c == '_') {
      isUpper = true;
    } else {
      name += isUpper ? c : char(std::tolower(c));
      isUpper = false;
    }
  }
  return name;
}

// Constants after `prefix` in the code of engine/ and engine/law/, comments left out.
Names usedConstants(const std::string& prefix) {
  const std::regex use("\\b" + prefix + "::(?:Which::)?([A-Z][A-Z0-9_]*)\\b");
  Names names;
  for (const char* folder : {"engine", "engine/law"}) {
    for (const auto& entry : fs::directory_iterator(test::sourceDir() + "/" + folder)) {
      if (entry.path().extension() != ".c++") continue;
      for (const auto& line : parse(entry.path().string(), readAll(entry.path())).code) {
        for (std::sregex_iterator at(line.begin(), line.end(), use), end; at != end; ++at)
          names.insert(camelCase((*at)[1]));
      }
    }
  }
  names.erase("none");
  return names;
}

// First words of answer lines, and codes of refusals and violations wherever they stand in an answer.
struct Told {
  Names kinds, codes;
};
Told toldInCases() {
  const std::regex code("\\bR-[A-Z0-9]+(?:-[A-Z0-9]+)*\\b");
  Told told;
  for (const auto& entry : fs::directory_iterator(test::sourceDir() + "/tests/cases")) {
    if (entry.path().extension() != ".case") continue;
    bool isAnswer = false;
    for (const auto& line : parse(entry.path().string(), readAll(entry.path())).lines) {
      const size_t from = line.find_first_not_of(" \t");
      if (from == line.npos || line[from] == '#') continue;
      if (line == "when" || line == "---") isAnswer = line == "---";
      if (!isAnswer) continue;
      const auto word = line.substr(from, line.find_first_of(" \t", from) - from);
      told.kinds.insert(word == "refused" ? "attemptRefused" : word);
      for (std::sregex_iterator at(line.begin(), line.end(), code), end; at != end; ++at) told.codes.insert(at->str());
    }
  }
  return told;
}

std::string codeOf(capnp::EnumSchema::Enumerant enumerant) {
  for (auto note : enumerant.getProto().getAnnotations()) {
    if (note.getId() == 0xc9d8e7f6a5b40619) return note.getValue().getText().cStr();  // $code
  }
  return {};
}

TEST(Coverage, EveryEventKindThatIsDecidedStandsInACase) {
  const auto used = usedConstants("Body");
  const auto told = toldInCases();
  std::string missing;
  size_t kinds = 0;
  for (auto field : capnp::Schema::from<schema::Body>().getUnionFields()) {
    const std::string name = field.getProto().getName().cStr();
    if (!used.contains(name) || NOT_IN_CASES.contains(name)) continue;
    ++kinds;
    if (!told.kinds.contains(name)) missing += "\n  " + name;
  }
  EXPECT_GT(kinds, 10u) << "the sources are not found";
  EXPECT_TRUE(missing.empty()) << "event kinds without a case:" << missing;
}

TEST(Coverage, EveryCodeThatIsAnsweredStandsInACase) {
  const auto used = usedConstants("RefusalCode");
  const auto told = toldInCases();
  std::string missing;
  size_t codes = 0;
  for (auto enumerant : capnp::Schema::from<schema::RefusalCode>().getEnumerants()) {
    const std::string name = enumerant.getProto().getName().cStr(), code = codeOf(enumerant);
    if (!used.contains(name) || NOT_IN_CASES.contains(name)) continue;
    ++codes;
    if (!told.codes.contains(code)) missing += "\n  " + code + " (" + name + ")";
  }
  EXPECT_GT(codes, 10u) << "the sources are not found";
  EXPECT_TRUE(missing.empty()) << "refusal codes without a case:" << missing;
}

}  // namespace
}  // namespace liggare::tidy
