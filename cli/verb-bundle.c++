// liggare bundle DIR --patient ID --out FILE: what books hold as evidence, in a file that a stranger can check.
#include "cli/bundle-file.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  BundleWords words;
};

}  // namespace

const Verb BUNDLE = {
    "bundle", "det som står i någons böcker, som bevis i en fil, som andra kan pröva utan journalen",
    "  liggare close J && liggare bundle J --patient 199006022397 --as patient --out utdrag.json\n"
    "  liggare bundle J --patient 199006022397 --out utdrag.json --as SE2321000131-U007 --purpose logReview\n"
    "  liggare bundle J --user SE2321000131-P004 --out person.json --as SE2321000131-U007 --purpose logReview\n"
    "  liggare bundle J --unit SE2321000131-E001 --out enhet.json --as SE2321000131-U007 --purpose logReview\n"
    "  liggare verify-bundle utdrag.json --key NYCKEL\n"
    "  liggare bundle J --patient 199006022397 --as patient --out utdrag.json --policy region.policy\n"
    "Läsningen antecknas som varje annan; den står därför efter bokslutet, bland de poster som inte är bokförda än.\n"
    "En patient som har slagits samman med en annan får böckerna under varje nyckel, och beviset för att de är alla.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      bindBundle(form, asked->words);
      bindReader(form, asked->words.reader);
      return [asked] { return makeBundleFile(asked->place, asked->words); };
    }};

}  // namespace liggare::cli
