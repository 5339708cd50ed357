// A witness: cosigns what continues what it saw, and nothing else; and remembers it over every restart.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "engine/log/witness.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

class SetClock : public Clock {
 public:
  Micros at = 1'790'000'000 * SECOND;
  Micros now() override { return at; }
};

struct Witnessing : testing::Test {
  Scratch place;
  std::string directory = place.path() + "/vittne";
  TestSigner logSigner{"liggare.test/log", 7}, signer{"vittne.test/a", 3};
  VerifierKey logKey = logSigner.verifierKey(), own = cosignerKey(signer.verifierKey());
  SetClock clock;
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  LogKit kit{5};
  std::unique_ptr<Witness> witness;

  void SetUp() override {
    kit.fill(log, 40);
    ASSERT_FALSE(Witness::create(directory, own).has_value());
    open();
    ASSERT_TRUE(witness->trust(logKey));
  }
  void open() {
    witness.reset();
    auto opened = Witness::open(directory, signer, clock);
    auto* fault = std::get_if<Witness::Fault>(&opened);
    ASSERT_EQ(fault, nullptr) << fault->why;
    witness = std::move(std::get<std::unique_ptr<Witness>>(opened));
  }
  std::optional<Witness::FaultKind> faultOfOpening() {
    witness.reset();
    auto opened = Witness::open(directory, signer, clock);
    auto* fault = std::get_if<Witness::Fault>(&opened);
    return fault ? std::optional(fault->kind) : std::nullopt;
  }
  std::string request(uint64_t from, uint64_t to) {
    return formatAddCheckpoint({from, from <= to ? log.consistency(from, to) : Proof{},
                                signCheckpoint({logKey.name, log.headAt(to), {}}, logSigner)});
  }
  std::string fork(uint64_t from, uint64_t to, const Proof& proof = {}) {
    return formatAddCheckpoint(
        {from, proof, signCheckpoint({logKey.name, {to, leafHash(asBytes("?"))}, {}}, logSigner)});
  }
  unsigned add(const std::string& body) { return witness->addCheckpoint(body).status; }
  std::string stateFile() const { return directory + "/logs/" + witnessedName(logKey.name); }
  size_t conflicts() const {
    return size_t(std::distance(fs::directory_iterator(directory + "/conflicts"), fs::directory_iterator()));
  }
};

TEST_F(Witnessing, CosignsWhatContinuesWhatItSaw) {
  for (auto [from, to] : {std::pair<uint64_t, uint64_t>{0, 0}, {0, 7}, {7, 8}, {8, 33}, {33, 33}, {33, 40}}) {
    auto made = witness->addCheckpoint(request(from, to));
    ASSERT_EQ(made.status, 200u) << from << " " << made.body;
    auto signatures = parseSignatureLines(made.body);
    ASSERT_TRUE(signatures && signatures->size() == 1u);
    std::string text = formatCheckpoint({logKey.name, log.headAt(to), {}});
    EXPECT_TRUE(verifyNote({text, *signatures}, {&own, 1}).isVerifiedBy(own.name));
    EXPECT_EQ(cosignedSeconds(signatures->at(0)), uint64_t(clock.at / SECOND));
  }
  EXPECT_EQ(witness->watched().at(0).head, log.headAt(40));
  auto latest = witness->latest(witnessedName(logKey.name));
  EXPECT_EQ(latest.status, 200u);
  EXPECT_EQ(openCheckpoint(latest.body, logKey.name, std::array{logKey, own})->head, log.headAt(40));
  EXPECT_EQ(witness->latest(witnessedName("another")).status, 404u);
}

TEST_F(Witnessing, AnswersByTheRulesOfTheProtocol) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  EXPECT_EQ(add("hello"), 400u);
  EXPECT_EQ(add(request(21, 20)), 400u);  // old above the checkpoint's own
  auto behind = witness->addCheckpoint(request(10, 30));
  EXPECT_EQ(behind.status, 409u);
  EXPECT_EQ(behind.contentType, "text/x.tlog.size");
  EXPECT_EQ(behind.body, "20\n");
  EXPECT_EQ(add(request(10, 15)), 409u);  // a rollback asked for with the size it once had
  EXPECT_EQ(add(formatAddCheckpoint(
                {20, log.consistency(19, 30), signCheckpoint({logKey.name, log.headAt(30), {}}, logSigner)})),
            422u);
  EXPECT_EQ(add(fork(20, 30, log.consistency(20, 30))), 422u);
  TestSigner stranger("liggare.test/other", 7), impostor("liggare.test/log", 8);
  EXPECT_EQ(add(formatAddCheckpoint({0, {}, signCheckpoint({"liggare.test/other", log.headAt(5), {}}, stranger)})),
            404u);
  EXPECT_EQ(add(formatAddCheckpoint(
                {20, log.consistency(20, 21), signCheckpoint({logKey.name, log.headAt(21), {}}, impostor)})),
            403u);
  // A good signature beside a false one of the same key: such a note is no note.
  auto twice = *parseNote(signCheckpoint({logKey.name, log.headAt(21), {}}, logSigner));
  twice.signatures.push_back(twice.signatures[0]);
  twice.signatures[1].signature[3] ^= 1;
  EXPECT_EQ(add(formatAddCheckpoint({20, log.consistency(20, 21), formatNote(twice)})), 403u);
  EXPECT_EQ(witness->watched().at(0).head, log.headAt(20));
  EXPECT_EQ(conflicts(), 0u);
}

