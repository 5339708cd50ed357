// What every chapter file shares: the context of one decision, how to say no, how to draft an event.
#pragma once

#include <initializer_list>
#include <optional>

#include "engine/law/decide.h"
#include "engine/law/rules.h"

namespace liggare::law {

inline SubjectKey subjectKey(schema::Id::Reader id) {
  SubjectKey k;
  putBe64(k.bytes.data(), id.getHi());
  putBe64(k.bytes.data() + 8, id.getLo());
  return k;
}
inline ThingId thingId(schema::Id::Reader id) {
  ThingId k;
  putBe64(k.bytes.data(), id.getHi());
  putBe64(k.bytes.data() + 8, id.getLo());
  return k;
}
template <typename Meaning>
void set(schema::Id::Builder to, const Id16<Meaning>& id) {
  to.setHi(getBe64(id.bytes.data()));
  to.setLo(getBe64(id.bytes.data() + 8));
}

// One rule's answer: go on, no, or "already so".
struct Verdict {
  RefusalCode code = RefusalCode::NONE;
  std::vector<std::string> arguments;
  std::optional<Position> unchanged;
  bool stops() const { return code != RefusalCode::NONE || unchanged; }
};
inline Verdict ok() { return {}; }
inline Verdict refuse(RefusalCode code, std::initializer_list<std::string> arguments = {}) {
  return {code, {arguments}, {}};
}
inline Verdict alreadySo(Position earlier) { return {RefusalCode::NONE, {}, earlier}; }
// LIGGARE_RULE(check): leave the chapter when the rule stops.
#define LIGGARE_RULE(expression) \
  if (::liggare::law::Verdict verdict_ = (expression); verdict_.stops()) return verdict_

// One decision under way. Pointers are null when the command has no such thing (an operator has no commission).
struct Context {
  Context(const StateView& stateView, schema::Command::Reader ask, const std::string& speaker, Micros at,
          const RuleSet& governing, Decision& into)
      : view(stateView),
        command(ask),
        caller(ask.getActor()),
        client(speaker),
        recordedAt(at),
        rules(governing),
        decision(into) {}

  const StateView& view;
  schema::Command::Reader command;
  schema::Caller::Reader caller;  // command's actor
  const std::string& client;
  Micros recordedAt;
  const RuleSet& rules;
  const CommissionState* commission = nullptr;  // of the staff member who acts; exists
  const ProviderState* provider = nullptr;      // under which they act; exists
  const PatientState* patient = nullptr;        // command.patient resolved; may have exists == false
  const Approval* approval = nullptr;           // set by secondPerson: the events then name it
  // A patient under several keys: what `patient` points at is then this, the state over all of them (merge.c++).
  std::optional<PatientState> joined;
  std::vector<SubjectKey> patientKeys;  // of the patient; new things are written under the first
  std::vector<RefusalCode> violations;  // §00.1: occurred although unlawful
  bool unlawfulDisclosure = false;      // a chapter saw data leave without ground: an incident follows
  Decision& decision;

  Micros occurredAt() const { return command.getOccurredAt() ? command.getOccurredAt() : recordedAt; }
  bool isOperator() const { return caller.isOperator(); }
  bool hasRight(schema::Right right) const;
  SubjectKey providerKey() const { return provider ? provider->key : SubjectKey{}; }
  SubjectKey unitKey() const { return commission ? commission->unit : SubjectKey{}; }

  // §00.1: PLANNED is refused; OCCURRED is accepted with the code among its violations.
  Verdict stopOrViolate(RefusalCode code, std::initializer_list<std::string> arguments = {});

  // A new event with common and actor filled in from the command and the commission.
  //   kind       the Body member it will hold
  //   itemClass  how the gate and the views class it
  //   moreWords  what its body may need beyond the usual, so that the message stays in one segment
  schema::Event::Builder draft(schema::Body::Which kind, schema::ItemClass itemClass, size_t moreWords = 0);
  // The body of a governance event (in common) or of a patient event (in that patient's part).
  schema::Body::Builder body(schema::Event::Builder event);
  schema::Body::Builder patientBody(schema::Event::Builder event);  // command's patient
  schema::Body::Builder patientBody(schema::Event::Builder event, const SubjectKey& patient);
  // Adds a text to the texts part; nothing when the command's field is absent. Call after bodies are set; the order of
  // calls is kept.
  void text(schema::Event::Builder event, schema::TextSlot slot, capnp::Text::Reader text, uint16_t index = 0);
  // The item's own id, case and whose information it is.
  void about(schema::Event::Builder event, const ThingId& thing, const ThingId& caseId = {});

  // Writes the collected texts into their events, and copies parts of a patient under several keys: once, by
  // decide.c++, when the chapter is done.
  void finish();

