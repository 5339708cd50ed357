// liggare-bench [--json] [words for Google Benchmark]
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "bench/support/report.h"

int main(int argc, char** argv) {
  auto form = liggare::bench::Form::TABLE;
  char interleave[] = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> words{argv[0], interleave};
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0)
      form = liggare::bench::Form::JSON_LINES;
    else
      words.push_back(argv[i]);
  }
  int count = static_cast<int>(words.size());
  benchmark::Initialize(&count, words.data());
  if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;
  liggare::bench::Report report(form);
  benchmark::RunSpecifiedBenchmarks(&report);
  return 0;
}
