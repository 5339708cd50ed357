// Reading is an act: every command here drafts an AccessRecorded, whatever the answer. The items of a read are listed
// from state at decision; a command's item list only narrows them.
#include "engine/law/access-record.h"
#include "engine/law/gate-facts.h"

#include <algorithm>

namespace liggare::law {
namespace {

using schema::AccessOutcome;
using schema::Ground;
using schema::ItemClass;
using schema::Right;
using schema::Step;

GateAnswer allow(Ground ground) { return {AccessOutcome::ALLOW, RefusalCode::NONE, ground, false}; }

// PDL 5:5: the patient, logged in as such, and nobody in the patient's place (§00.21: no ombud). mayAct has seen to it
// that the patient asks for nobody else's.
bool isPatientSelf(const Context& ctx) {
  return ctx.caller.isPatient() && ctx.patient && ctx.patient->exists;  // never: mayAct has seen to it
}
bool isStaff(const Context& ctx) { return ctx.commission && ctx.provider; }  // never: set together

// Every id asked for is among the items found: else the read is of something that is not in this journal (R-OKAND).
bool allFound(capnp::List<schema::Id>::Reader wanted, const std::vector<const Item*>& items) {
  for (auto id : wanted) {
    ThingId want = thingId(id);
    if (std::none_of(items.begin(), items.end(), [&](const Item* item) { return item->id == want; })) return false;
  }
  return true;
}

// PDL 4:1: each item by itself; what the whole read was follows from them.
template <typename Judge>
void judgeItems(Reading& reading, const std::vector<const Item*>& items, Judge judge) {
  reading.rows.reserve(items.size());
  for (const Item* item : items) {
    GateAnswer answer = judge(*item);
    if (answer.code == RefusalCode::INNER_BLOCK) reading.flags.hasBlocked = true;  // PDL 4:4 st. 3; never: of others'
    if (answer.allowed()) reading.flags.hasUnblocked = true;
    reading.rows.push_back({item->id, item->position, item->itemClass, item->unit, item->provider, answer});
  }
  judgeWhole(reading);
}

using Perspective = schema::ReadAccessLog::Perspective;

}  // namespace

ReaderFacts readerOf(const Context& ctx) {
  return {ctx.view, ctx.rules, *ctx.commission, *ctx.provider, ctx.command.getPurpose()};
}

bool mayRead(const Context& ctx) { return isStaff(ctx) && !needsRight(ctx, Right::READ).stops(); }

bool isWanted(capnp::List<schema::Id>::Reader wanted, const Item& item) {
  if (wanted.size() == 0) return true;
  for (auto id : wanted)
    if (thingId(id) == item.id) return true;
  return false;
}

namespace {

// What the provider's journal holds: as it was known at asOf; destroyed items leave no trace to readers.
std::vector<const Item*> journalItems(const Context& ctx, schema::ReadJournal::Reader read,
                                      const SubjectKey& provider) {
  const auto wanted = read.getItems();
  const Micros asOf = read.getAsOf();
  std::vector<const Item*> items;
  items.reserve(ctx.patient->items.size());
  for (const Item& item : ctx.patient->items) {
    if (item.destroyed || (!provider.isZero() && item.provider != provider)) continue;
    if (asOf != 0 && item.recordedAt > asOf) continue;
    if (provider.isZero() && isOnlyByIncapacity(*ctx.patient, item.provider, ctx.recordedAt)) continue;
    if (isWanted(wanted, item)) items.push_back(&item);
  }
  return items;
}

// PDL 3:1, 4:1: a person of whom this provider has nothing is as unknown here as one whom nobody knows; that another
// provider has them is not told. One's own journal is another matter, with its own answer.
bool isUnknownHere(const Context& ctx) {
  return !isPatientOf(*ctx.patient, *ctx.provider) && !isOwnJournal(*ctx.commission, *ctx.patient);
}

// PDL 4 kap.: the provider's own journal, item by item. PDL 5:5: the patient's own reading, whole.
Verdict readJournal(Context& ctx) {
  auto read = ctx.command.getReadJournal();
  Reading reading = readingOf(ctx);
  bool self = isPatientSelf(ctx);
  if (!self && !mayRead(ctx)) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  if (!self && isUnknownHere(ctx)) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  auto items = journalItems(ctx, read, ctx.providerKey());
  if (!allFound(read.getItems(), items)) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  if (self) {
    reading.whole = allow(Ground::SELF);
    // A note that is somebody else's is not the patient's to read (PDL 5:5).
    const auto own = [](const Item& item) {
      return item.misfiled ? GateAnswer{schema::AccessOutcome::DENY, RefusalCode::SECRECY} : allow(Ground::SELF);
    };
    judgeItems(reading, items, own);
    return record(ctx, reading);
  }
  ReaderFacts reader = readerOf(ctx);
  Claim claim = claimOf(reading.claim);
  reading.whole = innerSecrecyGate(reader, *ctx.patient, claim, ctx.recordedAt);
  judgeItems(reading, items, [&](const Item& item) { return gate(reader, *ctx.patient, item, claim, ctx.recordedAt); });
  return record(ctx, reading);
}

// --- sammanhållen journalföring --------------------------------------------------------------------------------------

// SVOD 2:4-2:5: that data exist, without whose and how many.
Verdict readFlags(Context& ctx, Reading& reading, const ReaderFacts& reader) {
  reading.whole = flagsGate(reader, *ctx.patient, claimOf(reading.claim), ctx.recordedAt);
  if (reading.whole.allowed()) reading.flags = flagsFor(reader, *ctx.patient, ctx.recordedAt);
  return record(ctx, reading);
}

// SVOD 3:1, 3:3, 3:6: who has unblocked data. SVOD 3:5: who has blocked. One row a provider, so that its owner's log
// has it.
Verdict readNames(Context& ctx, Reading& reading, const ReaderFacts& reader) {
  Claim claim = claimOf(reading.claim);
  reading.whole = namesGate(reader, *ctx.patient, claim, ctx.recordedAt);
  if (!reading.whole.allowed()) return recordDenied(ctx, reading, reading.whole.code);
  bool blockers = claim.ground == Ground::SVOD35;
  for (const Item& item : ctx.patient->items) {
    if (item.provider == reader.provider.key) continue;
    if (!isMadeAvailable(ctx.view, *ctx.patient, item, ctx.recordedAt)) continue;
    if (isOuterBlocked(*ctx.patient, item, reader.provider.key, ctx.recordedAt) != blockers) continue;
    auto& named = reading.providers;
    if (std::find(named.begin(), named.end(), item.provider) != named.end()) continue;
    named.push_back(item.provider);
    reading.rows.push_back({{}, 0, ItemClass::GOVERNANCE, {}, item.provider, reading.whole});
  }
  return record(ctx, reading);
}

// What others have made available; an item asked for by its id may also be FMU that would otherwise have been, which is
// answered R-FMU (§00.7).
std::vector<const Item*> sharedItems(const Context& ctx, schema::ReadShared::Reader read, const ReaderFacts& reader) {
  const auto wanted = read.getItems();
  std::vector<const Item*> items;
  bool named = read.getProvider().getState() == schema::Ref::State::KNOWN;
  for (const Item& item : ctx.patient->items) {
    if (item.destroyed || item.provider == reader.provider.key || !isWanted(wanted, item)) continue;
    if (named && item.provider != subjectKey(read.getProvider().getKey())) continue;
    auto isThere = wanted.size() > 0 ? isOtherwiseAvailable : isMadeAvailable;
    if (!isThere(ctx.view, *ctx.patient, item, ctx.recordedAt)) continue;
    // SVOD 2:5: social care is not told even that it is blocked. SVOD 3:5: nobody learns who has blocked by asking for
    // one provider at a time.
    bool untold = named || reader.provider.kind == schema::ProviderKind::SOCIAL;
    bool hidden = untold && isOuterBlocked(*ctx.patient, item, reader.provider.key, ctx.recordedAt);
    if (!hidden) items.push_back(&item);
  }
  return items;
}

// A provider asked for by name: whether it takes part, and has informed the patient, is nothing about the patient's
// data.
std::optional<RefusalCode> namedProviderGate(const Context& ctx, schema::ReadShared::Reader read,
                                             const GateAnswer& flags) {
  auto named = read.getProvider();
  if (named.getState() == schema::Ref::State::ABSENT) return {};
  SubjectKey key = subjectKey(named.getKey());
  const ProviderState* owner = named.getState() == schema::Ref::State::KNOWN ? ctx.view.provider(key) : nullptr;
  if (!owner || !owner->exists || key == ctx.providerKey()) return RefusalCode::UNKNOWN_THING;
  if (!flags.allowed()) return flags.code;
  if (!isConnected(*owner, ctx.recordedAt)) return RefusalCode::SVOD_NOT_CONNECTED;
  if (!mayMakeAvailable(*ctx.patient, key, ctx.recordedAt)) return RefusalCode::SVOD_NOT_INFORMED;
  return {};
}

// SVOD 3:1-3:6: the content itself, when the flags may be told and for the items that the gate lets through.
Verdict readContent(Context& ctx, Reading& reading, const ReaderFacts& reader) {
  auto read = ctx.command.getReadShared();
  Claim claim = claimOf(reading.claim);
  GateAnswer flags = flagsGate(reader, *ctx.patient, claim, ctx.recordedAt);
  auto items = sharedItems(ctx, read, reader);
  if (!allFound(read.getItems(), items)) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  if (auto code = namedProviderGate(ctx, read, flags)) return recordDenied(ctx, reading, *code);
  reading.whole = flags.allowed() ? svodGate(reader, *ctx.patient, claim, ctx.recordedAt) : flags;
  judgeItems(reading, items, [&](const Item& item) { return gate(reader, *ctx.patient, item, claim, ctx.recordedAt); });
  reading.flags = flags.allowed() ? flagsFor(reader, *ctx.patient, ctx.recordedAt) : Flags{};
  return record(ctx, reading);
}

// SVOD 2:4-2:5, 3 kap.: one step at a time, first that there is something, then whose, then what.
Verdict readShared(Context& ctx) {
  auto read = ctx.command.getReadShared();
  Reading reading = readingOf(ctx);
  if (!mayRead(ctx)) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  ReaderFacts reader = readerOf(ctx);
  switch (read.getStep()) {
    case Step::FLAGS: return readFlags(ctx, reading, reader);
    case Step::NAMES: return readNames(ctx, reading, reader);
    default: return readContent(ctx, reading, reader);
  }
}

// --- access logs -----------------------------------------------------------------------------------------------------

// PDL 8:5 (extracts by the records office), PDL 4:3 (review), and the owner's own responsibility for what it makes
// available.
bool mayReadLog(const Context& ctx, Perspective perspective) {
  if (!isStaff(ctx)) return false;
  bool review = ctx.hasRight(Right::REVIEW);
  switch (perspective) {
    case Perspective::PATIENT: return review || ctx.hasRight(Right::RECORDS_OFFICE);
    case Perspective::OWNER: return review || ctx.hasRight(Right::GOVERN);
    default: return review;
  }
}

// R-OKAND for a user or unit nobody knows here; R-AUTH for another provider's log: it is owned by the reader's provider
// (PDL 2:6, SVOD 4:1).
RefusalCode logTarget(const Context& ctx, schema::ReadAccessLog::Reader read) {
  auto isKnown = [](schema::Ref::Reader ref) { return ref.getState() == schema::Ref::State::KNOWN; };
  switch (read.getPerspective()) {
    case Perspective::PATIENT:
      return ctx.patient && ctx.patient->exists ? RefusalCode::NONE : RefusalCode::UNKNOWN_THING;  // never: known first
    case Perspective::USER: return isKnown(read.getStaff()) ? RefusalCode::NONE : RefusalCode::UNKNOWN_THING;
    case Perspective::UNIT: {
      bool ours = isKnown(read.getUnit()) && ctx.provider->units.count(subjectKey(read.getUnit().getKey())) > 0;
      return ours ? RefusalCode::NONE : RefusalCode::UNKNOWN_THING;
    }
    default: {
      if (read.getOwner().getState() == schema::Ref::State::ABSENT) return RefusalCode::NONE;
      bool ours = isKnown(read.getOwner()) && subjectKey(read.getOwner().getKey()) == ctx.providerKey();
      return ours ? RefusalCode::NONE : RefusalCode::NOT_AUTHORISED;
    }
  }
}

// PDL 8:5, 4:3: the patient has a right to know who has read; staff for review or for the owner's own responsibility.
Verdict readAccessLog(Context& ctx) {
  auto read = ctx.command.getReadAccessLog();
  bool ofPatient = read.getPerspective() == Perspective::PATIENT;
  Reading reading = readingOf(ctx);
  bool self = ofPatient && isPatientSelf(ctx);
  if (!self && !mayReadLog(ctx, read.getPerspective())) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  if (!self)
    if (RefusalCode code = logTarget(ctx, read); code != RefusalCode::NONE) return recordDenied(ctx, reading, code);
  // Case 75: one's own log is asked for as a patient.
  bool own = !self && ofPatient && isOwnJournal(*ctx.commission, *ctx.patient);
  if (own) return recordDenied(ctx, reading, RefusalCode::INNER_SECRECY);
  bool extract = ofPatient && !self && ctx.hasRight(Right::RECORDS_OFFICE);
  reading.whole = allow(self ? Ground::SELF : extract ? Ground::WORK_ADMIN : Ground::LOG_REVIEW);
  if (ofPatient)
    reading.rows.push_back({{}, 0, ItemClass::ACCESS_LOG, ctx.unitKey(), ctx.providerKey(), reading.whole});
  return record(ctx, reading);
}

// --- search and raw events -------------------------------------------------------------------------------------------

// PDL 2:8: benefit, offences, union and social services are never search terms. A search by identifier is a read: its
// answer says that the person has a journal here.
Verdict searchFor(Context& ctx) {
  auto read = ctx.command.getSearch();
  Reading reading = readingOf(ctx);
  if (!mayRead(ctx)) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  bool forbidden = read.getTerm() != schema::Search::SearchTerm::IDENTIFIER;
  if (forbidden) return recordDenied(ctx, reading, RefusalCode::FORBIDDEN_SEARCH);
  bool known = ctx.patient && ctx.patient->exists && !isUnknownHere(ctx);  // never: patientKnown has seen to it
  if (!known) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  reading.whole = innerSecrecyGate(readerOf(ctx), *ctx.patient, claimOf(reading.claim), ctx.recordedAt);
  reading.rows.push_back({{}, 0, ItemClass::IDENTITY, ctx.unitKey(), ctx.providerKey(), reading.whole});
  return record(ctx, reading);
}

// PDL 4:3: raw events show everybody's data at once: for review staff. Those who run the machine were refused before
// they came here, and their attempt is queued (T20).
Verdict readEvents(Context& ctx) {
  Reading reading = readingOf(ctx);
  if (!ctx.hasRight(Right::REVIEW)) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  reading.whole = allow(Ground::LOG_REVIEW);
  return record(ctx, reading);
}

}  // namespace

void recordDeniedRead(Context& ctx, RefusalCode code) { recordDenied(ctx, readingOf(ctx), code); }

Verdict decideAccess(Context& ctx) {
  using Which = schema::Command::Which;
  switch (ctx.command.which()) {
    case Which::READ_JOURNAL: return readJournal(ctx);
    case Which::READ_SHARED: return readShared(ctx);
    case Which::READ_ACCESS_LOG: return readAccessLog(ctx);
    case Which::SEARCH: return searchFor(ctx);
    case Which::READ_EVENTS: return readEvents(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: each kind has its row
  }
}

}  // namespace liggare::law
