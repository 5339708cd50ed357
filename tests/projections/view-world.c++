#include "tests/projections/view-world.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "projections/opened.h"
#include "tests/support/paths.h"

namespace liggare::test {
namespace {

using schema::TextSlot;

template <typename Meaning>
void put(schema::Id::Builder to, const Id16<Meaning>& id) {
  to.setHi(getBe64(id.bytes.data()));
  to.setLo(getBe64(id.bytes.data() + 8));
}

struct StaffFacts {
  uint8_t person, unit, provider;
  const char *name, *title, *hsaId;
};
StaffFacts factsOf(uint8_t commission) {
  using W = ViewWorld;
  switch (commission) {
    case W::ANNA_AT_CLINIC:
      return {W::ANNA, W::CLINIC, W::NORTH, "Anna Berg", "rehabiliteringskoordinator", "SE2321000131-1001"};
    case W::BO_AT_REHAB: return {W::BO, W::REHAB, W::NORTH, "Bo Lund", "fysioterapeut", "SE2321000131-1002"};
    default: return {W::CLARA, W::SOUTH_UNIT, W::SOUTH, "Clara Ek", "läkare", "SE5565594230-2001"};
  }
}

}  // namespace

Micros winter(std::string_view dayAndTime) {
  std::string text(dayAndTime);
  text.replace(10, 1, "T");
  return parseStamp(text + ":00+01:00").value().at;
}

ViewWorld::ViewWorld() {
  addEngine(winter("2026-11-01 06:00"), GenesisFact{"liggare.example/dag", "", {}, {}, true});
  addProvider(NORTH, "SE2321000131-0001", "Region Norr");
  addProvider(SOUTH, "SE5565594230-0001", "Söderhälsan AB");
  addUnit(CLINIC, NORTH, "Bergets vårdcentral");
  addUnit(REHAB, NORTH, "Rehabmottagningen");
  addUnit(SOUTH_UNIT, SOUTH, "Söderkliniken");
  addCommission(ANNA_AT_CLINIC, ANNA, CLINIC, NORTH, "Anna Berg", "rehabiliteringskoordinator");
  addCommission(BO_AT_REHAB, BO, REHAB, NORTH, "Bo Lund", "fysioterapeut");
  addCommission(CLARA_IN_SOUTH, CLARA, SOUTH_UNIT, SOUTH, "Clara Ek", "läkare");
  add(winter("2026-11-01 07:30"), schema::Body::PATIENT_REGISTERED, [](schema::Event::Builder event) {
    auto part = event.initPatients(1)[0];
    put(part.initPatient(), keyNumber(PATIENT));
    auto identifier = part.initBody().initPatientRegistered().initIdentifiers(1)[0];
    identifier.setValue("191212121212");
    auto text = event.initTexts(1)[0];
    text.setSlot(TextSlot::NAME);
    text.setText("Tolvan Tolvansson");
  });
}

void ViewWorld::addProvider(uint8_t key, const char* hsaId, const char* name) {
  add(winter("2026-11-01 07:00"), schema::Body::PROVIDER_REGISTERED, [&](schema::Event::Builder event) {
    put(event.getCommon().initProvider(), keyNumber(key));
    auto body = event.getCommon().initBody().initProviderRegistered();
    put(body.initProvider(), keyNumber(key));
    put(body.initRegionKey(), keyNumber(REGION));
    body.setHsaId(hsaId);
    body.setName(name);
    body.setRegion("24");
  });
}

void ViewWorld::addUnit(uint8_t key, uint8_t provider, const char* name) {
  add(winter("2026-11-01 07:10"), schema::Body::UNIT_REGISTERED, [&](schema::Event::Builder event) {
    put(event.getCommon().initProvider(), keyNumber(provider));
    auto body = event.getCommon().initBody().initUnitRegistered();
    put(body.initUnit(), keyNumber(key));
    body.setName(name);
  });
}

void ViewWorld::addCommission(uint8_t key, uint8_t person, uint8_t unit, uint8_t provider, const char* name,
                              const char* title) {
  add(winter("2026-11-01 07:20"), schema::Body::COMMISSION_SYNCED, [&](schema::Event::Builder event) {
    put(event.getCommon().initProvider(), keyNumber(provider));
    auto body = event.getCommon().initBody().initCommissionSynced();
    put(body.initCommission(), keyNumber(key));
    put(body.initPerson(), keyNumber(person));
    put(body.initUnit(), keyNumber(unit));
    body.setHsaId(std::string("SE2321000131-U") + std::to_string(key));
    body.setPersonName(name);
    body.setPersonHsaId(factsOf(key).hsaId);
    body.setTitle(title);
  });
}

Position ViewWorld::add(Micros at, schema::Body::Which kind, const Fill& fill) {
  Kept kept{std::make_shared<capnp::MallocMessageBuilder>(), at, {}, false, false};
  auto event = kept.message->initRoot<schema::Event>();
  auto common = event.initCommon();
  common.setKind(static_cast<uint16_t>(kind));
  common.setOccurredAt(at);
  common.setOffsetMinutes(60);
  fill(event);
  log.push_back(std::move(kept));
  return log.size() - 1;
}

Position ViewWorld::addEngine(Micros at, EngineFact fact) {
  log.push_back({nullptr, at, std::move(fact), false, false});
  return log.size() - 1;
}

void ViewWorld::actAs(schema::Event::Builder event, uint8_t commission) {
  if (commission == 0) return put(event.initActor().initPatient(), keyNumber(PATIENT));
  StaffFacts facts = factsOf(commission);
  auto common = event.getCommon();
  put(common.initProvider(), keyNumber(facts.provider));
  put(common.initInfoProvider(), keyNumber(facts.provider));
  put(common.initUnit(), keyNumber(facts.unit));
  put(common.initInfoUnit(), keyNumber(facts.unit));
  auto staff = event.initActor().initStaff();
  put(staff.initPerson(), keyNumber(facts.person));
  put(staff.initCommission(), keyNumber(commission));
  put(staff.initUnit(), keyNumber(facts.unit));
  put(staff.initProvider(), keyNumber(facts.provider));
  staff.setName(facts.name);
  staff.setTitle(facts.title);
  staff.setHsaId(facts.hsaId);
}

Position ViewWorld::journal(Micros at, schema::Body::Which kind, const Written& written,
                            const std::function<void(schema::Body::Builder)>& body) {
  return add(at, kind, [&](schema::Event::Builder event) {
    actAs(event, written.by);
    auto common = event.getCommon();
    common.setItemClass(written.itemClass);
    if (written.thing) put(common.initThing(), thingNumber(written.thing));
    if (written.occurredAt) common.setOccurredAt(written.occurredAt);
    auto violations = common.initViolations(static_cast<unsigned>(written.violations.size()));
    for (unsigned i = 0; i < violations.size(); ++i) violations.set(i, written.violations[i]);
    auto part = event.initPatients(1)[0];
    put(part.initPatient(), keyNumber(PATIENT));
    body(part.initBody());
    auto texts = event.initTexts(static_cast<unsigned>(written.texts.size()));
    std::map<TextSlot, uint16_t> next;
    for (unsigned i = 0; i < texts.size(); ++i) {
      texts[i].setSlot(written.texts[i].first);
      texts[i].setIndex(next[written.texts[i].first]++);
      texts[i].setText(written.texts[i].second);
    }
  });
}

Position ViewWorld::note(Micros at, uint8_t thing, const std::string& text, Written written) {
  written.thing = thing;
  written.texts.push_back({TextSlot::BODY, text});
  return journal(at, schema::Body::NOTE_RECORDED, written,
                 [&](schema::Body::Builder body) { put(body.initNoteRecorded().initNote(), thingNumber(thing)); });
}

Position ViewWorld::sign(Micros at, uint8_t note, uint8_t by) {
  Written written;
  written.by = by;
  written.thing = note;
  return journal(at, schema::Body::NOTE_SIGNED, written,
                 [&](schema::Body::Builder body) { put(body.initNoteSigned().initNote(), thingNumber(note)); });
}

Position ViewWorld::correct(Micros at, uint8_t correction, uint8_t target, const std::string& text,
                            const std::string& reason) {
  Written written;
  written.thing = correction;
  written.texts = {{TextSlot::BODY, text}, {TextSlot::REASON, reason}};
  return journal(at, schema::Body::NOTE_CORRECTED, written, [&](schema::Body::Builder body) {
    auto corrected = body.initNoteCorrected();
    put(corrected.initCorrection(), thingNumber(correction));
    put(corrected.initTarget(), thingNumber(target));
  });
}

Position ViewWorld::dissent(Micros at, uint8_t id, uint8_t target, const std::string& statement) {
  Written written;
  written.thing = id;
  written.texts = {{TextSlot::STATEMENT, statement}};
  return journal(at, schema::Body::PATIENT_DISSENT_NOTED, written, [&](schema::Body::Builder body) {
    auto noted = body.initPatientDissentNoted();
    put(noted.initDissent(), thingNumber(id));
    put(noted.initTarget(), thingNumber(target));
    noted.setStatedAt(at - HOUR);
    noted.setVia(schema::Channel::PHONE);
  });
}

Position ViewWorld::policy(Micros at, uint8_t provider,
                           const std::function<void(schema::ProviderPolicySet::Builder)>& fill) {
  return add(at, schema::Body::PROVIDER_POLICY_SET, [&](schema::Event::Builder event) {
    put(event.getCommon().initProvider(), keyNumber(provider));
    auto body = event.getCommon().initBody().initProviderPolicySet();
    body.setLateHours(24);
    fill(body);
  });
}

Position ViewWorld::read(Micros at, const Read& read) {
  bool isNames = read.step == schema::Step::NAMES && read.refused == schema::RefusalCode::NONE;
  auto kind = isNames ? schema::Body::PROVIDER_NAMES_REVEALED : schema::Body::ACCESS_RECORDED;
  ThingId id = thingNumber(read.access ? read.access : static_cast<uint8_t>(100 + log.size()));
  return add(at, kind, [&](schema::Event::Builder event) {
    actAs(event, read.by);
    auto common = event.getCommon();
    common.setPurpose(read.purpose);
    put(common.initThing(), id);
    auto body = common.initBody();
    auto access = isNames ? body.initProviderNamesRevealed() : body.initAccessRecorded();
    put(access.initAccess(), id);
    access.setView(read.view);
    access.setStep(read.step);
    access.setGround(read.ground);
    access.setAsOf(read.asOf);
    access.setArguments(read.arguments);
    access.setHasBlocked(read.hasBlocked);
    access.setHasUnblocked(read.hasUnblocked);
    access.setCode(read.refused);
    if (read.refused == schema::RefusalCode::NONE) access.setOutcome(schema::AccessOutcome::ALLOW);
    auto providers = access.initProviders(static_cast<unsigned>(read.providers.size()));
    for (unsigned i = 0; i < providers.size(); ++i) put(providers[i], keyNumber(read.providers[i]));
    if (!read.activeDecision.empty()) {
      auto text = event.initTexts(1)[0];
      text.setSlot(TextSlot::ACTIVE_DECISION);
      text.setText(read.activeDecision);
    }
    if (!read.ofPatient) return;
    auto part = event.initPatients(1)[0];
    put(part.initPatient(), keyNumber(PATIENT));
    auto resources = part.initAccess().initResources(static_cast<unsigned>(read.items.size() + read.providers.size()));
    uint16_t shown = 0;
    for (unsigned i = 0; i < read.items.size(); ++i) {
      auto about = log[read.items[i].position].message->getRoot<schema::Event>().getCommon();
      resources[i].setItem(about.getThing());
      resources[i].setPosition(read.items[i].position);
      resources[i].setItemClass(about.getItemClass());
      resources[i].setUnit(about.getInfoUnit());
      resources[i].setProvider(about.getInfoProvider());
      resources[i].setOutcome(read.items[i].outcome);
      resources[i].setCode(read.items[i].code);
      resources[i].setGround(read.ground);
      shown += read.items[i].outcome == schema::AccessOutcome::ALLOW;
    }
    for (size_t i = 0; i < read.providers.size(); ++i) {
      auto resource = resources[static_cast<unsigned>(read.items.size() + i)];
      put(resource.initProvider(), keyNumber(read.providers[i]));
      resource.setOutcome(schema::AccessOutcome::ALLOW);
      resource.setGround(read.ground);
    }
    access.setShown(shown);
    access.setDenied(static_cast<uint16_t>(read.items.size() - shown));
  });
}

Hash ViewWorld::rootAt(Position size) {
  Frontier frontier;
  for (Position p = 0; p < size; ++p) {
    uint8_t bytes[8];
    putBe64(bytes, p);
    frontier.append(leafHash(bytes));
  }
  return frontier.root();
}

std::optional<OpenedEvent> ViewWorld::read(Position position, Open parts) {
  if (position >= head()) return std::nullopt;
  Kept& kept = log[position];
  OpenedEvent opened;
  opened.entry.position = opened.view.position = position;
  opened.entry.recordedAt = opened.view.recordedAt = kept.recordedAt;
  putBe64(opened.view.id.bytes.data(), ~position);
  opened.entry.engine = kept.engine;
  opened.destroyed = kept.destroyed;
  if (!kept.message || kept.destroyed || kept.lost) return opened;
  auto event = kept.message->getRoot<schema::Event>().asReader();
  opened.view.common = event.getCommon();
  opened.view.actor = event.getActor();
  for (auto part : event.getPatients()) opened.view.patients.push_back(part);
  if (parts == Open::WITH_TEXTS || parts == Open::ALL) opened.view.texts = event.getTexts();
  opened.memory = kept.message;
  return opened;
}

void expectGolden(const std::string& name, const std::string& text) {
  std::string path = sourceDir() + "/tests/golden/views/" + name + ".txt";
  if (updatesGoldens()) {
    std::filesystem::create_directories(sourceDir() + "/tests/golden/views");
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << "no golden " << name << ": ./dev update makes it";
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(golden.str(), text) << name;
}

}  // namespace liggare::test
