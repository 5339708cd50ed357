#include "engine/law/access-record.h"

#include <algorithm>

#include "engine/law/refusals.h"

namespace liggare::law {
namespace {

using schema::AccessOutcome;
using schema::Action;
using schema::Ground;
using schema::ItemClass;

// domain §00.38; also what the national log service takes in one call.
constexpr size_t RESOURCES_PER_EVENT = 500;
// A Resource in Cap'n Proto: two words, three pointers, three ids.
constexpr size_t WORDS_A_RESOURCE = 11;

bool isEmergencyGround(Ground ground) {
  return ground == Ground::SVOD35 || ground == Ground::SVOD36 || ground == Ground::LIFT_EMERGENCY;
}

template <typename Predicate>
bool anyAllowed(const Reading& reading, Predicate predicate) {
  if (reading.whole.allowed() && predicate(reading.whole)) return true;
  return std::any_of(reading.rows.begin(), reading.rows.end(),
                     [&](const AccessRow& row) { return row.answer.allowed() && predicate(row.answer); });
}

// Of those whose data the read concerned.
template <typename Predicate>
bool anyOf(const Reading& reading, Predicate predicate) {
  if (reading.patient) return predicate(*reading.patient);
  return std::any_of(reading.rows.begin(), reading.rows.end(),
                     [&](const AccessRow& row) { return row.patient && predicate(*row.patient); });
}

// What the log calls the act: emergency opening, print, search … (national log, activityType).
Action actionOf(const Reading& reading) {
  if (reading.action != Action::READ) return reading.action;
  if (anyAllowed(reading, [](const GateAnswer& a) { return isEmergencyGround(a.ground); })) return Action::EMERGENCY;
  return reading.claim.getPrint() ? Action::PRINT : Action::READ;
}

void fillResource(schema::Resource::Builder resource, const AccessRow& row) {
  if (!row.item.isZero()) set(resource.initItem(), row.item);
  if (!row.unit.isZero()) set(resource.initUnit(), row.unit);
  if (!row.provider.isZero()) set(resource.initProvider(), row.provider);
  resource.setPosition(row.position);
  resource.setItemClass(row.itemClass);
  resource.setOutcome(row.answer.outcome);
  resource.setCode(row.answer.code);
  resource.setGround(row.answer.ground);
}

// One patient's share: their rows, and what was told about blocked and unblocked data of theirs.
void fillShare(schema::PatientPart::Builder part, const SubjectKey& patient, const Flags& flags, const AccessRow* rows,
               size_t count) {
  set(part.initPatient(), patient);
  auto share = part.initAccess();
  share.setHasBlocked(flags.hasBlocked);
  share.setHasUnblocked(flags.hasUnblocked);
  if (count == 0) return;
  auto resources = share.initResources(static_cast<unsigned>(count));
  for (size_t i = 0; i < count; ++i) fillResource(resources[static_cast<unsigned>(i)], rows[i]);
}

// Rows of one patient, side by side: [first, end).
struct Run {
  size_t first, end;
};
std::vector<Run> runsOf(const Reading& reading, size_t first, size_t end) {
  std::vector<Run> runs;
  for (size_t i = first; i < end; ++i) {
    if (!reading.rows[i].patient) continue;                     // unknown here: counted, and nobody's share
    const bool isNext = !runs.empty() && runs.back().end == i;  // never: a gap, since the unknown come last
    const bool goesOn = isNext && reading.rows[i - 1].patient == reading.rows[i].patient;
    if (goesOn)
      ++runs.back().end;
    else
      runs.push_back({i, i + 1});
  }
  return runs;
}

// SVOD 2:4, PDL 4:4 st. 3: what these rows told, that something is blocked or that something is not.
Flags flagsOf(const AccessRow* rows, size_t count) {
  Flags flags;
  for (size_t i = 0; i < count; ++i) {
    if (rows[i].answer.allowed()) flags.hasUnblocked = true;
    if (rows[i].answer.code == RefusalCode::INNER_BLOCK) flags.hasBlocked = true;
  }
  return flags;
}

// Each patient's part is sealed under that patient's key. Under several keys the whole share stands in the log of each:
// a split loses nothing.
void fillParts(const Context& ctx, schema::Event::Builder event, const Reading& reading, size_t first, size_t count) {
  struct Share {
    SubjectKey patient;
    Flags flags;
    const AccessRow* rows;
    size_t count;
  };
  std::vector<Share> shares;
  const AccessRow* rows = reading.rows.data();
  const auto add = [&](const PatientState& patient, const Flags& flags, const AccessRow* from, size_t size) {
    if (patient.merges.empty())
      shares.push_back({patient.key, flags, from, size});
    else
      for (const SubjectKey& key : keysOf(ctx.view, patient)) shares.push_back({key, flags, from, size});
  };
  if (reading.patient) {
    add(*reading.patient, reading.flags, rows + first, count);
  } else {
    for (const Run& run : runsOf(reading, first, first + count)) {
      const AccessRow* begin = rows + run.first;
      add(*begin->patient, flagsOf(begin, run.end - run.first), begin, run.end - run.first);
    }
  }
  if (shares.empty()) return;
  auto parts = event.initPatients(static_cast<unsigned>(shares.size()));
  for (unsigned i = 0; i < parts.size(); ++i)
    fillShare(parts[i], shares[i].patient, shares[i].flags, shares[i].rows, shares[i].count);
}

void fillBody(schema::AccessRecorded::Builder body, const Reading& reading, size_t first, size_t count) {
  set(body.initAccess(), reading.access);
  body.setAction(actionOf(reading));
  body.setView(reading.view);
  body.setStep(reading.step);
  body.setGround(reading.whole.allowed() ? reading.whole.ground : reading.claim.getGround());
  body.setActiveDecision(reading.claim.getActiveDecision().size() > 0);
  if (!reading.arguments.empty()) body.setArguments(reading.arguments);
  body.setOutcome(reading.whole.outcome);
  body.setCode(reading.whole.code);
  auto begin = reading.rows.begin() + static_cast<std::ptrdiff_t>(first);
  auto shown = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(count),
                             [](const AccessRow& row) { return row.answer.allowed(); });
  body.setShown(static_cast<uint16_t>(shown));
  body.setDenied(static_cast<uint16_t>(count - static_cast<size_t>(shown)));
  body.setDanger(reading.claim.getDanger());
  body.setCanConsent(reading.claim.getCanConsent());
  body.setAsOf(reading.asOf);
  body.setHasBlocked(reading.flags.hasBlocked);
  body.setHasUnblocked(reading.flags.hasUnblocked);
  if (reading.providers.empty()) return;
  auto providers = body.initProviders(static_cast<unsigned>(reading.providers.size()));
  for (unsigned i = 0; i < providers.size(); ++i) set(providers[i], reading.providers[i]);
}

void draftAccess(Context& ctx, const Reading& reading, size_t first, size_t count) {
  bool named = reading.step == schema::Step::NAMES && reading.whole.allowed();
  auto kind = named ? schema::Body::PROVIDER_NAMES_REVEALED : schema::Body::ACCESS_RECORDED;
  auto event = ctx.draft(kind, ItemClass::ACCESS_LOG, count * WORDS_A_RESOURCE);
  event.getCommon().setOccurredAt(ctx.recordedAt);  // a read is recorded when it is decided, never afterwards
  event.getCommon().setReality(schema::Reality::OCCURRED);
  event.getCommon().setGround(reading.whole.allowed() ? reading.whole.ground : reading.claim.getGround());
  ctx.about(event, reading.access);
  auto body = ctx.body(event);
  fillBody(named ? body.initProviderNamesRevealed() : body.initAccessRecorded(), reading, first, count);
  fillParts(ctx, event, reading, first, count);
  if (first == 0) ctx.text(event, schema::TextSlot::ACTIVE_DECISION, reading.claim.getActiveDecision());
}

// Case 34: an authorisation in force whose analysis is not due for review. Whether the read goes on without one is the
// provider's policy; that it did is always looked at.
bool restsOnReviewedAnalysis(const Context& ctx) {
  auto isReviewed = [&](const ThingId& id) {
    auto& all = ctx.provider->analyses;
    return std::any_of(all.begin(), all.end(), [&](const RiskAnalysis& a) {
      return a.id == id && Period{a.validFrom, a.reviewBy}.covers(ctx.recordedAt);
    });
  };
  auto& granted = ctx.commission->authorisations;
  return std::any_of(granted.begin(), granted.end(),
                     [&](const Authorisation& a) { return a.valid.covers(ctx.recordedAt) && isReviewed(a.analysis); });
}

// domain §4.2: the reads that are always looked at afterwards.
void openReviews(Context& ctx, const Reading& reading) {
  auto review = [&](const char* trigger) { openReview(ctx, trigger, reading.access, reading.whole.code); };
  if (anyOf(reading, [&](const PatientState& p) { return ctx.commission && isOwnJournal(*ctx.commission, p); }))
    review("T01");
  const auto isShielded = [&](const PatientState& p) {
    return std::any_of(p.protections.begin(), p.protections.end(),
                       [&](const Protection& protection) { return protection.valid.covers(ctx.recordedAt); });
  };
  const bool mayBeSaid =
      reading.whole.code != RefusalCode::UNKNOWN_THING;  // else it tells that somebody has the person
  const auto isColleague = [&](const PatientState& p) {
    if (isOwnJournal(*ctx.commission, p)) return false;
    const std::vector<SubjectKey> keys = keysOf(ctx.view, p);
    return std::any_of(keys.begin(), keys.end(), [&](auto& key) { return ctx.provider->staffAsPatients.count(key); });
  };
  if (ctx.commission && reading.whole.allowed() && anyOf(reading, isColleague)) review("T05");
  if (ctx.commission && reading.whole.allowed() && anyOf(reading, isShielded)) review("T07");
  if (anyAllowed(reading, [](const GateAnswer& a) { return a.statedOnly; })) review("T08");
  bool special = anyAllowed(
      reading, [](const GateAnswer& a) { return isEmergencyGround(a.ground) || a.ground == Ground::SVOD33; });
  if (special) review("T12");
  const bool dead = anyOf(reading, [&](const PatientState& p) {
    return p.died && *p.died <= swedishDay(ctx.recordedAt);  // never: a death to come
  });
  if (dead && ctx.commission && mayBeSaid) review("T15");  // domain case 96: an attempt too
  if (ctx.commission && !restsOnReviewedAnalysis(ctx)) review("T17");
  if (reading.action == Action::ADMIN) review("T20");
}

}  // namespace

