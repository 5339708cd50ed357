#include "engine/vault/pkcs11-token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <kj/debug.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>

#include "engine/vault/key-file.h"

namespace liggare {
namespace {

constexpr size_t GCM_TAG_BYTES = 16, SEED = 32;
constexpr std::array<uint8_t, 5> ED25519_OID = {0x06, 0x03, 0x2b, 0x65, 0x70};  // DER of 1.3.101.112
constexpr const char* PIN_VARIABLE = "LIGGARE_PIN";

std::string nameOf(CK_RV code) {
  switch (code) {
    case CKR_TOKEN_NOT_PRESENT: return "CKR_TOKEN_NOT_PRESENT";
    case CKR_DEVICE_REMOVED: return "CKR_DEVICE_REMOVED";
    case CKR_DEVICE_ERROR: return "CKR_DEVICE_ERROR";
    case CKR_DEVICE_MEMORY: return "CKR_DEVICE_MEMORY";
    case CKR_SESSION_HANDLE_INVALID: return "CKR_SESSION_HANDLE_INVALID";
    case CKR_SESSION_CLOSED: return "CKR_SESSION_CLOSED";
    case CKR_OBJECT_HANDLE_INVALID: return "CKR_OBJECT_HANDLE_INVALID";
    case CKR_KEY_HANDLE_INVALID: return "CKR_KEY_HANDLE_INVALID";
    case CKR_USER_NOT_LOGGED_IN: return "CKR_USER_NOT_LOGGED_IN";
    case CKR_TOKEN_WRITE_PROTECTED: return "CKR_TOKEN_WRITE_PROTECTED";
    case CKR_CRYPTOKI_NOT_INITIALIZED: return "CKR_CRYPTOKI_NOT_INITIALIZED";
    case CKR_GENERAL_ERROR: return "CKR_GENERAL_ERROR";
    default: break;
  }
  constexpr char HEX[] = "0123456789abcdef";
  std::string out = "CKR_0x";
  for (int shift = 28; shift >= 0; shift -= 4) out += HEX[(code >> shift) & 15];
  return out;
}

[[noreturn]] void failed(const char* what, const std::string& why) {
  kj::throwFatalException(
      kj::Exception(kj::Exception::Type::DISCONNECTED, __FILE__, __LINE__,
                    kj::str("the PKCS#11 token did not do what it was asked (", what, ": ", why,
                            "): nothing more is done without it; see to the token, and open anew")));
}
void require(CK_RV code, const char* what) {
  if (code != CKR_OK) failed(what, nameOf(code));
}

// PKCS#11 takes pointers to bytes it does not change.
CK_BYTE* raw(Bytes bytes) { return const_cast<CK_BYTE*>(bytes.data()); }

// A template under construction. What it points to must stay where it is until the call.
class Template {
 public:
  Template& text(CK_ATTRIBUTE_TYPE type, Bytes value) {
    all.push_back({type, raw(value), value.size()});
    return *this;
  }
  Template& number(CK_ATTRIBUTE_TYPE type, const CK_ULONG& value) {
    all.push_back({type, const_cast<CK_ULONG*>(&value), sizeof value});
    return *this;
  }
  Template& yes(CK_ATTRIBUTE_TYPE type) { return flag(type, YES); }
  Template& no(CK_ATTRIBUTE_TYPE type) { return flag(type, NO); }
  CK_ATTRIBUTE* data() { return all.data(); }
  CK_ULONG size() const { return all.size(); }

