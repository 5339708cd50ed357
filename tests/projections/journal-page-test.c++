// What the patient journal shows, and what it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/reports/json.h"
#include "projections/reports/text.h"
#include "tests/projections/view-world.h"

namespace liggare {
namespace {

using schema::AccessOutcome;
using schema::Body;
using schema::RefusalCode;
using schema::TextSlot;
using test::ViewWorld;
using test::winter;
using testing::HasSubstr;
using testing::Not;

struct JournalPage : testing::Test {
  ViewWorld world;
  std::unique_ptr<Store> store = memoryStore();

  PatientJournal built(Position read) {
    Views views(*store, world);
    views.catchUp();
    Directory directory(views, world);
    return patientJournal({views, world, directory}, std::span(&read, 1));
  }
  PatientJournal readAll(Micros at, std::vector<Position> positions, Micros asOf = 0) {
    ViewWorld::Read read;
    for (Position p : positions) read.items.push_back({p, AccessOutcome::ALLOW, RefusalCode::NONE});
    read.asOf = asOf;
    return built(world.read(at, read));
  }
};

TEST_F(JournalPage, IsOrderedByWhenThingsHappenedAndNotByWhenTheyWereWritten) {
  Position later = world.note(winter("2026-11-02 09:00"), 61, "Skrivet först.");
  ViewWorld::Written early;
  early.occurredAt = winter("2026-11-02 07:00");
  Position earlier = world.note(winter("2026-11-02 10:00"), 62, "Hände först.", early);
  auto journal = readAll(winter("2026-11-03 08:00"), {later, earlier});
  ASSERT_EQ(journal.entries.size(), 2u);
  EXPECT_EQ(journal.entries[0].position, earlier);
  EXPECT_EQ(journal.entries[1].position, later);
}

TEST_F(JournalPage, ShowsOnlyWhatTheRecordedReadLetThrough) {
  Position shown = world.note(winter("2026-11-02 09:00"), 61, "Visas.");
  world.note(winter("2026-11-02 10:00"), 62, "Inte med i läsningen.");
  std::string text = renderText(readAll(winter("2026-11-03 08:00"), {shown}));
  EXPECT_THAT(text, HasSubstr("Visas."));
  EXPECT_THAT(text, Not(HasSubstr("Inte med")));
}

TEST_F(JournalPage, KeepsEveryWordingOfACorrectedNote) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Möte med arbetsgivaren den 3 november.");
  Position first =
      world.correct(winter("2026-11-02 10:00"), 71, 61, "Möte med arbetsgivaren den 4 november.", "fel datum");
  Position second =
      world.correct(winter("2026-11-02 11:00"), 72, 71, "Möte med arbetsgivaren den 5 november.", "fel igen");
  auto journal = readAll(winter("2026-11-03 08:00"), {note, first, second});
  ASSERT_EQ(journal.entries.size(), 1u);
  ASSERT_EQ(journal.entries[0].corrections.size(), 2u);
  EXPECT_EQ(journal.entries[0].corrections[1].text, "Möte med arbetsgivaren den 5 november.");
  std::string text = renderText(journal);
  EXPECT_THAT(text, HasSubstr("Ursprunglig lydelse"));
  for (const char* day : {"den 3 november", "den 4 november", "den 5 november", "fel datum", "fel igen"})
    EXPECT_THAT(text, HasSubstr(day));
}

TEST_F(JournalPage, StandsADissentBesideWhatItIsAbout) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Patienten kan arbeta halvtid.");
  Position dissent = world.dissent(winter("2026-11-03 09:00"), 81, 61, "Jag kan inte arbeta alls.");
  Position other = world.note(winter("2026-11-02 10:00"), 62, "En annan anteckning.");
  auto journal = readAll(winter("2026-11-04 08:00"), {note, dissent, other});
  ASSERT_EQ(journal.entries.size(), 2u);
  ASSERT_EQ(journal.entries[0].dissents.size(), 1u);
  EXPECT_EQ(journal.entries[0].dissents[0].statement, "Jag kan inte arbeta alls.");
  EXPECT_TRUE(journal.entries[1].dissents.empty());
}

