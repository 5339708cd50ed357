#include "engine/log/entry.h"

#include <bit>

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/debug.h>

#include "schemas/entry.capnp.h"

namespace liggare {
namespace {

static_assert(std::endian::native == std::endian::little, "ids and digests stand as words in memory order");

constexpr size_t WORD = 8;
constexpr size_t DATA_WORDS = 15;         // schemas/entry.capnp; a test compares with the compiled schema
constexpr size_t POSITION_AT = 2 * WORD;  // root pointer, (format, lineCount, tag), position

uint64_t wordOf(const uint8_t* p) {
  uint64_t word;
  std::memcpy(&word, p, WORD);
  return word;
}

// The struct pointer at the beginning: offset 0, so many data words and pointers.
uint64_t rootPointer(size_t dataWords, size_t pointers) { return uint64_t(dataWords) << 32 | uint64_t(pointers) << 48; }

// An entry without an engine fact: data words only, trailing zero words cut, no pointers. That is what canonical means
// here.
void appendPlain(Buffer& to, const EntryFields& e) {
  std::array<uint64_t, 1 + DATA_WORDS> w;
  w[1] = uint64_t(e.format) | uint64_t(e.lineCount) << 16;
  w[2] = e.position;
  w[3] = uint64_t(e.recordedAt);
  std::memcpy(&w[4], e.eventId.bytes.data(), 16);
  std::memcpy(&w[6], e.commandTag.bytes.data(), 16);
  std::memcpy(&w[8], e.linesRoot.bytes.data(), 32);
  std::memcpy(&w[12], e.sealedDigest.bytes.data(), 32);
  size_t words = DATA_WORDS;
  while (words > 0 && w[words] == 0) --words;
  KJ_REQUIRE(words > 0, "an entry of nothing but zeros");
  w[0] = rootPointer(words, 0);
  append(to, {reinterpret_cast<const uint8_t*>(w.data()), (1 + words) * WORD});
}

kj::ArrayPtr<const kj::byte> asData(Bytes b) { return {b.data(), b.size()}; }
kj::StringPtr text(const std::string& s) { return {s.c_str(), s.size()}; }

// Empty texts, data and lists stay null pointers: "empty" and "absent" must not have two forms.
template <typename Set>
void unlessEmpty(Bytes b, Set&& set) {
  if (!b.empty()) set(asData(b));
}

struct FactWriter {
  schema::Entry::Engine::Builder to;

