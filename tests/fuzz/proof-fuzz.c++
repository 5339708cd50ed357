// A proof file from anywhere: read or refused with its line, the same when written again, and believed only when it
// says of a small known log what that log says.

#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/log/proof-file.h"
#include "tests/fuzz/mutators.h"
#include "tests/log/log-kit.h"

using namespace liggare;

namespace {

// The log of which the corpus holds proofs. Drawn one statement at a time: compilers differ in the order of arguments.
struct Known {
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  VerifierKey key = TestSigner("liggare.test/fuzz", 7).verifierKey();
  Known() {
    LogKit kit(21);
    CommitBuilder commit(0, 1);
    for (int i = 0; i < 21; ++i) {
      EntryFields fields = kit.fields();
      auto bookLines = kit.lines(1);
      commit.add(fields, bookLines);
    }
    log.append(std::move(commit), Sync::YES);
  }
};
Known& known() {
  static Known it;
  return it;
}

void tryInclusion(const InclusionFile& proof, std::string_view text) {
  KJ_ASSERT(formatInclusion(proof) == text);
  Log& log = known().log;
  auto verdict = verifyInclusion(proof, leafHash(proof.extra), known().key);
  if (verdict.flaw != ProofFlaw::NONE) return;
  KJ_ASSERT(verdict.head.size <= log.durableSize() && log.headAt(verdict.head.size) == verdict.head);
  KJ_ASSERT(proof.index < verdict.head.size && log.entry(proof.index) == proof.extra, "an entry that is not there");
}

void tryConsistency(const ConsistencyFile& proof, std::string_view text) {
  KJ_ASSERT(formatConsistency(proof) == text);
  Log& log = known().log;
  auto verdict = verifyConsistency(proof, known().key);
  if (verdict.flaw != ProofFlaw::NONE) return;
  KJ_ASSERT(proof.newer == verdict.head && log.headAt(verdict.head.size) == verdict.head);
  KJ_ASSERT(proof.older.size <= proof.newer.size && log.headAt(proof.older.size) == proof.older, "another beginning");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto read = readProof(text);
  if (auto* unreadable = std::get_if<ProofUnreadable>(&read)) {
    KJ_ASSERT(unreadable->line >= 1 && !unreadable->why.empty() && isUtf8(unreadable->why));
  }
  if (auto* proof = std::get_if<InclusionFile>(&read)) tryInclusion(*proof, text);
  if (auto* proof = std::get_if<ConsistencyFile>(&read)) tryConsistency(*proof, text);
  return 0;
}

LIGGARE_MUTATES(mutateLines)