 private:
  void finishTexts();
  void finishParts();
  struct PendingText {
    size_t event;
    schema::TextSlot slot;
    uint16_t index;
    capnp::Text::Reader text;  // lies in the command
  };
  std::vector<PendingText> texts;
};

// --- checks shared by chapters, in precedence order (authority.c++)
// -------------------------------------------------------
Verdict mayAct(Context& ctx);  // R-AUTH, R-MFA, R-BEHOVSRISK; fills commission and provider
Verdict needsRight(const Context& ctx, schema::Right right);  // R-AUTH
Verdict patientKnown(const Context& ctx);                     // R-OKAND; identifier shape R-ID
// Feeds and registers tell of things late by nature; what a person journals late needs a reason (PDL 3:9).
enum class Lateness { NEEDS_REASON, FREE };
Verdict timeIsRight(const Context& ctx, Lateness lateness = Lateness::NEEDS_REASON);  // R-FRAMTID, R-SEN
Verdict careParticipation(const Context& ctx);  // PDL 4:1 for writers: a relation, a case, a contact assignment or the
                                                // same unit's case; R-INRE-SEKRETESS

// §00.40 (approvals.c++): a live approval of exactly this command, by another person. `otherwise` is what the chapter
// answers when there is none; sets ctx.approval.
Verdict secondPerson(Context& ctx, RefusalCode otherwise = RefusalCode::SECOND_PERSON_MISSING);

// --- look-ups over state (look-ups.c++)
// -------------------------------------------------------------------------------------
const Case* findCase(const PatientState& patient, const ThingId& id);
const Case* openCase(const PatientState& patient, const SubjectKey& provider);  // the latest not closed
const Consent* consentAt(const PatientState& patient, const SubjectKey& provider, schema::ConsentKind kind, Micros t);
const Item* findItem(const PatientState& patient, const ThingId& id);
bool takesPartInCare(const PatientState& patient, const CommissionState& reader,
                     Micros t);  // PDL 4:1, derived and time-bounded
bool hasCurrentRelation(const PatientState& patient, const CommissionState& reader, Micros t);  // SVOD 3:1 p1
std::optional<int> ageAt(const PatientState& patient, Micros t);
const Residence* residenceAt(const PatientState& patient, Micros t);
bool isProtected(const PatientState& patient, schema::ProtectionKind kind, Micros t);
bool diedBefore(const PatientState& patient, Micros t);  // the day of death counts as lived: the hour is not told
const Capacity* capacityAt(const PatientState& patient, Micros t);

// --- the chapters
// --------------------------------------------------------------------------------------------------------- Each
// decides its own members of Command and answers nothing for others' (dispatch is in decide.c++).
Verdict decideGovernance(Context& ctx);
Verdict decideIdentity(Context& ctx);
Verdict decideCase(Context& ctx);  // evidence … contact person
Verdict decideConsent(Context& ctx);
Verdict decideBlocks(Context& ctx);
Verdict decideNotes(Context& ctx);          // note, sign, correct, dissent, information, deviation, only-to-be-refused
Verdict decideInterventions(Context& ctx);  // three interventions, plan
Verdict decideDisclosure(Context& ctx);     // external contact, FK, disclosure
Verdict decideAccess(Context& ctx);         // reads: drafts AccessRecorded itself, outcome per item

Verdict decideRights(Context& ctx);     // copies, extracts, information, objections, complaints, SVOD 2:6
Verdict decideMerge(Context& ctx);      // merge, split, misfiled, handover
Verdict decideApproval(Context& ctx);   // the second person
Verdict decideOversight(Context& ctx);  // processors, authorisations followed up, outcomes, worklist, triggers
Verdict decideRetention(Context& ctx);  // retention, holds, custody, disposal
Verdict decideDestruction(Context& ctx);
Verdict decideReview(Context& ctx);  // campaigns, cases, incidents
Verdict decideReads(Context& ctx);   // lists of many patients, statistics, access-as, IVO

// GDPR 17, PDL 8:4: a request is refused and still is on record. Drafted after AttemptRefused (rights.c++).
void recordRefusedRequest(Context& ctx, RefusalCode code);
// What else must be shown to whom an event's patient is joined with (merge.c++): sorted, each thing once.
PatientState joinStates(const StateView& view, const PatientState& survivor);
// The keys of the same person at t, the surviving one first. One key when nothing is merged.
std::vector<SubjectKey> keysOf(const StateView& view, const PatientState& patient);

void evolveGovernance(CommissionState& state, const SubjectKey& key, const EventView& event);
void evolveGovernance(ProviderState& state, const SubjectKey& key, const EventView& event);
void evolveGovernance(RegionState& state, const SubjectKey& key, const EventView& event);
void evolveIdentity(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveCase(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveConsent(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveNames(PatientState& state, const EventView& event);
void evolveBlocks(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveNotes(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveInterventions(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveDisclosure(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveRights(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveMerge(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveOversight(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveOversight(CommissionState& state, const EventView& event);
void evolveOversight(ProviderState& state, const EventView& event);
void evolveApproval(ProviderState& state, const EventView& event);
void evolveRetention(ProviderState& state, const EventView& event);
void evolveRetention(ArchiveState& state, const EventView& event);
void evolveDestruction(ArchiveState& state, const EventView& event);
void evolveDestruction(PatientState& state, const EventView& event, schema::Body::Reader body);
void evolveReview(ReviewState& state, const EventView& event);

}  // namespace liggare::law
