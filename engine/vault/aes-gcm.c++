#include "engine/vault/aes-gcm.h"

#include <kj/debug.h>
#include <openssl/evp.h>
#include <sodium.h>

namespace liggare {
namespace {

constexpr uint8_t ZERO_NONCE[12] = {};
constexpr size_t MESSAGE_MAX = size_t(1) << 30;  // lengths are int in OpenSSL

constexpr size_t SHORT_MAX = 1024;

GcmRoad roadFor(size_t size) { return size <= SHORT_MAX && hasShortRoad() ? GcmRoad::SHORT : GcmRoad::LONG; }

enum class Way : int { OPEN = 0, SEAL = 1 };

EVP_CIPHER* cipher() {
  static EVP_CIPHER* const AES = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  KJ_REQUIRE(AES != nullptr, "this OpenSSL has no AES-256-GCM");
  return AES;
}

// A context that knows its cipher already: setting the key is all that is left to do for a message.
template <Way WAY>
EVP_CIPHER_CTX* context() {
  struct Context {
    EVP_CIPHER_CTX* of = EVP_CIPHER_CTX_new();
    Context() {
      KJ_REQUIRE(of != nullptr && EVP_CipherInit_ex2(of, cipher(), nullptr, nullptr, int(WAY), nullptr) == 1);
    }
    ~Context() { EVP_CIPHER_CTX_free(of); }  // wipes the key schedule
  };
  static thread_local Context mine;
  return mine.of;
}

void begin(EVP_CIPHER_CTX* gcm, const Key& key, Bytes aad) {
  int length = 0;
  KJ_ASSERT(EVP_CipherInit_ex2(gcm, nullptr, key.bytes.data(), ZERO_NONCE, -1, nullptr) == 1);
  KJ_ASSERT(EVP_CipherUpdate(gcm, nullptr, &length, aad.data(), int(aad.size())) == 1);
}

void sealLong(const Key& key, Bytes aad, Bytes plaintext, uint8_t* out) {
  EVP_CIPHER_CTX* gcm = context<Way::SEAL>();
  begin(gcm, key, aad);
  int length = 0;
  if (!plaintext.empty()) {  // a null pointer would be taken for more AAD
    KJ_ASSERT(EVP_CipherUpdate(gcm, out, &length, plaintext.data(), int(plaintext.size())) == 1);
  }
  uint8_t* tag = out + plaintext.size();
  KJ_ASSERT(EVP_CipherFinal_ex(gcm, tag, &length) == 1);
  KJ_ASSERT(EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_GET_TAG, int(GCM_TAG), tag) == 1);
}

bool openLong(const Key& key, Bytes aad, Bytes ciphertext, Bytes tag, uint8_t* out) {
  EVP_CIPHER_CTX* gcm = context<Way::OPEN>();
  begin(gcm, key, aad);
  int length = 0;
  if (!ciphertext.empty()) {
    KJ_ASSERT(EVP_CipherUpdate(gcm, out, &length, ciphertext.data(), int(ciphertext.size())) == 1);
  }
  uint8_t expected[GCM_TAG], nothing[16];
  std::copy(tag.begin(), tag.end(), expected);
  KJ_ASSERT(EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, int(GCM_TAG), expected) == 1);
  return EVP_CipherFinal_ex(gcm, nothing, &length) == 1;
}

}  // namespace

bool hasShortRoad() {
  static const bool HAS = sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() == 1;
  return HAS;
}

void gcmSealBy(GcmRoad road, const Key& key, Bytes aad, Bytes plaintext, uint8_t* out) {
  KJ_REQUIRE(plaintext.size() <= MESSAGE_MAX, plaintext.size());
  if (road == GcmRoad::LONG) return sealLong(key, aad, plaintext, out);
  crypto_aead_aes256gcm_encrypt(out, nullptr, plaintext.data(), plaintext.size(), aad.data(), aad.size(), nullptr,
                                ZERO_NONCE, key.bytes.data());
}

bool gcmOpenBy(GcmRoad road, const Key& key, Bytes aad, Bytes sealed, uint8_t* out) {
  if (sealed.size() < GCM_TAG || sealed.size() > MESSAGE_MAX) return false;
  const Bytes ciphertext = sealed.first(sealed.size() - GCM_TAG);
  const bool isRight = road == GcmRoad::LONG
                           ? openLong(key, aad, ciphertext, sealed.last(GCM_TAG), out)
                           : crypto_aead_aes256gcm_decrypt(out, nullptr, nullptr, sealed.data(), sealed.size(),
                                                           aad.data(), aad.size(), ZERO_NONCE, key.bytes.data()) == 0;
  if (!isRight) wipe({out, ciphertext.size()});  // what was not authenticated is not plaintext
  return isRight;
}

void gcmSeal(const Key& key, Bytes aad, Bytes plaintext, uint8_t* out) {
  gcmSealBy(roadFor(plaintext.size()), key, aad, plaintext, out);
}

bool gcmOpen(const Key& key, Bytes aad, Bytes sealed, uint8_t* out) {
  return gcmOpenBy(roadFor(sealed.size()), key, aad, sealed, out);
}

}  // namespace liggare
