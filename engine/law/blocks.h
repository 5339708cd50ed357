// What blocks.c++ and lifts.c++ share.
#pragma once

#include "engine/law/access-record.h"
#include "engine/law/naming.h"

namespace liggare::law {

const Block* findBlock(const PatientState& patient, const ThingId& id);

Verdict liftBlock(Context& ctx);
Verdict cancelLift(Context& ctx);
Verdict revealBlockSources(Context& ctx);
Verdict requestOuterLift(Context& ctx);
Verdict answerOuterLift(Context& ctx, schema::AnswerOuterLift::Reader asked, OuterRequest::State answer);

}  // namespace liggare::law
