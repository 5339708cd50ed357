// Rows: what is kept, that rebuilding gives the same, and where a view stops.
#include "projections/views.h"

#include <capnp/dynamic.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/facts.h"
#include "projections/swedish.h"
#include "tests/projections/view-world.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

using schema::AccessOutcome;
using schema::Body;
using schema::RefusalCode;
using test::keyNumber;
using test::ViewWorld;
using test::winter;

// A small day: notes, corrections, signatures, reads that let through and refuse.
void fill(ViewWorld& world, unsigned notes) {
  Micros at = winter("2026-11-02 08:00");
  for (unsigned i = 0; i < notes; ++i, at += 7 * MINUTE) {
    auto thing = static_cast<uint8_t>(60 + i % 30);
    ViewWorld::Written written;
    written.by = i % 3 == 0 ? ViewWorld::BO_AT_REHAB : ViewWorld::ANNA_AT_CLINIC;
    written.occurredAt = at - (i % 5) * HOUR;
    if (i % 4 == 0) written.violations = {RefusalCode::CONSENT_C1_MISSING};
    Position note = world.note(at, thing, "Text.", written);
    if (i % 2 == 0) world.sign(at + MINUTE, thing);
    if (i % 3 == 1) world.correct(at + 2 * MINUTE, static_cast<uint8_t>(120 + i % 30), thing, "Ny text.", "fel");
    ViewWorld::Read read;
    read.by = i % 2 ? ViewWorld::CLARA_IN_SOUTH : ViewWorld::ANNA_AT_CLINIC;
    read.items = {{note, i % 3 ? AccessOutcome::ALLOW : AccessOutcome::DENY,
                   i % 3 ? RefusalCode::NONE : RefusalCode::INNER_BLOCK}};
    world.read(at + 3 * MINUTE, read);
    if (i % 6 == 0) world.policy(at + 4 * MINUTE, ViewWorld::NORTH, [](auto policy) { policy.setShowDenied(true); });
  }
}

std::vector<Hash> digests(const Views& views) {
  std::vector<Hash> found;
  for (ViewKind view : ALL_VIEWS) found.push_back(views.digest(view));
  return found;
}

