// Proofs that travel: they say what they were made to say, hold with the right key alone, and are read in one spelling.
#include <gtest/gtest.h>

#include "engine/log/proof-file.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

struct ProofFiles : testing::Test {
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  LogKit kit{23};
  TestSigner signer;
  VerifierKey key = signer.verifierKey();

  void SetUp() override { kit.fill(log, 300); }
  std::string signAt(uint64_t size) { return signCheckpoint({key.name, log.headAt(size), {}}, signer); }
  InclusionFile inclusion(Position position, uint64_t size) {
    return {log.entry(position), position, log.inclusion(position, size), signAt(size)};
  }
  ConsistencyFile consistency(uint64_t older, uint64_t newer) {
    return {log.headAt(older), log.headAt(newer), log.consistency(older, newer), signAt(newer)};
  }
  static bool isReadable(const std::string& text) { return !std::holds_alternative<ProofUnreadable>(readProof(text)); }
  ProofFlaw flawOf(const std::string& text) {
    auto proof = readProof(text);
    if (auto* i = std::get_if<InclusionFile>(&proof)) return verifyInclusion(*i, leafHash(i->extra), key).flaw;
    if (auto* c = std::get_if<ConsistencyFile>(&proof)) return verifyConsistency(*c, key).flaw;
    return ProofFlaw::SIGNATURE;
  }
};

TEST_F(ProofFiles, AreThoseOfTheSpecification) {
  InclusionFile proof{{'e'}, 1, {emptyRoot()}, signAt(2)};
  EXPECT_EQ(formatInclusion(proof),
            "c2sp.org/tlog-proof@v1\nextra ZQ==\nindex 1\n"
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" +
                signAt(2));
  proof.extra.clear();
  proof.hashes.clear();
  EXPECT_EQ(formatInclusion(proof), "c2sp.org/tlog-proof@v1\nindex 1\n\n" + signAt(2));
  std::string root = toBase64(emptyRoot());
  ConsistencyFile growth{{0, emptyRoot()}, {0, emptyRoot()}, {}, {}};
  EXPECT_EQ(formatConsistency(growth), "liggare-consistency@v1\nfrom 0 " + root + "\nto 0 " + root + "\n");
}

TEST_F(ProofFiles, ComeBackAsTheyWereAndHold) {
  for (uint64_t size : {1, 2, 3, 255, 256, 257, 300}) {
    for (Position position : {uint64_t(0), size / 2, size - 1}) {
      auto proof = inclusion(position, size);
      auto read = readProof(formatInclusion(proof));
      ASSERT_TRUE(std::holds_alternative<InclusionFile>(read));
      EXPECT_EQ(std::get<InclusionFile>(read), proof);
      auto verdict = verifyInclusion(proof, log.leafAt(position), key);
      EXPECT_EQ(verdict.flaw, ProofFlaw::NONE);
      EXPECT_EQ(verdict.head, log.headAt(size));
    }
    for (uint64_t older : {uint64_t(0), uint64_t(1), size / 2, size}) {
      auto proof = consistency(older, size);
      auto read = readProof(formatConsistency(proof));
      ASSERT_TRUE(std::holds_alternative<ConsistencyFile>(read)) << older << " " << size;
      EXPECT_EQ(std::get<ConsistencyFile>(read), proof);
      EXPECT_EQ(verifyConsistency(proof, key).flaw, ProofFlaw::NONE) << older << " " << size;
    }
  }
}

TEST_F(ProofFiles, SayWhatIsWrongWithThem) {
  auto proof = inclusion(7, 300);
  EXPECT_EQ(verifyInclusion(proof, log.leafAt(8), key).flaw, ProofFlaw::PATH);
  EXPECT_EQ(verifyInclusion(proof, log.leafAt(7), TestSigner(key.name, 9).verifierKey()).flaw, ProofFlaw::SIGNATURE);
  EXPECT_EQ(verifyInclusion(proof, log.leafAt(7), TestSigner("other.test/log", 7).verifierKey()).flaw,
            ProofFlaw::SIGNATURE);
  auto growth = consistency(100, 300);
  growth.checkpoint = signAt(299);
  EXPECT_EQ(verifyConsistency(growth, key).flaw, ProofFlaw::OTHER_HEAD);
  growth.checkpoint.clear();
  EXPECT_EQ(verifyConsistency(growth, key).flaw, ProofFlaw::UNSIGNED);
  EXPECT_EQ(verifyConsistency(growth, key).head, growth.newer);
  growth.older.root = emptyRoot();
  EXPECT_EQ(verifyConsistency(growth, key).flaw, ProofFlaw::PATH);
  growth.older = {0, log.rootAt(1)};
  EXPECT_EQ(verifyConsistency(growth, key).flaw, ProofFlaw::PATH);  // an empty tree has one root
}