TEST_F(Witnessing, OfTheEmptyTreeOnlyItsOwnRootAndNoProof) {
  EXPECT_EQ(add(fork(0, 0)), 422u);
  EXPECT_EQ(add(formatAddCheckpoint({0, {emptyRoot()}, signCheckpoint({logKey.name, log.headAt(0), {}}, logSigner)})),
            422u);
  EXPECT_EQ(add(formatAddCheckpoint({0, {emptyRoot()}, signCheckpoint({logKey.name, log.headAt(1), {}}, logSigner)})),
            422u);
  EXPECT_EQ(add(request(0, 0)), 200u);
  EXPECT_EQ(add(request(0, 0)), 200u);
  EXPECT_EQ(add(request(0, 1)), 200u);
}

TEST_F(Witnessing, AForkOfOneSizeIsRefusedAndKeptAsProof) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  std::string forked = fork(20, 20);
  EXPECT_EQ(add(forked), 422u);
  EXPECT_EQ(add(forked), 422u);
  EXPECT_EQ(add(fork(0, 20)), 409u);  // the same fork, asked for otherwise
  EXPECT_EQ(conflicts(), 1u);
  std::string kept = Scratch::read(fs::directory_iterator(directory + "/conflicts")->path().string());
  // Two checkpoints of one size that the log's key signed: whoever has the key sees it without the witness.
  size_t second = kept.find("\nold ");
  ASSERT_NE(second, std::string::npos);
  auto one = openCheckpoint(kept.substr(0, second), logKey.name, {&logKey, 1});
  auto other = openCheckpoint(parseAddCheckpoint(kept.substr(second + 1))->note, logKey.name, {&logKey, 1});
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->head.size, other->head.size);
  EXPECT_NE(one->head.root, other->head.root);
  open();
  EXPECT_EQ(witness->watched().at(0).conflicts, 1u);
  EXPECT_EQ(add(request(20, 25)), 200u);
}

TEST_F(Witnessing, RemembersOverARestartAndNeverSignsAnEarlierTime) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  clock.at -= 3600 * SECOND;
  open();
  EXPECT_EQ(add(request(0, 5)), 409u);
  auto made = witness->addCheckpoint(request(20, 21));
  ASSERT_EQ(made.status, 200u);
  EXPECT_EQ(cosignedSeconds(parseSignatureLines(made.body)->at(0)), uint64_t(clock.at / SECOND) + 3600);
  EXPECT_FALSE(witness->trust(logKey));
  EXPECT_FALSE(witness->trust(TestSigner(logKey.name, 8).verifierKey()));  // the name is taken, by whatever key
}

// A crash leaves the old file or the new one; a file half made was never answered on.
TEST_F(Witnessing, AFileHalfMadeIsPassedOverAndADamagedOneStopsIt) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  std::string good = Scratch::read(stateFile());
  place.write("vittne/logs/" + witnessedName(logKey.name) + ".making", good.substr(0, 100));
  open();
  EXPECT_EQ(witness->watched().at(0).head, log.headAt(20));
  witness.reset();
  for (size_t at = 0; at < good.size(); ++at) {
    Scratch::flip(stateFile(), at);
    EXPECT_EQ(faultOfOpening(), Witness::FaultKind::DAMAGED) << at;
    Scratch::flip(stateFile(), at);
  }
  for (size_t size : {size_t(0), size_t(20), good.find("cosigned"), good.find("cosigned") + 9, good.size() - 1}) {
    Scratch::cut(stateFile(), size);
    EXPECT_EQ(faultOfOpening(), Witness::FaultKind::DAMAGED) << size;
    place.write("vittne/logs/" + witnessedName(logKey.name), good);
  }
  open();
  EXPECT_EQ(add(request(20, 21)), 200u);
}

TEST_F(Witnessing, ALogWhoseFileIsGoneIsUnknownAndNotNew) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  fs::remove(stateFile());
  open();
  EXPECT_EQ(add(request(0, 5)), 404u);
}

