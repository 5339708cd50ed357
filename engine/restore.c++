#include "engine/restore.h"

#include <kj/debug.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "engine/base/random.h"
#include "engine/journal-open.h"
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

// The engine's own entries stand in its book alone, and entry 0 is one: the last of them has its newest number.
Number lastEngineNumber(Log& log, const BookId& book) {
  for (Position p = log.durableSize(); p-- > 0;) {
    if (std::holds_alternative<std::monostate>(log.fields(p).engine)) continue;
    auto line = log.lines(p).at(0).line;
    KJ_REQUIRE(line.has_value() && line->book == book, "an entry of the engine's own that is not in its book", p);
    return line->number;
  }
  KJ_FAIL_REQUIRE("a log without its beginning");
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
                      &Restoring::rememberDestroyed, &Restoring::goOn})
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
  Weighed known;
  std::optional<AcceptedLoss> accepted;

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
  Fault judgeLoss();
  Fault goOn();
  void beginIncarnation(const AcceptedLoss& loss);
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
  auto result = openKeyHolder({path, options.token}, {options.directory, file.name(), publicKey}, systemRandom());
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
  if (!isBeginningOf(*log, file)) return damaged("post 0 är inte den journal som LIGGARE beskriver");
  out.report = verifyLog(*log, {Depth::FULL, keys ? LinesOpen::AT_HAND : LinesOpen::ABSENT, place()}, verifying);
  auto findings = judgeLosses(*log, file);
  if (auto first = out.report.first()) findings.insert(findings.begin(), *first);
  if (!findings.empty())
    return damaged("position " + std::to_string(findings.front().position) + ": " + findings.front().what);
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
  const uint64_t size = out.head.size;
  known = weigh(*log, file, key, options.evidence);
  out.evidenceHeld = known.held;
  out.evidenceLost = known.lost;
  if (known.fault == Weighed::Fault::NO_EVIDENCE) return RestoreFault{Kind::BAD_EVIDENCE, known.why};
  if (known.fault == Weighed::Fault::OTHER_LOG)
    return RestoreFault{Kind::ROLLED_BACK, known.why, known.otherFrom, known.otherTo};
  const uint32_t losses = lossesWhenCalled(file.name(), file.origin).value_or(0);
  const bool goneOn = keys && keys->incarnation() > losses;
  if (known.size == size && !goneOn)
    return options.acceptance.empty()
               ? std::nullopt
               : Fault(RestoreFault{Kind::NOT_ACCEPTED, "inget är förlorat: inget bevis når längre än kopian"});
  if (goneOn && known.size == size)
    return RestoreFault{Kind::ROLLED_BACK,
                        "en förlust har redan godtagits, och journalen har gått vidare som " +
                            incarnationCalled(file.name(), keys->incarnation()) +
                            ": återställ en kopia av den, eller visa dess senaste kontrollpunkt",
                        size, size};
  if (!options.acceptance.empty()) return judgeLoss();
  return RestoreFault{Kind::ROLLED_BACK,
                      "säkerhetskopian är för gammal: den slutar vid storlek " + std::to_string(size) + ", och " +
                          inRange(size, known.size) + " har lovats av " + known.whose + " och skulle gå förlorade",
                      size, known.size};
}

