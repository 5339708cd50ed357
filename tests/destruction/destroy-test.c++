// What two persons decided to destroy is gone, for those who read, in every file, and after every crash on the way; and
// what was proved before is true after.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "engine/bundle.h"
#include "engine/journal-files.h"
#include "engine/kv/store.h"
#include "engine/log/proof-file.h"
#include "tests/destruction/destruction-world.h"
#include "tests/support/program.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

class Destroying : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  std::vector<std::string> day = destructionDay();
  const size_t execution = executingLine();

  std::string at(const std::string& name) const { return place.path() + "/" + name; }
  VerifierKey key() const {
    JournalFault fault{};
    return *parseVerifierKey(readJournalFile(world.where(), fault)->verifierKey);
  }
};

TEST_F(Destroying, IsDoneWhenTheExecutingCommandIsAnswered) {
  world.open();
  world.play(0, day.size());
  EXPECT_EQ(world.gone().size(), 4u) << "two notes, a signature and a correction";
  auto all = world.journal().destructions();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].stage, DestructionStage::DONE);
  EXPECT_EQ(all[0].decision, world.decision());
  auto report = world.verify();
  EXPECT_TRUE(report.whole()) << report.first()->what;
  EXPECT_EQ(report.ciphertextsRemoved, 4u);
}

TEST_F(Destroying, LeavesTheTextInNoFile) {
  world.open();
  world.play(0, execution);
  world.close();
  std::vector<Buffer> texts;
  auto collect = [&](Position p) {
    ClearLines lines;
    auto answer = openLog({world.where(), "test.liggare.example/1", {key()}}, lines, Access::READ);
    auto half = std::get<OpenedLog>(answer).log->sealed(p);
    for (auto& part : half->parts) texts.push_back(*part.ciphertext);
  };
  DestructionWorld other(at("other"), world);
  other.open();
  other.play(execution, execution + 1);
  auto gone = other.gone();
  other.close();
  for (Position p : gone) collect(p);
  ASSERT_GE(texts.size(), 12u);
  for (auto& text : texts) {
    EXPECT_TRUE(standsBelow(world.where(), text)) << "the search finds what is there";
    EXPECT_FALSE(standsBelow(other.where(), text));
  }
}

TEST_F(Destroying, LeavesNoOldRecordOfItsOwnerInTheVaultOrItsCopy) {
  world.open();
  world.play(0, execution);
  world.close();
  std::vector<Buffer> records;
  {
    auto vault = openRocks(world.where() + "/vault", RocksProfile::VAULT, Mode::READ_ONLY);
    auto rows = vault->cursor();
    for (rows->seekFirst(); rows->valid(); rows->next())
      if (rows->key().front() == 'S') records.emplace_back(rows->value().begin(), rows->value().end());
  }
  world.open();
  world.play(execution, execution + 1);
  const SubjectKey owner = world.journal().destructions().at(0).items.at(0).owner;
  world.close();
  size_t theirs = 0;
  for (auto& record : records) {
    const bool isTheirs = SubjectKey::from(Bytes(record).subspan(1, 16)) == owner;
    theirs += isTheirs;
    EXPECT_EQ(standsBelow(world.where(), Bytes(record).last(40)), !isTheirs);
    EXPECT_EQ(standsBelow(world.vaultCopy(), Bytes(record).last(40)), !isTheirs);
  }
  EXPECT_GT(theirs, 1u);
  EXPECT_LT(theirs, records.size());
}

TEST_F(Destroying, IsKeptApartFromConfirming) {
  bool broken = true;
  world.open([&](std::string_view step) { KJ_REQUIRE(!broken || step != "copied", "the disk says no"); });
  world.play(0, execution + 1);
  ASSERT_EQ(world.journal().destructions().at(0).stage, DestructionStage::REWRAPPED);
  world.play(execution + 1, execution + 2);  // the recipients are told
  auto early = world.submit(day.at(execution + 2));
  EXPECT_EQ(early.kind, Outcome::Kind::INVALID) << "nobody confirms what is not done";
  EXPECT_EQ(early.path, "confirmDestruction");
  EXPECT_THROW(world.journal().carryOut(), kj::Exception);
  broken = false;
  world.journal().carryOut();
  EXPECT_EQ(world.journal().destructions().at(0).stage, DestructionStage::DONE);
  EXPECT_EQ(world.submit(day.at(execution + 2)).kind, Outcome::Kind::ACCEPTED) << "the same command, tried again";
}

// The vault is told before the log is: a crash between the two leaves a row of a decision that nobody was answered on.
TEST_F(Destroying, ForgetsADecisionThatNobodyWasAnsweredOn) {
  world.open();
  world.play(0, execution);
  const Position head = world.journal().head();
  world.close();
  Destruction never;
  never.event.bytes[0] = 1;
  never.decision = head;
  {
    auto vault = openRocks(world.where() + "/vault", RocksProfile::VAULT, Mode::READ_WRITE);
    Batch batch;
    batch.put(destructionKey(never.event), encodeDestruction(never));
    vault->write(batch, Sync::YES);
  }
  world.open();
  EXPECT_TRUE(world.journal().destructions().empty());
  EXPECT_TRUE(world.gone().empty());
  EXPECT_EQ(world.journal().head(), head);
}

