// The whole life of a journal whose keys a PKCS#11 token has sealed: what destruction is worth then, what a stolen disk
// gives away, and what happens when the token is pulled out.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/restore.h"
#include "engine/vault/key-holder.h"
#include "engine/vault/key-place.h"
#include "tests/destruction/attacker.h"
#include "tests/destruction/destruction-world.h"
#include "tests/support/soft-token.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

class WithToken : public testing::Test {
 protected:
  TemporaryDirectory place;
  SoftToken token;
  DestructionWorld world{place.path() + "/J", token.uri()};
  const size_t execution = executingLine(), end = destructionDay().size();
  const std::string before = place.path() + "/before", beforeKeys = before + ".keys";

  void copyAll() {
    fs::copy(world.where(), before, fs::copy_options::recursive);
    fs::copy(world.keyFile(), beforeKeys);
  }
  void stealAllFiles(Attacker& attacker) const {
    for (auto& directory : {before, world.where()}) {
      attacker.stealLog(directory);
      attacker.stealVault(directory + "/vault");
    }
    if (fs::exists(world.vaultCopy())) attacker.stealVault(world.vaultCopy());
    attacker.stealKeys(world.keyFile());
    attacker.stealKeys(beforeKeys);
  }
  // The key holder that a file gives together with today's token and its PIN.
  KeyPlaceAnswer holderOf(const std::string& file) const {
    return openKeyHolder({file, token.uri()}, {{}, "test.liggare.example/1"}, systemRandom());
  }
  void expectWhole() {
    world.open();
    EXPECT_FALSE(world.verify().first());
    world.close();
  }
  std::optional<JournalFault> faultOfOpening() const {
    JournalFault fault{};
    if (Journal::open(world.options(), fault)) return std::nullopt;
    return fault;
  }
};

TEST_F(WithToken, FilesOfAnyDayWithoutTheTokenOpenNothing) {
  world.open();
  world.play(0, execution);
  world.close();
  copyAll();
  Attacker attacker;
  stealAllFiles(attacker);
  ASSERT_GT(attacker.all().size(), 80u);
  EXPECT_TRUE(attacker.attack().empty());
  auto holder = holderOf(world.keyFile());
  ASSERT_NE(holder.holder, nullptr) << holder.error->line;
  attacker.use(*holder.holder);
  EXPECT_EQ(attacker.attack(), attacker.all()) << "with the token and its PIN it is an attack that works";
}

TEST_F(WithToken, AllFilesAndTodaysTokenOpenExactlyWhatSurvivesADestruction) {
  world.open();
  world.play(0, execution);
  world.close();
  copyAll();
  world.open();
  world.play(execution, end);
  const auto gone = world.gone();
  world.close();
  ASSERT_EQ(gone.size(), 4u);
  EXPECT_EQ(holderOf(beforeKeys).holder, nullptr) << "yesterday's key file is dead, wherever it lies";
  auto holder = holderOf(world.keyFile());
  ASSERT_NE(holder.holder, nullptr);
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.use(*holder.holder);
  auto survivors = attacker.all();
  for (Position p : gone) ASSERT_EQ(survivors.erase(p), 1u) << "the attacker has the text of " << p;
  EXPECT_EQ(attacker.attack(), survivors);
  holder.holder.reset();
  expectWhole();
}

TEST_F(WithToken, ADestructionThatTheTokenInterruptsGoesOnWhenItIsBack) {
  world.open();
  world.play(0, execution);
  world.open([&](std::string_view step) {
    if (step == "copied") token.remove();
  });
  world.submit(destructionDay()[execution]);
  EXPECT_NE(world.journal().destructions().at(0).stage, DestructionStage::DONE);
  world.close();
  EXPECT_EQ(faultOfOpening()->kind, JournalFault::Kind::NO_KEY_HOLDER);
  token.putBack();
  world.open();
  EXPECT_EQ(world.journal().destructions().at(0).stage, DestructionStage::DONE);
  EXPECT_EQ(world.gone().size(), 4u);
  world.play(execution + 1, end);
  world.close();
  expectWhole();
}

TEST_F(WithToken, TheJournalStopsWhenTheTokenIsGoneAndLosesNothing) {
  world.open();
  world.play(0, 3);
  const Position head = world.journal().head();
  token.remove();
  // Either the signature of the second or the first key of somebody new is refused.
  auto day = destructionDay();
  Outcome outcome;
  size_t next = 3;
  while (next < execution && (outcome = world.submit(day[next])).kind == Outcome::Kind::ACCEPTED) ++next;
  EXPECT_EQ(outcome.kind, Outcome::Kind::UNKNOWN);
  EXPECT_EQ(world.submit(day[next]).kind, Outcome::Kind::UNKNOWN) << "nothing more is accepted";
  world.close();
  auto fault = faultOfOpening();
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->kind, JournalFault::Kind::NO_KEY_HOLDER);
  EXPECT_EQ(fault->why.find('\n'), std::string::npos);
  token.putBack();
  world.open();
  EXPECT_GE(world.journal().head(), head + next - 3) << "what was answered is there";
  auto again = world.submit(day[next]);
  EXPECT_TRUE(again.kind == Outcome::Kind::ACCEPTED || again.kind == Outcome::Kind::DUPLICATE);
  world.play(next + 1, end);
  world.close();
  expectWhole();
}

