// What events about consent leave behind. A consent's period is cut by its withdrawal; an annulled one was never given.
#include <algorithm>

#include "engine/law/coordination.h"
#include "engine/law/item-row.h"

namespace liggare::law {
namespace {

using schema::Body;

void addSettled(PatientState& state, Item item) {
  item.sign = schema::SignState::WAIVED;  // nothing to sign
  state.items.push_back(std::move(item));
}

void end(Period& valid, Micros at) {
  const Micros to = std::max(at, valid.from);  // an empty period when it ends before it began
  if (valid.to == 0 || to < valid.to) valid.to = to;
}

void applyGiven(PatientState& state, schema::ConsentGiven::Reader body, const EventView& event) {
  Consent consent;
  consent.id = thingId(body.getConsent());
  consent.position = event.position;
  if (event.common.hasProvider()) consent.provider = subjectKey(event.common.getProvider());  // never: all have one
  consent.kind = body.getKind();
  consent.givenBy = body.getGivenBy();
  consent.givenAt = body.getGivenAt();
  consent.valid = {body.getValidFrom(), body.getValidTo()};
  if (body.hasScopeUnit()) consent.scopeUnit = subjectKey(body.getScopeUnit());
  if (body.hasScopeStaff()) consent.scopeStaff = subjectKey(body.getScopeStaff());
  for (auto recipient : body.getRecipients())
    consent.recipients.emplace_back(recipient.getType(), recipient.getOrgId().cStr());
  for (auto category : body.getCategories()) consent.categories.push_back(category);
  if (body.hasBlockId()) consent.block = thingId(body.getBlockId());
  for (const Consent& other : state.consents) {
    const bool scoped = consent.kind != schema::ConsentKind::C1 && consent.kind != schema::ConsentKind::C2;
    const bool same = other.kind == consent.kind && other.provider == consent.provider &&
                      (!scoped || (other.scopeUnit == consent.scopeUnit && other.scopeStaff == consent.scopeStaff &&
                                   other.block == consent.block && other.recipients == consent.recipients &&
                                   other.categories == consent.categories));
    if (same && other.withdrawn && !other.annulled && other.valid.to > consent.givenAt)
      end(consent.valid, other.valid.to);
  }
  state.consents.push_back(std::move(consent));
  addSettled(state, itemRow(event));
}

enum class Ending { WITHDRAWN, ANNULLED };
void applyEnded(PatientState& state, schema::ConsentWithdrawn::Reader body, const EventView& event, Ending how) {
  const ThingId id = thingId(body.getConsent());
  for (Consent& consent : state.consents) {
    if (consent.id != id) continue;
    consent.endedBy = event.position;
    if (how == Ending::ANNULLED) {
      consent.annulled = true;
    } else {
      consent.withdrawn = true;
      end(consent.valid, body.getEffectiveAt());
    }
  }
  addSettled(state, itemRowAbout(event, id));
}

}  // namespace

std::optional<Micros> withdrawnAfter(const PatientState& patient, const SubjectKey& provider, schema::ConsentKind kind,
                                     Micros givenAt) {
  if (kind != schema::ConsentKind::C1 && kind != schema::ConsentKind::C2)  // never: only C1 is asked about
    return std::nullopt;                                                   // others have a scope each
  std::optional<Micros> first;
  for (const Consent& consent : patient.consents) {
    const bool counts = consent.withdrawn && !consent.annulled && consent.provider == provider && consent.kind == kind;
    if (counts && consent.valid.to > givenAt && (!first || consent.valid.to < *first)) first = consent.valid.to;
  }
  return first;
}

void evolveConsent(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::CONSENT_GIVEN: return applyGiven(state, body.getConsentGiven(), event);
    case Body::CONSENT_REFUSED: return addSettled(state, itemRow(event));
    case Body::CONSENT_WITHDRAWN: return applyEnded(state, body.getConsentWithdrawn(), event, Ending::WITHDRAWN);
    case Body::CONSENT_ANNULLED: return applyEnded(state, body.getConsentAnnulled(), event, Ending::ANNULLED);
    default: return;
  }
}

}  // namespace liggare::law
