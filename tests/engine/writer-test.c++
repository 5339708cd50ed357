// The commit protocol from outside: who is answered what, when the queue is full, the disk is short or breaks, and the
// clock or the ids are wrong.
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "engine/kv/store.h"
#include "engine/log/opening.h"
#include "tests/engine/small-world.h"

namespace liggare {
namespace {

using test::SmallWorld;

constexpr size_t MANY = 2000;

// What came back, each answer in its own place, however many threads gave them.
class Answers {
 public:
  explicit Answers(size_t count) : outcomes(count), times(count) {}
  std::function<void(Outcome)> at(size_t i) {
    return [this, i](Outcome outcome) {
      outcomes[i] = std::move(outcome);
      ++times[i];
    };
  }
  void expectEachOnce() const {
    for (size_t i = 0; i < times.size(); ++i) ASSERT_EQ(times[i].load(), 1) << "answer " << i;
  }
  size_t count(Outcome::Kind kind) const {
    return static_cast<size_t>(
        std::count_if(outcomes.begin(), outcomes.end(), [&](auto& o) { return o.kind == kind; }));
  }
  size_t recorded() const {
    return static_cast<size_t>(std::count_if(outcomes.begin(), outcomes.end(), [](auto& o) { return o.recorded(); }));
  }
  std::vector<Outcome> outcomes;

