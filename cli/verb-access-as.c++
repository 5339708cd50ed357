// liggare access-as DIR --user ID --patient ID --at TIME: what that user could have seen then, item by item, with
// reasons. Whoever asks reads about a patient and about a colleague: it is recorded first.
#include "cli/recorded-read.h"
#include "engine/intake/json.h"
#include "engine/law/refusals.h"
#include "engine/replay.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  PersonWords person;
  ReaderWords reader;
  std::string user, at, claimed;
};

// A ground by its name in the schema; nothing when it has none such.
std::optional<schema::Ground> groundCalled(const std::string& name) {
  if (name.empty()) return schema::Ground::NONE;
  auto& names = intake::enumTable<schema::Ground>().ordinals;
  auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  return static_cast<schema::Ground>(found->second);
}

std::string reasonOf(const CouldSee::Row& row) {
  if (!row.answer.allowed())
    return std::string(law::refusalName(row.answer.code)) + ": " + std::string(law::refusalText(row.answer.code)) +
           " (" + std::string(law::refusalLaw(row.answer.code)) + ")";
  auto paragraph = svLaw(row.answer.ground);
  return sv(row.purpose) + ": " + sv(row.answer.ground) + (paragraph.empty() ? "" : " (" + paragraph + ")");
}

void tell(const CouldSee& seen, const Asked& asked, Sources sources, Micros at, Output& out) {
  size_t visible = 0;
  for (auto& row : seen.rows) visible += row.answer.allowed() ? 1 : 0;
  out << bold("Vad " + asked.user + " hade kunnat se") << "   " << formatUtc(at) << "\n";
  if (seen.whole != law::RefusalCode::NONE) {
    out << "Ingenting. " << law::refusalName(seen.whole) << ": " << law::refusalText(seen.whole) << " ("
        << law::refusalLaw(seen.whole) << ")\n";
    return;
  }
  out << grouped(visible) << " av " << grouped(seen.rows.size())
      << " poster, om läsaren med egna ord hade angett varför uppgifterna behövdes\n\n";
  for (auto& row : seen.rows)
    out << padded(writtenTime({row.item.occurredAt, static_cast<int16_t>(swedishOffsetMinutes(row.item.occurredAt))}),
                  18)
        << padded(sv(row.item.itemClass), 28) << padded(sources.directory.provider(row.item.provider).hsaId, 20)
        << (row.answer.allowed() ? green("kunde ses   ") : red("kunde inte  ")) << reasonOf(row) << "\n";
}

void tellJson(const CouldSee& seen, const Asked& asked, Sources sources, Micros at, Output& out) {
  JsonObject head(out.buffer());
  head.text("user", asked.user).plain("at", formatUtc(at)).number("items", seen.rows.size());
  if (seen.whole != law::RefusalCode::NONE) head.plain("code", law::refusalName(seen.whole));
  head.close();
  out << "\n";
  for (auto& row : seen.rows) {
    JsonObject json(out.buffer());
    json.plain("item", text(row.item.id)).number("position", row.item.position).text("class", sv(row.item.itemClass));
    json.text("provider", sources.directory.provider(row.item.provider).hsaId);
    json.truth("visible", JsonObject::Truth{row.answer.allowed()});
    if (row.answer.allowed())
      json.text("purpose", sv(row.purpose)).text("ground", sv(row.answer.ground)).text("law", svLaw(row.answer.ground));
    else
      json.plain("code", law::refusalName(row.answer.code)).text("law", law::refusalLaw(row.answer.code));
    json.close();
    out << "\n";
  }
}

ExitCode accessAs(Asked asked) {
  if (!settlePerson(asked.person)) return ExitCode::NOT_FOUND;
  auto instant = instantOf(asked.at);
  auto ground = groundCalled(asked.claimed);
  if (asked.user.empty() || asked.person.number.empty() || !instant || !ground) {
    sayError(!instant  ? "--at vill ha en tid (2026-11-02T08:00:00+01:00) eller en dag"
             : !ground ? "--claimed är ingen grund: care, workNeedAssessment, svod31, svod36 …"
                       : "säg vems åtkomst: --user UPPDRAG --patient NUMMER --at TID");
    return ExitCode::USAGE;
  }
  Micros at = parseStamp(*instant)->at;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  std::string more = "\"commission\":" + intake::quoteJson(asked.user) + ",\"asOf\":" + intake::quoteJson(*instant);
  if (!asked.claimed.empty()) more += ",\"claimed\":{\"ground\":" + intake::quoteJson(asked.claimed) + "}";
  auto read = room->askAndTell(asked.reader, asked.person.number, "readAccessAs", more);
  if (read.code != ExitCode::OK) return read.code;
  auto commission = room->journal().find(schema::RefKind::COMMISSION, asked.user);
  auto patient = room->journal().find(schema::RefKind::PERSON, asked.person.number);
  law::Claim claim;
  claim.ground = *ground;
  claim.activeDecision = true;
  auto seen = couldSee(room->journal(), commission.value_or(SubjectKey{}), patient.value_or(SubjectKey{}), at, claim);
  Output out;
  if (asked.reader.json)
    tellJson(seen, asked, room->sources(), at, out);
  else
    tell(seen, asked, room->sources(), at, out);
  return ExitCode::OK;
}

}  // namespace

const Verb ACCESS_AS = {
    "access-as", "vad en viss användare hade kunnat se av en patient, vid en viss tid; antecknas",
    "  liggare access-as J --user SE2321000131-U003 --patient 199006022397 --at 2026-11-02 \\\n"
    "      --as SE2321000131-U007 --purpose logReview --ground logReview --reason \"Logguppföljning\"",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.option("--user", "UPPDRAG", asked->user, "vems åtkomst: medarbetaruppdragets HSA-id");
      bindPerson(form, asked->person);
      form.option("--at", "TID", asked->at, "när: en tid med tidszon, eller en dag");
      form.option("--claimed", "GRUND", asked->claimed, "vad användaren tänks ha angett (det vanliga för ändamålet)");
      bindReader(form, asked->reader);
      return [asked] { return accessAs(*asked); };
    }};

}  // namespace liggare::cli
