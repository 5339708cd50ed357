// One person under several keys, the note in the wrong journal, responsibility handed over; and logguppföljning. Told
// in Swedish; whose other journal it was is never told in this one.
#include "projections/opened.h"
#include "projections/swedish.h"
#include "projections/telling.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;

std::string count(uint64_t number) { return std::to_string(number); }

void tellHandover(Telling& telling, schema::ResponsibilityHandedOver::Reader body) {
  telling.fact("Till",
               joinedBy({telling.providerName(body.getToProvider()), stringOf(body.getToRegionCode())}, ", region "));
  telling.fact("Referens", stringOf(body.getReference()));
  telling.fact("Uppgifter", enumeratedLabels(body.getCategories()));
  if (body.getBasis() != schema::DisclosureBasis::NONE) telling.fact("Grund", sv(body.getBasis()));
  telling.fact("Menprövning av", stringOf(body.getHarmTestBy()));
}

void tellCampaign(Telling& telling, schema::ReviewCampaignOpened::Reader body) {
  telling.fact("Slag", sv(body.getKind()));
  telling.fact("Period", instantPeriod(body.getFrom(), body.getTo()));
  telling.fact("Signaler", listed(body.getTriggers()));
  telling.fact("Frö", stringOf(body.getSeed()));
}

void tellAssessed(Telling& telling, schema::ReviewAssessed::Reader body) {
  telling.fact("Utfall", sv(body.getOutcome()));
  uint16_t index = 0;
  for (auto criterion : body.getCriteria()) {
    const std::string note = telling.use(schema::TextSlot::CRITERION, index++);
    telling.fact(capitalised(sv(criterion.getKey())), joinedBy({sv(criterion.getAnswer()), note}, ": "));
  }
}

void tellClosed(Telling& telling, schema::CampaignClosed::Reader body) {
  telling.fact("Granskade", count(body.getReviewed()));
  telling.fact("Med anmärkning", count(body.getRemarks()));
  telling.fact("Öppna", count(body.getOpen()));
}

}  // namespace

void tellPersons(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PATIENT_IDENTITIES_MERGED:
      telling.fact("Grund", sv(body.getPatientIdentitiesMerged().getBasis()));
      return telling.fact("Underlag", stringOf(body.getPatientIdentitiesMerged().getEvidence()));
    case Kind::PATIENT_IDENTITY_SPLIT:
      return telling.fact("Sammanslagna sedan", formatSwedish(body.getPatientIdentitySplit().getMergedAt()));
    case Kind::NOTE_MARKED_MISFILED: {
      const bool here = body.getNoteMarkedMisfiled().hasCorrectPatient();
      return telling.fact("Gäller", here ? "anteckningen hör till en annan patient"
                                         : "en anteckning om den här patienten stod i en annan journal");
    }
    case Kind::RESPONSIBILITY_HANDED_OVER: return tellHandover(telling, body.getResponsibilityHandedOver());
    case Kind::REVIEW_CAMPAIGN_OPENED: return tellCampaign(telling, body.getReviewCampaignOpened());
    case Kind::SAMPLE_DRAWN:
      telling.fact("Metod", stringOf(body.getSampleDrawn().getMethod()));
      return telling.fact("Urval", count(body.getSampleDrawn().getAccesses().size()) + " av " +
                                       count(body.getSampleDrawn().getPopulation()));
    case Kind::REVIEW_CASE_OPENED:
      telling.fact("Granskad", telling.staffName(body.getReviewCaseOpened().getStaff()));
      return telling.fact("Signaler", listed(body.getReviewCaseOpened().getTriggers()));
    case Kind::REVIEW_SCREENED: return telling.fact("Utfall", sv(body.getReviewScreened().getResult()));
    case Kind::CLARIFICATION_ASKED:
      if (body.getClarificationAsked().getAnswerBy())
        telling.fact("Svar senast", formatSwedish(body.getClarificationAsked().getAnswerBy()));
      return;
    case Kind::USER_STATEMENT_RECORDED:
      telling.fact("Lämnat", formatSwedish(body.getUserStatementRecorded().getStatedAt()));
      return telling.fact("Hur", sv(body.getUserStatementRecorded().getVia()));
    case Kind::REVIEW_ASSESSED: return tellAssessed(telling, body.getReviewAssessed());
    case Kind::REVIEW_ACTION_TAKEN:
      telling.fact("Åtgärd", sv(body.getReviewActionTaken().getAction()));
      return telling.fact("Referens", stringOf(body.getReviewActionTaken().getReference()));
    case Kind::REVIEW_CASE_CLOSED: {
      const auto outcome = body.getReviewCaseClosed().getOutcome();
      if (outcome != schema::ReviewOutcome::UNASSESSED) telling.fact("Utfall", sv(outcome));
      return;
    }
    case Kind::PATIENT_INFORMED_OF_BREACH:
      return telling.fact("Hur", sv(body.getPatientInformedOfBreach().getChannel()));
    case Kind::INCIDENT_REPORTED: {
      auto said = body.getIncidentReported();
      telling.fact("Anmäld", said.getNotReported() ? "nej" : formatSwedish(said.getReportedAt()));
      return telling.fact("Referens", stringOf(said.getReference()));
    }
    case Kind::CAMPAIGN_CLOSED: return tellClosed(telling, body.getCampaignClosed());
    default: return;
  }
}

}  // namespace liggare
