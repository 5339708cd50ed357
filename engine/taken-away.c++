#include "engine/taken-away.h"

#include <kj/debug.h>

#include "engine/books.h"
#include "engine/law/chapter.h"
#include "engine/replay.h"

namespace liggare {

namespace {

using schema::RetentionClass;

bool isJournal(RetentionClass what) { return what == RetentionClass::JOURNAL || what == RetentionClass::CUSTODY; }

// The items a part of the decision names: no items in a part that says something else.
capnp::List<schema::Id>::Reader itemsOf(schema::Body::Reader body) {
  if (body.isDestructionExecuted()) return body.getDestructionExecuted().getItems();
  return body.isDisposalExecuted() ? body.getDisposalExecuted().getItems() : capnp::List<schema::Id>::Reader();
}

std::set<Position> itemPositions(EventSource& source, const ToldCommand& told, Position decision) {
  auto command = told.ask().getCommand();
  PastState past(source, told.first);
  auto state = past.stateFor(command);
  auto& event = told.events.at(decision - told.first);
  std::set<SubjectKey> keys{law::subjectKey(command.getPatient().getKey())};
  for (auto part : event.view.patients) keys.insert(law::subjectKey(part.getPatient()));
  std::map<ThingId, Position> rows;
  for (auto& key : keys)
    if (auto* patient = state->patient(key))
      for (auto& item : patient->items) rows[item.id] = std::max(rows[item.id], item.position);
  std::set<Position> out;
  for (auto part : event.view.patients)
    for (auto id : itemsOf(part.getBody())) {
      auto row = rows.find(law::thingId(id));
      KJ_REQUIRE(row != rows.end(), "a thing to destroy was never written", decision);
      if (row->second != 0) out.insert(row->second);  // 0: destroyed by an earlier decision, and its row with it
    }
  return out;
}

// The provider's own log: of reads by its staff, and of what they were refused. It lies in one stream a month (UTC);
// the day is Swedish, so the last month may go in part, always from its beginning.
std::set<Position> logPositions(EventSource& source, const SubjectKey& provider, Days before) {
  std::set<Position> out;
  auto genesis = source.read(0);
  KJ_REQUIRE(genesis.has_value(), "a log without its beginning");
  const uint32_t last = yearMonth(before * DAY);
  for (uint32_t month = yearMonth(genesis->entry.recordedAt); month <= last;
       month += month % 100 == 12 ? 100 - 11 : 1)
    source.scanBook(streamId(StreamKind::AX, std::span(&provider, 1), month), 1, [&](const BookRow& row) {
      auto event = source.read(row.position);
      KJ_REQUIRE(event.has_value(), "a book names an entry above the durable head", row.position);
      if (swedishDay(event->entry.recordedAt) >= before) return false;
      out.insert(row.position);
      return true;
    });
  return out;
}

}  // namespace

std::optional<std::string> cannotBeTaken(schema::Event::Reader event) {
  auto body = event.getCommon().getBody();
  if (!body.isDisposalExecuted()) return std::nullopt;
  auto what = body.getDisposalExecuted().getWhat();
  if (isJournal(what) || what == RetentionClass::ACCESS_LOG) return std::nullopt;
  return "granskning och styrning kan beslutas gallrade, men gallras inte av det här programmet: händelserna bär vad "
         "som gäller i dag, och ingenting får sägas vara borta som är kvar";
}

std::set<Position> takenAwayBy(EventSource& source, Position decision) {
  Untold why{};
  auto told = toldCommand(source, decision, why);
  KJ_REQUIRE(told.has_value(), "the decision to destroy cannot be read", decision);
  auto& event = told->events.at(decision - told->first);
  auto body = event.view.common.getBody();
  const auto provider = law::subjectKey(event.view.common.getProvider());
  if (body.isDisposalExecuted()) return logPositions(source, provider, body.getDisposalExecuted().getBefore());
  return itemPositions(source, *told, decision);
}

}  // namespace liggare