void judgeWhole(Reading& reading) {
  if (reading.rows.empty()) return;
  const GateAnswer* best = nullptr;
  for (const AccessRow& row : reading.rows) {
    if (row.answer.allowed()) {
      best = &row.answer;
      break;
    }
    if (!best || refusalPrecedence(row.answer.code) < refusalPrecedence(best->code)) best = &row.answer;
  }
  reading.whole = *best;
}

Verdict record(Context& ctx, const Reading& reading) {
  size_t first = 0;
  do {
    size_t count = std::min(RESOURCES_PER_EVENT, reading.rows.size() - first);
    draftAccess(ctx, reading, first, count);
    first += count;
  } while (first < reading.rows.size());
  openReviews(ctx, reading);
  return reading.whole.allowed() ? ok() : refuse(reading.whole.code);
}

void openReview(Context& ctx, const char* trigger, const ThingId& target, RefusalCode code) {
  auto event = ctx.draft(schema::Body::REVIEW_ITEM_OPENED, ItemClass::GOVERNANCE);
  event.getCommon().setOccurredAt(ctx.recordedAt);
  auto item = ctx.body(event).initReviewItemOpened();
  item.setTrigger(trigger);
  item.setCode(code);
  set(item.initTarget(), target);
}

Verdict recordDenied(Context& ctx, Reading reading, RefusalCode code) {
  reading.whole = {schema::AccessOutcome::DENY, code, Ground::NONE, false};
  reading.rows.clear();
  reading.providers.clear();
  reading.flags = {};
  return record(ctx, reading);
}

}  // namespace liggare::law
