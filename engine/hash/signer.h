// Interfaces that the log needs and the key holder gives, and the names of public keys. A leaf: neither side knows the
// other.
#pragma once

#include <string>

#include "engine/hash/sha256.h"

namespace liggare {

// C2SP signature types that this engine makes or checks.
enum class NoteKeyType : uint8_t { ED25519 = 0x01, COSIGNATURE_V1 = 0x04 };

// A public key that signs notes, with the name it signs under.
struct VerifierKey {
  std::string name;
  uint8_t type = 0;  // a NoteKeyType, or one this version does not know
  Buffer publicKey;  // 32 bytes for both types above
  bool operator==(const VerifierKey&) const = default;

  // SHA-256(name ‖ 0x0A ‖ type ‖ public key), first four bytes as a big-endian number.
  uint32_t keyId() const;
  // `name+hex8(keyid)+base64(type ‖ public key)`
  std::string text() const;
};

// Nothing unless name, id and key agree and nothing follows.
std::optional<VerifierKey> parseVerifierKey(std::string_view text);
// Not empty, no Unicode space, no '+', no control character, UTF-8.
bool isNoteName(std::string_view name);

// Signs checkpoints. The private key stays behind this interface (a token, or a file outside the journal).
class Signer {
 public:
  virtual ~Signer() = default;
  virtual VerifierKey verifierKey() const = 0;
  virtual std::array<uint8_t, 64> sign(Bytes message) = 0;  // Ed25519; any thread
};

// Seals the lines of a commit under an operator key, so that a stolen disk shows no trail. Position is the commit's
// last.
class LineSealer {
 public:
  virtual ~LineSealer() = default;
  virtual Buffer seal(Position last, Bytes lines) = 0;                  // any thread
  virtual std::optional<Buffer> open(Position last, Bytes sealed) = 0;  // nothing when it does not open
};

// Lines in clear, behind one byte 0: for tests, and for reading a log whose operator key is not at hand (open gives
// nothing for what another sealer made, which begins with another byte).
class ClearLines : public LineSealer {
 public:
  Buffer seal(Position last, Bytes lines) override;
  std::optional<Buffer> open(Position last, Bytes sealed) override;
};

}  // namespace liggare
