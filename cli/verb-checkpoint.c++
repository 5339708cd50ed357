// liggare checkpoint DIR: the signed head, kept before it is shown.
#include "cli/session.h"
#include "engine/log/checkpoint.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  bool json = false;
};

ExitCode checkpoint(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  std::string note = journal->checkpoint();
  Output out;
  if (!asked.json) {
    out << note;
    return ExitCode::OK;
  }
  JsonObject line(out.buffer());
  line.text("origin", journal->origin()).number("size", journal->head());
  line.plain("root", toHex(journal->rootAt(journal->head()))).text("note", note).close();
  out << "\n";
  return ExitCode::OK;
}

}  // namespace

const Verb CHECKPOINT = {"checkpoint", "loggens undertecknade storlek och rot, att ge till andra",
                         "  liggare checkpoint J > J.kontrollpunkt", [](VerbForm& form) -> std::function<ExitCode()> {
                           auto asked = std::make_shared<Asked>();
                           bindPlace(form, asked->place);
                           form.flag("--json", asked->json, "svara med JSON");
                           return [asked] { return checkpoint(*asked); };
                         }};

}  // namespace liggare::cli
