#include "engine/vault/token-key-holder.h"

#include <kj/debug.h>
#include <sodium.h>
#include <unistd.h>

#include "engine/hash/sha256.h"
#include "engine/vault/file-key-holder.h"

namespace liggare {
namespace {

constexpr uint16_t VERSION = 1;
constexpr uint8_t AES_256_GCM = 1;
constexpr size_t TOKEN_NONCE = 12, WRAPPED = 32 + 16;
constexpr size_t NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t CHECKSUM = 32;
constexpr size_t HEAD = 8 + 2 + 8 + 2;         // magic, version, generation, origin length
constexpr size_t NAMES = 16 + 8 + 1 + 32 + 1;  // tag, wrapping key, where it signs, public key, mechanism
constexpr uint8_t SEED_IN_FILE = 1, SEED_IN_TOKEN = 2;

// CKA_ID: one letter ‖ tag, and for a wrapping key which one.
Buffer signingId(const KeySetTag& tag) {
  Buffer id{'S'};
  append(id, tag);
  return id;
}
Buffer wrappingPrefix(const KeySetTag& tag) {
  Buffer id{'W'};
  append(id, tag);
  return id;
}
Buffer wrappingId(const KeySetTag& tag, uint64_t which) {
  Buffer id = wrappingPrefix(tag);
  appendBe64(id, which);
  return id;
}

// Which of this journal's wrapping keys are in the token.
std::vector<uint64_t> wrappingKeysOf(Token& token, const KeySetTag& tag) {
  const Buffer prefix = wrappingPrefix(tag);
  std::vector<uint64_t> out;
  for (auto& id : token.wrappingKeys())
    if (id.size() == prefix.size() + 8 && std::equal(prefix.begin(), prefix.end(), id.begin()))
      out.push_back(getBe64(&id[prefix.size()]));
  std::sort(out.begin(), out.end());
  return out;
}

bool verifies(Bytes message, const Signature& signature, const PublicKey& key) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

KeyFileError refused(KeyFileFault fault, const std::string& path) { return keyFileError(fault, path); }
KeyFileError refused(const std::string& path, const std::string& why) {
  return {KeyFileFault::OTHER_JOURNAL, "nyckelfilen " + path + " öppnas inte av PKCS#11-kortet: " + why};
}

}  // namespace

// The file as a value. What comes before `nonce` is bound to what the token seals, and all of it to the keys.
struct SealedKeyFile {
  uint64_t generation = 1;
  std::string origin;
  KeySetTag tag{};
  uint64_t wrappingKey = 1;
  uint8_t signing = SEED_IN_FILE;
  PublicKey publicKey{};
  Bytes nonce, wrapped, body;  // when read: into the file's bytes

  Buffer head() const {
    Buffer out;
    append(out, asBytes(SEALED_KEY_FILE));
    appendBe16(out, VERSION);
    appendBe64(out, generation);
    appendBe16(out, uint16_t(origin.size()));
    append(out, asBytes(origin));
    append(out, tag);
    appendBe64(out, wrappingKey);
    out.push_back(signing);
    append(out, publicKey);
    out.push_back(AES_256_GCM);
    return out;
  }

  Buffer seal(const KeyRing& ring, Token& token, Random& random) const {
    Buffer out = head();
    const Key fileKey = Key::draw(random);
    std::array<uint8_t, TOKEN_NONCE> first;
    random.fill(first);
    const Buffer sealedKey = token.seal(wrappingId(tag, wrappingKey), first, out, fileKey);
    KJ_REQUIRE(sealedKey.size() == WRAPPED, "the token seals in another form");
    append(out, first);
    append(out, sealedKey);
    const SecretBuffer plain = ring.serialise(generation);
    const size_t at = out.size();
    out.resize(at + NONCE + plain.size() + TAG);
    random.fill({&out[at], NONCE});
    crypto_aead_xchacha20poly1305_ietf_encrypt(&out[at + NONCE], nullptr, plain.data(), plain.size(), out.data(), at,
                                               nullptr, &out[at], fileKey.bytes.data());
    append(out, sha256(out));
    return out;
  }

