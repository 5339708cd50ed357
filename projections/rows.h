// What the views keep: the one place that makes keys and values of their rows and takes them apart. Rows hold
// positions, keys, times and codes; never a text, never a name. Keys sort by bytes, so every number is big-endian and
// instants are shifted.
//
//   meta       view ‖ 0x00                                                   version u16 ‖ cursor u64
//   journal    'J' ‖ 0x01 ‖ patient ‖ provider ‖ occurredAt ‖ position       JournalRow
//              'J' ‖ 0x02 ‖ patient ‖ target ‖ position                      PointerRow: what was said about an item
//              later
//   access     'A' ‖ by ‖ subject ‖ recordedAt ‖ position                    AccessIndexRow; by patient, actor, unit,
//   owner
//              'A' ‖ 0x05 ‖ access id ‖ position                             why a read is queued for review
//   directory  'D' ‖ what ‖ key                                              position of the event that says what it is
//   called
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/time.h"

namespace liggare {

enum class ViewKind : uint8_t { JOURNAL = 'J', ACCESS = 'A', DIRECTORY = 'D' };
inline constexpr std::array<ViewKind, 3> ALL_VIEWS{ViewKind::JOURNAL, ViewKind::ACCESS, ViewKind::DIRECTORY};
std::string_view viewName(ViewKind view);  // "journal", "access", "directory"
std::optional<ViewKind> viewCalled(std::string_view name);

// A changed row or a changed rule for making it is a new number here: the view is then built anew at the next catch-up.
uint16_t viewVersion(ViewKind view);

struct StoredRow {
  Buffer key;
  Buffer value;
};

// --- how far a view has come ---------------------------------------------------------------------------------------

struct ViewCursor {
  uint16_t version = 0;
  Position next = 0;  // every event below it is in the rows
};
Buffer cursorKey(ViewKind view);
StoredRow rowOf(ViewKind view, const ViewCursor& cursor);
ViewCursor cursorFrom(Bytes value);
Bytes rowPrefix(ViewKind view);  // one byte, alive for ever

// --- journal -------------------------------------------------------------------------------------------------------

struct JournalRow {
  SubjectKey patient, provider;  // whose information it is
  Micros occurredAt = 0;
  Position position = 0;
  uint16_t kind = 0;  // discriminant of schema::Body
  uint8_t itemClass = 0;
  uint8_t reality = 0;
  int16_t offsetMinutes = 0;
  Micros recordedAt = 0;
  ThingId thing, caseId, target;  // zero when there is none
  SubjectKey unit, author, commission;
  std::vector<uint16_t> violations;  // refusal codes
  bool operator==(const JournalRow&) const = default;
};
StoredRow rowOf(const JournalRow& row);
JournalRow journalRowFrom(Bytes key, Bytes value);
Buffer journalPrefix(const SubjectKey& patient);
Buffer journalPrefix(const SubjectKey& patient, const SubjectKey& provider);

struct PointerRow {
  SubjectKey patient;
  ThingId target;
  Position position = 0;
  uint16_t kind = 0;
  Micros recordedAt = 0;
  bool operator==(const PointerRow&) const = default;
};
StoredRow rowOf(const PointerRow& row);
PointerRow pointerRowFrom(Bytes key, Bytes value);
Buffer pointerPrefix(const SubjectKey& patient, const ThingId& target);

// --- access --------------------------------------------------------------------------------------------------------

enum class AccessBy : uint8_t { PATIENT = 1, ACTOR = 2, UNIT = 3, OWNER = 4 };
struct AccessIndexRow {
  AccessBy by = AccessBy::PATIENT;
  SubjectKey subject;
  Micros at = 0;
  Position position = 0;
  uint16_t kind = 0;
  uint8_t outcome = 0, view = 0, step = 0, action = 0;
  SubjectKey reader;  // the provider under which it was read, which owns the log row (PDL 2:6, SVOD 4:1)
  bool operator==(const AccessIndexRow&) const = default;
};
StoredRow rowOf(const AccessIndexRow& row);
AccessIndexRow accessRowFrom(Bytes key, Bytes value);
Buffer accessPrefix(AccessBy by, const SubjectKey& subject);
Buffer accessFrom(AccessBy by, const SubjectKey& subject, Micros at);

// --- review triggers -----------------------------------------------------------------------------------------------

struct TriggerRow {
  ThingId access;
  Position position = 0;
  std::string trigger;  // code, "T12"
};
StoredRow rowOf(const TriggerRow& row);
TriggerRow triggerRowFrom(Bytes key, Bytes value);
Buffer triggerPrefix(const ThingId& access);

// --- directory -----------------------------------------------------------------------------------------------------

// What is known about a key, and which event says it last. Patients have one row per kind of fact.
enum class Entitled : uint8_t {
  PROVIDER = 1,
  UNIT = 2,
  COMMISSION = 3,
  STAFF = 4,
  REGION = 5,
  POLICY = 6,
  PATIENT_REGISTERED = 16,
  PATIENT_IDENTIFIER = 17,
  PATIENT_NAME = 18,
  PATIENT_DIED = 19,
  PATIENT_SECRECY_MARK = 20,
  PATIENT_PROTECTED_REGISTRATION = 21
};
struct DirectoryRow {
  Entitled what = Entitled::PROVIDER;
  SubjectKey key;
  Position position = 0;
  SubjectKey within;  // unit: its provider; commission: its person; staff: the commission
  bool operator==(const DirectoryRow&) const = default;
};
StoredRow rowOf(const DirectoryRow& row);
DirectoryRow directoryRowFrom(Bytes key, Bytes value);
Buffer directoryKey(Entitled what, const SubjectKey& key);

}  // namespace liggare
