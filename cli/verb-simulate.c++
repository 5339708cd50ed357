// liggare simulate: a synthetic region's commands on standard output.
#include "cli/output.h"
#include "cli/simulate.h"
#include "cli/verb.h"

#include <memory>

namespace liggare::cli {

namespace {

struct Asked {
  SimulateOptions options;
  uint64_t patients = SimulateOptions{}.patients, days = SimulateOptions{}.days;
  bool json = false;
};

ExitCode simulateRegion(const Asked& asked) {
  SimulateOptions options = asked.options;
  if (asked.patients > SIMULATED_PATIENTS_MAX || asked.days > SIMULATED_DAYS_MAX) {
    sayError("högst " + grouped(SIMULATED_PATIENTS_MAX) + " patienter och " + grouped(SIMULATED_DAYS_MAX) + " dagar");
    return ExitCode::USAGE;
  }
  options.patients = static_cast<uint32_t>(asked.patients);
  options.days = static_cast<uint32_t>(asked.days);
  if (auto why = whyNotSimulate(options); !why.empty()) {
    sayError(why);
    return ExitCode::USAGE;
  }
  Output out;
  simulate(options, [&](std::string_view line) {
    out.buffer() += line;
    out << "\n";
  });
  out.flush();
  return ExitCode::OK;
}

}  // namespace

const Verb SIMULATE = {"simulate", "en påhittad regions kommandon, samma för samma frö",
                       "  liggare simulate --region 14 --patients 200 --days 5 --seed 7 > region.ndjson\n"
                       "  liggare simulate --patients 50 | liggare append J --quiet      # J gjord med init --demo",
                       [](VerbForm& form) -> std::function<ExitCode()> {
                         auto asked = std::make_shared<Asked>();
                         form.option("--profile", "NAMN", asked->options.profile, "vad som händer (day)");
                         form.option("--region", "KOD", asked->options.region, "regionkod (14)");
                         form.number("--patients", "ANTAL", asked->patients, "patienter (200)");
                         form.number("--days", "ANTAL", asked->days, "arbetsdagar (5)");
                         form.number("--seed", "TAL", asked->options.seed, "frö (1)");
                         form.flag("--json", asked->json, "utdata är alltid JSON");
                         return [asked] { return simulateRegion(*asked); };
                       }};

}  // namespace liggare::cli
