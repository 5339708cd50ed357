// What happens to a command between the door and the law, by schema and not by kind: so it is tried on every kind there
// is.

#include "engine/intake/plan.h"

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/intake/json.h"
#include "engine/intake/resolve.h"
#include "tests/base/seed.h"

namespace liggare::intake {
namespace {

constexpr std::string_view CANARY = "KANARIE";
constexpr Micros AT = 1'793'600'000'000'000;

bool isPersonal(capnp::StructSchema::Field field) {
  for (auto note : field.getProto().getAnnotations()) {
    if (note.getId() == 0xb6a5c4d3e2f1061b) return true;
  }
  return false;
}

// Fills every field there is: personal texts with canaries, others with what their name says.
void fill(capnp::DynamicStruct::Builder into, SeededRandom& random);

void fillList(capnp::DynamicList::Builder list, capnp::Type element, std::string_view text, SeededRandom& random) {
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (element.isText()) list.set(i, capnp::Text::Reader(std::string(text).c_str()));
    if (element.isEnum())
      list.set(i,
               capnp::DynamicEnum(element.asEnum(), uint16_t(random.below(element.asEnum().getEnumerants().size()))));
    if (element.isStruct()) fill(list[i].as<capnp::DynamicStruct>(), random);
  }
}

void fillField(capnp::DynamicStruct::Builder into, capnp::StructSchema::Field field, SeededRandom& random) {
  const auto type = field.getType();
  const std::string text(isPersonal(field) ? CANARY : std::string_view(field.getProto().getName().cStr()));
  switch (type.which()) {
    case capnp::schema::Type::TEXT: into.set(field, capnp::Text::Reader(text.c_str())); break;
    case capnp::schema::Type::BOOL: into.set(field, random.below(2) == 1); break;
    case capnp::schema::Type::ENUM: {
      const auto schema = type.asEnum();
      into.set(field, capnp::DynamicEnum(schema, uint16_t(random.below(schema.getEnumerants().size()))));
      break;
    }
    case capnp::schema::Type::STRUCT: fill(into.init(field).as<capnp::DynamicStruct>(), random); break;
    case capnp::schema::Type::LIST: {
      const auto size = uint32_t(random.below(4));
      fillList(into.init(field, size).as<capnp::DynamicList>(), type.asList().getElementType(), text, random);
      break;
    }
    case capnp::schema::Type::VOID: into.set(field, capnp::VOID); break;
    case capnp::schema::Type::DATA: break;
    default: into.set(field, random.below(100));
  }
}

void fill(capnp::DynamicStruct::Builder into, SeededRandom& random) {
  for (auto field : into.getSchema().getNonUnionFields()) fillField(into, field, random);
  const auto members = into.getSchema().getUnionFields();
  if (members.size() > 0) fillField(into, members[uint32_t(random.below(members.size()))], random);
}

std::string_view bytesOf(const kj::Array<capnp::word>& words) {
  return asText({words.asBytes().begin(), words.asBytes().size()});
}

TEST(Plan, CanonicalBytesAreCapnProtosOwn) {
  const uint64_t seed = testSeed(1);
  SeededRandom random(seed);
  for (int round = 0; round < 400; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    capnp::MallocMessageBuilder message;
    auto command = message.initRoot<schema::Command>();
    fill(capnp::DynamicStruct::Builder(schema::Command::Builder(command)), random);
    const auto ours = bodyDigestInput(command.asReader());
    const kj::ArrayPtr<const capnp::word> segments[] = {ours};
    capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
    EXPECT_TRUE(reader.isCanonical());
    Words inOneGo;
    appendBodyDigestInput(inOneGo, command);
    EXPECT_EQ(asText(intake::bytesOf(inOneGo)), bytesOf(ours)) << "read as it lies, or copied first";
  }
}

TEST(Plan, CanonicalBytesAreTheSameOutOfManySegments) {
  const uint64_t seed = testSeed(3);
  SeededRandom random(seed);
  for (int round = 0; round < 100; ++round) {
    LIGGARE_TRACE_SEED(seed, round);
    capnp::MallocMessageBuilder message(2, capnp::AllocationStrategy::FIXED_SIZE);
    auto command = message.initRoot<schema::Command>();
    fill(capnp::DynamicStruct::Builder(schema::Command::Builder(command)), random);
    ASSERT_GT(message.getSegmentsForOutput().size(), 1u);
    Words words = {7};
    appendBodyDigestInput(words, command);
    EXPECT_EQ(words.front(), 7u) << "what stands before is left alone";
    EXPECT_EQ(asText(intake::bytesOf(words, 1)), bytesOf(bodyDigestInput(command.asReader())));
  }
}

TEST(Plan, AMessageThatIsNotOfItsSchemaIsRefusedAndNotRead) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  command.setLateReason("för sent");
  const auto plain = bodyDigestInput(command.asReader());
  auto words = message.getSegmentsForOutput()[0];
  std::vector<uint64_t> forged(words.size());
  memcpy(forged.data(), words.begin(), words.size() * sizeof(uint64_t));
  size_t changed = 0;
  for (uint64_t& word : forged) {
    if ((word & 3) != 1) continue;  // a list becomes a list of something else
    word ^= uint64_t(1) << 32;
    ++changed;
  }
  ASSERT_EQ(changed, 1u);
  const kj::ArrayPtr<const capnp::word> segments[] = {
      kj::arrayPtr(reinterpret_cast<const capnp::word*>(forged.data()), forged.size())};
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
  EXPECT_ANY_THROW(bodyDigestInput(reader.getRoot<schema::Command>()));
}

