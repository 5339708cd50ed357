// liggare close DIR: a closing (bokslut), by which the log commits to every book as it now stands.
#include "cli/answers.h"
#include "cli/session.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  bool json = false;
};

ExitCode codeOf(const ClosingAnswer& made) {
  switch (made.outcome.kind) {
    case Outcome::Kind::ACCEPTED:
    case Outcome::Kind::UNCHANGED: return ExitCode::OK;
    case Outcome::Kind::REFUSED: return made.linesDisposed > 0 ? ExitCode::UNVERIFIABLE : ExitCode::INTEGRITY;
    case Outcome::Kind::OVERLOADED:
    case Outcome::Kind::STORAGE: return ExitCode::TRY_AGAIN;
    default: return ExitCode::UNAVAILABLE;
  }
}

void tellJson(const ClosingAnswer& made, Output& out) {
  JsonObject line(out.buffer());
  line.plain("outcome", outcomeName(made.outcome.kind));
  if (codeOf(made) == ExitCode::OK) {
    line.number("position", made.position).number("covered", made.fact.coveredSize);
    line.plain("root", toHex(made.fact.root)).number("previous", made.fact.previousClosing);
  }
  if (made.outcome.kind == Outcome::Kind::ACCEPTED) line.number("books", made.books).number("lines", made.lines);
  if (made.broken) {
    std::string found;
    JsonObject(found)
        .number("position", made.broken->position)
        .plain("kind", name(made.broken->kind))
        .text("what", made.broken->what)
        .close();
    line.raw("broken", found);
  }
  line.close();
  out << "\n";
}

void tell(const ClosingAnswer& made, const std::string& directory, Output& out) {
  bool isNew = made.outcome.kind == Outcome::Kind::ACCEPTED;
  if (!isNew) out << "Inget har tillkommit sedan det senaste bokslutet:\n";
  out << "Bokslut   på position " << grouped(made.position) << ", omfattar de " << grouped(made.fact.coveredSize)
      << " första posterna\n";
  if (isNew) out << "Böcker    " << grouped(made.books) << " med " << grouped(made.lines) << " rader\n";
  out << "Rot       " << toHex(made.fact.root) << "\n"
      << "Förra     " << (made.fact.previousClosing ? "position " + grouped(made.fact.previousClosing) : "inget")
      << "\n";
  out.flush();
  if (isNew) say("Nästa steg: liggare checkpoint " + directory + " ger en underskrift som bokslutet ligger under");
}

void tellFault(const ClosingAnswer& made) {
  switch (made.outcome.kind) {
    case Outcome::Kind::REFUSED:
      if (made.linesDisposed > 0)
        return sayError("rader är gallrade från position " + std::to_string(made.broken->position) +
                        "; efter det går böckerna inte att räkna");
      return sayError("böckerna går inte att räkna: position " + std::to_string(made.broken->position) + ", " +
                      name(made.broken->kind) + ": " + made.broken->what + ". Pröva med liggare verify --full");
    case Outcome::Kind::OVERLOADED: return sayError("kön är full; försök igen");
    case Outcome::Kind::STORAGE: return sayError("disken är nästan full; inget skrevs");
    default: return sayError("journalen stannade; öppna den igen och se med liggare verify");
  }
}

ExitCode close(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  ClosingAnswer made;
  {
    Progress progress("räknar");
    made = journal->close([&](Position done, Position all) { progress.at(done, all); });
  }
  code = codeOf(made);
  Output out;
  if (asked.json)
    tellJson(made, out);
  else if (code == ExitCode::OK)
    tell(made, asked.place.directory, out);
  if (code != ExitCode::OK) tellFault(made);
  return code;
}

}  // namespace

const Verb CLOSE = {"close", "bokslut: loggen binder sig vid varje bok så som den står nu",
                    "  liggare close J             # varje dygn, och när ett utdrag ska kunna visas vara helt\n"
                    "  liggare close J --json\n"
                    "Avslutar med 5 när böckerna inte går att räkna, och då skrivs inget.",
                    [](VerbForm& form) -> std::function<ExitCode()> {
                      auto asked = std::make_shared<Asked>();
                      bindPlace(form, asked->place);
                      form.flag("--json", asked->json, "svara med JSON");
                      return [asked] { return close(*asked); };
                    }};

}  // namespace liggare::cli
