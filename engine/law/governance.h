// What the two halves of styrning share: who governs, and which commission is theirs to govern.
#pragma once

#include "engine/law/naming.h"

namespace liggare::law {

// PDL 4 kap. 2 §: the provider decides. mayAct has already bounded what an operator may.
inline Verdict governs(const Context& ctx) {
  if (ctx.isOperator()) return ok();
  return needsRight(ctx, schema::Right::GOVERN);
}

// The provider named, when one is, must be the one that governs.
inline Verdict governsProvider(const Context& ctx, schema::Ref::Reader named) {
  LIGGARE_RULE(governs(ctx));
  if (isAbsent(named) || keyOf(named) == ctx.providerKey()) return ok();
  return refuse(RefusalCode::NOT_AUTHORISED);
}

struct FoundCommission {
  const CommissionState* state = nullptr;
  Verdict verdict;
};
// The commission a command names: it exists, and is the governing provider's own.
inline FoundCommission ownCommission(const Context& ctx, schema::Ref::Reader ref) {
  const CommissionState* state = isKnown(ref) ? ctx.view.commission(subjectKey(ref.getKey())) : nullptr;
  if (!state || !state->exists) return {nullptr, refuse(RefusalCode::UNKNOWN_THING)};  // never: a known one is synced
  if (state->provider != ctx.providerKey()) return {nullptr, refuse(RefusalCode::NOT_AUTHORISED)};
  return {state, ok()};
}

inline schema::Event::Builder draftGovernance(Context& ctx, schema::Body::Which kind) {
  return ctx.draft(kind, schema::ItemClass::GOVERNANCE);
}
inline Micros orNow(const Context& ctx, Micros instant) { return instant ? instant : ctx.recordedAt; }

// The analysis named, or the latest when none is; only one that is in force now (domain case 34). Null when none is.
const RiskAnalysis* analysisInForce(const Context& ctx, const ThingId& id);

// commissions.c++: the commands about commissions, analyses and authorisations; the rest are decided in governance.c++.
Verdict decideCommissions(Context& ctx);

}  // namespace liggare::law