TEST(Plan, ReducingLeavesNoPersonalByteInAnyKind) {
  const uint64_t seed = testSeed(2);
  SeededRandom random(seed);
  const auto kinds = capnp::Schema::from<schema::Command>().getUnionFields();
  for (auto kind : kinds) {
    SCOPED_TRACE(kind.getProto().getName().cStr());
    for (int round = 0; round < 10; ++round) {
      capnp::MallocMessageBuilder message;
      auto command = message.initRoot<schema::Command>();
      capnp::DynamicStruct::Builder dynamic{schema::Command::Builder(command)};
      fill(dynamic, random);
      fillField(dynamic, kind, random);
      const auto reduced = reduce(command.asReader());
      EXPECT_EQ(bytesOf(reduced).find(CANARY), std::string_view::npos);
      EXPECT_NE(bytesOf(bodyDigestInput(command.asReader())).find(CANARY), std::string_view::npos);
      const auto ask = encodeAsk(command.asReader(), asBytes("0123456789"), "client");
      EXPECT_EQ(bytesOf(ask).find(CANARY), std::string_view::npos);
      const kj::ArrayPtr<const capnp::word> segments[] = {ask};
      capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
      EXPECT_TRUE(reader.isCanonical());
      const auto read = reader.getRoot<schema::Ask>();
      EXPECT_STREQ(read.getClient().cStr(), "client");
      EXPECT_EQ(read.getBodyDigest().size(), 10u);
      EXPECT_EQ(bytesOf(reduce(read.getCommand())), bytesOf(reduced)) << "reducing again changes nothing";
    }
  }
}

TEST(Plan, WhatLiesDeadInABuilderIsNotCopied) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  command.initRecordNote().setText("KANARIE KANARIE");
  command.initRecordDeath().setDay(1);
  command.setLateReason("KANARIE");
  command.disownLateReason();
  EXPECT_EQ(bytesOf(reduce(command.asReader())).find(CANARY), std::string_view::npos);
  EXPECT_EQ(bytesOf(bodyDigestInput(command.asReader())).find(CANARY), std::string_view::npos);
}

TEST(Plan, PresenceAndCountSurviveReducing) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  auto plan = command.initEstablishPlan();
  auto goals = plan.initGoals(3);
  goals.set(0, "Ett");
  goals.set(2, "Tre");
  const auto words = reduce(command.asReader());
  const kj::ArrayPtr<const capnp::word> segments[] = {words};
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
  const auto read = reader.getRoot<schema::Command>().getEstablishPlan();
  ASSERT_EQ(read.getGoals().size(), 3u);
  EXPECT_STREQ(read.getGoals()[0].cStr(), PRESENT.data());
  EXPECT_EQ(read.getGoals()[1].size(), 0u);
  EXPECT_FALSE(read.hasText());
}

