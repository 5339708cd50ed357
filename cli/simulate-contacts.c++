// Consents, and what they allow: calls to the employer, Försäkringskassan, the neighbouring region.
#include "cli/simulate-steps.h"

namespace liggare::simulation {

void Writer::consentStep(Step what, Patient& patient) {
  if (what == Step::CONSENT_C4) {
    asStaff(neighbourUnit(patient).physician, "care")
        .put("patient", patient.numberText())
        .open("giveConsent")
        .put("consentId", draw());
    line.put("kind", "c4")
        .put("givenBy", "patient")
        .put("channel", "oral")
        .put("scopeUnit", neighbourUnit(patient).hsaId)
        .dayStart("validTo", day->date + 365)
        .put("infoTextId", "SJF-2")
        .put("infoTextVersion", INFO_VERSION);
    patient.hasC4 = true;
    return finish();
  }
  coordinator(patient);
  if (what == Step::WITHDRAW) {
    line.open("withdrawConsent")
        .put("consentId", patient.c1)
        .put("channel", "phone")
        .put("reason", "Orkar inte just nu.");
    patient.c1 = {};
  } else if (what == Step::OUTER_BLOCK) {
    line.open("registerBlock")
        .put("blockId", draw())
        .put("type", "outer")
        .put("requestedBy", "patient")
        .put("reason", "Vill bestämma själv.");
    patient.hasOuterBlock = true;
  } else if (what == Step::REFUSE_C2) {
    line.open("refuseConsent").put("kind", "c2").put("channel", "oral").put("reason", "Vill prata med dem själv.");
  } else if (what == Step::CONSENT_C2) {
    patient.c2 = draw();
    line.open("giveConsent")
        .put("consentId", patient.c2)
        .put("kind", "c2")
        .put("givenBy", "patient")
        .put("channel", "oral")
        .put("infoTextId", "KI-2")
        .put("infoTextVersion", INFO_VERSION);
  } else {
    line.open("giveConsent")
        .put("consentId", draw())
        .put("kind", "c3")
        .put("givenBy", "patient")
        .put("channel", "written")
        .raw(",\"recipients\":[{\"type\":\"employer\",\"orgId\":\"5599990024\",\"name\":\"Arbetsgivaren\"}]");
    line.raw(",\"categories\":[\"workCapacity\",\"plan\"]")
        .put("purposeText", "Planera återgång i arbete")
        .dayStart("validTo", day->date + 180)
        .put("infoTextId", "KI-3")
        .put("infoTextVersion", INFO_VERSION);
  }
  finish();
}

void Writer::contactStep(Step what, Patient& patient) {
  coordinator(patient);
  if (what != Step::FK_ASKS && what != Step::FK_ANSWERED) line.put("caseId", patient.caseId);
  if (what == Step::SUSPECT) {
    patient.suspicion = draw();
    line.open("suspectRehabNeed").put("suspicionId", patient.suspicion).put("ground", "Kan behöva arbetsträning.");
  } else if (what == Step::INFORM_FK) {
    line.open("informFk")
        .put("informationId", draw())
        .put("suspicionId", patient.suspicion)
        .raw(",\"categories\":[\"workCapacity\"]")
        .put("channel", "phone")
        .put("via", "coordinator")
        .put("summary", "Att behov av arbetsträning kan antas.");
  } else if (what == Step::FK_ASKS) {
    patient.request = draw();
    line.open("receiveFkRequest")
        .put("requestId", patient.request)
        .put("requester", "fk")
        .put("reference", "FK-2026-T")
        .raw(",\"asked\":[\"workCapacity\"]")
        .put("text", "Begär uppgift om arbetsförmåga.")
        .put("namedPerson", patient.numberText());
  } else if (what == Step::FK_ANSWERED) {
    line.open("answerFkRequest")
        .put("requestId", patient.request)
        .raw(",\"categories\":[\"workCapacity\"],\"relevantCategories\":[\"workCapacity\"]")
        .put("relevanceBy", unitOf(patient).physician.name)
        .number("pages", 2)
        .put("text", "Arbetsförmåga, två sidor.");
  } else {
    const bool isCall = what == Step::CALL_EMPLOYER;
    const Uuid id = draw();
    line.open("recordExternalContact")
        .put("contactId", id)
        .put("direction", isCall ? "outgoing" : "incoming")
        .put("partner", "employer")
        .put("orgId", "5599990024")
        .put("party", "Arbetsgivaren")
        .put("mode", "phone");
    if (isCall)
      line.raw(
          ",\"disclosed\":[{\"category\":\"workCapacity\",\"basis\":\"consentC3\",\"text\":\"Vad som fungerar de "
          "första veckorna.\"}]");
    line.put("received", isCall ? "Kan ordna lättare uppgifter." : "Undrar när det går att planera.");
    made(patient, id);
  }
  finish();
}

}  // namespace liggare::simulation
