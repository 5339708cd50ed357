#include "cli/simulate-steps.h"

#include "cli/simulate-texts.h"

namespace liggare::simulation {

// --- what every line begins with ------------------------------------------------------------------------------

Line& Writer::begin() {
  line.clear();
  line.raw("{").put("id", draw()).name("at").raw("\"");
  day->appendTime(line.text, ms);
  return line.raw("\"");
}
Line& Writer::asOperator() { return begin().raw(",\"actor\":{\"operator\":null}"); }

Line& Writer::asStaff(const Staff& staff, std::string_view purpose, Login login) {
  begin().raw(",\"actor\":{\"staff\":{\"commission\":\"").raw(staff.commission);
  line.raw(login == Login::STRONG ? "\"},\"authentication\":{\"method\":\"smartCard\",\"level\":3}}"
                                  : "\"},\"authentication\":{\"method\":\"password\",\"level\":2}}");
  return line.put("purpose", purpose);
}

Line& Writer::asPatient(const Patient& patient) {
  begin().raw(",\"actor\":{\"patient\":\"").raw(patient.numberText());
  line.raw("\",\"authentication\":{\"method\":\"mobileEid\",\"level\":3}}").put("purpose", "patientAccess");
  return line.put("patient", patient.numberText());
}

Line& Writer::coordinator(const Patient& patient) {
  return asStaff(unitOf(patient).coordinator, "coordination").put("patient", patient.numberText());
}
Line& Writer::physician(const Patient& patient) {
  return asStaff(unitOf(patient).physician, "care").put("patient", patient.numberText());
}

void Writer::finish() {
  line.raw("}}");
  ++lines;
  emit(line.text);
}

void Writer::consultation() { line.raw(",\"consultation\":{\"done\":true,\"how\":\"oral\"}"); }

// --- a patient's way ------------------------------------------------------------------------------------------

void Writer::step(Step what, Patient& patient) {
  if (what <= Step::INFORM_SVOD || what == Step::NEIGHBOUR_RELATION) return identityStep(what, patient);
  if (what <= Step::CONTACT_PERSON || what == Step::CLOSE) return needStep(what, patient);
  if (what <= Step::FOLLOW_UP) return journalStep(what, patient);
  if (what == Step::CONSENT_C2 || what == Step::CONSENT_C3 || what == Step::REFUSE_C2 || what >= Step::CONSENT_C4)
    return consentStep(what, patient);
  contactStep(what, patient);
}

void Writer::identityStep(Step what, Patient& patient) {
  if (what == Step::NEIGHBOUR_RELATION) {
    asStaff(neighbourUnit(patient).physician, "care").put("patient", patient.numberText()).open("registerRelation");
    line.put("relationId", draw())
        .put("kind", "booking")
        .put("unit", neighbourUnit(patient).hsaId)
        .dayStart("validTo", day->date + 365);
    patient.isSeenByNeighbour = true;
    return finish();
  }
  if (what == Step::REGISTER) {
    const uint32_t name = uint32_t(random.below(FIRST_NAMES * LAST_NAMES));
    asStaff(unitOf(patient).coordinator, "coordination")
        .open("registerPatient")
        .name("identifiers")
        .raw("[\"")
        .raw(patient.numberText())
        .raw("\"]");
    line.put("assurance", "confirmed")
        .name("name")
        .raw("\"")
        .raw(firstName(name))
        .raw(" ")
        .raw(lastName(name / FIRST_NAMES))
        .raw("\"");
    return finish();
  }
  coordinator(patient);
  if (what == Step::RESIDENCE) {
    line.open("changeResidence")
        .put("region", region.providers[patient.isVisitor ? NEIGHBOUR : HOME].region)
        .put("basis", "resident");
    line.raw(",\"effective\":\"2020-01-01T00:00:00+01:00\"");
  } else if (what == Step::RELATION) {
    line.open("registerRelation")
        .put("relationId", draw())
        .put("kind", "visit")
        .put("unit", unitOf(patient).hsaId)
        .dayStart("validTo", day->date + 365);
  } else {
    line.open("informSvod").put("textVersion", "SJF 2026-02");
  }
  finish();
}

void Writer::evidence(Patient& patient) {
  const uint64_t percent = 25 * (1 + random.below(4));
  physician(patient)
      .open("recordEvidence")
      .put("evidenceId", draw())
      .put("kind", "fkCertificate")
      .put("issuerRole", "physician");
  line.day("issuedAt", day->date).day("validFrom", day->date).day("validTo", day->date + 180);
  line.raw(",\"degrees\":[{").number("percent", percent).day("from", day->date).day("to", day->date + 180).raw("}]");
  line.raw(",\"diagnoses\":[\"").raw(oneOf(DIAGNOSES)).raw("\"]");
}

void Writer::acceptance(Patient& patient) {
  patient.c1 = draw();
  coordinator(patient)
      .put("caseId", patient.caseId)
      .open("acceptOffer")
      .put("offerId", patient.offer)
      .open("consent")
      .put("consentId", patient.c1);
  line.put("kind", "c1")
      .put("givenBy", "patient")
      .put("channel", "oral")
      .put("infoTextId", INFO_TEXT)
      .put("infoTextVersion", INFO_VERSION)
      .close();
}

void Writer::needStep(Step what, Patient& patient) {
  switch (what) {
    case Step::EVIDENCE: evidence(patient); break;
    case Step::NEED:
      patient.assessment = draw();
      patient.caseId = draw();
      coordinator(patient)
          .open("assessNeed")
          .put("assessmentId", patient.assessment)
          .put("outcome", "need")
          .put("basis", "statutory");
      line.yes("withPhysician").put("newCaseId", patient.caseId).put("ground", oneOf(GROUND_TEXTS));
      break;
    case Step::NO_NEED:
      coordinator(patient)
          .open("assessNeed")
          .put("assessmentId", draw())
          .put("outcome", "noNeed")
          .put("basis", "statutory")
          .put("ground", "Klarar kontakterna själv.");
      break;
    case Step::DEFER:
      coordinator(patient)
          .open("assessNeed")
          .put("assessmentId", draw())
          .put("outcome", "defer")
          .put("basis", "statutory");
      line.put("ground", "Ny bedömning efter operationen.").day("deferUntil", day->date + 30);
      break;
    case Step::OFFER: {
      const bool isPrivate = unitOf(patient).provider == PRIVATE;
      patient.offer = draw();
      coordinator(patient).put("caseId", patient.caseId).open("makeOffer").put("offerId", patient.offer);
      line.put("basis", patient.isVisitor ? "agreement"
                        : isPrivate       ? "contract"
                                          : "resident")
          .put("infoTextId", INFO_TEXT)
          .put("infoTextVersion", INFO_VERSION);
      break;
    }
    case Step::ACCEPT: acceptance(patient); break;
    case Step::DECLINE:
      coordinator(patient)
          .put("caseId", patient.caseId)
          .open("declineOffer")
          .put("offerId", patient.offer)
          .put("reason", "Vill klara det själv.");
      break;
    case Step::CONTACT_PERSON:
      coordinator(patient).put("caseId", patient.caseId).open("assignContactPerson").put("assignmentId", draw());
      line.put("staff", unitOf(patient).coordinator.person).put("role", "coordinator").yes("primary");
      break;
    default:
      coordinator(patient)
          .put("caseId", patient.caseId)
          .open("closeCase")
          .put("reason", random.below(3) ? "goalFull" : "goalPartial")
          .put("summary", "Åter i arbete enligt planen.");
  }
  finish();
}

void Writer::intervention(Step what, Patient& patient) {
  constexpr std::array<std::string_view, 3> KINDS = {"personalSupport", "internalCoordination", "externalCooperation"};
  constexpr std::array<std::string_view, 4> MODES = {"physical", "phone", "video", "noContact"};
  const Uuid id = draw();
  if (what == Step::INTERVENTION && !patient.c1.isZero()) made(patient, id);  // else it is refused: R-C1
  const std::string_view mode = oneOf(MODES);
  line.open("recordIntervention").put("interventionId", id).put("kind", oneOf(KINDS)).put("mode", mode);
  if (mode != "noContact") line.yes("withPatientContact");
  line.number("durationMinutes", 10 + 5 * random.below(11)).raw(",\"kva\":[\"GC001\"]");
  consultation();
  line.put("function", "rehabkoordinator").put("text", oneOf(INTERVENTION_TEXTS));
}

void Writer::journalStep(Step what, Patient& patient) {
  if (what == Step::SIGN) {
    coordinator(patient).open("signNote").put("noteId", patient.note);
    return finish();
  }
  if (what == Step::CORRECT) {
    coordinator(patient)
        .open("correctNote")
        .put("correctionId", draw())
        .put("targetId", patient.note)
        .put("newText", oneOf(NOTE_TEXTS))
        .put("reason", "Fel uppgift i texten.");
    return finish();
  }
  if (what == Step::DISSENT) {
    coordinator(patient)
        .open("noteDissent")
        .put("dissentId", draw())
        .put("targetId", patient.note)
        .put("statement", "Så sade jag inte.")
        .put("via", "phone");
    return finish();
  }
  coordinator(patient);
  if (!patient.caseId.isZero()) line.put("caseId", patient.caseId);
  if (what == Step::NOTE) {
    patient.note = draw();
    line.open("recordNote")
        .put("noteId", patient.note)
        .put("template", "free")
        .put("language", "sv")
        .put("text", oneOf(NOTE_TEXTS));
    made(patient, patient.note);
  } else if (what == Step::PLAN || what == Step::FOLLOW_UP) {
    if (what == Step::PLAN) patient.plan = draw();
    line.open(what == Step::PLAN ? "establishPlan" : "followUpPlan")
        .put("planId", patient.plan)
        .raw(",\"goals\":[\"")
        .raw(oneOf(GOAL_TEXTS))
        .raw("\"]");
    line.raw(",\"steps\":[\"Möte på arbetsplatsen\",\"Avstämning före nästa intyg\"]")
        .day("followUpDay", day->date + 21);
    consultation();
    line.put("text", "Skriven tillsammans med patienten.");
    if (what == Step::PLAN) made(patient, patient.plan);
  } else {
    intervention(what, patient);
  }
  finish();
}

}  // namespace liggare::simulation
