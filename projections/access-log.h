// P3 Åtkomstlogg, in three perspectives. The log row of a read belongs to the provider under which it was made (PDL
// 2:6, SVOD 4:1), so what is shown of it follows that provider's policy.
//
//   the patient's (PDL 8:5)          unit and time always; title; name of staff by policy; refused reads by policy; no
//   numbers the reading provider's (PDL 4:3) by staff member or unit: who, under which commission, why; the patient
//   masked the information owner's          which providers read ours, per masked patient and period; no users
#pragma once

#include "projections/report-head.h"

namespace liggare {

enum class LogPerspective : uint8_t { PATIENT, USER, UNIT, OWNER };

struct AccessLine {
  Position position = 0;
  Micros at = 0;
  std::string provider, unit;
  std::string who;        // title and function, or "Patienten själv"
  std::string staffName;  // patient's perspective: only by policy, and never of protected staff
  std::string activity;   // "Läsa", "Nödöppning"
  std::string data;       // what was shown, in plain Swedish
  std::string purpose, ground, groundLaw;
  std::optional<RefusalNote> refusal;  // the read was refused
  // the reading provider's own perspective
  std::string hsaId, commission;
  std::string patientMasked;
  std::vector<std::string> owners;  // whose information
  uint32_t shown = 0, denied = 0;   // items
  std::string activeDecision;
  std::vector<std::string> triggers;  // why it is queued for review
};

struct OwnerLine {
  std::string reader;  // provider
  std::string patientMasked;
  Micros first = 0, last = 0;
  uint32_t reads = 0;
  std::vector<std::string> what, grounds;
};

struct AccessLog {
  ReportHead head;
  LogPerspective perspective = LogPerspective::PATIENT;
  std::string subject;            // user, unit or owner by name
  Micros from = 0, to = 0;        // 0: unbounded
  std::vector<AccessLine> lines;  // by time
  std::vector<OwnerLine> owners;  // OWNER: by reading provider, then patient
  bool ownOnly = false;           // a provider's own extract: other providers' reads are told by them
};

// `reads`: positions of the events of one readAccessLog. The read itself is in the log it shows.
AccessLog accessLog(Sources sources, std::span<const Position> reads);

}  // namespace liggare