 private:
  std::vector<std::atomic<int>> times;
};

std::vector<std::string> manyCommands(SmallWorld& world, size_t count) {
  std::vector<std::string> lines{world.registerProvider("SE2321000131-A000", "14")};
  while (lines.size() < count) lines.push_back(world.adoptAnalysis("SE2321000131-A000"));
  return lines;
}

std::unique_ptr<Journal> openWith(const JournalOptions& options) {
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  EXPECT_TRUE(journal) << fault.why;
  return journal;
}

Outcome ask(Journal& journal, const std::string& line) { return journal.submitAndWait({"demo:test", 1, line, {}}); }

// What is durable is what was answered: the same leaf at the same position.
void expectDurable(Journal& journal, const Answers& answers) {
  for (auto& outcome : answers.outcomes) {
    if (!outcome.recorded()) continue;
    ASSERT_LT(outcome.receipt.position, journal.head());
    ASSERT_EQ(leafHash(encodeEntry(journal.read(outcome.receipt.position)->entry)), outcome.receipt.leaf);
  }
}

}  // namespace

TEST(Writer, AnswersEachOfManyOnceAndAllOfThemLast) {
  SmallWorld world;
  auto& journal = world.open();
  auto lines = manyCommands(world, MANY);
  Answers answers(MANY);
  for (size_t i = 0; i < MANY; ++i) journal.submit({"demo:test", i % 5, lines[i], {}}, answers.at(i));
  journal.waitForRoom(1);
  answers.expectEachOnce();
  ASSERT_EQ(answers.recorded(), MANY);
  Position head = journal.head();
  ASSERT_EQ(head, 2 + MANY);
  auto& again = world.reopen();
  ASSERT_EQ(again.head(), head);
  expectDurable(again, answers);
  for (size_t i = 0; i < MANY; i += 97) {
    auto repeated = world.submit(lines[i]);
    EXPECT_EQ(repeated.kind, Outcome::Kind::DUPLICATE);
    EXPECT_EQ(repeated.receipt.position, answers.outcomes[i].receipt.position);
  }
  EXPECT_EQ(again.head(), head);
}

TEST(Writer, GivesACommandThatComesAgainWhileUnderWayTheSameReceipt) {
  SmallWorld world;
  auto& journal = world.open();
  constexpr size_t SOME = 200;
  auto lines = manyCommands(world, SOME);
  Answers firsts(SOME), repeats(SOME);
  for (size_t i = 0; i < SOME; ++i) {
    journal.submit({"demo:test", 1, lines[i], {}}, firsts.at(i));
    journal.submit({"demo:test", 1, lines[i], {}}, repeats.at(i));
  }
  journal.waitForRoom(1);
  firsts.expectEachOnce();
  repeats.expectEachOnce();
  for (size_t i = 0; i < SOME; ++i) {
    ASSERT_TRUE(firsts.outcomes[i].recorded());
    ASSERT_EQ(repeats.outcomes[i].kind, Outcome::Kind::DUPLICATE);
    ASSERT_EQ(repeats.outcomes[i].receipt.position, firsts.outcomes[i].receipt.position);
    ASSERT_EQ(repeats.outcomes[i].receipt.leaf, firsts.outcomes[i].receipt.leaf) << i;
  }
}

TEST(Writer, AnswersOverloadedWhenTheQueueIsFullAndWritesNothingOfIt) {
  SmallWorld world;
  auto options = world.options();
  options.queueMax = 4;
  auto journal = openWith(options);
  auto lines = manyCommands(world, MANY);
  Answers answers(MANY);
  for (size_t i = 0; i < MANY; ++i) journal->submit({"demo:test", 1, lines[i], {}}, answers.at(i));
  journal->waitForRoom(1);
  answers.expectEachOnce();
  size_t overloaded = answers.count(Outcome::Kind::OVERLOADED);
  ASSERT_GT(overloaded, 0u);
  EXPECT_EQ(answers.recorded() + overloaded, MANY);
  EXPECT_EQ(journal->head(), 2 + answers.recorded());
  for (size_t i = 0; i < MANY; ++i) {  // those who were turned away may come again
    if (answers.outcomes[i].kind != Outcome::Kind::OVERLOADED) continue;
    EXPECT_TRUE(ask(*journal, lines[i]).recorded());
    break;
  }
}

TEST(Writer, KeepsTheOrderOfEachOfManySessions) {
  SmallWorld world;
  constexpr size_t SESSIONS = 8, EACH = 60;
  auto lines = manyCommands(world, SESSIONS * EACH);
  world.open();
  Answers answers(SESSIONS * EACH);
  std::vector<std::thread> clients;
  for (size_t session = 0; session < SESSIONS; ++session)
    clients.emplace_back([&, session] {
      for (size_t i = 0; i < EACH; ++i) {
        size_t n = session * EACH + i;
        world.journal().submit({"demo:test", 100 + session, lines[n], {}}, answers.at(n));
      }
    });
  for (auto& client : clients) client.join();
  world.journal().waitForRoom(1);
  answers.expectEachOnce();
  for (size_t n = 0; n < SESSIONS * EACH; ++n) {
    ASSERT_TRUE(answers.outcomes[n].recorded()) << n;
    if (n % EACH == 0) continue;
    EXPECT_GT(answers.outcomes[n].receipt.position, answers.outcomes[n - 1].receipt.position) << n;
  }
}

TEST(Writer, TurnsAwayIdsFromTheFutureAndFromLongAgo) {
  SmallWorld world;
  auto& journal = world.open();
  auto line = [&](Micros idTime, Micros at) {
    SeededRandom random(static_cast<uint64_t>(idTime));
    return "{\"id\":\"" + uuidText(drawUuid7(idTime, random)) + "\",\"at\":\"" + formatUtc(at) +
           "\",\"actor\":{\"operator\":null},\"adoptRiskAnalysis\":{\"provider\":\"SE2321000131-A000\",\"version\":1,"
           "\"validFrom\":\"2026-11-01T00:00:00Z\",\"reviewBy\":\"2027-11-01T00:00:00Z\"}}";
  };
  Micros at = journal.lastRecordedAt() + HOUR;
  for (Micros idTime : {at + 5 * MINUTE + SECOND, at - 30 * DAY - SECOND}) {
    auto outcome = world.submit(line(idTime, at));
    EXPECT_EQ(outcome.kind, Outcome::Kind::INVALID);
    EXPECT_EQ(outcome.path, "id");
  }
  EXPECT_EQ(journal.head(), 2u);
  EXPECT_TRUE(world.submit(line(at + 4 * MINUTE, at)).recorded());
  EXPECT_TRUE(world.submit(line(at - 29 * DAY, at)).recorded());
}

// The evidence outside the store follows within a second also when no command comes after the last one.
TEST(Writer, WritesTheHeadFileAlsoWhenNothingMoreComes) {
  SmallWorld world;
  auto& journal = world.open();
  for (auto& line : manyCommands(world, 20)) world.submit(line);
  Position head = journal.head();
  std::optional<Head> kept;
  for (int i = 0; i < 100 && (!kept || kept->size < head); ++i) {
    kept = HeadFile::read(headPath(world.where())).newest;
    journal.waitForHead(head, 50'000);
  }
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->size, head);
  EXPECT_EQ(kept->root, journal.rootAt(head));
}

// --- a journal by the server's clock ---------------------------------------------------------------------------------

namespace {

class HandClock : public Clock {
 public:
  explicit HandClock(Micros at) : time(at) {}
  Micros now() override { return time.load(); }
  std::atomic<Micros> time;
};

struct ServedWorld {
  ServedWorld() {
    InitOptions init;
    init.directory = directory.path() + "/journal";
    init.origin = "served.liggare.example/1";
    if (auto fault = Journal::init(init)) KJ_FAIL_REQUIRE("init", fault->why);
    options.directory = init.directory;
    options.clock = &clock;
    journal = openWith(options);
  }
  std::string line(const std::string& members) {
    SeededRandom random(++drawn);
    return "{\"id\":\"" + uuidText(drawUuid7(clock.now(), random)) + "\"," + members +
           "\"actor\":{\"operator\":null},\"adoptRiskAnalysis\":{\"provider\":\"SE2321000131-A000\",\"version\":1,"
           "\"validFrom\":\"2026-11-01T00:00:00Z\",\"reviewBy\":\"2027-11-01T00:00:00Z\"}}";
  }
  test::TemporaryDirectory directory;
  HandClock clock{*dayOf(2190, 1, 1) * DAY};  // later than any genesis
  JournalOptions options;
  std::unique_ptr<Journal> journal;
  uint64_t drawn = 0;
};

}  // namespace

TEST(Writer, TakesTheTimeFromNobodyOutsideADemo) {
  ServedWorld world;
  EXPECT_FALSE(world.journal->isDemo());
  auto outcome = ask(*world.journal, world.line("\"at\":\"2190-01-01T00:00:00Z\","));
  EXPECT_EQ(outcome.kind, Outcome::Kind::INVALID);
  EXPECT_EQ(outcome.path, "at");
  EXPECT_EQ(world.journal->head(), 2u);
  auto recorded = ask(*world.journal, world.line(""));
  ASSERT_TRUE(recorded.recorded());
  EXPECT_EQ(recorded.receipt.recordedAt, world.clock.now());
}

TEST(Writer, NeverRecordsATimeBeforeTheLast) {
  ServedWorld world;
  auto first = ask(*world.journal, world.line(""));
  world.clock.time -= MINUTE;
  auto second = ask(*world.journal, world.line(""));
  EXPECT_EQ(second.receipt.recordedAt, first.receipt.recordedAt);
  world.journal.reset();
  world.journal = openWith(world.options);
  auto third = ask(*world.journal, world.line(""));
  EXPECT_EQ(third.receipt.recordedAt, first.receipt.recordedAt);
  world.clock.time += DAY;
  EXPECT_EQ(ask(*world.journal, world.line("")).receipt.recordedAt, world.clock.now());
}

// --- the disk
// ---------------------------------------------------------------------------------------------------------

TEST(Writer, AnswersStorageBelowTheFloorOfTheDisk) {
  SmallWorld world;
  auto options = world.options();
  options.diskFloorBytes = uint64_t{1} << 62;
  auto journal = openWith(options);
  auto lines = manyCommands(world, 3);
  auto first = ask(*journal, lines[0]);  // how much is free is looked at once a second, first after this one
  EXPECT_TRUE(first.recorded());
  auto second = ask(*journal, lines[1]);
  EXPECT_EQ(second.kind, Outcome::Kind::STORAGE);
  EXPECT_EQ(journal->head(), 3u);
  journal.reset();
  auto roomy = openWith(world.options());
  EXPECT_TRUE(ask(*roomy, lines[1]).recorded());
}

namespace {

// For as long as it lives no file of this process may grow beyond `bytes`: what a broken disk looks like to the writer.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before);
    previous = std::signal(SIGXFSZ, SIG_IGN);
    rlimit now{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, previous);
  }

