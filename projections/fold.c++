#include "projections/fold.h"

#include <capnp/schema.h>

#include "projections/opened.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;

// Members of Body that this program knows. The schema's own count would do, were it not that a new member must be
// looked at here: a test holds the two together.
constexpr uint16_t KINDS_KNOWN = 130;

SubjectKey keyIf(bool there, schema::Id::Reader id) { return there ? keyOf(id) : SubjectKey{}; }

// --- journal -------------------------------------------------------------------------------------------------------

// Under which id the law knows the item (law/item-row.h): the thing it makes, or, for an act about an earlier thing,
// the event's own id. A revised plan is signed by itself, and not with the plan it revises.
bool makesItsThing(Kind kind) {
  switch (kind) {
    case Kind::OFFER_ACCEPTED:
    case Kind::OFFER_DECLINED:
    case Kind::CASE_OPENED:
    case Kind::CASE_PAUSED:
    case Kind::CASE_RESUMED:
    case Kind::CASE_CLOSED:
    case Kind::CONTACT_PERSON_ENDED:
    case Kind::CONSENT_WITHDRAWN:
    case Kind::CONSENT_ANNULLED:
    case Kind::BLOCK_REVOKED:
    case Kind::BLOCK_ANNULLED:
    case Kind::LIFT_CANCELLED:
    case Kind::OUTER_LIFT_GRANTED:
    case Kind::OUTER_LIFT_REFUSED:
    case Kind::NOTE_SIGNED:
    case Kind::NOTE_COUNTERSIGNED:
    case Kind::SIGNATURE_WAIVED:
    case Kind::PLAN_REVISED:
    case Kind::PLAN_FOLLOWED_UP:
    case Kind::FK_REQUEST_ANSWERED:
    case Kind::FK_REQUEST_REFUSED:
    case Kind::COPY_REFUSED:
    case Kind::REFERRED_TO_IVO:
    case Kind::COMPLAINT_ANSWERED:
    case Kind::AVAILABILITY_WITHDRAWN:
    case Kind::NOTE_MARKED_MISFILED:
    case Kind::DEVIATION_FLAGGED:
    case Kind::INCIDENT_REGISTERED: return false;
    default: return true;
  }
}

JournalRow journalRowOf(const OpenedEvent& event, schema::PatientPart::Reader part) {
  auto common = event.view.common;
  JournalRow row;
  row.patient = keyOf(part.getPatient());
  row.provider =
      common.hasInfoProvider() ? keyOf(common.getInfoProvider()) : keyIf(common.hasProvider(), common.getProvider());
  row.occurredAt = common.getOccurredAt();
  row.position = event.view.position;
  row.kind = common.getKind();
  row.itemClass = static_cast<uint8_t>(common.getItemClass());
  row.reality = static_cast<uint8_t>(common.getReality());
  row.offsetMinutes = common.getOffsetMinutes();
  row.recordedAt = event.view.recordedAt;
  row.thing = common.hasThing() && makesItsThing(static_cast<Kind>(row.kind)) ? thingOf(common.getThing())
                                                                              : ThingId::from(event.view.id);
  if (common.hasCaseId()) row.caseId = thingOf(common.getCaseId());
  row.target = targetOf(part.getBody());
  row.unit = common.hasInfoUnit() ? keyOf(common.getInfoUnit()) : keyIf(common.hasUnit(), common.getUnit());
  if (event.view.actor.isStaff()) {
    row.author = keyOf(event.view.actor.getStaff().getPerson());
    row.commission = keyOf(event.view.actor.getStaff().getCommission());
  }
  for (auto code : common.getViolations()) row.violations.push_back(static_cast<uint16_t>(code));
  return row;
}

void foldJournal(const OpenedEvent& event, const RowSink& put) {
  for (auto& part : event.view.patients) {
    if (!part.isBody()) continue;
    JournalRow row = journalRowOf(event, part);
    put(rowOf(row));
    if (!row.target.isZero()) put(rowOf(PointerRow{row.patient, row.target, row.position, row.kind, row.recordedAt}));
  }
}

// --- access --------------------------------------------------------------------------------------------------------

