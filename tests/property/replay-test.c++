// The example day decided again from its log: the same answers, the facts they rest on, what the other rule set would
// have said, and what an altered answer looks like.
#include "engine/replay.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/law/refusals.h"
#include "tests/support/demo-journal.h"

namespace liggare {
namespace {

const law::RuleSet& rules(uint16_t version) {
  for (auto& each : law::allRuleSets())
    if (each.version == version) return each;
  KJ_FAIL_REQUIRE("no such rule set", version);
}

// The day once for all tests here; nobody writes in it.
struct Day {
  test::TemporaryDirectory place;
  test::DemoJournal demo{place.path() + "/journal"};
  std::vector<Outcome> outcomes;
  Day() {
    std::ifstream file(test::sourceDir() + "/examples/region-day.ndjson");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    demo.open();
    outcomes = demo.feed(lines, 0, lines.size());
    // Before 2026-02-01 a patient's weak login was enough; from then it is R-MFA (HSLF-FS 2025:57).
    for (std::string act : {"\"readJournal\":{\"claim\":{\"ground\":\"self\"}}",
                            "\"readAccessLog\":{\"perspective\":\"patient\",\"claim\":{\"ground\":\"self\"}}",
                            "\"registerBlock\":{\"type\":\"inner\",\"infoUnit\":\"SE2321000131-BJORKEN\"}"})
      outcomes.push_back(demo.submit(byWeakLogin(act)));
  }
  std::string byWeakLogin(const std::string& act) {
    Micros at = demo.journal().lastRecordedAt();
    return "{\"id\":\"" + uuidText(drawUuid7(at, random)) + "\",\"at\":\"" + formatUtc(at) +
           "\",\"actor\":{\"patient\":\"199006022397\",\"authentication\":{\"method\":\"password\",\"level\":1}}," +
           "\"purpose\":\"patientAccess\",\"patient\":\"199006022397\"," + act + "}";
  }
  SeededRandom random{7};
  Position refusedWith(std::string_view code) {
    for (auto& outcome : outcomes)
      if (outcome.kind == Outcome::Kind::REFUSED && outcome.recorded() && law::refusalName(outcome.code) == code)
        return outcome.receipt.position;
    KJ_FAIL_REQUIRE("the day has no such refusal", std::string(code).c_str());
  }
  Position firstOf(schema::Body::Which kind) {
    for (auto& outcome : outcomes)
      if (outcome.recorded() && !outcome.kinds.empty() && outcome.kinds.front() == kind)
        return outcome.receipt.position;
    KJ_FAIL_REQUIRE("the day has no such event", static_cast<int>(kind));
  }
};
Day& day() {
  static Day theDay;
  return theDay;
}
Journal& journal() { return day().demo.journal(); }

ToldCommand told(EventSource& source, Position position) {
  Untold why{};
  auto command = toldCommand(source, position, why);
  KJ_REQUIRE(command.has_value(), "no command", position);
  return std::move(*command);
}

std::vector<std::string> differencesAt(EventSource& source, Position position) {
  auto command = told(source, position);
  PastState past(source, command.first);
  auto again = past.decide(command.ask().getCommand(), command.ask().getClient().cStr(), command.recordedAt(),
                           law::ruleSetAt(command.recordedAt()));
  return differences(command, again);
}

std::vector<DecidingFact> factsAt(Position position) {
  auto command = told(journal(), position);
  return PastState(journal(), command.first)
      .factsFor(command.ask().getCommand(), command.ask().getClient().cStr(), command.recordedAt(),
                law::ruleSetAt(command.recordedAt()));
}

bool restsOn(const std::vector<DecidingFact>& facts, schema::Body::Which kind) {
  return std::any_of(facts.begin(), facts.end(), [&](const DecidingFact& fact) { return fact.kind == kind; });
}

// Somebody who changed one thing in what is read: what an auditor's tool would meet if the seals did not hold.
class AlteredSource : public EventSource {
 public:
  AlteredSource(EventSource& s, Position p, std::function<void(schema::Common::Builder)> c)
      : source(s), position(p), change(std::move(c)) {}
  std::optional<OpenedEvent> read(Position p, Open parts) override {
    auto event = source.read(p, parts);
    if (p != position || !event) return event;
    altered = std::make_unique<capnp::MallocMessageBuilder>();
    altered->setRoot(event->view.common);
    change(altered->getRoot<schema::Common>());
    event->view.common = altered->getRoot<schema::Common>().asReader();
    return event;
  }
  Position head() const override { return source.head(); }
  Hash rootAt(Position size) override { return source.rootAt(size); }
  std::string origin() const override { return source.origin(); }
  bool isDemo() const override { return source.isDemo(); }
  Micros lastRecordedAt() const override { return source.lastRecordedAt(); }
  Position waitForHead(Position seen, Micros atMost) override { return source.waitForHead(seen, atMost); }
  void scanBook(const BookId& book, Number from, const std::function<bool(const BookRow&)>& visit) override {
    source.scanBook(book, from, visit);
  }
  std::optional<SubjectKey> find(schema::RefKind kind, const std::string& text) override {
    return source.find(kind, text);
  }

