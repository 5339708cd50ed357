#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <kj/debug.h>

#include "engine/kv/store.h"

namespace liggare {
namespace {

constexpr char IN_USE[] = "in use by another process";

}  // namespace

DirLock::DirLock(const std::string& directory, LockKind kind) {
  std::string path = directory + "/lock";
  // A reader of a directory it may not write to still gets the lock file opened, if the writer made one.
  KJ_SYSCALL(fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640), path);
  int how = (kind == LockKind::SHARED ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (flock(fd, how) == 0) return;
  int error = errno;
  close(fd);
  if (error == EWOULDBLOCK) {
    kj::throwFatalException(kj::Exception(kj::Exception::Type::OVERLOADED, __FILE__, __LINE__,
                                          kj::str("the directory is ", IN_USE, ": ", directory.c_str())));
  }
  KJ_FAIL_SYSCALL("flock", error, path);
}

DirLock::~DirLock() { close(fd); }  // the file stays: removing it would let two processes lock two files

bool isInUse(const kj::Exception& fault) {
  return fault.getType() == kj::Exception::Type::OVERLOADED &&
         std::string_view(fault.getDescription().cStr()).find(IN_USE) != std::string_view::npos;
}

}  // namespace liggare
