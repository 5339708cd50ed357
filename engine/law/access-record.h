// How a read is recorded: AccessRecorded with one outcome per item, before anything is shown (PDL 4:3, HSLF-FS 2016:40
// 4:9).
#pragma once

#include <string>
#include <vector>

#include "engine/law/gate.h"

namespace liggare::law {

// One thing a read concerned: an item; or, with a zero id, a provider whose name was shown, or a log.
struct AccessRow {
  ThingId item;
  Position position = 0;
  schema::ItemClass itemClass{};
  SubjectKey unit, provider;
  GateAnswer answer;
  const PatientState* patient = nullptr;  // whose, in a read of many; null: the reading's, or nobody known here
};

// A read as decided: everything its events will say.
struct Reading {
  ThingId access;
  schema::GroundClaim::Reader claim;
  schema::ViewName view{};
  schema::Step step = schema::Step::CONTENT;
  schema::Action action = schema::Action::READ;
  Micros asOf = 0;
  std::string arguments;  // codes and ids only
  GateAnswer whole;       // of the read; DENY refuses it
  std::vector<AccessRow> rows;
  Flags flags;                            // what is said about blocked and unblocked data
  std::vector<SubjectKey> providers;      // step NAMES
  const PatientState* patient = nullptr;  // whose data; null for logs and events of many
};

// What the command says about the read, before anything is judged. Requires a read command.
Reading readingOf(const Context& ctx);
// A staff member under a provider, with the right to read.
bool mayRead(const Context& ctx);
// Requires a commission.
ReaderFacts readerOf(const Context& ctx);
// Whether an item is among those wanted; none wanted: all are.
bool isWanted(capnp::List<schema::Id>::Reader wanted, const Item& item);

// Makes `whole` out of the rows: ALLOW when anything is; else the code that comes first. Without rows `reading.whole`
// stands.
void judgeWhole(Reading& reading);

// Drafts the events, and the review items that follow, and answers for the whole. As many events as 500 resources each
// require, indexed in order; the first carries the reader's own words. Rows of many patients stand patient by patient.
Verdict record(Context& ctx, const Reading& reading);

// The read denied as a whole, before any item came into question.
Verdict recordDenied(Context& ctx, Reading reading, RefusalCode code);

// A read that did not come as far as its chapter (no commission, no such patient): it is an access all the same (§8.4:
// every refusal of a read is an AccessRecorded). Requires a read command.
void recordDeniedRead(Context& ctx, RefusalCode code);

// domain §4.2: something the log reviewer always looks at afterwards. target: the access, or the thing the act was
// about.
void openReview(Context& ctx, const char* trigger, const ThingId& target, RefusalCode code = RefusalCode::NONE);

}  // namespace liggare::law
