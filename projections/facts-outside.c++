// Consents, blocks, and everything that leaves the unit, told in Swedish.
#include "engine/base/identifiers.h"
#include "projections/opened.h"
#include "projections/report-head.h"
#include "projections/swedish.h"
#include "projections/telling.h"

namespace liggare {
namespace {

using Kind = schema::Body::Which;
using schema::TextSlot;

std::string withLaw(const std::string& label, const std::string& law) {
  return law.empty() || label.empty() ? label + law : label + " (" + law + ")";
}

std::string basisOf(schema::DisclosureBasis basis) { return withLaw(sv(basis), svLaw(basis)); }

std::string organisation(const std::string& number) {
  auto read = parseOrganisationNumber(number);
  return read ? formatIdentifier(*read) : number;
}

std::string partner(schema::PartnerType type, const std::string& name, const std::string& orgId) {
  std::string text = sv(type);
  if (!name.empty()) text += ": " + name;
  return orgId.empty() ? text : text + " (" + organisation(orgId) + ")";
}

void tellGiven(Telling& telling, schema::ConsentGiven::Reader body) {
  telling.fact("Avser", withLaw(sv(body.getKind()), svLaw(body.getKind())));
  telling.fact("Lämnat av", joinedBy({sv(body.getGivenBy()), sv(body.getChannel()),
                                      body.getGivenAt() ? formatSwedish(body.getGivenAt()) : ""},
                                     ", "));
  telling.fact("Gäller", instantPeriod(body.getValidFrom(), body.getValidTo()));
  std::vector<std::string> recipients;
  uint16_t index = 0;
  for (auto recipient : body.getRecipients())
    recipients.push_back(
        partner(recipient.getType(), telling.use(TextSlot::RECIPIENT, index++), stringOf(recipient.getOrgId())));
  telling.fact("Mottagare", enumerated(recipients));
  telling.fact("Uppgifter", enumeratedLabels(body.getCategories()));
  telling.fact("Ändamål", stringOf(body.getPurposeText()));
  telling.fact("Begränsat till",
               joinedBy({telling.staffName(body.getScopeStaff()), telling.unitName(body.getScopeUnit())}, ", "));
  std::string version = stringOf(body.getInfoTextVersion());
  telling.fact("Information",
               joinedBy({stringOf(body.getInfoTextId()), version.empty() ? "" : "version " + version}, ", "));
}

void tellEnded(Telling& telling, schema::ConsentWithdrawn::Reader body) {
  telling.fact("Avser", sv(body.getKind()));
  if (body.getEffectiveAt()) telling.fact("Från", formatSwedish(body.getEffectiveAt()));
  telling.fact("Meddelat", sv(body.getChannel()));
}

void tellRegistered(Telling& telling, schema::BlockRegistered::Reader body) {
  telling.fact("Slag", withLaw(sv(body.getType()), svLaw(body.getType())));
  std::string process = stringOf(body.getInfoProcess());
  telling.fact("Spärrat", joinedBy({telling.unitName(body.getInfoUnit()), telling.providerName(body.getInfoProvider()),
                                    process.empty() ? "" : "process " + process},
                                   ", "));
  if (body.getInfoFrom() || body.getInfoTo())
    telling.fact("Uppgifter från tiden", instantPeriod(body.getInfoFrom(), body.getInfoTo()));
  telling.fact("Begärd av", joinedBy({sv(body.getRequestedBy()),
                                      body.getRequestDate() ? formatDay(swedishDay(body.getRequestDate())) : ""},
                                     ", "));
}

void tellLift(Telling& telling, schema::BlockTemporarilyLifted::Reader body) {
  telling.fact("Skäl", sv(body.getReason()));
  telling.fact("För", joinedBy({telling.staffName(body.getForStaff()), telling.unitName(body.getForUnit())}, ", "));
  if (body.getUntil()) telling.fact("Till", formatSwedish(body.getUntil()));
  if (body.getItems().size() > 0) telling.fact("Omfattar", quantity(body.getItems().size(), "uppgift", "uppgifter"));
}

void tellOuterAnswer(Telling& telling, schema::OuterLiftAnswered::Reader body) {
  telling.fact("För", telling.providerName(body.getForProvider()));
  if (body.getUntil()) telling.fact("Till", formatSwedish(body.getUntil()));
  if (body.getItems().size() > 0) telling.fact("Omfattar", quantity(body.getItems().size(), "uppgift", "uppgifter"));
}

std::string unitsNamed(Telling& telling, capnp::List<schema::Id>::Reader ids) {
  std::vector<std::string> names;
  for (auto id : ids) names.push_back(telling.unitName(id));
  return enumerated(names);
}

// What was told to the other side, and on what ground each piece left (PDL 3:11, OSL 25:1).
void tellContact(Telling& telling, schema::ExternalContactRecorded::Reader body) {
  telling.fact("Motpart", joinedBy({partner(body.getPartner(), telling.use(TextSlot::PARTY), stringOf(body.getOrgId())),
                                    telling.use(TextSlot::CONTACT_PERSON)},
                                   ", "));
  telling.fact("Form", joinedBy({body.getDirection() == schema::Direction::INCOMING ? "inkommande" : "utgående",
                                 sv(body.getMode())},
                                ", "));
  uint16_t index = 0;
  for (auto disclosed : body.getDisclosed()) {
    std::string text = telling.use(TextSlot::DISCLOSED, index++);
    telling.fact("Lämnat", sv(disclosed.getCategory()) + (text.empty() ? "" : ": " + text));
    telling.fact("Grund", basisOf(disclosed.getBasis()));
  }
  telling.fact("Mottaget", telling.use(TextSlot::RECEIVED));
}

void tellFkInformed(Telling& telling, schema::FkInformed::Reader body) {
  telling.fact("Uppgifter", enumeratedLabels(body.getCategories()));
  telling.fact("Skickat",
               joinedBy({body.getSentAt() ? formatSwedish(body.getSentAt()) : "", sv(body.getChannel())}, ", "));
  telling.fact("Genom", sv(body.getVia()));
  if (body.hasConsent()) telling.fact("Grund", basisOf(schema::DisclosureBasis::CONSENT_C2_FK4));
}

void tellFkAsked(Telling& telling, schema::FkRequestReceived::Reader body) {
  telling.fact("Från", sv(body.getRequester()));
  telling.fact("Referens", stringOf(body.getReference()));
  if (body.getReceivedAt()) telling.fact("Mottagen", formatSwedish(body.getReceivedAt()));
  telling.fact("Efterfrågat", enumeratedLabels(body.getAsked()));
}

void tellFkAnswer(Telling& telling, schema::FkRequestAnswered::Reader body) {
  if (body.getAnsweredAt()) telling.fact("Tid", formatSwedish(body.getAnsweredAt()));
  telling.fact("Uppgifter", enumeratedLabels(body.getCategories()));
  telling.fact("Grund", basisOf(body.getBasis()));
  telling.fact("Bedömt av", stringOf(body.getRelevanceBy()));
  telling.fact("Beslut", stringOf(body.getDecisionRef()));
  if (body.getPages()) telling.fact("Omfång", quantity(body.getPages(), "sida", "sidor"));
  telling.fact("Inte lämnat", enumerated(telling.useAll(TextSlot::WITHHELD)));
}

void tellDisclosure(Telling& telling, schema::DisclosureRecorded::Reader body) {
  telling.fact("Mottagare", partner(body.getRecipient(), telling.use(TextSlot::RECIPIENT), stringOf(body.getOrgId())));
  telling.fact("Uppgifter", enumeratedLabels(body.getCategories()));
  if (body.getItems().size() > 0)
    telling.fact("Omfattar", quantity(body.getItems().size(), "journaluppgift", "journaluppgifter"));
  telling.fact("Grund", joinedBy({basisOf(body.getBasis()), stringOf(body.getStatute())}, ", "));
  telling.fact("Skickat",
               joinedBy({body.getSentAt() ? formatSwedish(body.getSentAt()) : "", sv(body.getChannel())}, ", "));
  telling.fact("Menprövning av", stringOf(body.getHarmTestBy()));
}

void tellIncident(Telling& telling, schema::IncidentRegistered::Reader body) {
  RefusalNote cause = refusalNote(body.getCause());
  telling.fact("Orsak", cause.code + ": " + cause.text);
  telling.fact("Känd", formatSwedish(body.getAwareAt()));
  telling.fact("Anmäls till IMY senast", formatSwedish(body.getDeadline()));
}

}  // namespace

void tellConsent(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::CONSENT_GIVEN: return tellGiven(telling, body.getConsentGiven());
    case Kind::CONSENT_REFUSED:
      telling.fact("Avser", sv(body.getConsentRefused().getKind()));
      return telling.fact("Meddelat", sv(body.getConsentRefused().getChannel()));
    case Kind::CONSENT_WITHDRAWN: return tellEnded(telling, body.getConsentWithdrawn());
    case Kind::CONSENT_ANNULLED: return tellEnded(telling, body.getConsentAnnulled());
    default: return;
  }
}

