// The door: what comes in, what is turned away and how that is said.

#include "engine/intake/json.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/base/time.h"

namespace liggare::intake {
namespace {

struct Read {
  capnp::MallocMessageBuilder message;
  schema::Command::Builder command = message.initRoot<schema::Command>();
  std::optional<InputError> error;
  explicit Read(std::string_view line) : error(decodeCommand(line, command)) {}
};

std::string errorOf(std::string_view line) {
  Read read(line);
  return read.error ? read.error->path + " " + read.error->code : "accepted";
}
std::string reasonOf(std::string_view line) {
  Read read(line);
  return read.error ? read.error->reason : "accepted";
}

constexpr std::string_view NOTE =
    R"({"id":"019a1f00-0000-7000-8000-000000000001","at":"2026-11-02T08:00:00+01:00",)"
    R"("actor":{"staff":{"commission":"SE2321000131-K002"},"authentication":{"method":"smartCard","level":3}},)"
    R"("purpose":"coordination","patient":"19850706-2381","occurredAt":"2026-10-25T02:30:00+02:00",)"
    R"("reality":"occurred",)"
    R"("recordNote":{"text":"Samtal om \u00e5terg\u00e5ng.\nRad två.","participants":["Ett","","Tre"],)"
    R"("consultation":{"done":true,"how":"phone"},"template":"meeting"}})";

TEST(Json, ACommandIsReadFieldByField) {
  Read read(NOTE);
  ASSERT_FALSE(read.error) << read.error->path << " " << read.error->reason;
  auto c = read.command.asReader();
  EXPECT_EQ(c.getId().getHi(), 0x019a1f0000007000u);
  EXPECT_EQ(c.getAt(), parseStamp("2026-11-02T08:00:00+01:00")->at);
  EXPECT_EQ(c.getOccurredAt(), parseStamp("2026-10-25T02:30:00+02:00")->at);
  EXPECT_EQ(c.getOffsetMinutes(), 120) << "of occurredAt, as written";
  EXPECT_EQ(c.getPurpose(), schema::Purpose::COORDINATION);
  EXPECT_STREQ(c.getPatient().getText().cStr(), "19850706-2381");
  EXPECT_EQ(c.getExpectedVersion(), -1);
  ASSERT_TRUE(c.isRecordNote());
  EXPECT_STREQ(c.getRecordNote().getText().cStr(), "Samtal om återgång.\nRad två.");
  EXPECT_EQ(c.getRecordNote().getParticipants().size(), 3u);
  EXPECT_TRUE(c.getRecordNote().getConsultation().getDone());
  EXPECT_EQ(c.getRecordNote().getTemplate(), schema::NoteTemplate::MEETING);
}

TEST(Json, WhatGoesOutComesInAgain) {
  Read first(NOTE);
  const auto out = encodeJson(first.command.asReader());
  Read second(out);
  ASSERT_FALSE(second.error) << second.error->path << " " << second.error->reason << "\n" << out;
  EXPECT_EQ(encodeJson(second.command.asReader()), out);
  EXPECT_EQ(second.command.getOffsetMinutes(), 120);
}

TEST(Json, DefaultsStandUntilSomethingIsSaid) {
  Read silent(R"({"setProviderPolicy":{}})"), spoken(R"({"setProviderPolicy":{"lateHours":0,"signWithinDays":7}})");
  EXPECT_EQ(silent.command.asReader().getSetProviderPolicy().getLateHours(), 24);
  EXPECT_EQ(spoken.command.asReader().getSetProviderPolicy().getLateHours(), 0);
  EXPECT_EQ(spoken.command.asReader().getSetProviderPolicy().getSignWithinDays(), 7);
  Read lift(R"({"liftBlock":{"canConsent":false}})");
  EXPECT_FALSE(lift.command.asReader().getLiftBlock().getCanConsent());
}

TEST(Json, AKindNotBuiltIsKnownByNameAndItsBodySkipped) {
  Read read(R"({"registerSubscriber":{"anything":[1,2,{"x":null}]}})");
  ASSERT_FALSE(read.error);
  EXPECT_EQ(read.command.asReader().getNotBuilt(), schema::NotBuilt::REGISTER_SUBSCRIBER);
}

TEST(Json, ANameThatHasBeenBuiltIsTheMember) {
  Read read(R"({"mergeIdentities":{"evidence":"PU 2026-11-02"}})");
  ASSERT_FALSE(read.error);
  EXPECT_TRUE(read.command.asReader().isMergeIdentities());
}

TEST(Json, LinesThatAreNoCommandsAreTurnedAway) {
  EXPECT_EQ(errorOf(""), " notJson");
  EXPECT_EQ(errorOf("{"), " notJson");
  EXPECT_EQ(errorOf(R"({"recordDeath":{}} x)"), " notJson");
  EXPECT_EQ(errorOf(R"({"recordDeath":{},})"), " notJson");
  EXPECT_EQ(errorOf(R"({"expectedVersion":01,"recordDeath":{}})"), " notJson");
  EXPECT_EQ(errorOf("[]"), " notAnObject");
  EXPECT_EQ(errorOf("\"x\""), " notAnObject");
  EXPECT_EQ(errorOf("{\"lateReason\":\"\xff\"}"), " notUtf8");
  EXPECT_EQ(errorOf("{\"lateReason\":\"" + std::string(LINE_BYTES_MAX, 'x') + "\"}"), " lineTooLong");
  EXPECT_EQ(errorOf(std::string(40, '[')), " notJson");
  EXPECT_EQ(errorOf("{}"), " noKind");
  EXPECT_EQ(errorOf(R"({"none":null})"), "none noKind");
}

TEST(Json, AnErrorNamesThePlace) {
  EXPECT_EQ(errorOf(R"({"giveConsent":{"recipients":[{"type":"fk"},{"type":"employr"}]}})"),
            "giveConsent.recipients[1].type unknownName");
  EXPECT_EQ(errorOf(R"({"giveConsent":{"categories":["plan","planer"]}})"), "giveConsent.categories[1] unknownName");
  EXPECT_EQ(errorOf(R"({"actor":{"staff":{"comission":"x"}}})"), "actor.staff.comission unknownField");
  EXPECT_EQ(errorOf(R"({"fly":{}})"), "fly unknownField");
  EXPECT_EQ(errorOf(R"({"19850706-2381":{}})"), "? unknownField") << "what may be a number is not repeated";
  EXPECT_EQ(errorOf(R"({"patient":"x","patient":"y","recordDeath":{}})"), "patient duplicateField");
  EXPECT_EQ(errorOf(R"({"recordDeath":{},"deleteItem":{}})"), "deleteItem twoKinds");
  EXPECT_EQ(errorOf(R"({"recordDeath":{},"mergeIdentities":{}})"), "mergeIdentities twoKinds");
  EXPECT_EQ(errorOf(R"({"actor":{"operator":null,"system":"x"}})"), "actor.system twoKinds");
  EXPECT_EQ(errorOf(R"({"offsetMinutes":60,"recordDeath":{}})"), "offsetMinutes unknownField");
}

TEST(Json, ValuesMustFit) {
  EXPECT_EQ(errorOf(R"({"recordDeath":{"day":"2026-02-30"}})"), "recordDeath.day badDay");
  EXPECT_EQ(errorOf(R"({"at":"2026-11-02T08:00:00","recordDeath":{}})"), "at badInstant");
  EXPECT_EQ(errorOf(R"({"at":1,"recordDeath":{}})"), "at wrongType");
  EXPECT_EQ(errorOf(R"({"caseId":"K1","recordDeath":{}})"), "caseId badId");
  EXPECT_EQ(errorOf(R"({"patient":1,"recordDeath":{}})"), "patient wrongType");
  EXPECT_EQ(errorOf(R"({"patient":null,"recordDeath":{}})"), "patient wrongType");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"durationMinutes":65536}})"),
            "recordIntervention.durationMinutes outOfRange");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"durationMinutes":-1}})"),
            "recordIntervention.durationMinutes outOfRange");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"durationMinutes":1.0}})"),
            "recordIntervention.durationMinutes wrongType");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"priority":"true"}})"), "recordIntervention.priority wrongType");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"kva":"DV077"}})"), "recordIntervention.kva wrongType");
  EXPECT_EQ(errorOf(R"({"recordIntervention":{"consultation":[]}})"), "recordIntervention.consultation wrongType");
  EXPECT_EQ(errorOf(R"({"expectedVersion":"7","recordDeath":{}})"), "accepted") << "64 bits may be text";
}

