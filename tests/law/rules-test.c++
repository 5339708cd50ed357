// Which rule set governs when, and the look-ups that time alone decides.
#include "engine/law/rules.h"

#include <gtest/gtest.h>

#include <tuple>

#include "engine/law/chapter.h"

namespace liggare::law {
namespace {

Micros at(std::string_view text) { return parseStamp(text)->at; }

TEST(RuleSets, ChangeAtSwedishMidnight) {
  EXPECT_EQ(ruleSetAt(at("2026-01-31T23:59:59.999999+01:00")).version, 1);
  EXPECT_EQ(ruleSetAt(at("2026-02-01T00:00:00+01:00")).version, 2);
  EXPECT_FALSE(ruleSetAt(at("2026-01-31T12:00:00Z")).patientNeedsStrongLogin);
  EXPECT_TRUE(ruleSetAt(at("2026-02-01T12:00:00Z")).patientNeedsStrongLogin);
}

TEST(RuleSets, CoverEveryInstantOnce) {
  const Micros instants[] = {Micros(-DAY), 0, at("2019-05-01T00:00:00Z"), at("2026-01-31T23:00:00Z"),
                             at("2199-01-01T00:00:00Z")};
  for (Micros t : instants) EXPECT_GE(ruleSetAt(t).version, 1) << t;
  for (size_t i = 1; i < allRuleSets().size(); ++i)
    EXPECT_EQ(allRuleSets()[i - 1].valid.to, allRuleSets()[i].valid.from);
  EXPECT_EQ(allRuleSets().back().valid.to, 0);
}

TEST(LookUps, CountAgeInWholeYearsOnTheSwedishDay) {
  PatientState patient;
  EXPECT_FALSE(ageAt(patient, at("2026-09-11T12:00:00+02:00")));
  patient.birthDay = dayOf(2008, 9, 11);
  EXPECT_EQ(ageAt(patient, at("2026-09-10T23:59:59+02:00")), 17);
  EXPECT_EQ(ageAt(patient, at("2026-09-11T00:00:00+02:00")), 18);
  patient.birthDay = dayOf(2008, 2, 29);
  EXPECT_EQ(ageAt(patient, at("2026-02-28T23:59:59+01:00")), 17);
  EXPECT_EQ(ageAt(patient, at("2026-03-01T00:00:00+01:00")), 18);
  EXPECT_EQ(ageAt(patient, at("2028-02-29T00:00:00+01:00")), 20);
}

TEST(LookUps, FindTheResidenceThatHadTakenEffect) {
  PatientState patient;
  patient.residences = {{{}, "14", schema::ResponsibilityBasis::RESIDENT, 100, 1},
                        {{}, "13", schema::ResponsibilityBasis::RESIDENT, 300, 2},
                        {{}, "01", schema::ResponsibilityBasis::RESIDENT, 200, 3}};
  EXPECT_EQ(residenceAt(patient, 99), nullptr);
  EXPECT_EQ(residenceAt(patient, 150)->code, "14");
  EXPECT_EQ(residenceAt(patient, 250)->code, "01");
  EXPECT_EQ(residenceAt(patient, 300)->code, "13");
}

// PDL 4:1: bounded in time, gone with the patient, and never one's own.
TEST(LookUps, TakePartInCareOnlyWhileTheRelationLasts) {
  PatientState patient;
  CommissionState reader;
  patient.key.bytes[0] = 1;
  reader.unit.bytes[0] = 2;
  reader.person.bytes[0] = 3;
  Relation relation;
  relation.unit = reader.unit;
  relation.valid = {10 * DAY, 20 * DAY};
  patient.relations.push_back(relation);
  EXPECT_FALSE(takesPartInCare(patient, reader, 10 * DAY - 1));
  EXPECT_TRUE(takesPartInCare(patient, reader, 10 * DAY));
  EXPECT_FALSE(takesPartInCare(patient, reader, 20 * DAY));

  patient.died = 15;
  EXPECT_TRUE(takesPartInCare(patient, reader, 14 * DAY));
  EXPECT_FALSE(takesPartInCare(patient, reader, 15 * DAY));
  patient.died.reset();

  CommissionState other = reader;
  other.unit.bytes[0] = 9;
  EXPECT_FALSE(takesPartInCare(patient, other, 12 * DAY));
  reader.patientKey = patient.key;
  EXPECT_FALSE(takesPartInCare(patient, reader, 12 * DAY));
}

TEST(LookUps, ClosedCaseIsNoRelation) {
  PatientState patient;
  CommissionState reader;
  reader.unit.bytes[0] = 2;
  Case c;
  c.unit = reader.unit;
  c.history = {{10, CaseState::ASSESSED},
               {20, CaseState::OFFERED},
               {30, CaseState::ACTIVE},
               {40, CaseState::PAUSED},
               {50, CaseState::CLOSED}};
  patient.cases.push_back(c);
  EXPECT_FALSE(hasCurrentRelation(patient, reader, 9));
  for (Micros t : {10, 20, 30, 40}) EXPECT_TRUE(hasCurrentRelation(patient, reader, t)) << t;
  EXPECT_FALSE(hasCurrentRelation(patient, reader, 50));
}

TEST(LookUps, TakeTheLatestConsentThatCovers) {
  PatientState patient;
  SubjectKey provider;
  provider.bytes[0] = 7;
  Consent first, second;
  first.provider = second.provider = provider;
  first.id.bytes[0] = 1;
  second.id.bytes[0] = 2;
  first.valid = {0, 0};
  second.valid = {100, 200};
  patient.consents = {first, second};
  EXPECT_EQ(consentAt(patient, provider, schema::ConsentKind::C1, 50)->id, first.id);
  EXPECT_EQ(consentAt(patient, provider, schema::ConsentKind::C1, 150)->id, second.id);
  EXPECT_EQ(consentAt(patient, provider, schema::ConsentKind::C2, 150), nullptr);
  patient.consents[1].annulled = true;
  EXPECT_EQ(consentAt(patient, provider, schema::ConsentKind::C1, 150)->id, first.id);
}

// One patient and nothing else.
struct OnePatient : StateView {
  PatientState only;
  const PatientState* patient(const SubjectKey& key) const override { return key == only.key ? &only : nullptr; }
  const CommissionState* commission(const SubjectKey&) const override { return nullptr; }
  const ProviderState* provider(const SubjectKey&) const override { return nullptr; }
  const RegionState* region(const SubjectKey&) const override { return nullptr; }
  const ArchiveState* archive(const SubjectKey&) const override { return nullptr; }
  const ReviewState* review(const SubjectKey&) const override { return nullptr; }
};

TEST(RuleSets, AnswerWhatTheOtherWordingWouldHaveSaid) {
  OnePatient view;
  view.only.exists = true;
  view.only.key.bytes[15] = 1;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  auto self = command.initActor();
  for (auto ref : {self.initPatient(), command.initPatient()}) {
    ref.setState(schema::Ref::State::KNOWN);
    set(ref.initKey(), view.only.key);
  }
  self.initAuthentication().setMethod(schema::LoginMethod::PASSWORD);
  command.initReadJournal();
  const Micros before = at("2026-01-31T23:59:00+01:00");
  const auto& [older, newer] = std::tie(allRuleSets().front(), allRuleSets().back());

  EXPECT_NE(decide(view, command, "test", before).code, RefusalCode::STRONG_LOGIN_MISSING);
  EXPECT_EQ(decideUnder(view, command, "test", before, newer).code, RefusalCode::STRONG_LOGIN_MISSING);
  const Micros after = at("2026-02-01T00:00:00+01:00");
  EXPECT_EQ(decide(view, command, "test", after).code, RefusalCode::STRONG_LOGIN_MISSING);
  const Decision asBefore = decideUnder(view, command, "test", after, older);
  EXPECT_NE(asBefore.code, RefusalCode::STRONG_LOGIN_MISSING);
  ASSERT_FALSE(asBefore.events.empty());
  EXPECT_EQ(asBefore.events.front()->getRoot<schema::Event>().getCommon().getRuleSet(), older.version);
}

}  // namespace
}  // namespace liggare::law
