// Bundles against whoever hands them on: dropping, adding, reordering, renumbering, swapping a part and showing another
// log are each found, and nothing is opened that the order did not ask for.
#include "engine/bundle.h"

#include <gtest/gtest.h>

#include "engine/books.h"
#include "engine/journal-files.h"
#include "engine/record.h"
#include "tests/base/seed.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

using test::DemoJournal;
using Fault = BundleFault::Kind;

SubjectKey keyOf(schema::Id::Reader id) {
  SubjectKey key;
  putBe64(key.bytes.data(), id.getHi());
  putBe64(key.bytes.data() + 8, id.getLo());
  return key;
}

// The patient that most reads are about.
SubjectKey mostRead(Journal& journal) {
  std::map<SubjectKey, size_t> reads;
  for (Position p = 0; p < journal.head(); ++p) {
    auto event = journal.read(p);
    for (auto& part : event->view.patients)
      if (part.isAccess()) ++reads[keyOf(part.getPatient())];
  }
  return std::max_element(reads.begin(), reads.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
}

// One journal, closed once, with entries after the closing; and a bundle of one patient's access log.
struct Scene {
  test::TemporaryDirectory place;
  DemoJournal world{place.path() + "/J"};
  std::vector<std::string> lines = test::simulatedLines(11, 25);
  SubjectKey patient;
  Bundle bundle;
  VerifierKey key;

  Scene() {
    auto& journal = world.open();
    world.feed(lines, 0, lines.size() - 60);
    KJ_REQUIRE(journal.close().outcome.kind == Outcome::Kind::ACCEPTED);
    world.feed(lines, lines.size() - 60, lines.size());
    patient = mostRead(journal);
    bundle = make(order());
    JournalFault fault{};
    key = *parseVerifierKey(readJournalFile(world.where(), fault)->verifierKey);
  }
  BundleOrder order() const {
    BundleOrder out;
    out.book = accessBook(patient);
    out.patient = patient;
    return out;
  }
  Bundle make(const BundleOrder& what) { return std::get<Bundle>(world.journal().bundle(what)); }
  CheckedBundle check(const Bundle& what, const std::optional<Checkpoint>& known = std::nullopt) const {
    return checkBundle(what, std::span(&key, 1), known);
  }
};
Scene& scene() {
  static Scene THE_SCENE;
  return THE_SCENE;
}

struct BundleTest : testing::Test {
  Bundle bundle = scene().bundle;
  size_t counted = scene().check(scene().bundle).counted;

  void expectFault(Fault kind, std::optional<size_t> entry = std::nullopt) {
    std::string why;
    auto again = decodeBundle(encodeBundle(bundle), why);  // as the other side gets it
    ASSERT_TRUE(again) << why;
    auto checked = scene().check(*again);
    ASSERT_TRUE(checked.fault);
    EXPECT_EQ(int(checked.fault->kind), int(kind));
    EXPECT_EQ(checked.fault->entry, entry.value_or(checked.fault->entry));
  }
};

TEST_F(BundleTest, AnHonestOneIsWholeAndTellsWhatIsNotClosedYet) {
  auto checked = scene().check(bundle);
  ASSERT_FALSE(checked.fault) << int(checked.fault->kind) << " " << checked.fault->entry;
  EXPECT_TRUE(checked.isWholeBook());
  EXPECT_GE(checked.counted, 3u);
  EXPECT_EQ(checked.counted + checked.later, bundle.entries.size());
  EXPECT_EQ(checked.bookSize, checked.counted);
  EXPECT_EQ(checked.signedBy, std::vector<std::string>{scene().key.name});
  size_t inBook = 0;
  scene().world.journal().scanBook(bundle.book, 1, [&](const BookRow&) { return ++inBook > 0; });
  EXPECT_EQ(bundle.entries.size(), inBook);
  std::string why, text = encodeBundle(bundle);
  auto again = decodeBundle(text, why);
  ASSERT_TRUE(again) << why;
  EXPECT_EQ(encodeBundle(*again), text);
}

TEST_F(BundleTest, OpensCommonAndThePatientsOwnPartAndNothingElse) {
  size_t opened = 0, actors = 0;
  for (auto& entry : bundle.entries) {
    auto header = decodeSealedHeader(entry.header);
    ASSERT_TRUE(header);
    for (size_t i = 0; i < entry.parts.size(); ++i) {
      auto kind = PartKind(header->parts[i].kind);
      if (entry.parts[i].key) {
        EXPECT_TRUE(kind == PartKind::COMMON || kind == PartKind::PATIENT);
      }
    }
  }
  for (auto& event : scene().check(bundle).events) {
    EXPECT_NE(event.view.common.getKind(), 0u);
    EXPECT_EQ(event.view.texts.size(), 0u);
    EXPECT_FALSE(event.ask);
    ASSERT_EQ(event.view.patients.size(), 1u);
    EXPECT_EQ(keyOf(event.view.patients[0].getPatient()), scene().patient);
    ++opened;
  }
  EXPECT_EQ(opened, bundle.entries.size());
  auto withActors = scene().order();
  withActors.actors = BundleOrder::Actors::SHOWN;
  for (auto& event : scene().check(scene().make(withActors)).events) actors += event.view.actor.isStaff();
  EXPECT_GT(actors, 0u);
  auto closed = scene().order();
  closed.patient = {};
  for (auto& entry : scene().make(closed).entries)
    for (auto& part : entry.parts) EXPECT_FALSE(part.key);
}

TEST_F(BundleTest, DroppingAnEntryIsFound) {
  auto whole = bundle;
  for (size_t i : {size_t(0), size_t(1), counted / 2, counted - 1}) {
    bundle = whole;
    bundle.entries.erase(bundle.entries.begin() + long(i));
    if (i + 1 < whole.entries.size()) expectFault(Fault::LINE, i);
  }
  bundle = whole;
  bundle.entries.resize(counted - 1);  // the last ones: nothing stands after them
  expectFault(Fault::RANGE);
  bundle = whole;
  bundle.entries.clear();
  expectFault(Fault::RANGE);
}

TEST_F(BundleTest, APartOfABookIsNeverTakenForTheWhole) {
  auto order = scene().order();
  order.to = counted - 1;
  auto first = scene().check(scene().make(order));
  EXPECT_FALSE(first.fault);
  EXPECT_FALSE(first.isWholeBook());
  order.from = 2, order.to = UINT64_MAX;
  auto rest = scene().check(scene().make(order));
  EXPECT_FALSE(rest.fault);
  EXPECT_FALSE(rest.isWholeBook());
  EXPECT_EQ(rest.counted, counted - 1);
  order.from = counted + 1;
  if (bundle.entries.size() > counted) {
    auto later = scene().check(scene().make(order));
    EXPECT_FALSE(later.fault);
    EXPECT_EQ(later.counted, 0u);
    EXPECT_FALSE(later.isWholeBook());
  }
}

TEST_F(BundleTest, AddingAnEntryIsFound) {
  auto whole = bundle;
  for (size_t i : {size_t(0), size_t(1), whole.entries.size() / 2, whole.entries.size()}) {
    bundle = whole;
    bundle.entries.insert(bundle.entries.begin() + long(i), whole.entries[i == 0 ? 1 : 0]);
    expectFault(Fault::LINE);
  }
}

TEST_F(BundleTest, ReorderingIsFound) {
  std::swap(bundle.entries[0], bundle.entries[1]);
  expectFault(Fault::LINE, 0);
}

TEST_F(BundleTest, RenumberingIsFound) {
  bundle.from = 2;
  expectFault(Fault::LINE, 0);
  bundle.from = 1;
  bundle.entries[0].line ^= 1;
  expectFault(Fault::LINE, 0);
}

TEST_F(BundleTest, AnotherBooksNameIsFound) {
  bundle.book.bytes[0] ^= 0x80;
  expectFault(Fault::PLACE);
  // A neighbour in the trie that no book has: the proof shows it as absent, and so it has no entries.
  bundle = scene().bundle;
  bundle.book.bytes[15] ^= 1;
  expectFault(Fault::LINE, 0);
}

TEST_F(BundleTest, SwappingAPartIsFound) {
  auto& first = bundle.entries[0].parts;
  auto& second = bundle.entries[1].parts;
  std::swap(first[0], second[0]);
  expectFault(Fault::SEALED, 0);
  bundle = scene().bundle;
  std::swap(bundle.entries[0].parts[0], bundle.entries[0].parts[1]);
  expectFault(Fault::SEALED, 0);
  bundle = scene().bundle;
  bundle.entries[0].parts[0].ciphertext = bundle.entries[1].parts[0].ciphertext;  // under the honest digest
  expectFault(Fault::PART, 0);
  bundle = scene().bundle;
  bundle.entries[0].parts[0].key = bundle.entries[1].parts[0].key;
  expectFault(Fault::PART, 0);
  bundle = scene().bundle;
  bundle.entries[0].header[1] ^= 1;
  expectFault(Fault::SEALED, 0);
}

TEST_F(BundleTest, AnotherEntryOrClosingIsFound) {
  bundle.entries[0].entry[16] ^= 1;
  expectFault(Fault::ENTRY, 0);
  bundle = scene().bundle;
  bundle.closing.back() ^= 1;
  expectFault(Fault::CLOSING);
  bundle = scene().bundle;
  bundle.closing = bundle.entries[0].entry;
  bundle.closingInclusion = bundle.entries[0].inclusion;
  expectFault(Fault::CLOSING);
}

TEST_F(BundleTest, AnotherKeyOrNameIsFound) {
  auto other = scene().key;
  other.publicKey[0] ^= 1;
  auto checked = checkBundle(bundle, std::span(&other, 1));
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(int(checked.fault->kind), int(Fault::CHECKPOINT));
  bundle.origin += "x";
  expectFault(Fault::CHECKPOINT);
}

// The log's owner signs two histories with one key: whoever holds a checkpoint of the one sees it in a bundle of the
// other.
TEST_F(BundleTest, EquivocatingIsFoundByWhoHoldsAnEarlierCheckpoint) {
  test::TemporaryDirectory place;
  DemoJournal one(place.path() + "/one");
  auto lines = test::simulatedLines(12, 8);
  one.open();
  one.feed(lines, 0, lines.size() / 2);
  one.close();
  DemoJournal two(place.path() + "/two", one);
  JournalFault fault{};
  auto key = *parseVerifierKey(readJournalFile(one.where(), fault)->verifierKey);
  auto known = [&](DemoJournal& from) { return *openCheckpoint(from.journal().checkpoint(), key.name, {&key, 1}); };
  one.open();
  auto shared = known(one);
  one.feed(lines, lines.size() / 2, lines.size());
  auto ofOne = known(one);
  two.open();
  two.feed(lines, lines.size() / 2 + 3, lines.size());  // the other history leaves something out
  auto& journal = two.journal();
  journal.close();
  two.feed(test::simulatedLines(13, 8), 0, 200);
  BundleOrder order;
  order.patient = mostRead(journal);
  order.book = accessBook(order.patient);
  auto check = [&](const Checkpoint& seen) {
    order.sinceSize = seen.head.size;
    return checkBundle(std::get<Bundle>(journal.bundle(order)), std::span(&key, 1), seen);
  };
  auto continued = check(shared);
  EXPECT_FALSE(continued.fault);
  EXPECT_EQ(continued.since, CheckedBundle::Since::CONTINUED);
  ASSERT_LE(ofOne.head.size, journal.head());
  auto forked = check(ofOne);
  ASSERT_TRUE(forked.fault);
  EXPECT_EQ(int(forked.fault->kind), int(Fault::FORKED));
  order.sinceSize = 0;
  auto without = checkBundle(std::get<Bundle>(journal.bundle(order)), std::span(&key, 1), shared);
  EXPECT_FALSE(without.fault);
  EXPECT_EQ(without.since, CheckedBundle::Since::NO_PROOF);
}

TEST_F(BundleTest, ABookThatHasNothingIsShownAsAbsent) {
  BundleOrder order;
  order.book.bytes.fill(0x5a);
  auto checked = scene().check(scene().make(order));
  EXPECT_FALSE(checked.fault);
  EXPECT_EQ(checked.bookSize, 0u);
  EXPECT_TRUE(checked.isWholeBook());
  order.book = bundle.book;
  order.from = 10'000;
  EXPECT_EQ(std::get<NoBundle>(scene().world.journal().bundle(order)), NoBundle::NO_NUMBERS);
}

TEST_F(BundleTest, EveryDigitThatIsChangedIsFound) {
  const uint64_t seed = testSeed(20261129);
  SeededRandom random(seed);
  const std::string text = encodeBundle(bundle);
  const size_t sinceAt = text.find("\"sinceSize\"");  // nobody asked for it here
  for (uint64_t round = 0; round < 250; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    std::string changed = text;
    size_t at = random.below(text.size());
    if (at >= sinceAt && at < sinceAt + 40) continue;
    constexpr std::string_view DIGITS = "0123456789abcdef\"[]{},:";
    char to = DIGITS[random.below(DIGITS.size())];
    if (to == changed[at] || std::isspace(static_cast<unsigned char>(changed[at]))) continue;
    changed[at] = to;
    std::string why;
    auto decoded = decodeBundle(changed, why);
    if (!decoded) {
      EXPECT_FALSE(why.empty());
      continue;
    }
    EXPECT_TRUE(scene().check(*decoded).fault) << "byte " << at << ": " << text.substr(at > 20 ? at - 20 : 0, 40);
  }
}

TEST_F(BundleTest, HostileBytesAreRefusedInOneSentence) {
  for (std::string bytes : {"", "{}", "[]", "null", "{\"liggareBundle\":2}", "\xff\xfe", "{\"liggareBundle\":1",
                            "{\"origin\":1,\"liggareBundle\":1}"}) {
    std::string why;
    EXPECT_FALSE(decodeBundle(bytes, why)) << bytes;
    EXPECT_FALSE(why.empty());
  }
  std::string why, text = encodeBundle(bundle);
  EXPECT_FALSE(decodeBundle(std::string(2'000'000, '['), why));
  text.insert(1, "\"extra\":1,");
  EXPECT_FALSE(decodeBundle(text, why));
}

}  // namespace
}  // namespace liggare
