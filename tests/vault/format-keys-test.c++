// Rebuilds the worked vectors of docs/format.md "Keys and sealing" and compares them with
// tests/golden/format-0/keys-*.txt and with the page itself: neither code, golden nor page can change alone.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/vault/line-sealer.h"
#include "engine/vault/memory-key-holder.h"
#include "engine/vault/seal.h"
#include "engine/vault/token-key-holder.h"
#include "engine/vault/vault.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

const std::string ORIGIN = "liggare.example/region";

// 00 01 02 … from `first`: inputs that anyone can write down.
template <size_t N>
std::array<uint8_t, N> counting(uint8_t first) {
  std::array<uint8_t, N> bytes;
  for (size_t i = 0; i < N; ++i) bytes[i] = uint8_t(first + i);
  return bytes;
}

// Gives one byte for ever: what is "drawn" in the vectors is then plain to see.
class ConstantRandom : public Random {
 public:
  explicit ConstantRandom(uint8_t always) : byte(always) {}
  void fill(std::span<uint8_t> out) override { std::fill(out.begin(), out.end(), byte); }

 private:
  const uint8_t byte;
};

class Vectors {
 public:
  void add(std::string_view name, Bytes bytes) { text.append(name).append(" = ").append(toHex(bytes)).append("\n"); }
  std::string text;
};

std::string readText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void compare(const std::string& name, const std::string& text) {
  const std::string golden = test::sourceDir() + "/tests/golden/format-0/" + name;
  if (test::updatesGoldens()) std::ofstream(golden, std::ios::binary) << text;
  EXPECT_EQ(text, readText(golden)) << name;
  const std::string page =
      readText(test::sourceDir() + "/docs/format.md") + readText(test::sourceDir() + "/docs/format-keys.md");
  EXPECT_NE(page.find("```\n" + text + "```"), std::string::npos) << "the page shows other vectors than " << name;
}

TEST(FormatKeys, TheKeyTreeIsByteFinal) {
  const auto secret = StreamSecret::whole(Key::from(counting<32>(0)));
  Vectors vectors;
  vectors.add("secret", counting<32>(0));
  for (unsigned bits : {1u, 2u, 3u, 64u})
    vectors.add("root " + std::to_string(bits), rootOf(Key::from(counting<32>(0)), bits));
  for (Number n : {Number(1), Number(2), Number(3), Number(4), Number(5), Number(100), ~Number(0)}) {
    vectors.add("leaf " + std::to_string(n), *secret.leaf(n));
  }
  const auto whole = secret.serialise();
  vectors.add("whole", Bytes(whole.data(), whole.size()));
  compare("keys-tree.txt", vectors.text);
}

TEST(FormatKeys, ASealedHalfIsByteFinal) {
  const Key leaf = Key::from(counting<32>(0x20));
  const SealRandom random = counting<32>(0x40);
  const SealPlace place{ORIGIN, EventId::from(counting<16>(0x60))};
  const PartInput parts[] = {{PartKind::COMMON, asBytes("gemensamt")}, {PartKind::PATIENT, asBytes("patient")}};
  const auto half = sealParts(parts, leaf, random, place);
  Vectors vectors;
  const Key item = itemKeyOf(leaf, random);
  vectors.add("leaf", leaf);
  vectors.add("random", random);
  vectors.add("event id", place.event);
  vectors.add("item key", item);
  for (uint8_t i : {0, 1}) {
    const std::string which = " " + std::to_string(i);
    vectors.add("part key" + which, partKeyOf(item, i));
    vectors.add("commitment" + which, commitmentTo(partKeyOf(item, i)));
    vectors.add("plaintext" + which, parts[i].plaintext);
    vectors.add("ciphertext" + which, *half.parts[i].ciphertext);
  }
  vectors.add("view key", viewKeyOf(item));
  vectors.add("header", half.header);
  vectors.add("sealed digest", sealedDigest(half));
  compare("keys-seal.txt", vectors.text);
}

