// The vault's side of a destruction: the register of what is to go, trees without it, and everything else of the same
// owners under a new key. What the holder, the log and the views do is engine/carry-out.c++.
#include <algorithm>
#include <set>

#include <kj/debug.h>

#include "engine/vault/vault-record.h"

namespace liggare {
namespace {

constexpr size_t BATCH_BYTES = 1 << 20;

Bounds rowsOf(char letter) {
  const uint8_t first = uint8_t(letter);
  return prefixBounds({&first, 1});
}

}  // namespace

std::vector<Destruction> destructionsIn(Store& records) {
  std::vector<Destruction> out;
  auto rows = records.cursor(rowsOf('D'));
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    auto row = decodeDestruction(rows->key(), rows->value());
    KJ_REQUIRE(row.has_value(), "the vault's record of a destruction is damaged");
    out.push_back(std::move(*row));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.decision < b.decision; });
  return out;
}

void Vault::keep(const Destruction& destruction) {
  Batch batch;
  batch.put(destructionKey(destruction.event), encodeDestruction(destruction));
  store.write(batch, Sync::YES);
}

void Vault::forget(const EventId& event) {
  Batch batch;
  batch.erase(destructionKey(event));
  store.write(batch, Sync::YES);
}

// Under `creating`. The cache is dropped after the write: a load that began before it is then not kept either.
void Vault::writeRecords(Batch& batch, std::vector<BookId>& changed) {
  if (batch.empty()) return;
  const uint64_t next = version() + 1;
  Buffer value;
  appendBe64(value, next);
  batch.put(Buffer(std::begin(VAULT_VERSION_KEY), std::end(VAULT_VERSION_KEY)), std::move(value));
  store.write(batch, Sync::YES);
  currentVersion.store(next, std::memory_order_release);
  for (const auto& stream : changed) drop(stream);
  changed.clear();
}

// No stream is made meanwhile, so that none is left under the old key by a thread that had wrapped it and not written.
void Vault::rewrap(const std::vector<SubjectKey>& owners, std::span<const DestroyedItem> gone) {
  std::map<BookId, std::vector<Number>> numbers;
  for (const auto& item : gone) numbers[item.stream].push_back(item.number);
  const std::set<SubjectKey> wanted(owners.begin(), owners.end());
  std::lock_guard lock(creating);
  Batch batch;
  std::vector<BookId> changed;
  auto rows = store.cursor(rowsOf('S'));
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    const auto record = Record::decode(rows->value());
    const BookId stream = BookId::from(rows->key().subspan(1));
    KJ_REQUIRE(record.isReadable, "a vault record is damaged", toHex(stream).c_str());
    if (!wanted.contains(record.owner)) continue;
    const auto found = numbers.find(stream);
    const bool isNewest = record.wrapped.epoch == holder.currentEpoch(record.owner);
    if (isNewest && found == numbers.end()) continue;
    auto secret = unwrap(stream, record);
    KJ_REQUIRE(bool(secret), "a stream's secret does not open: nothing of its owner may be destroyed",
               toHex(stream).c_str());
    if (found != numbers.end()) {
      const bool isGone = std::none_of(found->second.begin(), found->second.end(),
                                       [&](Number n) { return secret.key.nodeAbove(n).has_value(); });
      if (isGone && isNewest) continue;
      secret.key = secret.key.puncture(found->second);
    }
    batch.put(Record::key(stream),
              Record::encode(record.owner, holder.wrap(record.owner, stream, secret.key.serialise())));
    changed.push_back(stream);
    if (batch.bytes() >= BATCH_BYTES) writeRecords(batch, changed);
  }
  writeRecords(batch, changed);
}

void Vault::scrub() {
  store.flush();
  store.compact({}, {});
}

StreamsByEpoch Vault::streamsByEpoch() {
  StreamsByEpoch out;
  auto rows = store.cursor(rowsOf('S'));
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    const auto record = Record::decode(rows->value());
    KJ_REQUIRE(record.isReadable, "a vault record is damaged", toHex(rows->key()).c_str());
    ++out[{record.owner, record.wrapped.epoch}];
  }
  return out;
}

}  // namespace liggare
