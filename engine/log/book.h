// Books and lines. A book is a numbered sequence 1, 2, 3 … that entries belong to; a line says that an entry has a
// number in a book. The log knows books only as ids: which events stand in which is the law's and the writer's
// business.
//
//   book id      H("book" ‖ kind u8 ‖ fields) cut to 16 bytes
//   line digest  H("line" ‖ book 16 ‖ number u64 ‖ salt 16)
//   lines root   RFC 6962 over the line digests, each in the place of a leaf hash
#pragma once

#include <span>

#include "engine/hash/sha256.h"

namespace liggare {

enum class BookKind : uint8_t {
  STREAM = 1,
  PATIENT = 2,
  ACCESS = 3,
  ACTOR = 4,
  OWNER = 5,
  COMMISSION = 6,
  PROVIDER = 7,
  REGION = 8
};

// The streams of domain.md §8.1, by what they hold.
enum class StreamKind : uint8_t {
  ID = 1,  // identity                   keys: patient
  JR = 2,  // journal                    patient, provider
  CN = 3,  // consents, commissions …    patient, provider
  SP = 4,  // blocks and lifts           patient, provider
  AX = 5,  // access log                 reading provider, and month
  GV = 6,  // governance                 provider
  RV = 7,  // log review                 provider
  DS = 8,  // destruction, custody       provider
  SY = 9   // the engine itself          none
};

// Fields: the keys, then `extra` for a book whose subject has no key (an unregistered actor is its client's bytes).
BookId bookId(BookKind kind, std::span<const SubjectKey> keys, Bytes extra = {});
// Fields of a stream: stream kind u8 ‖ the keys ‖ for AX yyyymm u32.
BookId streamId(StreamKind kind, std::span<const SubjectKey> keys, uint32_t yyyymm = 0);

using Salt = std::array<uint8_t, 16>;

struct Line {
  BookId book;
  Number number = 0;
  Salt salt{};  // random: a digest tells nothing about its book
  bool operator==(const Line&) const = default;
};

Hash lineDigest(const Line& line);
Hash linesRoot(std::span<const Line> lines);

// A line as a reader gets it: after a disposal the line itself may be gone, and only its digest remains.
struct StoredLine {
  std::optional<Line> line;
  Hash digest;
  bool operator==(const StoredLine&) const = default;
};
Hash linesRoot(std::span<const StoredLine> lines);

// Lines of one entry as they stand in a commit (before sealing): count u16 ‖ per line: 0x01 ‖ book ‖ number u64 ‖ salt,
// or 0x00 ‖ digest when it has been disposed of.
void appendLines(Buffer& to, std::span<const Line> lines);
void appendStoredLines(Buffer& to, std::span<const StoredLine> lines);
// Takes one entry's lines off the front. Nothing when the bytes do not fit.
std::optional<std::vector<StoredLine>> takeLines(Bytes& from);

}  // namespace liggare
