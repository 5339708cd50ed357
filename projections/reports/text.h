// The reports as calm text in Swedish, for a patient, a verksamhetschef, an auditor at a terminal. Each page says at
// its top where it comes from: which log, how far it reached, its root, and which recorded read it rests on.
#pragma once

#include "projections/access-log.h"
#include "projections/patient-journal.h"
#include "projections/reports/page.h"
#include "projections/shared-view.h"

namespace liggare {

std::string renderText(const PatientJournal& journal, PageStyle style = {});
std::string renderText(const SharedView& view, PageStyle style = {});
std::string renderText(const AccessLog& log, PageStyle style = {});

// A refusal as everybody is told it: code, sentence, paragraph.
std::string refusalSentence(const RefusalNote& note);
std::string paragraphCited(const std::string& law);  // "lag 2019:1297 3 §"; others as they stand
// "Samtycke saknas (SVOD 3 kap. 1 §)", the full stop after the paragraph when the sentence had one.
std::string withLaw(std::string text, const std::string& law);
// "Anna Berg, fysioterapeut (rehabiliteringskoordinator)"
std::string personLine(const Who& who);

}  // namespace liggare
