// What the files of patientens rättigheter share: rights.c++ (information, objections, complaints), copies.c++ (copies
// and log extracts), availability.c++ (SVOD 2:6), rights-fold.c++.
#pragma once

#include "engine/law/coordination.h"

namespace liggare::law {

Verdict requestCopy(Context& ctx);
Verdict provideCopy(Context& ctx);
Verdict refuseCopy(Context& ctx);
Verdict referToIvo(Context& ctx);
Verdict provideLogExtract(Context& ctx);
Verdict makeAvailable(Context& ctx);
Verdict withdrawAvailability(Context& ctx);

// Under whose roof the individual asks: in an e-service the only provider that has a journal, else R-OKAND. Staff act
// under their own.
Verdict providerIsClear(Context& ctx);
// Those whose task it is to receive what patients ask, with no part in the care needed; never for one's own journal.
// An individual has been admitted by mayAct.
Verdict mayReceive(const Context& ctx);
// Who asks: whoever is logged in speaks as what they are on record, whatever the command says.
schema::RequestedBy askedBy(const Context& ctx, schema::RequestedBy claimed);
// R-FRAMTID for a time stated beside occurredAt; then the command's own.
Verdict timesAreRight(const Context& ctx, Micros stated);

}  // namespace liggare::law
