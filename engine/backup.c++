#include "engine/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include <kj/debug.h>

#include "engine/base/random.h"
#include "engine/intake/json-tape.h"
#include "engine/intake/json.h"
#include "engine/log/head-file.h"

namespace liggare {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view SIGNATURE = ",\n\"signature\":\"";
constexpr size_t MANIFEST_BYTES_MAX = 64 << 20;  // a log of some hundred thousand tables

// What is signed can be neither a checkpoint nor a cosignature: its second line is no size.
std::string signedText(std::string_view manifest) {
  return "liggare backup " + std::to_string(BACKUP_FORMAT) + "\nsha256 " + toHex(sha256(asBytes(manifest))) + "\n";
}

bool isPlainName(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.size() > 255) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
           c == '_';
  });
}

std::string body(const BackupManifest& m) {
  std::string out = "{\"format\":" + std::to_string(BACKUP_FORMAT);
  out += ",\n\"origin\":" + intake::quoteJson(m.origin);
  out += ",\n\"size\":" + std::to_string(m.head.size) + ",\n\"root\":\"" + toHex(m.head.root) + "\"";
  out += ",\n\"checkpoint\":" + intake::quoteJson(m.checkpoint);
  out += ",\n\"vaultVersion\":" + std::to_string(m.vaultVersion);
  out += ",\n\"madeAt\":\"" + formatUtc(m.madeAt) + "\",\n\"lastRecordedAt\":\"" + formatUtc(m.lastRecordedAt) + "\"";
  out += ",\n\"files\":[";
  for (size_t i = 0; i < m.files.size(); ++i) {
    out += i ? ",\n " : "\n ";
    out += "{\"path\":" + intake::quoteJson(m.files[i].path) + ",\"bytes\":" + std::to_string(m.files[i].bytes) +
           ",\"sha256\":\"" + toHex(m.files[i].digest) + "\"}";
  }
  return out + "]";
}

// Walks the members of one object in the order they must have. The first thing that is not so is kept and ends it.
class Members {
 public:
  Members(const intake::JsonTape& tape, uint32_t object) : tape(tape) {
    const auto& node = tape.node(object);
    if (node.type != intake::JsonNode::Type::OBJECT) fail("inget JSON-objekt");
    at = object + 1;
    left = node.count;
  }

  std::string text(std::string_view name) {
    uint32_t i = take(name, intake::JsonNode::Type::STRING);
    if (!fine()) return {};
    std::string scratch;
    auto read = tape.string(i, scratch);
    if (!read) fail(std::string(name) + " går inte att läsa");
    return read ? std::string(*read) : std::string();
  }
  uint64_t number(std::string_view name) {
    uint32_t i = take(name, intake::JsonNode::Type::NUMBER);
    if (!fine()) return 0;
    auto digits = tape.slice(i);
    uint64_t value = 0;
    auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) fail(std::string(name) + " är inget tal");
    return value;
  }
  Hash digest(std::string_view name) {
    auto bytes = fromHex(text(name));
    Hash out;
    if (!bytes || bytes->size() != out.bytes.size()) {
      fail(std::string(name) + " är inget sammandrag");
      return out;
    }
    std::copy(bytes->begin(), bytes->end(), out.bytes.begin());
    return out;
  }
  Micros instant(std::string_view name) {
    auto stamp = parseStamp(text(name));
    if (!stamp) fail(std::string(name) + " är ingen tidpunkt");
    return stamp ? stamp->at : 0;
  }
  uint32_t list(std::string_view name) { return take(name, intake::JsonNode::Type::ARRAY); }
  void end() {
    if (left > 0) fail("det står mer än det ska");
  }
  bool fine() const { return why.empty(); }
  const std::string& fault() const { return why; }

 private:
  const intake::JsonTape& tape;
  uint32_t at = 0, left = 0;
  std::string why;

  void fail(std::string what) {
    if (why.empty()) why = std::move(what);
  }
  uint32_t take(std::string_view name, intake::JsonNode::Type type) {
    if (!fine()) return 0;
    if (left == 0 || tape.node(at).isEscaped || tape.slice(at) != name) {
      fail(std::string(name) + " saknas");
      return 0;
    }
    uint32_t value = at + 1;
    if (tape.node(value).type != type) fail(std::string(name) + " är av fel slag");
    at = tape.node(value).next;
    --left;
    return value;
  }
};

ManifestFault damaged(const std::string& why) { return {ManifestFault::Kind::DAMAGED, why}; }

// Files by path, each once: two of one name would be two truths about it.
std::string readFiles(const intake::JsonTape& tape, uint32_t list, std::vector<BackupFile>& into) {
  uint32_t at = list + 1;
  for (uint32_t i = 0; i < tape.node(list).count; ++i, at = tape.node(at).next) {
    Members members(tape, at);
    BackupFile file;
    file.path = members.text("path");
    file.bytes = members.number("bytes");
    file.digest = members.digest("sha256");
    members.end();
    if (!members.fine()) return "files: " + members.fault();
    if (!isBackupPath(file.path)) return "files: ett namn som inte hör till en säkerhetskopia";
    if (!into.empty() && !(into.back().path < file.path)) return "files: namnen står inte i ordning";
    into.push_back(std::move(file));
  }
  return {};
}

}  // namespace

