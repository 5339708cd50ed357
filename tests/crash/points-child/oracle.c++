#include "tests/crash/points-child/oracle.h"

#include <kj/debug.h>

#include <filesystem>
#include <sstream>

#include "engine/backup.h"
#include "engine/journal-files.h"
#include "engine/law/chapter.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/tile-export.h"
#include "engine/restore.h"
#include "engine/vault/file-key-holder.h"
#include "projections/views.h"
#include "tests/log/log-kit.h"
#include "tests/support/demo-journal.h"

namespace liggare::test {

namespace fs = std::filesystem;

void CrashPromises::hear(const std::string& mark) {
  std::istringstream in(mark);
  char what = 0;
  uint64_t number = 0;
  in >> what >> number;
  switch (what) {
    case 'I': issued.insert(number); break;
    case 'A': {
      Answered a;
      in >> a.position >> a.events >> a.leaf;
      answered[number].push_back(a);
      break;
    }
    case 'S': {
      Position position = 0;
      in >> position;
      shown.insert(position);
      break;
    }
    case 'P': checkpointShown = number; [[fallthrough]];
    case 'T': in >> told[number]; break;
    case 'X': removed.insert(number); break;
    case 'E': epochsBegun.insert(uint32_t(number)); break;
    case 'D': epochsDestroyed.insert(uint32_t(number)); break;
    case 'N': made = true; break;
    case 'B': backedUp = true; break;
    case 'R': restored = true; break;
    case 'O': exported = true; break;
    case 'V': viewed = true; break;
    default: break;
  }
}

uint64_t CrashPromises::farthest() const {
  uint64_t out = told.empty() ? 0 : told.rbegin()->first;
  for (auto& [n, all] : answered)
    for (auto& a : all) out = std::max(out, a.events > 0 ? a.position + a.events : 0);
  return out;
}

CrashTruth::CrashTruth(const DiskTrace& trace) {
  for (auto& op : trace.ops) {
    if (op.kind != DiskOp::Kind::MARK) continue;
    std::istringstream in(op.path);
    char what = 0;
    uint64_t number = 0;
    in >> what >> number;
    if (what == 'C') {
      Asked a;
      in >> a.client >> a.session;
      std::getline(in >> std::ws, a.json);
      commands[number] = a;
    } else if (what == 'L') {
      std::string leaf;
      in >> leaf;
      leaves[number].insert(leaf);
    }
  }
}

namespace {

// What does not hold, as one line. Thrown away by nobody: it ends the examination of a point.
struct Broken {
  std::string what;
};
#define HOLD(condition, text) \
  if (!(condition)) return Broken { text }
using Held = std::optional<Broken>;

std::string number(uint64_t n) { return std::to_string(n); }

// The beginning of the log that is what was written; the rest was made by opening itself.
uint64_t commonPrefix(const CrashTruth& truth, uint64_t size, const std::function<Hash(Position)>& leafAt) {
  for (Position p = 0; p < size; ++p) {
    auto known = truth.leaves.find(p);
    if (known == truth.leaves.end() || !known->second.contains(toHex(leafAt(p)))) return p;
  }
  return size;
}

Held toldHeads(const CrashPromises& promises, uint64_t size, const std::function<Hash(uint64_t)>& rootAt) {
  for (auto& [told, root] : promises.told) {
    HOLD(told <= size, "I5 a head of " + number(told) + " was told and the log ends at " + number(size));
    HOLD(toHex(rootAt(told)) == root, "I5 another root at " + number(told));
  }
  return std::nullopt;
}

// --- journals ---------------------------------------------------------------------------------------------------

std::unique_ptr<Journal> openJournal(const std::string& directory, JournalOptions::Access access, std::string& why) {
  JournalOptions options;
  options.directory = directory;
  options.access = access;
  options.prepareThreads = 1;
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  if (!journal) why = fault.why;
  return journal;
}

std::string firstOf(const VerifyReport& report) {
  return report.whole() ? "" : std::string(name(report.first()->kind)) + ": " + report.first()->what;
}

// What verify finds, and nothing when the journal is whole.
std::string damageOf(Journal& journal) {
  VerifyOptions options;
  options.depth = Depth::FULL;
  options.place = {journal.directory(), journal.origin(), {}};
  return firstOf(journal.verify(options, {}));
}

class JournalOracle {
 public:
  JournalOracle(const std::string& root, const CrashPromises& promises, const CrashTruth& truth)
      : root(root), promises(promises), truth(truth) {}

