// What merging, splitting and the rest of the chapter leave behind, and how a person under several keys is seen as one:
// everything known under any of them, and of two endings the strictest.
#include <algorithm>
#include <set>

#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

// --- the union of states -------------------------------------------------------------------------

// What was written while joined stands under each key, and is one thing.
template <typename Row>
bool isSame(const Row& a, const Row& b) {
  if constexpr (requires {
                  a.id;
                  a.position;
                })
    return a.id == b.id && a.position == b.position;
  else if constexpr (requires { a.id; })
    return a.id == b.id;
  else if constexpr (requires { a.position; })
    return a.position == b.position;
  else if constexpr (requires { a.person; })
    return a.person == b.person && a.valid.from == b.valid.from;
  else if constexpr (requires {
                       a.unit;
                       a.at;
                     })
    return a.unit == b.unit && a.at == b.at;
  else
    return a == b;
}

void endAtFirst(Period& kept, const Period& other) {
  if (other.to != 0 && (kept.to == 0 || other.to < kept.to)) kept.to = other.to;
}

// An ending known under either key is known: of the same thing in two states, the one that allows least.
template <typename Row>
void tighten(Row& kept, const Row& other) {
  if constexpr (requires {
                  kept.valid.from;
                  kept.endedBy;
                })
    endAtFirst(kept.valid, other.valid);
  if constexpr (requires { kept.endedBy; }) kept.endedBy = std::max(kept.endedBy, other.endedBy);
  if constexpr (requires { kept.withdrawn; }) kept.withdrawn = kept.withdrawn || other.withdrawn;  // never: both had it
  if constexpr (requires { kept.annulled; }) kept.annulled = kept.annulled || other.annulled;  // never: both have it
  if constexpr (requires { kept.destroyed; }) kept.destroyed = kept.destroyed || other.destroyed;
  if constexpr (requires { kept.misfiled; }) kept.misfiled = kept.misfiled || other.misfiled;  // never: both have it
  if constexpr (requires { kept.spent; }) kept.spent = kept.spent || other.spent;
  if constexpr (requires { kept.splitBy; }) kept.splitBy = std::max(kept.splitBy, other.splitBy);
}

// What is written while joined stands in every book, also in that of a key that never saw the case begin: it is whole
// where its history has the most steps.
void tighten(Case& kept, const Case& other) {
  if (other.history.size() > kept.history.size()) kept = other;
}

// A block ends where it was ended; of two that differ the one that still holds wins, for it shows less (case 72).
void tighten(Block& kept, const Block& other) {
  if (kept.ended && !other.ended) kept = other;
}

template <typename Row>
void unite(std::vector<Row>& into, const std::vector<Row>& from) {
  for (const Row& row : from) {
    auto same = std::find_if(into.begin(), into.end(), [&](const Row& kept) { return isSame(kept, row); });
    if (same == into.end())
      into.push_back(row);
    else if constexpr (!std::is_same_v<Row, SubjectKey>)
      tighten(*same, row);
  }
  if constexpr (requires(Row row) { row.position; })
    std::stable_sort(into.begin(), into.end(), [](const Row& a, const Row& b) { return a.position < b.position; });
}

// Items are many and already in order: one walk.
void uniteItems(std::vector<Item>& into, const std::vector<Item>& from) {
  std::vector<Item> all;
  all.reserve(into.size() + from.size());
  auto left = into.begin();
  auto right = from.begin();
  while (left != into.end() || right != from.end()) {
    const bool takeLeft = right == from.end() || (left != into.end() && left->position <= right->position);
    const Item& next = takeLeft ? *left++ : *right++;
    if (!all.empty() && isSame(all.back(), next))
      tighten(all.back(), next);
    else
      all.push_back(next);
  }
  into = std::move(all);
}

// C1 and C2 have no scope; of the others a withdrawal ends what had the same.
bool hasSameMeaning(const Consent& a, const Consent& b) {
  if (a.kind != b.kind || a.provider != b.provider) return false;
  if (a.kind == schema::ConsentKind::C1 || a.kind == schema::ConsentKind::C2) return true;
  return a.scopeUnit == b.scopeUnit && a.scopeStaff == b.scopeStaff && a.block == b.block &&
         a.recipients == b.recipients && a.categories == b.categories;
}

