// Who identifiers belong to, as far as anything is numbered: the index, and above it what was introduced a moment ago.
#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>

#include "engine/index/index.h"

namespace liggare {

// Threads   find: any. introduce, forgetBelow: the decider.
class KnownSubjects {
 public:
  explicit KnownSubjects(const Index& i) : index(i) {}
  std::optional<SubjectKey> find(const IdentifierTag& tag) const {
    if (auto fresh = findFresh(tag)) return fresh;
    return index.subject(tag);
  }
  // Only what the index may not know yet.
  std::optional<SubjectKey> findFresh(const IdentifierTag& tag) const {
    std::lock_guard lock(mutex);
    auto found = fresh.find(tag);
    if (found == fresh.end()) return std::nullopt;
    return found->second;
  }
  void introduce(const IdentifierTag& tag, const SubjectKey& subject, Position at) {
    std::lock_guard lock(mutex);
    fresh.emplace(tag, subject);  // the first keeps it: a conflict was refused before it came here
    order.emplace_back(tag, at);
  }
  // A command may have been resolved just before the index learned of an identifier, so some distance is kept: what is
  // forgotten here was indexed long before any command that is still under way was resolved.
  void forgetBelow(Position indexed) {
    std::lock_guard lock(mutex);
    while (!order.empty() && order.front().second + KEPT < indexed) {
      fresh.erase(order.front().first);
      order.pop_front();
    }
  }

 private:
  static constexpr Position KEPT = 1 << 18;  // far more entries than commands can be under way
  const Index& index;
  mutable std::mutex mutex;
  std::unordered_map<IdentifierTag, SubjectKey> fresh;
  std::deque<std::pair<IdentifierTag, Position>> order;
};

}  // namespace liggare
