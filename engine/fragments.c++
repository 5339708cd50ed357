#include "engine/fragments.h"

namespace liggare {

using law::FragmentKey;
using law::FragmentKind;

Fragments::Fragments(size_t patientsMax)
    : patients(patientsMax), commissions(patientsMax), providers(4096), regions(256), archives(4096), reviews(4096) {}

void Fragments::putEmpty(const FragmentKey& key) {
  switch (key.kind) {
    case FragmentKind::PATIENT: patients.put(key.subject, {}).key = key.subject; break;
    case FragmentKind::COMMISSION: commissions.put(key.subject, {}).key = key.subject; break;
    case FragmentKind::PROVIDER: providers.put(key.subject, {}).key = key.subject; break;
    case FragmentKind::REGION: regions.put(key.subject, {}).key = key.subject; break;
    case FragmentKind::ARCHIVE: archives.put(key.subject, {}).key = key.subject; break;
    case FragmentKind::REVIEW: reviews.put(key.subject, {}).key = key.subject; break;
  }
}

bool Fragments::has(const FragmentKey& key) const {
  switch (key.kind) {
    case FragmentKind::PATIENT: return patients.find(key.subject) != nullptr;
    case FragmentKind::COMMISSION: return commissions.find(key.subject) != nullptr;
    case FragmentKind::PROVIDER: return providers.find(key.subject) != nullptr;
    case FragmentKind::REGION: return regions.find(key.subject) != nullptr;
    case FragmentKind::ARCHIVE: return archives.find(key.subject) != nullptr;
    case FragmentKind::REVIEW: return reviews.find(key.subject) != nullptr;
  }
  return false;
}

void Fragments::evolveOne(const FragmentKey& key, const law::EventView& event) {
  switch (key.kind) {
    case FragmentKind::PATIENT:
      if (auto* state = patients.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
    case FragmentKind::COMMISSION:
      if (auto* state = commissions.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
    case FragmentKind::PROVIDER:
      if (auto* state = providers.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
    case FragmentKind::REGION:
      if (auto* state = regions.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
    case FragmentKind::ARCHIVE:
      if (auto* state = archives.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
    case FragmentKind::REVIEW:
      if (auto* state = reviews.find(key.subject)) law::evolve(*state, key.subject, event);
      break;
  }
}

void Fragments::evolve(const law::EventView& event) {
  for (auto& key : law::touched(event)) evolveOne(key, event);
}

void Fragments::rest() {
  patients.rest();
  commissions.rest();
  providers.rest();
  regions.rest();
  archives.rest();
  reviews.rest();
}

void Fragments::adopt(const FragmentKey& key, Fragments& from) {
  switch (key.kind) {
    case FragmentKind::PATIENT: patients.put(key.subject, std::move(*from.patients.find(key.subject))); break;
    case FragmentKind::COMMISSION: commissions.put(key.subject, std::move(*from.commissions.find(key.subject))); break;
    case FragmentKind::PROVIDER: providers.put(key.subject, std::move(*from.providers.find(key.subject))); break;
    case FragmentKind::REGION: regions.put(key.subject, std::move(*from.regions.find(key.subject))); break;
    case FragmentKind::ARCHIVE: archives.put(key.subject, std::move(*from.archives.find(key.subject))); break;
    case FragmentKind::REVIEW: reviews.put(key.subject, std::move(*from.reviews.find(key.subject))); break;
  }
}

}  // namespace liggare
