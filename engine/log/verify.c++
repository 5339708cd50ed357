#include "engine/log/verify.h"

#include <future>
#include <unordered_set>

#include <kj/debug.h>

#include "engine/hash/sealed-digest.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/closing.h"

namespace liggare {
namespace {

// Sealed halves against the digests their entries name. Most of a log's bytes and of the work of reading it all, and no
// commit needs another for it: a batch is gone through by another thread while the next one is read.
class SealedBatch {
 public:
  static constexpr size_t ENTRIES = 2048, BYTES = 8 << 20;

  void add(const Chain::Links& links, CommitRows& rows) {
    Commit commit{links.header.first, {}, std::move(rows.sealed)};
    commit.digests.reserve(links.fields.size());
    for (const EntryFields& fields : links.fields) commit.digests.push_back(fields.sealedDigest);
    for (const auto& [group, value] : commit.values) bytes += value.size();
    entries += commit.digests.size();
    commits.push_back(std::move(commit));
  }
  bool isFull() const { return entries >= ENTRIES || bytes >= BYTES; }

  struct Result {
    uint64_t sealed = 0;
    std::vector<Finding> findings;
    std::vector<Position> removed;  // entries with ciphertext taken away
  };
  Result check() const {
    Result result;
    for (const Commit& commit : commits) checkCommit(commit, result);
    return result;
  }

 private:
  struct Commit {
    Position first;
    std::vector<Hash> digests;
    std::vector<std::pair<uint16_t, Buffer>> values;
  };
  std::vector<Commit> commits;
  size_t entries = 0, bytes = 0;

  static void checkCommit(const Commit& commit, Result& result) {
    size_t index = 0;
    for (const auto& [group, value] : commit.values) {
      auto halves = splitSealed(value);
      size_t wanted = std::min<size_t>(SEALED_PER_VALUE, commit.digests.size() - index);
      if (group != index / SEALED_PER_VALUE || !halves || halves->size() != wanted) {
        result.findings.push_back({Damage::SEALED, commit.first + index, "sealed halves do not add up"});
        return;
      }
      for (Bytes half : *halves) {
        checkHalf(commit.first + index, commit.digests[index], half, result);
        ++index;
      }
    }
  }

  static void checkHalf(Position position, const Hash& named, Bytes stored, Result& result) {
    auto add = [&](const char* what) { result.findings.push_back({Damage::SEALED, position, what}); };
    if (named == Hash{}) {
      if (!stored.empty()) add("a sealed half that its entry does not name");
      return;
    }
    ++result.sealed;
    auto half = stored.empty() ? std::nullopt : digestStored(stored);
    if (!half) return add("a sealed half is missing or broken");
    if (half->digest != named) return add("a sealed half is not the one its entry names");
    if (half->removed > 0) result.removed.push_back(position);
  }
};

class Verifier {
 public:
  Verifier(Log& log, const VerifyOptions& options, const VerifyProgress& progress)
      : log(log), options(options), progress(progress) {
    report.head = log.durable();
  }

  VerifyReport run() {
    if (options.depth == Depth::FULL) {
      guarded([&] { everyByte(); });
      guarded([&] { settleSealed(); });
      judgeRemoved();
      guarded([&] { log.storage().verifyChecksums(); });
    } else {
      guarded([&] { everyTile(); });
    }
    if (at != report.head.size && report.whole()) {
      add({Damage::MISSING, at, "the commits end before the head"});
    }
    checkHeadFile();
    checkCheckpoints();
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.position < b.position; });
    return std::move(report);
  }

 private:
  Log& log;
  const VerifyOptions& options;
  const VerifyProgress& progress;
  VerifyReport report;
  Position at = 0;  // everything below has been gone through
  BookCount count;
  std::vector<Position> removed;  // entries with ciphertext taken away
  SealedBatch gathered;
  std::future<SealedBatch::Result> underWay;
  std::unordered_set<Position> destroyed;  // what the log says was destroyed

  void add(Finding finding) {
    ++report.findingCount;
    if (report.findings.size() < VerifyReport::FINDINGS_MAX) report.findings.push_back(std::move(finding));
  }