  static std::optional<KeyFileFault> read(Bytes bytes, SealedKeyFile& to) {
    if (asText(bytes).starts_with("LIGGKEYS")) return KeyFileFault::IN_CLEAR;
    if (!asText(bytes).starts_with(SEALED_KEY_FILE)) return KeyFileFault::NOT_A_KEY_FILE;
    if (bytes.size() < HEAD + NAMES + CHECKSUM) return KeyFileFault::DAMAGED;
    if (getBe16(&bytes[8]) != VERSION) return KeyFileFault::UNKNOWN_VERSION;
    const Bytes body = bytes.first(bytes.size() - CHECKSUM);
    if (!std::ranges::equal(Bytes(sha256(body)), bytes.last(CHECKSUM))) return KeyFileFault::DAMAGED;
    const size_t originSize = getBe16(&bytes[18]), start = HEAD + originSize + NAMES;
    if (originSize == 0 || body.size() < start + TOKEN_NONCE + WRAPPED + NONCE + TAG) return KeyFileFault::DAMAGED;
    to.generation = getBe64(&bytes[10]);
    to.origin = asText(body.subspan(HEAD, originSize));
    const Bytes names = body.subspan(HEAD + originSize, NAMES);
    std::copy_n(names.begin(), 16, to.tag.begin());
    to.wrappingKey = getBe64(&names[16]);
    to.signing = names[24];
    std::copy_n(names.begin() + 25, 32, to.publicKey.begin());
    const bool isKnown = (to.signing == SEED_IN_FILE || to.signing == SEED_IN_TOKEN) && names[57] == AES_256_GCM;
    if (!isKnown) return KeyFileFault::UNKNOWN_VERSION;
    to.nonce = body.subspan(start, TOKEN_NONCE);
    to.wrapped = body.subspan(start + TOKEN_NONCE, WRAPPED);
    to.body = body.subspan(start + TOKEN_NONCE + WRAPPED);
    return std::nullopt;
  }

  // Throws what the token throws; nothing when the keys are not what was sealed.
  std::optional<KeyRing> open(Token& token) const {
    Buffer bound = head();
    const SecretBuffer opened = token.open(wrappingId(tag, wrappingKey), nonce, bound, wrapped);
    if (opened.size() != 32) return std::nullopt;
    const Key fileKey = Key::from(opened);
    append(bound, nonce);
    append(bound, wrapped);
    SecretBuffer plain(body.size() - NONCE - TAG);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, &body[NONCE], body.size() - NONCE,
                                                   bound.data(), bound.size(), body.data(), fileKey.bytes.data()) != 0)
      return std::nullopt;
    auto read = KeyRing::read(plain);
    if (read.fault != KeyRing::ReadFault::NONE || read.ring.origin() != origin) return std::nullopt;
    if (signing == SEED_IN_TOKEN) read.ring.signElsewhere(publicKey);
    if (read.ring.publicKey() != publicKey) return std::nullopt;
    return std::move(read.ring);
  }
};

namespace {

std::optional<KeyFileFault> readSealed(const std::string& path, const KeyFileExpectation& expected, SecretBuffer& bytes,
                                       SealedKeyFile& to) {
  if (keyFileLiesIn(path, expected.journalDirectory)) return KeyFileFault::INSIDE_JOURNAL;
  if (auto fault = readKeyFile(path, bytes)) return fault;
  if (auto fault = SealedKeyFile::read(bytes, to)) return fault;
  if (!expected.origin.empty() && to.origin != expected.origin) return KeyFileFault::OTHER_JOURNAL;
  if (expected.publicKey && *expected.publicKey != to.publicKey) return KeyFileFault::OTHER_JOURNAL;
  return std::nullopt;
}

}  // namespace

std::optional<KeyFileFault> refusesSealedKeys(const std::string& path, const KeyFileExpectation& expected) {
  SecretBuffer bytes;
  SealedKeyFile found;
  return readSealed(path, expected, bytes, found);
}

// Keys being made in a token: they go when it comes to nothing.
class TokenKeyHolder::Making {
 public:
  Making(Token& in, const std::string& origin, Random& random) : token(in) {
    made.origin = origin;
    random.fill(made.tag);
  }
  ~Making() {
    if (!isKept) destroyAll(token, made.tag);
  }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;

  SealedKeyFile made;

