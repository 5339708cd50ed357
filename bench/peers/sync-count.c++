// Loaded before an engine's own libraries (LD_PRELOAD): counts every call that makes something durable, in a file that
// the race reads (LIGGARE_SYNC_COUNT, eight bytes). One way of counting for every engine, servers that fork included;
// it costs an addition beside a system call that waits for a disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Counter = std::atomic<uint64_t>;

Counter* counter() {
  static Counter* const SHARED = [] {
    const char* path = std::getenv("LIGGARE_SYNC_COUNT");
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void* memory = fd < 0 ? MAP_FAILED : mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<Counter*>(memory);
  }();
  return SHARED;
}

void count() {
  if (Counter* counted = counter()) counted->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {

int fsync(int fd) {
  static const auto CALL = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fsync"));
  count();
  return CALL(fd);
}

int fdatasync(int fd) {
  static const auto CALL = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fdatasync"));
  count();
  return CALL(fd);
}

int msync(void* address, size_t length, int flags) {
  static const auto CALL = reinterpret_cast<int (*)(void*, size_t, int)>(dlsym(RTLD_NEXT, "msync"));
  count();
  return CALL(address, length, flags);
}

}  // extern "C"