  // What the disk cannot read is a finding at the place we had come to.
  template <typename Read>
  void guarded(Read&& read) {
    auto fault = kj::runCatchingExceptions(kj::fwd<Read>(read));
    KJ_IF_MAYBE (f, fault) add({Damage::STORE, at, f->getDescription().cStr()});
  }

  void tell() {
    if (progress) progress(at, report.head.size);
  }

  // --- TREE
  // ---------------------------------------------------------------------------------------------------------------

  // Leaf hashes come from the level-0 tiles, and from the entries after the last full one.
  Hash leaf(Position position) {
    if (position / TILE_WIDTH < report.head.size / TILE_WIDTH) return log.hashAt(0, position);
    return leafHash(log.commitAt(position)->entry(position));
  }

  void everyTile() {
    TileTree tree;
    std::vector<FullTile> full;
    while (at < report.head.size) {
      auto commit = log.commitAt(at);
      const CommitHeader& header = commit->header();
      if (header.first != at) return add({Damage::HEADER, at, "a commit's header is not the next one"});
      for (Position p = at; p < header.sizeAfter(); ++p) tree.append(leaf(p), full);
      if (tree.root() != header.root) return add({Damage::ROOT, at, "the leaves do not give the root of their commit"});
      for (const FullTile& tile : full) checkTile(tile);
      full.clear();
      at = header.sizeAfter();
      report.entries = at;
      if (++report.commits % 64 == 0) tell();
    }
    tell();
  }

  void checkTile(const FullTile& tile) {
    ++report.tiles;
    if (log.tile({tile.level, tile.index, TILE_WIDTH}) == tile.bytes) return;
    add({Damage::TILE, (tile.index * TILE_WIDTH) << (TILE_HEIGHT * tile.level), "a tile is not what the leaves give"});
  }

  // --- FULL
  // ---------------------------------------------------------------------------------------------------------------

  void everyByte() {
    Chain chain;
    // Entries that cannot be read are the chain's to name, below.
    std::vector<StatedClosing> stated;
    auto unread = kj::runCatchingExceptions([&] { stated = closingsBelow(log, report.head.size); });
    ClosingAudit audit(std::move(stated), [this](Finding finding) { add(std::move(finding)); });
    report.closings = audit.stated();
    CommitScan scan(log.storage(), 0);
    while (auto rows = scan.next()) {
      if (at >= report.head.size) break;  // above the head: nobody was told of it
      auto step = chain.follow(*rows);
      if (auto* finding = std::get_if<Finding>(&step)) return add(std::move(*finding));
      const auto& links = std::get<Chain::Links>(step);
      report.tiles += rows->tiles.size();
      for (const EntryFields& fields : links.fields) noteDestroyed(fields);
      checkLines(links, *rows, audit);
      gathered.add(links, *rows);
      if (gathered.isFull()) nextBatch();
      at = links.header.sizeAfter();
      report.entries = at;
      if (++report.commits % 64 == 0) tell();
    }
    if (at == report.head.size && chain.head() != report.head)
      add({Damage::ROOT, at, "the log has another root than its head"});
    KJ_IF_MAYBE (fault, unread)
      if (report.whole()) add({Damage::STORE, 0, fault->getDescription().cStr()});
    report.closingsRecomputed = audit.recomputed();
    report.closedSize = audit.latestCovered();
    report.books = count.trie().books();
    report.lines = count.lines();
    report.linesDisposed = count.disposed();
    tell();
  }

  void noteDestroyed(const EntryFields& fields) {
    auto* fact = std::get_if<DestroyedFact>(&fields.engine);
    if (fact) destroyed.insert(fact->positions.begin(), fact->positions.end());
  }

