#include "engine/journal.h"

#include <kj/debug.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "engine/bundle.h"
#include "engine/hash/sha256.h"
#include "engine/index/kept-count.h"
#include "engine/intake/plan.h"
#include "engine/journal-destroy.h"
#include "engine/law/chapter.h"
#include "engine/log/closing.h"
#include "engine/log/proof-file.h"

#include <shared_mutex>

namespace liggare {

namespace fs = std::filesystem;

const char* outcomeName(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::ACCEPTED: return "accepted";
    case Outcome::Kind::UNCHANGED: return "unchanged";
    case Outcome::Kind::REFUSED: return "refused";
    case Outcome::Kind::CONFLICT: return "conflict";
    case Outcome::Kind::DUPLICATE: return "duplicate";
    case Outcome::Kind::INVALID: return "invalid";
    case Outcome::Kind::OVERLOADED: return "overloaded";
    case Outcome::Kind::STORAGE: return "storage";
    case Outcome::Kind::UNKNOWN: break;
  }
  return "unknown";
}

Outcome Journal::submitAndWait(Submission submission) {
  std::promise<Outcome> promise;
  auto future = promise.get_future();
  submit(std::move(submission), [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

// --- making
// -----------------------------------------------------------------------------------------------------------------

namespace {

std::unique_ptr<capnp::MallocMessageBuilder> engineEvent(schema::Body::Which kind, Micros at) {
  auto message = std::make_unique<capnp::MallocMessageBuilder>(128);
  auto event = message->initRoot<schema::Event>();
  auto common = event.initCommon();
  common.setKind(static_cast<uint16_t>(kind));
  common.setRuleSet(law::ruleSetAt(at).version);
  common.setPurpose(schema::Purpose::OPERATION);
  common.setItemClass(schema::ItemClass::GOVERNANCE);
  common.setOccurredAt(at);
  auto actor = event.initActor();
  actor.setOperator();
  actor.setClient("liggare");
  return message;
}

// Everything a rule set's table holds, in the order of its members: docs/format.md "Genesis".
Hash ruleSetDigest() {
  Buffer table;
  for (auto& rules : law::allRuleSets()) {
    appendBe16(table, rules.version);
    appendBe64(table, static_cast<uint64_t>(rules.valid.from));
    appendBe64(table, static_cast<uint64_t>(rules.valid.to));
    table.push_back(rules.minimumLevel);
    table.push_back(rules.patientNeedsStrongLogin ? 1 : 0);
    table.push_back(rules.activeDecisionAtOtherUnit ? 1 : 0);
    table.push_back(rules.adultAge);
    table.push_back(rules.maturityAge);
    table.push_back(static_cast<uint8_t>(rules.requestersOnDemand.size()));
    for (auto requester : rules.requestersOnDemand) appendBe16(table, static_cast<uint16_t>(requester));
  }
  return sha256(table);
}

// The law believes a client's name where it begins with "demo:" (local claims of any person) or "feed:" (a register
// that speaks for nobody). In a journal that is not a demo no caller may give itself either, however often it says so.
std::string withoutPrivilege(std::string client) {
  while (client.starts_with("demo:") || client.starts_with("feed:")) client.erase(0, 5);
  return client;
}

// Entry 0 says whose log this is; entry 1 gives the operator a commission that can do little (domain: authority.c++).
void writeFirstEntries(const InitOptions& options, Opened& parts, const std::string& directory, Random& random) {
  bool demo = options.clocked == InitOptions::Clocked::BY_COMMANDS;
  Micros at = demo ? options.demoStart : systemClock().now();
  CheckpointShelf shelf(checkpointsPath(directory));
  shelf.add(signCheckpoint({options.origin, parts.log->durable(), {}}, *parts.keys));

  EngineEvent first{nullptr, GenesisFact{options.origin, parts.keys->verifierKey().text(),
                                         parts.keys->descriptionDigest(), ruleSetDigest(), demo}};
  EngineEvent second{engineEvent(schema::Body::OPERATOR_COMMISSIONED, at), {}};
  auto body = second.event->getRoot<schema::Event>().getCommon().initBody().initOperatorCommissioned();
  law::set(body.initKey(), drawId<SubjectKey>(random));
  std::array<EngineEvent, 2> events{std::move(first), std::move(second)};
  appendEngineEvents(*parts.log, *parts.vault, options.origin, random, at, events,
                     [](const BookId&) { return Number{0}; });
  HeadFile(headPath(directory)).write(parts.log->durable());
}

void makeParts(const InitOptions& options, const std::string& directory, Opened& parts, Random& random) {
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);
  createLog(directory);
  parts.lineSealer = std::make_unique<HolderLineSealer>(*parts.keys, random);
  auto answer = openLog({directory, options.origin, {parts.keys->verifierKey()}}, *parts.lineSealer, Access::WRITE);
  KJ_REQUIRE(std::holds_alternative<OpenedLog>(answer), "the log just made does not open");
  parts.log = std::move(std::get<OpenedLog>(answer).log);
  parts.vaultStore = openRocks(directory + "/vault", RocksProfile::VAULT, Mode::CREATE);
  parts.vault = std::make_unique<Vault>(*parts.vaultStore, *parts.keys, random);
  writeFirstEntries(options, parts, directory, random);
  bool demo = options.clocked == InitOptions::Clocked::BY_COMMANDS;
  writeFileDurably(directory + "/LIGGARE",
                   formatJournalFile({options.origin, parts.keys->verifierKey().text(), demo, {}}));
  syncDirectoryOf(directory + "/");  // its name too, or a power cut could leave a journal that does not say it is one
}

std::string withoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

// Made beside its place and moved there whole: a crash leaves a directory that is plainly not a journal, and nothing
// else.
std::optional<JournalFault> Journal::init(const InitOptions& options, KeyCustody* custody) {
  std::string directory = withoutSlash(options.directory);
  std::string keyFile = options.keyFile.empty() ? defaultKeyFile(directory) : options.keyFile;
  std::error_code ignored;
  if (fs::exists(directory, ignored) && !fs::is_empty(directory, ignored))
    return JournalFault{JournalFault::Kind::EXISTS, directory + " finns redan"};
  if (!isNoteName(options.origin))
    return JournalFault{JournalFault::Kind::UNAVAILABLE, "loggens namn (--origin) är inte giltigt"};
  Random& random = systemRandom();
  std::string making = directory + ".making-" + toHex(Bytes(drawUuid7(systemClock().now(), random)).subspan(10));
  auto result = createKeyHolder({keyFile, options.token}, {directory, options.origin}, random);
  if (result.error) {
    const bool isThere = result.error->kind == KeyPlaceError::Kind::EXISTS;
    const auto refused = options.token.empty() ? JournalFault::Kind::UNAVAILABLE : JournalFault::Kind::NO_KEY_HOLDER;
    return JournalFault{isThere ? JournalFault::Kind::EXISTS : refused, result.error->line};
  }
  std::unique_ptr<KeyHolder> keys = std::move(result.holder);
  auto exception = kj::runCatchingExceptions([&] {
    {
      Opened parts;
      KJ_DEFER(keys = std::move(parts.keys));
      parts.keys = std::move(keys);
      makeParts(options, making, parts, random);
    }
    fs::remove(directory, ignored);  // an empty directory may have been there
    fs::rename(making, directory);
    syncDirectoryOf(directory);
  });
  KJ_IF_MAYBE (e, exception) {
    fs::remove_all(making, ignored);
    keys->discard();
    return JournalFault{JournalFault::Kind::UNAVAILABLE,
                        std::string("journalen kunde inte skapas: ") + e->getDescription().cStr()};
  }
  if (custody) *custody = keys->custody();
  return std::nullopt;
}

// --- open
// -------------------------------------------------------------------------------------------------------------------

namespace {

class TheJournal final : public Journal {
 public:
  TheJournal(JournalOptions opts, std::unique_ptr<Opened> opened, Clock& clock, Random& random, Observer& observer);
  ~TheJournal() override;

  void submit(Submission submission, std::function<void(Outcome)> done) override;
  void waitForRoom(size_t underWayMax) override;
  Position head() const override { return parts->log->durableSize(); }
  Hash rootAt(Position size) override { return parts->log->rootAt(size); }
  std::string origin() const override { return parts->file.origin; }
  bool isDemo() const override { return parts->file.demo; }
  Micros lastRecordedAt() const override { return head() ? parts->log->fields(head() - 1).recordedAt : 0; }
  Position waitForHead(Position seen, Micros atMost) override;
  std::optional<OpenedEvent> read(Position position, Open open) override { return parts->reader->read(position, open); }
  void scanBook(const BookId& book, Number from, const std::function<bool(const BookRow&)>& visit) override;
  std::optional<SubjectKey> find(schema::RefKind kind, const std::string& text) override;
  std::string checkpoint() override;
  bool keepCosigned(const std::string& note) override;
  std::string proofOf(Position position, const std::string& checkpoint) override;
  ClosingAnswer close(const std::function<void(Position, Position)>& progress) override;
  std::variant<Bundle, NoBundle> bundle(const BundleOrder& order) override {
    return makeBundle({*parts->log, *parts->vault, *parts->index, *parts->indexStore, parts->file, options.directory},
                      order.checkpoint.empty() ? checkpoint() : order.checkpoint, order);
  }
  VerifyReport verify(const VerifyOptions& verifyOptions,
                      const std::function<void(Position, Position)>& progress) override;
  std::string directory() const override { return options.directory; }
  std::variant<BackupManifest, JournalFault> backup(const std::string& path, const BackupProgress& progress) override;
  std::vector<Destruction> destructions() override { return parts->vault->destructions(); }
  void carryOut() override;
  void rotateKeys() override;
  std::vector<KeyInUse> keysInUse() override;
  KeyCustody keyCustody() const override { return parts->keys->custody(); }
  std::optional<JournalFault> moveKeysTo(const std::string& token) override;

 private:
  struct Held {  // a destruction that is durable, and is answered when it has been carried out
    Outcome outcome;
    Answer answer;
  };
  IdentifierTag blind(Bytes bytes) const { return parts->keys->blind(bytes); }
  void noteTailDamage();
  void eachSecond();
  bool hasUndone();
  void startWriter();
  void withoutWriter(const std::function<void(const CarryOut&)>& work);
  void carryOutAtOpening();
  void carryOutLoop();

  JournalOptions options;
  std::unique_ptr<Opened> parts;
  Clock& clock;
  Random& random;
  Observer& observer;
  KnownSubjects subjects;
  intake::Resolver resolver;
  std::unique_ptr<HeadFile> headFile;
  CheckpointShelf shelf;
  std::mutex closingLock;     // one closing at a time: each names the one before it
  std::mutex checkpointLock;  // guards shelf and the next
  std::optional<std::pair<Position, std::string>> lastCheckpoint;
  std::mutex backupLock;  // one backup at a time; taken before checkpointLock
  mutable std::mutex headLock;
  std::condition_variable headRose;
  std::shared_mutex gate;  // shared: the writer is used · unique: it is stopped and made anew; taken before backupLock
  std::mutex heldLock;     // guards the next four
  std::condition_variable heldChanged;
  std::vector<Held> held;
  size_t carrying = 0;  // taken out of `held`, and not answered yet
  bool stopping = false;
  std::thread carrier;
  std::unique_ptr<Writer> writer;  // last: its threads use all of the above
};

TheJournal::TheJournal(JournalOptions opts, std::unique_ptr<Opened> opened, Clock& c, Random& rnd, Observer& obs)
    : options(std::move(opts)),
      parts(std::move(opened)),
      clock(c),
      random(rnd),
      observer(obs),
      subjects(*parts->index),
      resolver({[this](Bytes b) { return blind(b); }, [this](const IdentifierTag& t) { return subjects.find(t); },
                parts->file.demo ? TestIds::ALLOWED : TestIds::REFUSED}),
      shelf(checkpointsPath(options.directory)) {
  for (auto& note : parts->notes) observer.openingNote(note);
  if (options.access == JournalOptions::Access::READ) return;
  headFile = std::make_unique<HeadFile>(headPath(options.directory));
  if (parts->droppedRows > 0) noteTailDamage();
  carryOutAtOpening();
  startWriter();
  carrier = std::thread([this] { carryOutLoop(); });
}

void TheJournal::startWriter() {
  DeciderStart start{head(), lastRecordedAt(), parts->file.demo, hasUndone()};
  start.keysInFile = keyCustody() == KeyCustody::FILE;
  auto tellFollowers = [this](Position) {
    std::lock_guard lock(headLock);
    headRose.notify_all();
  };
  auto hold = [this](Outcome outcome, Answer answer) {
    std::lock_guard lock(heldLock);
    held.push_back({std::move(outcome), std::move(answer)});
    heldChanged.notify_all();
  };
  writer =
      std::make_unique<Writer>(WriterParts{*parts->log, *parts->vault, *parts->index, *parts->reader, resolver,
                                           subjects, [this](Bytes b) { return blind(b); }, *headFile, clock, random,
                                           observer, parts->file.origin, [this] { eachSecond(); }, tellFollowers, hold},
                               start, options);
}

// The index is flushed only when a following start would feel it; what stays in memory is read from the log again.
TheJournal::~TheJournal() {
  if (carrier.joinable()) {
    writer->waitForRoom(1);
    {
      std::lock_guard lock(heldLock);
      stopping = true;
    }
    heldChanged.notify_all();
    carrier.join();
  }
  writer.reset();
  if (options.access == JournalOptions::Access::WRITE)
    kj::runCatchingExceptions([&] {
      if (parts->index->rowsInMemory() > 4096) parts->index->flush();
    });
  observer.closed(head());
}

// Something above the proven chain was dropped: nobody was ever answered on it, but a reviewer shall know.
void TheJournal::noteTailDamage() {
  Micros at = std::max(parts->file.demo ? Micros{0} : clock.now(), lastRecordedAt());
  std::array<EngineEvent, 1> events{EngineEvent{engineEvent(schema::Body::REVIEW_ITEM_OPENED, at), {}}};
  events[0].event->getRoot<schema::Event>().getCommon().initBody().initReviewItemOpened().setTrigger("TAIL_DAMAGE");
  appendEngineEvents(*parts->log, *parts->vault, parts->file.origin, random, at, events,
                     [&](const BookId& book) { return parts->index->lastNumber(book); });
  catchUpIndex(*parts->index, *parts->log, *parts->reader, [this](Bytes b) { return blind(b); });
  observer.tailDamage(head(), parts->droppedRows);
}

// --- keys and destruction ---

bool TheJournal::hasUndone() {
  auto all = destructions();
  return std::any_of(all.begin(), all.end(), [](auto& what) { return what.stage != DestructionStage::DONE; });
}

// All state is made anew: it is the fold over what can still be opened, and what was kept in memory knew more.
void TheJournal::withoutWriter(const std::function<void(const CarryOut&)>& work) {
  std::unique_lock lock(gate);
  std::lock_guard noBackup(backupLock);
  KJ_REQUIRE(writer == nullptr || !writer->isPoisoned(), "the journal has stopped: open it anew");
  const bool hadWriter = writer != nullptr;
  writer.reset();
  const Micros at = parts->file.demo ? lastRecordedAt() : std::max(clock.now(), lastRecordedAt());
  const std::string copy = options.vaultCopy.empty() ? defaultVaultCopy(options.directory) : options.vaultCopy;
  const CarryOut how{options.directory, withoutSlash(copy), at, random, observer, [this](Bytes b) { return blind(b); },
                     options.afterStep};
  auto fault = kj::runCatchingExceptions([&] { work(how); });
  if (hadWriter) startWriter();
  KJ_IF_MAYBE (e, fault) kj::throwFatalException(kj::mv(*e));
}

void TheJournal::carryOut() {
  KJ_REQUIRE(options.access == JournalOptions::Access::WRITE, "this journal was opened for reading");
  if (hasUndone()) withoutWriter([this](const CarryOut& how) { carryOutDestructions(*parts, *this, how); });
}

void TheJournal::rotateKeys() {
  KJ_REQUIRE(options.access == JournalOptions::Access::WRITE, "this journal was opened for reading");
  withoutWriter([this](const CarryOut& how) { rotateAllKeys(*parts, how); });
}

std::optional<JournalFault> TheJournal::moveKeysTo(const std::string& token) {
  KJ_REQUIRE(options.access == JournalOptions::Access::WRITE, "this journal was opened for reading");
  std::unique_lock lock(gate);
  KeyPlace place = keyPlaceOf(options);
  place.token = token;
  auto expected = expectedKeys(options.directory, parts->file);
  KJ_ASSERT(expected.has_value(), "a journal that is open has a verifier key");
  auto moved = moveKeysToToken(place, *expected, random);
  if (moved.error) return JournalFault{JournalFault::Kind::NO_KEY_HOLDER, moved.error->line};
  return std::nullopt;
}

std::vector<KeyInUse> TheJournal::keysInUse() {
  std::vector<KeyInUse> out;
  for (auto& [key, streams] : parts->vault->streamsByEpoch()) out.push_back({key.first, key.second, streams});
  return out;
}

// Before anybody is answered. What cannot be done now does not keep the journal closed: readers are shown nothing of it
// by the law's own state, and nobody can confirm it.
void TheJournal::carryOutAtOpening() {
  auto fault = kj::runCatchingExceptions([&] { carryOut(); });
  KJ_IF_MAYBE (e, fault)
    observer.openingNote(kj::str("a destruction could not be carried out: ", e->getDescription()).cStr());
}

void TheJournal::carryOutLoop() {
  std::unique_lock lock(heldLock);
  for (;;) {
    heldChanged.wait(lock, [&] { return stopping || !held.empty(); });
    if (held.empty()) return;
    auto all = std::move(held);
    held.clear();
    carrying = all.size();
    lock.unlock();
    carryOutAtOpening();
    for (auto& each : all) each.answer(std::move(each.outcome));
    lock.lock();
    carrying = 0;
    heldChanged.notify_all();
  }
}

void TheJournal::waitForRoom(size_t underWayMax) {
  {
    std::shared_lock lock(gate);
    if (!writer) return;
    writer->waitForRoom(underWayMax);
  }
  std::unique_lock lock(heldLock);
  heldChanged.wait(lock, [&] { return held.size() + carrying < underWayMax; });
}

void TheJournal::submit(Submission submission, std::function<void(Outcome)> done) {
  std::shared_lock lock(gate);
  KJ_REQUIRE(writer != nullptr, "this journal was opened for reading");
  if (!parts->file.demo) submission.client = withoutPrivilege(std::move(submission.client));
  writer->submit(std::move(submission), std::move(done));
}

Position TheJournal::waitForHead(Position seen, Micros atMost) {
  std::unique_lock lock(headLock);
  headRose.wait_for(lock, std::chrono::microseconds(atMost), [&] { return head() > seen; });
  return head();
}

void TheJournal::scanBook(const BookId& book, Number from, const std::function<bool(const BookRow&)>& visit) {
  Position end = head();
  parts->index->scan(book, from, [&](const IndexedBookRow& row) {
    return row.position < end && visit({row.number, row.position, row.leaf});
  });
}

std::optional<SubjectKey> TheJournal::find(schema::RefKind kind, const std::string& text) {
  Days today = swedishDay(parts->file.demo ? lastRecordedAt() : systemClock().now());
  auto read = intake::readReference(text, kind, today, parts->file.demo ? TestIds::ALLOWED : TestIds::REFUSED);
  if (!read) return std::nullopt;
  return subjects.find(blind(asBytes(read->blindInput)));
}

// Kept, durably, before anyone sees it: what the log has promised can be held against it at the next opening.
std::string TheJournal::checkpoint() {
  std::lock_guard lock(checkpointLock);
  Head at = parts->log->durable();
  if (lastCheckpoint && lastCheckpoint->first == at.size) return lastCheckpoint->second;
  auto kept = shelf.newest();
  if (kept.kept && kept.kept->checkpoint && kept.kept->checkpoint->head == at) {
    if (options.access == JournalOptions::Access::WRITE) shelf.harden(*kept.kept);
    lastCheckpoint = {at.size, kept.kept->note};
    return kept.kept->note;
  }
  auto signer = parts->signer();
  std::string note = signCheckpoint({parts->file.origin, at, {}}, signer);
  if (options.access == JournalOptions::Access::WRITE) shelf.add(note);
  lastCheckpoint = {at.size, note};
  observer.checkpointSigned(at.size);
  return note;
}

bool TheJournal::keepCosigned(const std::string& note) {
  KJ_REQUIRE(writer != nullptr, "this journal was opened for reading");
  auto opened = openCheckpoint(note, parts->file.origin, std::array{parts->logKey()});
  if (!opened || opened->head.size > head() || rootAt(opened->head.size) != opened->head.root) return false;
  std::lock_guard lock(checkpointLock);
  shelf.add(note);
  if (lastCheckpoint && lastCheckpoint->first == opened->head.size) lastCheckpoint->second = note;
  return true;
}

std::string TheJournal::proofOf(Position position, const std::string& checkpoint) {
  auto opened = openCheckpoint(checkpoint, parts->file.origin, std::array{parts->logKey()});
  KJ_REQUIRE(opened.has_value() && opened->head.size <= head(), "not a checkpoint of this log");
  KJ_REQUIRE(position < opened->head.size, "the checkpoint does not cover that entry", position);
  return formatInclusion(
      {parts->log->entry(position), position, parts->log->inclusion(position, opened->head.size), checkpoint});
}

void TheJournal::eachSecond() { checkpoint(); }

// The durable head is read after the closing before was answered, so each covers the one it names.
ClosingAnswer TheJournal::close(const std::function<void(Position, Position)>& progress) {
  KJ_REQUIRE(options.access == JournalOptions::Access::WRITE, "this journal was opened for reading");
  std::lock_guard lock(closingLock);
  ClosingAnswer made;
  Position size = head();
  auto kept = readKeptCount(*parts->indexStore, *parts->log, size);
  auto earlier = closingsBelow(*parts->log, size, kept ? kept->closing.position : 0);
  if (!earlier.empty() && earlier.back().position + 1 == size) {
    made.outcome.kind = Outcome::Kind::UNCHANGED;
    made.outcome.earlier = made.position = earlier.back().position;
    made.fact = earlier.back().fact;
    return made;
  }
  BookCount count = kept ? std::move(kept->count) : BookCount();
  made.broken = countBooks(*parts->log, size, count, progress);
  made.linesDisposed = count.disposed();
  if (made.broken) {
    made.outcome.kind = Outcome::Kind::REFUSED;
    return made;
  }
  made.fact = {count.trie().root(), size, earlier.empty() ? 0 : earlier.back().position};
  made.books = count.trie().books();
  made.lines = count.lines();
  std::promise<Outcome> promise;
  {
    std::shared_lock use(gate);
    writer->state(made.fact, [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
  }
  made.outcome = promise.get_future().get();
  made.position = made.outcome.receipt.position;
  if (made.outcome.kind == Outcome::Kind::ACCEPTED)
    keepCount(*parts->indexStore, {made.position, made.fact}, count);
  return made;
}

// The checkpoint comes first: what was durable when it was signed is durable in the stores that are copied after it.
std::variant<BackupManifest, JournalFault> TheJournal::backup(const std::string& path, const BackupProgress& progress) {
  KJ_REQUIRE(options.access == JournalOptions::Access::WRITE, "this journal was opened for reading");
  std::lock_guard lock(backupLock);
  std::string note = checkpoint();
  auto opened = openCheckpoint(note, parts->file.origin, std::array{parts->logKey()});
  KJ_ASSERT(opened.has_value(), "a checkpoint that was just signed");
  return writeBackup(*parts, {options.directory, note, opened->head, options.diskFloorBytes}, withoutSlash(path),
                     progress);
}

VerifyReport TheJournal::verify(const VerifyOptions& verifyOptions,
                                const std::function<void(Position, Position)>& progress) {
  return verifyLog(*parts->log, verifyOptions, progress);
}

}  // namespace

std::unique_ptr<Journal> Journal::open(const JournalOptions& options, JournalFault& fault) {
  Clock& clock = options.clock ? *options.clock : systemClock();
  Random& random = options.random ? *options.random : systemRandom();
  Observer& observer = options.observer ? *options.observer : silentObserver();
  JournalOptions settled = options;
  settled.directory = withoutSlash(options.directory);
  Micros began = systemClock().now();
  auto parts = openParts(settled, random, fault);
  if (!parts) return nullptr;
  std::unique_ptr<Journal> journal;
  auto exception = kj::runCatchingExceptions([&] {
    journal = std::make_unique<TheJournal>(settled, std::move(parts), clock, random, observer);
    observer.opened(journal->head(), systemClock().now() - began);
  });
  KJ_IF_MAYBE (e, exception) {
    const bool isToken = e->getType() == kj::Exception::Type::DISCONNECTED;
    fault = {isToken ? JournalFault::Kind::UNAVAILABLE : JournalFault::Kind::DAMAGED, e->getDescription().cStr()};
  }
  return journal;
}

}  // namespace liggare
