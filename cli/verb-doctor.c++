// liggare doctor DIR: what opening would find and do, told before anybody opens. Touches nothing.
#include "cli/diagnosis.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  bool json = false;
};

std::string mark(Hold hold) {
  switch (hold) {
    case Hold::FINE: return green("bra ");
    case Hold::NOTE: return bold("obs ");
    case Hold::UNKNOWN: return red("?   ");
    case Hold::BUSY: return red("upptagen ");
    case Hold::BROKEN: break;
  }
  return red("FEL ");
}

void tell(const Diagnosis& found, Output& out) {
  out << found.origin << "\n";
  for (auto& rung : found.rungs) out << "  " << padded(rung.name, 15) << mark(rung.hold) << " " << rung.told << "\n";
  out << "  " << padded("NÄSTA STEG", 15) << found.next << "\n";
}

void tellJson(const Diagnosis& found, Output& out) {
  JsonObject json(out.buffer());
  json.text("origin", found.origin).plain("opening", openingName(found.opening));
  json.number("size", found.end.size).plain("root", toHex(found.end.root)).number("commitsAbove", found.commitsAbove);
  if (found.opening == Diagnosis::Opening::REFUSES)
    json.number("lostFrom", found.lostFrom).number("lostTo", found.lostTo);
  std::string rungs = "[";
  for (auto& rung : found.rungs) {
    if (rungs.size() > 1) rungs += ",";
    JsonObject(rungs).text("name", rung.name).plain("hold", holdName(rung.hold)).text("told", rung.told).close();
  }
  json.raw("rungs", rungs + "]").text("next", found.next).number("code", static_cast<uint64_t>(found.code)).close();
  out << "\n";
}

ExitCode doctor(const Asked& asked) {
  JournalFault fault{};
  auto found = diagnose(asked.place, fault);
  if (!found) return sayFault(fault);
  Output out;
  if (asked.json)
    tellJson(*found, out);
  else
    tell(*found, out);
  return found->code;
}

}  // namespace

const Verb DOCTOR = {"doctor", "vad en öppning skulle finna och göra, utan att röra något",
                     "  liggare doctor J\n"
                     "  liggare doctor J --keys /annan/plats/J.keys\n"
                     "Avslutar med 0 kan öppnas, 5 ändrad eller förlorad, 6 kan inte prövas helt, 69 upptagen.",
                     [](VerbForm& form) -> std::function<ExitCode()> {
                       auto asked = std::make_shared<Asked>();
                       bindPlace(form, asked->place);
                       form.flag("--json", asked->json, "svara med JSON");
                       return [asked] { return doctor(*asked); };
                     }};

}  // namespace liggare::cli