// §00.47, case 72: a yes under one key does not outlive a withdrawal, told under another, that came after it.
void endWhatWasWithdrawn(PatientState& joined, const PatientState& told) {
  const auto stoodBeside = [&](const Consent& consent) {
    return std::any_of(told.consents.begin(), told.consents.end(),
                       [&](const Consent& c) { return c.id == consent.id; });
  };
  for (Consent& consent : joined.consents) {
    if (stoodBeside(consent)) continue;
    for (const Consent& other : told.consents)
      if (other.withdrawn && !other.annulled && hasSameMeaning(other, consent) && other.valid.to > consent.givenAt)
        endAtFirst(consent.valid, {0, std::max(other.valid.to, consent.valid.from)});
  }
}

void uniteJournal(PatientState& into, const PatientState& from) {
  unite(into.evidence, from.evidence);
  unite(into.assessments, from.assessments);
  unite(into.offers, from.offers);
  unite(into.cases, from.cases);
  unite(into.contacts, from.contacts);
  unite(into.consents, from.consents);
  unite(into.blocks, from.blocks);
  unite(into.outerRequests, from.outerRequests);
  unite(into.sourcesRevealed, from.sourcesRevealed);
  unite(into.namesRevealed, from.namesRevealed);
  unite(into.suspicions, from.suspicions);
  unite(into.fkRequests, from.fkRequests);
  unite(into.svodInformed, from.svodInformed);
  unite(into.copyRequests, from.copyRequests);
  unite(into.qualityObjections, from.qualityObjections);
  unite(into.complaints, from.complaints);
  unite(into.availabilities, from.availabilities);
  unite(into.pdlInformed, from.pdlInformed);
  unite(into.handovers, from.handovers);
  unite(into.disclosures, from.disclosures);
  uniteItems(into.items, from.items);
}

void uniteIdentity(PatientState& into, const PatientState& from) {
  unite(into.aliases, from.aliases);
  unite(into.protections, from.protections);
  unite(into.residences, from.residences);
  unite(into.capacity, from.capacity);
  unite(into.guardians, from.guardians);
  unite(into.relations, from.relations);
  unite(into.merges, from.merges);
  if (!into.birthDay) into.birthDay = from.birthDay;
  if (from.died && (!into.died || *from.died < *into.died)) {
    into.died = from.died;
    into.diedBy = from.diedBy;
  }
}

// --- the split -----------------------------------------------------------------------------------

// Whose is what was written while they were one: what the split lists is the other's, with what is about it. The rest
// is the survivor's.
class Parting {
 public:
  Parting(PatientState& of, schema::PatientIdentitySplit::Reader said, bool leaving, Position by)
      : state(of), leaves(leaving), mergedBy(said.getSince()), splitBy(by), mergedAt(said.getMergedAt()) {
    for (auto id : said.getBelongToFrom()) listed.insert(thingId(id));
  }

  void part() {
    endUnclaimedConsents();  // while their items still tell when they were written
    std::erase_if(state.items, [&](const Item& item) {
      const bool isOfBlock = item.itemClass == schema::ItemClass::BLOCK;
      const bool staysWithBoth = isOfBlock && isBlockHere(item.target.value_or(item.id));
      if (!wasMeanwhile(item) || staysWithBoth) return false;
      if (isFroms(item) == leaves) return false;
      gone.insert(item.id);
      return true;
    });
    partJournal();
    if (leaves) partIdentity();
  }

 private:
  PatientState& state;
  const bool leaves;
  const Position mergedBy;
  const Position splitBy;
  const Micros mergedAt;
  std::set<ThingId> listed, gone;

  bool wasMeanwhile(const Item& item) const { return item.position > mergedBy; }

  // A block, or a request to lift one of somebody who has blocked here. What was done about a block from before stands
  // only where the block does.
  bool isBlockHere(const ThingId& id) const {
    const auto isAsked = [&](const OuterRequest& request) {
      return request.id == id && std::any_of(state.blocks.begin(), state.blocks.end(),
                                             [&](const Block& block) { return block.provider == request.owner; });
    };
    return std::any_of(state.blocks.begin(), state.blocks.end(), [&](const Block& block) { return block.id == id; }) ||
           std::any_of(state.outerRequests.begin(), state.outerRequests.end(), isAsked);
  }

