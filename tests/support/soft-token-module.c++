// A PKCS#11 module that is softhsm2, but for what LIGGARE_TEST_TOKEN says: "lastTry" and "locked" are flags that
// softhsm2 never sets, "removed" is a token pulled out. Each try of a PIN is a line in the file LIGGARE_TEST_LOGINS.
//
// softhsm2 2.6.1 loses 37 bytes each time it begins an Ed25519 signature (the curve's name, parsed and not freed). That
// is not for our leak sanitizer to report.
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <dlfcn.h>

#include <cstdlib>
#include <fstream>
#include <string_view>

extern "C" {  // of the sanitizer, where there is one
void __lsan_disable() __attribute__((weak));
void __lsan_enable() __attribute__((weak));
}

namespace {

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST list;

std::string_view mood() {
  const char* said = std::getenv("LIGGARE_TEST_TOKEN");
  return said ? said : "";
}

CK_RV getTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV code = real->C_GetTokenInfo(slot, info);
  if (code != CKR_OK) return code;
  if (mood() == "lastTry") info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (mood() == "locked") info->flags |= CKF_USER_PIN_LOCKED;
  return code;
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE who, CK_BYTE* pin, CK_ULONG size) {
  if (const char* path = std::getenv("LIGGARE_TEST_LOGINS")) std::ofstream(path, std::ios::app) << "en\n";
  return real->C_Login(session, who, pin, size);
}

CK_RV findObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  if (mood() == "removed") return CKR_DEVICE_REMOVED;
  return real->C_FindObjectsInit(session, wanted, count);
}

CK_RV signInit(CK_SESSION_HANDLE session, CK_MECHANISM* how, CK_OBJECT_HANDLE key) {
  if (__lsan_disable) __lsan_disable();
  const CK_RV code = real->C_SignInit(session, how, key);
  if (__lsan_enable) __lsan_enable();
  return code;
}

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** out) {
  void* library = ::dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  auto theirs = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  if (theirs == nullptr || theirs(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  list = *real;
  list.C_GetFunctionList = C_GetFunctionList;
  list.C_GetTokenInfo = getTokenInfo;
  list.C_Login = login;
  list.C_FindObjectsInit = findObjectsInit;
  list.C_SignInit = signInit;
  *out = &list;
  return CKR_OK;
}
