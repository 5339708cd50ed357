// A journal of some size (LIGGARE_BENCH_ENTRIES commands, a tenth as many patients, 300 000 at most), written by the
// program itself from a simulated region; the file cache is warm.
//
//   memory         the writing process at its largest
//   open/clean     opened after it ended · open/killed: after kill -9 with commands under way
//   verify/tree    seconds a million entries · verify/full: every stored byte, entries a second
//
// The targets of opening and memory are for 10 million entries (./dev bench --full), and shown only there.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "bench/support/report.h"
#include "cli/simulate.h"
#include "engine/journal-files.h"
#include "engine/journal.h"

extern char** environ;

namespace liggare::bench {

namespace {

constexpr uint64_t TARGET_ENTRIES = 10'000'000, AFTER = 20'000;

// `liggare append` with its standard input in our hand.
class Appending {
 public:
  explicit Appending(const std::string& directory) {
    auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "liggare";
    KJ_REQUIRE(std::filesystem::exists(program), "build `liggare` first", program.string());
    int ends[2];
    KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> words{program, "append", directory, "-", "--quiet", "--client", "bench"};
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    int answer = posix_spawn(&child, program.c_str(), &files, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[0]);
    input = ends[1];
    KJ_REQUIRE(answer == 0, "liggare did not start", answer);
  }
  void line(std::string_view text) {
    buffer.append(text).push_back('\n');
    if (buffer.size() > (1 << 16)) flush();
  }
  // The largest it has been, in MiB; asked while it still lives.
  double largest() {
    flush();
    std::ifstream status("/proc/" + std::to_string(child) + "/status");
    for (std::string row; std::getline(status, row);)
      if (row.starts_with("VmHWM:")) return std::strtod(row.c_str() + 6, nullptr) / 1024;
    return 0;
  }
  int end() {
    flush();
    close(input);
    return wait();
  }
  int killNow() {
    flush();
    kill(child, SIGKILL);
    close(input);
    return wait();
  }

 private:
  pid_t child = 0;
  int input = -1;
  std::string buffer;

  void flush() {
    for (size_t done = 0; done < buffer.size();) {
      ssize_t wrote = write(input, buffer.data() + done, buffer.size() - done);
      KJ_REQUIRE(wrote > 0, "liggare append stopped");
      done += static_cast<size_t>(wrote);
    }
    buffer.clear();
  }
  int wait() {
    int status = 0;
    KJ_SYSCALL(waitpid(child, &status, 0));
    return status;
  }
};

class SizedJournal {
 public:
  SizedJournal() : place(directory.path() + "/j"), entries(benchEntries()) {
    InitOptions init;
    init.directory = place;
    init.origin = "bench.liggare.example/1";
    init.clocked = InitOptions::Clocked::BY_COMMANDS;
    init.demoStart = 1'790'000'000'000'000;
    KJ_REQUIRE(!Journal::init(init));
    SimulateOptions region;
    region.patients = static_cast<uint32_t>(std::clamp<uint64_t>(entries / 10, 100, SIMULATED_PATIENTS_MAX));
    region.days = 5;
    uint64_t count = 0;
    std::optional<Appending> appending(place);
    auto stopped = kj::runCatchingExceptions([&] {
      liggare::simulate(region, [&](std::string_view line) {
        appending->line(line);
        ++count;
        if (count == entries) finishFirst(appending);
        if (count == entries + AFTER) kj::throwFatalException(KJ_EXCEPTION(UNIMPLEMENTED, "enough"));
      });
    });
    KJ_REQUIRE(count == entries + AFTER, "the region has too few commands", count);
    appending->killNow();
    killed = timeToOpen();
    measureVerify();
  }
  double clean = 0, killed = 0, treePerMillion = 0, fullRate = 0, memory = 0;

 private:
  DiskDirectory directory;
  std::string place;
  uint64_t entries;

  void finishFirst(std::optional<Appending>& appending) {
    memory = appending->largest();
    KJ_REQUIRE(appending->end() == 0, "liggare append failed");
    clean = timeToOpen();
    appending.emplace(place);
  }
  std::unique_ptr<Journal> open() {
    JournalOptions options;
    options.directory = place;
    JournalFault fault{};
    auto journal = Journal::open(options, fault);
    KJ_REQUIRE(journal != nullptr, fault.why);
    return journal;
  }
  template <typename Work>
  static double seconds(Work&& work) {
    auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  double timeToOpen() {
    std::unique_ptr<Journal> journal;
    return seconds([&] { journal = open(); });
  }
  void measureVerify() {
    auto journal = open();
    JournalFault fault{};
    auto file = readJournalFile(place, fault);
    KJ_REQUIRE(file.has_value(), fault.why);
    LogPlace logPlace{place, file->origin, {}};
    if (auto key = parseVerifierKey(file->verifierKey)) logPlace.keys.push_back(*key);
    for (Depth depth : {Depth::TREE, Depth::FULL}) {
      VerifyReport report;
      VerifyOptions options{depth, LinesOpen::AT_HAND, logPlace};
      double took = seconds([&] { report = journal->verify(options, {}); });
      KJ_REQUIRE(report.whole() && report.entries > entries, report.entries);
      if (depth == Depth::TREE)
        treePerMillion = took * 1e6 / static_cast<double>(report.entries);
      else
        fullRate = static_cast<double>(report.entries) / took;
    }
  }
};

const SizedJournal& sized() {
  static const SizedJournal MADE;
  return MADE;
}

void measured(benchmark::State& state, const char* unit, double SizedJournal::*value, double atLeast, double atMost) {
  for (auto _ : state) benchmark::DoNotOptimize(sized().*value);
  state.counters[unit] = sized().*value;
  if (atLeast > 0) state.counters["atLeast"] = atLeast;
  if (atMost > 0) state.counters["atMost"] = atMost;
}

const int REGISTERED = [] {
  struct Wanted {
    const char *name, *unit;
    double SizedJournal::*value;
    double atLeast, atMost;
  };
  double large = benchEntries() >= TARGET_ENTRIES ? 1 : 0;
  for (const Wanted& w : {Wanted{"memory", "MiB", &SizedJournal::memory, 0, large * 512},
                          Wanted{"open/clean", "s", &SizedJournal::clean, 0, large * 2},
                          Wanted{"open/killed", "s", &SizedJournal::killed, 0, large * 5},
                          Wanted{"verify/tree", "s/1M", &SizedJournal::treePerMillion, 0, 2},
                          Wanted{"verify/full", "items_per_second", &SizedJournal::fullRate, 1e6, 0}})
    benchmark::RegisterBenchmark(
        w.name, [w](benchmark::State& state) { measured(state, w.unit, w.value, w.atLeast, w.atMost); })
        ->Iterations(1)
        ->Repetitions(1);
  return 0;
}();

}  // namespace

}  // namespace liggare::bench
