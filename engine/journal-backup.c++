// Making a backup of an open journal: the log first, then the vault, then what is told about them; verified, and moved
// into place whole.
#include <kj/debug.h>
#include <sys/stat.h>

#include <filesystem>

#include "engine/journal-open.h"
#include "engine/kv/store-copy.h"

namespace liggare {

namespace fs = std::filesystem;

namespace {

uint64_t bytesBelow(const fs::path& directory) {
  uint64_t sum = 0;
  std::error_code gone;  // a table may be compacted away while we look
  for (auto at = fs::recursive_directory_iterator(directory, gone); at != fs::recursive_directory_iterator();
       at.increment(gone)) {
    auto size = at->is_regular_file(gone) ? at->file_size(gone) : 0;
    if (!gone) sum += size;
  }
  return sum;
}

// The store's own diary and lock are nobody's evidence, and opening writes them.
void removeDiaries(const fs::path& store) {
  std::vector<fs::path> gone;
  for (auto& entry : fs::directory_iterator(store)) {
    std::string name = entry.path().filename();
    if (name == "LOCK" || name == "LOG" || name.starts_with("LOG.old")) gone.push_back(entry.path());
  }
  for (auto& path : gone) fs::remove(path);
}

// What was written beside the copying is in the copy's write-ahead log, maybe torn: it is settled in tables, and what
// lies above the head goes, since nobody had been answered on it.
void settle(const std::string& path, RocksProfile profile, uint64_t logSize) {
  auto store = openRocks(path, profile, Mode::READ_WRITE);
  if (profile == RocksProfile::LOG) dropRowsFrom(*store, logSize);
  store->flush();
}

std::vector<std::string> filesBelow(const std::string& directory) {
  std::vector<std::string> paths;
  for (auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) paths.push_back(fs::relative(entry.path(), directory));
  std::sort(paths.begin(), paths.end());
  return paths;
}

BackupFile digested(const std::string& directory, const std::string& path, const std::function<void(uint64_t)>& read) {
  KJ_REQUIRE(isBackupPath(path), "a file that no backup has", path);
  BackupFile out{path, 0, {}};
  Sha256 hash;
  FileReader reader(directory + "/" + path);
  for (Bytes piece; !(piece = reader.next()).empty();) {
    hash.add(piece);
    out.bytes += piece.size();
    read(piece.size());
  }
  out.digest = hash.finish();
  syncFile(directory + "/" + path);
  return out;
}

// The copy is judged as `verify --full` judges a journal: a backup that nobody could use is found today.
std::optional<JournalFault> notWhole(const LogPlace& place, LineSealer& lines) {
  auto bad = [](const Finding& finding) {
    return JournalFault{JournalFault::Kind::DAMAGED, "det som kopierades är inte helt, position " +
                                                         std::to_string(finding.position) + ": " + finding.what};
  };
  auto answer = openLog(place, lines, Access::READ);
  if (auto* refused = std::get_if<OpenRefused>(&answer)) return bad(refused->finding);
  auto report = verifyLog(*std::get<OpenedLog>(answer).log, {Depth::FULL, LinesOpen::AT_HAND, place});
  if (auto first = report.first()) return bad(*first);
  return std::nullopt;
}

std::variant<BackupManifest, JournalFault> fill(Opened& parts, const BackupFrom& from, const std::string& making,
                                                const BackupProgress& progress) {
  KJ_SYSCALL(mkdir(making.c_str(), 0700), making);
  BackupManifest manifest;
  manifest.origin = parts.file.origin;
  manifest.checkpoint = from.note;
  manifest.head = from.head;
  manifest.madeAt = systemClock().now();
  manifest.lastRecordedAt = parts.log->fields(from.head.size - 1).recordedAt;

  copyStore(parts.log->storage(), logPath(making));
  copyStore(*parts.vaultStore, making + "/vault");  // after the log: it has every secret that the log's copy needs
  settle(logPath(making), RocksProfile::LOG, from.head.size);
  settle(making + "/vault", RocksProfile::VAULT, 0);
  HeadFile::create(headPath(making), from.head);
  CheckpointShelf(checkpointsPath(from.directory)).copyUpTo(from.head.size, checkpointsPath(making));
  writeFileDurably(making + "/LIGGARE", formatJournalFile(parts.file));
  LogPlace place{making, parts.file.origin, {parts.logKey()}};
  if (auto fault = notWhole(place, *parts.lineSealer)) return *fault;
  fs::remove(making + "/lock");
  auto version = vaultVersionIn(*openRocks(making + "/vault", RocksProfile::VAULT, Mode::READ_ONLY));
  KJ_REQUIRE(version.has_value(), "the vault's version is damaged");
  manifest.vaultVersion = *version;
  removeDiaries(logPath(making));
  removeDiaries(making + "/vault");

  uint64_t all = bytesBelow(making), done = 0;
  for (auto& path : filesBelow(making))
    manifest.files.push_back(digested(making, path, [&](uint64_t more) {
      done += more;
      if (progress) progress(done, all);
    }));
  writeFileDurably(manifestPath(making), formatManifest(manifest, *parts.keys));
  for (auto* folder : {"/log", "/vault", "/checkpoints", ""}) syncFile(making + folder);
  return manifest;
}

}  // namespace

std::variant<BackupManifest, JournalFault> writeBackup(Opened& parts, const BackupFrom& from, const std::string& path,
                                                       const BackupProgress& progress) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(path, ignored)))
    return JournalFault{JournalFault::Kind::EXISTS, path + " finns redan; en säkerhetskopia skrivs aldrig över"};
  if (liesBelow(path, from.directory))
    return JournalFault{JournalFault::Kind::UNAVAILABLE, path + " ligger i journalens egen katalog"};
  uint64_t wanted = bytesBelow(logPath(from.directory)) + bytesBelow(from.directory + "/vault") + from.diskFloorBytes;
  uint64_t room = freeBytesAt(path);
  if (room < wanted)
    kj::throwFatalException(kj::Exception(kj::Exception::Type::OVERLOADED, __FILE__, __LINE__,
                                          kj::str("säkerhetskopian får inte plats: ", wanted >> 20,
                                                  " MiB behövs, golvet inräknat, och ", room >> 20, " MiB är lediga")));
  std::string making = besideName(path, ".making-");
  KJ_ON_SCOPE_FAILURE(fs::remove_all(making, ignored));
  auto made = fill(parts, from, making, progress);
  if (std::holds_alternative<JournalFault>(made)) {
    fs::remove_all(making, ignored);
    return made;
  }
  moveIntoPlace(making, path);
  return made;
}

}  // namespace liggare