// Two operators must have signed just this loss; who they are is what the log said before it.
Fault Restoring::judgeLoss() {
  if (!keys) return RestoreFault{Kind::NO_KEY_HOLDER, "en förlust godtas bara med nyckelhållaren: " + out.withoutKeys};
  if (options.cut)
    return RestoreFault{Kind::BAD_CUT, "en avklippt kopia fortsätts inte, så ingen förlust kan godtas med --at"};
  auto refused = [](std::string why) { return RestoreFault{Kind::NOT_ACCEPTED, std::move(why)}; };
  auto operators = operatorsBelow(*log, out.head.size, file.name(), key);
  if (operators.size() < OPERATORS_MIN)
    return refused("loggen har inga operatörer som kan godta en förlust: de registreras med liggare operator add");
  auto read = readAcceptance(options.acceptance, operators);
  if (auto* why = std::get_if<std::string>(&read)) return refused(*why);
  auto& signedLoss = std::get<AcceptedLoss>(read);
  const LossStatement wanted{file.origin, incarnationCalled(file.name(), keys->incarnation() + 1),
                             out.head,    known.size,
                             known.root,  0,
                             {}};
  Clock& clock = options.clock ? *options.clock : systemClock();
  if (auto why = isAboutAnother(signedLoss.statement, wanted, clock.now())) return refused(*why);
  accepted = std::move(signedLoss);
  return std::nullopt;
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
  for (; !file.former.empty() && file.former.back().size >= size; file.former.pop_back())
    file.origin = file.former.back().origin;
  key = keyCalled(key, file.origin);
  file.verifierKey = key.text();
  fs::remove(making + "/LIGGARE");
  writeFileDurably(making + "/LIGGARE", formatJournalFile(file));
  auto answer = openLog(place(), *lines, Access::READ);
  KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "what was cut does not open");
  KJ_REQUIRE(std::get<OpenedLog>(answer).log->durable() == out.head, "what was cut does not end where it should");
}

// What was accepted becomes the log's next entry, and everything that tells how far it has come begins anew under the
// new name. Older checkpoints stay in the backup: what they promised up to here is in this tree.
Fault Restoring::goOn() {
  if (!accepted) return std::nullopt;
  log.reset();
  beginIncarnation(*accepted);
  auto answer = openLog(place(), *lines, Access::READ);
  KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "the new incarnation does not open");
  auto& begun = *std::get<OpenedLog>(answer).log;
  KJ_REQUIRE(isBeginningOf(begun, file) && judgeLosses(begun, file).empty(), "the new incarnation is not what it says");
  out.accepted = lossesOf(begun, file).back();
  out.head = begun.durable();
  return std::nullopt;
}

void Restoring::beginIncarnation(const AcceptedLoss& loss) {
  const uint64_t size = loss.statement.from.size;
  IncarnationFact fact{loss.statement.next, known.note, size, loss.statement.knownSize, {}};
  for (auto& note : options.acceptance) fact.signatures.emplace_back(note.begin(), note.end());
  auto answer = openLog(place(), *lines, Access::WRITE);
  KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "what was restored does not open");
  auto& going = *std::get<OpenedLog>(answer).log;
  auto vaultStore = openRocks(making + "/vault", RocksProfile::VAULT, Mode::READ_WRITE);
  Vault vault(*vaultStore, *keys, systemRandom(), 16);
  Clock& clock = options.clock ? *options.clock : systemClock();
  const Micros at = file.demo ? out.lastRecordedAt : std::max(clock.now(), out.lastRecordedAt);
  std::array<EngineEvent, 1> event{EngineEvent{nullptr, std::move(fact)}};
  appendEngineEvents(going, vault, loss.statement.next, systemRandom(), at, event,
                     [&](const BookId& book) { return lastEngineNumber(going, book); });
  file.former.push_back({size, file.origin});
  file.origin = loss.statement.next;
  key = keyCalled(key, file.origin);
  file.verifierKey = key.text();
  HeadFile(headPath(making)).write(going.durable());
  fs::remove_all(checkpointsPath(making));
  LogSigner signer(*keys, file.origin);
  CheckpointShelf(checkpointsPath(making)).add(signCheckpoint({file.origin, going.durable(), {}}, signer));
  fs::remove(making + "/LIGGARE");
  writeFileDurably(making + "/LIGGARE", formatJournalFile(file));
}

void Restoring::finish() {
  log.reset();
  std::error_code ignored;
  fs::remove(making + "/lock", ignored);
  for (auto* folder : {"/log", "/vault", "/checkpoints", ""}) syncFile(making + folder);
  if (accepted)
    keys->beginIncarnation(lossesWhenCalled(file.name(), file.origin).value(),
                           sha256(asBytes(formatLoss(accepted->statement))));
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
