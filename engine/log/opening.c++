#include "engine/log/opening.h"

#include <kj/debug.h>

#include <set>

#include "engine/kv/manifest-tail.h"
#include "engine/log/checkpoint-shelf.h"

namespace liggare {
namespace {

// Everything that was promised before we looked at the store, newest last.
struct Promises {
  std::vector<Evidence> all;
  std::vector<std::string> notes;

  void add(const Head& head, std::string source) {
    if (head.size > 0) all.push_back({head, std::move(source)});
  }
  uint64_t farthest() const {
    uint64_t out = 0;
    for (const Evidence& e : all) out = std::max(out, e.head.size);
    return out;
  }
};

OpenRefused refuse(Finding finding, const Promises& promises) {
  OpenRefused out{std::move(finding), 0, 0, ""};
  out.lostFrom = out.finding.position;
  for (const Evidence& e : promises.all) {
    if (e.head.size <= out.lostTo) continue;
    out.lostTo = e.head.size;
    out.evidence = e.source;
  }
  return out;
}

// Runs what reads the disk. Whatever fault that gives is a finding (damaged bytes can show as any kind), unless another
// process has the store.
template <typename Read>
std::optional<Finding> readingFault(Position position, Read&& read) {
  auto fault = kj::runCatchingExceptions(kj::fwd<Read>(read));
  KJ_IF_MAYBE (f, fault) {
    if (isInUse(*f)) kj::throwFatalException(kj::mv(*f));
    return Finding{Damage::STORE, position, f->getDescription().cStr()};
  }
  return std::nullopt;
}

std::optional<Finding> gatherHeadFile(Promises& to, const std::string& path) {
  HeadFile::Reading reading = HeadFile::read(path);
  if (reading.missing) return Finding{Damage::HEAD_FILE, 0, "the head file is missing"};
  if (!reading.newest) return Finding{Damage::HEAD_FILE, 0, "no slot of the head file is whole"};
  if (reading.damagedSlots > 0) to.notes.push_back("one slot of the head file is torn");
  to.add(*reading.newest, "head file");
  return std::nullopt;
}

void gatherCheckpoints(Promises& to, const LogPlace& place) {
  auto newest = CheckpointShelf(checkpointsPath(place.directory)).newest();
  if (newest.damaged) to.notes.push_back("a checkpoint cannot be read");
  if (!newest.kept) return;
  const Checkpoint& checkpoint = *newest.kept->checkpoint;
  bool counts = place.origin.empty() || checkpoint.origin == place.origin;
  if (counts && !place.keys.empty())
    counts = openCheckpoint(newest.kept->note, checkpoint.origin, place.keys).has_value();
  if (counts)
    to.add(checkpoint.head, "checkpoint");
  else
    to.notes.push_back("the newest checkpoint is not signed by a known key");
}

struct Followed {
  Head end;
  std::optional<Finding> stop;  // why the chain goes no further; nothing when the store ends there
};

Followed followChain(Store& store, uint64_t promised) {
  Followed out;
  out.stop = readingFault(0, [&] {
    // Where the store ends below the promise there is no frontier to begin at: follow from the beginning, to say how
    // far.
    auto last = store.cursor();
    last->seekLast();
    auto key = last->valid() ? decodeRowKey(last->key()) : std::nullopt;
    uint64_t reach = key ? key->last + 1 : 0;
    Chain chain(newestFrontier(store, std::min(promised, reach)));
    out.end = chain.head();
    CommitScan scan(store, chain.head().size);
    while (auto rows = scan.next()) {
      auto step = chain.follow(*rows);
      if (auto* finding = std::get_if<Finding>(&step)) {
        out.stop = std::move(*finding);
        return;
      }
      out.end = chain.head();
    }
  });
  if (out.stop && out.stop->kind == Damage::STORE) out.stop->position = out.end.size;
  return out;
}

// Commits above the end of the chain cannot be used, but what their headers say was durable when they were built was
// promised. Answers how many such commits there are traces of, each counted once.
size_t gatherAbove(Promises& to, Store& store, const Head& end, const std::string& path) {
  std::set<Position> above;
  auto take = [&](const CommitHeader& header, const char* source) {
    if (header.first >= end.size) above.insert(header.first);
    if (header.durable.size > end.size) to.add(header.durable, source);
  };
  auto fault = readingFault(end.size, [&] {
    for (CommitScan scan(store, end.size); auto rows = scan.next();) {
      auto header = rows->header ? decodeCommitHeader(*rows->header) : std::nullopt;
      if (header) take(*header, "a later commit");
    }
  });
  if (fault) to.notes.push_back("rows above the chain cannot be read");
  // A header row in the write-ahead log: its key, the length of its value, and the value.
  for (const Buffer& file : logFiles(path)) {
    constexpr size_t ROW = ROW_KEY_BYTES + 1 + COMMIT_HEADER_BYTES;
    for (size_t at = 0; at + ROW <= file.size(); ++at) {
      if (file[at + 8] != uint8_t(RowKind::HEADER) || file[at + ROW_KEY_BYTES] != COMMIT_HEADER_BYTES) continue;
      auto key = decodeRowKey(Bytes(file).subspan(at, ROW_KEY_BYTES));
      auto header = decodeCommitHeader(Bytes(file).subspan(at + ROW_KEY_BYTES + 1, COMMIT_HEADER_BYTES));
      if (header && key->sub == 0 && header->last() == key->last) take(*header, "the write-ahead log");
    }
  }
  return above.size();
}

// Whether the log contains what was promised. It may be longer.
std::optional<OpenRefused> missingPromise(Log& log, const Promises& promises, const Followed& followed) {
  for (const Evidence& e : promises.all) {
    if (e.head.size > followed.end.size) {
      Finding why =
          followed.stop.value_or(Finding{Damage::MISSING, followed.end.size, "the log ends before what was promised"});
      return refuse(std::move(why), promises);
    }
    std::optional<Hash> root;
    auto fault = readingFault(e.head.size, [&] { root = log.rootAt(e.head.size); });
    if (fault) return refuse(std::move(*fault), promises);
    if (*root != e.head.root) {
      return refuse({Damage::ROOT, e.head.size - 1, "the log has another root than was promised at this size"},
                    promises);
    }
  }
  return std::nullopt;
}

// What is known after the store has been read and before it has been touched.
struct Examined {
  Followed followed;
  size_t commitsAbove = 0;
  std::unique_ptr<Log> log;
  std::optional<OpenRefused> refused;
};
Examined examine(Promises& promises, const std::string& path, LineSealer& lines) {
  Examined out;
  std::unique_ptr<Store> store;
  auto fault = readingFault(0, [&] { store = openRocks(path, RocksProfile::LOG, Mode::READ_ONLY); });
  if (!fault) {
    if (auto torn = tornManifest(path))
      promises.notes.push_back("the newest record of the store's " + torn->file + " is torn (" +
                               std::to_string(torn->passedOver) + " bytes) and was passed over");
    out.followed = followChain(*store, promises.farthest());
    out.commitsAbove = gatherAbove(promises, *store, out.followed.end, path);
    fault = readingFault(out.followed.end.size,
                         [&] { out.log = std::make_unique<Log>(std::move(store), lines, out.followed.end); });
  }
  out.refused = fault ? refuse(std::move(*fault), promises) : missingPromise(*out.log, promises, out.followed);
  return out;
}

// What was promised, as far as it can be read; and why the head file, without which nothing is opened, cannot.
std::optional<Finding> gather(Promises& to, const LogPlace& place, std::span<const Evidence> offered) {
  auto bad = gatherHeadFile(to, headPath(place.directory));
  gatherCheckpoints(to, place);
  for (const Evidence& e : offered) to.add(e.head, e.source);
  return bad;
}

std::string requireLog(const LogPlace& place) {
  std::string path = logPath(place.directory);
  KJ_REQUIRE(fileExists(path) || fileExists(headPath(place.directory)), "there is no log here", place.directory);
  return path;
}

// From here the disk is written: the store recovers for good (into tables, synced), and what lies above the chain goes.
OpenedLog reopenForWriting(const LogPlace& place, LineSealer& lines, const Head& end, std::vector<std::string> notes) {
  auto store = openRocks(logPath(place.directory), RocksProfile::LOG, Mode::READ_WRITE);
  OpenedLog out;
  out.droppedRows = dropRowsFrom(*store, end.size);
  store->flush();
  out.log = std::make_unique<Log>(std::move(store), lines, end);  // checks the root again
  HeadFile(headPath(place.directory)).write(end);
  out.notes = std::move(notes);
  return out;
}

}  // namespace

void createLog(const std::string& directory) {
  KJ_REQUIRE(!fileExists(headPath(directory)) && !fileExists(logPath(directory)), "there is a log here already",
             directory);
  openRocks(logPath(directory), RocksProfile::LOG, Mode::CREATE);
  HeadFile::create(headPath(directory), {0, emptyRoot()});
}

std::variant<OpenedLog, OpenRefused> openLog(const LogPlace& place, LineSealer& lines, Access access,
                                             std::span<const Evidence> offered) {
  std::string path = requireLog(place);
  auto lock =
      std::make_unique<DirLock>(place.directory, access == Access::WRITE ? LockKind::EXCLUSIVE : LockKind::SHARED);

  Promises promises;
  auto bad = gather(promises, place, offered);
  if (bad) return refuse(std::move(*bad), promises);

  auto [followed, commitsAbove, readable, refused] = examine(promises, path, lines);
  if (refused) return std::move(*refused);
  if (followed.stop)
    promises.notes.push_back("unacknowledged rows above " + std::to_string(followed.end.size) + " are damaged");

  OpenedLog out;
  if (access == Access::READ) {
    out.log = std::move(readable);
    out.notes = std::move(promises.notes);
  } else {
    readable.reset();  // closes the store before it is opened again
    out = reopenForWriting(place, lines, followed.end, std::move(promises.notes));
  }
  out.log->keep(std::move(lock));
  return out;
}

Prospect foresee(const LogPlace& place, LineSealer& lines, std::span<const Evidence> offered) {
  std::string path = requireLog(place);
  DirLock lock(place.directory, LockKind::SHARED);
  Promises promises;
  auto bad = gather(promises, place, offered);
  auto examined =
      examine(promises, path, lines);  // also when the head file is bad: how far the log goes is worth knowing
  Prospect out;
  out.end = examined.followed.end;
  out.refused = bad ? refuse(std::move(*bad), promises) : std::move(examined.refused);
  if (!out.refused) out.commitsAbove = examined.commitsAbove;
  out.promises = std::move(promises.all);
  out.notes = std::move(promises.notes);
  return out;
}

}  // namespace liggare
