// Reads that concern more than one journal: lists, statistics, what a user could have seen, and what IVO asks for.
// Each is an AccessRecorded, whatever the answer (PDL 4:3).
#include "engine/law/access-record.h"
#include "engine/law/coordination.h"
#include "engine/law/gate-facts.h"

#include <algorithm>
#include <deque>

namespace liggare::law {
namespace {

using schema::AccessOutcome;
using schema::Body;
using schema::Ground;
using schema::ItemClass;
using schema::Right;
using schema::StatisticsMeasure;
using Which = schema::Command::Which;

// domain §00.38; issue 3: one read, one event.
constexpr size_t ITEMS_MAX = 500;

GateAnswer allow(Ground ground) { return {AccessOutcome::ALLOW, RefusalCode::NONE, ground, false}; }
GateAnswer deny(RefusalCode code) { return {AccessOutcome::DENY, code, Ground::NONE, false}; }

// --- lists of many patients ------------------------------------------------------------------------------------------

// The patients of a list, each once, whatever it says twice; those under several keys taken as one.
class Listed {
 public:
  explicit Listed(const Context& c) : ctx(c) {}

  // Null when nobody here is called so.
  const PatientState* find(schema::Ref::Reader ref) {
    const PatientState* state = isKnown(ref) ? ctx.view.patient(keyOf(ref)) : nullptr;
    if (!state || !state->exists) return nullptr;
    const SubjectKey first = keysOf(ctx.view, *state).front();
    for (const PatientState* earlier : found)
      if (earlier->key == first) return earlier;
    if (!state->merges.empty()) {
      joined.push_back(joinStates(ctx.view, *ctx.view.patient(first)));
      state = &joined.back();
    }
    found.push_back(state);
    return state;
  }
  size_t placeOf(const PatientState* patient) const {
    return static_cast<size_t>(std::find(found.begin(), found.end(), patient) - found.begin());
  }

