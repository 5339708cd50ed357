#include "engine/journal-destroy.h"

#include <kj/debug.h>

#include <filesystem>
#include <set>

#include "engine/kv/store-copy.h"
#include "engine/taken-away.h"

namespace liggare {

namespace fs = std::filesystem;

namespace {

constexpr size_t POSITIONS_PER_FACT = 4096;  // 32 KiB of an entry's 64

constexpr size_t POSITIONS_AT_ONCE = 4096;   // their sealed halves are in memory while they are rewritten

using Owners = std::vector<SubjectKey>;

// --- what is to go --------------------------------------------------------------------------------------------------

// False when there is no such event: the commit never became durable, and nobody was answered on it.
bool list(Opened& parts, EventSource& source, Destruction& what) {
  auto& log = *parts.log;
  if (what.decision >= log.durableSize() || log.fields(what.decision).eventId != what.event) {
    parts.vault->forget(what.event);
    return false;
  }
  for (Position position : takenAwayBy(source, what.decision)) {
    auto event = source.read(position, Open::FACTS);
    if (event->destroyed) continue;
    auto owner = booksOf(event->view).stream;
    KJ_REQUIRE(!event->lines.empty() && event->lines.front().book == owner.stream, "not in its own stream", position);
    what.items.push_back({position, event->lines.front().number, owner.stream, owner.owner});
  }
  what.stage = DestructionStage::LISTED;
  parts.vault->keep(what);
  return true;
}

Owners ownersOf(const Destruction& what) {
  std::set<SubjectKey> owners;
  for (auto& item : what.items) owners.insert(item.owner);
  return {owners.begin(), owners.end()};
}

// --- what the log is told -------------------------------------------------------------------------------------------

void tellLog(Opened& parts, const CarryOut& how, std::vector<EngineFact> facts) {
  if (facts.empty()) return;
  std::vector<EngineEvent> events;
  for (auto& fact : facts) events.push_back({nullptr, std::move(fact)});
  appendEngineEvents(*parts.log, *parts.vault, parts.file.origin, how.random, how.at, events,
                     [&](const BookId& book) { return parts.index->lastNumber(book); });
  catchUpIndex(*parts.index, *parts.log, *parts.reader, how.blind);
}

// What the log does not say yet. In a log restored from before its own decision that decision is nowhere: 0.
void stateDestroyed(Opened& parts, const CarryOut& how, const Destruction& what) {
  if (what.items.empty()) return;
  std::set<Position> missing;
  for (auto& item : what.items)
    if (item.position < parts.log->durableSize()) missing.insert(item.position);
  if (missing.empty()) return;
  eachFact(*parts.log, *missing.begin() + 1, [&](Position, const EngineFact& fact) {
    if (auto* destroyed = std::get_if<DestroyedFact>(&fact))
      for (Position position : destroyed->positions) missing.erase(position);
  });
  const bool isHere =
      what.decision < parts.log->durableSize() && parts.log->fields(what.decision).eventId == what.event;
  std::vector<EngineFact> facts;
  std::vector<Position> left(missing.begin(), missing.end());
  for (size_t from = 0; from < left.size(); from += POSITIONS_PER_FACT) {
    const size_t to = std::min(left.size(), from + POSITIONS_PER_FACT);
    facts.push_back(
        DestroyedFact{{left.begin() + ptrdiff_t(from), left.begin() + ptrdiff_t(to)}, isHere ? what.decision : 0});
  }
  tellLog(parts, how, std::move(facts));
}

void stateEpochs(Opened& parts, const CarryOut& how, const Owners& owners, Position since) {
  std::map<SubjectKey, uint32_t> untold;
  for (auto& owner : owners) untold[owner] = parts.keys->currentEpoch(owner);
  eachFact(*parts.log, since, [&](Position, const EngineFact& fact) {
    auto* change = std::get_if<KeyChangeFact>(&fact);
    auto found = change ? untold.find(change->owner) : untold.end();
    if (found != untold.end() && found->second == change->epoch) untold.erase(found);
  });
  std::vector<EngineFact> facts;
  for (auto& [owner, epoch] : untold) facts.push_back(KeyChangeFact{"", owner, epoch, {}});
  tellLog(parts, how, std::move(facts));
}

// --- the vault, its copy, and the holder ----------------------------------------------------------------------------

void removeLeftovers(const std::string& path) {
  std::error_code ignored;
  const std::string stem = fs::path(path).filename();
  for (auto& entry : fs::directory_iterator(fs::absolute(path).parent_path(), ignored)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(stem + ".making-") || name.starts_with(stem + ".old-")) fs::remove_all(entry.path(), ignored);
  }
}

// Row by row what the vault holds, and every secret opens, those of the owners under their newest keys.
void readBack(Opened& parts, const std::string& path, const Owners& owners, Random& random) {
  auto copy = openRocks(path, RocksProfile::VAULT, Mode::READ_ONLY);
  copy->verifyChecksums();
  auto ours = parts.vaultStore->cursor(), theirs = copy->cursor();
  ours->seekFirst();
  theirs->seekFirst();
  Vault vault(*copy, *parts.keys, random, 16);
  for (; ours->valid() && theirs->valid(); ours->next(), theirs->next()) {
    KJ_REQUIRE(std::ranges::equal(ours->key(), theirs->key()) && std::ranges::equal(ours->value(), theirs->value()),
               "the vault's copy is not the vault");
    if (ours->key().front() != 'S') continue;
    auto stream = BookId::from(ours->key().subspan(1));
    KJ_REQUIRE(bool(vault.secret(stream)), "a secret in the vault's copy does not open", toHex(stream).c_str());
  }
  KJ_REQUIRE(!ours->valid() && !theirs->valid(), "the vault's copy is not the vault");
  for (auto& [key, streams] : vault.streamsByEpoch())
    KJ_REQUIRE(std::find(owners.begin(), owners.end(), key.first) == owners.end() ||
                   key.second == parts.keys->currentEpoch(key.first),
               "a secret is still under an old key", key.second, streams);
}

// The older copy goes when the new one has been read: it is dead by intent.
void copyVault(Opened& parts, const CarryOut& how, const Owners& owners) {
  KJ_REQUIRE(!liesBelow(how.vaultCopy, how.directory), "the vault's copy may not lie in the journal's directory");
  removeLeftovers(how.vaultCopy);
  const std::string making = besideName(how.vaultCopy, ".making-"), old = besideName(how.vaultCopy, ".old-");
  copyStore(*parts.vaultStore, making);
  openRocks(making, RocksProfile::VAULT, Mode::READ_WRITE)->flush();
  readBack(parts, making, owners, how.random);
  syncFile(making);
  std::error_code ignored;
  if (fs::exists(how.vaultCopy, ignored)) moveIntoPlace(how.vaultCopy, old);
  moveIntoPlace(making, how.vaultCopy);
  fs::remove_all(old);
}

void destroyOldKeys(KeyHolder& keys, const Owners& owners) {
  for (auto& owner : owners)
    for (uint32_t epoch = 1; epoch < keys.currentEpoch(owner); ++epoch)
      if (keys.hasEpoch(owner, epoch)) keys.destroyEpoch(owner, epoch);
}

// Views hold positions, kinds and times of what is gone. Where somebody in this process has them open, their own next
// catch-up lets the rows go.
void purgeViews(const CarryOut& how) {
  const std::string path = how.directory + "/views";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  auto fault = kj::runCatchingExceptions([&] { openRocks(path, RocksProfile::VIEWS, Mode::READ_WRITE); });
  KJ_IF_MAYBE (e, fault)
    if (isInUse(*e)) return how.observer.openingNote("the views are open: they let destroyed rows go as they follow");
  fs::remove_all(path);
  syncFile(how.directory);
}

// --- in order -------------------------------------------------------------------------------------------------------

void after(const CarryOut& how, std::string_view step) {
  if (how.afterStep) how.afterStep(step);
}

// From new keys that wrap nothing to old keys that are gone.
void changeKeys(Opened& parts, const CarryOut& how, const Owners& owners, Destruction* what) {
  if (!what || what->stage == DestructionStage::LISTED) {
    for (auto& owner : owners) parts.keys->beginEpoch(owner);
    after(how, "epochs");
  }
  parts.vault->rewrap(owners, what ? std::span<const DestroyedItem>(what->items) : std::span<const DestroyedItem>());
  if (what) {
    what->stage = DestructionStage::REWRAPPED;
    parts.vault->keep(*what);
  }
  after(how, "rewrapped");
  parts.vault->scrub();
  after(how, "scrubbed");
  copyVault(parts, how, owners);
  after(how, "copied");
  destroyOldKeys(*parts.keys, owners);
  after(how, "holder");
}

void carryOutOne(Opened& parts, EventSource& source, const CarryOut& how, Destruction what) {
  if (what.stage == DestructionStage::DECIDED && !list(parts, source, what)) return;
  after(how, "listed");
  const Owners owners = ownersOf(what);
  if (!owners.empty()) changeKeys(parts, how, owners, &what);
  stateDestroyed(parts, how, what);
  after(how, "stated");
  std::vector<Position> positions;
  for (auto& item : what.items)
    if (item.position < parts.log->durableSize()) positions.push_back(item.position);
  for (size_t from = 0; from < positions.size(); from += POSITIONS_AT_ONCE)
    parts.log->removeCiphertext(
        std::span(positions).subspan(from, std::min(POSITIONS_AT_ONCE, positions.size() - from)));
  after(how, "removed");
  purgeViews(how);
  after(how, "purged");
  if (!positions.empty()) stateEpochs(parts, how, owners, positions.front());
  after(how, "told");
  what.stage = DestructionStage::DONE;
  parts.vault->keep(what);
  for (Position position : positions) how.observer.destroyed(position, what.decision);
  after(how, "done");
}

}  // namespace

void carryOutDestructions(Opened& parts, EventSource& source, const CarryOut& how) {
  for (auto& what : parts.vault->destructions())
    if (what.stage != DestructionStage::DONE) carryOutOne(parts, source, how, what);
}

void rotateAllKeys(Opened& parts, const CarryOut& how) {
  std::set<SubjectKey> all;
  for (auto& [key, streams] : parts.vault->streamsByEpoch()) all.insert(key.first);
  const Owners owners(all.begin(), all.end());
  changeKeys(parts, how, owners, nullptr);
  stateEpochs(parts, how, owners, parts.log->durableSize());
  after(how, "told");
}

}  // namespace liggare
