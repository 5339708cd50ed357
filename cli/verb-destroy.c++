// liggare destroy DIR: what has been decided to be destroyed or disposed of (gallrat), and that it is. The decision
// itself is a command.
#include "cli/session.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

using Kind = schema::Body::Which;

struct Asked {
  Place place;
  bool json = false;
};

// A destruction with what its own events say of it. Nothing here is about the patient.
struct Told {
  Destruction what;
  std::string order, ivoReference;  // of a destruction
  std::string disposal, disposed;   // of a gallring: its id, and what it is of
  Micros decidedAt = 0;
  std::optional<Position> confirmed;
};

std::string idText(schema::Id::Reader id) {
  std::array<uint8_t, 16> bytes;
  putBe64(bytes.data(), id.getHi());
  putBe64(bytes.data() + 8, id.getLo());
  return uuidText(bytes);
}

Told tellOf(Journal& journal, Destruction what) {
  Told told;
  told.what = std::move(what);
  auto event = told.what.decision < journal.head() ? journal.read(told.what.decision) : std::nullopt;
  if (!event || event->entry.eventId != told.what.event || event->destroyed) return told;  // a restored, older log
  told.decidedAt = event->view.recordedAt;
  if (event->view.body().isDisposalExecuted()) {
    auto disposed = event->view.body().getDisposalExecuted();
    told.disposal = idText(disposed.getDisposal());
    told.disposed = sv(disposed.getWhat());
    if (disposed.getBefore() != 0) told.disposed += " före " + formatDay(disposed.getBefore());
    return told;
  }
  auto body = event->view.body().getDestructionExecuted();
  told.order = idText(body.getOrder());
  told.ivoReference = body.getIvoReference().cStr();
  auto& ledger = event->lines.front();  // the provider's own, where the steps stand one after another
  journal.scanBook(ledger.book, ledger.number, [&](const BookRow& row) {
    auto later = journal.read(row.position);
    if (!later || later->destroyed || !later->view.body().isDestructionConfirmed()) return true;
    if (idText(later->view.body().getDestructionConfirmed().getOrder()) == told.order) told.confirmed = row.position;
    return !told.confirmed;
  });
  return told;
}

const char* stageName(DestructionStage stage) {
  switch (stage) {
    case DestructionStage::DECIDED: return "decided";
    case DestructionStage::LISTED: return "listed";
    case DestructionStage::REWRAPPED: return "rewrapped";
    case DestructionStage::DONE: break;
  }
  return "done";
}

void tellJson(const Told& told, Output& out) {
  std::string positions;
  for (auto& item : told.what.items) positions += (positions.empty() ? "" : ",") + std::to_string(item.position);
  JsonObject line(out.buffer());
  line.number("decision", told.what.decision).plain("stage", stageName(told.what.stage));
  if (!told.order.empty()) line.plain("order", told.order).text("ivoReference", told.ivoReference);
  if (!told.disposal.empty()) line.plain("disposal", told.disposal).text("disposed", told.disposed);
  if (told.decidedAt != 0) line.plain("decidedAt", formatUtc(told.decidedAt));
  line.raw("entries", "[" + positions + "]");
  if (told.confirmed) line.number("confirmed", *told.confirmed);
  line.close();
  out << "\n";
}

void tell(const Told& told, Output& out) {
  auto row = [&](std::string_view label, const std::string& value) {
    out << "  " << padded(label, 12) << value << "\n";
  };
  const bool isDone = told.what.stage == DestructionStage::DONE;
  out << "Beslut på position " << grouped(told.what.decision) << "\n";
  if (!told.order.empty()) row("IVO", told.ivoReference + ", order " + told.order);
  if (!told.disposal.empty()) row("Gallring", told.disposed + ", beslut " + told.disposal);
  if (told.decidedAt != 0) row("Beslutat", formatSwedish(told.decidedAt) + " av två personer");
  row("Poster", grouped(told.what.items.size()));
  row("Genomfört", isDone ? green("ja") + ": nycklarna är borta, och texten ur varje fil i journalen"
                          : red("nej") + ": steget " + stageName(told.what.stage) + " är det sista som är gjort");
  if (!told.disposal.empty()) return;  // nobody has asked to be told of it
  row("Bekräftat", told.confirmed ? "ja, på position " + grouped(*told.confirmed)
                                  : "nej: IVO, sökanden och äldre kopior av nyckelfilen återstår");
}

ExitCode destroy(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  journal->carryOut();  // opening has tried: what stops it is said here
  Output out;
  auto all = journal->destructions();
  for (auto& what : all) {
    auto told = tellOf(*journal, what);
    asked.json ? tellJson(told, out) : tell(told, out);
  }
  out.flush();
  if (all.empty()) say("Inget har beslutats om förstöring eller gallring.");
  return ExitCode::OK;
}

}  // namespace

const Verb DESTROY = {
    "destroy", "vad som har förstörts eller gallrats efter beslut, och det som återstår genomförs",
    "  liggare destroy J\n"
    "  liggare destroy J --vault-copy /annan/disk/J.vault --json\n"
    "Besluten är kommandon (orderDestruction … executeDestruction, confirmDestruction; gallring: decideDisposal,\n"
    "dispose) och tas av två personer.\n"
    "Genomförandet börjar när det sista av dem tas emot, och fortsätter efter ett avbrott vid nästa öppning.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindVaultCopy(form, asked->place);
      form.flag("--json", asked->json, "ett JSON-objekt per rad");
      return [asked] { return destroy(*asked); };
    }};

}  // namespace liggare::cli
