// A backup from before a destruction brings nothing back.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include <set>

#include "engine/restore.h"
#include "tests/destruction/destruction-world.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;
using Kind = RestoreFault::Kind;

class RestoringDestroyed : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  const size_t execution = executingLine();
  std::string copy = place.path() + "/copy", fresh = place.path() + "/fresh";

  void SetUp() override {
    world.open();
    world.play(0, execution);
    auto made = world.journal().backup(copy, {});
    ASSERT_TRUE(std::holds_alternative<BackupManifest>(made));
    world.play(execution, destructionDay().size());
    gone = world.gone();
    world.close();
  }
  RestoreOptions how() const {
    RestoreOptions out;
    out.backup = copy;
    out.directory = fresh;
    out.keyFile = world.keyFile();
    return out;
  }
  std::unique_ptr<Journal> openFresh(JournalOptions::Access access) const {
    JournalOptions o;
    o.directory = fresh;
    o.keyFile = world.keyFile();
    o.access = access;
    JournalFault fault{};
    auto journal = Journal::open(o, fault);
    KJ_REQUIRE(journal != nullptr, fault.why);
    return journal;
  }
  std::vector<Position> gone;
};

TEST_F(RestoringDestroyed, IsRefusedWithTheVaultOfThatTime) {
  auto answer = restoreJournal(how(), {}, {});
  auto* fault = std::get_if<RestoreFault>(&answer);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::OLD_VAULT) << fault->why;
  EXPECT_FALSE(fs::exists(fresh));
}

TEST_F(RestoringDestroyed, DoesTheDestructionAgainBeforeAnybodyIsAnswered) {
  auto options = how();
  options.vaultCopy = world.vaultCopy();
  auto answer = restoreJournal(options, {}, {});
  auto* fault = std::get_if<RestoreFault>(&answer);
  ASSERT_FALSE(fault) << fault->why;
  auto& made = std::get<Restored>(answer);
  EXPECT_TRUE(made.tookVault);
  EXPECT_EQ(made.toDestroy, gone.size());
  {
    auto reading = openFresh(JournalOptions::Access::READ);
    for (Position p : gone) EXPECT_TRUE(reading->read(p)->destroyed) << "also before it is opened for writing";
  }
  auto journal = openFresh(JournalOptions::Access::WRITE);
  for (Position p = 0; p < made.manifest.head.size; ++p)
    EXPECT_EQ(journal->read(p)->destroyed, std::find(gone.begin(), gone.end(), p) != gone.end()) << p;
  EXPECT_EQ(journal->destructions().at(0).stage, DestructionStage::DONE);
  VerifyOptions verifying;
  verifying.depth = Depth::FULL;
  auto report = journal->verify(verifying, {});
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.ciphertextsRemoved, gone.size());
  std::set<Position> said;
  for (Position p = made.manifest.head.size; p < journal->head(); ++p) {
    auto event = journal->read(p);
    if (auto* fact = std::get_if<DestroyedFact>(&event->entry.engine)) {
      said.insert(fact->positions.begin(), fact->positions.end());
      EXPECT_EQ(fact->decision, 0u) << "the decision stands in no entry of this log";
    }
  }
  EXPECT_EQ(said, std::set<Position>(gone.begin(), gone.end()));
}

TEST_F(RestoringDestroyed, TakesABackupFromAfterItAsItIs) {
  world.open();
  auto made = world.journal().backup(copy + "-2", {});
  ASSERT_TRUE(std::holds_alternative<BackupManifest>(made));
  world.close();
  auto options = how();
  options.backup = copy + "-2";
  options.vaultCopy = world.vaultCopy();
  auto answer = restoreJournal(options, {}, {});
  auto* fault = std::get_if<RestoreFault>(&answer);
  ASSERT_FALSE(fault) << fault->why;
  EXPECT_EQ(std::get<Restored>(answer).toDestroy, 0u);
  auto journal = openFresh(JournalOptions::Access::WRITE);
  for (Position p : gone) EXPECT_TRUE(journal->read(p)->destroyed);
  EXPECT_EQ(journal->head(), std::get<Restored>(answer).head.size) << "nothing more is told to the log";
}

TEST_F(RestoringDestroyed, RefusesAVaultThatIsNone) {
  auto options = how();
  options.vaultCopy = world.where() + "/log";
  EXPECT_EQ(std::get<RestoreFault>(restoreJournal(options, {}, {})).kind, Kind::BAD_EVIDENCE);
  options.vaultCopy = place.path() + "/nowhere";
  EXPECT_EQ(std::get<RestoreFault>(restoreJournal(options, {}, {})).kind, Kind::BAD_EVIDENCE);
  EXPECT_FALSE(fs::exists(fresh));
}

}  // namespace
}  // namespace liggare::test
