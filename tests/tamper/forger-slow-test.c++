// Thirty ways to forge a log with the product's own library, each at many places, each also with every book counted
// anew: verify finds all of them by the checkpoints that others hold, names a place no later than the checkpoint that
// covers it, and never cries over a log that is only written in other commits.
//
//   LIGGARE_CLEAN=N   so many clean logs instead of 200
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "engine/journal-open.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/verify.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"
#include "tests/support/demo-journal.h"
#include "tests/support/program.h"
#include "tests/tamper/forger.h"

namespace liggare {
namespace {

using test::ForgedRecord;
using test::ForgedRecords;

constexpr uint64_t SIZE = 400, APART = 40;  // entries, and between checkpoints
constexpr size_t PLACES = 40;
constexpr const char* ORIGIN = "liggare.test/log";

// Changes the records at a place; whether there was anything to change.
using Forge = bool (*)(ForgedRecords& records, size_t at, SeededRandom& random);
struct Operator {
  const char* name;
  Forge forge;
};

bool reseal(ForgedRecord& record, SeededRandom& random) {
  LogKit kit(random.next());
  SealedHalf half = kit.half(2, 60);
  record.sealed = encodeSealedHalf(half);
  record.fields.sealedDigest = sealedDigest(half);
  return true;
}
ForgedRecord another(const ForgedRecord& like, SeededRandom& random) {
  ForgedRecord out = like;
  random.fill(out.fields.eventId.bytes);
  reseal(out, random);
  return out;
}
// Times are made to fit again, as a forger would.
void settleTimes(ForgedRecords& records) {
  for (size_t i = 1; i < records.size(); ++i)
    records[i].fields.recordedAt = std::max(records[i].fields.recordedAt, records[i - 1].fields.recordedAt);
}

const Operator OPERATORS[] = {
    {"a later time", [](auto& r, size_t at, auto&) { return r[at].fields.recordedAt += 1, true; }},
    {"an earlier time", [](auto& r, size_t at, auto&) { return r[at].fields.recordedAt -= 1, true; }},
    {"all times later",
     [](auto& r, size_t at, auto&) {
       for (size_t i = at; i < r.size(); ++i) r[i].fields.recordedAt += 3'600'000'000;
       return true;
     }},
    {"another event id",
     [](auto& r, size_t at, auto& random) { return random.fill(r[at].fields.eventId.bytes), true; }},
    {"another command",
     [](auto& r, size_t at, auto& random) { return random.fill(r[at].fields.commandTag.bytes), true; }},
    {"another event, resealed", [](auto& r, size_t at, auto& random) { return reseal(r[at], random); }},
    {"an event taken out of its entry",
     [](auto& r, size_t at, auto&) {
       bool had = !r[at].sealed.empty();
       r[at].sealed.clear();
       r[at].fields.sealedDigest = {};
       return had;
     }},
    {"an entry left out", [](auto& r, size_t at, auto&) { return r.erase(r.begin() + ptrdiff_t(at)), true; }},
    {"five entries left out",
     [](auto& r, size_t at, auto&) {
       if (at + 5 > r.size()) return false;
       return r.erase(r.begin() + ptrdiff_t(at), r.begin() + ptrdiff_t(at + 5)), true;
     }},
    {"the end left out", [](auto& r, size_t at, auto&) { return r.resize(at), true; }},
    {"an entry put in",
     [](auto& r, size_t at, auto& random) {
       return r.insert(r.begin() + ptrdiff_t(at), another(r[at], random)), true;
     }},
    {"an entry twice",
     [](auto& r, size_t at, auto&) { return r.insert(r.begin() + ptrdiff_t(at), ForgedRecord(r[at])), true; }},
    {"two neighbours changed about",
     [](auto& r, size_t at, auto&) { return at + 1 < r.size() && (std::swap(r[at], r[at + 1]), true); }},
    {"two far apart changed about",
     [](auto& r, size_t at, auto&) { return at + 30 < r.size() && (std::swap(r[at], r[at + 30]), true); }},
    {"an entry moved to the end",
     [](auto& r, size_t at, auto&) {
       std::rotate(r.begin() + ptrdiff_t(at), r.begin() + ptrdiff_t(at + 1), r.end());
       return at + 1 < r.size();
     }},
    {"the last entry moved here",
     [](auto& r, size_t at, auto&) {
       std::rotate(r.begin() + ptrdiff_t(at), r.end() - 1, r.end());
       return at + 1 < r.size();
     }},
    {"ten entries backwards",
     [](auto& r, size_t at, auto&) {
       return at + 10 <= r.size() &&
              (std::reverse(r.begin() + ptrdiff_t(at), r.begin() + ptrdiff_t(at + 10)), true);
     }},
    {"a line left out",
     [](auto& r, size_t at, auto&) { return r[at].lines.size() > 1 && (r[at].lines.pop_back(), true); }},
    {"a line put in",
     [](auto& r, size_t at, auto& random) {
       Line line{{}, 1, {}};
       random.fill(line.book.bytes);
       random.fill(line.salt);
       return r[at].lines.push_back(line), true;
     }},
    {"a line in another book",
     [](auto& r, size_t at, auto& random) { return random.fill(r[at].lines.back().book.bytes), true; }},
    {"another salt", [](auto& r, size_t at, auto& random) { return random.fill(r[at].lines.front().salt), true; }},
    {"another number", [](auto& r, size_t at, auto&) { return r[at].lines.front().salt[0] ^= 1, true; }},
    {"lines in another order",
     [](auto& r, size_t at, auto&) {
       return r[at].lines.size() > 1 && (std::swap(r[at].lines.front(), r[at].lines.back()), true);
     }},
    {"lines of a neighbour",
     [](auto& r, size_t at, auto&) {
       return at + 1 < r.size() && (std::swap(r[at].lines, r[at + 1].lines), true);
     }},
    {"an event of a neighbour",
     [](auto& r, size_t at, auto&) {
       if (at + 1 >= r.size() || r[at].sealed == r[at + 1].sealed) return false;
       std::swap(r[at].sealed, r[at + 1].sealed);
       std::swap(r[at].fields.sealedDigest, r[at + 1].fields.sealedDigest);
       return true;
     }},
    {"a copy of the entry before",
     [](auto& r, size_t at, auto&) { return at > 0 && (r[at] = r[at - 1], true); }},
    {"a fork from here",
     [](auto& r, size_t at, auto& random) {
       for (size_t i = at; i < r.size(); ++i) r[i] = another(r[i], random);
       return true;
     }},
    {"rolled back and grown again",
     [](auto& r, size_t at, auto& random) {
       r.resize(at);
       while (r.size() < SIZE + 20)
         r.push_back(another(r.empty() ? ForgedRecord{} : r[random.below(r.size())], random));
       for (auto& record : r)
         if (record.lines.empty()) record.lines.push_back({});
       return true;
     }},
    {"a destruction that was never decided",
     [](auto& r, size_t at, auto&) {
       r[at].sealed.clear();
       r[at].fields.sealedDigest = {};
       r[at].fields.commandTag = {};
       r[at].fields.engine = DestroyedFact{{at / 2}, at / 2};
       return true;
     }},
    {"a closing that was never made",
     [](auto& r, size_t at, auto&) {
       r[at].sealed.clear();
       r[at].fields.sealedDigest = {};
       r[at].fields.commandTag = {};
       r[at].fields.engine = ClosingFact{sha256(asBytes("made up")), at, 0};
       return true;
     }},
    {"an engine's word turned into an event",
     [](auto& r, size_t at, auto& random) {
       random.fill(r[at].fields.commandTag.bytes);
       return reseal(r[at], random);
     }},
};

struct ForgerTest : testing::Test {
  Scratch outside;  // what others hold: checkpoints, and a head file
  ClearLines lines;
  TestSigner signer;
  LogPlace place{outside.path(), ORIGIN, {signer.verifierKey()}};
  ForgedRecords original;

