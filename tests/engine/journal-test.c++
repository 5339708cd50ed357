// The front door, from outside: what is answered, what lasts, what a second opening finds.
#include "engine/journal.h"

#include <gtest/gtest.h>

#include <future>

#include "engine/law/refusals.h"
#include "tests/engine/small-world.h"

namespace liggare {

using test::SmallWorld;

TEST(Journal, BeginsWithGenesisAndTheOperatorsCommission) {
  SmallWorld world;
  auto& journal = world.open();
  ASSERT_EQ(journal.head(), 2u);
  auto genesis = journal.read(0);
  ASSERT_TRUE(genesis);
  EXPECT_TRUE(std::holds_alternative<GenesisFact>(genesis->entry.engine));
  auto second = journal.read(1);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->view.body().isOperatorCommissioned());
}

TEST(Journal, AnswersARecordedCommandWithItsReceipt) {
  SmallWorld world;
  auto& journal = world.open();
  auto outcome = world.submit(world.registerProvider("SE2321000131-A000", "14"));
  ASSERT_EQ(outcome.kind, Outcome::Kind::ACCEPTED) << outcome.reason << static_cast<int>(outcome.code);
  EXPECT_EQ(outcome.receipt.position, 2u);
  EXPECT_EQ(outcome.receipt.version, 1u);
  EXPECT_EQ(journal.head(), 3u);
  auto event = journal.read(2, Open::ALL);
  ASSERT_TRUE(event && event->ask);
  EXPECT_EQ(event->view.body().which(), schema::Body::PROVIDER_REGISTERED);
  EXPECT_TRUE(event->ask->getCommand().isRegisterProvider());
}

TEST(Journal, GivesARepeatedCommandItsFirstAnswerAlsoAfterReopening) {
  SmallWorld world;
  world.open();
  auto line = world.registerProvider("SE2321000131-A000", "14");
  auto first = world.submit(line);
  auto again = world.submit(line);
  EXPECT_EQ(again.kind, Outcome::Kind::DUPLICATE);
  EXPECT_EQ(again.first, Outcome::Kind::ACCEPTED);
  EXPECT_EQ(again.receipt.position, first.receipt.position);
  world.reopen();
  auto later = world.submit(line);
  EXPECT_EQ(later.kind, Outcome::Kind::DUPLICATE);
  EXPECT_EQ(later.receipt.position, first.receipt.position);
  EXPECT_EQ(later.receipt.leaf, first.receipt.leaf);
}

TEST(Journal, RefusesTheSameIdWithAnotherBodyAndLeavesNoEntry) {
  SmallWorld world;
  auto& journal = world.open();
  auto line = world.registerProvider("SE2321000131-A000", "14");
  world.submit(line);
  auto head = journal.head();
  auto other = line;
  other.replace(other.find("\"14\""), 4, "\"13\"");
  auto outcome = world.submit(other);
  EXPECT_EQ(outcome.kind, Outcome::Kind::REFUSED);
  EXPECT_EQ(outcome.code, law::RefusalCode::COMMAND_REPEATED);
  EXPECT_EQ(journal.head(), head);
}

TEST(Journal, RecordsARefusalWithoutItsPayload) {
  SmallWorld world;
  auto& journal = world.open();
  auto outcome = world.submit(world.command(
      "\"actor\":{\"operator\":null},\"patient\":\"199006022397\",\"recordNote\":{\"text\":\"hemligt\"}"));
  EXPECT_EQ(outcome.kind, Outcome::Kind::REFUSED);
  EXPECT_EQ(outcome.code, law::RefusalCode::NOT_AUTHORISED);
  auto event = journal.read(outcome.receipt.position, Open::ALL);
  ASSERT_TRUE(event && event->ask);
  EXPECT_TRUE(event->view.body().isAttemptRefused());
  EXPECT_EQ(event->view.texts.size(), 0u);
  EXPECT_EQ(std::string(event->ask->getCommand().getRecordNote().getText().cStr()), "•");
  EXPECT_EQ(event->lines.size(), 2u) << "stream and actor only";
}

TEST(Journal, RefusesKindsNotBuiltYetByName) {
  SmallWorld world;
  world.open();
  auto outcome = world.submit(world.command("\"actor\":{\"operator\":null},\"registerSubscriber\":{\"to\":\"x\"}"));
  EXPECT_EQ(outcome.code, law::RefusalCode::NOT_BUILT);
}

TEST(Journal, AnswersConflictWhenTheExpectedVersionDoesNotHold) {
  SmallWorld world;
  auto& journal = world.open();
  auto outcome = world.submit(world.command(
      "\"actor\":{\"operator\":null},\"expectedVersion\":7,\"registerProvider\":{\"provider\":\"SE2321000131-A000\","
      "\"name\":\"Region A\",\"kind\":\"public\",\"region\":\"14\",\"orgNumber\":\"2321000131\"}"));
  EXPECT_EQ(outcome.kind, Outcome::Kind::CONFLICT);
  EXPECT_EQ(outcome.expected, 7);
  EXPECT_EQ(outcome.actual, 0);
  EXPECT_EQ(journal.head(), 2u);
}

