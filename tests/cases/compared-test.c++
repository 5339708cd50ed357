// What a single case cannot show: two worlds answer alike where somebody must not be told the difference, and a read of
// 500 items of many patients.
#include <gtest/gtest.h>
#include <kj/debug.h>

#include "engine/law/refusals.h"
#include "tests/cases/case-answer.h"
#include "tests/cases/case-command.h"
#include "tests/cases/case-file.h"
#include "tests/support/law-world.h"
#include "tests/support/paths.h"

namespace liggare::test {
namespace {

struct Play {
  LawWorld world{2026};
  CaseSpeaker speaker;

  LawAnswer send(const CaseLine& line) {
    const auto command = speaker.say(line);
    return world.submit(command.json, command.at, command.client);
  }
  void prepare(const CaseFile& file) {
    if (!file.world.empty()) prepare(readCase(sourceDir() + "/tests/cases/" + file.world + ".world"));
    speaker.beginCase();
    for (const auto& [name, text] : file.names) speaker.names.texts[name] = text;
    for (const auto& line : file.given) {
      const auto answer = send(line);
      const bool isAccepted =
          answer.kind == LawAnswer::Kind::DECIDED && answer.decision == law::Decision::Kind::ACCEPTED;
      KJ_REQUIRE(isAccepted, "given is not accepted", line.text, int(answer.code));
    }
  }
};

// The answer as whoever asked gets it: yes, no and why. What the log keeps about it is for others.
std::string received(const LawAnswer& answer) {
  switch (answer.decision) {
    case law::Decision::Kind::ACCEPTED: return "accepted";
    case law::Decision::Kind::UNCHANGED: return "unchanged";
    default: break;
  }
  std::string text(law::refusalName(answer.code));
  text += " " + std::string(law::refusalText(answer.code)) + " " + std::string(law::refusalLaw(answer.code));
  for (const auto& argument : answer.arguments) text += " " + argument;
  return text;
}

std::vector<std::string> answersTo(const std::string& given, const std::string& asked) {
  const std::string always = "  08:00  bo  registerRelation  P1  relationId=rb2 kind=visit unit=b2\n";
  const auto file =
      parseCase("compared", "# Jämförelse.  (–)\nworld shared\ngiven\n" + always + given + "when\n" + asked + "---\n");
  Play play;
  play.prepare(file);
  std::vector<std::string> answers;
  for (const auto& line : file.whens.front().commands) answers.push_back(received(play.send(line)));
  return answers;
}

// PDL 4:4, SVOD 2:3, 2:5, 3:5: what is asked by those who may not know of a block is answered as if there were none.
TEST(Compared, NobodyLearnsOfABlockTheyMayNotKnowOf) {
  const std::string blocked =
      "  08:30  berit  registerBlock  P1  blockId=sy1 type=outer requestedBy=patient\n"
      "  08:31  berit  registerBlock  P1  blockId=si1 type=inner infoUnit=b1 requestedBy=patient\n"
      "  08:32  bo  giveConsent  P1  consentId=c7 kind=c7 blockId=si1 givenBy=patient channel=oral validTo=2026-12-01\n"
      "  08:33  bo  liftBlock  P1  liftId=l1 blockId=si1 reason=patientsConsent consentId=c7 until=+8h\n";
  // Those without a part in the care, under another provider, not connected; with ids that exist in one world only.
  const std::string asked =
      "  09:00  arne  readShared  P1  step=flags claim.activeDecision=\"Nyfiken.\"\n"
      "  09:01  arne  readShared  P1  step=names claim.ground=svod35 claim.activeDecision=\"Nyfiken.\"\n"
      "  09:02  arne  readShared  P1  step=content claim.activeDecision=\"Nyfiken.\"\n"
      "  09:03  arne  readShared  P1  step=content items=nb1 claim.activeDecision=\"Nyfiken.\"\n"
      "  09:04  arne  readShared  P1  step=content provider=B claim.activeDecision=\"Nyfiken.\"\n"
      "  09:05  arne  requestOuterLift  P1  requestId=oq1 owner=B danger=true canAsk=false\n"
      "  09:06  anna  requestOuterLift  P1  requestId=oq1 owner=B\n"
      "  09:07  dag  liftBlock  P1  liftId=l2 blockId=sy1 reason=emergency danger=true canConsent=false until=+4h\n"
      "  09:08  dag  revokeBlock  P1  blockId=sy1 requestedBy=patient\n"
      "  09:09  dag  liftBlock  P1  liftId=l2 blockId=si1 reason=emergency danger=true canConsent=false until=+4h\n"
      "  09:10  dag  revokeBlock  P1  blockId=si1 requestedBy=patient\n"
      "  09:11  dag  cancelLift  P1  liftId=l1\n"
      "  09:13  carl  liftBlock  P1  liftId=l2 blockId=sy1 reason=emergency danger=true canConsent=false until=+4h\n"
      "  09:14  carl  requestOuterLift  P1  requestId=oq2 owner=B danger=true canAsk=false\n"
      "  09:15  anna  giveConsent  P1  consentId=c8 kind=c7 blockId=si1 givenBy=patient channel=oral\n"
      "  09:16  anna  readShared  P1  step=content provider=B claim.activeDecision=\"Inför planen.\"\n"
      "  09:17  anna  readShared  P1  step=names claim.activeDecision=\"Inför planen.\"\n";
  EXPECT_EQ(answersTo(blocked, asked), answersTo("", asked));
}

// PDL 4:1: inside the provider, whoever has no ground gets the same answer for what is blocked and what is not.
TEST(Compared, WithoutGroundABlockedItemIsLikeAnyOther) {
  const std::string note =
      "  08:29  dag  registerRelation  P1  relationId=ra2 kind=visit unit=a2\n"
      "  08:30  dag  recordNote  P1  noteId=n2 template=free text=\"Återbesök.\"\n";
  const std::string blocked =
      note + "  08:31  dag  registerBlock  P1  blockId=si1 type=inner infoUnit=a2 requestedBy=patient\n";
  const std::string asked =
      "  09:00  asa  readJournal  P1  items=n2\n"
      "  09:01  asa  readJournal  P1\n"
      "  09:02  asa  readList  patients.0.patient=P1 patients.0.items=n2\n"
      "  09:03  stina  readJournal  P1  items=n2\n"
      "  09:04  berit  readJournal  P1  items=n2\n"
      "  09:05  asa  recordDisclosure  P1  recipient=employer items=n2 categories=notes channel=letter\n"
      "  09:06  asa  correctNote  P1  targetId=n2 newText=\"Annat.\" reason=\"Fel.\"\n"
      "  09:07  anna  readJournal  P1  items=n2\n";
  EXPECT_EQ(answersTo(blocked, asked), answersTo(note, asked));
}

// PDL 3:1: what stands in another patient's journal, or with another provider, is as unknown as what never was.
TEST(Compared, WhatIsSomebodyElsesIsLikeWhatNeverWas) {
  const std::string there =
      "  08:30  anna  registerRelation  P7  relationId=r7 kind=visit unit=a1\n"
      "  08:31  anna  recordNote  P7  noteId=n7 template=free text=\"Samtal.\"\n"
      "  08:32  cia  registerRelation  P1  relationId=rc1 kind=visit unit=c1\n"
      "  08:33  cia  recordNote  P1  noteId=nc1 template=free text=\"Samtal.\"\n"
      "  08:34  chefC  requestCopy  P1  requestId=kc1 requestedBy=patient\n"
      "  08:35  cia  receiveComplaint  P1  complaintId=kl1 text=\"Bemötandet.\"\n";
  const std::string asked =
      "  09:00  anna  readJournal  P1  items=n7\n"
      "  09:01  anna  readJournal  P1  items=nc1\n"
      "  09:02  anna  readShared  P1  step=content items=nc1 claim.activeDecision=\"Inför planen.\"\n"
      "  09:03  anna  signNote  P1  noteId=n7\n"
      "  09:04  anna  correctNote  P1  targetId=nc1 newText=\"Annat.\" reason=\"Fel.\"\n"
      "  09:05  anna  recordDisclosure  P1  recipient=employer items=n7 categories=notes channel=letter\n"
      "  09:06  chefA  provideCopy  P1  disclosureId=ku1 requestId=kc1 channel=letter\n"
      "  09:07  chefA  requestCopy  P1  requestId=kb1 requestedBy=patient items=nc1\n"
      "  09:08  anna  answerComplaint  P1  complaintId=kl1 text=\"Svar.\"\n"
      "  09:09  anna  readList  patients.0.patient=P1 patients.0.items=n7\n";
  EXPECT_EQ(answersTo(there, asked), answersTo("", asked));
}

// §00.38: one read, one event, a share for each patient; every item is decided by itself.
TEST(Compared, FiveHundredItemsOfManyPatientsAreDecidedOneByOne) {
  constexpr int PATIENTS = 5, ITEMS = 100;
  const char* const listed[PATIENTS] = {"P1", "P3", "P6", "P7", "P9"};
  std::string given, notes, list;
  for (int p = 0; p < PATIENTS; ++p) {
    const std::string who = listed[p], place = "patients." + std::to_string(p);
    given += "  08:10  anna  registerRelation  " + who + "  relationId=rl" + who + " kind=visit unit=a1\n";
    given += "  08:10  asa  registerRelation  " + who + "  relationId=ra" + who + " kind=visit unit=a3\n";
    list += " " + place + ".patient=" + who + " " + place + ".items=";
    for (int i = 0; i < ITEMS; ++i) {
      const std::string id = "m" + std::to_string(p) + "x" + std::to_string(i);
      const char* author = i % 10 == 9 ? "asa" : "anna";  // every tenth at another unit, with FMU
      notes +=
          std::string("  08:11  ") + author + "  recordNote  " + who + "  noteId=" + id + " template=free text=\"x\"\n";
      list += (i > 0 ? "," : "") + id;
    }
  }
  const auto file =
      parseCase("many", "# Många.  (–)\nworld care\ngiven\n" + given + notes + "when\n  09:00  anna  readList " + list +
                            " claim.activeDecision=\"Listan.\"\n  09:01  anna  readList " + list +
                            " patients.5.patient=P8\n---\n");
  Play play;
  play.prepare(file);
  const auto answer = play.send(file.whens.front().commands[0]);
  ASSERT_EQ(answer.decision, law::Decision::Kind::ACCEPTED);
  ASSERT_EQ(answer.events.size(), 1u);
  const auto& event = *play.world.eventAt(answer.events.front());
  const auto access = event.body().getAccessRecorded();
  EXPECT_EQ(access.getShown(), 450);
  EXPECT_EQ(access.getDenied(), 50);
  ASSERT_EQ(event.patients.size(), size_t(PATIENTS));
  for (const auto& part : event.patients) {
    ASSERT_EQ(part.getAccess().getResources().size(), unsigned(ITEMS));
    for (unsigned i = 0; i < unsigned(ITEMS); ++i) {
      const auto resource = part.getAccess().getResources()[i];
      const bool other = i % 10 == 9;
      EXPECT_EQ(resource.getCode(), other ? law::RefusalCode::FMU_OTHER_UNIT : law::RefusalCode::NONE) << i;
    }
  }
  const auto tooMany = play.send(file.whens.front().commands[1]);
  EXPECT_EQ(tooMany.code, law::RefusalCode::UNKNOWN_THING);
  EXPECT_EQ(tooMany.arguments, std::vector<std::string>{"itemsMax=500"});
}

}  // namespace
}  // namespace liggare::test