  Held examine() {
    if (!fs::exists(journalIn(root) + "/LIGGARE")) return neverMade();
    std::string why;
    journal = openJournal(journalIn(root), JournalOptions::Access::WRITE, why);
    HOLD(journal, "does not open: " + why);
    for (auto check : {&JournalOracle::entries, &JournalOracle::answers, &JournalOracle::shelf, &JournalOracle::views,
                       &JournalOracle::askedAgain, &JournalOracle::wholeAfterwards, &JournalOracle::keys,
                       &JournalOracle::backup, &JournalOracle::restored, &JournalOracle::exported})
      if (auto broken = (this->*check)()) return broken;
    return std::nullopt;
  }

 private:
  const std::string& root;
  const CrashPromises& promises;
  const CrashTruth& truth;
  std::unique_ptr<Journal> journal;
  uint64_t kept = 0;

  // The power went while it was being made: it can be made again, once the key file that nobody uses is put away.
  Held neverMade() {
    HOLD(!promises.made && promises.farthest() == 0, "I1 the journal is not there");
    fs::remove_all(journalIn(root));
    fs::remove(journalIn(root) + ".keys");
    DemoJournal again(journalIn(root));
    again.open();
    return std::nullopt;
  }

  Held entries() {
    uint64_t size = journal->head();
    kept = commonPrefix(truth, size, [&](Position p) { return leafHash(encodeEntry(journal->read(p)->entry)); });
    HOLD(kept >= promises.farthest(),
         "I1 answered to " + number(promises.farthest()) + " and kept to " + number(kept) + " of " + number(size));
    HOLD(size <= kept + 1, "I4 " + number(size - kept) + " entries above " + number(kept) + " that were never written");
    std::set<CommandTag> tags;
    CommandTag before;
    for (Position p = 0; p < size; ++p) {
      auto event = journal->read(p, Open::ALL);  // throws when a key is missing
      auto& tag = event->entry.commandTag;
      HOLD(p < kept || tag.isZero(), "I4 a command's entry above what was written, at " + number(p));
      HOLD(!promises.shown.contains(p) || event->view.common.getKind() == uint16_t(schema::Body::ACCESS_RECORDED),
           "I6 content was shown on " + number(p) + ", which is no access event");
      if (tag.isZero() || tag == before) continue;
      HOLD(tags.insert(tag).second, "I3 a command stands twice, at " + number(p));
      before = tag;
    }
    HOLD(promises.shown.empty() || *promises.shown.rbegin() < kept, "I6 content was shown and its access is gone");
    auto damage = damageOf(*journal);
    HOLD(damage.empty(), "I2 verify finds " + damage);
    return toldHeads(promises, size, [&](uint64_t at) { return journal->rootAt(at); });
  }

  Held answers() {
    for (auto& [n, all] : promises.answered)
      for (auto& a : all) {
        if (a.events == 0) continue;
        auto leaf = toHex(leafHash(encodeEntry(journal->read(a.position)->entry)));
        HOLD(leaf == a.leaf, "I1 another entry than was answered, at " + number(a.position));
        HOLD(n == 999999 || promises.issued.contains(n), "I3 an answer to what nobody asked");
      }
    return std::nullopt;
  }

  Held shelf() {
    bool found = !promises.checkpointShown;
    CheckpointShelf(checkpointsPath(journalIn(root))).each([&](const CheckpointShelf::Kept& kept) {
      found = found || (kept.checkpoint && kept.checkpoint->head.size >= *promises.checkpointShown);
    });
    HOLD(found, "I5 a checkpoint was shown and is not on the shelf");
    return std::nullopt;
  }

