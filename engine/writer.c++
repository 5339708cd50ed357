#include "engine/writer.h"

#include <kj/debug.h>
#include <sys/statvfs.h>

#include "engine/intake/plan.h"
#include "engine/taken-away.h"

namespace liggare {

namespace {

constexpr size_t INDEX_ROWS_IN_MEMORY = 400'000;  // about 60 MB, then a sorted run
constexpr size_t COMMITS_AHEAD_MAX = 8;
constexpr size_t PREPARE_AT_ONCE_MAX = 1;
constexpr Micros HEAD_FILE_EVERY = SECOND;
constexpr uint64_t ENGINE_SESSION = UINT64_MAX;  // waits behind no caller's commands

// What a decision will take in a commit, before it is sealed: its events in memory, and the command again as `ask`.
size_t roughBytes(const Decided& decided) {
  size_t words = 0;
  for (auto& message : decided.decision.events) words += message->sizeInWords();
  return words * sizeof(capnp::word) + decided.pending->submission.json.size();
}

Outcome plain(Outcome::Kind kind) {
  Outcome outcome;
  outcome.kind = kind;
  return outcome;
}

}  // namespace

Writer::Writer(WriterParts given, DeciderStart start, const JournalOptions& opts)
    : parts(std::move(given)),
      options(opts),
      decider(parts.index, parts.subjects, parts.blind, parts.clock, parts.random, start) {
  for (uint32_t i = 0; i < std::max(1u, options.prepareThreads); ++i) pool.emplace_back([this] { poolLoop(); });
  deciderThread = std::thread([this] { deciderLoop(); });
  sealerThread = std::thread([this] { sealerLoop(); });
  syncerThread = std::thread([this] { syncerLoop(); });
  indexThread = std::thread([this] { indexLoop(); });
}

// In the order of the stream: each stage finishes what it holds before the next one is told to.
Writer::~Writer() {
  waitForRoom(1);
  {
    std::lock_guard lock(inboxLock);
    stopping = true;
  }
  inboxFilled.notify_all();
  poolFilled.notify_all();
  for (auto& thread : pool) thread.join();
  deciderThread.join();
  toSeal.close();
  sealerThread.join();
  toSync.close();
  syncerThread.join();
  {
    std::lock_guard lock(flushLock);
    flushStop = true;
  }
  flushWanted.notify_all();
  indexThread.join();
}

// --- in ---

void Writer::submit(Submission submission, Answer answer) {
  auto pending = std::make_shared<Pending>();
  pending->submission = std::move(submission);
  pending->answer = std::move(answer);
  enqueue(std::move(pending));
}

void Writer::state(EngineFact fact, Answer answer) {
  auto pending = std::make_shared<Pending>();
  pending->submission.session = ENGINE_SESSION;
  pending->fact = std::move(fact);
  pending->answer = std::move(answer);
  enqueue(std::move(pending));
}

void Writer::enqueue(std::shared_ptr<Pending> pending) {
  if (poisoned.load()) return pending->answer(plain(Outcome::Kind::UNKNOWN));
  if (storageLow.load() && !measureStorage()) return pending->answer(plain(Outcome::Kind::STORAGE));
  {
    std::unique_lock lock(underWayLock);
    if (underWay.size() >= options.queueMax) {
      lock.unlock();
      parts.observer.overloaded(options.queueMax);
      return pending->answer(plain(Outcome::Kind::OVERLOADED));
    }
    pending->place = underWay.insert(underWay.end(), pending);
  }
  {
    std::lock_guard lock(inboxLock);
    inbox.push_back(pending);
    toPrepare.push_back(std::move(pending));
  }
  poolFilled.notify_one();
}

void Writer::waitForRoom(size_t underWayMax) {
  std::unique_lock lock(underWayLock);
  underWayFell.wait(lock, [&] { return underWay.size() < underWayMax; });
}

void Writer::answer(const std::shared_ptr<Pending>& pending, Outcome outcome) {
  {
    std::lock_guard lock(underWayLock);
    if (pending->answered) return;  // poison was quicker
    pending->answered = true;
  }
  const bool isDestruction = outcome.kind == Outcome::Kind::ACCEPTED && !outcome.kinds.empty() &&
                             takesAway(outcome.kinds.front());
  if (isDestruction)
    parts.carryOut(std::move(outcome), std::move(pending->answer));
  else
    pending->answer(std::move(outcome));
  std::lock_guard lock(underWayLock);
  underWay.erase(pending->place);
  if (underWay.empty() || underWay.size() % 64 == 0) underWayFell.notify_all();
}

// Poison: everything under way, wherever it has come to, is answered unknown.
void Writer::answerAllUnknown() {
  std::list<std::shared_ptr<Pending>> all;
  {
    std::lock_guard lock(underWayLock);
    all = underWay;
  }
  for (auto& pending : all) answer(pending, plain(Outcome::Kind::UNKNOWN));
}

// --- pool ---

void Writer::poolLoop() {
  Preparer preparer(parts.index, parts.reader, parts.resolver, parts.clock, parts.random);
  std::vector<std::shared_ptr<Pending>> batch;  // a few at a time, when there are many: the lock is everybody's
  std::unique_lock lock(inboxLock);
  for (;;) {
    poolFilled.wait(lock, [&] { return stopping || !toPrepare.empty() || !toLoad.empty(); });
    if (!toLoad.empty()) {
      auto job = toLoad.front();
      toLoad.pop_front();
      lock.unlock();
      guarded("load", [&] { load(*job); });
      lock.lock();
      loaded.push_back(std::move(job));
    } else if (!toPrepare.empty()) {
      size_t fair = std::clamp<size_t>(toPrepare.size() / (2 * pool.size()), 1, PREPARE_AT_ONCE_MAX);
      while (batch.size() < fair) {
        batch.push_back(std::move(toPrepare.front()));
        toPrepare.pop_front();
      }
      lock.unlock();
      for (auto& pending : batch)
        if (!guarded("prepare", [&] { preparer.prepare(*pending); })) pending->settled = plain(Outcome::Kind::UNKNOWN);
      lock.lock();
      for (auto& pending : batch) pending->prepared = true;
      batch.clear();
      if (inbox.empty() || !inbox.front()->prepared) continue;  // somebody earlier will wake the decider
    } else {
      return;  // stopping
    }
    if (deciderWaits) inboxFilled.notify_one();
  }
}

// Folds the fragments from their books, as far as the index reaches; the tail above that is the decider's.
void Writer::load(Load& job) {
  auto fragments = std::make_shared<Fragments>(job.keys.size() * 4 + 64);
  for (auto& key : job.keys) {
    fragments->putEmpty(key);
    parts.index.scan(fragmentBook(key), 1, [&](const IndexedBookRow& row) {
      if (row.position >= job.below) return false;
      auto event = parts.reader.read(row.position, Open::FACTS);
      if (event && !event->destroyed) fragments->evolveOne(key, event->view);
      return true;
    });
  }
  job.result = std::move(fragments);
}

// --- decider ---

void Writer::deciderLoop() {
  std::vector<std::shared_ptr<Pending>> burst;
  std::vector<std::shared_ptr<Load>> loads;
  for (;;) {
    {
      std::unique_lock lock(inboxLock);
      deciderWaits = true;
      inboxFilled.wait(lock, [&] {
        return !loaded.empty() || (!inbox.empty() && inbox.front()->prepared) ||
               (stopping && inbox.empty() && (parked.empty() || poisoned.load()));
      });
      deciderWaits = false;
      loads.swap(loaded);
      while (!inbox.empty() && inbox.front()->prepared && burst.size() < 512) {
        burst.push_back(std::move(inbox.front()));
        inbox.pop_front();
      }
      if (stopping && loads.empty() && burst.empty() && inbox.empty() && (parked.empty() || poisoned.load())) return;
    }
    guarded("decide", [&] {
      finishLoads(loads);
      for (auto& pending : burst) {
        auto waits = parked.find(pending->submission.session);
        if (waits != parked.end())
          waits->second.push_back(std::move(pending));  // behind what its session waits for
        else
          decideOrPark(std::move(pending));
      }
      decider.rest();
    });
    if (poisoned.load())
      for (auto& pending : burst)
        if (pending) answer(pending, plain(Outcome::Kind::UNKNOWN));
    burst.clear();
    loads.clear();
  }
}

void Writer::finishLoads(std::vector<std::shared_ptr<Load>>& loads) {
  for (auto& load : loads) {
    KJ_REQUIRE(load->result != nullptr, "a fragment could not be loaded");
    decider.finishLoad(load->below, load->keys, *load->result);
    auto waits = parked.find(load->session);
    auto queue = std::move(waits->second);
    parked.erase(waits);
    while (!queue.empty()) {
      auto pending = std::move(queue.front());
      queue.pop_front();
      uint64_t session = pending->submission.session;
      decideOrPark(std::move(pending));
      auto again = parked.find(session);
      if (again == parked.end()) continue;
      for (auto& later : queue) again->second.push_back(std::move(later));
      break;
    }
  }
}

void Writer::decideOrPark(std::shared_ptr<Pending> pending) {
  if (poisoned.load()) return answer(pending, plain(Outcome::Kind::UNKNOWN));
  if (pending->settled && pending->settled->kind == Outcome::Kind::INVALID) return answer(pending, *pending->settled);
  auto keys = decider.wants(*pending);
  if (keys.empty()) return toSeal.push(decider.decide(std::move(pending)));
  auto job = std::make_shared<Load>();
  job->keys = std::move(keys);
  job->below = decider.beginLoad();
  job->session = pending->submission.session;
  parked[job->session].push_back(std::move(pending));
  {
    std::lock_guard lock(inboxLock);
    toLoad.push_back(std::move(job));
  }
  poolFilled.notify_one();
}

// --- sealer ---

void Writer::sealerLoop() {
  std::optional<std::shared_ptr<Decided>> next = toSeal.pop();
  while (next) {
    auto written = std::make_shared<Written>();
    bool lone = unsynced.load() == 0;
    bool fine = guarded("seal", [&] {
      CommitBuilder commit(parts.log.appended().size);
      std::vector<std::shared_ptr<Decided>> members;
      size_t entries = 0;
      size_t bytes = 0;
      while (next && (entries == 0 || (entries + (*next)->events.size() <= COMMIT_ENTRIES_MAX &&
                                       bytes + roughBytes(**next) <= COMMIT_BYTES_MAX))) {
        entries += (*next)->events.size();
        bytes += roughBytes(**next);
        members.push_back(std::move(*next));
        if (entries >= COMMIT_ENTRIES_MAX) {
          next = std::nullopt;
          break;
        }
        next = toSeal.tryPop();
      }
      lone = lone && !next;
      written->decided = std::move(members);
      openStreams(written->decided, commit);
      for (auto& decided : written->decided) sealOne(*decided, commit, *written);
      writeCommit(commit, *written, lone ? Sync::YES : Sync::NO);
    });
    if (fine) {
      ++unsynced;
      toSync.push(std::move(written));
    } else {
      answerAllUnknown();
      next = std::nullopt;
    }
    if (!next) next = toSeal.pop();
  }
}

// Secrets of streams that this commit is the first to use: synced before the commit exists, or the commit could outlive
// them. That something is to be destroyed is remembered in the same order, or a crash could forget it.
void Writer::openStreams(const std::vector<std::shared_ptr<Decided>>& members, CommitBuilder& commit) {
  std::vector<StreamOwner> streams;
  for (auto& decided : members)
    for (auto& event : decided->events) {
      if (decided->pending->fact) continue;  // a fact seals nothing
      streams.push_back(event.stream);
      if (takesAway(static_cast<schema::Body::Which>(event.view.common.getKind())))
        parts.vault.keep({event.view.id, event.view.position, DestructionStage::DECIDED, {}});
    }
  if (!streams.empty()) parts.vault.ensureStreams(streams);
  commit.needVault(parts.vault.version());
}

void Writer::addFact(Decided& decided, CommitBuilder& commit, Written& written) {
  auto& event = decided.events.front();
  KJ_ASSERT(event.view.position == commit.next(), "the sealer keeps the decider's order", event.view.position);
  std::vector<Line> lines{{event.lines.front().first, event.lines.front().second, {}}};
  parts.random.fill(lines.front().salt);
  EntryFields fields;
  fields.recordedAt = event.view.recordedAt;
  fields.eventId = event.view.id;
  fields.engine = *decided.pending->fact;
  decided.outcome.receipt.leaf = commit.add(fields, lines);
  written.leaves.push_back(decided.outcome.receipt.leaf);
}

void Writer::sealOne(Decided& decided, CommitBuilder& commit, Written& written) {
  if (decided.pending->fact) return addFact(decided, commit, written);
  bool first = true;
  if (decided.pending->ask.empty() && !decided.events.empty()) writeAsk(*decided.pending);
  for (auto& event : decided.events) {
    KJ_ASSERT(event.view.position == commit.next(), "the sealer keeps the decider's order", event.view.position);
    auto& message = decided.decision.events[event.view.common.getIndexInCommand()];
    Bytes ask = first ? Bytes(decided.pending->ask) : Bytes();
    auto plaintexts = eventParts.of(message->getRoot<schema::Event>(), ask);

    auto leaf = parts.vault.leaf(event.stream.stream, event.lines.front().second);
    KJ_REQUIRE(leaf.fault == KeyFault::NONE, "no key for a stream that was just opened", event.view.position,
               static_cast<int>(leaf.fault));
    SealRandom random;
    std::vector<Line> lines(event.lines.size());
    saltsAndRandom(random, lines);
    for (size_t i = 0; i < lines.size(); ++i) {
      lines[i].book = event.lines[i].first;
      lines[i].number = event.lines[i].second;
    }
    sealed.clear();
    Hash digest = sealInto(sealed, plaintexts, leaf.key, random, SealPlace{parts.origin, event.view.id});
    EntryFields fields;
    fields.recordedAt = event.view.recordedAt;
    fields.eventId = event.view.id;
    fields.commandTag = decided.pending->tag;
    Hash leafHash = commit.add(std::move(fields), lines, sealed, digest);
    written.leaves.push_back(leafHash);
    if (first) decided.outcome.receipt.leaf = leafHash;
    first = false;
  }
}

// One draw for everything random about an entry: a generator call costs more than its bytes.
void Writer::saltsAndRandom(SealRandom& random, std::vector<Line>& lines) {
  scratch.resize(random.size() + 16 * lines.size());
  parts.random.fill(scratch);
  std::copy_n(scratch.begin(), random.size(), random.begin());
  for (size_t i = 0; i < lines.size(); ++i)
    std::copy_n(scratch.begin() + static_cast<ptrdiff_t>(random.size() + 16 * i), 16, lines[i].salt.begin());
}

void Writer::writeCommit(CommitBuilder& commit, Written& written, Sync sync) {
  written.synced = sync;
  written.bytes = commit.bytes();
  written.end = commit.next();
  if (!commit.empty()) parts.log.append(std::move(commit), sync);
}

// --- syncer ---

// The evidence outside the store knows of every commit that was answered on; on the disk it is never older than a
// second, also when nothing more comes after the last commit.
void Writer::syncerLoop() {
  Micros lastHeadFile = 0;
  for (;;) {
    auto next = toSync.popWithin(HEAD_FILE_EVERY);
    if (!next) {
      if (toSync.isDone()) break;
      if (parts.headFile.newest().size < parts.log.durableSize()) guarded("sync", [&] { eachSecond(); });
      continue;
    }
    std::vector<std::shared_ptr<Written>> group{std::move(*next)};
    while (group.size() < COMMITS_AHEAD_MAX)
      if (auto more = toSync.tryPop())
        group.push_back(std::move(*more));
      else
        break;
    bool fine = guarded("sync", [&] {
      bool synced = std::all_of(group.begin(), group.end(), [](auto& w) { return w->synced == Sync::YES; });
      bool anything = std::any_of(group.begin(), group.end(), [](auto& w) { return !w->leaves.empty(); });
      if (!synced && anything) parts.log.sync();
      if (anything) parts.headFile.note(parts.log.durable());  // before anybody is answered on it
      Micros now = systemClock().now();
      if (now - lastHeadFile >= HEAD_FILE_EVERY) {
        eachSecond();
        lastHeadFile = now;
      }
    });
    unsynced -= group.size();
    for (auto& written : group) {
      fine = fine && guarded("index", [&] { indexCommit(*written); });
      for (auto& decided : written->decided) {
        fine = fine && guarded("answer", [&] { completeReceipt(decided->outcome); });
        answer(decided->pending, fine ? std::move(decided->outcome) : plain(Outcome::Kind::UNKNOWN));
      }
    }
    if (fine) parts.headMoved(parts.log.durableSize());
  }
  guarded("sync", [&] { eachSecond(); });
}

// A command that came again while the first was under way was settled before there was a leaf: by now there is.
void Writer::completeReceipt(Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::DUPLICATE && outcome.receipt.leaf == Hash{})
    outcome.receipt.leaf = parts.log.leafAt(outcome.receipt.position);
}

