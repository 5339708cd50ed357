// The writer's memory of state: fragments (patients, commissions, providers, regions) and the last number of each book.
//
// Everything here can be dropped and loaded again from the log; what makes that safe is the tail (writer.h), which
// holds every event that the index does not know yet. One thread: the decider.
#pragma once

#include <unordered_map>

#include "engine/law/decide.h"

namespace liggare {

// A cache that forgets what was not used for a while: two generations, the old one dropped when the young one is full.
// Pointers stay valid until rest().
template <typename Key, typename Value>
class TwoGenerations {
 public:
  explicit TwoGenerations(size_t max) : youngMax(max / 2 + 1) {}
  Value* find(const Key& key) {
    auto found = young.find(key);
    if (found != young.end()) return &found->second;
    auto node = old.extract(key);
    if (node.empty()) return nullptr;
    return &young.insert(std::move(node)).position->second;
  }
  Value& put(const Key& key, Value value) {
    old.erase(key);
    return young.insert_or_assign(key, std::move(value)).first->second;
  }
  size_t size() const { return young.size() + old.size(); }
  // Between decisions: the only moment when something is forgotten. `keep` answers what may not be.
  template <typename Keep>
  void rest(Keep keep) {
    if (young.size() < youngMax) return;
    std::unordered_map<Key, Value> kept;
    for (auto& [key, value] : old)
      if (keep(value)) kept.emplace(key, std::move(value));
    old = std::move(young);
    young = std::move(kept);
  }
  void rest() {
    rest([](const Value&) { return false; });
  }

 private:
  size_t youngMax;
  std::unordered_map<Key, Value> young, old;
};

class Fragments : public law::StateView {
 public:
  explicit Fragments(size_t patientsMax);

  const law::PatientState* patient(const SubjectKey& key) const override { return patients.find(key); }
  const law::CommissionState* commission(const SubjectKey& key) const override { return commissions.find(key); }
  const law::ProviderState* provider(const SubjectKey& key) const override { return providers.find(key); }
  const law::RegionState* region(const SubjectKey& key) const override { return regions.find(key); }
  const law::ArchiveState* archive(const SubjectKey& key) const override { return archives.find(key); }
  const law::ReviewState* review(const SubjectKey& key) const override { return reviews.find(key); }

  // A fragment without events: for a key drawn a moment ago, and what loading begins from.
  void putEmpty(const law::FragmentKey& key);
  bool has(const law::FragmentKey& key) const;
  // Folds an event into one fragment, which is here; or into all it touches that are here.
  void evolveOne(const law::FragmentKey& key, const law::EventView& event);
  void evolve(const law::EventView& event);
  void rest();
  // A fragment folded elsewhere (by a loader) comes in.
  void adopt(const law::FragmentKey& key, Fragments& from);

 private:
  mutable TwoGenerations<SubjectKey, law::PatientState> patients;
  mutable TwoGenerations<SubjectKey, law::CommissionState> commissions;
  mutable TwoGenerations<SubjectKey, law::ProviderState> providers;
  mutable TwoGenerations<SubjectKey, law::RegionState> regions;
  mutable TwoGenerations<SubjectKey, law::ArchiveState> archives;
  mutable TwoGenerations<SubjectKey, law::ReviewState> reviews;
};

}  // namespace liggare
