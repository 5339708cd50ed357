// What the vault and the key holder read, from anywhere: stream secrets, destruction rows, wrapped records in a store,
// key files, sealed halves and views' rows. Each is accepted or refused; what was accepted is made of the same bytes
// again, what is forgotten stays forgotten, and nothing opens that was not sealed.

#include <kj/debug.h>

#include "engine/vault/memory-key-holder.h"
#include "engine/vault/vault.h"
#include "tests/fuzz/mutators.h"

using namespace liggare;

namespace {

bool isSame(Bytes one, Bytes other) { return std::equal(one.begin(), one.end(), other.begin(), other.end()); }

// Runs what may throw, and nothing else than kj::Exception.
template <typename Work>
bool survives(Work&& work) {
  return kj::runCatchingExceptions(kj::fwd<Work>(work)) == nullptr;
}

void trySecret(Bytes bytes) {
  auto secret = StreamSecret::read(bytes);
  if (!secret) return;
  KJ_ASSERT(isSame(secret->serialise(), bytes));
  std::vector<Number> numbers{1, 2, 1000, Number(1) << 63, ~Number(0)};
  for (size_t i = 0; i < std::min<size_t>(4, secret->cover().size()); ++i) numbers.push_back(secret->cover()[i].first);
  KeyPath path(*secret);
  for (Number n : numbers) KJ_ASSERT(path.leaf(n) == secret->leaf(n));
  auto less = secret->puncture(numbers);
  for (Number n : numbers) KJ_ASSERT(!less.leaf(n).has_value(), "a number that was taken out", n);
  for (Number n : {Number(3), Number(999)}) KJ_ASSERT(less.leaf(n) == secret->leaf(n), "one that was not", n);
  auto again = StreamSecret::read(less.serialise());
  KJ_ASSERT(again.has_value() && isSame(again->serialise(), less.serialise()));
}

void tryDestruction(Bytes bytes) {
  constexpr size_t KEY = 17;
  if (bytes.size() < KEY) return;
  auto row = decodeDestruction(bytes.first(KEY), bytes.subspan(KEY));
  if (!row) return;
  KJ_ASSERT(isSame(destructionKey(row->event), bytes.first(KEY)));
  KJ_ASSERT(isSame(encodeDestruction(*row), bytes.subspan(KEY)));
}

void tryKeyFile(Bytes bytes) {
  auto read = KeyRing::read(bytes);
  if (read.fault != KeyRing::ReadFault::NONE) return;
  KJ_ASSERT(isSame(read.ring.serialise(read.generation), bytes), "two forms of one key file");
  read.ring.currentEpoch(KeyUse::WRAP, OPERATOR);
  read.ring.find(KeyUse::LINES, OPERATOR, 0);
}

MemoryKeyHolder& holder() {
  static SeededRandom random(5);
  static MemoryKeyHolder it("liggare.test/fuzz", random);
  return it;
}

// Rows of a vault as they would lie in a store that somebody else wrote: one whose wrapping is real around these bytes,
// and one that is these bytes.
void tryStore(Bytes bytes) {
  BookId stolen, odd;
  odd.bytes.fill(1);
  Buffer wrapped{1};
  append(wrapped, OPERATOR);
  auto mine = holder().wrap(OPERATOR, odd, bytes);
  appendBe32(wrapped, mine.epoch);
  append(wrapped, mine.bytes);
  auto store = memoryStore();
  Batch batch;
  auto put = [&](char letter, Bytes id, Bytes value) {
    Buffer key{uint8_t(letter)};
    append(key, id);
    batch.put(key, Buffer(value.begin(), value.end()));
  };
  put('S', odd, wrapped);
  put('S', stolen, bytes);
  if (!bytes.empty() && bytes[0] % 4 == 0) put('V', {}, bytes);
  if (!bytes.empty() && bytes[0] % 4 == 1) put('M', {}, bytes);
  if (!bytes.empty() && bytes[0] % 4 == 2) put('D', odd, bytes);
  store->write(batch, Sync::NO);
  survives([&] { vaultVersionIn(*store); });
  survives([&] { destructionsIn(*store); });
  KeyFault fault = KeyFault::DAMAGED, stolenFault = KeyFault::DAMAGED;
  bool isOpen = survives([&] {
    SeededRandom random(1);
    Vault vault(*store, holder(), random, 4);
    fault = vault.secret(odd).fault;
    stolenFault = vault.secret(stolen).fault;
    vault.itemKey(odd, 1, Buffer(32, 3));
  });
  survives([&] {
    SeededRandom random(1);
    Vault(*store, holder(), random, 4).streamsByEpoch();
  });
  KJ_ASSERT(!isOpen || (fault == KeyFault::NONE) == StreamSecret::read(bytes).has_value(), "read in two ways");
  KJ_ASSERT(stolenFault != KeyFault::NONE, "a secret that nobody wrapped");
}

void trySealed(Bytes bytes) {
  const Key key = Key::from(Buffer(32, 7));
  const SealPlace place{"liggare.test/fuzz", {}};
  if (auto half = decodeSealedHalf(bytes)) {
    for (size_t i = 0; i <= std::min<size_t>(half->parts.size(), 255); ++i)
      KJ_ASSERT(!openPart(*half, uint8_t(i), key, place), "opened, and nobody sealed it under this key");
  }
  KJ_ASSERT(!openRow(key, asBytes("row"), bytes).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes bytes(data, size);
  trySecret(bytes);
  tryDestruction(bytes);
  tryKeyFile(bytes);
  tryStore(bytes);
  trySealed(bytes);
  return 0;
}

LIGGARE_MUTATES(mutateSealed)
