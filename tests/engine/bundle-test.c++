// Bundles against whoever hands them on: dropping, adding, reordering, renumbering, swapping a part and showing another
// log are each found in every book there is, and nothing is opened that the order did not ask for.
#include "engine/bundle.h"

#include <gtest/gtest.h>

#include "engine/books.h"
#include "engine/journal-files.h"
#include "engine/law/chapter.h"
#include "engine/log/attestation.h"
#include "engine/record.h"
#include "tests/base/seed.h"
#include "tests/log/log-kit.h"
#include "tests/support/bundled-day.h"

namespace liggare {
namespace {

using law::subjectKey;
using test::BundledDay;
using test::DemoJournal;
using test::judged;
using test::Verdict;
using Fault = BundleFault::Kind;
using Of = BundleOrder::Of;
using Person = CheckedBundle::Person;

BundledDay& day() {
  static test::TemporaryDirectory place;
  static BundledDay theDay(place.path() + "/J");
  return theDay;
}

CheckedBundle asRead(const Bundle& bundle) {
  std::string why;
  auto again = decodeBundle(encodeBundle(bundle), why);  // as the other side gets it
  EXPECT_TRUE(again) << why;
  return day().check(again ? *again : bundle);
}

struct EveryBundle : testing::TestWithParam<std::string> {};

TEST_P(EveryBundle, IsWholeWhenItIsHonest) {
  Bundle bundle = day().make(GetParam());
  auto checked = asRead(bundle);
  ASSERT_FALSE(checked.fault) << int(checked.fault->kind) << " " << checked.fault->book << " " << checked.fault->entry;
  EXPECT_EQ(int(judged(checked)), int(Verdict::WHOLE)) << int(checked.subject) << " " << int(checked.person);
  EXPECT_EQ(checked.signedBy, std::vector<std::string>{day().key.name});
  for (auto& book : checked.books) {
    EXPECT_EQ(book.counted, book.size);
    size_t inBook = 0;
    day().journal().scanBook(book.book, 1, [&](const BookRow&) { return ++inBook > 0; });
    EXPECT_EQ(book.events.size(), inBook);
  }
  EXPECT_EQ(encodeBundle(*[&] {
              std::string why;
              return decodeBundle(encodeBundle(bundle), why);
            }()),
            encodeBundle(bundle));
}

TEST_P(EveryBundle, IsFoundOutWhateverIsDoneToIt) {
  Bundle honest = day().make(GetParam());
  auto all = test::tamperedWith(honest);
  EXPECT_GT(all.size(), 15u);
  for (auto& tampered : all)
    EXPECT_EQ(int(judged(asRead(tampered.bundle))), int(Verdict::FOUND)) << GetParam() << ": " << tampered.what;
}

// The log's owner signs two histories with one key: whoever holds a checkpoint of the one sees it in a bundle of the
// other.
TEST_P(EveryBundle, OfAnotherHistoryIsFoundByWhoHoldsAnEarlierCheckpoint) {
  auto order = day().order(GetParam());
  auto known = *openCheckpoint(day().journal().checkpoint(), day().key.name, {&day().key, 1});
  order.sinceSize = known.head.size = known.head.size / 2;
  known.head.root = day().journal().rootAt(known.head.size);
  Bundle bundle = std::get<Bundle>(day().journal().bundle(order));
  auto continued = day().check(bundle, known);
  EXPECT_FALSE(continued.fault);
  EXPECT_EQ(continued.since, CheckedBundle::Since::CONTINUED);
  auto other = known;
  other.head.root.bytes[0] ^= 1;
  auto forked = day().check(bundle, other);
  ASSERT_TRUE(forked.fault);
  EXPECT_EQ(int(forked.fault->kind), int(Fault::FORKED));
  order.sinceSize = 0;
  auto without = day().check(std::get<Bundle>(day().journal().bundle(order)), known);
  EXPECT_EQ(without.since, CheckedBundle::Since::NO_PROOF);
}

// Which parts of which events: never the command, never others' texts, and another's patient part only where accesses
// are what is asked about.
TEST_P(EveryBundle, OpensWhatTheReaderMayHaveAndNothingElse) {
  const std::string kind = GetParam();
  Bundle bundle = day().make(kind);
  auto order = day().order(kind);
  std::set<SubjectKey> person;
  auto checked = day().check(bundle);
  for (auto& book : checked.books)
    if (book.name->kind == BookKind::PATIENT) person.insert(book.name->keys[0]);
  size_t opened = 0;
  for (size_t b = 0; b < bundle.books.size(); ++b) {
    for (size_t e = 0; e < bundle.books[b].entries.size(); ++e) {
      auto& entry = bundle.books[b].entries[e];
      auto header = decodeSealedHeader(entry.header);
      for (size_t i = 0; i < entry.parts.size(); ++i) {
        if (!entry.parts[i].key) continue;
        ++opened;
        auto part = PartKind(header->parts[i].kind);
        EXPECT_NE(part, PartKind::ASK);
        EXPECT_TRUE(kind == "journal" || part != PartKind::TEXT) << kind;
        EXPECT_TRUE(kind != "owner" || part != PartKind::PATIENT);
        bool isOwn = subjectKey(checked.books[b].events[e].view.common.getProvider()) == order.reader;
        bool isNamed = part == PartKind::ACTOR;
        EXPECT_FALSE(isNamed && (kind == "access" || kind == "absorbed" || (kind == "owner" && !isOwn)));
      }
      auto& view = checked.books[b].events[e].view;
      for (auto part : view.patients) {
        EXPECT_TRUE(person.empty() || person.contains(subjectKey(part.getPatient()))) << kind;
        EXPECT_TRUE((kind != "user" && kind != "unit") || part.isAccess());
      }
      EXPECT_TRUE(kind != "user" || view.common.getKind() == 0 ||
                  subjectKey(view.common.getProvider()) == order.reader);
      EXPECT_TRUE(kind != "unit" || view.patients.empty() || subjectKey(view.common.getUnit()) == order.subject);
    }
  }
  EXPECT_GT(opened, 0u);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryBundle, testing::ValuesIn(BundledDay::kinds()),
                         [](auto& each) { return each.param; });

// --- one person

struct PersonBundle : testing::Test {
  Bundle bundle = day().make("access");
  SubjectKey patient = day().person(BundledDay::PATIENT), joined = day().person(BundledDay::JOINED),
             parted = day().person(BundledDay::PARTED);

