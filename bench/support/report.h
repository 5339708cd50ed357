// Prints benchmarks as people or programs want them: a table, or one JSON object a line with name, value, unit,
// against, ratio, target.
//
// A rate unless a counter named in UNITS says otherwise. Counters `atLeast` and `atMost` are what the row is wanted to
// reach: its ratio when it has a rival, else its value. A row that measures its process time also says how many
// microseconds of processor an item cost, all threads together: where others are at work on the machine, a process of
// many threads is given more of it than one of a single thread, and only this figure stays fair.
//
// A benchmark is compared with another of the same run, never with a number from elsewhere: it says with whom in its
// label, "against:NAME". Values are medians over the repetitions; repetitions of different benchmarks are interleaved,
// so that both sides of a ratio meet the same machine.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liggare::bench {

enum class Form : uint8_t { TABLE, JSON_LINES };

class Report : public benchmark::BenchmarkReporter {
 public:
  explicit Report(Form wanted) : form(wanted) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  struct Row {
    std::vector<double> values, cpu;  // cpu: microseconds an item
    std::string against, unit = "1/s";
    std::optional<double> atLeast, atMost;
  };
  void print(const std::string& name, const Row& row) const;
  const Form form;
  std::map<std::string, Row> rows;
  std::vector<std::string> order;
};

// How many entries the rows that need a journal of some size make: LIGGARE_BENCH_ENTRIES, which ./dev bench sets.
uint64_t benchEntries();

// A directory on the disk the program lies on (not on a memory file system), removed at the end.
class DiskDirectory {
 public:
  DiskDirectory();
  ~DiskDirectory();
  const std::string& path() const { return where; }

 private:
  std::string where;
};

}  // namespace liggare::bench