TEST_F(JournalPage, ShowsTheJournalAsItWasKnownThen) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Som det stod.");
  Position correction = world.correct(winter("2026-11-04 10:00"), 71, 61, "Som det rättades.", "fel");
  world.sign(winter("2026-11-04 11:00"), 61);
  ViewWorld::Written early;
  early.occurredAt = winter("2026-11-02 07:00");
  Position writtenLater = world.note(winter("2026-11-04 12:00"), 62, "Inte känt då.", early);
  auto then = readAll(winter("2026-11-05 08:00"), {note, correction, writtenLater}, winter("2026-11-03 12:00"));
  ASSERT_EQ(then.entries.size(), 1u);
  EXPECT_TRUE(then.entries[0].corrections.empty());
  EXPECT_EQ(then.entries[0].sign, SignShown::UNSIGNED);
  auto now = readAll(winter("2026-11-05 08:00"), {note, correction, writtenLater});
  ASSERT_EQ(now.entries.size(), 2u);
  EXPECT_EQ(now.entries[1].corrections.size(), 1u);
  EXPECT_EQ(now.entries[1].sign, SignShown::SIGNED);
}

TEST_F(JournalPage, DoesNotKnowWhatCameAfterTheRead) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Text.");
  ViewWorld::Read read;
  read.items = {{note, AccessOutcome::ALLOW, RefusalCode::NONE}};
  Position at = world.read(winter("2026-11-02 10:00"), read);
  world.sign(winter("2026-11-02 11:00"), 61);
  EXPECT_EQ(built(at).entries[0].sign, SignShown::UNSIGNED);
}

TEST_F(JournalPage, CallsANoteLateByTheProvidersOwnMeasure) {
  ViewWorld::Written late;
  late.occurredAt = winter("2026-11-02 07:00");
  late.texts = {{TextSlot::LATE_REASON, "driftstopp"}};
  Position note = world.note(winter("2026-11-03 09:00"), 61, "Text.", late);
  auto byDefault = readAll(winter("2026-11-04 08:00"), {note});
  EXPECT_EQ(byDefault.entries[0].lateHours, 26u);
  EXPECT_THAT(renderText(byDefault), HasSubstr("Sen anteckning, 26 timmar efter: driftstopp"));
  world.policy(winter("2026-11-04 09:00"), ViewWorld::NORTH, [](auto policy) { policy.setLateHours(48); });
  EXPECT_EQ(readAll(winter("2026-11-04 10:00"), {note}).entries[0].lateHours, 0u);
}

TEST_F(JournalPage, SaysWhatWasDoneWithoutGround) {
  ViewWorld::Written unlawful;
  unlawful.thing = 61;
  unlawful.itemClass = schema::ItemClass::INTERVENTION;
  unlawful.violations = {RefusalCode::CONSENT_C1_MISSING};
  Position done =
      world.journal(winter("2026-11-02 09:00"), Body::INTERVENTION_RECORDED, unlawful, [](Body::Builder body) {
        auto intervention = body.initInterventionRecorded();
        intervention.setMode(schema::ContactMode::PHONE);
        intervention.setDurationMinutes(30);
      });
  EXPECT_THAT(renderText(readAll(winter("2026-11-03 08:00"), {done}), {110}),
              HasSubstr("Genomförd utan stöd: R-C1 Patienten har inte samtyckt till koordineringsinsatser"));
}

TEST_F(JournalPage, TellsThatBlockedDataExistButOnlyBehindAnInnerBlock) {
  Position shown = world.note(winter("2026-11-02 09:00"), 61, "Visas.");
  ViewWorld::Written atRehab;
  atRehab.by = ViewWorld::BO_AT_REHAB;
  Position blocked = world.note(winter("2026-11-02 10:00"), 62, "Spärrat.", atRehab);
  Position secret = world.note(winter("2026-11-02 11:00"), 63, "Sekretess.", atRehab);
  ViewWorld::Read read;
  read.items = {{shown, AccessOutcome::ALLOW, RefusalCode::NONE},
                {blocked, AccessOutcome::DENY, RefusalCode::INNER_BLOCK},
                {secret, AccessOutcome::DENY, RefusalCode::INNER_SECRECY}};
  auto journal = built(world.read(winter("2026-11-03 08:00"), read));
  EXPECT_EQ(journal.masked, 1u);
  std::string text = renderText(journal);
  EXPECT_THAT(text, HasSubstr("1 uppgift visas inte: spärrade uppgifter finns."));
  EXPECT_THAT(text, Not(HasSubstr("Spärrat.")));
  EXPECT_THAT(text, Not(HasSubstr("Sekretess.")));
}