TEST_F(Destroying, LeavesLiveStateAndStateAfterARestartTheSame) {
  world.open();
  world.play(0, day.size());
  const std::vector<std::string> probes = {
      std::string("\"noteDissent\":{\"targetId\":\"") + NOTE_2 + "\",\"statement\":\"Nej.\",\"via\":\"phone\"}",
      std::string("\"correctNote\":{\"targetId\":\"") + NOTE_1 + "\",\"newText\":\"Annat.\",\"reason\":\"Fel.\"}",
      std::string("\"noteDissent\":{\"targetId\":\"") + CORRECTION + "\",\"statement\":\"Nej.\",\"via\":\"phone\"}",
      std::string("\"readJournal\":{\"items\":[\"") + NOTE_1 + "\"]}",
      std::string("\"readJournal\":{\"items\":[\"") + DISSENT + "\"]}",
      "\"readJournal\":{}",
      std::string("\"recordNote\":{\"noteId\":\"") + NOTE_2 + "\",\"template\":\"free\",\"text\":\"Igen.\"}",
  };
  auto answers = [&](DestructionWorld& of) {
    std::string out;
    for (auto& probe : probes) {
      auto outcome = of.ask(probe);
      out += std::string(outcomeName(outcome.kind)) + " " + std::to_string(static_cast<int>(outcome.code));
      for (auto& argument : outcome.arguments) out += " " + argument;
      auto event = of.journal().read(outcome.receipt.position);
      for (auto part : event->view.patients)
        if (part.isAccess()) out += " rader " + std::to_string(part.getAccess().getResources().size());
      out += "\n";
    }
    return out;
  };
  world.close();
  DestructionWorld copy(at("copy"), world);
  copy.open();
  const std::string after = answers(copy);

  DestructionWorld live(at("live"));
  live.open();
  live.play(0, day.size());
  EXPECT_EQ(answers(live), after);
  const auto gone = std::to_string(static_cast<int>(law::RefusalCode::DESTROYED_THING));
  EXPECT_TRUE(after.starts_with("refused " + gone)) << after;
  EXPECT_NE(after.find("refused " + std::to_string(static_cast<int>(law::RefusalCode::COMMAND_REPEATED))), after.npos)
      << "its id is not used again\n"
      << after;
}

TEST_F(Destroying, LeavesEveryProofFromBeforeTrue) {
  auto& journal = world.open();
  world.play(0, execution);
  ASSERT_EQ(journal.close().outcome.kind, Outcome::Kind::ACCEPTED);
  const std::string note = journal.checkpoint();
  const Position size = journal.head();
  std::vector<Hash> roots;
  for (Position p = 0; p <= size; ++p) roots.push_back(journal.rootAt(p));
  BundleOrder order;
  order.of = BundleOrder::Of::JOURNAL;
  Position first = 0;
  for (Position p = 0; p < size && order.subject.isZero(); ++p) {
    auto event = journal.read(p);
    if (!event->entry.isSealed() || !event->view.body().isNoteRecorded()) continue;
    first = p;
    auto patient = event->view.patients.front().getPatient();
    putBe64(order.subject.bytes.data(), patient.getHi());
    putBe64(order.subject.bytes.data() + 8, patient.getLo());
  }
  order.items.insert(first);
  auto before = journal.bundle(order);
  ASSERT_TRUE(std::holds_alternative<Bundle>(before));
  const std::string kept = encodeBundle(std::get<Bundle>(before));

  world.play(execution, day.size());
  ASSERT_TRUE(journal.read(first)->destroyed);
  for (Position p = 0; p <= size; ++p) EXPECT_EQ(journal.rootAt(p), roots[p]);
  std::string why;
  auto checked = checkBundle(*decodeBundle(kept, why), std::array{key()});
  EXPECT_FALSE(checked.fault.has_value());
  EXPECT_TRUE(checked.isWhole());
  ASSERT_EQ(journal.close().outcome.kind, Outcome::Kind::ACCEPTED);
  order.sinceSize = size;
  auto after = journal.bundle(order);
  ASSERT_TRUE(std::holds_alternative<Bundle>(after));
  auto known = openCheckpoint(note, journal.origin(), std::array{key()});
  auto again = checkBundle(std::get<Bundle>(after), std::array{key()}, known);
  EXPECT_FALSE(again.fault.has_value());
  EXPECT_TRUE(again.isWhole()) << "what is gone still counts";
  EXPECT_EQ(again.since, CheckedBundle::Since::CONTINUED);
}

TEST_F(Destroying, GivesEveryOwnerNewKeysWhenTheyAreRotated) {
  auto& journal = world.open();
  world.play(0, execution);
  const auto before = journal.keysInUse();
  journal.rotateKeys();
  const auto after = journal.keysInUse();
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].owner, before[i].owner);
    EXPECT_EQ(after[i].epoch, before[i].epoch + 1);
    EXPECT_EQ(after[i].streams, before[i].streams);
  }
  EXPECT_TRUE(world.gone().empty());
  EXPECT_TRUE(world.verify().whole());
  world.play(execution, day.size());
  EXPECT_EQ(world.gone().size(), 4u);
  world.open();
  EXPECT_TRUE(world.verify().whole());
}

}  // namespace
}  // namespace liggare::test
