// points-child record WORKLOAD ROOT TRACE    does it once, and writes down everything that was done to the disk
// points-child replay WORKLOAD TRACE ROOT    standard input: "point model seed" a line, points rising. Makes of ROOT
//                                            what a disk may hold when the power goes there, opens it, asks the oracle
// points-child fault WORKLOAD ROOT           standard input: "kind at" a line. Does it with that call failing, then
//                                            asks the oracle of what lies there, and of what a power cut leaves of it
//
// One line out for each line in: what came in, "fresh" or "seen" (the same bytes were examined before), and what is
// broken if anything is. A process of its own, because the store may stop it by an assertion.
#include <kj/debug.h>
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "engine/hash/sha256.h"
#include "tests/crash/points-child/oracle.h"

using namespace liggare;
using namespace liggare::test;

namespace {

namespace fs = std::filesystem;

Hash digestOf(const DiskTree& tree) {
  Buffer all;
  for (auto& [path, content] : tree) {
    appendBe64(all, path.size());
    append(all, asBytes(path));
    appendBe64(all, content.size());
    append(all, asBytes(content));
  }
  return sha256(all);
}

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

int record(const Workload& workload, const std::string& root, const std::string& file) {
  auto trace = recorded(workload, root);
  trace.save(file);
  say(std::to_string(Recorder::changes()));
  return 0;
}

class Replay {
 public:
  Replay(const Workload& workload, const std::string& file, std::string root)
      : workload(workload), trace(DiskTrace::load(file)), truth(trace), disk(trace.before), root(std::move(root)) {}

  std::string examine(size_t point, DiskModel model, uint64_t seed) {
    for (; at < point && at < trace.ops.size(); ++at) {
      auto& op = trace.ops[at];
      disk.apply(op);
      if (op.kind != DiskOp::Kind::MARK) continue;
      promises.hear(op.path);
      heard.push_back(at);
    }
    auto tree = disk.after(model, seed);
    // The same bytes keep the same promises, and the more there are the less is surely kept.
    auto key = std::pair(digestOf(tree), heard.size());
    auto known = seen.find(key);
    if (known != seen.end()) return "seen " + known->second;
    writeTree(tree, root);
    auto broken = whatIsBroken(workload, root, promises, truth);
    seen[key] = broken;
    return "fresh " + broken;
  }

 private:
  const Workload& workload;
  DiskTrace trace;
  CrashTruth truth;
  SimulatedDisk disk;
  std::string root;
  size_t at = 0;
  std::vector<size_t> heard;
  CrashPromises promises;
  std::map<std::pair<Hash, size_t>, std::string> seen;
};

int replay(const Workload& workload, const std::string& file, const std::string& root) {
  Recorder::skipOptions();
  Replay replaying(workload, file, root);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    size_t point = 0, model = 0;
    uint64_t seed = 0;
    in >> point >> model >> seed;
    say(line + " " + replaying.examine(point, DiskModel(model), seed));
  }
  return 0;
}

// Everything the run promised before and after the call failed must be kept: by what lies there, and after a power cut.
std::string afterFault(const Workload& workload, const std::string& root, InjectedFault fault) {
  fs::remove_all(root);
  auto trace = recorded(workload, root, fault);
  bool fired = Recorder::hasFired();
  CrashTruth truth(trace);
  CrashPromises promises;
  SimulatedDisk disk(trace.before);
  for (auto& op : trace.ops) {
    disk.apply(op);
    if (op.kind == DiskOp::Kind::MARK) promises.hear(op.path);
  }
  for (auto model : {DiskModel::M2, DiskModel::M0, DiskModel::M4}) {
    writeTree(disk.after(model, fault.at), root);
    // What was written in the run and then lost need not be known to the truth: only promises count.
    auto broken = whatIsBroken(workload, root, promises, truth);
    if (!broken.empty()) return "fresh M" + std::to_string(int(model)) + " " + broken;
  }
  return fired ? "fresh " : "seen ";
}

int faults(const Workload& workload, const std::string& root) {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    unsigned kind = 0;
    InjectedFault fault;
    in >> kind >> fault.at;
    fault.kind = InjectedFault::Kind(kind);
    say(line + " " + afterFault(workload, root, fault));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::vector<std::string> words(argv + 1, argv + argc);
  const Workload* workload = words.size() >= 3 ? workloadCalled(words[1]) : nullptr;
  if (!workload) return 2;
  if (words[0] == "record" && words.size() == 4) return record(*workload, words[2], words[3]);
  if (words[0] == "replay" && words.size() == 4) return replay(*workload, words[2], words[3]);
  if (words[0] == "fault" && words.size() == 3) return faults(*workload, words[2]);
  return 2;
}