void foldAccess(const OpenedEvent& event, const RowSink& put) {
  auto body = bodyOf(event);
  if (body.isReviewItemOpened()) {
    auto item = body.getReviewItemOpened();
    if (item.hasTarget())
      put(rowOf(TriggerRow{thingOf(item.getTarget()), event.view.position, stringOf(item.getTrigger())}));
    return;
  }
  if (!isAccess(body)) return;
  auto access = accessOf(body);
  auto common = event.view.common;
  AccessIndexRow row;
  row.at = event.view.recordedAt;
  row.position = event.view.position;
  row.kind = common.getKind();
  row.outcome = static_cast<uint8_t>(access.getOutcome());
  row.view = static_cast<uint8_t>(access.getView());
  row.step = static_cast<uint8_t>(access.getStep());
  row.action = static_cast<uint8_t>(access.getAction());
  row.reader = keyIf(common.hasProvider(), common.getProvider());
  auto add = [&](AccessBy by, const SubjectKey& subject) {
    if (subject.isZero()) return;
    row.by = by;
    row.subject = subject;
    put(rowOf(row));  // one subject twice is one row: the keys are equal
  };
  if (event.view.actor.isStaff()) add(AccessBy::ACTOR, keyOf(event.view.actor.getStaff().getPerson()));
  if (common.hasUnit()) add(AccessBy::UNIT, keyOf(common.getUnit()));
  for (auto& part : event.view.patients) {
    if (!part.isAccess()) continue;
    add(AccessBy::PATIENT, keyOf(part.getPatient()));
    for (auto resource : part.getAccess().getResources())
      if (resource.hasProvider()) add(AccessBy::OWNER, keyOf(resource.getProvider()));
  }
}

// --- directory -----------------------------------------------------------------------------------------------------

void foldGovernance(const OpenedEvent& event, schema::Body::Reader body, const RowSink& put) {
  auto common = event.view.common;
  SubjectKey provider = keyIf(common.hasProvider(), common.getProvider());
  auto add = [&](Entitled what, const SubjectKey& key, const SubjectKey& within = {}) {
    if (!key.isZero()) put(rowOf(DirectoryRow{what, key, event.view.position, within}));
  };
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED:
      add(Entitled::PROVIDER, keyOf(body.getProviderRegistered().getProvider()));
      add(Entitled::REGION, keyOf(body.getProviderRegistered().getRegionKey()));
      break;
    case Kind::UNIT_REGISTERED: add(Entitled::UNIT, keyOf(body.getUnitRegistered().getUnit()), provider); break;
    case Kind::COMMISSION_SYNCED: {
      auto synced = body.getCommissionSynced();
      SubjectKey commission = keyOf(synced.getCommission()), person = keyOf(synced.getPerson());
      add(Entitled::COMMISSION, commission, person);
      add(Entitled::STAFF, person, commission);
      break;
    }
    case Kind::REGION_POLICY_SET: add(Entitled::REGION, keyOf(body.getRegionPolicySet().getRegion())); break;
    case Kind::INTER_REGION_AGREEMENT_RECORDED:
      add(Entitled::REGION, keyOf(body.getInterRegionAgreementRecorded().getHome()));
      add(Entitled::REGION, keyOf(body.getInterRegionAgreementRecorded().getPerforming()));
      break;
    case Kind::PERFORMER_CONTRACT_RECORDED:
      add(Entitled::REGION, keyOf(body.getPerformerContractRecorded().getRegion()));
      break;
    case Kind::RESIDENCE_CHANGED: add(Entitled::REGION, keyOf(body.getResidenceChanged().getRegion())); break;
    case Kind::PROVIDER_POLICY_SET: add(Entitled::POLICY, provider); break;
    default: break;
  }
}

Entitled protectionRow(schema::ProtectionKind kind) {
  return kind == schema::ProtectionKind::SECRECY_MARK ? Entitled::PATIENT_SECRECY_MARK
                                                      : Entitled::PATIENT_PROTECTED_REGISTRATION;
}