 private:
  static constexpr CK_BBOOL YES = 1, NO = 0;
  Template& flag(CK_ATTRIBUTE_TYPE type, const CK_BBOOL& value) {
    all.push_back({type, const_cast<CK_BBOOL*>(&value), sizeof value});
    return *this;
  }
  std::vector<CK_ATTRIBUTE> all;
};

const CK_ULONG SECRET_KEY = CKO_SECRET_KEY, PRIVATE_KEY = CKO_PRIVATE_KEY, AES = CKK_AES, EDWARDS = CKK_EC_EDWARDS,
               KEY_BYTES = 32;

struct UriFree {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using Uri = std::unique_ptr<P11KitUri, UriFree>;

struct ModuleRelease {
  pid_t owner = ::getpid();
  void operator()(CK_FUNCTION_LIST* module) const {
    if (owner != ::getpid()) return;  // a forked child's copy: what it would close is its parent's
    p11_kit_module_finalize(module);  // closes our sessions, and logs out when nobody else in the process has one
    p11_kit_module_release(module);
  }
};
using Module = std::unique_ptr<CK_FUNCTION_LIST, ModuleRelease>;

enum class Offers : uint8_t { SEALING_ONLY, SIGNING };

class Pkcs11Token final : public Token {
 public:
  Pkcs11Token(Module loaded, CK_SESSION_HANDLE opened, std::string keyLabel, Offers canSign)
      : module(std::move(loaded)), session(opened), label(std::move(keyLabel)), signing(canSign) {}

  void makeWrappingKey(Bytes id) override;
  std::vector<Buffer> wrappingKeys() override;
  void destroyWrappingKey(Bytes id) override { destroy(SECRET_KEY, id); }
  Buffer seal(Bytes id, Bytes nonce, Bytes aad, Bytes plaintext) override;
  SecretBuffer open(Bytes id, Bytes nonce, Bytes aad, Bytes sealed) override;
  bool offersSigning() const override { return signing == Offers::SIGNING; }
  PublicKey makeSigningKey(Bytes id) override;
  void takeSigningKey(Bytes id, const Key& seed) override;
  bool hasSigningKey(Bytes id) override {
    const auto lock = turn();
    return find(PRIVATE_KEY, id).has_value();
  }
  void destroySigningKey(Bytes id) override { destroy(PRIVATE_KEY, id); }
  Signature sign(Bytes id, Bytes message) override;

 private:
  std::unique_lock<std::mutex> turn();
  std::vector<CK_OBJECT_HANDLE> search(Template& wanted);
  std::optional<CK_OBJECT_HANDLE> find(const CK_ULONG& objectClass, Bytes id);
  CK_OBJECT_HANDLE key(const CK_ULONG& objectClass, Bytes id);
  void destroy(const CK_ULONG& objectClass, Bytes id);

