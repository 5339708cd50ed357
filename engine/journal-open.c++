#include "engine/journal-open.h"

#include <kj/debug.h>

#include <filesystem>

#include "engine/law/chapter.h"
#include "engine/loss.h"

namespace liggare {

namespace fs = std::filesystem;

namespace {

JournalFault faultOf(const kj::Exception& exception) {
  if (isInUse(exception)) return {JournalFault::Kind::IN_USE, "journalen används av en annan process"};
  if (exception.getType() == kj::Exception::Type::DISCONNECTED)  // the token, and nothing on the disk
    return {JournalFault::Kind::UNAVAILABLE, std::string(exception.getDescription().cStr())};
  return {JournalFault::Kind::DAMAGED, std::string(exception.getDescription().cStr())};
}

JournalFault faultOf(const OpenRefused& refused) {
  std::string why =
      "loggen är inte hel: " + refused.finding.what + " (position " + std::to_string(refused.finding.position) + ")";
  if (refused.lostTo > refused.lostFrom)
    why += "; positionerna " + std::to_string(refused.lostFrom) + "–" + std::to_string(refused.lostTo - 1) +
           " har lovats av " + refused.evidence + " och finns inte, eller är andra";
  return {JournalFault::Kind::DAMAGED, why};
}

// The key holder lies outside the directory and remembers how often a loss was accepted: an older incarnation is read,
// and never continued beside the one that goes on. A holder taken back from escrow learns what it had forgotten.
bool isLatest(const JournalOptions& options, Opened& parts, JournalFault& fault) {
  if (options.access == JournalOptions::Access::READ) return true;
  const uint32_t held = parts.keys->incarnation();
  auto losses = lossesWhenCalled(parts.file.name(), parts.file.origin);
  if (!losses) {
    fault = {JournalFault::Kind::DAMAGED,
             options.directory + "/LIGGARE är skadad: loggens namn hör inte till journalen"};
    return false;
  }
  if (*losses < held) {
    fault = {JournalFault::Kind::UNAVAILABLE,
             "en förlust har godtagits, och journalen har gått vidare som " +
                 incarnationCalled(parts.file.name(), held) + ": " + options.directory +
                 " är en äldre inkarnation, som läses och inte fortsätts"};
    return false;
  }
  if (*losses > held) parts.keys->beginIncarnation(*losses, sha256(asBytes(parts.file.origin)));
  return true;
}

bool openKeys(const JournalOptions& options, Random& random, Opened& parts, JournalFault& fault) {
  auto expected = expectedKeys(options.directory, parts.file);
  if (!expected) {
    fault = {JournalFault::Kind::DAMAGED,
             options.directory + "/LIGGARE är skadad: verifieringsnyckeln går inte att läsa"};
    return false;
  }
  auto result = openKeyHolder(keyPlaceOf(options), *expected, random);
  if (result.error) {
    fault = {JournalFault::Kind::NO_KEY_HOLDER, result.error->line};
    return false;
  }
  parts.keys = std::move(result.holder);
  if (!isLatest(options, parts, fault)) return false;
  parts.lineSealer = std::make_unique<HolderLineSealer>(*parts.keys, random);
  return true;
}

bool openTheLog(const JournalOptions& options, Opened& parts, JournalFault& fault) {
  LogPlace place{options.directory, parts.file.origin, {parts.logKey()}};
  auto access = options.access == JournalOptions::Access::WRITE ? Access::WRITE : Access::READ;
  auto answer = openLog(place, *parts.lineSealer, access);
  if (auto* refused = std::get_if<OpenRefused>(&answer)) {
    fault = faultOf(*refused);
    return false;
  }
  auto& opened = std::get<OpenedLog>(answer);
  parts.droppedRows = opened.droppedRows;
  parts.notes = std::move(opened.notes);
  parts.log = std::move(opened.log);
  // LIGGARE is a convenience; entry 0 and the first of each incarnation are hashed. They must say the same.
  if (!isBeginningOf(*parts.log, parts.file)) {
    fault = {JournalFault::Kind::DAMAGED, "post 0 är inte den journal som " + options.directory + "/LIGGARE beskriver"};
    return false;
  }
  return true;
}

// The index is derived: one that cannot be read, or that knows more than the log, is thrown away and made again.
void openIndex(const JournalOptions& options, Opened& parts) {
  std::string path = options.directory + "/index";
  if (options.access == JournalOptions::Access::READ) {
    parts.indexStore = memoryStore();
    parts.index = std::make_unique<Index>(*parts.indexStore);
    return;
  }
  auto open = [&] {
    parts.indexStore = openRocks(path, RocksProfile::INDEX, Mode::OPEN_OR_CREATE);
    parts.index = std::make_unique<Index>(*parts.indexStore);
    KJ_REQUIRE(parts.index->end() <= parts.log->durableSize(), "the index knows more than the log");
  };
  if (kj::runCatchingExceptions(open) == nullptr) return;
  parts.index.reset();
  parts.indexStore.reset();
  fs::remove_all(path);
  open();
}

}  // namespace

KeyPlace keyPlaceOf(const JournalOptions& options) {
  return {options.keyFile.empty() ? defaultKeyFile(options.directory) : options.keyFile, options.token};
}

std::optional<KeyFileExpectation> expectedKeys(const std::string& directory, const JournalFile& file) {
  auto verifier = parseVerifierKey(file.verifierKey);
  if (!verifier || verifier->publicKey.size() != 32) return std::nullopt;
  PublicKey key;
  std::copy_n(verifier->publicKey.begin(), 32, key.begin());
  return KeyFileExpectation{directory, file.name(), key};
}

std::unique_ptr<Opened> openParts(const JournalOptions& options, Random& random, JournalFault& fault, LookUps lookUps) {
  auto parts = std::make_unique<Opened>();
  auto file = readJournalFile(options.directory, fault);
  if (!file) return nullptr;
  parts->file = std::move(*file);
  if (options.access == JournalOptions::Access::WRITE && fileExists(manifestPath(options.directory))) {
    fault = {JournalFault::Kind::UNAVAILABLE,
             options.directory + " är en säkerhetskopia: den ändras aldrig, återställ den med liggare restore"};
    return nullptr;
  }
  if (parts->file.cut && options.access == JournalOptions::Access::WRITE) {
    fault = {JournalFault::Kind::UNAVAILABLE, options.directory + " är en kopia avklippt vid storlek " +
                                                  std::to_string(*parts->file.cut) +
                                                  ": den kan prövas och läsas (verify, tail) men inte fortsättas"};
    return nullptr;
  }
  bool fine = false;
  auto exception = kj::runCatchingExceptions([&] {
    if (!openKeys(options, random, *parts, fault) || !openTheLog(options, *parts, fault)) return;
    Mode mode = options.access == JournalOptions::Access::WRITE ? Mode::READ_WRITE : Mode::READ_ONLY;
    parts->vaultStore = openRocks(options.directory + "/vault", RocksProfile::VAULT, mode);
    parts->vault = std::make_unique<Vault>(*parts->vaultStore, *parts->keys, random);
    parts->reader = std::make_unique<EventReader>(*parts->log, *parts->vault, *parts->lineSealer, parts->file);
    fine = true;
    if (lookUps == LookUps::NONE) return;
    fine = false;
    openIndex(options, *parts);
    auto* holder = parts->keys.get();
    catchUpIndex(*parts->index, *parts->log, *parts->reader, [holder](Bytes b) { return holder->blind(b); });
    fine = true;
  });
  KJ_IF_MAYBE (e, exception) fault = faultOf(*e);
  return fine ? std::move(parts) : nullptr;
}

void catchUpIndex(Index& index, Log& log, EventReader& reader, const Blind& blind) {
  Position head = log.durableSize();
  CommandTag before;
  if (index.end() > 0 && index.end() < head) before = log.fields(index.end() - 1).commandTag;
  for (Position p = index.end(); p < head; ++p) {
    auto fields = log.fields(p);
    std::vector<IndexedLine> lines;
    for (auto& stored : log.lines(p))
      if (stored.line) lines.push_back({stored.line->book, stored.line->number});
    std::vector<IndexedIdentifier> identifiers;
    if (fields.isSealed()) {
      auto event = reader.read(p, Open::FACTS);
      if (event && !event->destroyed)
        for (auto& i : introducedBy(event->view, blind)) identifiers.push_back({i.tag, i.subject});
    }
    bool first = !fields.commandTag.isZero() && fields.commandTag != before;
    index.add(p, log.leafAt(p), lines, first ? std::optional(fields.commandTag) : std::nullopt, identifiers);
    before = fields.commandTag;
    if (index.rowsInMemory() > 2'000'000) index.flush();
  }
}

void appendEngineEvents(Log& log, Vault& vault, const std::string& origin, Random& random, Micros at,
                        std::span<EngineEvent> events, const std::function<Number(const BookId&)>& lastNumber) {
  CommitBuilder commit(log.appended().size, vault.version());
  std::unordered_map<BookId, Number> used;
  for (auto& made : events) {
    EntryFields fields;
    fields.recordedAt = at;
    fields.eventId.bytes = drawUuid7(at, random);
    fields.engine = made.fact;
    Books books{{streamId(StreamKind::SY, {}), OPERATOR}, {}};
    if (made.event)
      books = booksOf(law::viewOf(made.event->getRoot<schema::Event>().asReader(), commit.next(), at, fields.eventId));
    books.others.insert(books.others.begin(), books.stream.stream);
    std::vector<Line> lines;
    for (auto& book : books.others) {
      Number number = used.contains(book) ? used[book] + 1 : lastNumber(book) + 1;
      used[book] = number;
      lines.push_back({book, number, drawId<Id16<struct SaltMeaning>>(random).bytes});
    }
    if (!made.event) {
      commit.add(fields, lines);
      continue;
    }
    vault.ensureStreams(std::span(&books.stream, 1));
    commit.needVault(vault.version());
    auto leaf = vault.leaf(books.stream.stream, lines.front().number);
    KJ_REQUIRE(leaf.fault == KeyFault::NONE, "no key for a stream that was just opened");
    EventParts parts;
    SealRandom drawn;
    random.fill(drawn);
    Buffer sealed;
    Hash digest = sealInto(sealed, parts.of(made.event->getRoot<schema::Event>(), {}), leaf.key, drawn,
                           SealPlace{origin, fields.eventId});
    commit.add(fields, lines, sealed, digest);
  }
  log.append(std::move(commit), Sync::YES);
}

}  // namespace liggare
