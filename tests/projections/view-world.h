// A log in memory, filled by hand: what a view sees of a journal, without a journal. Two providers with units and
// staff, one patient, and short words for what the tests write about.
#pragma once

#include <capnp/message.h>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/follow/source.h"
#include "engine/hash/merkle.h"

namespace liggare::test {

inline SubjectKey keyNumber(uint8_t n) {
  SubjectKey key;
  key.bytes.fill(n);
  return key;
}
inline ThingId thingNumber(uint8_t n) {
  ThingId id;
  id.bytes.fill(n);
  return id;
}
// "2026-11-02 08:00" on a Swedish clock in winter.
Micros winter(std::string_view dayAndTime);

// One resource of a recorded read.
struct ReadOf {
  Position position = 0;
  schema::AccessOutcome outcome = schema::AccessOutcome::ALLOW;
  schema::RefusalCode code = schema::RefusalCode::NONE;
};

// An item in the journal: by which commission, about what.
struct WrittenItem {
  uint8_t by = 31;
  schema::ItemClass itemClass = schema::ItemClass::NOTE;
  uint8_t thing = 0;
  Micros occurredAt = 0;  // 0: when recorded
  std::vector<std::pair<schema::TextSlot, std::string>> texts;
  std::vector<schema::RefusalCode> violations;
};
// A read as the law would record it; by the patient when `by` is zero.
struct RecordedReadOf {
  uint8_t by = 31;
  schema::ViewName view = schema::ViewName::JOURNAL;
  schema::Step step = schema::Step::CONTENT;
  schema::Ground ground = schema::Ground::CARE;
  schema::Purpose purpose = schema::Purpose::COORDINATION;
  Micros asOf = 0;
  std::string arguments, activeDecision;
  std::vector<ReadOf> items;
  std::vector<uint8_t> providers;  // step NAMES
  bool hasBlocked = false, hasUnblocked = false;
  schema::RefusalCode refused = schema::RefusalCode::NONE;
  uint8_t access = 0;  // access id; 0: from the position
  bool ofPatient = true;
};

class ViewWorld : public EventSource {
 public:
  // Subjects that every world has.
  static constexpr uint8_t NORTH = 1, SOUTH = 2, CLINIC = 11, REHAB = 12, SOUTH_UNIT = 13, ANNA = 21, BO = 22,
                           CLARA = 23, ANNA_AT_CLINIC = 31, BO_AT_REHAB = 32, CLARA_IN_SOUTH = 33, PATIENT = 41,
                           REGION = 51;
  using Written = WrittenItem;
  using Read = RecordedReadOf;

  ViewWorld();

  using Fill = std::function<void(schema::Event::Builder)>;
  Position add(Micros at, schema::Body::Which kind, const Fill& fill);
  Position addEngine(Micros at, EngineFact fact);
  void destroy(Position position) { log[position].destroyed = true; }
  void loseContent(Position position) { log[position].lost = true; }

  // --- words -------------------------------------------------------------------------------------------------------
  void actAs(schema::Event::Builder event, uint8_t commission);
  Position journal(Micros at, schema::Body::Which kind, const Written& written,
                   const std::function<void(schema::Body::Builder)>& body);
  Position note(Micros at, uint8_t thing, const std::string& text, Written written = {});
  Position sign(Micros at, uint8_t note, uint8_t by = ANNA_AT_CLINIC);
  Position correct(Micros at, uint8_t correction, uint8_t target, const std::string& text, const std::string& reason);
  Position dissent(Micros at, uint8_t id, uint8_t target, const std::string& statement);
  Position policy(Micros at, uint8_t provider, const std::function<void(schema::ProviderPolicySet::Builder)>& fill);
  Position read(Micros at, const Read& read);

  // --- EventSource -------------------------------------------------------------------------------------------------
  Position head() const override { return shownHead ? shownHead : log.size(); }
  Hash rootAt(Position size) override;
  std::string origin() const override { return "liggare.example/dag"; }
  bool isDemo() const override { return demo; }
  Micros lastRecordedAt() const override { return log.empty() ? 0 : log.back().recordedAt; }
  Position waitForHead(Position, Micros) override { return head(); }
  std::optional<OpenedEvent> read(Position position, Open parts) override;
  void scanBook(const BookId&, Number, const std::function<bool(const BookRow&)>&) override {}
  std::optional<SubjectKey> find(schema::RefKind, const std::string&) override { return std::nullopt; }

  Position shownHead = 0;  // 0: everything
  bool demo = true;

 private:
  struct Kept {
    std::shared_ptr<capnp::MallocMessageBuilder> message;
    Micros recordedAt = 0;
    EngineFact engine;
    bool destroyed = false, lost = false;
  };
  void addProvider(uint8_t key, const char* hsaId, const char* name);
  void addUnit(uint8_t key, uint8_t provider, const char* name);
  void addCommission(uint8_t key, uint8_t person, uint8_t unit, uint8_t provider, const char* name, const char* title);
  std::vector<Kept> log;
};

// Compares with tests/golden/views/<name>.txt, or writes it when goldens are being updated.
void expectGolden(const std::string& name, const std::string& text);

}  // namespace liggare::test