  void operator()(const std::monostate&) { to.setNone(); }
  void operator()(const UnknownFact&) { KJ_FAIL_REQUIRE("a fact of a newer engine cannot be written by this one"); }
  void operator()(const GenesisFact& f) {
    auto b = to.initGenesis();
    if (!f.origin.empty()) b.setOrigin(text(f.origin));
    if (!f.verifierKey.empty()) b.setVerifierKey(text(f.verifierKey));
    b.setKeySetDigest(asData(f.keySetDigest));
    b.setRuleSetDigest(asData(f.ruleSetDigest));
    b.setDemo(f.demo);
  }
  void operator()(const ClosingFact& f) {
    auto b = to.initClosing();
    b.setRoot(asData(f.root));
    b.setCoveredSize(f.coveredSize);
    b.setPreviousClosing(f.previousClosing);
  }
  void operator()(const DestroyedFact& f) {
    auto b = to.initDestroyed();
    if (!f.positions.empty()) {
      auto list = b.initPositions(unsigned(f.positions.size()));
      for (unsigned i = 0; i < list.size(); ++i) list.set(i, f.positions[i]);
    }
    b.setDecision(f.decision);
  }
  void operator()(const KeyChangeFact& f) {
    auto b = to.initKeyChange();
    if (!f.verifierKey.empty()) b.setVerifierKey(text(f.verifierKey));
    b.setOwner(asData(f.owner));
    b.setEpoch(f.epoch);
    unlessEmpty(f.signature, [&](auto d) { b.setSignature(d); });
  }
  void operator()(const RuleSetChangeFact& f) {
    auto b = to.initRuleSetChange();
    b.setVersion(f.version);
    b.setDigest(asData(f.digest));
    b.setValidFrom(f.validFrom);
  }
  void operator()(const IncarnationFact& f) {
    auto b = to.initIncarnation();
    if (!f.origin.empty()) b.setOrigin(text(f.origin));
    if (!f.oldCheckpoint.empty()) b.setOldCheckpoint(text(f.oldCheckpoint));
    b.setLostFrom(f.lostFrom);
    b.setLostTo(f.lostTo);
    if (f.signatures.empty()) return;
    auto list = b.initSignatures(unsigned(f.signatures.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, asData(f.signatures[i]));
  }
};

// Two 64-bit words of the schema are 16 bytes in memory order; four are 32.
void setWords(schema::Entry::Builder b, const EntryFields& e) {
  b.setFormat(e.format);
  b.setLineCount(e.lineCount);
  b.setPosition(e.position);
  b.setRecordedAt(e.recordedAt);
  const uint8_t *id = e.eventId.bytes.data(), *tag = e.commandTag.bytes.data();
  const uint8_t *lines = e.linesRoot.bytes.data(), *sealed = e.sealedDigest.bytes.data();
  b.setEventId0(wordOf(id)), b.setEventId1(wordOf(id + 8));
  b.setCommandTag0(wordOf(tag)), b.setCommandTag1(wordOf(tag + 8));
  b.setLinesRoot0(wordOf(lines)), b.setLinesRoot1(wordOf(lines + 8));
  b.setLinesRoot2(wordOf(lines + 16)), b.setLinesRoot3(wordOf(lines + 24));
  b.setSealed0(wordOf(sealed)), b.setSealed1(wordOf(sealed + 8));
  b.setSealed2(wordOf(sealed + 16)), b.setSealed3(wordOf(sealed + 24));
}

void appendWithFact(Buffer& to, const EntryFields& e) {
  capnp::MallocMessageBuilder message;
  auto entry = message.initRoot<schema::Entry>();
  setWords(entry, e);
  std::visit(FactWriter{entry.getEngine()}, e.engine);
  auto words = capnp::canonicalize(entry.asReader());
  append(to, {words.asBytes().begin(), words.asBytes().size()});
}

Hash hashFrom(capnp::Data::Reader d) {
  KJ_REQUIRE(d.size() == 32, "a digest of another length");
  Hash out;
  std::copy(d.begin(), d.end(), out.bytes.begin());
  return out;
}

Buffer bufferFrom(capnp::Data::Reader d) { return Buffer(d.begin(), d.end()); }
std::string stringFrom(capnp::Text::Reader t) { return std::string(t.cStr(), t.size()); }

GenesisFact readGenesis(schema::Genesis::Reader r) {
  return {stringFrom(r.getOrigin()), stringFrom(r.getVerifierKey()), hashFrom(r.getKeySetDigest()),
          hashFrom(r.getRuleSetDigest()), r.getDemo()};
}

DestroyedFact readDestroyed(schema::Destroyed::Reader r) {
  DestroyedFact out{{}, r.getDecision()};
  for (uint64_t position : r.getPositions()) out.positions.push_back(position);
  return out;
}

KeyChangeFact readKeyChange(schema::KeyChange::Reader r) {
  auto owner = r.getOwner();
  KJ_REQUIRE(owner.size() == 16, "an owner of another length");
  return {stringFrom(r.getVerifierKey()), SubjectKey::from({owner.begin(), owner.size()}), r.getEpoch(),
          bufferFrom(r.getSignature())};
}

IncarnationFact readIncarnation(schema::Incarnation::Reader r) {
  IncarnationFact out{stringFrom(r.getOrigin()), stringFrom(r.getOldCheckpoint()), r.getLostFrom(), r.getLostTo(), {}};
  for (auto signature : r.getSignatures()) out.signatures.push_back(bufferFrom(signature));
  return out;
}

EngineFact readFact(schema::Entry::Engine::Reader r) {
  switch (r.which()) {
    case schema::Entry::Engine::NONE: return std::monostate();
    case schema::Entry::Engine::GENESIS: return readGenesis(r.getGenesis());
    case schema::Entry::Engine::CLOSING: {
      auto c = r.getClosing();
      return ClosingFact{hashFrom(c.getRoot()), c.getCoveredSize(), c.getPreviousClosing()};
    }
    case schema::Entry::Engine::DESTROYED: return readDestroyed(r.getDestroyed());
    case schema::Entry::Engine::KEY_CHANGE: return readKeyChange(r.getKeyChange());
    case schema::Entry::Engine::RULE_SET_CHANGE: {
      auto c = r.getRuleSetChange();
      return RuleSetChangeFact{c.getVersion(), hashFrom(c.getDigest()), c.getValidFrom()};
    }
    case schema::Entry::Engine::INCARNATION: return readIncarnation(r.getIncarnation());
  }
  return UnknownFact{uint16_t(r.which())};
}

// The words of an entry whose data section begins at `at`, as many as there are.
void readWords(EntryFields& out, const uint8_t* at, size_t words) {
  std::array<uint64_t, DATA_WORDS> w{};
  std::memcpy(w.data(), at, std::min(words, DATA_WORDS) * WORD);
  out.format = uint16_t(w[0]);
  out.lineCount = uint16_t(w[0] >> 16);
  out.position = w[1];
  out.recordedAt = int64_t(w[2]);
  std::memcpy(out.eventId.bytes.data(), &w[3], 16);
  std::memcpy(out.commandTag.bytes.data(), &w[5], 16);
  std::memcpy(out.linesRoot.bytes.data(), &w[7], 32);
  std::memcpy(out.sealedDigest.bytes.data(), &w[11], 32);
}

// The quick road back: data words only, the last of them not zero, tag none. Says NO where the slow road must look.
enum class Taken : uint8_t { NO, YES };
Taken readPlain(EntryFields& out, Bytes stored) {
  size_t words = stored.size() / WORD - 1;
  if (stored.size() % WORD != 0 || stored.size() < 2 * WORD || words > DATA_WORDS) return Taken::NO;
  if (wordOf(stored.data()) != rootPointer(words, 0)) return Taken::NO;
  if (wordOf(stored.data() + words * WORD) == 0) return Taken::NO;
  if (wordOf(stored.data() + WORD) >> 32 != 0) return Taken::NO;  // a tag, or bits no schema has named yet
  readWords(out, stored.data() + WORD, words);
  return Taken::YES;
}

EntryFields readWithFact(Bytes stored) {
  KJ_REQUIRE(stored.size() % WORD == 0 && stored.size() >= WORD, "not whole words");
  auto words = kj::heapArray<capnp::word>(stored.size() / WORD);  // stored bytes are not aligned
  std::memcpy(words.begin(), stored.data(), stored.size());
  kj::ArrayPtr<const capnp::word> segment = words;
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = 4 * words.size() + 64;
  limits.nestingLimit = 8;
  capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), limits);
  KJ_REQUIRE(message.isCanonical(), "an entry that is not canonical");
  auto entry = message.getRoot<schema::Entry>();
  EntryFields out;
  uint64_t root = wordOf(stored.data());
  size_t dataWords = root >> 32 & 0xFFFF;
  KJ_REQUIRE(dataWords > 0, "an entry of nothing but zeros");  // no writer makes it, and it could not be made again
  readWords(out, stored.data() + WORD, dataWords);
  out.engine = readFact(entry.getEngine());
  return out;
}

}  // namespace

