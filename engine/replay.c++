#include "engine/replay.h"

#include <kj/debug.h>

#include "engine/books.h"
#include "engine/intake/canonical.h"
#include "engine/intake/same-event.h"
#include "engine/law/refusals.h"
#include "engine/reader.h"

namespace liggare {

namespace {

constexpr size_t DIFFERENCES_TOLD = 100;

template <typename Reader>
intake::Words canonical(Reader part) {
  intake::Words words;
  intake::CanonicalWriter(words, intake::Texts::AS_GIVEN)
      .message(intake::structTable<capnp::FromReader<Reader>>(), capnp::AnyStruct::Reader(part));
  return words;
}

std::string answerName(law::Decision::Kind kind, law::RefusalCode code) {
  if (kind == law::Decision::Kind::UNCHANGED) return "oförändrat";
  if (kind == law::Decision::Kind::ACCEPTED || !law::isKnownRefusal(code)) return "godtaget";
  return "nekat " + std::string(law::refusalName(code));
}

law::Decision::Kind kindOf(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::REFUSED) return law::Decision::Kind::REFUSED;
  if (outcome.kind == Outcome::Kind::UNCHANGED) return law::Decision::Kind::UNCHANGED;
  return law::Decision::Kind::ACCEPTED;
}

using Slot = std::pair<schema::TextSlot, uint16_t>;
std::set<Slot> slotsOf(capnp::List<schema::TextItem>::Reader texts) {
  std::set<Slot> slots;
  for (auto item : texts) slots.insert({item.getSlot(), item.getIndex()});
  return slots;
}

// The first field that is not the same, texts apart; empty when all are.
std::string whatDiffers(const OpenedEvent& told, schema::Event::Reader again) {
  using intake::differsApartFromTexts;
  if (auto path = differsApartFromTexts(told.view.common, again.getCommon()); !path.empty()) return "common." + path;
  if (auto path = differsApartFromTexts(told.view.actor, again.getActor()); !path.empty()) return "actor." + path;
  auto patients = again.getPatients();
  if (told.view.patients.size() != patients.size()) return "patients";
  for (unsigned i = 0; i < patients.size(); ++i)
    if (auto path = differsApartFromTexts(told.view.patients[i], schema::PatientPart::Reader(patients[i]));
        !path.empty())
      return "patients[" + std::to_string(i) + "]." + path;
  return slotsOf(told.view.texts) == slotsOf(again.getTexts()) ? "" : "texts";
}

bool isSameAnswer(const law::Decision& a, const law::Decision& b) {
  if (a.kind != b.kind || a.code != b.code || a.earlier != b.earlier || a.events.size() != b.events.size())
    return false;
  for (size_t i = 0; i < a.events.size(); ++i) {
    auto one = a.events[i]->getRoot<schema::Event>().asReader(),
         other = b.events[i]->getRoot<schema::Event>().asReader();
    if (canonical(one.getCommon()) != canonical(other.getCommon())) return false;
    if (one.getPatients().size() != other.getPatients().size()) return false;
    for (unsigned p = 0; p < one.getPatients().size(); ++p)
      if (canonical(schema::PatientPart::Reader(one.getPatients()[p])) !=
          canonical(schema::PatientPart::Reader(other.getPatients()[p])))
        return false;
  }
  return true;
}

}  // namespace

Outcome ToldCommand::outcome() const {
  Outcome outcome;
  outcomeFrom(events.front().view, outcome);
  return outcome;
}

std::optional<ToldCommand> toldCommand(EventSource& source, Position position, Untold& why) {
  auto event = source.read(position, Open::ALL);
  if (!event) return why = Untold::ABOVE_HEAD, std::nullopt;
  if (event->destroyed) return why = Untold::DESTROYED, std::nullopt;
  uint16_t before = event->entry.isSealed() ? event->view.common.getIndexInCommand() : 0;
  if (before > position) return why = Untold::ENGINE_FACT, std::nullopt;
  ToldCommand told;
  told.first = position - before;
  auto tag = event->entry.commandTag;
  for (Position p = told.first;; ++p) {
    auto next = source.read(p, Open::ALL);
    if (!next || next->entry.commandTag != tag || (p > told.first && next->ask)) break;
    if (next->destroyed) return why = Untold::DESTROYED, std::nullopt;
    told.events.push_back(std::move(*next));
  }
  if (told.events.empty() || !told.events.front().ask) return why = Untold::ENGINE_FACT, std::nullopt;
  return told;
}

// --- the state before ---

PastState::PastState(EventSource& s, Position end) : source(s), before(end) {}

void PastState::load(const law::FragmentKey& key) {
  auto& positions = books[key];
  source.scanBook(fragmentBook(key), 1, [&](const BookRow& row) {
    if (row.position >= before) return false;
    if (!events.count(row.position)) {
      auto event = source.read(row.position, Open::FACTS);
      if (event && event->destroyed) gone.insert(row.position);
      if (!event || event->destroyed) return true;
      auto message = std::make_unique<capnp::MallocMessageBuilder>();
      auto copy = message->initRoot<schema::Event>();
      copy.setCommon(event->view.common);
      copy.setActor(event->view.actor);
      auto patients = copy.initPatients(static_cast<unsigned>(event->view.patients.size()));
      for (unsigned i = 0; i < patients.size(); ++i) patients.setWithCaveats(i, event->view.patients[i]);
      auto view = law::viewOf(copy.asReader(), row.position, event->entry.recordedAt, event->entry.eventId);
      events.emplace(row.position, Kept{std::move(message), std::move(view)});
    }
    positions.push_back(row.position);
    return true;
  });
}

