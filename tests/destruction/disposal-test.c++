// What has been kept long enough and is disposed of by two persons (gallring) goes the road of a destruction: it is
// gone for those who read, in every file, after every crash on the way, for whoever has all files; proofs stay true.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/law/chapter.h"
#include "tests/destruction/attacker.h"
#include "tests/destruction/disposal-day.h"
#include "tests/support/program.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;
using schema::Body;

const std::string PATIENT = "198507062381";

class Disposing : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  const DisposalDay day = disposalDay();

  std::string at(const std::string& name) const { return place.path() + "/" + name; }
  void begin() {
    world.open();
    world.play(0, disposalBeginsAfter());
  }
  static void send(DestructionWorld& to, const std::string& line) {
    auto outcome = to.submit(line);
    KJ_REQUIRE(outcome.kind == Outcome::Kind::ACCEPTED, line, outcomeName(outcome.kind), outcome.reason,
               int(outcome.code));
  }
  void send(size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) send(world, day.lines[i]);
  }
  static Body::Which kindAt(DestructionWorld& of, Position p) {
    return static_cast<Body::Which>(of.journal().read(p)->view.common.getKind());
  }
  // Positions of a kind, with those of the day that are readable now.
  std::vector<Position> of(Body::Which kind) {
    std::vector<Position> out;
    for (Position p = 0; p < world.journal().head(); ++p) {
      auto event = world.journal().read(p);
      if (event->entry.isSealed() && !event->destroyed && kindAt(world, p) == kind) out.push_back(p);
    }
    return out;
  }
  static bool says(const Ran& ran, const std::string& what) { return ran.out.find(what) != ran.out.npos; }
};

TEST_F(Disposing, TakesTheWholeDocumentWhenTheCommandIsAnswered) {
  begin();
  send(0, day.ofJournal);
  std::vector<Position> document{of(Body::NOTE_RECORDED).at(0)};
  for (auto kind : {Body::NOTE_SIGNED, Body::NOTE_CORRECTED, Body::PATIENT_DISSENT_NOTED})
    document.push_back(of(kind).at(0));
  std::sort(document.begin(), document.end());
  const Position other = of(Body::NOTE_RECORDED).at(1);
  send(day.ofJournal, day.ofJournal + 1);
  EXPECT_EQ(world.gone(), document);
  EXPECT_FALSE(world.journal().read(other)->destroyed);
  auto all = world.journal().destructions();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].stage, DestructionStage::DONE);
  EXPECT_EQ(kindAt(world, all[0].decision), Body::DISPOSAL_EXECUTED);
  auto report = world.verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.ciphertextsRemoved, document.size());
}

// The last month goes in part: what is of the day itself and later stays, and so does what the log is not (the review
// that a denied read began).
TEST_F(Disposing, TakesTheProvidersLogBeforeTheDayAndNothingElse) {
  begin();
  send(0, day.ofLog);
  const auto reads = of(Body::ACCESS_RECORDED);
  ASSERT_EQ(reads.size(), 3u);
  const auto before = world.gone();
  send(day.ofLog, day.ofLog + 1);
  auto gone = world.gone();
  std::erase_if(gone, [&](Position p) { return std::find(before.begin(), before.end(), p) != before.end(); });
  EXPECT_EQ(gone, (std::vector<Position>{reads[0], reads[1]}));
  EXPECT_EQ(of(Body::ACCESS_RECORDED), std::vector<Position>{reads[2]});
  EXPECT_TRUE(world.verify().whole());
  world.close();
  EXPECT_EQ(runLiggare({"verify", world.where(), "--full", "--open"}).code, 0);
}

TEST_F(Disposing, LeavesNothingThatAllFilesAndTodaysKeysOpen) {
  begin();
  send(0, day.ofJournal);
  world.close();
  const std::string before = at("before");
  fs::copy(world.where(), before, fs::copy_options::recursive);
  fs::copy(world.keyFile(), before + ".keys");
  world.open();
  send(day.ofJournal, day.ofLog);
  world.close();
  fs::copy(world.where(), at("between"), fs::copy_options::recursive);
  world.open();
  send(day.ofLog, day.lines.size());
  const auto gone = world.gone();
  world.close();
  ASSERT_EQ(gone.size(), 6u);
  Attacker today, yesterday;
  for (auto* attacker : {&today, &yesterday}) {
    for (auto& directory : {before, at("between"), world.where()}) {
      attacker->stealLog(directory);
      attacker->stealVault(directory + "/vault");
    }
    attacker->stealVault(world.vaultCopy());
    attacker->stealKeys(world.keyFile());
  }
  auto survivors = today.all();
  for (Position p : gone) ASSERT_EQ(survivors.erase(p), 1u) << "the attacker has the text of " << p;
  EXPECT_EQ(today.attack(), survivors);
  // The keys of the time between are the first disposal's, and nobody has a copy of them: what only they opened, the
  // records of that vault, opens nothing today. With the first file of all, everything of before opens.
  yesterday.stealKeys(before + ".keys");
  auto then = yesterday.attack();
  for (Position p : gone) EXPECT_TRUE(then.contains(p)) << "why copies of the key file must go too: " << p;
}

