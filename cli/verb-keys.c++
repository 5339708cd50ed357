// liggare keys DIR [--rotate | --to-pkcs11 URI]: under which keys the streams' secrets lie, and where those are; new
// keys for all of them; and their way from a file in clear to a token.
#include "cli/session.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string toToken;
  bool rotate = false, json = false;
};

std::string ownerName(const SubjectKey& owner) { return owner.isZero() ? "driften" : text(owner); }

// Closed before it is opened with the token: from then on only that is believed.
ExitCode move(Asked& asked) {
  if (!asked.place.token.empty() || asked.rotate) {
    sayError(
        "--to-pkcs11 flyttar nycklar som ligger i klartext i en fil, och går inte ihop med --pkcs11 eller --rotate");
    return ExitCode::USAGE;
  }
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  if (auto fault = journal->moveKeysTo(asked.toToken)) return sayFault(*fault);
  asked.place.token = asked.toToken;
  return ExitCode::OK;
}

void show(Journal& journal, const Asked& asked) {
  const KeyCustody custody = journal.keyCustody();
  Output out;
  for (auto& key : journal.keysInUse()) {
    if (asked.json) {
      JsonObject line(out.buffer());
      line.plain("owner", key.owner.isZero() ? "operator" : text(key.owner));
      line.number("epoch", key.epoch).number("streams", key.streams);
      line.plain("custody", custodyName(custody)).close();
      out << "\n";
    } else {
      out << padded(ownerName(key.owner), 38) << "epok " << padded(std::to_string(key.epoch), 5) << grouped(key.streams)
          << (key.streams == 1 ? " ström\n" : " strömmar\n");
    }
  }
  if (!asked.json) out << "Nycklarna ligger " << custodyText(custody) << ".\n";
}

ExitCode keys(Asked& asked) {
  ExitCode code = asked.toToken.empty() ? ExitCode::OK : move(asked);
  if (code != ExitCode::OK) return code;
  auto access = asked.rotate ? JournalOptions::Access::WRITE : JournalOptions::Access::READ;
  auto journal = openJournal(asked.place, access, code);
  if (!journal) return code;
  if (asked.rotate) journal->rotateKeys();
  show(*journal, asked);
  if (asked.rotate)
    say("Nycklarna är bytta. Nyckelfilens kopia i förvar är nu gammal: förnya den, och förstör den förra.");
  if (!asked.toToken.empty())
    say("Nyckelfilen är nu förseglad: från och med nu behövs --pkcs11, och utan kortet öppnas inget. Äldre kopior av "
        "den\n"
        "öppnar fortfarande allt: byt nycklar (liggare keys " +
        asked.place.directory + " --pkcs11 URI --rotate), och förstör dem.");
  return ExitCode::OK;
}

}  // namespace

const Verb KEYS = {"keys", "vilka nycklar strömmarnas hemligheter ligger under, och byte av dem",
                   "  liggare keys J\n"
                   "  liggare keys J --rotate     # nya nycklar för alla; äldre kopior av valvet öppnar sedan inget\n"
                   "  liggare keys J --to-pkcs11 'pkcs11:token=liggare?module-path=/usr/lib/softhsm/libsofthsm2.so"
                   "&pin-source=file:/etc/liggare/pin'    # från fil till kort; det finns ingen väg tillbaka\n"
                   "Inga nycklar visas, bara vems de är och hur mycket som ligger under dem.",
                   [](VerbForm& form) -> std::function<ExitCode()> {
                     auto asked = std::make_shared<Asked>();
                     bindPlace(form, asked->place);
                     bindVaultCopy(form, asked->place);
                     form.flag("--rotate", asked->rotate, "byt nyckel för alla ägare och förstör de gamla");
                     form.option("--to-pkcs11", "URI", asked->toToken,
                                 "försegla nyckelfilen med det kortet, där den ligger");
                     form.flag("--json", asked->json, "ett JSON-objekt per rad");
                     return [asked] { return keys(*asked); };
                   }};

}  // namespace liggare::cli
