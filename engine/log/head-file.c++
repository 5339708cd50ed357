#include "engine/log/head-file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kj/debug.h>

namespace liggare {
namespace {

constexpr std::string_view MAGIC = "LGHEAD0\n";
constexpr size_t SLOT_BYTES = 64, SLOT_DISTANCE = 4096, NOTED = 2 * SLOT_DISTANCE, FILE_BYTES = 3 * SLOT_DISTANCE;

struct Slot {
  uint64_t sequence = 0;
  Head head;
};

Buffer encode(const Slot& slot) {
  Buffer out;
  append(out, asBytes(MAGIC));
  appendBe64(out, slot.sequence);
  appendBe64(out, slot.head.size);
  append(out, slot.head.root);
  Hash check = sha256(out);
  append(out, Bytes(check).first(8));
  KJ_ASSERT(out.size() == SLOT_BYTES);
  return out;
}

std::optional<Slot> decode(Bytes bytes) {
  Slot out;
  out.sequence = getBe64(&bytes[8]);
  out.head.size = getBe64(&bytes[16]);
  std::copy_n(&bytes[24], 32, out.head.root.bytes.begin());
  Buffer again = encode(out);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) return std::nullopt;
  return out;
}

void writeAt(int fd, Bytes bytes, size_t at) {
  ssize_t n;
  KJ_SYSCALL(n = pwrite(fd, bytes.data(), bytes.size(), off_t(at)));
  KJ_REQUIRE(size_t(n) == bytes.size(), "a short write of the head file");
}

struct Slots {
  unsigned damaged = 0;
  std::optional<Slot> written;   // of the two that are synced, the later
  std::optional<Head> farthest;  // of all three
};

Slots slotsOf(Bytes file) {
  Slots out;
  for (size_t at : {size_t(0), SLOT_DISTANCE, NOTED}) {
    std::optional<Slot> slot;
    if (file.size() >= at + SLOT_BYTES) slot = decode(file.subspan(at, SLOT_BYTES));
    if (!slot) {
      ++out.damaged;
      continue;
    }
    const bool isSynced = at != NOTED;
    if (isSynced && (!out.written || slot->sequence > out.written->sequence)) out.written = slot;
    if (!out.farthest || slot->head.size > out.farthest->size) out.farthest = slot->head;
  }
  return out;
}

}  // namespace

void HeadFile::create(const std::string& path, const Head& head) {
  Buffer file(FILE_BYTES);
  for (uint64_t i : {0, 1, 2}) {
    Buffer slot = encode({i + 1, head});
    std::copy(slot.begin(), slot.end(), file.begin() + ptrdiff_t(i * SLOT_DISTANCE));
  }
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640), path);
  KJ_DEFER(close(fd));
  writeAt(fd, file, 0);
  KJ_SYSCALL(fsync(fd), path);
  syncDirectoryOf(path);
}

HeadFile::Reading HeadFile::read(const std::string& path) {
  if (!fileExists(path)) return {true, 0, std::nullopt};
  Slots slots = slotsOf(readWholeFile(path));
  if (slots.damaged > 0) slots = slotsOf(readWholeFile(path));  // it may just have been written
  return {false, slots.damaged, slots.farthest};
}

HeadFile::HeadFile(const std::string& path) {
  Slots slots = slotsOf(readWholeFile(path));
  KJ_REQUIRE(slots.farthest.has_value(), "no slot of the head file is whole", path);
  if (slots.written) sequence = slots.written->sequence;
  head = *slots.farthest;
  KJ_SYSCALL(fd = open(path.c_str(), O_WRONLY | O_CLOEXEC), path);
}

HeadFile::~HeadFile() { close(fd); }

void HeadFile::write(const Head& next) {
  KJ_REQUIRE(next.size >= head.size, "heads never go back", next.size, head.size);
  // Slot 0 holds odd sequences, slot 1 even ones: the older of the two is overwritten.
  uint64_t following = sequence + 1;
  writeAt(fd, encode({following, next}), following % 2 == 1 ? 0 : SLOT_DISTANCE);
  KJ_SYSCALL(fdatasync(fd));
  sequence = following;
  head = next;
}

void HeadFile::note(const Head& next) {
  KJ_REQUIRE(next.size >= head.size, "heads never go back", next.size, head.size);
  writeAt(fd, encode({sequence, next}), NOTED);
}

Buffer readWholeFile(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_CLOEXEC), path);
  KJ_DEFER(close(fd));
  struct stat info;
  KJ_SYSCALL(fstat(fd, &info), path);
  Buffer out(size_t(info.st_size));
  size_t got = 0;
  while (got < out.size()) {
    ssize_t n;
    KJ_SYSCALL(n = ::read(fd, out.data() + got, out.size() - got), path);
    if (n == 0) break;
    got += size_t(n);
  }
  out.resize(got);
  return out;
}

bool fileExists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

void syncDirectoryOf(const std::string& path) {
  size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  int fd;
  KJ_SYSCALL(fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), directory);
  KJ_DEFER(close(fd));
  KJ_SYSCALL(fsync(fd), directory);
}

}  // namespace liggare
