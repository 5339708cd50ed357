#include "engine/log/small-file.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include <filesystem>

#include "engine/log/head-file.h"

namespace liggare {

void replaceFile(const std::string& path, std::string_view text) {
  std::string making = path + std::string(FILE_MAKING);
  {
    int fd;
    KJ_SYSCALL(fd = ::open(making.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640), making);
    KJ_DEFER(::close(fd));
    for (std::string_view rest = text; !rest.empty();) {
      ssize_t n;
      KJ_SYSCALL(n = ::write(fd, rest.data(), rest.size()), making);
      rest.remove_prefix(size_t(n));
    }
    KJ_SYSCALL(::fsync(fd), making);
  }
  KJ_SYSCALL(::rename(making.c_str(), path.c_str()), path);
  syncDirectoryOf(path);
}

std::optional<std::string> readFileUpTo(const std::string& path, uintmax_t bytesMax) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  if (std::filesystem::file_size(path, error) > bytesMax || error) return std::nullopt;
  return std::string(asText(readWholeFile(path)));
}

}  // namespace liggare
