// The commit protocol: one way in, one order, one place where an event becomes true.
//
//   submit ──► pool: prepare ──► decider: decide, number ──► sealer: seal, write ──► syncer: sync, advance, answer
//              (any order)       (one order, owns state)     (same order)            (same order)
//
//   step      what is true after it                               a crash here means
//   prepare   nothing                                             the caller hears nothing and asks again
//   decide    numbered in memory                                  the same
//   write     in the store, above the durable head                may survive or not; nobody was told
//   sync      durable; the head moves, then the answers leave     kept for ever
//
// No answer leaves before the sync that justifies it, refusals and repeats included. After a fault in sealing, writing
// or syncing the journal is poisoned: what was under way is answered unknown, nothing more is accepted, and only
// opening anew tells what the disk holds.
#pragma once

#include <atomic>
#include <thread>

#include "engine/decider.h"
#include "engine/log/head-file.h"
#include "engine/prepare.h"
#include "engine/record.h"

namespace liggare {

struct WriterParts {
  Log& log;
  Vault& vault;
  Index& index;
  EventReader& reader;
  intake::Resolver& resolver;
  KnownSubjects& subjects;
  Blind blind;
  HeadFile& headFile;
  Clock& clock;
  Random& random;
  Observer& observer;
  std::string origin;
  std::function<void()> eachSecond;               // signs a checkpoint when the head moved; from the syncer's thread
  std::function<void(Position)> headMoved;        // followers wait on it
  std::function<void(Outcome, Answer)> carryOut;  // a destruction is durable: it is done, and answered, elsewhere
};

class Writer {
 public:
  Writer(WriterParts parts, DeciderStart start, const JournalOptions& options);
  ~Writer();  // answers everything under way, syncs, stops

  void submit(Submission submission, Answer answer);
  // An entry of the engine's own, in the same order and answered like any other.
  void state(EngineFact fact, Answer answer);
  void waitForRoom(size_t underWayMax);
  bool isPoisoned() const { return poisoned.load(); }

 private:
  struct Load {
    std::vector<law::FragmentKey> keys;
    Position below = 0;
    uint64_t session = 0;
    std::shared_ptr<Fragments> result;
  };
  struct Written {  // one commit on its way to being durable
    std::vector<std::shared_ptr<Decided>> decided;
    std::vector<Hash> leaves;
    Position end = 0;
    size_t bytes = 0;
    Sync synced = Sync::NO;
  };

  void enqueue(std::shared_ptr<Pending> pending);
  void poolLoop();
  void deciderLoop();
  void decideOrPark(std::shared_ptr<Pending> pending);
  void finishLoads(std::vector<std::shared_ptr<Load>>& loads);
  void load(Load& load);
  void sealerLoop();
  void openStreams(const std::vector<std::shared_ptr<Decided>>& members, CommitBuilder& commit);
  void sealOne(Decided& decided, CommitBuilder& commit, Written& written);
  void addFact(Decided& decided, CommitBuilder& commit, Written& written);
  void saltsAndRandom(SealRandom& random, std::vector<Line>& lines);
  void writeCommit(CommitBuilder& commit, Written& written, Sync sync);
  void syncerLoop();
  void completeReceipt(Outcome& outcome);
  void eachSecond();
  bool measureStorage();
  void indexCommit(Written& written);
  void answer(const std::shared_ptr<Pending>& pending, Outcome outcome);
  void answerAllUnknown();
  bool guarded(const char* stage, const std::function<void()>& work);

  WriterParts parts;
  const JournalOptions options;
  Decider decider;

  std::mutex inboxLock;  // guards the next five
  std::condition_variable inboxFilled, poolFilled;
  std::deque<std::shared_ptr<Pending>> inbox;  // in order of submission
  std::deque<std::shared_ptr<Pending>> toPrepare;
  std::deque<std::shared_ptr<Load>> toLoad;
  std::vector<std::shared_ptr<Load>> loaded;
  bool stopping = false;
  bool deciderWaits = false;

  // The decider's own: sessions that wait for a fragment, in order.
  std::unordered_map<uint64_t, std::deque<std::shared_ptr<Pending>>> parked;

  Buffer sealed, scratch;  // the sealer's own, kept to save allocations
  EventParts eventParts;   // the same
  Channel<std::shared_ptr<Decided>> toSeal{4096};
  Channel<std::shared_ptr<Written>> toSync{8};  // at most 8 commits ahead of the disk
  std::atomic<size_t> unsynced{0};              // commits written and not yet durable

  std::mutex underWayLock;
  std::condition_variable underWayFell;
  std::list<std::shared_ptr<Pending>> underWay;  // whoever is here gets exactly one answer, whatever happens
  std::atomic<bool> poisoned{false};
  std::atomic<bool> storageLow{false};

  std::vector<std::thread> pool;
  std::thread deciderThread, sealerThread, syncerThread, indexThread;
  std::mutex flushLock;
  std::condition_variable flushWanted;
  bool flushStop = false;
  void indexLoop();
};

}  // namespace liggare
