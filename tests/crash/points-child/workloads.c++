#include "tests/crash/points-child/workloads.h"

#include <kj/debug.h>

#include <filesystem>
#include <fstream>

#include "engine/journal-files.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/tile-export.h"
#include "engine/restore.h"
#include "engine/vault/file-key-holder.h"
#include "projections/views.h"
#include "tests/crash/commands.h"
#include "tests/log/log-kit.h"
#include "tests/support/demo-journal.h"

namespace liggare::test {

namespace fs = std::filesystem;

std::string journalIn(const std::string& root) { return root + "/journal"; }
const SubjectKey ROTATED_OWNER = [] {
  SubjectKey key;
  key.bytes.fill(9);
  return key;
}();

namespace {

constexpr uint64_t SEED = 20261102;

void mark(const std::string& text) { Recorder::mark(text); }
void tellHead(const Head& head) { mark("T " + std::to_string(head.size) + " " + toHex(head.root)); }

// --- journals ---------------------------------------------------------------------------------------------------

struct Spoken {
  std::string client, json;
  uint64_t session = 0;
};

// The commands of all workloads, the same each time: a region's day, with reads.
const std::vector<Spoken>& commands() {
  static const std::vector<Spoken> all = [] {
    std::vector<Spoken> out;
    for (auto& line : simulatedLines(SEED, 2)) out.push_back({"demo:test", line, 1});
    return out;
  }();
  return all;
}

// A journal that is spoken to, and says in the trace what it was asked and what it answered.
class SpokenJournal {
 public:
  explicit SpokenJournal(const std::string& root) {
    JournalOptions options;
    options.directory = journalIn(root);
    JournalFault fault{};
    journal = Journal::open(options, fault);
    KJ_REQUIRE(journal != nullptr, "the journal does not open", fault.why);
    tellHead({journal->head(), journal->rootAt(journal->head())});
  }
  Journal& operator*() { return *journal; }
  Journal* operator->() { return journal.get(); }

  void say(size_t n) {
    auto& spoken = commands().at(n);
    mark("I " + std::to_string(n));
    journal->submit({spoken.client, spoken.session, spoken.json, {}}, [n](Outcome o) { tell(n, o); });
  }
  void sayAndWait(size_t n) {
    say(n);
    journal->waitForRoom(1);
  }
  void sayAll(size_t from, size_t to, size_t underWay) {
    for (size_t n = from; n < to; ++n) {
      journal->waitForRoom(underWay);
      say(n);
    }
    journal->waitForRoom(1);
  }
  void showCheckpoint() {
    auto note = parseNote(journal->checkpoint());
    auto head = parseCheckpoint(note->text)->head;
    mark("P " + std::to_string(head.size) + " " + toHex(head.root));
  }

 private:
  std::unique_ptr<Journal> journal;

