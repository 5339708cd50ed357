// Crash points, chosen and examined: each workload is recorded once by a process of its own (points-child), and then
// other processes make of the record what a disk may hold at a point, open it, and ask the oracle.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/disk-model.h"

namespace liggare::test {

// In the order in which they are told of.
extern const std::vector<std::string> CRASH_WORKLOADS;

// A directory in memory where the machine has such a thing, else an ordinary temporary one; gone with the object.
class QuickDirectory {
 public:
  QuickDirectory();
  ~QuickDirectory();
  QuickDirectory(const QuickDirectory&) = delete;
  QuickDirectory& operator=(const QuickDirectory&) = delete;
  const std::string& path() const { return where; }

 private:
  std::string where;
};

struct CrashPoint {
  uint64_t at = 0;  // operations of the trace that had been done
  DiskModel model = DiskModel::M0;
  uint64_t seed = 0;
  auto order() const { return std::tuple(at, model, seed); }
};

// What became of one line that was asked.
struct Examined {
  std::string line;    // as it was asked: "point model seed", "kind at"
  bool isNew = false;  // these bytes had not been examined before; the fault fired
  std::string broken;  // empty: everything was kept
};

class CrashStage {
 public:
  // Records the workload. The file may be changed afterwards (a mutant is a changed record).
  explicit CrashStage(std::string workload);
  const std::string& workload() const { return name; }
  DiskTrace trace() const { return DiskTrace::load(file()); }
  void replace(const DiskTrace& trace) const { trace.save(file()); }
  uint64_t changes() const { return changing; }  // calls that changed something

  // So many different points: every moment before something was done to the disk under every model, then again with
  // other draws. `passed` of them are left out from the beginning: what another run has examined.
  std::vector<CrashPoint> choose(size_t count, uint64_t seed, size_t passed = 0) const;
  // In the order of the points, by several processes at once.
  std::vector<Examined> examine(std::vector<CrashPoint> points) const;
  // The workload again with a call failing: "kind at".
  std::vector<Examined> fail(const std::vector<std::string>& lines) const;

 private:
  std::string name;
  QuickDirectory place;
  uint64_t changing = 0;
  std::string file() const { return place.path() + "/trace"; }
  std::vector<Examined> ask(const std::string& mode, const std::vector<std::string>& lines) const;
};

uint64_t countFromEnvironment(const char* name, uint64_t usual);

}  // namespace liggare::test
