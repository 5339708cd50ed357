// A long journal at the gate: one reader, one patient with 500 items at four units of two providers, blocks and lifts
// among them. Everything is in memory, as after warm-up.
#pragma once

#include "engine/law/gate.h"

namespace liggare::bench {

class GateLoad : public law::StateView {
 public:
  static constexpr size_t ITEMS = 500;

  GateLoad() {
    makeProviders();
    makeReader();
    makePatient();
  }
  // How many of the items are shown: a read of all of them.
  size_t readAll() const {
    law::ReaderFacts facts{*this, law::ruleSetAt(NOW), reader, own, schema::Purpose::CARE};
    law::Claim claim;
    claim.ground = schema::Ground::CARE;
    claim.activeDecision = true;
    size_t shown = 0;
    for (auto& item : subject.items) shown += law::gate(facts, subject, item, claim, NOW).allowed() ? 1 : 0;
    return shown;
  }

  const law::PatientState* patient(const SubjectKey& key) const override {
    return key == subject.key ? &subject : nullptr;
  }
  const law::CommissionState* commission(const SubjectKey& key) const override {
    return key == reader.key ? &reader : nullptr;
  }
  const law::ProviderState* provider(const SubjectKey& key) const override {
    return key == own.key ? &own : key == other.key ? &other : nullptr;
  }
  const law::RegionState* region(const SubjectKey&) const override { return nullptr; }
  const law::ArchiveState* archive(const SubjectKey&) const override { return nullptr; }
  const law::ReviewState* review(const SubjectKey&) const override { return nullptr; }

 private:
  static constexpr Micros NOW = Micros(20'700) * DAY;  // September 2026: the second rule set
  law::ProviderState own, other;
  law::CommissionState reader;
  law::PatientState subject;

  static SubjectKey key(uint8_t n) {
    SubjectKey k;
    k.bytes[15] = n;
    return k;
  }
  static ThingId thing(uint32_t n) {
    ThingId id;
    putBe32(id.bytes.data(), n);
    id.bytes[15] = 1;
    return id;
  }

  void makeProviders() {
    own.exists = other.exists = true;
    own.key = key(10);
    other.key = key(11);
    for (uint8_t unit : {20, 21}) own.units[key(unit)].key = key(unit);
    for (uint8_t unit : {22, 23}) other.units[key(unit)].key = key(unit);
    for (auto* each : {&own, &other}) each->svod.push_back({1, 0});
  }
  void makeReader() {
    reader.exists = true;
    reader.key = key(1);
    reader.person = key(2);
    reader.provider = own.key;
    reader.unit = key(20);
    reader.purposes = {schema::Purpose::CARE};
    reader.rights = {schema::Right::READ};
    reader.valid = {1, 0};
    reader.authorisations.push_back({thing(1), thing(2), {1, 0}});
  }
  void makePatient() {
    subject.exists = true;
    subject.key = key(30);
    subject.svodInformed = {own.key, other.key};
    law::Relation visit;
    visit.provider = own.key;
    visit.unit = reader.unit;
    visit.valid = {1, NOW + DAY};
    subject.relations.push_back(visit);
    for (uint32_t n = 0; n < ITEMS; ++n) {
      law::Item item;
      item.id = thing(n + 10);
      item.position = n;
      item.unit = key(static_cast<uint8_t>(20 + n % 4));
      item.provider = n % 4 < 2 ? own.key : other.key;
      item.recordedAt = NOW - DAY * (n + 1);
      subject.items.push_back(item);
    }
    law::Block inner;
    inner.type = schema::BlockType::INNER;
    inner.provider = own.key;
    inner.unit = key(21);
    inner.valid = {1, 0};
    inner.information = {NOW - 300 * DAY, NOW - 100 * DAY};
    law::Block outer = inner;
    outer.type = schema::BlockType::OUTER;
    outer.provider = other.key;
    outer.unit = {};
    subject.blocks = {inner, outer};
  }
};

}  // namespace liggare::bench