TEST(Json, TextsAreNormalisedAndFreeOfControls) {
  Read read("{\"lateReason\":\"a\xcc\x8a\",\"recordDeath\":{}}");
  EXPECT_STREQ(read.command.getLateReason().cStr(), "å");
  EXPECT_EQ(errorOf(R"({"lateReason":"två\nrader\toch tabb","recordDeath":{}})"), "accepted");
  EXPECT_EQ(errorOf(R"({"registerProvider":{"name":"två\nrader"}})"), "registerProvider.name badText");
  EXPECT_EQ(errorOf(R"({"lateReason":"\u0000","recordDeath":{}})"), "lateReason badText");
  EXPECT_EQ(errorOf(R"({"lateReason":"\u0085","recordDeath":{}})"), "lateReason badText");
  EXPECT_EQ(errorOf(R"({"lateReason":"\ud800","recordDeath":{}})"), "lateReason badText");
  EXPECT_EQ(errorOf(R"({"lateReason":"\ud83d\ude00","recordDeath":{}})"), "accepted");
  Read empty(R"({"lateReason":"","patient":"","recordDeath":{}})");
  EXPECT_FALSE(empty.command.hasLateReason());
  EXPECT_FALSE(empty.command.hasPatient());
}

TEST(Json, NearNamesAreSuggestedAndValuesNotRepeated) {
  EXPECT_EQ(reasonOf(R"({"giveConsent":{"recipients":[{"type":"employr"}]}})"),
            "Värdet finns inte. Menade du employer?");
  EXPECT_EQ(reasonOf(R"({"recordNoot":{}})"), "Fältet finns inte. Menade du recordNote?");
  EXPECT_EQ(reasonOf(R"({"purpose":"19850706-2381"})").find("1985"), std::string::npos);
}

}  // namespace
}  // namespace liggare::intake
