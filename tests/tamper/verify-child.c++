// verify-child read|write DIR: opens a journal, verifies every stored byte, tells everything in it, and prints what it
// found as one line "size root digest". A process of its own, because a damaged file may end in abort().
//
//   exit 0   whole, the line is printed          exit 5   not what was written
//   exit 3   not a journal, or no key: refused   abort    the store's own assertion: refused
#include <kj/exception.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <set>

#include "engine/journal-files.h"
#include "tests/support/demo-journal.h"

using namespace liggare;

namespace {

constexpr int WHOLE = 0, WRONG_USE = 2, REFUSED = 3, CHANGED = 5;
constexpr unsigned SECONDS_MAX = 120;  // a hang is a finding: SIGALRM

VerifyOptions optionsFor(Journal& journal) {
  VerifyOptions options;
  options.depth = Depth::FULL;
  options.place = {journal.directory(), journal.origin(), {}};
  JournalFault fault{};
  if (auto file = readJournalFile(journal.directory(), fault))
    if (auto key = parseVerifierKey(file->verifierKey)) options.place.keys.push_back(*key);
  return options;
}

// Every event and, through the index, every book. In write mode the journal may say by an event of its own that it
// dropped an unproven tail: that is a longer log, and shows in the line.
std::string told(Journal& journal) {
  Buffer all;
  std::set<BookId> books;
  for (Position p = 0; p < journal.head(); ++p) {
    auto event = journal.read(p, Open::ALL);
    append(all, asBytes(test::retold(*event)));
    for (auto& line : event->lines) books.insert(line.book);
  }
  for (auto& book : books)
    journal.scanBook(book, 1, [&](const BookRow& row) {
      append(all, book);
      appendBe64(all, row.number);
      appendBe64(all, row.position);
      append(all, row.leaf);
      return true;
    });
  return std::to_string(journal.head()) + " " + toHex(journal.rootAt(journal.head())) + " " + toHex(sha256(all));
}

int examine(const JournalOptions& options) {
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  if (!journal) return fault.kind == JournalFault::Kind::DAMAGED ? CHANGED : REFUSED;
  if (!journal->verify(optionsFor(*journal), {}).whole()) return CHANGED;
  std::printf("%s\n", told(*journal).c_str());
  return WHOLE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return WRONG_USE;
  rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::alarm(SECONDS_MAX);
  JournalOptions options;
  options.directory = argv[2];
  options.access = std::strcmp(argv[1], "write") == 0 ? JournalOptions::Access::WRITE : JournalOptions::Access::READ;
  options.prepareThreads = 1;
  int code = CHANGED;
  auto fault = kj::runCatchingExceptions([&] { code = examine(options); });
  return fault == nullptr ? code : CHANGED;
}
