// Patientens rättigheter told in Swedish: copies, certificates, information, objections, complaints.
#include "projections/opened.h"
#include "projections/swedish.h"
#include "projections/telling.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;
using schema::TextSlot;

std::string at(int64_t instant) { return instant ? formatSwedish(instant) : std::string(); }

std::string howMany(uint32_t items) { return items ? quantity(items, "journaluppgift", "journaluppgifter") : ""; }

// Who made the test, and what it came to; nothing when none was needed.
void tellTest(Telling& telling, schema::HarmTest test, capnp::Text::Reader by) {
  if (test == schema::HarmTest::NOT_MADE) return;
  telling.fact("Menprövning", joinedBy({sv(test), stringOf(by)}, ", av "));
}

void tellRequested(Telling& telling, schema::CopyRequested::Reader body) {
  telling.fact("Begärd av", sv(body.getRequestedBy()));
  telling.fact("Gäller", joinedBy({sv(body.getScope()), howMany(body.getItems().size())}, ", "));
  if (body.getFrom() || body.getTo()) telling.fact("Period", instantPeriod(body.getFrom(), body.getTo()));
  telling.fact("Mottagen", joinedBy({at(body.getReceivedAt()), sv(body.getChannel())}, ", "));
}

void tellProvided(Telling& telling, schema::CopyProvided::Reader body) {
  telling.fact("Mottagare", telling.use(TextSlot::RECIPIENT));
  telling.fact("Omfattar", howMany(body.getItems().size()));
  if (body.getPages()) telling.fact("Omfång", quantity(body.getPages(), "sida", "sidor"));
  telling.fact("Skickad", joinedBy({at(body.getSentAt()), sv(body.getChannel())}, ", "));
  telling.fact("Grund", sv(body.getBasis()));
  tellTest(telling, body.getHarmTest(), body.getHarmTestBy());
  if (body.getChildAsked()) telling.fact("Barnet", "tillfrågat");
}

void tellRefused(Telling& telling, schema::CopyRefused::Reader body) {
  telling.fact("Med stöd av", stringOf(body.getStatute()));
  telling.fact("Beslut", stringOf(body.getDecisionRef()));
  telling.fact("Omfattar", howMany(body.getItems().size()));
  if (body.getAppealInformation()) telling.fact("Överklagande", "information lämnad");
}

void tellCertificate(Telling& telling, schema::CareCertificateIssued::Reader body) {
  telling.fact("Begärt av", sv(body.getRequestedBy()));
  telling.fact("Utfärdat", formatDay(body.getIssuedAt()));
  telling.fact("Mottagare", sv(body.getRecipient()));
  telling.fact("Referens", stringOf(body.getExternalRef()));
}

void tellObjection(Telling& telling, schema::QualityRegisterObjected::Reader body) {
  telling.fact("Register", stringOf(body.getRegister()));
  if (body.getWithdrawn()) telling.fact("Gäller", "invändningen är tillbakatagen");
  telling.fact("Lämnad av", joinedBy({sv(body.getRequestedBy()), sv(body.getChannel())}, ", "));
}

void tellInjury(Telling& telling, schema::VardskadaInformationGiven::Reader body) {
  telling.fact("Informerad",
               joinedBy({body.getToPatient() ? "patienten" : "", body.getToRelative() ? "närstående" : ""}, ", "));
  telling.fact("Känd", at(body.getKnownAt()));
  telling.fact("Referens", stringOf(body.getReference()));
}

void tellComplaint(Telling& telling, schema::ComplaintReceived::Reader body) {
  telling.fact("Från", joinedBy({sv(body.getRequestedBy()), sv(body.getVia())}, ", "));
  const uint32_t disputed = body.getDisputedAccesses().size();
  if (disputed) telling.fact("Ifrågasätter", quantity(disputed, "åtkomst", "åtkomster"));
}

}  // namespace

void tellRights(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::COPY_REQUESTED: return tellRequested(telling, body.getCopyRequested());
    case Kind::COPY_PROVIDED: return tellProvided(telling, body.getCopyProvided());
    case Kind::COPY_REFUSED: return tellRefused(telling, body.getCopyRefused());
    case Kind::REFERRED_TO_IVO: return telling.fact("Referens", stringOf(body.getReferredToIvo().getReference()));
    case Kind::CARE_CERTIFICATE_ISSUED: return tellCertificate(telling, body.getCareCertificateIssued());
    case Kind::PATIENT_INFORMED_PDL:
      return telling.fact("Lydelse", joinedBy({stringOf(body.getPatientInformedPdl().getTextVersion()),
                                               sv(body.getPatientInformedPdl().getChannel())},
                                              ", "));
    case Kind::QUALITY_REGISTER_OBJECTED: return tellObjection(telling, body.getQualityRegisterObjected());
    case Kind::VARDSKADA_INFORMATION_GIVEN: return tellInjury(telling, body.getVardskadaInformationGiven());
    case Kind::COMPLAINT_RECEIVED: return tellComplaint(telling, body.getComplaintReceived());
    case Kind::COMPLAINT_ANSWERED:
      return telling.fact("Besvarat", joinedBy({at(body.getComplaintAnswered().getAnsweredAt()),
                                                sv(body.getComplaintAnswered().getChannel())},
                                               ", "));
    case Kind::MADE_AVAILABLE: return telling.fact("Grund", sv(body.getMadeAvailable().getGround()));
    default: return;
  }
}

}  // namespace liggare
