// Somebody has every file of the journal from before and after, every copy of the vault, and today's key holder; tries
// every key on every ciphertext; and opens exactly what survives. Without the destruction the same attack opens all,
// and so it does with yesterday's key file: it is an attack that works.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "tests/destruction/attacker.h"
#include "tests/destruction/destruction-world.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

class Attacked : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  const size_t execution = executingLine();
  std::string before = place.path() + "/before", beforeKeys = before + ".keys";

  // The day up to the execution, and a copy of every file.
  void SetUp() override {
    world.open();
    world.play(0, execution);
    world.close();
    fs::copy(world.where(), before, fs::copy_options::recursive);
    fs::copy(world.keyFile(), beforeKeys);
  }
  void stealAllFiles(Attacker& attacker) const {
    for (auto& directory : {before, world.where()}) {
      attacker.stealLog(directory);
      attacker.stealVault(directory + "/vault");
    }
    if (fs::exists(world.vaultCopy())) attacker.stealVault(world.vaultCopy());
  }
};

TEST_F(Attacked, WithAllFilesAndTodaysHolderOpensExactlyWhatSurvives) {
  world.open();
  world.play(execution, destructionDay().size());
  const auto gone = world.gone();
  world.close();
  ASSERT_EQ(gone.size(), 4u);
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  auto survivors = attacker.all();
  for (Position p : gone) ASSERT_EQ(survivors.erase(p), 1u) << "the attacker has the text of " << p;
  EXPECT_EQ(attacker.attack(), survivors);

  Attacker yesterday;
  stealAllFiles(yesterday);
  yesterday.stealKeys(world.keyFile());
  yesterday.stealKeys(beforeKeys);
  EXPECT_EQ(yesterday.attack(), yesterday.all()) << "why copies of the key file must go too";
}

TEST_F(Attacked, WithoutTheDestructionOpensAll) {
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  ASSERT_GT(attacker.all().size(), 80u);
  EXPECT_EQ(attacker.attack(), attacker.all());
}

TEST_F(Attacked, InTheMiddleOfItCanDoNoMoreThanBefore) {
  world.open([](std::string_view step) { KJ_REQUIRE(step != "holder", "stopped when the old keys are gone"); });
  world.play(execution, execution + 1);
  auto gone = world.journal().destructions().at(0).items;
  world.close();
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  auto survivors = attacker.all();
  for (auto& item : gone) survivors.erase(item.position);
  EXPECT_EQ(attacker.attack(), survivors) << "the text is still in the log, and nothing opens it";
}

}  // namespace
}  // namespace liggare::test
