// The key holder: where the keys live that nothing in the journal's directory may ever contain.
//
//   per owner and epoch   a wrapping key     wraps the secrets of that owner's streams; replaced at a destruction
//   per lines epoch       a lines key        seals the commits' lines (who stood in which book): an auditor may get it
//   one                   an identifier key  HMAC of personal identifiers, so that the index holds no personnummer
//   one                   an Ed25519 key     signs checkpoints under the log's origin
//
// An owner is a care provider's subject key; the zero key is the operator (identity, engine, lines). A stolen disk or
// backup of the journal without its key holder opens nothing; a key holder without the journal says nothing.
//
// Threads   every function, any thread.
// Faults    kj::Exception when the holder can no longer keep its promises (its file was changed beside it, full disk);
//           "this epoch is gone" is a value, since that is what destruction is for.
#pragma once

#include "engine/hash/signer.h"
#include "engine/vault/key.h"

namespace liggare {

inline constexpr SubjectKey OPERATOR{};

struct WrappedSecret {
  uint32_t epoch = 0;
  Buffer bytes;  // 24 nonce ‖ ciphertext ‖ 16 tag
};

struct LinesKey {
  uint32_t epoch = 0;
  Key key;
};

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

// Where the keys are, and so what a copy of the disk gives away.
enum class KeyCustody : uint8_t {
  MEMORY,       // nowhere but in this process
  FILE,         // in clear in a file: whoever has a copy of it has them
  TOKEN_SEALS,  // in a file that a token sealed; it cannot sign, so the signing key lies there too
  TOKEN_SIGNS,  // the same, and the signing key is in the token
};

class KeyHolder : public Signer {
 public:
  virtual KeyCustody custody() const = 0;
  // For a journal that came to nothing: takes away all that making this holder left anywhere. Best effort, never
  // throws; the holder is of no use afterwards.
  virtual void discard() {}

  // The origin it signs for: the log's name, first line of every checkpoint, and the name of the signing key.
  virtual std::string origin() const = 0;
  virtual PublicKey publicKey() const = 0;
  // From Signer: Ed25519 over the message, and the public key as a C2SP verifier key named by the origin.
  Signature sign(Bytes message) override = 0;
  VerifierKey verifierKey() const override;
  // SHA-256 of what may be known about it: kind, origin, public key, commitment to the identifier key. Entry 0 carries
  // it.
  virtual Hash descriptionDigest() const = 0;

  // XChaCha20-Poly1305 under the owner's current epoch key, AAD = context ‖ owner ‖ u32be epoch. An owner not seen
  // before gets its first epoch key here.
  //   Durable   the epoch key is on disk before this returns: no secret can outlive its key by a crash
  virtual WrappedSecret wrap(const SubjectKey& owner, Bytes context, Bytes secret) = 0;
  // Nothing when that epoch is unknown or destroyed, or the bytes are not what wrap made for this owner and context.
  virtual std::optional<SecretBuffer> unwrap(const SubjectKey& owner, Bytes context, const WrappedSecret& wrapped) = 0;
  // 0 when the owner has no key yet.
  virtual uint32_t currentEpoch(const SubjectKey& owner) const = 0;
  // Whether that epoch's key is still held.
  virtual bool hasEpoch(const SubjectKey& owner, uint32_t epoch) const = 0;
  // A fresh key that wrap uses from now on; the old ones still unwrap. Durable when it returns.
  virtual uint32_t beginEpoch(const SubjectKey& owner) = 0;
  // Forgets one old epoch key for ever and leaves a mark that it was there. The current epoch is refused: begin another
  // first.
  //   Durable   when this returns the holder's own storage no longer has it; copies are the operator's to destroy
  virtual void destroyEpoch(const SubjectKey& owner, uint32_t epoch) = 0;

  // After how many accepted losses the journal goes on, as far as this holder knows; and one more (engine/loss.h).
  //   Durable   when it returns: the holder lies outside the journal, so that a loss is not accepted twice
  virtual uint32_t incarnation() const = 0;
  virtual void beginIncarnation(uint32_t losses, const Hash& accepted) = 0;

  // The key that seals lines now, and an older one by its epoch (nothing when there is none).
  virtual LinesKey currentLinesKey() const = 0;
  virtual std::optional<Key> linesKey(uint32_t epoch) const = 0;

  // HMAC-SHA-256 under the identifier key, cut to 16 bytes. The caller says what kind of identifier it is, in the
  // bytes.
  virtual IdentifierTag blind(Bytes identifier) const = 0;
};

}  // namespace liggare
