// A stream's record in the vault, read but not unwrapped: for the vault's own files.
#pragma once

#include "engine/vault/vault.h"

namespace liggare {

struct Vault::Record {
  static constexpr uint8_t FORMAT = 1;

  SubjectKey owner;
  WrappedSecret wrapped;
  bool isReadable = false;  // false: the bytes are no record of a known format

  static Buffer key(const BookId& stream);
  static Record decode(Bytes bytes);
  static Buffer encode(const SubjectKey& owner, const WrappedSecret& wrapped);
};

inline constexpr uint8_t VAULT_VERSION_KEY[] = {'V'};

}  // namespace liggare
