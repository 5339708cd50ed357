// The two verifiers as tests start them, and a log that is published where they can read it.
#pragma once

#include <string>
#include <vector>

#include "engine/log/tile-export.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"
#include "tests/support/program.h"

namespace liggare::test {

// verifier.go, compiled in GOPATH mode against Debian's own packages: no network, no module cache.
Ran byGo(const std::vector<std::string>& words);
Ran byPython(std::vector<std::string> words);

// Both say so.
void expectAccepted(const std::vector<std::string>& words, const std::string& said);
// Both refuse, with their one line: a verifier that crashes has refused nothing.
void expectRefused(const std::vector<std::string>& words);

// A log in memory that signs itself and lies exported in a directory.
struct Published {
  Scratch place;
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  LogKit kit;
  TestSigner signer;
  VerifierKey key = signer.verifierKey();

  explicit Published(uint64_t seed) : kit(seed) {}
  std::string out() const { return place.path() + "/tree"; }
  std::string sign() { return signCheckpoint({key.name, log.durable(), {}}, signer); }
  void growTo(uint64_t size);
};

// Random inclusions and consistencies of one random log, proved by it and verified and made again by both.
void expectAgreement(uint64_t seed, uint64_t entriesAtLeast, uint64_t cases);

}  // namespace liggare::test