struct StoreCase {
  const char* name;
  std::function<std::unique_ptr<Store>(const std::string& path)> open;
};
struct ViewsOver : testing::TestWithParam<StoreCase> {
  test::TemporaryDirectory directory;
  int stores = 0;
  std::unique_ptr<Store> fresh() { return GetParam().open(directory.path() + "/" + std::to_string(stores++)); }
};
INSTANTIATE_TEST_SUITE_P(Stores, ViewsOver,
                         testing::Values(StoreCase{"Memory", [](const std::string&) { return memoryStore(); }},
                                         StoreCase{"Rocks",
                                                   [](const std::string& path) {
                                                     return openRocks(path, RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
                                                   }}),
                         [](const auto& chosen) { return chosen.param.name; });

TEST_P(ViewsOver, RebuiltViewsHaveTheBytesOfThoseKeptEventByEvent) {
  ViewWorld world;
  fill(world, 60);
  Position all = world.head();
  auto kept = fresh(), built = fresh();
  Views live(*kept, world), once(*built, world);
  for (Position head = 1; head < all; head += 1 + head % 7) {
    world.shownHead = head;
    live.catchUp();
    EXPECT_EQ(live.position(), head);
  }
  world.shownHead = 0;
  live.catchUp();
  once.rebuild(std::nullopt);
  EXPECT_EQ(digests(live), digests(once));
  EXPECT_GT(live.rowCount(ViewKind::JOURNAL), 60u);
  auto before = digests(live);
  for (ViewKind view : ALL_VIEWS) live.rebuild(view);
  EXPECT_EQ(digests(live), before);
}

TEST_P(ViewsOver, GoOnFromWhereTheyWereAfterBeingClosed) {
  ViewWorld world;
  fill(world, 10);
  Position all = world.head();
  world.shownHead = all / 2;
  std::string path = directory.path() + "/kept";
  auto store = GetParam().open(path);
  Views(*store, world).catchUp();
  if (std::string_view(GetParam().name) == "Rocks") {
    store.reset();
    store = GetParam().open(path);
  }
  world.shownHead = 0;
  Views again(*store, world);
  again.catchUp();
  EXPECT_EQ(again.position(), all);
  auto other = fresh();
  Views once(*other, world);
  once.rebuild(std::nullopt);
  EXPECT_EQ(digests(again), digests(once));
}

TEST(Views, OfAnotherVersionAreBuiltAnew) {
  ViewWorld world;
  fill(world, 5);
  auto store = memoryStore();
  Views views(*store, world);
  views.catchUp();
  auto right = digests(views);
  Batch batch;
  StoredRow old = rowOf(ViewKind::JOURNAL, ViewCursor{0xFFFF, world.head()});
  batch.put(old.key, old.value);
  Buffer leftOver = journalPrefix(keyNumber(9));
  leftOver.resize(leftOver.size() + 32);
  batch.put(leftOver, Buffer{1});
  store->write(batch, Sync::NO);
  EXPECT_EQ(views.position(), 0u);
  views.catchUp();
  EXPECT_EQ(digests(views), right);
}

TEST(Views, StopAtAKindTheyDoNotKnowAndKeepWhatLiesBefore) {
  ViewWorld world;
  fill(world, 3);
  auto store = memoryStore();
  Views views(*store, world);
  views.catchUp();
  world.note(winter("2026-11-04 08:00"), 61, "Före.");
  Position strange = world.add(winter("2026-11-04 09:00"), static_cast<Body::Which>(4711), [](auto) {});
  world.note(winter("2026-11-04 10:00"), 62, "Efter.");
  for (int tries = 0; tries < 2; ++tries) {
    kj::Maybe<kj::Exception> fault = kj::runCatchingExceptions([&] { views.catchUp(); });
    KJ_IF_MAYBE (e, fault) {
      EXPECT_THAT(e->getDescription().cStr(), testing::HasSubstr("a newer liggare is needed"));
    } else {
      ADD_FAILURE() << "it went past";
    }
    EXPECT_EQ(views.position(), strange);
  }
  auto kept = digests(views);
  EXPECT_TRUE(kj::runCatchingExceptions([&] { views.rebuild(std::nullopt); }) != nullptr);
  EXPECT_EQ(digests(views), kept);
}

TEST(Views, StopAtAnEngineFactOfANewerEngine) {
  ViewWorld world;
  Position strange = world.addEngine(winter("2026-11-02 08:00"), UnknownFact{77});
  auto store = memoryStore();
  Views views(*store, world);
  EXPECT_TRUE(kj::runCatchingExceptions([&] { views.catchUp(); }) != nullptr);
  EXPECT_EQ(views.position(), strange);
}

TEST(Views, StopAtAnEventThatIsMissingWithoutADecision) {
  ViewWorld world;
  Position note = world.note(winter("2026-11-02 08:00"), 61, "Text.");
  world.loseContent(note);
  auto store = memoryStore();
  Views views(*store, world);
  EXPECT_TRUE(kj::runCatchingExceptions([&] { views.catchUp(); }) != nullptr);
  EXPECT_EQ(views.position(), note);
}

TEST(Views, LoseTheRowsOfWhatWasDestroyed) {
  ViewWorld world;
  Position note = world.note(winter("2026-11-02 08:00"), 61, "Text.");
  auto store = memoryStore();
  Views views(*store, world);
  views.catchUp();
  auto rows = [&] {
    size_t count = 0;
    views.journal(keyNumber(ViewWorld::PATIENT), {},
                  [&](const JournalRow& row) { return count += row.position == note, true; });
    return count;
  };
  EXPECT_EQ(rows(), 1u);
  world.destroy(note);
  world.addEngine(winter("2026-11-03 08:00"), DestroyedFact{{note}, 3});
  views.catchUp();
  EXPECT_EQ(rows(), 0u);
  EXPECT_EQ(views.position(), world.head());
}

TEST(Views, HoldNoTextAndNoName) {
  ViewWorld world;
  world.note(winter("2026-11-02 08:00"), 61, "hemligtext");
  auto store = memoryStore();
  Views views(*store, world);
  views.catchUp();
  auto rows = store->cursor();
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    std::string row(asText(rows->key()));
    row += asText(rows->value());
    for (const char* word : {"hemligtext", "Anna", "Tolvan", "19121212", "Region", "vårdcentral"})
      EXPECT_EQ(row.find(word), std::string::npos) << word;
  }
}