 private:
  rlimit before{};
  void (*previous)(int);
};

}  // namespace

// A write that fails leaves nobody knowing what the disk holds: everyone under way is told so, nothing more is taken,
// and opening again finds out.
TEST(Writer, StopsAtTheFirstWriteThatFailsAndIsWholeWhenOpenedAgain) {
  SmallWorld world;
  auto lines = manyCommands(world, MANY);
  Answers answers(MANY);
  Position headThen = 0;
  {
    auto journal = openWith(world.options());
    SmallDisk disk(192 * 1024);
    for (size_t i = 0; i < MANY; ++i) {
      journal->waitForRoom(64);
      journal->submit({"demo:test", 1, lines[i], {}}, answers.at(i));
    }
    journal->waitForRoom(1);
    answers.expectEachOnce();
    headThen = journal->head();
    EXPECT_TRUE(journal->read(headThen - 1)) << "reading goes on";
    EXPECT_EQ(ask(*journal, lines[0]).kind, Outcome::Kind::UNKNOWN);
  }
  size_t unknown = answers.count(Outcome::Kind::UNKNOWN);
  ASSERT_GT(unknown, 0u) << "the disk was large enough";
  ASSERT_GT(answers.recorded(), 0u) << "the disk was too small";
  EXPECT_EQ(answers.recorded() + unknown, MANY);

  auto journal = openWith(world.options());
  ASSERT_TRUE(journal);
  EXPECT_GE(journal->head(), headThen);
  expectDurable(*journal, answers);
  for (size_t i = 0; i < MANY; ++i) {  // the same ids again: each is answered, and stands once
    auto outcome = ask(*journal, lines[i]);
    bool stood = answers.outcomes[i].recorded();
    ASSERT_TRUE(outcome.kind == Outcome::Kind::DUPLICATE || (!stood && outcome.recorded())) << i;
    if (!stood) continue;
    ASSERT_EQ(outcome.receipt.position, answers.outcomes[i].receipt.position);
  }
  std::set<CommandTag> seen;
  for (Position p = 2; p < journal->head(); ++p) {
    auto tag = journal->read(p)->entry.commandTag;
    if (tag.isZero()) continue;
    ASSERT_TRUE(seen.insert(tag).second) << "a command stands twice, at " << p;
  }
  EXPECT_EQ(seen.size(), MANY);
}

