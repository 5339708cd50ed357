// Counted budgets: they fail the build, because counts do not depend on the machine. Clocks only report (./dev bench).
//
//   what                                   budget
//   log syncs                              one per synced commit, none for an unsynced one
//   vault syncs                            one for a commit that opens streams, none for one that does not
//   stored bytes per event                 700 for a 256-byte payload in one part with four lines
//   SHA-256 digests per event              24
//   our own allocations per event          6, once warm
//   allocations of the gate, 500 items     0
//
// The counts are of the append load in bench/support/log-load.h, on one thread, RocksDB on disk.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "bench/support/gate-load.h"
#include "bench/support/log-load.h"
#include "bench/support/report.h"

namespace {

std::atomic<bool> counting{false};
thread_local bool ours = false;  // only the thread that appends: RocksDB's threads are its own affair
std::atomic<uint64_t> allocations{0};

void* counted(std::size_t size) {
  if (counting.load(std::memory_order_relaxed) && ours) allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size ? size : 1);
  if (!memory) std::abort();
  return memory;
}

int failures = 0;
void budget(const char* what, double counted, double most) {
  bool fine = counted <= most;
  std::printf("%-34s %10.2f   budget %10.2f   %s\n", what, counted, most, fine ? "ok" : "EXCEEDED");
  if (!fine) ++failures;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

int main() {
  using namespace liggare;
  using namespace liggare::bench;
  constexpr size_t WARM = 40, COMMITS = 100;
  DiskDirectory directory;
  LogLoad load(directory.path());
  for (size_t i = 0; i < WARM; ++i) load.log().append(load.build(), Sync::YES);

  auto before = load.log().storage().counters();
  auto vaultBefore = load.vaultStore().counters();
  uint64_t hashesBefore = sha256Count();
  ours = true;
  counting = true;
  uint64_t building = 0;
  for (size_t i = 0; i < COMMITS; ++i) {
    uint64_t atStart = allocations.load();
    auto commit = load.build();
    building += allocations.load() - atStart;
    load.log().append(std::move(commit), Sync::YES);
  }
  counting = false;
  uint64_t hashes = sha256Count() - hashesBefore;
  auto after = load.log().storage().counters();
  double events = COMMITS * PER_COMMIT;

  budget("log syncs per commit", static_cast<double>(after.walSyncs - before.walSyncs) / COMMITS, 1);
  budget("vault syncs, no new stream",
         static_cast<double>(load.vaultStore().counters().walSyncs - vaultBefore.walSyncs), 0);
  budget("log bytes per event", static_cast<double>(after.walBytes - before.walBytes) / events, 700);
  budget("digests per event", static_cast<double>(hashes) / events, 24);
  budget("allocations per event, sealing", static_cast<double>(building) / events, 6);

  uint64_t synced = load.log().storage().counters().walSyncs;
  for (size_t i = 0; i < 4; ++i) load.log().append(load.build(), Sync::NO);
  budget("log syncs of unsynced commits", static_cast<double>(load.log().storage().counters().walSyncs - synced), 0);
  load.log().sync();
  budget("log syncs for all of them", static_cast<double>(load.log().storage().counters().walSyncs - synced), 1);

  GateLoad gate;
  size_t shown = gate.readAll();
  uint64_t atGate = allocations.load();
  counting = true;
  shown += gate.readAll();
  counting = false;
  budget("items the gate let through", shown > 0 && shown < 2 * GateLoad::ITEMS ? 0 : 1, 0);
  budget("allocations at the gate", static_cast<double>(allocations.load() - atGate), 0);
  return failures == 0 ? 0 : 1;
}
