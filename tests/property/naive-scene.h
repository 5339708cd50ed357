// A small world in memory where the real law and the second reading decide the same commands (naive-facts.h).
//
// Everything is drawn from one seed: two scenes of one seed are the same to the byte.
#pragma once

#include <capnp/message.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/law/decide.h"
#include "tests/property/naive-law.h"

namespace liggare::naive {

// The law's own state, folded from the events that were decided.
class State : public law::StateView {
 public:
  void fold(const law::EventView& event);
  const law::PatientState* patient(const SubjectKey& key) const override { return lookUp(patients, key); }
  const law::CommissionState* commission(const SubjectKey& key) const override { return lookUp(commissions, key); }
  const law::ProviderState* provider(const SubjectKey& key) const override { return lookUp(providers, key); }
  const law::RegionState* region(const SubjectKey& key) const override { return lookUp(regions, key); }
  const law::ArchiveState* archive(const SubjectKey& key) const override { return lookUp(archives, key); }
  const law::ReviewState* review(const SubjectKey& key) const override { return lookUp(reviews, key); }

 private:
  template <typename Fragment>
  using Map = std::map<SubjectKey, Fragment>;
  template <typename Fragment>
  static Fragment* lookUp(Map<Fragment>& all, const SubjectKey& key) {
    auto [place, isNew] = all.try_emplace(key);
    if (isNew) place->second.key = key;
    return &place->second;
  }
  mutable Map<law::PatientState> patients;  // a subject without events is made when it is first looked for
  mutable Map<law::CommissionState> commissions;
  mutable Map<law::ProviderState> providers;
  mutable Map<law::RegionState> regions;
  mutable Map<law::ArchiveState> archives;
  mutable Map<law::ReviewState> reviews;
};

constexpr Id EVENT_IDS = Id(1) << 40;  // ids of events; everything else counts from 1

// A command under construction.
struct Draft {
  std::unique_ptr<capnp::MallocMessageBuilder> message = std::make_unique<capnp::MallocMessageBuilder>();
  schema::Command::Builder command = message->initRoot<schema::Command>();
};

// A command and what the law made of it.
struct Decided {
  std::unique_ptr<capnp::MallocMessageBuilder> message;
  Micros at = 0;
  Position first = 0;
  law::Decision decision;
  schema::Command::Reader command() const { return message->getRoot<schema::Command>().asReader(); }
};

struct Staff {
  enum class Role { CHIEF, PHYSICIAN, COORDINATOR, REVIEWER, RECORDS, STATISTICS } role{};
  Id commission = 0, person = 0, unit = 0, provider = 0;
  std::vector<schema::Purpose> purposes;
};
struct Provider {
  Id key = 0, chief = 0, analysis = 0;
  schema::ProviderKind kind{};
  std::vector<Id> units;
};

class Scene {
 public:
  explicit Scene(uint64_t seed);

  // Lets some time pass and draws a command: of a predicted kind, or what else may happen in between.
  Draft draw();
  // Decides it, remembers what came of it, and keeps it for the replay.
  const Decided& submit(Draft draft);
  // What the second reading expects of the command, before it is submitted.
  Answer expected(schema::Command::Reader command) const { return answer(facts, command, now); }

  // All decided again from an empty state; the first difference, empty when there is none.
  std::string decidedAgain() const;
  // The last so many things that happened to the patient, for a failure's message.
  std::string told(Id patient, size_t count) const;

 private:
  // naive-cast.c++: who there is, and how it begins
  void castProviders();
  void castStaff(const Provider& provider);
  void castPatients();
  void begin(Id patient);
  Draft asOperator();
  Draft asStaff(Id commission);
  Staff& addStaff(const Provider& provider, Staff::Role role, size_t unit);
  void authorise(const Provider& provider, Id commission);

  // naive-life.c++: what happens besides
  Draft drawLife();
  Draft drawRelation(), drawRelationEnd(), drawNote(), drawEvidence(), drawNeed(), drawOffer(), drawAcceptance();
  Draft drawClosing(), drawContact(), drawCapacity(), drawDeath(), drawConnection(), drawGovernance();
  Draft drawGuardian(), drawUnable(Id patient), drawAvailability(Id patient);

  // naive-draws.c++: what is predicted
  Draft drawRead(), drawShared(), drawSearch();
  Draft drawConsent(), drawConsentEnd(), drawRefusal(), drawInformed();
  Draft drawBlock() {
    return drawBlockOf(oneOf(patients), often(60) ? schema::BlockType::INNER : schema::BlockType::OUTER);
  }
  Draft drawBlockOf(Id patient, schema::BlockType type);
  Draft drawBlockEnd(), drawLift(), drawLiftEnd(), drawReveal(), drawOuterRequest(), drawOuterAnswer();
  Draft drawReadUnderLift(Id patient);
  enum class Among { ALL, READERS, OTHERS_DATA };
  Draft byAnybody(Id patient, Among among);
  Draft drawHoping(Ground ground), drawHoping(RefusalCode code);
  const Staff& someColleague(Id provider) {
    const Staff* one = &someStaff();
    for (int attempt = 0; attempt < 8 && one->provider != provider; ++attempt) one = &someStaff();
    return *one;
  }
  Draft byPhysician(Id patient, Id provider);
  Id someBlock(Id patient, schema::BlockType type, Id provider);
  bool lacksNames(Id patient, Id provider, schema::Ground ground) const;
  bool isPrepared(Id patient, Id provider, Id block, schema::LiftReason reason) const;
  Draft drawLiftOf(Id patient), drawReadByOutsider(Id patient), drawDuty(Id patient);
  Draft byWhoMay(Id patient, schema::Right right);
  void fillClaim(schema::GroundClaim::Builder claim, schema::Command::Reader command);
  void fillPatient(schema::Command::Builder command, Id patient);

  bool often(uint64_t percent) { return random.below(100) < percent; }
  template <typename T>
  const T& oneOf(const std::vector<T>& all) {
    return all[random.below(all.size())];
  }
  Id fresh() { return ++lastId; }
  // A thing of that kind in the list, likelier a late one; now and then one that is not there.
  Id some(What what, Id patient);
  bool has(What what, Id patient) const;
  Id someItem(Id patient);
  Id someItemUnder(const Fact& block);  // mostly; any of the patient's when the block covers none
  const Staff& someStaff() { return oneOf(staff); }
  const Staff* staffOf(Id commission) const;
  const Provider& providerOf(Id key) const;
  void pass();

  uint64_t seed;
  SeededRandom random;
  Micros now = 0;
  Id lastId = 0, region = 0;
  Position head = 2;
  Facts facts;
  State state;
  std::vector<Decided> decided;
  std::vector<Provider> providers;
  std::vector<Staff> staff;
  std::vector<Id> patients;
};

void name(schema::Ref::Builder ref, Id key, schema::Ref::State state = schema::Ref::State::KNOWN);
void setId(schema::Id::Builder id, Id value);
std::string kindOf(schema::Command::Reader command);
Answer told(const law::Decision& decision, schema::Command::Reader command);

}  // namespace liggare::naive
