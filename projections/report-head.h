// What stands at the top of every report: whose data, who asked and why, which recorded read it rests on, and how far
// the log reached then. Read out of the AccessRecorded events themselves, so that a page cannot say anything else than
// the log does.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "projections/directory.h"

namespace liggare {

// A person as a page names them.
struct Who {
  enum class Kind : uint8_t { STAFF, PATIENT, GUARDIAN, SYSTEM, AUTHORITY, OPERATOR, UNKNOWN } kind = Kind::UNKNOWN;
  std::string name;  // of staff: as it was when they acted
  std::string title, function, hsaId;
  std::string unit, provider;
  SubjectKey person, commission, unitKey, providerKey;
};

struct RefusalNote {
  std::string code, text, law;
};

struct ReportHead {
  std::string title;
  std::string origin;
  bool demo = false;
  Position size = 0;  // the log up to and including the read
  Hash root;
  std::vector<Position> reads;  // the recorded reads the page rests on
  Micros readAt = 0;
  Micros asOf = 0;  // 0: as known when read
  Who reader;
  std::string purpose, ground, groundLaw;
  SubjectKey patient;
  std::vector<SubjectKey> patientKeys;  // that one and those joined with it, as the read was recorded
  PatientName patientName;
  bool complete = true;                // false: the views have not reached the read yet; ask again
  std::optional<RefusalNote> refusal;  // the read was refused as a whole
};

// What a report is made from.
struct Sources {
  const Views& views;
  EventSource& events;
  Directory& directory;
};

// The recorded reads, opened, and the head that follows from them.
//
//   Throws   FAILED when a position holds no AccessRecorded or ProviderNamesRevealed
struct RecordedRead {
  std::vector<OpenedEvent> events;
  ReportHead head;
};
RecordedRead openRead(Sources sources, std::span<const Position> reads);

Who whoOf(const OpenedEvent& event, Directory& directory);
RefusalNote refusalNote(schema::RefusalCode code);

}  // namespace liggare
