// Sammanhållen vy and the three perspectives of the access log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/reports/json.h"
#include "projections/reports/page.h"
#include "projections/reports/text.h"
#include "tests/projections/view-world.h"

namespace liggare {
namespace {

using schema::AccessOutcome;
using schema::Body;
using schema::Ground;
using schema::ItemClass;
using schema::RefusalCode;
using schema::Step;
using schema::ViewName;
using test::ViewWorld;
using test::winter;
using testing::HasSubstr;
using testing::Not;

struct AccessPage : testing::Test {
  ViewWorld world;
  std::unique_ptr<Store> store = memoryStore();

  template <typename Build>
  auto built(Build build, Position read) {
    Views views(*store, world);
    views.catchUp();
    Directory directory(views, world);
    return build(Sources{views, world, directory}, std::span<const Position>(&read, 1));
  }
  SharedView shared(Micros at, const ViewWorld::Read& read) { return built(sharedView, world.read(at, read)); }
  AccessLog log(Micros at, const ViewWorld::Read& read) { return built(accessLog, world.read(at, read)); }

  ViewWorld::Read sharedRead(Step step) {
    ViewWorld::Read read;
    read.by = ViewWorld::CLARA_IN_SOUTH;
    read.view = ViewName::SHARED;
    read.step = step;
    read.ground = step == Step::FLAGS ? Ground::SVOD_FLAGS : Ground::SVOD31;
    read.activeDecision = "Bedömer behovet av koordinering.";
    return read;
  }
  ViewWorld::Read logRead(ViewName view, uint8_t by, std::string arguments = {}) {
    ViewWorld::Read read;
    read.by = by;
    read.view = view;
    read.arguments = std::move(arguments);
    read.ground = by == 0 ? Ground::SELF : Ground::LOG_REVIEW;
    read.purpose = by == 0 ? schema::Purpose::PATIENT_ACCESS : schema::Purpose::LOG_REVIEW;
    read.ofPatient = view == ViewName::PATIENT_LOG;
    return read;
  }

