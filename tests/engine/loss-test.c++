// A backup older than what others were promised goes on only when two operators have signed just that loss; and then
// under another name, so that nothing promised in the lost range is ever taken for valid.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/loss.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/opening.h"
#include "engine/log/witness.h"
#include "engine/vault/file-key-holder.h"
#include "engine/vault/memory-key-holder.h"
#include "tests/engine/backup-world.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::BackupWorld;
using Kind = RestoreFault::Kind;

const std::string FIRST = "test.liggare.example/1", SECOND_NAME = "test.liggare.example/2";

// A journal with two operators, a backup, and two commands after it that others were promised.
struct LostWorld : BackupWorld {
  SeededRandom random{7};
  MemoryKeyHolder anna{"anna.drift.example", random}, bo{"bo.drift.example", random},
      stranger{"okänd.example", random};
  BackupManifest manifest;
  std::vector<Outcome> kept, lost;
  std::string known;  // the checkpoint that tells of them
  const Micros today = systemClock().now() / SECOND * SECOND;

  LostWorld() {
    registerBoth();
    open();
    kept = work(4);
    manifest = backup();
    lost = work(2);
    known = journal().checkpoint();
    close();
  }
  void registerBoth() {
    std::array<VerifierKey, 2> keys{anna.verifierKey(), bo.verifierKey()};
    auto fault = registerOperators(options(), keys);
    KJ_REQUIRE(!fault, fault->why);
  }
  LossStatement statement() const {
    auto head = parseCheckpoint(parseNote(known)->text)->head;
    return {FIRST, SECOND_NAME, manifest.head, head.size, head.root, today, "Disken brann."};
  }
  RestoreOptions accepting(const LossStatement& said) {
    auto out = restoring();
    out.evidence = {{"kontrollpunkten", known, std::nullopt, {}, {}}};
    out.acceptance = {signNote(formatLoss(said), anna), signNote(formatLoss(said), bo)};
    return out;
  }
  static std::variant<Restored, RestoreFault> run(const RestoreOptions& options) {
    return restoreJournal(options, {}, {});
  }
  Restored accept() {
    auto answer = run(accepting(statement()));
    if (auto* fault = std::get_if<RestoreFault>(&answer)) KJ_FAIL_REQUIRE("not accepted", fault->why);
    return std::get<Restored>(std::move(answer));
  }
  // That nothing goes on, nothing is left, and why.
  void expectRefused(const RestoreOptions& options, const std::string& why, Kind kind = Kind::NOT_ACCEPTED) {
    auto answer = run(options);
    auto* fault = std::get_if<RestoreFault>(&answer);
    ASSERT_TRUE(fault) << "it was restored, and should not: " << why;
    EXPECT_EQ(static_cast<int>(fault->kind), static_cast<int>(kind)) << fault->why;
    EXPECT_NE(fault->why.find(why), std::string::npos) << fault->why;
    EXPECT_FALSE(fs::exists(options.directory));
    EXPECT_EQ(leftovers(), 0u);
  }
  std::unique_ptr<Journal> going(JournalOptions::Access access = JournalOptions::Access::WRITE) {
    JournalFault fault{};
    auto journal = openFresh(access, fault);
    KJ_REQUIRE(journal != nullptr, fault.why);
    return journal;
  }
  JournalFile fileOf(const std::string& directory) const {
    JournalFault fault{};
    return *readJournalFile(directory, fault);
  }
};