  Held views() {
    std::string path = journalIn(root) + "/views";
    if (!fs::exists(path)) return std::nullopt;
    auto store = openRocks(path, RocksProfile::VIEWS, Mode::OPEN_OR_CREATE);
    auto fresh = memoryStore();
    Views kept(*store, *journal), anew(*fresh, *journal);
    kept.catchUp();
    anew.catchUp();
    for (ViewKind view : ALL_VIEWS)
      HOLD(kept.digest(view) == anew.digest(view), "I7 the view " + std::string(viewName(view)) + " is another");
    return std::nullopt;
  }

  // Everybody who heard nothing asks again, and one who did.
  Held askedAgain() {
    for (auto& [n, asked] : truth.commands) {
      auto known = promises.answered.find(n);
      bool unheard = promises.issued.contains(n) && known == promises.answered.end();
      bool heard = known != promises.answered.end() && std::next(known) == promises.answered.end();
      if (!unheard && !heard) continue;
      auto outcome = journal->submitAndWait({asked.client, asked.session, asked.json, {}});
      HOLD(outcome.kind != Outcome::Kind::UNKNOWN, "asked again, and the journal stopped");
      if (!heard || known->second.front().events == 0) continue;
      HOLD(outcome.kind == Outcome::Kind::DUPLICATE && outcome.receipt.position == known->second.front().position,
           "I3 asked again after an answer, and it is not the same one: " + std::string(outcomeName(outcome.kind)));
    }
    std::map<CommandTag, Position> last;
    for (Position p = kept; p < journal->head(); ++p) {
      auto tag = journal->read(p)->entry.commandTag;
      if (tag.isZero()) continue;
      HOLD(!last.contains(tag) || last[tag] + 1 == p, "I3 a command stands twice after it was asked again");
      last[tag] = p;
    }
    return std::nullopt;
  }

  Held wholeAfterwards() {
    uint64_t size = journal->head();
    journal.reset();
    std::string why;
    auto again = openJournal(journalIn(root), JournalOptions::Access::READ, why);
    HOLD(again, "does not open a second time: " + why);
    HOLD(again->head() == size, "I1 opened again and shorter");
    auto damage = damageOf(*again);
    HOLD(damage.empty(), "I2 written in again, and verify finds " + damage);
    return std::nullopt;
  }

  Held keys() {
    SeededRandom random(1);
    auto result = FileKeyHolder::open(journalIn(root) + ".keys", {journalIn(root), CRASH_ORIGIN, std::nullopt}, random);
    HOLD(!result.error, "the key file does not open: " + result.error->line);
    for (uint32_t epoch : promises.epochsBegun)
      HOLD(promises.epochsDestroyed.contains(epoch) || result.holder->currentEpoch(ROTATED_OWNER) >= epoch,
           "an epoch that was begun is not there: " + number(epoch));
    for (uint32_t epoch : promises.epochsDestroyed)
      HOLD(!result.holder->hasEpoch(ROTATED_OWNER, epoch), "a destroyed epoch is there again: " + number(epoch));
    return std::nullopt;
  }

  // There under its own name it is whole, whether that was told or not.
  Held backup() {
    std::string backup = root + "/backup";
    bool there = fs::exists(manifestPath(backup));
    HOLD(there || !promises.backedUp, "a backup was told of and is not there");
    HOLD(there || !fs::exists(backup), "half a backup under the backup's name");
    if (!there) return std::nullopt;
    RestoreOptions options;
    options.backup = backup;
    options.directory = root + "/again";
    options.keyFile = journalIn(root) + ".keys";
    auto answer = restoreJournal(options, {}, {});
    auto* fault = std::get_if<RestoreFault>(&answer);
    HOLD(!fault, "a backup that cannot be restored: " + fault->why);
    return std::nullopt;
  }

  Held restored() {
    std::string directory = root + "/restored";
    HOLD(fs::exists(directory) || !promises.restored, "a restored journal was told of and is not there");
    if (!fs::exists(directory)) return std::nullopt;
    fs::copy(journalIn(root) + ".keys", directory + ".keys");
    std::string why;
    auto made = openJournal(directory, JournalOptions::Access::WRITE, why);
    HOLD(made, "the restored journal does not open: " + why);
    auto damage = damageOf(*made);
    HOLD(damage.empty(), "in the restored journal verify finds " + damage);
    return std::nullopt;
  }