  void wrappingKey() { token.makeWrappingKey(wrappingId(made.tag, made.wrappingKey)); }
  // A new one, or the ring's own, that was in a file until now. What the token signs must verify before anything rests
  // on it.
  enum class Seed : uint8_t { NEW, FROM_RING };
  void signingKey(KeyRing& ring, Seed seed) {
    made.publicKey = ring.publicKey();
    if (!token.offersSigning()) return;
    const Buffer id = signingId(made.tag);
    if (seed == Seed::NEW)
      made.publicKey = token.makeSigningKey(id);
    else
      token.takeSigningKey(id, ring.signSeed());
    const Bytes trial = asBytes("liggare: ett prov på att kortet undertecknar");
    KJ_REQUIRE(verifies(trial, token.sign(id, trial), made.publicKey), "the token's signatures do not verify");
    made.signing = SEED_IN_TOKEN;
    ring.signElsewhere(made.publicKey);
  }
  void keep() { isKept = true; }

  static void destroyAll(Token& token, const KeySetTag& tag) {
    kj::runCatchingExceptions([&] { token.destroySigningKey(signingId(tag)); });
    kj::runCatchingExceptions([&] {
      for (uint64_t which : wrappingKeysOf(token, tag)) token.destroyWrappingKey(wrappingId(tag, which));
    });
  }

 private:
  Token& token;
  bool isKept = false;
};

TokenKeyHolder::TokenKeyHolder(std::string file, KeyRing keys, const SealedKeyFile& from, std::unique_ptr<Token> in,
                               Random& source)
    : MemoryKeyHolder(std::move(keys), "pkcs11", source),
      path(std::move(file)),
      token(std::move(in)),
      nonces(source),
      tag(from.tag),
      signsInToken(from.signing == SEED_IN_TOKEN),
      generation(from.generation),
      wrappingKey(from.wrappingKey) {}

std::unique_ptr<TokenKeyHolder> TokenKeyHolder::hold(const std::string& path, KeyRing keys, const SealedKeyFile& from,
                                                     std::unique_ptr<Token> in, Random& source) {
  return std::unique_ptr<TokenKeyHolder>(new TokenKeyHolder(path, std::move(keys), from, std::move(in), source));
}

TokenKeyHolder::Result TokenKeyHolder::create(const std::string& path, const KeyFileExpectation& expected,
                                              std::unique_ptr<Token> token, Random& source) {
  if (auto fault = refusesNewKeys(path, expected)) return {nullptr, refused(*fault, path)};
  KeyRing ring = KeyRing::draw(expected.origin, source);
  Making making(*token, expected.origin, source);
  making.wrappingKey();
  making.signingKey(ring, Making::Seed::NEW);
  if (auto fault = createKeyFile(path, making.made.seal(ring, *token, source))) return {nullptr, refused(*fault, path)};
  making.keep();
  SealedKeyFile made = making.made;
  return {hold(path, std::move(ring), made, std::move(token), source), std::nullopt};
}

TokenKeyHolder::Result TokenKeyHolder::open(const std::string& path, const KeyFileExpectation& expected,
                                            std::unique_ptr<Token> token, Random& source) {
  SecretBuffer bytes;
  SealedKeyFile from;
  if (auto fault = readSealed(path, expected, bytes, from)) return {nullptr, refused(*fault, path)};
  const auto there = wrappingKeysOf(*token, from.tag);
  if (std::find(there.begin(), there.end(), from.wrappingKey) == there.end())
    return {nullptr, refused(path, there.empty() ? "nyckeln till den finns inte där; det är ett annat kort"
                                                 : "nyckeln till den har förstörts; det är en äldre kopia av filen")};
  if (from.signing == SEED_IN_TOKEN && !token->hasSigningKey(signingId(from.tag)))
    return {nullptr, refused(path, "signeringsnyckeln finns inte där")};
  auto ring = from.open(*token);
  if (!ring) return {nullptr, refused(KeyFileFault::DAMAGED, path)};
  // The older wrapping key may go only when the newer file cannot be undone by a power cut.
  KJ_REQUIRE(syncKeyFileName(path), "the key file's directory could not be synced");
  auto holder = hold(path, std::move(*ring), from, std::move(token), source);
  holder->destroyOlderThan(from.wrappingKey);
  return {std::move(holder), std::nullopt};
}

