// From the numbers that people write to the subjects that the engine knows. A reference is read as its kind demands,
// brought to one form, blinded by the key holder, and looked up. The number itself goes no further than this.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/bytes.h"
#include "engine/base/identifiers.h"
#include "engine/base/random.h"
#include "engine/base/time.h"
#include "schemas/annotations.capnp.h"
#include "schemas/command.capnp.h"

namespace liggare::intake {

// A reference's text, read. `blindInput` is what the key holder makes the tag of: one byte for what kind of subject,
// one for what kind of number, then the normalised text, so that no two kinds ever share a tag.
struct ReadReference {
  Identifier identifier;
  std::string blindInput;
  Days birthDay = 0;  // of a personnummer only
};
std::optional<ReadReference> readReference(std::string_view text, schema::RefKind kind, Days on, TestIds testIds);

class Resolver {
 public:
  struct World {
    std::function<IdentifierTag(Bytes)> blind;  // HMAC under the holder's key; any thread
    std::function<std::optional<SubjectKey>(const IdentifierTag&)>
        find;  // the index up to what is numbered; any thread
    TestIds testIds = TestIds::REFUSED;
    size_t cacheEntriesMax = 1 << 16;
  };
  explicit Resolver(World given) : world(std::move(given)) {}

  // Fills in every Ref that was given: kind, birthDay, tag, key, state KNOWN, UNKNOWN (a key is drawn for whoever
  // introduces it; the same identifier gets the same key within one command) or INVALID. A Ref without text is ABSENT.
  //
  //   Threads   any
  //   Order     what find answers may be older than the decider's state: two commands that introduce one identifier
  //             at once get two keys, and the tag tells the decider
  //   Returns   how many references are UNKNOWN
  size_t resolve(schema::Command::Builder command, Random& random, Micros at);

  // Forgets what the cache says of keys, when identities were joined or an entry taken back.
  void forget();

 private:
  struct Entry {
    ReadReference read;
    IdentifierTag tag;
    std::optional<SubjectKey> key;  // a subject once known stays known
  };
  using EntryPtr = std::shared_ptr<const Entry>;
  World world;
  std::mutex mutex;
  std::unordered_map<std::string, EntryPtr> recent, older;  // two generations: a full recent becomes the older

  EntryPtr entryFor(std::string_view text, schema::RefKind kind, Days on);  // null: not readable
  void keep(std::string name, EntryPtr entry);
};

}  // namespace liggare::intake
