// What the journal keeps in memory is what the log says: state by books and by order, decisions asked again, and a
// journal that was closed now and then beside one that never was.
#include <gtest/gtest.h>

#include <set>

#include "engine/books.h"
#include "engine/fragments.h"
#include "engine/intake/same-event.h"
#include "engine/law/chapter.h"
#include "tests/property/runs.h"
#include "tests/support/demo-journal.h"
#include "tests/support/state-dump.h"

namespace liggare {
namespace {

std::string dumpOf(const Fragments& fragments, const law::FragmentKey& key) {
  switch (key.kind) {
    case law::FragmentKind::PATIENT: return test::dump(*fragments.patient(key.subject));
    case law::FragmentKind::COMMISSION: return test::dump(*fragments.commission(key.subject));
    case law::FragmentKind::PROVIDER: return test::dump(*fragments.provider(key.subject));
    case law::FragmentKind::REGION: return test::dump(*fragments.region(key.subject));
    case law::FragmentKind::ARCHIVE: return test::dump(*fragments.archive(key.subject));
    case law::FragmentKind::REVIEW: return test::dump(*fragments.review(key.subject));
  }
  return {};
}

// --- by books and by order -------------------------------------------------------------------------------------------

void booksFoldToTheSameState(uint64_t seed) {
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 4);
  auto& journal = demo.open();
  demo.feed(lines, 0, lines.size());
  std::set<law::FragmentKey> keys;
  Fragments inOrder(1 << 20);
  for (Position p = 0; p < journal.head(); ++p) {
    auto event = journal.read(p);
    for (auto& key : law::touched(event->view)) {
      if (keys.insert(key).second) inOrder.putEmpty(key);
      inOrder.evolveOne(key, event->view);
    }
  }
  ASSERT_GT(keys.size(), 20u);
  for (auto& key : keys) {
    Fragments byBook(16);
    byBook.putEmpty(key);
    Number last = 0;
    journal.scanBook(fragmentBook(key), 1, [&](const BookRow& row) {
      EXPECT_EQ(row.number, ++last) << "a gap in a book";
      byBook.evolveOne(key, journal.read(row.position)->view);
      return true;
    });
    auto kept = dumpOf(inOrder, key), folded = dumpOf(byBook, key);
    ASSERT_EQ(kept, folded) << test::firstDifference(kept, folded);
  }
}

// --- decided again ---------------------------------------------------------------------------------------------------

// Folds the log and decides each command again from its reduced form, on the state that it met.
class Replay {
 public:
  explicit Replay(Journal& j) : journal(j), state(1 << 20) {}

  void run() {
    for (Position p = 0; p < journal.head();) {
      auto first = journal.read(p, Open::WITH_ASK);
      std::vector<OpenedEvent> events{std::move(*first)};
      while (p + events.size() < journal.head()) {
        auto next = journal.read(p + events.size(), Open::FACTS);
        if (events.front().entry.commandTag.isZero() || next->entry.commandTag != events.front().entry.commandTag)
          break;
        events.push_back(std::move(*next));
      }
      if (events.front().ask) decideAgain(events);
      if (::testing::Test::HasFatalFailure()) return;
      for (auto& event : events) fold(event.view);
      p += events.size();
    }
  }
  uint64_t decisions = 0, refusals = 0;

 private:
  Journal& journal;
  Fragments state;

  void decideAgain(const std::vector<OpenedEvent>& events) {
    auto& first = events.front();
    auto ask = first.ask->getCommand();
    std::vector<law::FragmentKey> needed;
    while (!(needed = law::missing(state, ask)).empty())
      for (auto& key : needed) state.putEmpty(key);
    auto decision = law::decide(state, ask, first.ask->getClient().cStr(), first.entry.recordedAt);
    SCOPED_TRACE("position " + std::to_string(first.entry.position));
    ++decisions;
    if (decision.kind == law::Decision::Kind::REFUSED) ++refusals;
    ASSERT_EQ(decision.events.size(), events.size());
    for (size_t i = 0; i < events.size(); ++i)
      compare(events[i].view, decision.events[i]->getRoot<schema::Event>().asReader());
  }

  void compare(const law::EventView& stored, schema::Event::Reader again) {
    EXPECT_EQ(stored.common.getKind(), again.getCommon().getKind());
    EXPECT_EQ(intake::differsApartFromTexts(stored.common, again.getCommon()), "");
    EXPECT_EQ(intake::differsApartFromTexts(stored.actor, again.getActor()), "");
    ASSERT_EQ(stored.patients.size(), again.getPatients().size());
    for (uint32_t i = 0; i < again.getPatients().size(); ++i)
      EXPECT_EQ(intake::differsApartFromTexts(stored.patients[i], again.getPatients()[i]), "");
  }

