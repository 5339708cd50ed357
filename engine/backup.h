// A backup of a journal: its files as they lie in DIR, and a manifest that says what they should be. Made by
// Journal::backup, taken in by restoreJournal (restore.h).
//
//   OUT/BACKUP.json    the manifest, signed with the log's key
//   OUT/log, vault     copies of the stores: the log first, so that the vault has every secret the log needs
//   OUT/head           written for this backup: its size is the log's
//   OUT/checkpoints    those up to that size        OUT/LIGGARE   as in DIR
//
// Never the key holder's file, never the index or the views: they are derived. The log ends at the head that was
// durable when the backup began: a commit that nobody had been answered on yet is not in it, or a backup could hold
// what the journal afterwards lost.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/time.h"
#include "engine/hash/signer.h"
#include "engine/log/checkpoint.h"

namespace liggare {

constexpr int BACKUP_FORMAT = 0;  // until the log issue closes

struct BackupFile {
  std::string path;  // from the backup's directory: "head", "log/000012.sst"
  uint64_t bytes = 0;
  Hash digest;  // SHA-256 of the whole file
  bool operator==(const BackupFile&) const = default;
};

struct BackupManifest {
  std::string origin;
  Head head;               // the log's size and root, and the durable head when the backup began
  std::string checkpoint;  // a signed note of that head
  uint64_t vaultVersion = 0;
  Micros madeAt = 0, lastRecordedAt = 0;
  std::vector<BackupFile> files;  // every file but the manifest, by path
  uint64_t bytes() const;
  bool operator==(const BackupManifest&) const = default;
};

// One JSON object over several lines; its last member signs all that stands before it.
std::string formatManifest(const BackupManifest& manifest, Signer& signer);

// What a manifest says, or one line about what is wrong with it. Strict: every member, in order, and nothing else.
struct ManifestFault {
  enum class Kind : uint8_t { NEWER_FORMAT, DAMAGED } kind;
  std::string why;
};
std::variant<BackupManifest, ManifestFault> parseManifest(std::string_view text, const VerifierKey& signer);

// Whether a path may stand in a manifest: one of the places above, and nothing that leads elsewhere.
bool isBackupPath(std::string_view path);

inline std::string manifestPath(const std::string& backup) { return backup + "/BACKUP.json"; }

using BackupProgress = std::function<void(uint64_t done, uint64_t all)>;  // bytes or entries; must not throw

// What both directions do with files. Throws FAILED, with the path, for what the disk refuses.
void writeFileDurably(const std::string& path, std::string_view content);  // must not exist
void syncFile(const std::string& path);                                    // a file or a directory
uint64_t freeBytesAt(const std::string& path);  // of the nearest directory upwards that exists
bool liesBelow(const std::string& path, const std::string& directory);
// A name beside `path` that nobody else uses: where a directory is made before it is moved into place.
std::string besideName(const std::string& path, std::string_view suffix);
// Durable when it returns. Only onto nothing, or onto an empty directory.
void moveIntoPlace(const std::string& made, const std::string& path);

// A file that must not exist yet, written piece by piece. Durable after sync().
class DurableFile {
 public:
  explicit DurableFile(const std::string& path);
  ~DurableFile();
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  void write(Bytes piece);
  void sync();

 private:
  std::string path;
  int fd = -1;
};

// Reads a regular file piece by piece; a link or a pipe in its place is refused.
class FileReader {
 public:
  explicit FileReader(const std::string& path);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  Bytes next();  // empty at the end; alive until the next call

 private:
  std::string path;
  int fd = -1;
  Buffer piece;
};

}  // namespace liggare
