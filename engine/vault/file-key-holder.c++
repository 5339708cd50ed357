#include "engine/vault/file-key-holder.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr mode_t MODE = 0600;
constexpr size_t FILE_SIZE_MAX = 64u << 20;  // a million epochs; anything larger is not a key file

class File {
 public:
  File(const std::string& path, int flags) : fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, MODE)) {}
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return fd >= 0; }
  const int fd;
};

std::string directoryOf(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

std::string temporaryOf(const std::string& path) { return path + ".ny"; }

bool writeAll(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(size_t(written));
  }
  return true;
}

bool readAll(int fd, SecretBuffer& bytes) {
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(fd, bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    have += size_t(got);
  }
  return true;
}

bool syncDirectory(const std::string& path) {
  File directory(directoryOf(path), O_RDONLY | O_DIRECTORY);
  return directory && ::fsync(directory.fd) == 0;
}

// When this is true the bytes are on disk under the temporary name and nothing else has changed.
bool writeTemporary(const std::string& path, Bytes bytes) {
  const std::string temporary = temporaryOf(path);
  ::unlink(temporary.c_str());  // left by a crash: keys nobody was told about
  File file(temporary, O_WRONLY | O_CREAT | O_EXCL);
  return file && ::fchmod(file.fd, MODE) == 0 && writeAll(file.fd, bytes) && ::fsync(file.fd) == 0;
}

bool liesIn(const std::string& path, const std::string& directory) {
  if (directory.empty()) return false;
  std::error_code ignored;
  const fs::path file = fs::weakly_canonical(fs::absolute(path, ignored), ignored);
  const fs::path folder = fs::weakly_canonical(fs::absolute(directory, ignored), ignored);
  const fs::path inside = file.lexically_relative(folder);
  return !inside.empty() && *inside.begin() != "..";
}

// One line each: what is wrong, and what to do about it.
KeyFileError because(KeyFileFault fault, const std::string& path) {
  const std::string file = "nyckelfilen " + path;
  switch (fault) {
    case KeyFileFault::MISSING: return {fault, file + " finns inte; ange var den ligger eller hämta reservkopian"};
    case KeyFileFault::UNREADABLE: return {fault, file + " kan inte läsas av den här användaren"};
    case KeyFileFault::NOT_A_KEY_FILE: return {fault, file + " är ingen nyckelfil"};
    case KeyFileFault::MODE_TOO_WIDE: return {fault, file + " får läsas av fler än ägaren; kör chmod 600"};
    case KeyFileFault::DAMAGED: return {fault, file + " är skadad; hämta reservkopian"};
    case KeyFileFault::UNKNOWN_VERSION: return {fault, file + " är skriven av en senare version av liggare"};
    case KeyFileFault::OTHER_JOURNAL: return {fault, file + " hör till en annan journal"};
    case KeyFileFault::INSIDE_JOURNAL: return {fault, file + " ligger i journalens katalog; den måste ligga utanför"};
    case KeyFileFault::EXISTS: return {fault, file + " finns redan och skrivs aldrig över"};
    case KeyFileFault::NOT_WRITTEN:
      return {fault, file + " kan inte skrivas; kontrollera katalog, rättigheter och utrymme"};
  }
  KJ_UNREACHABLE;
}

// The file's bytes, or why not. The mode is judged on the opened file, so that nobody can swap it in between.
std::optional<KeyFileFault> readFile(const std::string& path, SecretBuffer& bytes) {
  File file(path, O_RDONLY | O_NONBLOCK);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return KeyFileFault::MISSING;
    return errno == ELOOP ? KeyFileFault::NOT_A_KEY_FILE : KeyFileFault::UNREADABLE;
  }
  struct stat status;
  if (::fstat(file.fd, &status) != 0) return KeyFileFault::UNREADABLE;
  if (!S_ISREG(status.st_mode)) return KeyFileFault::NOT_A_KEY_FILE;
  if ((status.st_mode & 07777 & ~MODE) != 0) return KeyFileFault::MODE_TOO_WIDE;
  if (size_t(status.st_size) > FILE_SIZE_MAX) return KeyFileFault::NOT_A_KEY_FILE;
  bytes.resize(size_t(status.st_size));
  if (!readAll(file.fd, bytes)) return KeyFileFault::UNREADABLE;
  return std::nullopt;
}

std::optional<KeyFileFault> faultOf(KeyRing::ReadFault fault) {
  switch (fault) {
    case KeyRing::ReadFault::NONE: return std::nullopt;
    case KeyRing::ReadFault::NOT_A_KEY_FILE: return KeyFileFault::NOT_A_KEY_FILE;
    case KeyRing::ReadFault::UNKNOWN_VERSION: return KeyFileFault::UNKNOWN_VERSION;
    case KeyRing::ReadFault::DAMAGED: return KeyFileFault::DAMAGED;
  }
  KJ_UNREACHABLE;
}

