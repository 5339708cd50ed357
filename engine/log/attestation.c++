#include "engine/log/attestation.h"

#include <kj/debug.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>

#include "engine/log/head-file.h"
#include "engine/log/small-file.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view SUFFIX = ".note";
constexpr size_t DIGITS = 20;

bool isBySame(const NoteSignature& a, const NoteSignature& b) { return a.name == b.name && a.keyId == b.keyId; }

}  // namespace

std::string attestationText(const AttestedClosing& closing) {
  return "liggare-closing/v1\norigin " + closing.origin + "\nclosing " + std::to_string(closing.position) + " " +
         toBase64(closing.leaf) + "\ncounts " + std::to_string(closing.fact.coveredSize) + " " +
         toBase64(closing.fact.root) + "\n";
}

PolicyVerdict judgeAttestation(const Policy& auditors, std::string_view bytes, const AttestedClosing& closing) {
  PolicyVerdict out;
  auto note = parseNote(bytes);
  if (bytes.empty()) note = Note{attestationText(closing), {}};  // nobody signed: that may be enough for a policy
  if (!note || note->text != attestationText(closing))
    out.flaw = PolicyVerdict::Flaw::UNREADABLE;
  else
    judgeCosignatures(auditors, *note, out);
  return out;
}

AttestationShelf::AttestationShelf(const std::string& journalDirectory)
    : directory(journalDirectory + "/attestations") {}

std::string AttestationShelf::fileOf(Position closing) const {
  std::string digits = std::to_string(closing);
  return directory + "/" + std::string(DIGITS - digits.size(), '0') + digits + std::string(SUFFIX);
}

std::string AttestationShelf::of(Position closing) const {
  return readFileUpTo(fileOf(closing), NOTE_BYTES_MAX).value_or("");
}

std::vector<Position> AttestationShelf::closings() const {
  std::vector<Position> out;
  std::error_code error;
  for (auto& entry : fs::directory_iterator(directory, error)) {
    std::string name = entry.path().filename().string();
    Position position = 0;
    auto [end, wrong] = std::from_chars(name.data(), name.data() + std::min(name.size(), DIGITS), position);
    if (wrong == std::errc() && name == fs::path(fileOf(position)).filename().string()) out.push_back(position);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void AttestationShelf::add(const AttestedClosing& closing, const std::vector<NoteSignature>& signatures) {
  Note note{attestationText(closing), {}};
  if (std::string kept = of(closing.position); !kept.empty()) {
    auto read = parseNote(kept);
    KJ_REQUIRE(read.has_value() && read->text == note.text, "no attestation of this closing",
               closing.position);
    note = *read;
  }
  for (const NoteSignature& added : signatures) {
    std::erase_if(note.signatures, [&](const NoteSignature& s) { return isBySame(s, added); });
    note.signatures.push_back(added);
  }
  KJ_REQUIRE(note.signatures.size() <= NOTE_SIGNATURES_MAX, "more signatures than a note holds");
  if (::mkdir(directory.c_str(), 0750) == 0) syncDirectoryOf(directory);
  replaceFile(fileOf(closing.position), formatNote(note));
}

}  // namespace liggare