  bool isFroms(const Item& item) const {
    const ThingId about = item.target.value_or(ThingId{});
    return listed.contains(item.id) || listed.contains(item.caseId) || listed.contains(about);
  }

  // A yes said while they were one holds for the one it was said to be of, and till then for neither. A withdrawal
  // stands for both: whoever of them said it, less is done.
  void endUnclaimedConsents() {
    for (Consent& consent : state.consents) {
      const Item* item = findItem(state, consent.id);
      const bool meanwhile = consent.position > mergedBy;
      const bool isSaid = listed.contains(consent.id) || (item && listed.contains(item->caseId));  // never: has an item
      if (!meanwhile || isSaid) continue;
      consent.annulled = true;
      consent.endedBy = splitBy;
    }
  }

  // What stands in no item of its own goes by its position: with the survivor, unless it was listed.
  template <typename Row>
  void drop(std::vector<Row>& rows) {
    std::erase_if(rows, [&](const Row& row) {
      if (gone.contains(row.id)) return true;  // never: a relation has no item, a request about blocks stays with both
      if constexpr (requires { row.position; }) {
        if (row.position <= mergedBy || findItem(state, row.id)) return false;  // never: but for relations
        return listed.contains(row.id) != leaves;
      }
      return false;
    });
  }

  // Blocks stay with both until somebody says whose they were: the strictest wins.
  void partJournal() {
    drop(state.evidence);
    drop(state.assessments);
    drop(state.offers);
    drop(state.contacts);
    drop(state.consents);
    drop(state.suspicions);
    drop(state.fkRequests);
    drop(state.outerRequests);
    drop(state.copyRequests);
    drop(state.complaints);
    std::erase_if(state.pdlInformed, [&](const PdlInformed& informed) { return gone.contains(informed.item); });
    drop(state.handovers);
    drop(state.disclosures);
    drop(state.relations);
    std::erase_if(state.cases, [&](const Case& c) {
      return std::none_of(state.items.begin(), state.items.end(),
                          [&](const Item& item) { return item.caseId == c.id; });
    });
    std::erase_if(state.svodInformed, [&](const SubjectKey& provider) {
      return std::none_of(state.items.begin(), state.items.end(), [&](const Item& item) {
        return item.kind == static_cast<uint16_t>(Body::PATIENT_INFORMED_SVOD) && item.provider == provider;
      });
    });
  }

  // What was told of the person while they were one is the survivor's. Protection stays with both.
  void partIdentity() {
    const auto meanwhile = [&](const auto& row) { return row.position > mergedBy; };
    std::erase_if(state.aliases, meanwhile);
    std::erase_if(state.residences, meanwhile);
    std::erase_if(state.capacity, meanwhile);
    std::erase_if(state.guardians, [&](const Guardian& guardian) { return guardian.valid.from > mergedAt; });
    if (state.diedBy > mergedBy) {
      state.died.reset();
      state.diedBy = 0;
    }
  }
};

void applyMerged(PatientState& state, schema::PatientIdentitiesMerged::Reader body, const EventView& event) {
  const SubjectKey from = subjectKey(body.getFrom()), to = subjectKey(body.getTo());
  Merge merge;
  merge.id = thingId(body.getMerge());
  merge.side = state.key == from ? Merge::Side::ABSORBED
               : state.key == to ? Merge::Side::SURVIVOR
                                 : Merge::Side::BYSTANDER;
  merge.other = state.key == to ? from : to;
  merge.valid = {event.recordedAt, 0};
  merge.position = event.position;
  state.merges.push_back(merge);
}

void applySplit(PatientState& state, schema::PatientIdentitySplit::Reader body, const EventView& event) {
  for (Merge& merge : state.merges) {  // a key that came to the two later was not told of the merge
    if (merge.id != thingId(body.getMerge())) continue;
    merge.splitBy = event.position;
    merge.valid.to = event.recordedAt;
  }
  bool leaves = false;                 // the parts of those who leave come last, `from` first among them
  for (auto& part : event.patients) {  // never: this key is among them
    const SubjectKey key = subjectKey(part.getPatient());
    leaves = leaves || key == subjectKey(body.getFrom());
    if (key == state.key) break;
  }
  Parting(state, body, leaves, event.position).part();
}