void tellBlock(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::PATIENT_INFORMED_SVOD:
      return telling.fact("Informationstext", stringOf(body.getPatientInformedSvod().getTextVersion()));
    case Kind::BLOCK_REGISTERED: return tellRegistered(telling, body.getBlockRegistered());
    case Kind::BLOCK_REVOKED:
      if (Micros at = body.getBlockRevoked().getEffectiveAt()) telling.fact("Från", formatSwedish(at));
      return;
    case Kind::BLOCK_ANNULLED:
      if (Micros at = body.getBlockAnnulled().getEffectiveAt()) telling.fact("Från", formatSwedish(at));
      return;
    case Kind::BLOCK_TEMPORARILY_LIFTED: return tellLift(telling, body.getBlockTemporarilyLifted());
    case Kind::LIFT_CANCELLED:
      if (Micros at = body.getLiftCancelled().getEffectiveAt()) telling.fact("Från", formatSwedish(at));
      return;
    case Kind::INNER_BLOCK_SOURCES_REVEALED:
      return telling.fact("Visade enheter", unitsNamed(telling, body.getInnerBlockSourcesRevealed().getUnits()));
    case Kind::OUTER_LIFT_REQUESTED:
      return telling.fact("Begärt hos", telling.providerName(body.getOuterLiftRequested().getOwner()));
    case Kind::OUTER_LIFT_GRANTED: return tellOuterAnswer(telling, body.getOuterLiftGranted());
    case Kind::OUTER_LIFT_REFUSED: return tellOuterAnswer(telling, body.getOuterLiftRefused());
    default: return;
  }
}

