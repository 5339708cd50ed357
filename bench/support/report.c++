#include "bench/support/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace liggare::bench {

namespace {

constexpr const char* UNITS[] = {"us", "s", "s/1M", "MiB"};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::string plainName(const std::string& name) {
  std::string plain = name;
  for (const char* suffix : {"/real_time", "/iterations:1", "/repeats:7", "/repeats:5", "/repeats:3", "/repeats:1",
                             "/process_time", "/manual_time"})
    if (auto at = plain.find(suffix); at != std::string::npos) plain.erase(at, std::string(suffix).size());
  return plain;
}

}  // namespace

void Report::ReportRuns(const std::vector<Run>& runs) {
  for (auto& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    std::string name = plainName(run.benchmark_name());
    if (run.error_occurred) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), run.error_message.c_str());
      continue;
    }
    if (!rows.contains(name)) order.push_back(name);
    auto& row = rows[name];
    auto counter = [&](const char* key) -> std::optional<double> {
      auto found = run.counters.find(key);
      if (found == run.counters.end()) return std::nullopt;
      return static_cast<double>(found->second);
    };
    double value = counter("items_per_second").value_or(0);
    for (const char* unit : UNITS)
      if (auto measured = counter(unit)) {
        value = *measured;
        row.unit = unit;
      }
    row.values.push_back(value);
    if (run.benchmark_name().find("process_time") != std::string::npos && value > 0)
      row.cpu.push_back(1e6 * run.cpu_accumulated_time / (value * run.real_accumulated_time));
    row.atLeast = counter("atLeast");
    row.atMost = counter("atMost");
    if (run.report_label.starts_with("against:")) row.against = run.report_label.substr(8);
  }
}

void Report::Finalize() {
  if (form == Form::TABLE)
    std::printf("%-24s %14s %-5s %7s %8s  %-20s %6s  %s\n", "name", "value", "unit", "spread", "cpu us", "against",
                "ratio", "target");
  for (auto& name : order) print(name, rows.at(name));
}

void Report::print(const std::string& name, const Row& row) const {
  double value = median(row.values);
  auto [low, high] = std::minmax_element(row.values.begin(), row.values.end());
  double spread = value > 0 ? (*high - *low) / value : 0;
  auto other = rows.find(row.against);
  double base = other == rows.end() ? 0 : median(other->second.values);
  double ratio = base > 0 ? value / base : 0;
  double judged = row.against.empty() ? value : ratio;
  bool isMet = judged > 0 && judged >= row.atLeast.value_or(judged) && judged <= row.atMost.value_or(judged);
  if (form == Form::JSON_LINES) {
    std::printf(
        "{\"name\":\"%s\",\"value\":%.*f,\"unit\":\"%s\",\"against\":\"%s\",\"ratio\":%.3f,\"spread\":%.3f,"
        "\"runs\":%zu",
        name.c_str(), value < 100 ? 3 : 0, value, row.unit.c_str(), row.against.c_str(), ratio, spread,
        row.values.size());
    if (!row.cpu.empty()) std::printf(",\"cpuMicros\":%.2f", median(row.cpu));
    if (row.atLeast) std::printf(",\"atLeast\":%g,\"met\":%s", *row.atLeast, isMet ? "true" : "false");
    if (row.atMost) std::printf(",\"atMost\":%g,\"met\":%s", *row.atMost, isMet ? "true" : "false");
    std::printf("}\n");
    return;
  }
  std::printf("%-24s %14.*f %-5s %6.0f%% %8.*f  %-20s", name.c_str(), value < 100 ? 3 : 0, value, row.unit.c_str(),
              100 * spread, row.cpu.empty() ? 0 : 2, row.cpu.empty() ? 0 : median(row.cpu), row.against.c_str());
  if (ratio > 0)
    std::printf(" %6.2f", ratio);
  else
    std::printf(" %6s", "");
  if (row.atLeast) std::printf("  at least %g %s", *row.atLeast, isMet ? "met" : "MISSED");
  if (row.atMost) std::printf("  at most %g %s", *row.atMost, isMet ? "met" : "MISSED");
  std::printf("\n");
}

uint64_t benchEntries() {
  const char* wanted = std::getenv("LIGGARE_BENCH_ENTRIES");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 100'000;
}

DiskDirectory::DiskDirectory() {
  auto self = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::string pattern = (self / "bench-data-XXXXXX").string();
  if (!mkdtemp(pattern.data())) std::abort();
  where = pattern;
}

DiskDirectory::~DiskDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(where, ignored);
}

}  // namespace liggare::bench
