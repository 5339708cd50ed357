#include "engine/vault/key-ring.h"

#include <kj/debug.h>
#include <sodium.h>

#include "engine/hash/sha256.h"

namespace liggare {
namespace {

constexpr std::string_view MAGIC = "LIGGKEYS";
constexpr uint16_t VERSION = 1;
constexpr size_t NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;  // 24
constexpr size_t TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES;       // 16
constexpr size_t HEAD = 8 + 2 + 8 + 2;                                  // magic, version, generation, origin length
constexpr size_t MASTERS = 32 + 32 + 4;                                 // seed, identifier key, row count
constexpr size_t ROW = 1 + 1 + 16 + 4 + 32;                             // use, state, owner, epoch, key
constexpr size_t CHECKSUM = 32;

// context ‖ owner ‖ u32be epoch
Buffer wrapAad(const KeyRow& row, Bytes context) {
  Buffer aad;
  aad.reserve(context.size() + 20);
  append(aad, context);
  append(aad, row.owner);
  appendBe32(aad, row.epoch);
  return aad;
}

struct SignKeys {
  PublicKey open;
  std::array<uint8_t, crypto_sign_SECRETKEYBYTES> secret;
  explicit SignKeys(Bytes seed) { crypto_sign_seed_keypair(open.data(), secret.data(), seed.data()); }
  ~SignKeys() { wipe(secret); }
};

uint8_t* put(uint8_t* p, Bytes bytes) { return std::copy(bytes.begin(), bytes.end(), p); }

}  // namespace

KeyRing KeyRing::draw(std::string origin, Random& random) {
  KJ_REQUIRE(!origin.empty() && origin.size() <= 255, "an origin has 1 … 255 bytes", origin.size());
  KeyRing ring;
  ring.name = std::move(origin);
  ring.masters.resize(1);
  random.fill(ring.masters[0].signSeed);
  random.fill(ring.masters[0].identifierKey);
  ring.beginEpoch(KeyUse::WRAP, OPERATOR, random);
  ring.beginEpoch(KeyUse::LINES, OPERATOR, random);
  return ring;
}

PublicKey KeyRing::publicKey() const { return elsewhere ? *elsewhere : SignKeys(masters[0].signSeed).open; }

void KeyRing::signElsewhere(const PublicKey& key) {
  wipe(masters[0].signSeed);
  elsewhere = key;
}

Signature KeyRing::sign(Bytes message) const {
  KJ_REQUIRE(!elsewhere, "the signing key is in a token");
  SignKeys keys(masters[0].signSeed);
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), keys.secret.data());
  return signature;
}

IdentifierTag KeyRing::blind(Bytes identifier) const {
  crypto_auth_hmacsha256_state state;
  std::array<uint8_t, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256_init(&state, masters[0].identifierKey.data(), masters[0].identifierKey.size());
  crypto_auth_hmacsha256_update(&state, identifier.data(), identifier.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  wipe({reinterpret_cast<uint8_t*>(&state), sizeof state});
  return IdentifierTag::from(Bytes(mac).first(16));
}

Hash KeyRing::descriptionDigest(std::string_view kind) const {
  std::string text = "liggare-keys 1\nkind ";
  text.append(kind).append("\norigin ").append(name).append("\ned25519 ").append(toHex(publicKey()));
  text.append("\nidentifiers ").append(toHex(hashLabelled(label::COMMIT, {masters[0].identifierKey}))).append("\n");
  return sha256(asBytes(text));
}

const KeyRow* KeyRing::find(KeyUse use, const SubjectKey& owner, uint32_t epoch) const {
  const uint32_t wanted = epoch == 0 ? currentEpoch(use, owner) : epoch;
  for (const auto& row : rows) {
    if (row.use == use && row.owner == owner && row.epoch == wanted)
      return row.state == KeyState::LIVE ? &row : nullptr;
  }
  return nullptr;
}

uint32_t KeyRing::currentEpoch(KeyUse use, const SubjectKey& owner) const {
  uint32_t newest = 0;
  for (const auto& row : rows) {
    if (row.use == use && row.owner == owner) newest = std::max(newest, row.epoch);
  }
  return newest;
}

uint32_t KeyRing::beginEpoch(KeyUse use, const SubjectKey& owner, Random& random) {
  KeyRow row;
  row.use = use;
  row.owner = owner;
  row.epoch = currentEpoch(use, owner) + 1;
  random.fill(row.key);
  rows.push_back(row);
  wipe(row.key);
  return row.epoch;
}

void KeyRing::destroyEpoch(const SubjectKey& owner, uint32_t epoch) {
  KJ_REQUIRE(epoch < currentEpoch(KeyUse::WRAP, owner), "the current epoch's key is in use: begin another first",
             epoch);
  for (auto& row : rows) {
    if (row.use != KeyUse::WRAP || row.owner != owner || row.epoch != epoch) continue;
    wipe(row.key);
    row.state = KeyState::DESTROYED;
    return;
  }
  KJ_FAIL_REQUIRE("no such epoch", epoch);
}

void KeyRing::beginIncarnation(uint32_t losses, const Hash& accepted) {
  KJ_REQUIRE(losses > incarnation(), "that incarnation has begun already", losses, incarnation());
  rows.push_back({KeyUse::INCARNATION, KeyState::LIVE, OPERATOR, losses, accepted.bytes});
}

WrappedSecret KeyRing::wrap(const KeyRow& row, Bytes context, Bytes secret, Random& random) {
  const Buffer aad = wrapAad(row, context);
  WrappedSecret wrapped{row.epoch, Buffer(NONCE + secret.size() + TAG)};
  uint8_t* out = wrapped.bytes.data();
  random.fill({out, NONCE});
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, nullptr, secret.data(), secret.size(), aad.data(), aad.size(),
                                             nullptr, out, row.key.data());
  return wrapped;
}

