// The law with everything around it in memory: what a command meets between the door and the log, without a log. For
// cases and property tests. A LawWorld can be copied: both go on from the same state, and the same commands give the
// same answers.
#pragma once

#include <capnp/message.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/intake/json.h"
#include "engine/intake/resolve.h"
#include "engine/law/decide.h"

namespace liggare::test {

// An event that was decided, with its place.
struct KeptEvent {
  std::shared_ptr<capnp::MallocMessageBuilder> message;
  law::EventView view;
};

struct LawAnswer {
  enum class Kind { DECIDED, DUPLICATE, INVALID } kind = Kind::DECIDED;
  std::optional<intake::InputError> invalid;
  law::Decision::Kind decision = law::Decision::Kind::ACCEPTED;
  law::RefusalCode code = law::RefusalCode::NONE;
  std::vector<std::string> arguments;
  Position earlier = 0;  // UNCHANGED
  std::vector<Position> events;
  std::string replayProblem;  // the reduced command was decided otherwise: always a bug
};

class LawWorld : private law::StateView {
 public:
  explicit LawWorld(uint64_t seed);
  LawWorld(const LawWorld& other);
  LawWorld& operator=(const LawWorld&) = delete;

  // One line the whole way: decoded, resolved, drawn for, decided, decided again from its reduced form, and folded.
  // Only the fragments that law::missing names are shown to decide.
  //
  //   Requires   at never decreases
  LawAnswer submit(std::string_view json, Micros at, const std::string& client = "cases");

  // Positions begin after genesis and the operator's commission, as in a journal.
  static constexpr Position FIRST = 2;
  const std::vector<KeptEvent>& events() const { return log; }
  const law::EventView* eventAt(Position position) const;  // null when there is none
  // The subject that a text names, when it is known.
  std::optional<SubjectKey> find(std::string_view text, schema::RefKind kind) const;
  Random& random() { return drawn; }

  // The whole state, for comparing a replay with what was kept.
  const law::PatientState* patient(const SubjectKey& key) const override;
  const law::CommissionState* commission(const SubjectKey& key) const override;
  const law::ProviderState* provider(const SubjectKey& key) const override;
  const law::RegionState* region(const SubjectKey& key) const override;
  const law::ArchiveState* archive(const SubjectKey& key) const override;
  const law::ReviewState* review(const SubjectKey& key) const override;

 private:
  struct Fragments {
    std::map<SubjectKey, law::PatientState> patients;
    std::map<SubjectKey, law::CommissionState> commissions;
    std::map<SubjectKey, law::ProviderState> providers;
    std::map<SubjectKey, law::RegionState> regions;
    std::map<SubjectKey, law::ArchiveState> archives;
    std::map<SubjectKey, law::ReviewState> reviews;
  };
  struct Sent {
    std::string body;
    LawAnswer answer;
  };

  SeededRandom drawn;
  mutable Fragments fragments;  // a subject without events is made when it is first looked for
  std::map<IdentifierTag, SubjectKey> subjects;
  std::vector<KeptEvent> log;
  std::map<CommandId, Sent> sent;
  Micros last = 0;
  std::set<law::FragmentKey> shown;  // to the decision under way
  intake::Resolver resolver;

  intake::Resolver makeResolver();
  bool isShown(law::FragmentKind kind, const SubjectKey& key) const { return shown.contains({kind, key}); }
  law::Decision decideOn(schema::Command::Reader ask, const std::string& client, Micros at);
  LawAnswer keep(law::Decision decision, schema::Command::Reader ask, Micros at);
  void fold(const law::EventView& event);
  void learn(schema::Command::Reader ask, const std::vector<Position>& events);
};

}  // namespace liggare::test
