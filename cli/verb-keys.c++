// liggare keys DIR [--rotate]: under which keys the streams' secrets lie, and new keys for all of them.
#include "cli/session.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  bool rotate = false, json = false;
};

std::string ownerName(const SubjectKey& owner) { return owner.isZero() ? "driften" : text(owner); }

ExitCode keys(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto access = asked.rotate ? JournalOptions::Access::WRITE : JournalOptions::Access::READ;
  auto journal = openJournal(asked.place, access, code);
  if (!journal) return code;
  if (asked.rotate) journal->rotateKeys();
  Output out;
  for (auto& key : journal->keysInUse()) {
    if (asked.json) {
      JsonObject line(out.buffer());
      line.plain("owner", key.owner.isZero() ? "operator" : text(key.owner));
      line.number("epoch", key.epoch).number("streams", key.streams).close();
      out << "\n";
    } else {
      out << padded(ownerName(key.owner), 38) << "epok " << padded(std::to_string(key.epoch), 5) << grouped(key.streams)
          << (key.streams == 1 ? " ström\n" : " strömmar\n");
    }
  }
  out.flush();
  if (asked.rotate)
    say("Nycklarna är bytta. Nyckelfilens kopia i förvar är nu gammal: förnya den, och förstör den förra.");
  return ExitCode::OK;
}

}  // namespace

const Verb KEYS = {"keys", "vilka nycklar strömmarnas hemligheter ligger under, och byte av dem",
                   "  liggare keys J\n"
                   "  liggare keys J --rotate     # nya nycklar för alla; äldre kopior av valvet öppnar sedan inget\n"
                   "Inga nycklar visas, bara vems de är och hur mycket som ligger under dem.",
                   [](VerbForm& form) -> std::function<ExitCode()> {
                     auto asked = std::make_shared<Asked>();
                     bindPlace(form, asked->place);
                     bindVaultCopy(form, asked->place);
                     form.flag("--rotate", asked->rotate, "byt nyckel för alla ägare och förstör de gamla");
                     form.flag("--json", asked->json, "ett JSON-objekt per rad");
                     return [asked] { return keys(*asked); };
                   }};

}  // namespace liggare::cli
