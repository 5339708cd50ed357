// What cases cannot show without hundreds of lines: a long journal's read, and that the gate is a function of its
// facts.
#include <gtest/gtest.h>

#include "engine/law/decide.h"
#include "engine/law/gate.h"

namespace liggare::law {
namespace {

constexpr Micros NOW = Micros(20'700) * DAY;  // September 2026: the second rule set

SubjectKey key(uint8_t n) {
  SubjectKey k;
  k.bytes[15] = n;
  return k;
}
ThingId thing(uint32_t n) {
  ThingId id;
  putBe32(id.bytes.data(), n);
  id.bytes[15] = 1;
  return id;
}

// One provider with units 20 and 21, one commission at unit 20, and patient 30 with a visit there.
class World : public StateView {
 public:
  World() {
    own.exists = true;
    own.key = key(10);
    other.exists = true;
    other.key = key(11);
    for (uint8_t unit : {20, 21}) own.units[key(unit)].key = key(unit);
    reader.exists = true;
    reader.key = key(1);
    reader.person = key(2);
    reader.provider = own.key;
    reader.unit = key(20);
    reader.purposes = {schema::Purpose::CARE};
    reader.rights = {schema::Right::READ};
    reader.valid = {1, 0};
    own.analyses.push_back({thing(2), 1, 1, NOW + DAY, 0});
    reader.authorisations.push_back({thing(1), thing(2), {1, 0}});
    subject.exists = true;
    subject.key = key(30);
    Relation visit;
    visit.provider = own.key;
    visit.unit = reader.unit;
    visit.valid = {1, NOW + DAY};
    subject.relations.push_back(visit);
  }
  Item& note(uint32_t n, uint8_t unit) {
    Item item;
    item.id = thing(n);
    item.position = n;
    item.provider = own.key;
    item.unit = key(unit);
    item.recordedAt = NOW - DAY;
    return subject.items.emplace_back(item);
  }
  ReaderFacts facts() const { return {*this, ruleSetAt(NOW), reader, own, schema::Purpose::CARE}; }
  const PatientState* patient(const SubjectKey&) const override { return &subject; }
  const CommissionState* commission(const SubjectKey&) const override { return &reader; }
  const ProviderState* provider(const SubjectKey& k) const override {
    return k == own.key ? &own : k == other.key ? &other : nullptr;
  }
  const RegionState* region(const SubjectKey&) const override { return nullptr; }
  const ArchiveState* archive(const SubjectKey&) const override { return nullptr; }
  const ReviewState* review(const SubjectKey&) const override { return nullptr; }

  PatientState subject;
  CommissionState reader;
  ProviderState own, other;  // other: of nothing here, unless a test says so
};

void fillRead(schema::Command::Builder command, const World& world) {
  auto set16 = [](schema::Id::Builder to, const SubjectKey& from) {
    to.setHi(getBe64(from.bytes.data()));
    to.setLo(getBe64(from.bytes.data() + 8));
  };
  auto refer = [&](schema::Ref::Builder ref, const SubjectKey& to) {
    set16(ref.initKey(), to);
    ref.setState(schema::Ref::State::KNOWN);
  };
  auto actor = command.initActor();
  refer(actor.initStaff().initCommission(), world.reader.key);
  actor.initAuthentication().setMethod(schema::LoginMethod::SMART_CARD);
  actor.getAuthentication().setLevel(3);
  command.setPurpose(schema::Purpose::CARE);
  refer(command.initPatient(), world.subject.key);
  auto claim = command.initReadJournal().initClaim();
  claim.setActiveDecision("•");
}

TEST(Access, RecordsALongJournalInEventsOfFiveHundred) {
  World world;
  for (uint32_t n = 1; n <= 1203; ++n) world.note(n, 20);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  fillRead(command, world);

  Decision decision = decide(world, command.asReader(), "test", NOW);
  ASSERT_EQ(decision.kind, Decision::Kind::ACCEPTED);
  ASSERT_EQ(decision.events.size(), 3u);
  const unsigned expected[] = {500, 500, 203};
  uint64_t next = 1;
  for (unsigned i = 0; i < 3; ++i) {
    auto event = decision.events[i]->getRoot<schema::Event>().asReader();
    EXPECT_EQ(event.getCommon().getIndexInCommand(), i);
    EXPECT_EQ(event.getTexts().size(), i == 0 ? 1u : 0u) << "the reader's words stand once";
    auto access = event.getCommon().getBody().getAccessRecorded();
    EXPECT_EQ(access.getShown(), expected[i]);
    auto resources = event.getPatients()[0].getAccess().getResources();
    ASSERT_EQ(resources.size(), expected[i]);
    for (auto resource : resources) EXPECT_EQ(resource.getPosition(), next++);
  }
}

TEST(Access, OfAnEmptyJournalIsStillRecorded) {
  World world;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  fillRead(command, world);
  Decision decision = decide(world, command.asReader(), "test", NOW);
  EXPECT_EQ(decision.kind, Decision::Kind::ACCEPTED);
  ASSERT_EQ(decision.events.size(), 1u);
  auto body = decision.events[0]->getRoot<schema::Event>().getCommon().getBody();
  EXPECT_EQ(body.which(), schema::Body::ACCESS_RECORDED);
}

TEST(Access, NeverListsWhatIsDestroyed) {
  World world;
  world.note(1, 20);
  world.note(2, 20).destroyed = true;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  fillRead(command, world);
  Decision decision = decide(world, command.asReader(), "test", NOW);
  ASSERT_EQ(decision.events.size(), 1u);
  auto event = decision.events[0]->getRoot<schema::Event>().asReader();
  EXPECT_EQ(event.getPatients()[0].getAccess().getResources().size(), 1u);
  EXPECT_EQ(gate(world.facts(), world.subject, world.subject.items[1], {}, NOW).code, RefusalCode::UNKNOWN_THING);
}

TEST(Gate, AsksForGroundBeforeItSpeaksOfBlocks) {
  World world;
  world.note(1, 21);
  Block block;
  block.type = schema::BlockType::INNER;
  block.provider = world.own.key;
  block.unit = key(21);
  block.valid = {1, 0};
  world.subject.blocks.push_back(block);
  Claim claim;
  claim.activeDecision = true;
  const Item& item = world.subject.items[0];
  EXPECT_EQ(gate(world.facts(), world.subject, item, claim, NOW).code, RefusalCode::INNER_BLOCK);
  world.subject.relations.clear();
  EXPECT_EQ(gate(world.facts(), world.subject, item, claim, NOW).code, RefusalCode::INNER_SECRECY);
}

TEST(Gate, TellsWhyAnotherProvidersItemIsNotShared) {
  World world;
  Item& item = world.note(1, 40);
  item.provider = world.other.key;
  item.itemClass = schema::ItemClass::NOTE;
  world.own.svod = {{1, 0}};
  Claim claim;
  claim.activeDecision = true;
  auto code = [&] { return gate(world.facts(), world.subject, item, claim, NOW).code; };
  EXPECT_EQ(code(), RefusalCode::SVOD_NOT_CONNECTED);
  world.other.svod = {{1, 0}};
  EXPECT_EQ(code(), RefusalCode::SVOD_NOT_INFORMED);
  world.subject.svodInformed = {world.other.key};
  EXPECT_EQ(code(), RefusalCode::SVOD_CONSENT);
}

TEST(Gate, NeedsEveryBlockThatCoversAnItemLifted) {
  World world;
  world.note(1, 21);
  for (uint32_t n = 1; n <= 2; ++n) {
    Block block;
    block.id = thing(100 + n);
    block.type = schema::BlockType::INNER;
    block.provider = world.own.key;
    block.unit = key(21);
    block.valid = {1, 0};
    world.subject.blocks.push_back(block);
  }
  Claim claim;
  claim.activeDecision = true;
  Lift lift;
  lift.forUnit = key(20);
  lift.valid = {1, NOW + HOUR};
  const Item& item = world.subject.items[0];
  world.subject.blocks[0].lifts.push_back(lift);
  EXPECT_EQ(gate(world.facts(), world.subject, item, claim, NOW).code, RefusalCode::INNER_BLOCK);
  world.subject.blocks[1].lifts.push_back(lift);
  EXPECT_EQ(gate(world.facts(), world.subject, item, claim, NOW).ground, schema::Ground::LIFT_CONSENT);
  EXPECT_FALSE(gate(world.facts(), world.subject, item, claim, NOW + HOUR).allowed()) << "the end is not included";
}

TEST(Gate, AsksForAnActiveDecisionFromTheRegulationThatBringsIt) {
  World world;
  world.note(1, 21);
  const Item& item = world.subject.items[0];
  ReaderFacts before{world, allRuleSets().front(), world.reader, world.own, schema::Purpose::CARE};
  EXPECT_TRUE(gate(before, world.subject, item, {}, NOW).allowed());
  EXPECT_FALSE(gate(world.facts(), world.subject, item, {}, NOW).allowed());
}

}  // namespace
}  // namespace liggare::law
