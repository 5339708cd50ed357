#include "engine/restore.h"

#include <kj/debug.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "engine/base/random.h"
#include "engine/journal-files.h"
#include "engine/kv/store.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/vault/key-place.h"
#include "engine/vault/line-sealer.h"
#include "engine/vault/vault.h"

namespace liggare {

namespace fs = std::filesystem;
using Kind = RestoreFault::Kind;
using Fault = std::optional<RestoreFault>;

namespace {

constexpr uint64_t ROOM_LEFT_BYTES = 64ull << 20;  // what JournalOptions keeps free

std::string inRange(uint64_t from, uint64_t to) {
  return to - from == 1 ? "position " + std::to_string(from)
                        : "positionerna " + std::to_string(from) + "–" + std::to_string(to - 1);
}

// One restore, from the manifest to the name. Every step answers with a fault or goes on.
class Restoring {
 public:
  Restoring(const RestoreOptions& options, const BackupProgress& reading, const VerifyProgress& verifying)
      : options(options), reading(reading), verifying(verifying) {}
  ~Restoring() {
    std::error_code ignored;
    log.reset();
    if (!making.empty()) fs::remove_all(making, ignored);
  }
  Restoring(const Restoring&) = delete;
  Restoring& operator=(const Restoring&) = delete;

  std::variant<Restored, RestoreFault> run() {
    for (auto step : {&Restoring::readManifest, &Restoring::findPlace, &Restoring::copyFiles, &Restoring::joinVault,
                      &Restoring::openKeys, &Restoring::verifyAll, &Restoring::weighEvidence, &Restoring::cutLog,
                      &Restoring::rememberDestroyed})
      if (auto fault = (this->*step)()) return std::move(*fault);
    finish();
    return std::move(out);
  }

 private:
  const RestoreOptions& options;
  const BackupProgress& reading;
  const VerifyProgress& verifying;
  Restored out;
  JournalFile file;
  VerifierKey key;
  std::string making;  // empty once it lies in its place
  std::unique_ptr<KeyHolder> keys;
  std::unique_ptr<LineSealer> lines;
  std::unique_ptr<Log> log;

  static RestoreFault damaged(const std::string& what) { return {Kind::DAMAGED, "säkerhetskopian är skadad: " + what}; }
  LogPlace place() const { return {making, file.origin, {key}}; }

