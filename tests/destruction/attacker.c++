#include "tests/destruction/attacker.h"

#include <kj/debug.h>

#include <fstream>

#include "engine/kv/store.h"
#include "engine/log/opening.h"
#include "engine/vault/key-ring.h"
#include "engine/vault/key-tree.h"
#include "engine/vault/line-sealer.h"
#include "engine/vault/seal.h"

namespace liggare::test {

namespace {
const std::string ORIGIN = "test.liggare.example/1";
constexpr Number NUMBERS = 64;  // more than any stream of the day has
}  // namespace

void Attacker::stealLog(const std::string& directory) {
  ClearLines lines;
  auto answer = openLog({directory, ORIGIN, {}}, lines, Access::READ);
  auto* opened = std::get_if<OpenedLog>(&answer);
  KJ_REQUIRE(opened != nullptr, "the stolen log does not open");
  auto& log = *opened->log;
  for (Position p = 0; p < log.durableSize(); ++p)
    if (auto half = log.sealed(p); half && half->whole()) texts.insert_or_assign(p, Text{log.fields(p).eventId, *half});
}

void Attacker::stealVault(const std::string& path) {
  auto store = openRocks(path, RocksProfile::VAULT, Mode::READ_ONLY);
  auto rows = store->cursor();
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    if (rows->key().front() != 'S') continue;
    const Bytes value = rows->value();
    records.push_back({BookId::from(rows->key().subspan(1)), SubjectKey::from(value.subspan(1, 16)),
                       getBe32(&value[17]), Buffer(value.begin() + 21, value.end())});
  }
}

void Attacker::stealKeys(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const Buffer bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (size_t at = 0; at + 32 <= bytes.size(); ++at) {
    std::array<uint8_t, 32> key;
    std::copy_n(bytes.begin() + ptrdiff_t(at), 32, key.begin());
    keys.insert(key);
  }
}

// Every key and holder on every record, under the owner and epoch that the record names; then every leaf of every
// secret, and every node of a cover as if it were one.
std::vector<Key> Attacker::leaves() const {
  std::set<std::array<uint8_t, 32>> out;
  auto take = [&](const std::optional<SecretBuffer>& plain) {
    auto secret = plain ? StreamSecret::read(*plain) : std::nullopt;
    if (!secret) return;
    for (Number n = 1; n <= NUMBERS; ++n)
      if (auto leaf = secret->leaf(n)) out.insert(leaf->bytes);
    for (auto& node : secret->cover()) out.insert(node.key.bytes);
  };
  for (auto& record : records) {
    const WrappedSecret wrapped{record.epoch, record.wrapped};
    for (auto& key : keys)
      take(KeyRing::unwrap({KeyUse::WRAP, KeyState::LIVE, record.owner, record.epoch, key}, record.stream, wrapped));
    for (auto* holder : holders) take(holder->unwrap(record.owner, record.stream, wrapped));
  }
  std::vector<Key> all;
  for (auto& bytes : out) all.push_back(Key::from(bytes));
  return all;
}

std::set<Position> Attacker::attack() const {
  const auto every = leaves();
  auto opens = [](const Text& text, const Key& leaf) {
    for (size_t part = 0; part < text.half.parts.size(); ++part)
      if (!openPart(text.half, uint8_t(part), leaf, SealPlace{ORIGIN, text.event})) return false;
    return true;
  };
  std::set<Position> opened;
  for (auto& [position, text] : texts)
    if (std::any_of(every.begin(), every.end(), [&](const Key& leaf) { return opens(text, leaf); }))
      opened.insert(position);
  return opened;
}

std::set<Position> Attacker::all() const {
  std::set<Position> out;
  for (auto& [position, text] : texts) out.insert(position);
  return out;
}

}  // namespace liggare::test