  std::mutex mutex;  // one session, one call at a time
  Module module;
  const CK_SESSION_HANDLE session;
  const std::string label;
  const Offers signing;
  const pid_t owner = ::getpid();
};

// --- keys in it -----------------------------------------------------------------------------------------------------

// PKCS#11 forbids a child to go on with what its parent opened, and modules do not notice.
std::unique_lock<std::mutex> Pkcs11Token::turn() {
  if (owner != ::getpid()) failed("fork", "it was opened by another process");
  return std::unique_lock(mutex);
}

std::vector<CK_OBJECT_HANDLE> Pkcs11Token::search(Template& wanted) {
  require(module->C_FindObjectsInit(session, wanted.data(), wanted.size()), "C_FindObjectsInit");
  std::vector<CK_OBJECT_HANDLE> found;
  std::array<CK_OBJECT_HANDLE, 16> some;
  CK_ULONG count = 0;
  CK_RV code = CKR_OK;
  do {
    code = module->C_FindObjects(session, some.data(), some.size(), &count);
    if (code == CKR_OK) found.insert(found.end(), some.begin(), some.begin() + ptrdiff_t(count));
  } while (code == CKR_OK && count > 0);
  const CK_RV ended = module->C_FindObjectsFinal(session);
  require(code, "C_FindObjects");
  require(ended, "C_FindObjectsFinal");
  return found;
}

std::optional<CK_OBJECT_HANDLE> Pkcs11Token::find(const CK_ULONG& objectClass, Bytes id) {
  Template wanted;
  auto found = search(wanted.number(CKA_CLASS, objectClass).yes(CKA_TOKEN).text(CKA_ID, id));
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) failed("C_FindObjects", "two keys of one id");
  return found.front();
}

CK_OBJECT_HANDLE Pkcs11Token::key(const CK_ULONG& objectClass, Bytes id) {
  auto found = find(objectClass, id);
  if (!found) failed("C_FindObjects", "the key is not in the token");
  return *found;
}

// Somebody else may have been quicker: what counts is that it is gone.
void Pkcs11Token::destroy(const CK_ULONG& objectClass, Bytes id) {
  const auto lock = turn();
  auto found = find(objectClass, id);
  if (!found) return;
  const CK_RV code = module->C_DestroyObject(session, *found);
  if (code != CKR_OK && find(objectClass, id)) require(code, "C_DestroyObject");
}

void Pkcs11Token::makeWrappingKey(Bytes id) {
  const auto lock = turn();
  CK_MECHANISM how{CKM_AES_KEY_GEN, nullptr, 0};
  Template key;
  key.number(CKA_CLASS, SECRET_KEY).number(CKA_KEY_TYPE, AES).number(CKA_VALUE_LEN, KEY_BYTES);
  key.text(CKA_ID, id).text(CKA_LABEL, asBytes(label)).yes(CKA_TOKEN).yes(CKA_PRIVATE).yes(CKA_SENSITIVE);
  key.no(CKA_EXTRACTABLE).yes(CKA_ENCRYPT).yes(CKA_DECRYPT).no(CKA_WRAP).no(CKA_UNWRAP).no(CKA_SIGN).no(CKA_VERIFY);
  CK_OBJECT_HANDLE made = 0;
  require(module->C_GenerateKey(session, &how, key.data(), key.size(), &made), "C_GenerateKey");
}

std::vector<Buffer> Pkcs11Token::wrappingKeys() {
  const auto lock = turn();
  Template wanted;
  wanted.number(CKA_CLASS, SECRET_KEY).yes(CKA_TOKEN).text(CKA_LABEL, asBytes(label));
  std::vector<Buffer> ids;
  for (CK_OBJECT_HANDLE each : search(wanted)) {
    Buffer id(256);
    CK_ATTRIBUTE asked{CKA_ID, id.data(), id.size()};
    const CK_RV code = module->C_GetAttributeValue(session, each, &asked, 1);
    if (code == CKR_OBJECT_HANDLE_INVALID) continue;  // destroyed by somebody else since
    require(code, "C_GetAttributeValue");
    id.resize(asked.ulValueLen);
    ids.push_back(std::move(id));
  }
  return ids;
}

Buffer Pkcs11Token::seal(Bytes id, Bytes nonce, Bytes aad, Bytes plaintext) {
  const auto lock = turn();
  CK_GCM_PARAMS gcm{raw(nonce), nonce.size(), nonce.size() * 8, raw(aad), aad.size(), GCM_TAG_BYTES * 8};
  CK_MECHANISM how{CKM_AES_GCM, &gcm, sizeof gcm};
  require(module->C_EncryptInit(session, &how, key(SECRET_KEY, id)), "C_EncryptInit");
  Buffer out(plaintext.size() + GCM_TAG_BYTES);
  CK_ULONG size = out.size();
  require(module->C_Encrypt(session, raw(plaintext), plaintext.size(), out.data(), &size), "C_Encrypt");
  if (size != out.size()) failed("C_Encrypt", "another length than asked for");
  return out;
}

SecretBuffer Pkcs11Token::open(Bytes id, Bytes nonce, Bytes aad, Bytes sealed) {
  const auto lock = turn();
  CK_GCM_PARAMS gcm{raw(nonce), nonce.size(), nonce.size() * 8, raw(aad), aad.size(), GCM_TAG_BYTES * 8};
  CK_MECHANISM how{CKM_AES_GCM, &gcm, sizeof gcm};
  require(module->C_DecryptInit(session, &how, key(SECRET_KEY, id)), "C_DecryptInit");
  SecretBuffer out(sealed.size());
  CK_ULONG size = out.size();
  require(module->C_Decrypt(session, raw(sealed), sealed.size(), out.data(), &size), "C_Decrypt");
  if (size + GCM_TAG_BYTES != sealed.size()) failed("C_Decrypt", "another length than was sealed");
  out.resize(size);
  return out;
}

// The public half is not kept: the key file has it, and every signature is held against that.
PublicKey Pkcs11Token::makeSigningKey(Bytes id) {
  const auto lock = turn();
  CK_MECHANISM how{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  Template open, secret;
  open.text(CKA_EC_PARAMS, ED25519_OID).no(CKA_TOKEN).yes(CKA_VERIFY);
  secret.text(CKA_ID, id).text(CKA_LABEL, asBytes(label)).yes(CKA_TOKEN).yes(CKA_PRIVATE).yes(CKA_SENSITIVE);
  secret.no(CKA_EXTRACTABLE).yes(CKA_SIGN);
  CK_OBJECT_HANDLE publicHalf = 0, made = 0;
  require(module->C_GenerateKeyPair(session, &how, open.data(), open.size(), secret.data(), secret.size(), &publicHalf,
                                    &made),
          "C_GenerateKeyPair");
  Buffer point(64);
  CK_ATTRIBUTE asked{CKA_EC_POINT, point.data(), point.size()};
  require(module->C_GetAttributeValue(session, publicHalf, &asked, 1), "C_GetAttributeValue");
  point.resize(asked.ulValueLen);
  // In DER, as PKCS#11 says, or bare, as some do.
  const bool isDer = point.size() == 34 && point[0] == 0x04 && point[1] == 0x20;
  if (!isDer && point.size() != 32) failed("C_GetAttributeValue", "no Ed25519 point");
  PublicKey key;
  std::copy(point.end() - 32, point.end(), key.begin());
  return key;
}

void Pkcs11Token::takeSigningKey(Bytes id, const Key& seed) {
  const auto lock = turn();
  Template secret;
  secret.number(CKA_CLASS, PRIVATE_KEY).number(CKA_KEY_TYPE, EDWARDS).text(CKA_EC_PARAMS, ED25519_OID);
  secret.text(CKA_VALUE, seed).text(CKA_ID, id).text(CKA_LABEL, asBytes(label)).yes(CKA_TOKEN).yes(CKA_PRIVATE);
  secret.yes(CKA_SENSITIVE).no(CKA_EXTRACTABLE).yes(CKA_SIGN);
  static_assert(sizeof seed.bytes == SEED);
  CK_OBJECT_HANDLE made = 0;
  require(module->C_CreateObject(session, secret.data(), secret.size(), &made), "C_CreateObject");
}

Signature Pkcs11Token::sign(Bytes id, Bytes message) {
  const auto lock = turn();
  CK_MECHANISM how{CKM_EDDSA, nullptr, 0};
  require(module->C_SignInit(session, &how, key(PRIVATE_KEY, id)), "C_SignInit");
  Signature signature;
  CK_ULONG size = signature.size();
  require(module->C_Sign(session, raw(message), message.size(), signature.data(), &size), "C_Sign");
  if (size != signature.size()) failed("C_Sign", "another length than a signature has");
  return signature;
}

// --- the way in -----------------------------------------------------------------------------------------------------

// What a step of opening found wrong; nothing when it went well.
using Refusal = std::optional<TokenError>;

class Opening {
 public:
  explicit Opening(const std::string& keyLabel) : label(keyLabel) {}

  TokenOpened run(const std::string& text) {
    if (auto wrong = readUri(text)) return {nullptr, wrong};
    if (auto wrong = readPin()) return {nullptr, wrong};
    if (auto wrong = loadModule()) return {nullptr, wrong};
    if (auto wrong = findToken()) return {nullptr, wrong};
    if (auto wrong = logIn()) return {nullptr, wrong};
    return {std::make_unique<Pkcs11Token>(std::move(module), session, label, canSign), std::nullopt};
  }

 private:
  const std::string& label;
  Uri uri;
  SecretBuffer pin;
  Module module;
  CK_SLOT_ID slot = 0;
  CK_SESSION_HANDLE session = 0;
  std::vector<CK_MECHANISM_TYPE> mechanisms;
  Offers canSign = Offers::SEALING_ONLY;

  static TokenError noAnswer(const char* call, CK_RV code) {
    return {TokenFault::NO_ANSWER,
            std::string("PKCS#11-kortet svarar inte som det ska (") + call + ": " + nameOf(code) + ")"};
  }

  Refusal readUri(const std::string& text);
  Refusal readPin();
  Refusal loadModule();
  Refusal findToken();
  Refusal logIn();
  bool fits(CK_SLOT_ID each);
  bool offers(CK_MECHANISM_TYPE mechanism, CK_FLAGS what);
};

Refusal Opening::readUri(const std::string& text) {
  auto bad = [](const std::string& why) { return TokenError{TokenFault::BAD_URI, "--pkcs11: " + why}; };
  uri.reset(p11_kit_uri_new());
  if (p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get()) != P11_KIT_URI_OK)
    return bad("ingen PKCS#11-URI, som pkcs11:token=NAMN?module-path=/usr/lib/…/modul.so&pin-source=file:/…");
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr)
    return bad(
        "PIN får inte stå på kommandoraden (pin-value), där andra kan läsa den; lägg den i en fil och ange "
        "pin-source=file:/…");
  if (p11_kit_uri_any_unrecognized(uri.get())) return bad("URI:n har ett ord som inte förstås");
  CK_ULONG attributes = 0;
  p11_kit_uri_get_attributes(uri.get(), &attributes);
  if (attributes > 0) return bad("URI:n ska peka ut ett kort, inte en nyckel i det (object, id, type)");
  const char* path = p11_kit_uri_get_module_path(uri.get());
  if (path == nullptr || path[0] != '/') return bad("URI:n säger inte var kortets modul ligger (module-path=/…)");
  return std::nullopt;
}

Refusal Opening::readPin() {
  auto no = [](const std::string& why) { return TokenError{TokenFault::NO_PIN, why}; };
  const char* source = p11_kit_uri_get_pin_source(uri.get());
  if (source == nullptr) {
    const char* given = std::getenv(PIN_VARIABLE);
    if (given == nullptr || *given == 0)
      return no("ingen PIN till PKCS#11-kortet: ange pin-source=file:/… i URI:n, eller LIGGARE_PIN i miljön");
    const Bytes bytes = asBytes(std::string_view(given));
    pin.assign(bytes.begin(), bytes.end());
    return std::nullopt;
  }
  std::string path = source;
  if (path.starts_with("file:")) path.erase(0, path.starts_with("file://") ? 7 : 5);
  if (auto fault = readKeyFile(path, pin)) {
    switch (*fault) {
      case KeyFileFault::MISSING: return no("PIN-filen " + path + " finns inte");
      case KeyFileFault::MODE_TOO_WIDE: return no("PIN-filen " + path + " får läsas av fler än ägaren; kör chmod 600");
      default: return no("PIN-filen " + path + " kan inte läsas av den här användaren");
    }
  }
  while (!pin.empty() && (pin.back() == '\n' || pin.back() == '\r')) pin.pop_back();
  if (pin.empty() || pin.size() > 255) return no("PIN-filen " + path + " har ingen PIN på sin enda rad");
  return std::nullopt;
}

Refusal Opening::loadModule() {
  const char* path = p11_kit_uri_get_module_path(uri.get());
  auto no = [&](const std::string& why) {
    return TokenError{TokenFault::NO_MODULE, std::string("PKCS#11-modulen ") + path + " kan inte användas: " + why};
  };
  CK_FUNCTION_LIST* loaded = p11_kit_module_load(path, 0);
  if (loaded == nullptr) {
    const char* why = p11_kit_message();
    return no(why ? why : "den finns inte, eller är ingen modul");
  }
  if (const CK_RV code = p11_kit_module_initialize(loaded); code != CKR_OK) {
    p11_kit_module_release(loaded);
    return no("C_Initialize: " + nameOf(code));
  }
  module.reset(loaded);
  return std::nullopt;
}

bool Opening::fits(CK_SLOT_ID each) {
  CK_TOKEN_INFO info;
  const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri.get());
  if (wanted != static_cast<CK_SLOT_ID>(-1) && wanted != each) return false;
  return module->C_GetTokenInfo(each, &info) == CKR_OK && (info.flags & CKF_TOKEN_INITIALIZED) != 0 &&
         p11_kit_uri_match_token_info(uri.get(), &info) != 0;
}

