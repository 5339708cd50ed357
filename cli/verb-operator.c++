// liggare operator new|add|show: the persons who can accept a loss. Each has a key of their own, in a file of their
// own; the log holds the public ones.
#include "cli/session.h"
#include "cli/signed-log.h"
#include "cli/trust.h"
#include "engine/base/random.h"
#include "engine/vault/file-key-holder.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string what, name;
  std::vector<std::string> operators;
  bool json = false;
};

void tell(const VerifierKey& key, const Asked& asked, Output& out) {
  if (!asked.json) {
    out << key.text() << "\n";
    return;
  }
  JsonObject(out.buffer()).text("name", key.name).text("verifierKey", key.text()).close();
  out << "\n";
}

ExitCode make(const Asked& asked) {
  if (!isNoteName(asked.name)) {
    sayError("--name behövs: operatörens namn, som anna.drift.example, utan mellanslag och plustecken");
    return ExitCode::USAGE;
  }
  auto made = FileKeyHolder::create(asked.place.directory, {"", asked.name, std::nullopt}, systemRandom());
  if (!made.holder) {
    sayError(made.error->line);
    return ExitCode::FAILURE;
  }
  Output out;
  tell(made.holder->verifierKey(), asked, out);
  return ExitCode::OK;
}

ExitCode add(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  std::vector<VerifierKey> keys;
  for (auto& words : asked.operators) {
    auto key = readKey(words, NoteKeyType::ED25519, code);
    if (!key) return code;
    keys.push_back(std::move(*key));
  }
  JournalOptions options;
  options.directory = asked.place.directory;
  options.keyFile = asked.place.keyFile;
  options.token = asked.place.token;
  if (auto fault = registerOperators(options, keys)) return sayFault(*fault);
  Output out;
  for (auto& key : keys) tell(key, asked, out);
  out.flush();
  if (!asked.json) say("Två av dem kan godta en förlust. De står i loggen för alltid: ta en säkerhetskopia.");
  return ExitCode::OK;
}

ExitCode show(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto from = openSignedLog(asked.place, code);
  if (!from) return code;
  auto operators = operatorsBelow(*from->log, from->log->durableSize(), from->name, from->key);
  Output out;
  for (auto& key : operators) tell(key, asked, out);
  out.flush();
  if (operators.empty()) say("Inga operatörer är registrerade: en förlust kan inte godtas.");
  return ExitCode::OK;
}

ExitCode operators(const Asked& asked) {
  if (asked.what == "new") return make(asked);
  if (asked.what == "add") return add(asked);
  if (asked.what == "show") return show(asked);
  sayError("säg vad som ska göras: new, add eller show");
  return ExitCode::USAGE;
}

}  // namespace

const Verb OPERATOR_VERB = {
    "operator", "de som kan godta en förlust: var sin nyckel, registrerade i loggen",
    "  liggare operator new anna.nyckel --name anna.drift.example > anna.publik     # var och en, på sin egen dator\n"
    "  liggare operator add J --operator anna.publik --operator bo.publik           # en gång, minst två\n"
    "  liggare operator show J --json\n"
    "Den hemliga nyckeln ligger i en fil av mode 0600 hos den som den tillhör, och aldrig hos journalen.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("VAD", asked->what, "new, add eller show");
      form.place("DIR", asked->place.directory, "journalens katalog; new: filen som nyckeln läggs i");
      form.option("--keys", "FIL", asked->place.keyFile, "nyckelhållarens fil (DIR.keys)");
      form.option("--name", "NAMN", asked->name, "new: namnet som operatören undertecknar med");
      form.options("--operator", "NYCKEL", asked->operators,
                   "add: en operatörs verifieringsnyckel, eller en fil som har den; upprepas");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return operators(*asked); };
    }};

}  // namespace liggare::cli
