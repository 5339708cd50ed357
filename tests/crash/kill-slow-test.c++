// A writer is killed without warning, again and again, on one journal: nothing that was acknowledged is lost
// (append-oracle.h).
//
//   LIGGARE_CRASH_ROUNDS=N   so many kills instead of 12
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdio>

#include "tests/base/seed.h"
#include "tests/crash/append-oracle.h"
#include "tests/crash/commands.h"
#include "tests/crash/crash-points.h"
#include "tests/support/paths.h"

namespace liggare {

TEST(Crash, AKilledWriterLosesNothingThatWasAcknowledged) {
  const uint64_t rounds = test::countFromEnvironment("LIGGARE_CRASH_ROUNDS", 12), seed = testSeed(1);
  LIGGARE_TRACE_SEED(seed, 0);
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  std::string directory = place.path() + "/journal";
  test::makeAppendJournal(directory);
  test::AppendOracle oracle;
  for (uint64_t round = 0; round < rounds; ++round) {
    test::AppendChild child(directory, oracle.issued);
    child.hear(oracle, 1 + random.below(400));
    ASSERT_TRUE(WIFSIGNALED(child.kill(oracle))) << "the child ended by itself";
    ASSERT_EQ(oracle.refusedForRoom, 0u);
    if (HasFatalFailure()) return;
    JournalOptions options;
    options.directory = directory;
    JournalFault fault{};
    auto journal = Journal::open(options, fault);
    ASSERT_TRUE(journal) << "round " << round << ": " << fault.why;
    test::expectKept(*journal, oracle);
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
