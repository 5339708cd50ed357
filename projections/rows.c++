#include "projections/rows.h"

#include <kj/debug.h>

namespace liggare {
namespace {

constexpr uint8_t META = 0, ITEMS = 1, POINTERS = 2, TRIGGERS = 5;

Buffer begin(ViewKind view, uint8_t section) { return {static_cast<uint8_t>(view), section}; }

// Instants before 1970 sort first.
void appendInstant(Buffer& to, Micros at) { appendBe64(to, static_cast<uint64_t>(at) ^ (1ull << 63)); }

template <typename Meaning>
void appendId(Buffer& to, const Id16<Meaning>& id) {
  append(to, Bytes(id.bytes));
}

// Takes fixed fields off the front of a row. A row that is too short was not written by this version: FAILED.
class Taker {
 public:
  explicit Taker(Bytes bytes) : rest(bytes) {}
  uint8_t u8() { return take(1)[0]; }
  uint16_t u16() { return getBe16(take(2).data()); }
  uint64_t u64() { return getBe64(take(8).data()); }
  Micros instant() { return static_cast<Micros>(u64() ^ (1ull << 63)); }
  template <typename IdType>
  IdType id() {
    return IdType::from(take(16));
  }
  Bytes remaining() const { return rest; }
  void end() const { KJ_REQUIRE(rest.empty(), "a view's row is longer than its version says", rest.size()); }

