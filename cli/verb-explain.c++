// liggare explain DIR POSITION: what was asked, how it was answered, by which paragraph and resting on which facts; and
// the same question put to the law once more. To see it is to read events: it is recorded first.
#include "cli/recorded-read.h"
#include "engine/intake/json.h"
#include "engine/law/refusals.h"
#include "engine/replay.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  ReaderWords reader;
  uint64_t withRules = 0;
  std::string position;
  bool all = false;
};

// --- what there is to say ---

struct Line {  // one event that the command left
  Position position = 0;
  uint16_t kind = 0;
};
struct ItemLine {  // one item of a read, shown or not
  ThingId item;
  schema::ItemClass itemClass{};
  schema::AccessOutcome outcome{};
  law::RefusalCode code{};
  schema::Ground ground{};
};
struct Answer {
  law::Decision::Kind kind{};
  law::RefusalCode code{};
  Position earlier = 0;
  std::vector<std::string> arguments;
};
struct Explanation {
  // What is left cannot tell whether the answer was right: it rested on what has been destroyed since.
  bool restedOnDestroyed() const { return destroyed > 0 && !differences.empty(); }

  ToldCommand told;
  Answer logged, again;
  std::vector<Line> events;
  std::vector<ItemLine> items;
  std::vector<DecidingFact> facts;
  std::vector<std::string> differences;
  size_t destroyed = 0;             // events it may have rested on, and that are gone by decision
  std::optional<Answer> otherwise;  // under --with-rules
  uint16_t ruleSet = 0;
};

Answer answerOf(const law::Decision& decision) {
  return {decision.kind, decision.code, decision.earlier, decision.arguments};
}
Answer answerOf(const Outcome& outcome) {
  auto kind = outcome.kind == Outcome::Kind::REFUSED     ? law::Decision::Kind::REFUSED
              : outcome.kind == Outcome::Kind::UNCHANGED ? law::Decision::Kind::UNCHANGED
                                                         : law::Decision::Kind::ACCEPTED;
  return {kind, outcome.code, outcome.earlier, {}};
}

std::vector<ItemLine> itemsOf(const ToldCommand& told) {
  std::vector<ItemLine> items;
  for (auto& event : told.events)
    for (auto part : event.view.patients)
      if (part.isAccess())
        for (auto resource : part.getAccess().getResources())
          items.push_back({law::thingId(resource.getItem()), resource.getItemClass(), resource.getOutcome(),
                           resource.getCode(), resource.getGround()});
  return items;
}

const law::RuleSet* ruleSetOf(uint64_t version) {
  for (auto& rules : law::allRuleSets())
    if (rules.version == version) return &rules;
  return nullptr;
}

Explanation explain(EventSource& source, ToldCommand told, const law::RuleSet* otherRules) {
  Explanation out;
  out.told = std::move(told);
  auto ask = out.told.ask();
  capnp::MallocMessageBuilder copied;  // asked more often than a reader of the log lets itself be read
  copied.setRoot(ask.getCommand());
  auto command = copied.getRoot<schema::Command>().asReader();
  Micros at = out.told.recordedAt();
  const std::string client = ask.getClient().cStr();
  const auto& rules = law::ruleSetAt(at);
  PastState past(source, out.told.first);
  auto again = past.decide(command, client, at, rules);
  out.logged = answerOf(out.told.outcome());
  out.again = answerOf(again);
  out.differences = differences(out.told, again);
  out.destroyed = past.destroyed().size();
  out.facts = past.factsFor(command, client, at, rules);
  out.ruleSet = out.told.events.front().view.common.getRuleSet();
  for (auto& event : out.told.events) out.events.push_back({event.view.position, event.view.common.getKind()});
  out.items = itemsOf(out.told);
  if (otherRules) out.otherwise = answerOf(past.decide(command, client, at, *otherRules));
  return out;
}

// --- for a person ---

