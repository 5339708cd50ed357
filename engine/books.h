// Which books an event stands in, and in which order: a pure function of its payload (design §3). The writer numbers by
// it, and `verify --open` asks it again to find an event that was left out of a book it belongs to.
#pragma once

#include "engine/law/decide.h"
#include "engine/log/book.h"
#include "engine/vault/vault.h"

namespace liggare {

struct Books {
  StreamOwner stream;          // the entry's first line; the owner holds its key
  std::vector<BookId> others;  // patient, access, actor, owner, commission, provider, region; no repeats, this order
};
Books booksOf(const law::EventView& event);

// The stream a command would write its first event to: what expectedVersion is about. Zero when that cannot be known.
BookId streamOfCommand(schema::Command::Reader command, const SubjectKey& actingProvider, Micros recordedAt);

// The month that names an access log's stream: of recordedAt, in UTC, yyyymm.
uint32_t yearMonth(Micros at);

BookId patientBook(const SubjectKey& patient);
BookId accessBook(const SubjectKey& patient);
BookId actorBook(const SubjectKey& person);
BookId ownerBook(const SubjectKey& provider);
BookId commissionBook(const SubjectKey& commission);
BookId providerBook(const SubjectKey& provider);
BookId regionBook(const SubjectKey& region);
// The book that a fragment is the fold of.
BookId fragmentBook(const law::FragmentKey& key);

}  // namespace liggare
