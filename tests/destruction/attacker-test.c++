// Somebody has every file of the journal from before and after, every copy of the vault, and today's key holder; tries
// every key on every ciphertext; and opens exactly what survives. Without the destruction the same attack opens all,
// and so it does with yesterday's key file: it is an attack that works.
#include <gtest/gtest.h>

#include <kj/debug.h>

#include <fstream>
#include <set>

#include "engine/kv/store.h"
#include "engine/vault/key-ring.h"
#include "engine/vault/key-tree.h"
#include "engine/vault/line-sealer.h"
#include "engine/vault/seal.h"
#include "tests/destruction/destruction-world.h"

namespace liggare::test {
namespace {

namespace fs = std::filesystem;

const std::string ORIGIN = "test.liggare.example/1";
constexpr Number NUMBERS = 64;  // more than any stream of the day has

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
    auto answer = openLog({directory, ORIGIN, {}}, lines, Access::READ);
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

  // Every key on every record, under the owner and epoch that the record names.
  std::vector<StreamSecret> secretsOf() const {
    std::vector<StreamSecret> out;
    for (auto& record : records)
      for (auto& key : keys) {
        const KeyRow row{KeyUse::WRAP, KeyState::LIVE, record.owner, record.epoch, key};
        auto plain = KeyRing::unwrap(row, record.stream, {record.epoch, record.wrapped});
        auto secret = plain ? StreamSecret::read(*plain) : std::nullopt;
        if (secret) out.push_back(std::move(*secret));
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
      if (!openPart(text.half, uint8_t(part), leaf, SealPlace{ORIGIN, text.event})) return false;
    return true;
  }
};

class Attacked : public testing::Test {
 protected:
  TemporaryDirectory place;
  DestructionWorld world{place.path() + "/J"};
  const size_t execution = executingLine();
  std::string before = place.path() + "/before", beforeKeys = before + ".keys";

  // The day up to the execution, and a copy of every file.
  void SetUp() override {
    world.open();
    world.play(0, execution);
    world.close();
    fs::copy(world.where(), before, fs::copy_options::recursive);
    fs::copy(world.keyFile(), beforeKeys);
  }
  void stealAllFiles(Attacker& attacker) const {
    for (auto& directory : {before, world.where()}) {
      attacker.stealLog(directory);
      attacker.stealVault(directory + "/vault");
    }
    if (fs::exists(world.vaultCopy())) attacker.stealVault(world.vaultCopy());
  }
};

TEST_F(Attacked, WithAllFilesAndTodaysHolderOpensExactlyWhatSurvives) {
  world.open();
  world.play(execution, destructionDay().size());
  const auto gone = world.gone();
  world.close();
  ASSERT_EQ(gone.size(), 4u);
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  auto survivors = attacker.all();
  for (Position p : gone) ASSERT_EQ(survivors.erase(p), 1u) << "the attacker has the text of " << p;
  EXPECT_EQ(attacker.attack(), survivors);

  Attacker yesterday;
  stealAllFiles(yesterday);
  yesterday.stealKeys(world.keyFile());
  yesterday.stealKeys(beforeKeys);
  EXPECT_EQ(yesterday.attack(), yesterday.all()) << "why copies of the key file must go too";
}

TEST_F(Attacked, WithoutTheDestructionOpensAll) {
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  ASSERT_GT(attacker.all().size(), 80u);
  EXPECT_EQ(attacker.attack(), attacker.all());
}

TEST_F(Attacked, InTheMiddleOfItCanDoNoMoreThanBefore) {
  world.open([](std::string_view step) { KJ_REQUIRE(step != "holder", "stopped when the old keys are gone"); });
  world.play(execution, execution + 1);
  auto gone = world.journal().destructions().at(0).items;
  world.close();
  Attacker attacker;
  stealAllFiles(attacker);
  attacker.stealKeys(world.keyFile());
  auto survivors = attacker.all();
  for (auto& item : gone) survivors.erase(item.position);
  EXPECT_EQ(attacker.attack(), survivors) << "the text is still in the log, and nothing opens it";
}

}  // namespace
}  // namespace liggare::test