TEST(FormatKeys, TheHoldersAndTheVaultsBytesAreFinal) {
  ConstantRandom random(0x11);
  auto ring = KeyRing::draw(ORIGIN, random);
  MemoryKeyHolder holder(ORIGIN, random);
  Vectors vectors;
  const auto file = ring.serialise(1);
  vectors.add("key file", Bytes(file.data(), file.size()));
  vectors.add("public key", holder.publicKey());
  vectors.add("identifier tag", holder.blind(asBytes("191212121212")));
  auto store = memoryStore();
  Vault vault(*store, holder, random);
  const StreamOwner streams[] = {{BookId::from(counting<16>(0x80)), OPERATOR}};
  vault.ensureStreams(streams);
  auto rows = store->cursor();
  for (rows->seekFirst(); rows->valid(); rows->next()) {
    vectors.add("vault key", rows->key());
    vectors.add("vault value", rows->value());
  }
  HolderLineSealer lines(holder, random);
  vectors.add("lines", lines.seal(1, asBytes("rader")));
  compare("keys-holder.txt", vectors.text);
}

// A token of which everything is known: its one key is 22 22 … 22, and it does not sign.
class KnownToken final : public Token {
 public:
  void makeWrappingKey(Bytes id) override { ids.push_back({id.begin(), id.end()}); }
  std::vector<Buffer> wrappingKeys() override { return ids; }
  void destroyWrappingKey(Bytes) override {}
  Buffer seal(Bytes, Bytes nonce, Bytes aad, Bytes plaintext) override {
    Buffer out(plaintext.size() + 16);
    const std::array<uint8_t, 32> key = [] {
      std::array<uint8_t, 32> bytes;
      bytes.fill(0x22);
      return bytes;
    }();
    int size = 0;
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data());
    EVP_EncryptUpdate(context, nullptr, &size, aad.data(), int(aad.size()));
    EVP_EncryptUpdate(context, out.data(), &size, plaintext.data(), int(plaintext.size()));
    EVP_EncryptFinal_ex(context, out.data() + size, &size);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, out.data() + plaintext.size());
    EVP_CIPHER_CTX_free(context);
    return out;
  }
  SecretBuffer open(Bytes, Bytes, Bytes, Bytes) override { return {}; }
  bool offersSigning() const override { return false; }
  PublicKey makeSigningKey(Bytes) override { return {}; }
  void takeSigningKey(Bytes, const Key&) override {}
  bool hasSigningKey(Bytes) override { return false; }
  void destroySigningKey(Bytes) override {}
  Signature sign(Bytes, Bytes) override { return {}; }

  std::vector<Buffer> ids;
};

TEST(FormatKeys, ASealedKeyFileIsWhatThePageSays) {
  test::TemporaryDirectory place;
  ConstantRandom random(0x11);
  auto token = std::make_unique<KnownToken>();
  auto* known = token.get();
  const std::string path = place.path() + "/nycklar";
  auto made = TokenKeyHolder::create(path, {place.path() + "/journal", ORIGIN}, std::move(token), random);
  ASSERT_NE(made.holder, nullptr);
  Vectors vectors;
  vectors.add("wrapping key's id", known->ids.at(0));
  const std::string file = readText(path);
  vectors.add("sealed key file", asBytes(file));
  compare("keys-sealed.txt", vectors.text);
}

// A journal written by this format can be read by every later version: what the vectors hold is opened, not only made.
TEST(FormatKeys, AKeyFileOfTheVectorsIsRead) {
  ConstantRandom random(0x11);
  const auto bytes = KeyRing::draw(ORIGIN, random).serialise(7);
  const auto read = KeyRing::read(bytes);
  ASSERT_EQ(read.fault, KeyRing::ReadFault::NONE);
  EXPECT_EQ(read.generation, 7u);
  EXPECT_EQ(read.ring.serialise(7), bytes);
}

// Labels are joined to what follows by a zero byte, so they only have to differ. Read from the source, so that a label
// that is added to the log later is compared too.
TEST(FormatKeys, NoTwoLabelsAreAlike) {
  std::vector<std::string> labels{std::string(label::ROOT), std::string(label::TRAIL)};
  std::istringstream source(readText(test::sourceDir() + "/engine/hash/labels.h"));
  for (std::string line; std::getline(source, line);) {
    const size_t open = line.find(" = \"");
    if (line.find("constexpr std::string_view") == std::string::npos || open == std::string::npos) continue;
    labels.push_back(line.substr(open + 4, line.find('"', open + 4) - open - 4));
  }
  EXPECT_GT(labels.size(), 8u);
  std::sort(labels.begin(), labels.end());
  EXPECT_EQ(std::adjacent_find(labels.begin(), labels.end()), labels.end());
}

}  // namespace
}  // namespace liggare
