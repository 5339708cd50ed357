#include "tests/support/soft-token.h"

#include <kj/debug.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/program.h"

namespace liggare::test {

namespace fs = std::filesystem;

SoftToken::SoftToken(Ability ability) {
  fs::create_directory(files());
  std::ofstream conf(place.path() + "/softhsm2.conf");
  conf << "directories.tokendir = " << files() << "\nobjectstore.backend = file\nlog.level = ERROR\n";
  if (ability == Ability::SEALS_ONLY) conf << "slots.mechanisms = CKM_AES_GCM,CKM_AES_KEY_GEN,CKM_SHA256\n";
  conf.close();
  std::ofstream(pinFile()) << PIN << "\n";
  fs::permissions(pinFile(), fs::perms::owner_read | fs::perms::owner_write);
  ::setenv("SOFTHSM2_CONF", (place.path() + "/softhsm2.conf").c_str(), 1);
  add("liggare-test");
}

SoftToken::~SoftToken() { ::unsetenv("SOFTHSM2_CONF"); }

void SoftToken::add(const std::string& label) {
  auto ran = runProgram("/usr/bin/softhsm2-util",
                        {"--init-token", "--free", "--label", label, "--so-pin", "27182818", "--pin", PIN});
  KJ_REQUIRE(ran.code == 0, "no token could be made: is softhsm2 installed (./dev)?", ran.err);
}

std::string SoftToken::module() { return binaryDir() + "/soft-token-module.so"; }

std::string SoftToken::uri() const { return uriWith("liggare-test", module(), pinFile()); }

std::string SoftToken::uriWith(const std::string& token, const std::string& modulePath,
                               const std::string& pinPath) const {
  std::string out = "pkcs11:" + (token.empty() ? std::string() : "token=" + token) + "?module-path=" + modulePath;
  if (!pinPath.empty()) out += "&pin-source=file:" + pinPath;
  return out;
}

size_t SoftToken::keys() const {
  size_t found = 0;
  for (auto& each : fs::recursive_directory_iterator(files()))
    found += each.path().extension() == ".object" && each.path().filename() != "token.object";
  return found;
}

void SoftToken::remove() {
  fs::rename(files(), files() + ".away");
  fs::create_directory(files());  // the reader is there still
}
void SoftToken::putBack() {
  fs::remove_all(files());
  fs::rename(files() + ".away", files());
}

}  // namespace liggare::test