// Two who write in the same journal from the same view of it: the later is told, looks again and writes. Nothing is
// lost and nothing merged silently.
TEST(Journal, LetsOneOfTwoConcurrentWritersThroughAndTheOtherLooksAgain) {
  SmallWorld world;
  auto& journal = world.open();
  const std::string provider = "SE2321000131-A000", commission = "SE2321000131-K001", person = "199006022397";
  const std::string operates = R"("actor":{"operator":null},)";
  const std::string writes = R"("actor":{"staff":{"commission":")" + commission +
                             R"("},"authentication":{"method":"smartCard","level":3}},"purpose":"coordination",)";
  const std::string about = R"("patient":")" + person + R"(",)";
  const std::string analysis = "01a18693-8fe0-7f45-b0a6-4976dd6c4628";
  const std::string named = R"("provider":")" + provider + R"(",)";
  const auto given = [&](const std::string& line) {
    const auto outcome = world.submit(line);
    ASSERT_EQ(outcome.kind, Outcome::Kind::ACCEPTED) << line << law::refusalName(outcome.code) << outcome.path;
  };
  given(world.registerProvider(provider, "14"));
  given(world.command(operates + R"("adoptRiskAnalysis":{"analysisId":")" + analysis + R"(",)" + named +
                      R"("version":1,"validFrom":"2026-11-01T00:00:00Z","reviewBy":"2027-11-01T00:00:00Z"})"));
  const std::string sync = R"("syncCommission":{"commission":")" + commission + R"(",)" + named +
                           R"("staff":"SE2321000131-P001","unit":"SE2321000131-E001","purposes":["coordination"],)" +
                           R"("rights":["govern","read","write","register"]})";
  given(world.command(operates + sync));
  given(world.command(operates + R"("grantAuthorisation":{"commission":")" + commission + R"(",)" + named +
                      R"("analysisId":")" + analysis + R"("})"));
  given(world.command(writes + R"("registerUnit":{"unit":"SE2321000131-E001","name":"Enheten","type":"primaryCare"})"));
  given(world.command(writes + sync));  // now at the unit that is registered
  given(world.command(writes + R"("registerPatient":{"identifiers":[")" + person + R"("],"assurance":"confirmed"})"));
  given(world.command(writes + about + R"("registerRelation":{"kind":"visit","unit":"SE2321000131-E001"})"));

  const auto note = [&](const std::string& text, int64_t seen) {
    return world.submit(world.command(writes + about + R"("expectedVersion":)" + std::to_string(seen) +
                                      R"(,"recordNote":{"template":"free","text":")" + text + R"("})"));
  };
  const auto first = note("Den ena.", 0);
  ASSERT_EQ(first.kind, Outcome::Kind::ACCEPTED) << law::refusalName(first.code) << first.path;
  const auto head = journal.head();
  const auto second = note("Den andra.", 0);
  EXPECT_EQ(second.kind, Outcome::Kind::CONFLICT);
  EXPECT_EQ(second.expected, 0);
  EXPECT_EQ(second.actual, static_cast<int64_t>(first.receipt.version));
  EXPECT_EQ(journal.head(), head);
  EXPECT_EQ(note("Den andra, som har läst den ena.", second.actual).kind, Outcome::Kind::ACCEPTED);
}

TEST(Journal, AnswersInvalidWithFieldAndReasonAndLeavesNoEntry) {
  SmallWorld world;
  auto& journal = world.open();
  auto outcome =
      world.submit(world.command("\"actor\":{\"operator\":null},\"registerProvider\":{\"kind\":\"puplic\"}"));
  EXPECT_EQ(outcome.kind, Outcome::Kind::INVALID);
  EXPECT_EQ(outcome.path, "registerProvider.kind");
  EXPECT_EQ(journal.head(), 2u);
}

TEST(Journal, KeepsTheOrderOfASessionWhileFragmentsAreLoaded) {
  SmallWorld world;
  world.open();
  world.submit(world.registerProvider("SE2321000131-A000", "14"));
  world.reopen();  // nothing is in memory: the first command of the burst waits for a fragment, the others wait behind
                   // it
  std::vector<std::promise<Outcome>> answers(20);
  for (size_t i = 0; i < answers.size(); ++i)
    world.journal().submit({"demo:test", 1, world.adoptAnalysis("SE2321000131-A000"), {}},
                           [&, i](Outcome o) { answers[i].set_value(std::move(o)); });
  Position before = 0;
  for (auto& answer : answers) {
    auto outcome = answer.get_future().get();
    EXPECT_GT(outcome.receipt.position, before);
    before = outcome.receipt.position;
  }
}

TEST(Journal, VerifiesWholeAndIsFoundAgainByItsCheckpoint) {
  SmallWorld world;
  auto& journal = world.open();
  for (int i = 0; i < 300; ++i) world.submit(world.adoptAnalysis("SE2321000131-A000"));
  auto note = journal.checkpoint();
  EXPECT_NE(note.find("\n302\n"), std::string::npos) << note;
  auto root = journal.rootAt(journal.head());
  auto& again = world.reopen();
  EXPECT_EQ(again.rootAt(again.head()), root);
  VerifyOptions options;
  options.depth = Depth::FULL;
  auto report = again.verify(options, {});
  EXPECT_TRUE(report.whole()) << (report.first() ? report.first()->what : "");
  EXPECT_EQ(report.entries, 302u);
}

TEST(Journal, RebuildsItsIndexWhenItIsMissing) {
  SmallWorld world;
  world.open();
  auto line = world.registerProvider("SE2321000131-A000", "14");
  auto first = world.submit(line);
  world.close();
  world.removeIndex();
  auto& journal = world.open();
  EXPECT_TRUE(journal.find(schema::RefKind::PROVIDER, "SE2321000131-A000"));
  EXPECT_EQ(world.submit(line).receipt.position, first.receipt.position);
}

}  // namespace liggare