  Fault readManifest();
  Fault findPlace();
  Fault copyFiles();
  Fault copyFile(const BackupFile& file, uint64_t& done);
  Fault foreignFile() const;
  Fault joinVault();
  Fault keysAreHeld(Store& vault);
  Fault rememberDestroyed();
  Fault openKeys();
  Fault verifyAll();
  Fault verifyLogAndVault();
  Fault weighEvidence();
  Fault cutLog();
  void cutTo(uint64_t size);
  uint64_t sizeAsked(const CutAt& cut);
  void finish();
};

Fault Restoring::readManifest() {
  if (!fileExists(manifestPath(options.backup)))
    return RestoreFault{Kind::NOT_A_BACKUP, options.backup + " är ingen säkerhetskopia: BACKUP.json saknas"};
  JournalFault why{};
  auto known = readJournalFile(options.backup, why);
  if (!known && why.kind == JournalFault::Kind::NEWER_FORMAT) return RestoreFault{Kind::NEWER_FORMAT, why.why};
  auto verifier = known ? parseVerifierKey(known->verifierKey) : std::nullopt;
  if (!verifier) return damaged("LIGGARE saknas eller går inte att läsa");
  file = std::move(*known);
  key = std::move(*verifier);
  std::string text;
  auto fault = kj::runCatchingExceptions([&] {
    FileReader reader(manifestPath(options.backup));
    constexpr size_t ENOUGH = 65 << 20;
    for (Bytes piece; text.size() < ENOUGH && !(piece = reader.next()).empty();) text += asText(piece);
  });
  if (fault != nullptr) return damaged("BACKUP.json går inte att läsa");
  auto parsed = parseManifest(text, key);
  if (auto* bad = std::get_if<ManifestFault>(&parsed)) {
    if (bad->kind == ManifestFault::Kind::NEWER_FORMAT)
      return RestoreFault{Kind::NEWER_FORMAT, "BACKUP.json är " + bad->why};
    return damaged("BACKUP.json: " + bad->why);
  }
  out.manifest = std::move(std::get<BackupManifest>(parsed));
  if (out.manifest.origin != file.origin) return damaged("BACKUP.json och LIGGARE hör till olika journaler");
  auto checkpoint = openCheckpoint(out.manifest.checkpoint, file.origin, std::array{key});
  if (!checkpoint || checkpoint->head != out.manifest.head)
    return damaged("BACKUP.json: kontrollpunkten är inte undertecknad för den storlek och rot som står där");
  return std::nullopt;
}

Fault Restoring::findPlace() {
  std::error_code ignored;
  bool isThere = fs::exists(fs::symlink_status(options.directory, ignored));
  if (isThere && !(fs::is_directory(options.directory, ignored) && fs::is_empty(options.directory, ignored)))
    return RestoreFault{Kind::EXISTS, options.directory + " finns redan; en journal skrivs aldrig över"};
  if (liesBelow(options.directory, options.backup))
    return RestoreFault{Kind::EXISTS, options.directory + " ligger i säkerhetskopian"};
  uint64_t wanted = out.manifest.bytes() + ROOM_LEFT_BYTES, room = freeBytesAt(options.directory);
  if (room < wanted || wanted < ROOM_LEFT_BYTES)
    return RestoreFault{Kind::NO_ROOM, "säkerhetskopian får inte plats: " + std::to_string(wanted >> 20) +
                                           " MiB behövs och " + std::to_string(room >> 20) + " MiB är lediga"};
  return std::nullopt;
}

// Every byte is read once: digested on its way to where it will lie.
Fault Restoring::copyFiles() {
  if (auto foreign = foreignFile()) return foreign;
  making = besideName(options.directory, ".restoring-");
  for (auto* folder : {"", "/log", "/vault", "/checkpoints"})
    KJ_SYSCALL(mkdir((making + folder).c_str(), folder[0] == '\0' ? 0700 : 0755), making);
  uint64_t done = 0;
  for (auto& each : out.manifest.files)
    if (auto fault = copyFile(each, done)) return fault;
  return std::nullopt;
}

Fault Restoring::copyFile(const BackupFile& each, uint64_t& done) {
  std::string from = options.backup + "/" + each.path, to = making + "/" + each.path;
  if (!fileExists(from)) return damaged(each.path + " saknas");
  Sha256 hash;
  uint64_t bytes = 0;
  DurableFile target(to);
  std::optional<FileReader> reader;
  Bytes piece;
  auto next = [&] {
    auto fault = kj::runCatchingExceptions([&] {
      if (!reader) reader.emplace(from);
      piece = reader->next();
    });
    return fault == nullptr;
  };
  for (;;) {
    if (!next()) return damaged(each.path + " går inte att läsa");
    if (piece.empty() || bytes > each.bytes) break;  // a file that never ends is not read to its end
    hash.add(piece);
    bytes += piece.size();
    target.write(piece);
    if (reading) reading(done += piece.size(), out.manifest.bytes());
  }
  if (bytes != each.bytes)
    return damaged(each.path + " är " + (bytes < each.bytes ? "kortare" : "längre") + " än manifestet säger");
  if (hash.finish() != each.digest) return damaged(each.path + " har andra byte än manifestet säger");
  target.sync();
  return std::nullopt;
}

// A file that the manifest does not know was put there by somebody: nobody can say what it means. A reader's lock is
// left by `liggare verify` of the backup itself.
Fault Restoring::foreignFile() const {
  std::set<std::string, std::less<>> known{"BACKUP.json", "lock"};
  for (auto& each : out.manifest.files) known.insert(each.path);
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(options.backup, error); at != fs::recursive_directory_iterator();
       at.increment(error)) {
    if (error) break;
    std::string path = at->path().lexically_relative(options.backup);
    bool isFolder = at->is_directory() && !at->is_symlink();
    if (!isFolder && !known.contains(path)) return damaged(path + " hör inte till den");
  }
  if (error) return damaged("katalogen går inte att läsa");
  return std::nullopt;
}

Fault Restoring::openKeys() {
  std::string path = options.keyFile.empty() ? defaultKeyFile(options.directory) : options.keyFile;
  PublicKey publicKey;
  if (key.publicKey.size() != publicKey.size()) return damaged("LIGGARE: verifieringsnyckeln är av fel slag");
  std::copy(key.publicKey.begin(), key.publicKey.end(), publicKey.begin());
  auto result = openKeyHolder({path, options.token}, {options.directory, file.origin, publicKey}, systemRandom());
  if (result.error) {
    const bool isNamed = !options.keyFile.empty() || !options.token.empty();
    if (result.error->kind != KeyPlaceError::Kind::MISSING || isNamed)
      return RestoreFault{Kind::NO_KEY_HOLDER, result.error->line};
    out.withoutKeys = result.error->line;
    lines = std::make_unique<ClearLines>();
    return std::nullopt;
  }
  keys = std::move(result.holder);
  lines = std::make_unique<HolderLineSealer>(*keys, systemRandom());
  return std::nullopt;
}

Fault Restoring::verifyAll() {
  Fault found;
  auto fault = kj::runCatchingExceptions([&] { found = verifyLogAndVault(); });
  KJ_IF_MAYBE (e, fault) return damaged(e->getDescription().cStr());
  return found;
}

// The digests say what the disk did; this says what somebody did who had the key to sign a manifest, or made a backup
// of a journal that was damaged already.
Fault Restoring::verifyLogAndVault() {
  auto answer = openLog(place(), *lines, Access::READ);
  if (auto* refused = std::get_if<OpenRefused>(&answer))
    return damaged("position " + std::to_string(refused->finding.position) + ": " + refused->finding.what);
  log = std::move(std::get<OpenedLog>(answer).log);
  out.head = log->durable();
  if (out.head != out.manifest.head) return damaged("loggen har en annan storlek eller rot än manifestet säger");
  auto genesis = log->fields(0);
  auto* fact = std::get_if<GenesisFact>(&genesis.engine);
  if (!fact || fact->origin != file.origin || fact->verifierKey != file.verifierKey || fact->demo != file.demo)
    return damaged("post 0 är inte den journal som LIGGARE beskriver");
  out.report = verifyLog(*log, {Depth::FULL, keys ? LinesOpen::AT_HAND : LinesOpen::ABSENT, place()}, verifying);
  if (auto first = out.report.first())
    return damaged("position " + std::to_string(first->position) + ": " + first->what);
  out.lastRecordedAt = log->fields(out.head.size - 1).recordedAt;

  auto store = openRocks(making + "/vault", RocksProfile::VAULT, Mode::READ_ONLY);
  store->verifyChecksums();
  auto version = vaultVersionIn(*store);
  if (!version || (!out.tookVault && version != out.manifest.vaultVersion))
    return damaged("valvet har en annan version än manifestet säger");
  if (log->commitAt(out.head.size - 1)->header().vaultVersion > *version)
    return damaged("valvet är äldre än loggen: hemligheter saknas");
  return keys ? keysAreHeld(*store) : std::nullopt;
}

// Throws when it is another journal's vault.
Fault Restoring::keysAreHeld(Store& store) {
  for (auto& [key, streams] : Vault(store, *keys, systemRandom(), 16).streamsByEpoch())
    if (!keys->hasEpoch(key.first, key.second))
      return RestoreFault{Kind::OLD_VAULT,
                          "valvet är äldre än nyckelhållaren: nycklarna till " + std::to_string(streams) +
                              " strömmar har förstörts eller bytts sedan dess. Visa den nyaste kopian av valvet "
                              "(--vault DIR.vault)"};
  return std::nullopt;
}

// An older vault is dead by intent: the newest that is shown takes its place.
Fault Restoring::joinVault() {
  if (options.vaultCopy.empty()) return std::nullopt;
  std::optional<uint64_t> version;
  auto fault = kj::runCatchingExceptions([&] {
    auto store = openRocks(options.vaultCopy, RocksProfile::VAULT, Mode::READ_ONLY);
    store->verifyChecksums();
    version = vaultVersionIn(*store);
  });
  if (fault != nullptr || !version || *version == 0)
    return RestoreFault{Kind::BAD_EVIDENCE, options.vaultCopy + " är inget valv som går att läsa"};
  if (*version <= out.manifest.vaultVersion) return std::nullopt;
  fs::remove_all(making + "/vault");
  fs::copy(options.vaultCopy, making + "/vault", fs::copy_options::recursive);
  for (auto& entry : fs::directory_iterator(making + "/vault")) syncFile(entry.path());
  out.tookVault = true;
  return std::nullopt;
}

// What the vault says is gone, and this log still has the text of: to be done again, on this log.
Fault Restoring::rememberDestroyed() {
  if (!keys) return std::nullopt;
  log.reset();
  std::set<Position> whole;
  std::vector<Destruction> again;
  {
    auto answer = openLog(place(), *lines, Access::READ);
    KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "what was restored does not open");
    auto& restored = *std::get<OpenedLog>(answer).log;
    auto store = openRocks(making + "/vault", RocksProfile::VAULT, Mode::READ_ONLY);
    for (auto& what : destructionsIn(*store)) {
      const size_t before = whole.size();
      for (auto& item : what.items) {
        if (item.position >= out.head.size) continue;
        auto half = restored.sealed(item.position);
        if (half && half->whole()) whole.insert(item.position);
      }
      if (whole.size() == before || what.stage != DestructionStage::DONE) continue;
      what.stage = DestructionStage::REWRAPPED;
      again.push_back(std::move(what));
    }
  }
  out.toDestroy = whole.size();
  if (again.empty()) return std::nullopt;
  auto store = openRocks(making + "/vault", RocksProfile::VAULT, Mode::READ_WRITE);
  Vault vault(*store, *keys, systemRandom(), 16);
  for (auto& what : again) vault.keep(what);
  store->flush();
  return std::nullopt;
}

