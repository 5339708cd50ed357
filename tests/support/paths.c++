#include "tests/support/paths.h"

#include <kj/debug.h>
#include <stdlib.h>

#include <filesystem>
#include <string_view>

namespace liggare::test {

std::string sourceDir() { return LIGGARE_SOURCE_DIR; }

std::string binaryDir() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }

bool updatesGoldens() {
  const char* update = ::getenv("LIGGARE_UPDATE");
  return update != nullptr && std::string_view(update) == "1";
}

TemporaryDirectory::TemporaryDirectory() {
  where = (std::filesystem::temp_directory_path() / "liggare-test-XXXXXX").string();
  KJ_ASSERT(::mkdtemp(where.data()) != nullptr, "cannot make a temporary directory");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a test that failed may have left it unreadable; the system clears its own
  std::filesystem::remove_all(where, ignored);
}

}  // namespace liggare::test
