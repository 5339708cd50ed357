#include "tests/tamper/victim.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

extern char** environ;

namespace liggare::test {

namespace fs = std::filesystem;

namespace {

constexpr int CHANGED = 5;
constexpr uint64_t SEED = 20261102;
constexpr size_t COMMANDS = 90;
constexpr size_t HANDS = 4;  // a child mostly waits for the disk

// How the child ended, and the line it said.
struct Said {
  int status = 0;
  std::string line;
};

Said runChild(const std::string& directory, OpenedFor opened) {
  int ends[2];
  KJ_SYSCALL(::pipe2(ends, O_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = binaryDir() + "/verify-child", mode = opened == OpenedFor::WRITING ? "write" : "read";
  char* words[] = {program.data(), mode.data(), const_cast<char*>(directory.c_str()), nullptr};
  pid_t child = 0;
  int error = posix_spawn(&child, program.c_str(), &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  KJ_REQUIRE(error == 0, "verify-child does not start: is it built?", error);
  Said said;
  std::array<char, 512> block;
  for (ssize_t n; (n = ::read(ends[0], block.data(), block.size())) > 0;)
    said.line.append(block.data(), static_cast<size_t>(n));
  ::close(ends[0]);
  KJ_SYSCALL(::waitpid(child, &said.status, 0));
  return said;
}

// Feeds some commands and closes: what was in the write-ahead log before this opening is in a table after it.
void feedPart(DemoJournal& demo, const std::vector<std::string>& lines, size_t from, size_t to) {
  demo.open();
  demo.feed(lines, from, to);
  demo.close();
}

}  // namespace

std::string_view fateName(Fate fate) {
  switch (fate) {
    case Fate::CHANGED: return "exit 5";
    case Fate::REFUSED: return "refused";
    case Fate::ABORTED: return "aborted";
    case Fate::SAME: return "same content";
    case Fate::LIED: return "LIED";
    case Fate::BROKE: break;
  }
  return "BROKE";
}

Victim::Victim(Ended ended) : directory(place.path() + "/journal"), olderDirectory(place.path() + "/older") {
  DemoJournal demo(directory);
  auto lines = simulatedLines(SEED, 3);
  lines.resize(COMMANDS);
  feedPart(demo, lines, 0, COMMANDS / 3);
  fs::copy(directory, olderDirectory, fs::copy_options::recursive);
  feedPart(demo, lines, COMMANDS / 3, 2 * COMMANDS / 3);
  demo.open();
  if (ended == Ended::UNSIGNED) {
    for (size_t i = 2 * COMMANDS / 3; i < COMMANDS; ++i) demo.submit(lines[i]);
  }
  demo.feed(lines, ended == Ended::UNSIGNED ? COMMANDS : 2 * COMMANDS / 3, COMMANDS);
  end = {demo.journal().head(), demo.journal().rootAt(demo.journal().head())};
  if (ended != Ended::CLOSED) {  // what a killed process leaves: nothing is closed, and the log not yet in tables
    if (ended == Ended::KILLED) demo.journal().checkpoint();
    DemoJournal left(place.path() + "/left", demo);
    demo.close();
    fs::remove_all(directory);
    fs::rename(left.where(), directory);
  }
  demo.close();
  auto said = runChild(directory, OpenedFor::READING);
  KJ_REQUIRE(said.status == 0 && !said.line.empty(), "the untouched journal is not whole", said.status);
  untouched = said.line;
}

std::string Victim::origin() const { return "test.liggare.example/1"; }

std::vector<std::string> Victim::files() const {
  std::vector<std::string> found;
  for (auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string name = entry.path().filename();
    bool diary = name == "LOCK" || name == "lock" || name == "LOG" || name.starts_with("LOG.old");
    if (entry.is_regular_file() && !diary) found.push_back(fs::relative(entry.path(), directory));
  }
  std::sort(found.begin(), found.end());
  return found;
}

Fate Victim::tryOne(const Damaging& damaging, const std::string& copy) const {
  fs::remove_all(copy);
  fs::copy(directory, copy, fs::copy_options::recursive);
  fs::copy(directory + ".keys", copy + ".keys", fs::copy_options::overwrite_existing);
  damaging.damage(copy);
  auto said = runChild(copy, damaging.opened);
  if (WIFSIGNALED(said.status)) return WTERMSIG(said.status) == SIGABRT ? Fate::ABORTED : Fate::BROKE;
  int code = WEXITSTATUS(said.status);
  if (code == CHANGED) return Fate::CHANGED;
  if (code == 0) return said.line == untouched ? Fate::SAME : Fate::LIED;
  return code == 3 ? Fate::REFUSED : Fate::BROKE;
}

std::vector<Fate> Victim::tryAll(const std::vector<Damaging>& damages) const {
  std::vector<Fate> fates(damages.size(), Fate::BROKE);
  std::atomic<size_t> next{0};
  std::vector<std::thread> hands;
  for (size_t hand = 0; hand < HANDS; ++hand)
    hands.emplace_back([&, copy = place.path() + "/copy" + std::to_string(hand)] {
      for (size_t i; (i = next.fetch_add(1)) < damages.size();) fates[i] = tryOne(damages[i], copy);
    });
  for (auto& hand : hands) hand.join();
  return fates;
}

namespace {

// "log/000012.sst byte 7 xor 1" → "log/*.sst": what the counts are told by.
std::string kindOf(const std::string& what) {
  std::string kind;
  for (char c : what.substr(0, what.find(' '))) {
    bool digit = c >= '0' && c <= '9';
    if (!digit)
      kind += c;
    else if (kind.empty() || kind.back() != '*')
      kind += '*';
  }
  return kind;
}

}  // namespace

void judge(const std::vector<Damaging>& damages, const std::vector<Fate>& fates) {
  std::map<std::string, std::map<Fate, size_t>> counts;
  for (size_t i = 0; i < fates.size(); ++i) {
    ++counts[kindOf(damages[i].what)][fates[i]];
    ++counts["in all"][fates[i]];
    const char* mode = damages[i].opened == OpenedFor::WRITING ? ", opened for writing" : "";
    EXPECT_NE(fates[i], Fate::LIED) << damages[i].what << mode << ": a shorter or different log was told as whole";
    EXPECT_NE(fates[i], Fate::BROKE) << damages[i].what << mode;
  }
  for (auto& [kind, byFate] : counts) {
    std::printf("  %-24s", kind.c_str());
    for (auto& [fate, count] : byFate) std::printf("  %s %zu", std::string(fateName(fate)).c_str(), count);
    std::printf("\n");
  }
}

}  // namespace liggare::test