  std::set<SubjectKey> keysOf(const std::string& kind) {
    std::set<SubjectKey> keys;
    for (auto& book : day().check(day().make(kind)).books) keys.insert(book.name->keys[0]);
    return keys;
  }
  // The entries of a patient book that a merge or split stands in.
  std::vector<std::pair<size_t, size_t>> merges() {
    std::vector<std::pair<size_t, size_t>> out;
    auto checked = day().check(bundle);
    for (size_t b = 0; b < checked.books.size(); ++b)
      for (size_t e = 0; e < checked.books[b].events.size(); ++e) {
        auto kind = checked.books[b].events[e].view.common.getKind();
        if (kind == schema::Body::PATIENT_IDENTITIES_MERGED || kind == schema::Body::PATIENT_IDENTITY_SPLIT)
          out.emplace_back(b, e);
      }
    return out;
  }
};

TEST_F(PersonBundle, HoldsEveryKeyThatIsJoinedAndNoneThatWasParted) {
  EXPECT_EQ(keysOf("access"), (std::set{patient, joined}));
  EXPECT_EQ(keysOf("absorbed"), (std::set{patient, joined}));
  EXPECT_EQ(day().make("access").books.size(), 4u);
  EXPECT_EQ(day().make("journal").books.size(), 2u);
  auto order = day().order("access");
  order.subject = parted;
  auto alone = day().check(std::get<Bundle>(day().journal().bundle(order)));
  EXPECT_EQ(int(judged(alone)), int(Verdict::WHOLE));
  EXPECT_EQ(alone.books.size(), 2u);
  EXPECT_EQ(alone.person, Person::ALL_KEYS);
}

TEST_F(PersonBundle, WithAMergeThatIsNotOpenedCannotTellWhoItIs) {
  auto all = merges();
  ASSERT_GE(all.size(), 4u);  // two merges and a split in the one's book, a merge in the other's
  for (auto [b, e] : all) {
    auto changed = bundle;
    for (auto& part : changed.books[b].entries[e].parts) part.key.reset(), part.ciphertext.clear();
    auto checked = asRead(changed);
    EXPECT_TRUE(checked.fault || checked.person == Person::UNTOLD) << b << " " << e;
    // Only the patient's own part is taken away: the kind is told, and not whom it joins.
    changed = bundle;
    auto header = *decodeSealedHeader(changed.books[b].entries[e].header);
    auto& parts = changed.books[b].entries[e].parts;
    for (size_t i = 0; i < parts.size(); ++i)
      if (PartKind(header.parts[i].kind) == PartKind::PATIENT) parts[i].key.reset(), parts[i].ciphertext.clear();
    EXPECT_EQ(int(judged(asRead(changed))), int(Verdict::FOUND)) << b << " " << e;
  }
}

TEST_F(PersonBundle, WithoutOneOfTheKeysOrWithAnothersIsFound) {
  auto changed = bundle;
  std::erase_if(changed.books, [&](const BundleBook& book) {
    return BookName::read(book.name)->keys[0] == joined;  // as if they had never been one
  });
  ASSERT_EQ(changed.books.size(), 2u);
  auto checked = asRead(changed);
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(int(checked.fault->kind), int(Fault::IDENTITY));
  auto order = day().order("access");
  order.subject = parted;
  Bundle others = std::get<Bundle>(day().journal().bundle(order));
  order.subject = patient;
  changed = std::get<Bundle>(day().journal().bundle(order));  // under the same checkpoint
  changed.books.insert(changed.books.end(), others.books.begin(), others.books.end());
  checked = asRead(changed);
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(int(checked.fault->kind), int(Fault::IDENTITY));
}

TEST_F(PersonBundle, ShowsNothingOfTheJournalButWhoThePersonIs) {
  auto checked = day().check(bundle);
  for (auto& book : checked.books) {
    if (book.name->kind != BookKind::PATIENT) continue;
    size_t closed = 0;
    for (size_t e = 0; e < book.events.size(); ++e) {
      auto kind = book.events[e].view.common.getKind();
      closed += kind == 0;
      EXPECT_TRUE(kind == 0 || book.patientParts[e] > 1 || kind == schema::Body::PATIENT_REGISTERED ||
                  kind == schema::Body::PATIENT_IDENTIFIER_ADDED)
          << kind;
    }
    EXPECT_GT(closed, 0u);
  }
}

// --- ranges, names, months

struct BundleTest : testing::Test {
  Bundle bundle = day().make("access");
  BundleOrder user = day().order("user");