TokenKeyHolder::Result TokenKeyHolder::takeOver(const std::string& path, const KeyFileExpectation& expected,
                                                std::unique_ptr<Token> token, Random& source) {
  auto clear = readKeysInClear(path, expected);
  if (clear.error) return {nullptr, std::move(clear.error)};
  if (namesOf(path) != 1) return {nullptr, refused(KeyFileFault::LINKED, path)};
  KeyRing ring = std::move(clear.found.ring);
  Making making(*token, expected.origin, source);
  making.made.generation = clear.found.generation + 1;
  making.wrappingKey();
  making.signingKey(ring, Making::Seed::FROM_RING);
  const Buffer sealed = making.made.seal(ring, *token, source);
  auto isOurs = [&](Bytes now) {
    KJ_REQUIRE(KeyRing::read(now).generation == clear.found.generation, "the key file was changed by someone else");
  };
  auto fault = kj::runCatchingExceptions([&] { replaceKeyFile(path, isOurs, sealed, OldKeys::OVERWRITTEN); });
  // Where the file may be the sealed one, whatever went wrong then, its keys stay in the token.
  SecretBuffer now;
  const bool isStillInClear = !readKeyFile(path, now) && !asText(now).starts_with(SEALED_KEY_FILE);
  if (!isStillInClear) making.keep();
  KJ_IF_MAYBE (e, fault) kj::throwFatalException(kj::mv(*e));
  SealedKeyFile made = making.made;
  return {hold(path, std::move(ring), made, std::move(token), source), std::nullopt};
}

// A token that signs wrongly is worse than one that does not sign. One that only seals is asked to seal, so that it is
// noticed when it is gone.
Signature TokenKeyHolder::sign(Bytes message) {
  if (!signsInToken) {
    std::array<uint8_t, TOKEN_NONCE> nonce;
    std::array<uint8_t, 16> nothing{};
    systemRandom().fill(nonce);
    uint64_t which = 0;
    {
      std::lock_guard lock(changing);
      which = wrappingKey;
    }
    token->seal(wrappingId(tag, which), nonce, {}, nothing);
    return MemoryKeyHolder::sign(message);
  }
  const Signature signature = token->sign(signingId(tag), message);
  KJ_REQUIRE(verifies(message, signature, publicKey()), "the token's signature does not verify");
  return signature;
}

void TokenKeyHolder::keep(const KeyRing& next, Change what) {
  const bool destroys = what == Change::KEY_DESTROYED;
  SealedKeyFile made;
  made.generation = generation + 1;
  made.origin = next.origin();
  made.tag = tag;
  made.wrappingKey = wrappingKey;
  made.signing = signsInToken ? SEED_IN_TOKEN : SEED_IN_FILE;
  made.publicKey = publicKey();
  if (destroys) {
    const auto there = wrappingKeysOf(*token, tag);
    KJ_REQUIRE(!there.empty(), "the keys are no longer in the token");
    made.wrappingKey = std::max(there.back(), wrappingKey) + 1;
    token->makeWrappingKey(wrappingId(tag, made.wrappingKey));
  }
  auto isOurs = [&](Bytes bytes) {
    SealedKeyFile now;
    KJ_REQUIRE(!SealedKeyFile::read(bytes, now), "the key file was damaged since it was opened");
    KJ_REQUIRE(now.generation == generation && now.tag == tag, "the key file was changed by someone else");
  };
  replaceKeyFile(path, isOurs, made.seal(next, *token, nonces), destroys ? OldKeys::OVERWRITTEN : OldKeys::LEFT);
  // A throw here leaves this holder with a generation that is no longer the file's, so it never changes it again.
  if (destroys) destroyOlderThan(made.wrappingKey);
  std::lock_guard lock(changing);
  generation = made.generation;
  wrappingKey = made.wrappingKey;
}

void TokenKeyHolder::destroyOlderThan(uint64_t inForce) {
  for (uint64_t which : wrappingKeysOf(*token, tag))
    if (which < inForce) token->destroyWrappingKey(wrappingId(tag, which));
}

void TokenKeyHolder::discard() {
  ::unlink(path.c_str());
  Making::destroyAll(*token, tag);
}

}  // namespace liggare