TEST_F(Witnessing, IsOpenedByOneWithItsOwnKey) {
  TestSigner other("vittne.test/a", 4);
  auto held = Witness::open(directory, signer, clock);
  EXPECT_EQ(std::get<Witness::Fault>(held).kind, Witness::FaultKind::IN_USE);
  witness.reset();
  auto wrong = Witness::open(directory, other, clock);
  EXPECT_EQ(std::get<Witness::Fault>(wrong).kind, Witness::FaultKind::OTHER_KEY);
  auto none = Witness::open(place.path() + "/nothing", signer, clock);
  EXPECT_EQ(std::get<Witness::Fault>(none).kind, Witness::FaultKind::NOT_A_WITNESS);
  EXPECT_EQ(Witness::create(directory, own)->kind, Witness::FaultKind::EXISTS);
}

TEST_F(Witnessing, WhatCannotBeKeptIsNotAnsweredAndItStopsThere) {
  ASSERT_EQ(add(request(0, 20)), 200u);
  fs::rename(directory + "/logs", directory + "/elsewhere");
  EXPECT_EQ(add(request(20, 21)), 500u);
  fs::rename(directory + "/elsewhere", directory + "/logs");
  EXPECT_EQ(add(request(20, 21)), 500u);  // only opening anew tells what is there
  open();
  EXPECT_EQ(witness->watched().at(0).head, log.headAt(20));
  EXPECT_EQ(add(request(20, 21)), 200u);
}

// The race of the specification: whoever loses is told so, and what is kept never shrinks.
TEST_F(Witnessing, OfManyWhoRaceEachStepIsWonByOne) {
  std::vector<std::thread> threads;
  std::array<std::atomic<int>, 41> wonFrom{};
  std::atomic<int> odd{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      SeededRandom random(uint64_t(t) + 1);
      uint64_t size = 0;
      while (size < 40) {
        uint64_t next = size + 1 + random.below(3);
        next = std::min<uint64_t>(next, 40);
        auto made = witness->addCheckpoint(request(size, next));
        if (made.status == 200) {
          ++wonFrom[size];
          size = next;
        } else if (made.status == 409 && std::stoull(made.body) > size) {
          size = std::stoull(made.body);
        } else {
          ++odd;
          return;
        }
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(odd, 0);
  for (auto& won : wonFrom) EXPECT_LE(won, 1);  // no size was left twice
  EXPECT_EQ(witness->watched().at(0).head, log.headAt(40));
}

TEST_F(Witnessing, RequestsAreReadInTheirOneForm) {
  std::string good = request(7, 20);
  auto read = parseAddCheckpoint(good);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(formatAddCheckpoint(*read), good);
  for (std::string bad : {std::string(), std::string("old 7"), std::string("old 7\n"), "new" + good.substr(3),
                          "old 07\n" + good.substr(6), "old -1\n" + good.substr(6), "old 7 \n" + good.substr(6),
                          "old 7\nAAAA\n" + good.substr(6), "old 18446744073709551616\n" + good.substr(6)})
    EXPECT_FALSE(parseAddCheckpoint(bad).has_value()) << bad;
  std::string many = "old 7\n";
  for (size_t i = 0; i < WITNESS_PROOF_MAX; ++i) many += toBase64(emptyRoot()) + "\n";
  EXPECT_TRUE(parseAddCheckpoint(many + "\nx").has_value());
  EXPECT_FALSE(parseAddCheckpoint(many + toBase64(emptyRoot()) + "\n\nx").has_value());
}

// Requests that other people's software signed and made: the data of litewitness's own tests (FiloSottile/torchwood,
// internal/witness/witness_test.go). Its log of sizes 1, 3 and 5.
TEST_F(Witnessing, TakesTheRequestsOfLitewitnessOwnTests) {
  const std::string origin = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
  const std::string leaf = "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", tail = "\n\n— " + origin + " UgIom";
  const std::string one =
      "old 0\n\n" + origin + "\n1\n" + leaf + "\n— " + origin +
      " UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=\n";
  const std::string three =
      "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
      "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" +
      origin + "\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=" + tail +
      "2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=\n";
  const std::string five =
      "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
      "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\n"
      "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" +
      origin + "\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=" + tail +
      "w/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=\n";
  auto key = fromHex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f");
  ASSERT_TRUE(witness->trust({origin, uint8_t(NoteKeyType::ED25519), *key}));
  EXPECT_EQ(add(three), 409u);
  EXPECT_EQ(add(one), 200u);
  EXPECT_EQ(add(five), 200u);
  EXPECT_EQ(add(three), 409u);
  EXPECT_EQ(toHex(witness->watched().at(1).head->root),
            "42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36");
}

}  // namespace
}  // namespace liggare