  // A note, read at home, asked about from outside, refused, and read.
  Position note = 0;
  void day() {
    note = world.note(winter("2026-11-02 08:00"), 61, "Patienten kan arbeta halvtid.");
    ViewWorld::Read own;
    own.items = {{note, AccessOutcome::ALLOW, RefusalCode::NONE}};
    world.read(winter("2026-11-02 09:00"), own);
    auto flags = sharedRead(Step::FLAGS);
    flags.hasUnblocked = true;
    world.read(winter("2026-11-02 10:00"), flags);
    auto refused = sharedRead(Step::CONTENT);
    refused.refused = RefusalCode::SVOD_CONSENT;
    refused.items = {{note, AccessOutcome::DENY, RefusalCode::SVOD_CONSENT}};
    world.read(winter("2026-11-02 10:05"), refused);
    auto names = sharedRead(Step::NAMES);
    names.providers = {ViewWorld::NORTH};
    world.read(winter("2026-11-02 11:00"), names);
    auto content = sharedRead(Step::CONTENT);
    content.items = {{note, AccessOutcome::ALLOW, RefusalCode::NONE}};
    content.access = 99;
    world.read(winter("2026-11-02 11:05"), content);
    world.add(winter("2026-11-02 11:05"), Body::REVIEW_ITEM_OPENED, [](schema::Event::Builder event) {
      auto item = event.getCommon().initBody().initReviewItemOpened();
      item.setTrigger("T08");
      auto target = item.initTarget();
      target.setHi(getBe64(test::thingNumber(99).bytes.data()));
      target.setLo(getBe64(test::thingNumber(99).bytes.data()));
    });
  }
};

TEST_F(AccessPage, FlagsTellThatDataExistAndNothingMore) {
  world.note(winter("2026-11-02 08:00"), 61, "Hemligt.");
  auto read = sharedRead(Step::FLAGS);
  read.hasUnblocked = read.hasBlocked = true;
  std::string text = renderText(shared(winter("2026-11-03 08:00"), read));
  EXPECT_THAT(text, HasSubstr("Det finns uppgifter om patienten hos andra vårdgivare"));
  EXPECT_THAT(text, HasSubstr("som patienten har spärrat"));
  EXPECT_THAT(text, Not(HasSubstr("Region Norr")));
  test::expectGolden("sammanhallen-flaggor", text);
}

TEST_F(AccessPage, NamesTellWhichProviders) {
  auto read = sharedRead(Step::NAMES);
  read.providers = {ViewWorld::NORTH};
  test::expectGolden("sammanhallen-vardgivare", renderText(shared(winter("2026-11-03 08:00"), read)));
}

TEST_F(AccessPage, ContentIsGroupedByProviderAndSilentAboutTheRest) {
  note = world.note(winter("2026-11-02 08:00"), 61, "Patienten kan arbeta halvtid.");
  world.correct(winter("2026-11-02 09:00"), 71, 61, "Annat.", "fel");
  auto read = sharedRead(Step::CONTENT);
  read.items = {{note, AccessOutcome::ALLOW, RefusalCode::NONE},
                {note + 1, AccessOutcome::DENY, RefusalCode::OUTER_BLOCK}};
  read.hasBlocked = read.hasUnblocked = true;
  auto view = shared(winter("2026-11-03 08:00"), read);
  ASSERT_EQ(view.content.size(), 1u);
  std::string text = renderText(view);
  EXPECT_THAT(text, HasSubstr("REGION NORR"));
  EXPECT_THAT(text, Not(HasSubstr("rättelse")));
  EXPECT_THAT(text, HasSubstr("Det finns också uppgifter som patienten har spärrat."));
  test::expectGolden("sammanhallen-innehall", text);
}

TEST_F(AccessPage, ARefusedStepSaysWhy) {
  auto read = sharedRead(Step::CONTENT);
  read.refused = RefusalCode::SVOD_CONSENT;
  std::string text = renderText(shared(winter("2026-11-03 08:00"), read));
  EXPECT_THAT(text, HasSubstr("R-SVOD-SAMTYCKE"));
  test::expectGolden("sammanhallen-nekad", text);
}

TEST_F(AccessPage, ThePatientSeesUnitAndTimeAlwaysAndNamesOnlyByPolicy) {
  day();
  auto lines = log(winter("2026-11-03 08:00"), logRead(ViewName::PATIENT_LOG, 0)).lines;
  ASSERT_EQ(lines.size(), 5u);  // the refused read is not told; the patient's own reading is
  for (auto& line : lines) EXPECT_TRUE(line.staffName.empty());
  EXPECT_EQ(lines[0].unit, "Bergets vårdcentral");
  EXPECT_EQ(lines[0].who, "rehabiliteringskoordinator");
  EXPECT_EQ(lines.back().who, "Patienten själv");
  world.policy(winter("2026-11-03 09:00"), ViewWorld::SOUTH, [](auto policy) {
    policy.setShowStaffName(true);
    policy.setShowDenied(true);
  });
  auto page = log(winter("2026-11-03 10:00"), logRead(ViewName::PATIENT_LOG, 0));
  ASSERT_EQ(page.lines.size(), 7u);
  EXPECT_EQ(page.lines[1].staffName, "Clara Ek");
  EXPECT_TRUE(page.lines[0].staffName.empty()) << "another provider's policy";
  EXPECT_TRUE(page.lines[2].refusal.has_value());
  std::string text = renderText(page);
  EXPECT_THAT(text, Not(HasSubstr("SE5565594230-2001")));
  test::expectGolden("loggutdrag", text);
  test::expectGolden("loggutdrag-json", renderJson(page));
}

TEST_F(AccessPage, NeverNamesStaffWhoAreProtected) {
  day();
  world.policy(winter("2026-11-03 07:00"), ViewWorld::SOUTH, [](auto policy) { policy.setShowStaffName(true); });
  world.add(winter("2026-11-03 07:10"), Body::COMMISSION_SYNCED, [](schema::Event::Builder event) {
    auto body = event.getCommon().initBody().initCommissionSynced();
    auto put = [](schema::Id::Builder id, uint8_t n) {
      id.setHi(getBe64(test::keyNumber(n).bytes.data()));
      id.setLo(getBe64(test::keyNumber(n).bytes.data()));
    };
    put(body.initCommission(), ViewWorld::CLARA_IN_SOUTH);
    put(body.initPerson(), ViewWorld::CLARA);
    body.setProtectedPerson(true);
  });
  EXPECT_THAT(renderText(log(winter("2026-11-03 08:00"), logRead(ViewName::PATIENT_LOG, 0))), Not(HasSubstr("Clara")));
}

TEST_F(AccessPage, AProvidersExtractHoldsItsOwnReadsAndSaysSo) {
  day();
  auto page = log(winter("2026-11-03 08:00"), logRead(ViewName::PATIENT_LOG, ViewWorld::ANNA_AT_CLINIC));
  ASSERT_EQ(page.lines.size(), 2u);
  EXPECT_THAT(renderText(page), HasSubstr("Andra vårdgivare redovisar sina egna."));
}

TEST_F(AccessPage, IsBoundedByThePeriodAskedFor) {
  day();
  auto read = logRead(ViewName::PATIENT_LOG, 0, "from=2026-11-02T09:00:00Z to=2026-11-02T10:00:00Z");
  auto page = log(winter("2026-11-03 08:00"), read);  // 10:00 to 11:00 in Sweden
  ASSERT_EQ(page.lines.size(), 1u);
  EXPECT_EQ(page.lines[0].at, winter("2026-11-02 10:00"));
}

TEST_F(AccessPage, TheReviewerSeesWhoAndWhyAndAMaskedPatient) {
  day();
  auto arguments = "staff=" + text(test::keyNumber(ViewWorld::CLARA));
  auto page = log(winter("2026-11-03 08:00"), logRead(ViewName::USER_LOG, ViewWorld::CLARA_IN_SOUTH, arguments));
  EXPECT_EQ(page.subject, "Clara Ek");
  ASSERT_EQ(page.lines.size(), 5u);  // with this very reading
  EXPECT_EQ(page.lines[0].patientMasked, "******1212");
  EXPECT_EQ(page.lines[3].triggers, std::vector<std::string>{"T08"});
  std::string out = renderText(page);
  EXPECT_THAT(out, Not(HasSubstr("19121212")));
  EXPECT_THAT(out, Not(HasSubstr("Tolvan")));
  test::expectGolden("atkomstlogg-medarbetare", out);
}

TEST_F(AccessPage, AUnitsLogIsTheReadingProvidersOwn) {
  day();
  auto arguments = "unit=" + text(test::keyNumber(ViewWorld::SOUTH_UNIT));
  EXPECT_EQ(
      log(winter("2026-11-03 08:00"), logRead(ViewName::UNIT_LOG, ViewWorld::CLARA_IN_SOUTH, arguments)).lines.size(),
      5u);
  EXPECT_TRUE(
      log(winter("2026-11-03 09:00"), logRead(ViewName::UNIT_LOG, ViewWorld::ANNA_AT_CLINIC, arguments)).lines.empty());
}

TEST_F(AccessPage, TheOwnerSeesProvidersAndMaskedPatientsButNoUsers) {
  day();
  auto page = log(winter("2026-11-03 08:00"), logRead(ViewName::OWNER_LOG, ViewWorld::ANNA_AT_CLINIC));
  ASSERT_EQ(page.owners.size(), 1u);
  EXPECT_EQ(page.owners[0].reader, "Söderhälsan AB");
  EXPECT_EQ(page.owners[0].reads, 2u);  // names and content; the refused one showed nothing
  std::string out = renderText(page);
  EXPECT_THAT(out, Not(HasSubstr("Clara")));
  EXPECT_THAT(out, Not(HasSubstr("19121212")));
  test::expectGolden("atkomstlogg-informationsagare", out);
}

TEST(Page, WrapsByWhatTheEyeSeesAndCutsWhatIsTooLong) {
  Page page({60});
  page.paragraph(4, "åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö");
  page.paragraph(0, std::string(130, 'x'));
  std::string text = page.take();
  EXPECT_THAT(text, HasSubstr("    åäö åäö"));
  EXPECT_THAT(text, HasSubstr(std::string(60, 'x') + "\n" + std::string(60, 'x') + "\n" + std::string(10, 'x') + "\n"));
}

TEST(Page, CapitalsKnowSwedish) { EXPECT_EQ(upperCase("Åtgärd för éclair"), "ÅTGÄRD FÖR ÉCLAIR"); }

}  // namespace
}  // namespace liggare