bool Opening::offers(CK_MECHANISM_TYPE mechanism, CK_FLAGS what) {
  CK_MECHANISM_INFO info;  // some give it for what they do not list
  return std::find(mechanisms.begin(), mechanisms.end(), mechanism) != mechanisms.end() &&
         module->C_GetMechanismInfo(slot, mechanism, &info) == CKR_OK && (info.flags & what) == what;
}

Refusal Opening::findToken() {
  CK_ULONG count = 0;
  CK_RV code = module->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count + 8);  // one may come in between
  count = slots.size();
  if (code == CKR_OK) code = module->C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (code != CKR_OK) return noAnswer("C_GetSlotList", code);
  slots.resize(count);
  std::erase_if(slots, [&](CK_SLOT_ID each) { return !fits(each); });
  if (slots.empty())
    return TokenError{TokenFault::NO_TOKEN,
                      "det PKCS#11-kort som --pkcs11 pekar ut sitter inte i: sätt i det, eller "
                      "rätta URI:n"};
  if (slots.size() > 1)
    return TokenError{TokenFault::SEVERAL_TOKENS, "flera PKCS#11-kort passar in på URI:n; skriv också serial"};
  slot = slots.front();
  if ((code = module->C_GetMechanismList(slot, nullptr, &count)) != CKR_OK) return noAnswer("C_GetMechanismList", code);
  mechanisms.resize(count);
  code = module->C_GetMechanismList(slot, mechanisms.data(), &count);
  if (code != CKR_OK) return noAnswer("C_GetMechanismList", code);
  mechanisms.resize(count);
  const CK_FLAGS both = CKF_ENCRYPT | CKF_DECRYPT;
  if (!offers(CKM_AES_GCM, both) || !offers(CKM_AES_KEY_GEN, CKF_GENERATE))
    return TokenError{TokenFault::NO_MECHANISM, "PKCS#11-kortet kan inte försegla nycklar: det saknar CKM_AES_GCM"};
  if (offers(CKM_EDDSA, CKF_SIGN) && offers(CKM_EC_EDWARDS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR))
    canSign = Offers::SIGNING;
  return std::nullopt;
}