  void checkLines(const Chain::Links& links, const CommitRows& rows, ClosingAudit& audit) {
    if (options.linesKey == LinesOpen::ABSENT) return;
    Position first = links.header.first;
    auto opened = log.lineSealer().open(rows.last, *rows.lines);
    auto split = opened ? splitLines(*opened, links.header.count) : std::nullopt;
    if (!split) {
      count.forget();
      return add({Damage::LINES, first, "the lines of a commit do not open, or do not add up"});
    }
    for (size_t i = 0; i < split->size(); ++i) {
      audit.reached(first + i, count);
      checkLinesOf(links.fields[i], leafHash(links.entries[i]), (*split)[i]);
    }
    audit.reached(links.header.sizeAfter(), count);
  }

  void checkLinesOf(const EntryFields& fields, const Hash& leaf, const std::vector<StoredLine>& lines) {
    if (lines.size() != fields.lineCount || linesRoot(lines) != fields.linesRoot) {
      count.forget();
      return add({Damage::LINES, fields.position, "the lines are not those the entry names"});
    }
    if (auto finding = count.take(fields.position, leaf, lines)) add(std::move(*finding));
  }

  void nextBatch() {
    takeIn();
    underWay = std::async(std::launch::async, [batch = std::move(gathered)] { return batch.check(); });
    gathered = {};
  }
  // What the other thread found, of the batch it has.
  void takeIn() {
    if (!underWay.valid()) return;
    auto result = underWay.get();
    report.sealed += result.sealed;
    for (Finding& finding : result.findings) add(std::move(finding));
    removed.insert(removed.end(), result.removed.begin(), result.removed.end());
  }
  void settleSealed() {
    nextBatch();
    takeIn();
  }

  void judgeRemoved() {
    for (Position position : removed) {
      if (destroyed.contains(position))
        ++report.ciphertextsRemoved;
      else
        add({Damage::CIPHERTEXT, position, "a ciphertext is gone, and nothing in the log says that it was destroyed"});
    }
  }

  // --- evidence beside the store
  // ------------------------------------------------------------------------------------------

  // Says nothing when the log has this head.
  void compare(const Head& head, Damage kind, const std::string& whose) {
    if (head.size > report.head.size) return add({kind, report.head.size, whose + " is above the end of the log"});
    std::optional<Hash> root;
    guarded([&] { root = log.rootAt(head.size); });
    if (root && *root != head.root) {
      add({kind, head.size == 0 ? 0 : head.size - 1, whose + " has another root at size " + std::to_string(head.size)});
    }
  }

  void checkHeadFile() {
    if (options.place.directory.empty()) return;
    guarded([&] {
      auto reading = HeadFile::read(headPath(options.place.directory));
      if (!reading.newest) return add({Damage::HEAD_FILE, 0, "the head file is missing or unreadable"});
      // A running journal writes the file after the head we began with: that is not below us, and not wrong.
      if (reading.newest->size <= report.head.size) compare(*reading.newest, Damage::HEAD_FILE, "the head file");
    });
  }

  void checkCheckpoints() {
    if (options.place.directory.empty()) return;
    guarded([&] {
      uint64_t previous = 0;
      CheckpointShelf(checkpointsPath(options.place.directory)).each([&](const CheckpointShelf::Kept& kept) {
        ++report.checkpoints;
        if (!kept.checkpoint) return add({Damage::CHECKPOINT, previous, "a checkpoint cannot be read"});
        const Checkpoint& c = *kept.checkpoint;
        previous = c.head.size;
        if (options.place.keys.empty()) {
          ++report.checkpointsUnsigned;
        } else if (!openCheckpoint(kept.note, c.origin, options.place.keys)) {
          return add({Damage::CHECKPOINT, c.head.size, "a checkpoint is not signed by a known key"});
        }
        if (!options.place.origin.empty() && c.origin != options.place.origin) {
          return add({Damage::CHECKPOINT, c.head.size, "a checkpoint of another log"});
        }
        compare(c.head, Damage::CHECKPOINT, "a checkpoint");
      });
    });
  }
};

}  // namespace

std::optional<Finding> VerifyReport::first() const {
  if (findings.empty()) return std::nullopt;
  return findings.front();
}

VerifyReport verifyLog(Log& log, const VerifyOptions& options, const VerifyProgress& progress) {
  return Verifier(log, options, progress).run();
}

}  // namespace liggare