 private:
  const Context& ctx;
  std::vector<const PatientState*> found;
  std::deque<PatientState> joined;
};

// One patient's rows: each item asked for, or all of the own journal. A patient without items is still one that the
// reader is told of: a row of its own.
void addRows(Reading& reading, const ReaderFacts& reader, const PatientState& patient,
             capnp::List<schema::Id>::Reader wanted, const Claim& claim, Micros t) {
  const size_t before = reading.rows.size();
  for (const Item& item : patient.items) {
    if (item.destroyed || item.provider != reader.provider.key || !isWanted(wanted, item)) continue;
    reading.rows.push_back({item.id, item.position, item.itemClass, item.unit, item.provider,
                            gate(reader, patient, item, claim, t), &patient});
  }
  for (auto id : wanted) {
    auto isIt = [&](const AccessRow& row) { return row.item == thingId(id); };
    if (std::any_of(reading.rows.begin() + static_cast<std::ptrdiff_t>(before), reading.rows.end(), isIt)) continue;
    reading.rows.push_back({thingId(id), 0, {}, {}, {}, deny(RefusalCode::UNKNOWN_THING), &patient});
  }
  if (reading.rows.size() > before) return;
  // PDL 3:1: of whom this provider has nothing, that somebody else has them is not told.
  const bool isOurs = isPatientOf(patient, reader.provider) || isOwnJournal(reader.commission, patient);
  const GateAnswer answer = isOurs ? innerSecrecyGate(reader, patient, claim, t) : deny(RefusalCode::UNKNOWN_THING);
  reading.rows.push_back({{}, 0, ItemClass::IDENTITY, reader.commission.unit, reader.provider.key, answer, &patient});
}

// PDL 4:1, 4:3, §00.38: every item of every patient is decided by itself; the one event tells which were shown.
Verdict readList(Context& ctx) {
  Reading reading = readingOf(ctx);
  if (!mayRead(ctx)) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  const ReaderFacts reader = readerOf(ctx);
  const Claim claim = claimOf(reading.claim);
  Listed listed(ctx);
  for (auto row : ctx.command.getReadList().getPatients()) {
    const PatientState* patient = listed.find(row.getPatient());
    if (patient)
      addRows(reading, reader, *patient, row.getItems(), claim, ctx.recordedAt);
    else  // somebody nobody knows here has no part to be told in
      reading.rows.push_back({{}, 0, ItemClass::IDENTITY, {}, {}, deny(RefusalCode::UNKNOWN_THING), nullptr});
  }
  if (reading.rows.empty()) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  if (reading.rows.size() > ITEMS_MAX) {
    Verdict tooMany = recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
    tooMany.arguments = {"itemsMax=" + std::to_string(ITEMS_MAX)};
    return tooMany;
  }
  std::stable_sort(reading.rows.begin(), reading.rows.end(), [&](const AccessRow& a, const AccessRow& b) {
    return listed.placeOf(a.patient) < listed.placeOf(b.patient);  // the unknown come last
  });
  judgeWhole(reading);
  return record(ctx, reading);
}

// --- statistics ------------------------------------------------------------------------------------------------------

// PDL 2:8: what may never be a search term, not as an aggregate drawn from individuals either (§00.13). How many
// contacts there were with the municipality is counted when it is written, without a patient: that is PARTNERS.
bool isForbidden(StatisticsMeasure measure) {
  return measure == StatisticsMeasure::BENEFIT || measure == StatisticsMeasure::OFFENCE ||
         measure == StatisticsMeasure::UNION_MEMBERSHIP || measure == StatisticsMeasure::SOCIAL_SERVICES;
}

// PDL 2:4 p. 6: counts for whoever has statistics as a task; a list of persons is no statistic.
Verdict readStatistics(Context& ctx) {
  auto asked = ctx.command.getReadStatistics();
  Reading reading = readingOf(ctx);
  const bool task = mayRead(ctx) && ctx.command.getPurpose() == schema::Purpose::STATISTICS;
  if (!task) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  const bool backwards = asked.getTo() != 0 && asked.getTo() < asked.getFrom();
  if (backwards) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  const bool individuals = asked.getIndividuals();
  if (individuals && !isForbidden(asked.getMeasure())) return recordDenied(ctx, reading, RefusalCode::INNER_SECRECY);
  if (isForbidden(asked.getMeasure())) return recordDenied(ctx, reading, RefusalCode::FORBIDDEN_SEARCH);
  reading.whole = allow(Ground::WORK_OTHER);
  return record(ctx, reading);
}

// --- what somebody could have seen -----------------------------------------------------------------------------------

// PDL 4:3: the log reviewer's question about a colleague of the same provider. The answer is computed by `gate` on the
// fold up to that time; that it was asked is itself a read.
Verdict readAccessAs(Context& ctx) {
  auto asked = ctx.command.getReadAccessAs();
  Reading reading = readingOf(ctx);
  const bool review = ctx.commission && ctx.hasRight(Right::REVIEW);  // never: mayAct lets only staff so far
  if (!review) return recordDenied(ctx, reading, RefusalCode::NOT_AUTHORISED);
  const CommissionState* of =
      isKnown(asked.getCommission()) ? ctx.view.commission(keyOf(asked.getCommission())) : nullptr;
  const bool ours = of && of->exists && of->provider == ctx.providerKey();  // never: a known one is synced
  if (!ours) return recordDenied(ctx, reading, RefusalCode::UNKNOWN_THING);
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return recordDenied(ctx, reading, RefusalCode::INNER_SECRECY);
  if (asked.getAsOf() > ctx.recordedAt) return recordDenied(ctx, reading, RefusalCode::IN_THE_FUTURE);
  reading.whole = allow(Ground::LOG_REVIEW);
  reading.rows.push_back({{}, 0, ItemClass::ACCESS_LOG, of->unit, of->provider, reading.whole});
  return record(ctx, reading);
}

// --- IVO -------------------------------------------------------------------------------------------------------------

// What was written or happened in the time IVO asks about, of this provider's own journal; blocked or not (PDL 4:4 is
// about care). What is destroyed is not there.
void addExported(Reading& reading, const Context& ctx, schema::ExportForIvo::Reader asked) {
  const Period span{asked.getFrom(), asked.getTo()};
  for (const Item& item : ctx.patient->items) {
    if (item.destroyed || item.provider != ctx.providerKey()) continue;
    if (!span.covers(item.recordedAt) && !span.covers(item.occurredAt)) continue;
    reading.rows.push_back(
        {item.id, item.position, item.itemClass, item.unit, item.provider, allow(Ground::SUPERVISION)});
  }
}

void draftExported(Context& ctx, schema::ExportForIvo::Reader asked, const Reading& reading) {
  const ThingId id = thingId(asked.getDisclosureId());
  auto event = ctx.draft(Body::DISCLOSURE_RECORDED, ItemClass::DISCLOSURE);
  ctx.about(event, id);
  auto body = ctx.patientBody(event).initDisclosureRecorded();
  set(body.initDisclosure(), id);
  body.setRecipient(schema::PartnerType::OTHER);
  if (!reading.rows.empty()) {
    auto items = body.initItems(static_cast<unsigned>(reading.rows.size()));
    for (unsigned i = 0; i < items.size(); ++i) set(items[i], reading.rows[i].item);
  }
  const schema::DataCategory all[] = {schema::DataCategory::ALL};
  body.setCategories(kj::arrayPtr(all, 1));
  body.setBasis(schema::DisclosureBasis::IVO_SUPERVISION);
  body.setStatute("PSL 7 kap. 20 §");
  body.setSentAt(ctx.recordedAt);
  body.setChannel(schema::Channel::SECURE_MESSAGE);
  body.setDelivery(schema::DeliveryMode::OTHER_ELECTRONIC);  // always a line of PDL 3:11 (§00.20)
  body.setRequester("IVO");
  body.setReference(asked.getDiaryNumber());
  body.setDecidedBy(ctx.commission->personHsaId);
}

// PSL 7:20-21: to IVO, by the records office with another person, with IVO's own number on it.
RefusalCode exportGate(Context& ctx, schema::ExportForIvo::Reader asked) {
  if (idIsNew(ctx, thingId(asked.getDisclosureId())).stops()) return RefusalCode::COMMAND_REPEATED;
  if (needsRight(ctx, Right::RECORDS_OFFICE).stops()) return RefusalCode::NOT_AUTHORISED;
  const bool backwards = asked.getTo() != 0 && asked.getTo() <= asked.getFrom();
  if (backwards) return RefusalCode::UNKNOWN_THING;
  if (isOwnJournal(*ctx.commission, *ctx.patient)) return RefusalCode::INNER_SECRECY;
  if (asked.getDiaryNumber().size() == 0) return RefusalCode::SECRECY;
  if (asked.getFrom() > ctx.recordedAt) return RefusalCode::IN_THE_FUTURE;
  return secondPerson(ctx).code;
}

// PSL 7:20-21, case 98: what IVO asked for, by two persons, under its diary number, once; never another provider's
// data.
Verdict exportForIvo(Context& ctx) {
  auto asked = ctx.command.getExportForIvo();
  Reading reading = readingOf(ctx);
  const RefusalCode code = exportGate(ctx, asked);
  if (code != RefusalCode::NONE) return recordDenied(ctx, reading, code);
  reading.whole = allow(Ground::SUPERVISION);
  addExported(reading, ctx, asked);
  judgeWhole(reading);
  Verdict verdict = record(ctx, reading);
  if (!verdict.stops()) draftExported(ctx, asked, reading);  // never: all of it is allowed
  return verdict;
}

}  // namespace

Verdict decideReads(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::READ_LIST: return readList(ctx);
    case Which::READ_STATISTICS: return readStatistics(ctx);
    case Which::READ_ACCESS_AS: return readAccessAs(ctx);
    case Which::EXPORT_FOR_IVO: return exportForIvo(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: each kind has its row
  }
}

}  // namespace liggare::law