  static void tell(size_t n, const Outcome& o) {
    if (o.kind == Outcome::Kind::UNKNOWN || o.kind == Outcome::Kind::STORAGE) return;
    std::string number = std::to_string(n), position = std::to_string(o.receipt.position);
    mark("A " + number + " " + position + " " + std::to_string(o.receipt.events) + " " + toHex(o.receipt.leaf));
    bool isRead = std::find(o.kinds.begin(), o.kinds.end(), schema::Body::ACCESS_RECORDED) != o.kinds.end();
    if (isRead) mark("S " + number + " " + position);
  }
};

std::vector<std::string> lines() {
  std::vector<std::string> out;
  for (auto& spoken : commands()) out.push_back(spoken.json);
  return out;
}

void sayCommands() {
  auto& all = commands();
  for (size_t n = 0; n < all.size(); ++n)
    mark("C " + std::to_string(n) + " " + all[n].client + " " + std::to_string(all[n].session) + " " + all[n].json);
}

void nothing(const std::string&) {}

void makeJournal(const std::string& root) { DemoJournal made(journalIn(root)); }

// A journal with its first commands in it, some in tables and some in the write-ahead log.
constexpr size_t FED = 24;
void makeFedJournal(const std::string& root) {
  DemoJournal made(journalIn(root));
  made.open();
  made.feed(lines(), 0, FED / 2);
  made.open();
  made.feed(lines(), FED / 2, FED);
}

void creation(const std::string& root) {
  DemoJournal made(journalIn(root));
  mark("N");
  SpokenJournal journal(root);
  journal.sayAndWait(0);
}

void lone(const std::string& root) {
  SpokenJournal journal(root);
  for (size_t n = 0; n < 14; ++n) journal.sayAndWait(n);
}

void batches(const std::string& root) {
  Recorder::slowSyncs(4);
  SpokenJournal journal(root);
  journal.sayAll(0, 20, 3);
  journal.sayAll(20, 80, 12);
}

void day(const std::string& root) {
  SpokenJournal journal(root);
  journal.sayAll(0, commands().size(), 6);
}

void checkpoints(const std::string& root) {
  Recorder::fastClock(700'000);
  SpokenJournal journal(root);
  for (size_t n = 0; n < 12; ++n) {
    journal.sayAndWait(n);
    if (n % 3 == 2) journal.showCheckpoint();
  }
}

void reopening(const std::string& root) {
  for (size_t part = 0; part < 4; ++part) {
    SpokenJournal journal(root);
    journal.sayAll(part * 5, part * 5 + 5, 3);
  }
}

// What a power cut left: a commit that nobody was answered on, torn, above all that was told.
void makeTorn(const std::string& root) {
  DemoJournal made(journalIn(root));
  std::string left = root + "/left";
  made.open();
  for (size_t n = 0; n < FED - 1; ++n) made.submit(commands()[n].json);
  Journal& journal = made.journal();
  std::ofstream(root + "/promised") << journal.head() << " " << toHex(journal.rootAt(journal.head()));
  fs::create_directory(left);
  fs::copy(headPath(journalIn(root)), left);
  fs::copy(checkpointsPath(journalIn(root)), left + "/checkpoints");
  made.submit(commands()[FED - 1].json);
  auto newer = fs::copy_options::recursive | fs::copy_options::skip_existing;
  fs::copy(journalIn(root), left, newer);
  made.close();
  fs::remove_all(journalIn(root));
  fs::rename(left, journalIn(root));
  std::string last;
  for (auto& file : fs::directory_iterator(logPath(journalIn(root))))
    if (file.path().extension() == ".log") last = std::max(last, file.path().string());
  fs::resize_file(last, fs::file_size(last) - 40);
}
void recovery(const std::string& root) {
  std::string promised;
  std::getline(std::ifstream(root + "/promised"), promised);
  mark("T " + promised);
  SpokenJournal journal(root);
  for (size_t n = 40; n < 44; ++n) journal.sayAndWait(n);
}

void closing(const std::string& root) {
  SpokenJournal journal(root);
  for (size_t n = FED; n < FED + 6; n += 2) {
    journal.sayAll(n, n + 2, 2);
    auto made = journal->close();
    KJ_REQUIRE(made.outcome.recorded(), "no closing");
    mark("A 999999 " + std::to_string(made.position) + " 1 " + toHex(made.outcome.receipt.leaf));
  }
}

void backingUp(const std::string& root) {
  SpokenJournal journal(root);
  journal.sayAll(FED, FED + 8, 4);
  auto made = journal->backup(root + "/backup", {});
  KJ_REQUIRE(std::holds_alternative<BackupManifest>(made), "no backup");
  mark("B");
  journal.sayAll(FED + 8, FED + 10, 1);
}

void makeBackup(const std::string& root) {
  makeFedJournal(root);
  JournalOptions options;
  options.directory = journalIn(root);
  JournalFault fault{};
  auto made = Journal::open(options, fault)->backup(root + "/backup", {});
  KJ_REQUIRE(std::holds_alternative<BackupManifest>(made), "no backup");
}
void restoring(const std::string& root) {
  RestoreOptions options;
  options.backup = root + "/backup";
  options.directory = root + "/restored";
  options.keyFile = journalIn(root) + ".keys";
  auto answer = restoreJournal(options, {}, {});
  KJ_REQUIRE(std::holds_alternative<Restored>(answer), "not restored");
  mark("R");
}

void views(const std::string& root) {
  SpokenJournal journal(root);
  auto store = openRocks(journalIn(root) + "/views", RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
  Views kept(*store, *journal);
  for (size_t n = FED; n < FED + 20; n += 5) {
    journal.sayAll(n, n + 5, 5);
    kept.catchUp();
    store->flush();
    mark("V");
  }
  kept.rebuild(std::nullopt);
  store->flush();
  mark("V");
}

void exporting(const std::string& root) {
  JournalOptions options;
  options.directory = journalIn(root);
  for (size_t n = FED; n < FED + 6; n += 3) {
    std::string note;
    {
      SpokenJournal journal(root);
      journal.sayAll(n, n + 3, 1);
      note = journal->checkpoint();
    }
    JournalFault fault{};
    auto key = *parseVerifierKey(readJournalFile(options.directory, fault)->verifierKey);
    ClearLines lines;
    auto log = std::move(std::get<OpenedLog>(openLog({options.directory, CRASH_ORIGIN, {key}}, lines, Access::READ)));
    auto answer = exportTiles(*log.log, note, key, root + "/tree", ExportScope::ALL);
    KJ_REQUIRE(std::holds_alternative<ExportReport>(answer), "not exported");
    mark("O");
  }
}

void rotation(const std::string& root) {
  SeededRandom random(3);
  auto result = FileKeyHolder::open(journalIn(root) + ".keys", {journalIn(root), CRASH_ORIGIN, std::nullopt}, random);
  KJ_REQUIRE(!result.error, "the key file does not open");
  for (int i = 0; i < 4; ++i) {
    uint32_t epoch = result.holder->beginEpoch(ROTATED_OWNER);
    mark("E " + std::to_string(epoch));
    if (i == 0) continue;
    result.holder->destroyEpoch(ROTATED_OWNER, epoch - 1);
    mark("D " + std::to_string(epoch - 1));
  }
}

// --- logs -------------------------------------------------------------------------------------------------------

// A log under a hand that does what the writer does, at moments of its own choosing.
class HandledLog {
 public:
  explicit HandledLog(const std::string& root) : directory(journalIn(root)), head(headPath(directory)) {
    auto opened = openLog({directory, CRASH_ORIGIN, {signer.verifierKey()}}, lines, Access::WRITE);
    auto* is = std::get_if<OpenedLog>(&opened);
    KJ_REQUIRE(is != nullptr, "the log does not open");
    log = std::move(is->log);
  }

  LogKit kit{SEED};
  std::unique_ptr<Log> log;

  void append(size_t entries, Sync sync = Sync::NO, std::optional<EngineFact> fact = std::nullopt) {
    auto commit = kit.commit(log->appended().size, entries);
    if (fact) kit.addFact(commit, *fact);
    Position at = commit.first();
    for (auto& leaf : commit.leafHashes()) mark("L " + std::to_string(at++) + " " + toHex(leaf) + " -");
    log->append(std::move(commit), sync);
    if (sync == Sync::YES) tell();
  }
  void sync() {
    log->sync();
    tell();
  }
  void writeHead() { head.write(log->durable()); }
  void showCheckpoint() {
    shelf.add(signCheckpoint({CRASH_ORIGIN, log->durable(), {}}, signer));
    tell();
  }

 private:
  std::string directory;
  TestSigner signer{CRASH_ORIGIN};
  ClearLines lines;
  HeadFile head;
  CheckpointShelf shelf{checkpointsPath(directory)};

  void tell() { tellHead(log->durable()); }
};

void makeLog(const std::string& root) {
  fs::create_directory(journalIn(root));
  createLog(journalIn(root));
}

// Up to eight commits ahead of the disk, as the syncer lets them; some are taken back before anyone heard of them.
void inFlight(const std::string& root) {
  HandledLog hand(root);
  for (size_t round = 0; round < 10; ++round) {
    LogKit before = hand.kit;
    for (size_t ahead = 0; ahead < 2 + round % 7; ++ahead) hand.append(1 + (round * 5 + ahead) % 9);
    if (round == 4) {
      hand.log->truncateAbove(hand.log->durableSize());
      hand.kit = before;
    }
    hand.append(2);
    hand.sync();
    if (round % 3 == 1) hand.writeHead();
    if (round % 4 == 2) hand.showCheckpoint();
  }
}

// The memtable goes into a table while commits above it are not yet synced: several write-ahead logs at once.
void flushing(const std::string& root) {
  HandledLog hand(root);
  for (size_t round = 0; round < 5; ++round) {
    for (size_t ahead = 0; ahead < 3; ++ahead) hand.append(20);
    hand.log->storage().flush();
    for (size_t ahead = 0; ahead < 3; ++ahead) hand.append(3);
    hand.sync();
    if (round % 2 == 1) hand.writeHead();
  }
}

// Tiles and frontiers come about (over 256 entries), tables are merged and moved.
void compaction(const std::string& root) {
  HandledLog hand(root);
  for (size_t round = 0; round < 6; ++round) {
    for (size_t ahead = 0; ahead < 2; ++ahead) hand.append(70, ahead == 1 ? Sync::YES : Sync::NO);
    hand.log->storage().flush();
    hand.writeHead();
    if (round % 2 == 1) hand.log->storage().compact({}, {});
  }
}

void destruction(const std::string& root) {
  HandledLog hand(root);
  for (size_t i = 0; i < 6; ++i) hand.append(30, Sync::YES);
  hand.writeHead();
  for (Position from : {Position{4}, Position{90}}) {
    std::vector<Position> gone{from, from + 1, from + 30};
    hand.append(2, Sync::YES, DestroyedFact{gone, from});
    hand.log->removeCiphertext(gone);
    for (Position p : gone) mark("X " + std::to_string(p));
    hand.append(4, Sync::YES);
  }
  hand.log->disposeLines(std::vector<Position>{7, 8}, [](const Line&) { return true; });
  hand.append(1, Sync::YES);
}

constexpr Workload WORKLOADS[] = {
    {"creation", WorkloadLevel::JOURNAL, nothing, creation},
    {"lone", WorkloadLevel::JOURNAL, makeJournal, lone},
    {"batches", WorkloadLevel::JOURNAL, makeJournal, batches},
    {"day", WorkloadLevel::JOURNAL, makeJournal, day},
    {"checkpoints", WorkloadLevel::JOURNAL, makeJournal, checkpoints},
    {"reopening", WorkloadLevel::JOURNAL, makeJournal, reopening},
    {"recovery", WorkloadLevel::JOURNAL, makeTorn, recovery},
    {"closing", WorkloadLevel::JOURNAL, makeFedJournal, closing},
    {"backup", WorkloadLevel::JOURNAL, makeFedJournal, backingUp},
    {"restore", WorkloadLevel::JOURNAL, makeBackup, restoring},
    {"views", WorkloadLevel::JOURNAL, makeFedJournal, views},
    {"export", WorkloadLevel::JOURNAL, makeFedJournal, exporting},
    {"rotation", WorkloadLevel::JOURNAL, makeJournal, rotation},
    {"in-flight", WorkloadLevel::LOG, makeLog, inFlight},
    {"flush", WorkloadLevel::LOG, makeLog, flushing},
    {"compaction", WorkloadLevel::LOG, makeLog, compaction},
    {"destruction", WorkloadLevel::LOG, makeLog, destruction},
};

// What stands in the journal when all is over.
void tellAll(const std::string& root, DiskTrace& trace) {
  JournalOptions options;
  options.directory = journalIn(root);
  options.access = JournalOptions::Access::READ;
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  if (!journal) return;  // after an injected fault; the oracle opens it again
  for (Position p = 0; p < journal->head(); ++p) {
    auto entry = journal->read(p)->entry;
    trace.ops.push_back({DiskOp::Kind::MARK, 0, 0,
                         "L " + std::to_string(p) + " " + toHex(leafHash(encodeEntry(entry))) + " " +
                             toHex(entry.commandTag),
                         {}});
  }
}

}  // namespace

std::span<const Workload> allWorkloads() { return WORKLOADS; }

const Workload* workloadCalled(std::string_view name) {
  for (auto& workload : WORKLOADS)
    if (name == workload.name) return &workload;
  return nullptr;
}

DiskTrace recorded(const Workload& workload, const std::string& root, std::optional<InjectedFault> fault) {
  fs::create_directories(root);
  workload.prepare(root);
  Recorder::start(root, fault);
  if (workload.level == WorkloadLevel::JOURNAL) sayCommands();
  auto exception = kj::runCatchingExceptions([&] { workload.run(root); });
  KJ_IF_MAYBE (e, exception) {
    if (!Recorder::hasFired()) kj::throwFatalException(kj::mv(*e));
  }
  auto trace = Recorder::stop();
  if (workload.level == WorkloadLevel::JOURNAL) tellAll(root, trace);
  return trace;
}

}  // namespace liggare::test
