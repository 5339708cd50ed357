#include "engine/log/checkpoint-shelf.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include <kj/debug.h>

#include "engine/log/head-file.h"

namespace liggare {
namespace {

constexpr uint64_t FILE_BYTES_MAX = 1 << 20;
constexpr std::string_view SUFFIX = ".notes";
constexpr size_t DIGITS = 20;  // of a file's name

// The largest size that was kept when the file was begun, by its name; 0 when the name says nothing.
uint64_t begunAt(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  uint64_t out = 0;
  std::from_chars(name.data(), name.data() + std::min(name.size(), DIGITS), out);
  return out;
}

struct Frames {
  std::vector<CheckpointShelf::Kept> kept;
  uint64_t bytes = 0;
  bool cutShort = false;  // the file ends in something that is not a whole frame
};

// How many bytes the frame at the beginning announces and where its note begins; nothing when it is not a frame.
struct FrameHead {
  size_t noteAt = 0;
  size_t length = 0;
};
std::optional<FrameHead> frameHead(std::string_view text) {
  size_t end = text.find('\n');
  if (end == std::string_view::npos || end == 0 || end > 7 || text[0] == '0') return std::nullopt;
  size_t length = 0;
  auto [stop, error] = std::from_chars(text.data(), text.data() + end, length);
  if (error != std::errc() || stop != text.data() + end || length > NOTE_BYTES_MAX) return std::nullopt;
  return FrameHead{end + 1, length};
}

Frames framesOf(const std::string& file) {
  Buffer bytes = readWholeFile(file);
  std::string_view rest = asText(bytes);
  Frames out{{}, bytes.size(), false};
  while (!rest.empty()) {
    auto head = frameHead(rest);
    if (!head || rest.size() < head->noteAt + head->length) {
      out.cutShort = true;
      return out;
    }
    CheckpointShelf::Kept kept{file, std::string(rest.substr(head->noteAt, head->length)), std::nullopt};
    if (auto note = parseNote(kept.note)) kept.checkpoint = parseCheckpoint(note->text);
    out.kept.push_back(std::move(kept));
    rest.remove_prefix(head->noteAt + head->length);
  }
  return out;
}

}  // namespace

CheckpointShelf::CheckpointShelf(std::string directory) : directory(std::move(directory)) {}

CheckpointShelf::~CheckpointShelf() {
  if (fd >= 0) close(fd);
}

std::vector<std::string> CheckpointShelf::files() const {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    std::string path = entry.path().string();
    if (path.ends_with(SUFFIX)) out.push_back(path);
  }
  // "…019-1.notes" was begun after "…019.notes".
  auto place = [](const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    return std::pair(name.substr(0, DIGITS), std::pair(name.size(), name));
  };
  std::sort(out.begin(), out.end(), [&](auto& a, auto& b) { return place(a) < place(b); });
  return out;
}

// Goes on in the last file, if it ends in a whole frame. Otherwise the next one begins: nothing here is ever cut away.
void CheckpointShelf::openLast() {
  auto all = files();
  if (all.empty()) return;
  Frames frames = framesOf(all.back());
  if (frames.cutShort) return;
  KJ_SYSCALL(fd = open(all.back().c_str(), O_WRONLY | O_CLOEXEC), all.back());
  syncDirectoryOf(all.back());  // whoever made it may have ended before its name was durable
  written = frames.bytes;
}

void CheckpointShelf::begin(uint64_t size) {
  if (fd >= 0) close(fd);
  fd = -1;
  std::filesystem::create_directories(directory);
  syncDirectoryOf(directory);
  std::string digits = std::to_string(size);
  std::string stem = directory + "/" + std::string(DIGITS - digits.size(), '0') + digits,
              path = stem + std::string(SUFFIX);
  for (int i = 1; fileExists(path); ++i) path = stem + "-" + std::to_string(i) + std::string(SUFFIX);
  KJ_SYSCALL(fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), path);
  syncDirectoryOf(path);
  written = 0;
}

namespace {

void writeDurably(int fd, std::string_view bytes, uint64_t at) {
  ssize_t n;
  KJ_SYSCALL(n = pwrite(fd, bytes.data(), bytes.size(), off_t(at)));
  KJ_REQUIRE(size_t(n) == bytes.size(), "a short write of a checkpoint");
  KJ_SYSCALL(fdatasync(fd));
}

}  // namespace