 private:
  Bytes take(size_t count) {
    KJ_REQUIRE(rest.size() >= count, "a view's row is shorter than its version says", rest.size(), count);
    Bytes taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
  }
  Bytes rest;
};

Taker keyOfRow(Bytes key, ViewKind view, uint8_t section) {
  Taker taker(key);
  uint8_t isView = taker.u8(), isSection = taker.u8();
  KJ_REQUIRE(isView == static_cast<uint8_t>(view) && isSection == section, "not a row of this kind", isView, isSection);
  return taker;
}

}  // namespace

std::string_view viewName(ViewKind view) {
  switch (view) {
    case ViewKind::JOURNAL: return "journal";
    case ViewKind::ACCESS: return "access";
    case ViewKind::DIRECTORY: return "directory";
  }
  return "?";
}

std::optional<ViewKind> viewCalled(std::string_view name) {
  for (ViewKind view : ALL_VIEWS)
    if (viewName(view) == name) return view;
  return std::nullopt;
}

uint16_t viewVersion(ViewKind view) {
  switch (view) {
    case ViewKind::JOURNAL: return 1;
    case ViewKind::ACCESS: return 1;
    case ViewKind::DIRECTORY: return 1;
  }
  return 0;
}

Buffer cursorKey(ViewKind view) { return begin(view, META); }

StoredRow rowOf(ViewKind view, const ViewCursor& cursor) {
  StoredRow row{cursorKey(view), {}};
  appendBe16(row.value, cursor.version);
  appendBe64(row.value, cursor.next);
  return row;
}

ViewCursor cursorFrom(Bytes value) {
  Taker taker(value);
  ViewCursor cursor;
  cursor.version = taker.u16();
  cursor.next = taker.u64();
  return cursor;
}

Bytes rowPrefix(ViewKind view) {
  static constexpr uint8_t JOURNAL = 'J', ACCESS = 'A', DIRECTORY = 'D';
  const uint8_t& byte = view == ViewKind::JOURNAL ? JOURNAL : view == ViewKind::ACCESS ? ACCESS : DIRECTORY;
  return {&byte, 1};
}

Buffer journalPrefix(const SubjectKey& patient) {
  Buffer key = begin(ViewKind::JOURNAL, ITEMS);
  appendId(key, patient);
  return key;
}

Buffer journalPrefix(const SubjectKey& patient, const SubjectKey& provider) {
  Buffer key = journalPrefix(patient);
  appendId(key, provider);
  return key;
}

StoredRow rowOf(const JournalRow& row) {
  StoredRow out{journalPrefix(row.patient, row.provider), {}};
  appendInstant(out.key, row.occurredAt);
  appendBe64(out.key, row.position);
  Buffer& value = out.value;
  appendBe16(value, row.kind);
  value.push_back(row.itemClass);
  value.push_back(row.reality);
  appendBe16(value, static_cast<uint16_t>(row.offsetMinutes));
  appendInstant(value, row.recordedAt);
  appendId(value, row.thing);
  appendId(value, row.caseId);
  appendId(value, row.target);
  appendId(value, row.unit);
  appendId(value, row.author);
  appendId(value, row.commission);
  appendBe16(value, static_cast<uint16_t>(row.violations.size()));
  for (uint16_t code : row.violations) appendBe16(value, code);
  return out;
}

JournalRow journalRowFrom(Bytes key, Bytes value) {
  Taker k = keyOfRow(key, ViewKind::JOURNAL, ITEMS), v(value);
  JournalRow row;
  row.patient = k.id<SubjectKey>();
  row.provider = k.id<SubjectKey>();
  row.occurredAt = k.instant();
  row.position = k.u64();
  row.kind = v.u16();
  row.itemClass = v.u8();
  row.reality = v.u8();
  row.offsetMinutes = static_cast<int16_t>(v.u16());
  row.recordedAt = v.instant();
  row.thing = v.id<ThingId>();
  row.caseId = v.id<ThingId>();
  row.target = v.id<ThingId>();
  row.unit = v.id<SubjectKey>();
  row.author = v.id<SubjectKey>();
  row.commission = v.id<SubjectKey>();
  row.violations.resize(v.u16());
  for (uint16_t& code : row.violations) code = v.u16();
  v.end();
  return row;
}

Buffer pointerPrefix(const SubjectKey& patient, const ThingId& target) {
  Buffer key = begin(ViewKind::JOURNAL, POINTERS);
  appendId(key, patient);
  appendId(key, target);
  return key;
}

StoredRow rowOf(const PointerRow& row) {
  StoredRow out{pointerPrefix(row.patient, row.target), {}};
  appendBe64(out.key, row.position);
  appendBe16(out.value, row.kind);
  appendInstant(out.value, row.recordedAt);
  return out;
}

PointerRow pointerRowFrom(Bytes key, Bytes value) {
  Taker k = keyOfRow(key, ViewKind::JOURNAL, POINTERS), v(value);
  PointerRow row;
  row.patient = k.id<SubjectKey>();
  row.target = k.id<ThingId>();
  row.position = k.u64();
  row.kind = v.u16();
  row.recordedAt = v.instant();
  v.end();
  return row;
}

Buffer accessPrefix(AccessBy by, const SubjectKey& subject) {
  Buffer key = begin(ViewKind::ACCESS, static_cast<uint8_t>(by));
  appendId(key, subject);
  return key;
}

Buffer accessFrom(AccessBy by, const SubjectKey& subject, Micros at) {
  Buffer key = accessPrefix(by, subject);
  appendInstant(key, at);
  return key;
}

StoredRow rowOf(const AccessIndexRow& row) {
  StoredRow out{accessFrom(row.by, row.subject, row.at), {}};
  appendBe64(out.key, row.position);
  appendBe16(out.value, row.kind);
  for (uint8_t code : {row.outcome, row.view, row.step, row.action}) out.value.push_back(code);
  appendId(out.value, row.reader);
  return out;
}

AccessIndexRow accessRowFrom(Bytes key, Bytes value) {
  KJ_REQUIRE(key.size() > 1, "not a row of this kind");
  AccessIndexRow row;
  row.by = static_cast<AccessBy>(key[1]);
  Taker k = keyOfRow(key, ViewKind::ACCESS, key[1]), v(value);
  row.subject = k.id<SubjectKey>();
  row.at = k.instant();
  row.position = k.u64();
  row.kind = v.u16();
  row.outcome = v.u8();
  row.view = v.u8();
  row.step = v.u8();
  row.action = v.u8();
  row.reader = v.id<SubjectKey>();
  v.end();
  return row;
}

Buffer triggerPrefix(const ThingId& access) {
  Buffer key = begin(ViewKind::ACCESS, TRIGGERS);
  appendId(key, access);
  return key;
}

StoredRow rowOf(const TriggerRow& row) {
  StoredRow out{triggerPrefix(row.access), {}};
  appendBe64(out.key, row.position);
  append(out.value, asBytes(row.trigger));
  return out;
}

TriggerRow triggerRowFrom(Bytes key, Bytes value) {
  Taker k = keyOfRow(key, ViewKind::ACCESS, TRIGGERS);
  TriggerRow row;
  row.access = k.id<ThingId>();
  row.position = k.u64();
  row.trigger = asText(value);
  return row;
}

Buffer directoryKey(Entitled what, const SubjectKey& key) {
  Buffer out = begin(ViewKind::DIRECTORY, static_cast<uint8_t>(what));
  appendId(out, key);
  return out;
}

StoredRow rowOf(const DirectoryRow& row) {
  StoredRow out{directoryKey(row.what, row.key), {}};
  appendBe64(out.value, row.position);
  appendId(out.value, row.within);
  return out;
}

DirectoryRow directoryRowFrom(Bytes key, Bytes value) {
  KJ_REQUIRE(key.size() > 1, "not a row of this kind");
  DirectoryRow row;
  row.what = static_cast<Entitled>(key[1]);
  Taker k = keyOfRow(key, ViewKind::DIRECTORY, key[1]), v(value);
  row.key = k.id<SubjectKey>();
  row.position = v.u64();
  row.within = v.id<SubjectKey>();
  v.end();
  return row;
}

}  // namespace liggare
