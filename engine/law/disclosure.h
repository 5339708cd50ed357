// May these data leave to that recipient? One question, asked by external contacts, disclosures and answers to
// authorities.
#pragma once

#include "engine/law/coordination.h"

namespace liggare::law {

// One thing that is handed out, and what is said to allow it.
struct Handing {
  schema::PartnerType recipient{};
  std::string orgId;  // empty: none given
  schema::DataCategory category{};
  schema::DisclosureBasis basis{};
  std::string harmTestBy, statute;  // who judged OSL 25:1; which other statute
  bool namesTest = true;            // the command has a place for who tested, asked and under what; a contact has none
  schema::HarmTest harmTest = schema::HarmTest::NO_HARM;  // what the test came to
  bool isAskedFor = true;  // by whom, under which reference and when stands there (§3.7)
  schema::DeliveryMode delivery{};
};
struct HandingAnswer {
  RefusalCode code = RefusalCode::NONE;
  ThingId consent;  // C2 or C3 it rests on
};

// OSL 25:1, 12:2, 10:28; PSL 6:12. Judged by the state at t: when it was handed out.
HandingAnswer mayLeave(const Context& ctx, const Handing& handing, Micros t);

// A C3 at this provider, at t, that names the recipient and the category.
const Consent* disclosureConsent(const PatientState& patient, const SubjectKey& provider, schema::PartnerType recipient,
                                 const std::string& orgId, schema::DataCategory category, Micros t);

// The items are this provider's own, in this journal, and still there: R-OKAND, R-DESTRUERAD.
Verdict itemsAreOurs(const Context& ctx, capnp::List<schema::Id>::Reader ids);
// Whether any of these items of the patient's is marked as another person's.
bool holdsMisfiled(const PatientState& patient, capnp::List<schema::Id>::Reader ids);

// 4 §: the patient is being given coordination interventions by this provider at t, under the statute (§00.4).
bool isBeingCoordinated(const Context& ctx, Micros t);

// --- FK and other authorities (fk.c++) -------------------------------------------------------------------------------
Verdict suspectRehabNeed(Context& ctx);
Verdict informFk(Context& ctx);
Verdict receiveFkRequest(Context& ctx);
Verdict answerFkRequest(Context& ctx);
Verdict refuseFkRequest(Context& ctx);

// Journal writers, or those whose task is to hand out: right, then PDL 4:1 for the writers.
Verdict mayHandOut(const Context& ctx);

}  // namespace liggare::law
