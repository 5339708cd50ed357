// The clocks of retention and what a hold covers (PDL 3:17, 9:4; HSLF-FS 2016:40 4:9). Nothing here disposes of
// anything: a clock that has run out is a condition, and somebody decides.
#include <algorithm>
#include <set>

#include "engine/law/retention.h"

namespace liggare::law {
namespace {

using schema::RetentionClass;

constexpr uint16_t JOURNAL_YEARS = 10;  // PDL 3:17, 9:4
constexpr uint16_t LOG_YEARS_MIN = 5;   // HSLF-FS 2016:40 4:9

// The provider's latest decision on the class that is in force at t.
const RetentionRule* ruleAt(const ProviderState& provider, RetentionClass what, Micros t) {
  const RetentionRule* found = nullptr;
  for (const RetentionRule& rule : provider.retention)
    if (rule.what == what && rule.from <= t) found = &rule;
  return found;
}

// Of the access log two decisions speak: the general policy and the one on retention. The later is the provider's word.
uint16_t logYears(const ProviderState& provider, Micros t) {
  const RetentionRule* rule = ruleAt(provider, RetentionClass::ACCESS_LOG, t);
  const uint16_t said = rule && rule->position > provider.policyBy ? rule->years : provider.policy.logRetentionYears;
  return std::max(said, LOG_YEARS_MIN);
}

bool isSameArchive(RetentionClass a, RetentionClass b) {
  auto journal = [](RetentionClass c) { return c == RetentionClass::JOURNAL || c == RetentionClass::CUSTODY; };
  return a == b || (journal(a) && journal(b));  // a journal in custody is a journal
}

bool anyOf(const std::vector<ThingId>& some, const std::vector<ThingId>& all) {
  return std::any_of(some.begin(), some.end(), [&](const ThingId& id) { return holds(all, id); });
}

// The first instant of a Swedish day.
Micros startOf(Days day) { return day * DAY - swedishOffsetMinutes(day * DAY) * MINUTE; }

}  // namespace

uint16_t leastYears(const ProviderState& provider, RetentionClass what, Micros t) {
  switch (what) {
    case RetentionClass::ACCESS_LOG: return LOG_YEARS_MIN;
    case RetentionClass::REVIEW: return logYears(provider, t);  // what judged the log is kept as long
    case RetentionClass::GOVERNANCE: return static_cast<uint16_t>(logYears(provider, t) + 1);  // and what allowed it
    default: return JOURNAL_YEARS;
  }
}

uint16_t yearsKept(const ProviderState& provider, RetentionClass what, Micros t) {
  if (what == RetentionClass::ACCESS_LOG) return logYears(provider, t);
  const RetentionRule* rule = ruleAt(provider, what, t);
  return std::max<uint16_t>(rule ? rule->years : 0, leastYears(provider, what, t));
}

Days yearsAfter(Days day, uint16_t years) {
  const Civil from = civilOf(day);
  return dayOf(from.year + years, from.month, from.day).value_or(*dayOf(from.year + years, 3, 1));
}

Days keptThrough(const PatientState& patient, const Item& item, uint16_t years) {
  Micros latest = item.recordedAt;
  for (const Item& other : patient.items)
    if (other.target == item.id) latest = std::max(latest, other.recordedAt);
  for (const Disclosure& disclosure : patient.disclosures) {
    if (!holds(disclosure.items, item.id)) continue;
    if (const Item* row = findItem(patient, disclosure.id)) latest = std::max(latest, row->recordedAt);  // never: gone
  }
  return yearsAfter(swedishDay(latest), years);
}

std::vector<ThingId> documentOf(const PatientState& patient, const SubjectKey& provider,
                                const std::vector<ThingId>& items) {
  std::set<ThingId> within(items.begin(), items.end());
  std::vector<ThingId> all;
  for (const Item& item : patient.items) {  // what is about an item comes after it
    if (item.provider != provider || item.destroyed) continue;
    const bool named = items.empty() || within.count(item.id) || (item.target && within.count(*item.target));
    if (!named) continue;
    within.insert(item.id);
    all.push_back(item.id);
  }
  return all;
}

bool isOfAsked(const Context& ctx, const SubjectKey& patient) {
  if (!ctx.patient) return patient.isZero();
  auto& keys = ctx.patientKeys;
  return patient == ctx.patient->key || std::find(keys.begin(), keys.end(), patient) != keys.end();
}

bool keeps(const Context& ctx, const LegalHold& hold, const Doomed& doomed) {
  if (hold.releasedBy || !isSameArchive(hold.what, doomed.what)) return false;
  // A hold on one patient's things is passed by only when it is another's things that are to go.
  if (!hold.patient.isZero() && ctx.patient && !isOfAsked(ctx, hold.patient)) return false;
  if (!hold.items.empty() && !doomed.items.empty() && !anyOf(hold.items, doomed.items)) return false;
  return doomed.before == 0 || hold.span.from < startOf(doomed.before);
}

const LegalHold* holdOver(const Context& ctx, const Doomed& doomed) {
  for (const LegalHold& hold : ctx.provider->holds)
    if (keeps(ctx, hold, doomed)) return &hold;
  return nullptr;
}

const Item* journalItem(const Context& ctx, const ThingId& id) {
  const Item* item = id.isZero() || !ctx.patient ? nullptr : findItem(*ctx.patient, id);
  return item && item->provider == ctx.providerKey() ? item : nullptr;
}

}  // namespace liggare::law