std::string words(const Answer& answer) {
  switch (answer.kind) {
    case law::Decision::Kind::UNCHANGED:
      return "oförändrat, så var det redan (position " + grouped(answer.earlier) + ")";
    case law::Decision::Kind::ACCEPTED: return "godtaget";
    case law::Decision::Kind::REFUSED: break;
  }
  if (!law::isKnownRefusal(answer.code)) return "nekat, med en kod som det här programmet inte känner";
  std::string line = "nekat " + std::string(law::refusalName(answer.code)) + ": " +
                     std::string(law::refusalText(answer.code)) + " (" + std::string(law::refusalLaw(answer.code)) +
                     ")";
  return line;
}

std::string commandName(schema::Command::Reader command) {
  auto& table = intake::structTable<schema::Command>();
  auto which = static_cast<size_t>(command.which());
  return which < table.members.size() ? std::string(table.members[which]->name) : "okänt";
}

void row(Output& out, std::string_view label, std::string_view value) { out << padded(label, 12) << value << "\n"; }

void tellItems(const std::vector<ItemLine>& items, Output& out) {
  for (auto& item : items) {
    bool shown = item.outcome == schema::AccessOutcome::ALLOW;
    std::string why = shown ? sv(item.ground) + (svLaw(item.ground).empty() ? "" : " (" + svLaw(item.ground) + ")")
                      : law::isKnownRefusal(item.code) ? std::string(law::refusalName(item.code)) + " (" +
                                                             std::string(law::refusalLaw(item.code)) + ")"
                                                       : "";
    out << "            " << text(item.item) << "  " << padded(sv(item.itemClass), 26)
        << (shown ? "visad   " : "ej visad ") << why << "\n";
  }
}

void tell(const Explanation& e, const law::RuleSet* otherRules, Output& out) {
  out << bold("Beslut på position " + grouped(e.told.first)) << "   " << formatUtc(e.told.recordedAt()) << "\n";
  row(out, "kommando", commandName(e.told.ask().getCommand()));
  row(out, "uppgifter", intake::encodeJson(e.told.ask().getCommand()));
  row(out, "regelverk", "version " + std::to_string(e.ruleSet));
  row(out, "i loggen", words(e.logged));
  for (auto& event : e.events) {
    auto law = kindLaw(event.kind);
    out << "            " << grouped(event.position) << "  " << kindLabel(event.kind)
        << (law.empty() ? "" : "  (" + law + ")") << "\n";
  }
  tellItems(e.items, out);
  row(out, "vilar på",
      e.facts.empty() ? "ingen enskild händelse: utan någon av dem vore svaret detsamma"
                      : "händelser utan vilka svaret hade varit ett annat:");
  for (auto& fact : e.facts)
    out << "            " << grouped(fact.position) << "  " << formatUtc(fact.recordedAt) << "  "
        << kindLabel(static_cast<uint16_t>(fact.kind)) << "\n";
  if (e.destroyed > 0)
    row(out, "förstört", "av det som var känt då är " + grouped(e.destroyed) + " poster förstörda efter beslut");
  if (e.restedOnDestroyed())
    row(out, "omprövat", "går inte: svaret vilade på förstörda uppgifter. Utan dem: " + words(e.again));
  else
    row(out, "omprövat",
        e.differences.empty() ? green("samma svar: ") + words(e.again) : red("ETT ANNAT SVAR: ") + words(e.again));
  for (auto& what : e.differences) out << "            " << what << "\n";
  if (e.otherwise)
    row(out, "regler " + std::to_string(otherRules->version),
        words(*e.otherwise) + (e.otherwise->kind == e.again.kind && e.otherwise->code == e.again.code
                                   ? "  (samma)"
                                   : "  (ett annat svar)"));
}

// --- for a program ---

std::string_view answerName(const Answer& answer) {
  if (answer.kind == law::Decision::Kind::ACCEPTED) return "accepted";
  return answer.kind == law::Decision::Kind::UNCHANGED ? "unchanged" : "refused";
}

