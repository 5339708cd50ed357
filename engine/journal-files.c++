#include "engine/journal-files.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace liggare {

namespace {
constexpr std::string_view MAGIC = "liggare-journal ", CUT = "cut ";
}

std::string formatJournalFile(const JournalFile& file) {
  std::ostringstream out;
  out << MAGIC << JOURNAL_FORMAT << '\n'
      << file.origin << '\n'
      << file.verifierKey << '\n'
      << (file.demo ? "demo" : "served") << '\n';
  if (file.cut) out << CUT << *file.cut << '\n';
  return out.str();
}

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
  if (std::string line; std::getline(in, line)) {
    Position size = 0;
    const char* end = line.data() + line.size();
    bool isCut = line.starts_with(CUT);
    if (isCut) {
      auto read = std::from_chars(line.data() + CUT.size(), end, size);
      isCut = read.ec == std::errc() && read.ptr == end;
    }
    if (!isCut) {
      fault = {JournalFault::Kind::DAMAGED, directory + "/LIGGARE är skadad"};
      return std::nullopt;
    }
    file.cut = size;
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
