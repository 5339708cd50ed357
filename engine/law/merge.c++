// One person under several keys: merge, split, and the note in the wrong journal; and responsibility handed over
// (2022:1697; PDL 3:1, 3:14; 2019:1297 2 §). Both histories are kept; nothing is renumbered. Folding is in
// merge-fold.c++.
#include <algorithm>
#include <map>
#include <set>

#include "engine/base/identifiers.h"
#include "engine/law/access-record.h"
#include "engine/law/disclosure.h"
#include "engine/law/notes.h"

namespace liggare::law {
namespace {

using schema::Body;
using schema::DataCategory;
using schema::DisclosureBasis;
using schema::ItemClass;
using schema::MergeBasis;
using schema::Right;
using schema::TextSlot;
using Which = schema::Command::Which;

// An event of two persons' journals, or of both keys of one: a part for each, none of which draft would make by itself.
capnp::List<schema::PatientPart>::Builder initParts(schema::Event::Builder event, const std::vector<SubjectKey>& keys) {
  auto parts = event.initPatients(static_cast<unsigned>(keys.size()));
  for (unsigned i = 0; i < parts.size(); ++i) set(parts[i].initPatient(), keys[i]);
  return parts;
}

// A key and what it has itself absorbed.
std::vector<SubjectKey> keysUnder(const StateView& view, const SubjectKey& top) {
  std::vector<SubjectKey> keys{top};
  for (size_t i = 0; i < keys.size(); ++i)
    if (const PatientState* state = view.patient(keys[i]))  // never: a merged key is there
      for (const Merge& merge : state->merges)
        if (!merge.splitBy && merge.side == Merge::Side::SURVIVOR) keys.push_back(merge.other);
  return keys;
}

// --- merge ---------------------------------------------------------------------------------------

bool hasPersonnummer(const PatientState& patient) {
  auto& all = patient.aliases;
  return std::any_of(all.begin(), all.end(), [](const Alias& alias) {
    return alias.kind == static_cast<uint8_t>(IdentifierKind::PERSONNUMMER);
  });
}

// The event that made one of the two; of a key that is joined with itself, its registration.
Position joinedBy(const Context& ctx, const PatientState& from) {
  Position latest = 0;
  for (const PatientState* side : {&from, ctx.patient})
    for (const Merge& merge : side->merges)
      if (!merge.splitBy) latest = std::max(latest, merge.position);
  return latest ? latest : ctx.patient->registeredBy;
}

// §00.29: whoever has been given a new identity has a new key, and nothing leads from the old one to it. Two
// personnummer are two human beings, unless the population register has changed the number itself.
bool isProven(schema::MergeIdentities::Reader asked, const PatientState& from, const PatientState& to) {
  if (asked.getBasis() == MergeBasis::UNSTATED || asked.getBasis() == MergeBasis::FICTITIOUS) return false;
  if (asked.getEvidence().size() == 0 || asked.getReason().size() == 0) return false;
  const bool twoNumbers = hasPersonnummer(from) && hasPersonnummer(to);
  return !twoNumbers || asked.getBasis() == MergeBasis::CORRECTED_NUMBER;
}

// 2022:1697, cases 72-73: from now on both keys are one person. What is blocked under either is blocked (joinStates).
Verdict mergeIdentities(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REGISTER));
  auto asked = ctx.command.getMergeIdentities();
  LIGGARE_RULE(named(asked.getFrom()));
  const PatientState* stated = isKnown(asked.getFrom()) ? ctx.view.patient(keyOf(asked.getFrom())) : nullptr;
  if (!stated || !stated->exists) return refuse(RefusalCode::UNKNOWN_THING);
  const PatientState& from = *ctx.view.patient(keysOf(ctx.view, *stated).front());
  if (from.key == ctx.patient->key) return alreadySo(joinedBy(ctx, *stated));
  if (!isProven(asked, joinStates(ctx.view, from), *ctx.patient)) return refuse(RefusalCode::MERGE_UNPROVEN);
  LIGGARE_RULE(secondPerson(ctx, RefusalCode::MERGE_UNPROVEN));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  const ThingId id = thingId(asked.getMergeId());
  LIGGARE_RULE(idIsNew(ctx, id));
  for (auto* side : {&ctx.patient->merges, &from.merges})
    for (const Merge& earlier : *side)
      if (earlier.id == id) return refuse(RefusalCode::COMMAND_REPEATED, {"thing=" + text(id)});
  auto event = ctx.draft(Body::PATIENT_IDENTITIES_MERGED, ItemClass::IDENTITY);
  ctx.about(event, id);
  // The two first, then whoever was joined with either before: what follows is written in the books of them all.
  std::vector<SubjectKey> keys{ctx.patient->key, from.key};
  for (const SubjectKey& top : {ctx.patient->key, from.key})
    for (const SubjectKey& key : keysUnder(ctx.view, top))
      if (key != top) keys.push_back(key);
  for (auto part : initParts(event, keys)) {
    auto body = part.initBody().initPatientIdentitiesMerged();
    set(body.initMerge(), id);
    set(body.initFrom(), from.key);
    set(body.initTo(), ctx.patient->key);
    body.setBasis(asked.getBasis());
    body.setEvidence(asked.getEvidence());
  }
  ctx.text(event, TextSlot::REASON, asked.getReason());
  return ok();
}

