// liggare verify DIR [--full] [--open]: is the log what it was? Without keys what can be checked is checked, and the
// rest named.
#include "cli/verification.h"

namespace liggare::cli {

namespace {

ExitCode verify(const VerifyWords& words) {
  Verified verified;
  ExitCode code = ExitCode::OK;
  if (!verifyJournal(words, verified, code)) return code;
  {
    Output out;
    if (words.json)
      out << verifiedJson(verified);
    else
      tellVerified(verified, out);
  }
  if (!words.json && !verified.full && verified.code() == ExitCode::OK)
    say("Nästa steg: liggare verify " + words.place.directory + " --full läser varje byte");
  return verified.code();
}

}  // namespace

const Verb VERIFY = {"verify", "pröva att loggen är vad den var",
                     "  liggare verify J                 # träd, rötter och kontrollpunkter\n"
                     "  liggare verify J --full          # varje lagrad byte, bok och bokslut\n"
                     "  liggare verify J --full --open   # också böckerna, ur varje öppnad händelse\n"
                     "Avslutar med 0 hel, 5 ändrad (första avvikelsen namnges), 6 kan inte prövas helt.",
                     [](VerbForm& form) -> std::function<ExitCode()> {
                       auto words = std::make_shared<VerifyWords>();
                       bindPlace(form, words->place);
                       form.flag("--full", words->full, "läs varje lagrad byte, inte bara trädet");
                       form.flag("--open", words->open,
                                 "öppna varje händelse med nycklar och räkna ut dess böcker (innebär --full)");
                       form.flag("--json", words->json, "svara med JSON");
                       return [words] { return verify(*words); };
                     }};

}  // namespace liggare::cli