// A commit holds a megabyte at most, or a single command that is larger: memory, recovery and reading are bounded by
// it.
TEST(Writer, ClosesACommitBeforeItIsLargerThanAMegabyte) {
  constexpr size_t COMMANDS = 90;
  SmallWorld world;
  std::vector<std::string> lines;
  for (size_t i = 0; i < COMMANDS; ++i)
    lines.push_back(world.command("\"actor\":{\"operator\":null},\"registerProvider\":{\"provider\":\"SE2321000131-A" +
                                  std::to_string(100 + i) + "\",\"name\":\"" + std::string(20'000, 'x') +
                                  "\",\"kind\":\"public\",\"region\":\"14\",\"orgNumber\":\"2321000131\"}"));
  Answers answers(COMMANDS);
  {
    auto journal = openWith(world.options());
    ASSERT_TRUE(journal);
    for (size_t i = 0; i < COMMANDS; ++i) journal->submit({"demo:test", 1, lines[i], {}}, answers.at(i));
    journal->waitForRoom(1);
  }
  answers.expectEachOnce();
  ASSERT_EQ(answers.recorded(), COMMANDS);
  std::map<Position, size_t> bytes;  // by the last position of the commit
  auto store = openRocks(logPath(world.where()), RocksProfile::LOG, Mode::READ_ONLY);
  auto cursor = store->cursor();
  for (cursor->seekFirst(); cursor->valid(); cursor->next())
    if (auto key = decodeRowKey(cursor->key())) bytes[key->last] += cursor->value().size();
  size_t most = 0, all = 0;
  for (auto& [last, size] : bytes) most = std::max(most, size), all += size;
  EXPECT_GT(all, 3 * COMMIT_BYTES_MAX) << "too little was written to fill a commit";
  EXPECT_GT(most, COMMIT_BYTES_MAX / 4) << "nothing came together in a commit";
  EXPECT_LE(most, COMMIT_BYTES_MAX + COMMIT_BYTES_MAX / 8);
}

}  // namespace liggare