TEST(AcceptedLoss, LetsTheLogGoOnUnderAnotherNameThatSaysWhatIsLost) {
  LostWorld world;
  auto restored = world.accept();
  ASSERT_TRUE(restored.accepted);
  EXPECT_EQ(restored.accepted->position, world.manifest.head.size);
  EXPECT_EQ(restored.accepted->lostFrom, world.manifest.head.size);
  EXPECT_EQ(restored.accepted->lostTo, world.manifest.head.size + 2);
  EXPECT_EQ(restored.accepted->by, (std::vector<std::string>{"anna.drift.example", "bo.drift.example"}));
  auto journal = world.going();
  EXPECT_EQ(journal->origin(), SECOND_NAME);
  EXPECT_EQ(journal->head(), world.manifest.head.size + 1) << "nothing dropped, nothing noted but the loss";
  EXPECT_EQ(journal->rootAt(world.manifest.head.size), world.manifest.head.root) << "the same tree goes on";
  auto entry = journal->read(world.manifest.head.size);
  auto* fact = std::get_if<IncarnationFact>(&entry->entry.engine);
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->origin, SECOND_NAME);
  EXPECT_EQ(fact->oldCheckpoint, world.known);
  // What was lost is asked for again, and both halves of the log can be read.
  auto line = world.registerProvider("SE2321000131-A9999", "14");
  EXPECT_EQ(journal->submitAndWait({"demo:test", 1, line, {}}).kind, Outcome::Kind::ACCEPTED);
  for (Position p = 0; p < journal->head(); ++p) EXPECT_TRUE(journal->read(p).has_value()) << p;
  auto note = journal->checkpoint();
  auto key = *parseVerifierKey(world.fileOf(world.fresh).verifierKey);
  EXPECT_TRUE(openCheckpoint(note, SECOND_NAME, std::array{key}));
  EXPECT_FALSE(openCheckpoint(note, FIRST, std::array{keyCalled(key, FIRST)}));
  auto report = journal->verify({Depth::FULL, LinesOpen::AT_HAND, {world.fresh, SECOND_NAME, {key}}}, {});
  EXPECT_TRUE(report.whole()) << report.first()->what;
}

TEST(AcceptedLoss, CanBeJudgedByWhoeverHasTheEntriesAlone) {
  LostWorld world;
  world.accept();
  auto file = world.fileOf(world.fresh);
  ClearLines lines;
  auto answer = openLog({world.fresh, file.origin, {*parseVerifierKey(file.verifierKey)}}, lines, Access::READ);
  auto& log = *std::get<OpenedLog>(answer).log;
  EXPECT_TRUE(isBeginningOf(log, file));
  EXPECT_TRUE(judgeLosses(log, file).empty());
  auto losses = lossesOf(log, file);
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].reason, "Disken brann.");
  EXPECT_TRUE(lossOver(losses, world.lost[1].receipt.position));
  EXPECT_FALSE(lossOver(losses, world.kept.back().receipt.position));
  auto forgetful = file;  // LIGGARE is nobody's evidence
  forgetful.former.clear();
  EXPECT_EQ(judgeLosses(log, forgetful).size(), 1u);
  EXPECT_FALSE(isBeginningOf(log, forgetful)) << "entry 0 has another name";
  auto inventive = file;
  inventive.former.push_back({world.manifest.head.size - 1, "test.liggare.example/0"});
  EXPECT_FALSE(isBeginningOf(log, inventive));
}

TEST(AcceptedLoss, NeedsTwoPersons) {
  LostWorld world;
  auto options = world.accepting(world.statement());
  auto one = options;
  one.acceptance.pop_back();
  world.expectRefused(one, "två operatörer");
  auto none = options;
  none.acceptance.clear();
  world.expectRefused(none, "skulle gå förlorade", Kind::ROLLED_BACK);
  auto same = options;
  same.acceptance[1] = same.acceptance[0];
  world.expectRefused(same, "har undertecknat båda");
  auto three = options;
  three.acceptance.push_back(three.acceptance[0]);
  world.expectRefused(three, "två operatörer");
  auto unknown = options;
  unknown.acceptance[1] = signNote(formatLoss(world.statement()), world.stranger);
  world.expectRefused(unknown, "inte undertecknat av någon operatör");
  // Somebody who calls himself Bo.
  MemoryKeyHolder impostor{"bo.drift.example", world.random};
  unknown.acceptance[1] = signNote(formatLoss(world.statement()), impostor);
  world.expectRefused(unknown, "inte undertecknat av någon operatör");
}

