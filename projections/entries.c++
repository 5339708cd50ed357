#include "projections/entries.h"

#include <algorithm>

#include "projections/opened.h"
#include "projections/swedish.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;
using schema::TextSlot;

Kind kindOf(uint16_t kind) { return static_cast<Kind>(kind); }

bool isSignature(uint16_t kind) {
  Kind k = kindOf(kind);
  return k == Kind::NOTE_SIGNED || k == Kind::NOTE_COUNTERSIGNED || k == Kind::SIGNATURE_WAIVED;
}
bool isCorrection(uint16_t kind) { return kindOf(kind) == Kind::NOTE_CORRECTED; }
bool isDissent(uint16_t kind) { return kindOf(kind) == Kind::PATIENT_DISSENT_NOTED; }
bool isFollowUp(uint16_t kind) {
  return kindOf(kind) == Kind::DEVIATION_FLAGGED || kindOf(kind) == Kind::INCIDENT_REGISTERED;
}
// Shown with its item and not by itself.
bool standsBeside(uint16_t kind) {
  return isSignature(kind) || isCorrection(kind) || isDissent(kind) || isFollowUp(kind);
}

// What PDL 3:10 expects somebody to sign.
bool isSignable(uint16_t kind) {
  switch (kindOf(kind)) {
    case Kind::NOTE_RECORDED:
    case Kind::INTERVENTION_RECORDED:
    case Kind::PLAN_ESTABLISHED:
    case Kind::PLAN_REVISED:
    case Kind::PLAN_FOLLOWED_UP:
    case Kind::EXTERNAL_CONTACT_RECORDED: return true;
    default: return false;
  }
}

// One page under way: the rows it may show, and which of them stand beside which.
class Gathering {
 public:
  Gathering(Sources from, const ReadScope& readScope) : sources(from), scope(readScope) {}

  std::vector<JournalEntry> entries() {
    gather();
    std::vector<JournalEntry> made;
    for (const JournalRow& row : rows)
      if (!isShownBesideAnother(row)) made.push_back(entryOf(row));
    return made;
  }

 private:
  void gather() {
    std::set<Position> seen;  // what was written while joined stands under each key
    for (const SubjectKey& patient : scope.patients)
      sources.views.journal(patient, {}, [&](const JournalRow& row) {
        const bool isShown = scope.allowed.count(row.position) && scope.sees(row.position, row.recordedAt);
        if (isShown && seen.insert(row.position).second) rows.push_back(row);
        return true;
      });
    std::sort(rows.begin(), rows.end(), [](const JournalRow& a, const JournalRow& b) {
      return std::pair(a.occurredAt, a.position) < std::pair(b.occurredAt, b.position);
    });
    for (const JournalRow& row : rows) {
      if (row.thing.isZero() || row.thing == row.target) continue;
      auto [found, isNew] = makers.try_emplace(row.thing, &row);
      if (!isNew && row.position < found->second->position) found->second = &row;
    }
  }

  // The item a correction of a correction is about in the end; null when it is not shown.
  const JournalRow* rootOf(const JournalRow& row) const {
    const JournalRow* at = &row;
    for (size_t steps = 0; steps <= rows.size(); ++steps) {
      if (!standsBeside(at->kind)) return at;
      auto found = makers.find(at->target);
      if (found == makers.end() || found->second == at) return nullptr;
      at = found->second;
    }
    return nullptr;
  }
  bool isShownBesideAnother(const JournalRow& row) const { return standsBeside(row.kind) && rootOf(row) != nullptr; }

  JournalEntry entryOf(const JournalRow& row) {
    JournalEntry entry;
    entry.position = row.position;
    entry.thing = row.thing;
    entry.kind = row.kind;
    entry.occurredAt = {row.occurredAt, row.offsetMinutes};
    entry.recordedAt = row.recordedAt;
    entry.providerKey = row.provider;
    entry.unit = sources.directory.unit(row.unit).name;
    entry.provider = sources.directory.provider(row.provider).name;
    for (uint16_t code : row.violations)
      entry.violations.push_back(refusalNote(static_cast<schema::RefusalCode>(code)));
    auto event = sources.events.read(row.position, Open::WITH_TEXTS);
    if (event && !event->destroyed) {
      entry.account = accountOf(*event, sources.directory);
      entry.author = whoOf(*event, sources.directory);
      entry.lateHours = hoursLate(row, entry.author);
      if (entry.lateHours > 0) entry.lateReason = textOf(*event, TextSlot::LATE_REASON);
    }
    if (isSignable(row.kind)) entry.sign = SignShown::UNSIGNED;
    addPointers(entry, row.thing);
    addWithheld(entry, row.thing);
    return entry;
  }

  uint32_t hoursLate(const JournalRow& row, const Who& author) {
    if (author.kind != Who::Kind::STAFF) return 0;
    Micros late = row.recordedAt - row.occurredAt;
    if (late <= sources.directory.policy(row.provider).lateHours * HOUR) return 0;
    return static_cast<uint32_t>(late / HOUR);
  }

