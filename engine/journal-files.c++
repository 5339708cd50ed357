#include "engine/journal-files.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace liggare {

namespace {
constexpr std::string_view MAGIC = "liggare-journal ", CUT = "cut ", FORMER = "former ";
}

std::string formatJournalFile(const JournalFile& file) {
  std::ostringstream out;
  out << MAGIC << JOURNAL_FORMAT << '\n'
      << file.origin << '\n'
      << file.verifierKey << '\n'
      << (file.demo ? "demo" : "served") << '\n';
  if (file.cut) out << CUT << *file.cut << '\n';
  for (auto& former : file.former) out << FORMER << former.size << ' ' << former.origin << '\n';
  return out.str();
}

namespace {

// A line after the four that every journal has: where a copy was cut, or what the log was called earlier.
bool readMore(std::string_view line, JournalFile& file) {
  const bool isCut = line.starts_with(CUT);
  if (!isCut && !line.starts_with(FORMER)) return false;
  line.remove_prefix(isCut ? CUT.size() : FORMER.size());
  uint64_t size = 0;
  const char* end = line.data() + line.size();
  auto read = std::from_chars(line.data(), end, size);
  if (read.ec != std::errc()) return false;
  if (isCut) {
    const bool isFirst = !file.cut && file.former.empty();
    file.cut = size;
    return isFirst && read.ptr == end;
  }
  if (read.ptr == end || *read.ptr != ' ') return false;
  file.former.push_back({size, std::string(read.ptr + 1, end)});
  const bool isLater = file.former.size() == 1 || file.former[file.former.size() - 2].size < size;
  return isLater && !file.former.back().origin.empty();
}

}  // namespace

std::optional<JournalFile> readJournalFile(const std::string& directory, JournalFault& fault) {
  std::ifstream in(directory + "/LIGGARE", std::ios::binary);
  std::string magic, mode;
  JournalFile file;
  if (!in || !std::getline(in, magic) || !magic.starts_with(MAGIC)) {
    fault = {JournalFault::Kind::NOT_A_JOURNAL, directory + " är inte en liggarjournal"};
    return std::nullopt;
  }
  std::string version = magic.substr(MAGIC.size());
  if (version != std::to_string(JOURNAL_FORMAT)) {
    fault = {JournalFault::Kind::NEWER_FORMAT, directory + " har format " + version.substr(0, 16) +
                                                   "; det här programmet läser format " +
                                                   std::to_string(JOURNAL_FORMAT)};
    return std::nullopt;
  }
  std::getline(in, file.origin);
  std::getline(in, file.verifierKey);
  std::getline(in, mode);
  if (!in || file.origin.empty() || (mode != "demo" && mode != "served")) {
    fault = {JournalFault::Kind::DAMAGED, directory + "/LIGGARE är skadad"};
    return std::nullopt;
  }
  file.demo = mode == "demo";
  for (std::string line; std::getline(in, line);)
    if (!readMore(line, file)) {
      fault = {JournalFault::Kind::DAMAGED, directory + "/LIGGARE är skadad"};
      return std::nullopt;
    }
  return file;
}

namespace {
std::string beside(std::string path, const char* suffix) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path + suffix;
}
}  // namespace

std::string defaultKeyFile(const std::string& directory) { return beside(directory, ".keys"); }
std::string defaultVaultCopy(const std::string& directory) { return beside(directory, ".vault"); }

}  // namespace liggare