TEST(Plan, IdsAreDrawnWhereTheyLackAndNowhereElse) {
  SeededRandom random(3);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  auto answer = command.initAcceptOffer();
  fillDrawn(command, random, AT);
  EXPECT_FALSE(answer.hasConsent()) << "no consent is invented";
  answer.initConsent();
  answer.getOfferId().setLo(7);
  fillDrawn(command, random, AT);
  const auto drawn = command.asReader().getAcceptOffer().getConsent().getConsentId();
  EXPECT_NE(drawn.getHi(), 0u);
  EXPECT_EQ(command.asReader().getAcceptOffer().getOfferId().getLo(), 7u);
  const auto before = drawn.getLo();
  fillDrawn(command, random, AT);
  EXPECT_EQ(command.asReader().getAcceptOffer().getConsent().getConsentId().getLo(), before);
}

IdentifierTag plainTag(Bytes bytes) {
  IdentifierTag tag;
  for (size_t i = 0; i < bytes.size(); ++i) tag.bytes[i % 16] = uint8_t(tag.bytes[i % 16] * 31 + bytes[i]);
  return tag;
}

TEST(Resolve, KnownUnknownInvalidAndAbsentAreToldApart) {
  std::map<IdentifierTag, SubjectKey> known;
  Resolver resolver({plainTag, [&](const IdentifierTag& tag) -> std::optional<SubjectKey> {
                       return known.contains(tag) ? std::optional(known[tag]) : std::nullopt;
                     }});
  SeededRandom random(4);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  ASSERT_FALSE(decodeCommand(R"({"patient":"19850706-2381","actor":{"staff":{"commission":"se2321000131-k002"}},)"
                             R"("registerPatient":{"identifiers":["198507062381","191212121213","197010632391"]}})",
                             command));
  resolver.resolve(command, random, AT);
  const auto c = command.asReader();
  const auto all = c.getRegisterPatient().getIdentifiers();
  EXPECT_EQ(c.getPatient().getState(), schema::Ref::State::UNKNOWN);
  EXPECT_EQ(all[0].getKey().getLo(), c.getPatient().getKey().getLo()) << "one identifier, one key";
  EXPECT_STREQ(c.getPatient().getText().cStr(), "198507062381");
  EXPECT_EQ(c.getPatient().getBirthDay(), *dayOf(1985, 7, 6));
  EXPECT_EQ(all[1].getState(), schema::Ref::State::INVALID);
  EXPECT_EQ(all[2].getBirthDay(), 0) << "never from a samordningsnummer";
  EXPECT_STREQ(c.getActor().getStaff().getCommission().getText().cStr(), "SE2321000131-K002");

  SubjectKey key;
  key.bytes[0] = 9;
  const auto tag = c.getPatient().getTag();
  IdentifierTag wanted;
  putBe64(wanted.bytes.data(), tag.getHi());
  putBe64(wanted.bytes.data() + 8, tag.getLo());
  known[wanted] = key;
  resolver.resolve(command, random, AT);
  EXPECT_EQ(command.asReader().getPatient().getState(), schema::Ref::State::KNOWN)
      << "an unknown one is looked up again";
  EXPECT_EQ(command.asReader().getPatient().getKey().getHi(), 9ull << 56);
}

TEST(Resolve, DifferentKindsNeverShareATag) {
  const auto unit = readReference("SE2321000131-A1", schema::RefKind::UNIT, 0, TestIds::REFUSED);
  const auto commission = readReference("SE2321000131-A1", schema::RefKind::COMMISSION, 0, TestIds::REFUSED);
  ASSERT_TRUE(unit && commission);
  EXPECT_NE(unit->blindInput, commission->blindInput);
  EXPECT_FALSE(readReference("02", schema::RefKind::REGION, 0, TestIds::REFUSED));
  EXPECT_FALSE(readReference("TSTNMT2321000156-1077", schema::RefKind::STAFF, 0, TestIds::REFUSED));
}

}  // namespace
}  // namespace liggare::intake
