#include "tests/crash/crash-points.h"

#include <kj/debug.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare::test {

namespace fs = std::filesystem;

const std::vector<std::string> CRASH_WORKLOADS{
    "creation", "lone",  "batches", "day",      "checkpoints", "reopening", "recovery",   "closing",    "backup",
    "restore",  "views", "export",  "rotation", "in-flight",   "flush",     "compaction", "destruction"};

namespace {

constexpr size_t HANDS = 4;  // an examination waits now and then

std::string linesTogether(const std::vector<std::string>& lines) {
  std::string out;
  for (auto& line : lines) out += line + "\n";
  return out;
}

}  // namespace

QuickDirectory::QuickDirectory() {
  std::error_code none;
  fs::path memory = "/dev/shm";
  bool there = fs::is_directory(memory, none) && fs::space(memory, none).available > (1u << 30);
  std::string pattern = ((there ? memory : fs::temp_directory_path()) / "liggare-crash-XXXXXX").string();
  KJ_REQUIRE(mkdtemp(pattern.data()) != nullptr, "no directory to work in", pattern);
  where = pattern;
}

QuickDirectory::~QuickDirectory() {
  std::error_code ignored;
  fs::remove_all(where, ignored);
}

uint64_t countFromEnvironment(const char* name, uint64_t usual) {
  const char* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : usual;
}

CrashStage::CrashStage(std::string workload) : name(std::move(workload)) {
  auto ran = runProgram(binaryDir() + "/points-child", {"record", name, place.path() + "/recorded", file()});
  KJ_REQUIRE(ran.code == 0, "the workload could not be recorded", name, ran.err);
  changing = std::strtoull(ran.out.c_str(), nullptr, 10);
}

std::vector<CrashPoint> CrashStage::choose(size_t count, uint64_t seed, size_t passed) const {
  auto recording = trace();
  std::vector<uint64_t> moments;
  for (uint64_t at = 0; at < recording.ops.size(); ++at)
    if (recording.ops[at].kind != DiskOp::Kind::MARK) moments.push_back(at);
  moments.push_back(recording.ops.size());
  SeededRandom random(seed);
  std::vector<CrashPoint> out;
  for (uint64_t round = 0; out.size() < passed + count; ++round) {
    std::vector<CrashPoint> all;
    for (uint64_t at : moments)
      for (DiskModel model : ALL_DISK_MODELS)
        if (round == 0 || isDrawn(model)) all.push_back({at, model, random.next()});
    for (size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
    all.resize(std::min(all.size(), passed + count - out.size()));
    out.insert(out.end(), all.begin(), all.end());
  }
  out.erase(out.begin(), out.begin() + ptrdiff_t(passed));
  std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.order() < b.order(); });
  return out;
}

// Each process takes its share, in the order given. One that dies has broken on the line after its last answer.
std::vector<Examined> CrashStage::ask(const std::string& mode, const std::vector<std::string>& lines) const {
  std::vector<std::vector<Examined>> shares(HANDS);
  std::vector<std::thread> hands;
  for (size_t hand = 0; hand < HANDS; ++hand)
    hands.emplace_back([&, hand] {
      std::vector<std::string> mine;
      for (size_t i = hand * lines.size() / HANDS; i < (hand + 1) * lines.size() / HANDS; ++i) mine.push_back(lines[i]);
      if (mine.empty()) return;
      std::string root = place.path() + "/disk" + std::to_string(hand);
      std::vector<std::string> words{mode, name};
      if (mode == "replay") words.push_back(file());
      words.push_back(root);
      auto ran = runProgram(binaryDir() + "/points-child", words, linesTogether(mine));
      auto answers = linesOf(ran.out);
      for (size_t i = 0; i < mine.size() && i < answers.size(); ++i) {
        std::string rest = answers[i].substr(std::min(answers[i].size(), mine[i].size() + 1));
        size_t space = std::min(rest.find(' '), rest.size());
        shares[hand].push_back(
            {mine[i], rest.starts_with("fresh"), rest.substr(std::min(rest.size(), space + 1))});
      }
      if (answers.size() < mine.size())
        shares[hand].push_back({mine[answers.size()], true,
                                "the process ended with " + std::to_string(ran.code) + ": " + ran.err.substr(0, 400)});
    });
  for (auto& hand : hands) hand.join();
  std::vector<Examined> out;
  for (auto& share : shares) out.insert(out.end(), share.begin(), share.end());
  return out;
}

std::vector<Examined> CrashStage::examine(std::vector<CrashPoint> points) const {
  std::vector<std::string> lines;
  for (auto& p : points)
    lines.push_back(std::to_string(p.at) + " " + std::to_string(int(p.model)) + " " + std::to_string(p.seed));
  return ask("replay", lines);
}

std::vector<Examined> CrashStage::fail(const std::vector<std::string>& lines) const { return ask("fault", lines); }

}  // namespace liggare::test
