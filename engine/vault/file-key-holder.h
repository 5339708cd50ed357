// A key holder in a file of mode 0600 outside the journal's directory, in clear (layout: docs/format.md, "The key
// file"). How it lies on the disk: key-file.h.
#pragma once

#include "engine/vault/key-file.h"
#include "engine/vault/memory-key-holder.h"

namespace liggare {

// How a file begins whose keys a token has sealed (token-key-holder.h), so that it can be told from one in clear.
inline constexpr std::string_view SEALED_KEY_FILE = "LIGGSEAL";

// What such a file holds, for its holder and for whoever takes the keys over.
struct KeysInClear {
  KeyRing::Read found;
  std::optional<KeyFileError> error;
};
KeysInClear readKeysInClear(const std::string& path, const KeyFileExpectation& expected);

class FileKeyHolder : public MemoryKeyHolder {
 public:
  struct Result {
    std::unique_ptr<FileKeyHolder> holder;  // exactly one of the two
    std::optional<KeyFileError> error;
  };
  // Draws new keys and writes them. Durable when it returns a holder. `source` must outlive the holder.
  static Result create(const std::string& path, const KeyFileExpectation& expected, Random& source);
  static Result open(const std::string& path, const KeyFileExpectation& expected, Random& source);

  KeyCustody custody() const override { return KeyCustody::FILE; }
  void discard() override;

 protected:
  // Throws when the file on disk is no longer the one this holder knows (another process changed it: taking turns would
  // lose keys) or cannot be replaced. The ring in memory then stays as it was.
  void keep(const KeyRing& next, Change what) override;

 private:
  FileKeyHolder(std::string file, KeyRing keys, uint64_t written, Random& source);
  const std::string path;
  uint64_t generation;  // rises by one with every replacement of the file
};

}  // namespace liggare
