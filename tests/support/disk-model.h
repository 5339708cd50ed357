// What a disk may hold when the power goes: everything that was synced, and of the rest what one of six models leaves.
//
//   M0  nothing that was not synced: no byte, no name
//   M1  a prefix of all that was done since, the last write torn at any byte
//   M2  everything
//   M3  names and lengths, and garbage (or zeros) where bytes were not synced
//   M4  each file keeps all of its unsynced bytes or none, each directory some of its names
//   M5  each sector of 512 bytes that was not synced is the new one or what lay there before
//
// A name is durable when its directory has been synced, bytes when their file has; one is no promise of the other.
// Bytes that were synced stay what they are (no write tears its neighbours). After a sync that failed nothing of what
// it was to harden is hardened by a later one.
#pragma once

#include <array>
#include <optional>

#include "engine/base/random.h"
#include "tests/support/disk-trace.h"

namespace liggare::test {

enum class DiskModel : uint8_t { M0, M1, M2, M3, M4, M5 };
inline constexpr std::array ALL_DISK_MODELS{DiskModel::M0, DiskModel::M1, DiskModel::M2,
                                     DiskModel::M3, DiskModel::M4, DiskModel::M5};
// Whether one point has several outcomes under it.
constexpr bool isDrawn(DiskModel model) { return model != DiskModel::M0 && model != DiskModel::M2; }

class SimulatedDisk {
 public:
  explicit SimulatedDisk(const DiskTree& before);

  // The next operation of the trace.
  void apply(const DiskOp& op);
  // What is found after the power went here.
  DiskTree after(DiskModel model, uint64_t seed) const;
  DiskTree now() const { return after(DiskModel::M2, 0); }
  // By its name as it is now; nothing when there is no such file or directory.
  std::optional<uint32_t> find(const std::string& path) const;

 private:
  struct Change {  // to a file's bytes
    uint64_t index = 0;
    bool cut = false;
    uint64_t at = 0;
    Buffer bytes;
    bool doomed = false;
  };
  struct Node {
    bool directory = false;
    std::string durable;
    std::vector<Change> pending;
  };
  using Place = std::pair<uint32_t, std::string>;  // directory and name
  struct NameChange {
    uint64_t index = 0;
    std::optional<Place> gone, come;
    uint32_t node = 0;  // that came
    bool doomed = false;
  };
  using Names = std::map<Place, uint32_t>;

  uint64_t done = 0;  // operations so far
  std::vector<Node> nodes;
  Names durableNames, currentNames;
  std::vector<NameChange> pendingNames;

  std::optional<Place> place(const std::string& path) const;
  uint32_t addNode(uint32_t number, bool directory);
  void changeName(NameChange change);
  void harden(uint32_t node, uint64_t begun);
  void hardenNames(uint32_t directory, uint64_t begun);
  void doom(uint32_t node, uint64_t begun);
  static void change(std::string& content, const Change& change, size_t bytes);
  Names namesAfter(DiskModel model, SeededRandom& random, uint64_t cut) const;
  std::string contentAfter(const Node& node, DiskModel model, SeededRandom& random, uint64_t cut) const;
  static std::string garbled(const Node& node, SeededRandom& random, bool zeros);
  static std::string mixed(const Node& node, SeededRandom& random);
  static std::string prefix(const Node& node, SeededRandom& random, uint64_t cut);
  uint64_t drawCut(SeededRandom& random) const;
};

}  // namespace liggare::test
