// Prints benchmarks as people or programs want them: a table, or one JSON object a line with name, value, unit,
// against, ratio.
//
// A benchmark is compared with another of the same run, never with a number from elsewhere: it says with whom in its
// label, "against:NAME". Values are medians over the repetitions; repetitions of different benchmarks are interleaved,
// so that both sides of a ratio meet the same machine.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
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
    std::vector<double> rates;
    std::string against;
  };
  const Form form;
  std::map<std::string, Row> rows;
  std::vector<std::string> order;
};

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
