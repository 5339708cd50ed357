// Files that are read and replaced whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace liggare {

// The old bytes or the new ones, whatever happens; the new ones when it returns. A crash may leave `path`.making.
//   Throws   FAILED what the system says
void replaceFile(const std::string& path, std::string_view text);
constexpr std::string_view FILE_MAKING = ".making";

// Nothing when it is not there, no file, or larger.
std::optional<std::string> readFileUpTo(const std::string& path, uintmax_t bytesMax);

}  // namespace liggare
