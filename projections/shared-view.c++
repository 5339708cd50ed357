#include "projections/shared-view.h"

#include <algorithm>

#include "projections/opened.h"

namespace liggare {
namespace {

std::string nameOr(const std::string& name) { return name.empty() ? "En vårdgivare utan namn i registret" : name; }

std::vector<SharedProvider> byProvider(std::vector<JournalEntry> entries) {
  std::map<std::pair<std::string, SubjectKey>, SharedProvider> groups;
  for (JournalEntry& entry : entries) {
    SharedProvider& group = groups[{entry.provider, entry.providerKey}];
    group.provider = nameOr(entry.provider);
    entry.withheldCorrections = entry.withheldDissents = 0;  // another provider's: that there is more may not be told
    group.entries.push_back(std::move(entry));
  }
  std::vector<SharedProvider> sorted;
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  return sorted;
}

}  // namespace

SharedView sharedView(Sources sources, std::span<const Position> reads) {
  RecordedRead read = openRead(sources, reads);
  SharedView view;
  view.head = read.head;
  view.step = accessOf(bodyOf(read.events.front())).getStep();
  for (auto& event : read.events) {
    auto access = accessOf(bodyOf(event));
    view.hasUnblocked |= access.getHasUnblocked();
    view.hasBlocked |= access.getHasBlocked();
    for (auto id : access.getProviders()) view.providers.push_back(nameOr(sources.directory.provider(keyOf(id)).name));
  }
  std::sort(view.providers.begin(), view.providers.end());
  view.providers.erase(std::unique(view.providers.begin(), view.providers.end()), view.providers.end());
  if (view.step == schema::Step::CONTENT && !view.head.refusal)
    view.content = byProvider(entriesOf(sources, scopeOf(read)));
  return view;
}

}  // namespace liggare
