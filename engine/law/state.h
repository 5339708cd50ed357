// What the rules know: plain structs, folded from events by evolve and read by decide. No I/O, no clock, no threads.
//
// A fragment is the state of one subject (a patient, a commission, a provider, a region), defined as the fold over that
// subject's book. The writer loads fragments and keeps them; law/ only ever sees them through StateView.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "schemas/common.capnp.h"
#include "schemas/refusal.capnp.h"

namespace liggare::law {

// Half-open validity: from ≤ t < to; to == 0 means until further notice.
struct Period {
  Micros from = 0;
  Micros to = 0;
  bool covers(Micros t) const { return from <= t && (to == 0 || t < to); }
};
// Validity in calendar days, both ends included; to == 0 means open.
struct DayPeriod {
  Days from = 0;
  Days to = 0;
  bool covers(Days d) const { return from <= d && (to == 0 || d <= to); }
};

// --- governance
// ---------------------------------------------------------------------------------------------------------

struct Authorisation {
  ThingId id;
  ThingId analysis;
  Period valid;
  Position position = 0;
  Position endedBy = 0;   // position of the revocation, for "unchanged"
  Micros nextReview = 0;  // when it is to be followed up next; 0: never said
};
struct LocalGrant {
  std::string osUser;
  Period valid;
  Position position = 0;
};

struct CommissionState {  // medarbetaruppdrag
  bool exists = false;
  SubjectKey key, person, provider, unit;
  std::string hsaId, personHsaId, personName, title, function, process;
  std::vector<schema::Purpose> purposes;
  std::vector<schema::Right> rights;
  Period valid;
  SubjectKey patientKey;  // the same human being as a patient, when known
  bool protectedPerson = false;
  std::vector<Authorisation> authorisations;
  std::vector<LocalGrant> localGrants;
  Position endedBy = 0;  // 0: no end was recorded
};

struct UnitState {
  SubjectKey key, authority;  // authority: PUA, zero when the provider has only one
  std::string hsaId, name;
  schema::UnitType type = schema::UnitType::OTHER;
  std::vector<std::string> processes;
  bool fmu = false;
  Position position = 0;
};
struct RiskAnalysis {
  ThingId id;
  uint16_t version = 0;
  Micros validFrom = 0;
  Micros reviewBy = 0;
  Position position = 0;
};
struct ProviderPolicy {
  bool showStaffName = false;
  bool showDenied = false;
  uint16_t lateHours = 24;
  bool expiredAnalysisStops = false;
  uint16_t logRetentionYears = 10;
  uint16_t signWithinDays = 14;
};
// §00.40: a second person said yes to exactly one command, before it was sent.
struct Approval {
  ThingId id;
  SubjectKey by;  // person
  std::string digest;
  Period valid;
  Position position = 0;
};
struct Processor {  // personuppgiftsbiträde, GDPR art. 28
  ThingId id;
  std::string orgNumber;
  std::vector<schema::ProcessorScope> scope;
  Period valid;
  Position position = 0;
};
struct RetentionRule {
  ThingId id;
  schema::RetentionClass what{};
  uint16_t years = 0;
  Micros from = 0;
  Position position = 0;
};
// Kept until further notice, whatever a clock says. An IVO decision goes before it once it has been reviewed.
struct LegalHold {
  ThingId id;
  schema::RetentionClass what{};
  SubjectKey patient;          // zero: everybody's
  std::vector<ThingId> items;  // empty: all of the class
  Period span;                 // of the log, when the hold is on one
  Position position = 0;
  Position releasedBy = 0;
};
// §00.32: T03, T04 and T06 are off until a list is decided, with its DPIA and owner.
struct ReviewTrigger {
  std::string trigger;
  bool on = false;
  uint16_t version = 0;
  Micros validTo = 0;
  Position position = 0;
};
struct ProviderState {  // vårdgivare: the legal entity
  bool exists = false;
  SubjectKey key, region;
  std::string hsaId, name, orgNumber, regionCode;
  schema::ProviderKind kind = schema::ProviderKind::PUBLIC;
  std::map<SubjectKey, UnitState> units;
  std::vector<RiskAnalysis> analyses;
  std::vector<Period> svod;  // when connected to sammanhållen journalföring
  ProviderPolicy policy;
  std::set<SubjectKey> staffAsPatients;  // colleagues whose own journals these would be (T05)
  uint32_t commissions = 0;              // how many were ever synced: the operator may only make the first
  uint32_t authorisations = 0;
  Position registeredBy = 0;
  Position svodBy = 0;    // the latest change of the connection
  Position policyBy = 0;  // 0: no policy was ever decided
  std::vector<Approval> approvals;
  std::vector<Processor> processors;
  std::vector<RetentionRule> retention;  // the latest of a class whose `from` has come governs
  std::vector<LegalHold> holds;
  std::vector<ReviewTrigger> triggers;  // one row a trigger
};

struct RegionPolicy {
  ThingId id;
  bool preventiveAllowed = false;
  uint16_t moveGraceDays = 0;
  Period valid;
  bool withoutPermitAllowed = false;  // §00.25
};
struct Agreement {
  ThingId id;
  SubjectKey home, performing;
  ThingId caseOnly;  // zero: all
  DayPeriod valid;
};
struct Contract {
  ThingId id;
  SubjectKey performer;
  DayPeriod valid;
};
struct RegionState {
  bool exists = false;
  SubjectKey key;
  std::string code;
  std::vector<RegionPolicy> policies;
  std::vector<Agreement> agreements;  // where this region is home or performing
  std::vector<Contract> contracts;
};

// --- patient
// ------------------------------------------------------------------------------------------------------------

// PDL 8:6: who answers for the data and which rights there are, by version of the text.
struct PdlInformed {
  ThingId item;
  SubjectKey provider;
  std::string version;
  Position position = 0;
};

struct Alias {
  uint8_t kind = 0;  // IdentifierKind
  IdentifierTag tag;
  Position position = 0;
};
struct Residence {
  SubjectKey region;
  std::string code;
  schema::ResponsibilityBasis basis = schema::ResponsibilityBasis::RESIDENT;
  Micros effective = 0;
  Position position = 0;
};
struct Protection {
  schema::ProtectionKind kind{};
  Period valid;
  Position position = 0;
  Position endedBy = 0;
};
struct Capacity {
  schema::CapacityKind kind{};
  Period valid;
  bool objectionAssumed = false;
  bool attitudeClarified = false;
  ThingId id;
  Position position = 0;
};
struct Guardian {
  SubjectKey person;
  bool isGuardian = true;  // else another representative, with authority document and legal decision
  bool hasAuthorityDocument = false;
  bool hasLegalDecision = false;
  Period valid;
};
struct Relation {
  ThingId id;
  schema::RelationKind kind{};
  SubjectKey provider, unit, staff;  // staff zero: anyone at the unit
  Period valid;
  Position position = 0;
  Position endedBy = 0;  // 0: not ended before its time
};
struct Evidence {
  ThingId id;
  Position position = 0;
  SubjectKey provider;
  schema::EvidenceKind kind{};
  schema::IssuerRole issuer{};
  DayPeriod valid;
};
struct Assessment {
  ThingId id, caseId;
  Position position = 0;
  SubjectKey provider;
  schema::AssessmentOutcome outcome{};
  schema::CaseBasis basis{};
  Micros occurredAt = 0;
  bool spent = false;  // an offer made on it was declined
};
struct Offer {
  ThingId id, caseId, assessment;
  Position position = 0;
  enum class State : uint8_t { OPEN, ACCEPTED, DECLINED } state = State::OPEN;
  Micros madeAt = 0;
  Micros answeredAt = 0;
  Position answeredBy = 0;
};
enum class CaseState : uint8_t { NONE, ASSESSED, OFFERED, ACTIVE, PAUSED, CLOSED };
// The case's history is kept whole, so that "ACTIVE at occurredAt" is a look-up and late documentation is judged by its
// time.
struct Case {
  ThingId id, predecessor;
  SubjectKey provider, unit, region;
  schema::CaseBasis basis{};
  std::optional<ThingId> contract;                    // agreement or contract it rests on
  std::vector<std::pair<Micros, CaseState>> history;  // by effective instant, ascending
  Position closedBy = 0;
  bool withoutPermit = false;  // §00.25: offered by the region's own policy, whoever answers for the patient
  CaseState now() const { return history.empty() ? CaseState::NONE : history.back().second; }
  CaseState at(Micros t) const {
    CaseState s = CaseState::NONE;
    for (auto& [from, state] : history)
      if (from <= t) s = state;
    return s;
  }
};
struct ContactPerson {
  ThingId id, caseId;
  SubjectKey staff, unit, provider;
  bool primary = false;
  Period valid;
  Position position = 0;
  Position endedBy = 0;
  bool responsibleForInformation = false;
};
struct Consent {
  ThingId id;
  Position position = 0;
  SubjectKey provider;
  schema::ConsentKind kind{};
  schema::GivenBy givenBy{};
  Micros givenAt = 0;
  Period valid;  // to is moved by a withdrawal; annulled consents were never valid
  bool withdrawn = false;
  bool annulled = false;
  Position endedBy = 0;  // position of the withdrawal, for "unchanged"
  SubjectKey scopeUnit, scopeStaff;
  std::vector<std::pair<schema::PartnerType, std::string>> recipients;  // type, organisation number
  std::vector<schema::DataCategory> categories;
  ThingId block;  // C7
};
struct Lift {
  ThingId id;
  schema::LiftReason reason{};
  SubjectKey forUnit, forStaff, forProvider;  // forProvider: an outer lift
  Period valid;
  std::vector<ThingId> items;  // empty: all that the block covers
  Position position = 0;
  Position endedBy = 0;  // position of the cancellation, for "unchanged"
};
struct Block {
  ThingId id;
  Position position = 0;
  schema::BlockType type{};
  SubjectKey provider;  // whose information: the blocking provider
  SubjectKey unit;      // inner blocks
  std::string process;
  Period information;  // recordedAt of the items covered; from 0 and to 0: all
  Period valid;
  bool ended = false;
  Position endedBy = 0;
  std::vector<Lift> lifts;
  std::vector<schema::ItemClass> excluded;  // classes that the patient did not want blocked
};
struct OuterRequest {
  ThingId id;
  SubjectKey asker, owner;
  enum class State : uint8_t { OPEN, GRANTED, REFUSED } state = State::OPEN;
  Position answeredBy = 0;
};
// PDL 4:5 p. 2, first step: a unit was shown who has blocked. The lift in an emergency rests on it.
struct SourcesRevealed {
  SubjectKey provider, unit;  // unit: to whom it was shown
  Micros at = 0;
};
// SVOD 3:3, 3:6, first step: which providers there are was shown to somebody at this provider, on that ground. The
// content rests on it.
struct NamesRevealed {
  SubjectKey provider;
  schema::Ground ground{};
  Micros at = 0;
  Position position = 0;
};
struct Suspicion {  // 4 §: presumed need, a duty until handled
  ThingId id, caseId;
  SubjectKey provider;
  bool informed = false;
  bool refused = false;
};
struct FkRequest {
  ThingId id;
  SubjectKey provider;
  schema::Requester requester{};
  std::vector<schema::DataCategory> asked;
  bool answered = false;
  Position answeredBy = 0;
};
// One row per journal item: what the gate decides about, and what a view shows.
struct Item {
  ThingId id;
  Position position = 0;
  schema::ItemClass itemClass{};
  uint16_t kind = 0;  // discriminant of schema::Body
  SubjectKey provider, authority, unit;
  std::string process;
  Micros recordedAt = 0;
  Micros occurredAt = 0;
  schema::SignState sign = schema::SignState::UNSIGNED;
  SubjectKey author;  // person
  ThingId caseId;
  std::optional<ThingId> target;  // what it corrects, signs or disputes
  bool destroyed = false;
  bool misfiled = false;  // it is another person's: shown collapsed, behind a reason (§3.2)
};
struct CopyRequest {  // PDL 8:2: a copy or a log extract
  ThingId id;
  SubjectKey provider;
  schema::RequestedBy requestedBy{};
  schema::CopyScope scope{};
  Position position = 0;
  Position providedBy = 0;
  Position refusedBy = 0;
  Position referredBy = 0;
};
struct QualityObjection {  // B3, PDL 7:2
  ThingId id;
  SubjectKey provider;
  std::string registerName;
  Micros from = 0;
  Position position = 0;
  Position withdrawnBy = 0;
};
struct Complaint {
  ThingId id;
  SubjectKey provider;
  std::vector<ThingId> disputed;  // accesses: T22
  Position position = 0;
  Position answeredBy = 0;
};
// SVOD 2:6: made available although the patient could not be informed. The patient's own shared view leaves it out
// (SVOD 4:2 st. 2).
struct Availability {
  ThingId id, capacity;
  SubjectKey provider;
  Period valid;
  Position position = 0;
  Position endedBy = 0;
};
// One key was joined with another. While it holds, state is taken over both, and what is written stands in both books.
struct Merge {
  ThingId id;
  SubjectKey other;
  // This key's. A bystander was joined with one of the two already: it is told, so that a split finds it too.
  enum class Side : uint8_t { SURVIVOR, ABSORBED, BYSTANDER } side = Side::SURVIVOR;
  Period valid;  // to: the split
  Position position = 0;
  Position splitBy = 0;
};
// PDL 3:11: who got what. Those are told when it is destroyed.
struct Disclosure {
  ThingId id;
  SubjectKey provider;
  schema::PartnerType recipient{};
  std::string orgId;
  std::vector<ThingId> items;
  Position position = 0;
};
struct Handover {
  ThingId id, caseId;
  SubjectKey from, toProvider, toRegion;
  Micros at = 0;
  Position position = 0;
};
struct PatientState {
  bool exists = false;
  SubjectKey key;
  std::vector<Alias> aliases;
  std::optional<Days> birthDay;  // of a personnummer; never derived from a samordningsnummer
  std::vector<Protection> protections;
  std::vector<Residence> residences;  // by effective instant
  std::optional<Days> died;
  std::vector<Capacity> capacity;
  std::vector<Guardian> guardians;
  std::vector<Relation> relations;
  std::vector<Evidence> evidence;
  std::vector<Assessment> assessments;
  std::vector<Offer> offers;
  std::vector<Case> cases;
  std::vector<ContactPerson> contacts;
  std::vector<Consent> consents;
  std::vector<Block> blocks;
  std::vector<OuterRequest> outerRequests;
  std::vector<SourcesRevealed> sourcesRevealed;
  std::vector<NamesRevealed> namesRevealed;
  std::vector<Suspicion> suspicions;
  std::vector<FkRequest> fkRequests;
  std::vector<SubjectKey> svodInformed;  // providers that informed the patient (SVOD 2:2)
  std::vector<Item> items;               // in position order
  Position registeredBy = 0;
  Position diedBy = 0;  // the event that recorded the death
  std::vector<CopyRequest> copyRequests;
  std::vector<QualityObjection> qualityObjections;
  std::vector<Complaint> complaints;
  std::vector<Availability> availabilities;
  std::vector<PdlInformed> pdlInformed;
  std::vector<Merge> merges;
  std::vector<Handover> handovers;
  std::vector<Disclosure> disclosures;
};

// --- arkiv och förstöring (ds), logguppföljning (rv): one of each a provider, the fold over that stream
// ------------------------------------------------------------------------------------------------------------

struct DestructionDependent {  // a correction, a dissent, a copy of what is to be destroyed (§00.22)
  ThingId item, of;
  std::optional<std::pair<bool, Position>> destroy;  // and the event that said so; nothing: not decided yet
};
struct DestructionOrder {
  ThingId id;
  SubjectKey patient;
  std::string ivoReference;
  std::vector<ThingId> items;
  std::vector<DestructionDependent> dependents;
  std::vector<std::pair<ThingId, Position>> holdsReviewed;
  SubjectKey orderedBy, executor, approvedBy;  // persons
  Position position = 0;
  Position approvedAt = 0;
  Position executedAt = 0;
  Position notifiedAt = 0;
  Position confirmedAt = 0;
};
struct Custody {  // PDL 9 kap.
  ThingId id;
  SubjectKey patient;  // zero: the whole archive
  Position position = 0;
  Position transferredBy = 0;
  Micros arrivedAt = 0;  // the ten years of PDL 9:4 begin
};
struct Disposal {
  ThingId id;
  schema::RetentionClass what{};
  SubjectKey patient;
  std::string reference;
  Days before = 0;
  std::vector<ThingId> items;
  SubjectKey decidedBy;
  Position position = 0;
  Position executedBy = 0;
};
struct ArchiveState {
  bool exists = false;
  SubjectKey key;  // the provider
  std::vector<DestructionOrder> orders;
  std::vector<Custody> custodies;
  std::vector<Disposal> disposals;
};

struct ReviewCampaign {
  ThingId id;
  schema::CampaignKind kind{};
  Period period;
  std::string seed;
  std::vector<ThingId> samples;
  Position position = 0;
  Position sampledBy = 0;
  Position closedBy = 0;
};
// §4.3: OPEN → SCREENED → CLARIFICATION_ASKED → ASSESSED → CLOSED; actions in between.
struct ReviewCase {
  ThingId id, campaign;
  SubjectKey reviewed;  // person
  std::vector<ThingId> accesses;
  enum class State : uint8_t {
    OPEN,
    SCREENED_OK,
    SCREENED_QUESTION,
    CLARIFICATION_ASKED,
    ASSESSED,
    CLOSED
  } state = State::OPEN;
  schema::ReviewOutcome outcome{};
  bool statementRecorded = false;
  uint32_t actions = 0;
  Position position = 0;
  Position stateBy = 0;  // the event that brought it where it is
};
struct Incident {  // GDPR art. 33-34
  ThingId id;      // the event's own when a rule registered it
  ThingId review, target;
  Micros awareAt = 0;
  Micros deadline = 0;
  bool highRisk = false;
  std::vector<SubjectKey> informed;  // patients
  Position position = 0;
  Position reportedBy = 0;
};
struct ReviewState {
  bool exists = false;
  SubjectKey key;  // the provider
  std::vector<ReviewCampaign> campaigns;
  std::vector<ReviewCase> cases;
  std::vector<Incident> incidents;
};

// --- access to fragments
// --------------------------------------------------------------------------------------------------

enum class FragmentKind : uint8_t { PATIENT, COMMISSION, PROVIDER, REGION, ARCHIVE, REVIEW };  // last two: by provider
struct FragmentKey {
  FragmentKind kind;
  SubjectKey subject;
  auto operator<=>(const FragmentKey&) const = default;
};

// Each look-up answers null when that fragment is not in memory (then decide must not run: needs.h says what to load
// first). A subject without events is a fragment with exists == false.
class StateView {
 public:
  virtual ~StateView() = default;
  virtual const PatientState* patient(const SubjectKey& key) const = 0;
  virtual const CommissionState* commission(const SubjectKey& key) const = 0;
  virtual const ProviderState* provider(const SubjectKey& key) const = 0;
  virtual const RegionState* region(const SubjectKey& key) const = 0;
  virtual const ArchiveState* archive(const SubjectKey& provider) const = 0;
  virtual const ReviewState* review(const SubjectKey& provider) const = 0;
};

}  // namespace liggare::law

template <>
struct std::hash<liggare::law::FragmentKey> {
  size_t operator()(const liggare::law::FragmentKey& k) const noexcept {
    return std::hash<liggare::SubjectKey>{}(k.subject) * 31 + static_cast<size_t>(k.kind);
  }
};