// One try. Most tokens lock at the third wrong one, and a service that is started again and again would get there.
Refusal Opening::logIn() {
  CK_TOKEN_INFO info;
  CK_RV code = module->C_GetTokenInfo(slot, &info);
  if (code != CKR_OK) return noAnswer("C_GetTokenInfo", code);
  const TokenError locked{TokenFault::LOCKED,
                          "PKCS#11-kortet är låst efter för många felaktiga PIN; lås upp det med "
                          "kortets eget verktyg"};
  if ((info.flags & CKF_USER_PIN_LOCKED) != 0) return locked;
  if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
    return TokenError{
        TokenFault::LAST_TRY,
        "PKCS#11-kortet låses vid nästa felaktiga PIN, så ingen prövas: logga in en gång med kortets eget "
        "verktyg, och försök sedan igen"};
  code = module->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
  if (code != CKR_OK) return noAnswer("C_OpenSession", code);
  code = module->C_Login(session, CKU_USER, pin.data(), pin.size());
  switch (code) {
    case CKR_OK:
    case CKR_USER_ALREADY_LOGGED_IN: return std::nullopt;  // another journal of this process has
    case CKR_PIN_LOCKED: return locked;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return TokenError{TokenFault::WRONG_PIN,
                        "fel PIN till PKCS#11-kortet; den prövas inte igen, och efter några fel låses kortet"};
    default: return noAnswer("C_Login", code);
  }
}

}  // namespace

TokenOpened openToken(const std::string& uri, const std::string& label) { return Opening(label).run(uri); }

}  // namespace liggare
