#include "bench/support/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace liggare::bench {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::string plainName(const std::string& name) {
  std::string plain = name;
  for (const char* suffix :
       {"/real_time", "/iterations:1", "/repeats:5", "/repeats:3", "/process_time", "/manual_time"})
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
    auto items = run.counters.find("items_per_second");
    row.rates.push_back(items == run.counters.end() ? 0 : static_cast<double>(items->second));
    if (run.report_label.starts_with("against:")) row.against = run.report_label.substr(8);
  }
}

void Report::Finalize() {
  if (form == Form::TABLE)
    std::printf("%-34s %14s %8s  %-22s %6s\n", "name", "per second", "spread", "against", "ratio");
  for (auto& name : order) {
    auto& row = rows[name];
    double value = median(row.rates);
    auto [low, high] = std::minmax_element(row.rates.begin(), row.rates.end());
    double spread = value > 0 ? (*high - *low) / value : 0;
    auto other = rows.find(row.against);
    double ratio = other == rows.end() || median(other->second.rates) == 0 ? 0 : value / median(other->second.rates);
    if (form == Form::JSON_LINES) {
      std::printf(
          "{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"1/"
          "s\",\"against\":\"%s\",\"ratio\":%.3f,\"spread\":%.3f,\"runs\":%zu}\n",
          name.c_str(), value, row.against.c_str(), ratio, spread, row.rates.size());
    } else {
      std::printf("%-34s %14.0f %7.0f%%  %-22s %6s\n", name.c_str(), value, 100 * spread, row.against.c_str(),
                  ratio > 0 ? std::to_string(ratio).substr(0, 5).c_str() : "");
    }
  }
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
