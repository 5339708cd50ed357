#include "cli/answers.h"

#include "cli/output.h"
#include "cli/session.h"
#include "engine/intake/json.h"
#include "engine/law/refusals.h"

namespace liggare::cli {

namespace {

using Kind = Outcome::Kind;

void appendReceipt(JsonObject& json, const Outcome& outcome) {
  const Receipt& receipt = outcome.receipt;
  std::string kinds = "[";
  for (auto kind : outcome.kinds) {
    if (kinds.size() > 1) kinds += ',';
    kinds += '"';
    kinds += kindName(kind);
    kinds += '"';
  }
  json.number("position", receipt.position).raw("events", kinds += ']');
  json.plain("leaf", toHex(receipt.leaf)).plain("eventId", text(receipt.event));
  json.plain("recordedAt", formatUtc(receipt.recordedAt)).number("version", receipt.version);
}

void appendRefusal(JsonObject& json, const Outcome& outcome) {
  const auto& facts = law::refusalFacts(outcome.code);
  json.plain("code", facts.name).text("text", facts.text).text("law", facts.law).plain("binding", facts.binding);
  if (outcome.arguments.empty()) return;
  std::string list = "[";
  for (auto& argument : outcome.arguments) {
    if (list.size() > 1) list += ',';
    list += intake::quoteJson(argument);
  }
  json.raw("arguments", list += ']');
}

bool isRefusal(const Outcome& outcome) {
  return outcome.code != law::RefusalCode::NONE && law::isKnownRefusal(outcome.code);
}

}  // namespace

void appendAnswer(std::string& out, uint64_t line, const Outcome& outcome, std::string_view proof) {
  JsonObject json(out);
  json.number("line", line).plain("outcome", outcomeName(outcome.kind));
  if (outcome.kind == Kind::DUPLICATE) json.plain("first", outcomeName(outcome.first));
  if (isRefusal(outcome)) appendRefusal(json, outcome);
  if (outcome.recorded()) appendReceipt(json, outcome);
  if (outcome.kind == Kind::UNCHANGED || outcome.first == Kind::UNCHANGED) json.number("earlier", outcome.earlier);
  if (outcome.kind == Kind::CONFLICT) json.whole("expected", outcome.expected).whole("actual", outcome.actual);
  if (outcome.kind == Kind::INVALID) json.text("path", outcome.path).text("reason", outcome.reason);
  if (!proof.empty()) json.text("proof", proof);
  json.close();
  out += '\n';
}

std::string refusalLine(const Outcome& outcome) {
  const auto& facts = law::refusalFacts(outcome.code);
  std::string line = std::string(facts.name) + "  " + std::string(facts.text);
  if (facts.law.size() > 0 && facts.law != "–") line += "  (" + std::string(facts.law) + ")";
  return line;
}

void Tally::add(const Outcome& outcome) {
  ++lines;
  last = outcome.kind == Kind::DUPLICATE ? outcome.first : outcome.kind;
  switch (outcome.kind) {
    case Kind::ACCEPTED: ++accepted; break;
    case Kind::UNCHANGED: ++unchanged; break;
    case Kind::REFUSED: ++refused; break;
    case Kind::CONFLICT: ++conflicts; break;
    case Kind::DUPLICATE: ++duplicates; break;
    case Kind::INVALID: ++invalid; break;
    case Kind::OVERLOADED:
    case Kind::STORAGE: ++tryAgain; break;
    case Kind::UNKNOWN: ++unknown; break;
  }
}

std::string Tally::summary() const {
  std::string out = grouped(lines) + (lines == 1 ? " kommando: " : " kommandon: ");
  bool first = true;
  auto part = [&](uint64_t count, const char* one, const char* many) {
    if (count == 0) return;
    if (!first) out += ", ";
    first = false;
    out += grouped(count) + " " + (count == 1 ? one : many);
  };
  part(accepted, "godtaget", "godtagna");
  part(unchanged, "redan gällande", "redan gällande");
  part(refused, "nekat", "nekade");
  part(conflicts, "i konflikt", "i konflikt");
  part(duplicates, "upprepat", "upprepade");
  part(invalid, "ogiltigt", "ogiltiga");
  part(tryAgain, "att försöka igen", "att försöka igen");
  part(unknown, "med okänt utfall", "med okänt utfall");
  return lines == 0 ? "inga kommandon" : out;
}

ExitCode Tally::exitCode() const {
  if (unknown > 0) return ExitCode::UNAVAILABLE;
  if (tryAgain > 0) return ExitCode::TRY_AGAIN;
  if (invalid > 0) return ExitCode::FAILURE;
  if (lines == 1 && last == Kind::REFUSED) return ExitCode::REFUSED;
  if (lines == 1 && last == Kind::CONFLICT) return ExitCode::CONFLICT;
  return ExitCode::OK;
}

}  // namespace liggare::cli
