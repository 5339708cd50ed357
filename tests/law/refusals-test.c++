// What the schema says about each refusal, and that it says it of all.
#include "engine/law/refusals.h"

#include <gtest/gtest.h>

#include <set>

namespace liggare::law {
namespace {

using schema::RefusalCode;

TEST(Refusals, SayWhatTheSchemaSays) {
  EXPECT_EQ(refusalName(RefusalCode::CONSENT_C1_MISSING), "R-C1");
  EXPECT_EQ(refusalText(RefusalCode::CONSENT_C1_MISSING),
            "Patienten har inte samtyckt till koordineringsinsatser vid den här tidpunkten.");
  EXPECT_EQ(refusalLaw(RefusalCode::CONSENT_C1_MISSING), "2019:1297 3 § andra stycket");
  EXPECT_EQ(refusalBinding(RefusalCode::CONSENT_C1_MISSING), "LAG");
}

TEST(Refusals, AreFoundByTheCodeThatPeopleQuote) {
  EXPECT_EQ(fromCode("R-C1"), RefusalCode::CONSENT_C1_MISSING);
  EXPECT_EQ(fromCode("R-8-4"), RefusalCode::DESTRUCTION_UNDECIDED);
  EXPECT_FALSE(fromCode("R-C9"));
  EXPECT_FALSE(fromCode(""));
}

TEST(Refusals, HaveCodesOfTheirOwnATextAndABinding) {
  const std::set<std::string_view> bindings = {"LAG", "FORESKRIFT", "FORARBETE", "VARDGIVARE", "MOTOR"};
  std::set<std::string_view> names;
  for (const RefusalFacts& facts : allRefusals()) {
    EXPECT_TRUE(facts.name.starts_with("R-")) << facts.name;
    EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
    EXPECT_TRUE(facts.text.ends_with('.')) << facts.name;
    EXPECT_FALSE(facts.law.empty()) << facts.name;
    EXPECT_TRUE(bindings.contains(facts.binding)) << facts.name;
    EXPECT_EQ(fromCode(facts.name), facts.code);
  }
}

// §00.36: a reader without ground never learns of a block; consent is asked about before form.
TEST(Refusals, AnswerInOrderOfPrecedence) {
  const RefusalCode order[] = {
      RefusalCode::NOT_AUTHORISED,     RefusalCode::STRONG_LOGIN_MISSING, RefusalCode::RISK_ANALYSIS_MISSING,
      RefusalCode::UNKNOWN_THING,      RefusalCode::INNER_SECRECY,        RefusalCode::FMU_OTHER_UNIT,
      RefusalCode::INNER_BLOCK,        RefusalCode::SVOD_PURPOSE,         RefusalCode::CASE_STATE,
      RefusalCode::CONSENT_C1_MISSING, RefusalCode::IN_THE_FUTURE};
  for (size_t i = 1; i < std::size(order); ++i)
    EXPECT_LT(refusalPrecedence(order[i - 1]), refusalPrecedence(order[i])) << refusalName(order[i]);
  for (size_t i = 1; i < allRefusals().size(); ++i)
    EXPECT_LT(allRefusals()[i - 1].precedence, allRefusals()[i].precedence);
}

TEST(Refusals, KnowWhichCodesTheyDoNotKnow) {
  EXPECT_FALSE(isKnownRefusal(RefusalCode::NONE));
  EXPECT_FALSE(isKnownRefusal(static_cast<RefusalCode>(4711)));
  EXPECT_TRUE(isKnownRefusal(RefusalCode::CRITERIA_MISSING));
}

}  // namespace
}  // namespace liggare::law
