#include "engine/vault/vault-record.h"

#include <kj/debug.h>
#include <list>
#include <unordered_map>
#include <unordered_set>

namespace liggare {
namespace {

constexpr size_t RECORD_HEAD = 1 + 16 + 4;
constexpr size_t SHARDS = 16;
constexpr uint8_t FORMAT = 1;  // of the mark
constexpr uint8_t MARK_KEY[] = {'M'};

Buffer be64(uint64_t value) {
  Buffer bytes;
  appendBe64(bytes, value);
  return bytes;
}

}  // namespace

Buffer Vault::Record::key(const BookId& stream) {
  Buffer key{'S'};
  append(key, stream);
  return key;
}

Vault::Record Vault::Record::decode(Bytes bytes) {
  Record record;
  if (bytes.size() < RECORD_HEAD || bytes[0] != FORMAT) return record;
  record.owner = SubjectKey::from(bytes.subspan(1, 16));
  record.wrapped.epoch = getBe32(&bytes[17]);
  record.wrapped.bytes.assign(bytes.begin() + RECORD_HEAD, bytes.end());
  record.isReadable = true;
  return record;
}

Buffer Vault::Record::encode(const SubjectKey& owner, const WrappedSecret& wrapped) {
  Buffer bytes{FORMAT};
  append(bytes, owner);
  appendBe32(bytes, wrapped.epoch);
  append(bytes, wrapped.bytes);
  return bytes;
}

// A part of the cache with its own lock: least recently used last. The walk down a tree happens under the lock (a
// microsecond); disk and unwrapping never do.
struct Vault::Shard {
  struct Entry {
    BookId stream;
    SubjectKey owner;
    KeyPath path;
  };
  std::mutex mutex;
  size_t capacity = 1;
  uint64_t drops = 0;
  std::list<Entry> entries;
  std::unordered_map<BookId, std::list<Entry>::iterator> places;