TEST_F(ProofFiles, EveryFlippedBitIsNoticed) {
  for (const std::string& good : {formatInclusion(inclusion(201, 300)), formatConsistency(consistency(77, 300))}) {
    ASSERT_EQ(flawOf(good), ProofFlaw::NONE);
    for (size_t i = 0; i < good.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string changed = good;
        changed[i] = char(changed[i] ^ (1 << bit));
        EXPECT_NE(flawOf(changed), ProofFlaw::NONE) << i << " " << bit;
      }
    }
  }
}

TEST_F(ProofFiles, AreReadInOneSpelling) {
  std::string hash = toBase64(emptyRoot()) + "\n", note = signAt(300), start = "c2sp.org/tlog-proof@v1\n";
  ASSERT_TRUE(isReadable(start + "index 0\n" + hash + "\n" + note));
  for (const std::string& bad : std::vector<std::string>{"",
                                                         "\n",
                                                         start,
                                                         start + "index 0",
                                                         start + "index 0\n",
                                                         start + "index 0\n\n",
                                                         start + "index 00\n\n" + note,
                                                         start + "index +1\n\n" + note,
                                                         start + "index 18446744073709551616\n\n" + note,
                                                         start + "index  1\n\n" + note,
                                                         start + "extra \nindex 0\n\n" + note,
                                                         start + "extra Z\nindex 0\n\n" + note,
                                                         start + "extra ZQ==\nextra ZQ==\nindex 0\n\n" + note,
                                                         start + "index 0\nAAAA\n\n" + note,
                                                         start + "index 0\n" + hash + note,
                                                         start + "index 0\n" + hash + "\n\n" + note,
                                                         start + "index 0\n\n" + note + "\n",
                                                         start + "index 0\r\n\n" + note,
                                                         "c2sp.org/tlog-proof@v2\nindex 0\n\n" + note,
                                                         start + "index 0\n\n" + signNote("no checkpoint\n", signer)}) {
    EXPECT_FALSE(isReadable(bad)) << bad;
  }
  std::string growth = formatConsistency(consistency(3, 300));
  ASSERT_TRUE(isReadable(growth));
  std::string bare = growth.substr(0, growth.find("\n\n") + 1);
  EXPECT_TRUE(isReadable(bare));
  EXPECT_FALSE(isReadable(bare + "\n"));  // an empty line promises a checkpoint
  EXPECT_FALSE(isReadable(bare + "x"));
  EXPECT_FALSE(isReadable("liggare-consistency@v1\nto 0 " + hash + "from 0 " + hash));
}

TEST_F(ProofFiles, NameTheLineThatIsWrong) {
  auto lineOf = [](const std::string& text) {
    auto read = readProof(text);
    return std::get<ProofUnreadable>(read).line;
  };
  std::string hash = toBase64(emptyRoot()) + "\n", start = "c2sp.org/tlog-proof@v1\n";
  EXPECT_EQ(lineOf("nothing\n"), 1u);
  EXPECT_EQ(lineOf(start + "indices 0\n"), 2u);
  EXPECT_EQ(lineOf(start + "extra ZQ==\nindex x\n"), 3u);
  EXPECT_EQ(lineOf(start + "index 0\n" + hash + "AAAA\n"), 4u);
  EXPECT_EQ(lineOf(start + "index 0\n" + hash + "\nno note\n"), 5u);
}

TEST_F(ProofFiles, NothingHostileCostsMuch) {
  std::string hashes;
  for (int i = 0; i < 65; ++i) hashes += toBase64(emptyRoot()) + "\n";
  EXPECT_FALSE(isReadable("c2sp.org/tlog-proof@v1\nindex 0\n" + hashes + "\n" + signAt(300)));
  EXPECT_FALSE(isReadable("c2sp.org/tlog-proof@v1\nindex 0\n\n" + std::string(PROOF_BYTES_MAX, 'a')));
}

}  // namespace
}  // namespace liggare