std::string answerJson(const Answer& answer) {
  std::string text;
  JsonObject json(text);
  json.plain("answer", answerName(answer));
  if (answer.kind == law::Decision::Kind::REFUSED && law::isKnownRefusal(answer.code))
    json.plain("code", law::refusalName(answer.code))
        .text("text", law::refusalText(answer.code))
        .text("law", law::refusalLaw(answer.code));
  if (answer.kind == law::Decision::Kind::UNCHANGED) json.number("earlier", answer.earlier);
  json.close();
  return text;
}

template <typename Rows, typename Write>
std::string listJson(const Rows& rows, Write write) {
  std::string text = "[";
  for (auto& each : rows) {
    if (text.size() > 1) text += ",";
    JsonObject json(text);
    write(json, each);
    json.close();
  }
  return text + "]";
}

void tellJson(const Explanation& e, const law::RuleSet* otherRules, Output& out) {
  JsonObject json(out.buffer());
  json.number("position", e.told.first).plain("recordedAt", formatUtc(e.told.recordedAt()));
  json.plain("command", commandName(e.told.ask().getCommand())).number("ruleSet", e.ruleSet);
  json.raw("ask", intake::encodeJson(e.told.ask().getCommand()));
  json.raw("logged", answerJson(e.logged));
  json.raw("events", listJson(e.events, [](JsonObject& to, const Line& event) {
             to.number("position", event.position).plain("kind", kindName(event.kind)).text("law", kindLaw(event.kind));
           }));
  json.raw("items", listJson(e.items, [](JsonObject& to, const ItemLine& item) {
             bool shown = item.outcome == schema::AccessOutcome::ALLOW;
             to.plain("item", text(item.item)).truth("shown", JsonObject::Truth{shown});
             if (shown) to.text("ground", sv(item.ground)).text("law", svLaw(item.ground));
             if (!shown && law::isKnownRefusal(item.code))
               to.plain("code", law::refusalName(item.code)).text("law", law::refusalLaw(item.code));
           }));
  json.raw("facts", listJson(e.facts, [](JsonObject& to, const DecidingFact& fact) {
             to.number("position", fact.position).plain("kind", kindName(fact.kind));
           }));
  json.number("destroyed", e.destroyed).truth("restedOnDestroyed", JsonObject::Truth{e.restedOnDestroyed()});
  json.truth("same", JsonObject::Truth{e.differences.empty()}).raw("again", answerJson(e.again));
  if (e.otherwise) json.number("otherRules", otherRules->version).raw("otherwise", answerJson(*e.otherwise));
  json.close();
  out << "\n";
}

// --- the verb ---

std::string_view untoldWords(Untold why) {
  switch (why) {
    case Untold::ABOVE_HEAD: return "loggen har ingen sådan position än";
    case Untold::ENGINE_FACT: return "posten är motorns egen: ingen bad om den, och lagen har inte tillfrågats";
    case Untold::DESTROYED: return "postens innehåll är förstört genom beslut; beviset för att den fanns står kvar";
  }
  return "";
}

ExitCode explainAll(ReadingRoom& room, const Asked& asked, const law::RuleSet* otherRules) {
  Progress progress("omprövar");
  auto report = replayAll(room.journal(), otherRules, [&](Position done, Position all) { progress.at(done, all); });
  Output out;
  if (asked.reader.json) {
    JsonObject json(out.buffer());
    json.number("commands", report.commands).number("untold", report.untold).number("differing", report.differing);
    json.number("restedOnDestroyed", report.rested);
    json.raw("differences", listJson(report.found, [](JsonObject& to, const ReplayReport::Difference& found) {
               to.number("position", found.position).text("what", found.what);
             }));
    if (otherRules) {
      std::string positions;
      for (Position p : report.otherwise) positions += (positions.empty() ? "" : ",") + std::to_string(p);
      json.number("otherRules", otherRules->version).raw("otherwise", "[" + positions + "]");
    }
    json.close();
    out << "\n";
  } else {
    for (auto& found : report.found) out << grouped(found.position) << "  " << found.what << "\n";
    out << grouped(report.commands) << " kommandon omprövade: "
        << (report.differing == 0 ? green("alla svar desamma") : red(grouped(report.differing) + " svar ANDRA")) << "; "
        << grouped(report.untold) << " poster utan fråga\n";
    if (report.rested > 0)
      out << grouped(report.rested) << " vilade på uppgifter som har förstörts, och går inte att ompröva\n";
    if (otherRules) {
      out << "Med regelverk " << std::to_string(otherRules->version) << " hade " << grouped(report.otherwise.size())
          << " svar blivit andra:";
      for (Position p : report.otherwise) out << " " << std::to_string(p);
      out << "\n";
    }
  }
  return report.differing == 0 ? ExitCode::OK : ExitCode::INTEGRITY;
}

