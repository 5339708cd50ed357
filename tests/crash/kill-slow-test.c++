// A writer is killed without warning, again and again, on one journal. The oracle knows every acknowledgement, because
// it lives in another process:
//
//   I1  every acknowledged event is at its position with its leaf hash
//   I2  positions are dense and recordedAt never decreases (verify)
//   I3  every present event was issued, and each command at most once, also after it is asked again
//   I4  what survives is a prefix: nothing acknowledged lies above anything lost
//   I5  every root that a checkpoint or receipt named is still the root at that size
#include <gtest/gtest.h>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "tests/crash/commands.h"
#include "tests/support/paths.h"

extern char** environ;

namespace liggare {

namespace {

uint64_t fromEnvironment(const char* name, uint64_t usual) {
  const char* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : usual;
}

struct Acknowledged {
  Position position;
  std::string leaf;
};

class Oracle {
 public:
  void hear(const std::string& line) {
    std::istringstream in(line);
    char what;
    uint64_t n;
    in >> what >> n;
    if (what == 'I') issued = std::max(issued, n + 1);
    if (what == 'A') {
      Acknowledged a;
      in >> a.position >> a.leaf;
      acknowledged[n] = a;
    }
    ASSERT_NE(what, 'F') << line;
    ASSERT_NE(what, 'N') << line;
  }
  uint64_t issued = 0;
  std::map<uint64_t, Acknowledged> acknowledged;
};

// Starts the child, listens until `acks` acknowledgements have come, kills it, and hears what is left in the pipe.
void runAndKill(const std::string& directory, uint64_t from, uint64_t acks, Oracle& oracle) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::string program = test::binaryDir() + "/append-child", start = std::to_string(from);
  char* words[] = {program.data(), const_cast<char*>(directory.c_str()), start.data(), nullptr};
  pid_t child = 0;
  ASSERT_EQ(posix_spawn(&child, program.c_str(), &actions, nullptr, words, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  FILE* said = ::fdopen(ends[0], "r");
  char line[512];
  uint64_t heard = 0;
  while (std::fgets(line, sizeof line, said)) {
    if (std::string_view(line).back() != '\n') break;  // cut by the kill: never said
    oracle.hear(line);
    if (line[0] == 'A' && ++heard == acks) ::kill(child, SIGKILL);
  }
  std::fclose(said);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
}

void check(Journal& journal, const Oracle& oracle) {
  for (auto& [n, a] : oracle.acknowledged) {
    ASSERT_LT(a.position, journal.head()) << "acknowledged and lost: command " << n;
    ASSERT_EQ(toHex(leafHash(encodeEntry(journal.read(a.position)->entry))), a.leaf)
        << "another entry stands at " << a.position;
  }
  std::set<CommandTag> seen;
  CommandTag before;
  for (Position p = 2; p < journal.head(); ++p) {
    auto tag = journal.read(p)->entry.commandTag;
    if (tag == before) continue;
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

}  // namespace

TEST(Crash, AKilledWriterLosesNothingThatWasAcknowledged) {
  uint64_t rounds = fromEnvironment("LIGGARE_CRASH_ROUNDS", 12);
  uint64_t seed = fromEnvironment("LIGGARE_SEED", 1);
  SCOPED_TRACE("LIGGARE_SEED=" + std::to_string(seed));
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  std::string directory = place.path() + "/journal";
  InitOptions init;
  init.directory = directory;
  init.origin = "crash.liggare.example/1";
  init.clocked = InitOptions::Clocked::BY_COMMANDS;
  init.demoStart = test::CRASH_START;
  ASSERT_FALSE(Journal::init(init));
  Oracle oracle;
  for (uint64_t round = 0; round < rounds; ++round) {
    runAndKill(directory, oracle.issued, 1 + random.below(400), oracle);
    if (HasFatalFailure()) return;
    JournalOptions options;
    options.directory = directory;
    JournalFault fault{};
    auto journal = Journal::open(options, fault);
    ASSERT_TRUE(journal) << "round " << round << ": " << fault.why;
    check(*journal, oracle);
    if (HasFatalFailure()) return;
    // The newest command, answered or not, is asked again: it exists once afterwards.
    auto again = journal->submitAndWait({"demo:crash", 0, test::crashCommand(oracle.issued - 1), {}});
    ASSERT_TRUE(again.kind == Outcome::Kind::DUPLICATE || again.recorded());
    auto known = oracle.acknowledged.find(oracle.issued - 1);
    bool same = known == oracle.acknowledged.end() || again.receipt.position == known->second.position;
    ASSERT_TRUE(same) << "answered with another position after the kill";
    oracle.acknowledged[oracle.issued - 1] = {again.receipt.position, toHex(again.receipt.leaf)};
  }
  std::printf("%llu kills, %zu acknowledged events, none lost\n", static_cast<unsigned long long>(rounds),
              oracle.acknowledged.size());
}

}  // namespace liggare