Fault Restoring::weighEvidence() {
  uint64_t size = out.head.size, lostTo = size;
  std::string whose;
  Fault another;
  auto promised = [&](uint64_t to, const std::string& source) {
    ++out.evidenceHeld;
    if (to <= lostTo) return;
    lostTo = to;
    whose = source;
  };
  auto compareHead = [&](const Head& head, const std::string& source) {
    promised(head.size, source);
    if (head.size <= size && log->rootAt(head.size) != head.root && !another)
      another = RestoreFault{Kind::ROLLED_BACK,
                             source + " lovar en annan rot vid storlek " + std::to_string(head.size) +
                                 " än säkerhetskopian har: det är två olika loggar med samma namn",
                             head.size ? head.size - 1 : 0, head.size};
  };
  for (auto& offered : options.evidence) {
    if (offered.note) {
      auto checkpoint = openCheckpoint(*offered.note, file.origin, std::array{key});
      if (!checkpoint)
        return RestoreFault{Kind::BAD_EVIDENCE,
                            offered.source + " är ingen kontrollpunkt som " + file.origin + " har undertecknat"};
      compareHead(checkpoint->head, offered.source);
    }
    if (offered.head) compareHead(*offered.head, offered.source);
    for (auto& receipt : offered.receipts) {
      promised(receipt.position + 1, offered.source);
      if (receipt.position < size && log->leafAt(receipt.position) != receipt.leaf && !another)
        another = RestoreFault{Kind::ROLLED_BACK,
                               offered.source + " lovar en annan post på position " + std::to_string(receipt.position) +
                                   " än säkerhetskopian har",
                               receipt.position, receipt.position + 1};
    }
  }
  if (another) return another;
  if (lostTo == size) return std::nullopt;
  return RestoreFault{Kind::ROLLED_BACK,
                      "säkerhetskopian är för gammal: den slutar vid storlek " + std::to_string(size) + ", och " +
                          inRange(size, lostTo) + " har lovats av " + whose + " och skulle gå förlorade",
                      size, lostTo};
}

