// Somebody who has files of a journal, from as many days as they like, and perhaps keys: tries every key on every
// ciphertext.
#pragma once

#include <kj/debug.h>

#include <fstream>
#include <map>
#include <set>

#include "engine/kv/store.h"
#include "engine/log/opening.h"
#include "engine/vault/key-ring.h"
#include "engine/vault/key-tree.h"
#include "engine/vault/line-sealer.h"
#include "engine/vault/seal.h"

namespace liggare::test {

inline const std::string STOLEN_ORIGIN = "test.liggare.example/1";
inline constexpr Number NUMBERS = 64;  // more than any stream of the day has

struct StolenRecord {
  BookId stream;
  SubjectKey owner;
  uint32_t epoch = 0;
  Buffer wrapped;
};
struct StolenText {
  EventId event;
  SealedHalf half;
};

class Attacker {
 public:
  // Every ciphertext that any file of the log holds, by position: what is gone in one copy is there in another.
  void stealLog(const std::string& directory) {
    ClearLines lines;
    auto answer = openLog({directory, STOLEN_ORIGIN, {}}, lines, Access::READ);
    auto* opened = std::get_if<OpenedLog>(&answer);
    KJ_REQUIRE(opened != nullptr, "the stolen log does not open");
    auto& log = *opened->log;
    for (Position p = 0; p < log.durableSize(); ++p)
      if (auto half = log.sealed(p); half && half->whole())
        texts.insert_or_assign(p, StolenText{log.fields(p).eventId, *half});
  }
  void stealVault(const std::string& path) {
    auto store = openRocks(path, RocksProfile::VAULT, Mode::READ_ONLY);
    auto rows = store->cursor();
    for (rows->seekFirst(); rows->valid(); rows->next()) {
      if (rows->key().front() != 'S') continue;
      const Bytes value = rows->value();
      records.push_back({BookId::from(rows->key().subspan(1)), SubjectKey::from(value.subspan(1, 16)),
                         getBe32(&value[17]), Buffer(value.begin() + 21, value.end())});
    }
  }
  // Every 32 bytes of the file that could be a key, wherever they stand and whatever the file says of them.
  void stealKeys(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const Buffer bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (size_t at = 0; at + 32 <= bytes.size(); ++at) {
      std::array<uint8_t, 32> key;
      std::copy_n(bytes.begin() + ptrdiff_t(at), 32, key.begin());
      keys.insert(key);
    }
  }

  // A holder that opens today, and unwraps what it is given.
  void use(KeyHolder& holder) { holders.push_back(&holder); }

  // Positions of which every part opens.
  std::set<Position> attack() {
    const auto leaves = leavesOf(secretsOf());
    std::set<Position> opened;
    for (auto& [position, text] : texts)
      for (auto& leaf : leaves)
        if (opens(text, leaf)) {
          opened.insert(position);
          break;
        }
    return opened;
  }
  std::set<Position> all() const {
    std::set<Position> out;
    for (auto& [position, text] : texts) out.insert(position);
    return out;
  }

 private:
  std::map<Position, StolenText> texts;
  std::vector<StolenRecord> records;
  std::set<std::array<uint8_t, 32>> keys;
  std::vector<KeyHolder*> holders;

  // Every key on every record, under the owner and epoch that the record names.
  std::vector<StreamSecret> secretsOf() const {
    std::vector<StreamSecret> out;
    auto take = [&](const std::optional<SecretBuffer>& plain) {
      auto secret = plain ? StreamSecret::read(*plain) : std::nullopt;
      if (secret) out.push_back(std::move(*secret));
    };
    for (auto& record : records) {
      const WrappedSecret wrapped{record.epoch, record.wrapped};
      for (auto& key : keys)
        take(KeyRing::unwrap({KeyUse::WRAP, KeyState::LIVE, record.owner, record.epoch, key}, record.stream, wrapped));
      for (auto* holder : holders) take(holder->unwrap(record.owner, record.stream, wrapped));
    }
    return out;
  }
  // Every leaf of every secret, and every node of a cover as if it were one.
  static std::vector<Key> leavesOf(const std::vector<StreamSecret>& secrets) {
    std::set<std::array<uint8_t, 32>> out;
    for (auto& secret : secrets) {
      for (Number n = 1; n <= NUMBERS; ++n)
        if (auto leaf = secret.leaf(n)) out.insert(leaf->bytes);
      for (auto& node : secret.cover()) out.insert(node.key.bytes);
    }
    std::vector<Key> leaves;
    for (auto& bytes : out) leaves.push_back(Key::from(bytes));
    return leaves;
  }
  static bool opens(const StolenText& text, const Key& leaf) {
    for (size_t part = 0; part < text.half.parts.size(); ++part)
      if (!openPart(text.half, uint8_t(part), leaf, SealPlace{STOLEN_ORIGIN, text.event})) return false;
    return true;
  }
};

}  // namespace liggare::test