 private:
  EventSource& source;
  Position position;
  std::function<void(schema::Common::Builder)> change;
  std::unique_ptr<capnp::MallocMessageBuilder> altered;
};

TEST(Replay, EveryAnswerOfTheExampleDayIsGivenAgain) {
  size_t recorded = 0;
  for (auto& outcome : day().outcomes)
    recorded += outcome.recorded() && outcome.kind != Outcome::Kind::DUPLICATE ? 1 : 0;
  auto report = replayAll(journal(), nullptr, [](Position, Position) {});
  EXPECT_EQ(report.commands, recorded);
  EXPECT_EQ(report.differing, 0u) << report.found.front().position << ": " << report.found.front().what;
  EXPECT_GT(report.untold, 0u) << "genesis is nobody's command";
}

TEST(Replay, OneAnswerFoldedFromItsBooksIsTheSameAsTheWholeLogFolded) {
  for (auto& outcome : day().outcomes)
    if (outcome.recorded() && outcome.kind != Outcome::Kind::DUPLICATE) {
      auto found = differencesAt(journal(), outcome.receipt.position);
      EXPECT_TRUE(found.empty()) << outcome.receipt.position << ": " << found.front();
    }
}

TEST(Replay, AnyEventOfACommandLeadsToTheWholeCommand) {
  for (auto& outcome : day().outcomes) {
    if (!outcome.recorded() || outcome.receipt.events < 2 || outcome.kind == Outcome::Kind::DUPLICATE) continue;
    auto command = told(journal(), outcome.receipt.position + outcome.receipt.events - 1);
    EXPECT_EQ(command.first, outcome.receipt.position);
    EXPECT_EQ(command.events.size(), outcome.receipt.events);
  }
}

TEST(Replay, AnInterventionRestsOnItsConsent) {
  auto facts = factsAt(day().firstOf(schema::Body::INTERVENTION_RECORDED));
  EXPECT_TRUE(restsOn(facts, schema::Body::CONSENT_GIVEN));
  EXPECT_TRUE(restsOn(facts, schema::Body::COMMISSION_SYNCED));
}

TEST(Replay, ABlockedItemRestsOnItsBlock) {
  auto facts = factsAt(day().refusedWith("R-SPARR-INRE"));
  EXPECT_TRUE(restsOn(facts, schema::Body::BLOCK_REGISTERED));
}

TEST(Replay, AnAlteredRefusalIsTold) {
  Position position = day().refusedWith("R-C1");
  AlteredSource altered(journal(), position, [](schema::Common::Builder common) {
    common.getBody().getAttemptRefused().setCode(law::RefusalCode::NOT_AUTHORISED);
  });
  auto found = differencesAt(altered, position);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front(), "loggen säger nekat R-AUTH, omprövningen nekat R-C1");
  auto report = replayAll(altered, nullptr, [](Position, Position) {});
  EXPECT_GE(report.differing, 1u);
  EXPECT_EQ(report.found.front().position, position);
}

TEST(Replay, AnAlteredTimeOfAnEventIsTold) {
  Position position = day().firstOf(schema::Body::INTERVENTION_RECORDED);
  AlteredSource altered(journal(), position,
                        [](schema::Common::Builder common) { common.setOccurredAt(common.getOccurredAt() - HOUR); });
  auto found = differencesAt(altered, position);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found.front().find("common.occurredAt"), std::string::npos) << found.front();
}