TEST_F(JournalPage, ShowsNothingOfARefusedRead) {
  world.note(winter("2026-11-02 09:00"), 61, "Hemligt.");
  ViewWorld::Read read;
  read.refused = RefusalCode::INNER_SECRECY;
  auto journal = built(world.read(winter("2026-11-03 08:00"), read));
  ASSERT_TRUE(journal.head.refusal.has_value());
  std::string text = renderText(journal);
  EXPECT_THAT(text, HasSubstr("R-INRE-SEKRETESS"));
  EXPECT_THAT(text, HasSubstr("PDL 4 kap. 1 §"));
  EXPECT_THAT(text, Not(HasSubstr("Hemligt")));
}

TEST_F(JournalPage, ARevisedPlanIsNotSignedWithThePlanItRevises) {
  ViewWorld::Written plan;
  plan.itemClass = schema::ItemClass::PLAN;
  plan.thing = 92;
  Position first = world.journal(winter("2026-11-02 09:00"), Body::PLAN_ESTABLISHED, plan,
                                 [](auto body) { body.initPlanEstablished(); });
  world.sign(winter("2026-11-02 10:00"), 92);
  Position revised =
      world.journal(winter("2026-11-03 09:00"), Body::PLAN_REVISED, plan, [](auto body) { body.initPlanRevised(); });
  auto journal = readAll(winter("2026-11-04 08:00"), {first, revised});
  ASSERT_EQ(journal.entries.size(), 2u);
  EXPECT_EQ(journal.entries[0].sign, SignShown::SIGNED);
  EXPECT_EQ(journal.entries[1].sign, SignShown::UNSIGNED);
}

TEST_F(JournalPage, SaysWhenACorrectionWasNotPartOfTheRead) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Text.");
  world.correct(winter("2026-11-02 10:00"), 71, 61, "Annan text.", "fel");
  std::string text = renderText(readAll(winter("2026-11-03 08:00"), {note}));
  EXPECT_THAT(text, HasSubstr("Till uppgiften finns 1 rättelse som inte ingick i den här läsningen."));
  EXPECT_THAT(text, Not(HasSubstr("Annan text")));
}

TEST_F(JournalPage, StandsByItselfWhenItsTargetIsNotShown) {
  world.note(winter("2026-11-02 09:00"), 61, "Text.");
  Position correction = world.correct(winter("2026-11-02 10:00"), 71, 61, "Rättad text.", "fel");
  auto journal = readAll(winter("2026-11-03 08:00"), {correction});
  ASSERT_EQ(journal.entries.size(), 1u);
  EXPECT_EQ(journal.entries[0].account.heading, "Rättelse");
}

TEST_F(JournalPage, SaysThatTheViewHasNotComeFarEnough) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Text.");
  Views views(*store, world);
  views.catchUp();
  ViewWorld::Read read;
  read.items = {{note, AccessOutcome::ALLOW, RefusalCode::NONE}};
  Position at = world.read(winter("2026-11-02 10:00"), read);
  Directory directory(views, world);
  EXPECT_FALSE(patientJournal({views, world, directory}, std::span(&at, 1)).head.complete);
  views.catchUp();
  EXPECT_TRUE(patientJournal({views, world, directory}, std::span(&at, 1)).head.complete);
}

TEST_F(JournalPage, LetsNoTerminalSequenceThrough) {
  Position note = world.note(winter("2026-11-02 09:00"), 61, "Före\x1b[31m\x07 efter \xe2\x80\xae slut.");
  auto journal = readAll(winter("2026-11-03 08:00"), {note});
  for (const std::string& out : {renderText(journal), renderJson(journal)}) {
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    EXPECT_EQ(out.find('\x07'), std::string::npos);
    EXPECT_EQ(out.find("\xe2\x80\xae"), std::string::npos);
  }
}

// One journal with everything in it, as a person would read it.
struct FullJournal : JournalPage {
  std::vector<Position> all;

