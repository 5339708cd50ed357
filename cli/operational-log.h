// What an operator may want to know about the engine, as log lines on standard error. Positions, counts and durations
// only: nothing about a patient can be told through an Observer. LIGGARE_LOG=trace|debug|info|warn|error|off sets how
// much (warn).
#pragma once

#include "engine/base/observer.h"

namespace liggare::cli {

void startOperationalLog();  // once, before any thread
Observer& operationalLog();

}  // namespace liggare::cli
