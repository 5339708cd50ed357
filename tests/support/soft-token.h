// A PKCS#11 token of softhsm2 in a directory of its own, for as long as the object lives. SOFTHSM2_CONF points there
// meanwhile, for this process and for the programs it starts: one at a time.
#pragma once

#include <string>

#include "tests/support/paths.h"

namespace liggare::test {

class SoftToken {
 public:
  enum class Ability { SIGNS, SEALS_ONLY };  // SEALS_ONLY: made to look as if it had no Ed25519
  explicit SoftToken(Ability ability = Ability::SIGNS);
  ~SoftToken();

  // PKCS#11 URI of the token, its module, and its PIN in a file.
  std::string uri() const;
  // The same with something else in the place of the right module or PIN file.
  std::string uriWith(const std::string& token, const std::string& modulePath, const std::string& pinPath) const;
  std::string pinFile() const { return place.path() + "/pin"; }
  size_t keys() const;  // how many keys are in it
  std::string files() const { return place.path() + "/tokens"; }
  // Another token in the same module.
  void add(const std::string& label);
  // Out of its reader, and back.
  void remove();
  void putBack();

  static std::string module();  // softhsm2, by way of soft-token-module.c++
  static constexpr const char* PIN = "314159";

 private:
  TemporaryDirectory place;
};

}  // namespace liggare::test