  void fold(const law::EventView& event) {
    for (auto& key : law::touched(event)) {
      if (!state.has(key)) state.putEmpty(key);
      state.evolveOne(key, event);
    }
  }
};

void everyDecisionIsMadeAgain(uint64_t seed) {
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 5);
  auto& journal = demo.open();
  auto outcomes = demo.feed(lines, 0, lines.size());
  Replay replay(journal);
  replay.run();
  size_t recorded = 0;
  for (auto& outcome : outcomes) recorded += outcome.recorded();
  EXPECT_EQ(replay.decisions, recorded);
  EXPECT_GT(replay.decisions, 400u);
}

// --- in its books ----------------------------------------------------------------------------------------------------

void everyEventStandsInItsBooks(uint64_t seed) {
  test::TemporaryDirectory place;
  test::DemoJournal demo(place.path() + "/journal");
  auto lines = test::simulatedLines(seed, 4);
  auto& journal = demo.open();
  demo.feed(lines, 0, lines.size());
  std::map<BookId, Number> last;
  for (Position p = 1; p < journal.head(); ++p) {
    auto event = journal.read(p);
    std::vector<BookId> stands;
    for (auto& line : event->lines) {
      stands.push_back(line.book);
      ASSERT_EQ(line.number, ++last[line.book]) << "position " << p;
    }
    Books books = booksOf(event->view);
    books.others.insert(books.others.begin(), books.stream.stream);
    ASSERT_EQ(stands, books.others) << "position " << p;
  }
}

// --- closed now and then ---------------------------------------------------------------------------------------------

void expectSame(const Outcome& one, const Outcome& other) {
  ASSERT_EQ(one.kind, other.kind);
  EXPECT_EQ(one.code, other.code);
  EXPECT_EQ(one.arguments, other.arguments);
  EXPECT_EQ(one.earlier, other.earlier);
  EXPECT_EQ(one.kinds, other.kinds);
  EXPECT_EQ(one.receipt.position, other.receipt.position);
  EXPECT_EQ(one.receipt.events, other.receipt.events);
  EXPECT_EQ(one.receipt.version, other.receipt.version);
  EXPECT_EQ(one.receipt.event, other.receipt.event);
  EXPECT_EQ(one.receipt.leaf, other.receipt.leaf);
}

// Both draw the same bytes, so nothing may differ, least of all the root.
void reopenedGoesOnAsIfNeverClosed(uint64_t seed) {
  SeededRandom random(seed);
  test::TemporaryDirectory place;
  test::DemoJournal steady(place.path() + "/steady");
  test::DemoJournal closing(place.path() + "/closing", steady);
  test::SharedRandom steadyDraws(seed), closingDraws(seed);
  steady.open(&steadyDraws);
  closing.open(&closingDraws);
  auto lines = test::simulatedLines(seed, 3);
  size_t closings = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (random.below(20) == 0) {
      closing.close();
      if (random.below(3) == 0) std::filesystem::remove_all(closing.where() + "/index");
      closing.open(&closingDraws);
      ++closings;
    }
    SCOPED_TRACE("line " + std::to_string(i + 1) + " after " + std::to_string(closings) + " closings");
    expectSame(steady.submit(lines[i]), closing.submit(lines[i]));
    if (::testing::Test::HasFailure()) return;
  }
  Position head = steady.journal().head();
  ASSERT_EQ(closing.journal().head(), head);
  EXPECT_EQ(closing.journal().rootAt(head), steady.journal().rootAt(head));
  for (Position p = 0; p < head; ++p)
    ASSERT_EQ(test::retold(*closing.journal().read(p, Open::ALL)), test::retold(*steady.journal().read(p, Open::ALL)));
}

}  // namespace

TEST(Property, FoldedByBooksIsTheStateFoldedInOrder) { test::forEachHistory(2, booksFoldToTheSameState); }
TEST(Property, EveryDecisionIsMadeAgainFromItsAsk) { test::forEachHistory(2, everyDecisionIsMadeAgain); }
TEST(Property, EveryEventStandsInExactlyItsBooks) { test::forEachHistory(2, everyEventStandsInItsBooks); }
TEST(Property, AReopenedJournalGoesOnAsOneThatNeverClosed) { test::forEachHistory(1, reopenedGoesOnAsIfNeverClosed); }

}  // namespace liggare
