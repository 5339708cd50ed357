// Logs to test with: entries, lines and sealed halves drawn from a seed, and a signer with a key that everyone may
// know.
#pragma once

#include <sodium.h>

#include "engine/base/random.h"
#include "engine/log/log.h"

namespace liggare {

class TestSigner : public Signer {
 public:
  explicit TestSigner(std::string name = "liggare.test/log", uint8_t seedByte = 7) : name(std::move(name)) {
    std::array<uint8_t, 32> seed;
    seed.fill(seedByte);
    crypto_sign_seed_keypair(publicKey.data(), secretKey.data(), seed.data());
  }
  VerifierKey verifierKey() const override {
    return {name, uint8_t(NoteKeyType::ED25519), Buffer(publicKey.begin(), publicKey.end())};
  }
  std::array<uint8_t, 64> sign(Bytes message) override {
    std::array<uint8_t, 64> out;
    crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secretKey.data());
    return out;
  }

 private:
  std::string name;
  std::array<uint8_t, 32> publicKey;
  std::array<uint8_t, 64> secretKey;
};

// Draws what a writer would hand in. Ciphertexts are random bytes: the log never opens them.
class LogKit {
 public:
  explicit LogKit(uint64_t seed) : random(seed) {}

  SeededRandom random;

  SealedHalf half(size_t parts, size_t bytes) {
    SealedHalf out;
    SealedHeader header;
    random.fill(header.random);
    for (size_t i = 0; i < parts; ++i) {
      Buffer ciphertext(bytes);
      random.fill(ciphertext);
      SealedPartHead head{uint8_t(i + 1), uint32_t(bytes), {}};
      random.fill(head.commitment.bytes);
      header.parts.push_back(head);
      out.parts.push_back({ciphertext, partDigest(uint8_t(i), ciphertext)});
    }
    out.header = encodeSealedHeader(header);
    return out;
  }

  std::vector<Line> lines(size_t count) {
    std::vector<Line> out;
    for (size_t i = 0; i < count; ++i) {
      Line line{books.at((nextBook + i) % books.size()), 0, {}};
      line.number = ++numbers[(nextBook + i) % books.size()];
      random.fill(line.salt);
      out.push_back(line);
    }
    nextBook = (nextBook + 1) % books.size();
    return out;
  }

  EntryFields fields() {
    EntryFields out;
    out.recordedAt = time += 1000;
    out.eventId = EventId{drawUuid7(time, random)};
    out.commandTag = drawId<CommandTag>(random);
    return out;
  }

  // A commit of `count` entries; every fourth seals nothing.
  CommitBuilder commit(Position first, size_t count) {
    CommitBuilder out(first, 1);
    for (size_t i = 0; i < count; ++i) {
      auto bookLines = lines(1 + random.below(4));
      if (random.below(4) == 0)
        out.add(fields(), bookLines);
      else
        out.add(fields(), bookLines, half(1 + random.below(3), 20 + random.below(100)));
    }
    return out;
  }
  // An entry about a fact of the engine.
  void addFact(CommitBuilder& to, EngineFact fact) {
    EntryFields f = fields();
    f.commandTag = {};
    f.engine = std::move(fact);
    to.add(f, lines(1));
  }
  // Commits of random sizes until the log has `size` entries.
  void fill(Log& log, uint64_t size, Sync sync = Sync::YES) {
    while (log.appended().size < size) {
      uint64_t at = log.appended().size;
      log.append(commit(at, 1 + random.below(std::min<uint64_t>(COMMIT_ENTRIES_MAX, size - at))), sync);
    }
  }

 private:
  Micros time = 1'790'000'000'000'000;
  std::vector<BookId> books = makeBooks();
  std::vector<Number> numbers = std::vector<Number>(books.size());
  size_t nextBook = 0;

  static std::vector<BookId> makeBooks() {
    std::vector<BookId> out;
    SeededRandom keys(99);
    for (int i = 0; i < 12; ++i) {
      SubjectKey key = drawId<SubjectKey>(keys);
      out.push_back(bookId(BookKind::PATIENT, {&key, 1}));
    }
    return out;
  }
};

inline Head emptyHead() { return {0, emptyRoot()}; }

}  // namespace liggare