void Writer::eachSecond() {
  parts.headFile.write(parts.log.durable());
  parts.eachSecond();
  measureStorage();
}

// Whether there is room. Asked each second while commits flow, and by every submit while there was none: an operator
// who has made room need not open the journal anew.
bool Writer::measureStorage() {
  struct statvfs disk {};
  if (statvfs(options.directory.c_str(), &disk) != 0) return true;
  uint64_t freeBytes = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  bool low = freeBytes < options.diskFloorBytes;
  if (storageLow.exchange(low) != low && low) parts.observer.storageLow(freeBytes);
  return !low;
}

void Writer::indexCommit(Written& written) {
  size_t next = 0;
  for (auto& decided : written.decided) {
    bool first = true;
    for (auto& event : decided->events) {
      std::vector<IndexedLine> lines;
      for (auto& [book, number] : event.lines) lines.push_back({book, number});
      std::vector<IndexedIdentifier> identifiers;
      for (auto& [tag, subject] : event.introduces) identifiers.push_back({tag, subject});
      parts.index.add(event.view.position, written.leaves[next++], lines,
                      first && !decided->pending->fact ? std::optional(decided->pending->tag) : std::nullopt,
                      identifiers);
      first = false;
    }
  }
  if (parts.index.rowsInMemory() < INDEX_ROWS_IN_MEMORY) return;
  flushWanted.notify_one();
}

void Writer::indexLoop() {
  std::unique_lock lock(flushLock);
  for (;;) {
    flushWanted.wait(lock, [&] { return flushStop || parts.index.rowsInMemory() >= INDEX_ROWS_IN_MEMORY; });
    lock.unlock();
    guarded("index", [&] { parts.index.flush(); });
    lock.lock();
    if (flushStop) return;
  }
}

// --- poison ---

bool Writer::guarded(const char* stage, const std::function<void()>& work) {
  if (poisoned.load()) return false;
  auto fault = kj::runCatchingExceptions([&] { work(); });
  KJ_IF_MAYBE (exception, fault) {
    poisoned.store(true);
    parts.observer.poisoned(parts.log.durableSize(), kj::str(stage, ": ", exception->getDescription()).cStr());
    answerAllUnknown();
    return false;
  }
  return true;
}

}  // namespace liggare
