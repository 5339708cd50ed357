// What blocks.c++ and lifts.c++ share.
#pragma once

#include "engine/law/access-record.h"
#include "engine/law/coordination.h"

namespace liggare::law {

const Block* findBlock(const PatientState& patient, const ThingId& id);
// Whether the one who acts may hear of the block; else it is as if it did not exist.
bool mayKnowOf(const Context& ctx, const Block& block);
// §00.30: a guardian may speak for a child who cannot decide, not for a mature child, nor for an adult; other
// representatives need their papers.
Verdict mayAskFor(const Context& ctx, schema::GivenBy requestedBy);
// To take back what closes (a block, an objection): as mayAskFor, and besides only for the living, and by a patient who
// can decide. To close more, the patient's word is enough.
Verdict mayOpenFor(const Context& ctx, schema::GivenBy requestedBy);
// Somebody with that office is on record at t: a guardian, or a representative with both papers (§00.12).
// On record as a guardian, and not as another representative.
bool isGuardian(const PatientState& patient, const SubjectKey& person, Micros t);
bool isRepresented(const PatientState& patient, schema::GivenBy as, Micros t);
// In an e-service the patient names no provider: the only one that has data about the patient, at the unit when one is
// given; null when there is none, or several.
const ProviderState* onlyProvider(const Context& ctx, const SubjectKey* atUnit = nullptr);

Verdict liftBlock(Context& ctx);
Verdict cancelLift(Context& ctx);
Verdict revealBlockSources(Context& ctx);
Verdict requestOuterLift(Context& ctx);
Verdict answerOuterLift(Context& ctx, schema::AnswerOuterLift::Reader asked, OuterRequest::State answer);

}  // namespace liggare::law
