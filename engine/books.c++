#include "engine/books.h"

#include "engine/hash/sha256.h"

namespace liggare {

namespace {

using Kind = schema::Body::Which;
using Which = schema::Command::Which;

SubjectKey keyOf(schema::Id::Reader id) {
  SubjectKey k;
  putBe64(k.bytes.data(), id.getHi());
  putBe64(k.bytes.data() + 8, id.getLo());
  return k;
}

BookId oneKeyBook(BookKind kind, const SubjectKey& key) { return bookId(kind, std::span(&key, 1)); }

// Kinds that came after the first release, in their order.
StreamKind laterStreamKindOf(Kind kind) {
  if (kind == Kind::LOG_EXTRACT_PROVIDED) return StreamKind::AX;
  if (kind == Kind::MADE_AVAILABLE || kind == Kind::AVAILABILITY_WITHDRAWN) return StreamKind::SP;
  if (kind == Kind::PATIENT_IDENTITIES_MERGED || kind == Kind::PATIENT_IDENTITY_SPLIT) return StreamKind::ID;
  if (kind == Kind::OUTCOME_FOLLOWED_UP || kind == Kind::WORKLIST_ORDERED) return StreamKind::JR;
  if (kind >= Kind::APPROVAL_GIVEN && kind <= Kind::LEGAL_HOLD_RELEASED) return StreamKind::GV;
  if (kind >= Kind::HOLD_REVIEWED && kind <= Kind::DISPOSAL_EXECUTED) return StreamKind::DS;
  if (kind >= Kind::REVIEW_CAMPAIGN_OPENED) return StreamKind::RV;
  return StreamKind::JR;
}

StreamKind streamKindOf(Kind kind) {
  if (kind >= Kind::PATIENT_REGISTERED && kind <= Kind::CARE_RELATION_ENDED) return StreamKind::ID;
  if (kind >= Kind::CONSENT_GIVEN && kind <= Kind::CONSENT_ANNULLED) return StreamKind::CN;
  if (kind >= Kind::PATIENT_INFORMED_SVOD && kind <= Kind::OUTER_LIFT_REFUSED) return StreamKind::SP;
  if (kind == Kind::ACCESS_RECORDED || kind == Kind::PROVIDER_NAMES_REVEALED) return StreamKind::AX;
  if (kind == Kind::ATTEMPT_REFUSED || kind == Kind::UNCHANGED) return StreamKind::AX;
  if (kind >= Kind::COPY_REQUESTED) return laterStreamKindOf(kind);
  if (kind == Kind::REVIEW_ITEM_OPENED || kind == Kind::INCIDENT_REGISTERED) return StreamKind::RV;
  if (kind >= Kind::PROVIDER_REGISTERED && kind <= Kind::OPERATOR_COMMISSIONED) return StreamKind::GV;
  return StreamKind::JR;
}

// Whose governance stream: the provider or region that the event is about.
SubjectKey governedBy(const law::EventView& event) {
  auto body = event.body();
  switch (body.which()) {
    case Kind::PROVIDER_REGISTERED: return keyOf(body.getProviderRegistered().getProvider());
    case Kind::REGION_POLICY_SET: return keyOf(body.getRegionPolicySet().getRegion());
    case Kind::INTER_REGION_AGREEMENT_RECORDED: return keyOf(body.getInterRegionAgreementRecorded().getHome());
    case Kind::PERFORMER_CONTRACT_RECORDED: return keyOf(body.getPerformerContractRecorded().getRegion());
    default: return event.common.hasProvider() ? keyOf(event.common.getProvider()) : SubjectKey{};
  }
}

StreamOwner streamOf(const law::EventView& event) {
  auto kind = static_cast<Kind>(event.common.getKind());
  SubjectKey provider = event.common.hasProvider() ? keyOf(event.common.getProvider()) : SubjectKey{};
  SubjectKey patient = event.patients.empty() ? SubjectKey{} : keyOf(event.patients.front().getPatient());
  switch (streamKindOf(kind)) {
    case StreamKind::ID: return {streamId(StreamKind::ID, std::span(&patient, 1)), OPERATOR};
    case StreamKind::AX:
      return {streamId(StreamKind::AX, std::span(&provider, 1), yearMonth(event.recordedAt)), provider};
    case StreamKind::RV:
    case StreamKind::DS: return {streamId(streamKindOf(kind), std::span(&provider, 1)), provider};
    case StreamKind::GV: {
      SubjectKey subject = governedBy(event);
      return {streamId(StreamKind::GV, std::span(&subject, 1)), OPERATOR};
    }
    case StreamKind::SP: {
      // A block concerns the information of the provider that holds it, also when another asks for a lift.
      SubjectKey owner = event.common.hasInfoProvider() ? keyOf(event.common.getInfoProvider()) : provider;
      std::array<SubjectKey, 2> keys{patient, owner};
      return {streamId(StreamKind::SP, keys), owner};
    }
    case StreamKind::CN: {
      std::array<SubjectKey, 2> keys{patient, provider};
      return {streamId(StreamKind::CN, keys), provider};
    }
    default: {
      std::array<SubjectKey, 2> keys{patient, provider};
      return {streamId(StreamKind::JR, keys), provider};
    }
  }
}

void add(std::vector<BookId>& to, const BookId& book) {
  if (std::find(to.begin(), to.end(), book) == to.end()) to.push_back(book);
}

// An actor without a subject key is the program that spoke.
BookId actorBookOf(schema::Actor::Reader actor) {
  if (actor.isStaff()) return actorBook(keyOf(actor.getStaff().getPerson()));
  if (actor.isPatient()) return actorBook(keyOf(actor.getPatient()));
  if (actor.isGuardian()) return actorBook(keyOf(actor.getGuardian()));
  auto client = actor.getClient();
  Hash digest = sha256(Bytes(reinterpret_cast<const uint8_t*>(client.begin()), client.size()));
  return bookId(BookKind::ACTOR, {}, Bytes(digest).first(16));
}

}  // namespace

uint32_t yearMonth(Micros at) {
  auto day = civilOf(
      static_cast<Days>((at - (at % DAY + DAY) % DAY) / DAY));  // UTC: a stream's name must not depend on a zone
  return static_cast<uint32_t>(day.year * 100 + day.month);
}

BookId patientBook(const SubjectKey& key) { return oneKeyBook(BookKind::PATIENT, key); }
BookId accessBook(const SubjectKey& key) { return oneKeyBook(BookKind::ACCESS, key); }
BookId actorBook(const SubjectKey& key) { return oneKeyBook(BookKind::ACTOR, key); }
BookId ownerBook(const SubjectKey& key) { return oneKeyBook(BookKind::OWNER, key); }
BookId commissionBook(const SubjectKey& key) { return oneKeyBook(BookKind::COMMISSION, key); }
BookId providerBook(const SubjectKey& key) { return oneKeyBook(BookKind::PROVIDER, key); }
BookId regionBook(const SubjectKey& key) { return oneKeyBook(BookKind::REGION, key); }

BookId fragmentBook(const law::FragmentKey& key) {
  switch (key.kind) {
    case law::FragmentKind::PATIENT: return patientBook(key.subject);
    case law::FragmentKind::COMMISSION: return commissionBook(key.subject);
    case law::FragmentKind::PROVIDER: return providerBook(key.subject);
    case law::FragmentKind::REGION: return regionBook(key.subject);
    case law::FragmentKind::ARCHIVE: return streamId(StreamKind::DS, std::span(&key.subject, 1));
    case law::FragmentKind::REVIEW: return streamId(StreamKind::RV, std::span(&key.subject, 1));
  }
  return {};
}

Books booksOf(const law::EventView& event) {
  Books books{streamOf(event), {}};
  auto kind = static_cast<Kind>(event.common.getKind());
  bool attempt = kind == Kind::ATTEMPT_REFUSED || kind == Kind::UNCHANGED;  // stream and actor only
  if (!attempt) {
    for (auto& part : event.patients) {
      SubjectKey patient = keyOf(part.getPatient());
      add(books.others, part.isAccess() ? accessBook(patient) : patientBook(patient));
    }
  }
  add(books.others, actorBookOf(event.actor));
  if (attempt) return books;
  for (auto& part : event.patients)
    if (part.isAccess())
      for (auto resource : part.getAccess().getResources())
        if (resource.hasProvider()) add(books.others, ownerBook(keyOf(resource.getProvider())));
  for (auto& fragment : law::touched(event)) {
    BookId book = fragmentBook(fragment);
    if (book != books.stream.stream) add(books.others, book);  // an archive and a review are their streams
  }
  return books;
}

namespace {
// Commands that came after the first release.
BookId laterStreamOf(Which kind, const SubjectKey& patient, const SubjectKey& provider, Micros recordedAt) {
  std::array<SubjectKey, 2> both{patient, provider};
  auto one = [&](StreamKind stream) { return streamId(stream, std::span(&provider, 1)); };
  if (kind == Which::PROVIDE_LOG_EXTRACT || (kind >= Which::READ_LIST && kind <= Which::EXPORT_FOR_IVO))
    return streamId(StreamKind::AX, std::span(&provider, 1), yearMonth(recordedAt));
  if (kind == Which::MAKE_AVAILABLE || kind == Which::WITHDRAW_AVAILABILITY) return streamId(StreamKind::SP, both);
  if (kind == Which::MERGE_IDENTITIES || kind == Which::SPLIT_IDENTITY)
    return streamId(StreamKind::ID, std::span(&patient, 1));
  if (kind == Which::FOLLOW_UP_OUTCOME || kind == Which::ORDER_WORKLIST) return streamId(StreamKind::JR, both);
  if (kind >= Which::GIVE_APPROVAL && kind <= Which::RELEASE_LEGAL_HOLD) return one(StreamKind::GV);
  if (kind >= Which::REQUEST_DESTRUCTION && kind <= Which::DISPOSE) return one(StreamKind::DS);
  if (kind >= Which::OPEN_REVIEW_CAMPAIGN && kind <= Which::CLOSE_CAMPAIGN) return one(StreamKind::RV);
  return streamId(StreamKind::JR, both);
}
}  // namespace

BookId streamOfCommand(schema::Command::Reader command, const SubjectKey& provider, Micros recordedAt) {
  SubjectKey patient = keyOf(command.getPatient().getKey());
  std::array<SubjectKey, 2> both{patient, provider};
  Which kind = command.which();
  if (kind <= Which::GRANT_LOCAL_ACCESS) {
    SubjectKey subject = provider;
    if (kind == Which::SET_REGION_POLICY) subject = keyOf(command.getSetRegionPolicy().getRegion().getKey());
    if (kind == Which::RECORD_AGREEMENT) subject = keyOf(command.getRecordAgreement().getHomeRegion().getKey());
    if (kind == Which::RECORD_CONTRACT) subject = keyOf(command.getRecordContract().getRegion().getKey());
    if (kind == Which::REGISTER_PROVIDER) subject = keyOf(command.getRegisterProvider().getProvider().getKey());
    return streamId(StreamKind::GV, std::span(&subject, 1));
  }
  if (kind == Which::REGISTER_PATIENT) return {};
  if (kind <= Which::END_RELATION) return streamId(StreamKind::ID, std::span(&patient, 1));
  if (kind >= Which::GIVE_CONSENT && kind <= Which::ANNUL_CONSENT) return streamId(StreamKind::CN, both);
  if (kind >= Which::INFORM_SVOD && kind <= Which::REFUSE_OUTER_LIFT) return streamId(StreamKind::SP, both);
  if (kind >= Which::READ_JOURNAL && kind <= Which::READ_EVENTS)
    return streamId(StreamKind::AX, std::span(&provider, 1), yearMonth(recordedAt));
  return laterStreamOf(kind, patient, provider, recordedAt);
}

}  // namespace liggare
