#include "tests/crash/mutants.h"

#include <kj/debug.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace liggare::test {

namespace {

using Kind = DiskOp::Kind;

// A record that can be taken apart: each operation knows what it was about, by the name it had then.
struct Step {
  DiskOp op;
  size_t was = 0;
  std::string about;
};

class Cutting {
 public:
  explicit Cutting(DiskTrace& trace) : trace(trace) {
    uint32_t next = 0;
    names[next++] = "";
    for (auto& [path, content] : trace.before)
      names[next++] = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    for (size_t i = 0; i < trace.ops.size(); ++i) take(i);
  }

  // The operations again, with what refers to others set right.
  ~Cutting() {
    std::map<size_t, size_t> now;
    for (size_t i = 0; i < steps.size(); ++i) now[steps[i].was] = i;
    trace.ops.clear();
    for (auto& step : steps) {
      if (step.op.kind == Kind::SYNC_END) step.op.at = now.contains(step.op.at) ? now[step.op.at] : 0;
      trace.ops.push_back(std::move(step.op));
    }
    KJ_ASSERT(changed > 0, "a mutant that is none");
  }

  std::vector<Step> steps;
  size_t changed = 0;

  void drop(const std::function<bool(const Step&)>& which) { changed += std::erase_if(steps, which); }
  void dropSyncs(const std::function<bool(const std::string& about)>& of) {
    drop([&](const Step& s) { return isSync(s) && of(s.about); });
  }
  // Where the last one before `i` that is so stands.
  std::optional<size_t> before(size_t i, const std::function<bool(const Step&)>& is) const {
    while (i-- > 0)
      if (is(steps[i])) return i;
    return std::nullopt;
  }
  void move(size_t from, size_t to) {
    auto begin = steps.begin();
    if (to < from) std::rotate(begin + ptrdiff_t(to), begin + ptrdiff_t(from), begin + ptrdiff_t(from) + 1);
    ++changed;
  }
  // Each that `is` so, to just before the last one before it that is `that`.
  void moveUp(const std::function<bool(const Step&)>& is, const std::function<bool(const Step&)>& that) {
    for (size_t i = 0; i < steps.size(); ++i) {
      if (!is(steps[i])) continue;
      if (auto to = before(i, that)) move(i, *to);
    }
  }

  static bool isSync(const Step& s) { return s.op.kind == Kind::SYNC_BEGIN || s.op.kind == Kind::SYNC_END; }
  static bool isMark(const Step& s, char what) { return s.op.kind == Kind::MARK && s.op.path[0] == what; }

 private:
  DiskTrace& trace;
  std::map<uint32_t, std::string> names;

  void take(size_t i) {
    const DiskOp& op = trace.ops[i];
    bool named = op.kind == Kind::CREATE || op.kind == Kind::MAKE_DIR || op.kind == Kind::LINK;
    if (named) names[op.node] = op.path;
    if (op.kind == Kind::RENAME) {
      for (auto& [node, name] : names) {
        bool below = name == op.path || name.starts_with(op.path + "/");
        if (below) name = op.target() + name.substr(op.path.size());
      }
    }
    bool byPath = named || op.kind == Kind::REMOVE || op.kind == Kind::RENAME || op.kind == Kind::MARK;
    steps.push_back({op, i, byPath ? op.path : names[op.node]});
  }
};

bool inLog(const std::string& about, std::string_view end) {
  return about.starts_with("journal/log/") && about.ends_with(end);
}
bool isLogSync(const Step& s) { return s.op.kind == Kind::SYNC_BEGIN && inLog(s.about, ".log"); }
bool isAbout(const Step& s, std::string_view path) {
  return s.about == path && (s.op.kind == Kind::WRITE || Cutting::isSync(s));
}
bool isOnShelf(const Step& s) {
  return s.about.starts_with("journal/checkpoints/") && (s.op.kind == Kind::WRITE || Cutting::isSync(s));
}
bool isLogFileRemoved(const Step& s) { return s.op.kind == Kind::REMOVE && inLog(s.about, ".log"); }

// --- answers ----------------------------------------------------------------------------------------------------

void answersBeforeTheSync(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp([](auto& s) { return Cutting::isMark(s, 'A'); }, isLogSync);
}
void showsContentBeforeItsAccessIsDurable(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp([](auto& s) { return Cutting::isMark(s, 'S'); }, isLogSync);
}
void swapsTwoAnswers(DiskTrace& trace) {
  Cutting c(trace);
  std::vector<DiskOp*> answers;
  for (auto& s : c.steps)
    if (Cutting::isMark(s, 'A')) answers.push_back(&s.op);
  for (size_t i = 0; i + 1 < answers.size(); i += 2) {
    std::string &first = answers[i]->path, &second = answers[i + 1]->path;
    std::string leaf = first.substr(first.rfind(' '));
    first = first.substr(0, first.rfind(' ')) + second.substr(second.rfind(' '));
    second = second.substr(0, second.rfind(' ')) + leaf;
    ++c.changed;
  }
}
void recordsWhatNobodyAsked(DiskTrace& trace) {
  Cutting c(trace);
  c.drop([](auto& s) { return Cutting::isMark(s, 'I') && s.op.path.ends_with("7"); });
}

// --- the log ----------------------------------------------------------------------------------------------------

void neverSyncsTheLog(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return inLog(about, ".log"); });
}
void syncsTheLogEverySecondTime(DiskTrace& trace) {
  Cutting c(trace);
  size_t count = 0;
  std::set<size_t> begun;
  for (auto& s : c.steps)
    if (isLogSync(s) && count++ % 2 == 1) begun.insert(s.was);
  c.drop([&](auto& s) { return s.op.kind == Kind::SYNC_END && begun.contains(s.op.at); });
}
void forgetsTheDirectoryOfTheLog(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about == "journal/log"; });
}
void neverSyncsTheManifest(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about.find("journal/log/MANIFEST") == 0; });
}
void neverSyncsTables(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return inLog(about, ".sst"); });
}
void deletesTheLogFileBeforeTheTable(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp(isLogFileRemoved, [](auto& s) { return s.op.kind == Kind::CREATE && inLog(s.about, ".sst"); });
}