TEST(AcceptedLoss, IsOfJustWhatWasSigned) {
  LostWorld world;
  const auto right = world.statement();
  auto refused = [&](const std::function<void(LossStatement&)>& change, const std::string& why) {
    auto said = right;
    change(said);
    world.expectRefused(world.accepting(said), why);
  };
  refused([](auto& s) { s.origin = "annan.example/1"; }, "gäller loggen annan.example/1");
  refused([](auto& s) { s.next = "test.liggare.example/3"; }, "används en gång");
  refused([](auto& s) { --s.from.size; }, "en annan kopia");
  refused([](auto& s) { s.from.root.bytes[0] ^= 1; }, "en annan kopia");
  refused([](auto& s) { ++s.knownSize; }, "andra bevis");
  refused([](auto& s) { s.knownRoot->bytes[0] ^= 1; }, "andra bevis");
  refused([](auto& s) { s.knownRoot.reset(); }, "andra bevis");
  refused([](auto& s) { s.at -= LOSS_VALID + HOUR; }, "sju dagar");
  refused([](auto& s) { s.at += HOUR; }, "sju dagar");
  auto evidence = world.accepting(right);  // a receipt has come since, and it reaches further
  evidence.evidence.push_back({"kvittot", std::nullopt, std::nullopt, {}, {{right.knownSize, {}}}});
  world.expectRefused(evidence, "andra bevis");
}

TEST(AcceptedLoss, DoesNotRestOnAnythingTamperedWith) {
  LostWorld world;
  auto options = world.accepting(world.statement());
  const auto tampered = [&](const std::string& from, const std::string& to) {
    auto out = options;
    for (auto& note : out.acceptance) note.replace(note.find(from), from.size(), to);
    return out;
  };
  world.expectRefused(tampered("Disken brann.", "Disken gick."), "en underskrift stämmer inte");
  auto halves = options;
  auto other = world.statement();
  other.reason = "Annat.";
  halves.acceptance[1] = signNote(formatLoss(other), world.bo);
  world.expectRefused(halves, "inte samma sak");
  world.expectRefused(tampered("liggare accept-loss 0", "liggare accept-loss 1"), "inget som operatörer undertecknar");
  auto empty = options;
  empty.acceptance[0].clear();
  world.expectRefused(empty, "inget som operatörer undertecknar");
  for (size_t cut = 1; cut < options.acceptance[0].size(); cut += 37) {
    auto shorter = options;
    shorter.acceptance[0].resize(cut);
    EXPECT_TRUE(std::holds_alternative<RestoreFault>(LostWorld::run(shorter))) << cut;
  }
}

TEST(AcceptedLoss, IsAcceptedOnce) {
  LostWorld world;
  auto options = world.accepting(world.statement());
  ASSERT_TRUE(std::holds_alternative<Restored>(LostWorld::run(options)));
  options.directory = world.fresh + "-2";
  world.expectRefused(options, "används en gång");
  auto silent = world.restoring();  // nor does the old backup come back when nobody shows any evidence
  silent.directory = options.directory;
  world.expectRefused(silent, "journalen har gått vidare som " + SECOND_NAME, Kind::ROLLED_BACK);
  auto again = world.statement();  // a new decision makes a third log: this loss is of the second one too
  again.next = "test.liggare.example/3";
  auto third = world.accepting(again);
  third.directory = options.directory;
  auto answer = LostWorld::run(third);
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << std::get<RestoreFault>(answer).why;
  JournalFault fault{};
  EXPECT_EQ(world.openFresh(JournalOptions::Access::WRITE, fault), nullptr);
  EXPECT_EQ(fault.kind, JournalFault::Kind::UNAVAILABLE);
}

