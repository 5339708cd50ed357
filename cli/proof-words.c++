#include "cli/proof-words.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "cli/output.h"
#include "engine/log/text-lines.h"

namespace liggare::cli {

std::optional<ReceiptWords> parseReceipt(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto position = parseDecimal(text.substr(0, colon));
  auto leaf = fromHex(text.substr(colon + 1));
  if (!position || !leaf || leaf->size() != 32) return std::nullopt;
  ReceiptWords out{*position, {}};
  std::copy(leaf->begin(), leaf->end(), out.leaf.bytes.begin());
  return out;
}

std::optional<std::string> readSmallFile(const std::string& path, size_t bytesMax, ExitCode& code) {
  int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    sayError(path + " går inte att läsa");
    code = ExitCode::NOT_FOUND;
    return std::nullopt;
  }
  KJ_DEFER(::close(fd));
  std::string out(bytesMax + 1, '\0');
  size_t got = 0;
  while (got < out.size()) {
    ssize_t n = ::read(fd, out.data() + got, out.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      sayError(path + " går inte att läsa");
      code = ExitCode::FAILURE;
      return std::nullopt;
    }
    if (n == 0) break;
    got += size_t(n);
  }
  if (got > bytesMax) {
    sayError(path + " är större än vad som kan stå i en sådan fil");
    code = ExitCode::INTEGRITY;
    return std::nullopt;
  }
  out.resize(got);
  return out;
}

bool writeSmallFile(const std::string& path, std::string_view text) {
  std::string making = path + ".making";
  int fd = ::open(making.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(fd) == 0;
  int error = errno;
  if (fd >= 0) ::close(fd);
  if (written && std::rename(making.c_str(), path.c_str()) == 0) return true;
  sayError(path + " går inte att skriva: " + std::strerror(written ? errno : error));
  if (fd >= 0) ::unlink(making.c_str());
  return false;
}

}  // namespace liggare::cli