TEST(Fold, KnowsEveryKindOfTheSchemaAndNoOther) {
  auto members = capnp::Schema::from<Body>().getUnionFields();
  ViewWorld world;
  Position known = world.add(winter("2026-11-02 08:00"), static_cast<Body::Which>(members.size() - 1), [](auto) {});
  Position next = world.add(winter("2026-11-02 08:00"), static_cast<Body::Which>(members.size()), [](auto) {});
  EXPECT_FALSE(stopsAt(*world.read(known, Open::FACTS)).has_value());
  EXPECT_TRUE(stopsAt(*world.read(next, Open::FACTS)).has_value())
      << "a member was added to Body: look at fold.c++ and facts.c++";
}

// A kind with an empty body is the least there can be to tell: nothing may throw, everything has a Swedish heading.
TEST(Facts, EveryKindCanBeTold) {
  ViewWorld world;
  auto store = memoryStore();
  Views views(*store, world);
  views.catchUp();
  Directory directory(views, world);
  for (auto field : capnp::Schema::from<Body>().getUnionFields()) {
    if (field.getProto().getDiscriminantValue() == 0) continue;
    Position at =
        world.journal(winter("2026-11-02 08:00"), static_cast<Body::Which>(field.getProto().getDiscriminantValue()), {},
                      [&](Body::Builder body) { capnp::DynamicStruct::Builder(body).init(field); });
    Account account = accountOf(*world.read(at, Open::WITH_TEXTS), directory);
    EXPECT_FALSE(account.heading.empty()) << field.getProto().getName().cStr();
  }
}

TEST(Rows, ComeBackAsTheyWent) {
  JournalRow row;
  row.patient = keyNumber(1);
  row.provider = keyNumber(2);
  row.occurredAt = -5;
  row.position = 77;
  row.kind = 53;
  row.offsetMinutes = -120;
  row.recordedAt = 9;
  row.target = test::thingNumber(3);
  row.violations = {41, 43};
  StoredRow stored = rowOf(row);
  EXPECT_EQ(journalRowFrom(stored.key, stored.value), row);
  AccessIndexRow access{AccessBy::OWNER, keyNumber(1), 5, 6, 73, 1, 2, 0, 3, keyNumber(4)};
  StoredRow storedAccess = rowOf(access);
  EXPECT_EQ(accessRowFrom(storedAccess.key, storedAccess.value), access);
  EXPECT_TRUE(kj::runCatchingExceptions([&] { journalRowFrom(stored.key, Bytes(stored.value).first(9)); }) != nullptr);
}

TEST(Rows, SortInstantsBefore1970First) {
  JournalRow before, after;
  before.occurredAt = -1;
  after.occurredAt = 1;
  EXPECT_LT(rowOf(before).key, rowOf(after).key);
}

TEST(Swedish, WritesTimesListsAndCapitals) {
  EXPECT_EQ(enumerated({"a", "b", "c"}), "a, b och c");
  EXPECT_EQ(capitalised("åtkomst"), "Åtkomst");
  EXPECT_EQ(writtenTime({winter("2026-11-02 08:00"), 60}), "2026-11-02 08:00");
  EXPECT_EQ(writtenTime({winter("2026-11-02 08:00"), 120}), "2026-11-02 09:00+02:00");
  EXPECT_EQ(sv(schema::Ground::CARE), "deltar i vården");
  EXPECT_EQ(kindLabel(Body::NOTE_RECORDED), "Anteckning");
}

}  // namespace
}  // namespace liggare