// --- evidence ---------------------------------------------------------------------------------------------------

void writesTheHeadBeforeTheLogIsSynced(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp([](auto& s) { return isAbout(s, "journal/head"); }, isLogSync);
}
void writesTheHeadOverItself(DiskTrace& trace) {
  Cutting c(trace);
  for (size_t i = 0; i < c.steps.size(); ++i) {
    Step& write = c.steps[i];
    if (write.op.kind != Kind::WRITE || write.about != "journal/head") continue;
    Step cut = write;
    write.op.at = 0;
    cut.op.kind = Kind::CUT;
    cut.op.at = 0;
    cut.was = SIZE_MAX - i;
    c.steps.insert(c.steps.begin() + ptrdiff_t(i++), cut);
    ++c.changed;
  }
}
void keepsACheckpointBeforeTheLogIsSynced(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp(isOnShelf, isLogSync);
}
void showsACheckpointBeforeItIsKept(DiskTrace& trace) {
  Cutting c(trace);
  c.moveUp([](auto& s) { return Cutting::isMark(s, 'P'); },
           [](auto& s) { return isOnShelf(s) && s.op.kind == Kind::SYNC_BEGIN; });
}

// --- keys, and journals as a whole ------------------------------------------------------------------------------

void neverSyncsTheVault(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about.starts_with("journal/vault/") && about.ends_with(".log"); });
}
void neverSyncsTheKeyFile(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about.starts_with("journal.keys"); });
}
void forgetsTheDirectoryOfTheKeyFile(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about.empty(); });
}
void forgetsTheNameOfTheJournalsFile(DiskTrace& trace) {
  Cutting c(trace);
  auto isMaking = [](const std::string& about) {
    return about.starts_with("journal.making-") && about.find('/') == about.npos;
  };
  auto last = c.before(c.steps.size(), [&](auto& s) { return s.op.kind == Kind::SYNC_BEGIN && isMaking(s.about); });
  size_t begun = c.steps.at(last.value()).was;
  c.drop([&](auto& s) { return s.op.kind == Kind::SYNC_END && s.op.at == begun; });
}
void neverSyncsABackup(DiskTrace& trace) {
  Cutting(trace).dropSyncs([](auto& about) { return about.starts_with("backup.making-"); });
}

}  // namespace

const std::vector<CrashMutant>& crashMutants() {
  static const std::vector<CrashMutant> all{
      {"AnswersBeforeTheSync", "lone", "I1", answersBeforeTheSync},
      {"ShowsContentBeforeItsAccessIsDurable", "day", "I6", showsContentBeforeItsAccessIsDurable},
      {"SwapsTwoAnswers", "lone", "I1 another entry", swapsTwoAnswers},
      {"RecordsWhatNobodyAsked", "lone", "I3", recordsWhatNobodyAsked},
      {"NeverSyncsTheLog", "lone", "I1", neverSyncsTheLog},
      {"SyncsTheLogEverySecondTime", "lone", "I1", syncsTheLogEverySecondTime},
      {"ForgetsTheDirectoryOfTheLog", "reopening", "", forgetsTheDirectoryOfTheLog},
      {"NeverSyncsTheManifest", "reopening", "", neverSyncsTheManifest},
      {"NeverSyncsTables", "flush", "", neverSyncsTables},
      {"DeletesTheLogFileBeforeTheTable", "flush", "", deletesTheLogFileBeforeTheTable},
      {"WritesTheHeadBeforeTheLogIsSynced", "checkpoints", "does not open", writesTheHeadBeforeTheLogIsSynced},
      {"WritesTheHeadOverItself", "checkpoints", "does not open", writesTheHeadOverItself},
      {"KeepsACheckpointBeforeTheLogIsSynced", "checkpoints", "does not open", keepsACheckpointBeforeTheLogIsSynced},
      {"ShowsACheckpointBeforeItIsKept", "checkpoints", "I5", showsACheckpointBeforeItIsKept},
      {"NeverSyncsTheVault", "lone", "threw", neverSyncsTheVault},
      {"NeverSyncsTheKeyFile", "rotation", "does not open", neverSyncsTheKeyFile},
      {"ForgetsTheDirectoryOfTheKeyFile", "rotation", "", forgetsTheDirectoryOfTheKeyFile},
      {"ForgetsTheNameOfTheJournalsFile", "creation", "I1", forgetsTheNameOfTheJournalsFile},
      {"NeverSyncsABackup", "backup", "", neverSyncsABackup},
  };
  return all;
}

}  // namespace liggare::test
