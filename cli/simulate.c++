#include "cli/simulate.h"

#include <kj/debug.h>

#include <algorithm>

#include "cli/simulate-steps.h"
#include "engine/base/identifiers.h"

namespace liggare {
namespace simulation {
namespace {

constexpr Days FIRST_MONDAY = 20'759;  // 2026-11-02
constexpr uint32_t MINUTE_MS = 60'000, OPENS = 8 * 60 * MINUTE_MS, CLOSES = 16 * 60 * MINUTE_MS + 30 * MINUTE_MS;

// The i:th working day.
Days workingDay(uint32_t i) { return FIRST_MONDAY + Days(i / 5 * 7 + i % 5); }

struct Planned {
  uint32_t ms;
  uint32_t patient;
  uint16_t order;  // within the patient's own steps
  Step step;
  bool operator<(const Planned& b) const {
    return ms != b.ms ? ms < b.ms : patient != b.patient ? patient < b.patient : order < b.order;
  }
};

// Plans each patient's steps on the days to come. Steps after the last day fall away.
class Planner {
 public:
  Planner(SeededRandom& numbers, uint32_t dayCount) : random(numbers), days(dayCount), buckets(dayCount) {}

  std::vector<Planned>& on(uint32_t day) { return buckets[day]; }
  void plan(uint32_t index, uint32_t arrival, bool isPrivate);

 private:
  SeededRandom& random;
  uint32_t days;
  std::vector<std::vector<Planned>> buckets;
  uint32_t day = 0, ms = 0, patient = 0;
  uint16_t order = 0;

  bool chance(uint32_t percent) { return random.below(100) < percent; }
  // Some minutes later; what would come after closing comes the next morning.
  void then(Step step, uint32_t minutes) {
    ms += uint32_t(random.below(minutes * MINUTE_MS)) + MINUTE_MS;
    if (ms > CLOSES) wait(1);
    if (day < days) buckets[day].push_back({ms, patient, order++, step});
  }
  // One to daysMax days later, some time before the afternoon is over.
  void wait(uint32_t daysMax) {
    day += 1 + uint32_t(random.below(daysMax));
    ms = OPENS + uint32_t(random.below(CLOSES - OPENS - 60 * MINUTE_MS));
  }
  void assess(bool isPrivate);
  void coordinate();
  void contacts();
  void finish();
};

void Planner::plan(uint32_t index, uint32_t arrival, bool isPrivate) {
  patient = index;
  order = 0;
  day = arrival;
  ms = OPENS + uint32_t(random.below(CLOSES - OPENS - 90 * MINUTE_MS));
  then(Step::REGISTER, 1);
  then(Step::RESIDENCE, 1);
  then(Step::RELATION, 1);
  if (!isPrivate && chance(90)) then(Step::INFORM_SVOD, 3);
  then(Step::NOTE, 10);
  then(Step::SIGN, 5);
  then(Step::EVIDENCE, 20);
  if (chance(10)) {
    then(Step::NEIGHBOUR_RELATION, 30);
    if (chance(60)) then(Step::CONSENT_C4, 20);
  }
  assess(isPrivate);
}

void Planner::assess(bool isPrivate) {
  const uint64_t outcome = random.below(100);
  if (outcome >= 70) return then(outcome < 90 ? Step::NO_NEED : Step::DEFER, 15);
  then(Step::NEED, 15);
  then(Step::OFFER, 10);
  if (chance(4)) then(Step::EARLY_INTERVENTION, 10);
  if (chance(25)) wait(3);
  if (!chance(82)) return then(Step::DECLINE, 20);
  then(Step::ACCEPT, 20);
  then(Step::CONTACT_PERSON, 5);
  coordinate();
  if (!isPrivate && chance(8)) {
    then(Step::FK_ASKS, 30);
    wait(3);
    then(Step::FK_ANSWERED, 60);
  }
  if (chance(1)) then(Step::OUTER_BLOCK, 60);
  finish();
}

void Planner::coordinate() {
  then(Step::INTERVENTION, 60);
  const bool hasPlan = chance(70);
  if (hasPlan) then(Step::PLAN, 30);
  contacts();
  for (uint64_t more = random.below(5); more > 0; --more) {
    wait(5);
    then(Step::INTERVENTION, 60);
    if (chance(40)) then(Step::NOTE, 15), then(Step::SIGN, 5);
  }
  if (hasPlan && chance(50)) then(Step::FOLLOW_UP, 30);
  if (chance(4)) then(Step::CORRECT, 30);
  if (chance(2)) then(Step::DISSENT, 30);
}

// domain.md §8.6 M6, M7, M10: consents asked for, given and used.
void Planner::contacts() {
  if (chance(35)) then(Step::EMPLOYER_CALLS, 60);
  if (chance(45)) {
    then(Step::CONSENT_C3, 60);
    then(Step::CALL_EMPLOYER, 60);
  }
  if (!chance(20)) return;
  then(Step::SUSPECT, 60);
  const uint64_t answer = random.below(100);
  if (answer < 75) {
    then(Step::CONSENT_C2, 30);
    then(Step::INFORM_FK, 30);
  } else if (answer < 90) {
    then(Step::REFUSE_C2, 30);
  } else {
    then(Step::INFORM_FK, 30);  // without consent: R-C2
  }
}

void Planner::finish() {
  if (chance(6)) {
    wait(4);
    then(Step::WITHDRAW, 60);
    if (chance(30)) then(Step::INTERVENTION, 60);  // R-C1
    return;
  }
  wait(10);
  if (chance(60)) then(Step::CLOSE, 60);
}

class Simulation {
 public:
  Simulation(const SimulateOptions& asked, const std::function<void(std::string_view)>& sink)
      : options(asked),
        random(asked.seed),
        region(makeRegion(asked.region, asked.patients)),
        planner(random, asked.days),
        writer(region, random, sink),
        patients(asked.patients) {}

