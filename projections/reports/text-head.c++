#include "projections/reports/text-head.h"

#include "projections/swedish.h"

namespace liggare {
namespace {

std::string shortRoot(const Hash& root) {
  std::string hex = toHex(root);
  return hex.substr(0, 8) + "…" + hex.substr(hex.size() - 8);
}

std::string patientLine(const PatientName& patient) {
  if (patient.identifier.empty()) return "Okänd patient";
  return patient.name.empty() ? patient.identifier : patient.name + ", " + patient.identifier;
}

// Protection is told first: whoever prints or speaks must see it.
void writeProtection(Page& page, const PatientName& patient) {
  if (patient.secrecyMark)
    page.paragraph(0, "SEKRETESSMARKERING: lämna inte ut uppgifter utan särskild prövning (OSL 22 kap. 1 §).");
  if (patient.protectedRegistration)
    page.paragraph(0, "SKYDDAD FOLKBOKFÖRING: var patienten bor eller vistas får inte röjas.");
  if (patient.died) page.labelled(0, "Avliden", formatDay(*patient.died));
}

std::string readerLine(const ReportHead& head) {
  std::string text = personLine(head.reader);
  if (!head.reader.unit.empty()) text += " · " + head.reader.unit;
  if (!head.reader.provider.empty()) text += " · " + head.reader.provider;
  return text;
}

std::string readsLine(const ReportHead& head) {
  std::string text = "läsningen är post ";
  text += std::to_string(head.reads.front());
  if (head.reads.size() > 1) text += "–" + std::to_string(head.reads.back());
  return text;
}

void writeOrigin(Page& page, const ReportHead& head) {
  page.labelled(0, "Liggare",
                head.origin + " · " + quantity(head.size, "post", "poster") + " · rot " + shortRoot(head.root) + " · " +
                    readsLine(head));
  if (head.demo) page.labelled(0, "DEMOJOURNAL", "klockan styrs av kommandona");
}

}  // namespace

std::string paragraphCited(const std::string& law) { return !law.empty() && law[0] == '2' ? "lag " + law : law; }

std::string withLaw(std::string text, const std::string& law) {
  if (law.empty() || law == "–") return text;
  bool isSentence = !text.empty() && text.back() == '.';
  if (isSentence) text.pop_back();
  return text + " (" + paragraphCited(law) + ")" + (isSentence ? "." : "");
}

std::string refusalSentence(const RefusalNote& note) { return note.code + ": " + withLaw(note.text, note.law); }

std::string personLine(const Who& who) {
  std::string text = who.name.empty() ? "Utan namn i registret" : who.name;
  if (!who.title.empty()) text += ", " + who.title;
  if (!who.function.empty() && who.function != who.title) text += " (" + who.function + ")";
  return text;
}

PageGoes beginPage(Page& page, const ReportHead& head, std::string_view owner) {
  page.title(head.title, owner);
  if (!head.patient.isZero()) {
    writeProtection(page, head.patientName);
    page.labelled(0, "Patient", patientLine(head.patientName));
  }
  page.labelled(0, "Läst av", readerLine(head));
  page.labelled(0, "Läst", formatSwedish(head.readAt));
  std::string why = capitalised(head.purpose);
  bool isSame = capitalised(head.ground) == why;
  if (!head.refusal && !head.ground.empty())
    why = isSame ? withLaw(why, head.groundLaw) : why + " · " + withLaw(head.ground, head.groundLaw);
  page.labelled(0, "Ändamål", why);
  if (head.asOf != 0) page.labelled(0, "Visas som känt", formatSwedish(head.asOf));
  writeOrigin(page, head);
  page.rule();
  if (head.refusal) {
    page.blank();
    page.paragraph(0, "Läsningen nekades.");
    page.paragraph(0, refusalSentence(*head.refusal));
    page.blank();
    page.paragraph(0, "Försöket är registrerat i åtkomstloggen. Inga uppgifter har visats.");
    return PageGoes::NO_FURTHER;
  }
  if (!head.complete) {
    page.blank();
    page.paragraph(
        0, "Vyn har inte hunnit fram till läsningen. Det som står här kan vara ofullständigt: läs igen om en stund.");
  }
  page.blank();
  return PageGoes::ON;
}

namespace {

constexpr size_t IN = Page::BODY;

void writeWho(Page& page, const JournalEntry& entry, WhoseUnit whose) {
  std::string unit = entry.unit.empty() ? entry.author.unit : entry.unit;
  std::string line = personLine(entry.author);
  if (!unit.empty()) line += " · " + unit;
  if (whose == WhoseUnit::NAMED && !entry.provider.empty() && entry.author.kind != Who::Kind::STAFF)
    line += " · " + entry.provider;
  page.paragraph(IN, line);
  page.paragraph(IN, "Antecknad " + formatSwedish(entry.recordedAt));
  if (entry.lateHours == 0) return;
  std::string late = "Sen anteckning, " + quantity(entry.lateHours, "timme", "timmar") + " efter";
  page.paragraph(IN, entry.lateReason.empty() ? late + "." : late + ": " + entry.lateReason);
}

void writePassages(Page& page, const JournalEntry& entry) {
  bool isCorrected = !entry.corrections.empty();
  if (isCorrected && !entry.account.passages.empty()) {
    page.blank();
    page.paragraph(IN, "Ursprunglig lydelse (rättad, gäller inte längre)");
  }
  for (auto& passage : entry.account.passages) {
    if (!isCorrected) page.blank();
    std::string text = passage.label.empty() ? passage.text : passage.label + ": " + passage.text;
    if (isCorrected)
      page.barred(IN, "╎", text);
    else
      page.paragraph(IN, text);
  }
}

void writeCorrections(Page& page, const JournalEntry& entry) {
  for (size_t i = 0; i < entry.corrections.size(); ++i) {
    const Correction& correction = entry.corrections[i];
    bool isLast = i + 1 == entry.corrections.size();
    page.blank();
    page.paragraph(IN, std::string(isLast ? "Rättad lydelse" : "Rättad lydelse (senare rättad på nytt)") + " · " +
                           formatSwedish(correction.recordedAt) + " · " + personLine(correction.by));
    page.barred(IN, isLast ? "│" : "╎", correction.text);
    if (!correction.reason.empty()) page.paragraph(IN, "Skäl till rättelsen: " + correction.reason);
  }
}

void writeDissents(Page& page, const JournalEntry& entry) {
  for (auto& dissent : entry.dissents) {
    page.blank();
    std::string head = "Patientens avvikande uppfattning";
    if (dissent.statedAt != 0) head += " · framförd " + formatSwedish(dissent.statedAt) + ", " + dissent.via;
    page.paragraph(IN, head);
    page.barred(IN, "│", dissent.statement);
    page.paragraph(IN, "Antecknad " + formatSwedish(dissent.recordedAt) + " av " + personLine(dissent.notedBy));
  }
}

void writeSigning(Page& page, const JournalEntry& entry) {
  if (entry.sign == SignShown::NONE && entry.signatures.empty()) return;
  page.blank();
  if (entry.sign == SignShown::UNSIGNED) page.paragraph(IN, "Osignerad");
  for (auto& signature : entry.signatures) {
    bool isWaived = entry.sign == SignShown::WAIVED && signature.what != "Vidimerad";
    std::string line = signature.what + (isWaived ? " enligt " : " av ") + personLine(signature.by) + " " +
                       formatSwedish(signature.at);
    page.paragraph(IN, signature.reason.empty() ? line : line + ": " + signature.reason);
  }
}

std::string withheld(uint32_t corrections, uint32_t dissents) {
  std::vector<std::string> words;
  if (corrections > 0) words.push_back(quantity(corrections, "rättelse", "rättelser"));
  if (dissents > 0) words.push_back(quantity(dissents, "avvikande uppfattning", "avvikande uppfattningar"));
  return "Till uppgiften finns " + enumerated(words) + " som inte ingick i den här läsningen.";
}

}  // namespace

void writeEntry(Page& page, const JournalEntry& entry, WhoseUnit whose) {
  page.dated(writtenTime(entry.occurredAt), upperCase(entry.account.heading));
  writeWho(page, entry, whose);
  for (auto& violation : entry.violations)
    page.paragraph(IN, "Genomförd utan stöd: " + violation.code + " " + withLaw(violation.text, violation.law));
  if (!entry.account.facts.empty()) page.blank();
  for (auto& fact : entry.account.facts) page.labelled(IN, fact.label, fact.value);
  writePassages(page, entry);
  writeCorrections(page, entry);
  writeDissents(page, entry);
  writeSigning(page, entry);
  for (auto& note : entry.later) page.paragraph(IN, note.what + " " + formatSwedish(note.at));
  if (entry.withheldCorrections + entry.withheldDissents > 0)
    page.paragraph(IN, withheld(entry.withheldCorrections, entry.withheldDissents));
  page.blank();
}

}  // namespace liggare