// --- split ---------------------------------------------------------------------------------------

struct FoundMerge {
  const Merge* merge = nullptr;
  SubjectKey from, to;
};
FoundMerge findMerge(const Context& ctx, const ThingId& id) {
  for (const SubjectKey& key : ctx.patientKeys.empty() ? std::vector{ctx.patient->key} : ctx.patientKeys) {
    const PatientState* state = ctx.view.patient(key);
    if (!state) continue;  // never: a joined key is there
    for (const Merge& merge : state->merges) {
      if (merge.id != id || merge.side == Merge::Side::BYSTANDER) continue;
      const bool absorbed = merge.side == Merge::Side::ABSORBED;
      return {&merge, absorbed ? key : merge.other, absorbed ? merge.other : key};
    }
  }
  return {};
}

// The first that was written in a case: the assessment or consent that opened it.
const Item* firstOf(const PatientState& patient, const ThingId& caseId) {
  auto& all = patient.items;
  auto first = std::find_if(all.begin(), all.end(), [&](const Item& item) { return item.caseId == caseId; });
  return first == all.end() || caseId.isZero() ? nullptr : &*first;
}

// What is said to be the other's stands in that person's book: it was written while they were one, or was theirs
// before. An offer goes with the case it is of, which would be offered nothing without it.
Verdict areTheOthers(const Context& ctx, const FoundMerge& found, capnp::List<schema::Id>::Reader ids) {
  const PatientState* from = ctx.view.patient(found.from);
  if (!from) return refuse(RefusalCode::UNKNOWN_THING);  // never: a joined key is there
  std::set<ThingId> listed;
  for (auto id : ids) listed.insert(thingId(id));
  for (const ThingId& id : listed) {
    const Item* item = findItem(*ctx.patient, id);
    const Item* told = item ? item : firstOf(*ctx.patient, id);
    if (!told || !findItem(*from, told->id)) return refuse(RefusalCode::UNKNOWN_THING, {"thing=" + text(id)});
    if (told != item || item->itemClass != ItemClass::OFFER || listed.contains(item->caseId)) continue;
    const Item* opened = firstOf(*ctx.patient, item->caseId);
    const bool wasFroms = opened && opened->position <= found.merge->position && findItem(*from, opened->id);
    if (!wasFroms) return refuse(RefusalCode::UNKNOWN_THING, {"case=" + text(item->caseId)});
  }
  return ok();
}

// From where on each key's book holds what is written of the other too: the merge itself, or a later one that brought
// the key to the two.
std::map<SubjectKey, Position> standingSince(const StateView& view, const FoundMerge& found) {
  const Position merged = found.merge->position;
  std::map<SubjectKey, Position> since{{found.from, merged}, {found.to, merged}};
  std::vector<SubjectKey> keys{found.from, found.to};
  for (size_t i = 0; i < keys.size(); ++i) {
    const PatientState* state = view.patient(keys[i]);
    if (!state) continue;  // never: a joined key is there
    for (const Merge& merge : state->merges) {
      if (merge.splitBy || merge.side == Merge::Side::BYSTANDER) continue;
      if (since.emplace(merge.other, std::max(since[keys[i]], merge.position)).second) keys.push_back(merge.other);
    }
  }
  return since;
}

