// How long things are kept, and what keeps them longer: asked when something is disposed of, when something is
// destroyed by IVO's decision, and when the list of what is due is made (RP12).
#pragma once

#include <algorithm>
#include <vector>

#include "engine/law/governance.h"

namespace liggare::law {

// Years that a class is kept at the least (PDL 3:17, 9:4; HSLF-FS 2016:40 4:9), and as the provider has decided. Of two
// decisions in force at t the one recorded later governs.
uint16_t leastYears(const ProviderState& provider, schema::RetentionClass what, Micros t);
uint16_t yearsKept(const ProviderState& provider, schema::RetentionClass what, Micros t);

// The same day some years on; 29 February becomes 1 March, so that nothing is kept a day too short.
Days yearsAfter(Days day, uint16_t years);

// PDL 3:17: the last day that an item must be kept. A correction, a dissent, a signature of it and a disclosure of it
// are entries in the same document, and start its clock anew.
Days keptThrough(const PatientState& patient, const Item& item, uint16_t years);

// Items and all that is about them in the provider's journal, each once; all of that journal when none is named.
std::vector<ThingId> documentOf(const PatientState& patient, const SubjectKey& provider,
                                const std::vector<ThingId>& items);

// What somebody wants to be rid of.
struct Doomed {
  schema::RetentionClass what{};
  std::vector<ThingId> items;  // of a journal
  Days before = 0;             // of a log: everything earlier than this day
};
// A hold in force that keeps some of it. The command's patient is whose it is; without one it is everybody's.
bool keeps(const Context& ctx, const LegalHold& hold, const Doomed& doomed);
const LegalHold* holdOver(const Context& ctx, const Doomed& doomed);

// Whether a thing registered for this patient (zero: for nobody in particular) is what the command is about.
bool isOfAsked(const Context& ctx, const SubjectKey& patient);

// An item of the acting provider's own journal, or nothing (PDL 3:1).
const Item* journalItem(const Context& ctx, const ThingId& id);

inline std::vector<ThingId> thingIds(capnp::List<schema::Id>::Reader from) {
  std::vector<ThingId> all;
  for (auto id : from) all.push_back(thingId(id));
  return all;
}
template <typename Id>
void setIds(capnp::List<schema::Id>::Builder to, const std::vector<Id>& ids) {
  for (unsigned i = 0; i < to.size(); ++i) set(to[i], ids[i]);
}
inline bool holds(const std::vector<ThingId>& all, const ThingId& id) {
  return std::find(all.begin(), all.end(), id) != all.end();
}

}  // namespace liggare::law
