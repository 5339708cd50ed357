// Closings (bokslut): entries of the engine by which the log commits to every book at a position.
//
//   root         of the trie of all books (book-trie.h), counted from the lines of the entries below coveredSize
//   chain        each names the one before it, the first one genesis, and covers the one it names
//
// The log counts and checks; who asks for a closing and when is the journal's business.
#pragma once

#include <functional>
#include <map>

#include "engine/log/book-trie.h"
#include "engine/log/chain.h"

namespace liggare {

class Log;

// Every book counted from lines, entry by entry, in the order of the log.
//
//   Memory   that of the trie: by books, not entries
class BookCount {
 public:
  BookCount() = default;
  // Goes on from what was counted below `size`: that many lines, in these books.
  BookCount(uint64_t size, uint64_t linesBefore, BookTrie counted)
      : books(std::move(counted)), lineCount(linesBefore), next(size) {}

  // Takes the next entry. Says what is wrong with a number, and goes on from it.
  std::optional<Finding> take(Position position, const Hash& leaf, std::span<const StoredLine> lines);
  // Lines could not be read.
  void forget() { isBroken = true; }

  uint64_t size() const { return next; }  // entries that were taken
  uint64_t lines() const { return lineCount; }
  uint64_t disposed() const { return disposedCount; }
  // After a line was disposed of, lost or misnumbered nobody can tell any more what a closing above it should say.
  bool isCountable() const { return disposedCount == 0 && !isBroken; }
  BookTrie& trie() { return books; }
  uint64_t sizeOf(const BookId& book) const { return books.sizeOf(book); }
  void eachGrown(const std::function<void(const BookFrontier&)>& visit) const { books.eachGrown(visit); }

 private:
  BookTrie books;
  uint64_t lineCount = 0, disposedCount = 0;
  Position next = 0;
  bool isBroken = false;
  std::map<BookId, Number> jumped;  // books that lines were disposed of, and the number they have come to
};

// A closing as an entry states it.
struct StatedClosing {
  Position position = 0;
  ClosingFact fact;
};
// All of them from `from` on below `size`, in order. Reads every entry there.
std::vector<StatedClosing> closingsBelow(Log& log, uint64_t size, Position from = 0);

// Holds stated closings against each other and against a count.
class ClosingAudit {
 public:
  // `report` gets a finding per closing that is out of the chain, and then per root that is another.
  ClosingAudit(std::vector<StatedClosing> stated, std::function<void(Finding)> report);
  // `count` has come to hold every entry below `size`, and no more: to be called for every size in turn.
  void reached(uint64_t size, BookCount& count);

  uint64_t stated() const { return statedCount; }
  uint64_t recomputed() const { return recomputedCount; }
  uint64_t latestCovered() const { return latest; }

 private:
  void judge(const StatedClosing& closing, Position previous, uint64_t coveredBefore);

  std::function<void(Finding)> report;
  std::multimap<uint64_t, StatedClosing> byCovered;  // still to be recomputed
  uint64_t statedCount = 0, recomputedCount = 0, latest = 0;
};

// Every book below `size`, from the log's lines, going on where `into` has come to. What keeps them from being counted
// is answered: lines that are not those of their entries, were disposed of, or give a book other numbers than 1, 2, 3 …
//
//   Throws   FAILED when lines do not open
std::optional<Finding> countBooks(Log& log, uint64_t size, BookCount& into,
                                  const std::function<void(Position done, uint64_t of)>& progress = {});

}  // namespace liggare
