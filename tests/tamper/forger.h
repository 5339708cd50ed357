// A forger who has the product's own library: takes a log apart, changes what he likes, and writes a whole new one with
// every root, tile and number recomputed. What he does not have is what others were given.
#pragma once

#include <map>

#include "engine/log/log.h"

namespace liggare::test {

struct ForgedRecord {
  EntryFields fields;
  std::vector<Line> lines;
  Buffer sealed;  // as stored; empty when nothing is
  bool operator==(const ForgedRecord&) const = default;
};
using ForgedRecords = std::vector<ForgedRecord>;

inline ForgedRecords recordsOf(Log& log) {
  ForgedRecords out;
  for (Position p = 0; p < log.durableSize(); ++p) {
    ForgedRecord record{log.fields(p), {}, {}};
    for (auto& stored : log.lines(p)) record.lines.push_back(*stored.line);
    if (auto half = log.sealed(p)) record.sealed = encodeSealedHalf(*half);
    out.push_back(std::move(record));
  }
  return out;
}

// Positions, line roots, commits, tiles and frontiers come out right by themselves.
inline void writeRecords(Log& to, const ForgedRecords& records, size_t together, uint64_t vaultVersion = 1) {
  for (size_t at = 0; at < records.size();) {
    CommitBuilder commit(to.appended().size, vaultVersion);
    for (size_t end = std::min(records.size(), at + together); at < end; ++at)
      commit.add(records[at].fields, records[at].lines, records[at].sealed, records[at].fields.sealedDigest);
    to.append(std::move(commit), Sync::YES);
  }
}

// Every book counted anew, 1 … n in the order of the entries.
inline void renumber(ForgedRecords& records) {
  std::map<BookId, Number> last;
  for (auto& record : records)
    for (auto& line : record.lines) line.number = ++last[line.book];
}

}  // namespace liggare::test
