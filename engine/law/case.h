// The chapter on need, offer and case, in three files: need.c++, offers.c++, case.c++.
#pragma once

#include "engine/law/coordination.h"

namespace liggare::law {

// 1 §: a physician's word that the patient is to some degree kept from working life, valid that day; null when none is.
// Another provider's certificate stands in another journal.
const Evidence* evidenceAt(const Context& ctx, Micros t);
// The region's decision that those not yet sick-listed may be offered, in force at t.
const RegionPolicy* preventivePolicyAt(const Context& ctx, Micros t);

Verdict recordEvidence(Context& ctx);
Verdict receiveRequest(Context& ctx);
Verdict assessNeed(Context& ctx);
Verdict makeOffer(Context& ctx);
Verdict acceptOffer(Context& ctx);
Verdict declineOffer(Context& ctx);

}  // namespace liggare::law