// What belongs to those who leave: what was said to, and those of their older cases, blocks and notes that something
// was written about meanwhile. That stands in the book of those who stay too, who cannot tell whose it was.
std::vector<ThingId> belongings(const Context& ctx, const FoundMerge& found, const std::vector<SubjectKey>& leaving,
                                capnp::List<schema::Id>::Reader said) {
  std::vector<ThingId> all;
  for (auto id : said) all.push_back(thingId(id));
  const auto isListed = [&](const ThingId& id) { return std::find(all.begin(), all.end(), id) != all.end(); };
  for (const SubjectKey& key : leaving) {
    const PatientState* state = ctx.view.patient(key);
    if (!state) continue;  // never: a merged key is there
    std::set<ThingId> older;
    for (const Item& item : state->items) {
      const bool wasMeanwhile = item.position > found.merge->position;
      for (const ThingId& id : {item.caseId, item.target.value_or(ThingId{})})
        if (wasMeanwhile && older.contains(id) && !isListed(id)) all.push_back(id);
      if (wasMeanwhile) continue;
      older.insert(item.id);
      if (!item.caseId.isZero()) older.insert(item.caseId);
    }
  }
  return all;
}

void draftSplit(Context& ctx, const FoundMerge& found, schema::SplitIdentity::Reader asked) {
  const ThingId id = thingId(asked.getSplitId());
  auto event = ctx.draft(Body::PATIENT_IDENTITY_SPLIT, ItemClass::IDENTITY);
  ctx.about(event, id);
  // Those who stay first, then those who leave, `from` before what it had absorbed: evolve tells the sides by this.
  const std::vector<SubjectKey> leaving = keysUnder(ctx.view, found.from);
  std::vector<SubjectKey> keys;
  for (const SubjectKey& key : ctx.patientKeys)
    if (std::find(leaving.begin(), leaving.end(), key) == leaving.end()) keys.push_back(key);
  keys.insert(keys.end(), leaving.begin(), leaving.end());
  const std::vector<ThingId> theirs = belongings(ctx, found, leaving, asked.getBelongToFrom());
  auto since = standingSince(ctx.view, found);
  auto parts = initParts(event, keys);
  for (unsigned i = 0; i < parts.size(); ++i) {
    auto body = parts[i].initBody().initPatientIdentitySplit();
    body.setSince(since[keys[i]]);
    set(body.initSplit(), id);
    set(body.initMerge(), found.merge->id);
    set(body.initFrom(), found.from);
    set(body.initTo(), found.to);
    body.setMergedAt(found.merge->valid.from);
    if (theirs.empty()) continue;
    auto list = body.initBelongToFrom(static_cast<unsigned>(theirs.size()));
    for (unsigned k = 0; k < list.size(); ++k) set(list[k], theirs[k]);
  }
  ctx.text(event, TextSlot::REASON, asked.getReason());
}

// Case 73: they were two after all. Whoever read between then and now may have read about somebody else: an incident
// until judged otherwise (GDPR 33), and the reads in between are reviewed (RP10).
Verdict splitIdentity(Context& ctx) {
  LIGGARE_RULE(needsRight(ctx, Right::REGISTER));
  auto asked = ctx.command.getSplitIdentity();
  const FoundMerge found = findMerge(ctx, thingId(asked.getMergeId()));
  if (!found.merge) return refuse(RefusalCode::UNKNOWN_THING);
  if (found.merge->splitBy) return alreadySo(found.merge->splitBy);
  LIGGARE_RULE(areTheOthers(ctx, found, asked.getBelongToFrom()));
  LIGGARE_RULE(secondPerson(ctx));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  const ThingId id = thingId(asked.getSplitId());
  draftSplit(ctx, found, asked);
  auto incident = ctx.draft(Body::INCIDENT_REGISTERED, ItemClass::GOVERNANCE);
  auto facts = ctx.body(incident).initIncidentRegistered();
  facts.setAwareAt(ctx.recordedAt);
  facts.setDeadline(ctx.recordedAt + 72 * HOUR);
  set(facts.initTarget(), id);
  openReview(ctx, "RP10", id);
  return ok();
}

