// Is the log what it was? Re-derives everything from the stored bytes and never throws on bad data: it reports.
//
//   TREE    every commit's header, every tile from the leaf hashes, the root after every commit, the head file, every
//           checkpoint
//   FULL    the same from the entries' own bytes, and every other stored byte: lines against the entries' roots and
//           numbered 1 … n once each in every book, closings against those lines and each other, sealed halves against
//           the entries' digests, ciphertexts that are gone against what the log says was destroyed
//
// Memory   TREE: a tile or two. FULL: by books, not entries (book-trie.h)
#pragma once

#include "engine/log/opening.h"

namespace liggare {

enum class Depth : uint8_t { TREE, FULL };
enum class LinesOpen : uint8_t { AT_HAND, ABSENT };  // whether the log's line sealer can open lines at all

struct VerifyOptions {
  Depth depth = Depth::TREE;
  LinesOpen linesKey = LinesOpen::AT_HAND;
  LogPlace place;  // where head file and checkpoints lie, and who may have signed them
};

struct VerifyReport {
  static constexpr size_t FINDINGS_MAX = 1000;

  Head head;  // what was verified
  uint64_t commits = 0;
  uint64_t entries = 0;
  uint64_t tiles = 0;
  uint64_t checkpoints = 0;          // read, and their roots compared
  uint64_t checkpointsUnsigned = 0;  // of them, signatures not checked because no key was at hand
  uint64_t lines = 0;
  uint64_t linesDisposed = 0;  // only their digests remain
  uint64_t books = 0;
  uint64_t closings = 0;
  uint64_t closingsRecomputed = 0;  // the others lie above lines that nobody can count any more
  uint64_t closedSize = 0;          // what the latest of them covers
  uint64_t sealed = 0;
  uint64_t ciphertextsRemoved = 0;  // by decision; their digests were checked
  uint64_t findingCount = 0;
  std::vector<Finding> findings;  // by position, the first FINDINGS_MAX

  bool whole() const { return findingCount == 0; }
  std::optional<Finding> first() const;
};

// Called now and then with how far it has come. Must not throw.
using VerifyProgress = std::function<void(Position done, uint64_t of)>;

VerifyReport verifyLog(Log& log, const VerifyOptions& options, const VerifyProgress& progress = {});

}  // namespace liggare