void tellOutside(Telling& telling, schema::Body::Reader body) {
  switch (body.which()) {
    case Kind::EXTERNAL_CONTACT_RECORDED: return tellContact(telling, body.getExternalContactRecorded());
    case Kind::FK_INFORMED: return tellFkInformed(telling, body.getFkInformed());
    case Kind::FK_REQUEST_RECEIVED: return tellFkAsked(telling, body.getFkRequestReceived());
    case Kind::FK_REQUEST_ANSWERED: return tellFkAnswer(telling, body.getFkRequestAnswered());
    case Kind::FK_REQUEST_REFUSED: return tellFkAnswer(telling, body.getFkRequestRefused());
    case Kind::DISCLOSURE_RECORDED: return tellDisclosure(telling, body.getDisclosureRecorded());
    case Kind::DEVIATION_FLAGGED: return telling.fact("Referens", stringOf(body.getDeviationFlagged().getReference()));
    case Kind::INCIDENT_REGISTERED: return tellIncident(telling, body.getIncidentRegistered());
    case Kind::ERASURE_REQUESTED: {
      RefusalNote note = refusalNote(schema::RefusalCode::GDPR_ERASURE);
      return telling.fact("Svar", note.text + " (" + note.law + ")");
    }
    default: return;
  }
}

}  // namespace liggare