  // Everything said about the thing, corrections' own corrections included, in log order.
  void addPointers(JournalEntry& entry, const ThingId& thing) {
    std::vector<PointerRow> found = pointersBelow(thing, 0);
    std::sort(found.begin(), found.end(),
              [](const PointerRow& a, const PointerRow& b) { return a.position < b.position; });
    for (const PointerRow& pointer : found) addPointer(entry, pointer, pointer.target == thing);
  }

  std::vector<PointerRow> pointersAt(const ThingId& thing) const {
    std::vector<PointerRow> found;
    std::set<Position> seen;
    for (const SubjectKey& patient : scope.patients)
      for (const PointerRow& pointer : sources.views.pointersAt(patient, thing))
        if (seen.insert(pointer.position).second) found.push_back(pointer);
    return found;
  }

  std::vector<PointerRow> pointersBelow(const ThingId& thing, int depth) {
    std::vector<PointerRow> found;
    for (const PointerRow& pointer : pointersAt(thing)) {
      if (!scope.sees(pointer.position, pointer.recordedAt)) continue;
      found.push_back(pointer);
      const JournalRow* correction = isCorrection(pointer.kind) ? rowAt(pointer.position) : nullptr;
      if (!correction || correction->thing == thing || depth > 64) continue;
      for (PointerRow& deeper : pointersBelow(correction->thing, depth + 1)) found.push_back(deeper);
    }
    return found;
  }

  const JournalRow* rowAt(Position position) const {
    for (const JournalRow& row : rows)
      if (row.position == position) return &row;
    return nullptr;
  }

  // A signature says how the item stands, so it is told unless the read was refused it; other things only when let
  // through.
  void addPointer(JournalEntry& entry, const PointerRow& pointer, bool isDirect) {
    bool isAllowed = scope.allowed.count(pointer.position) > 0;
    if (isSignature(pointer.kind) ? scope.denied.count(pointer.position) > 0 : !isAllowed) return;
    auto event = sources.events.read(pointer.position, Open::WITH_TEXTS);
    if (!event || event->destroyed) return;
    if (isSignature(pointer.kind)) return isDirect ? addSignature(entry, pointer, *event) : void();
    Who by = whoOf(*event, sources.directory);
    if (isCorrection(pointer.kind)) {
      entry.corrections.push_back(
          {pointer.position, by, pointer.recordedAt, textOf(*event, TextSlot::BODY), textOf(*event, TextSlot::REASON)});
    } else if (isDissent(pointer.kind)) {
      auto dissent = bodyOf(*event).getPatientDissentNoted();
      std::string statement = textOf(*event, TextSlot::STATEMENT);
      if (statement.empty()) statement = textOf(*event, TextSlot::BODY);
      entry.dissents.push_back(
          {pointer.position, by, pointer.recordedAt, dissent.getStatedAt(), sv(dissent.getVia()), statement});
    } else {
      entry.later.push_back({kindLabel(pointer.kind), pointer.recordedAt});
    }
  }

  void addSignature(JournalEntry& entry, const PointerRow& pointer, const OpenedEvent& event) {
    Signature signature{"", whoOf(event, sources.directory), pointer.recordedAt, textOf(event, TextSlot::REASON)};
    switch (kindOf(pointer.kind)) {
      case Kind::NOTE_SIGNED:
        signature.what = "Signerad";
        entry.sign = SignShown::SIGNED;
        break;
      case Kind::NOTE_COUNTERSIGNED: signature.what = "Vidimerad"; break;
      default:
        signature.what = "Signering ej nödvändig";
        if (entry.sign != SignShown::SIGNED) entry.sign = SignShown::WAIVED;
        break;
    }
    entry.signatures.push_back(std::move(signature));
  }

  void addWithheld(JournalEntry& entry, const ThingId& thing) {
    for (const PointerRow& pointer : pointersAt(thing)) {
      if (!scope.sees(pointer.position, pointer.recordedAt) || scope.allowed.count(pointer.position)) continue;
      if (isCorrection(pointer.kind)) ++entry.withheldCorrections;
      if (isDissent(pointer.kind)) ++entry.withheldDissents;
    }
  }

  Sources sources;
  const ReadScope& scope;
  std::vector<JournalRow> rows;
  std::map<ThingId, const JournalRow*> makers;  // the shown row that made a thing
};

}  // namespace

ReadScope scopeOf(const RecordedRead& read) {
  ReadScope scope;
  scope.patients = read.head.patientKeys;
  scope.asOf = read.head.asOf;
  scope.before = read.head.reads.front();
  for (auto& event : read.events)
    for (auto& part : event.view.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources()) {
        if (!resource.hasItem()) continue;  // a provider's name, a log: no item
        bool isAllowed = resource.getOutcome() == schema::AccessOutcome::ALLOW;
        (isAllowed ? scope.allowed : scope.denied).insert(resource.getPosition());
      }
    }
  return scope;
}

std::vector<JournalEntry> entriesOf(Sources sources, const ReadScope& scope) {
  return Gathering(sources, scope).entries();
}

}  // namespace liggare
