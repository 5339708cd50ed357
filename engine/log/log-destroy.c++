// Taking away what the law says must go. Digests stay, so every proof stays true; what was there is in no file
// afterwards.
#include <map>
#include <set>

#include <kj/debug.h>

#include "engine/log/log.h"

namespace liggare {

// The four steps, measured to be enough (31 MB, 38 ms): the first flush moves the old values from the write-ahead log
// into tables and lets the log file go; the rewrite and second flush put the new values into a table above them;
// compacting the keys drops the old. A crash in between leaves the old values, and the caller's record of what is to
// go: it is done again.
void Log::replaceRows(const std::vector<std::pair<RowKey, Buffer>>& rows) {
  if (rows.empty()) return;
  store->flush();
  Batch batch;
  for (const auto& [key, value] : rows) batch.put(encodeRowKey(key), Buffer(value));
  store->write(batch, Sync::YES);
  store->flush();
  for (const auto& [key, value] : rows) {
    Buffer from = encodeRowKey(key), to = from;
    to.push_back(0);
    store->compact(from, to);
  }
  forgetCaches();
}

void Log::removeCiphertext(std::span<const Position> positions) {
  std::map<Position, std::pair<RowKey, std::vector<Buffer>>> values;  // by commit and group, each read once
  for (Position position : positions) {
    auto commit = commitAt(position);
    size_t index = position - commit->header().first;
    RowKey key{commit->header().last(), RowKind::SEALED, uint16_t(index / SEALED_PER_VALUE)};
    Position groupFirst = position - index % SEALED_PER_VALUE;
    auto [at, fresh] = values.try_emplace(groupFirst, key, std::vector<Buffer>());
    auto& halves = at->second.second;
    if (fresh) {
      Buffer value = row(key);
      auto split = splitSealed(value);
      KJ_REQUIRE(split.has_value(), "sealed halves do not add up", position);
      for (Bytes half : *split) halves.emplace_back(half.begin(), half.end());
    }
    KJ_REQUIRE(index % SEALED_PER_VALUE < halves.size(), "sealed halves do not add up", position);
    Buffer& stored = halves[index % SEALED_PER_VALUE];
    if (stored.empty()) continue;
    auto half = decodeSealedHalf(stored);
    KJ_REQUIRE(half.has_value() && sealedDigest(*half) == decodeEntry(commit->entry(position)).sealedDigest,
               "a sealed half is not the one its entry names", position);
    for (size_t part = 0; part < half->parts.size(); ++part) removePart(*half, part);
    stored = encodeSealedHalf(*half);
  }
  std::vector<std::pair<RowKey, Buffer>> rows;
  for (const auto& [first, value] : values) rows.emplace_back(value.first, joinSealed(value.second));
  replaceRows(rows);
}

void Log::disposeLines(std::span<const Position> positions, const std::function<bool(const Line&)>& gone) {
  std::map<Position, std::set<Position>> byCommit;  // commit's first → positions
  for (Position position : positions) byCommit[commitAt(position)->header().first].insert(position);
  std::vector<std::pair<RowKey, Buffer>> rows;
  for (const auto& [first, wanted] : byCommit) {
    auto commit = commitAt(first);
    auto stored = lines(*commit);
    for (Position position : wanted) {
      for (StoredLine& line : stored[position - first]) {
        if (line.line && gone(*line.line)) line.line.reset();
      }
    }
    Position last = commit->header().last();
    rows.emplace_back(RowKey{last, RowKind::LINES, 0}, lineKeys.seal(last, joinLines(stored)));
  }
  replaceRows(rows);
}

}  // namespace liggare