  void SetUp() override {
    LogKit kit(17);
    Log log(memoryStore(), lines, emptyHead());
    kit.fill(log, SIZE);
    original = test::recordsOf(log);
    CheckpointShelf shelf(checkpointsPath(outside.path()));
    for (uint64_t size = APART; size <= SIZE; size += APART)
      shelf.add(signCheckpoint({ORIGIN, log.headAt(size), {}}, signer));
    HeadFile::create(headPath(outside.path()), log.durable());
  }
  VerifyReport verify(const ForgedRecords& records, size_t together) {
    Log log(memoryStore(), lines, emptyHead());
    test::writeRecords(log, records, together);
    return verifyLog(log, {Depth::FULL, LinesOpen::AT_HAND, place});
  }
};

}  // namespace

TEST_F(ForgerTest, CannotChangeWhatOthersHoldACheckpointOf) {
  SeededRandom random(1);
  std::map<Damage, size_t> kinds;
  size_t cases = 0, nothingToChange = 0;
  enum class Books : uint8_t { AS_THEY_COME, COUNTED_ANEW };
  for (auto& forgery : OPERATORS) {
    for (size_t i = 0; i < PLACES; ++i) {
      for (Books books : {Books::AS_THEY_COME, Books::COUNTED_ANEW}) {
        size_t at = i < 2 ? i * (SIZE - 1) : random.below(SIZE);
        ForgedRecords forged = original;
        bool changes = forgery.forge(forged, at, random);
        // What only comes after everything that was promised is growth, whoever wrote it.
        bool grows = forged.size() >= SIZE && std::equal(original.begin(), original.end(), forged.begin());
        if (!changes || grows) {
          ++nothingToChange;
          continue;
        }
        settleTimes(forged);
        if (books == Books::COUNTED_ANEW) test::renumber(forged);
        auto report = verify(forged, 1 + random.below(200));
        ++cases;
        ASSERT_FALSE(report.whole()) << forgery.name << " at " << at;
        size_t reach = std::min(original.size(), forged.size()), changed = 0;
        while (changed < reach && original[changed] == forged[changed]) ++changed;
        uint64_t covering = (changed / APART + 1) * APART;
        auto first = *report.first();
        EXPECT_LT(first.position, covering) << forgery.name << " at " << at << ": " << first.what;
        EXPECT_GE(first.position, changed) << forgery.name << " at " << at << ": " << first.what;
        ++kinds[first.kind];
      }
    }
  }
  std::printf("%zu forgeries by %zu operators, each found (%zu times there was nothing to change); first found as",
              cases, std::size(OPERATORS), nothingToChange);
  for (auto& [kind, count] : kinds) std::printf("  %s %zu", name(kind), count);
  std::printf("\n");
  EXPECT_GE(cases, 1200u);
}

TEST_F(ForgerTest, IsNotSeenWhereNothingIsForged) {
  size_t clean = 0;
  for (size_t together = 1; together <= COMMIT_ENTRIES_MAX; together += 3, ++clean) {
    auto report = verify(original, together);
    ASSERT_TRUE(report.whole()) << together << ": " << report.first()->what;
  }
  const char* wanted = std::getenv("LIGGARE_CLEAN");
  const uint64_t logs = wanted ? std::strtoull(wanted, nullptr, 10) : 200;
  for (uint64_t seed = 0; seed < logs; ++seed, ++clean) {
    LogKit kit(1000 + seed);
    Log log(memoryStore(), lines, emptyHead());
    kit.fill(log, 1 + seed % 200 * 3);
    auto report = verifyLog(log, {Depth::FULL, LinesOpen::AT_HAND, {}});
    ASSERT_TRUE(report.whole()) << seed << ": " << report.first()->what;
  }
  std::printf("%zu clean logs, no false alarm\n", clean);
}

// The forger here has everything: the keys, the checkpoints, and nobody outside holds any. He leaves a patient's line
// out, counts every book anew and signs. Only the events themselves contradict him.
TEST(Forger, ABookLineLeftOutOnPurposeIsFoundByOpeningTheEvents) {
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto commands = test::simulatedLines(7, 2);
  demo.open();
  demo.feed(commands, 0, std::min<size_t>(60, commands.size()));
  demo.close();
  Position victim = 0;
  {
    JournalOptions options;
    options.directory = demo.where();
    JournalFault fault{};
    auto parts = openParts(options, systemRandom(), fault);
    ASSERT_TRUE(parts) << fault.why;
    auto records = test::recordsOf(*parts->log);
    for (victim = records.size() - 1; victim > 0 && records[victim].lines.size() < 3; --victim) continue;
    ASSERT_GT(victim, 0u) << "no event stands in three books";
    records[victim].lines.pop_back();
    test::renumber(records);
    parts->log.reset();
    for (auto* part : {"/log", "/head", "/checkpoints", "/index"}) std::filesystem::remove_all(demo.where() + part);
    createLog(demo.where());
    LogPlace forged{demo.where(), parts->file.origin, {parts->keys->verifierKey()}};
    auto log = std::move(std::get<OpenedLog>(openLog(forged, *parts->lineSealer, Access::WRITE)).log);
    test::writeRecords(*log, records, 50, parts->vault->version());
    HeadFile(headPath(demo.where())).write(log->durable());
    CheckpointShelf(checkpointsPath(demo.where()))
        .add(signCheckpoint({parts->file.origin, log->durable(), {}}, *parts->keys));
  }
  auto full = test::runLiggare({"verify", demo.where(), "--full"});
  EXPECT_EQ(full.code, 0) << "he who has every key forges a log that is whole by itself: " << full.out << full.err;
  auto open = test::runLiggare({"verify", demo.where(), "--full", "--open"});
  EXPECT_EQ(open.code, 5) << open.out;
  EXPECT_NE((open.out + open.err).find(std::to_string(victim)), std::string::npos) << open.out << open.err;
}

}  // namespace liggare
