// Bundles are read by programs that share no code with the engine: Go's library and a hundred lines of Cap'n Proto, and
// Python with a cipher of its own. They accept what is honest, of every kind of book, and refuse what was done to it.
//
//   LIGGARE_SEED   repeats a run
#include <gtest/gtest.h>

#include "engine/log/attestation.h"
#include "tests/base/seed.h"
#include "tests/interop/verifiers.h"
#include "tests/support/bundled-day.h"

namespace liggare {
namespace {

using test::BundledDay;
using test::expectAccepted;
using test::expectRefused;

BundledDay& day() {
  static test::TemporaryDirectory place;
  static BundledDay theDay(place.path() + "/J");
  return theDay;
}

struct BundleInterop : testing::TestWithParam<std::string> {
  Scratch place;
  std::string file = place.path() + "/bundle";
  std::vector<std::string> words(std::vector<std::string> more = {}) const {
    std::vector<std::string> out{"bundle", file, day().key.text()};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  void write(const Bundle& bundle) { place.write("bundle", encodeBundle(bundle)); }
};

TEST_P(BundleInterop, GoAndPythonAcceptItAndRefuseWhatWasDoneToIt) {
  const uint64_t seed = testSeed(20261130);
  LIGGARE_TRACE_SEED(seed, 0);
  SeededRandom random(seed);
  Bundle honest = day().make(GetParam());
  write(honest);
  expectAccepted(words(), std::to_string(honest.books.size()) + " books");
  auto all = test::tamperedWith(honest);
  // One of each thing that can be done, in some book; for most kinds a few of them each run.
  std::map<std::string, std::vector<size_t>> byOperator;
  for (size_t i = 0; i < all.size(); ++i) byOperator[all[i].what.substr(0, all[i].what.find(" in book"))].push_back(i);
  const bool isAll = GetParam() == "access" || GetParam() == "unit";
  for (auto& [what, which] : byOperator) {
    if (!isAll && random.below(4) != 0) continue;
    auto& tampered = all[which[random.below(which.size())]];
    SCOPED_TRACE(GetParam() + ": " + tampered.what);
    write(tampered.bundle);
    expectRefused(words());
  }
  write(honest);
  expectAccepted(words(), "whole");
}

INSTANTIATE_TEST_SUITE_P(Of, BundleInterop, testing::ValuesIn(BundledDay::kinds()),
                         [](auto& each) { return each.param; });

struct BundleInteropAsked : BundleInterop {};
INSTANTIATE_TEST_SUITE_P(Of, BundleInteropAsked, testing::Values("access"), [](auto& each) { return each.param; });

TEST_P(BundleInteropAsked, GoAndPythonHoldItAgainstAKnownCheckpoint) {
  auto& journal = day().journal();
  TestSigner stranger(day().key.name, 77);
  auto order = day().order(GetParam());
  place.write("known", journal.checkpoint());
  auto known = *openCheckpoint(Scratch::read(place.path() + "/known"), day().key.name, {&day().key, 1});
  day().readOwnLog(BundledDay::PATIENT);
  order.sinceSize = known.head.size;
  write(std::get<Bundle>(journal.bundle(order)));
  const std::string asked = "known=" + place.path() + "/known";
  expectAccepted(words({asked}), "whole");
  order.sinceSize = 0;
  Bundle without = std::get<Bundle>(journal.bundle(order));
  write(without);
  expectRefused(words({asked}));
  // Another history of the same size.
  order.sinceSize = known.head.size;
  Bundle forked = std::get<Bundle>(journal.bundle(order));
  forked.since.back().bytes[0] ^= 1;
  write(forked);
  expectRefused(words({asked}));
}

TEST_P(BundleInteropAsked, GoAndPythonCountTheSameAuditors) {
  Bundle bundle = day().make(GetParam());
  auto checked = day().check(bundle);
  AttestedClosing closing{bundle.origin, checked.closingPosition, leafHash(bundle.closing), checked.closing};
  TestSigner one("revisor.test/a", 3), two("revisor.test/b", 4);
  const std::string keys = "," + cosignerKey(one.verifierKey()).text() + "," + cosignerKey(two.verifierKey()).text();
  write(bundle);
  expectRefused(words({"auditors=1" + keys}));
  AttestationShelf shelf(day().demo().where());
  shelf.add(closing, {cosign(attestationText(closing), 1'793'700'000, one)});
  write(day().make(GetParam()));
  expectAccepted(words({"auditors=1" + keys}), "whole");
  expectRefused(words({"auditors=2" + keys}));
  shelf.add(closing, {cosign(attestationText(closing), 1'793'700'001, two)});
  bundle = day().make(GetParam());
  write(bundle);
  expectAccepted(words({"auditors=2" + keys}), "whole");
  size_t at = bundle.attestation.size() - 6;
  bundle.attestation[at] = bundle.attestation[at] == 'A' ? 'B' : 'A';
  write(bundle);
  expectRefused(words({"auditors=2" + keys}));
}

TEST_P(BundleInteropAsked, GoAndPythonTakeABookByItsId) {
  BundleOrder order;
  order.book = day().make(GetParam()).books[0].book;
  write(std::get<Bundle>(day().journal().bundle(order)));
  expectAccepted(words({"book=" + toHex(order.book)}), "1 books");
  expectRefused(words());
}

}  // namespace
}  // namespace liggare