std::optional<SecretBuffer> KeyRing::unwrap(const KeyRow& row, Bytes context, const WrappedSecret& wrapped) {
  if (wrapped.bytes.size() < NONCE + TAG || wrapped.epoch != row.epoch) return std::nullopt;
  const Buffer aad = wrapAad(row, context);
  SecretBuffer secret(wrapped.bytes.size() - NONCE - TAG);
  const uint8_t* in = wrapped.bytes.data();
  const int answer = crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, in + NONCE,
                                                                wrapped.bytes.size() - NONCE, aad.data(), aad.size(),
                                                                in, row.key.data());
  if (answer != 0) return std::nullopt;
  return secret;
}

SecretBuffer KeyRing::serialise(uint64_t generation) const {
  SecretBuffer bytes(HEAD + name.size() + MASTERS + rows.size() * ROW + CHECKSUM);
  uint8_t* p = put(bytes.data(), asBytes(MAGIC));
  putBe16(p, VERSION);
  putBe64(p + 2, generation);
  putBe16(p + 10, uint16_t(name.size()));
  p = put(p + 12, asBytes(name));
  p = put(p, masters[0].signSeed);
  p = put(p, masters[0].identifierKey);
  putBe32(p, uint32_t(rows.size()));
  p += 4;
  for (const auto& row : rows) {
    *p++ = uint8_t(row.use);
    *p++ = uint8_t(row.state);
    p = put(p, row.owner);
    putBe32(p, row.epoch);
    p = put(p + 4, row.key);
  }
  put(p, sha256({bytes.data(), bytes.size() - CHECKSUM}));
  return bytes;
}

KeyRing::Read KeyRing::read(Bytes bytes) {
  Read result;
  auto fault = [&](ReadFault why) {
    result.fault = why;
    return std::move(result);
  };
  if (bytes.size() < MAGIC.size() || asText(bytes.first(MAGIC.size())) != MAGIC)
    return fault(ReadFault::NOT_A_KEY_FILE);
  if (bytes.size() < HEAD + MASTERS + CHECKSUM) return fault(ReadFault::DAMAGED);
  if (getBe16(&bytes[8]) != VERSION) return fault(ReadFault::UNKNOWN_VERSION);
  const Bytes body = bytes.first(bytes.size() - CHECKSUM);
  if (sodium_memcmp(sha256(body).bytes.data(), bytes.last(CHECKSUM).data(), CHECKSUM) != 0) {
    return fault(ReadFault::DAMAGED);
  }
  result.generation = getBe64(&bytes[10]);
  const size_t originSize = getBe16(&bytes[18]);
  if (originSize == 0 || body.size() < HEAD + originSize + MASTERS) return fault(ReadFault::DAMAGED);
  KeyRing& ring = result.ring;
  ring.name = asText(body.subspan(HEAD, originSize));
  Bytes rest = body.subspan(HEAD + originSize);
  ring.masters.resize(1);
  std::copy_n(rest.begin(), 32, ring.masters[0].signSeed.begin());
  std::copy_n(rest.begin() + 32, 32, ring.masters[0].identifierKey.begin());
  const size_t count = getBe32(&rest[64]);
  rest = rest.subspan(MASTERS);
  if (rest.size() % ROW != 0 || rest.size() / ROW != count) return fault(ReadFault::DAMAGED);
  ring.rows.resize(count);
  for (auto& row : ring.rows) {
    row.use = KeyUse(rest[0]);
    row.state = KeyState(rest[1]);
    row.owner = SubjectKey::from(rest.subspan(2, 16));
    row.epoch = getBe32(&rest[18]);
    std::copy_n(rest.begin() + 22, 32, row.key.begin());
    rest = rest.subspan(ROW);
  }
  return result;
}

}  // namespace liggare
