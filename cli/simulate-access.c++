// Accesses: about thirty in a thousand are such that the gate refuses them.
#include "cli/simulate-steps.h"
#include "cli/simulate-texts.h"

namespace liggare::simulation {

void Writer::access(Patient& patient) {
  const uint64_t kind = random.below(1000);
  const Unit& unit = unitOf(patient);
  const bool mayShare = patient.isSeenByNeighbour && patient.hasC4 && !patient.hasOuterBlock;
  if (kind < 520) return readOwn(patient, unit.coordinator, "coordination");
  if (kind < 700) return readOwn(patient, unit.physician, "care");
  if (kind < 800) return searchFor(patient, "identifier");
  if (kind < 850) return readAsPatient(patient);
  if (kind < 880) return readLogAsPatient(patient);
  if (kind < 955) {
    if (mayShare && kind >= 930) return readAsNeighbour(patient, "content", "svod31");
    if (patient.isSeenByNeighbour) return readAsNeighbour(patient, "flags", "care");
    return readOwn(patient, unit.coordinator, "coordination");
  }
  if (kind < 970) return reviewLog(patient);
  if (kind < 980) return readWithoutGround(patient);
  if (kind < 987) return readOwn(patient, unit.coordinator, "coordination", Login::PASSWORD);
  if (kind < 993 && !mayShare) return readAsNeighbour(patient, "content", "svod31");
  return searchFor(patient, "benefit");
}

void Writer::readOwn(Patient& patient, const Staff& staff, std::string_view purpose, Login login) {
  asStaff(staff, purpose, login).put("patient", patient.numberText()).open("readJournal").put("accessId", draw());
  line.open("claim").put("ground", "care").close();
  if (patient.items > 0 && random.below(100) < 60) {
    const Uuid& item = patient.latest[random.below(patient.items > 1 ? 2 : 1)];
    line.name("items").raw("[\"");
    appendUuid(line.text, item);
    line.raw("\"]");
  }
  finish();
}

void Writer::readAsNeighbour(Patient& patient, std::string_view step, std::string_view ground) {
  asStaff(neighbourUnit(patient).physician, "care").put("patient", patient.numberText());
  line.open("readShared").put("accessId", draw()).put("step", step);
  line.open("claim").put("ground", ground).put("activeDecision", oneOf(DECISION_TEXTS)).close();
  finish();
}

void Writer::searchFor(Patient& patient, std::string_view term) {
  asStaff(unitOf(patient).coordinator, "coordination").put("patient", patient.numberText());
  line.open("search").put("accessId", draw()).put("term", term).open("claim").put("ground", "care").close();
  finish();
}

void Writer::readAsPatient(Patient& patient) {
  asPatient(patient).open("readJournal").put("accessId", draw()).open("claim").put("ground", "self").close();
  finish();
}

void Writer::readLogAsPatient(Patient& patient) {
  asPatient(patient).open("readAccessLog").put("accessId", draw()).put("perspective", "patient");
  line.open("claim").put("ground", "self").close();
  finish();
}

void Writer::reviewLog(Patient& patient) {
  const Unit& unit = unitOf(patient);
  asStaff(region.providers[unit.provider].reviewer, "logReview").open("readAccessLog").put("accessId", draw());
  line.put("perspective", "user").put("staff", unit.coordinator.person);
  line.open("claim").put("ground", "logReview").put("activeDecision", "Stickprov enligt veckans urval.").close();
  finish();
}

// A coordinator of another unit who states no ground (PDL 4 kap. 1 §).
void Writer::readWithoutGround(Patient& patient) {
  const Unit& other = region.units[(patient.unit + 1) % region.homeUnits];
  asStaff(other.coordinator, "coordination")
      .put("patient", patient.numberText())
      .open("readJournal")
      .put("accessId", draw());
  finish();
}

}  // namespace liggare::simulation