TEST(AcceptedLoss, LeavesTheOldDirectoryReadableAndNeverContinued) {
  LostWorld world;
  world.accept();
  JournalFault fault{};
  EXPECT_EQ(Journal::open(world.options(), fault), nullptr);
  EXPECT_EQ(fault.kind, JournalFault::Kind::UNAVAILABLE);
  EXPECT_NE(fault.why.find(SECOND_NAME), std::string::npos) << fault.why;
  auto reading = world.options();
  reading.access = JournalOptions::Access::READ;
  auto journal = Journal::open(reading, fault);
  ASSERT_TRUE(journal) << fault.why;
  EXPECT_EQ(journal->head(), world.lost.back().receipt.position + 1) << "what was lost is there for whoever has it";
}

TEST(AcceptedLoss, TellsLaterEvidenceOfTheLostRangeAsLost) {
  LostWorld world;
  world.accept();
  {
    auto journal = world.going();
    for (auto* provider : {"SE2321000131-A9910", "SE2321000131-A9911", "SE2321000131-A9912"})
      journal->submitAndWait({"demo:test", 1, world.registerProvider(provider, "14"), {}});
    ASSERT_TRUE(std::holds_alternative<BackupManifest>(journal->backup(world.copy + "-2", {})));
  }
  auto options = world.restoring();
  options.backup = world.copy + "-2";
  options.directory = world.fresh + "-2";
  const auto receipt = [](const Outcome& o) { return ReceiptShown{o.receipt.position, o.receipt.leaf}; };
  options.evidence = {{"då", world.known, std::nullopt, {}, {receipt(world.lost[0]), receipt(world.kept[0])}}};
  auto answer = LostWorld::run(options);
  ASSERT_TRUE(std::holds_alternative<Restored>(answer)) << std::get<RestoreFault>(answer).why;
  auto& made = std::get<Restored>(answer);
  EXPECT_EQ(made.evidenceHeld, 3u);
  EXPECT_EQ(made.evidenceLost, 2u) << "the checkpoint and the receipt of what is lost, not the one of what is kept";
  EXPECT_FALSE(made.accepted);
  // Somebody was promised more of the first log than the two knew of.
  options.directory += "-3";
  auto head = parseCheckpoint(parseNote(world.known)->text)->head;
  FileKeyHolder::Result keys = FileKeyHolder::open(world.keyFile, {"", "", std::nullopt}, systemRandom());
  const std::string more = signCheckpoint({FIRST, {head.size + 1, head.root}, {}}, *keys.holder);
  options.evidence = {{"mer", more, std::nullopt, {}, {}}};
  world.expectRefused(options, "lovar mer av " + FIRST, Kind::ROLLED_BACK);
}

TEST(AcceptedLoss, IsNotTakenForTheOldLogByAWitness) {
  LostWorld world;
  SeededRandom random{9};
  const std::string place = world.where() + "-witness";
  MemoryKeyHolder signer{"vittne.example/a", random};
  ASSERT_FALSE(Witness::create(place, cosignerKey(signer.verifierKey())));
  auto opened = Witness::open(place, signer, systemClock());
  auto& witness = *std::get<std::unique_ptr<Witness>>(opened);
  witness.trust(*parseVerifierKey(world.fileOf(world.where()).verifierKey));
  ASSERT_EQ(witness.addCheckpoint(formatAddCheckpoint({0, {}, world.known})).status, 200u);
  auto knownSize = parseCheckpoint(parseNote(world.known)->text)->head.size;
  world.accept();
  auto journal = world.going();
  const std::string note = journal->checkpoint();
  EXPECT_EQ(witness.addCheckpoint(formatAddCheckpoint({knownSize, {}, note})).status, 404u) << "a name it never heard";
  // The same key under the old name: smaller than what was cosigned, or another tree.
  FileKeyHolder::Result keys = FileKeyHolder::open(world.keyFile, {"", "", std::nullopt}, systemRandom());
  const Head head{journal->head(), journal->rootAt(journal->head())};
  const std::string old = signCheckpoint({FIRST, head, {}}, *keys.holder);
  EXPECT_GE(witness.addCheckpoint(formatAddCheckpoint({knownSize, {}, old})).status, 400u);
  EXPECT_TRUE(witness.trust(*parseVerifierKey(world.fileOf(world.fresh).verifierKey))) << "its operator's own act";
  EXPECT_EQ(witness.addCheckpoint(formatAddCheckpoint({0, {}, note})).status, 200u);
}

