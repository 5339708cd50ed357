#include "tests/crash/append-oracle.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <sstream>

#include "tests/crash/commands.h"
#include "tests/support/paths.h"

extern char** environ;

namespace liggare::test {

void AppendOracle::hear(const std::string& line) {
  std::istringstream in(line);
  char what = 0;
  uint64_t n = 0;
  in >> what >> n;
  if (what == 'I') issued = std::max(issued, n + 1);
  if (what == 'A') {
    Acknowledged a;
    in >> a.position >> a.leaf;
    acknowledged[n] = a;
  }
  std::string outcome;
  if (what == 'N') in >> outcome;
  bool noRoom = outcome == "storage" || outcome == "unknown";
  refusedForRoom += noRoom;
  ASSERT_NE(what, 'F') << line;
  ASSERT_TRUE(what != 'N' || noRoom) << line;
}

void makeAppendJournal(const std::string& directory) {
  InitOptions init;
  init.directory = directory;
  init.origin = "crash.liggare.example/1";
  init.clocked = InitOptions::Clocked::BY_COMMANDS;
  init.demoStart = CRASH_START;
  KJ_REQUIRE(!Journal::init(init), "the journal could not be made", directory);
}

AppendChild::AppendChild(const std::string& directory, uint64_t from) {
  int ends[2];
  KJ_SYSCALL(::pipe2(ends, O_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = binaryDir() + "/append-child", start = std::to_string(from);
  char* words[] = {program.data(), const_cast<char*>(directory.c_str()), start.data(), nullptr};
  int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  KJ_REQUIRE(failed == 0, "append-child does not start: is it built?", failed);
  said = ends[0];
}

AppendChild::~AppendChild() {
  if (said >= 0) ::close(said);
  if (child <= 0) return;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

// Hears what has come, whole lines only: one cut by a kill was never said. False at the end.
bool AppendChild::readSome(AppendOracle& oracle) {
  char block[4096];
  ssize_t n = ::read(said, block, sizeof block);
  if (n <= 0) return false;
  unfinished.append(block, size_t(n));
  size_t from = 0;
  for (size_t end; (end = unfinished.find('\n', from)) != std::string::npos; from = end + 1)
    oracle.hear(unfinished.substr(from, end - from));
  unfinished.erase(0, from);
  return true;
}

void AppendChild::hear(AppendOracle& oracle, uint64_t acknowledgements) {
  const size_t enough = oracle.acknowledged.size() + acknowledgements;
  const uint64_t before = oracle.refusedForRoom;
  while (oracle.acknowledged.size() < enough && oracle.refusedForRoom == before && readSome(oracle)) continue;
}

void AppendChild::stop(AppendOracle& oracle) {
  KJ_SYSCALL(::kill(child, SIGSTOP));
  int status = 0;
  KJ_SYSCALL(::waitpid(child, &status, WUNTRACED));
  if (!WIFSTOPPED(status)) child = 0;
  pollfd more{said, POLLIN, 0};
  while (::poll(&more, 1, 0) > 0 && (more.revents & POLLIN) != 0 && readSome(oracle)) continue;
}

void AppendChild::goOn() { KJ_SYSCALL(::kill(child, SIGCONT)); }

int AppendChild::kill(AppendOracle& oracle) {
  KJ_SYSCALL(::kill(child, SIGKILL));
  while (readSome(oracle)) continue;
  int status = 0;
  KJ_SYSCALL(::waitpid(child, &status, 0));
  child = 0;
  return status;
}

void expectKept(Journal& journal, const AppendOracle& oracle) {
  for (auto& [n, a] : oracle.acknowledged) {
    ASSERT_LT(a.position, journal.head()) << "acknowledged and lost: command " << n;
    ASSERT_EQ(toHex(leafHash(encodeEntry(journal.read(a.position)->entry))), a.leaf)
        << "another entry stands at " << a.position;
  }
  std::set<CommandTag> seen;
  CommandTag before;
  for (Position p = 2; p < journal.head(); ++p) {
    auto tag = journal.read(p)->entry.commandTag;
    if (tag.isZero() || tag == before) continue;  // zero: the engine's own word
    ASSERT_TRUE(seen.insert(tag).second) << "a command stands twice, at " << p;
    before = tag;
  }
  ASSERT_LE(seen.size(), oracle.issued) << "an event that nobody asked for";
  VerifyOptions options;
  options.depth = Depth::FULL;
  options.place = {journal.directory(), journal.origin(), {}};
  auto report = journal.verify(options, {});
  ASSERT_TRUE(report.whole()) << report.first()->what;
}

}  // namespace liggare::test
