#include "bench/peers/race.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

namespace liggare::bench {

namespace {

template <typename T>
T at(std::vector<T>& values, double share) {
  if (values.empty()) return {};
  auto place = values.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

struct RowTotal {
  RaceTally tally;
  std::vector<double> rates;
  uint64_t syncs = 0;
};

void print(const RaceRow& row, RowTotal& total, RaceForm form) {
  auto& micros = total.tally.micros;
  double rate = at(total.rates, 0.5), p50 = at(micros, 0.5), p99 = at(micros, 0.99), p999 = at(micros, 0.999);
  double syncs =
      total.tally.requests ? static_cast<double>(total.syncs) / static_cast<double>(total.tally.requests) : 0;
  if (form == RaceForm::JSON_LINES) {
    std::printf(
        "{\"engine\":\"%s\",\"how\":\"%s\",\"perSecond\":%.0f,\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f,"
        "\"syncsPerCommit\":%.3f,\"eventBytes\":%zu,\"checks\":\"%s\",\"sync\":\"%s\"}\n",
        row.engine.c_str(), row.how.c_str(), rate, p50, p99, p999, syncs, row.eventBytes, row.checks.c_str(),
        row.syncMode.c_str());
  } else {
    std::printf("%-16s %-26s %9.0f %8.0f %8.0f %8.0f %8.3f %6zu  %-12s %s\n", row.engine.c_str(), row.how.c_str(), rate,
                p50, p99, p999, syncs, row.eventBytes, row.checks.c_str(), row.syncMode.c_str());
  }
}

}  // namespace

SyncCount::SyncCount(const std::string& file) : shared(nullptr) {
  int fd;
  KJ_SYSCALL(fd = open(file.c_str(), O_RDONLY | O_CLOEXEC), file);
  void* memory = mmap(nullptr, sizeof(*shared), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  KJ_REQUIRE(memory != MAP_FAILED, file);
  shared = static_cast<const std::atomic<uint64_t>*>(memory);
}

RaceRow peerRow(Peer& peer, const SyncCount& syncs, size_t clients, size_t perRequest) {
  struct Runner {
    std::unique_ptr<PeerClient> client;
    PeerEvents events;
  };
  static uint64_t everyClient = 0;
  auto runners = std::make_shared<std::vector<Runner>>();
  for (size_t i = 0; i < clients; ++i) runners->push_back({peer.connect(), PeerEvents(everyClient++)});
  RaceRow row{peer.name(), {}, peer.syncMode(), peer.checks(), PEER_PAYLOAD, &syncs, {}};
  row.how = std::to_string(clients) + (clients == 1 ? " client" : " clients");
  if (perRequest > 1) row.how += ", " + std::to_string(perRequest) + " a request";
  row.run = [runners, perRequest](RaceClock::time_point until, RaceTally& tally) {
    std::vector<RaceTally> tallies(runners->size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < runners->size(); ++i)
      threads.emplace_back([&, i] {
        Runner& runner = (*runners)[i];
        while (RaceClock::now() < until) {
          auto events = runner.events.next(perRequest);
          auto asked = RaceClock::now();
          runner.client->put(events);
          tallies[i].add(perRequest, asked, RaceClock::now());
        }
      });
    for (auto& thread : threads) thread.join();
    for (auto& each : tallies) tally.add(each);
  };
  return row;
}

void race(std::vector<RaceRow>& rows, size_t rounds, double secondsEach, RaceForm form) {
  std::vector<RowTotal> totals(rows.size());
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < rows.size(); ++i) {
      RaceTally tally;
      uint64_t syncsBefore = rows[i].syncs->now();
      auto begin = RaceClock::now();
      rows[i].run(begin + std::chrono::duration_cast<RaceClock::duration>(std::chrono::duration<double>(secondsEach)),
                  tally);
      std::chrono::duration<double> took = RaceClock::now() - begin;
      totals[i].syncs += rows[i].syncs->now() - syncsBefore;
      totals[i].rates.push_back(static_cast<double>(tally.events) / took.count());
      totals[i].tally.add(tally);
    }
  }
  if (form == RaceForm::TABLE)
    std::printf("%-16s %-26s %9s %8s %8s %8s %8s %6s  %-12s %s\n", "engine", "how", "events/s", "p50 us", "p99 us",
                "p99.9 us", "syncs/", "event", "checks", "sync mode"),
        std::printf("%-16s %-26s %9s %8s %8s %8s %8s %6s\n", "", "", "", "", "", "", "commit", "bytes");
  for (size_t i = 0; i < rows.size(); ++i) print(rows[i], totals[i], form);
  if (form == RaceForm::TABLE)
    std::printf("* numbers are given in order by the one writer: nobody can ask for one that is taken\n");
}

}  // namespace liggare::bench
