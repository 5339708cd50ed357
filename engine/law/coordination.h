// What the chapters on case, consent, interventions and notes share: who is responsible for the patient (2019:1297 2
// §), which case a command is about, and the steps a case takes when an offer and a consent meet or part.
#pragma once

#include "engine/law/naming.h"

namespace liggare::law {

// --- who is responsible (responsibility.c++) -----------------------------------------------------

// 2 §: the answer for one provider, patient and instant. When `code` is NONE the provider may coordinate.
struct Responsibility {
  RefusalCode code = RefusalCode::NONE;  // R-REGION or R-AVTAL
  std::string homeRegion;                // the argument of R-REGION; empty when unknown or not to be told
  schema::ResponsibilityBasis basis = schema::ResponsibilityBasis::UNSTATED;
  SubjectKey region;  // the region whose duty it is
  std::optional<ThingId> agreementOrContract;
  bool afterMove = false;  // by grace alone: the patient has moved, and is to be handed over
};
// A new undertaking: no grace after a move (§00.51 L3).
Responsibility responsibilityForOffer(const Context& ctx, const ThingId& caseId, Micros t);
// §00.25: asylum seekers and persons without permit. No statutory duty: only what the region has decided for itself.
Responsibility responsibilityWithoutPermit(const Context& ctx, Micros t);
// A step in a case already offered: the old region's policy may leave some days after a move (domain case 30).
Responsibility responsibilityForStep(const Context& ctx, const Case& inCase, Micros t);
// Domain case 30: a step by grace alone stands, and leaves a reminder that the patient is to be handed over. Call after
// the step's own event.
void remindOfHandover(Context& ctx, const Case* inCase);
// Days of the region's own decision, the latest recorded that covers t; null when none does.
const RegionPolicy* regionPolicyAt(const Context& ctx, const SubjectKey& region, Micros t);

// --- writing in the journal ----------------------------------------------------------------------

// PDL 3:3, 4:1-2: a right to write, and a part in the care.
Verdict mayJournal(const Context& ctx);
// R-DUP: the id names something else in this journal already. Ids of things are the client's, and never reused.
Verdict idIsNew(const Context& ctx, const ThingId& id);
// R-SEN, R-FRAMTID for a time stated beside occurredAt (givenAt, statedAt).
Verdict statedTimeIsRight(const Context& ctx, Micros stated);
// The event of `kind` that answered, signed or ended the target; 0 when there is none.
Position positionOf(const PatientState& patient, schema::Body::Which kind, const ThingId& target);

// 3 § second paragraph: as far as possible in consultation with the patient; else why not.
bool isConsulted(schema::ConsultationIn::Reader consultation);
void fillConsultation(schema::Consultation::Builder to, schema::ConsultationIn::Reader from);

// --- the case ------------------------------------------------------------------------------------

// Names a case of this provider; null when the command names none, or when it names one that is not here (then
// R-OKAND).
struct NamedCase {
  const Case* found = nullptr;
  bool isUnknown = false;
};
NamedCase namedCase(const Context& ctx);
inline Verdict caseIsKnown(const NamedCase& named) {
  return named.isUnknown ? refuse(RefusalCode::UNKNOWN_THING) : ok();
}

// §00.1: under the law, or preventive, as the need was assessed at t; late documentation is judged by that.
schema::CaseBasis basisAt(const PatientState& patient, const Case& of, Micros t);

// A step that follows from another event of the same command, in effect from `at`.
void draftCaseStep(Context& ctx, schema::Body::Which kind, const Case& of, const ThingId& consent, Micros at);

// --- consent (consent.c++) -----------------------------------------------------------------------

// Everything that must hold before a consent is recorded, and its ConsentGiven with what follows: cases that open or
// resume. `answered`: the offer accepted in the same command, whose acceptance the state does not hold yet.
Verdict consentMayBeGiven(const Context& ctx, schema::GiveConsent::Reader asked);
void draftConsent(Context& ctx, schema::GiveConsent::Reader asked, const Offer* answered);

// A withdrawal ends what was given before it, also what is recorded later (domain §00.47).
std::optional<Micros> withdrawnAfter(const PatientState& patient, const SubjectKey& provider, schema::ConsentKind kind,
                                     Micros givenAt);

}  // namespace liggare::law