TEST_F(Disposing, LeavesLiveStateAndStateAfterARestartTheSame) {
  begin();
  send(0, day.lines.size());
  const std::string live = retoldState(world);
  world.open();
  EXPECT_EQ(retoldState(world), live);
  auto outcome = world.ask(std::string("\"correctNote\":{\"targetId\":\"") + NOTE_1 +
                           "\",\"newText\":\"Annat.\",\"reason\":\"Fel.\"}");
  EXPECT_EQ(outcome.code, law::RefusalCode::DESTROYED_THING);
}

TEST_F(Disposing, LeavesEveryRootFromBeforeTrue) {
  begin();
  send(0, day.ofJournal);
  ASSERT_EQ(world.journal().close().outcome.kind, Outcome::Kind::ACCEPTED);
  std::vector<Hash> roots;
  for (Position p = 0; p <= world.journal().head(); ++p) roots.push_back(world.journal().rootAt(p));
  send(day.ofJournal, day.lines.size());
  for (Position p = 0; p < roots.size(); ++p) EXPECT_EQ(world.journal().rootAt(p), roots[p]);
  EXPECT_EQ(world.journal().close().outcome.kind, Outcome::Kind::ACCEPTED) << "what is gone still counts";
  EXPECT_TRUE(world.verify().whole());
}

TEST_F(Disposing, IsNotSaidOfWhatThisProgramCannotTakeAway) {
  begin();
  const std::string disposal = "\"disposalId\":\"3c5a61f0-0000-8000-8000-00000000d153\"";
  const std::string yes = "3c5a61f0-0000-8000-8000-00000000a993";
  send(world, spoken({"SE2321000131-K010", "administration", "2038-01-04T09:00:00+01:00",
                      "\"decideDisposal\":{" + disposal +
                          ",\"reference\":\"GALLRING-2\",\"what\":\"governance\",\"before\":\"2026-11-03\"}",
                      "", ""}));
  const auto execution = spoken({"SE2321000131-K010", "administration", "2038-01-04T09:02:00+01:00",
                                 "\"dispose\":{" + disposal + "}", "", yes, "salt"});
  send(world, spoken({"SE2321000131-K011", "administration", "2038-01-04T09:01:00+01:00",
                      "\"giveApproval\":{\"approvalId\":\"" + yes + "\",\"digest\":\"" + approvalOf(execution, "salt") +
                          "\"}",
                      "", ""}));
  const Position head = world.journal().head();
  auto outcome = world.submit(execution);
  EXPECT_EQ(outcome.kind, Outcome::Kind::INVALID) << outcomeName(outcome.kind);
  EXPECT_EQ(outcome.path, "dispose");
  EXPECT_EQ(world.journal().head(), head) << "no entry says that anything is gone";
  EXPECT_TRUE(world.journal().destructions().empty());
}

TEST_F(Disposing, IsToldAsGallrad) {
  begin();
  send(0, day.ofJournal);
  world.close();
  const std::vector<std::string> asking = {"access-log", world.where(), "--patient", PATIENT, "--as", "patient"};
  const std::vector<std::string> journal = {"journal", world.where(), "--patient", PATIENT, "--as", "patient"};
  EXPECT_FALSE(says(runLiggare(asking), "[gallrad]"));
  EXPECT_TRUE(says(runLiggare(journal), "Svets AB"));
  world.open();
  send(day.ofJournal, day.ofJournal + 1);
  world.close();
  auto log = runLiggare(asking);
  ASSERT_EQ(log.code, 0) << log.err;
  EXPECT_TRUE(says(log, "[gallrad]")) << log.out;
  EXPECT_FALSE(says(log, "[förstörd]")) << log.out;
  auto now = runLiggare(journal);
  ASSERT_EQ(now.code, 0) << now.err;
  for (auto* text : {"Plåt AB", "Svets AB", "Jag arbetar inte alls", NOTE_1}) EXPECT_FALSE(says(now, text)) << text;
  EXPECT_TRUE(says(now, "Samtal om arbetstider")) << "the other note was not decided on\n" << now.out;
  world.open();
  send(day.ofJournal + 1, day.lines.size());
  world.close();
  auto told = runLiggare({"destroy", world.where(), "--json"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(says(told, "\"disposed\":\"journal\"")) << told.out;
  EXPECT_TRUE(says(told, "\"disposed\":\"åtkomstlogg före 2026-11-03\"")) << told.out;
  EXPECT_TRUE(says(runLiggare({"destroy", world.where()}), "Gallring")) << told.out;
  EXPECT_EQ(runLiggare({"verify", world.where(), "--full", "--open"}).code, 0);
}

}  // namespace
}  // namespace liggare::test
