#include "engine/vault/file-key-holder.h"

#include <kj/debug.h>
#include <unistd.h>

namespace liggare {
namespace {

std::optional<KeyFileFault> faultOf(KeyRing::ReadFault fault) {
  switch (fault) {
    case KeyRing::ReadFault::NONE: return std::nullopt;
    case KeyRing::ReadFault::NOT_A_KEY_FILE: return KeyFileFault::NOT_A_KEY_FILE;
    case KeyRing::ReadFault::UNKNOWN_VERSION: return KeyFileFault::UNKNOWN_VERSION;
    case KeyRing::ReadFault::DAMAGED: return KeyFileFault::DAMAGED;
  }
  KJ_UNREACHABLE;
}

}  // namespace

KeysInClear readKeysInClear(const std::string& path, const KeyFileExpectation& expected) {
  auto refuse = [&](KeyFileFault fault) { return KeysInClear{{}, keyFileError(fault, path)}; };
  if (keyFileLiesIn(path, expected.journalDirectory)) return refuse(KeyFileFault::INSIDE_JOURNAL);
  SecretBuffer bytes;
  if (auto fault = readKeyFile(path, bytes)) return refuse(*fault);
  if (asText(bytes).starts_with(SEALED_KEY_FILE)) return refuse(KeyFileFault::SEALED);
  (void)syncKeyFileName(path);
  auto read = KeyRing::read(bytes);
  if (auto fault = faultOf(read.fault)) return refuse(*fault);
  if (!expected.origin.empty() && read.ring.origin() != expected.origin) return refuse(KeyFileFault::OTHER_JOURNAL);
  if (expected.publicKey && *expected.publicKey != read.ring.publicKey()) return refuse(KeyFileFault::OTHER_JOURNAL);
  return {std::move(read), std::nullopt};
}

FileKeyHolder::FileKeyHolder(std::string file, KeyRing keys, uint64_t written, Random& source)
    : MemoryKeyHolder(std::move(keys), "file", source), path(std::move(file)), generation(written) {}

FileKeyHolder::Result FileKeyHolder::create(const std::string& path, const KeyFileExpectation& expected,
                                            Random& source) {
  if (auto fault = refusesNewKeys(path, expected)) return {nullptr, keyFileError(*fault, path)};
  KeyRing ring = KeyRing::draw(expected.origin, source);
  constexpr uint64_t FIRST = 1;
  if (auto fault = createKeyFile(path, ring.serialise(FIRST))) return {nullptr, keyFileError(*fault, path)};
  return {std::unique_ptr<FileKeyHolder>(new FileKeyHolder(path, std::move(ring), FIRST, source)), std::nullopt};
}

FileKeyHolder::Result FileKeyHolder::open(const std::string& path, const KeyFileExpectation& expected, Random& source) {
  auto keys = readKeysInClear(path, expected);
  if (keys.error) return {nullptr, std::move(keys.error)};
  auto& read = keys.found;
  return {std::unique_ptr<FileKeyHolder>(new FileKeyHolder(path, std::move(read.ring), read.generation, source)),
          std::nullopt};
}

void FileKeyHolder::keep(const KeyRing& next, Change what) {
  auto isOurs = [&](Bytes bytes) {
    const auto now = KeyRing::read(bytes);
    KJ_REQUIRE(now.fault == KeyRing::ReadFault::NONE, "the key file was damaged since it was opened");
    KJ_REQUIRE(now.generation == generation, "the key file was changed by someone else", now.generation, generation);
  };
  replaceKeyFile(path, isOurs, next.serialise(generation + 1),
                 what == Change::KEY_DESTROYED ? OldKeys::OVERWRITTEN : OldKeys::LEFT);
  ++generation;
}

void FileKeyHolder::discard() { ::unlink(path.c_str()); }

}  // namespace liggare
