// What was counted for the latest closing, kept beside the index so that the next one, and every bundle, counts only
// what came after it.
//
//   'F' ‖ book 16   →  size u64 ‖ complete subtrees 32 each, largest first
//   'G'             →  position of the closing u64 ‖ covered size u64 ‖ lines u64
//
// Derived, and never believed: the books that are read give a root, and it must be the one that the closing's entry in
// the log states. Otherwise everything is counted from the lines. 'G' goes first and is written last, so a crash in
// between leaves a count that is not used. Whoever disposes of lines (nobody does yet) takes 'G' away first: what is
// left cannot be counted again, and no closing may be made above it.
#pragma once

#include "engine/kv/store.h"
#include "engine/log/closing.h"

namespace liggare {

struct KeptCount {
  StatedClosing closing;
  BookCount count;  // just what the closing counts
};
// Nothing when nothing that fits is kept. `size`: the closing must lie below it.
//
//   Memory   by books (book-trie.h); time: a row for each book, and its hashes
std::optional<KeptCount> readKeptCount(Store& index, Log& log, uint64_t size);
// Not synced: what a crash takes is counted again.
void keepCount(Store& index, const StatedClosing& closing, const BookCount& count);

}  // namespace liggare