// In the journal where it stood, the note is marked, with what was corrected in it. In the other, a line says that a
// note about this patient stood in another's journal; its case is not a case here.
void applyMisfiled(PatientState& state, schema::NoteMarkedMisfiled::Reader body, const EventView& event) {
  const ThingId note = thingId(body.getTarget());
  for (Item& item : state.items)
    if (item.id == note || isCorrectionOf(item, note)) item.misfiled = true;
  Item row = itemRowAbout(event, note);
  row.sign = schema::SignState::WAIVED;
  if (!body.hasCorrectPatient()) row.caseId = {};
  state.items.push_back(std::move(row));
}

void applyHandover(PatientState& state, schema::ResponsibilityHandedOver::Reader body, const EventView& event) {
  Handover handover;
  handover.id = thingId(body.getHandover());
  if (event.common.hasCaseId()) handover.caseId = thingId(event.common.getCaseId());  // never: of a case
  handover.from = subjectKey(event.common.getProvider());
  handover.toProvider = subjectKey(body.getToProvider());
  handover.toRegion = subjectKey(body.getToRegion());
  handover.at = event.common.getOccurredAt();
  handover.position = event.position;
  state.handovers.push_back(handover);
  state.items.push_back(itemRow(event));
  if (body.getItems().size() == 0) return;
  Disclosure disclosure;
  disclosure.id = handover.id;
  disclosure.provider = handover.from;
  disclosure.recipient = schema::PartnerType::OTHER_CARE;
  for (auto item : body.getItems()) disclosure.items.push_back(thingId(item));
  disclosure.position = event.position;
  state.disclosures.push_back(std::move(disclosure));
}

}  // namespace

// The surviving key first, then the absorbed in the order they came; follows merges that are not split.
std::vector<SubjectKey> keysOf(const StateView& view, const PatientState& patient) {
  const auto isAmong = [](const std::vector<SubjectKey>& keys, const SubjectKey& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  const PatientState* top = &patient;
  for (std::vector<SubjectKey> walked; !isAmong(walked, top->key);) {  // never: only a forged log goes in a ring
    walked.push_back(top->key);
    const PatientState* above = nullptr;
    for (const Merge& merge : top->merges)
      if (!merge.splitBy && merge.side == Merge::Side::ABSORBED) above = view.patient(merge.other);
    if (!above) break;
    top = above;
  }
  std::vector<SubjectKey> keys{top->key};
  for (size_t i = 0; i < keys.size(); ++i)
    if (const PatientState* state = view.patient(keys[i]))  // never: a merged key is there
      for (const Merge& merge : state->merges) {
        if (merge.splitBy || merge.side != Merge::Side::SURVIVOR) continue;
        if (!isAmong(keys, merge.other)) keys.push_back(merge.other);  // never: only a forged log goes in a ring
      }
  return keys;
}

// Case 72: every list of every key, each thing once, in the order it was recorded; what ended under either has ended,
// and what is blocked under either is blocked.
PatientState joinStates(const StateView& view, const PatientState& survivor) {
  PatientState joined = survivor;
  const std::vector<SubjectKey> keys = keysOf(view, survivor);
  for (const SubjectKey& key : keys) {
    const PatientState* other = key == survivor.key ? nullptr : view.patient(key);
    if (!other) continue;
    uniteIdentity(joined, *other);
    uniteJournal(joined, *other);
  }
  if (keys.size() < 2) return joined;
  for (const SubjectKey& key : keys)
    if (const PatientState* told = view.patient(key)) endWhatWasWithdrawn(joined, *told);  // never: is there
  return joined;
}

void evolveMerge(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::PATIENT_IDENTITIES_MERGED: return applyMerged(state, body.getPatientIdentitiesMerged(), event);
    case Body::PATIENT_IDENTITY_SPLIT: return applySplit(state, body.getPatientIdentitySplit(), event);
    case Body::NOTE_MARKED_MISFILED: return applyMisfiled(state, body.getNoteMarkedMisfiled(), event);
    case Body::RESPONSIBILITY_HANDED_OVER: return applyHandover(state, body.getResponsibilityHandedOver(), event);
    default: return;
  }
}

}  // namespace liggare::law