TEST(Replay, TheOlderRuleSetWouldHaveAnsweredSomeCommandsOtherwise) {
  auto report = replayAll(journal(), &rules(1), [](Position, Position) {});
  ASSERT_GE(report.otherwise.size(), 3u);
  auto command = told(journal(), report.otherwise.front());
  PastState past(journal(), command.first);
  auto ask = command.ask();
  auto now = past.decide(ask.getCommand(), ask.getClient().cStr(), command.recordedAt(), rules(2));
  auto then = past.decide(ask.getCommand(), ask.getClient().cStr(), command.recordedAt(), rules(1));
  EXPECT_TRUE(now.kind != then.kind || now.code != then.code);
}

TEST(Replay, WhatNobodyAskedForIsNoDecision) {
  Untold why{};
  EXPECT_FALSE(toldCommand(journal(), 0, why));
  EXPECT_EQ(why, Untold::ENGINE_FACT);
  EXPECT_FALSE(toldCommand(journal(), journal().head(), why));
  EXPECT_EQ(why, Untold::ABOVE_HEAD);
}

// --- what somebody could have seen ---

const std::string PATIENT = "199006022397", READER = "SE2321000131-U002";

CouldSee seenBy(const std::string& commission, Micros at) {
  auto who = journal().find(schema::RefKind::COMMISSION, commission);
  auto patient = journal().find(schema::RefKind::PERSON, PATIENT);
  KJ_REQUIRE(who.has_value() && patient.has_value());
  law::Claim claim;
  claim.activeDecision = true;
  return couldSee(journal(), *who, *patient, at, claim);
}

TEST(CouldSee, NothingBeforeTheCommissionBegan) {
  auto seen = seenBy(READER, journal().read(0, Open::FACTS)->entry.recordedAt - DAY);
  EXPECT_EQ(seen.whole, law::RefusalCode::NOT_AUTHORISED);
  EXPECT_TRUE(seen.rows.empty());
}

TEST(CouldSee, AtTheEndOfTheDayEachItemHasAnAnswerWithItsReason) {
  auto seen = seenBy(READER, journal().lastRecordedAt());
  ASSERT_EQ(seen.whole, law::RefusalCode::NONE) << law::refusalName(seen.whole);
  ASSERT_GT(seen.rows.size(), 5u);
  size_t visible = 0;
  for (auto& row : seen.rows) {
    visible += row.answer.allowed() ? 1 : 0;
    if (row.answer.allowed())
      EXPECT_NE(row.answer.ground, schema::Ground::NONE);
    else
      EXPECT_NE(row.answer.code, law::RefusalCode::NONE);
  }
  EXPECT_GT(visible, 0u);
}

TEST(CouldSee, WhatCameLaterIsNotThereYet) {
  auto all = seenBy(READER, journal().lastRecordedAt());
  auto position = all.rows[all.rows.size() / 2].item.position;
  auto before = seenBy(READER, journal().read(position, Open::FACTS)->entry.recordedAt - 1);
  EXPECT_LT(before.rows.size(), all.rows.size());
  for (auto& row : before.rows) EXPECT_LT(row.item.position, position);
}

}  // namespace
}  // namespace liggare