ExitCode explainOne(ReadingRoom& room, const Asked& asked, Position position, const law::RuleSet* otherRules) {
  Untold why{};
  auto told = toldCommand(room.journal(), position, why);
  if (!told && why == Untold::DESTROYED) {  // an answer: that is what there is to say
    Output out;
    if (asked.reader.json) {
      JsonObject json(out.buffer());
      json.number("position", position).truth("isDestroyed", JsonObject::Truth::YES).close();
      out << "\n";
    } else {
      out << bold("Beslut på position " + grouped(position)) << "\n";
      row(out, "förstört", untoldWords(why));
    }
    return ExitCode::OK;
  }
  if (!told) {
    sayError(untoldWords(why));
    return ExitCode::NOT_FOUND;
  }
  auto explanation = explain(room.journal(), std::move(*told), otherRules);
  Output out;
  if (asked.reader.json)
    tellJson(explanation, otherRules, out);
  else
    tell(explanation, otherRules, out);
  return explanation.differences.empty() || explanation.restedOnDestroyed() ? ExitCode::OK : ExitCode::INTEGRITY;
}

std::optional<Position> positionOf(const std::string& words) {
  if (words.empty() || words.size() > 18 || words.find_first_not_of("0123456789") != words.npos) return std::nullopt;
  return std::stoull(words);
}

ExitCode run(const Asked& asked) {
  auto position = positionOf(asked.position);
  if (asked.all == position.has_value() || (!asked.position.empty() && !position)) {
    sayError("säg vilken position, eller --all");
    return ExitCode::USAGE;
  }
  auto* otherRules = ruleSetOf(asked.withRules);
  if (asked.withRules != 0 && !otherRules) {
    sayError("det finns inget regelverk med den versionen: 1 eller 2");
    return ExitCode::USAGE;
  }
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  Position head = room->journal().head();
  if (position && *position >= head) {
    sayError(untoldWords(Untold::ABOVE_HEAD));
    return ExitCode::NOT_FOUND;
  }
  std::string members = "\"from\":" + std::to_string(position.value_or(0)) +
                        ",\"count\":" + std::to_string(position ? 1 : std::min<Position>(head, UINT32_MAX));
  auto read = room->askAndTell(asked.reader, {}, "readEvents", members);
  if (read.code != ExitCode::OK) return read.code;
  return asked.all ? explainAll(*room, asked, otherRules) : explainOne(*room, asked, *position, otherRules);
}

}  // namespace

const Verb EXPLAIN = {
    "explain", "varför blev svaret så: fråga, regel, paragraf och fakta, omprövat ur loggen",
    "  liggare explain J 120 --as SE2321000131-U007 --purpose logReview --ground logReview --reason \"Tillsyn\"\n"
    "  liggare explain J 120 --with-rules 1 --as SE2321000131-U007 --purpose logReview --reason \"Tillsyn\"\n"
    "  liggare explain J --all --as SE2321000131-U007 --purpose logReview --reason \"Tillsyn\"\n"
    "Avslutar med 5 när ett svar i loggen inte är det som lagen ger på samma fråga.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("POSITION", asked->position, "någon av kommandots händelser", VerbForm::Need::OPTIONAL);
      form.flag("--all", asked->all, "ompröva varje kommando i journalen");
      form.number("--with-rules", "VERSION", asked->withRules, "vad ett annat regelverk hade svarat");
      bindReader(form, asked->reader);
      return [asked] { return run(*asked); };
    }};

}  // namespace liggare::cli