TEST_F(WithToken, KeysChangeAndABackupIsRestoredWithTheNewestVault) {
  world.open();
  world.play(0, end);
  const std::string copy = place.path() + "/kopia";
  auto made = world.journal().backup(copy, {});
  ASSERT_TRUE(std::holds_alternative<BackupManifest>(made));
  const Buffer older = [&] {
    std::ifstream in(world.keyFile(), std::ios::binary);
    return Buffer{std::istreambuf_iterator<char>(in), {}};
  }();
  world.journal().rotateKeys();
  for (auto& key : world.journal().keysInUse()) EXPECT_GE(key.epoch, 2u);
  EXPECT_EQ(world.journal().keyCustody(), KeyCustody::TOKEN_SIGNS);
  world.close();
  EXPECT_EQ(token.keys(), 2u) << "one that seals and one that signs, however often keys are changed";
  expectWhole();

  RestoreOptions restoring;
  restoring.backup = copy;
  restoring.directory = place.path() + "/igen";
  restoring.keyFile = world.keyFile();
  auto without = restoreJournal(restoring, {}, {});
  ASSERT_TRUE(std::holds_alternative<RestoreFault>(without));
  EXPECT_EQ(std::get<RestoreFault>(without).kind, RestoreFault::Kind::NO_KEY_HOLDER);
  restoring.token = token.uri();
  auto old = restoreJournal(restoring, {}, {});
  ASSERT_TRUE(std::holds_alternative<RestoreFault>(old));
  EXPECT_EQ(std::get<RestoreFault>(old).kind, RestoreFault::Kind::OLD_VAULT);
  restoring.vaultCopy = world.vaultCopy();
  auto restored = restoreJournal(restoring, {}, {});
  ASSERT_TRUE(std::holds_alternative<Restored>(restored)) << std::get<RestoreFault>(restored).why;
  EXPECT_TRUE(std::get<Restored>(restored).withoutKeys.empty());

  const std::string stale = place.path() + "/gammal.keys";
  std::ofstream(stale, std::ios::binary).write(reinterpret_cast<const char*>(older.data()), ptrdiff_t(older.size()));
  fs::permissions(stale, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(holderOf(stale).holder, nullptr) << "the key file from before is dead too";
}

TEST_F(WithToken, KeysMoveFromAFileAndTheFileNoLongerOpensAnything) {
  DestructionWorld other(place.path() + "/K");
  other.open();
  other.play(0, execution);
  EXPECT_EQ(other.journal().keyCustody(), KeyCustody::FILE);
  auto wrong = other.journal().moveKeysTo(token.uriWith("ingen", SoftToken::module(), token.pinFile()));
  ASSERT_TRUE(wrong.has_value());
  const auto moved = other.journal().moveKeysTo(token.uri());
  ASSERT_FALSE(moved.has_value()) << moved->why;
  EXPECT_THROW(other.journal().rotateKeys(), kj::Exception) << "what it has in memory is no longer what is kept";
  other.close();
  JournalFault fault{};
  EXPECT_EQ(Journal::open(other.options(), fault), nullptr);
  EXPECT_EQ(fault.kind, JournalFault::Kind::NO_KEY_HOLDER);
  EXPECT_NE(fault.why.find("--pkcs11"), fault.why.npos) << fault.why;

  other.useToken(token.uri());
  other.open();
  EXPECT_EQ(other.journal().keyCustody(), KeyCustody::TOKEN_SIGNS);
  other.play(execution, end);
  EXPECT_FALSE(other.verify().first());
  other.journal().rotateKeys();
  other.close();
  Attacker attacker;
  attacker.stealLog(other.where());
  attacker.stealVault(other.where() + "/vault");
  attacker.stealVault(other.vaultCopy());
  attacker.stealKeys(other.keyFile());
  EXPECT_TRUE(attacker.attack().empty());
  EXPECT_FALSE(attacker.all().empty());
}

TEST_F(WithToken, OnlyAJournalWithATokenMaySayThatItsKeysWereInOne) {
  auto day = destructionDay();
  std::string confirmation;
  for (auto& line : day)
    if (line.find("\"confirmDestruction\"") != line.npos) confirmation = line;
  const std::string file = "\"keyHolder\":\"file\",\"noOtherCopy\":true,\"statementBy\":\"driftansvarig\"";
  const size_t at = confirmation.find(file);
  ASSERT_NE(at, confirmation.npos);
  confirmation.replace(at, file.size(), "\"keyHolder\":\"token\"");

  DestructionWorld inFile(place.path() + "/K");
  inFile.open();
  inFile.play(0, end - 1);
  auto refused = inFile.submit(confirmation);
  EXPECT_EQ(refused.kind, Outcome::Kind::INVALID);
  EXPECT_EQ(refused.path, "confirmDestruction.keyHolder");
  EXPECT_EQ(inFile.submit(day[end - 1]).kind, Outcome::Kind::ACCEPTED) << "it may be tried again, as it is";

  world.open();
  world.play(0, end - 1);
  EXPECT_EQ(world.submit(confirmation).kind, Outcome::Kind::ACCEPTED);
}

}  // namespace
}  // namespace liggare::test
