// What the witness signs is verified by programs that share no code with it: Go's notes with a cosigner of twenty
// lines, and Python from the specifications.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/log/witness.h"
#include "tests/base/seed.h"
#include "tests/interop/verifiers.h"

namespace liggare {
namespace {

using test::expectAccepted;
using test::expectRefused;

class AnyClock : public Clock {
 public:
  Micros now() override { return 1'790'000'000 * SECOND; }
};

struct InteropCosigned : testing::Test {
  test::Published log{7};
  AnyClock clock;
  std::vector<TestSigner> signers;
  std::vector<std::unique_ptr<Witness>> witnesses;

  void SetUp() override {
    for (uint8_t i = 1; i <= 3; ++i) signers.emplace_back("vittne.test/" + std::to_string(i), i);
    for (size_t i = 0; i < signers.size(); ++i) {
      std::string directory = log.place.path() + "/w" + std::to_string(i);
      ASSERT_FALSE(Witness::create(directory, cosignerKey(signers[i].verifierKey())).has_value());
      auto opened = Witness::open(directory, signers[i], clock);
      witnesses.push_back(std::move(std::get<std::unique_ptr<Witness>>(opened)));
      ASSERT_TRUE(witnesses.back()->trust(log.key));
    }
  }
  // The log's checkpoint with the cosignatures of all three, asked for from the size they know.
  std::string cosigned(uint64_t from, uint64_t to) {
    auto note = *parseNote(signCheckpoint({log.key.name, log.log.headAt(to), {}}, log.signer));
    for (auto& witness : witnesses) {
      auto made = witness->addCheckpoint(
          formatAddCheckpoint({from, log.log.consistency(from, to), formatNote({note.text, {note.signatures[0]}})}));
      EXPECT_EQ(made.status, 200u) << made.body;
      auto lines = parseSignatureLines(made.body);
      note.signatures.insert(note.signatures.end(), lines->begin(), lines->end());
    }
    return formatNote(note);
  }
  std::vector<std::string> words(const std::string& needed, std::initializer_list<size_t> which = {0, 1, 2}) {
    std::vector<std::string> out = {"cosigned", log.place.path() + "/c", log.key.text(), needed};
    for (size_t i : which) out.push_back(cosignerKey(signers[i].verifierKey()).text());
    return out;
  }
};

TEST_F(InteropCosigned, GoAndPythonCountTheSameWitnesses) {
  log.growTo(300);
  uint64_t from = 0;
  for (uint64_t to : {uint64_t(0), uint64_t(1), uint64_t(256), uint64_t(300)}) {
    log.place.write("c", cosigned(from, to));
    from = to;
    expectAccepted(words("3"), std::to_string(to) + " entries cosigned by 3");
    expectAccepted(words("1", {1}), "cosigned by 1");
    expectRefused(words("2", {1}));
  }
  TestSigner stranger("vittne.test/1", 9);
  auto others = words("1", {});
  others.push_back(cosignerKey(stranger.verifierKey()).text());
  expectRefused(others);
  expectRefused({"cosigned", log.place.path() + "/c", log.key.text(), "1", log.key.text()});  // a log is no witness
}

TEST_F(InteropCosigned, OneFlippedBitAnywhereIsRefusedByBothAndByUs) {
  const uint64_t seed = testSeed(11);
  SeededRandom random(seed);
  log.growTo(20);
  const std::string good = cosigned(0, 20);
  Policy policy;
  policy.logs = {{log.key, {}}};
  for (auto& signer : signers)
    policy.witnesses.push_back({signer.verifierKey().name, cosignerKey(signer.verifierKey()), {}});
  policy.groups = {{"alla", 3, {policy.witnesses[0].name, policy.witnesses[1].name, policy.witnesses[2].name}}};
  policy.quorum = "alla";
  EXPECT_EQ(judgeCheckpoint(policy, good).flaw, PolicyVerdict::Flaw::NONE);
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    size_t at = random.below(bad.size());
    bad[at] = char(bad[at] ^ (1 << random.below(8)));
    SCOPED_TRACE("LIGGARE_SEED=" + std::to_string(seed) + " byte " + std::to_string(at));
    log.place.write("c", bad);
    expectRefused(words("3"));
    EXPECT_NE(judgeCheckpoint(policy, bad).flaw, PolicyVerdict::Flaw::NONE);
  }
}

}  // namespace
}  // namespace liggare
