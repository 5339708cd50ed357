// One simulated command each: what a step of a patient's way, or an access, looks like as a line.
#pragma once

#include <functional>

#include "cli/simulate-people.h"

namespace liggare::simulation {

enum class Step : uint8_t {
  REGISTER,
  RESIDENCE,
  RELATION,
  INFORM_SVOD,
  EVIDENCE,
  NEED,
  NO_NEED,
  DEFER,
  OFFER,
  ACCEPT,
  DECLINE,
  CONTACT_PERSON,
  NOTE,
  SIGN,
  CORRECT,
  DISSENT,
  EARLY_INTERVENTION,
  INTERVENTION,
  PLAN,
  FOLLOW_UP,
  EMPLOYER_CALLS,
  CONSENT_C3,
  CALL_EMPLOYER,
  SUSPECT,
  CONSENT_C2,
  REFUSE_C2,
  INFORM_FK,
  FK_ASKS,
  FK_ANSWERED,
  NEIGHBOUR_RELATION,
  CONSENT_C4,
  OUTER_BLOCK,
  WITHDRAW,
  CLOSE,
};

// What the patient was told before saying yes.
constexpr std::string_view INFO_TEXT = "KI-1", INFO_VERSION = "2026-01";

// Writes lines at a time that its owner sets.
class Writer {
 public:
  Writer(const Region& people, SeededRandom& numbers, const std::function<void(std::string_view)>& sink)
      : region(people), random(numbers), emit(sink) {}

  const SimulatedDay* day = nullptr;
  uint32_t ms = 0;

  void foundRegion(std::vector<Provider>& providers, const std::string& region, const std::string& neighbour);
  void step(Step what, Patient& patient);
  void access(Patient& patient);

  uint64_t lines = 0;

 private:
  enum class Login { STRONG, PASSWORD };
  const Region& region;
  SeededRandom& random;
  const std::function<void(std::string_view)>& emit;
  Line line;

  Micros now() const { return day->midnight + Micros(ms) * 1000; }
  Uuid draw() { return drawUuid(now(), random); }
  template <typename Texts>
  std::string_view oneOf(const Texts& texts) {
    return texts[random.below(texts.size())];
  }

  Line& begin();
  Line& asOperator();
  Line& asStaff(const Staff& staff, std::string_view purpose, Login login = Login::STRONG);
  Line& asPatient(const Patient& patient);
  Line& coordinator(const Patient& patient);
  Line& physician(const Patient& patient);
  void finish();  // closes the command's body and the line

  const Unit& firstUnit(const Provider& provider) const;
  void addProvider(Provider& provider);
  void addStaff(const Provider& provider, const Staff& staff, const std::string& unit, std::string_view title,
                std::string_view purpose, std::string_view rights);
  Line& addCommission(const Provider& provider, const Staff& staff, const std::string& unit, std::string_view title,
                      std::string_view purpose, std::string_view rights);
  void addAuthorisation(const Provider& provider, const Staff& staff);

  const Unit& unitOf(const Patient& patient) const { return region.units[patient.unit]; }
  const Unit& neighbourUnit(const Patient& patient) const { return region.units[region.homeUnits + patient.unit % 2]; }
  void made(Patient& patient, const Uuid& item) {
    patient.latest[patient.items % 2] = item;
    ++patient.items;
  }
  void identityStep(Step what, Patient& patient);
  void evidence(Patient& patient);
  void acceptance(Patient& patient);
  void needStep(Step what, Patient& patient);
  void journalStep(Step what, Patient& patient);
  void intervention(Step what, Patient& patient);
  void consentStep(Step what, Patient& patient);
  void contactStep(Step what, Patient& patient);
  void consultation();

  void readOwn(Patient& patient, const Staff& staff, std::string_view purpose, Login login = Login::STRONG);
  void readAsNeighbour(Patient& patient, std::string_view step, std::string_view ground);
  void searchFor(Patient& patient, std::string_view term);
  void readAsPatient(Patient& patient);
  void readLogAsPatient(Patient& patient);
  void reviewLog(Patient& patient);
  void readWithoutGround(Patient& patient);
};

}  // namespace liggare::simulation