uint64_t BackupManifest::bytes() const {
  uint64_t sum = 0;
  for (auto& file : files) sum += file.bytes;
  return sum;
}

bool isBackupPath(std::string_view path) {
  if (path == "LIGGARE" || path == "head") return true;
  for (std::string_view folder : {"log/", "vault/", "checkpoints/"})
    if (path.starts_with(folder)) return isPlainName(path.substr(folder.size()));
  return false;
}

std::string formatManifest(const BackupManifest& manifest, Signer& signer) {
  std::string text = body(manifest);
  auto signature = signer.sign(asBytes(signedText(text)));
  return text + std::string(SIGNATURE) + toBase64(signature) + "\"}\n";
}

std::variant<BackupManifest, ManifestFault> parseManifest(std::string_view text, const VerifierKey& signer) {
  if (text.size() > MANIFEST_BYTES_MAX) return damaged("större än något manifest");
  constexpr std::string_view BEGIN = "{\"format\":";
  if (text.starts_with(BEGIN) && !text.substr(BEGIN.size()).starts_with(std::to_string(BACKUP_FORMAT) + ","))
    return ManifestFault{ManifestFault::Kind::NEWER_FORMAT, "skrivet av en senare version av liggare"};
  size_t signedEnd = text.rfind(SIGNATURE);
  size_t end = signedEnd == text.npos ? text.npos : text.find('"', signedEnd + SIGNATURE.size());
  if (end == text.npos || text.substr(end) != "\"}\n") return damaged("underskriften saknas");
  size_t from = signedEnd + SIGNATURE.size();
  auto signature = fromBase64(text.substr(from, end - from));
  if (!signature || !verifyEd25519(signer.publicKey, asBytes(signedText(text.substr(0, signedEnd))), *signature))
    return damaged("underskriften stämmer inte med vad som står");

  intake::JsonTape tape;  // from here the bytes are what the log's key signed
  if (auto fault = tape.read(text)) return damaged(fault->what);
  Members members(tape, 0);
  BackupManifest out;
  members.number("format");
  out.origin = members.text("origin");
  out.head.size = members.number("size");
  out.head.root = members.digest("root");
  out.checkpoint = members.text("checkpoint");
  out.vaultVersion = members.number("vaultVersion");
  out.madeAt = members.instant("madeAt");
  out.lastRecordedAt = members.instant("lastRecordedAt");
  uint32_t files = members.list("files");
  std::string wrong = members.fine() ? readFiles(tape, files, out.files) : std::string();
  members.text("signature");
  members.end();
  if (!members.fine()) return damaged(members.fault());
  if (!wrong.empty()) return damaged(wrong);
  return out;
}

DurableFile::DurableFile(const std::string& file) : path(file) {
  KJ_SYSCALL(fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), path);
}

DurableFile::~DurableFile() { close(fd); }

void DurableFile::write(Bytes piece) {
  while (!piece.empty()) {
    ssize_t n;
    KJ_SYSCALL(n = ::write(fd, piece.data(), piece.size()), path);
    piece = piece.subspan(size_t(n));
  }
}

void DurableFile::sync() { KJ_SYSCALL(fsync(fd), path); }

void writeFileDurably(const std::string& path, std::string_view content) {
  DurableFile file(path);
  file.write(asBytes(content));
  file.sync();
}

void syncFile(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_CLOEXEC), path);
  KJ_DEFER(close(fd));
  KJ_SYSCALL(fsync(fd), path);
}

uint64_t freeBytesAt(const std::string& path) {
  std::error_code ignored;
  fs::path at = fs::absolute(path, ignored);
  while (!fs::exists(at, ignored) && at.has_parent_path() && at != at.parent_path()) at = at.parent_path();
  struct statvfs disk {};
  KJ_SYSCALL(statvfs(at.c_str(), &disk), at.c_str());
  return uint64_t(disk.f_bavail) * disk.f_frsize;
}

bool liesBelow(const std::string& path, const std::string& directory) {
  std::error_code ignored;
  fs::path file = fs::weakly_canonical(fs::absolute(path, ignored), ignored);
  fs::path folder = fs::weakly_canonical(fs::absolute(directory, ignored), ignored);
  fs::path inside = file.lexically_relative(folder);
  return !inside.empty() && *inside.begin() != "..";
}

std::string besideName(const std::string& path, std::string_view suffix) {
  return path + std::string(suffix) + toHex(Bytes(drawUuid7(systemClock().now(), systemRandom())).subspan(10));
}

void moveIntoPlace(const std::string& made, const std::string& path) {
  KJ_SYSCALL(rename(made.c_str(), path.c_str()), path);
  syncDirectoryOf(path);
}

FileReader::FileReader(const std::string& file) : path(file), piece(1 << 20) {
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), path);
  struct stat info;
  bool isFile = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  if (!isFile) close(fd);
  KJ_REQUIRE(isFile, "not a regular file", path);
}

FileReader::~FileReader() { close(fd); }

Bytes FileReader::next() {
  ssize_t n;
  KJ_SYSCALL(n = read(fd, piece.data(), piece.size()), path);
  return Bytes(piece).first(size_t(n));
}

}  // namespace liggare