// --- the note in the wrong journal ---------------------------------------------------------------

// §3.2, PDL 3:1, 3:14: it stays where it stood, readable behind a reason, and is written anew where it belongs. That
// other journal is told that a note is coming, and not from whom.
Verdict markMisfiled(Context& ctx) {
  auto asked = ctx.command.getMarkMisfiled();
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const ThingId id = thingId(asked.getTargetId());
  const Item* target = ownItem(ctx, id);
  if (target && target->kind != static_cast<uint16_t>(Body::NOTE_RECORDED)) target = nullptr;
  LIGGARE_RULE(itemIsThere(target));
  LIGGARE_RULE(mayComplete(ctx, *target));
  if (target->misfiled) return alreadySo(positionOf(*ctx.patient, Body::NOTE_MARKED_MISFILED, id));
  LIGGARE_RULE(named(asked.getCorrectPatient()));
  const auto known = isKnown(asked.getCorrectPatient()) ? ctx.view.patient(keyOf(asked.getCorrectPatient())) : nullptr;
  if (!known || !known->exists) return refuse(RefusalCode::UNKNOWN_THING);
  const std::vector<SubjectKey> theirs = keysOf(ctx.view, *known);
  if (theirs.front() == ctx.patient->key) return refuse(RefusalCode::UNKNOWN_THING);  // it is not another's
  LIGGARE_RULE(secondPerson(ctx));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));

  auto event = draftAbout(ctx, Body::NOTE_MARKED_MISFILED, *target, id);
  auto body = ctx.patientBody(event).initNoteMarkedMisfiled();
  set(body.initTarget(), id);
  set(body.initCorrectPatient(), theirs.front());
  ctx.text(event, TextSlot::REASON, asked.getReason());

  auto told = ctx.draft(Body::NOTE_MARKED_MISFILED, target->itemClass);
  ctx.about(told, id);
  for (auto part : initParts(told, theirs)) set(part.initBody().initNoteMarkedMisfiled().initTarget(), id);
  return ok();
}

// --- responsibility handed over ------------------------------------------------------------------

struct Receiver {
  const ProviderState* provider = nullptr;
  const RegionState* region = nullptr;
};
// 2019:1297 2 §: responsibility goes to somebody that is here, and is not oneself.
Verdict receiverIsKnown(const Context& ctx, schema::HandOverResponsibility::Reader asked, Receiver& receiver) {
  LIGGARE_RULE(namedOrAbsent(asked.getToProvider()));
  LIGGARE_RULE(namedOrAbsent(asked.getToRegion()));
  if (isKnown(asked.getToProvider())) receiver.provider = ctx.view.provider(keyOf(asked.getToProvider()));
  if (isKnown(asked.getToRegion())) receiver.region = ctx.view.region(keyOf(asked.getToRegion()));
  const bool noProvider = !isAbsent(asked.getToProvider()) && !(receiver.provider && receiver.provider->exists);
  const bool noRegion = !isAbsent(asked.getToRegion()) && !(receiver.region && receiver.region->exists);
  const bool nobody = !receiver.provider && !receiver.region;
  const bool oneself = receiver.provider && receiver.provider->key == ctx.providerKey();
  return noProvider || noRegion || nobody || oneself ? refuse(RefusalCode::UNKNOWN_THING) : ok();
}

// §00.24: data go along by C3 that names the receiver, or after a named person's harm test. Sammanhållen journalföring
// needs nothing handed over: the receiver reads. Without any of them the secrecy stands. A duty is handed over without
// any data and without consent.
Verdict dataMayGoAlong(Context& ctx, schema::HandOverResponsibility::Reader asked, const Receiver& to,
                       ThingId& consent) {
  auto categories = asked.getCategories();
  if (categories.size() == 0 && asked.getItems().size() == 0) return ok();
  const DisclosureBasis basis = asked.getBasis();
  const bool byConsent = basis == DisclosureBasis::NONE || basis == DisclosureBasis::CONSENT_C3;
  Handing handing{schema::PartnerType::OTHER_CARE,
                  to.provider ? to.provider->orgNumber : "",
                  DataCategory::ALL,
                  basis,
                  asked.getHarmTestBy().cStr(),
                  "",
                  true};
  const auto judge = [&](DataCategory category) -> Verdict {
    if (!byConsent && basis != DisclosureBasis::HARM_TEST) return ctx.stopOrViolate(RefusalCode::SECRECY);
    handing.category = category;
    const HandingAnswer answer = mayLeave(ctx, handing, ctx.occurredAt());
    if (consent.isZero()) consent = answer.consent;
    return answer.code == RefusalCode::NONE ? ok() : ctx.stopOrViolate(RefusalCode::SECRECY);
  };
  for (DataCategory category : categories) LIGGARE_RULE(judge(category));
  if (categories.size() == 0) LIGGARE_RULE(judge(DataCategory::ALL));  // not said what: judged as everything
  ctx.unlawfulDisclosure = !ctx.violations.empty();
  return ok();
}

