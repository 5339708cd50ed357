#include "engine/log/tile-export.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <kj/debug.h>

#include "engine/log/checkpoint.h"
#include "engine/log/head-file.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view CHECKPOINT_FILE = "checkpoint", MAKING = ".making";
// Files that are made durable together: one sync of the file system instead of one a file.
constexpr size_t TOGETHER_FILES = 256, TOGETHER_BYTES = 32 << 20;

enum class Standing : uint8_t { MISSING, SAME, OTHER };

Standing standing(const std::string& path, Bytes wanted) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) {
    KJ_REQUIRE(errno == ENOENT || errno == ENOTDIR, "a file that cannot be looked at", path, strerror(errno));
    return errno == ENOENT ? Standing::MISSING : Standing::OTHER;
  }
  if (!S_ISREG(info.st_mode) || uint64_t(info.st_size) != wanted.size()) return Standing::OTHER;
  Buffer there = readWholeFile(path);
  return std::equal(there.begin(), there.end(), wanted.begin(), wanted.end()) ? Standing::SAME : Standing::OTHER;
}

void writeNew(const std::string& path, Bytes bytes) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644), path);
  KJ_DEFER(close(fd));
  while (!bytes.empty()) {
    ssize_t n;
    KJ_SYSCALL(n = write(fd, bytes.data(), bytes.size()), path);
    bytes = bytes.subspan(size_t(n));
  }
}

class TileWriter {
 public:
  TileWriter(Log& log, const VerifierKey& key, const std::string& out)
      : log(log), key(key), out(out), making(makingPlace(out)), lock(making, LockKind::EXCLUSIVE) {}

  std::optional<ExportRefused> checkOlder(const Head& head, Head& older);
  std::optional<ExportRefused> addAll(uint64_t from, const Head& head, const ExportProgress& progress);
  void finish(const std::string& note, const Head& head, const Head& older);
  const ExportReport& report() const { return counted; }

 private:
  std::optional<ExportRefused> add(const std::string& path, Bytes bytes);
  void settle();
  void syncAll();
  static std::string makingPlace(const std::string& out) {
    fs::create_directories(out);
    std::string place = out + "/" + std::string(MAKING);
    fs::create_directories(place);
    return place;
  }
  std::string at(std::string_view path) const { return out + "/" + std::string(path); }

  Log& log;
  const VerifierKey& key;
  const std::string out, making;
  DirLock lock;
  ExportReport counted;
  std::vector<std::pair<std::string, std::string>> pending;  // where it was made, and where it belongs
  size_t pendingBytes = 0;
};

// The checkpoint of an earlier export: a promise that this log must keep.
std::optional<ExportRefused> TileWriter::checkOlder(const Head& head, Head& older) {
  const std::string path = at(CHECKPOINT_FILE), name(CHECKPOINT_FILE);
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) {
    KJ_REQUIRE(errno == ENOENT, "a file that cannot be looked at", path, strerror(errno));
    return std::nullopt;
  }
  if (!S_ISREG(info.st_mode) || size_t(info.st_size) > NOTE_BYTES_MAX)
    return ExportRefused{name, "är ingen kontrollpunkt"};
  Buffer bytes = readWholeFile(path);
  auto checkpoint = openCheckpoint(asText(bytes), key.name, {&key, 1});
  if (!checkpoint) return ExportRefused{name, "är inte undertecknad av den här loggen"};
  older = checkpoint->head;
  if (older.size > head.size)
    return ExportRefused{
        name, "gäller " + std::to_string(older.size) + " poster, men loggen visar nu " + std::to_string(head.size)};
  if (log.rootAt(older.size) != older.root)
    return ExportRefused{name, "har en annan rot än loggen vid " + std::to_string(older.size) + " poster"};
  return std::nullopt;
}

std::optional<ExportRefused> TileWriter::add(const std::string& path, Bytes bytes) {
  switch (standing(at(path), bytes)) {
    case Standing::OTHER: return ExportRefused{path, "är inte vad loggen säger"};
    case Standing::SAME: ++counted.left; return std::nullopt;
    case Standing::MISSING: break;
  }
  std::string made = making + "/" + std::to_string(pending.size());
  writeNew(made, bytes);
  pending.emplace_back(made, at(path));
  pendingBytes += bytes.size();
  ++counted.written;
  if (pending.size() >= TOGETHER_FILES || pendingBytes >= TOGETHER_BYTES) settle();
  return std::nullopt;
}

void TileWriter::syncAll() {
  int fd;
  KJ_SYSCALL(fd = open(out.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), out);
  KJ_DEFER(close(fd));
  KJ_SYSCALL(syncfs(fd), out);
}

// What is durable gets its name. A crash before leaves files in OUT/.making that the next export writes over.
void TileWriter::settle() {
  if (pending.empty()) return;
  syncAll();
  for (const auto& [made, path] : pending) {
    fs::create_directories(fs::path(path).parent_path());
    fs::rename(made, path);
  }
  pending.clear();
  pendingBytes = 0;
}

std::optional<ExportRefused> TileWriter::addAll(uint64_t from, const Head& head, const ExportProgress& progress) {
  for (const TileId& tile : newTiles(from, head.size)) {
    if (tile.level == 0) {
      if (auto refused = add(entriesPath(tile.index, tile.width), log.entryBundle(tile.index, tile.width)))
        return refused;
    }
    if (auto refused = add(tilePath(tile), log.tile(tile))) return refused;
    if (tile.level == 0 && progress) progress(tile.index * TILE_WIDTH + tile.width, head.size);
  }
  return std::nullopt;
}

void TileWriter::finish(const std::string& note, const Head& head, const Head& older) {
  settle();
  syncAll();  // the names too, before a checkpoint tells of them
  counted.head = head;
  const std::string path = at(CHECKPOINT_FILE), made = making + "/" + std::string(CHECKPOINT_FILE);
  if (fileExists(path) && older == head) {  // witnesses may have signed the one that lies there
    ++counted.left;
    return;
  }
  writeNew(made, asBytes(note));
  syncAll();
  fs::rename(made, path);
  syncDirectoryOf(path);
  ++counted.written;
}

}  // namespace

std::variant<ExportReport, ExportRefused> exportTiles(Log& log, const std::string& note, const VerifierKey& key,
                                                      const std::string& out, ExportScope scope,
                                                      const ExportProgress& progress) {
  auto checkpoint = openCheckpoint(note, key.name, {&key, 1});
  KJ_REQUIRE(checkpoint.has_value(), "not a checkpoint by this key");
  const Head head = checkpoint->head;
  KJ_REQUIRE(head.size <= log.durableSize() && log.rootAt(head.size) == head.root, "not a checkpoint of this log");
  TileWriter writer(log, key, out);
  Head older{0, emptyRoot()};
  if (auto refused = writer.checkOlder(head, older)) return *refused;
  if (auto refused = writer.addAll(scope == ExportScope::NEWEST ? older.size : 0, head, progress)) return *refused;
  writer.finish(note, head, older);
  return writer.report();
}

}  // namespace liggare
