#undef _FORTIFY_SOURCE  // its inline forms of open and read would be the ones defined here

#include "tests/crash/points-child/recorder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdarg>
#include <mutex>

#include "tests/support/disk-model.h"

namespace liggare::test {

namespace {

constexpr int NO_NODE = -1;
constexpr size_t DESCRIPTORS = 4096;
constexpr auto SYNC_WAITS_AT_MOST = std::chrono::milliseconds(4);

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define REAL(name) static const auto actual = real<decltype(&::name)>(#name)

struct Watch {
  std::recursive_mutex lock;
  std::condition_variable_any written;
  std::string root;  // with a slash at its end; empty: not watching
  DiskTrace trace;
  std::optional<SimulatedDisk> disk;
  uint32_t nextNode = 1;
  std::array<int, DESCRIPTORS> nodeOf{};
  uint64_t writes = 0;
  uint64_t changes = 0;
  std::optional<InjectedFault> fault;
  bool fired = false;
};
Watch& watch() {
  static Watch& the = *std::make_unique<Watch>().release();  // outlives every thread of RocksDB
  return the;
}
std::atomic<bool> watching{false};
std::atomic<unsigned> syncWaits{0};
std::atomic<int64_t> clockStep{0}, clockAhead{0};
std::atomic<bool> skipsOptions{false};

// The store writes down its options at each opening, for people, and reads them back.
bool isUnwantedDiary(const char* path, int flags) {
  if ((flags & O_CREAT) == 0 || !skipsOptions.load() || path == nullptr) return false;
  std::string_view name(path);
  return name.ends_with(".dbtmp") && name.find("/OPTIONS-") != std::string_view::npos;
}

std::optional<std::string> relative(const char* path) {
  if (!watching.load() || path == nullptr) return std::nullopt;
  std::string_view given(path);
  const std::string& root = watch().root;
  if (given.size() + 1 == root.size() && root.starts_with(given)) return "";
  if (!given.starts_with(root)) return std::nullopt;
  std::string out(given.substr(root.size()));
  while (out.ends_with('/')) out.pop_back();
  for (size_t at; (at = out.find("//")) != std::string::npos;) out.erase(at, 1);
  return out;
}

std::string absoluteOf(int directory, const char* path) {
  if (path[0] == '/' || directory == AT_FDCWD) return path;
  std::array<char, 4096> buffer;
  ssize_t n = readlink(("/proc/self/fd/" + std::to_string(directory)).c_str(), buffer.data(), buffer.size());
  return std::string(buffer.data(), n > 0 ? size_t(n) : 0) + "/" + path;
}

void note(DiskOp op) {
  Watch& w = watch();
  if (op.kind == DiskOp::Kind::WRITE) {
    ++w.writes;
    w.written.notify_all();
  }
  w.disk->apply(op);
  w.trace.ops.push_back(std::move(op));
}

int nodeOf(int fd) {
  return watching.load() && fd >= 0 && size_t(fd) < DESCRIPTORS ? watch().nodeOf[size_t(fd)] : NO_NODE;
}

// Counts a change. When it is the one that is to fail, says how.
enum class Refusal : uint8_t { NONE, FAIL, HALF };
enum class Call : uint8_t { WRITE, SYNC, OTHER };
Refusal refused(Call call) {
  Watch& w = watch();
  ++w.changes;
  if (!w.fault || w.changes < w.fault->at) return Refusal::NONE;
  using Kind = InjectedFault::Kind;
  Kind kind = w.fault->kind;
  bool ever = kind == Kind::EIO_EVER || kind == Kind::FULL_EVER;
  if (!ever && w.changes > w.fault->at) return Refusal::NONE;
  if (kind == Kind::SHORT_WRITE && call != Call::WRITE) return Refusal::NONE;
  if (kind == Kind::INTERRUPTED && call != Call::WRITE) return Refusal::NONE;
  w.fired = true;
  if (kind == Kind::SHORT_WRITE) return Refusal::HALF;
  bool full = kind == Kind::FULL_ONCE || kind == Kind::FULL_EVER;
  errno = full ? ENOSPC : kind == Kind::INTERRUPTED ? EINTR : EIO;
  return Refusal::FAIL;
}

// After a successful open.
int opened(int fd, const std::string& path, int flags) {
  Watch& w = watch();
  KJ_REQUIRE(size_t(fd) < DESCRIPTORS, "too many open files for the recorder");
  auto node = w.disk->find(path);
  if (!node && (flags & O_CREAT) != 0) {
    node = w.nextNode++;
    note({DiskOp::Kind::CREATE, *node, 0, path, {}});
  } else if (node && (flags & O_TRUNC) != 0) {
    note({DiskOp::Kind::CUT, *node, 0, {}, {}});
  }
  w.nodeOf[size_t(fd)] = node ? int(*node) : NO_NODE;
  return fd;
}

template <typename Open>
int openWatched(const std::string& path, int flags, Open&& open) {
  std::lock_guard guard(watch().lock);
  bool changes = (flags & O_TRUNC) != 0 || ((flags & O_CREAT) != 0 && !watch().disk->find(path));
  if (changes && refused(Call::OTHER) != Refusal::NONE) return -1;
  int fd = open();
  return fd < 0 ? fd : opened(fd, path, flags);
}

// `write` does it, of at most so many bytes; the offset is found out afterwards.
template <typename Write>
ssize_t writeWatched(int fd, const void* bytes, size_t count, std::optional<off_t> at, Write&& write) {
  std::lock_guard guard(watch().lock);
  Refusal no = refused(Call::WRITE);
  if (no == Refusal::FAIL) return -1;
  ssize_t n = write(no == Refusal::HALF && count > 1 ? count / 2 : count);
  if (n <= 0) return n;
  off_t from = at ? *at : lseek(fd, 0, SEEK_CUR) - n;
  auto* begin = static_cast<const uint8_t*>(bytes);
  note({DiskOp::Kind::WRITE, uint32_t(nodeOf(fd)), uint64_t(from), {}, Buffer(begin, begin + n)});
  return n;
}

bool isLogFile(const std::string& path) { return path.ends_with(".log"); }

// Others go on writing meanwhile; what they write is not covered.
template <typename DoSync>
int syncWatched(int fd, uint32_t node, DoSync&& sync) {
  Watch& w = watch();
  std::unique_lock guard(w.lock);
  uint64_t begun = w.trace.ops.size();
  note({DiskOp::Kind::SYNC_BEGIN, node, 0, {}, {}});
  if (refused(Call::SYNC) != Refusal::NONE) {
    int why = errno;
    note({DiskOp::Kind::SYNC_FAILED, node, begun, {}, {}});
    errno = why;
    return -1;
  }
  if (unsigned waits = syncWaits.load(); waits > 0 && isLogFile(absoluteOf(fd, ""))) {
    uint64_t enough = w.writes + waits;
    w.written.wait_for(guard, SYNC_WAITS_AT_MOST, [&] { return w.writes >= enough; });
  }
  int result = sync();
  note({result == 0 ? DiskOp::Kind::SYNC_END : DiskOp::Kind::SYNC_FAILED, node, begun, {}, {}});
  return result;
}

template <typename Change>
int changeWatched(Change&& change, DiskOp op) {
  std::lock_guard guard(watch().lock);
  if (refused(Call::OTHER) != Refusal::NONE) return -1;
  int result = change();
  if (result == 0) note(std::move(op));
  return result;
}

bool isKnown(const std::string& path) {
  std::lock_guard guard(watch().lock);
  return watch().disk->find(path).has_value();
}

}  // namespace

void Recorder::start(const std::string& directory, std::optional<InjectedFault> fault) {
  Watch& w = watch();
  std::lock_guard guard(w.lock);
  w.root = directory + "/";
  w.trace = {readTree(directory), {}};
  w.disk.emplace(w.trace.before);
  w.nextNode = uint32_t(w.trace.before.size() + 1);
  w.nodeOf.fill(NO_NODE);
  w.fault = fault;
  w.changes = 0;
  w.fired = false;
  watching = true;
}

namespace {

bool isDiary(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  return name == "LOG" || name.starts_with("LOG.old");
}

}  // namespace

DiskTrace Recorder::stop() {
  Watch& w = watch();
  std::lock_guard guard(w.lock);
  watching = false;
  DiskTree real = readTree(w.root), told = w.disk->now();
  std::erase_if(real, [](auto& file) { return isDiary(file.first); });
  std::erase_if(told, [](auto& file) { return isDiary(file.first); });
  for (auto& [path, content] : real)
    KJ_REQUIRE(told.contains(path) && told.at(path) == content, "the recorder missed something", path);
  for (auto& [path, content] : told) KJ_REQUIRE(real.contains(path), "the recorder missed a removal", path);
  return std::move(w.trace);
}

void Recorder::mark(const std::string& text) {
  std::lock_guard guard(watch().lock);
  if (watching.load()) note({DiskOp::Kind::MARK, 0, 0, text, {}});
}

uint64_t Recorder::changes() { return watch().changes; }
bool Recorder::hasFired() { return watch().fired; }
void Recorder::skipOptions() { skipsOptions = true; }

void Recorder::slowSyncs(unsigned writes) { syncWaits = writes; }
void Recorder::fastClock(int64_t microseconds) { clockStep = microseconds; }

}  // namespace liggare::test

// --- the calls themselves ---------------------------------------------------------------------------------------

using namespace liggare::test;

extern "C" {

int open(const char* path, int flags, ...) {
  REAL(open);
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (isUnwantedDiary(path, flags)) return errno = ENOSPC, -1;
  auto below = relative(path);
  if (!below) return actual(path, flags, mode);
  return openWatched(*below, flags, [&] { return actual(path, flags, mode); });
}

int openat(int directory, const char* path, int flags, ...) {
  REAL(openat);
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  auto below = watching.load() ? relative(absoluteOf(directory, path).c_str()) : std::nullopt;
  if (!below) return actual(directory, path, flags, mode);
  return openWatched(*below, flags, [&] { return actual(directory, path, flags, mode); });
}

int close(int fd) {
  REAL(close);
  if (nodeOf(fd) == NO_NODE) return actual(fd);
  std::lock_guard guard(watch().lock);
  watch().nodeOf[size_t(fd)] = NO_NODE;
  return actual(fd);
}

ssize_t write(int fd, const void* bytes, size_t count) {
  REAL(write);
  if (nodeOf(fd) == NO_NODE) return actual(fd, bytes, count);
  return writeWatched(fd, bytes, count, std::nullopt, [&](size_t n) { return actual(fd, bytes, n); });
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
  REAL(pwrite);
  if (nodeOf(fd) == NO_NODE) return actual(fd, bytes, count, at);
  return writeWatched(fd, bytes, count, at, [&](size_t n) { return actual(fd, bytes, n, at); });
}

ssize_t writev(int fd, const iovec* pieces, int count) {
  REAL(writev);
  if (nodeOf(fd) == NO_NODE) return actual(fd, pieces, count);
  ssize_t all = 0;
  for (int i = 0; i < count; ++i) {
    ssize_t n = write(fd, pieces[i].iov_base, pieces[i].iov_len);
    if (n < 0) return all > 0 ? all : n;
    all += n;
    if (size_t(n) < pieces[i].iov_len) break;
  }
  return all;
}

ssize_t sendfile(int to, int from, off_t* at, size_t count) noexcept {
  REAL(sendfile);
  if (nodeOf(to) == NO_NODE) return actual(to, from, at, count);
  off_t begin = at ? *at : lseek(from, 0, SEEK_CUR);
  liggare::Buffer bytes(count);
  ssize_t n = pread(from, bytes.data(), count, begin);
  if (n <= 0) return n;
  n = write(to, bytes.data(), size_t(n));
  if (n > 0 && at) *at += n;
  if (n > 0 && !at) lseek(from, begin + n, SEEK_SET);
  return n;
}

int fsync(int fd) {
  REAL(fsync);
  int node = nodeOf(fd);
  return node == NO_NODE ? actual(fd) : syncWatched(fd, uint32_t(node), [&] { return actual(fd); });
}

int fdatasync(int fd) {
  REAL(fdatasync);
  int node = nodeOf(fd);
  return node == NO_NODE ? actual(fd) : syncWatched(fd, uint32_t(node), [&] { return actual(fd); });
}

int syncfs(int fd) noexcept {
  REAL(syncfs);
  bool here = nodeOf(fd) != NO_NODE;
  return here ? syncWatched(fd, DiskOp::EVERYTHING, [&] { return actual(fd); }) : actual(fd);
}

int ftruncate(int fd, off_t size) noexcept {
  REAL(ftruncate);
  int node = nodeOf(fd);
  if (node == NO_NODE) return actual(fd, size);
  return changeWatched([&] { return actual(fd, size); }, {DiskOp::Kind::CUT, uint32_t(node), uint64_t(size), {}, {}});
}

int truncate(const char* path, off_t size) noexcept {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = ftruncate(fd, size);
  int why = errno;
  close(fd);
  errno = why;
  return result;
}

// Room that is set aside changes no content; that it may be refused is what matters. It is not set aside in truth: in
// memory that would be 35 MB of zeros for each write-ahead log.
int fallocate(int fd, int mode, off_t at, off_t size) {
  REAL(fallocate);
  bool isRoom = (mode & FALLOC_FL_KEEP_SIZE) != 0;
  if (nodeOf(fd) == NO_NODE) return isRoom ? 0 : actual(fd, mode, at, size);
  std::lock_guard guard(watch().lock);
  if (refused(Call::OTHER) != Refusal::NONE) return -1;
  if (!isRoom) std::abort();  // would need a WRITE of zeros
  return 0;
}

int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  auto old = relative(from), fresh = relative(to);
  if (!old || !fresh || !isKnown(*old)) return actual(from, to);
  auto name = liggare::asBytes(*fresh);
  return changeWatched([&] { return actual(from, to); },
                       {DiskOp::Kind::RENAME, 0, 0, *old, liggare::Buffer(name.begin(), name.end())});
}

int link(const char* from, const char* to) noexcept {
  REAL(link);
  auto old = relative(from), fresh = relative(to);
  if (!old || !fresh || !isKnown(*old)) return actual(from, to);
  uint32_t node = *watch().disk->find(*old);
  return changeWatched([&] { return actual(from, to); }, {DiskOp::Kind::LINK, node, 0, *fresh, {}});
}

int unlink(const char* path) noexcept {
  REAL(unlink);
  auto below = relative(path);
  if (!below || !isKnown(*below)) return actual(path);
  return changeWatched([&] { return actual(path); }, {DiskOp::Kind::REMOVE, 0, 0, *below, {}});
}

int rmdir(const char* path) noexcept {
  REAL(rmdir);
  auto below = relative(path);
  if (!below || !isKnown(*below)) return actual(path);
  return changeWatched([&] { return actual(path); }, {DiskOp::Kind::REMOVE, 0, 0, *below, {}});
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  REAL(unlinkat);
  auto below = watching.load() ? relative(absoluteOf(directory, path).c_str()) : std::nullopt;
  if (!below || !isKnown(*below)) return actual(directory, path, flags);
  return changeWatched([&] { return actual(directory, path, flags); }, {DiskOp::Kind::REMOVE, 0, 0, *below, {}});
}

int remove(const char* path) noexcept {
  struct stat info;
  if (lstat(path, &info) != 0) return -1;
  return S_ISDIR(info.st_mode) ? rmdir(path) : unlink(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  auto below = relative(path);
  if (!below) return actual(path, mode);
  if (isKnown(*below)) return actual(path, mode);  // EEXIST, and not a change
  std::lock_guard guard(watch().lock);
  return changeWatched([&] { return actual(path, mode); },
                       {DiskOp::Kind::MAKE_DIR, watch().nextNode++, 0, *below, {}});
}

int clock_gettime(clockid_t which, timespec* out) noexcept {
  REAL(clock_gettime);
  int result = actual(which, out);
  int64_t step = clockStep.load();
  if (result != 0 || step == 0 || which != CLOCK_REALTIME) return result;
  int64_t ahead = clockAhead.fetch_add(step) + step;
  out->tv_sec += ahead / 1'000'000;
  return result;
}

}  // extern "C"
