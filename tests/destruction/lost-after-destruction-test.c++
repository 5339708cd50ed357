// A loss is accepted of a backup from before a destruction: the destruction is done again, and first of all nothing of
// it opens.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/restore.h"
#include "engine/vault/memory-key-holder.h"
#include "tests/destruction/destruction-world.h"

namespace liggare::test {
namespace {

TEST(LossAfterDestruction, BringsNothingBack) {
  TemporaryDirectory place;
  DestructionWorld world(place.path() + "/J");
  SeededRandom random{11};
  MemoryKeyHolder anna{"anna.drift.example", random}, bo{"bo.drift.example", random};
  std::array<VerifierKey, 2> operators{anna.verifierKey(), bo.verifierKey()};
  ASSERT_FALSE(registerOperators(world.options(), operators));
  const size_t execution = executingLine();
  world.open();
  world.play(0, execution);
  auto backup = world.journal().backup(place.path() + "/copy", {});
  ASSERT_TRUE(std::holds_alternative<BackupManifest>(backup));
  world.play(execution, destructionDay().size());
  const auto gone = world.gone();
  const std::string known = world.journal().checkpoint();
  world.close();

  RestoreOptions how;
  how.backup = place.path() + "/copy";
  how.directory = place.path() + "/fresh";
  how.keyFile = world.keyFile();
  how.vaultCopy = world.vaultCopy();
  how.evidence = {{"kontrollpunkten", known, std::nullopt, {}, {}}};
  auto head = parseCheckpoint(parseNote(known)->text)->head;
  const std::string text = formatLoss({"test.liggare.example/1", "test.liggare.example/2",
                                       std::get<BackupManifest>(backup).head, head.size, head.root,
                                       systemClock().now() / SECOND * SECOND, "Disken brann."});
  how.acceptance = {signNote(text, anna), signNote(text, bo)};
  auto old = how;
  old.vaultCopy.clear();
  EXPECT_EQ(std::get<RestoreFault>(restoreJournal(old, {}, {})).kind, RestoreFault::Kind::OLD_VAULT);
  auto answer = restoreJournal(how, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << std::get<RestoreFault>(answer).why;
  EXPECT_EQ(std::get<Restored>(answer).toDestroy, gone.size());
  JournalOptions opening;
  opening.directory = how.directory;
  opening.keyFile = how.keyFile;
  for (auto access : {JournalOptions::Access::READ, JournalOptions::Access::WRITE}) {
    opening.access = access;
    JournalFault fault{};
    auto journal = Journal::open(opening, fault);
    ASSERT_TRUE(journal) << fault.why;
    EXPECT_EQ(journal->origin(), "test.liggare.example/2");
    for (Position p : gone) EXPECT_TRUE(journal->read(p)->destroyed) << p;
    if (access == JournalOptions::Access::READ) continue;
    EXPECT_EQ(journal->destructions().at(0).stage, DestructionStage::DONE);
    VerifyOptions verifying;
    verifying.depth = Depth::FULL;
    auto report = journal->verify(verifying, {});
    EXPECT_TRUE(report.whole()) << report.first()->what;
    EXPECT_EQ(report.ciphertextsRemoved, gone.size());
  }
}

}  // namespace
}  // namespace liggare::test
