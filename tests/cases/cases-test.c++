// Every tests/cases/*.case is a test of its own, named after its file. The form is in README.md.

#include <gtest/gtest.h>
#include <kj/debug.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/cases/case-answer.h"
#include "tests/cases/case-command.h"
#include "tests/cases/case-file.h"
#include "tests/support/law-world.h"
#include "tests/support/paths.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

std::string casesFolder() { return sourceDir() + "/tests/cases"; }

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(casesFolder())) {
    if (entry.path().extension() == ".case") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A world and how it is spoken of; copied for each `when`.
struct Stage {
  LawWorld world{2026};
  CaseSpeaker speaker;

  LawAnswer send(const CaseLine& line) {
    const auto command = speaker.say(line);
    KJ_CONTEXT("command", line.number, command.json);
    return world.submit(command.json, command.at, command.client);
  }
  // What is given must be lawful; nothing when it was.
  std::string give(const std::vector<CaseLine>& lines, const std::string& path) {
    for (const auto& line : lines) {
      const auto answer = send(line);
      const bool isAccepted =
          answer.kind == LawAnswer::Kind::DECIDED && answer.decision == law::Decision::Kind::ACCEPTED;
      if (isAccepted && answer.replayProblem.empty()) continue;
      return path + ":" + std::to_string(line.number) + ": given is not accepted: " + line.text + "\n" +
             asText(tell(answer, world, speaker.names)) + answer.replayProblem;
    }
    return {};
  }
  std::string prepare(const CaseFile& file) {
    if (!file.world.empty()) {
      auto problem = prepare(readCase(casesFolder() + "/" + file.world + ".world"));
      if (!problem.empty()) return problem;
    }
    speaker.beginCase();
    for (const auto& [name, text] : file.names) speaker.names.texts[name] = text;
    return give(file.given, file.path);
  }
};

// Worlds are played once and copied.
const Stage* playedWorld(const std::string& name, std::string& problem) {
  struct Played {
    Stage stage;
    std::string problem;
  };
  static std::map<std::string, Played> played;
  auto [place, isNew] = played.try_emplace(name);
  if (isNew) {
    CaseFile file;
    file.world = name;
    place->second.problem = place->second.stage.prepare(file);
  }
  problem = place->second.problem;
  return &place->second.stage;
}

// A shortage of facts is fine, a wrong one is not.
bool agreesWith(const CaseWhen& when, const std::vector<CaseAnswer>& told) {
  if (when.answers.size() != told.size()) return false;
  for (size_t i = 0; i < told.size(); ++i) {
    if (!agrees(when.answers[i], told[i])) return false;
  }
  return true;
}

std::string asText(const std::vector<CaseAnswer>& answers) {
  std::string text;
  for (const auto& answer : answers) text += asText(answer);
  return text;
}

// Later parts first, so that indices of the earlier stay right.
void rewrite(const CaseFile& file, const std::map<size_t, std::vector<CaseAnswer>>& changed) {
  auto lines = file.lines;
  for (auto change = changed.rbegin(); change != changed.rend(); ++change) {
    const auto& when = file.whens[change->first];
    auto text = asText(change->second);
    if (!text.empty()) text.pop_back();
    if (when.answersFrom == 0) {
      lines.insert(lines.begin() + ptrdiff_t(when.commandsTo), "---\n" + text);
    } else {
      const auto at = lines.begin() + ptrdiff_t(when.answersFrom);
      lines.insert(lines.erase(at, lines.begin() + ptrdiff_t(when.answersTo)), text);
    }
  }
  std::ofstream out(file.path, std::ios::binary | std::ios::trunc);
  for (const auto& line : lines) out << line << "\n";
}

class Case : public testing::TestWithParam<std::string> {};

TEST_P(Case, ComesOutAsWritten) {
  const auto file = readCase(casesFolder() + "/" + GetParam() + ".case");
  ASSERT_FALSE(file.whens.empty()) << "a case asks something";
  std::string problem;
  Stage given = file.world.empty() ? Stage() : *playedWorld(file.world, problem);
  ASSERT_TRUE(problem.empty()) << problem;
  CaseFile own = file;
  own.world.clear();
  problem = given.prepare(own);
  ASSERT_TRUE(problem.empty()) << problem;

  std::map<size_t, std::vector<CaseAnswer>> changed;
  for (size_t i = 0; i < file.whens.size(); ++i) {
    Stage stage = given;
    std::vector<CaseAnswer> told;
    for (const auto& line : file.whens[i].commands) {
      const auto answer = stage.send(line);
      EXPECT_EQ(answer.replayProblem, "") << file.path << ":" << line.number << ": " << line.text;
      told.push_back(tell(answer, stage.world, stage.speaker.names));
    }
    if (agreesWith(file.whens[i], told)) continue;
    changed[i] = told;
    if (!updatesGoldens()) {
      ADD_FAILURE() << file.path << ":" << file.whens[i].answersFrom << ": # " << file.title << "\n"
                    << "expected\n"
                    << asText(file.whens[i].answers) << "but was\n"
                    << asText(told);
    }
  }
  if (updatesGoldens() && !changed.empty()) rewrite(file, changed);
}

std::string testName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Cases, Case, testing::ValuesIn(caseNames()), testName);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Case);

}  // namespace
}  // namespace liggare::test