  void run() {
    setUp();
    arrive();
    for (uint32_t day = 0; day < options.days; ++day) live(day);
  }

 private:
  const SimulateOptions& options;
  SeededRandom random;
  Region region;
  Planner planner;
  Writer writer;
  std::vector<Patient> patients;
  std::vector<uint32_t> present;  // those with a relation, in the order they came
  std::vector<std::vector<uint32_t>> arrivals;

  void setUp() {
    const SimulatedDay friday(FIRST_MONDAY - 3);
    writer.day = &friday;
    writer.ms = OPENS;
    writer.foundRegion(region.providers, options.region, region.providers[NEIGHBOUR].region);
  }

  // Nobody comes on the last quarter of the days, so that what begins also goes on.
  void arrive() {
    arrivals.resize(options.days);
    const uint32_t last = std::max(1u, options.days - options.days / 4);
    for (uint32_t i = 0; i < options.patients; ++i) {
      patients[i].number = personNumber(i);
      patients[i].unit = uint32_t(random.below(region.homeUnits));
      patients[i].isVisitor = region.units[patients[i].unit].provider == HOME && random.below(100) < 3;
      arrivals[random.below(last)].push_back(i);
    }
  }

  void live(uint32_t index) {
    for (const uint32_t i : arrivals[index]) planner.plan(i, index, region.units[patients[i].unit].provider == PRIVATE);
    auto& steps = planner.on(index);
    std::sort(steps.begin(), steps.end());
    const SimulatedDay today(workingDay(index));
    writer.day = &today;
    for (size_t i = 0; i < steps.size(); ++i) {
      writer.ms = steps[i].ms;
      writer.step(steps[i].step, patients[steps[i].patient]);
      if (steps[i].step == Step::RELATION) present.push_back(steps[i].patient);
      look(i + 1 < steps.size() ? steps[i + 1].ms : steps[i].ms + 30 * MINUTE_MS);
    }
    std::vector<Planned>().swap(steps);
  }

  // About ten accesses before the next command. Most are to those who came lately.
  void look(uint32_t until) {
    if (present.empty()) return;
    const uint32_t count = 8 + uint32_t(random.below(5)), from = writer.ms;
    for (uint32_t i = 0; i < count; ++i) {
      writer.ms = from + uint32_t(uint64_t(until - from) * (i + 1) / (count + 1));
      const size_t recent = std::min<size_t>(present.size(), 400);
      const bool isRecent = random.below(10) < 7;
      const size_t at = isRecent ? present.size() - 1 - random.below(recent) : random.below(present.size());
      writer.access(patients[present[at]]);
    }
  }
};

}  // namespace
}  // namespace simulation

std::string whyNotSimulate(const SimulateOptions& options) {
  if (options.profile != "day") return "Profilen finns inte. Den som finns är day.";
  if (!regionName(options.region)) return "Regionkoden finns inte.";
  if (options.patients == 0 || options.patients > SIMULATED_PATIENTS_MAX) return "Antalet patienter ska vara 1-300000.";
  if (options.days == 0 || options.days > SIMULATED_DAYS_MAX) return "Antalet dagar ska vara 1-2000.";
  return {};
}

void simulate(const SimulateOptions& options, const std::function<void(std::string_view line)>& line) {
  KJ_REQUIRE(whyNotSimulate(options).empty(), "options of a simulation", options.patients, options.days);
  simulation::Simulation(options, line).run();
}

}  // namespace liggare