  // Going on where it was is all that is asked of an export that was cut off.
  Held exported() {
    std::string out = root + "/tree";
    if (!fs::exists(out)) {
      HOLD(!promises.exported, "an export was told of and is not there");
      return std::nullopt;
    }
    std::string why;
    auto reader = openJournal(journalIn(root), JournalOptions::Access::WRITE, why);
    HOLD(reader, "does not open for an export: " + why);
    std::string note = reader->checkpoint();
    reader.reset();
    JournalFault fault{};
    auto key = *parseVerifierKey(readJournalFile(journalIn(root), fault)->verifierKey);
    ClearLines lines;
    auto log = openLog({journalIn(root), CRASH_ORIGIN, {key}}, lines, Access::READ);
    auto answer = exportTiles(*std::get<OpenedLog>(log).log, note, key, out, ExportScope::ALL);
    auto* refused = std::get_if<ExportRefused>(&answer);
    HOLD(!refused, "an export that cannot go on: " + refused->path + " " + refused->why);
    return std::nullopt;
  }
};

// --- logs -------------------------------------------------------------------------------------------------------

// An entry that follows, in a book of its own.
CommitBuilder oneMore(Log& log) {
  uint64_t size = log.durableSize();
  EntryFields fields;
  fields.recordedAt = size > 0 ? log.fields(size - 1).recordedAt + 1 : 1;
  Line line;
  line.book.bytes.fill(0xee);
  line.number = 1;
  CommitBuilder out(size);
  out.add(fields, {&line, 1});
  return out;
}

Held examineLog(const std::string& root, const CrashPromises& promises, const CrashTruth& truth) {
  TestSigner signer{CRASH_ORIGIN};
  ClearLines lines;
  LogPlace place{journalIn(root), CRASH_ORIGIN, {signer.verifierKey()}};
  uint64_t size = 0;
  {
    auto opened = openLog(place, lines, Access::WRITE);
    auto* refused = std::get_if<OpenRefused>(&opened);
    HOLD(!refused, "does not open: " + refused->finding.what + ", promised by " + refused->evidence);
    Log& log = *std::get<OpenedLog>(opened).log;
    size = log.durableSize();
    uint64_t kept = commonPrefix(truth, size, [&](Position p) { return log.leafAt(p); });
    HOLD(kept >= promises.farthest(), "I1 told to " + number(promises.farthest()) + " and kept to " + number(kept));
    HOLD(kept == size, "I4 entries that were never written, from " + number(kept));
    if (auto broken = toldHeads(promises, size, [&](uint64_t at) { return log.rootAt(at); })) return broken;
    auto damage = firstOf(verifyLog(log, {Depth::FULL, LinesOpen::AT_HAND, place}));
    HOLD(damage.empty(), "I2 verify finds " + damage);
    for (Position p : promises.removed) {
      auto half = log.sealed(p);
      bool there = half && std::any_of(half->parts.begin(), half->parts.end(), [](auto& x) { return x.ciphertext; });
      HOLD(!there, "a ciphertext that was removed is there again, at " + number(p));
    }
    log.append(oneMore(log), Sync::NO);
    log.sync();
  }
  auto again = openLog(place, lines, Access::READ);
  auto* opened = std::get_if<OpenedLog>(&again);
  HOLD(opened && opened->log->durableSize() == size + 1, "I1 written in again and shorter");
  return std::nullopt;
}

}  // namespace

std::string whatIsBroken(const Workload& workload, const std::string& root, const CrashPromises& promises,
                         const CrashTruth& truth) {
  Held held;
  auto exception = kj::runCatchingExceptions([&] {
    held = workload.level == WorkloadLevel::LOG ? examineLog(root, promises, truth)
                                                : JournalOracle(root, promises, truth).examine();
  });
  KJ_IF_MAYBE (e, exception) return std::string("threw: ") + e->getDescription().cStr();
  return held ? held->what : std::string();
}

}  // namespace liggare::test
