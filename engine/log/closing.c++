#include "engine/log/closing.h"

#include <kj/debug.h>

#include "engine/log/log.h"

namespace liggare {

std::optional<Finding> BookCount::take(Position position, const Hash& leaf, std::span<const StoredLine> lines) {
  std::optional<Finding> finding;
  next = position + 1;
  for (const StoredLine& stored : lines) {
    ++lineCount;
    if (!stored.line) {
      ++disposedCount;
      continue;
    }
    const BookId& book = stored.line->book;
    auto jump = jumped.find(book);
    Number last = jump != jumped.end() ? jump->second : books.sizeOf(book);
    Number number = stored.line->number;
    if (number == last + 1 && jump == jumped.end()) {
      books.append(book, leaf);
      continue;
    }
    // A book whose lines were disposed of goes on where it was: a gap is explained by lines that are gone, a repeat by
    // nothing.
    bool fits = number == last + 1 || (number > last && disposedCount > 0);
    jumped[book] = std::max(last, number);
    if (fits) continue;
    isBroken = true;
    if (!finding)
      finding = Finding{Damage::LINES, position,
                        number <= last ? "a number in a book is given twice" : "a book skips a number"};
  }
  return finding;
}

std::vector<StatedClosing> closingsBelow(Log& log, uint64_t size, Position from) {
  std::vector<StatedClosing> out;
  for (Position at = from; at < size;) {
    auto commit = log.commitAt(at);
    for (Position end = std::min(size, commit->header().sizeAfter()); at < end; ++at) {
      Bytes stored = commit->entry(at);
      if (stored.size() >= 16 && stored[12] == 0 && stored[13] == 0) continue;  // an event of the law: no union tag
      auto fields = tryDecodeEntry(stored);
      auto* fact = fields ? std::get_if<ClosingFact>(&fields->engine) : nullptr;
      if (fact) out.push_back({at, *fact});
    }
  }
  return out;
}

ClosingAudit::ClosingAudit(std::vector<StatedClosing> stated, std::function<void(Finding)> reportTo)
    : report(std::move(reportTo)), statedCount(stated.size()) {
  Position previous = 0;  // genesis
  uint64_t coveredBefore = 0;
  for (const StatedClosing& closing : stated) {
    judge(closing, previous, coveredBefore);
    previous = closing.position;
    coveredBefore = std::max(coveredBefore, closing.fact.coveredSize);
    if (closing.fact.coveredSize <= closing.position) byCovered.emplace(closing.fact.coveredSize, closing);
  }
}

void ClosingAudit::judge(const StatedClosing& closing, Position previous, uint64_t coveredBefore) {
  const ClosingFact& fact = closing.fact;
  const char* wrong = nullptr;
  if (fact.coveredSize > closing.position)
    wrong = "a closing covers more than there was before it";
  else if (fact.previousClosing != previous)
    wrong = "a closing does not name the one before it";
  else if (fact.coveredSize <= previous || fact.coveredSize <= coveredBefore)
    wrong = "a closing does not cover the one before it";
  if (wrong) report({Damage::CLOSING, closing.position, wrong});
}

void ClosingAudit::reached(uint64_t size, BookCount& count) {
  if (byCovered.empty() || byCovered.begin()->first != size) return;
  auto [from, to] = byCovered.equal_range(size);
  std::optional<Hash> root;
  if (count.isCountable()) root = count.trie().root();
  for (auto at = from; at != to; ++at) {
    if (!root) continue;
    ++recomputedCount;
    latest = size;
    if (at->second.fact.root != *root)
      report({Damage::CLOSING, at->second.position, "a closing has another root than the books' lines give"});
  }
  byCovered.erase(from, to);
}

std::optional<Finding> countBooks(Log& log, uint64_t size, BookCount& into,
                                  const std::function<void(Position, uint64_t)>& progress) {
  uint64_t commits = 0;
  for (Position at = into.size(); at < size;) {
    auto commit = log.commitAt(at);
    auto lines = log.lines(*commit);
    KJ_REQUIRE(lines.size() == commit->header().count, "the lines of a commit do not add up", at);
    for (Position end = std::min(size, commit->header().sizeAfter()); at < end; ++at) {
      Bytes entry = commit->entry(at);
      auto& mine = lines[at - commit->header().first];
      if (linesRoot(mine) != decodeEntry(entry).linesRoot)
        return Finding{Damage::LINES, at, "the lines are not those the entry names"};
      if (auto finding = into.take(at, leafHash(entry), mine)) return finding;
      if (into.disposed() > 0) return Finding{Damage::LINES, at, "lines were disposed of"};
    }
    if (progress && ++commits % 64 == 0) progress(at, size);
  }
  if (progress) progress(size, size);
  return std::nullopt;
}

}  // namespace liggare
