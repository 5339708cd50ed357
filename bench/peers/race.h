// The race: every row runs for a while, then the next, and again from the beginning, so that all meet the same machine.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bench/peers/peer.h"

namespace liggare::bench {

using RaceClock = std::chrono::steady_clock;

struct RaceTally {
  uint64_t events = 0, requests = 0;
  std::vector<float> micros;  // one latency per request
  void add(size_t count, RaceClock::time_point asked, RaceClock::time_point answered) {
    events += count;
    ++requests;
    micros.push_back(std::chrono::duration<float, std::micro>(answered - asked).count());
  }
  void add(const RaceTally& other) {
    events += other.events;
    requests += other.requests;
    micros.insert(micros.end(), other.micros.begin(), other.micros.end());
  }
};

// What sync-count.c++ counts in a process and its children.
class SyncCount {
 public:
  explicit SyncCount(const std::string& file);
  uint64_t now() const { return shared->load(std::memory_order_relaxed); }

 private:
  const std::atomic<uint64_t>* shared;
};

struct RaceRow {
  std::string engine, how, syncMode, checks;
  size_t eventBytes = PEER_PAYLOAD;
  const SyncCount* syncs = nullptr;
  std::function<void(RaceClock::time_point until, RaceTally& tally)> run;
};

// So many clients of a peer, each a thread of its own that waits for its answer; `perRequest` events a request.
RaceRow peerRow(Peer& peer, const SyncCount& syncs, size_t clients, size_t perRequest);
// Our own rows: the log layer and the whole journal, in `directory`.
std::vector<RaceRow> ownRows(const std::string& directory, const SyncCount& syncs);

enum class RaceForm : uint8_t { TABLE, JSON_LINES };
void race(std::vector<RaceRow>& rows, size_t rounds, double secondsEach, RaceForm form);

}  // namespace liggare::bench
