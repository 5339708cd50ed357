// Crashes at every step of a destruction and of a disposal, and once more at the first step of going on.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include "tests/destruction/disposal-day.h"
#include "tests/support/program.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

class DestroyingStepByStep : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  std::vector<std::string> day = destructionDay();
  const size_t execution = executingLine();

  std::string at(const std::string& name) const { return place.path() + "/" + name; }
};

TEST_F(DestroyingStepByStep, GoesOnAfterACrashAtEveryStep) {
  world.open();
  world.play(0, execution);
  world.close();
  DestructionWorld straight(at("straight"), world);
  straight.open();
  straight.play(execution, execution + 1);
  const std::string wanted = retoldState(straight);
  int code = 9;
  size_t step = 0;
  for (; code == 9; ++step) {
    SCOPED_TRACE("crash after step " + std::to_string(step));
    DestructionWorld crashed(at("crashed-" + std::to_string(step)), world);
    const std::string child = binaryDir() + "/destroy-child";
    code = runProgram(child, {crashed.where(), std::to_string(step), day.at(execution)}).code;
    ASSERT_TRUE(code == 9 || code == 0) << code;
    if (code == 9) {
      auto again = runProgram(child, {crashed.where(), "0"}).code;  // and once more, at the first step of going on
      ASSERT_TRUE(again == 9 || again == 0) << again;
    }
    crashed.open();
    ASSERT_EQ(crashed.journal().destructions().at(0).stage, DestructionStage::DONE);
    EXPECT_EQ(retoldState(crashed), wanted);
    auto report = crashed.verify();
    EXPECT_TRUE(report.whole()) << report.first()->what;
    EXPECT_EQ(crashed.submit(day.at(execution)).kind, Outcome::Kind::DUPLICATE) << "it was durable, whoever was told";
    crashed.play(execution + 1, day.size());
  }
  EXPECT_EQ(step, 12u) << "eleven steps, and the run in which none was the last";
}

class DisposingStepByStep : public testing::Test {
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
};

TEST_F(DisposingStepByStep, GoesOnAfterACrashAtEveryStep) {
  begin();
  for (size_t execution : {day.ofJournal, day.ofLog}) {
    send(execution == day.ofJournal ? 0 : day.ofJournal, execution);
    world.close();
    const std::string name = at(std::to_string(execution));
    DestructionWorld straight(name + "-straight", world);
    straight.open();
    send(straight, day.lines[execution]);
    const std::string wanted = retoldState(straight);
    int code = 9;
    size_t step = 0;
    for (; code == 9; ++step) {
      SCOPED_TRACE(day.lines[execution] + " crash after step " + std::to_string(step));
      DestructionWorld crashed(name + "-crashed-" + std::to_string(step), world);
      const std::string child = binaryDir() + "/destroy-child";
      code = runProgram(child, {crashed.where(), std::to_string(step), day.lines[execution]}).code;
      ASSERT_TRUE(code == 9 || code == 0) << code;
      if (code == 9) {
        auto again = runProgram(child, {crashed.where(), "0"}).code;  // and once more, at the first step of going on
        ASSERT_TRUE(again == 9 || again == 0) << again;
      }
      crashed.open();
      for (auto& what : crashed.journal().destructions()) ASSERT_EQ(what.stage, DestructionStage::DONE);
      EXPECT_EQ(retoldState(crashed), wanted);
      auto report = crashed.verify();
      EXPECT_TRUE(report.whole()) << report.first()->what;
      EXPECT_EQ(crashed.submit(day.lines[execution]).kind, Outcome::Kind::DUPLICATE) << "it was durable";
      crashed.close();
      fs::remove_all(crashed.where());
    }
    EXPECT_EQ(step, 12u) << "eleven steps, and the run in which none was the last";
    world.open();
  }
}

}  // namespace
}  // namespace liggare::test