// Best effort by nature: file systems that copy on write keep the old blocks. Only when the file has no other name,
// since a hard-linked copy is somebody's escrow.
void overwrite(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0 || status.st_nlink != 0) return;
  const Buffer zeros(size_t(status.st_size));
  if (::lseek(fd, 0, SEEK_SET) == 0 && writeAll(fd, zeros)) ::fsync(fd);
}

}  // namespace

FileKeyHolder::FileKeyHolder(std::string file, KeyRing keys, uint64_t written, Random& source)
    : MemoryKeyHolder(std::move(keys), "file", source), path(std::move(file)), generation(written) {}

FileKeyHolder::Result FileKeyHolder::create(const std::string& path, const KeyFileExpectation& expected,
                                            Random& source) {
  if (liesIn(path, expected.journalDirectory)) return {nullptr, because(KeyFileFault::INSIDE_JOURNAL, path)};
  struct stat status;
  if (::lstat(path.c_str(), &status) == 0) return {nullptr, because(KeyFileFault::EXISTS, path)};
  KeyRing ring = KeyRing::draw(expected.origin, source);
  constexpr uint64_t FIRST = 1;
  const std::string temporary = temporaryOf(path);
  if (!writeTemporary(path, ring.serialise(FIRST))) {
    ::unlink(temporary.c_str());
    return {nullptr, because(KeyFileFault::NOT_WRITTEN, path)};
  }
  const int linked = ::link(temporary.c_str(), path.c_str());  // unlike rename, never over another file
  const int why = errno;
  ::unlink(temporary.c_str());
  if (linked != 0) return {nullptr, because(why == EEXIST ? KeyFileFault::EXISTS : KeyFileFault::NOT_WRITTEN, path)};
  if (!syncDirectory(path)) return {nullptr, because(KeyFileFault::NOT_WRITTEN, path)};
  return {std::unique_ptr<FileKeyHolder>(new FileKeyHolder(path, std::move(ring), FIRST, source)), std::nullopt};
}

FileKeyHolder::Result FileKeyHolder::open(const std::string& path, const KeyFileExpectation& expected, Random& source) {
  if (liesIn(path, expected.journalDirectory)) return {nullptr, because(KeyFileFault::INSIDE_JOURNAL, path)};
  SecretBuffer bytes;
  if (auto fault = readFile(path, bytes)) return {nullptr, because(*fault, path)};
  syncDirectory(path);  // a process that was killed may have given it its name and not synced that
  auto read = KeyRing::read(bytes);
  if (auto fault = faultOf(read.fault)) return {nullptr, because(*fault, path)};
  if (!expected.origin.empty() && read.ring.origin() != expected.origin)
    return {nullptr, because(KeyFileFault::OTHER_JOURNAL, path)};
  if (expected.publicKey && *expected.publicKey != read.ring.publicKey()) {
    return {nullptr, because(KeyFileFault::OTHER_JOURNAL, path)};
  }
  return {std::unique_ptr<FileKeyHolder>(new FileKeyHolder(path, std::move(read.ring), read.generation, source)),
          std::nullopt};
}

void FileKeyHolder::keep(const KeyRing& next, Change what) {
  SecretBuffer bytes;
  if (auto fault = readFile(path, bytes))
    KJ_FAIL_REQUIRE("the key file can no longer be used", because(*fault, path).line);
  const auto now = KeyRing::read(bytes);
  KJ_REQUIRE(now.fault == KeyRing::ReadFault::NONE, "the key file was damaged since it was opened");
  KJ_REQUIRE(now.generation == generation, "the key file was changed by someone else", now.generation, generation);
  File old(path, O_WRONLY);
  KJ_REQUIRE(bool(old), "the key file cannot be written");
  const std::string temporary = temporaryOf(path);
  if (!writeTemporary(path, next.serialise(generation + 1))) {
    const bool isFull = errno == ENOSPC || errno == EDQUOT;
    ::unlink(temporary.c_str());
    kj::throwFatalException(kj::Exception(isFull ? kj::Exception::Type::OVERLOADED : kj::Exception::Type::FAILED,
                                          __FILE__, __LINE__,
                                          kj::str("the key file could not be replaced; nothing was changed")));
  }
  KJ_REQUIRE(::rename(temporary.c_str(), path.c_str()) == 0, "the key file could not be replaced");
  // From here the new file may be the one that a crash leaves; a failed sync shows at the next change.
  KJ_REQUIRE(syncDirectory(path), "the key file's directory could not be synced");
  if (what == Change::KEY_DESTROYED) overwrite(old.fd);
  ++generation;
}

}  // namespace liggare
