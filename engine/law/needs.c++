// Which fragments a decision looks at. One rule: whatever a Ref names, plus what those in turn name.
#include "engine/law/chapter.h"

namespace liggare::law {

namespace {

using Which = schema::Command::Which;

class Collector {
 public:
  explicit Collector(const StateView& v) : view(v) {}

  void commission(const SubjectKey& key) {
    if (key.isZero()) return;
    if (auto* state = view.commission(key)) {
      if (state->exists) provider(state->provider);
    } else
      need(FragmentKind::COMMISSION, key);
  }
  void provider(const SubjectKey& key) {
    if (key.isZero()) return;
    if (auto* state = view.provider(key)) {
      if (state->exists) region(state->region);
    } else
      need(FragmentKind::PROVIDER, key);
  }
  void region(const SubjectKey& key) {
    if (!key.isZero() && !view.region(key)) need(FragmentKind::REGION, key);
  }
  // A read is judged item by item, so the providers of the items are needed: whether they are connected (SVOD) and what
  // their units may show. An offer needs the home region's agreements.
  void patient(const SubjectKey& key) {
    if (key.isZero()) return;
    auto* state = view.patient(key);
    if (!state) return need(FragmentKind::PATIENT, key);
    SubjectKey last;
    for (auto& item : state->items)  // most journals are one provider's: the same look-up is not made for every item
      if (item.provider != last) provider(last = item.provider);
    for (auto& residence : state->residences) region(residence.region);
    for (auto& block : state->blocks) provider(block.provider);
    for (auto& merge : state->merges) merged(merge.other);
  }
  std::vector<FragmentKey> found;

  void archive(const SubjectKey& key) {
    if (!key.isZero() && !view.archive(key)) need(FragmentKind::ARCHIVE, key);  // never: a commission has its own
  }
  void review(const SubjectKey& key) {
    if (!key.isZero() && !view.review(key)) need(FragmentKind::REVIEW, key);  // never: a commission has its own
  }

 private:
  // The other keys of the same person, each once: their merges point back.
  void merged(const SubjectKey& key) {
    if (std::find(walked.begin(), walked.end(), key) != walked.end()) return;
    walked.push_back(key);
    patient(key);
  }
  std::vector<SubjectKey> walked;
  void need(FragmentKind kind, const SubjectKey& key) {
    FragmentKey fragment{kind, key};
    if (std::find(found.begin(), found.end(), fragment) == found.end()) found.push_back(fragment);
  }
  const StateView& view;
};

void governance(Collector& c, schema::Command::Reader command) {
  auto key = [](schema::Ref::Reader ref) {
    return ref.getState() == schema::Ref::State::KNOWN || ref.getState() == schema::Ref::State::UNKNOWN
               ? subjectKey(ref.getKey())
               : SubjectKey{};
  };
  switch (command.which()) {
    case Which::REGISTER_PROVIDER: {
      auto r = command.getRegisterProvider();
      c.provider(key(r.getProvider()));
      c.region(key(r.getRegion()));
      break;
    }
    case Which::REGISTER_UNIT: c.provider(key(command.getRegisterUnit().getAuthority())); break;
    case Which::SYNC_COMMISSION: {
      auto r = command.getSyncCommission();
      c.commission(key(r.getCommission()));
      c.provider(key(r.getProvider()));
      break;
    }
    case Which::END_COMMISSION: c.commission(key(command.getEndCommission().getCommission())); break;
    case Which::ADOPT_RISK_ANALYSIS: c.provider(key(command.getAdoptRiskAnalysis().getProvider())); break;
    case Which::GRANT_AUTHORISATION: {
      auto r = command.getGrantAuthorisation();
      c.commission(key(r.getCommission()));
      c.provider(key(r.getProvider()));
      break;
    }
    case Which::REVOKE_AUTHORISATION: c.commission(key(command.getRevokeAuthorisation().getCommission())); break;
    case Which::GRANT_LOCAL_ACCESS: c.commission(key(command.getGrantLocalAccess().getCommission())); break;
    case Which::SET_REGION_POLICY: c.region(key(command.getSetRegionPolicy().getRegion())); break;
    case Which::RECORD_AGREEMENT: {
      auto r = command.getRecordAgreement();
      c.region(key(r.getHomeRegion()));
      c.region(key(r.getPerformingRegion()));
      break;
    }
    case Which::RECORD_CONTRACT: {
      auto r = command.getRecordContract();
      c.region(key(r.getRegion()));
      c.provider(key(r.getPerformer()));
      break;
    }
    case Which::CHANGE_RESIDENCE: c.region(key(command.getChangeResidence().getRegion())); break;
    case Which::REQUEST_OUTER_LIFT: c.provider(key(command.getRequestOuterLift().getOwner())); break;
    case Which::READ_SHARED: c.provider(key(command.getReadShared().getProvider())); break;
    case Which::READ_ACCESS_LOG: c.provider(key(command.getReadAccessLog().getOwner())); break;
    case Which::MAKE_OFFER: c.provider(key(command.getMakeOffer().getSickListingProvider())); break;
    case Which::MERGE_IDENTITIES: c.patient(key(command.getMergeIdentities().getFrom())); break;
    case Which::MARK_MISFILED: c.patient(key(command.getMarkMisfiled().getCorrectPatient())); break;
    case Which::HAND_OVER_RESPONSIBILITY:
      c.provider(key(command.getHandOverResponsibility().getToProvider()));
      c.region(key(command.getHandOverResponsibility().getToRegion()));
      break;
    case Which::REVIEW_AUTHORISATION: c.commission(key(command.getReviewAuthorisation().getCommission())); break;
    case Which::CHANGE_AUTHORISATION: c.commission(key(command.getChangeAuthorisation().getCommission())); break;
    case Which::READ_ACCESS_AS: c.commission(key(command.getReadAccessAs().getCommission())); break;
    case Which::READ_LIST:
      for (auto listed : command.getReadList().getPatients()) c.patient(key(listed.getPatient()));
      break;
    default: break;
  }
}

// The acting provider's destruction register and review, for the commands that stand on them.
void streams(Collector& c, const StateView& view, schema::Command::Reader command) {
  auto actor = command.getActor();
  if (!actor.isStaff()) return;
  auto* acting = view.commission(subjectKey(actor.getStaff().getCommission().getKey()));
  if (!acting || !acting->exists) return;
  const Which kind = command.which();
  if (kind >= Which::SET_RETENTION_POLICY && kind <= Which::DISPOSE) c.archive(acting->provider);
  if (kind >= Which::OPEN_REVIEW_CAMPAIGN && kind <= Which::CLOSE_CAMPAIGN) c.review(acting->provider);
}

}  // namespace

std::vector<FragmentKey> missing(const StateView& view, schema::Command::Reader ask) {
  Collector c(view);
  auto actor = ask.getActor();
  if (actor.isStaff()) c.commission(subjectKey(actor.getStaff().getCommission().getKey()));
  c.patient(subjectKey(ask.getPatient().getKey()));
  if (ask.isRegisterPatient())
    for (auto identifier : ask.getRegisterPatient().getIdentifiers()) c.patient(subjectKey(identifier.getKey()));
  governance(c, ask);
  streams(c, view, ask);
  return std::move(c.found);
}

}  // namespace liggare::law
