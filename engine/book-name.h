// What a book is called: the bytes its id is the hash of (docs/format.md "Lines"). An id alone says nothing; who gets
// the name can make the id again, and so knows whose book was proven.
#pragma once

#include "engine/base/time.h"
#include "engine/log/book.h"

namespace liggare {

struct BookName {
  BookKind kind = BookKind::STREAM;
  StreamKind stream = StreamKind::SY;  // of a stream
  std::vector<SubjectKey> keys;        // in the order of the name; an actor without a key is its client's 16 bytes
  uint32_t month = 0;                  // yyyymm, of an access stream

  BookName(BookKind what, const SubjectKey& subject) : kind(what), keys{subject} {}
  BookName(StreamKind what, std::vector<SubjectKey> subjects, uint32_t yyyymm = 0)
      : stream(what), keys(std::move(subjects)), month(yyyymm) {}

  BookId id() const;
  Buffer bytes() const;  // book kind ‖ fields
  // Nothing unless these are just the bytes of some book.
  static std::optional<BookName> read(Bytes bytes);
};

// The month of an instant as streams are cut, in UTC, and the one after a month: yyyymm.
uint32_t monthOf(Micros at);
uint32_t monthAfter(uint32_t yyyymm);

}  // namespace liggare
