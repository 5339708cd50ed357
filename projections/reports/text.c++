#include "projections/reports/text.h"

#include "projections/reports/text-head.h"
#include "projections/swedish.h"

namespace liggare {
namespace {

constexpr size_t IN = Page::BODY;

// --- patientjournal ------------------------------------------------------------------------------------------------

std::string maskedSentence(uint32_t masked) {
  if (masked == 0) return "Det finns spärrade uppgifter (PDL 4 kap. 4 §).";
  std::string what = quantity(masked, "uppgift", "uppgifter");
  return what + " visas inte: spärrade uppgifter finns. Patienten har spärrat dem mot andra enheter (PDL 4 kap. 4 §).";
}

// --- sammanhållen journalföring ------------------------------------------------------------------------------------

void writeFlags(Page& page, const SharedView& view) {
  if (view.hasUnblocked) {
    page.paragraph(0, "Det finns uppgifter om patienten hos andra vårdgivare (SVOD 2 kap. 4 §).");
    page.paragraph(
        0, "Vilka vårdgivare det är och vad som står får läsas först när villkoren i SVOD 3 kap. är uppfyllda.");
    page.blank();
  }
  if (view.hasBlocked) {
    page.paragraph(0, "Det finns uppgifter hos andra vårdgivare som patienten har spärrat (SVOD 2 kap. 5 §).");
    page.paragraph(0, "Bara den vårdgivare som har spärren kan häva den.");
    page.blank();
  }
  if (!view.hasUnblocked && !view.hasBlocked)
    page.paragraph(0, "Inga uppgifter om patienten är tillgängliga hos andra vårdgivare.");
}

void writeNames(Page& page, const SharedView& view) {
  if (view.providers.empty()) return page.paragraph(0, "Ingen annan vårdgivare har uppgifter som får visas.");
  page.paragraph(0, view.providers.size() == 1 ? "Den här vårdgivaren har uppgifter om patienten:"
                                               : "De här vårdgivarna har uppgifter om patienten:");
  for (auto& name : view.providers) page.paragraph(2, name);
}

void writeContent(Page& page, const SharedView& view) {
  for (auto& group : view.content) {
    page.paragraph(0, upperCase(group.provider));
    page.blank();
    for (auto& entry : group.entries) writeEntry(page, entry, WhoseUnit::OF_PROVIDER);
  }
  if (view.content.empty()) page.paragraph(0, "Inga uppgifter från andra vårdgivare får visas.");
  if (view.hasBlocked) {
    page.blank();
    page.paragraph(0, "Det finns också uppgifter som patienten har spärrat. De visas inte (SVOD 2 kap. 5 §).");
  }
}

// --- åtkomstlogg ---------------------------------------------------------------------------------------------------

void writePeriod(Page& page, const AccessLog& log) {
  std::string period = log.from == 0 && log.to == 0 ? "hela loggen" : instantPeriod(log.from, log.to);
  page.paragraph(0, "Period: " + period);
  page.blank();
}

std::string placeOf(const AccessLine& line) {
  if (line.unit.empty()) return line.provider.empty() ? line.who : line.provider;
  return line.provider.empty() ? line.unit : line.unit + ", " + line.provider;
}

std::string whoOf(const AccessLine& line) {
  return line.staffName.empty() ? capitalised(line.who) : line.staffName + ", " + line.who;
}

// What the reader claimed is no ground when it was refused.
std::string whyOf(const AccessLine& line) {
  if (line.refusal) return line.purpose;
  if (capitalised(line.ground) == line.purpose) return withLaw(line.purpose, line.groundLaw);
  return line.purpose + " · " + withLaw(line.ground, line.groundLaw);
}

void writeForPatient(Page& page, const AccessLine& line) {
  page.dated(formatSwedish(line.at), placeOf(line));
  if (!line.unit.empty()) page.labelled(IN, "Vem", whoOf(line));
  page.labelled(IN, "Vad", line.data);
  page.labelled(IN, "Hur", line.refusal ? line.activity + ", men nekades" : line.activity);
  page.labelled(IN, "Varför", whyOf(line));
  // The sentence of a refusal speaks to whoever asked; the patient is told what stopped it.
  if (line.refusal)
    page.labelled(IN, "Nekad enligt", paragraphCited(line.refusal->law) + " (" + line.refusal->code + ")");
  page.blank();
}

std::string itemsOf(const AccessLine& line) {
  std::string text = quantity(line.shown, "uppgift visad", "uppgifter visade");
  return line.denied == 0 ? text
                          : text + ", " + std::to_string(line.denied) + (line.denied == 1 ? " nekad" : " nekade");
}

void writeForReview(Page& page, const AccessLine& line) {
  page.dated(formatSwedish(line.at), line.activity + (line.refusal ? " · NEKAD" : ""));
  page.labelled(IN, "Medarbetare", line.hsaId.empty() ? whoOf(line) : whoOf(line) + " · " + line.hsaId);
  page.labelled(IN, "Uppdrag", line.commission.empty() ? placeOf(line) : line.commission + " · " + placeOf(line));
  if (!line.patientMasked.empty()) page.labelled(IN, "Patient", line.patientMasked);
  page.labelled(IN, "Uppgifter", line.data);
  if (!line.owners.empty()) page.labelled(IN, "Hör till", enumerated(line.owners));
  if (line.shown + line.denied > 0) page.labelled(IN, "Omfång", itemsOf(line));
  page.labelled(IN, "Ändamål, grund", whyOf(line));
  if (!line.activeDecision.empty()) page.labelled(IN, "Eget val", line.activeDecision);
  if (line.refusal) page.labelled(IN, "Nekad", refusalSentence(*line.refusal));
  if (!line.triggers.empty()) page.labelled(IN, "Till granskning", enumerated(line.triggers));
  page.blank();
}

void writeOwners(Page& page, const AccessLog& log) {
  std::string previous;
  for (auto& line : log.owners) {
    if (line.reader != previous) {
      page.blank();
      page.paragraph(0, upperCase(line.reader));
      previous = line.reader;
    }
    std::string first = formatDay(swedishDay(line.first)), last = formatDay(swedishDay(line.last));
    page.dated(line.patientMasked,
               quantity(line.reads, "läsning", "läsningar") + " · " + (first == last ? first : first + " – " + last));
    page.labelled(IN, "Uppgifter", enumerated(line.what));
    page.labelled(IN, "Grund", enumerated(line.grounds));
  }
  page.blank();
}

std::string countSentence(const AccessLog& log) {
  if (log.perspective == LogPerspective::OWNER)
    return log.owners.empty() ? "Ingen annan vårdgivare har läst uppgifter under perioden."
                              : "Vilka medarbetare som har läst redovisas av den vårdgivare som läste.";
  if (log.lines.empty()) return "Inga åtkomster under perioden.";
  return quantity(log.lines.size(), "åtkomst", "åtkomster") + " under perioden.";
}

}  // namespace

std::string renderText(const PatientJournal& journal, PageStyle style) {
  Page page(style);
  if (beginPage(page, journal.head, journal.provider) == PageGoes::NO_FURTHER) return page.take();
  for (auto& entry : journal.entries) writeEntry(page, entry, WhoseUnit::NAMED);
  if (journal.entries.empty()) page.paragraph(0, "Journalen innehåller inga uppgifter som får visas.");
  page.rule();
  page.paragraph(0, quantity(journal.entries.size(), "uppgift", "uppgifter") + ".");
  if (journal.blockedExist) page.paragraph(0, maskedSentence(journal.masked));
  return page.take();
}

std::string renderText(const SharedView& view, PageStyle style) {
  Page page(style);
  if (beginPage(page, view.head, capitalised(sv(view.step))) == PageGoes::NO_FURTHER) return page.take();
  switch (view.step) {
    case schema::Step::FLAGS: writeFlags(page, view); break;
    case schema::Step::NAMES: writeNames(page, view); break;
    default: writeContent(page, view); break;
  }
  return page.take();
}

std::string renderText(const AccessLog& log, PageStyle style) {
  Page page(style);
  if (beginPage(page, log.head, log.subject) == PageGoes::NO_FURTHER) return page.take();
  if (log.perspective == LogPerspective::PATIENT)
    page.paragraph(
        0, "Här står vilka som har tagit del av uppgifter om patienten, från vilken enhet och när (PDL 8 kap. 5 §).");
  writePeriod(page, log);
  for (auto& line : log.lines)
    log.perspective == LogPerspective::PATIENT ? writeForPatient(page, line) : writeForReview(page, line);
  if (log.perspective == LogPerspective::OWNER) writeOwners(page, log);
  page.rule();
  page.paragraph(0, countSentence(log));
  if (log.ownOnly)
    page.paragraph(0, "Utdraget omfattar åtkomst från " +
                          (log.head.reader.provider.empty() ? "den egna vårdgivaren" : log.head.reader.provider) +
                          ". Andra vårdgivare redovisar sina egna.");
  return page.take();
}

}  // namespace liggare
