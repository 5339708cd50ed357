#include "cli/example-day.h"

#include <capnp/schema.h>
#include <kj/debug.h>

#include <algorithm>

#include "cli/session.h"
#include "cli/window.h"
#include "engine/intake/json.h"
#include "engine/law/refusals.h"

namespace liggare::cli {

std::string PlayedLine::commission() const {
  auto actor = command().getActor();
  return actor.isStaff() ? std::string(actor.getStaff().getCommission().getText().cStr()) : std::string();
}

std::string PlayedLine::patient() const {
  return command().hasPatient() ? command().getPatient().getText().cStr() : "";
}

std::vector<Position> PlayedLine::reads() const {
  std::vector<Position> positions;
  for (size_t i = 0; i < outcome.kinds.size(); ++i)
    if (outcome.kinds[i] == schema::Body::ACCESS_RECORDED || outcome.kinds[i] == schema::Body::PROVIDER_NAMES_REVEALED)
      positions.push_back(outcome.receipt.position + i);
  return positions;
}

const PlayedLine* ExampleDay::first(const std::function<bool(const PlayedLine&)>& is) const {
  auto found = std::find_if(lines.begin(), lines.end(), is);
  return found == lines.end() ? nullptr : &*found;
}

namespace {

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

ExampleDay playExampleDay(Journal& journal) {
  ExampleDay day;
  auto texts = linesOf(REGION_DAY);
  for (auto text : texts) {
    PlayedLine line;
    line.message = std::make_unique<capnp::MallocMessageBuilder>(128);
    intake::decodeCommand(text, line.message->initRoot<schema::Command>());
    day.lines.push_back(std::move(line));
  }
  auto deliver = [&](uint64_t number, const Outcome& outcome) {
    day.tally.add(outcome);
    day.lines[number].outcome = outcome;
    if (outcome.kind != Outcome::Kind::REFUSED) return;
    std::string code(law::refusalFacts(outcome.code).name);
    auto& codes = day.refusalCodes;
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(std::move(code));
  };
  Window window(journal, clientName(journal, "cli"), deliver, [] {});
  for (size_t i = 0; i < texts.size(); ++i) window.submit(i, texts[i]);
  window.finish();
  return day;
}

std::string askedLabel(schema::Command::Reader command) {
  constexpr uint64_t SV = 0xf2b8c1a3d4e50617;
  auto fields = capnp::Schema::from<schema::Command>().getUnionFields();
  for (auto annotation : fields[static_cast<uint16_t>(command.which())].getProto().getAnnotations())
    if (annotation.getId() == SV) return annotation.getValue().getText().cStr();
  return "göra något";
}

}  // namespace liggare::cli