  void consent() {
    ViewWorld::Written written;
    written.itemClass = schema::ItemClass::CONSENT;
    written.thing = 90;
    written.texts = {{TextSlot::RECIPIENT, "Bygg & Bo AB"}};
    all.push_back(world.journal(winter("2026-11-02 08:30"), Body::CONSENT_GIVEN, written, [](Body::Builder body) {
      auto consent = body.initConsentGiven();
      consent.setKind(schema::ConsentKind::C3);
      consent.setGivenAt(winter("2026-11-02 08:25"));
      consent.setValidFrom(winter("2026-11-02 08:25"));
      consent.setValidTo(winter("2027-02-01 00:00"));
      auto recipient = consent.initRecipients(1)[0];
      recipient.setType(schema::PartnerType::EMPLOYER);
      recipient.setOrgId("5565594230");
      auto categories = consent.initCategories(2);
      categories.set(0, schema::DataCategory::PLAN);
      categories.set(1, schema::DataCategory::WORK_CAPACITY);
    }));
  }
  void contact() {
    ViewWorld::Written written;
    written.itemClass = schema::ItemClass::EXTERNAL_CONTACT;
    written.thing = 91;
    written.texts = {{TextSlot::PARTY, "Bygg & Bo AB"},
                     {TextSlot::CONTACT_PERSON, "personalchefen"},
                     {TextSlot::DISCLOSED, "kan arbeta halvtid från den 16 november"},
                     {TextSlot::RECEIVED, "lättare uppgifter kan ordnas"}};
    all.push_back(
        world.journal(winter("2026-11-04 13:00"), Body::EXTERNAL_CONTACT_RECORDED, written, [](Body::Builder body) {
          auto contact = body.initExternalContactRecorded();
          contact.setDirection(schema::Direction::OUTGOING);
          contact.setPartner(schema::PartnerType::EMPLOYER);
          contact.setMode(schema::ContactMode::PHONE);
          auto disclosed = contact.initDisclosed(1)[0];
          disclosed.setCategory(schema::DataCategory::WORK_CAPACITY);
          disclosed.setBasis(schema::DisclosureBasis::CONSENT_C3);
        }));
  }
  void plan() {
    ViewWorld::Written written;
    written.itemClass = schema::ItemClass::PLAN;
    written.thing = 92;
    written.texts = {{TextSlot::GOAL, "Åter i arbete på halvtid till den 16 november."},
                     {TextSlot::STEP, "Samtal med arbetsgivaren."},
                     {TextSlot::STEP, "Arbetsprövning två dagar i veckan."}};
    all.push_back(world.journal(winter("2026-11-03 10:00"), Body::PLAN_ESTABLISHED, written, [](Body::Builder body) {
      auto plan = body.initPlanEstablished();
      plan.setFollowUpDay(*dayOf(2026, 11, 30));
      plan.initKva(1).set(0, "DV077");
      plan.initConsultation().setDone(true);
    }));
    all.push_back(world.sign(winter("2026-11-03 10:05"), 92));
  }
  void unlawful() {
    ViewWorld::Written written;
    written.itemClass = schema::ItemClass::INTERVENTION;
    written.thing = 93;
    written.by = ViewWorld::BO_AT_REHAB;
    written.occurredAt = winter("2026-11-02 07:45");
    written.violations = {RefusalCode::CONSENT_C1_MISSING};
    written.texts = {{TextSlot::BODY, "Samtal om möjliga anpassningar på arbetsplatsen, innan samtycket var lämnat."},
                     {TextSlot::LATE_REASON, "samtalet skedde utanför schemat"}};
    all.push_back(
        world.journal(winter("2026-11-03 16:00"), Body::INTERVENTION_RECORDED, written, [](Body::Builder body) {
          auto intervention = body.initInterventionRecorded();
          intervention.setMode(schema::ContactMode::PHONE);
          intervention.setWithPatientContact(true);
          intervention.setDurationMinutes(30);
          intervention.initKva(1).set(0, "GC001");
        }));
  }
  void note() {
    all.push_back(world.note(
        winter("2026-11-03 09:00"), 61,
        "Patienten kan arbeta halvtid från den 15 november.\n\nHen vill själv berätta för sina arbetskamrater."));
    all.push_back(world.correct(
        winter("2026-11-04 09:00"), 71, 61,
        "Patienten kan arbeta halvtid från den 16 november.\n\nHen vill själv berätta för sina arbetskamrater.",
        "fel datum"));
    all.push_back(world.dissent(winter("2026-11-05 11:00"), 81, 61, "Jag tror att halvtid är för mycket."));
  }
};

TEST_F(FullJournal, ReadsLikeThis) {
  consent();
  plan();
  unlawful();
  note();
  contact();
  auto journal = readAll(winter("2026-11-05 14:00"), all);
  test::expectGolden("patientjournal", renderText(journal));
  test::expectGolden("patientjournal-80", renderText(journal, {80}));
  test::expectGolden("patientjournal-json", renderJson(journal));
}

}  // namespace
}  // namespace liggare
