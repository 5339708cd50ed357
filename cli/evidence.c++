#include "cli/evidence.h"

#include <charconv>
#include <filesystem>

#include <kj/exception.h>

#include "engine/log/checkpoint-shelf.h"
#include "engine/log/head-file.h"
#include "engine/log/opening.h"

namespace liggare::cli {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t EVIDENCE_BYTES_MAX = NOTE_BYTES_MAX;

std::optional<ReceiptShown> receiptIn(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  ReceiptShown out;
  auto read = std::from_chars(text.data(), text.data() + colon, out.position);
  auto hash = fromHex(text.substr(colon + 1));
  // A position of 2^64-1 has no size above it.
  bool fits = read.ec == std::errc() && read.ptr == text.data() + colon && out.position < UINT64_MAX;
  if (!fits || !hash || hash->size() != out.leaf.bytes.size()) return std::nullopt;
  std::copy(hash->begin(), hash->end(), out.leaf.bytes.begin());
  return out;
}

std::variant<OfferedEvidence, std::string> fromDirectory(const std::string& directory) {
  OfferedEvidence out;
  out.source = directory;
  auto kept = CheckpointShelf(checkpointsPath(directory)).newest().kept;
  if (kept) out.note = kept->note;
  out.head = HeadFile::read(headPath(directory)).newest;
  JournalFault ignored{};
  if (auto file = readJournalFile(directory, ignored)) out.headOrigin = file->origin;
  if (!out.note && !out.head) return directory + " har varken kontrollpunkt eller head som går att läsa";
  return out;
}

std::variant<OfferedEvidence, std::string> fromText(const std::string& source, std::string_view text) {
  OfferedEvidence out;
  out.source = source;
  auto note = parseNote(text);
  if (note && parseCheckpoint(note->text)) {
    out.note = std::string(text);
    return out;
  }
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    auto receipt = receiptIn(line);
    if (!receipt) return source + " är varken en kontrollpunkt eller rader POSITION:LÖVHASH";
    out.receipts.push_back(*receipt);
  }
  if (out.receipts.empty()) return source + " är tom";
  return out;
}

}  // namespace

std::variant<OfferedEvidence, std::string> readEvidence(const std::string& given) {
  std::error_code error;
  std::variant<OfferedEvidence, std::string> out;
  auto fault = kj::runCatchingExceptions([&] {
    if (fs::is_directory(given, error)) {
      out = fromDirectory(given);
    } else if (!fs::exists(given, error)) {
      auto receipt = receiptIn(given);
      out = receipt ? fromText("kvittot", given) : std::variant<OfferedEvidence, std::string>(given + " finns inte");
    } else if (!fs::is_regular_file(given, error) || fs::file_size(given, error) > EVIDENCE_BYTES_MAX) {
      out = given + " är för stor för att vara ett kvitto eller en kontrollpunkt";
    } else {
      out = fromText(given, asText(readWholeFile(given)));
    }
  });
  if (fault != nullptr) return given + " går inte att läsa";
  return out;
}

}  // namespace liggare::cli