// What is needed to head a page: number, name, protection. Whether a registration brought a name is seen when it is
// opened.
void foldPatient(const OpenedEvent& event, schema::PatientPart::Reader part, const RowSink& put) {
  auto body = part.getBody();
  auto add = [&](Entitled what) { put(rowOf(DirectoryRow{what, keyOf(part.getPatient()), event.view.position, {}})); };
  switch (body.which()) {
    case Kind::PATIENT_REGISTERED:
      add(Entitled::PATIENT_REGISTERED);
      add(Entitled::PATIENT_IDENTIFIER);
      add(Entitled::PATIENT_NAME);
      break;
    case Kind::PATIENT_IDENTIFIER_ADDED: add(Entitled::PATIENT_IDENTIFIER); break;
    case Kind::PERSON_DATA_RECORDED:
      if (body.getPersonDataRecorded().getHasName()) add(Entitled::PATIENT_NAME);
      break;
    case Kind::PROTECTION_MARKED: add(protectionRow(body.getProtectionMarked().getKind())); break;
    case Kind::PROTECTION_LIFTED: add(protectionRow(body.getProtectionLifted().getKind())); break;
    case Kind::PATIENT_DIED: add(Entitled::PATIENT_DIED); break;
    default: break;
  }
}

void foldDirectory(const OpenedEvent& event, const RowSink& put) {
  foldGovernance(event, bodyOf(event), put);
  for (auto& part : event.view.patients)
    if (part.isBody()) foldPatient(event, part, put);
}

bool isEngineEntry(const OpenedEvent& event) { return !std::holds_alternative<std::monostate>(event.entry.engine); }

}  // namespace

std::optional<FoldStop> stopsAt(const OpenedEvent& event) {
  if (auto* unknown = std::get_if<UnknownFact>(&event.entry.engine))
    return FoldStop{FoldStop::Why::UNKNOWN_KIND, unknown->tag};
  if (isEngineEntry(event) || event.destroyed) return std::nullopt;
  uint16_t kind = event.view.common.getKind();
  if (kind == 0) return FoldStop{FoldStop::Why::NOT_OPENED, 0};
  if (kind >= KINDS_KNOWN) return FoldStop{FoldStop::Why::UNKNOWN_KIND, kind};
  return std::nullopt;
}

void foldInto(ViewKind view, const OpenedEvent& event, const RowSink& put) {
  if (isEngineEntry(event) || event.destroyed) return;
  switch (view) {
    case ViewKind::JOURNAL: return foldJournal(event, put);
    case ViewKind::ACCESS: return foldAccess(event, put);
    case ViewKind::DIRECTORY: return foldDirectory(event, put);
  }
}

bool removesRows(const OpenedEvent& event) { return std::holds_alternative<DestroyedFact>(event.entry.engine); }

ThingId targetOf(schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::NOTE_SIGNED: return thingOf(body.getNoteSigned().getNote());
    case Kind::NOTE_COUNTERSIGNED: return thingOf(body.getNoteCountersigned().getNote());
    case Kind::SIGNATURE_WAIVED: return thingOf(body.getSignatureWaived().getNote());
    case Kind::NOTE_CORRECTED: return thingOf(body.getNoteCorrected().getTarget());
    case Kind::PATIENT_DISSENT_NOTED: return thingOf(body.getPatientDissentNoted().getTarget());
    case Kind::CONSENT_WITHDRAWN: return thingOf(body.getConsentWithdrawn().getConsent());
    case Kind::CONSENT_ANNULLED: return thingOf(body.getConsentAnnulled().getConsent());
    case Kind::BLOCK_REVOKED: return thingOf(body.getBlockRevoked().getBlock());
    case Kind::BLOCK_ANNULLED: return thingOf(body.getBlockAnnulled().getBlock());
    case Kind::BLOCK_TEMPORARILY_LIFTED: return thingOf(body.getBlockTemporarilyLifted().getBlock());
    case Kind::LIFT_CANCELLED: return thingOf(body.getLiftCancelled().getLift());
    case Kind::DEVIATION_FLAGGED: return thingOf(body.getDeviationFlagged().getTarget());
    case Kind::INCIDENT_REGISTERED: return thingOf(body.getIncidentRegistered().getTarget());
    case Kind::NOTE_MARKED_MISFILED: return thingOf(body.getNoteMarkedMisfiled().getTarget());
    case Kind::COPY_REFUSED: return thingOf(body.getCopyRefused().getRequest());
    case Kind::REFERRED_TO_IVO: return thingOf(body.getReferredToIvo().getRequest());
    case Kind::COMPLAINT_ANSWERED: return thingOf(body.getComplaintAnswered().getComplaint());
    case Kind::AVAILABILITY_WITHDRAWN: return thingOf(body.getAvailabilityWithdrawn().getAvailability());
    default: return {};
  }
}

}  // namespace liggare