// The note is durable before the length that makes it a frame: a power cut leaves a whole frame or none, and one whose
// note cannot be read is damage and nothing else.
void CheckpointShelf::add(const std::string& note) {
  auto parsed = parseNote(note);
  KJ_REQUIRE(parsed.has_value(), "not a signed note");
  auto checkpoint = parseCheckpoint(parsed->text);
  KJ_REQUIRE(checkpoint.has_value(), "not a checkpoint");
  KJ_REQUIRE(!broken, "a checkpoint could not be kept before; open the journal again");
  KJ_ON_SCOPE_FAILURE(broken = true);  // after a failed sync nobody knows what the disk holds
  if (fd < 0) openLast();
  if (fd < 0 || written > FILE_BYTES_MAX) {
    auto largest = newest().kept;
    begin(std::max(checkpoint->head.size, largest ? largest->checkpoint->head.size : 0));
  }
  std::string length = std::to_string(note.size()) + "\n";
  writeDurably(fd, note, written + length.size());
  writeDurably(fd, length, written);
  written += length.size() + note.size();
}

void CheckpointShelf::harden(const Kept& kept) {
  KJ_REQUIRE(!broken, "a checkpoint could not be kept before; open the journal again");
  KJ_ON_SCOPE_FAILURE(broken = true);
  int file;
  KJ_SYSCALL(file = open(kept.file.c_str(), O_RDONLY | O_CLOEXEC), kept.file);
  KJ_DEFER(close(file));
  KJ_SYSCALL(fsync(file), kept.file);
  syncDirectoryOf(kept.file);
}

void CheckpointShelf::each(const std::function<void(const Kept&)>& visit) const {
  for (const std::string& file : files()) {
    for (const Kept& kept : framesOf(file).kept) visit(kept);
  }
}

void CheckpointShelf::eachBackwards(const std::function<bool(const Kept&)>& visit) const {
  auto all = files();
  for (auto file = all.rbegin(); file != all.rend(); ++file) {
    auto kept = framesOf(*file).kept;
    for (auto each = kept.rbegin(); each != kept.rend(); ++each)
      if (!visit(*each)) return;
  }
}

// A file's name says what was the largest when it was begun: one that holds only late, smaller ones sends on to the
// file before it.
CheckpointShelf::Newest CheckpointShelf::newest() const {
  auto all = files();
  Newest out;
  auto sizeOf = [](const std::optional<Kept>& kept) { return kept->checkpoint->head.size; };
  for (auto file = all.rbegin(); file != all.rend(); ++file) {
    std::optional<Kept> best;
    for (Kept& kept : framesOf(*file).kept) {
      if (!kept.checkpoint)
        out.damaged = true;
      else if (!best || kept.checkpoint->head.size >= sizeOf(best))
        best = std::move(kept);
    }
    if (best && (!out.kept || sizeOf(best) > sizeOf(out.kept))) out.kept = std::move(best);
    if (out.kept && sizeOf(out.kept) >= begunAt(*file)) break;
  }
  return out;
}

void CheckpointShelf::copyUpTo(uint64_t size, const std::string& to) const {
  KJ_REQUIRE(std::filesystem::create_directory(to), "something is in the way", to);
  for (const std::string& file : files()) {
    std::string out;
    for (const Kept& kept : framesOf(file).kept) {
      // One that cannot be read is kept as it is: verify tells of it, in the copy as in the original.
      if (!kept.checkpoint || kept.checkpoint->head.size <= size)
        out += std::to_string(kept.note.size()) + "\n" + kept.note;
    }
    if (out.empty()) continue;
    std::string path = to + file.substr(file.rfind('/'));
    int made;
    KJ_SYSCALL(made = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), path);
    KJ_DEFER(close(made));
    for (std::string_view rest = out; !rest.empty();) {
      ssize_t n;
      KJ_SYSCALL(n = write(made, rest.data(), rest.size()), path);
      rest.remove_prefix(size_t(n));
    }
    KJ_SYSCALL(fsync(made), path);
  }
  syncDirectoryOf(to + "/");
}

}  // namespace liggare