std::unique_ptr<Fragments> PastState::foldWithout(const Without& left, schema::Command::Reader ask) {
  auto state = std::make_unique<Fragments>(1 << 20);
  for (auto keys = law::missing(*state, ask); !keys.empty(); keys = law::missing(*state, ask)) {
    for (auto& key : keys) {
      if (!books.count(key)) load(key);
      state->putEmpty(key);
      for (Position p : books[key])
        if (!left.count(p)) state->evolveOne(key, events.at(p).view);
    }
  }
  return state;
}

std::unique_ptr<Fragments> PastState::stateFor(schema::Command::Reader ask) { return foldWithout({}, ask); }

law::Decision PastState::decideWithout(const Without& left, schema::Command::Reader ask, const std::string& client,
                                       Micros at, const law::RuleSet& rules) {
  return law::decideUnder(*foldWithout(left, ask), ask, client, at, rules);
}

law::Decision PastState::decide(schema::Command::Reader ask, const std::string& client, Micros at,
                                const law::RuleSet& rules) {
  return decideWithout({}, ask, client, at, rules);
}

// Halves: a run of events without which the answer is the same holds no event that decides it alone.
std::vector<DecidingFact> PastState::factsFor(schema::Command::Reader asked, const std::string& client, Micros at,
                                      const law::RuleSet& rules) {
  capnp::MallocMessageBuilder copied;
  copied.setRoot(asked);
  auto ask = copied.getRoot<schema::Command>().asReader();
  auto answer = decide(ask, client, at, rules);
  std::vector<Position> all;
  for (auto& [position, event] : events) all.push_back(position);
  std::vector<DecidingFact> facts;
  auto matters = [&](std::span<const Position> run) {
    // A history with a piece torn out may be one that evolve was never promised: that is a difference as well.
    bool same = false;
    auto fault = kj::runCatchingExceptions([&] {
      same = isSameAnswer(answer, decideWithout({run.begin(), run.end()}, ask, client, at, rules));
    });
    return fault != nullptr || !same;
  };
  std::function<void(std::span<const Position>)> search = [&](std::span<const Position> run) {
    if (run.empty() || !matters(run)) return;
    if (run.size() == 1) {
      auto& event = events.at(run.front());
      facts.push_back(
          {run.front(), event.view.recordedAt, static_cast<schema::Body::Which>(event.view.common.getKind())});
      return;
    }
    search(run.first(run.size() / 2));
    search(run.subspan(run.size() / 2));
  };
  search(all);
  return facts;
}

// --- the same? ---

std::vector<std::string> differences(const ToldCommand& told, const law::Decision& again) {
  std::vector<std::string> found;
  auto outcome = told.outcome();
  auto was = answerName(kindOf(outcome), outcome.code), is = answerName(again.kind, again.code);
  if (was != is) found.push_back("loggen säger " + was + ", omprövningen " + is);
  if (told.events.size() != again.events.size())
    found.push_back("loggen har " + std::to_string(told.events.size()) + " händelser, omprövningen " +
                    std::to_string(again.events.size()));
  for (size_t i = 0; i < std::min(told.events.size(), again.events.size()); ++i) {
    auto field = whatDiffers(told.events[i], again.events[i]->getRoot<schema::Event>().asReader());
    if (!field.empty())
      found.push_back("position " + std::to_string(told.first + i) + " skiljer sig i fältet " + field);
  }
  return found;
}

// --- all of it ---

namespace {

void foldInOrder(Fragments& state, const law::EventView& event) {
  for (auto& key : law::touched(event)) {
    if (!state.has(key)) state.putEmpty(key);
    state.evolveOne(key, event);
  }
}

bool restsOnDestroyed(EventSource& source, const ToldCommand& told) {
  PastState past(source, told.first);
  past.stateFor(told.ask().getCommand());
  return !past.destroyed().empty();
}

void judgeAgain(EventSource& source, Fragments& state, const ToldCommand& told, const law::RuleSet* otherRules,
                ReplayReport& report) {
  auto command = told.ask().getCommand();
  const std::string client = told.ask().getClient().cStr();
  for (auto keys = law::missing(state, command); !keys.empty(); keys = law::missing(state, command))
    for (auto& key : keys) state.putEmpty(key);  // nothing before this position was about it
  auto again = law::decideUnder(state, command, client, told.recordedAt(), law::ruleSetAt(told.recordedAt()));
  auto found = differences(told, again);
  if (!found.empty() && restsOnDestroyed(source, told)) {
    ++report.rested;
    found.clear();
  }
  report.differing += found.empty() ? 0 : 1;
  for (auto& what : found)
    if (report.found.size() < DIFFERENCES_TOLD) report.found.push_back({told.first, what});
  if (!otherRules) return;
  auto other = law::decideUnder(state, command, client, told.recordedAt(), *otherRules);
  if (other.kind != again.kind || other.code != again.code) report.otherwise.push_back(told.first);
}

}  // namespace

ReplayReport replayAll(EventSource& source, const law::RuleSet* otherRules,
                       const std::function<void(Position, Position)>& progress) {
  ReplayReport report;
  Fragments state(SIZE_MAX / 4);
  const Position all = source.head();
  for (Position p = 0; p < all;) {
    progress(p, all);
    Untold why{};
    auto told = toldCommand(source, p, why);
    if (told && told->first == p) {
      ++report.commands;
      judgeAgain(source, state, *told, otherRules, report);
      for (auto& event : told->events) foldInOrder(state, event.view);
      p += told->events.size();
      continue;
    }
    ++report.untold;
    auto event = source.read(p, Open::FACTS);
    if (event && event->entry.isSealed() && !event->destroyed) foldInOrder(state, event->view);
    ++p;
  }
  progress(all, all);
  return report;
}

}  // namespace liggare
