// A journal with some commits, a backup of it, and what tests do to backups.
#pragma once

#include <kj/debug.h>

#include "engine/restore.h"
#include "tests/engine/small-world.h"
#include "tests/log/scratch.h"

namespace liggare::test {

class BackupWorld : public SmallWorld {
 public:
  std::string copy = where() + "-copy", fresh = where() + "-fresh", keyFile = where() + ".keys";

  // Commands that are each decided, and stand in a commit of their own.
  std::vector<Outcome> work(size_t commands) {
    std::vector<Outcome> outcomes;
    for (size_t i = 0; i < commands; ++i, ++next)
      outcomes.push_back(submit(registerProvider("SE2321000131-A" + std::to_string(1000 + next), "14")));
    return outcomes;
  }
  BackupManifest backup() { return backupTo(copy); }
  BackupManifest backupTo(const std::string& path, const BackupProgress& progress = {}) {
    auto made = journal().backup(path, progress);
    if (auto* fault = std::get_if<JournalFault>(&made)) KJ_FAIL_REQUIRE("no backup", fault->why.c_str());
    return std::get<BackupManifest>(made);
  }
  RestoreOptions restoring() const {
    RestoreOptions out;
    out.backup = copy;
    out.directory = fresh;
    out.keyFile = keyFile;
    return out;
  }
  std::variant<Restored, RestoreFault> restore() const { return restoreJournal(restoring(), {}, {}); }

  // What was restored, opened: Journal::open gives a line when it does not.
  std::unique_ptr<Journal> openFresh(JournalOptions::Access access, JournalFault& fault) const {
    JournalOptions o;
    o.directory = fresh;
    o.keyFile = keyFile;
    o.access = access;
    return Journal::open(o, fault);
  }
  // Nothing may be left beside the journal but what tests know of.
  size_t leftovers() const {
    size_t found = 0;
    for (auto& entry : std::filesystem::directory_iterator(std::filesystem::path(where()).parent_path())) {
      std::string name = entry.path().filename();
      found += name.find(".making-") != name.npos || name.find(".restoring-") != name.npos;
    }
    return found;
  }

 private:
  size_t next = 0;
};

}  // namespace liggare::test
