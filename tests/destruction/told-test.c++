// What people are told of a destruction: by the program, from outside.
#include <gtest/gtest.h>

#include "tests/destruction/destruction-world.h"
#include "tests/support/program.h"

namespace liggare::test {
namespace {

const std::string PATIENT = "198507062381";

class Told : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  const size_t execution = executingLine();

  void SetUp() override {
    world.open();
    world.play(0, execution);
    world.close();
  }
  void finish() {
    world.open();
    world.play(execution, destructionDay().size());
    world.close();
  }
  static bool says(const Ran& ran, const std::string& what) { return ran.out.find(what) != ran.out.npos; }
};

TEST_F(Told, TheAccessLogSaysThatSomethingWasReadAndNotWhatItWas) {
  const std::vector<std::string> asking = {"access-log", world.where(), "--patient", PATIENT, "--as", "patient"};
  auto before = runLiggare(asking);
  ASSERT_EQ(before.code, 0) << before.err;
  EXPECT_TRUE(says(before, "anteckning")) << before.out;
  EXPECT_FALSE(says(before, "[förstörd]")) << before.out;
  finish();
  auto after = runLiggare(asking);
  ASSERT_EQ(after.code, 0) << after.err;
  EXPECT_TRUE(says(after, "[förstörd]")) << after.out;
  EXPECT_FALSE(says(after, "anteckning")) << after.out;
}

TEST_F(Told, TheJournalHasNoTraceOfWhatStoodThere) {
  const std::vector<std::string> asking = {"journal", world.where(), "--patient", PATIENT, "--as", "patient"};
  auto before = runLiggare(asking);
  ASSERT_EQ(before.code, 0) << before.err;
  for (auto* text : {"Plåt AB", "Svets AB", "Samtal om arbetstider"}) EXPECT_TRUE(says(before, text)) << text;
  finish();
  auto after = runLiggare(asking);
  ASSERT_EQ(after.code, 0) << after.err;
  for (auto* text : {"Plåt AB", "Svets AB", "Samtal om arbetstider", NOTE_1, NOTE_2})
    EXPECT_FALSE(says(after, text)) << text;
  EXPECT_TRUE(says(after, "Jag arbetar inte alls")) << "the dissent was to stay\n" << after.out;
  auto then = asking;
  then.insert(then.end(), {"--at", "2026-10-20"});
  auto asItWas = runLiggare(then);
  for (auto* text : {"Plåt AB", "Svets AB", "Samtal om arbetstider"})
    EXPECT_FALSE(says(asItWas, text)) << "nor as it was known then: " << text;
}

TEST_F(Told, DoctorAndDestroyTellOfOneThatWasInterrupted) {
  auto crashed = runProgram(binaryDir() + "/destroy-child", {world.where(), "3", destructionDay().at(execution)});
  ASSERT_EQ(crashed.code, 9);
  auto doctor = runLiggare({"doctor", world.where()});
  EXPECT_EQ(doctor.code, 0) << doctor.out;
  EXPECT_TRUE(says(doctor, "inte genomförd")) << doctor.out;
  auto told = runLiggare({"destroy", world.where(), "--json"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(says(told, "\"stage\":\"done\"")) << told.out;
  EXPECT_TRUE(says(told, "\"ivoReference\":\"IVO-1\"")) << told.out;
  EXPECT_FALSE(says(told, "\"confirmed\"")) << told.out;
  EXPECT_TRUE(says(runLiggare({"doctor", world.where()}), "1 beslut genomförda"));
  EXPECT_EQ(runLiggare({"verify", world.where(), "--full", "--open"}).code, 0);
}

TEST_F(Told, ConfirmedIsToldApartFromDone) {
  finish();
  auto told = runLiggare({"destroy", world.where(), "--json"});
  EXPECT_TRUE(says(told, "\"confirmed\":")) << told.out;
  auto words = runLiggare({"destroy", world.where()});
  EXPECT_TRUE(says(words, "Bekräftat   ja, på position")) << words.out;
}

TEST_F(Told, ExplainSaysThatItRestedOnWhatIsGone) {
  world.open();
  Position read = 0, note = 0;
  for (Position p = 0; p < world.journal().head(); ++p) {
    auto event = world.journal().read(p);
    if (!event->entry.isSealed()) continue;
    if (event->view.body().isNoteRecorded()) note = p;
    for (auto part : event->view.patients)
      if (part.isAccess()) read = p;
  }
  world.close();
  auto explain = [&](const std::string& what) {
    return runLiggare({"explain", world.where(), what, "--as", "SE2321000131-K007", "--purpose", "logReview",
                       "--ground", "logReview", "--reason", "Stickprov", "--json"});
  };
  auto before = explain(std::to_string(read));
  ASSERT_EQ(before.code, 0) << before.out << before.err;
  EXPECT_TRUE(says(before, "\"restedOnDestroyed\":false")) << before.out;
  finish();
  auto after = explain(std::to_string(read));
  EXPECT_EQ(after.code, 0) << after.out << after.err;
  EXPECT_TRUE(says(after, "\"restedOnDestroyed\":true")) << after.out;
  auto itself = explain(std::to_string(note));
  EXPECT_EQ(itself.code, 0) << itself.out << itself.err;
  EXPECT_TRUE(says(itself, "\"isDestroyed\":true")) << itself.out;
  auto every = explain("--all");
  EXPECT_EQ(every.code, 0) << every.out << every.err;
  EXPECT_TRUE(says(every, "\"differing\":0")) << every.out;
}

TEST_F(Told, KeysAreToldByOwnerAndNeverShown) {
  auto before = runLiggare({"keys", world.where(), "--json"});
  EXPECT_EQ(before.code, 0) << before.err;
  EXPECT_TRUE(says(before, "\"owner\":\"operator\",\"epoch\":1")) << before.out;
  EXPECT_FALSE(says(before, "\"epoch\":2")) << before.out;
  auto after = runLiggare({"keys", world.where(), "--rotate", "--json"});
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_TRUE(says(after, "\"owner\":\"operator\",\"epoch\":2")) << after.out;
  EXPECT_FALSE(says(after, "\"epoch\":1")) << after.out;
  EXPECT_EQ(runLiggare({"verify", world.where(), "--full", "--open"}).code, 0);
}

}  // namespace
}  // namespace liggare::test