  Entry* touch(const BookId& stream) {
    auto place = places.find(stream);
    if (place == places.end()) return nullptr;
    entries.splice(entries.begin(), entries, place->second);
    return &entries.front();
  }
  Entry& put(const BookId& stream, const SubjectKey& owner, StreamSecret secret) {
    if (Entry* known = touch(stream)) return *known;
    entries.push_front({stream, owner, KeyPath(std::move(secret))});
    places.emplace(stream, entries.begin());
    if (entries.size() > capacity) {
      places.erase(entries.back().stream);
      entries.pop_back();
    }
    return entries.front();
  }
};

std::optional<uint64_t> vaultVersionIn(Store& records) {
  auto value = records.get(VAULT_VERSION_KEY);
  if (!value) return 0;
  if (value->size() != 8) return std::nullopt;
  return getBe64(value->data());
}

Vault::Vault(Store& records, KeyHolder& keys, Random& source, size_t cachedStreams)
    : store(records), holder(keys), random(source), origin(keys.origin()) {
  if (auto mark = store.get(MARK_KEY)) {
    KJ_REQUIRE(!mark->empty() && mark->front() == FORMAT, "the vault is of another format than this version writes");
    KJ_REQUIRE(asText(Bytes(*mark).subspan(1)) == origin, "the vault belongs to another journal than the key holder");
    hasMark = true;
  }
  auto version = vaultVersionIn(store);
  KJ_REQUIRE(version.has_value(), "the vault's version is damaged");
  currentVersion = *version;
  for (size_t i = 0; i < SHARDS; ++i) {
    shards.push_back(std::make_unique<Shard>());
    shards.back()->capacity = std::max<size_t>(1, cachedStreams / SHARDS);
  }
}

Vault::~Vault() = default;

Vault::Shard& Vault::shardOf(const BookId& stream) const { return *shards[stream.bytes[0] % SHARDS]; }

std::optional<Vault::Record> Vault::find(const BookId& stream) {
  auto bytes = store.get(Record::key(stream));
  if (!bytes) return std::nullopt;
  return Record::decode(*bytes);
}

KeyAnswer<StreamSecret> Vault::unwrap(const BookId& stream, const Record& record) {
  if (!record.isReadable) return {KeyFault::DAMAGED, {}};
  auto bytes = holder.unwrap(record.owner, stream, record.wrapped);
  if (!bytes) {
    const bool isGone = !holder.hasEpoch(record.owner, record.wrapped.epoch);
    return {isGone ? KeyFault::EPOCH_GONE : KeyFault::DAMAGED, {}};
  }
  auto secret = StreamSecret::read(*bytes);
  if (!secret) return {KeyFault::DAMAGED, {}};
  return {KeyFault::NONE, std::move(*secret)};
}

// The streams that have no secret on disk yet. A row that can be read is durable: the store shows a synced write only
// after its sync, and this class writes in no other way.
std::vector<StreamOwner> Vault::withoutKnown(std::span<const StreamOwner> streams) {
  std::vector<StreamOwner> missing;
  for (const auto& stream : streams) {
    std::optional<SubjectKey> owner;
    {
      Shard& shard = shardOf(stream.stream);
      std::lock_guard lock(shard.mutex);
      if (auto* entry = shard.touch(stream.stream)) owner = entry->owner;
    }
    if (!owner) {
      auto record = find(stream.stream);
      if (!record) {
        missing.push_back(stream);
        continue;
      }
      KJ_REQUIRE(record->isReadable, "a vault record is damaged", toHex(stream.stream).c_str());
      owner = record->owner;
    }
    KJ_REQUIRE(*owner == stream.owner, "a stream never changes owner", toHex(stream.stream).c_str());
  }
  return missing;
}

void Vault::ensureStreams(std::span<const StreamOwner> streams) {
  const auto mine = withoutKnown(streams);
  if (mine.empty()) return;
  {
    std::lock_guard lock(asking);
    wanted.insert(wanted.end(), mine.begin(), mine.end());
  }
  std::lock_guard lock(creating);
  std::vector<StreamOwner> all;
  {
    std::lock_guard askingLock(asking);
    all.swap(wanted);  // everyone who came while the last batch was synced
  }
  // Mine may have been in somebody else's batch. If that batch failed they are still missing, and it is my turn to find
  // out.
  all.insert(all.end(), mine.begin(), mine.end());
  create(std::move(all));
  KJ_ASSERT(withoutKnown(mine).empty(), "what was asked for is there, with the owner that was asked for");
}

// Under `creating`. What a crash leaves: all of the batch or nothing; secrets without events are used by the next
// attempt.
void Vault::create(std::vector<StreamOwner> missing) {
  std::unordered_set<BookId> seen;
  std::erase_if(missing,
                [&](const StreamOwner& s) { return !seen.insert(s.stream).second || find(s.stream).has_value(); });
  if (missing.empty()) return;
  Batch batch;
  std::vector<StreamSecret> secrets;
  secrets.reserve(missing.size());
  for (const auto& stream : missing) {
    secrets.push_back(StreamSecret::whole(Key::draw(random)));
    const auto wrapped = holder.wrap(stream.owner, stream.stream, secrets.back().serialise());
    batch.put(Record::key(stream.stream), Record::encode(stream.owner, wrapped));
  }
  if (!hasMark) {
    Buffer mark{FORMAT};
    append(mark, asBytes(origin));
    batch.put(Buffer(std::begin(MARK_KEY), std::end(MARK_KEY)), std::move(mark));
  }
  const uint64_t next = version() + 1;
  batch.put(Buffer(std::begin(VAULT_VERSION_KEY), std::end(VAULT_VERSION_KEY)), be64(next));
  store.write(batch, Sync::YES);
  // Durable from here: only now may anyone seal under them.
  hasMark = true;
  currentVersion.store(next, std::memory_order_release);
  for (size_t i = 0; i < missing.size(); ++i) {
    Shard& shard = shardOf(missing[i].stream);
    std::lock_guard lock(shard.mutex);
    shard.put(missing[i].stream, missing[i].owner, std::move(secrets[i]));
  }
}

KeyAnswer<Key> Vault::leaf(const BookId& stream, Number number) {
  Shard& shard = shardOf(stream);
  auto walk = [&](Shard::Entry& entry) -> KeyAnswer<Key> {
    auto leaf = entry.path.leaf(number);
    if (!leaf) return {KeyFault::PUNCTURED, {}};
    return {KeyFault::NONE, *leaf};
  };
  uint64_t dropsBefore;
  {
    std::lock_guard lock(shard.mutex);
    if (auto* entry = shard.touch(stream)) return walk(*entry);
    dropsBefore = shard.drops;
  }
  auto record = find(stream);
  if (!record) return {KeyFault::NO_STREAM, {}};
  auto secret = unwrap(stream, *record);
  if (secret.fault == KeyFault::EPOCH_GONE) {  // rewrapped between the two, perhaps: then it is there by now
    record = find(stream);
    secret = unwrap(stream, *record);
  }
  if (!secret) return {secret.fault, {}};
  std::lock_guard lock(shard.mutex);
  if (shard.drops == dropsBefore) return walk(shard.put(stream, record->owner, std::move(secret.key)));
  Shard::Entry passing{stream, record->owner, KeyPath(std::move(secret.key))};
  return walk(passing);
}

KeyAnswer<Key> Vault::itemKey(const BookId& stream, Number number, Bytes headerRandom) {
  auto answer = leaf(stream, number);
  if (answer) answer.key = itemKeyOf(answer.key, headerRandom);
  return answer;
}

KeyAnswer<StreamSecret> Vault::secret(const BookId& stream) {
  const auto record = find(stream);
  if (!record) return {KeyFault::NO_STREAM, {}};
  return unwrap(stream, *record);
}

void Vault::drop(const BookId& stream) {
  Shard& shard = shardOf(stream);
  std::lock_guard lock(shard.mutex);
  ++shard.drops;
  auto place = shard.places.find(stream);
  if (place == shard.places.end()) return;
  shard.entries.erase(place->second);
  shard.places.erase(place);
}

}  // namespace liggare