// How many entries are at or below what was asked, before the end of a commit is looked for.
uint64_t Restoring::sizeAsked(const CutAt& cut) {
  uint64_t size = out.head.size;
  if (cut.position && *cut.position < size) size = *cut.position + 1;
  if (!cut.time) return size;
  uint64_t low = 0, high = size;  // recordedAt never decreases
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (log->fields(middle).recordedAt <= *cut.time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

Fault Restoring::cutLog() {
  if (!options.cut) return std::nullopt;
  uint64_t size = sizeAsked(*options.cut);
  if (size > 0) {
    auto header = log->commitAt(size - 1)->header();
    if (header.sizeAfter() != size) size = header.first;
  }
  if (size == 0) return RestoreFault{Kind::BAD_CUT, "journalens första skrivning ligger efter --at: inget blir kvar"};
  if (size == out.head.size) return std::nullopt;
  cutTo(size);
  return std::nullopt;
}

// The head file and the checkpoints go with the suffix: they are evidence about the whole. What is left says in LIGGARE
// that it is a copy which ends here.
void Restoring::cutTo(uint64_t size) {
  out.head = log->headAt(size);
  out.lastRecordedAt = log->fields(size - 1).recordedAt;
  out.isCut = true;
  log.reset();
  {
    auto store = openRocks(logPath(making), RocksProfile::LOG, Mode::READ_WRITE);
    dropRowsFrom(*store, size);
    store->flush();
    store->compact(seekKey(size), {});
  }
  fs::remove(headPath(making));
  HeadFile::create(headPath(making), out.head);
  std::string whole = checkpointsPath(making) + ".whole";
  fs::rename(checkpointsPath(making), whole);
  CheckpointShelf(whole).copyUpTo(size, checkpointsPath(making));
  fs::remove_all(whole);
  file.cut = size;
  fs::remove(making + "/LIGGARE");
  writeFileDurably(making + "/LIGGARE", formatJournalFile(file));
  auto answer = openLog(place(), *lines, Access::READ);
  KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "what was cut does not open");
  KJ_REQUIRE(std::get<OpenedLog>(answer).log->durable() == out.head, "what was cut does not end where it should");
}

void Restoring::finish() {
  log.reset();
  std::error_code ignored;
  fs::remove(making + "/lock", ignored);
  for (auto* folder : {"/log", "/vault", "/checkpoints", ""}) syncFile(making + folder);
  moveIntoPlace(making, options.directory);
  making.clear();
}

}  // namespace

std::variant<Restored, RestoreFault> restoreJournal(const RestoreOptions& options, const BackupProgress& reading,
                                                    const VerifyProgress& verifying) {
  RestoreOptions settled = options;
  for (auto* path : {&settled.backup, &settled.directory})
    while (path->size() > 1 && path->back() == '/') path->pop_back();
  return Restoring(settled, reading, verifying).run();
}

}  // namespace liggare
