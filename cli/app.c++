// The command line as a whole: verbs, help, and the one place where faults are caught.
#include <CLI/CLI.hpp>

#include <kj/exception.h>

#include <iostream>

#include "cli/operational-log.h"
#include "cli/session.h"
#include "cli/verb.h"
#include "engine/journal-files.h"
#include "engine/kv/store.h"

namespace liggare::cli {

namespace {

constexpr const Verb* VERBS[] = {
    &INIT,         &APPEND,        &JOURNAL, &SHARED, &ACCESS_LOG,    &SEARCH,        &VERIFY,      &CHECKPOINT,
    &PROVE,        &VERIFY_PROOF,  &CLOSE,   &ATTEST, &EXPORT_TILES,  &BUNDLE,        &TAIL,        &EXPLAIN,
    &VERIFY_BUNDLE, &ACCESS_AS,    &REBUILD, &BACKUP, &RESTORE,       &DOCTOR,        &DESTROY,     &KEYS,
    &WITNESS,      &VERIFY_RECEIPT, &OPERATOR_VERB,   &ACCEPT_LOSS,   &SIMULATE,      &DEMO};
constexpr const char* VERSION = "liggare 0.1.0";

class Form final : public VerbForm {
 public:
  explicit Form(CLI::App& to) : app(to) {}
  void place(const char* name, std::string& into, const char* what, Need need) override {
    auto* option = app.add_option(name, into, what)->type_name("");
    if (need == Need::REQUIRED) option->required();
  }
  void option(const char* names, const char* value, std::string& into, const char* what) override {
    app.add_option(names, into, what)->type_name(value);
  }
  void options(const char* names, const char* value, std::vector<std::string>& into, const char* what) override {
    app.add_option(names, into, what)
        ->type_name(value)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  void number(const char* names, const char* value, uint64_t& into, const char* what) override {
    app.add_option(names, into, what)->type_name(value);
  }
  void flag(const char* names, bool& into, const char* what) override { app.add_flag(names, into, what); }

 private:
  CLI::App& app;
};

// How many letters must change to make one word of the other.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t here = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = row[j];
      row[j] = here;
    }
  }
  return row[b.size()];
}

const Verb* verbCalled(std::string_view name) {
  for (auto* verb : VERBS)
    if (name == verb->name) return verb;
  return nullptr;
}

ExitCode unknownVerb(std::string_view name) {
  const Verb* nearest = *std::min_element(std::begin(VERBS), std::end(VERBS), [&](auto* a, auto* b) {
    return distance(name, a->name) < distance(name, b->name);
  });
  std::string line = "okänt verb. ";
  line += distance(name, nearest->name) <= 3 ? "Menade du liggare " + std::string(nearest->name) + "?"
                                             : "Se liggare --help.";
  sayError(line);
  return ExitCode::USAGE;
}

void swedish(CLI::App& app) {
  auto formatter = app.get_formatter();
  formatter->label("Positionals", "Ord");
  formatter->label("OPTIONS", "VAL");
  formatter->label("SUBCOMMAND", "VERB");
  formatter->label("Usage", "Så här");
  formatter->label("REQUIRED", "(krävs)");
  formatter->label("TEXT:FILE", "FIL");
  formatter->column_width(34);
}

// The library's own words are English and name options, never values.
ExitCode usage(const CLI::ParseError& error, const CLI::App& app) {
  std::string about = error.what();
  std::string line = "kommandoraden förstås inte: " + about + ". Se liggare";
  for (auto* verb : app.get_subcommands()) line += " " + verb->get_name();
  sayError(line + " --help");
  return ExitCode::USAGE;
}

ExitCode choose(int argc, char** argv) {
  CLI::App app("Liggare: händelselogg för koordinering av sjukskrivna patienter. Det som skrivs in raderas inte.",
               "liggare");
  app.option_defaults()->group("Val");
  app.set_help_flag("-h,--help", "den här texten");
  app.set_version_flag("--version", std::string(VERSION) + ", format " + std::to_string(JOURNAL_FORMAT),
                       "program och format");
  app.require_subcommand(1);
  app.footer(
      "Exempel:\n  liggare demo\n  liggare init J --demo && liggare append J examples/region-day.ndjson\n"
      "  liggare append --help");
  swedish(app);
  std::vector<std::function<ExitCode()>> doing;
  for (auto* verb : VERBS) {
    auto* sub = app.add_subcommand(verb->name, verb->about)->group("Verb");
    sub->footer(std::string("Exempel:\n") + verb->examples);
    Form form(*sub);
    doing.push_back(verb->define(form));
  }
  if (argc > 1 && argv[1][0] != '-' && !verbCalled(argv[1])) return unknownVerb(argv[1]);
  if (argc == 1) {
    std::cerr << app.help();
    return ExitCode::USAGE;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return ExitCode::OK;
  } catch (const CLI::ParseError& error) {
    return usage(error, app);
  }
  for (size_t i = 0; i < doing.size(); ++i)
    if (app.got_subcommand(VERBS[i]->name)) return doing[i]();
  return ExitCode::USAGE;
}

ExitCode exitOf(const kj::Exception& fault) {
  if (isInUse(fault)) return ExitCode::UNAVAILABLE;
  switch (fault.getType()) {
    case kj::Exception::Type::OVERLOADED: return ExitCode::TRY_AGAIN;
    case kj::Exception::Type::DISCONNECTED: return ExitCode::UNAVAILABLE;
    default: return ExitCode::FAILURE;
  }
}

}  // namespace

int run(int argc, char** argv) {
  ExitCode code = ExitCode::FAILURE;
  startOperationalLog();
  try {
    auto fault = kj::runCatchingExceptions([&] { code = choose(argc, argv); });
    KJ_IF_MAYBE (e, fault) {
      code = exitOf(*e);
      sayError(e->getDescription().cStr());
    }
  } catch (const std::exception& e) {
    sayError(e.what());
  }
  return static_cast<int>(code);
}

}  // namespace liggare::cli
