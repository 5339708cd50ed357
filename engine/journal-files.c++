#include "engine/journal-files.h"

#include <fstream>
#include <sstream>

namespace liggare {

namespace {
constexpr std::string_view MAGIC = "liggare-journal ";
}

std::string formatJournalFile(const JournalFile& file) {
  std::ostringstream out;
  out << MAGIC << JOURNAL_FORMAT << '\n'
      << file.origin << '\n'
      << file.verifierKey << '\n'
      << (file.demo ? "demo" : "served") << '\n';
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
  return file;
}

std::string defaultKeyFile(const std::string& directory) {
  std::string path = directory;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path + ".keys";
}

}  // namespace liggare