CommandTag commandTag(Bytes client, const CommandId& command) {
  return cut16<CommandTag>(Sha256().add(client).addByte(0).add(command).finish());
}

void appendEntry(Buffer& to, const EntryFields& fields) {
  size_t before = to.size();
  if (std::holds_alternative<std::monostate>(fields.engine))
    appendPlain(to, fields);
  else
    appendWithFact(to, fields);
  KJ_REQUIRE(to.size() - before <= ENTRY_BYTES_MAX, "an entry longer than a bundle can hold", to.size() - before);
}

Buffer encodeEntry(const EntryFields& fields) {
  Buffer out;
  out.reserve((1 + DATA_WORDS) * WORD);
  appendEntry(out, fields);
  return out;
}

EntryFields decodeEntry(Bytes stored) {
  KJ_REQUIRE(stored.size() <= ENTRY_BYTES_MAX, "an entry longer than a bundle can hold", stored.size());
  EntryFields out;
  if (readPlain(out, stored) == Taken::YES) return out;
  return readWithFact(stored);
}

std::optional<EntryFields> tryDecodeEntry(Bytes stored) {
  std::optional<EntryFields> out;
  auto fault = kj::runCatchingExceptions([&] { out = decodeEntry(stored); });
  if (fault != nullptr) return std::nullopt;
  return out;
}

std::optional<Position> entryPosition(Bytes stored) {
  if (stored.size() < POSITION_AT) return std::nullopt;
  if (stored.size() < POSITION_AT + WORD) return Position(0);  // trailing zero words are cut
  uint64_t position;
  std::memcpy(&position, stored.data() + POSITION_AT, WORD);
  return position;
}

}  // namespace liggare