  CheckedBook range(Number from, Number to) {
    user.from = from;
    user.to = to;
    auto checked = asRead(std::get<Bundle>(day().journal().bundle(user)));
    EXPECT_FALSE(checked.fault);
    return checked.fault ? CheckedBook{} : checked.books[0];
  }
  void expectFault(Fault kind) {
    auto checked = asRead(bundle);
    ASSERT_TRUE(checked.fault);
    EXPECT_EQ(int(checked.fault->kind), int(kind));
  }
};

TEST_F(BundleTest, APartOfABookIsNeverTakenForTheWhole) {
  auto whole = range(1, UINT64_MAX);
  ASSERT_TRUE(whole.isWhole());
  ASSERT_GE(whole.counted, 4u);
  EXPECT_FALSE(range(1, whole.counted - 1).isWhole());
  auto rest = range(2, UINT64_MAX);
  EXPECT_FALSE(rest.isWhole());
  EXPECT_EQ(rest.counted, whole.counted - 1);
  EXPECT_EQ(range(3, 3).counted, 1u);
  user.from = 10'000;
  EXPECT_EQ(std::get<NoBundle>(day().journal().bundle(user)), NoBundle::NO_NUMBERS);
  auto many = day().order("access");
  many.from = 2;
  EXPECT_EQ(std::get<NoBundle>(day().journal().bundle(many)), NoBundle::MANY_BOOKS);
}

TEST_F(BundleTest, TellsWhatIsNotClosedYet) {
  auto checked = day().check(bundle);
  uint64_t later = 0;
  for (auto& book : checked.books) later += book.later;
  EXPECT_GE(later, 2u);  // the patient's own read after the closing, under both keys
}

TEST_F(BundleTest, AMonthThatIsLeftOutIsFound) {
  bundle = day().make("unit");
  ASSERT_EQ(bundle.books.size(), 2u);  // October and November
  for (size_t i : {0, 1}) {
    bundle = day().make("unit");
    bundle.books.erase(bundle.books.begin() + long(i));
    expectFault(Fault::MONTHS);
  }
}

TEST_F(BundleTest, AnotherBooksNameIsFound) {
  bundle.books[0].name.back() ^= 1;
  expectFault(Fault::BOOKS);
  bundle = day().make("access");
  bundle.books[0].name.pop_back();
  expectFault(Fault::BOOKS);
  bundle = day().make("access");
  bundle.books[1] = bundle.books[0];
  expectFault(Fault::BOOKS);
}

TEST_F(BundleTest, ABookByItsIdIsCountedAndNothingInItIsOpened) {
  BundleOrder order;
  order.book = bundle.books[0].book;
  Bundle made = std::get<Bundle>(day().journal().bundle(order));
  for (auto& entry : made.books[0].entries)
    for (auto& part : entry.parts) EXPECT_FALSE(part.key);
  auto checked = asRead(made);
  EXPECT_FALSE(checked.fault);
  EXPECT_TRUE(checked.isWhole());
  EXPECT_EQ(checked.subject, CheckedBundle::Subject::UNNAMED);
  order.book.bytes.fill(0x5a);  // nobody's
  checked = asRead(std::get<Bundle>(day().journal().bundle(order)));
  EXPECT_FALSE(checked.fault);
  EXPECT_EQ(checked.books[0].size, 0u);
}

TEST_F(BundleTest, AnotherKeyOrNameOfTheLogIsFound) {
  auto other = day().key;
  other.publicKey[0] ^= 1;
  auto checked = checkBundle(bundle, std::span(&other, 1));
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(int(checked.fault->kind), int(Fault::CHECKPOINT));
  bundle.origin += "x";
  expectFault(Fault::CHECKPOINT);
}

TEST_F(BundleTest, AnotherClosingIsFound) {
  bundle.closing = bundle.books[0].entries[0].entry;
  bundle.closingInclusion = bundle.books[0].entries[0].inclusion;
  expectFault(Fault::CLOSING);
}

// --- auditors

TEST_F(BundleTest, CarriesWhatAuditorsSignedOfItsClosingAndOfNoOther) {
  auto checked = day().check(bundle);
  AttestedClosing closing{bundle.origin, checked.closingPosition, leafHash(bundle.closing), checked.closing};
  TestSigner one("revisor.test/a", 3), two("revisor.test/b", 4);
  AttestationShelf shelf(day().demo().where());
  EXPECT_EQ(shelf.of(closing.position), "");
  shelf.add(closing, {cosign(attestationText(closing), 1'793'700'000, one)});
  shelf.add(closing, {cosign(attestationText(closing), 1'793'700'100, two)});
  shelf.add(closing, {cosign(attestationText(closing), 1'793'700'200, one)});  // again, later
  EXPECT_EQ(shelf.closings(), std::vector<Position>{closing.position});
  bundle = day().make("access");
  Policy policy;
  policy.witnesses = {{"a", cosignerKey(one.verifierKey()), {}}, {"b", cosignerKey(two.verifierKey()), {}}};
  policy.groups = {{"both", 2, {"a", "b"}}};
  policy.quorum = "both";
  auto verdict = judgeAttestation(policy, bundle.attestation, closing);
  EXPECT_EQ(verdict.flaw, PolicyVerdict::Flaw::NONE);
  ASSERT_EQ(verdict.cosignedBy.size(), 2u);
  EXPECT_EQ(verdict.cosignedBy[0].seconds, 1'793'700'200u);
  EXPECT_EQ(judgeAttestation(policy, "", closing).flaw, PolicyVerdict::Flaw::QUORUM);
  auto elsewhere = closing;
  elsewhere.fact.root.bytes[0] ^= 1;
  EXPECT_EQ(judgeAttestation(policy, bundle.attestation, elsewhere).flaw, PolicyVerdict::Flaw::UNREADABLE);
  EXPECT_THROW(shelf.add(elsewhere, {cosign(attestationText(elsewhere), 5, one)}), kj::Exception);
  EXPECT_EQ(int(judged(asRead(bundle))), int(Verdict::WHOLE));
  bundle.attestation = formatNote({attestationText(elsewhere), {cosign(attestationText(elsewhere), 5, one)}});
  expectFault(Fault::ATTESTATION);
  std::string forged = day().make("access").attestation;
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_NE(judgeAttestation(policy, forged, closing).flaw, PolicyVerdict::Flaw::NONE);
}

// --- bytes

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
    auto checked = day().check(*decoded);
    bool isAuditors = decoded->attestation != bundle.attestation;  // theirs to check, by whoever knows their keys
    EXPECT_TRUE(checked.fault || isAuditors) << "byte " << at << ": " << text.substr(at > 20 ? at - 20 : 0, 40);
  }
}

TEST_F(BundleTest, HostileBytesAreRefusedInOneSentence) {
  for (std::string bytes : {"", "{}", "[]", "null", "{\"liggareBundle\":1}", "\xff\xfe", "{\"liggareBundle\":2",
                            "{\"origin\":1,\"liggareBundle\":2}"}) {
    std::string why;
    EXPECT_FALSE(decodeBundle(bytes, why)) << bytes;
    EXPECT_FALSE(why.empty());
  }
  std::string why, text = encodeBundle(bundle);
  EXPECT_FALSE(decodeBundle(std::string(2'000'000, '['), why));
  text.insert(1, "\"extra\":1,");
  EXPECT_FALSE(decodeBundle(text, why));
  bundle.books.clear();
  EXPECT_FALSE(decodeBundle(encodeBundle(bundle), why));
}

}  // namespace
}  // namespace liggare