TEST(AcceptedLoss, IsRefusedWhereNobodyCanAcceptOrNothingIsLost) {
  LostWorld world;
  auto options = world.accepting(world.statement());
  auto whole = options;
  whole.evidence.clear();
  world.expectRefused(whole, "inget är förlorat");
  auto cut = options;
  cut.cut = CutAt{3, std::nullopt};
  world.expectRefused(cut, "--at", Kind::BAD_CUT);
  auto without = options;
  without.keyFile = "";
  fs::rename(world.keyFile, world.keyFile + ".away");
  world.expectRefused(without, "nyckelhållaren", Kind::NO_KEY_HOLDER);
  fs::rename(world.keyFile + ".away", world.keyFile);
  std::array<VerifierKey, 2> keys{world.anna.verifierKey(), world.bo.verifierKey()};
  EXPECT_TRUE(registerOperators(world.options(), keys)) << "once";
}

TEST(Operators, AreAtLeastTwoWithNamesAndKeysOfTheirOwn) {
  BackupWorld world;
  SeededRandom random{3};
  MemoryKeyHolder anna{"anna.example", random}, bo{"bo.example", random};
  auto refused = [&](std::vector<VerifierKey> keys) { return registerOperators(world.options(), keys).has_value(); };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({anna.verifierKey()}));
  EXPECT_TRUE(refused({anna.verifierKey(), anna.verifierKey()}));
  EXPECT_TRUE(refused({anna.verifierKey(), keyCalled(anna.verifierKey(), "bo.example")}));
  EXPECT_TRUE(refused({anna.verifierKey(), keyCalled(bo.verifierKey(), "anna.example")}));
  JournalFault fault{};
  auto logKey = *parseVerifierKey(readJournalFile(world.where(), fault)->verifierKey);
  EXPECT_TRUE(refused({anna.verifierKey(), keyCalled(logKey, "bo.example")})) << "the log is no person";
  EXPECT_FALSE(refused({anna.verifierKey(), bo.verifierKey()}));
}

TEST(LossStatement, IsReadInOneSpellingOnly) {
  LossStatement said{"a/1", "a/2", {3, emptyRoot()}, 5, std::nullopt, 1'793'600'000'000'000, "Disken brann i går."};
  const std::string text = formatLoss(said);
  EXPECT_EQ(parseLoss(text), said);
  said.knownRoot = emptyRoot();
  EXPECT_EQ(parseLoss(formatLoss(said)), said);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other.erase(i, 1);
    auto read = parseLoss(other);
    if (read) {
      EXPECT_EQ(formatLoss(*read), other) << i;
    }
  }
  EXPECT_FALSE(parseLoss(text + "\n"));
  EXPECT_FALSE(parseLoss(""));
  EXPECT_FALSE(isReason("två\nrader"));
  EXPECT_FALSE(isReason(std::string(REASON_MAX + 1, 'x')));
}

TEST(IncarnationNames, CountFromWhereTheJournalBegan) {
  EXPECT_EQ(incarnationCalled("a.example/1", 0), "a.example/1");
  EXPECT_EQ(incarnationCalled("a.example/1", 2), "a.example/3");
  EXPECT_EQ(incarnationCalled("a.example", 1), "a.example/2");
  for (auto* name : {"a.example/1", "a.example", "a/b/7", "a/x", "a/0"})
    for (uint32_t n : {0u, 1u, 5u})
      EXPECT_EQ(lossesWhenCalled(name, incarnationCalled(name, n)), n) << name << " " << n;
  for (auto* origin : {"b.example/2", "a.example", "a.example/0", "a.example/02", "a.example/1/2", "a.example/"})
    EXPECT_FALSE(lossesWhenCalled("a.example/1", origin)) << origin;
}

}  // namespace
}  // namespace liggare
