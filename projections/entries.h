// Journal entries as a page shows them: one per item, with everything later said about it beside it (both versions of a
// correction, dissents, signatures), and only what a recorded read has let through.
#pragma once

#include <map>
#include <set>

#include "projections/facts.h"
#include "projections/report-head.h"

namespace liggare {

enum class SignShown : uint8_t { NONE, UNSIGNED, SIGNED, WAIVED };  // NONE: nothing that is signed by itself

struct Signature {
  std::string what;  // "Signerad", "Vidimerad", "Signering ej nödvändig"
  Who by;
  Micros at = 0;
  std::string reason;
};
// PDL 3:14: the old wording stays readable, and who changed it, when and why.
struct Correction {
  Position position = 0;
  Who by;
  Micros recordedAt = 0;
  std::string text, reason;
};
// PDL 3:8: what the patient finds wrong, beside what it is about; not a correction.
struct Dissent {
  Position position = 0;
  Who notedBy;
  Micros recordedAt = 0, statedAt = 0;
  std::string via, statement;
};
// Something that happened to the thing later and has a line of its own in the journal, or needs none.
struct LaterNote {
  std::string what;  // "Samtycke återkallat", "Avvikelse flaggad"
  Micros at = 0;
};

struct JournalEntry {
  Position position = 0;
  ThingId thing;
  uint16_t kind = 0;
  Account account;
  Stamp occurredAt;
  Micros recordedAt = 0;
  uint32_t lateHours = 0;  // 0: in time by the provider's own measure
  std::string lateReason;
  Who author;
  SubjectKey providerKey;
  std::string unit, provider;  // whose information it is
  SignShown sign = SignShown::NONE;
  std::vector<Signature> signatures;
  std::vector<Correction> corrections;
  std::vector<Dissent> dissents;
  std::vector<LaterNote> later;
  std::vector<RefusalNote> violations;                     // §00.1: it was done although it might not have been
  uint32_t withheldCorrections = 0, withheldDissents = 0;  // there are more, which this read did not include
};

// What a read let through, and what it did not: from its recorded resources.
struct ReadScope {
  std::vector<SubjectKey> patients;  // one person's keys: several when identities were joined
  std::set<Position> allowed, denied;
  Micros asOf = 0;      // 0: as known when read
  Position before = 0;  // nothing at or above it: the read itself
  bool sees(Position position, Micros recordedAt) const {
    return position < before && (asOf == 0 || recordedAt <= asOf);
  }
};
ReadScope scopeOf(const RecordedRead& read);

// By occurredAt, then position. Corrections and dissents stand with their item when it is shown, else by themselves.
std::vector<JournalEntry> entriesOf(Sources sources, const ReadScope& scope);

}  // namespace liggare
