// Who may ask at all: the commission, its authorisation, the login; then whether the patient is known, the time
// possible and the writer one who takes part. Called by decide.c++ and by the chapters in the order of
// schemas/refusal.capnp.
#include <algorithm>

#include "engine/law/gate.h"
#include "engine/law/naming.h"

namespace liggare::law {
namespace {

using Which = schema::Command::Which;
using schema::LoginMethod;

const char* const DEMO_CLIENT = "demo:";  // set by the engine for a journal made by `init --demo`, never by a client
const char* const FEED_CLIENT = "feed:";  // a source of population or booking data that the operator connected

bool startsWith(const std::string& client, std::string_view prefix) {
  return client.compare(0, prefix.size(), prefix) == 0;
}

// The fragment the command is about; for a registration the one it may introduce.
const PatientState* resolvePatient(const Context& ctx) {
  auto ref = ctx.command.getPatient();
  if (isKnown(ref) || ref.getState() == schema::Ref::State::UNKNOWN) return ctx.view.patient(keyOf(ref));
  if (isInvalid(ref) || !ctx.command.isRegisterPatient()) return nullptr;
  auto identifiers = ctx.command.getRegisterPatient().getIdentifiers();
  return identifiers.size() > 0 ? ctx.view.patient(keyOf(identifiers[0])) : nullptr;
}

// HSLF-FS 2016:40 3 kap. 15 §. A level is only as good as the method that reached it.
bool isStrongLogin(const Context& ctx) {
  auto login = ctx.caller.getAuthentication();
  switch (login.getMethod()) {
    case LoginMethod::SMART_CARD:
    case LoginMethod::MOBILE_EID:
    case LoginMethod::CERTIFICATE: return login.getLevel() >= ctx.rules.minimumLevel;
    case LoginMethod::LOCAL_CLAIM: return startsWith(ctx.client, DEMO_CLIENT);
    default: return false;
  }
}

// At the machine itself the operating system's user stands in for the login, when the provider has granted it.
bool hasLocalGrant(const Context& ctx) {
  auto login = ctx.caller.getAuthentication();
  if (login.getMethod() != LoginMethod::LOCAL_CLAIM || login.getOsUser().size() == 0) return false;
  const std::string osUser = login.getOsUser().cStr();
  auto& grants = ctx.commission->localGrants;
  return std::any_of(grants.begin(), grants.end(), [&](const LocalGrant& grant) {
    return grant.osUser == osUser && grant.valid.covers(ctx.recordedAt);
  });
}

bool isReviewed(const ProviderState& provider, const ThingId& analysis, Micros t) {
  return std::any_of(provider.analyses.begin(), provider.analyses.end(), [&](const RiskAnalysis& a) {
    return a.id == analysis && a.validFrom <= t && (a.reviewBy == 0 || t < a.reviewBy);  // never: granted when in force
  });
}

// HSLF-FS 2016:40 4 kap. 2 §: the authorisation rests on an analysis. Whether one that is due for review stops the work
// is the provider's own policy (domain case 34).
Verdict analysisHolds(const Context& ctx) {
  if (!ctx.provider->policy.expiredAnalysisStops) return ok();
  for (const Authorisation& authorisation : ctx.commission->authorisations)
    if (authorisation.valid.covers(ctx.recordedAt) && isReviewed(*ctx.provider, authorisation.analysis, ctx.recordedAt))
      return ok();
  return refuse(RefusalCode::RISK_ANALYSIS_MISSING);
}

// PDL 4 kap. 2 §: the commission stands, an authorisation of it is in force, and it covers the stated purpose.
Verdict staffMayAct(Context& ctx) {
  auto ref = ctx.caller.getStaff().getCommission();
  const CommissionState* commission = isKnown(ref) ? ctx.view.commission(subjectKey(ref.getKey())) : nullptr;
  if (!commission || !commission->exists) return refuse(RefusalCode::NOT_AUTHORISED);  // never: a known one is synced
  const ProviderState* provider = ctx.view.provider(commission->provider);
  if (!provider || !provider->exists) return refuse(RefusalCode::NOT_AUTHORISED);  // never: a commission has its own
  ctx.commission = commission;
  ctx.provider = provider;

  const Micros t = ctx.recordedAt;
  auto& granted = commission->authorisations;
  const bool authorised =
      std::any_of(granted.begin(), granted.end(), [&](const Authorisation& a) { return a.valid.covers(t); });
  auto& purposes = commission->purposes;
  const bool covers = std::find(purposes.begin(), purposes.end(), ctx.command.getPurpose()) != purposes.end();
  if (!commission->valid.covers(t) || !authorised || !covers) return refuse(RefusalCode::NOT_AUTHORISED);
  if (!isStrongLogin(ctx) && !hasLocalGrant(ctx)) return refuse(RefusalCode::STRONG_LOGIN_MISSING);
  return analysisHolds(ctx);
}

// The operator starts a provider: registers it and makes its first analysis, commission and authorisation. From then on
// the provider governs itself, and the operator may only let somebody at the machine act under a commission.
Verdict operatorMayAct(Context& ctx) {
  auto provider = [&](const SubjectKey& key) {
    const ProviderState* found = key.isZero() ? nullptr : ctx.view.provider(key);
    if (found && found->exists) ctx.provider = found;
    return ctx.provider;
  };
  auto providerOf = [&](schema::Ref::Reader commission) {
    const CommissionState* found = isKnown(commission) ? ctx.view.commission(subjectKey(commission.getKey())) : nullptr;
    return provider(found && found->exists ? found->provider : SubjectKey{});  // never: a known one exists
  };
  auto onlyFirst = [&](const ProviderState* target, size_t earlier) {
    if (!target) return refuse(RefusalCode::UNKNOWN_THING);
    return earlier == 0 ? ok() : refuse(RefusalCode::NOT_AUTHORISED);
  };
  switch (ctx.command.which()) {
    case Which::REGISTER_PROVIDER: return ok();
    case Which::ADOPT_RISK_ANALYSIS: {
      auto* target = provider(subjectKey(ctx.command.getAdoptRiskAnalysis().getProvider().getKey()));
      return onlyFirst(target, target ? target->analyses.size() : 0);
    }
    case Which::SYNC_COMMISSION: {
      auto* target = provider(subjectKey(ctx.command.getSyncCommission().getProvider().getKey()));
      return onlyFirst(target, target ? target->commissions : 0);
    }
    case Which::GRANT_AUTHORISATION: {
      auto* target = providerOf(ctx.command.getGrantAuthorisation().getCommission());
      return onlyFirst(target, target ? target->authorisations : 0);
    }
    case Which::GRANT_LOCAL_ACCESS: return onlyFirst(providerOf(ctx.command.getGrantLocalAccess().getCommission()), 0);
    default: return refuse(RefusalCode::NOT_AUTHORISED);
  }
}

// What the individual does themselves: consents, blocks, their own journal and its log (PDL 5 kap. 5 §), and a request
// for erasure, which has its own answer. Whether a guardian may is for the chapter: never blocks (PDL 4 kap. 4 §).
bool isForTheIndividual(schema::Command::Reader command) {
  switch (command.which()) {
    case Which::GIVE_CONSENT:
    case Which::REFUSE_CONSENT:
    case Which::WITHDRAW_CONSENT:
    case Which::REGISTER_BLOCK:
    case Which::REVOKE_BLOCK:
    case Which::REQUEST_ERASURE:
    case Which::READ_JOURNAL:
    case Which::REQUEST_COPY:
    case Which::OBJECT_QUALITY_REGISTER:
    case Which::RECEIVE_COMPLAINT:
    case Which::REQUEST_DESTRUCTION: return true;
    case Which::READ_ACCESS_LOG:
      return command.getReadAccessLog().getPerspective() == schema::ReadAccessLog::Perspective::PATIENT;
    default: return false;
  }
}

// HSLF-FS 2025:57 asks for strong authentication of the individual too; before it only of staff.
Verdict individualMayAct(const Context& ctx) {
  if (!isForTheIndividual(ctx.command)) return refuse(RefusalCode::NOT_AUTHORISED);
  if (ctx.rules.patientNeedsStrongLogin && !isStrongLogin(ctx)) return refuse(RefusalCode::STRONG_LOGIN_MISSING);
  return ok();
}

bool isSelf(const Context& ctx, schema::Ref::Reader actor) {
  if (!ctx.patient || !isKnown(actor)) return false;
  const SubjectKey key = keyOf(actor);
  auto& keys = ctx.patientKeys;
  return key == ctx.patient->key || std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool isGuardianOf(const Context& ctx, schema::Ref::Reader actor) {
  if (!ctx.patient || !isKnown(actor)) return false;
  const SubjectKey person = subjectKey(actor.getKey());
  return std::any_of(ctx.patient->guardians.begin(), ctx.patient->guardians.end(), [&](const Guardian& g) {
    const bool speaks = g.isGuardian || (g.hasAuthorityDocument && g.hasLegalDecision);
    return g.person == person && speaks && g.valid.covers(ctx.recordedAt);
  });
}

// Feeds tell facts that others answer for: the population register, the booking system.
Verdict systemMayAct(const Context& ctx) {
  const bool connected = startsWith(ctx.client, FEED_CLIENT) || startsWith(ctx.client, DEMO_CLIENT);
  if (!connected) return refuse(RefusalCode::NOT_AUTHORISED);
  switch (ctx.command.which()) {
    case Which::REGISTER_RELATION:
    case Which::RECORD_PERSON_DATA:
    case Which::CHANGE_RESIDENCE:
    case Which::RECORD_DEATH:
    case Which::MARK_PROTECTION: return ok();
    default: return refuse(RefusalCode::NOT_AUTHORISED);
  }
}

enum class PatientNeed { NONE, IF_NAMED, ALWAYS };
PatientNeed patientNeed(Which command) {
  if (command <= Which::GRANT_LOCAL_ACCESS) return PatientNeed::NONE;
  switch (command) {
    case Which::REGISTER_PATIENT:  // the chapter judges the identifiers themselves
    case Which::GIVE_APPROVAL:
    case Which::REGISTER_PROCESSOR:
    case Which::REVIEW_AUTHORISATION:
    case Which::CHANGE_AUTHORISATION:
    case Which::SET_REVIEW_TRIGGER:
    case Which::SET_RETENTION_POLICY:
    case Which::READ_LIST:  // names its patients itself
    case Which::READ_STATISTICS: return PatientNeed::NONE;
    case Which::INFORM_PATIENT_OF_BREACH: return PatientNeed::ALWAYS;
    case Which::SET_LEGAL_HOLD:
    case Which::RELEASE_LEGAL_HOLD:
    case Which::ORDER_CUSTODY:
    case Which::TRANSFER_CUSTODY:
    case Which::DECIDE_DISPOSAL:
    case Which::DISPOSE:
    case Which::SET_PRIORITY:
    case Which::READ_ACCESS_LOG:
    case Which::SEARCH:
    case Which::READ_EVENTS: return PatientNeed::IF_NAMED;
    default: break;
  }
  const bool review = command >= Which::OPEN_REVIEW_CAMPAIGN && command <= Which::CLOSE_CAMPAIGN;
  return review ? PatientNeed::IF_NAMED : PatientNeed::ALWAYS;
}

// A planned act lies ahead by its nature; everything else that is recorded has happened.
bool mayLieAhead(schema::Command::Reader command) {
  if (command.getReality() != schema::Reality::PLANNED) return false;
  switch (command.which()) {
    case Which::RECORD_INTERVENTION:
    case Which::ESTABLISH_PLAN:
    case Which::REVISE_PLAN:
    case Which::FOLLOW_UP_PLAN:
    case Which::RECORD_EXTERNAL_CONTACT:
    case Which::INFORM_FK:
    case Which::RECORD_DISCLOSURE: return true;
    default: return false;
  }
}

// A patient under several keys is judged, and written about, as one.
void joinPatient(Context& ctx) {
  ctx.patientKeys = keysOf(ctx.view, *ctx.patient);
  if (ctx.patientKeys.size() < 2) return;
  ctx.joined = joinStates(ctx.view, *ctx.view.patient(ctx.patientKeys.front()));
  ctx.patient = &*ctx.joined;
}

}  // namespace

bool Context::hasRight(schema::Right right) const {
  if (!commission) return false;  // never: mayAct lets nobody else so far
  auto& rights = commission->rights;
  return std::find(rights.begin(), rights.end(), right) != rights.end();
}

// PDL 4:2: an act needs somebody who may act, under a commission in force or for oneself.
Verdict mayAct(Context& ctx) {
  ctx.patient = resolvePatient(ctx);
  if (ctx.patient && !ctx.patient->merges.empty()) joinPatient(ctx);
  auto actor = ctx.caller;
  switch (actor.which()) {
    case schema::Caller::STAFF: return staffMayAct(ctx);
    case schema::Caller::OPERATOR: return operatorMayAct(ctx);
    case schema::Caller::PATIENT:
      return isSelf(ctx, actor.getPatient()) ? individualMayAct(ctx) : refuse(RefusalCode::NOT_AUTHORISED);
    case schema::Caller::GUARDIAN:
      return isGuardianOf(ctx, actor.getGuardian()) ? individualMayAct(ctx) : refuse(RefusalCode::NOT_AUTHORISED);
    case schema::Caller::SYSTEM: return systemMayAct(ctx);
    default: return refuse(RefusalCode::NOT_AUTHORISED);  // authorities ask through a provider's records office
  }
}

// PDL 4:2: the commission gives the right, or it is not there.
Verdict needsRight(const Context& ctx, schema::Right right) {
  return ctx.hasRight(right) ? ok() : refuse(RefusalCode::NOT_AUTHORISED);
}

// PDL 3:1: a journal is somebody's; the person is one that the engine has been told of.
Verdict patientKnown(const Context& ctx) {
  const PatientNeed need = patientNeed(ctx.command.which());
  const auto state = ctx.command.getPatient().getState();
  if (state == schema::Ref::State::INVALID) return refuse(RefusalCode::IDENTIFIER_INVALID);
  if (need == PatientNeed::NONE || (need == PatientNeed::IF_NAMED && state == schema::Ref::State::ABSENT)) return ok();
  const bool known = state == schema::Ref::State::KNOWN && ctx.patient && ctx.patient->exists;  // never: known: loaded
  return known ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

// PDL 3 kap. 6 and 9 §§. Both codes concern what is claimed; the server's own time is never in question.
Verdict timeIsRight(const Context& ctx, Lateness lateness) {
  const Micros occurredAt = ctx.occurredAt();
  if (occurredAt > ctx.recordedAt) return mayLieAhead(ctx.command) ? ok() : refuse(RefusalCode::IN_THE_FUTURE);
  if (lateness == Lateness::FREE || ctx.command.getLateReason().size() > 0) return ok();
  const int64_t hours = ctx.provider ? ctx.provider->policy.lateHours : ProviderPolicy{}.lateHours;  // never: has one
  return ctx.recordedAt - occurredAt > hours * HOUR ? refuse(RefusalCode::LATE_WITHOUT_REASON) : ok();
}

// PDL 4 kap. 1 § for those who write. Taking part now or when it occurred; and the unit that has or had the case goes
// on completing the journal after it closed, or after the patient died (PDL 3 kap. 9, 11, 14 §§).
Verdict careParticipation(const Context& ctx) {
  if (!ctx.commission) return ok();  // never: the individual, a feed and the operator are bounded by mayAct
  const PatientState& patient = *ctx.patient;
  const CommissionState& writer = *ctx.commission;
  if (isOwnJournal(writer, patient)) return refuse(RefusalCode::INNER_SECRECY);
  auto takesPart = [&](Micros t) { return takesPartInCare(patient, writer, t); };
  if (takesPart(ctx.recordedAt) || takesPart(ctx.occurredAt())) return ok();
  const bool unitsCase =
      std::any_of(patient.cases.begin(), patient.cases.end(), [&](const Case& c) { return c.unit == writer.unit; });
  return unitsCase ? ok() : refuse(RefusalCode::INNER_SECRECY);
}

}  // namespace liggare::law