void draftHandover(Context& ctx, schema::HandOverResponsibility::Reader asked, const Case& of, const Receiver& to,
                   const ThingId& consent) {
  const ThingId id = thingId(asked.getHandoverId());
  auto event = ctx.draft(Body::RESPONSIBILITY_HANDED_OVER, ItemClass::DISCLOSURE);
  ctx.about(event, id, of.id);
  auto body = ctx.patientBody(event).initResponsibilityHandedOver();
  set(body.initHandover(), id);
  if (to.provider) set(body.initToProvider(), to.provider->key);
  if (to.region) {
    set(body.initToRegion(), to.region->key);
    body.setToRegionCode(to.region->code);
  }
  if (asked.getReference().size() > 0) body.setReference(asked.getReference());
  body.setBasis(asked.getBasis());
  if (asked.getCategories().size() > 0) body.setCategories(asked.getCategories());
  if (asked.getItems().size() > 0) body.setItems(asked.getItems());
  if (!consent.isZero()) set(body.initConsent(), consent);
  if (asked.getHarmTestBy().size() > 0) body.setHarmTestBy(asked.getHarmTestBy());
  ctx.text(event, TextSlot::BODY, asked.getText());

  auto closed = ctx.draft(Body::CASE_CLOSED, ItemClass::CASE_STEP);
  if (!of.unit.isZero()) set(closed.getCommon().initInfoUnit(), of.unit);  // never: a case has a unit
  ctx.about(closed, of.id, of.id);
  ctx.patientBody(closed).initCaseClosed().setReason(to.region ? schema::CloseReason::HANDED_OVER_REGION
                                                               : schema::CloseReason::HANDED_OVER_PROVIDER);
}

// 2 §, case 30: another region or performer answers from now on, and the case here ends.
Verdict handOverResponsibility(Context& ctx) {
  auto asked = ctx.command.getHandOverResponsibility();
  LIGGARE_RULE(idIsNew(ctx, thingId(asked.getHandoverId())));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const NamedCase stated = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(stated));
  Receiver receiver;
  LIGGARE_RULE(receiverIsKnown(ctx, asked, receiver));
  for (auto item : asked.getItems()) LIGGARE_RULE(itemIsThere(ownItem(ctx, thingId(item))));
  LIGGARE_RULE(mayJournal(ctx));
  const Case* of = stated.found ? stated.found : openCase(*ctx.patient, ctx.providerKey());
  const bool open = of && of->now() != CaseState::CLOSED && of->now() != CaseState::NONE;
  if (!open || of->at(ctx.occurredAt()) == CaseState::NONE) return refuse(RefusalCode::CASE_STATE);
  if (holdsMisfiled(*ctx.patient, asked.getItems())) return refuse(RefusalCode::SECRECY, {"items"});
  ThingId consent;
  LIGGARE_RULE(dataMayGoAlong(ctx, asked, receiver, consent));
  LIGGARE_RULE(timeIsRight(ctx));
  draftHandover(ctx, asked, *of, receiver, consent);
  return ok();
}

}  // namespace

Verdict decideMerge(Context& ctx) {
  switch (ctx.command.which()) {
    case Which::MERGE_IDENTITIES: return mergeIdentities(ctx);
    case Which::SPLIT_IDENTITY: return splitIdentity(ctx);
    case Which::MARK_MISFILED: return markMisfiled(ctx);
    case Which::HAND_OVER_RESPONSIBILITY: return handOverResponsibility(ctx);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

}  // namespace liggare::law
